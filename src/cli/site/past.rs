//! What a site tells of git: lives of records, decisions of the ledger, packs. Read here, since pages touch no disk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git2::Oid;

use crate::base::date::AsOf;
use crate::base::period::Period;
use crate::cli::audit::{Opened, opened, pack};
use crate::cli::told::told;
use crate::evidence::history::{Gap, History, HistoryError, Lives, lives};
use crate::evidence::ledger::{self, Branch};
use crate::evidence::sample::Range;
use crate::evidence::vote;
use crate::load::{self, Settings, Snapshot};
use crate::model::Sms;
use crate::model::organisation::Person;
use crate::pack::Stage;
use crate::schema::Catalog;
use crate::site::rulings::{self, Trial};
use crate::site::{MOST, Pack, Past};

/// A value with what it was made from.
#[derive(Debug)]
struct Slot<K, V>(Option<(K, V)>);

impl<K, V> Default for Slot<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V: Clone> Slot<K, V> {
    /// What was made from the same before, or is made now.
    fn get(&mut self, from: K, make: impl FnOnce(&K) -> anyhow::Result<V>) -> anyhow::Result<V> {
        if let Some((_, value)) = self.0.as_ref().filter(|(known, _)| *known == from) {
            return Ok(value.clone());
        }
        let value = make(&from)?;
        self.0 = Some((from, value.clone()));
        Ok(value)
    }
}

/// Who has each account, by its number; none where two people claim it.
type Accounts = BTreeMap<i64, Option<String>>;

/// Branches and tags with what they lead to.
type References = Vec<(String, Oid)>;

/// What was read of a past, for a program that tells it again and again: each part holds for as long as all that it was
/// read from stays the same.
#[derive(Debug, Default)]
pub(in crate::cli) struct Known {
    /// From the tip, and the files of the records by id.
    lives: Slot<(Oid, BTreeMap<String, String>), Lives>,
    /// From the tip of the ledger, who may write to it, and who has which account.
    trials: Slot<(Oid, Vec<String>, Accounts), BTreeMap<String, Trial>>,
    /// From all that the key names, all branches and tags, and the settings.
    packs: Slot<(String, References, Settings), Vec<Pack>>,
}

/// A repository whose past a site tells.
pub(super) struct Archive {
    root: PathBuf,
    opened: Opened,
    tip: Oid,
    ledger: Option<Oid>,
    /// The instant that was asked for, by which packs are made.
    as_of: Option<AsOf>,
    /// The period of packs; none for no packs.
    period: Option<Period>,
}

impl Archive {
    /// The repository at `root`, when there is something to tell: git knows it, its settings ask for it, and the records
    /// stand on a commit.
    pub(super) fn open(root: &Path, snapshot: &Snapshot, as_of: Option<AsOf>) -> anyhow::Result<Option<Self>> {
        let site = &snapshot.settings.site;
        let Some(start) = snapshot.origin.commit().filter(|_| site.history || site.packs) else { return Ok(None) };
        let opened = match opened(root, &snapshot.settings) {
            Ok(opened) => opened,
            // Without git's objects, as in a copy of the files, a site tells what the files do.
            Err(error) if error.downcast_ref::<HistoryError>().is_some() => return Ok(None),
            Err(error) => return Err(error),
        };
        let tip = opened.history.resolve(start)?;
        let ledger = Branch::find(&opened.history, &snapshot.settings.evidence.ledger).tip();
        let length = site.periods.length();
        let own = Period::of(snapshot.as_of.day(), length);
        let before = own.and_then(|own| Period::of(own.first.yesterday().ok()?, length));
        let period = before.filter(|_| site.packs);
        Ok(Some(Self { root: root.to_owned(), opened, tip, ledger, as_of, period }))
    }

    /// Why the history is not told, when the clone does not hold all of it.
    pub(super) fn gap(&self) -> Option<Gap> {
        self.history().gaps().first().copied()
    }

    fn history(&self) -> &History {
        &self.opened.history
    }

    /// A name for everything that it tells.
    pub(super) fn key(&self) -> String {
        let ledger = self.ledger.map_or_else(|| "none".to_owned(), |tip| tip.to_string());
        // Packs tell what came to the protected branch, which may be another one than is shown.
        let period = self.period.map_or_else(
            || "none".to_owned(),
            |period| format!("{period} of {:?}", self.history().branch(&self.opened.settings.evidence.branch).ok()),
        );
        format!("{} ledger {ledger} gap {:?} packs {period} {:?}", self.tip, self.gap(), self.as_of)
    }

    /// Everything that it tells of the records in `sms`; what is `known` is not read again.
    pub(super) fn read(&self, sms: &Sms<'_>, known: &RefCell<Known>) -> anyhow::Result<Past> {
        let mut past = Past { key: self.key(), ..Past::default() };
        let known = &mut *known.borrow_mut();
        if self.gap().is_some() {
            return Ok(past);
        }
        if sms.snapshot.settings.site.history {
            let ids = sms.records().filter(|(ix, record)| sms.find(record.id.as_str()) == Some(*ix));
            let wanted = ids.map(|(_, record)| (record.id.to_string(), sms.path(record).to_owned())).collect();
            let lives = known.lives.get((self.tip, wanted), |(tip, wanted)| {
                let told = told(self.history(), *tip, &self.opened.settings.evidence)?;
                Ok(lives(&told, wanted, MOST)?)
            });
            past.lives = Some(lives?);
            let trials = self.ledger.map(|tip| {
                let recorders = self.opened.settings.evidence.recorders.clone();
                known.trials.get((tip, recorders, accounts(sms)), |(tip, _, accounts)| self.trials(*tip, accounts))
            });
            past.trials = trials.transpose()?;
        }
        if let Some(period) = self.period {
            let from = (self.key(), self.history().references(), self.opened.settings.clone());
            past.packs = known.packs.get(from, |_| self.packs(period))?;
            past.period = period.to_string();
        }
        Ok(past)
    }

    /// What the ledger says of each change.
    fn trials(&self, tip: Oid, accounts: &Accounts) -> anyhow::Result<BTreeMap<String, Trial>> {
        let ledger = ledger::read(self.history(), tip, &self.opened.recorders)?;
        let cast = vote::cast(self.history(), &ledger)?;
        let whose = |account: u64| accounts.get(&i64::try_from(account).ok()?).cloned().flatten();
        Ok(rulings::trials(&ledger, &cast, whose))
    }

    /// The packs of a period, made from the commit, so that anybody can make them again.
    fn packs(&self, period: Period) -> anyhow::Result<Vec<Pack>> {
        let snapshot = load::commit(&self.root, &self.tip.to_string(), self.as_of)?;
        let catalog = Catalog::new(&snapshot.sources)?;
        let sms = Sms::build(&snapshot, &catalog);
        let range = Range { first: period.first, last: period.last };
        let both = [("stage-1", Stage::One), ("stage-2", Stage::Two)];
        both.into_iter()
            .map(|(folder, stage)| {
                let files = pack::files(&self.root, &self.opened, &sms, stage, range)?;
                Ok(Pack { folder, title: stage.label(), files })
            })
            .collect()
    }
}

/// Who has which account.
fn accounts(sms: &Sms<'_>) -> Accounts {
    let mut accounts = Accounts::new();
    for person in sms.all::<Person<'_>>() {
        let id = person.0.record.id.as_str();
        for number in person.github().into_iter().chain(person.more_accounts()).filter_map(|account| account.id()) {
            // An account that two people claim is nobody's.
            let claim = accounts.entry(number).or_insert_with(|| Some(id.to_owned()));
            *claim = claim.take().filter(|known| known == id);
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_makes_its_value_again_only_from_something_else_and_keeps_no_failure() {
        let mut slot = Slot::default();
        let made = std::cell::Cell::new(0);
        let mut get = |from: u8| {
            slot.get(from, |from| {
                made.set(made.get() + 1);
                anyhow::ensure!(*from != 9, "no");
                Ok(u32::from(*from) * 10)
            })
            .ok()
        };
        assert_eq!(
            [get(1), get(1), get(2), get(9), get(2), get(9), get(1)].map(|it| it.unwrap_or(0)),
            [10, 10, 20, 0, 20, 0, 10]
        );
        assert_eq!(made.get(), 5, "1, 2, both failures, and 1 again");
    }
}

//! What a site tells of git: lives of records, decisions of the ledger, packs. Read here, since pages touch no disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git2::Oid;

use crate::base::date::AsOf;
use crate::base::period::Period;
use crate::cli::audit::{Opened, opened, pack};
use crate::evidence::history::{Gap, History, HistoryError, lives};
use crate::evidence::ledger::{self, Branch};
use crate::evidence::sample::Range;
use crate::evidence::vote;
use crate::load::{self, Snapshot};
use crate::model::Sms;
use crate::model::organisation::Person;
use crate::pack::Stage;
use crate::schema::Catalog;
use crate::site::rulings::{self, Trial};
use crate::site::{MOST, Pack, Past};

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

    /// Everything that it tells of the records in `sms`.
    pub(super) fn read(&self, sms: &Sms<'_>) -> anyhow::Result<Past> {
        let mut past = Past { key: self.key(), ..Past::default() };
        if self.gap().is_some() {
            return Ok(past);
        }
        if sms.snapshot.settings.site.history {
            let ids = sms.records().filter(|(ix, record)| sms.find(record.id.as_str()) == Some(*ix));
            let wanted = ids.map(|(_, record)| (record.id.to_string(), sms.path(record).to_owned())).collect();
            past.lives = Some(lives(self.history(), self.tip, &wanted, MOST)?);
            past.trials = self.ledger.map(|tip| self.trials(sms, tip)).transpose()?;
        }
        if let Some(period) = self.period {
            past.packs = self.packs(period)?;
            past.period = period.to_string();
        }
        Ok(past)
    }

    /// What the ledger says of each change.
    fn trials(&self, sms: &Sms<'_>, tip: Oid) -> anyhow::Result<BTreeMap<String, Trial>> {
        let ledger = ledger::read(self.history(), tip, &self.opened.recorders)?;
        let cast = vote::cast(self.history(), &ledger)?;
        let mut accounts: BTreeMap<i64, Option<String>> = BTreeMap::new();
        for person in sms.all::<Person<'_>>() {
            let id = person.0.record.id.as_str();
            for number in person.github().into_iter().chain(person.more_accounts()).filter_map(|account| account.id()) {
                // An account that two people claim is nobody's.
                let claim = accounts.entry(number).or_insert_with(|| Some(id.to_owned()));
                *claim = claim.take().filter(|known| known == id);
            }
        }
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

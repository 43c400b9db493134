//! The decisions of the ledger by change.

use std::collections::BTreeMap;

use crate::evidence::ledger::{Kept, Ledger, changes, is_under};
use crate::model::Record;
use crate::yaml::Node;

/// The entries of the ledger that decide about a change, by its id then. Work that was let through under a change decides
/// nothing about it.
#[derive(Debug, Default)]
pub struct Decisions<'l>(BTreeMap<&'l str, Vec<&'l Kept>>);

impl<'l> Decisions<'l> {
    /// Those of a ledger.
    #[must_use]
    pub fn new(ledger: &'l Ledger) -> Self {
        let mut by: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
        for kept in &ledger.entries {
            let Some(decision) = kept.entry.body.decision().filter(|decision| !is_under(decision)) else { continue };
            for id in changes(decision) {
                by.entry(id).or_default().push(kept);
            }
        }
        Self(by)
    }

    /// Those about a change under its id and every former one, in the order of the ledger.
    pub(super) fn of(&self, change: &Record<'_>) -> Vec<&'l Kept> {
        let former = change.get("aliases").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str);
        let names = former.chain([change.id.as_str()]);
        let mut found: Vec<&Kept> = names.filter_map(|name| self.0.get(name)).flatten().copied().collect();
        found.sort_by_key(|kept| kept.entry.number);
        found.dedup_by_key(|kept| kept.entry.number);
        found
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::evidence::ledger::{Body, Entry, Subject};
    use crate::evidence::sign::Signed;
    use crate::model::fixture::records;

    fn kept(number: u64, decision: Value) -> Kept {
        let (before, merge_tree, facts) = (String::new(), String::new(), Value::Null);
        let entry = Entry {
            number,
            previous: None,
            at: Timestamp::UNIX_EPOCH,
            recorder: String::new(),
            tool: String::new(),
            subject: Subject { commit: String::new(), tree: String::new() },
            body: Body::Decision { before, merge_tree, decision, facts },
        };
        Kept { entry, commit: String::new(), sha256: String::new(), signed: Signed::None, counts: true }
    }

    #[test]
    fn decisions_are_found_by_every_id_that_a_change_had_and_work_under_it_is_none() {
        let under = json!({"change": "chg-a", "reasons": [{"code": "under-change", "outcome": "PASS"}]});
        let both = json!({"change": "chg-a", "changes": ["chg-a", "chg-old"]});
        let decisions =
            [json!({"change": "chg-old"}), json!({"change": "chg-a"}), under, json!({"change": "chg-b"}), both];
        let entries = (1..).zip(decisions).map(|(number, decision)| kept(number, decision)).collect();
        let ledger = Ledger { entries, ..Ledger::default() };
        records("== change chg-a\naliases: [chg-old]\n== change chg-c", |sms| {
            let by = Decisions::new(&ledger);
            let of = |id: &str| -> Vec<u64> {
                by.of(sms.record(sms.find(id).unwrap())).iter().map(|kept| kept.entry.number).collect()
            };
            assert_eq!(of("chg-a"), [1, 2, 5]);
            assert_eq!(of("chg-c"), [0; 0]);
        });
    }
}

//! Who performs a clause when another party does (8.2.3).

use std::collections::BTreeMap;

use crate::model::Sms;
use crate::model::supplier::{Supplier, SupplierStatus};
use crate::standard::is_within;
use crate::yaml::Node;

/// Names of active suppliers by the clause of the process that they run.
#[derive(Debug)]
pub(super) struct Performers(BTreeMap<String, Vec<String>>);

impl Performers {
    /// Reads which suppliers provide a process, and which clauses the process carries out.
    pub(super) fn new(sms: &Sms<'_>) -> Self {
        let mut by_clause: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for supplier in sms.all::<Supplier<'_>>().filter(|one| one.status() == Some(SupplierStatus::Active)) {
            let record = supplier.0.record;
            let provided = record.get("provides").map(Node::items).unwrap_or_default();
            let processes = provided.iter().filter_map(|node| sms.find(node.as_str()?)).map(|ix| sms.record(ix));
            for process in processes.filter(|process| process.kind.name == "process") {
                for clause in process.get("clauses").map(Node::items).unwrap_or_default() {
                    let number = clause.as_str().map(|tag| crate::base::clause::split(tag).1);
                    if let Some(number) = number {
                        by_clause.entry(number.to_owned()).or_default().push(record.title().to_owned());
                    }
                }
            }
        }
        Self(by_clause)
    }

    /// Who performs `clause`, by name.
    pub(super) fn of(&self, clause: &str) -> Option<String> {
        let mut names: Vec<&str> = self
            .0
            .iter()
            .filter(|(number, _)| is_within(clause, number) || is_within(number, clause))
            .flat_map(|(_, names)| names.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

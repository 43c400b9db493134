//! Records that are wrong on purpose.

use std::collections::BTreeMap;

use super::plan::Plan;

/// One way of being wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// A relation to something that does not exist.
    DanglingReference,
    /// A key that the schema does not know.
    UnknownKey,
    /// A day that no calendar has.
    BadDate,
    /// A number where a text is asked for.
    WrongType,
    /// A hard relation back to an item that needs this one.
    Cycle,
    /// A word that is not in the list.
    BadEnum,
}

/// All of them, in the order in which they are dealt out.
const ALL: [Defect; 6] =
    [Defect::DanglingReference, Defect::UnknownKey, Defect::BadDate, Defect::WrongType, Defect::Cycle, Defect::BadEnum];

impl Defect {
    /// The word for it in the list of defects.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DanglingReference => "dangling-reference",
            Self::UnknownKey => "unknown-key",
            Self::BadDate => "bad-date",
            Self::WrongType => "wrong-type",
            Self::Cycle => "cycle",
            Self::BadEnum => "bad-enum",
        }
    }
}

/// Spreads the defects over the items below the top layer; no item gets two.
pub(crate) fn choose(count: usize, first: usize, items: usize) -> Result<BTreeMap<usize, Defect>, String> {
    let room = items - first;
    if count > room {
        return Err(format!("at most {room} records of this size can be broken"));
    }
    Ok((0..count).map(|number| (first + number * room / count, ALL[number % ALL.len()])).collect())
}

/// The list that stands beside the records: path, defect and what it is about, one a line.
pub(crate) fn list(plan: &Plan, path_of: impl Fn(usize) -> String) -> String {
    let mut lines = String::new();
    for (&item, &defect) in &plan.defects {
        let about = match defect {
            Defect::DanglingReference => missing(item),
            Defect::UnknownKey => UNKNOWN_KEY.to_owned(),
            Defect::BadDate => BAD_DATE.to_owned(),
            Defect::WrongType => WRONG_TYPE.to_owned(),
            Defect::Cycle => plan.item_id(plan.parent(item)),
            Defect::BadEnum => BAD_ENUM.to_owned(),
        };
        lines.push_str(&[&path_of(item), defect.name(), &about].join("\t"));
        lines.push('\n');
    }
    lines
}

/// An id that no record has.
pub(crate) fn missing(item: usize) -> String {
    format!("ci-missing-{item:06}")
}

/// The unknown key with its value.
pub(crate) const UNKNOWN_KEY: &str = "critcality: high";

/// The day that does not exist.
pub(crate) const BAD_DATE: &str = "2026-02-30";

/// The version as a number instead of a text.
pub(crate) const WRONG_TYPE: &str = "7";

/// The environment that is not in the list.
pub(crate) const BAD_ENUM: &str = "prodution";

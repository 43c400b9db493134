//! The touched files of one commit with what stood in them before and after, read and parsed once for all rules.

use crate::base::span::FileId;
use crate::evidence::history::{Entry, History, HistoryError, Touched};
use crate::yaml::{Parsed, fields, parse};

/// The texts of the touched files.
pub(super) struct Texts<'t>(Vec<(&'t Touched, [Option<String>; 2])>);

/// A touched file, parsed on both sides where it holds records.
pub(super) struct File<'t> {
    /// The path and both ends of its change.
    pub(super) touched: &'t Touched,
    /// What stood there; none where there was no text.
    pub(super) old: Option<Parsed<'t>>,
    /// What stands there; none where there is no text.
    pub(super) new: Option<Parsed<'t>>,
}

impl<'t> Texts<'t> {
    /// Reads both sides of every touched file that holds records.
    pub(super) fn read(history: &History, touched: &'t [Touched]) -> Result<Self, HistoryError> {
        let read = |it: &Touched, entry: Option<Entry>| -> Result<Option<String>, HistoryError> {
            let Some(entry) = entry.filter(|entry| entry.is_file() && it.path.starts_with("sms/")) else {
                return Ok(None);
            };
            Ok(String::from_utf8(history.blob(entry.id)?).ok())
        };
        let one = |it: &'t Touched| Ok((it, [read(it, it.old)?, read(it, it.new)?]));
        Ok(Self(touched.iter().map(one).collect::<Result<_, HistoryError>>()?))
    }

    /// Parses them.
    pub(super) fn files(&self) -> Vec<File<'_>> {
        self.0
            .iter()
            .map(|(touched, [old, new])| File { touched, old: parsed(old.as_deref()), new: parsed(new.as_deref()) })
            .collect()
    }
}

fn parsed(text: Option<&str>) -> Option<Parsed<'_>> {
    text.map(|text| parse(FileId(0), text))
}

impl File<'_> {
    /// Whether both sides hold the same records, whatever their layout.
    pub(super) fn says_the_same(&self) -> bool {
        let (Some(old), Some(new)) = (&self.old, &self.new) else { return false };
        let pairs = || old.documents.iter().zip(&new.documents);
        old.documents.len() == new.documents.len() && pairs().all(|(a, b)| fields::compare(&a.root, &b.root).is_empty())
    }
}

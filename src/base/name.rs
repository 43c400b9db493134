//! Names of rules that are known only at run time.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Every name once. Findings carry their rule's name by the million, and most names are constants of the program.
static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The same text, to be kept as long as the program runs. Each different text is kept once, however often it is asked
/// for, so that a program that reads a repository again and again does not grow.
///
/// It is for names of local rules, which are slugs of a bounded length.
#[must_use]
pub fn intern(text: &str) -> &'static str {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into());
    names.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::intern;

    #[test]
    fn a_text_is_kept_once() {
        let first = intern("a-name-of-this-test");
        let again = intern(&["a-name", "-of-this-test"].concat());
        assert_eq!(first, "a-name-of-this-test");
        assert!(std::ptr::eq(first, again), "the second is the first");
        assert!(!std::ptr::eq(first, intern("another-name-of-this-test")));
    }
}

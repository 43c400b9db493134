//! What the words of a seat in a recorded decision tell. The gate writes them; decisions of other versions are read, too.

use std::collections::BTreeSet;

/// The roles whose holders fill a seat, from the seat's words in a decision; none where others may fill it too.
#[must_use]
pub fn roles_asked(words: &str) -> Option<BTreeSet<&str>> {
    if ["members of '", "owners of "].iter().any(|others| words.contains(others)) {
        return None;
    }
    let roles: BTreeSet<&str> =
        words.split("holders of '").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
    (!roles.is_empty()).then_some(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_that_others_may_fill_tell_no_roles() {
        let asked =
            |words: &str| roles_asked(words).map(|roles| roles.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let both = Some(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(asked("1 of the holders of 'b', or 50 % of the holders of 'a'"), both);
        assert_eq!(asked("1 of the holders of 'a', or 1 of the members of 't'"), None);
        assert_eq!(asked("2 of the owners of affected services"), None);
        assert_eq!(asked(""), None);
    }
}

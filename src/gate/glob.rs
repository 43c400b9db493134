//! Path patterns as a policy and a change write them.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns of paths with exceptions. `*` stays within a folder, `**` does not.
#[derive(Debug, Clone)]
pub(super) struct Patterns {
    those: GlobSet,
    but: GlobSet,
}

impl Patterns {
    /// The patterns `those`, without what fits one of `but`.
    ///
    /// # Errors
    /// Says which pattern cannot be read, and why.
    pub(super) fn new(those: &[&str], but: &[&str]) -> Result<Self, String> {
        Ok(Self { those: set(those)?, but: set(but)? })
    }

    /// Whether the path fits.
    #[must_use]
    pub(super) fn fit(&self, path: &str) -> bool {
        self.those.is_match(path) && !self.but.is_match(path)
    }
}

fn set(patterns: &[&str]) -> Result<GlobSet, String> {
    let wrong =
        |pattern: &str, why: &globset::Error| format!("the path pattern '{pattern}' cannot be read: {}", why.kind());
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        set.add(glob.map_err(|why| wrong(pattern, &why))?);
    }
    set.build().map_err(|why| wrong("", &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stays_in_its_folder_and_exceptions_take_out() {
        let patterns =
            Patterns::new(&["sms/policy/**", "*.toml", ".github/workflows/*"], &["sms/policy/drafts/**"]).unwrap();
        let fit = |path: &str| patterns.fit(path);
        assert!(fit("sms/policy/a/b.yaml") && fit("gitsm.toml") && fit(".github/workflows/ci.yml"));
        assert!(!fit("sms/policy/drafts/a.yaml") && !fit("a/gitsm.toml") && !fit(".github/workflows/a/b"));
        assert!(!Patterns::new(&[], &[]).unwrap().fit("a"));
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_named() {
        let why = Patterns::new(&["a", "b[", "c"], &[]).unwrap_err();
        assert!(why.starts_with("the path pattern 'b[' cannot be read: "), "{why}");
    }
}

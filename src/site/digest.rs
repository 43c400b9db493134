//! A name for everything that a site is made from: the same name, the same bytes.

use std::fmt::Write as _;

use super::Input;
use super::stamp::Stamp;
use crate::base::hash::{Sha256, sha256};

/// The SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    sha256(bytes)
}

/// The hash of all that the site of `input` depends on: this build of the program, the texts, the findings, and the
/// instant as far as pages tell it. A site whose list of files has the same one need not be made again.
#[must_use]
pub fn digest(input: &Input<'_>) -> String {
    let mut all = Sha256::default();
    let mut add = |bytes: &[u8]| {
        all.update(&(bytes.len() as u64).to_le_bytes());
        all.update(bytes);
    };
    add(env!("GITSM_BUILD").as_bytes());
    add(format!("{:?}", Stamp::new(input)).as_bytes());
    add(format!("{:?}", input.edition).as_bytes());
    add(format!("{:?}", input.sms.snapshot.settings).as_bytes());
    add(input.past.key.as_bytes());
    for (_, source) in input.sms.snapshot.sources.iter() {
        add(source.path().as_bytes());
        add(source.text().as_bytes());
    }
    let mut text = String::new();
    for finding in input.findings {
        text.clear();
        // Writing to a string cannot fail.
        let _ = write!(text, "{finding:?}");
        add(text.as_bytes());
    }
    all.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::with_at;

    fn of(files: &[(&str, &str)], day: &str) -> String {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        with_at(&files, day, digest)
    }

    const PATH: &str = "sms/ci/ci-a.yaml";
    const CI: &str = "kind: ci\nid: ci-a\ntitle: A\nstatus: live\n";

    #[test]
    fn a_byte_a_path_a_setting_or_a_day_makes_another_name_and_nothing_else_does() {
        let first = of(&[(PATH, CI)], "2026-11-20T08:00:00Z");
        assert_eq!(first, of(&[(PATH, CI)], "2026-11-20T08:00:00Z"));
        assert_eq!(first, of(&[(PATH, CI)], "2026-11-20T17:00:00Z"), "pages tell the day");
        let settings = ("gitsm.toml", "format = 1\n[site]\ntitle = \"Ours\"\n");
        for other in [
            of(&[(PATH, &CI.replace("title: A", "title: B"))], "2026-11-20T08:00:00Z"),
            of(&[("sms/ci/x/ci-a.yaml", CI)], "2026-11-20T08:00:00Z"),
            of(&[(PATH, CI), settings], "2026-11-20T08:00:00Z"),
            of(&[(PATH, CI)], "2026-11-21T08:00:00Z"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn hashes_are_sha_256() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}

//! Words that do not belong in tracked files.

use super::{File, none, tracked};

/// Where crates come from, in `Cargo.lock`.
const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// A word, and what to do about it. Written in two halves, so that this file does not hold them.
fn banned() -> Vec<(String, &'static str)> {
    let here = "paths of one machine mean nothing elsewhere; use a relative path or a temporary folder";
    let host = "nothing here depends on a package host; leave its name out";
    let left = "take it out before committing";
    let words = [
        ("/wo", "rk/", here),
        ("/ro", "ot/", here),
        ("/tmp/", "bash", here),
        ("/ho", "me/", here),
        ("index.cra", "tes.io", host),
        ("static.cra", "tes.io", host),
        ("registry.np", "mjs.org", host),
        ("registry.yarn", "pkg.com", host),
        ("py", "pi.org", host),
        ("proxy.gol", "ang.org", host),
        ("artifac", "tory", host),
        ("to", "do!(", left),
        ("db", "g!(", left),
        ("unimpl", "emented!(", left),
        ("FIX", "ME", "write an issue and say `TODO(#number)`"),
    ];
    words.into_iter().map(|(front, back, advice)| (format!("{front}{back}"), advice)).collect()
}

/// Complaints about one file.
fn complaints(file: &File) -> Vec<String> {
    let banned = banned();
    let mut complaints = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let place = format!("{}:{}", file.path, at + 1);
        for (word, advice) in &banned {
            if line.contains(word.as_str()) {
                complaints.push(format!("{place}: `{word}`: {advice}"));
            }
        }
        let mark = concat!("TO", "DO");
        if line.match_indices(mark).any(|(at, _)| !line[at + mark.len()..].starts_with("(#")) {
            complaints.push(format!("{place}: a {mark} needs an issue; write `{mark}(#number)`"));
        }
        if file.path == "Cargo.lock" && line.starts_with("source = ") && line != REGISTRY {
            complaints.push(format!("{place}: packages come from the public index alone"));
        }
    }
    complaints
}

#[test]
fn tracked_files_hold_no_word_of_one_machine_and_nothing_unfinished() {
    none(&tracked().iter().flat_map(complaints).collect::<Vec<_>>());
}

#[test]
fn unfinished_things_are_told_with_their_line() {
    let told = |path: &str, text: String| complaints(&File { path: path.to_owned(), text });
    let mark = concat!("TO", "DO");
    assert!(told("a.md", format!("ok\n{mark} later\n"))[0].starts_with("a.md:2: "));
    assert!(told("a.md", format!("{mark}(#12): later\n")).is_empty());
    assert_eq!(told("a.rs", format!("{}({})", concat!("db", "g!"), concat!("to", "do!()"))).len(), 2);
    assert_eq!(told("Cargo.lock", "source = \"registry+https://example.org/index\"\n".to_owned()).len(), 1);
    assert!(told("Cargo.lock", format!("{REGISTRY}\n")).is_empty());
}

//! The formats of `check` for other programs, on the sample and on every case of `tests/repos`: right by their own
//! schemas, and with the same findings and places as the JSON.

mod junit;
mod sarif;
mod text;
mod xml;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::chain::sample;
use crate::program::{DAY, Folder, project};
use crate::repos::copy;

/// What the program prints, by what stands behind `--format`.
const FORMATS: [&str; 6] = ["json", "sarif", "github", "github -q", "junit", "markdown"];

/// Records, and what `check` prints of them.
struct Case {
    name: String,
    prints: BTreeMap<&'static str, String>,
    files: BTreeMap<String, String>,
}

impl Case {
    fn new(name: &str, folder: &Folder, arguments: &[&str], files: BTreeMap<String, String>) -> Self {
        let print = |format: &'static str| {
            let format_words: Vec<&str> = std::iter::once("--format").chain(format.split(' ')).collect();
            let run = folder.run(&[arguments, &format_words].concat());
            assert!(run.code < 2 && run.err.is_empty(), "{name}: {run:#?}");
            (format, run.out)
        };
        Self { name: name.to_owned(), prints: FORMATS.into_iter().map(print).collect(), files }
    }

    fn print(&self, format: &str) -> &str {
        &self.prints[format]
    }

    /// What `--format json` tells.
    fn findings(&self) -> Vec<Value> {
        let report: Value = serde_json::from_str(self.print("json")).unwrap();
        report["findings"].as_array().unwrap().clone()
    }

    fn text(&self, path: &str) -> &str {
        self.files.get(path).unwrap_or_else(|| panic!("{path} is no file of {}", self.name))
    }
}

/// Every case of `tests/repos`, texts that are hard to write down, and the sample a year later, when much is due. The
/// program is run once for each of them and each format.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let repos = std::fs::read_dir(project().join("tests/repos")).unwrap().flatten();
        let mut names: Vec<String> = repos.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        let mut folders: Vec<(String, Folder)> = names.into_iter().map(|name| (name.clone(), copy(&name))).collect();
        folders.push(("hostile".to_owned(), hostile()));
        let of = |(name, folder): (String, Folder)| {
            let files = folder.files("").into_iter().map(|path| (path.clone(), folder.read(&path))).collect();
            Case::new(&name, &folder, &["check", "--as-of", DAY], files)
        };
        let mut cases: Vec<Case> = folders.into_iter().map(of).collect();
        let arguments = ["-C", project().to_str().unwrap(), "check", "--as-of", "2027-12-31"];
        cases.push(Case::new("sample", &Folder::new(), &arguments, sample().into_iter().collect()));
        cases
    })
}

/// Records whose texts and paths have everything that some format treats as a mark of its own.
fn hostile() -> Folder {
    let folder = copy("ok-small");
    let words = "]]> <b a='c'>&amp;</b> 100%0A::error::x [y](z) @ann #1 `q` \\u001b[31m \\ufffe 日本 \u{1f600}";
    folder.write(
        "sms/ci/a, (b): [c] & 'd'%.yaml",
        format!("kind: ci\r\nid: ci-odd\r\ntitle: T\r\nstatus: \"{words}\"\r\nowner: \"{words}\"\r\nci_type: server\r\n\"{words}\": 1\r\n"),
    );
    folder
}

#[test]
fn there_are_findings_to_format() {
    let counts: Vec<(String, usize)> = cases().iter().map(|case| (case.name.clone(), case.findings().len())).collect();
    assert!(counts.iter().map(|(_, count)| count).sum::<usize>() > 100, "{counts:?}");
    assert!(counts.iter().any(|(name, count)| name == "hostile" && *count >= 3), "{counts:?}");
}

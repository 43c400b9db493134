//! The bold numbers of the style guide. `cargo test --test it tidy -- --nocapture` prints what is measured.

use super::scan::Rust;
use super::{none, root, sources, tracked};

const MEDIAN_FILE: usize = 150;
const P90_FILE: usize = 350;
const MAX_FILE: usize = 600;
const MEDIAN_RULE: usize = 130;
const MEDIAN_FUNCTION: usize = 12;
const MAX_FUNCTION: usize = 100;
/// Calls of `unwrap` and `expect` outside tests, per 1,000 lines.
const UNWRAPS: f64 = 0.5;
const TEST_RATIO: f64 = 1.0;
/// Longest file of tests.
const MAX_TEST_FILE: usize = 400;

/// Files in src/rules/ that are no rules.
const NO_RULES: [&str; 6] = ["mod.rs", "rule.rs", "run.rs", "harness.rs", "limits.rs", "tidy.rs"];

/// The value below which `share` per cent of the sorted values lie.
fn percentile(values: &mut [usize], share: usize) -> usize {
    values.sort_unstable();
    let at = (values.len() * share).div_ceil(100).max(1) - 1;
    values.get(at).copied().unwrap_or(0)
}

fn is_rule(file: &Rust) -> bool {
    file.path.strip_prefix("src/rules/").is_some_and(|name| !NO_RULES.contains(&name) && !name.contains('/'))
}

#[test]
fn files_are_short() {
    let files = sources();
    let mut lengths: Vec<usize> = files.iter().map(|file| file.lines.len()).collect();
    let (median, p90) = (percentile(&mut lengths, 50), percentile(&mut lengths, 90));
    println!("{} files, {} lines, median {median}, p90 {p90}", files.len(), lengths.iter().sum::<usize>());
    let long = files.iter().filter(|file| file.lines.len() > MAX_FILE);
    none(
        &long
            .map(|f| format!("{}:{MAX_FILE}: the file has {} lines; split it", f.path, f.lines.len()))
            .collect::<Vec<_>>(),
    );
    assert!(median <= MEDIAN_FILE, "the median file in src has {median} lines, above {MEDIAN_FILE}; split the longest");
    assert!(p90 <= P90_FILE, "one file in ten has {p90} lines or more, above {P90_FILE}; split the longest");
}

#[test]
fn rule_files_are_short() {
    let files = sources();
    let mut lengths: Vec<usize> = files.iter().filter(|file| is_rule(file)).map(|file| file.lines.len()).collect();
    let median = percentile(&mut lengths, 50);
    println!("{} rule files, median {median} lines", lengths.len());
    assert!(median <= MEDIAN_RULE, "the median rule file has {median} lines, above {MEDIAN_RULE}; shorten the longest");
}

#[test]
fn functions_are_short() {
    let mut lengths = Vec::new();
    let mut complaints = Vec::new();
    for file in sources() {
        for function in file.functions() {
            lengths.push(function.length);
            if function.length > MAX_FUNCTION {
                let (path, line, name, length) = (&file.path, function.line, function.name, function.length);
                complaints
                    .push(format!("{path}:{line}: `{name}` has {length} lines, above {MAX_FUNCTION}; take it apart"));
            }
        }
    }
    let median = percentile(&mut lengths, 50);
    println!("{} functions, median {median} lines, longest {}", lengths.len(), lengths.last().unwrap_or(&0));
    none(&complaints);
    assert!(median <= MEDIAN_FUNCTION, "the median function has {median} lines, above {MEDIAN_FUNCTION}");
}

/// Public items and fields without words above them.
fn undocumented(file: &Rust) -> Vec<String> {
    const ITEMS: [&str; 11] =
        ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "unsafe", "async", "macro_rules!"];
    let mut complaints = Vec::new();
    for (line, code) in file.outside_tests() {
        let code = code.trim_start();
        let Some(rest) = code.strip_prefix("pub ").or_else(|| code.strip_prefix("pub(crate) ")) else { continue };
        let word = rest.split([' ', ':', '<', '(']).next().unwrap_or("");
        let is_field = rest[word.len()..].starts_with(": ");
        if !ITEMS.contains(&word) && !is_field {
            continue;
        }
        let above = file.lines[..line - 1].iter().rev().map(|line| line.trim());
        let words = above.skip_while(|line| {
            line.starts_with("#[") || line.ends_with(")]") || line.starts_with("$(#[") || line.starts_with("//~")
        });
        // In a macro, `$(#[$doc])*` brings the words.
        let by_macro = file.lines[..line - 1]
            .iter()
            .rev()
            .take(4)
            .any(|line| line.contains("$(#[$doc") || line.contains("$(#[doc"));
        let documented = words.take(1).any(|line| line.starts_with("///") || line.starts_with("#[doc"));
        if !documented && !by_macro && !file.lines[line - 1].contains('$') {
            complaints.push(format!(
                "{}:{line}: `{}` is public; say in a `///` what it is for",
                file.path,
                rest.trim()
            ));
        }
    }
    complaints
}

#[test]
fn everything_public_is_documented() {
    let files = sources();
    let mut complaints: Vec<String> = files.iter().flat_map(undocumented).collect();
    for file in files.iter().filter(|file| !is_rule(file)) {
        if !file.lines.first().is_some_and(|line| line.starts_with("//!")) {
            complaints.push(format!("{}:1: begin the file with a `//!` that says what it is for", file.path));
        }
    }
    none(&complaints);
}

#[test]
fn panics_on_purpose_are_rare() {
    let mut calls = Vec::new();
    let mut lines = 0;
    for file in sources() {
        for (line, code) in file.outside_tests() {
            lines += 1;
            let count = code.matches(".unwrap()").count() + code.matches(".expect(").count();
            calls.extend(std::iter::repeat_n(
                format!("{}:{line}: handle the other case, or prove it away", file.path),
                count,
            ));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let share = calls.len() as f64 * 1000.0 / lines as f64;
    println!("{} unwraps in {lines} lines outside tests: {share:.2} per 1,000", calls.len());
    assert!(share <= UNWRAPS, "{share:.2} unwraps per 1,000 lines, above {UNWRAPS}:\n{}", calls.join("\n"));
}

/// Lines of the examples in doc comments that are run as tests: the `yaml,bad` and `yaml,good` blocks of the rules.
fn executed_examples(file: &Rust) -> usize {
    let mut inside = false;
    let mut lines = 0;
    for line in &file.lines {
        let words = line.trim_start().strip_prefix("///").map(str::trim);
        inside = match words {
            Some("```yaml,bad" | "```yaml,good") => true,
            Some("```") | None => false,
            Some(_) => inside,
        };
        lines += usize::from(inside);
    }
    lines
}

#[test]
fn there_is_as_much_test_as_code() {
    let (mut tests, mut code) = (0, 0);
    for file in sources() {
        let inside = file.test.iter().filter(|test| **test).count();
        // Pages and other doc comments are neither code nor test, but for the examples in them that are run.
        let is_doc = |line: &str| line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
        let docs = file.lines.iter().zip(&file.test).filter(|(line, test)| !**test && is_doc(line)).count();
        tests += inside + executed_examples(&file);
        code += file.lines.len() - inside - docs;
    }
    // Everything in the folder of tests counts that somebody here wrote or looked through: not descriptions of others'.
    let endings = [".rs", ".yaml", ".toml", ".snap", ".txt", ".mjs", ".py"];
    let files = tracked().into_iter().filter(|file| file.path.starts_with("tests/"));
    let files = files.filter(|file| endings.iter().any(|ending| file.path.ends_with(ending)));
    tests += files.map(|file| file.text.lines().count()).sum::<usize>();
    let ratio = tests as f64 / code as f64;
    println!("{tests} lines of tests, {code} lines of code: ratio {ratio:.2}");
    assert!(ratio >= TEST_RATIO, "{tests} lines of tests for {code} lines of code: {ratio:.2}, below {TEST_RATIO}");
}

#[test]
fn files_of_tests_are_short_and_say_what_they_are_for() {
    let mut complaints = Vec::new();
    for file in tracked().iter().filter(|file| file.path.starts_with("tests/") && file.path.ends_with(".rs")) {
        let lines = file.text.lines().count();
        if lines > MAX_TEST_FILE {
            complaints.push(format!("{}:{MAX_TEST_FILE}: {lines} lines; split it by behaviour", file.path));
        }
        if !file.text.starts_with("//!") {
            complaints.push(format!("{}:1: begin the file with a `//!` that says what it holds to", file.path));
        }
        let names =
            file.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(concat!("fn te", "st_")));
        complaints
            .extend(names.map(|(at, _)| format!("{}:{}: name the behaviour, without `test_`", file.path, at + 1)));
    }
    none(&complaints);
}

#[test]
fn there_is_one_package() {
    let manifests: Vec<String> = tracked()
        .into_iter()
        .map(|file| file.path)
        .filter(|path| path.ends_with("Cargo.toml") && !path.starts_with("fuzz/"))
        .collect();
    assert_eq!(manifests, ["Cargo.toml"], "one package; see the layout in ARCHITECTURE.md");
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("[workspace]"), "Cargo.toml: no workspace is needed for one package");
}

#[test]
fn percentiles_are_of_the_values_themselves() {
    assert_eq!(percentile(&mut [5, 1, 3], 50), 3);
    assert_eq!(percentile(&mut [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), 9);
    assert_eq!(percentile(&mut [], 50), 0);
}

#[test]
fn public_things_without_words_are_found() {
    let text = "//! x\n/// Words.\n#[must_use]\npub fn a() {}\npub fn b() {}\npub struct C {\n    pub d: u8,\n    /// Words.\n    pub e: u8,\n}\n\
                pub use x;\n#[cfg(test)]\nmod tests {\n    pub fn f() {}\n}\n";
    let found = undocumented(&Rust::new("a.rs", text));
    let lines: Vec<_> = found.iter().map(|words| words.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["5", "6", "7"]);
}

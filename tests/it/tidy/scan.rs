//! A scanner for Rust text, good enough for counting: comments, strings and tests are told from code, and functions
//! are measured. It knows no grammar, so that it can be read in one go.

/// A Rust file.
pub(super) struct Rust {
    pub(super) path: String,
    /// The lines as written.
    pub(super) lines: Vec<String>,
    /// The same lines with blanks for comments, strings and characters.
    pub(super) code: Vec<String>,
    /// For each line, whether it belongs to a test.
    pub(super) test: Vec<bool>,
}

/// A function: its first line from 1, its name, and how many lines it has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) length: usize,
}

impl Rust {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let code = blank(text);
        let test = tests(&code);
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        Self { path: path.to_owned(), lines: lines(text), code: lines(&code), test }
    }

    /// Lines of code outside tests, with their numbers from 1.
    pub(super) fn outside_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.iter().zip(&self.test).enumerate();
        lines.filter(|(_, (_, test))| !**test).map(|(at, (line, _))| (at + 1, line.as_str()))
    }

    /// The code outside tests as one text; tests are blank lines.
    pub(super) fn code_outside_tests(&self) -> String {
        self.code
            .iter()
            .zip(&self.test)
            .map(|(line, test)| if *test { "\n".into() } else { format!("{line}\n") })
            .collect()
    }

    /// Every function outside tests.
    pub(super) fn functions(&self) -> Vec<Function> {
        let text = self.code_outside_tests();
        let mut found = Vec::new();
        for (at, _) in text.match_indices("fn ") {
            let named = text[at + 3..].chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
            let starts_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let (true, true, Some(end)) = (named, starts_word, item_end(&text, at)) else { continue };
            let name = text[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let line = text[..at].matches('\n').count() + 1;
            if text[..end].ends_with('}') {
                found.push(Function { line, name, length: text[at..end].matches('\n').count() + 1 });
            }
        }
        found
    }
}

/// Marks whole files that are declared as `#[cfg(test)] mod name;` by their parent.
pub(super) fn mark_test_files(files: &mut [Rust]) {
    let mut test_files = Vec::new();
    for file in files.iter() {
        let folder = file.path.trim_end_matches("mod.rs").trim_end_matches("lib.rs").trim_end_matches(".rs");
        for (at, line) in file.code.iter().enumerate().filter(|(at, _)| file.test[*at]) {
            let name = line
                .trim()
                .trim_start_matches("pub(crate) ")
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(';'));
            if let Some(name) = name {
                assert!(at > 0, "{}: a test module has its attribute above it", file.path);
                test_files.push(format!("{}/{name}.rs", folder.trim_end_matches('/')));
            }
        }
    }
    for file in files.iter_mut().filter(|file| test_files.contains(&file.path)) {
        file.test.fill(true);
    }
}

/// The byte behind the item that begins at `at`: its closing brace, or its semicolon.
fn item_end(text: &str, at: usize) -> Option<usize> {
    let (mut depth, mut round) = (0usize, 0usize);
    for (offset, byte) in text[at..].bytes().enumerate() {
        match byte {
            b'(' | b'[' => round += 1,
            b')' | b']' => round = round.checked_sub(1)?,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + offset + 1);
                }
            }
            b';' if depth == 0 && round == 0 => return Some(at + offset + 1),
            _ => {}
        }
    }
    None
}

/// For each line, whether it belongs to an item under `#[cfg(test)]`.
fn tests(code: &str) -> Vec<bool> {
    let mut test = vec![false; code.lines().count()];
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let end = item_end(code, at + mark.len()).unwrap_or(code.len());
        let first = code[..at].matches('\n').count();
        let last = code[..end].matches('\n').count();
        test[first..=last.min(code.lines().count() - 1)].fill(true);
    }
    test
}

/// The text with blanks in place of comments, strings and characters; line breaks stay.
pub(super) fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal(rest, out.chars().next_back()).unwrap_or(0);
        if length > 0 {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The length of the comment, string or character that `rest` begins with.
fn literal(rest: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let bytes = rest.as_bytes();
    match bytes[0] {
        b'/' if bytes.get(1) == Some(&b'/') => Some(rest.find('\n').unwrap_or(rest.len())),
        b'/' if bytes.get(1) == Some(&b'*') => Some(rest.find("*/").map_or(rest.len(), |at| at + 2)),
        b'"' => Some(quoted(rest)),
        b'b' if !in_word && bytes.get(1) == Some(&b'"') => Some(1 + quoted(&rest[1..])),
        b'r' if !in_word => {
            let hashes = bytes[1..].iter().take_while(|byte| **byte == b'#').count();
            (bytes.get(1 + hashes) == Some(&b'"')).then(|| {
                let close = format!("\"{}", "#".repeat(hashes));
                let body = 2 + hashes;
                rest[body..].find(&close).map_or(rest.len(), |at| body + at + close.len())
            })
        }
        // A lifetime has no closing quote behind its first letter.
        b'\'' => {
            let mut inner = rest[1..].chars();
            let character = inner.next()?;
            if character == '\\' {
                return rest[3..].find('\'').map(|at| at + 4);
            }
            (inner.next() == Some('\'')).then(|| 2 + character.len_utf8())
        }
        _ => None,
    }
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

#[test]
fn strings_comments_and_characters_are_blanked_in_place() {
    let text =
        "let a = \"x // {\"; // fn no\nlet b = '{'; let c: &'a str = r#\"\" }\"#; let d = b\"\\\"{\"; '\\'' '\\u{7f}'";
    let blanked = blank(text);
    assert_eq!(blanked.len(), text.len());
    assert!(!blanked.contains(['{', '}', '"']) && !blanked.contains("fn no"), "{blanked}");
    assert!(blanked.contains("let b =") && blanked.contains("&'a str"), "{blanked}");
}

#[test]
fn functions_are_measured_without_tests() {
    let text = "pub fn one(a: [u8; 2]) {\n    b(|| {\n    });\n}\nfn two() -> fn(u8) { }\ntrait T { fn three(); }\n\
                #[cfg(test)]\nmod tests {\n    fn four() {\n    }\n}\n";
    let found = Rust::new("a.rs", text).functions();
    let found: Vec<_> = found.iter().map(|f| (f.line, f.name.as_str(), f.length)).collect();
    assert_eq!(found, [(1, "one", 4), (5, "two", 1)]);
}

#[test]
fn a_file_that_only_tests_use_is_a_test() {
    let mut files = vec![
        Rust::new("src/rules/mod.rs", "#[cfg(test)]\nmod harness;\nmod run;\n"),
        Rust::new("src/rules/harness.rs", "fn a() {}\n"),
    ];
    mark_test_files(&mut files);
    assert_eq!(files[0].test, [true, true, false]);
    assert_eq!(files[1].test, [true]);
}

//! Hostile and odd texts, each with the first rule that must be reported, if any.

/// A text, what it is, and the first finding of the YAML reader.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) rule: Option<&'static str>,
}

fn case(name: &'static str, text: impl Into<String>, rule: Option<&'static str>) -> Case {
    Case { name, text: text.into(), rule }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|at| line(at) + "\n").collect()
}

/// Every case.
pub(super) fn all() -> Vec<Case> {
    [bombs(), nesting(), size(), characters(), ends(), scalars(), keys(), structure()].into_iter().flatten().collect()
}

fn bombs() -> Vec<Case> {
    let laughs = |line: &dyn Fn(usize) -> String| format!("a0: &a0 [x, x]\n{}", lines(60, line));
    let many = "*b, ".repeat(20_000);
    vec![
        case(
            "billion laughs",
            laughs(&|n| format!("a{}: &a{} [*a{n}, *a{n}, *a{n}]", n + 1, n + 1)),
            Some("yaml-anchor"),
        ),
        case("quadratic aliases", format!("a: &b {}\nc: [{many}]\n", "x".repeat(50_000)), Some("yaml-anchor")),
        case("an alias to itself", "a: &b [*b]\n", Some("yaml-anchor")),
        case("an alias as a key", "a: &b c\n*b : d\n", Some("yaml-anchor")),
        case("an alias to nothing", "a: *b\n", Some("yaml-alias")),
        case("a merge key", "a: 1\n<<: {b: 2}\n", Some("yaml-merge-key")),
        case("100,000 anchors", lines(100_000, |n| format!("k{n}: &a{n} v")), Some("yaml-anchor")),
        case("100,000 tags", lines(100_000, |n| format!("k{n}: !t{n} v")), Some("yaml-tag")),
        case("an anchor without a name", "a: & b\n", Some("yaml-syntax")),
    ]
}

fn nesting() -> Vec<Case> {
    let mut cases = Vec::new();
    for depth in [10_000, 100_000] {
        cases.push(case(
            "nested brackets",
            format!("a: {}{}", "[".repeat(depth), "]".repeat(depth)),
            Some("yaml-too-deep"),
        ));
        cases.push(case(
            "nested braces",
            format!("a: {}{}", "{b: ".repeat(depth), "}".repeat(depth)),
            Some("yaml-too-deep"),
        ));
        cases.push(case("open brackets alone", "[".repeat(depth), Some("yaml-too-deep")));
        cases.push(case("nested dashes", format!("{}x\n", "- ".repeat(depth)), Some("yaml-too-deep")));
        cases.push(case("nested question marks", format!("{}x\n", "? ".repeat(depth)), Some("yaml-too-deep")));
        cases.push(case("nested colons", format!("{}x\n", ": ".repeat(depth)), Some("yaml-key-type")));
        cases.push(case("brackets and braces in turn", "[{a: ".repeat(depth / 2), Some("yaml-too-deep")));
    }
    let indented = lines(2_000, |n| format!("{}a:", " ".repeat(n)));
    cases.push(case("2,000 levels of indentation", indented, Some("yaml-too-deep")));
    cases.push(case("closing brackets alone", "]".repeat(100_000), Some("yaml-syntax")));
    cases.push(case("closing braces in a value", format!("a: {}", "}".repeat(100_000)), Some("yaml-syntax")));
    cases.push(case(
        "64 levels are too many with the root",
        format!("a: {}{}", "[".repeat(64), "]".repeat(64)),
        Some("yaml-too-deep"),
    ));
    cases.push(case("63 levels below the root are read", format!("a: {}{}", "[".repeat(63), "]".repeat(63)), None));
    cases
}

fn size() -> Vec<Case> {
    let list = "- x\n".repeat(250_000);
    vec![
        case("a plain scalar of 1 MiB", format!("a: {}\n", "x".repeat(1 << 20)), None),
        case("a quoted scalar of 1 MiB", format!("a: \"{}\"\n", "\\n".repeat(1 << 19)), None),
        case("a block scalar of 1 MiB", format!("a: |\n{}", "  x\n".repeat(1 << 18)), None),
        case("an open quote of 1 MiB", format!("a: \"{}", "x".repeat(1 << 20)), Some("yaml-syntax")),
        case("50,000 keys", lines(50_000, |n| format!("k{n}: {n}")), None),
        case("50,000 keys in one line", format!("{{{}}}", "k: v, ".repeat(50_000)), Some("yaml-duplicate-key")),
        case("50,000 keys, each twice", lines(100_000, |n| format!("k{}: v", n % 50_000)), Some("yaml-duplicate-key")),
        case("50,000 times one key", lines(50_000, |_| "k: v".to_owned()), Some("yaml-duplicate-key")),
        case("250,000 items", list, None),
        case(
            "a million and one items",
            "[,".repeat(0) + "[" + &"1,".repeat(1_000_001) + "]",
            Some("yaml-too-many-nodes"),
        ),
        case("1 MiB of comments", "# comment\n".repeat(100_000), None),
        case("1 MiB of spaces", " ".repeat(1 << 20), None),
        case("1 MiB of line breaks", "\n".repeat(1 << 20), None),
        case("100,000 documents", "---\na: 1\n".repeat(100_000), Some("yaml-too-many-documents")),
        case("100,000 document ends", "...\n".repeat(100_000), None),
        case("a comment of 1 MiB behind a value", format!("a: b #{}\n", "x".repeat(1 << 20)), None),
        case("a key of 1 MiB", format!("{}: v\n", "k".repeat(1 << 20)), Some("yaml-syntax")),
        case("a key of 1,000 characters", format!("{}: v\n", "k".repeat(1_000)), None),
        case("100,000 tags behind each other", format!("a: {}b\n", "!t ".repeat(100_000)), Some("yaml-tag")),
        case("colons without end", ":".repeat(1 << 20), Some("yaml-syntax")),
        case("dashes without end", "-".repeat(1 << 20), None),
        case("a line of 1 MiB in brackets", format!("a: [{}]\n", "b, ".repeat(1 << 18)), None),
    ]
}

fn characters() -> Vec<Case> {
    vec![
        case("NUL", "a: b\u{0}c\n", Some("yaml-control-character")),
        case("NUL alone", "\u{0}", Some("yaml-control-character")),
        case("NUL in quotes", "a: \"b\u{0}c\"\n", Some("yaml-control-character")),
        case("bell", "a: \u{7}\n", Some("yaml-control-character")),
        case("escape sequence of a terminal", "a: \u{1b}[31mred\n", Some("yaml-control-character")),
        case("delete", "a: b\u{7f}c\n", Some("yaml-control-character")),
        case("a control character of Latin-1", "a: b\u{9f}c\n", Some("yaml-control-character")),
        case("a control character in a comment", "a: b # \u{1}\n", Some("yaml-control-character")),
        case("a control character in a block scalar", "a: |\n  b\u{1}\n", Some("yaml-control-character")),
        case("a noncharacter", "a: b\u{ffff}\n", Some("yaml-control-character")),
        case("BOM", "\u{feff}a: b\n", None),
        case("two BOMs", "\u{feff}\u{feff}a: b\n", None),
        case("BOM inside a word", "a: b\u{feff}c\n", None),
        case("BOM before a word", "a: \u{feff}c\n", Some("yaml-syntax")),
        case("BOM alone", "\u{feff}", None),
        case("emoji", "a😀: 👩‍👩‍👧\n", None),
        case("right to left", "a: \u{202e}drowssap\u{202c}\n", None),
        case("combining characters", format!("a: e{}\n", "\u{301}".repeat(10_000)), None),
        case("no-break space before a key", "\u{a0}a: b\n", None),
        case("replacement characters", "a: \u{fffd}\u{fffd}\n", None),
        case("line separator", "a: b\u{2028}c\n", None),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        case("nothing", "", None),
        case("one line break", "\n", None),
        case("only comments", "# a\n  # b\n", None),
        case("CRLF", "a: b\r\nc:\r\n  - d\r\n", None),
        case("lone CR", "a: b\rc: d\r", None),
        case("mixed line ends", "a: b\r\nc: d\re: f\n", None),
        case("NEL is text", "a: b\u{85}c\n", None),
        case("no line break at the end", "a: b", None),
        case("two documents", "a: 1\n---\nb: 2\n", None),
        case("an end and nothing behind", "a: 1\n...\n", None),
        case("text behind the end", "a: 1\n... b\n", Some("yaml-syntax")),
        case("a document start in quotes", "a: \"\n---\n\"\n", Some("yaml-syntax")),
        case("YAML 1.1", "%YAML 1.1\n---\na: no\n", None),
        case("YAML 1.2", "%YAML 1.2\n---\na: no\n", None),
        case("YAML 2.0", "%YAML 2.0\n---\na: no\n", Some("yaml-syntax")),
        case("two YAML directives", "%YAML 1.2\n%YAML 1.2\n---\na: 1\n", Some("yaml-syntax")),
        case("a directive without a document", "%YAML 1.2\n", Some("yaml-syntax")),
        case("an unknown directive", "%FOO bar\n---\na: 1\n", None),
        case("a tag directive", "%TAG ! tag:example.org,2026:\n---\na: !b c\n", Some("yaml-tag")),
        case("a tab as indentation", "a:\n\tb: 1\n", Some("yaml-tab")),
        case("a tab after spaces", "a:\n  \tb: 1\n", Some("yaml-tab")),
        case("a tab before a list", "a:\n\t- b\n", Some("yaml-tab")),
        case("a tab behind a dash", "-\tb\n", None),
        case("a tab between key and value", "a:\tb\n", None),
        case("a tab before a colon", "a\t: b\n", None),
        case("a tab before a comment", "a: b\t# c\n", None),
        case("a tab in brackets", "a: [\tb,\tc]\n", None),
        case("a tab after spaces before a list", "a:\n  \t- b\n", Some("yaml-tab")),
        case("a tab in a nested list", "-\t- a\n", Some("yaml-tab")),
        case("tabs in an empty line", "a: b\n\t\nc: d\n", None),
    ]
}

fn scalars() -> Vec<Case> {
    vec![
        case("an open double quote", "a: \"b\nc: d\n", Some("yaml-syntax")),
        case("an open single quote", "a: 'b\nc: d\n", Some("yaml-syntax")),
        case("text behind a quote", "a: \"b\" c\n", Some("yaml-syntax")),
        case("a bad escape", "a: \"\\q\"\n", Some("yaml-syntax")),
        case("a short escape", "a: \"\\u12\"\n", Some("yaml-syntax")),
        case("a lone surrogate", "a: \"\\ud800\"\n", Some("yaml-syntax")),
        case("a pair of surrogates", "a: \"\\ud83d\\ude00\"\n", None),
        case("an escape beyond Unicode", "a: \"\\U00110000\"\n", Some("yaml-syntax")),
        case("an escape of NUL", "a: \"\\0\"\n", None),
        case("a backslash at the end", "a: \"b\\", Some("yaml-syntax")),
        case("a reserved sign", "a: @b\n", Some("yaml-syntax")),
        case("a grave accent", "a: `b`\n", Some("yaml-syntax")),
        case("a percent sign", "a: %b\n", Some("yaml-syntax")),
        case("a colon in plain text", "a: b: c\n", Some("yaml-syntax")),
        case("a hash in plain text", "a: b#c\n", None),
        case("leading zeros", "a: 0755\n", Some("yaml-number")),
        case("an enormous integer", format!("a: {}\n", "9".repeat(100_000)), Some("yaml-number")),
        case("an enormous exponent", "a: 1e999999999\n", Some("yaml-number")),
        case("an enormous hexadecimal", format!("a: 0x{}\n", "F".repeat(100)), Some("yaml-number")),
        case("infinity", "a: -.Inf\n", Some("yaml-number")),
        case("positive infinity in capitals", "a: +.INF\n", Some("yaml-number")),
        case("not a number", "a: .NaN\n", Some("yaml-number")),
        case("minus zero", "a: -0\n", None),
        case("a day", "a: 2026-02-30\n", None),
        case("an instant", "a: 2026-11-09T10:00:00+00:00\n", None),
        case("base sixty", "a: 190:20:30\n", None),
        case("a block scalar with a wrong header", "a: |x\n  b\n", Some("yaml-syntax")),
        case("a block scalar indented by nothing", "a: |0\n  b\n", Some("yaml-syntax")),
        case("a block scalar that begins deeper", "a: |\n     \n  b\n", Some("yaml-syntax")),
        case("a block scalar without a body", "a: |\n", None),
        case("a tag", "a: !!str 1\n", Some("yaml-tag")),
        case("a tag that other readers run", "a: !!python/object/apply:os.system [id]\n", Some("yaml-tag")),
        case("a tag without an end", "a: !<b c\n", Some("yaml-syntax")),
        case("a binary tag", "a: !!binary aGk=\n", Some("yaml-tag")),
    ]
}

fn keys() -> Vec<Case> {
    let nested = "a:\n  b:\n    - c: 1\n      d: {e: 1, e: 2}\n";
    vec![
        case("a key twice", "a: 1\na: 2\n", Some("yaml-duplicate-key")),
        case("a key twice, once quoted", "a: 1\n\"\\x61\": 2\n", Some("yaml-duplicate-key")),
        case("a key twice in the depth", nested, Some("yaml-duplicate-key")),
        case("a number as key", "1: a\n", Some("yaml-key-type")),
        case("a decimal as key", "1.5: a\n", Some("yaml-key-type")),
        case("a truth value as key", "true: a\n", Some("yaml-key-type")),
        case("null as key", "null: a\n", Some("yaml-key-type")),
        case("no key", ": a\n", Some("yaml-key-type")),
        case("infinity as key", ".inf: a\n", Some("yaml-number")),
        case("a list as key", "[a, b]: c\n", Some("yaml-key-type")),
        case("a mapping as key", "{a: b}: c\n", Some("yaml-key-type")),
        case("a list behind a question mark", "? - a\n: b\n", Some("yaml-key-type")),
        case("text behind a question mark", "? a\n: b\n", None),
        case("a question mark without a value", "? a\n", None),
        case("a question mark alone", "?\n", Some("yaml-key-type")),
        case("a block scalar as key", "? |\n  a\n: b\n", None),
        case("a quoted merge key, which is an ordinary one", "\"<<\": a\n", None),
        case("an empty key in quotes", "'': a\n", None),
        case("a key over two lines", "\"a\n  b\": c\n", Some("yaml-syntax")),
        case("keys that differ in case", "a: 1\nA: 2\n", None),
        case("keys that differ in form", "caf\u{e9}: 1\ncafe\u{301}: 2\n", None),
    ]
}

fn structure() -> Vec<Case> {
    vec![
        case("wrong indentation", "a: 1\n b: 2\n", Some("yaml-syntax")),
        case("less indentation than before", "a:\n    b: 1\n  c: 2\n", Some("yaml-syntax")),
        case("a key after an item", "- a\nb: c\n", Some("yaml-syntax")),
        case("an item after a key", "a: b\n- c\n", Some("yaml-syntax")),
        case("an open bracket", "a: [b, c\nd: e\n", Some("yaml-syntax")),
        case("an open brace", "a: {b: c\nd: e\n", Some("yaml-syntax")),
        case("crossed brackets", "a: [{b: c]}\n", Some("yaml-syntax")),
        case("two commas", "a: [b,, c]\n", Some("yaml-syntax")),
        case("a comma first", "a: [, b]\n", Some("yaml-syntax")),
        case("a comma last", "a: [b, ]\n", None),
        case("a bracket in the first column", "a: [b,\n  c,\n]\n", Some("yaml-syntax")),
        case("no comma", "a: [b\n  c: d e: f]\n", Some("yaml-syntax")),
        case("a comment without a space", "a: [b]#c\n", Some("yaml-syntax")),
        case("a list in a line", "a: - b\n", Some("yaml-syntax")),
        case("a mapping in a line", "a: b: c: d\n", Some("yaml-syntax")),
        case("a plain word", "hello\n", None),
        case("a number alone", "42\n", None),
        case("a list at the root", "- a\n- b\n", None),
        case("a template of another tool", "a: {{ b }}\n", Some("yaml-key-type")),
        case("marks of a merge conflict", "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", Some("yaml-syntax")),
        case("JSON", "{\"a\": [1, true, null, {\"b\": \"c\"}]}\n", None),
        case("JSON with a tab", "{\n\t\"a\": 1\n}\n", None),
        case("HTML", "<!doctype html>\n<p>a: b</p>\n", Some("yaml-syntax")),
        case("TOML", "[a]\nb = 1\n", Some("yaml-syntax")),
        case("a program", "#!/bin/sh\nrm -rf \"$1\"\n", None),
    ]
}

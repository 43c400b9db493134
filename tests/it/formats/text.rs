//! Workflow commands and Markdown.

use super::cases;

#[test]
fn there_is_one_command_for_each_finding_and_a_line_with_the_counts() {
    for case in cases() {
        let (text, findings) = (case.print("github"), case.findings());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), findings.len() + 1, "{}: {text}", case.name);
        let (last, commands) = lines.split_last().unwrap();
        assert!(last.starts_with("gitsm check: "), "{last}");
        let weight = |line: &&str| {
            ["::error ", "::warning ", "::notice "].iter().position(|head| line.starts_with(head)).unwrap()
        };
        assert!(commands.is_sorted_by_key(weight), "{}: {text}", case.name);
        for command in commands {
            let (head, _) = command[2..].split_once("::").unwrap();
            let (_, properties) = head.split_once(' ').unwrap();
            let keys: Vec<&str> = properties.split(',').map(|pair| pair.split_once('=').unwrap().0).collect();
            assert_eq!((keys[0], keys[1], keys[keys.len() - 1]), ("file", "line", "title"), "{command}");
        }
        assert_eq!(case.print("github -q").lines().collect::<Vec<_>>(), commands, "{}", case.name);
    }
}

#[test]
fn markdown_has_each_finding_with_a_link_to_its_line() {
    for case in cases().iter().filter(|case| case.name != "sample") {
        let (text, findings) = (case.print("markdown"), case.findings());
        assert_eq!(text.matches("\n- [`").count(), findings.len(), "{}: {text}", case.name);
        for finding in findings {
            let path = finding["path"].as_str().unwrap();
            let line = &finding["span"]["start"]["line"];
            if path.chars().all(|c| c.is_ascii_alphanumeric() || "-._/".contains(c)) {
                assert!(
                    text.contains(&format!("]({path}#L{line}) `{}`\n", finding["rule"].as_str().unwrap())),
                    "{path}: {text}"
                );
            }
        }
        assert!(!text.contains("<b") || !text.replace("<br>", "").contains("<b"), "{text}");
    }
}

#[test]
fn markdown_of_much_fits_into_a_comment() {
    let sample = cases().last().unwrap();
    let text = sample.print("markdown");
    assert!(text.len() < 65_536 && text.contains("<details><summary>"), "{} bytes", text.len());
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

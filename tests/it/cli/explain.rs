//! `gitsm explain` and `gitsm schema` answer for every rule, kind and clause that exists.

use crate::program::Folder;
use crate::repos::copy;

/// First words of the lines of the table below a heading of the overview.
fn column(overview: &str, heading: &str) -> Vec<String> {
    let table = overview.split(&format!("{heading}\n\n")).nth(1).unwrap_or_else(|| panic!("no {heading}: {overview}"));
    let rows = table.lines().skip(1).take_while(|line| !line.is_empty());
    rows.map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_rule_of_the_overview_has_a_page_with_its_weight_clause_and_way_out() {
    let folder = Folder::new();
    let overview = folder.run(&["explain"]).clean();
    let rules = column(&overview, "Rules");
    assert!(rules.len() > 60, "{rules:?}");
    for rule in rules {
        let page = folder.run(&["explain", &rule]).clean();
        let first = page.lines().next().unwrap();
        let weights = ["error", "warning", "info"].map(|weight| format!("{rule} ({weight})"));
        assert!(weights.iter().any(|head| head == first), "{first}");
        assert!(page.contains("\n  ISO/IEC 20000-1 "), "{rule} names no clause:\n{page}");
        assert!(page.contains(&format!("[rules] {rule} = ")), "{rule}: how to weigh it otherwise:\n{page}");
        assert!(page.contains("Since 0."), "{page}");
        assert!(page.split("\n\n").count() >= 4, "{rule} says too little:\n{page}");
    }
}

#[test]
fn every_kind_has_a_page_a_schema_and_a_description_of_each_field() {
    let folder = Folder::new();
    let kinds = column(&folder.run(&["explain"]).clean(), "Kinds of record");
    let listed = folder.run(&["schema"]).clean();
    assert_eq!(kinds, listed.lines().collect::<Vec<_>>());
    assert!(kinds.len() > 30, "{kinds:?}");
    for kind in kinds {
        let page = folder.run(&["explain", &kind]).clean();
        assert!(page.contains(&format!("(kind: {kind})\n")) && page.contains(&format!("`gitsm new {kind}`")), "{page}");
        for line in page.lines().filter(|line| line.ends_with(']') && line.contains("  ")) {
            let words = line.split_once("  ").map(|(_, words)| words.trim()).unwrap_or_default();
            assert!(words.starts_with(char::is_alphabetic) && words.contains(". ["), "{kind}: {line}");
        }
        let schema: serde_json::Value = serde_json::from_str(&folder.run(&["schema", &kind]).clean()).unwrap();
        assert_eq!(schema["properties"]["kind"]["const"], kind.as_str());
        let text = schema.to_string();
        assert!(!text.contains("common.schema.json"), "{kind}: the schema is complete in itself");
    }
}

#[test]
fn every_clause_that_a_rule_names_has_a_page_that_names_the_rule() {
    let folder = Folder::new();
    let overview = folder.run(&["explain"]).clean();
    let table = overview.split("Rules\n\n").nth(1).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        let (Some(rule), Some(clauses)) = (cells.next(), cells.nth(1)) else { continue };
        for clause in clauses.split(' ').filter(|clause| seen.insert((*clause).to_owned())) {
            let page = folder.run(&["explain", clause]).clean();
            assert!(page.starts_with(&format!("ISO/IEC 20000-1:2018 clause {clause}")), "{page}");
            assert!(page.contains(rule), "{clause} does not name {rule}:\n{page}");
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn a_clause_is_found_with_its_standard_and_by_its_old_number() {
    let folder = Folder::new();
    let plain = folder.run(&["explain", "8.5.1.3"]).clean();
    assert_eq!(folder.run(&["explain", "20000-1:8.5.1.3"]).clean(), plain);
    let group = folder.run(&["explain", "8.5.1"]).clean();
    assert!(group.contains("change-no-rollback"), "a clause shows what lies below it: {group}");
    let old = folder.run(&["explain", "6.6.1"]).clean();
    assert!(old.contains("2011 edition") && old.contains("8.7.3"), "{old}");
    let none = folder.run(&["explain", "99.1"]).refused();
    assert!(none.contains("99.1"), "{none}");
}

#[test]
fn outside_and_inside_a_repository_the_pages_are_the_same() {
    let (outside, inside) = (Folder::new(), copy("ok-small"));
    for topic in ["ref-dangling", "change", "8.5.1"] {
        assert_eq!(outside.run(&["explain", topic]).clean(), inside.run(&["explain", topic]).clean());
    }
}

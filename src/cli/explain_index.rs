//! The index of `gitsm explain`: kinds, and rules by name, by clause and by kind.

use std::fmt::Write as _;

use super::table::table;
use crate::base::clause;
use crate::base::code::Code;
use crate::local::Rules;
use crate::rules;
use crate::schema::Catalog;

/// Columns in which names are listed.
const WIDTH: usize = 100;

/// All kinds, and all rules in three orders.
pub(super) fn overview(catalog: &Catalog, local: &Rules) -> String {
    let mut out = String::from("Kinds of record\n\n");
    let mut rows = vec![vec!["kind".to_owned(), "what it is".to_owned()]];
    rows.extend(catalog.iter().map(|kind| vec![kind.name.clone(), first_sentence(&kind.description)]));
    out.push_str(&table(&rows));
    out.push_str("\nRules\n\n");
    let mut rows = vec![["rule", "severity", "clauses", "what it finds"].map(str::to_owned).to_vec()];
    rows.extend(rules::codes_with(local).map(|code| {
        vec![code.id.to_owned(), code.severity.to_string(), code.clauses.join(" "), code.summary().to_owned()]
    }));
    out.push_str(&table(&rows));
    out.push_str("\nRules by clause of ISO/IEC 20000-1\n\n");
    for clause in clause::all() {
        let head = format!("{} {}", clause.number, clause.title);
        listed(&mut out, head.trim_end(), local, |code| code.clauses.iter().any(|number| number == clause.number));
    }
    out.push_str("\nRules by kind\n\n");
    for kind in catalog.iter() {
        listed(&mut out, &kind.name, local, |code| code.kinds.iter().any(|name| *name == kind.name));
    }
    listed(&mut out, "every kind", local, |code| code.kinds.is_empty());
    out
}

/// A heading and the names of the rules that fit, when there are any.
fn listed(out: &mut String, head: &str, local: &Rules, fits: impl Fn(&Code) -> bool) {
    let names: Vec<&str> = rules::codes_with(local).filter(|code| fits(code)).map(|code| code.id).collect();
    if names.is_empty() {
        return;
    }
    let _ = write!(out, "{head}\n ");
    let mut column = 1;
    for name in names {
        if column + 1 + name.len() > WIDTH {
            out.push_str("\n ");
            column = 1;
        }
        let _ = write!(out, " {name}");
        column += 1 + name.len();
    }
    out.push('\n');
}

/// Whether the clause `number` is `clause` or stands below it.
pub(super) fn below(number: &str, clause: &str) -> bool {
    number.strip_prefix(clause).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The first sentence of a description.
pub(super) fn first_sentence(text: &str) -> String {
    text.split_inclusive(". ").next().unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog;

    #[test]
    fn the_overview_names_every_kind_and_every_rule() {
        let overview = overview(catalog::shared(), &Rules::default());
        for kind in catalog::shared().iter() {
            assert!(overview.lines().any(|line| line.starts_with(&format!("{} ", kind.name))), "{}", kind.name);
        }
        for code in rules::codes() {
            assert!(overview.lines().any(|line| line.starts_with(&format!("{} ", code.id))), "{}", code.id);
        }
    }

    /// The names below `head` in the part of the overview that begins with `part`.
    fn names<'o>(overview: &'o str, part: &str, head: &str) -> Vec<&'o str> {
        let part = overview.split(&format!("\n{part}")).nth(1).unwrap_or_else(|| panic!("no {part}"));
        let below = part.lines().skip_while(|line| *line != head).skip(1).take_while(|line| line.starts_with("  "));
        below.flat_map(str::split_whitespace).collect()
    }

    #[test]
    fn every_rule_stands_below_each_of_its_clauses_and_kinds_and_nowhere_else() {
        let overview = overview(catalog::shared(), &Rules::default());
        for clause in clause::all() {
            let head = format!("{} {}", clause.number, clause.title);
            let expected = rules::codes().filter(|code| code.clauses.iter().any(|number| number == clause.number));
            let expected: Vec<&str> = expected.map(|code| code.id).collect();
            assert_eq!(names(&overview, "Rules by clause", head.trim_end()), expected, "{head}");
        }
        for kind in catalog::shared().iter() {
            let expected = rules::codes().filter(|code| code.kinds.iter().any(|name| *name == kind.name));
            let expected: Vec<&str> = expected.map(|code| code.id).collect();
            assert_eq!(names(&overview, "Rules by kind", &kind.name), expected, "{}", kind.name);
        }
        assert!(names(&overview, "Rules by kind", "every kind").contains(&"yaml-syntax"));
        assert!(overview.split("Rules by clause").nth(1).unwrap().lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn only_the_first_sentence_of_a_description_is_listed() {
        assert_eq!(first_sentence("One. Two. Three."), "One.");
        assert_eq!(first_sentence("Version 1.5 of it"), "Version 1.5 of it");
        assert_eq!(first_sentence(""), "");
    }

    #[test]
    fn a_clause_is_below_itself_and_what_its_number_begins_with() {
        assert!(below("8.5.1", "8.5.1") && below("8.5.1.3", "8.5.1") && below("8.5", "8"));
        assert!(!below("8.5", "8.5.1") && !below("10.2", "1") && !below("8.50", "8.5"));
    }
}

//! `gitsm explain`.

use std::fmt::Write as _;

use clap::Args;

use super::table::table;
use super::{Context, Exit};
use crate::base::clause;
use crate::base::code::Code;
use crate::base::source::Sources;
use crate::base::suggest::nearest;
use crate::rules;
use crate::schema::{Catalog, Kind};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A rule, a kind of record or a clause; without one, all of them are listed
    topic: Option<String>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    // Own kinds are known inside a repository; outside, the built-in ones are.
    let sources = cx.snapshot().map_or_else(|_| Sources::default(), |snapshot| snapshot.sources);
    let catalog = Catalog::new(&sources)?;
    let Some(topic) = &arguments.topic else {
        let text = overview(&catalog);
        cx.text(&text)?;
        return Ok(Exit::Clean);
    };
    let (standard, number) = clause::split(topic);
    let number = if standard == "20000-1" { number } else { "" };
    let text = if let Some(code) = rules::find(topic) {
        rule(code)
    } else if let Some(kind) = catalog.find(topic) {
        kind_page(kind)
    } else if let Some(clause) = clause::find(number) {
        clause_page(clause, &catalog)
    } else if let Some(now) = clause::from_2011(number) {
        format!("{number} is a number of the 2011 edition; its subject is now in {} {}\n", now.number, now.title)
    } else {
        let names = rules::codes().map(|code| code.id).chain(catalog.iter().map(|kind| kind.name.as_str()));
        match nearest(topic, names) {
            Some(near) => anyhow::bail!("nothing is called '{topic}'; did you mean `gitsm explain {near}`?"),
            None => anyhow::bail!("nothing is called '{topic}'; `gitsm explain` lists rules and kinds"),
        }
    };
    cx.text(&text)?;
    Ok(Exit::Clean)
}

fn overview(catalog: &Catalog) -> String {
    let mut out = String::from("Kinds of record\n\n");
    let mut rows = vec![vec!["kind".to_owned(), "what it is".to_owned()]];
    rows.extend(catalog.iter().map(|kind| vec![kind.name.clone(), first_sentence(&kind.description)]));
    out.push_str(&table(&rows));
    out.push_str("\nRules\n\n");
    let mut rows = vec![["rule", "severity", "clauses", "what it finds"].map(str::to_owned).to_vec()];
    rows.extend(rules::codes().map(|code| {
        vec![code.id.to_owned(), code.severity.to_string(), code.clauses.join(" "), code.summary().to_owned()]
    }));
    out.push_str(&table(&rows));
    out
}

fn first_sentence(text: &str) -> String {
    text.split_inclusive(". ").next().unwrap_or(text).trim().to_owned()
}

fn rule(code: &Code) -> String {
    let mut out = format!("{} ({})\n", code.id, code.severity);
    for clause in code.clauses {
        let title = clause::find(clause).map(|clause| clause.title).unwrap_or_default();
        let _ = writeln!(out, "  ISO/IEC 20000-1 {clause} {title}");
    }
    out.push('\n');
    for line in code.doc.lines() {
        let _ = writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    let kinds = if code.kinds.is_empty() { "every kind".to_owned() } else { code.kinds.join(", ") };
    let _ = writeln!(out, "\nLooks at: {kinds}. Since {}.", code.since);
    if code.clock {
        out.push_str("Its findings depend on the instant that is asked about (--as-of).\n");
    }
    if !rules::may_be_waived(code.id) {
        out.push_str("Its findings cannot be waived.\n");
    }
    let _ = writeln!(
        out,
        "Weigh it otherwise in gitsm.toml: [rules] {} = \"off\", \"info\", \"warning\" or \"error\".",
        code.id
    );
    out
}

fn kind_page(kind: &Kind) -> String {
    let mut out = format!("{} (kind: {})\n\n{}\n", kind.names.singular, kind.name, kind.description);
    if !kind.clauses.is_empty() {
        let _ = writeln!(out, "\nISO/IEC 20000-1 clause {}.", kind.clauses.join(", "));
    }
    let _ = writeln!(
        out,
        "Files: sms/{}/ID.yaml{}",
        kind.name,
        if kind.bulk { "; several records may share a file" } else { "" }
    );
    if !kind.states.is_empty() {
        out.push_str("\nStates\n\n");
        let mut rows = vec![["state", "then", "needs"].map(str::to_owned).to_vec()];
        rows.extend(
            kind.states.iter().map(|state| vec![state.name.clone(), state.next.join(", "), state.requires.join(", ")]),
        );
        out.push_str(&table(&rows));
    }
    for (common, head) in [(false, "Fields"), (true, "Fields of every kind")] {
        let _ = writeln!(out, "\n{head} (* needed)\n");
        let rows: Vec<Vec<String>> = kind
            .fields
            .iter()
            .filter(|field| field.common == common)
            .map(|field| {
                let star = if field.required { "*" } else { "" };
                let holds = if field.values.is_empty() { field.holds.clone() } else { field.values.join(" | ") };
                vec![format!("{}{star}", field.name), format!("{} [{holds}]", field.description)]
            })
            .collect();
        out.push_str(&table(&rows));
    }
    let _ = writeln!(out, "\nStart one with `gitsm new {}`.", kind.name);
    out
}

fn clause_page(clause: clause::Clause, catalog: &Catalog) -> String {
    let mut out = format!("ISO/IEC 20000-1:2018 clause {} {}\n", clause.number, clause.title);
    let below = |number: &str| number == clause.number || number.starts_with(&format!("{}.", clause.number));
    let kinds: Vec<_> = catalog.iter().filter(|kind| kind.clauses.iter().any(|number| below(number))).collect();
    if !kinds.is_empty() {
        out.push_str("\nKinds of record that are evidence for it\n\n");
        let rows: Vec<_> =
            kinds.iter().map(|kind| vec![kind.name.clone(), first_sentence(&kind.description)]).collect();
        out.push_str(&table(&rows));
    }
    let codes: Vec<_> = rules::codes().filter(|code| code.clauses.iter().any(|number| below(number))).collect();
    if !codes.is_empty() {
        out.push_str("\nRules\n\n");
        let rows: Vec<_> = codes.iter().map(|code| vec![code.id.to_owned(), code.summary().to_owned()]).collect();
        out.push_str(&table(&rows));
    }
    out.push_str("\nThe text of the standard is not here; ISO sells it.\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;
    use crate::schema::catalog;

    #[test]
    fn the_overview_names_every_kind_and_every_rule() {
        let overview = overview(catalog::shared());
        for kind in catalog::shared().iter() {
            assert!(overview.lines().any(|line| line.starts_with(&format!("{} ", kind.name))), "{}", kind.name);
        }
        for code in rules::codes() {
            assert!(overview.lines().any(|line| line.starts_with(&format!("{} ", code.id))), "{}", code.id);
        }
    }

    #[test]
    fn only_the_first_sentence_of_a_description_is_listed() {
        assert_eq!(first_sentence("One. Two. Three."), "One.");
        assert_eq!(first_sentence("Version 1.5 of it"), "Version 1.5 of it");
        assert_eq!(first_sentence(""), "");
    }

    #[test]
    fn the_page_of_a_rule_tells_clauses_kinds_and_how_to_weigh_it() {
        let page = rule(rules::find("change-no-pir").unwrap());
        assert!(
            page.starts_with("change-no-pir (error)\n  ISO/IEC 20000-1 8.5.1.3 Change management activities\n\n"),
            "{page}"
        );
        assert!(page.contains("Looks at: change, change_policy. Since 0.1.0."), "{page}");
        assert!(page.contains("[rules] change-no-pir = \"off\""), "{page}");
        for code in rules::codes() {
            assert_eq!(rule(code).contains("--as-of"), code.clock || code.doc.contains("--as-of"), "{}", code.id);
        }
        assert!(rule(rules::find("yaml-syntax").unwrap()).contains("Looks at: every kind."));
    }

    #[test]
    fn the_page_of_a_kind_shows_its_fields_and_states() {
        let page = kind_page(catalog::shared().find("ci").unwrap());
        for words in [
            "(kind: ci)",
            "several records may share a file",
            "\nStates\n",
            "Fields (* needed)",
            "title*",
            "gitsm new ci",
        ] {
            assert!(page.contains(words), "{words}:\n{page}");
        }
        assert!(page.find("ci_type").unwrap() < page.find("Fields of every kind").unwrap(), "own fields come first");
        let team = kind_page(catalog::shared().find("team").unwrap());
        assert!(team.contains("Files: sms/team/ID.yaml\n"), "{team}");
    }

    #[test]
    fn a_clause_gathers_what_stands_below_it_and_nothing_beside_it() {
        let of = |number: &str| clause_page(clause::find(number).unwrap(), catalog::shared());
        assert!(of("8.5").contains("change-no-pir") && of("8.5.1").contains("change-no-pir"));
        assert!(!of("8.7").contains("change-no-pir"));
        assert!(of("6.1.1").starts_with("ISO/IEC 20000-1:2018 clause 6.1.1"));
        assert!(!of("4").contains("10.2"));
        assert!(of("8.5").ends_with("ISO sells it.\n"));
    }

    #[test]
    fn clauses_are_those_of_iso_20000_1_alone() {
        let folder = Folder::new(&[]);
        assert!(folder.prints(&["explain", "20000-1:8.5.1"]).contains("Change management"));
        assert!(folder.prints(&["explain", "6.6"]).starts_with("6.6 is a number of the 2011 edition"));
        assert!(folder.fails(&["explain", "27001:5.1"]).starts_with("nothing is called '27001:5.1'"));
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let folder = Folder::new(&[]);
        assert_eq!(
            folder.fails(&["explain", "chnage"]),
            "nothing is called 'chnage'; did you mean `gitsm explain change`?"
        );
        assert_eq!(
            folder.fails(&["explain", "xyzzyxyzzy"]),
            "nothing is called 'xyzzyxyzzy'; `gitsm explain` lists rules and kinds"
        );
    }

    #[test]
    fn kinds_of_the_repository_are_explained_too() {
        let schema = r#"{"title": "Thing", "description": "What it is. More."}"#;
        let folder = Folder::new(&[("gitsm.toml", "format = 1\n"), ("schemas/local/thing.schema.json", schema)]);
        assert!(folder.prints(&["explain", "thing"]).starts_with("Thing (kind: thing)\n\nWhat it is. More.\n"));
        assert!(folder.prints(&["explain"]).contains("What it is.\n"));
    }
}

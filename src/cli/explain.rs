//! `gitsm explain`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::Args;

use super::explain_index::{below, first_sentence, overview};
use super::table::table;
use super::{Context, Exit};
use crate::base::clause;
use crate::base::code::Code;
use crate::base::source::Sources;
use crate::base::suggest::nearest;
use crate::local::Rules;
use crate::rules;
use crate::schema::{Catalog, Kind};
use crate::standard::pack;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A rule, a kind of record or a clause; without one, all of them are listed
    topic: Option<String>,
    /// List all kinds, and all rules by name, by clause and by kind
    #[arg(long, conflicts_with = "topic")]
    list: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    // Own kinds and rules are known inside a repository; outside, the built-in ones are.
    let read = cx.snapshot().map(|snapshot| (snapshot.sources, snapshot.unusable));
    let (sources, unusable) = read.unwrap_or_else(|_| (Sources::default(), BTreeSet::new()));
    let catalog = Catalog::new(&sources)?;
    let (local, _) = Rules::read(&sources, &unusable, &catalog);
    let topic = arguments.topic.as_deref().filter(|_| !arguments.list);
    let Some(topic) = topic else {
        let text = overview(&catalog, &local);
        cx.text(&text)?;
        return Ok(Exit::Clean);
    };
    let (standard, number) = clause::split(topic);
    let number = if standard == "20000-1" { number } else { "" };
    let text = if let Some(code) = rules::find_with(&local, topic) {
        rule(code)
    } else if let Some(code) = crate::evidence::verify::CODES.iter().find(|code| code.id == topic) {
        of_history(code)
    } else if let Some(kind) = catalog.find(topic) {
        kind_page(kind, &local)
    } else if let Some(clause) = clause::find(number) {
        clause_page(clause, &catalog, &local)
    } else if let Some(now) = clause::from_2011(number) {
        format!("{number} is a number of the 2011 edition; its subject is now in {} {}\n", now.number, now.title)
    } else {
        let names = rules::codes_with(&local).map(|code| code.id).chain(catalog.iter().map(|kind| kind.name.as_str()));
        match nearest(topic, names) {
            Some(near) => anyhow::bail!("nothing is called '{topic}'; did you mean `gitsm explain {near}`?"),
            None => anyhow::bail!("nothing is called '{topic}'; `gitsm explain` lists rules and kinds"),
        }
    };
    cx.text(&text)?;
    Ok(Exit::Clean)
}

/// The head of a page, and its text.
fn page(code: &Code) -> String {
    let mut out = format!("{} ({})\n", code.id, code.severity);
    for clause in code.clauses.iter() {
        let title = clause::find(clause).map(|clause| clause.title).unwrap_or_default();
        let _ = writeln!(out, "  ISO/IEC 20000-1 {clause} {title}");
    }
    out.push('\n');
    for line in code.doc.lines() {
        let _ = writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    out
}

/// The page of what only the history shows.
fn of_history(code: &Code) -> String {
    format!(
        "{}\n`gitsm audit verify` tells it; a plain check does not read the history. Since {}.\n",
        page(code),
        code.since
    )
}

fn rule(code: &Code) -> String {
    let mut out = page(code);
    let kinds = if code.kinds.is_empty() { "every kind".to_owned() } else { code.kinds.join(", ") };
    let since =
        if code.is_local() { "A rule of this repository.".to_owned() } else { format!("Since {}.", code.since) };
    let _ = writeln!(out, "\nLooks at: {kinds}. {since}");
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

fn kind_page(kind: &Kind, local: &Rules) -> String {
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
    let own: Vec<&Code> =
        rules::codes_with(local).filter(|code| code.kinds.iter().any(|name| *name == kind.name)).collect();
    if !own.is_empty() {
        out.push_str("\nRules that look at it\n\n");
        out.push_str(&rule_table(&own));
    }
    let every = rules::codes_with(local).filter(|code| code.kinds.is_empty()).count();
    let _ = writeln!(out, "\n{every} rules look at every kind; `gitsm explain --list` names them.");
    let _ = writeln!(out, "Start one with `gitsm new {}`.", kind.name);
    out
}

fn rule_table(codes: &[&Code]) -> String {
    let row = |code: &&Code| vec![code.id.to_owned(), code.severity.to_string(), code.summary().to_owned()];
    table(&codes.iter().map(row).collect::<Vec<_>>())
}

/// The clause, then what belongs to it and to each clause below it.
fn clause_page(clause: clause::Clause, catalog: &Catalog, local: &Rules) -> String {
    let mut out = format!("ISO/IEC 20000-1:2018 clause {} {}\n", clause.number, clause.title);
    for part in clause::all().filter(|part| below(part.number, clause.number)) {
        let kinds = catalog.iter().filter(|kind| kind.clauses.iter().any(|number| number == part.number));
        let kinds: Vec<_> = kinds.map(|kind| vec![kind.name.clone(), first_sentence(&kind.description)]).collect();
        let codes = rules::codes_with(local).filter(|code| code.clauses.iter().any(|number| number == part.number));
        let codes: Vec<&Code> = codes.collect();
        let place = if part.number == clause.number {
            String::new()
        } else {
            let _ = writeln!(out, "\n{} {}", part.number, part.title);
            format!(" of {}", part.number)
        };
        let asked = pack().requirements.iter().filter(|requirement| requirement.clause() == part.number);
        let asked: Vec<_> = asked.map(|one| vec![one.id.clone(), one.need.to_string(), one.says.clone()]).collect();
        if !asked.is_empty() {
            let _ = writeln!(out, "\nWhat is asked for, in our words\n");
            out.push_str(&table(&asked));
        }
        if !kinds.is_empty() {
            let _ = writeln!(out, "\nKinds of record that are evidence for it\n");
            out.push_str(&table(&kinds));
        }
        if !codes.is_empty() {
            let _ = writeln!(out, "\nRules{place}\n");
            out.push_str(&rule_table(&codes));
        }
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
    fn what_only_the_history_shows_has_its_page_too() {
        let folder = Folder::new(&[("sms/team/t.yaml", "kind: team\nid: t\n")]);
        for code in crate::evidence::verify::CODES {
            let page = folder.prints(&["explain", code.id]);
            assert!(page.starts_with(&format!("{} ({})\n", code.id, code.severity)), "{page}");
            assert!(page.contains("`gitsm audit verify` tells it") && !page.contains("[rules]"), "{page}");
            assert!(rules::find(code.id).is_none(), "{} is the name of a rule as well", code.id);
        }
    }

    #[test]
    fn the_page_of_a_kind_shows_its_fields_and_states() {
        let page = kind_page(catalog::shared().find("ci").unwrap(), &Rules::default());
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
        let team = kind_page(catalog::shared().find("team").unwrap(), &Rules::default());
        assert!(team.contains("Files: sms/team/ID.yaml\n"), "{team}");
    }

    #[test]
    fn a_clause_gathers_what_stands_below_it_and_nothing_beside_it() {
        let of = |number: &str| clause_page(clause::find(number).unwrap(), catalog::shared(), &Rules::default());
        assert!(of("8.5").contains("change-no-pir") && of("8.5.1").contains("change-no-pir"));
        assert!(!of("8.7").contains("change-no-pir"));
        for requirement in &pack().requirements {
            let page = of(requirement.clause());
            assert!(page.contains(&requirement.id) && page.contains(&requirement.says), "{}", requirement.id);
        }
        assert!(!of("8.7").contains("8.5.1.3-01"));
        assert!(of("6.1.1").starts_with("ISO/IEC 20000-1:2018 clause 6.1.1"));
        assert!(!of("4").contains("10.2"));
        assert!(of("8.5").ends_with("ISO sells it.\n"));
    }

    #[test]
    fn the_page_of_a_kind_names_the_rules_that_look_at_it_and_no_others() {
        for kind in catalog::shared().iter() {
            let page = kind_page(kind, &Rules::default());
            let rules = page.split("Rules that look at it\n\n").nth(1).unwrap_or_default();
            let rules = rules.split("\n\n").next().unwrap_or_default();
            let named: Vec<&str> = rules.lines().filter_map(|line| line.split(' ').next()).collect();
            let expected: Vec<&str> = rules::ALL
                .iter()
                .map(|rule| rule.code())
                .filter(|code| code.kinds.contains(&kind.name.as_str().into()))
                .map(|code| code.id)
                .collect();
            assert_eq!(named, expected, "{}", kind.name);
        }
    }

    #[test]
    fn a_clause_gives_each_clause_below_it_its_own_place() {
        let page = clause_page(clause::find("8.5.1").unwrap(), catalog::shared(), &Rules::default());
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
        assert!(at("\n8.5.1.2 ") < at("\n8.5.1.3 Change management activities\n"));
        assert!(at("Rules of 8.5.1.3\n") < at("change-no-pir"), "{page}");
        assert!(!page.contains("\n8.5.2"));
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

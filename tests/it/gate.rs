//! The gate on the edge cases of change approval. Each row of `tests/gate/*.yaml` is a pull request on one small world with
//! the answer of a careful engine; its number is that of the case in the design.

mod mangled;
mod properties;
mod row;
mod world;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use row::Row;

/// Cases that no record of facts can show, each with the place where it is tested instead.
const ELSEWHERE: [(u32, &str); 21] = [
    (9, "the bot: what the token of the workflow says is a program's vote; the row for programs is 8"),
    (21, "nowhere: seats name teams of the register, and never those of a forge"),
    (43, "the bot: commands are read from comments there"),
    (49, "the bot: a check is published for each base branch"),
    (56, "src/load/merge.rs: a branch comes before a tag of its name"),
    (78, "the bot: its clock against that of the forge"),
    (79, "the bot: pages"),
    (80, "the bot: limits and outages"),
    (81, "the bot: failed look-ups; that one is an ERROR is row 1081"),
    (82, "the bot: events twice and out of order"),
    (83, "the bot: lost events"),
    (84, "the bot: a slow evaluation"),
    (85, "the bot: an event before its review"),
    (86, "the bot: a foreign check of the same name"),
    (87, "the bot: no neutral conclusion"),
    (88, "the bot: the details page"),
    (89, "the bot: unknown events"),
    (92, "the bot and the evidence: the head that is merged"),
    (93, "the evidence: squashes"),
    (94, "the evidence: trees of merges"),
    (96, "the bot and the evidence: what went around the gate"),
];

#[test]
fn every_case_has_the_right_answer_and_says_why() {
    let mut wrong = Vec::new();
    let mut trees = String::new();
    for row in row::all() {
        let decision = row.decide();
        let told = row::told(&decision);
        wrong.extend(row.complaints(&decision, &told));
        trees += &format!("# {} {}\n{told}\n", row.case, row.that);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::with_settings!({snapshot_path => "gate/snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("trees", trees);
    });
}

#[test]
fn every_case_is_a_row_or_is_tested_elsewhere() {
    let rows: BTreeSet<u32> = row::all().iter().map(|row| row.case).collect();
    let elsewhere: BTreeSet<u32> = ELSEWHERE.iter().map(|(case, _)| *case).collect();
    let missing: Vec<u32> = (1..=105).filter(|case| !rows.contains(case) && !elsewhere.contains(case)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What is said to be tested with the bot has a test there that bears its number.
#[test]
fn every_case_of_the_bot_is_the_name_of_a_test() {
    let mut named: BTreeSet<u32> = BTreeSet::new();
    let mut open = vec![crate::program::project().join("tests/it/bot"), crate::program::project().join("src/bot")];
    while let Some(next) = open.pop() {
        for entry in next.read_dir().expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                for name in text.lines().filter_map(|line| line.trim().strip_prefix("fn case_")) {
                    let words = name.split('_').take_while(|word| *word == "and" || word.parse::<u32>().is_ok());
                    named.extend(words.filter_map(|word| word.parse::<u32>().ok()));
                }
            }
        }
    }
    let missing: Vec<u32> = ELSEWHERE
        .iter()
        .filter(|(_, place)| place.contains("the bot"))
        .map(|it| it.0)
        .filter(|it| !named.contains(it))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What `schemas/facts.schema.json` takes.
fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(include_str!("../../schemas/facts.schema.json")).expect("JSON");
        jsonschema::validator_for(&schema).expect("a schema")
    });
    &SCHEMA
}

/// Facts are read by serde and described by a schema; what one takes the other takes, and what one refuses the other does.
#[test]
fn facts_are_what_their_schema_says() {
    let schema = schema();
    for row in row::all() {
        let facts = serde_json::to_value(row.facts()).expect("JSON");
        let wrong: Vec<String> = schema.iter_errors(&facts).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", row.case);
        for pointer in
            ["", "/pull_request", "/pull_request/base", "/commits/0", "/commits/0/author", "/reviews/0", "/accounts/1"]
        {
            let mut more = facts.clone();
            if let Some(object) = more.pointer_mut(pointer).and_then(serde_json::Value::as_object_mut) {
                object.insert("nonsense".to_owned(), true.into());
                assert!(
                    !schema.is_valid(&more) && gitsm::gate::facts::Facts::parse(&more.to_string()).is_err(),
                    "{pointer}"
                );
            }
        }
    }
}

/// What the decision asks for is enough: adding the votes of those it names, and nothing else, leads further until it
/// passes, unless an edit is asked for.
#[test]
fn those_who_are_asked_are_enough() {
    let mut followed = 0;
    for row in row::all() {
        let mut row: Row = row;
        for _ in 0..4 {
            let decision = row.decide();
            if decision.outcome.word() != "PENDING" || decision.next.ask.is_empty() {
                break;
            }
            let at = row.at();
            row.votes.extend(decision.next.ask.iter().map(|person| format!("{person} at {at}")));
            let after = row.decide();
            let open =
                |decision: &gitsm::gate::Decision| decision.requirements.iter().map(|it| it.missing).sum::<usize>();
            assert!(open(&after) < open(&decision), "{}: {}", row.case, row::told(&after));
            followed += 1;
        }
        let last = row.decide();
        let open: usize = last.requirements.iter().map(|it| it.missing).sum();
        let asked = last.next.ask.is_empty();
        assert!(last.outcome.word() != "PENDING" || open == 0 || asked, "{}: {}", row.case, row::told(&last));
    }
    assert!(followed > 20, "{followed}");
}

/// What is done under a change that was decided names it, as long as it is one.
#[test]
fn edits_under_one_change_name_it() {
    let row = row::all().into_iter().find(|row| row.case == 1162).expect("the row");
    assert_eq!(row.decide().change.as_deref(), Some("chg-early"));
}

//! Rule files as a whole.

use std::collections::BTreeSet;

use super::Rules;
use super::fixture::{judged, one, with_rules, wrong};
use crate::base::source::{Role, Source, Sources};
use crate::base::span::FileId;
use crate::schema::catalog;

/// A rule with these lines besides a name, a kind and what else every rule needs.
fn rule(lines: &str) -> String {
    let has = |key: &str| lines.lines().any(|line| line.starts_with(&format!("{key}:")));
    let mut text = String::from("rule: own-rule\n");
    for (key, line) in [
        ("severity", "severity: warning\n"),
        ("kind", "kind: ci\n"),
        ("check", "check: record.title != ''\n"),
        ("message", "message: wrong\n"),
    ] {
        if !(has(key) || (key == "kind" && has("kinds"))) {
            text.push_str(line);
        }
    }
    text + lines
}

fn told(lines: &str) -> Vec<String> {
    wrong(&[("own-rule", &rule(lines))])
}

#[test]
fn a_sound_file_is_a_rule_with_a_page() {
    let text = rule(
        "clauses: ['8.2.6', '20000-1:8.5.1']\ndescription: |\n  Two hosts.\n\n  Why.\nwhere: status == 'live'\n\
         examples:\n  good:\n    - {title: A}\n",
    );
    with_rules(&[("own-rule", &text)], |_, rules, wrong| {
        assert!(wrong.is_empty(), "{wrong:#?}");
        let code = rules.codes().next().unwrap();
        assert_eq!(
            (code.id, code.summary(), code.clauses.join(" ").as_str()),
            ("own-rule", "Two hosts.", "8.2.6 8.5.1")
        );
        assert!(code.is_local() && !code.clock && code.kinds.as_ref() == ["ci"]);
        for words in [
            "Why.",
            "```cel\nstatus == 'live'\n```",
            "```yaml,good\n{title: A}\n```",
            "schemas/local/own-rule.rule.yaml",
        ] {
            assert!(code.doc.contains(words), "{words}: {}", code.doc);
        }
    });
    with_rules(&[("own-rule", &rule("check: now > '2026-01-01T00:00:00Z'\n"))], |_, rules, _| {
        assert!(rules.codes().next().unwrap().clock, "what looks at the clock is marked so");
    });
}

#[test]
fn mistakes_of_the_file_are_told_at_their_place() {
    for (lines, expected) in [
        ("chek: x\n", "field-unknown [chek] kind 'local rule' has no field 'chek'"),
        ("kind: ci\nkinds: [ci]\n", "schema-condition ["),
        ("severity: fatal\n", "value-unknown [fatal] "),
        ("kind: cii\n", "local-rule-invalid [cii] there is no kind 'cii'"),
        ("kinds: [ci, servce]\n", "local-rule-invalid [servce] there is no kind 'servce'"),
        ("statuses: [live, liev]\n", "local-rule-invalid [liev] no record that the rule judges has the status 'liev'"),
        ("clauses: ['8.99']\n", "local-rule-invalid ['8.99'] ISO/IEC 20000-1:2018 has no clause '8.99'"),
        ("clauses: ['27001:5.1']\n", "local-rule-invalid ['27001:5.1'] "),
        ("at: ownr\n", "local-rule-invalid [ownr] there is no field 'ownr'"),
        ("at: /review/intervall\n", "local-rule-invalid [/review/intervall] there is no field 'intervall'"),
        ("each: relation\n", "local-rule-invalid [relation] there is no field 'relation'"),
        ("each: relations\nat: typ\n", "local-rule-invalid [typ] there is no field 'typ'"),
        (
            "check: |\n  record.title != ''\n  && record.ownr != ''\n",
            "local-rule-expression [ownr] a ci has no field 'ownr'",
        ),
        ("where: \"record.title == \"\n", "local-rule-expression "),
        ("message: wrong {record.ownr}\n", "local-rule-expression [ownr] a ci has no field 'ownr'"),
        ("help: see {\n", "local-rule-expression [{] the insertion has no end"),
        ("check: [a]\n", "value-type ["),
        ("---\nrule: other\n", "local-rule-invalid [] a rule file holds one rule"),
        ("title: &x a\n", "yaml-anchor [&x] "),
    ] {
        let found = told(lines);
        assert!(found.iter().any(|found| found.starts_with(expected)), "{lines}: {found:#?}");
    }
    let long = format!("check: {}\n", "record.title != '' && ".repeat(200) + "true");
    assert!(told(&long)[0].starts_with("local-rule-limit ["), "{:?}", told(&long));
}

#[test]
fn what_is_missing_is_told() {
    let found = wrong(&[("own-rule", "rule: own-rule\n")]);
    assert!(found.iter().filter(|found| found.starts_with("field-missing ")).count() >= 3, "{found:#?}");
    assert!(!wrong(&[("own-rule", "")]).is_empty());
    assert!(!wrong(&[("own-rule", "- a\n")]).is_empty());
    assert!(!wrong(&[("own-rule", "rule: [")]).is_empty());
}

#[test]
fn names_must_be_those_of_the_file_and_be_given_once() {
    let text = rule("");
    let found = wrong(&[("other", &text)]);
    assert_eq!(found, ["local-rule-invalid [own-rule] the rule 'own-rule' stands in schemas/local/other.rule.yaml"]);
    let found = wrong(&[("other", &text), ("own-rule", &text)]);
    assert!(found.iter().any(|found| found.contains("there are two local rules 'own-rule'")), "{found:#?}");
    let kind = wrong(&[("ci", &text.replace("own-rule", "ci"))]);
    assert_eq!(kind, ["local-rule-invalid [ci] 'ci' is a kind of record already"]);
}

#[test]
fn a_file_with_another_name_is_told_and_not_read_in_silence() {
    for path in
        ["schemas/local/a.yaml", "schemas/local/a.rule.yml", "schemas/local/b/a.rule.yaml", "schemas/local/A.rule.yaml"]
    {
        let sources = Sources::new(vec![Source::new(path, rule(""), Role::LocalRule)]);
        let (rules, wrong) = Rules::read(&sources, &BTreeSet::new(), catalog::shared());
        assert_eq!(rules.iter().count(), 0);
        let told: Vec<_> = wrong.iter().map(|finding| one(&sources, finding)).collect();
        assert_eq!(
            told,
            [format!("local-rule-invalid [] '{path}' is not read as a rule, since its name is not NAME.rule.yaml")]
        );
    }
}

#[test]
fn files_that_could_not_be_read_and_files_without_end_are_no_rules() {
    let sources = Sources::new(vec![Source::new("schemas/local/own-rule.rule.yaml", rule(""), Role::LocalRule)]);
    let (rules, wrong) = Rules::read(&sources, &BTreeSet::from([FileId(0)]), catalog::shared());
    assert!(rules.iter().next().is_none() && wrong.is_empty(), "loading has told it");
    let long = rule(&format!("description: {}\n", "long ".repeat(30_000)));
    assert!(wrong_of(&long).starts_with("local-rule-limit [] the file has "), "{}", wrong_of(&long));
    let many: Vec<(String, String)> =
        (0..202).map(|at| (format!("r-{at:03}"), rule("").replace("own-rule", &format!("r-{at:03}")))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    with_rules(&many, |_, rules, wrong| {
        assert_eq!((rules.iter().count(), wrong.len()), (200, 2));
        assert!(wrong.iter().all(|finding| finding.rule == "local-rule-limit"), "{wrong:#?}");
    });
}

/// The one thing that is wrong with a rule.
fn wrong_of(text: &str) -> String {
    let found = wrong(&[("own-rule", text)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.concat()
}

#[test]
fn examples_are_run_and_told_when_they_do_not_do_what_they_say() {
    let check = "check: record.title.startsWith('A')\nmessage: bad {record.title}\n";
    let examples = |text: &str| told(&format!("{check}examples:\n{text}"));
    assert_eq!(examples("  bad: [{title: B}]\n  good: [{title: A}]\n"), [""; 0]);
    assert_eq!(
        examples("  bad:\n    - {title: A}\n"),
        ["local-rule-example [{title: A}] the rule finds nothing in this bad example"]
    );
    assert_eq!(
        examples("  good:\n    - title: B\n      status: live\n"),
        ["local-rule-example [title: B\n      status: live] the rule has a finding in this good example: bad B"]
    );
    assert!(examples("  good: [{status: live}]\n")[0].contains("cannot judge this example"));
    assert!(examples("  good: [{kind: team, title: A}]\n")[0].contains("holds no ci"));
    assert!(examples("  good: [{kind: cy, title: A}]\n")[0].contains("does not name a kind that exists"));
    assert!(examples("  bad: [{titel: B}]\n")[0].starts_with("field-unknown [titel] "));
    assert!(examples("  god: [{title: B}]\n")[0].starts_with("field-unknown [god] "));
}

#[test]
fn records_of_one_example_see_one_another_and_no_others() {
    let text = "
check: incoming(id, 'service').size() == 1 && ref(record.owner).members.size() == 2
examples:
  good:
    - - {kind: ci, id: a, owner: t}
      - {kind: team, id: t, members: [x, y]}
      - {kind: service, id: s, relations: [a]}
  bad:
    - - {kind: ci, id: a, owner: t}
      - {kind: team, id: t, members: [x, y]}
";
    assert_eq!(told(text.trim_start()), [""; 0]);
}

#[test]
fn examples_of_a_rule_that_looks_at_the_clock_name_their_day() {
    let check = "check: record.review.last > today - duration('30d')\n";
    let examples = "  bad: [{review: {last: 2026-01-01}}]\n  good: [{review: {last: 2026-01-20}}]\n";
    assert!(told(&format!("{check}examples:\n{examples}"))[0].contains("do not say by which day"));
    assert_eq!(told(&format!("{check}examples:\n  as_of: 2026-02-03\n{examples}")), [""; 0]);
    assert!(
        told(&format!("{check}examples:\n  as_of: 2026-02-31\n{examples}"))[0]
            .starts_with("local-rule-invalid [2026-02-31] ")
    );
}

#[test]
fn a_rule_with_a_mistake_is_known_but_not_run() {
    let broken = rule("check: record.ownr != ''\n");
    with_rules(&[("own-rule", &broken)], |_, rules, wrong| {
        assert_eq!((rules.codes().map(|code| code.id).collect::<Vec<_>>(), wrong.len()), (vec!["own-rule"], 1));
        super::fixture::world("kind: ci\nid: ci-a\n", |world| {
            assert!(rules.judge(world, super::fixture::as_of(), |_| true).is_empty());
        });
    });
}

const RECORDS: &str = "kind: ci\nid: ci-a\nstatus: live\nowner: ann\ntags: [one, two]\n---\n\
                       kind: ci\nid: ci-b\nstatus: planned\nrelations:\n  - {type: runs_on, to: ci-a}\n  - ci-c\n---\n\
                       {kind: team, id: team-a}\n";

#[test]
fn findings_stand_where_the_rule_says() {
    let found = |lines: &str| judged("own-rule", &rule(lines), RECORDS);
    assert_eq!(found("check: record.owner == 'bob'\n"), ["own-rule [ci-a] wrong", "own-rule [ci-b] wrong"]);
    assert_eq!(found("statuses: [live]\ncheck: 'false'\nat: owner\n"), ["own-rule [ann] wrong"]);
    assert_eq!(found("where: status == 'live'\ncheck: 'false'\nat: /tags/1\n"), ["own-rule [two] wrong"]);
    assert_eq!(found("statuses: [live]\ncheck: 'false'\nat: tags\n"), ["own-rule [tags] wrong"]);
    assert_eq!(
        found("statuses: [live]\ncheck: 'false'\nat: /review/last\n"),
        ["own-rule [ci-a] wrong"],
        "what is absent stands at the id"
    );
    assert_eq!(found("kind: team\ncheck: 'false'\nmessage: '{id} of {kind}'\n"), ["own-rule [team-a] team-a of team"]);
    assert_eq!(found("kinds: [team, ci]\ncheck: kind == 'ci'\n"), ["own-rule [team-a] wrong"]);
}

#[test]
fn every_item_of_a_list_is_judged_by_itself() {
    let found = |lines: &str| judged("own-rule", &rule(lines), RECORDS);
    assert_eq!(found("each: relations\ncheck: has(item.to)\n"), ["own-rule [ci-c] wrong"], "an id has no fields");
    let failed = found("each: relations\ncheck: item.to != 'ci-x'\nmessage: '{item} in {id}'\nwhere: item != 'x'\n");
    assert_eq!(failed, ["local-rule-failed [item.to] the rule 'own-rule' cannot judge 'ci-b': text has no field 'to'"]);
    assert_eq!(found("each: tags\ncheck: item == 'one'\n"), ["own-rule [two] wrong"]);
    assert_eq!(
        found("each: relations\nat: type\nwhere: item != 'ci-c'\ncheck: item.type != 'runs_on'\n"),
        ["own-rule [runs_on] wrong"]
    );
    assert_eq!(found("each: owner\ncheck: item != 'ann'\n"), ["own-rule [ann] wrong"], "one may stand for a list");
    assert_eq!(found("each: evidence\ncheck: 'false'\n"), [""; 0]);
}

#[test]
fn what_a_rule_cannot_judge_is_one_error_in_the_rule_that_names_the_records() {
    let records: String = (0..9).map(|at| format!("---\n{{kind: ci, id: ci-{at}}}\n")).collect();
    let text = rule("check: \"true && record.owner < 5\"\n");
    assert_eq!(
        judged("own-rule", &text, &records),
        [
            "local-rule-failed [record.owner < 5] the rule 'own-rule' cannot judge 'ci-0', nor 8 other records: nothing cannot be compared with a number"
        ]
    );
    let text = rule("check: \"'text'\"\n");
    assert!(judged("own-rule", &text, &records)[0].contains("['text'] "), "{:?}", judged("own-rule", &text, &records));
    let text = rule("check: 'false'\nmessage: 'at {record.owner + 5}!'\n");
    let found = judged("own-rule", &text, &records);
    assert_eq!(found.iter().filter(|found| found.ends_with("at …!")).count(), 9, "the findings are told all the same");
    assert_eq!(
        found.iter().filter(|found| found.starts_with("local-rule-failed [record.owner + 5]")).count(),
        1,
        "{found:#?}"
    );
}

#[test]
fn a_rule_that_takes_too_much_for_all_records_together_is_stopped_and_told() {
    let records: String = (0..3_000).map(|at| format!("---\n{{kind: ci, id: ci-{at}}}\n")).collect();
    let text = rule("check: records('ci').all(c, c.id != 'x' && c.id != 'y')\n");
    let found = judged("own-rule", &text, &records);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("local-rule-limit [records('ci')") && found[0].contains("3000 records"), "{found:#?}");
    let text = rule("check: records('ci').all(c, records('ci').all(d, c.id != d.title))\n");
    let found = judged("own-rule", &text, &records);
    assert!(found.iter().all(|found| found.starts_with("local-rule-limit [")) && found.len() == 2, "{found:#?}");
}

#[test]
fn the_order_of_files_and_of_work_does_not_show() {
    let first = rule("check: record.owner == 'bob'\nmessage: 'first {id}'\n");
    let second = first.replace("own-rule", "a-rule").replace("first", "second");
    let found = |files: &[(&str, &str)]| {
        with_rules(files, |sources, rules, wrong| {
            assert!(wrong.is_empty());
            super::fixture::world(RECORDS, |world| {
                let findings = rules.judge(world, super::fixture::as_of(), |_| true);
                findings
                    .iter()
                    .map(|finding| one(sources, finding).split(']').nth(1).unwrap().to_owned())
                    .collect::<Vec<_>>()
            })
        })
    };
    let expected = [" second ci-a", " second ci-b", " first ci-a", " first ci-b"];
    assert_eq!(found(&[("own-rule", &first), ("a-rule", &second)]), expected);
    assert_eq!(found(&[("a-rule", &second), ("own-rule", &first)]), expected);
}

//! `check --since REV` on real git repositories, and by an oracle on random ones in memory.

use std::collections::{BTreeMap, BTreeSet};

use gitsm::base::finding::{Finding, State};
use gitsm::graph::Graph;
use gitsm::load;
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};
use gitsm::since::{self, Side};
use serde_json::{Value, json};

use crate::chain::{Dice, as_of, catalog};
use crate::program::{DAY, Folder};
use crate::repos::copy;

const T0: i64 = 1_790_000_000;

/// The small clean repository, committed.
fn committed() -> (Folder, String) {
    let folder = copy("ok-small");
    let commit = folder.commit("Begin", T0);
    (folder, commit)
}

fn remove(folder: &Folder, path: &str) {
    std::fs::remove_file(folder.path().join(path)).unwrap();
}

/// The report of what changed since `rev`.
fn report(folder: &Folder, rev: &str, more: &[&str]) -> Value {
    folder.json(&[&["check", "--since", rev, "--as-of", DAY], more].concat())
}

/// `state rule record` of each finding since `rev`.
fn told(folder: &Folder, rev: &str) -> Vec<String> {
    let report = report(folder, rev, &[]);
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    let line = |f: &Value| format!("{} {} {}", word(f, "state"), word(f, "rule"), word(f, "record"));
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn a_reference_broken_by_deleting_its_target_elsewhere_is_told_and_fails_the_run() {
    let (folder, commit) = committed();
    folder.run(&["check", "--since", "HEAD", "--as-of", DAY]).clean();
    remove(&folder, "sms/ci/ci-db.yaml");
    let report = report(&folder, "HEAD", &[]);
    assert_eq!(report["since"], json!({"rev": "HEAD", "commit": commit, "hidden": 0}));
    let dangling =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "ref-dangling").unwrap();
    assert_eq!((&dangling["state"], &dangling["record"]), (&json!("new"), &json!("ci-app")));
    folder.run(&["check", "--since", "HEAD", "--as-of", DAY]).findings();
}

#[test]
fn what_was_there_is_left_out_and_counted() {
    let folder = copy("two-files-two-mistakes");
    let commit = folder.commit("Begin", T0);
    folder.run(&["check", "--as-of", DAY]).findings();
    let text = folder.run(&["check", "--since", "HEAD", "--as-of", DAY]).clean();
    assert!(text.contains(": no findings\n2 findings left out that were there at HEAD already;"), "{text}");
    folder.replace("sms/ci/ci-a.yaml", "owner: ann", "owner: nobody");
    assert_eq!(told(&folder, "HEAD"), ["new ref-dangling ci-a"]);
    let text = folder.run(&["check", "--since", &commit, "--as-of", DAY]).findings();
    assert!(
        text.contains("ref-dangling") && !text.contains("plannd\n") && text.contains("2 findings left out"),
        "{text}"
    );
    assert_eq!(report(&folder, "HEAD", &["sms/service"])["since"]["hidden"], 1, "of the paths that are asked for");
    assert_eq!(report(&folder, "HEAD", &["--rule", "field-unknown"])["since"]["hidden"], 1);
}

#[test]
fn shifted_items_moved_files_and_renamed_records_bring_nothing() {
    let folder = copy("ok-small");
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-db, ci-gone-1, ci-gone-2]");
    folder.commit("Begin", T0);
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new());
    folder.replace("sms/ci/ci-app.yaml", "[ci-db, ci-gone-1, ci-gone-2]", "[ci-gone-2, ci-db, ci-gone-1]");
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new(), "shifted");
    let text = folder.read("sms/ci/ci-app.yaml");
    remove(&folder, "sms/ci/ci-app.yaml");
    folder.write("sms/ci/hall/ci-app.yaml", format!("# Moved.\n\n{text}"));
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new(), "moved");
    remove(&folder, "sms/ci/hall/ci-app.yaml");
    folder.write("sms/ci/ci-shop.yaml", text.replace("id: ci-app", "id: ci-shop\naliases: [ci-app]"));
    let former = "new ref-former-id svc-shop";
    assert_eq!(told(&folder, "HEAD"), [former], "renamed: only that somebody still uses the former id");
    folder.replace("sms/ci/ci-shop.yaml", "ci-gone-1", "ci-gone-3");
    assert_eq!(told(&folder, "HEAD"), ["new ref-dangling ci-shop", former], "and still looked at");
}

#[test]
fn a_further_place_of_a_known_cause_is_worse() {
    let folder = copy("one-cause-ten-places");
    let held = folder.read("sms/ci/ci-9.yaml");
    folder.write("sms/ci/ci-9.yaml", held.replace("ci-storrage", "ci-storage"));
    folder.commit("Begin", T0);
    folder.write("sms/ci/ci-9.yaml", &held);
    assert_eq!(told(&folder, "HEAD"), ["worse ref-dangling ci-0"]);
    folder.commit("Ten", T0 + 60);
    folder.replace("sms/ci/ci-0.yaml", "ci-storrage", "ci-storage");
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new(), "the finding moved to ci-1 and did not grow");
}

#[test]
fn both_sides_are_judged_at_the_instant_and_by_the_settings_of_the_head() {
    let folder = copy("clock");
    folder.commit("Begin", T0);
    let all = |day: &str| folder.json(&["check", "--as-of", day])["findings"].as_array().unwrap().len();
    for day in ["2026-11-20", "2036-01-01"] {
        let since = folder.json(&["check", "--as-of", day, "--since", "HEAD"]);
        assert_eq!(
            (since["findings"].as_array().map(Vec::len), &since["since"]["hidden"]),
            (Some(0), &json!(all(day))),
            "{day}"
        );
    }
    assert!(all("2036-01-01") > 0);
    let folder = copy("two-files-two-mistakes");
    folder.write("gitsm.toml", "format = 1\n[rules]\nfield-unknown = \"off\"\n");
    folder.commit("Begin", T0);
    folder.write("gitsm.toml", "format = 1\n[rules]\nfield-unknown = \"error\"\n");
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new(), "a setting is no mistake in a record");
    folder.write("gitsm.toml", "format = 99\n");
    folder.commit("Not for us", T0 + 60);
    folder.write("gitsm.toml", "format = 1\n");
    assert_eq!(told(&folder, "HEAD"), Vec::<String>::new(), "the settings of the base need not even be readable");
}

#[test]
fn what_depends_on_the_clock_counts_in_what_was_touched_alone() {
    let folder = copy("ok-small");
    folder.replace("sms/service/svc-shop.yaml", "proposed", "live");
    folder.replace("sms/sla/sla-shop.yaml", "draft", "in_force");
    folder.commit("Begin", T0);
    remove(&folder, "sms/sla/sla-shop.yaml");
    let lines = told(&folder, "HEAD");
    assert!(lines.contains(&"new service-no-sla svc-shop".to_owned()), "the agreement was its own: {lines:?}");
    let sample = ["-C", env!("CARGO_MANIFEST_DIR"), "check", "--as-of", "2030-01-01"];
    assert!(Folder::new().json(&sample)["findings"].as_array().unwrap().len() > 200, "much is overdue by then");
    let folder = Folder::new();
    folder.run(&["init", "--sample", "--quiet"]).clean();
    folder.commit("Begin", T0);
    let path = "sms/ci/data/ci-payments-db.yaml";
    let path = if folder.path().join(path).exists() { path.to_owned() } else { folder.files("sms/ci").remove(0) };
    let text = folder.read(&path);
    folder.write(&path, format!("{text}x-note: touched\n"));
    let since = folder.json(&["check", "--as-of", "2030-01-01", "--since", "HEAD"]);
    assert_eq!(since["findings"], json!([]), "an overdue review elsewhere never blocks anyone");
    assert!(since["since"]["hidden"].as_u64() > Some(200));
}

#[test]
fn two_commits_are_compared_without_the_work_tree() {
    let (folder, first) = committed();
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-dx]");
    let second = folder.commit("Break", T0 + 60);
    folder.replace("sms/ci/ci-app.yaml", "[ci-dx]", "[ci-db]");
    let third = folder.commit("Mend", T0 + 120);
    let at = |at: &str, since: &str| {
        let report = folder.json(&["check", "--at", at, "--since", since, "--rule", "ref-dangling"]);
        (report["findings"].as_array().unwrap().len(), report["since"]["commit"].as_str().unwrap().to_owned())
    };
    assert_eq!(at(&second, &first), (1, first.clone()));
    assert_eq!(at(&third, &first), (0, first.clone()));
    assert_eq!(at(&third, &second), (0, second.clone()));
    assert_eq!(at(&second, &third), (1, third));
    assert_eq!(at(&second, "HEAD~2").1, first);
}

#[test]
fn records_in_a_folder_of_a_larger_repository_are_compared_there() {
    let folder = Folder::new();
    for (path, text) in copy("two-files-two-mistakes")
        .files("")
        .iter()
        .map(|path| (path.clone(), copy("two-files-two-mistakes").read(path)))
    {
        folder.write(&format!("docs/sm s/{path}"), text);
    }
    folder.commit("Begin", T0);
    let inside = ["-C", "docs/sm s", "check", "--as-of", DAY];
    let print = |more: &[&str]| folder.run(&[&inside, more].concat()).out;
    assert!(print(&["--since", "HEAD"]).contains("2 findings left out"));
    assert!(print(&["--format", "sarif"]).contains("\"uri\": \"docs/sm%20s/sms/ci/ci-a.yaml\""));
    assert!(print(&["--format", "github"]).contains("file=docs/sm s/sms/ci/ci-a.yaml,"));
    assert!(print(&["--format", "markdown"]).contains("](docs/sm%20s/sms/ci/ci-a.yaml#L4)"));
    assert!(
        print(&["--format", "json"]).contains("\"path\": \"sms/ci/ci-a.yaml\""),
        "JSON counts from the records' root"
    );
}

#[test]
fn a_revision_that_is_not_there_ends_the_run_with_the_reason() {
    let (folder, _) = committed();
    let error = folder.run(&["check", "--since", "v9"]).refused();
    assert!(error.contains("--since has nothing to compare with") && error.contains("no revision 'v9'"), "{error}");
    assert!(!error.contains("shallow"), "{error}");
    let error = copy("ok-small").run(&["check", "--since", "HEAD"]).refused();
    assert!(error.contains("no git repository at "), "{error}");
    folder.write("schemas/local/ci.schema.json", "{");
    folder.commit("Break the schema", T0 + 60);
    folder.write("schemas/local/ci.schema.json", "{}");
    let error = folder.run(&["check", "--since", "HEAD"]).refused();
    assert!(error.contains("the own kinds at 'HEAD' cannot be used; leave --since out"), "{error}");
}

#[test]
fn a_shallow_clone_without_the_revision_says_how_to_get_it() {
    let (folder, first) = committed();
    folder.replace("sms/ci/ci-app.yaml", "Application", "App");
    let second = folder.commit("Rename", T0 + 60);
    // What `git clone --depth 1` leaves: the commit before is neither there nor missed.
    folder.write(".git/shallow", format!("{second}\n"));
    remove(&folder, &format!(".git/objects/{}/{}", &first[..2], &first[2..]));
    folder.run(&["check", "--since", "HEAD", "--as-of", DAY]).clean();
    for rev in [first.as_str(), "HEAD~1"] {
        let error = folder.run(&["check", "--since", rev]).refused();
        assert!(
            error.contains(rev) && error.contains("shallow clone (`git fetch --unshallow` gets the rest)"),
            "{error}"
        );
    }
}

/// Items of a random landscape: for each the ids that it needs.
type Plan = BTreeMap<usize, Vec<String>>;

fn random(dice: &mut Dice) -> Plan {
    let count = 2 + dice.below(6);
    let all: Plan = (0..count).map(|at| (at, needs(dice))).collect();
    all.into_iter().filter(|_| dice.below(5) > 0).collect()
}

fn needs(dice: &mut Dice) -> Vec<String> {
    let names: BTreeSet<String> = (0..dice.below(4)).map(|_| format!("ci-{}", dice.below(9))).collect();
    let mut names: Vec<String> = names.into_iter().collect();
    dice.shuffle(&mut names);
    names
}

/// Another state: items come, go, and need other things in another order.
fn edited(plan: &Plan, dice: &mut Dice) -> Plan {
    let mut edited = plan.clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(8);
        match dice.below(4) {
            0 => drop(edited.remove(&at)),
            1 => drop(edited.insert(at, needs(dice))),
            _ => edited.values_mut().for_each(|needs| dice.shuffle(needs)),
        }
    }
    edited
}

/// The files of a plan; where they lie and what else stands in them differs from state to state.
fn files(plan: &Plan, dice: &mut Dice) -> Vec<(String, String)> {
    let folders = ["", "hall-1/", "hall-2/"];
    let file = |(at, needs): (&usize, &Vec<String>)| {
        let comment = "# A line.\n".repeat(dice.below(3));
        let text =
            format!("{comment}kind: ci\nid: ci-{at}\ntitle: T\nstatus: planned\nrelations: [{}]\n", needs.join(", "));
        (format!("sms/ci/{}ci-{at}.yaml", folders[dice.below(3)]), text)
    };
    plan.iter().map(file).collect()
}

/// For each id that nothing has, the items that need it.
fn missing(plan: &Plan) -> BTreeMap<String, BTreeSet<usize>> {
    let mut missing: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, needs) in plan {
        for need in needs.iter().filter(|need| !plan.keys().any(|at| **need == format!("ci-{at}"))) {
            missing.entry(need.clone()).or_default().insert(*at);
        }
    }
    missing
}

/// What is to be told, worked out from the plans alone.
fn expected(base: &Plan, head: &Plan) -> BTreeMap<String, State> {
    let before = missing(base);
    let state = |id: &String, holders: &BTreeSet<usize>| match before.get(id) {
        None => Some(State::New),
        Some(known) if holders.is_subset(known) => None,
        // Without a place in common it is told anew; with one, as worse.
        Some(known) => Some(if holders.is_disjoint(known) { State::New } else { State::Worse }),
    };
    missing(head).into_iter().filter_map(|(id, holders)| Some((id.clone(), state(&id, &holders)?))).collect()
}

fn found(sms: &Sms<'_>) -> Vec<Finding> {
    let only = Selection::new(&["ref-dangling".to_owned()], &sms.snapshot.settings, &sms.local).unwrap();
    rules::all(&Check { sms, graph: &Graph::build(sms) }, &only).findings
}

#[test]
fn random_differences_bring_exactly_what_they_must() {
    let mut dice = Dice(0x5eed);
    let (mut new, mut worse, mut hidden) = (0, 0, 0);
    for round in 0..400 {
        let before = random(&mut dice);
        let after = edited(&before, &mut dice);
        let texts = [files(&before, &mut dice), files(&after, &mut dice)];
        let [base, head] = texts.each_ref().map(|files| {
            load::memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())), as_of()).unwrap()
        });
        let (base, head) = (Sms::build(&base, catalog()), Sms::build(&head, catalog()));
        let (all_before, all_after) = (found(&base), found(&head));
        let told =
            since::introduced(Side { sms: &base, findings: &all_before }, Side { sms: &head, findings: &all_after });
        let named = |finding: &Finding| finding.message.split('\'').nth(3).unwrap().to_owned();
        let states: BTreeMap<String, State> =
            told.iter().map(|finding| (named(finding), finding.state.unwrap())).collect();
        // A finding whose first place is new, and that shares another with one of the base, is worse, not new.
        assert_eq!(states, expected(&before, &after), "round {round}:\n{before:#?}\n{after:#?}");
        new += states.values().filter(|state| **state == State::New).count();
        worse += states.values().filter(|state| **state == State::Worse).count();
        hidden += all_after.len() - told.len();
    }
    assert!(new > 50 && worse > 20 && hidden > 100, "the plans are too tame: {new} {worse} {hidden}");
}

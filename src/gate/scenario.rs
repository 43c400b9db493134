//! Scenarios: given these facts, this outcome. A policy keeps its promises when all its scenarios come out as expected.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::Decision;
use super::decide::decide;
use super::facts::{Account, AccountSort, Command, Commit, End, Facts, File, Identity, PullRequest, SourceKind, Verb};
use crate::base::date::{AsOf, When};
use crate::diff::State;
use crate::graph::Graph;
use crate::graph::diff::Side;
use crate::load::{LoadError, Snapshot};
use crate::model::Sms;
use crate::model::change_scenario::{ChangeScenario, Expected, Given, ScenarioStatus, Stance};
use crate::model::organisation::Person;
use crate::rules::{self, Check, Selection};
use crate::schema::Catalog;

/// What became of a scenario.
#[derive(Debug)]
pub struct Told {
    /// The scenario, by id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The decision.
    pub decision: Decision,
    /// In what it is not what was expected.
    pub complaints: Vec<String>,
}

/// Hashes that stand for the ends of a made-up pull request.
const BASE: &str = "ba5e00000000000000000000000000000000ba5e";
const HEAD: &str = "4ead000000000000000000000000000000004ead";

/// Decides every active scenario of the snapshot, by id. Those without an instant are decided at that of the snapshot.
///
/// # Errors
/// When the settings cannot be read again, or a rule that is set there is none.
pub fn all(snapshot: &Snapshot, catalog: &Catalog) -> anyhow::Result<Vec<Told>> {
    let sms = Sms::build(snapshot, catalog);
    let mut by_instant: BTreeMap<Timestamp, Vec<String>> = BTreeMap::new();
    for scenario in sms.all::<ChangeScenario<'_>>().filter(|it| it.status() == Some(ScenarioStatus::Active)) {
        let at = scenario.at().and_then(When::instant).unwrap_or(snapshot.as_of.instant());
        by_instant.entry(at).or_default().push(scenario.0.record.id.to_string());
    }
    let mut told = Vec::new();
    for (at, ids) in by_instant {
        let base = at_instant(snapshot, at)?;
        let all = with(&base, catalog, |state| -> anyhow::Result<Vec<Option<Told>>> {
            ids.par_iter().map(|id| one(state, id, catalog, at)).collect()
        })??;
        told.extend(all.into_iter().flatten());
    }
    told.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(told)
}

fn at_instant(snapshot: &Snapshot, at: Timestamp) -> Result<Snapshot, LoadError> {
    let same = snapshot.with_files(&BTreeMap::new())?;
    Ok(Snapshot { as_of: AsOf::new(at), ..same })
}

/// Reads and checks a snapshot.
fn with<T>(snapshot: &Snapshot, catalog: &Catalog, then: impl FnOnce(State<'_>) -> T) -> anyhow::Result<T> {
    let sms = Sms::build(snapshot, catalog);
    let graph = Graph::build(&sms);
    let selection = Selection::new(&[], &snapshot.settings, &sms.local)?;
    let findings = rules::all(&Check { sms: &sms, graph: &graph }, &selection).findings;
    Ok(then(State { side: Side { sms: &sms, graph: &graph }, findings: &findings }))
}

fn one(base: State<'_>, id: &str, catalog: &Catalog, at: Timestamp) -> anyhow::Result<Option<Told>> {
    let sms = base.side.sms;
    let Some(scenario) = sms.find(id).and_then(|ix| sms.view::<ChangeScenario<'_>>(ix)) else { return Ok(None) };
    let (Some(given), Some(expected)) = (scenario.given(), scenario.expect()) else { return Ok(None) };
    let files = head(sms, scenario, given, at);
    let snapshot = sms.snapshot.with_files(&files)?;
    let facts = facts(sms, given, &files, at);
    let decision = with(&snapshot, catalog, |head| decide(base, head, &facts, at))?;
    let complaints = complaints(sms, expected, &decision);
    let title = scenario.0.record.title().to_owned();
    Ok(Some(Told { id: id.to_owned(), title, decision, complaints }))
}

/// The files that the pull request of a scenario brings. A record is written as JSON, which YAML is a kind of.
fn head(
    sms: &Sms<'_>,
    scenario: ChangeScenario<'_>,
    given: Given<'_>,
    at: Timestamp,
) -> BTreeMap<String, Option<String>> {
    let mut files = BTreeMap::new();
    if let Some(change) = given.change() {
        let record = change_record(sms, scenario, given, change.node.to_json(), at);
        let id = record["id"].as_str().unwrap_or("chg-scenario").to_owned();
        files.insert(format!("sms/change/{id}.yaml"), Some(record.to_string()));
    }
    for edit in given.edits() {
        let (Some(id), Some(set)) = (edit.record(), edit.set()) else { continue };
        let Some(record) = sms.find(id).map(|ix| sms.record(ix)) else { continue };
        let path = sms.path(record).to_owned();
        let known: Option<Value> =
            files.get(&path).and_then(|text: &Option<String>| serde_json::from_str(text.as_deref()?).ok());
        let mut value = known.unwrap_or_else(|| record.root.to_json());
        let (Value::Object(fields), Value::Object(new)) = (&mut value, set.node.to_json()) else { continue };
        for (key, new) in new {
            if new.is_null() {
                fields.shift_remove(&key);
            } else {
                fields.insert(key, new);
            }
        }
        files.insert(path, Some(value.to_string()));
    }
    files
}

/// The change record of a scenario: what is written there, and what every change needs besides.
fn change_record(sms: &Sms<'_>, scenario: ChangeScenario<'_>, given: Given<'_>, fields: Value, at: Timestamp) -> Value {
    let later = |hours: i64| AsOf::new(at.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(at)).to_string();
    let none = "none, because the scenario says nothing of it";
    let author = given.author().map(|author| sms.id_now(author.id));
    let owner = scenario.0.record.text("owner");
    let effects = [
        "benefit",
        "feasibility",
        "financial",
        "services",
        "customers",
        "policies_plans",
        "capacity",
        "availability",
        "continuity",
        "security",
    ];
    let mut assessment: Map<String, Value> = effects.iter().map(|name| ((*name).to_owned(), json!(none))).collect();
    assessment.insert("risk".to_owned(), json!({"likelihood": 1, "impact": 1}));
    assessment.insert("conflicts".to_owned(), json!([]));
    let mut record = json!({
        "kind": "change",
        "id": format!("chg-{}", scenario.0.record.id),
        "title": "A made-up change",
        "status": "requested",
        "owner": owner,
        "requester": author,
        "requested_at": later(-240),
        "category": "normal",
        "type": "modify",
        "reason": "A scenario of the change policy.",
        "affects": [],
        "assessment": assessment,
        "planned": {"start": later(192), "end": later(196)},
        "implementers": author.map(|author| vec![author]),
        "downtime": "0m",
        "plan": "As the scenario says.",
        "test": {"plan": "Tried on a copy.", "result": "pass"},
        "rollback": {"steps": "Back to the state before.", "tested": true, "takes": "30m"},
    });
    if let (Value::Object(record), Value::Object(fields)) = (&mut record, fields) {
        for (key, value) in fields {
            if value.is_null() {
                record.shift_remove(&key);
            } else if let (Some(Value::Object(known)), Value::Object(new)) =
                (record.get_mut(&key).filter(|_| key == "assessment"), &value)
            {
                known.extend(new.clone());
            } else {
                record.insert(key, value);
            }
        }
        record.retain(|_, value| !value.is_null());
    }
    record
}

/// The facts of the pull request of a scenario: every vote is signed by its person, and given for the head.
fn facts(sms: &Sms<'_>, given: Given<'_>, files: &BTreeMap<String, Option<String>>, at: Timestamp) -> Facts {
    let author = given.author().map(|author| sms.id_now(author.id).to_owned());
    let account = author.as_deref().and_then(|id| account(sms, id));
    let identity = Identity { name: author.clone().unwrap_or_default(), account: account.clone(), person: author };
    let paths = files.keys().cloned().chain(given.files().into_iter().map(str::to_owned));
    let end = |branch: &str, commit: &str| End { branch: branch.to_owned(), commit: commit.to_owned() };
    let earlier = at.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(at);
    let votes = given.votes().into_iter().zip(1_u64..).filter_map(|(vote, id)| {
        let verb = match vote.vote().unwrap_or(Stance::Approve) {
            Stance::Approve => Verb::Approve,
            Stance::Object => Verb::Object,
            Stance::Withdraw => Verb::Withdraw,
        };
        Some(Command {
            id,
            account: None,
            person: Some(sms.id_now(vote.by()?.id).to_owned()),
            verb,
            commit: Some(HEAD.to_owned()),
            digest: None,
            reason: String::new(),
            against: None,
            at: vote.at().and_then(When::instant).unwrap_or(earlier),
            edited_by: None,
        })
    });
    let commands = votes.collect();
    let mut facts = Facts::empty(SourceKind::Simulation);
    facts.pull_request = PullRequest {
        draft: given.draft() == Some(true),
        author: account,
        base: end("main", BASE),
        head: end("scenario", HEAD),
        ..facts.pull_request
    };
    facts.commits.push(Commit {
        id: HEAD.to_owned(),
        parents: vec![BASE.to_owned()],
        author: identity.clone(),
        committer: identity,
        co_authors: Vec::new(),
        suggestion: false,
        verified: true,
    });
    facts.files = Some(paths.map(|path| File { path, previous: None, blob: Some(HEAD.to_owned()) }).collect());
    facts.commands = commands;
    facts
}

/// The account of a person.
fn account(sms: &Sms<'_>, id: &str) -> Option<Account> {
    let person: Person<'_> = sms.view(sms.find(id)?)?;
    let account = person.github()?;
    let login = account.login().unwrap_or_default().to_owned();
    Some(Account { id: u64::try_from(account.id()?).ok()?, login, sort: AccountSort::User, app_id: None })
}

/// In what a decision is not what was expected.
fn complaints(sms: &Sms<'_>, expected: Expected<'_>, decision: &Decision) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut wrong = |what: &str, is: &str, must: &str| {
        if is != must {
            complaints.push(format!("the {what} is {is}, and must be {must}"));
        }
    };
    if let Some(outcome) = expected.outcome() {
        wrong("outcome", decision.outcome.word(), outcome.word());
    }
    if let Some(category) = expected.category() {
        wrong("category", decision.category.as_deref().unwrap_or("none"), category);
    }
    if let Some(risk) = expected.risk() {
        wrong("risk", decision.risk.as_ref().map_or("none", |risk| &risk.level), risk);
    }
    if let Some(missing) = expected.missing() {
        let open: usize = decision.requirements.iter().map(|it| it.missing).sum();
        wrong("number of open seats", &open.to_string(), &missing.to_string());
    }
    if let Some(ask) = expected.ask() {
        let must: BTreeSet<&str> =
            ask.node.items().iter().filter_map(|item| Some(sms.id_now(item.as_str()?))).collect();
        let is: BTreeSet<&str> = decision.next.ask.iter().map(String::as_str).collect();
        let list = |ids: BTreeSet<&str>| {
            if ids.is_empty() { "nobody".to_owned() } else { ids.into_iter().collect::<Vec<_>>().join(", ") }
        };
        wrong("list of those to ask", &list(is), &list(must));
    }
    let codes: BTreeSet<&str> =
        decision.reasons.iter().flat_map(|reason| reason.walk()).map(|(_, reason)| reason.code.word()).collect();
    let absent = expected.reasons().into_iter().filter(|code| !codes.contains(code));
    complaints.extend(absent.map(|code| format!("no reason is '{code}'")));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: &[(&str, &str)] = &[
        (
            "sms/change_policy/p.yaml",
            "{kind: change_policy, id: p, title: P, status: in_force, owner: ann, version: '1', effective_from: 2026-01-01, controlled: {kinds: [ci]}, major_criteria: [{id: m, text: M.}], categories: [{id: normal, label: N, description: N., test_required: false, pir_required: false, needs_design: false, seats: [{role: board, count: 1}]}]}",
        ),
        (
            "sms/person/ann.yaml",
            "{kind: person, id: ann, title: Ann, status: active, owner: ann, github: {login: ann, id: 1}}",
        ),
        (
            "sms/person/bo.yaml",
            "{kind: person, id: bo, title: Bo, status: active, owner: ann, github: {login: bo, id: 2}}",
        ),
        (
            "sms/role/board.yaml",
            "{kind: role, id: board, title: Board, status: active, owner: ann, holders: [{person: ann, from: 2024-01-01}, {person: bo, from: 2024-01-01}]}",
        ),
        ("sms/ci_type/thing.yaml", "{kind: ci_type, id: thing, title: Thing, status: active, owner: ann}"),
        (
            "sms/ci/ci-a.yaml",
            "{kind: ci, id: ci-a, title: A, status: live, owner: ann, ci_type: thing, environment: production, criticality: low}",
        ),
    ];

    fn run(scenario: &str) -> (String, Vec<String>) {
        let text = format!(
            "{{kind: change_scenario, id: scn, title: S, status: active, owner: ann, at: 2026-11-20T12:00:00Z, {scenario}}}"
        );
        let mut files = WORLD.to_vec();
        files.push(("sms/change_scenario/scn.yaml", &text));
        let snapshot = crate::load::memory(files, AsOf::parse("2026-01-01").unwrap()).unwrap();
        let catalog = Catalog::new(&snapshot.sources).unwrap();
        let told = all(&snapshot, &catalog).unwrap().remove(0);
        (told.decision.outcome.word().to_owned(), told.complaints)
    }

    #[test]
    fn a_scenario_is_decided_like_a_pull_request_at_its_own_instant() {
        let (outcome, complaints) = run(
            "given: {change: {affects: [ci-a]}, author: ann, votes: [{by: bo}]}, expect: {outcome: PASS, category: normal, missing: 0, ask: []}",
        );
        assert_eq!((outcome.as_str(), complaints), ("PASS", vec![]));
        let (outcome, complaints) = run(
            "given: {change: {affects: [ci-a]}, author: ann, votes: [{by: ann}]}, expect: {outcome: PENDING, ask: [bo], reasons: [seats]}",
        );
        assert_eq!((outcome.as_str(), complaints), ("PENDING", vec![]));
    }

    #[test]
    fn edits_of_records_and_files_count() {
        let (outcome, _) =
            run("given: {edits: [{record: ci-a, set: {criticality: high}}], author: ann}, expect: {outcome: BLOCKED}");
        assert_eq!(outcome, "BLOCKED");
        let (outcome, _) = run("given: {files: [README.md], author: ann}, expect: {outcome: PASS}");
        assert_eq!(outcome, "PASS");
    }

    #[test]
    fn everything_that_is_not_as_expected_is_told() {
        let (_, complaints) = run(
            "given: {change: {affects: [ci-a]}, author: ann}, expect: {outcome: PASS, category: major, missing: 2, ask: [ann], reasons: [frozen]}",
        );
        assert_eq!(
            complaints,
            [
                "the outcome is PENDING, and must be PASS",
                "the category is normal, and must be major",
                "the number of open seats is 1, and must be 2",
                "the list of those to ask is bo, and must be ann",
                "no reason is 'frozen'",
            ]
        );
    }

    #[test]
    fn a_scenario_replaces_a_field_as_a_whole_and_adds_to_the_assessment() {
        let (outcome, complaints) = run(
            "given: {change: {affects: [ci-a], planned: {start: 2026-11-28T12:00:00Z}}, author: ann, votes: [{by: bo}]}, expect: {outcome: BLOCKED, reasons: [no-window]}",
        );
        assert_eq!((outcome.as_str(), complaints), ("BLOCKED", vec![]));
        let (outcome, complaints) = run(
            "given: {change: {affects: [ci-a], assessment: {feasibility: Simple.}}, author: ann, votes: [{by: bo}]}, expect: {outcome: PASS}",
        );
        assert_eq!((outcome.as_str(), complaints), ("PASS", vec![]));
    }

    #[test]
    fn a_scenario_can_be_a_draft() {
        let (outcome, complaints) = run(
            "given: {change: {affects: [ci-a]}, author: ann, draft: true, votes: [{by: bo}]}, expect: {outcome: PENDING, reasons: [draft]}",
        );
        assert_eq!((outcome.as_str(), complaints), ("PENDING", vec![]));
    }

    #[test]
    fn the_author_of_a_scenario_opened_its_pull_request() {
        let mut files = WORLD.to_vec();
        files.push((
            "sms/change_scenario/scn.yaml",
            "{kind: change_scenario, id: scn, title: S, status: active, owner: ann, at: 2026-11-20T12:00:00Z, given: {change: {affects: [ci-a]}, author: ann}, expect: {outcome: PENDING}}",
        ));
        let snapshot = crate::load::memory(files, AsOf::parse("2026-01-01").unwrap()).unwrap();
        let catalog = Catalog::new(&snapshot.sources).unwrap();
        let told = all(&snapshot, &catalog).unwrap().remove(0);
        let opened = |person: &str| {
            let mut left = told.decision.excluded.iter();
            left.any(|left| left.person == person && left.reason.contains("opened the pull request"))
        };
        assert!(opened("ann") && !opened("bo"), "{:?}", told.decision.excluded);
    }
}

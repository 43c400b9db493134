//! Records that are made from a schema alone are read without a finding, and the views read back what stands in them.

use gitsm::base::date::{When, parse_date};
use gitsm::base::duration::Duration;
use gitsm::base::span::FileId;
use gitsm::load;
use gitsm::model::Sms;
use gitsm::model::change::Change;
use gitsm::model::change_policy::ChangePolicy;
use gitsm::model::ci::Ci;
use gitsm::model::contract::Contract;
use gitsm::model::organisation::Role;
use gitsm::model::risk::{Risk, RiskCriteria};
use gitsm::model::service::Service;
use gitsm::model::sla::Sla;
use gitsm::schema::{Kind, validate};
use gitsm::yaml;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::generate::Generator;
use super::walk::Schema;
use crate::chain::{self, Dice};
use crate::yaml_text::{DRESSES, Tree};

/// A record of `kind`, and its text in one of the styles.
fn record(kind: &Kind, seed: u64) -> (Json, String) {
    let mut generator = Generator { schema: Schema { root: kind.bundled_schema() }, dice: Dice(seed) };
    let record = generator.record();
    let mut looks = Dice(seed ^ 0xABCD);
    let mut looks = std::iter::from_fn(|| u8::try_from(looks.below(256)).ok());
    let dress = DRESSES[usize::try_from(seed % 4).unwrap_or(0)];
    let text = Tree::of_json(&record, &mut looks).print(dress);
    (record, text)
}

/// The text of a field, as views read it: blank text counts as absent.
fn text<'j>(json: &'j Json, pointer: &str) -> Option<&'j str> {
    json.pointer(pointer).and_then(Json::as_str).filter(|text| !text.trim().is_empty())
}

fn texts(json: &Json, pointer: &str) -> Vec<String> {
    let items = json.pointer(pointer).and_then(Json::as_array).into_iter().flatten();
    items.filter_map(Json::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned).collect()
}

fn day(json: &Json, pointer: &str) -> Option<jiff::civil::Date> {
    parse_date(json.pointer(pointer)?.as_str()?).ok()
}

fn when(json: &Json, pointer: &str) -> Option<When> {
    When::parse(json.pointer(pointer)?.as_str()?).ok()
}

fn length(json: &Json, pointer: &str) -> Option<Duration> {
    Duration::parse(json.pointer(pointer)?.as_str()?).ok()
}

/// Loads a made record and gives its snapshot.
fn loaded(kind: &str, seed: u64) -> (Json, load::Snapshot) {
    let (json, text) = record(chain::catalog().find(kind).expect("the kind"), seed);
    let path = format!("sms/{kind}/a.yaml");
    (json, load::memory([(path.as_str(), text.as_str())], chain::as_of()).expect("there are no settings"))
}

macro_rules! viewed {
    ($view:ident, $kind:literal, $seed:expr, |$it:ident, $json:ident| $body:block) => {{
        let ($json, snapshot) = loaded($kind, $seed);
        let sms = Sms::build(&snapshot, chain::catalog());
        let $it = sms.all::<$view<'_>>().next().expect("the record is read");
        $body
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_made_from_a_schema_are_read_without_a_finding(seed in 1u64..u64::MAX) {
        for kind in chain::catalog().iter() {
            let (json, text) = record(kind, seed);
            let parsed = yaml::parse(FileId(0), &text);
            assert!(parsed.findings.is_empty(), "{}: {:#?}\n{text}", kind.name, parsed.findings);
            let root = &parsed.documents[0].root;
            assert_eq!(root.to_json(), json, "{text}");
            let found = validate(kind, FileId(0), root);
            assert!(found.is_empty(), "{}: {found:#?}\n{text}", kind.name);
        }
    }

    #[test]
    fn made_records_go_through_the_whole_chain(seed in 1u64..u64::MAX) {
        let files = chain::catalog().iter().map(|kind| {
            let (json, text) = record(kind, seed);
            (format!("sms/{}/{}.yaml", kind.name, json["id"].as_str().unwrap_or("a")), text)
        });
        let files: Vec<(String, String)> = files.collect();
        let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let snapshot = load::memory(texts, chain::as_of()).expect("there are no settings");
        let outcome = chain::run(&snapshot);
        assert!(chain::stray_places(&snapshot, &outcome.findings).is_empty());
        let early = ["yaml-", "field-", "value-", "state-incomplete", "schema-condition", "kind-unknown", "id-missing"];
        let early: Vec<_> = outcome.findings.iter().filter(|f| early.iter().any(|start| f.rule.starts_with(start))).collect();
        assert!(early.is_empty(), "{early:#?}");
    }

    #[test]
    fn views_of_services_and_agreements_read_back_what_is_written(seed in 1u64..u64::MAX) {
        viewed!(Service, "service", seed, |service, json| {
            assert_eq!(service.status().map(|status| status.word()), text(&json, "/status"));
            assert_eq!(service.description(), text(&json, "/description"));
            assert_eq!(service.criticality().map(|word| word.word()), text(&json, "/criticality"));
            assert_eq!(service.outcomes(), texts(&json, "/outcomes"));
            let customers: Vec<_> = service.customers().iter().map(|customer| customer.id.to_owned()).collect();
            assert_eq!(customers, texts(&json, "/customers"));
            assert_eq!(service.support_hours().map(|calendar| calendar.id), text(&json, "/support_hours"));
            assert_eq!(service.sla_waiver().and_then(|waiver| waiver.until()), day(&json, "/sla_waiver/until"));
        });
        viewed!(Sla, "sla", seed, |sla, json| {
            assert_eq!(sla.status().map(|status| status.word()), text(&json, "/status"));
            assert_eq!((sla.valid_from(), sla.valid_to()), (day(&json, "/valid_from"), day(&json, "/valid_to")));
            assert_eq!(sla.service().map(|service| service.id), text(&json, "/service"));
            let targets = json.pointer("/targets").and_then(Json::as_array).map_or(0, Vec::len);
            assert_eq!(sla.targets().len(), targets);
        });
        viewed!(Contract, "contract", seed, |contract, json| {
            assert_eq!(contract.end(), day(&json, "/end"));
            assert_eq!(contract.scope(), texts(&json, "/scope"));
            let ours = contract.responsibilities().map(|both| both.ours()).unwrap_or_default();
            assert_eq!(ours, texts(&json, "/responsibilities/ours"));
        });
        viewed!(Ci, "ci", seed, |ci, json| {
            assert_eq!(ci.status().map(|status| status.word()), text(&json, "/status"));
            assert_eq!(ci.ci_type().map(|kind| kind.id), text(&json, "/ci_type"));
            assert_eq!(ci.owner().map(|owner| owner.id), text(&json, "/owner"));
        });
    }

    #[test]
    fn views_of_changes_and_their_policy_read_back_what_is_written(seed in 1u64..u64::MAX) {
        viewed!(Change, "change", seed, |change, json| {
            assert_eq!(change.status().map(|status| status.word()), text(&json, "/status"));
            assert_eq!(change.outcome().map(|outcome| outcome.word()), text(&json, "/outcome"));
            assert_eq!(change.assessment().and_then(|it| it.benefit()), text(&json, "/assessment/benefit"));
            assert_eq!(change.test().and_then(|test| test.result()).map(|result| result.word()), text(&json, "/test/result"));
            assert_eq!(change.rollback().and_then(|back| back.tested()), json.pointer("/rollback/tested").and_then(Json::as_bool));
            assert_eq!(change.actual().and_then(|actual| actual.start()), when(&json, "/actual/start"));
            assert_eq!(change.pir().and_then(|pir| pir.at()), day(&json, "/pir/at"));
            assert_eq!(change.pir().and_then(|pir| pir.effective()), json.pointer("/pir/effective").and_then(Json::as_bool));
        });
        viewed!(ChangePolicy, "change_policy", seed, |policy, json| {
            assert_eq!(policy.failure_within(), length(&json, "/failure_within"));
            for (at, category) in policy.categories().into_iter().enumerate() {
                let below = format!("/categories/{at}");
                assert_eq!(category.id(), text(&json, &format!("{below}/id")));
                assert_eq!(category.pir_within(), length(&json, &format!("{below}/pir_within")));
                assert_eq!(category.test_required(), json.pointer(&format!("{below}/test_required")).and_then(Json::as_bool));
            }
        });
    }

    #[test]
    fn views_of_risks_and_roles_read_back_what_is_written(seed in 1u64..u64::MAX) {
        viewed!(Risk, "risk", seed, |risk, json| {
            assert_eq!(risk.treatment().map(|word| word.word()), text(&json, "/treatment"));
            assert_eq!(risk.affects(), texts(&json, "/affects"));
            for (rating, at) in [(risk.inherent(), "/inherent"), (risk.residual(), "/residual")] {
                let number = |key: &str| json.pointer(&format!("{at}/{key}")).and_then(Json::as_i64);
                assert_eq!(rating.and_then(|rating| rating.likelihood()), number("likelihood"));
                assert_eq!(rating.and_then(|rating| rating.score()), number("score"));
            }
            assert_eq!(risk.acceptance().and_then(|it| it.until()), day(&json, "/acceptance/until"));
        });
        viewed!(RiskCriteria, "risk_criteria", seed, |criteria, json| {
            assert_eq!(criteria.appetite(), text(&json, "/appetite"));
            let rows = json.pointer("/matrix").and_then(Json::as_array).cloned().unwrap_or_default();
            let mut seen = std::collections::BTreeSet::new();
            for row in rows.iter().filter(|row| seen.insert(row["likelihood"].as_i64())) {
                for (column, level) in row["levels"].as_array().into_iter().flatten().enumerate() {
                    let impact = i64::try_from(column).unwrap_or(0) + 1;
                    let likelihood = row["likelihood"].as_i64().unwrap_or(0);
                    assert_eq!(criteria.level(likelihood, impact), level.as_str());
                    assert_eq!(criteria.level(likelihood, 0), None);
                }
            }
        });
        viewed!(Role, "role", seed, |role, json| {
            assert_eq!(role.required(), json.pointer("/required").and_then(Json::as_bool));
            for (at, holder) in role.holders().into_iter().enumerate() {
                let below = format!("/holders/{at}");
                assert_eq!(holder.person().map(|person| person.id), text(&json, &format!("{below}/person")));
                assert_eq!((holder.from(), holder.until()), (day(&json, &format!("{below}/from")), day(&json, &format!("{below}/until"))));
            }
        });
    }
}

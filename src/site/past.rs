//! What git tells of the records beside their texts: their lives, the decisions of the ledger, packs for audits. It is
//! read before, by whoever may read git; pages only show it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::edition::Words;
use crate::evidence::history::{Lives, Most};
use crate::site::rulings::Trial;

/// How much of a life pages show.
pub const MOST: Most = Most { passages: 12, fields: 8 };

/// A pack for an audit, as `audit pack` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its folder, such as `stage-1`.
    pub folder: &'static str,
    /// The audit that it is for.
    pub title: &'static str,
    /// Its files by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What git tells of the records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Names what it was read from; the same name, the same content. Empty for nothing.
    pub key: String,
    /// What was done to each record, by its id now; none where the history is not told.
    pub lives: Option<Lives>,
    /// What the ledger says of each change, by its id then; none where there is no ledger.
    pub trials: Option<BTreeMap<String, Trial>>,
    /// The packs, and the period that they look at.
    pub packs: Vec<Pack>,
    /// The period of the packs, in its own writing.
    pub period: String,
}

/// No past at all.
pub static NOTHING: Past =
    Past { key: String::new(), lives: None, trials: None, packs: Vec::new(), period: String::new() };

impl Past {
    /// The same with every person called by their job. What was written by hand in earlier days can name anybody, also
    /// people of whom no record is left, so of fields only the names are told, of decisions only their parts, and of the
    /// changes that commits name only those that are records; packs, which name people, are left out.
    #[must_use]
    pub fn by_role(mut self, words: &Words) -> Self {
        self.packs.clear();
        for landed in self.lives.iter_mut().flat_map(|lives| &mut lives.commits) {
            landed.committer.clear();
            landed.summary.clear();
        }
        if let Some(Lives { commits, of }) = &mut self.lives {
            for landed in commits {
                landed.changes.retain(|id| of.contains_key(id) && !words.knows(id));
            }
        }
        for passage in self.lives.iter_mut().flat_map(|lives| lives.of.values_mut()).flat_map(|one| &mut one.passages) {
            passage.authors.clear();
            passage.moved_from = None;
            passage.renamed_from = None;
            let mut seen = BTreeSet::new();
            for field in &mut passage.fields {
                (field.old, field.new) = (None, None);
                let name = field.path.split(['.', '[']).next().unwrap_or_default();
                field.path = name.to_owned();
            }
            passage.fields.retain(|field| seen.insert(field.path.clone()));
        }
        // A person's life stands under the id that the job gives.
        if let Some(lives) = &mut self.lives {
            let of = std::mem::take(&mut lives.of);
            lives.of = of.into_iter().map(|(id, life)| (words.replace(&id), life)).collect();
        }
        for trial in self.trials.iter_mut().flat_map(BTreeMap::values_mut) {
            for ruling in &mut trial.rulings {
                ruling.decision = without_names(&ruling.decision, words);
            }
            let said = std::mem::take(&mut trial.said).into_iter();
            trial.said = said
                .map(|mut said| {
                    // A person of whom no record is left has no job to be called by.
                    said.person = said.person.filter(|id| words.knows(id)).map(|id| words.replace(&id));
                    said.reason.clear();
                    said
                })
                .collect();
        }
        self
    }
}

/// What stands for a person of whom no record is left.
const SOMEBODY: &str = "somebody";

/// The parts of a decision that name nobody, and the jobs of those who are known. Sentences are left out: the gate of then
/// wrote names into them, also of people of whom no record is left to know them by.
fn without_names(decision: &Value, words: &Words) -> Value {
    let job = |person: &Value| person.as_str().filter(|id| words.knows(id)).map(|id| words.replace(id));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let seat = |seat: &Value| {
        let filled = list(&seat["filled"]);
        let filled = filled.iter().map(|person| job(person).unwrap_or_else(|| SOMEBODY.to_owned()));
        let candidates: Vec<String> = list(&seat["candidates"]).iter().filter_map(job).collect();
        json!({
            "id": text(&seat["id"], words), "needs": text(&seat["needs"], words), "missing": seat["missing"],
            "outcome": seat["outcome"], "filled": filled.collect::<Vec<_>>(), "candidates": candidates,
        })
    };
    let mut told = json!({
        "change": text(&decision["change"], words),
        "outcome": decision["outcome"],
        "category": decision["category"],
        "instant": decision["instant"],
        "requirements": list(&decision["requirements"]).iter().map(seat).collect::<Vec<_>>(),
        "reasons": list(&decision["reasons"]).iter().map(|reason| bare(reason, 0)).collect::<Vec<_>>(),
        "next": {"ask": list(&decision["next"]["ask"]).iter().filter_map(job).collect::<Vec<_>>()},
    });
    if let Some(level) = decision["risk"]["level"].as_str() {
        told["risk"] = json!({"level": level});
    }
    told
}

fn text(value: &Value, words: &Words) -> String {
    words.replace(value.as_str().unwrap_or_default())
}

/// A reason by its code alone, with those that it consists of down to a depth that none of ours has.
fn bare(reason: &Value, depth: usize) -> Value {
    let code = reason["code"].as_str().unwrap_or_default();
    let parts = reason["parts"].as_array().filter(|_| depth < 16).into_iter().flatten();
    let parts: Vec<Value> = parts.map(|part| bare(part, depth + 1)).collect();
    json!({"code": code, "outcome": reason["outcome"], "message": code.replace('-', " "), "parts": parts})
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::date::AsOf;
    use crate::evidence::history::{Brief, Landed, Passage, StepKind};
    use crate::site::edition::roles;
    use crate::site::fixture::with;
    use crate::site::rulings::{Ruling, Said, Word};
    use crate::yaml::fields::Field;

    /// A past in which Ada Vane, and Cy, of whom nothing is left, did everything.
    pub(in crate::site) fn past() -> Past {
        let time = AsOf::parse("2026-11-01T09:00:00Z").unwrap();
        let at = time.instant();
        let landed = Landed {
            commit: "0123456789abcdef".to_owned(),
            time,
            committer: "Ada Vane".to_owned(),
            summary: "For Cy".to_owned(),
            changes: ["chg-a", "ci-a", "as Cy said", "ada-vane"].map(str::to_owned).to_vec(),
        };
        let field = |path: &str| Field {
            pointer: "/x".to_owned(),
            path: path.to_owned(),
            old: Some(json!("cy").into()),
            new: Some(json!("ada-vane").into()),
            order: false,
        };
        let passage = Passage {
            landed: 0,
            kind: StepKind::Changed,
            moved_from: Some("sms/ci/cy.yaml".to_owned()),
            renamed_from: Some("cy".to_owned()),
            authors: vec!["Ada Vane".to_owned(), "Cy".to_owned()],
            fields: vec![field("holders[cy].from"), field("holders[ada-vane]"), field("owner")],
            more_fields: 0,
        };
        let life = Brief { passages: vec![passage], more: 0 };
        let of = ["ada-vane", "ci-a"].map(|id| (id.to_owned(), life.clone())).into();
        let said = |person: &str| Said {
            at,
            person: Some(person.to_owned()),
            word: Word::Agreed,
            reason: "As Cy said".to_owned(),
        };
        let decision = json!({
            "change": "chg-a", "outcome": "PASS", "instant": "2026-11-01T09:00:00Z",
            "requirements": [{"id": "category normal", "needs": "1 of r", "filled": ["ada-vane"], "missing": 0,
                "candidates": ["cy"], "outcome": "PASS"}],
            "excluded": [{"person": "cy", "reason": "Cy wrote it"}],
            "reasons": [{"code": "seats", "outcome": "PASS", "message": "Ada Vane agrees", "parts": [
                {"code": "window-open", "outcome": "PASS", "message": "as Cy asked"}]}],
            "next": {"text": "thank Cy", "ask": ["cy", "ada-vane"], "do": ["thank Cy"]},
        });
        let ruling = Ruling { number: 1, at, commit: "fedcba9876543210".to_owned(), decision };
        let trial = Trial { rulings: vec![ruling], said: [said("ada-vane"), said("cy")].into() };
        Past {
            key: "k".to_owned(),
            lives: Some(Lives { commits: vec![landed], of }),
            trials: Some(BTreeMap::from([("chg-a".to_owned(), trial)])),
            packs: vec![Pack { folder: "stage-1", title: "Stage 1", files: BTreeMap::new() }],
            period: "2026-Q3".to_owned(),
        }
    }

    #[test]
    fn by_role_nothing_of_the_past_names_anybody() {
        let text = "kind: person\nid: ada-vane\ntitle: Ada Vane\nstatus: active\njob: Engineer\n".to_owned();
        with(&[("sms/person/ada-vane.yaml".to_owned(), text)], |input| {
            let (_, words) = roles(input.sms);
            let told = past().by_role(&words);
            let shown = format!("{told:?}");
            for name in ["Ada", "Vane", "ada-vane", "Cy", "\"cy\"", "[cy]", "cy.yaml"] {
                assert!(!shown.contains(name), "{name}: {shown}");
            }
            let lives = told.lives.unwrap();
            assert_eq!(lives.of.keys().collect::<Vec<_>>(), ["ci-a", "engineer"]);
            let fields: Vec<_> = lives.of["ci-a"].passages[0].fields.iter().map(|field| field.path.as_str()).collect();
            assert_eq!(fields, ["holders", "owner"]);
            let trial = &told.trials.unwrap()["chg-a"];
            let decision = &trial.rulings[0].decision;
            assert_eq!(decision["requirements"][0]["filled"], json!(["engineer"]));
            assert_eq!(decision["reasons"][0]["parts"][0]["message"], "window open");
            assert_eq!(
                (&decision["instant"], &decision["next"]["ask"]),
                (&json!("2026-11-01T09:00:00Z"), &json!(["engineer"]))
            );
            assert_eq!(lives.commits[0].changes, ["ci-a"], "of records that are there");
            assert_eq!(trial.said.iter().filter(|said| said.person.as_deref() == Some("engineer")).count(), 1);
            assert!(told.packs.is_empty());
        });
    }
}

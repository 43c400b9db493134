//! What git tells of the records beside their texts: their lives, the decisions of the ledger, packs for audits. It is
//! read before, by whoever may read git; pages only show it.

use std::collections::{BTreeMap, BTreeSet};

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
    /// people of whom no record is left, so of fields only the names are told; packs, which name people, are left out.
    #[must_use]
    pub fn by_role(mut self, words: &Words) -> Self {
        self.packs.clear();
        for landed in self.lives.iter_mut().flat_map(|lives| &mut lives.commits) {
            landed.committer.clear();
            landed.summary.clear();
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
                ruling.decision = replaced(&ruling.decision, words);
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

/// A value with words replaced in all its texts. Its depth is bounded by that of the JSON it was read from.
fn replaced(value: &serde_json::Value, words: &Words) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(words.replace(text)),
        Value::Array(items) => items.iter().map(|item| replaced(item, words)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (words.replace(key), replaced(value, words))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

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
            changes: vec!["chg-a".to_owned()],
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
                "candidates": [], "outcome": "PASS"}],
            "reasons": [{"code": "seats", "outcome": "PASS", "message": "Ada Vane agrees"}],
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
            assert_eq!(trial.rulings[0].decision["requirements"][0]["filled"], json!(["engineer"]));
            assert_eq!(trial.said.iter().filter(|said| said.person.as_deref() == Some("engineer")).count(), 1);
            assert!(told.packs.is_empty());
        });
    }
}

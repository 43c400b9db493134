//! One entry as a statement.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::base::date::{AsOf, parse_instant};
use crate::base::hash::sha256;

/// The type of statement that every entry is.
pub(super) const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// What an entry is about: a commit of the protected branch and its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The commit, in full.
    pub commit: String,
    /// Its tree.
    pub tree: String,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// From the commit after this one on the process holds.
    Adoption {
        /// Why from there.
        reason: String,
    },
    /// What was decided about what came to the branch with the commit.
    Decision {
        /// The tip of the branch before; the commits behind it up to the subject came together.
        before: String,
        /// The tree that was decided about: what merging the head into the base gives.
        merge_tree: String,
        /// The decision, as the gate gives it.
        decision: Value,
        /// What it was made from.
        facts: Value,
    },
    /// What a person says to a change, signed by the person; the commit is the one at which the keys are read.
    Vote {
        /// The vote, word for word as it was signed.
        signed: String,
        /// The armoured signature.
        signature: String,
    },
}

impl Body {
    /// The word for it, which also stands in the type of the statement.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Adoption { .. } => "adoption",
            Self::Decision { .. } => "decision",
            Self::Vote { .. } => "vote",
        }
    }

    /// The decision, when it is one.
    #[must_use]
    pub const fn decision(&self) -> Option<&Value> {
        match self {
            Self::Decision { decision, .. } => Some(decision),
            _ => None,
        }
    }

    /// What the decision was made from, when it is one.
    #[must_use]
    pub const fn facts(&self) -> Option<&Value> {
        match self {
            Self::Decision { facts, .. } => Some(facts),
            _ => None,
        }
    }
}

/// The commit at one end of a decision, `base` or `head`.
#[must_use]
pub fn end<'d>(decision: &'d Value, which: &str) -> Option<&'d str> {
    let end = &decision[which];
    end["commit"].as_str().or(end.as_str())
}

/// An entry that is not in the ledger yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What it is about.
    pub subject: Subject,
    /// What it says.
    pub body: Body,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// The hash of the entry before it; none for the first.
    pub previous: Option<String>,
    /// When it was recorded, by the recorder's clock.
    pub at: Timestamp,
    /// Who recorded it.
    pub recorder: String,
    /// The program that wrote it, with its version; another version may decide otherwise.
    pub tool: String,
    /// What it is about.
    pub subject: Subject,
    /// What it says.
    pub body: Body,
}

/// The hash of a JSON value in its shortest writing.
pub(super) fn hash(value: &Value) -> String {
    sha256(value.to_string().as_bytes())
}

impl Entry {
    /// The statement, always in the same bytes.
    #[must_use]
    pub fn statement(&self) -> String {
        let mut predicate = Map::new();
        let mut put = |key: &str, value: Value| predicate.insert(key.to_owned(), value);
        put("number", json!(self.number));
        put("previous", json!(self.previous));
        put("recordedAt", json!(AsOf::new(self.at).to_string()));
        put("recorder", json!(self.recorder));
        put("tool", json!(self.tool));
        match &self.body {
            Body::Adoption { reason } => {
                put("reason", json!(reason));
            }
            Body::Decision { before, merge_tree, decision, facts } => {
                put("before", json!(before));
                put("mergeTree", json!(merge_tree));
                put("decision", decision.clone());
                put("decisionSha256", json!(hash(decision)));
                put("facts", facts.clone());
                put("factsSha256", json!(hash(facts)));
            }
            Body::Vote { signed, signature } => {
                put("signed", json!(signed));
                put("signature", json!(signature));
            }
        }
        let Subject { commit, tree } = &self.subject;
        let statement = json!({
            "_type": STATEMENT,
            "subject": [
                {"name": "commit", "digest": {"gitCommit": commit}},
                {"name": "tree", "digest": {"gitTree": tree}},
            ],
            "predicateType": predicate_type(self.body.word()),
            "predicate": predicate,
        });
        format!("{statement:#}\n")
    }

    /// Reads a statement. What is not exactly what [`Entry::statement`] writes is refused.
    ///
    /// # Errors
    /// Says in words what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let statement: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let predicate = &statement["predicate"];
        let word = |value: &Value, what: &str| {
            value.as_str().map(str::to_owned).ok_or_else(|| format!("its {what} is missing or no text"))
        };
        let digest = |at: usize, key: &str| word(&statement["subject"][at]["digest"][key], key);
        let kind = word(&statement["predicateType"], "predicateType")?;
        let body = match kind.as_str() {
            kind if kind == predicate_type("adoption") => {
                Body::Adoption { reason: word(&predicate["reason"], "reason")? }
            }
            kind if kind == predicate_type("decision") => Body::Decision {
                before: word(&predicate["before"], "before")?,
                merge_tree: word(&predicate["mergeTree"], "mergeTree")?,
                decision: predicate["decision"].clone(),
                facts: predicate["facts"].clone(),
            },
            kind if kind == predicate_type("vote") => Body::Vote {
                signed: word(&predicate["signed"], "signed")?,
                signature: word(&predicate["signature"], "signature")?,
            },
            other => return Err(format!("this version does not know the statement '{other}'")),
        };
        let entry = Self {
            number: predicate["number"].as_u64().ok_or("its number is missing")?,
            previous: predicate["previous"].as_str().map(str::to_owned),
            at: parse_instant(&word(&predicate["recordedAt"], "recordedAt")?)?,
            recorder: word(&predicate["recorder"], "recorder")?,
            tool: word(&predicate["tool"], "tool")?,
            subject: Subject { commit: digest(0, "gitCommit")?, tree: digest(1, "gitTree")? },
            body,
        };
        if entry.statement() == text { Ok(entry) } else { Err("it is not written as gitsm writes it".to_owned()) }
    }
}

fn predicate_type(word: &str) -> String {
    format!("urn:gitsm:{word}:v1")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::evidence::ledger) fn decision(number: u64, previous: Option<&str>) -> Entry {
        let commit = format!("{number:040x}");
        Entry {
            number,
            previous: previous.map(str::to_owned),
            at: Timestamp::from_second(1_790_000_000).unwrap(),
            recorder: "Bot <bot@example.org>".to_owned(),
            tool: "gitsm 0".to_owned(),
            subject: Subject { commit, tree: "t".to_owned() },
            body: Body::Decision {
                before: "b".to_owned(),
                merge_tree: "t".to_owned(),
                decision: json!({"outcome": "PASS", "b": 1, "a": 2}),
                facts: json!({"author": "ann"}),
            },
        }
    }

    #[test]
    fn a_statement_is_read_back_as_it_was_and_in_the_same_bytes() {
        let vote = Body::Vote { signed: "{}\n".to_owned(), signature: "---\n".to_owned() };
        for body in [decision(1, None).body, vote, Body::Adoption { reason: "Begin".to_owned() }] {
            let entry = Entry { body, ..decision(7, Some("hash")) };
            let text = entry.statement();
            assert_eq!(Entry::parse(&text), Ok(entry));
        }
        let text = decision(1, None).statement();
        let statement: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(statement["_type"], STATEMENT);
        assert_eq!(statement["predicate"]["decision"].to_string(), r#"{"outcome":"PASS","b":1,"a":2}"#, "in its order");
        assert_eq!(statement["predicate"]["factsSha256"], sha256(br#"{"author":"ann"}"#));
    }

    #[test]
    fn what_was_changed_after_writing_is_refused() {
        let text = decision(1, None).statement();
        for (old, new) in [
            ("PASS", "FAIL"),
            ("\"author\": \"ann\"", "\"author\": \"bo\""),
            ("urn:gitsm:decision:v1", "urn:gitsm:decision:v2"),
            ("  \"", " \""),
            ("\"number\": 1,", ""),
            ("\n}\n", ",\"more\": 1}\n"),
        ] {
            assert!(text.contains(old), "{old}");
            assert!(Entry::parse(&text.replacen(old, new, 1)).is_err(), "{old}");
        }
    }

    /// Why a decision whose `pointer` was set to `value` is refused.
    fn refused(pointer: &str, value: Value) -> String {
        let mut statement: Value = serde_json::from_str(&decision(1, None).statement()).unwrap();
        *statement.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
        Entry::parse(&format!("{statement:#}\n")).unwrap_err()
    }

    #[test]
    fn a_field_that_is_missing_or_of_another_type_is_named() {
        for (pointer, value, field) in [
            ("/predicateType", json!(7), "predicateType"),
            ("/predicate/recordedAt", json!(1_790_000_000), "recordedAt"),
            ("/predicate/recorder", Value::Null, "recorder"),
            ("/predicate/tool", json!(["gitsm"]), "tool"),
            ("/predicate/before", json!({}), "before"),
            ("/predicate/mergeTree", json!(1), "mergeTree"),
            ("/subject", json!([]), "gitCommit"),
            ("/subject/0/digest/gitCommit", json!(1), "gitCommit"),
            ("/subject/1/digest", json!({"gitCommit": "t"}), "gitTree"),
            ("/predicateType", json!("urn:gitsm:vote:v1"), "signed"),
            ("/predicateType", json!("urn:gitsm:adoption:v1"), "reason"),
        ] {
            assert_eq!(refused(pointer, value), format!("its {field} is missing or no text"), "{pointer}");
        }
        for number in [json!("1"), json!(-1), json!(1.5), Value::Null] {
            assert_eq!(refused("/predicate/number", number), "its number is missing");
        }
        assert_eq!(refused("/predicate", Value::Null), "its before is missing or no text");
        assert!(refused("/predicate/recordedAt", json!("2026-09-21")).contains("'2026-09-21' is not an instant"));
    }

    #[test]
    fn another_statement_is_refused_by_its_name() {
        for other in ["urn:gitsm:decision:v2", "urn:gitsm:decision", "https://slsa.dev/provenance/v1", ""] {
            let why = refused("/predicateType", json!(other));
            assert_eq!(why, format!("this version does not know the statement '{other}'"));
        }
        for text in ["", "{", "{}{}"] {
            assert!(Entry::parse(text).unwrap_err().starts_with("it is not JSON: "), "{text}");
        }
        assert_eq!(Entry::parse("[]").unwrap_err(), "its predicateType is missing or no text");
    }

    #[test]
    fn the_same_content_in_another_writing_is_refused() {
        let subject = json!({"name": "commit", "digest": {"gitCommit": format!("{:040x}", 1)}});
        let tree = json!({"name": "tree", "digest": {"gitTree": "t"}});
        for (pointer, value) in [
            ("/_type", json!("https://in-toto.io/Statement/v0.1")),
            ("/subject/0/name", json!("tree")),
            ("/subject", json!([subject, tree, subject])),
            ("/predicate/recordedAt", json!("2026-09-21T16:13:20+02:00")),
            ("/predicate/recordedAt", json!("2026-09-21T14:13:20.5Z")),
            ("/predicate/previous", json!(5)),
            ("/predicate/decision", json!("PASS")),
            ("/predicate/decisionSha256", json!("0".repeat(64))),
            ("/predicate/factsSha256", Value::Null),
        ] {
            assert_eq!(refused(pointer, value), "it is not written as gitsm writes it", "{pointer}");
        }
        assert!(Entry::parse(decision(1, None).statement().trim_end()).is_err());
    }

    #[test]
    fn an_end_of_a_decision_is_a_commit_or_holds_one() {
        let decision = json!({"base": {"commit": "b", "tree": "t"}, "head": "h", "odd": {"commit": 5}, "none": null});
        assert_eq!(
            ["base", "head", "odd", "none", "gone"].map(|which| end(&decision, which)),
            [Some("b"), Some("h"), None, None, None]
        );
    }
}

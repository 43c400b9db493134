//! Facts from a file.

use serde_json::Value;

use super::{Facts, ReviewState, Verb};

/// Why a file holds no facts that can be decided on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// It is no JSON, or not of the form.
    #[error("the facts cannot be read: {0}")]
    Form(String),
    /// It is of a version that this program does not know.
    #[error(
        "the facts are of version {0}, and this gitsm knows version 1 only; use the gitsm that wrote them, or a newer one"
    )]
    Version(u32),
    /// It contradicts itself.
    #[error("the facts contradict themselves: {0}")]
    Contradiction(String),
}

impl Facts {
    /// The facts in a JSON text.
    ///
    /// # Errors
    /// When the text is no JSON, has not the form of facts, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        let facts: Self = serde_json::from_str(text).map_err(|error| FactsError::Form(error.to_string()))?;
        if facts.version != 1 {
            return Err(FactsError::Version(facts.version));
        }
        if let Some(what) = unlike(text, &facts) {
            return Err(FactsError::Form(what));
        }
        facts.contradiction().map_or(Ok(facts), |what| Err(FactsError::Contradiction(what)))
    }

    /// What cannot be true of one pull request.
    fn contradiction(&self) -> Option<String> {
        let head = &self.pull_request.head.commit;
        if head.len() < 7 || !head.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(format!("the head commit '{head}' is no hash of a commit"));
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = self.commits.iter().find(|commit| !seen.insert(commit.id.as_str())) {
            return Some(format!("commit {} is there twice", twice.id));
        }
        if self.commits.is_empty() && *head != self.pull_request.base.commit {
            return Some(format!("the head {head} is not the base, and there is no commit between them"));
        }
        if !self.commits.is_empty() && !seen.contains(head.as_str()) {
            return Some(format!("the head {head} is not among its commits"));
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = self.reviews.iter().find(|review| !seen.insert(review.id)) {
            return Some(format!("review {} is there twice", twice.id));
        }
        let undated = |review: &&super::Review| review.state != ReviewState::Pending && review.at.is_none();
        if let Some(review) = self.reviews.iter().find(undated) {
            return Some(format!("review {} was handed in, but at no time", review.id));
        }
        let nobody = self.commands.iter().find(|command| command.account.is_some() == command.person.is_some());
        if let Some(command) = nobody {
            return Some(format!("command {} is given by an account or by a key, not by both or neither", command.id));
        }
        let blind = |command: &&super::Command| command.verb == Verb::Overrule && command.against.is_none();
        self.commands.iter().find(blind).map(|command| format!("command {} overrules nobody", command.id))
    }
}

/// The first thing in the text that reading is more lenient with than the form: a list where the form has fields, which is
/// taken for their values in order with the rest left out, and a `null` for what may only be left out.
fn unlike(text: &str, facts: &Facts) -> Option<String> {
    let (given, read) = (serde_json::from_str::<Value>(text).ok()?, serde_json::to_value(facts).ok()?);
    let mut open = vec![(String::new(), &given, &read)];
    while let Some((place, given, read)) = open.pop() {
        match (given, read) {
            (Value::Array(_), Value::Object(_)) => {
                return Some(format!("there is a list at '{place}', where fields with their names belong"));
            }
            (Value::Array(given), Value::Array(read)) => {
                let both = given.iter().zip(read).enumerate();
                open.extend(both.map(|(nth, (given, read))| (format!("{place}/{nth}"), given, read)));
            }
            (Value::Object(given), Value::Object(read)) => {
                for (key, given) in given {
                    let place = format!("{place}/{key}");
                    match read.get(key) {
                        Some(read) => open.push((place, given, read)),
                        None if given.is_null() => {
                            return Some(format!(
                                "there is null at '{place}'; leave the field out when there is nothing to say"
                            ));
                        }
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn smallest() -> Value {
        let identity = json!({"name": "Ann", "account": {"id": 1, "login": "ann"}});
        json!({
            "version": 1,
            "source": "forge",
            "pull_request": {
                "number": 7,
                "base": {"ref": "main", "commit": "aaaaaaa"},
                "head": {"ref": "work", "commit": "bbbbbbb"},
            },
            "commits": [{"id": "bbbbbbb", "author": identity, "committer": identity}],
        })
    }

    fn refused(pointer: &str, key: &str, value: Value) -> String {
        let mut facts = smallest();
        facts.pointer_mut(pointer).unwrap()[key] = value;
        Facts::parse(&facts.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn the_smallest_facts_are_read_and_written_as_they_were() {
        let facts = Facts::parse(&smallest().to_string()).unwrap();
        assert!(facts.pull_request.mergeable && !facts.pull_request.draft && facts.files.is_none());
        let again = Facts::parse(&serde_json::to_string(&facts).unwrap()).unwrap();
        assert_eq!(facts, again);
    }

    #[test]
    fn what_has_not_the_form_is_refused_with_the_place() {
        assert!(Facts::parse("{").unwrap_err().to_string().starts_with("the facts cannot be read: EOF"));
        assert!(refused("/pull_request", "reviewd", json!(1)).contains("unknown field `reviewd`"));
        assert!(refused("", "version", json!(2)).contains("version 2"));
        assert!(refused("/commits/0", "co_authors", json!([[]])).contains("a list at '/commits/0/co_authors/0'"));
        assert!(refused("/pull_request", "author", json!([1, "ann"])).contains("a list at '/pull_request/author'"));
        assert!(refused("", "files", json!(null)).contains("there is null at '/files'; leave"));
        let review = json!({"id": 1, "state": "approved", "at": "2026-11-20T10:00:00Z", "dismissed": null});
        assert!(refused("", "reviews", json!([review])).contains("null at '/reviews/0/dismissed'"));
        assert!(refused("", "reviews", json!([{"id": 1, "state": "dismissed"}])).contains("unknown variant"));
    }

    #[test]
    fn what_cannot_be_true_is_refused() {
        assert!(refused("/pull_request/head", "commit", json!("main")).contains("'main' is no hash"));
        for short_or_odd in ["abcdef", "bbbbbbg", ""] {
            assert!(refused("/pull_request/head", "commit", json!(short_or_odd)).contains("is no hash"));
        }
        assert!(refused("/pull_request/head", "commit", json!("ccccccc")).contains("not among its commits"));
        assert!(refused("", "commits", json!([])).contains("there is no commit between them"));
        let review = json!({"id": 1, "state": "approved", "at": "2026-11-20T10:00:00Z"});
        assert!(refused("", "reviews", json!([review, review])).contains("review 1 is there twice"));
        assert!(refused("", "reviews", json!([{"id": 1, "state": "approved"}])).contains("at no time"));
        let command = json!({"id": 3, "verb": "approve", "at": "2026-11-20T10:00:00Z"});
        assert!(refused("", "commands", json!([command])).contains("not by both or neither"));
        let command = json!({"id": 3, "verb": "overrule", "person": "ann", "at": "2026-11-20T10:00:00Z"});
        assert!(refused("", "commands", json!([command])).contains("overrules nobody"));
        let commit = smallest()["commits"][0].clone();
        assert!(refused("", "commits", json!([commit, commit])).contains("is there twice"));
    }
}

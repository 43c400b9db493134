//! Putting a decision together: both states from a merge, and what earlier voters had before them.

use std::path::Path;

use super::content;
use super::facts::{Account, Facts, File, Permission};
use super::policy::DEEP;
use crate::base::date::AsOf;
use crate::base::finding::{Finding, Severity};
use crate::diff::State;
use crate::graph::Graph;
use crate::graph::diff::Side;
use crate::load::{self, Merge, Snapshot};
use crate::model::Sms;
use crate::rules::{self, Check, Selection, UnknownRule};
use crate::schema::{Catalog, SchemaError};

/// Why the states of a merge cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum HearingError {
    /// A schema of the repository's own cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Settings name rules that there are not.
    #[error(transparent)]
    Rule(#[from] UnknownRule),
}

/// Reads base and merge result with all their findings, and hands them on: the state whose policy decides, which is the
/// base unless `law` is another one, then the base, then the merge result.
///
/// # Errors
/// When a schema or the settings of the base cannot be used.
pub fn with_states<T>(
    merge: &Merge,
    law: Option<&Snapshot>,
    then: impl FnOnce(State<'_>, State<'_>, State<'_>) -> T,
) -> Result<T, HearingError> {
    states(merge, law, |base, selection, _| rules::all(base, selection).findings, then)
}

/// The same for a decision alone, with less work: of the findings of the base and of the law only those that [`grounds`]
/// names are there.
///
/// # Errors
/// When a schema or the settings of the base cannot be used.
pub fn with_grounds<T>(
    merge: &Merge,
    law: Option<&Snapshot>,
    then: impl FnOnce(State<'_>, State<'_>, State<'_>) -> T,
) -> Result<T, HearingError> {
    states(merge, law, grounds, then)
}

fn states<T>(
    merge: &Merge,
    law: Option<&Snapshot>,
    judge: impl Fn(&Check<'_>, &Selection, &[Finding]) -> Vec<Finding>,
    then: impl FnOnce(State<'_>, State<'_>, State<'_>) -> T,
) -> Result<T, HearingError> {
    let catalogs = (Catalog::new(&merge.base.sources)?, Catalog::new(&merge.head.sources)?);
    let (base, head) = rayon::join(|| Sms::build(&merge.base, &catalogs.0), || Sms::build(&merge.head, &catalogs.1));
    let (base_graph, head_graph) = rayon::join(|| Graph::build(&base), || Graph::build(&head));
    let selection = Selection::new(&[], &merge.base.settings, &base.local)?;
    let new = rules::all(&Check { sms: &head, graph: &head_graph }, &selection).findings;
    let old = judge(&Check { sms: &base, graph: &base_graph }, &selection, &new);
    let base = State { side: Side { sms: &base, graph: &base_graph }, findings: &old };
    let head = State { side: Side { sms: &head, graph: &head_graph }, findings: &new };
    let Some(law) = law else { return Ok(then(base, base, head)) };
    let catalog = Catalog::new(&law.sources)?;
    let of_law = Sms::build(law, &catalog);
    let graph = Graph::build(&of_law);
    let own = judge(&Check { sms: &of_law, graph: &graph }, &selection, &[]);
    Ok(then(State { side: Side { sms: &of_law, graph: &graph }, findings: &own }, base, head))
}

/// The findings of a base with which a decision is the same as with all of them, when the merge result has the findings
/// `after`. To tell what a merge result brings, all rules are asked about the base too; without an error there is nothing
/// to tell, and then only those rules count by which the base itself may be no ground to decide on.
#[must_use]
pub fn grounds(base: &Check<'_>, selection: &Selection, after: &[Finding]) -> Vec<Finding> {
    let compared = after.iter().any(|finding| finding.severity == Severity::Error);
    // Whether a waiver covers nothing can only be told by asking all rules.
    let raised = base.sms.snapshot.settings.rules.contains_key("waiver-unused");
    if compared || raised { rules::all(base, selection).findings } else { rules::some(base, selection, &DEEP) }
}

/// Every file that differs, as facts have them.
#[must_use]
pub fn files(merge: &Merge) -> Vec<File> {
    merge.files.iter().map(|(path, blob)| File { path: path.clone(), previous: None, blob: blob.clone() }).collect()
}

/// The commits of votes whose content the facts do not tell. Those of accounts whose vote cannot count are left out: anybody
/// can write a comment that names a thousand commits.
#[must_use]
pub fn unseen(facts: &Facts) -> Vec<String> {
    let head = &facts.pull_request.head.commit;
    let writes = |account: &Account| {
        let standing = facts.accounts.get(&account.id);
        standing.is_some_and(|it| it.permission >= Permission::Write && !it.invited)
    };
    let reviews = facts.reviews.iter().filter(|review| review.account.as_ref().is_some_and(writes));
    let reviews = reviews.map(|review| review.commit.clone());
    let commands = facts.commands.iter().filter(|command| command.account.as_ref().is_none_or(writes));
    let commands = commands.filter_map(|command| command.commit.clone());
    let mut wanted: Vec<String> = reviews.chain(commands).filter(|commit| commit.len() >= 7).collect();
    wanted.retain(|commit| !head.starts_with(commit) && !facts.contents.keys().any(|known| known.starts_with(commit)));
    wanted.sort();
    wanted.dedup();
    wanted
}

/// Works out what the voters had before them, for each commit of a vote that the facts do not tell and git knows; a
/// commit that is gone says nothing, and the vote for it is then told as one whose content is not known.
///
/// # Errors
/// When a schema of such a commit cannot be used.
pub fn contents(root: &Path, merge: &Merge, base: Side<'_>, facts: &mut Facts, at: AsOf) -> Result<(), SchemaError> {
    for commit in unseen(facts) {
        let Ok(seen) = load::merge(root, &merge.base_commit, &commit, at) else { continue };
        let catalog = Catalog::new(&seen.head.sources)?;
        let sms = Sms::build(&seen.head, &catalog);
        let graph = Graph::build(&sms);
        let own = Facts { files: Some(files(&seen)), ..facts.clone() };
        if let Some(content) = content(base, Side { sms: &sms, graph: &graph }, &own, at.instant()) {
            facts.contents.insert(seen.head_commit, content);
        }
    }
    Ok(())
}

/// Changes named in trailers: `Change: chg-…`.
#[must_use]
pub fn named(message: &str) -> Vec<String> {
    let trailers = message.lines().filter_map(|line| line.strip_prefix("Change:"));
    trailers.flat_map(|ids| ids.split([',', ' ']).filter(|id| !id.is_empty())).map(str::to_owned).collect()
}

/// The co-authors that a message names in trailers: name and address.
#[must_use]
pub fn co_authors(message: &str) -> Vec<(String, String)> {
    let one = |line: &str| {
        let (key, value) = line.split_once(':')?;
        let (name, address) = value.trim().strip_suffix('>')?.split_once('<')?;
        let names = || (name.trim().to_owned(), address.trim().to_owned());
        key.eq_ignore_ascii_case("co-authored-by").then(names)
    };
    message.lines().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::base::span::{FileId, Span};
    use crate::gate::facts::{Command, SourceKind, Standing};
    use crate::model::fixture::records;

    #[test]
    fn trailers_name_changes_and_co_authors() {
        let message = "Move it\n\nChange: chg-a, chg-b\nco-authored-by: Ann Ash <ann@example.com>\nSee: <x>\n";
        assert_eq!(named(message), ["chg-a", "chg-b"]);
        assert_eq!(co_authors(message), [("Ann Ash".to_owned(), "ann@example.com".to_owned())]);
    }

    #[test]
    fn only_who_may_vote_has_commits_looked_up() {
        let mut facts = Facts::empty(SourceKind::Forge);
        let standing = |permission, invited| Standing { permission, invited };
        facts.accounts.insert(1, standing(Permission::Write, false));
        facts.accounts.insert(2, standing(Permission::Read, false));
        facts.accounts.insert(3, standing(Permission::Admin, true));
        let command = |account: Option<u64>, person: Option<&str>, commit: &str| -> Command {
            let account = account.map(|id| json!({"id": id, "login": "x"}));
            let at = "2026-11-20T10:00:00Z";
            let told =
                json!({"id": 1, "account": account, "person": person, "verb": "approve", "commit": commit, "at": at});
            serde_json::from_value(told).unwrap()
        };
        let given = [(Some(1), "1111111"), (Some(2), "2222222"), (Some(3), "3333333"), (Some(4), "4444444")];
        facts.commands = given.map(|(account, commit)| command(account, None, commit)).into();
        facts.commands.push(command(None, Some("ann"), "5555555"));
        assert_eq!(unseen(&facts), ["1111111", "5555555"]);
    }

    #[test]
    fn what_is_known_or_too_short_is_not_looked_up() {
        let mut facts = Facts::empty(SourceKind::Git);
        facts.pull_request.head.commit = "aaaaaaaa11".to_owned();
        let known = crate::gate::facts::Content { digest: String::new(), windows: BTreeMap::new() };
        facts.contents.insert("bbbbbbbb22".to_owned(), known);
        let command = |commit: &str| -> Command {
            let at = "2026-11-20T10:00:00Z";
            serde_json::from_value(json!({"id": 1, "person": "ann", "verb": "approve", "commit": commit, "at": at}))
                .unwrap()
        };
        facts.commands = ["aaaaaaaa", "bbbbbbbb", "cccccc", "ddddddd"].map(command).into();
        assert_eq!(unseen(&facts), ["ddddddd"]);
    }

    #[test]
    fn all_rules_are_asked_about_the_base_only_when_the_merge_result_has_an_error() {
        records("== service svc-a", |sms| {
            let graph = Graph::build(sms);
            let base = Check { sms, graph: &graph };
            let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).unwrap();
            let found = |severity: Severity| {
                let after = [Finding::new("x", severity, Span::new(FileId(0), 0, 0), "m")];
                grounds(&base, &selection, &after).len()
            };
            let all = rules::all(&base, &selection).findings.len();
            assert_eq!(found(Severity::Error), all);
            assert!(found(Severity::Warning) < all, "a bare service has findings of rules");
        });
    }
}

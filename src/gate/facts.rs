//! What a forge or git says about a pull request: who did what, and when. Read from a file, built by the bot, kept as
//! evidence; never worked out here.
//!
//! A failed look-up is written down as one; it is never an empty list. Everything that has a number is known by it, and
//! names are for display only. `schemas/facts.schema.json` describes the same for other programs.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
pub use read::FactsError;
use serde::{Deserialize, Serialize};

/// The facts of one pull request at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Version of this form; 1.
    pub version: u32,
    /// Where they come from.
    pub source: SourceKind,
    /// The repository, as `owner/name`; empty without a forge.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub repository: String,
    /// The pull request, or the branch that stands for one.
    pub pull_request: PullRequest,
    /// Every commit that the head has and the base has not, over all parents.
    pub commits: Vec<Commit>,
    /// Every file that differs between the base and the merge result; none when they could not all be listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<File>>,
    /// Reviews, in any order.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// Commands in comments, and signed votes, in any order.
    #[serde(default)]
    pub commands: Vec<Command>,
    /// Labels; shown, never weighed.
    #[serde(default)]
    pub labels: Vec<String>,
    /// What is known of the accounts that voted, by number.
    #[serde(default)]
    pub accounts: BTreeMap<u64, Standing>,
    /// What the voters had before them: for a commit, its decision-relevant content merged into the base.
    #[serde(default)]
    pub contents: BTreeMap<String, Content>,
    /// Open pull requests beside this one, and those that wait with it in one merge queue.
    #[serde(default)]
    pub siblings: Vec<Sibling>,
    /// Changes that the pull request names in words, by id.
    #[serde(default)]
    pub names: BTreeSet<String>,
    /// The merged change that it takes back, when it does nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<Revert>,
    /// Emergencies whose decision afterwards is overdue, by change.
    #[serde(default)]
    pub overdue: BTreeMap<String, Overdue>,
    /// Look-ups that failed: what was asked, and what came back.
    #[serde(default)]
    pub failed: BTreeMap<String, String>,
}

impl Facts {
    /// Facts of no pull request at all: nobody did anything, and every file is as it was.
    #[must_use]
    pub fn empty(source: SourceKind) -> Self {
        let end = || End { branch: String::new(), commit: String::new() };
        Self {
            version: 1,
            source,
            repository: String::new(),
            pull_request: PullRequest {
                number: 0,
                title: String::new(),
                draft: false,
                state: PullState::Open,
                merged_at: None,
                author: None,
                pushers: Vec::new(),
                base: end(),
                head: end(),
                mergeable: true,
                fork: false,
                passed_at: None,
            },
            commits: Vec::new(),
            files: Some(Vec::new()),
            reviews: Vec::new(),
            commands: Vec::new(),
            labels: Vec::new(),
            accounts: BTreeMap::new(),
            contents: BTreeMap::new(),
            siblings: Vec::new(),
            names: BTreeSet::new(),
            reverts: None,
            overdue: BTreeMap::new(),
            failed: BTreeMap::new(),
        }
    }
}

/// Where facts come from, which decides what must be known of a voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A forge: a voter needs the right to write.
    Forge,
    /// git alone: votes are signed by the voter's key.
    Git,
    /// Made up, to try something out.
    Simulation,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullRequest {
    /// Its number; 0 without a forge.
    pub number: u64,
    /// Its title; text of strangers.
    #[serde(default)]
    pub title: String,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Whether it is open, and else how it ended.
    #[serde(default)]
    pub state: PullState,
    /// When it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_at: Option<Timestamp>,
    /// Who opened it; none when the account is gone, or git alone is asked.
    #[serde(default)]
    pub author: Option<Account>,
    /// Who pushed to it, by the events of the forge.
    #[serde(default)]
    pub pushers: Vec<Account>,
    /// Where it is to go.
    pub base: End,
    /// What is to go there.
    pub head: End,
    /// Whether the two can be merged without a conflict.
    #[serde(default = "yes")]
    pub mergeable: bool,
    /// Whether the head lies in another repository.
    #[serde(default)]
    pub fork: bool,
    /// Since when the gate says PASS without a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<Timestamp>,
}

const fn yes() -> bool {
    true
}

/// How far a pull request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// Open.
    #[default]
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged.
    Merged,
}

/// One end of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The branch, without `refs/heads/`.
    #[serde(rename = "ref")]
    pub branch: String,
    /// The commit, the full hash.
    pub commit: String,
}

/// An account on the forge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its number, which never changes.
    pub id: u64,
    /// Its name today.
    #[serde(default)]
    pub login: String,
    /// What it is.
    #[serde(default, rename = "type")]
    pub sort: AccountSort,
    /// The app that it acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<u64>,
}

/// What an account is, by the forge; never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountSort {
    /// A person's.
    #[default]
    User,
    /// A program's.
    Bot,
    /// Something else, such as an organisation.
    Other,
}

/// What is known of an account besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// What it may do here.
    pub permission: Permission,
    /// Whether its membership of the organisation is only offered yet.
    #[serde(default)]
    pub invited: bool,
}

/// What an account may do in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Sort issues and pull requests.
    Triage,
    /// Write.
    Write,
    /// Write and some settings.
    Maintain,
    /// Everything.
    Admin,
}

/// A commit of the pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Full hash.
    pub id: String,
    /// Full hashes of all its parents.
    #[serde(default)]
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// Those whom its trailers name as co-authors.
    #[serde(default)]
    pub co_authors: Vec<Identity>,
    /// Whether it only applies a reviewer's suggestion, by the forge.
    #[serde(default)]
    pub suggestion: bool,
    /// Whether its signature is that of its author.
    #[serde(default)]
    pub verified: bool,
}

/// Who a commit says it is by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The name in the commit; anybody can write any.
    #[serde(default)]
    pub name: String,
    /// The account to which the forge ascribes it.
    #[serde(default)]
    pub account: Option<Account>,
    /// The person whose key signed it, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A file that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path; the former one of a file that is gone.
    pub path: String,
    /// Its path before, when it was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The hash of its new content; none when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Its number.
    pub id: u64,
    /// Whose it is; none when the account is gone.
    #[serde(default)]
    pub account: Option<Account>,
    /// What it says.
    pub state: ReviewState,
    /// The commit that it was written for.
    #[serde(default)]
    pub commit: String,
    /// When it was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What became of it, when it was dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Dismissed>,
    /// Who changed its text afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<Account>,
}

/// What a review says; for a dismissed one, what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Agreed.
    Approved,
    /// Objected.
    ChangesRequested,
    /// Neither.
    Commented,
    /// Not handed in yet.
    Pending,
}

/// The dismissal of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dismissed {
    /// By whom.
    #[serde(default)]
    pub by: Option<Account>,
    /// Why, in their words.
    #[serde(default)]
    pub reason: String,
}

/// A command: a whole line of a comment, or a signed vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Number of the comment, or of the vote.
    pub id: u64,
    /// Who gave it, on the forge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// Who gave it, by the key that signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What it asks for.
    pub verb: Verb,
    /// The commit that it names: at least seven digits of its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The content that it was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Whose objection it overrules, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// When it was given.
    pub at: Timestamp,
    /// Who changed it afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<Account>,
}

/// What a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Agree.
    Approve,
    /// Object.
    Object,
    /// Take back the own vote.
    Withdraw,
    /// Set aside the objection of another.
    Overrule,
}

/// What a vote was given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Its digest.
    pub digest: String,
    /// The planned windows, by change.
    #[serde(default)]
    pub windows: BTreeMap<String, Span>,
}

/// A stretch of time, its end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First moment.
    pub start: Timestamp,
    /// First moment after it.
    pub end: Timestamp,
}

/// Another open pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sibling {
    /// Its number.
    pub number: u64,
    /// The change that it carries.
    pub change: String,
    /// What that affects.
    pub affects: BTreeSet<String>,
    /// When it is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Span>,
    /// Who carries it out, by person.
    #[serde(default)]
    pub implementers: BTreeSet<String>,
    /// The changes and releases that its record names as looked at and found acceptable.
    #[serde(default)]
    pub settled: BTreeSet<String>,
    /// Since when the gate says PASS for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<Timestamp>,
    /// Whether it waits in the same group of a merge queue.
    #[serde(default)]
    pub queued: bool,
}

/// A merged change that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revert {
    /// The change, by id.
    pub change: String,
    /// When it was merged.
    pub merged_at: Timestamp,
    /// Whether every touched file becomes what it was before, byte by byte.
    pub exact: bool,
}

/// An emergency whose decision afterwards is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdue {
    /// Whose it is: the owner of the change, by id.
    pub owner: String,
    /// Until when it was due.
    pub due: Timestamp,
}

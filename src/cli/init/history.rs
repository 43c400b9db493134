//! `gitsm init --sample --history`: the sample as a git repository in which things have happened.

use std::path::Path;

use anyhow::Context as _;
use git2::{IndexAddOption, Oid, Repository, RepositoryInitOptions, Signature, Time};
use jiff::Timestamp;

use super::write;
use crate::base::date::AsOf;
use crate::cli::Context;
use crate::cli::audit::decision;
use crate::cli::gate::facts::from_git;
use crate::evidence::history::History;
use crate::evidence::ledger::{Body, Draft, Recorder, Subject, append, end};
use crate::evidence::sign::Keyring;
use crate::gate::facts::{
    Account, AccountSort, Facts, Permission, PullState, Review, ReviewState, SourceKind, Standing,
};
use crate::load;

/// The ledger's branch.
const LEDGER: &str = "gitsm/ledger";
/// The instant at which the history begins.
const BEGIN: &str = "2026-11-20T08:00:00Z";
/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// The change after which those of the history are written.
const MODEL: &str = "sms/change/2026/chg-2026-12-node-patch-n4.yaml";

/// Somebody of the sample: name, and number and name of the account.
type Person = (&'static str, u64, &'static str);

const ALMA: Person = ("Alma Reyes", 900_100_138, "hl-alma-reyes");
const HANA: Person = ("Hana Novak", 900_100_619, "hl-hana-novak");
const JON: Person = ("Jon Paert", 900_100_212, "hl-jon-paert");
const MAYA: Person = ("Maya Lind", 900_100_175, "hl-maya-lind");
const RAVI: Person = ("Ravi Nand", 900_100_249, "hl-ravi-nand");

/// How something came to the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Merge,
    Squash,
    Push,
}

/// Something that happened.
struct Event {
    way: Way,
    /// The change; none for a push without one.
    change: Option<&'static str>,
    title: &'static str,
    /// The file of the item that is edited, with its line before and after.
    item: (&'static str, &'static str, &'static str),
    /// What else is written otherwise in the record of the change.
    replaced: &'static [(&'static str, &'static str)],
    author: Person,
    approved_by: &'static [Person],
    merged_by: Person,
    /// Days after the first ones on which it happened.
    days: i64,
    /// Who agreed afterwards, and how many days after.
    afterwards: (&'static [Person], i64),
}

const NORMAL: [(&str, &str); 2] = [("category: standard", "category: normal"), ("model: mdl-node-patch\n", "")];

const STORY: [Event; 5] = [
    Event {
        way: Way::Merge,
        change: Some("chg-2026-12-node-patch-n3"),
        title: "Patch cluster node Oslo 3",
        item: ("sms/ci/platform/ci-k8s-oslo-n3.yaml", "last_verified: 2026-09-22", "last_verified: 2026-11-20"),
        replaced: &[("ci-k8s-oslo-n4", "ci-k8s-oslo-n3"), ("2026-12-02", "2026-12-09"), NORMAL[0], NORMAL[1]],
        author: HANA,
        approved_by: &[MAYA, ALMA],
        merged_by: MAYA,
        days: 0,
        afterwards: (&[], 0),
    },
    Event {
        way: Way::Squash,
        change: Some("chg-2026-12-node-patch-n2"),
        title: "Patch cluster node Oslo 2",
        item: ("sms/ci/platform/ci-k8s-oslo-n2.yaml", "last_verified: 2026-09-23", "last_verified: 2026-11-20"),
        replaced: &[("ci-k8s-oslo-n4", "ci-k8s-oslo-n2"), ("2026-12-02", "2026-12-10"), NORMAL[0], NORMAL[1]],
        author: HANA,
        approved_by: &[MAYA, ALMA],
        merged_by: MAYA,
        days: 0,
        afterwards: (&[], 0),
    },
    Event {
        way: Way::Merge,
        change: Some("chg-2026-11-20-booking-index"),
        title: "Build the missing index of ferry booking",
        item: ("sms/ci/data/ci-booking-db.yaml", "last_verified: 2026-10-14", "last_verified: 2026-11-20"),
        replaced: &[
            ("ci-k8s-oslo-n4", "ci-booking-db"),
            ("category: standard", "category: emergency"),
            ("model: mdl-node-patch", "incident: inc-2026-11-17-ferry-slow"),
            ("2026-12-02", "2026-11-20"),
            ("T04:00:00+01:00", "T21:00:00+01:00"),
            ("T05:00:00+01:00", "T22:00:00+01:00"),
            ("requested_at: 2026-11-19", "requested_at: 2026-11-20"),
        ],
        author: HANA,
        approved_by: &[ALMA],
        merged_by: ALMA,
        days: 0,
        afterwards: (&[MAYA, RAVI], 4),
    },
    Event {
        way: Way::Merge,
        change: Some("chg-2026-12-node-patch-porto-n2"),
        title: "Patch cluster node Porto 2",
        item: ("sms/ci/platform/ci-k8s-porto-n2.yaml", "last_verified: 2026-09-22", "last_verified: 2026-11-20"),
        replaced: &[("ci-k8s-oslo-n4", "ci-k8s-porto-n2"), ("2026-12-02", "2026-12-11"), NORMAL[0], NORMAL[1]],
        author: JON,
        approved_by: &[JON],
        merged_by: JON,
        days: 5,
        afterwards: (&[], 0),
    },
    Event {
        way: Way::Push,
        change: None,
        title: "Quick fix",
        item: ("sms/ci/platform/ci-k8s-oslo-n2.yaml", "criticality: vital", "criticality: medium"),
        replaced: &[],
        author: JON,
        approved_by: &[],
        merged_by: JON,
        days: 5,
        afterwards: (&[], 0),
    },
];

/// Makes a repository of the records below `root`, with a history and a ledger. The same version makes the same commits.
pub(super) fn make(cx: &mut Context<'_>, root: &Path) -> anyhow::Result<()> {
    let mut options = RepositoryInitOptions::new();
    options.initial_head("main").no_reinit(true);
    let repository = Repository::init_opts(root, &options).context("cannot make a git repository")?;
    let at: Timestamp = BEGIN.parse()?;
    let tree = staged(&repository)?;
    let first = commit(&repository, (ALMA, ALMA), at, "Begin", tree, &[])?;
    point(&repository, first)?;
    let history = History::open(root, "")?;
    let mut book = Book { root, history: &history };
    let adoption = Body::Adoption { reason: "The process holds from here on.".to_owned() };
    book.add(first, adoption, at)?;
    let mut base = first;
    for (number, event) in (1u64..).zip(&STORY) {
        cx.progress.stage("making history");
        let minutes = i64::try_from(number).unwrap_or(0) * 60 + event.days * DAY;
        let at = at + jiff::SignedDuration::from_mins(minutes);
        base = happen(cx, &repository, &mut book, event, (number, base), at)?;
    }
    Ok(())
}

/// Lets something happen upon `base`, and records what the gate says of it; gives the new tip.
fn happen(
    cx: &mut Context<'_>,
    repository: &Repository,
    book: &mut Book<'_>,
    event: &Event,
    (number, base): (u64, Oid),
    at: Timestamp,
) -> anyhow::Result<Oid> {
    edit(book.root, event)?;
    let tree = staged(repository)?;
    let trailer = event.change.map(|id| format!("\n\nChange: {id}")).unwrap_or_default();
    let message = format!("{}{trailer}", event.title);
    let head = commit(repository, (event.author, event.author), at, &message, tree, &[base])?;
    let later = at + jiff::SignedDuration::from_mins(20);
    let tip = match event.way {
        Way::Push => head,
        Way::Merge => {
            let message = format!("Merge pull request #{number}: {}{trailer}", event.title);
            commit(repository, (event.merged_by, event.merged_by), later, &message, tree, &[base, head])?
        }
        Way::Squash => {
            let message = format!("{} (#{number}){trailer}", event.title);
            commit(repository, (event.author, event.merged_by), later, &message, tree, &[base])?
        }
    };
    point(repository, tip)?;
    let (base, head) = (base.to_string(), head.to_string());
    let instant = AsOf::new(later);
    let merge = load::merge(book.root, &base, &head, instant)?;
    let mut facts = from_git(&merge, "main", &head);
    facts.pull_request.base.commit.clone_from(&base);
    if event.way != Way::Push {
        reviewed(&mut facts, event, number, &head, at);
    }
    decide(cx, book, (&base, &head, tip), &facts, instant)?;
    let (people, days) = event.afterwards;
    if !people.is_empty() {
        let at = at + jiff::SignedDuration::from_mins(days * DAY);
        (facts.pull_request.state, facts.pull_request.merged_at) = (PullState::Merged, Some(later));
        approve(&mut facts, people, number * 100 + 50, &head, at);
        let recorded = AsOf::new(at + jiff::SignedDuration::from_mins(60));
        decide(cx, book, (&base, &head, tip), &facts, recorded)?;
    }
    Ok(tip)
}

/// Records what the gate says of `tip`, which came upon `base` from `head`, at an instant.
fn decide(
    cx: &mut Context<'_>,
    book: &mut Book<'_>,
    (base, head, tip): (&str, &str, Oid),
    facts: &Facts,
    at: AsOf,
) -> anyhow::Result<()> {
    let decision = decision(cx, book.root, (base, head), facts, at)?;
    anyhow::ensure!(end(&decision, "base") == Some(base), "the decision is about another base");
    let merge_tree = book.history.commit(tip)?.tree.to_string();
    let body = Body::Decision { before: base.to_owned(), merge_tree, decision, facts: serde_json::to_value(facts)? };
    book.add(tip, body, at.instant())
}

/// What the forge would say of the pull request.
fn reviewed(facts: &mut Facts, event: &Event, number: u64, head: &str, at: Timestamp) {
    facts.source = SourceKind::Forge;
    facts.pull_request.number = number;
    facts.pull_request.state = PullState::Open;
    event.title.clone_into(&mut facts.pull_request.title);
    facts.pull_request.author = Some(account(event.author));
    approve(facts, event.approved_by, number * 100, head, at);
}

/// Lets people approve the head, one after the other.
fn approve(facts: &mut Facts, people: &[Person], first: u64, head: &str, at: Timestamp) {
    let minutes =
        |at: Timestamp, minutes: usize| at + jiff::SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(0));
    for (place, person) in people.iter().enumerate() {
        facts.reviews.push(Review {
            id: first + place as u64,
            account: Some(account(*person)),
            state: ReviewState::Approved,
            commit: head.to_owned(),
            at: Some(minutes(at, 5 + 5 * place)),
            dismissed: None,
            edited_by: None,
        });
        facts.accounts.insert(person.1, Standing { permission: Permission::Write, invited: false });
    }
}

fn account((_, id, login): Person) -> Account {
    Account { id, login: login.to_owned(), sort: AccountSort::User, app_id: None }
}

/// Writes the record of the change and edits the item.
fn edit(root: &Path, event: &Event) -> anyhow::Result<()> {
    let read =
        |path: &str| std::fs::read_to_string(root.join(path)).with_context(|| format!("the sample lacks {path}"));
    let (path, old, new) = event.item;
    let item = read(path)?;
    anyhow::ensure!(item.contains(old), "{path} of the sample does not say '{old}'");
    write(&root.join(path), item.replacen(old, new, 1).as_bytes())?;
    let Some(id) = event.change else { return Ok(()) };
    let by = format!("hl-{}", event.author.0.to_lowercase().replace(' ', "-"));
    let by = by.trim_start_matches("hl-");
    let mut text =
        read(MODEL)?.replace("chg-2026-12-node-patch-n4", id).replace("Patch cluster node Oslo 4", event.title);
    text = text.replace("requester: jon-paert", &format!("requester: {by}"));
    text = text
        .replace("implementers: [jon-paert]", &format!("implementers: [{by}]"))
        .replace("by: ravi-nand", &format!("by: {by}"));
    for (old, new) in event.replaced {
        text = text.replace(old, new);
    }
    write(&root.join(format!("sms/change/2026/{id}.yaml")), text.as_bytes())
}

/// The tree of everything in the folder.
fn staged(repository: &Repository) -> anyhow::Result<Oid> {
    let mut index = repository.index()?;
    index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
    index.write()?;
    Ok(index.write_tree()?)
}

fn commit(
    repository: &Repository,
    (author, committer): (Person, Person),
    at: Timestamp,
    message: &str,
    tree: Oid,
    parents: &[Oid],
) -> anyhow::Result<Oid> {
    let who = |(name, id, login): Person| {
        let email = format!("{id}+{login}@users.noreply.github.com");
        Signature::new(name, &email, &Time::new(at.as_second(), 0))
    };
    let tree = repository.find_tree(tree)?;
    let parents: Vec<git2::Commit<'_>> =
        parents.iter().map(|id| repository.find_commit(*id)).collect::<Result<_, _>>()?;
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    Ok(repository.commit(None, &who(author)?, &who(committer)?, &format!("{message}\n"), &tree, &parents)?)
}

/// Sets the branch.
fn point(repository: &Repository, tip: Oid) -> anyhow::Result<()> {
    repository.reference("refs/heads/main", tip, true, "gitsm: the history of the sample")?;
    Ok(())
}

/// The ledger of the sample.
struct Book<'b> {
    root: &'b Path,
    history: &'b History,
}

impl Book<'_> {
    fn add(&mut self, commit: Oid, body: Body, at: Timestamp) -> anyhow::Result<()> {
        let tree = self.history.commit(commit)?.tree.to_string();
        let ring = Keyring::default();
        let recorder = Recorder { name: "Recorder", email: "recorder@harbourline.example", at, key: None, ring: &ring };
        append(
            self.history,
            LEDGER,
            &recorder,
            &Draft { subject: Subject { commit: commit.to_string(), tree }, body },
        )?;
        Ok(())
    }
}

//! The walk over the branch, from the first commit to the newest.

use std::collections::BTreeMap;
use std::rc::Rc;

use git2::Oid;

use super::control::{Known, watch};
use super::file::Texts;
use super::judge::{Reason, Verdict, objections};
use super::problem::{self, Problem};
use super::rules::{Cover, End, Records, Seen};
use super::{Counts, Judged, Question, Report};
use crate::base::date::AsOf;
use crate::evidence::history::{Commit, Gap, History, HistoryError, Landing, Touched, Watch};
use crate::evidence::ledger::{self, Body, Branch, FlawKind, Ledger};
use crate::evidence::sign::{GIT, Signed, verify as check_signature};
use crate::evidence::vote;

/// Seconds by which clocks of different machines may differ.
pub(super) const CLOCKS: i64 = 600;

/// Judges the whole history; see [`Report`].
///
/// # Errors
/// When objects of the history cannot be read: then nothing can be assessed.
pub fn verify(history: &History, question: &Question<'_>) -> Result<Report, HistoryError> {
    let head = question.head.map_or_else(|| history.branch(question.branch), Ok)?;
    let mut line = history.line(head, None)?;
    line.reverse();
    let mut problems = gaps(history);
    let ledger = read_ledger(history, question, &mut problems)?;
    let place: BTreeMap<Oid, usize> = line.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    let all = decisions(&ledger, &line, &place, &mut problems);
    let covers = covers(&all);
    let adopted = adoption(&ledger, &place);
    problems.extend(vote::problems(history, &ledger)?);
    let mut walk = Walk {
        history,
        known: Known::default(),
        records: Records::new(question),
        counts: Counts { commits: line.len(), ..Counts::default() },
        commits: Vec::new(),
        problems,
    };
    let watched = watch(history, line.last().map_or(head, |newest| newest.tree))?;
    // In a clone that ends early, what its first commit did cannot be told.
    let cut = line.first().is_some_and(|first| !first.parents.is_empty());
    for (at, commit) in line.iter().enumerate() {
        let parent = at.checked_sub(1).and_then(|at| line.get(at));
        if parent.is_none() && cut {
            walk.counts.not_assessable += 1;
            continue;
        }
        let step = Step { commit, at, parent, after_adoption: adopted.is_none_or(|adopted| at > adopted) };
        walk.step(&step, covers.get(&at), &line, &watched)?;
    }
    let verdicts: BTreeMap<&str, Verdict> =
        walk.commits.iter().map(|judged| (judged.commit.as_str(), judged.verdict)).collect();
    let good = |id: Oid| {
        let verdict = verdicts.get(id.to_string().as_str())?;
        Some(!matches!(verdict, Verdict::Unauthorised))
    };
    let mut end = End {
        history,
        known: &mut walk.known,
        line: &line,
        all: &all,
        covers: &covers,
        adopted,
        good: &good,
        at: question.as_of.instant(),
    };
    walk.problems.extend(walk.records.finish(&mut end)?);
    walk.commits.reverse();
    Ok(Report {
        branch: question.branch.to_owned(),
        head: head.to_string(),
        ledger: question.ledger.to_owned(),
        ledger_head: ledger.tip.clone(),
        entries: ledger.entries.len(),
        adopted: adopted.and_then(|at| line.get(at)).map(|commit| commit.id.to_string()),
        as_of: question.as_of.to_string(),
        gaps: history.gaps().to_vec(),
        counts: walk.counts,
        commits: walk.commits,
        problems: walk.problems,
    })
}

fn gaps(history: &History) -> Vec<Problem> {
    let told = history.gaps().iter().map(|gap: &Gap| {
        Problem::new(&problem::HISTORY_SHALLOW, format!("not assessable: {}; {}", gap.words(), gap.advice()))
    });
    told.collect()
}

/// The ledger, with what is wrong with it added to `problems`.
fn read_ledger(
    history: &History,
    question: &Question<'_>,
    problems: &mut Vec<Problem>,
) -> Result<Ledger, HistoryError> {
    let branch = match question.ledger_head {
        Some(then) => then.map_or(Branch::Missing, Branch::At),
        None => Branch::find(history, question.ledger),
    };
    if let Branch::Diverged { local, remote } = branch {
        let words = format!("the ledger here ({local}) and that of the remote ({remote}) went different ways");
        problems.push(Problem::new(&problem::LEDGER_DIVERGED, words).at(&local));
    }
    let Some(tip) = branch.tip() else {
        let words = format!("there is no ledger '{}': fetch it, or begin it with `gitsm audit adopt`", question.ledger);
        problems.push(Problem::new(&problem::LEDGER_MISSING, words));
        return Ok(Ledger::default());
    };
    if let Some(seen) = question.seen.filter(|seen| !history.descends(tip, *seen)) {
        let words = format!("the ledger stood at {seen} when it was last seen, and does not hold that any more");
        problems.push(Problem::new(&problem::LEDGER_DIVERGED, words).at(&tip));
    }
    let ledger = ledger::read(history, tip, question.recorders)?;
    for flaw in &ledger.flaws {
        let code = match flaw.kind {
            FlawKind::LedgerAltered => &problem::LEDGER_ALTERED,
            FlawKind::LedgerBroken => &problem::LEDGER_BROKEN,
            FlawKind::LedgerSignature => &problem::LEDGER_SIGNATURE,
            FlawKind::ClockBackwards => &problem::CLOCK_BACKWARDS,
        };
        problems.push(Problem::new(code, flaw.words.clone()).at(&flaw.commit));
    }
    let first = ledger.entries.first().map(|kept| &kept.entry.body);
    if !matches!(first, Some(Body::Adoption { .. })) {
        let words = "the ledger does not begin with an adoption";
        problems.push(Problem::new(&problem::LEDGER_BROKEN, words).at(&tip));
    }
    Ok(ledger)
}

/// Where on the line the process begins to hold: the last commit that it does not hold for.
fn adoption(ledger: &Ledger, place: &BTreeMap<Oid, usize>) -> Option<usize> {
    let adoptions =
        ledger.entries.iter().filter(|kept| kept.counts && matches!(kept.entry.body, Body::Adoption { .. }));
    let first = adoptions.map(|kept| &kept.entry.subject.commit).next()?;
    place.get(&Oid::from_str(first).ok()?).copied()
}

/// Every decision of the ledger about something on the line.
fn decisions<'l>(
    ledger: &'l Ledger,
    line: &[Commit],
    place: &BTreeMap<Oid, usize>,
    problems: &mut Vec<Problem>,
) -> Vec<Rc<Cover<'l>>> {
    let mut all = Vec::new();
    let at = |hash: &str| Oid::from_str(hash).ok().and_then(|id| place.get(&id).copied());
    for kept in &ledger.entries {
        let entry = &kept.entry;
        let tip = at(&entry.subject.commit);
        let Some(tip) = tip.filter(|tip| line[*tip].tree.to_string() == entry.subject.tree) else {
            let words = format!(
                "entry {} names commit {}, which is not on the branch any more as it was",
                entry.number, entry.subject.commit
            );
            problems.push(Problem::new(&problem::HISTORY_REWRITTEN, words).at(&kept.commit));
            continue;
        };
        let Body::Decision { before, .. } = &entry.body else { continue };
        let Some(before) = at(before).filter(|before| *before < tip) else {
            let words =
                format!("entry {} came upon commit {before}, which is not in front of it on the branch", entry.number);
            problems.push(Problem::new(&problem::HISTORY_REWRITTEN, words).at(&kept.commit));
            continue;
        };
        all.push(Rc::new(Cover { kept, before, tip }));
    }
    all
}

/// For each place on the line the first decision that covers it.
fn covers<'l>(all: &[Rc<Cover<'l>>]) -> BTreeMap<usize, Rc<Cover<'l>>> {
    let mut covers = BTreeMap::new();
    for cover in all {
        for place in cover.before + 1..=cover.tip {
            covers.entry(place).or_insert_with(|| cover.clone());
        }
    }
    covers
}

/// A commit of the line with the one in front of it.
struct Step<'c> {
    commit: &'c Commit,
    /// Its place.
    at: usize,
    parent: Option<&'c Commit>,
    after_adoption: bool,
}

struct Walk<'w> {
    history: &'w History,
    known: Known,
    records: Records<'w>,
    counts: Counts,
    commits: Vec<Judged>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn step(
        &mut self,
        step: &Step<'_>,
        cover: Option<&Rc<Cover<'_>>>,
        line: &[Commit],
        watched: &Watch,
    ) -> Result<(), HistoryError> {
        let Step { commit, parent, after_adoption, .. } = *step;
        let touched = self.history.touched(parent.map(|parent| parent.tree), commit.tree, watched)?;
        let base = parent.map_or(commit.tree, |parent| parent.tree);
        let texts = Texts::read(self.history, &touched)?;
        let files = texts.files();
        let mut paths: Vec<&Touched> = Vec::new();
        if after_adoption && !files.is_empty() {
            let control = self.known.control(self.history, base)?;
            paths.extend(files.iter().filter(|file| control.holds(file)).map(|file| file.touched));
        }
        let changes = crate::evidence::history::changes(commit, &touched);
        let seen = Seen { commit, at: step.at, changes: &changes, held: after_adoption };
        self.problems.extend(self.records.see(&files, &seen));
        if !after_adoption {
            self.counts.before_adoption += 1;
            return Ok(());
        }
        self.clock(commit, parent);
        if paths.is_empty() {
            self.counts.free += 1;
            return Ok(());
        }
        let signed = self.signature(commit, base)?;
        let landing = self.history.landing(commit)?;
        let mut reasons = match cover {
            Some(cover) => objections(self.history, cover.kept, &line[cover.tip], &line[cover.before])?,
            None => vec![Reason::new("no-decision", "the ledger holds no decision about it")],
        };
        if matches!(signed, Signed::Bad { .. } | Signed::WrongTime { .. }) {
            reasons.push(Reason::new("signature", format!("its signature {}", signed.words())));
        }
        if let (Landing::EditedMerge(paths), None) = (&landing, cover) {
            let places = if paths.is_empty() { "where both sides conflict".to_owned() } else { paths.join(", ") };
            reasons
                .push(Reason::new("edited-merge", format!("the merge says something else than its parents: {places}")));
        }
        let emergency = cover
            .and_then(|cover| cover.kept.entry.body.decision())
            .is_some_and(|decision| decision["category"] == "emergency");
        let verdict = match (reasons.is_empty(), emergency) {
            _ if !self.history.gaps().is_empty() => Verdict::NotAssessable,
            (true, false) => Verdict::Authorised,
            (true, true) => Verdict::Emergency,
            (false, _) => Verdict::Unauthorised,
        };
        match verdict {
            Verdict::Authorised => self.counts.authorised += 1,
            Verdict::Emergency => self.counts.emergency += 1,
            Verdict::NotAssessable => self.counts.not_assessable += 1,
            Verdict::Unauthorised | Verdict::Free | Verdict::BeforeAdoption => self.counts.unauthorised += 1,
        }
        self.review(commit, cover.is_some(), &landing, &changes);
        let revert = self.history.revert(commit, watched)?.filter(|revert| revert.exact);
        self.commits.push(Judged {
            commit: commit.id.to_string(),
            time: AsOf::new(commit.committer.time).to_string(),
            author: commit.author.name.clone(),
            committer: commit.committer.name.clone(),
            summary: commit.summary().to_owned(),
            verdict,
            reasons,
            landing: word(&landing, cover.map(|cover| &**cover), commit),
            reverts: revert.map(|revert| revert.of.to_string()),
            changes,
            paths: paths.iter().map(|touched| touched.path.clone()).collect(),
            entry: cover.map(|cover| cover.kept.entry.number),
            written: cover.and_then(|cover| self.written(cover)),
            signed,
        });
        Ok(())
    }

    /// When the head of a decision was committed; a squashed branch is often gone.
    fn written(&self, cover: &Cover<'_>) -> Option<String> {
        let head = ledger::end(cover.kept.entry.body.decision()?, "head")?;
        let head = self.history.commit(Oid::from_str(head).ok()?).ok()?;
        Some(AsOf::new(head.committer.time).to_string())
    }

    fn clock(&mut self, commit: &Commit, parent: Option<&Commit>) {
        let Some(parent) = parent else { return };
        let (now, then) = (commit.committer.time.as_second(), parent.committer.time.as_second());
        if now.saturating_add(CLOCKS) < then {
            let words = format!(
                "commit {} says it was made at {}, before the one in front of it at {}",
                commit.short(),
                AsOf::new(commit.committer.time),
                AsOf::new(parent.committer.time)
            );
            self.problems.push(Problem::new(&problem::CLOCK_BACKWARDS, words).at(&commit.id));
        }
    }

    /// What the signature of the commit shows, by the keys of the people at its base and at its instant.
    fn signature(&mut self, commit: &Commit, base: Oid) -> Result<Signed, HistoryError> {
        let Some((armoured, payload)) = self.history.signature(commit.id) else { return Ok(Signed::None) };
        let people = self.known.people(self.history, base)?;
        let signed = check_signature(&payload, &armoured, GIT, &people.ring, commit.committer.time);
        if let Some(who) = signed.by() {
            let name = people.names.get(who).map_or(who, String::as_str);
            if ![who, name].iter().any(|name| commit.committer.name.eq_ignore_ascii_case(name)) {
                let words =
                    format!("commit {} says it is by {}, but {who} signed it", commit.short(), commit.committer.name);
                self.problems.push(Problem::new(&problem::AUTHOR_FORGED, words).at(&commit.id));
            }
        }
        Ok(signed)
    }

    /// What is said of a commit under control that no decision covers, or that names no change.
    fn review(&mut self, commit: &Commit, decided: bool, landing: &Landing, changes: &[String]) {
        let short = commit.short();
        let looked_at = ["Reviewed-by", "Approved-by"].iter().any(|key| !commit.trailer(key).is_empty());
        if !decided && !looked_at && !matches!(landing, Landing::Merge) {
            let words =
                format!("commit {short} by {} came without a trace of anybody having looked at it", commit.author.name);
            self.problems.push(Problem::new(&problem::UNREVIEWED_PUSH, words).at(&commit.id));
        }
        if changes.is_empty() {
            let words = format!("commit {short} edits what is under control and names no change");
            self.problems.push(Problem::new(&problem::CONTROLLED_EDIT_NO_CHANGE, words).at(&commit.id));
        }
    }
}

/// How a commit came to the branch, in one word.
fn word(landing: &Landing, cover: Option<&Cover<'_>>, commit: &Commit) -> &'static str {
    match (landing, cover) {
        (Landing::Root, _) => "root",
        (Landing::Merge, _) => "merge",
        (Landing::EditedMerge(_), _) => "edited merge",
        (Landing::Single, None) => "single",
        (Landing::Single, Some(cover)) => {
            let decision = cover.kept.entry.body.decision();
            let head = decision.and_then(|decision| ledger::end(decision, "head"));
            match head {
                Some(head) if head == cover.kept.entry.subject.commit => "fast-forward",
                _ if cover.tip - cover.before > 1 => "rebase",
                Some(head) if head != commit.id.to_string() => "squash",
                _ => "single",
            }
        }
    }
}

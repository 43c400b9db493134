//! `gitsm audit pack` and `gitsm audit report`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::{Opened, course, open};
use crate::base::date::AsOf;
use crate::cli::gap::{grades, with_assessed};
use crate::cli::{Context, Exit};
use crate::evidence::ledger::{self, Branch};
use crate::evidence::sample::Range;
use crate::evidence::sign::{self, Keyring, Signed};
use crate::evidence::verify::{self, Question};
use crate::model::Sms;
use crate::pack::{self, Course, Decisions, Files, Input, Manifest, Stage};
use crate::since::Identities;

/// Arguments of `audit pack`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The audit that it is for
    #[arg(long, value_enum, required_unless_present = "verify")]
    stage: Option<Stage>,
    /// The period: 2026-01-01..2026-06-30, 2026 or 2026-Q3
    #[arg(long, value_name = "A..B", value_parser = Range::parse, required_unless_present = "verify")]
    period: Option<Range>,
    /// The folder to write to; it must not be there yet
    #[arg(short, long, value_name = "DIR", default_value = "_audit")]
    output: PathBuf,
    /// Make the pack in this folder again from the commits that it names, and tell what comes out otherwise
    #[arg(long, value_name = "DIR", conflicts_with_all = ["stage", "period", "output"])]
    verify: Option<PathBuf>,
}

/// Arguments of `audit report`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArguments {
    /// The audit that it is for
    #[arg(long, value_enum)]
    stage: Stage,
    /// The period: 2026-01-01..2026-06-30, 2026 or 2026-Q3
    #[arg(long, value_name = "A..B", value_parser = Range::parse)]
    period: Range,
    /// Print the page (html) or everything for programs (json)
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// One page that prints well
    Html,
    /// One JSON value
    Json,
}

/// Runs `audit report`.
pub(super) fn report(cx: &mut Context<'_>, arguments: &ReportArguments) -> anyhow::Result<Exit> {
    committed(cx)?;
    let files = make(cx, arguments.stage, arguments.period, None)?;
    let name = match arguments.format {
        Format::Html => "index.html",
        Format::Json => "pack.json",
    };
    let bytes = files.get(name).context("the pack has no page")?;
    cx.text(&String::from_utf8_lossy(bytes))?;
    Ok(Exit::Clean)
}

/// Runs `audit pack`.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(folder) = &arguments.verify {
        let folder = cx.directory().join(folder);
        return check(cx, &folder);
    }
    let (Some(stage), Some(period)) = (arguments.stage, arguments.period) else {
        anyhow::bail!("a pack needs --stage and --period");
    };
    let folder = cx.directory().join(&arguments.output);
    if folder.exists() {
        anyhow::bail!("{} is there already; choose another folder with --output", folder.display());
    }
    committed(cx)?;
    let files = make(cx, stage, period, None)?;
    for (path, bytes) in &files {
        let full = folder.join(path);
        if let Some(above) = full.parent() {
            std::fs::create_dir_all(above).with_context(|| format!("cannot make {}", above.display()))?;
        }
        std::fs::write(&full, bytes).with_context(|| format!("cannot write {}", full.display()))?;
    }
    cx.line(format!("Wrote {} files to {}", files.len(), folder.display()))?;
    cx.next(&format!(
        "open {}, or print it; `gitsm audit pack --verify` makes it again",
        folder.join("index.html").display()
    ))?;
    Ok(Exit::Clean)
}

/// A pack is made from a commit, so that anybody can make it again: without `--at`, from the one that is checked out.
fn committed(cx: &mut Context<'_>) -> anyhow::Result<()> {
    if cx.at().is_none() {
        let head = cx.snapshot()?.origin.commit().map(str::to_owned);
        let head = head.context("a pack is made from a commit, and there is none yet")?;
        cx.read_commit(&head);
    }
    Ok(())
}

/// Makes the pack of the commit that is read; `as_of` is the instant of a pack that is made again.
fn make(cx: &mut Context<'_>, stage: Stage, range: Range, made: Option<&Manifest>) -> anyhow::Result<Files> {
    let opened = open(cx)?;
    let root = cx.root().or_else(|_| cx.directory().canonicalize())?;
    cx.with_sms(|cx, sms| {
        cx.progress.stage("reading history");
        let evidence = evidence(&opened, sms, made)?;
        cx.progress.stage("checking commits of the branch");
        packed(&root, &opened, sms, (stage, range), &evidence)
    })
}

/// The files of a pack of the commit that `sms` was read from, for the site that holds it.
#[cfg(feature = "site")]
pub(in crate::cli) fn files(
    root: &Path,
    opened: &Opened,
    sms: &Sms<'_>,
    stage: Stage,
    range: Range,
) -> anyhow::Result<Files> {
    packed(root, opened, sms, (stage, range), &evidence(opened, sms, None)?)
}

fn packed(
    root: &Path,
    opened: &Opened,
    sms: &Sms<'_>,
    (stage, range): (Stage, Range),
    (report, ledger): &(verify::Report, ledger::Ledger),
) -> anyhow::Result<Files> {
    let grades = grades(root, sms)?;
    let commit = sms.snapshot.origin.commit().unwrap_or_default();
    let signed = signature(opened, sms, commit)?;
    let (sampled, skipped) = course::sampled(opened, root, report, sms.snapshot)?;
    with_assessed(sms, &grades, None, |gap, assessed, waived| {
        let findings = gap.findings;
        let identities = Identities::new(sms);
        let now = findings.iter().map(|finding| identities.of(finding)).collect();
        let course = Course { sampled, skipped, commits: report.counts.commits, now };
        let input = Input {
            sms,
            commit,
            stage,
            range,
            gap: *gap,
            assessed,
            findings,
            waived,
            report,
            ledger,
            decisions: &Decisions::new(ledger),
            signed: &signed,
            course: &course,
        };
        Ok(pack::build(&input))
    })
}

/// What the signature of a commit shows, by the keys of the people in its own records.
fn signature(opened: &Opened, sms: &Sms<'_>, commit: &str) -> anyhow::Result<Signed> {
    let Ok(id) = git2::Oid::from_str(commit) else { return Ok(Signed::None) };
    let Some((armoured, payload)) = opened.history.signature(id) else { return Ok(Signed::None) };
    let at = opened.history.commit(id)?.committer.time;
    Ok(sign::verify(&payload, &armoured, sign::GIT, &Keyring::of_people(sms), at))
}

/// What history and ledger show; as they stood when a pack was made, when it is made again.
fn evidence(
    opened: &Opened,
    sms: &Sms<'_>,
    made: Option<&Manifest>,
) -> anyhow::Result<(verify::Report, ledger::Ledger)> {
    let settings = &opened.settings.evidence;
    let id = |hash: &str| git2::Oid::from_str(hash).with_context(|| format!("'{hash}' is no full hash"));
    let question = Question {
        branch: &settings.branch,
        ledger: &settings.ledger,
        recorders: &opened.recorders,
        catalog: sms.catalog,
        keep: settings.keep.0,
        as_of: sms.snapshot.as_of,
        seen: None,
        head: made.map(|made| id(&made.head)).transpose()?,
        ledger_head: match made {
            Some(made) => Some(made.ledger.as_deref().map(id).transpose()?),
            None => None,
        },
    };
    let report = verify::verify(&opened.history, &question)?;
    let tip = match question.ledger_head {
        Some(then) => then,
        None => Branch::find(&opened.history, &settings.ledger).tip(),
    };
    let ledger = tip.map(|tip| ledger::read(&opened.history, tip, &opened.recorders)).transpose()?;
    Ok((report, ledger.unwrap_or_default()))
}

/// Makes a pack again and compares.
fn check(cx: &mut Context<'_>, folder: &Path) -> anyhow::Result<Exit> {
    let found = read(folder)?;
    let list = found.get("manifest.json").with_context(|| format!("{} holds no manifest.json", folder.display()))?;
    let manifest = Manifest::parse(list).context("the manifest cannot be read, so nothing is proven")?;
    let range = Range::parse(&manifest.period).map_err(anyhow::Error::msg)?;
    let as_of = AsOf::parse(&manifest.as_of).map_err(anyhow::Error::msg)?;
    cx.read_commit(&manifest.commit);
    cx.judge_by(as_of);
    let opened = open(cx)?;
    let mut gone = Vec::new();
    for (what, branch, then) in [
        ("branch", &opened.settings.evidence.branch, Some(&manifest.head)),
        ("ledger", &opened.settings.evidence.ledger, manifest.ledger.as_ref()),
    ] {
        let now = Branch::find(&opened.history, branch).tip();
        let held = match (then.and_then(|then| git2::Oid::from_str(then).ok()), now) {
            (Some(then), Some(now)) => opened.history.descends(now, then),
            (None, _) => then.is_none(),
            (Some(_), None) => false,
        };
        if !held {
            gone.push(format!("the {what} {branch} does not hold {} any more", then.map_or("", String::as_str)));
        }
    }
    let made = make(cx, manifest.stage, range, Some(&manifest))?;
    let wrong = pack::compare(&found, &manifest, &made);
    for words in wrong.iter().map(pack::Wrong::words).chain(gone.iter().cloned()) {
        cx.line(words)?;
    }
    let own = format!("gitsm {}", env!("CARGO_PKG_VERSION"));
    if manifest.tool != own {
        cx.line(format!(
            "the pack was made by {}, and this is {own}; another version may write otherwise",
            manifest.tool
        ))?;
    }
    if wrong.is_empty() && gone.is_empty() {
        cx.line(format!("{} files, all as they come out again", found.len()))?;
        return Ok(Exit::Clean);
    }
    Ok(Exit::Findings)
}

/// Every file below a folder, by path.
fn read(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let inside = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(inside, std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
            }
        }
    }
    Ok(files)
}

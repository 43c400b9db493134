//! `gitsm check`.

use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::mend::{self, Mended};
use super::{Context, Exit};
use crate::base::finding::{Finding, Severity, State};
use crate::graph::Graph;
use crate::model::Sms;
use crate::report::{self, Checked, Summary};
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;
use crate::since::{self, Side, Since};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Report only what lies in these files or folders; everything is still read
    paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Report only this rule; may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    pub(super) rules: Vec<String>,
    /// Exit with 1 from this severity on: error, warning or info
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(super) deny: Severity,
    /// Report only what the difference from this commit introduced or made worse
    ///
    /// Both states are judged at the same instant and by the settings of the one that is checked. For a branch, name
    /// the commit where it began: `git merge-base main HEAD`.
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// With --format markdown: the address below which the files are, such as <https://github.com/ORG/REPO/blob/COMMIT>
    #[arg(long, value_name = "URL")]
    links: Option<String>,
    /// Mend what can be mended for certain, with comments and layout kept, and report what is left
    #[arg(long)]
    fix: bool,
    /// Print as a patch what --fix would change, and write nothing
    #[arg(long, visible_alias = "dry-run", conflicts_with = "format")]
    pub(super) diff: bool,
}

impl Arguments {
    /// Whether a finding lies in one of the files or folders `wanted`; in any, when there are none.
    pub(super) fn wants(sms: &Sms<'_>, wanted: &[PathBuf], finding: &Finding) -> bool {
        let path = Path::new(sms.snapshot.sources.get(finding.primary.file).path());
        wanted.is_empty() || wanted.iter().any(|wanted| path.starts_with(wanted))
    }
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With excerpts of the files
    Human,
    /// One JSON value
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
    /// A JUnit report: what reaches --deny is a failure, the rest is skipped
    Junit,
    /// For a comment on a pull request, or the summary of a job
    Markdown,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.links.is_some() && arguments.format != Format::Markdown {
        anyhow::bail!("--links is for --format markdown alone; add that, or leave --links out");
    }
    let wanted = paths(cx, &arguments.paths)?;
    if arguments.fix || arguments.diff {
        if arguments.since.is_some() {
            anyhow::bail!("--fix mends what is there, whoever brought it; leave --since out");
        }
        return mend::run(cx, arguments, &wanted);
    }
    cx.with_sms(|cx, sms| tell(cx, sms, arguments, &wanted, None))
}

/// Checks the records and reports the findings in the files `wanted`, after what was mended.
pub(super) fn tell(
    cx: &mut Context<'_>,
    sms: &Sms<'_>,
    arguments: &Arguments,
    wanted: &[PathBuf],
    mended: Option<&Mended>,
) -> anyhow::Result<Exit> {
    let selection = Selection::new(&arguments.rules, &sms.snapshot.settings, &sms.local)?;
    cx.progress.stage("checking");
    let is_wanted = |finding: &Finding| Arguments::wants(sms, wanted, finding);
    let Judged { mut findings, mut waived } = rules::all(&Check { sms, graph: &Graph::build(sms) }, &selection);
    let mut since = None;
    if let Some(revision) = &arguments.since {
        let (told, commit) = introduced(cx, sms, &findings, revision, &selection)?;
        let count = |findings: &[Finding]| findings.iter().filter(|finding| is_wanted(finding)).count();
        let hidden = count(&findings) - count(&told);
        since = Some(Since { rev: revision.clone(), commit, hidden });
        findings = told;
    }
    findings = rules::bound(findings);
    findings.retain(is_wanted);
    waived.retain(|waived| is_wanted(&waived.finding));
    if since.is_some() {
        // That a file has more findings than are shown is as new as they are.
        for finding in &mut findings {
            finding.state.get_or_insert(State::New);
        }
    }
    let folder = cx.folder();
    let checked = Checked { sms, findings: &findings, waived: &waived, since: since.as_ref(), folder: &folder };
    print(cx, checked, arguments, mended)?;
    let denied = Summary::of(&findings).reaches(arguments.deny);
    Ok(if denied { Exit::Findings } else { Exit::Clean })
}

/// The findings that the difference from `revision` introduced or made worse, and the hash of that commit.
fn introduced(
    cx: &Context<'_>,
    sms: &Sms<'_>,
    findings: &[Finding],
    revision: &str,
    selection: &Selection,
) -> anyhow::Result<(Vec<Finding>, String)> {
    let snapshot = cx.base(revision, sms.snapshot).context("--since has nothing to compare with")?;
    let catalog = Catalog::new(&snapshot.sources);
    let catalog =
        catalog.with_context(|| format!("the own kinds at '{revision}' cannot be used; leave --since out"))?;
    cx.progress.stage("checking the other state");
    let base = Sms::build(&snapshot, &catalog);
    let before = rules::all(&Check { sms: &base, graph: &Graph::build(&base) }, selection).findings;
    let told = since::introduced(Side { sms: &base, findings: &before }, Side { sms, findings });
    Ok((told, snapshot.origin.commit().unwrap_or_default().to_owned()))
}

fn print(
    cx: &mut Context<'_>,
    checked: Checked<'_>,
    arguments: &Arguments,
    mended: Option<&Mended>,
) -> anyhow::Result<()> {
    match arguments.format {
        Format::Human => {
            if let Some(mended) = mended {
                cx.text(&mended.human())?;
            }
            human(cx, checked)
        }
        Format::Json => cx.json(&report::JsonReport { checked, mended: mended.map(Mended::json) }),
        Format::Sarif => cx.json(&report::sarif(checked)),
        Format::Github => cx.text(&report::github(checked, cx.quiet())),
        Format::Junit => cx.text(&report::junit(checked, arguments.deny)?),
        Format::Markdown => cx.text(&report::markdown(checked, arguments.links.as_deref())),
    }
}

fn human(cx: &mut Context<'_>, checked: Checked<'_>) -> anyhow::Result<()> {
    let text = report::human(checked, cx.colour);
    cx.text(&text)?;
    if cx.quiet() {
        return Ok(());
    }
    let mut summary = summary_line(checked.sms, checked.findings);
    if !checked.waived.is_empty() {
        summary = format!("{summary}; {} waived", checked.waived.len());
    }
    cx.line(summary)?;
    if let Some(Since { rev, hidden, .. }) = checked.since {
        let (count, was) = if *hidden == 1 { ("1 finding", "was") } else { (&*format!("{hidden} findings"), "were") };
        cx.line(format!("{count} left out that {was} there at {rev} already; without --since all are told"))?;
    }
    let counts = Summary::of(checked.findings);
    let first = checked.findings.iter().find(|finding| finding.severity == Severity::Error);
    match first.or(checked.findings.first()) {
        Some(first) if counts.errors > 0 => cx.next(&format!(
            "mend the errors and run `gitsm check` again; `gitsm explain {}` tells what is behind the first",
            first.rule
        )),
        Some(first) => cx.next(&format!("`gitsm explain {}` tells what is behind the first warning", first.rule)),
        None => cx.next("`gitsm site` publishes the records, `gitsm impact ID` tells what breaks if something goes"),
    }
}

fn summary_line(sms: &Sms<'_>, findings: &[Finding]) -> String {
    let files = sms.snapshot.sources.iter().filter(|(_, source)| source.role() == crate::base::source::Role::Record);
    let records = sms.len();
    format!(
        "Checked {records} {} in {} files as of {}: {}",
        if records == 1 { "record" } else { "records" },
        files.count(),
        sms.snapshot.as_of,
        Summary::of(findings)
    )
}

/// The paths asked for, relative to the root of the records.
fn paths(cx: &Context<'_>, paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let root = cx.root()?;
    let base = cx.directory().canonicalize()?;
    let relative = |path: &PathBuf| {
        let mut full = base.clone();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    full.pop();
                }
                Component::CurDir => {}
                other => full.push(other),
            }
        }
        // The way to the folder may lead over links; the root is without them.
        let inside = full.strip_prefix(&root).map(Path::to_owned);
        let inside = inside.or_else(|error| {
            let real = full.canonicalize().map_err(|_| error)?;
            real.strip_prefix(&root).map(Path::to_owned)
        });
        let inside = inside.map_err(|_| anyhow::anyhow!("{} lies outside {}", path.display(), root.display()))?;
        if cx.at().is_none() && !full.exists() {
            anyhow::bail!("{} does not exist", path.display());
        }
        Ok(inside)
    };
    paths.iter().map(relative).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;

    fn relative(folder: &Folder, path: &str) -> Result<String, String> {
        let found = folder.context(|cx| paths(cx, &[PathBuf::from(path)]));
        found.map(|paths| paths[0].to_string_lossy().into_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn paths_are_told_from_the_root_however_they_are_written() {
        let folder = Folder::new(&[("sms/ci/a.yaml", "a: 1\n")]);
        let whole = folder.root.join("sms/ci").to_string_lossy().into_owned();
        for (path, inside) in [
            ("sms/ci/a.yaml", "sms/ci/a.yaml"),
            ("./sms//ci/", "sms/ci"),
            ("sms/team/../ci", "sms/ci"),
            (".", ""),
            (whole.as_str(), "sms/ci"),
        ] {
            assert_eq!(relative(&folder, path).as_deref(), Ok(inside), "{path}");
        }
        assert!(folder.context(|cx| paths(cx, &[])).unwrap().is_empty());
    }

    #[test]
    fn paths_outside_and_paths_to_nothing_are_refused() {
        let folder = Folder::new(&[("sms/ci/a.yaml", "a: 1\n")]);
        assert!(relative(&folder, "..").unwrap_err().starts_with(".. lies outside "));
        assert!(relative(&folder, "../../../../../../../../../..").is_err());
        assert_eq!(relative(&folder, "sms/nothing").unwrap_err(), "sms/nothing does not exist");
    }

    #[cfg(unix)]
    #[test]
    fn a_way_over_a_link_leads_inside() {
        let folder = Folder::new(&[("sms/ci/a.yaml", "a: 1\n")]);
        let elsewhere = Folder::new(&[]);
        std::os::unix::fs::symlink(&folder.root, elsewhere.root.join("link")).unwrap();
        let link = elsewhere.root.join("link/sms/ci");
        assert_eq!(relative(&folder, &link.to_string_lossy()).as_deref(), Ok("sms/ci"));
    }

    #[test]
    fn one_record_is_not_called_records() {
        let folder = Folder::new(&[("sms/team/t.yaml", "kind: team\nid: t\n"), ("gitsm.toml", "format = 1\n")]);
        let printed = folder.prints(&["check"]);
        assert!(printed.contains("Checked 1 record in 1 files as of 2026-11-20T23:59:59Z: "), "{printed}");
    }

    #[test]
    fn the_limit_decides_over_the_exit_and_paths_over_what_is_told() {
        let folder = Folder::new(&[("sms/team/t.yaml", "a: 1\n"), ("sms/ci/empty.yml", "")]);
        let exit = |arguments: &[&str]| folder.gitsm(arguments).unwrap();
        assert_eq!(exit(&["check"]).0, Exit::Findings);
        assert_eq!(exit(&["check", "sms/ci"]).0, Exit::Clean, "only a warning lies there");
        assert_eq!(exit(&["check", "sms/ci", "--deny", "warning"]).0, Exit::Findings);
        assert!(!exit(&["check", "sms/ci"]).1.contains("sms/team"));
        assert!(exit(&["check", "--rule", "file-extension"]).1.contains("1 warning"));
        assert_eq!(
            folder.fails(&["check", "--rule", "file-extention"]),
            "there is no rule 'file-extention'; did you mean 'file-extension'?"
        );
        assert!(folder.fails(&["check", "--deny", "fatal"]).contains("use info, warning or error"));
    }

    #[test]
    fn addresses_for_links_are_for_markdown_alone() {
        let folder = Folder::new(&[("sms/team/t.yaml", "a: 1\n")]);
        let links = ["check", "--links", "https://example.org/x", "--format"];
        assert!(
            folder
                .prints(&[&links[..], &["markdown"]].concat())
                .contains("](https://example.org/x/sms/team/t.yaml#L1)")
        );
        for format in ["human", "json", "sarif", "github", "junit"] {
            let error = folder.fails(&[&links[..], &[format]].concat());
            assert!(error.starts_with("--links is for --format markdown alone"), "{error}");
        }
    }

    #[test]
    fn every_format_ends_with_the_same_exit() {
        let folder = Folder::new(&[("sms/team/t.yaml", "a: 1\n"), ("sms/ci/empty.yml", "")]);
        for format in Format::value_variants() {
            let name = format.to_possible_value().unwrap().get_name().to_owned();
            let exit = |more: &[&str]| folder.gitsm(&[&["check", "--format", &name], more].concat()).unwrap();
            assert_eq!(exit(&[]).0, Exit::Findings, "{name}");
            assert_eq!(exit(&["sms/ci"]).0, Exit::Clean, "{name}");
            assert!(exit(&[]).1.ends_with('\n') && exit(&[]).1.contains("sms/team/t.yaml"), "{name}");
        }
    }
}

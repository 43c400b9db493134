//! `gitsm check`.

use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};

use super::mend::{self, Mended};
use super::{Context, Exit};
use crate::base::finding::{Finding, Severity};
use crate::graph::Graph;
use crate::model::Sms;
use crate::report::{self, Checked, Summary};
use crate::rules::{self, Check, Judged, Selection};

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
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// With excerpts of the files
    Human,
    /// One JSON value
    Json,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let wanted = paths(cx, &arguments.paths)?;
    if arguments.fix || arguments.diff {
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
    let selection = Selection::new(&arguments.rules, &sms.snapshot.settings.rules)?;
    cx.progress.stage("checking");
    let graph = Graph::build(sms);
    let Judged { mut findings, mut waived } = rules::judge(&Check { sms, graph: &graph }, &selection);
    findings.retain(|finding| Arguments::wants(sms, wanted, finding));
    waived.retain(|waived| Arguments::wants(sms, wanted, &waived.finding));
    let checked = Checked { sms, findings: &findings, waived: &waived };
    match arguments.format {
        Format::Json => {
            let mut report = report::json(checked);
            if let Some(mended) = mended {
                report["mended"] = mended.json();
            }
            cx.json(&report)?;
        }
        Format::Human => {
            if let Some(mended) = mended {
                cx.text(&mended.human())?;
            }
            human(cx, checked)?;
        }
    }
    let denied = Summary::of(&findings).reaches(arguments.deny);
    Ok(if denied { Exit::Findings } else { Exit::Clean })
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
}

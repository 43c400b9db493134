//! What every page says about itself: as of when, from which commit, how many records and findings.

use serde::Serialize;

use super::text::{count, counted, instant};
use super::{Input, text};
use crate::base::finding::Severity;

/// The stamp of a site. It holds nothing of the machine that builds it.
#[derive(Debug, Serialize)]
pub(super) struct Stamp {
    /// Name of the site.
    pub(super) site: String,
    /// The instant in words; of files on disk, the day.
    pub(super) as_of: String,
    /// The instant or day for machines.
    pub(super) instant: String,
    /// The commit, short; empty when there is none.
    pub(super) commit: String,
    /// The commit in full; empty when there is none.
    pub(super) commit_full: String,
    /// Whether files on disk were read, which may differ from the commit.
    pub(super) on_disk: bool,
    /// Number of records, in words.
    pub(super) records: String,
    /// Number of errors.
    pub(super) errors: usize,
    /// Number of warnings.
    pub(super) warnings: usize,
    /// Number of remarks.
    pub(super) infos: usize,
    /// The findings in words.
    pub(super) findings: String,
    /// `ok`, `warn` or `bad`.
    pub(super) tone: &'static str,
}

impl Stamp {
    /// The stamp of `input`.
    pub(super) fn new(input: &Input<'_>) -> Self {
        let snapshot = input.sms.snapshot;
        let of = |severity| input.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, infos) = (of(Severity::Error), of(Severity::Warning), of(Severity::Info));
        let commit_full = snapshot.origin.commit().unwrap_or_default().to_owned();
        let findings = match (errors, warnings) {
            (0, 0) if !input.waived.is_empty() => counted(input.waived.len(), "finding waived", "findings waived"),
            (0, 0) => "no rule broken".to_owned(),
            (0, _) => counted(warnings, "warning", "warnings"),
            (_, 0) => counted(errors, "error", "errors"),
            _ => format!("{}, {}", counted(errors, "error", "errors"), counted(warnings, "warning", "warnings")),
        };
        // Files on disk are judged by the clock; only its day is told, so that a second run finds its pages unchanged.
        let on_disk = snapshot.origin.is_worktree();
        let day = snapshot.as_of.day();
        Self {
            site: text::clip(snapshot.settings.site.title.trim(), 80).into_owned(),
            as_of: if on_disk { text::day(day) } else { instant(snapshot.as_of.instant()) },
            instant: if on_disk { day.to_string() } else { snapshot.as_of.to_string() },
            commit: commit_full.chars().take(7).collect(),
            commit_full,
            on_disk,
            records: match input.sms.len() {
                1 => "1 record".to_owned(),
                many => format!("{} records", count(many)),
            },
            errors,
            warnings,
            infos,
            findings,
            tone: if errors > 0 {
                "bad"
            } else if warnings > 0 {
                "warn"
            } else {
                "ok"
            },
        }
    }

    /// The source in words: the commit, or the files on disk.
    pub(super) fn source(&self) -> String {
        match (self.on_disk, self.commit.is_empty()) {
            (false, _) => format!("commit {}", self.commit),
            (true, true) => "files on disk".to_owned(),
            (true, false) => format!("files on disk over commit {}", self.commit),
        }
    }

    /// The footer of the printed page `title`.
    pub(super) fn print(&self, title: &str) -> String {
        format!("{} · {} · {} · as of {}", self.site, text::clip(title, 90), self.source(), self.as_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_footer_names_page_source_and_day_and_cannot_leave_its_attribute() {
        use crate::site::fixture::{record, site};
        let files = [
            ("gitsm.toml".to_owned(), "format = 1\n[site]\ntitle = \"A 'b' \\\"> <c>\"\n".to_owned()),
            record("ci", "ci-a", ""),
        ];
        let page = site(&files).remove("configuration-items/ci-a.html").unwrap();
        let (_, rest) = page.split_once("data-stamp=\"").unwrap();
        let (stamp, rest) = rest.split_once('"').unwrap();
        assert!(rest.starts_with(">\n<head>"), "{stamp}");
        assert!(
            stamp.contains("&quot;&gt; &lt;c&gt; · The ci-a · ci-a · files on disk · as of 20 Nov 2026"),
            "{stamp}"
        );
    }

    #[test]
    fn what_is_waived_is_no_rule_kept() {
        use crate::site::fixture::{built, with};
        let text = "kind: person\nid: ann\ntitle: A\nstatus: active\nodd: 1\n";
        let waiver = "waivers: [{rule: field-unknown, until: 2026-12-31, reason: x}]\n";
        let file = |text: String| [("sms/person/ann.yaml".to_owned(), text)];
        let words = |files: &[(String, String)]| with(files, |input| Stamp::new(input).findings);
        let (clean, excused) = (file(text.replace("odd: 1\n", "")), file(format!("{text}{waiver}")));
        assert_eq!((words(&clean).as_str(), words(&excused).as_str()), ("no rule broken", "1 finding waived"));
        assert_eq!(words(&file(text.to_owned())), "1 error");
        let html = |files: &[(String, String)]| built(files).1.remove("findings.html").unwrap();
        assert!(html(&clean).contains("Every record keeps to") && !html(&excused).contains("Every record keeps to"));
    }
}

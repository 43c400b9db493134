//! What everybody may read.

use std::collections::BTreeMap;

use super::UNPUBLISHED;
use super::tokens::Tokens;
use crate::base::source::{Role, Source, Sources};
use crate::load::Snapshot;
use crate::model::{Ix, Record, Sms, Target};

/// What is left of a repository for everybody.
#[derive(Debug)]
pub struct Public {
    /// The public records, with nothing about others.
    pub snapshot: Snapshot,
    /// How many records are in it.
    pub published: usize,
    /// How many records are left out.
    pub left_out: usize,
}

/// The records whose `classification` is `public`, and no other: left out, it is internal. References to other records,
/// their ids in texts, comments, names of files and all findings are gone.
#[must_use]
pub fn public(sms: &Sms<'_>) -> Public {
    let old = sms.snapshot;
    let is_public = |record: &Record<'_>| record.text("classification") == Some("public");
    let mut secret: BTreeMap<String, String> = BTreeMap::new();
    let mut files: Vec<Source> = Vec::new();
    for (_, record) in sms.records().filter(|(_, record)| !is_public(record)) {
        // A word such as `network` is also a word; ids of two parts or with a digit are not.
        let id = record.id.as_str();
        if id.contains('-') || id.bytes().any(|byte| byte.is_ascii_digit()) {
            secret.insert(id.to_owned(), UNPUBLISHED.to_owned());
        }
    }
    for (alias, claimants) in sms.aliases() {
        if claimants.iter().any(|ix| !is_public(sms.record(*ix))) {
            secret.insert(alias.to_string(), UNPUBLISHED.to_owned());
        }
    }
    let tokens = Tokens::new(&secret);
    let mut published = 0;
    for (ix, record) in sms.records().filter(|(_, record)| is_public(record)) {
        published += 1;
        let json = record.root.to_json();
        let text = tokens.replace(&cut(sms, ix, record, json));
        files.push(Source::new(format!("sms/{}/{published:06}.yaml", record.kind.name), text, Role::Record));
    }
    for (_, source) in old.sources.iter() {
        if matches!(source.role(), Role::LocalSchema | Role::Template) {
            files.push(Source::new(source.path(), source.text(), source.role()));
        }
    }
    let snapshot = Snapshot {
        sources: Sources::new(files),
        origin: old.origin.clone(),
        as_of: old.as_of,
        settings: old.settings.clone(),
        findings: Vec::new(),
        unusable: std::collections::BTreeSet::new(),
    };
    Public { snapshot, published, left_out: sms.len() - published }
}

/// A record as JSON, which is YAML without comments, with every reference to what is not published replaced.
fn cut(sms: &Sms<'_>, ix: Ix, record: &Record<'_>, mut json: serde_json::Value) -> String {
    for reference in sms.outgoing(ix) {
        let is_public = match reference.target {
            Target::Record(to) => sms.record(to).text("classification") == Some("public"),
            Target::Address => true,
            Target::Missing | Target::Unreadable(_) => false,
        };
        if !is_public && let Some(place) = json.pointer_mut(&record.pointer(reference.span)) {
            *place = serde_json::Value::String(UNPUBLISHED.to_owned());
        }
    }
    // What is said to checks and to other programs is nobody else's business.
    if let Some(map) = json.as_object_mut() {
        map.remove("waivers");
        map.retain(|key, _| !key.starts_with("x-"));
    }
    json.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::build_public;
    use super::*;
    use crate::graph::Graph;
    use crate::site::fixture::{record, with};
    use crate::site::{Input, MemorySink};

    const PUBLIC: &str = "classification: public\n";

    /// The site for everybody, by path.
    fn site(files: &[(String, String)]) -> (Public, BTreeMap<String, String>) {
        with(files, |input| {
            let public = public(input.sms);
            let sms = Sms::build(&public.snapshot, input.sms.catalog);
            let graph = Graph::build(&sms);
            let sink = MemorySink::default();
            let left = Input { sms: &sms, graph: &graph, ..*input };
            build_public(&left, &sink).unwrap();
            let files = sink.into_files().into_iter();
            let files = files.map(|(path, bytes)| (path, String::from_utf8(bytes.to_vec()).unwrap())).collect();
            (public, files)
        })
    }

    fn sample() -> Vec<(String, String)> {
        let secret = "aliases: [ci-hush-old]\ndescription: Whisper it softly\n";
        vec![
            record(
                "service",
                "svc-open",
                "classification: public\n# a remark whisper\nrelations: [ci-hush-9, ci-shown]\nlinks: [{rel: x, to: rsk-hush}]\n\
                 description: Runs on `ci-hush-9`, once ci-hush-old.\nwaivers: [{rule: x-hush, until: 2026-12-31, reason: Whisper}]\n",
            ),
            record("ci", "ci-shown", "classification: public\nrelations: [ci-hush-9]\n"),
            record("ci", "ci-hush-9", secret),
            record("team", "team-a", "description: Whisper\n"),
            record("risk", "rsk-hush", "classification: internal\naffects: [svc-open]\ndescription: Whisper\n"),
            record(
                "change",
                "chg-hush",
                "classification: confidential\naffects: [ci-shown]\nplanned: {start: 2026-12-05T22:00:00Z, end: 2026-12-05T23:00:00Z}\n",
            ),
            record(
                "incident",
                "inc-hush",
                "classification: restricted\nservice: svc-open\nreported_at: 2026-11-02T10:00:00Z\n",
            ),
        ]
    }

    #[test]
    fn nothing_of_what_is_not_public_is_in_any_file() {
        let (public, files) = site(&sample());
        assert_eq!((public.published, public.left_out), (2, 5));
        assert!(files["services/svc-open.html"].contains("Runs on"));
        for (path, text) in &files {
            let low = text.to_lowercase();
            for secret in ["hush", "whisper", "team-a", "svc-open.yaml"] {
                assert!(!low.contains(secret), "{path} tells of {secret}");
            }
            assert!(!path.contains("hush"), "{path}");
        }
    }

    #[test]
    fn public_records_are_told_as_they_are_and_joined_as_before() {
        let (_, files) = site(&sample());
        let page = &files["services/svc-open.html"];
        assert!(page.contains("href=\"../configuration-items/ci-shown.html\""), "{page}");
        assert!(files["search/titles.js"].contains("svc-open") && files["inventory.json"].contains("ci-shown"));
        assert!(page.contains("not published"), "what is left out is said");
        assert!(!page.contains("class=\"n lost\""), "but not drawn as missing");
    }

    #[test]
    fn how_much_is_not_published_is_not_told_and_what_is_empty_takes_no_room() {
        let customers = |ids: &str| {
            format!(
                "classification: public\ncriticality: high\ncustomers: [{ids}]\nlinks: [cus-1, {{rel: x, a: {{b: 1}}}}, {{rel: y, a: {{b: 2}}}}]\n"
            )
        };
        let files = [
            record("service", "svc-a", &customers("cus-1, cus-open, cus-2")),
            record("service", "svc-b", &customers("cus-1, cus-2, cus-3, cus-4")),
            record("customer", "cus-open", PUBLIC),
            record("customer", "cus-1", ""),
        ];
        let (_, files) = site(&files);
        let home = &files["index.html"];
        assert_eq!(home.matches("not published").count(), 1, "once for the four of a service: {home}");
        assert!(home.contains(">The cus-open</a></td>") && !home.contains(" more</span>"), "{home}");
        assert!(!home.contains("<th scope=\"col\">Owner"), "no owner is published: {home}");
        assert!(
            !home.contains("areas/changes.html") && !files.contains_key("areas/changes.html"),
            "no change is: {home}"
        );
        let page = &files["services/svc-a.html"];
        assert!(
            page.contains(">The cus-open</a></dd>") && page.contains("<dt>Links</dt><dd><div class=\"scroll\""),
            "{page}"
        );
    }

    #[test]
    fn findings_rules_and_clauses_are_nobody_elses_business() {
        let (_, files) = site(&sample());
        for path in ["findings.html", "findings.json", "rules/index.html", "attention.html", "clauses/index.html"] {
            assert!(!files.contains_key(path), "{path}");
        }
        let home = &files["index.html"];
        assert!(!home.contains("keep to the rules") && !home.contains("Open points"), "{home}");
    }

    #[test]
    fn figures_are_never_worked_out_from_a_part_of_the_records() {
        let sla = "classification: public\nservice: svc-open\ncustomer: cus-x\nvalid_from: 2026-01-01\n\
                   targets: [{id: availability, metric: availability, operator: '>=', value: 99.5, unit: percent, window: month, clock: 24x7}]\n";
        let (path, text) = record("sla", "sla-open", sla);
        let mut files = sample();
        files.push((path, text.replace("status: live", "status: in_force")));
        let (_, files) = site(&files);
        let page = &files["slas/sla-open.html"];
        assert!(!page.contains("100 %") && !page.contains("m-ok"), "an incident that is not public counts too: {page}");
    }

    #[test]
    fn without_a_word_a_record_is_internal() {
        let (public, _) = site(&[record("ci", "ci-a", "")]);
        assert_eq!((public.published, public.left_out), (0, 1));
        let (public, files) = site(&[record("ci", "ci-a", PUBLIC)]);
        assert_eq!((public.published, public.left_out), (1, 0));
        assert!(files.contains_key("configuration-items/ci-a.html"));
    }
}

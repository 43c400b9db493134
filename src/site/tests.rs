//! Tests over whole sites.

use std::collections::{BTreeMap, BTreeSet};

use super::fixture::{built, record, site, with};
use super::*;

/// Text that would do harm wherever it is not escaped.
const EVIL: &str = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>${alert(1)}`";

fn sample() -> Vec<(String, String)> {
    vec![
        ("gitsm.toml".to_owned(), "format = 1\n[site]\ntitle = \"Port & Sons\"\n".to_owned()),
        record("team", "team-a", ""),
        record(
            "service",
            "svc-a",
            "aliases: [svc-old]\nrelations: [ci-b, ci-gone]\ndescription: |\n  Runs *things*. See `ci-b` and <b>that</b>.\n",
        ),
        record(
            "ci",
            "ci-b",
            "relations:\n  - {type: runs_on, to: ci-c, strength: soft}\nlinks:\n  - {rel: see, to: 'https://x.y/?a=1&b=2'}\n",
        ),
        record("ci", "ci-c", ""),
        record("risk", "rsk-1", "review: {interval: 30d, last: 2026-11-01}\n"),
    ]
}

/// Whether a path ends in `.` and `ending`.
fn has(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// All targets of `href` and `src` in a page.
fn targets(html: &str) -> Vec<&str> {
    let found = ["href=\"", "src=\""].into_iter().flat_map(|mark| html.split(mark).skip(1));
    found.filter_map(|rest| rest.split('"').next()).collect()
}

/// The file that a link on the page at `from` leads to.
fn resolve(from: &str, target: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    match target.strip_prefix("../") {
        Some(up) => up.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    }
}

#[test]
fn every_link_leads_to_a_file() {
    let files = site(&sample());
    for (path, html) in files.iter().filter(|(path, _)| has(path, "html")) {
        for target in targets(html) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.starts_with("https://") || target.starts_with("data:,") {
                continue;
            }
            let to = resolve(path, target);
            assert!(files.contains_key(&to), "{path} links to {target}");
        }
    }
}

#[test]
fn the_same_records_give_the_same_bytes_in_any_order() {
    let mut files = sample();
    let first = site(&files);
    files.reverse();
    files.rotate_left(2);
    assert_eq!(first, site(&files));
}

#[test]
fn every_page_carries_its_stamp_and_no_build_time() {
    let files = site(&sample());
    for (path, html) in files.iter().filter(|(path, _)| has(path, "html")) {
        assert!(html.contains("As of <b><time datetime=\"2026-11-20\">20 Nov 2026</time>"), "{path}");
        assert!(html.contains("iles on disk"), "{path}");
        assert!(html.contains("Port &amp; Sons"), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(html.contains("<main id=\"main\"") && html.contains("href=\"#main\""), "{path}");
    }
}

#[test]
fn text_of_records_never_becomes_markup() {
    let quoted = EVIL.replace('\'', "''");
    let text = format!(
        "kind: ci\nid: '{quoted}'\ntitle: '{quoted}'\nstatus: '{quoted}'\nowner: '{quoted}'\ndescription: '{quoted}'\n\
         tags: ['{quoted}']\nrelations: ['{quoted}-x']\nlinks: [{{rel: '{quoted}', to: 'javascript:alert(1)'}}]\n\
         '{quoted}': 'x'\nx-own: {{'{quoted}': ['{quoted}']}}\nclauses: ['{quoted}']\naliases: ['{quoted}y']\n"
    );
    let mut files = sample();
    files[0].1 = "format = 1\n[site]\ntitle = \"<script>t</script>\"\n".to_owned();
    files.push(("sms/ci/ci-evil.yaml".to_owned(), text.clone()));
    files.push(("sms/risk/r.yaml".to_owned(), text.replace("kind: ci", "kind: risk").replace("id: '", "id: 'r")));
    for (path, content) in site(&files) {
        if has(&path, "html") {
            let scripts = content.matches("<script").count();
            let ours = content.matches("<script src=\"").count();
            // The map brings its data and what draws them.
            let wanted = if path.starts_with("configuration-map/") { 3 } else { 1 };
            assert_eq!((scripts, ours), (wanted, wanted), "{path}");
            assert_eq!(content.matches("<img").count(), 1, "the logo alone: {path}");
            assert!(!content.contains("href=\"javascript:"), "{path}");
        }
        if has(&path, "js") && path.starts_with("search/") {
            assert!(!content.replace("\\$", "").replace("\\`", "").contains("${"), "{path}");
        }
    }
}

#[test]
fn pages_work_under_a_policy_that_allows_nothing_inline() {
    for (path, html) in site(&sample()).iter().filter(|(path, _)| has(path, "html")) {
        for inline in [" style=", "<style", "<script>", " onclick=", " onload=", "javascript:"] {
            assert!(!html.contains(inline), "{path}: {inline}");
        }
    }
}

#[test]
fn a_page_brings_the_symbols_that_it_uses_and_no_others() {
    for (path, html) in site(&sample()).iter().filter(|(path, _)| has(path, "html")) {
        let used: BTreeSet<&str> = html.split("href=\"#i-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let brought: BTreeSet<&str> =
            html.split("<symbol id=\"i-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(used, brought, "{path}");
        assert!(html.ends_with("</body>\n</html>\n"), "{path}");
    }
}

#[test]
fn settings_name_the_site_and_say_a_line_above_every_page() {
    let mut files = sample();
    let more = "tagline = \"<b>\"\nlanguage = \"en-GB\"\nnotice = \"Ask & you get\"\n";
    files[0].1.push_str(more);
    for (path, html) in site(&files).iter().filter(|(path, _)| has(path, "html")) {
        assert!(html.contains("<html lang=\"en-GB\"") && html.contains("<small>&lt;b&gt;</small>"), "{path}");
        assert!(html.contains("<p class=\"notice\">Ask &amp; you get</p>"), "{path}");
    }
    assert!(!site(&sample())["index.html"].contains("class=\"notice\""));
}

#[test]
fn colours_of_the_settings_end_the_style_sheet() {
    let mut files = sample();
    files[0].1.push_str("colors = {brand = \"#112233\", on-brand = \"#ffffff\"}\n");
    let css = site(&files).remove("site.css").unwrap();
    assert!(css.ends_with("@media screen { :root, :root[data-theme] { --brand: #112233; --on-brand: #ffffff; } }\n"));
    assert!(!site(&sample())["site.css"].contains("#112233"));
}

#[test]
fn odd_ids_stay_in_their_folder_and_take_no_page_of_the_site() {
    let mut files = sample();
    for (at, id) in ["../../x", "index", "page-2", "A/B", "con", "É", "", "SVC-A"].iter().enumerate() {
        files.push((
            format!("sms/service/f{at}.yaml"),
            format!("kind: service\nid: '{id}'\ntitle: t\nstatus: live\nowner: team-a\n"),
        ));
    }
    let (summary, files) = built(&files);
    assert_eq!(summary.records, 5 + 8);
    let mut folded = BTreeSet::new();
    for path in files.keys() {
        assert!(path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')), "{path}");
        assert!(
            path.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/')),
            "{path}"
        );
        assert!(folded.insert(path.to_lowercase()), "{path}");
    }
    assert!(files["services/index.html"].contains("<table"), "the list is not overwritten");
}

#[test]
fn of_two_records_with_one_id_the_first_has_the_page() {
    let mut files = sample();
    files.push(("sms/ci/second/ci-b.yaml".to_owned(), record("ci", "ci-b", "").1.replace("The ci-b", "Another")));
    let files = site(&files);
    assert!(files["configuration-items/ci-b.html"].contains("<h1>The ci-b</h1>"));
    assert!(files["configuration-items/index.html"].contains("Another"));
}

#[test]
fn a_former_id_leads_on() {
    let files = site(&sample());
    let page = &files["services/svc-old.html"];
    assert!(page.contains("http-equiv=\"refresh\" content=\"0; url=../services/svc-a.html\""), "{page}");
    assert!(page.contains("<a href=\"../services/svc-a.html\">"));
}

#[test]
fn long_lists_come_in_pages_that_are_all_linked() {
    let files: Vec<_> = (0..450).map(|at| record("ci", &format!("ci-{at:04}"), "")).collect();
    let files = site(&files);
    let rows = |path: &str| files[path].matches("<tr data-state").count();
    let pages = ["index", "page-2", "page-3"].map(|page| format!("configuration-items/{page}.html"));
    assert_eq!(pages.each_ref().map(|path| rows(path)), [200, 200, 50]);
    assert!(!files.contains_key("configuration-items/page-4.html"));
    for path in &pages {
        for other in &pages {
            assert!(files[path].contains(&format!("href=\"../{other}\"")), "{path} to {other}");
        }
    }
    assert!(files.contains_key("findings-2.html"), "many findings come in pages as well");
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let files = site(&sample());
    let manifest: serde_json::Value = serde_json::from_str(&files[MANIFEST]).unwrap();
    let listed: BTreeMap<String, String> = serde_json::from_value(manifest["files"].clone()).unwrap();
    assert_eq!(listed.len() + 1, files.len());
    for (path, hash) in listed {
        assert_eq!(hash, super::hash(files[&path].as_bytes()), "{path}");
    }
}

#[test]
fn data_is_beside_the_pages() {
    let files = site(&sample());
    let json: serde_json::Value = serde_json::from_str(&files["configuration-items/configuration-items.json"]).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    let csv = &files["configuration-items/configuration-items.csv"];
    assert!(csv.starts_with("id,title,status,"), "{csv}");
    assert!(csv.contains("configuration-items/ci-b.html"));
    for (path, text) in &files {
        if has(path, "json") {
            assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{path}");
        }
    }
    assert!(files["inventory.json"].contains("\"address\":\"services/svc-a.html\""));
}

#[test]
fn a_record_shows_what_it_is_joined_to_both_ways() {
    let files = site(&sample());
    let service = &files["services/svc-a.html"];
    assert!(service.contains("Relies on") && service.contains("ci-gone"), "{service}");
    let item = &files["configuration-items/ci-b.html"];
    assert!(item.contains("needed by") && item.contains("runs on in part"), "{item}");
    assert!(item.contains("href=\"https://x.y/?a=1&amp;b=2\""));
    let team = &files["teams/team-a.html"];
    assert!(team.contains("Referred to by") && team.contains("Configuration items, owner"), "{team}");
    assert!(files["rules/index.html"].contains("service-no-sla"));
    assert!(files["rules/service-no-sla.html"].contains("svc-a.html"));
    assert!(files["index.html"].contains("Review due"));
}

#[test]
fn an_empty_repository_has_a_site() {
    let (summary, files) = built(&[]);
    assert_eq!(summary.records, 0);
    assert!(files["index.html"].contains("There are no records yet."));
    assert!(files["risks/index.html"].contains("No risks"));
}

#[test]
fn broken_and_huge_records_do_not_stop_the_site() {
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    let files = vec![
        ("sms/ci/a.yaml".to_owned(), String::new()),
        ("sms/ci/b.yaml".to_owned(), "{{{{".to_owned()),
        ("sms/ci/c.yaml".to_owned(), "kind: ci\n".to_owned()),
        (
            "sms/ci/d.yaml".to_owned(),
            format!("kind: ci\nid: d\ntitle: 5\nstatus: []\nowner: {{}}\ntags: {deep}\nrelations: 7\n"),
        ),
        (
            "sms/ci/e.yaml".to_owned(),
            format!("kind: ci\nid: e\ntitle: \"{}\"\ndescription: \"{}\"\n", "t".repeat(9_000), "d ".repeat(300_000)),
        ),
    ];
    let files = site(&files);
    assert!(files["configuration-items/e.html"].len() < 300_000);
    assert!(files.contains_key("configuration-items/d.html"));
}

#[test]
fn own_templates_win_and_may_extend_the_built_in_ones() {
    let mut files = sample();
    let own = "{% extends \"builtin/record.html\" %}{% block lead %}Own words{% endblock lead %}";
    files.push(("templates/record.html".to_owned(), own.to_owned()));
    files.push(("templates/site.css".to_owned(), "body { color: red }".to_owned()));
    let files = site(&files);
    assert!(files["services/svc-a.html"].contains("Own words"));
    assert_eq!(files["site.css"], "body { color: red }");
}

#[test]
fn a_wrong_template_or_a_dead_link_in_one_is_an_error_with_its_name() {
    let told = |template: &str| {
        let mut files = sample();
        files.push(("templates/404.html".to_owned(), template.to_owned()));
        with(&files, |input| build(input, &MemorySink::default()).unwrap_err().to_string())
    };
    assert!(told("{{ nothing_like_it }}").contains("404.html"));
    assert!(told("{% if %}").contains("404.html"));
    assert!(told("{{ link(to=\"gone.html\") }}").contains("gone.html"));
}

#[test]
fn a_refused_file_stops_the_build_with_its_path() {
    struct Full;
    impl Sink for Full {
        fn put(&self, path: &str, _: &[u8]) -> io::Result<()> {
            if path == "site.css" { Err(io::Error::other("full")) } else { Ok(()) }
        }
    }
    let error = with(&sample(), |input| build(input, &Full).unwrap_err());
    assert!(error.to_string().contains("site.css"));
}

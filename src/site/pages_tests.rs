//! Pages of small repositories, by what is special about a record, a list or a link.

use super::fixture::{record, section, site, story};

#[test]
fn a_list_of_mappings_is_a_table_and_a_mapping_a_list_of_facts() {
    let text = "steps:\n  - {at: 2026-11-01, what: One & two}\n  - {at: 2026-11-02, what: Three}\nnotes: {deep: {deeper: '<x>'}}\n";
    let page = site(&[record("problem", "prb-a", text)]).remove("problems/prb-a.html").unwrap();
    assert!(page.contains("<th scope=\"col\">At</th><th scope=\"col\">What</th>"), "{page}");
    assert!(page.contains("<td>One &amp; two</td>") && page.contains("<dt>Deeper</dt><dd>&lt;x&gt;</dd>"));
    assert!(page.contains("<div class=\"scroll\" tabindex=\"0\">"), "a wide table can be scrolled with keys");
}

#[test]
fn days_and_instants_are_said_in_words_and_kept_for_programs() {
    let text =
        "resolved_at: 2026-11-09T12:30:00+01:00\nplanned: {start: 2026-12-05T22:00:00Z, end: 2026-12-05T23:30:00Z}\n";
    let page = site(&[record("incident", "inc-a", text)]).remove("incidents/inc-a.html").unwrap();
    assert!(page.contains("9 Nov 2026, 11:30 UTC"), "{page}");
    assert!(page.contains("5 Dec 2026, 22:00 to 23:30 UTC"));
}

#[test]
fn pages_of_records_lead_back_to_the_list_of_their_own_kind() {
    let files = site(&[record("service", "svc-a", ""), record("ci", "ci-a", ""), record("service", "svc-b", "")]);
    for (page, steps) in [
        ("services/svc-a.html", &["../services/index.html"][..]),
        ("configuration-items/ci-a.html", &["../areas/configuration.html", "../configuration-items/index.html"]),
        ("services/svc-b.html", &["../services/index.html"]),
    ] {
        let (_, trail) = files[page].split_once("<nav class=\"crumbs\"").unwrap();
        let (trail, _) = trail.split_once("</nav>").unwrap();
        let links: Vec<&str> = trail.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!((links[0], &links[1..]), ("../index.html", steps), "{page}");
    }
}

#[test]
fn a_rating_is_told_by_its_level_where_there_is_little_room() {
    let text = "residual: {likelihood: 2, impact: 3, score: 6, level: medium}\n";
    let page = site(&[record("risk", "rsk-a", text)]).remove("risks/rsk-a.html").unwrap();
    let (_, strip) = page.split_once("<dl class=\"strip\">").unwrap();
    let (strip, _) = strip.split_once("</dl>").unwrap();
    assert!(strip.contains("<dt>Residual</dt><dd>medium</dd>"), "{strip}");
}

#[test]
fn references_lead_to_records_and_tell_what_is_missing() {
    let files = site(&story(
        "
        == team team-a active
        == service svc-a live
        owner: team-a
        customers: [cus-none]
        links: [{rel: see, to: 'https://x.y/z'}, {rel: risk, to: rsk-none}]
",
    ));
    let page = &files["services/svc-a.html"];
    assert!(page.contains("<a href=\"../teams/team-a.html\">The team-a</a>"), "{page}");
    assert!(page.contains("<code>cus-none</code>") && page.contains("<code>rsk-none</code>"));
    assert!(page.contains("rel=\"noopener noreferrer\" href=\"https://x.y/z\""));
}

#[test]
fn a_picture_draws_each_kind_of_box_once_and_uses_it_again() {
    let files = site(&story(
        "
        == service svc-a live
        relations: [ci-a, ci-b, ci-c]
        == ci ci-a live
        == ci ci-b live
        == ci ci-c live
",
    ));
    let page = &files["services/svc-a.html"];
    assert_eq!(page.matches("<g id=\"b-ci\">").count(), 1, "{page}");
    assert_eq!(page.matches("<use href=\"#b-ci\"/>").count(), 3);
    assert_eq!(page.matches("<use href=\"#b-service\"/>").count(), 1);
    assert_eq!(page.matches("<path class=\"gr\"").count(), 1, "lines of one width are one path");
    let (_, lists) = page.split_once("<h3>Relies on</h3>").unwrap();
    for id in ["ci-a", "ci-b", "ci-c"] {
        assert!(lists.contains(&format!("configuration-items/{id}.html")), "{id}");
    }
}

#[test]
fn below_a_picture_is_listed_what_stands_two_steps_away_and_only_that() {
    let files = site(&story(
        "
        == service svc-a live
        relations: [ci-a]
        == service svc-b live
        relations: [svc-a]
        == service svc-c live
        relations: [svc-b]
        == ci ci-a live
        relations: [ci-b, ci-gone]
        == ci ci-b live
",
    ));
    let lists = |path: &str| {
        let (_, rest) = files[path].split_once("<summary>What stands two steps away, as lists</summary>")?;
        Some(rest.split_once("</details>")?.0.to_owned())
    };
    let lists_of_a = lists("services/svc-a.html").unwrap();
    let (before, behind) = lists_of_a.split_once("<h3>What it relies on through others</h3>").unwrap();
    assert!(before.contains("<h3>What relies on it through others</h3>") && before.contains("svc-c.html"), "{before}");
    assert!(behind.contains("ci-b.html") && behind.contains("<code>ci-gone</code>"), "{behind}");
    assert!(!lists_of_a.contains("svc-b.html") && !lists_of_a.contains("ci-a.html"), "near ones are relations");
    let of_pair = site(&story("== service svc-a live\n        relations: [ci-a]\n        == ci ci-a live\n"));
    let page = &of_pair["services/svc-a.html"];
    assert!(page.contains("<svg viewBox") && !page.contains("two steps away"), "nothing to list");
}

#[test]
fn what_is_missing_is_drawn_as_missing() {
    let files = site(&story("== service svc-a live\nrelations: [ci-gone]\n"));
    let page = &files["services/svc-a.html"];
    assert!(page.contains("class=\"n lost\"") && page.contains(">No such record</text>"), "{page}");
    assert!(!page.contains("href=\"../configuration-items/ci-gone.html\""));
}

#[test]
fn a_record_with_findings_says_so_at_its_top_and_how_to_mend_them() {
    let files = site(&[record("ci", "ci-a", "odd: 1\n")]);
    let page = &files["configuration-items/ci-a.html"];
    let (top, rest) = page.split_once("id=\"findings\"").unwrap();
    assert!(top.contains("class=\"callout bad\"") && top.contains("href=\"#findings\""), "{top}");
    assert!(rest.contains("rules/field-unknown.html") && rest.contains("sms/ci/ci-a.yaml:6:1"), "{rest}");
}

#[test]
fn a_record_that_is_not_for_all_eyes_bears_a_tag() {
    let files = site(&[
        record("ci", "ci-a", "classification: confidential\n"),
        record("ci", "ci-b", "classification: public\n"),
    ]);
    assert!(files["configuration-items/ci-a.html"].contains("Confidential</span>"));
    assert!(!files["configuration-items/ci-b.html"].contains("Public</span>"));
}

#[test]
fn dated_lists_have_the_newest_first_and_others_go_by_id() {
    let incident = |id: &str, day: &str| record("incident", id, &format!("reported_at: {day}T10:00:00Z\n"));
    let files = site(&[
        incident("inc-a", "2026-01-01"),
        incident("inc-b", "2026-03-01"),
        incident("inc-c", "2026-02-01"),
        record("ci", "ci-b", ""),
        record("ci", "ci-a", ""),
    ]);
    let order = |path: &str, ids: [&str; 3]| {
        let page = &files[path];
        ids.map(|id| page.find(&format!("{id}.html")).unwrap_or(usize::MAX)).is_sorted()
    };
    assert!(order("incidents/index.html", ["inc-b", "inc-c", "inc-a"]));
    assert!(order("configuration-items/index.html", ["ci-a", "ci-b", "none"]));
}

#[test]
fn states_can_be_chosen_where_there_are_several() {
    let closed = |id: &str| {
        let (path, text) = record("incident", id, "");
        (path, text.replace("status: live", "status: closed"))
    };
    let open = |id: &str| {
        let (path, text) = record("incident", id, "");
        (path, text.replace("status: live", "status: in_progress"))
    };
    let files = site(&[closed("inc-a"), open("inc-b"), open("inc-c")]);
    let page = &files["incidents/index.html"];
    assert!(page.contains("data-filter=\"closed\"") && page.contains("data-filter=\"in_progress\""), "{page}");
    assert!(page.contains("<span class=\"muted\">2</span>"));
    let one = site(&[closed("inc-a"), closed("inc-b")]).remove("incidents/index.html").unwrap();
    assert!(!one.contains("data-filters"), "nothing to choose from");
}

#[test]
fn what_comes_next_is_told_with_its_day() {
    let files = site(&story(
        "
        == certification cert-a valid
        valid_until: 2026-12-31
        == risk rsk-a monitored
        review: {interval: 90d, last: 2026-09-01}
        == risk rsk-far monitored
        review: {interval: 365d, last: 2026-09-01}
",
    ));
    let home = &files["index.html"];
    let (_, coming) = home.split_once("Coming up").unwrap();
    let (coming, _) = coming.split_once("</div>").unwrap();
    assert!(coming.contains("Review due: <a href=\"risks/rsk-a.html\">") && coming.contains("30 Nov"), "{coming}");
    assert!(!coming.contains("rsk-far"));
}

#[test]
fn the_overview_tells_findings_in_short() {
    let home = site(&[record("ci", "ci-a", "odd: 1\n")]).remove("index.html").unwrap();
    let (_, attention) = home.split_once("id=\"h-att\"").unwrap();
    assert!(attention.contains("rules/field-unknown.html"), "{attention}");
    assert!(!attention.contains("To mend it") && !attention.contains("class=\"place\""), "{attention}");
}

#[test]
fn relations_say_by_which_word_and_how_firmly() {
    let files = site(&story(
        "
        == ci ci-app live
        relations:
          - {type: runs_on, to: ci-x}
          - {type: depends_on, to: ci-soft, strength: soft}
        redundancy: [{of: [ci-x], min_up: 1}]
        == ci ci-x live
        == ci ci-soft live
",
    ));
    let relies = &files["configuration-items/ci-app.html"];
    assert!(relies.contains("depends on in part") && relies.contains("runs on"), "{relies}");
    let (_, lists) = files["configuration-items/ci-x.html"].split_once("Relied on by").unwrap();
    assert!(lists.contains("<a href=\"ci-app.html\">"), "{lists}");
}

#[test]
fn a_file_with_several_records_gives_each_its_own_text() {
    let text = "kind: measurement\nid: msr-a\ntitle: First\nstatus: final\nowner: team-a\nmetric: met-a\nperiod: 2026-09\nvalue: 1\n---\n\
                kind: measurement\nid: msr-b\ntitle: Second\nstatus: final\nowner: team-a\nmetric: met-a\nperiod: 2026-10\nvalue: 2\n";
    let files = site(&[("sms/measurement/all.yaml".to_owned(), text.to_owned())]);
    let raw = |id: &str| section(&files[&format!("measurements/{id}.html")], "record").to_owned();
    assert!(raw("msr-a").contains("First") && !raw("msr-a").contains("Second"), "{}", raw("msr-a"));
    assert!(raw("msr-b").contains("Second") && !raw("msr-b").contains("First"));
}

#[test]
fn every_page_about_many_kinds_is_there_for_an_empty_repository() {
    let files = site(&[]);
    for path in [
        "attention.html",
        "calendar/index.html",
        "calendar/calendar.ics",
        "clauses/index.html",
        "configuration-map/index.html",
        "configuration-map/data.js",
        "feeds/changes.atom",
        "api/v1/index.json",
        "api/v1/status.json",
        "api/v1/service-levels.json",
        "badges/records.svg",
        "glossary.html",
        "search/titles.js",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
    assert!(!files["index.html"].contains("id=\"month\""), "an empty month is not shown");
}

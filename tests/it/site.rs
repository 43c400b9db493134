//! The published site of the sample and of small repositories, as files: every page is whole, every link leads somewhere,
//! what did not change is not written, what is gone goes, and the edition for everybody says nothing more than it may.

mod whole;

use std::collections::{BTreeMap, BTreeSet};

use whole::{fragments, links, unbalanced};

use crate::program::{DAY, Folder, project};

/// Files of a site by path.
type Files = BTreeMap<String, String>;

/// Makes a site of the folder at `root` and reads it.
#[track_caller]
fn made(folder: &Folder, root: &str, more: &[&str]) -> Files {
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    folder.run(&[&["-C", root, "site", "-o", out, "--as-of", DAY, "-q"], more].concat()).clean();
    let files = folder.files("out").into_iter();
    files.map(|path| (path.strip_prefix("out/").unwrap().to_owned(), folder.read(&path))).collect()
}

fn sample(more: &[&str]) -> Files {
    made(&Folder::new(), project().to_str().unwrap(), more)
}

fn is_page(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "html")
}

/// What is wrong with the pages of a site.
fn complaints(files: &Files) -> Vec<String> {
    let mut found = Vec::new();
    let anchors: BTreeMap<&str, BTreeSet<&str>> =
        files.iter().filter(|(path, _)| is_page(path)).map(|(path, html)| (path.as_str(), fragments(html))).collect();
    for (path, html) in files.iter().filter(|(path, _)| is_page(path)) {
        found.extend(unbalanced(html).into_iter().map(|words| format!("{path}: {words}")));
        for (target, fragment) in links(path, html) {
            if !files.contains_key(&target) {
                found.push(format!("{path} leads to {target}, which is not there"));
            } else if let Some(fragment) = fragment.filter(|_| is_page(&target))
                && !anchors[target.as_str()].contains(fragment.as_str())
            {
                found.push(format!("{path} leads to #{fragment} of {target}, which is not there"));
            }
        }
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
            found.push(format!("{path} has an id twice"));
        }
        for inline in [" style=", "<style", " onclick=", "<script>"] {
            if html.contains(inline) {
                found.push(format!("{path} has {inline}"));
            }
        }
    }
    found
}

#[test]
fn every_page_of_the_sample_is_whole_and_every_link_leads_to_its_place() {
    let files = sample(&[]);
    assert!(files.len() > 1_500, "{}", files.len());
    let complaints = complaints(&files);
    assert!(
        complaints.is_empty(),
        "{} complaints, such as {:#?}",
        complaints.len(),
        &complaints[..complaints.len().min(9)]
    );
}

#[test]
fn the_sample_answers_what_readers_come_with() {
    let files = sample(&[]);
    for (path, answers) in [
        ("index.html", &["Promises kept", "Needs attention", "Changes in Nov 2026", "How likely, how bad"][..]),
        ("services/svc-settlement.html", &["Promised and kept", "Where the promise is weakest", "What went wrong"]),
        ("slas/sla-settlement-lumenpay.html", &["Over time", "What the customer was told", "class=\"miss\""]),
        ("risks/index.html", &["How likely, how bad", "class=\"heat\""]),
        ("calendar/2026-12.html", &["Freeze: Year-end freeze 2026", "What gets in the way of what"]),
        ("clauses/index.html", &["Records show", "class=\"tiles"]),
        ("configuration-map/index.html", &["<svg id=\"map\"", "The same as a table"]),
        ("processes/index.html", &["The process map", "What they give to one another"]),
        ("contracts/index.html", &["When they end"]),
        ("metrics/index.html", &["class=\"months\""]),
        ("attention.html", &["By owner", "What comes due"]),
        ("glossary.html", &["Kinds of record"]),
    ] {
        for answer in answers {
            assert!(files[path].contains(answer), "{path} does not tell '{answer}'");
        }
    }
}

#[test]
fn the_edition_for_everybody_is_whole_and_names_no_record_that_is_not_public() {
    let everything = sample(&[]);
    let public = sample(&["--edition", "public"]);
    let complaints = complaints(&public);
    assert!(complaints.is_empty(), "{complaints:#?}");
    let listed = |files: &Files| -> BTreeSet<String> {
        let inventory: serde_json::Value = serde_json::from_str(&files["inventory.json"]).unwrap();
        let ids = inventory.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    let shown = listed(&public);
    assert!((5..100).contains(&shown.len()), "{}", shown.len());
    // Whole words only: an id may be a part of another one.
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for text in public.values() {
        said.extend(text.split(|c: char| !is_word(c)));
    }
    // Folders have the names of kinds, and so have some records.
    let folders: BTreeSet<&str> = public.keys().filter_map(|path| path.split('/').next()).collect();
    let is_hidden = |id: &String| !shown.contains(id) && id.contains('-') && !folders.contains(id.as_str());
    let hidden: Vec<String> = listed(&everything).into_iter().filter(is_hidden).collect();
    assert!(hidden.len() > 1_000);
    let leaked: Vec<&String> = hidden.iter().filter(|id| said.contains(id.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
    for path in ["findings.html", "attention.html", "rules/index.html", "clauses/index.html"] {
        assert!(everything.contains_key(path) && !public.contains_key(path), "{path}");
    }
}

/// A small repository of records.
fn small() -> Folder {
    let team = "kind: team\nid: team-a\ntitle: Team A\nstatus: active\nowner: zelda-quist\n";
    let ann = "kind: person\nid: zelda-quist\ntitle: Zelda Quist\nstatus: active\nowner: team-a\njob: Head of lines\n";
    let service = "kind: service\nid: svc-a\ntitle: Lines\nstatus: live\nowner: zelda-quist\ndescription: Ask Zelda.\n";
    let risk = "kind: risk\nid: rsk-a\ntitle: Rain\nstatus: identified\nowner: team-a\n";
    Folder::with(&[
        ("gitsm.toml", "format = 1\n"),
        ("sms/team/team-a.yaml", team),
        ("sms/person/zelda-quist.yaml", ann),
        ("sms/service/svc-a.yaml", service),
        ("sms/risk/rsk-a.yaml", risk),
    ])
}

#[test]
fn a_second_run_writes_only_what_changed_and_takes_away_what_is_gone() {
    let folder = small();
    let run = |more: &[&str]| folder.run(&[&["site", "-o", "out", "--as-of", DAY], more].concat()).out;
    let first = run(&[]);
    assert!(first.contains("0 up to date, 0 removed"), "{first}");
    let when = |path: &str| std::fs::metadata(folder.path().join(path)).unwrap().modified().unwrap();
    let (kept, before) = ("out/services/svc-a.html", when("out/services/svc-a.html"));
    assert!(run(&[]).contains(": 0 written,"), "nothing changed");
    folder.replace("sms/risk/rsk-a.yaml", "title: Rain", "title: Snow");
    let changed = run(&[]);
    assert!(!changed.contains(": 0 written,") && !changed.contains(" 0 up to date"), "{changed}");
    assert!(folder.read("out/risks/rsk-a.html").contains("Snow"));
    assert_eq!(when(kept), before, "a page that says nothing of it is left alone");
    folder.write("out/mine.txt", "keep me");
    std::fs::remove_file(folder.path().join("sms/risk/rsk-a.yaml")).unwrap();
    let gone = run(&[]);
    assert!(!gone.contains(" 0 removed"), "{gone}");
    assert!(!folder.files("out").contains(&"out/risks/rsk-a.html".to_owned()));
    assert_eq!(folder.read("out/mine.txt"), "keep me", "what is not ours stays");
}

/// Edits of the sample, one after the other: a file, what stands in it, and what comes there.
const EDITS: [(&str, &str, &str); 6] = [
    ("sms/service/svc-customs-exchange.yaml", "title: Customs", "title: The customs"),
    ("sms/service/svc-customs-exchange.yaml", "brings the answers back", "brings all answers back"),
    ("sms/incident/2026/inc-2026-01-18-booking-down.yaml", "04:05:00", "04:15:00"),
    ("sms/ci/facilities/ci-generator-oslo.yaml", "owner: ", "# Who answers for it:\nowner: "),
    ("sms/ci/facilities/ci-generator-oslo.yaml", "owner: ", "owner: nobody-at-all # was "),
    ("sms/ci/facilities/ci-generator-oslo.yaml", "owner: nobody-at-all # was ", "owner: "),
];

#[test]
fn after_edits_in_a_clone_the_site_is_as_if_made_afresh_and_what_was_touched_by_hand_is_mended() {
    let folder = Folder::new();
    for (path, text) in crate::chain::sample() {
        folder.write(&path, text);
    }
    git2::Repository::init(folder.path()).unwrap();
    let run = |out: &str| folder.run(&["site", "-o", out, "--as-of", DAY]).out;
    run("out");
    assert!(folder.files(".git/gitsm").len() > 1, "what was read is kept");
    for (file, from, to) in EDITS {
        folder.replace(file, from, to);
        run("out");
        std::fs::remove_dir_all(folder.path().join("fresh")).ok();
        // What the run before kept is put aside, so that the other site is made from the records alone.
        let [kept, aside] = [".git/gitsm", ".git/aside"].map(|path| folder.path().join(path));
        std::fs::rename(&kept, &aside).unwrap();
        run("fresh");
        std::fs::remove_dir_all(&kept).unwrap();
        std::fs::rename(&aside, &kept).unwrap();
        let files = |of: &str| -> Files {
            let paths = folder.files(of).into_iter();
            paths.map(|path| (path[of.len()..].to_owned(), folder.read(&path))).collect()
        };
        let (again, fresh) = (files("out"), files("fresh"));
        let differ: Vec<&String> = fresh.keys().filter(|path| again.get(*path) != fresh.get(*path)).collect();
        assert!(differ.is_empty() && again.len() == fresh.len(), "after {file}: {differ:?}");
    }
    let page = "out/policies/index.html";
    let before = folder.read(page);
    folder.write(page, "by hand");
    folder.replace(EDITS[0].0, EDITS[0].2, EDITS[0].1);
    run("out");
    assert_eq!(folder.read(page), before, "what was touched by hand");
}

#[test]
fn nothing_is_kept_in_the_clone_where_the_settings_say_so_or_jobs_stand_for_people() {
    for (settings, kept) in [("", true), ("[evidence]\ncache = false\n", false), ("[site]\nnames = \"roles\"\n", false)]
    {
        let folder = small();
        git2::Repository::init(folder.path()).unwrap();
        folder.write("gitsm.toml", format!("format = 1\n{settings}"));
        folder.run(&["site", "-o", "out", "--as-of", DAY]).clean();
        assert_eq!(folder.path().join(".git/gitsm").exists(), kept, "{settings}");
    }
}

#[test]
fn the_other_edition_in_the_same_folder_leaves_nothing_of_the_first() {
    let folder = small();
    folder.replace("sms/service/svc-a.yaml", "status: live\n", "status: live\nclassification: public\n");
    folder.run(&["site", "-o", "out", "--as-of", DAY]).clean();
    folder.run(&["site", "-o", "out", "--as-of", DAY, "--edition", "public"]).clean();
    let files = folder.files("out");
    assert!(files.contains(&"out/services/svc-a.html".to_owned()));
    for path in files {
        assert!(!path.contains("rsk-a") && !path.contains("zelda-quist"), "{path}");
        assert!(!folder.read(&path).contains("Rain"), "{path}");
    }
}

#[test]
fn roles_stand_in_place_of_names_when_the_settings_say_so() {
    let folder = small();
    folder.write("gitsm.toml", "format = 1\n[site]\nnames = \"roles\"\n");
    let files = made(&folder, ".", &[]);
    assert!(files.contains_key("people/head-of-lines.html"));
    assert!(files["services/svc-a.html"].contains("Ask Head of lines."), "{}", files["services/svc-a.html"]);
    for (path, text) in &files {
        for name in ["Zelda", "Quist", "zelda-quist"] {
            assert!(!path.contains(name) && !text.contains(name), "{path} names {name}");
        }
    }
    folder.write("gitsm.toml", "format = 1\n[site]\nnames = \"nobody\"\n");
    let told = folder.run(&["site", "-o", "out"]).refused();
    assert!(told.contains("gitsm.toml:3:9"), "{told}");
}

#[test]
fn a_mistake_in_a_template_is_told_with_file_and_line() {
    let folder = small();
    folder.write("templates/foot.html", "<footer>\n{% if public %}\n</footer>\n");
    let told = folder.run(&["site", "-o", "out", "--as-of", DAY]).refused();
    assert!(told.contains("foot.html:4:1"), "{told}");
}

#[test]
fn a_template_of_ones_own_takes_the_place_of_one_page_alone() {
    let folder = small();
    folder.write(
        "templates/404.html",
        "{% extends \"base.html\" %}{% block content %}<h1>Lost at sea</h1>{% endblock content %}",
    );
    folder.write("templates/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let files = made(&folder, ".", &[]);
    assert!(files["404.html"].contains("Lost at sea"));
    assert_eq!(files["icon.svg"], "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    assert!(files["services/svc-a.html"].contains("class=\"foot\""), "all else is as it was");
}

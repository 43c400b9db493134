//! `list`, `show`, `graph` and `impact` for people and for other programs.

use crate::program::{DAY, Folder, project};
use crate::repos::copy;

/// A reader of comma-separated values after RFC 4180, written apart from the program's writer.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (quoted, character) {
            (true, '"') if characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') if cell.is_empty() => quoted = true,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') if characters.peek() == Some(&'\n') => {
                characters.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, other) => cell.push(other),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "the last line ends as well: {text:?}");
    rows
}

#[test]
fn csv_gives_every_value_back_as_it_was() {
    let folder = copy("ok-small");
    let title = "a \"quoted\", 日本, = and\\n more";
    folder.write(
        "sms/ci/ci-db.yaml",
        format!(
            "kind: ci\nid: ci-db\ntitle: '{title}'\nstatus: planned\nowner: ann\nci_type: server\nlocation: |\n  two\n  lines\n"
        ),
    );
    let rows = rows(&folder.run(&["list", "ci", "--format", "csv"]).clean());
    assert_eq!(rows[0][..2], ["id", "title"]);
    assert_eq!(rows[2][..2], ["ci-db", title]);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
}

#[test]
fn the_sample_lists_the_same_records_in_every_format() {
    let folder = Folder::new();
    let root = project().to_str().unwrap();
    for kind in ["service", "change", "risk", "measurement", "incident"] {
        let json = folder.json(&["-C", root, "list", kind]);
        let ids: Vec<&str> = json.as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap()).collect();
        let csv = rows(&folder.run(&["-C", root, "list", kind, "--format", "csv"]).clean());
        let from_csv: Vec<&str> = csv[1..].iter().map(|row| row[0].as_str()).collect();
        let table = folder.run(&["-C", root, "list", kind, "-q"]).clean();
        let from_table: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(from_csv, ids, "{kind}");
        assert_eq!(from_table, ids, "{kind}");
    }
}

#[test]
fn conditions_must_all_hold_and_look_into_lists_and_mappings() {
    let folder = copy("ok-small");
    let ids = |conditions: &[&str]| -> Vec<String> {
        let mut arguments = vec!["list", "ci"];
        for condition in conditions {
            arguments.extend(["--where", condition]);
        }
        let json = folder.json(&arguments);
        json.as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["status=planned"]), ["ci-app", "ci-db"]);
    assert_eq!(ids(&["status=planned", "title!=Database"]), ["ci-app"]);
    assert_eq!(ids(&["relations.to=ctr-host"]), ["ci-db"]);
    assert_eq!(ids(&["relations=ci-db"]), ["ci-app"]);
    assert_eq!(ids(&["status=live"]).len(), 0);
    assert_eq!(ids(&["version!=1"]).len(), 2, "what is not there is not equal");
}

#[test]
fn a_kind_is_found_by_its_plural_too() {
    let folder = copy("ok-small");
    let singular = folder.run(&["list", "service"]).clean();
    assert_eq!(folder.run(&["list", "services"]).clean(), singular);
    assert!(singular.ends_with("\n1 service\n"), "{singular}");
    assert!(folder.run(&["list", "ci"]).clean().ends_with("\n2 configuration items\n"));
    assert!(folder.run(&["list", "risk"]).clean().ends_with("\n0 risks\n"));
}

#[test]
fn a_former_id_shows_the_record_and_its_impact() {
    let folder = copy("alias-resolves");
    let shown = folder.json(&["show", "ci-old"]);
    assert_eq!(shown["record"]["id"], "ci-new");
    assert_eq!(shown["referred_to_by"][0]["id"], "ci-user", "{shown:#}");
    let impact = |id: &str| folder.json(&["impact", id, "--as-of", DAY]);
    assert_eq!(impact("ci-old"), impact("ci-new"));
    assert_eq!(folder.json(&["graph", "ci-old"]), folder.json(&["graph", "ci-new"]));
}

#[test]
fn pictures_hold_every_node_and_edge_of_the_json_and_escape_titles() {
    let folder = copy("ok-small");
    folder.replace("sms/ci/ci-db.yaml", "Database", "'A \"big\" <db> | [x] {y} \\ 日本'");
    let json = folder.json(&["graph"]);
    let (nodes, edges) = (json["nodes"].as_array().unwrap().len(), json["edges"].as_array().unwrap().len());
    let dot = folder.run(&["graph", "--format", "dot"]).clean();
    assert!(dot.starts_with("digraph") && dot.trim_end().ends_with('}'), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), edges, "{dot}");
    assert!(dot.matches("label=\"").count() >= nodes, "{dot}");
    assert!(dot.contains("\\\"big\\\""), "quotes are escaped: {dot}");
    let mermaid = folder.run(&["graph", "--format", "mermaid"]).clean();
    assert!(mermaid.starts_with("flowchart "), "{mermaid}");
    assert_eq!(mermaid.matches("-->").count() + mermaid.matches("-.->").count(), edges, "{mermaid}");
    let line = mermaid.lines().find(|line| line.contains("big")).unwrap();
    assert_eq!(line.matches('"').count(), 2, "only the quotes around the label: {line}");
    assert!(!line.contains("<db>"), "no markup from titles: {line}");
}

#[test]
fn titles_cannot_steer_the_terminal() {
    // Colours are forced, since without them escape sequences are taken out on the way.
    let folder = copy("ok-small").env("CLICOLOR_FORCE", "1");
    folder.write(
        "sms/ci/ci-db.yaml",
        "kind: ci\nid: ci-db\ntitle: \"\\e[31mred\\a\\r\\n\\u202Eabc\"\nstatus: planned\nowner: ann\nci_type: server\nonwer: \"\\e[2J\"\n",
    );
    for arguments in [&["list", "ci"][..], &["show", "ci-db"], &["impact", "ci-db"], &["check"], &["show", "ci-app"]] {
        let run = folder.run(arguments);
        let steering = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        let bad = run.out.replace("\u{1b}[", "").chars().find(steering);
        let ours = arguments[0] == "check";
        assert_eq!(bad, None, "{arguments:?}: {run:?}");
        assert_eq!(run.out.contains('\u{1b}'), ours, "only the report has colours, its own: {run:?}");
        assert!(!run.out.contains("[2J\u{1b}") && !run.out.contains("\u{1b}[2J"), "{run:?}");
    }
}

#[test]
fn a_service_that_nothing_needs_is_told_with_its_own_agreements_alone() {
    let text = copy("ok-small").run(&["impact", "svc-shop"]).clean();
    assert_eq!(
        text,
        "If Web shop (svc-shop) is down:\n\nnothing else feels it.\nServices: svc-shop\nSLAs: sla-shop\n\
         Customers: cus-shop\nNext: `gitsm show svc-shop`, or `gitsm graph svc-shop` for a picture\n"
    );
}

//! Records that are good YAML and large where nobody expects it.

use std::fmt::Write as _;

/// Bulk files of configuration items and services, each with a name.
pub(super) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("50,000 tags", one(&format!("tags: [{}]", join(50_000, |n| format!("t{n}"))))),
        ("50,000 times one tag", one(&format!("tags: [{}]", join(50_000, |_| "t".to_owned())))),
        ("50,000 former ids", one(&format!("aliases: [{}]", join(50_000, |n| format!("old-{n}"))))),
        ("20,000 relations to one item", one(&format!("relations: [{}]", join(20_000, |_| "ci-b".to_owned())))),
        ("20,000 relations to nothing", one(&format!("relations: [{}]", join(20_000, |n| format!("ci-{n}"))))),
        ("5,000 members of a group", group(5_000, 1)),
        ("200 groups of 200 members", group(200, 200)),
        ("20,000 wrong words", one(&format!("links: [{}]", join(20_000, |_| "{rel: a, too: b}".to_owned())))),
        ("a chain of 5,000 items", landscape(5_000, |n| vec![n + 1])),
        ("a circle of 5,000 items", landscape(5_000, |n| vec![(n + 1) % 5_000])),
        ("2,000 items that need one", landscape(2_000, |_| vec![0])),
        ("100 items that need each other", landscape(100, |_| (0..100).collect())),
        ("5,000 items of one id", "---\nkind: ci\nid: ci-a\ntitle: A\nstatus: planned\n".repeat(5_000)),
    ]
}

fn join(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

fn head(number: usize) -> String {
    format!(
        "---\nkind: ci\nid: ci-{number}\ntitle: Item\nstatus: live\nowner: team-a\nci_type: server\ncriticality: high\n"
    )
}

fn one(line: &str) -> String {
    format!("{}{line}\n", head(0))
}

fn group(members: usize, groups: usize) -> String {
    let names = join(members, |n| format!("ci-m{n}"));
    let groups = join(groups, |_| format!("{{of: [{names}], min_up: 1}}"));
    one(&format!("relations: [{names}]\nredundancy: [{groups}]"))
}

fn landscape(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> String {
    let mut out = String::new();
    for number in 0..count {
        let needs = needs(number).into_iter().map(|to| format!("ci-{to}")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "{}relations: [{needs}]", head(number));
    }
    out
}

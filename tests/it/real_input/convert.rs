//! The status pages of a public project as gitsm records.
//!
//! | there | here |
//! |---|---|
//! | a system of `systems.yml` | a live service; its id is its name as a slug |
//! | an entry of `issues/` | an incident, closed, or for planned work a draft change and a maintenance window |
//! | `affected` | the first name is the incident's `service`, the others its `affects`; all of them for planned work |
//! | `severity` down, disrupted, notice | impact and urgency high, medium, low; category outage, degradation, other |
//! | `date`, `resolvedWhen` | reported and responded, resolved and closed; or the planned window |
//!
//! Names become slugs in the same way everywhere, and nothing is corrected: a name that is no system's stays a name of
//! nothing, and a time that cannot be stays as it is. Times without an offset are UTC by the site's convention.
//!
//! **Planned work** is told by words, since every entry has the same section and any severity: one of [`PLANNED`] begins
//! a word in the title or the file name, and none of [`TROUBLE`] begins one in the title.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::Folder;

/// Beginnings of words that planned work is called by.
pub(super) const PLANNED: [&str; 10] =
    ["maintenance", "upgrade", "ugrade", "migrat", "browno", "restart", "reindex", "operation", "removal", "version"];
/// Beginnings of words that tell of trouble, whatever else the title says.
pub(super) const TROUBLE: [&str; 8] =
    ["outage", "unavailable", "unreachable", "failed", "incident", "disrupt", "expired", "signing"];

/// How many of which record were made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) services: usize,
    pub(super) incidents: usize,
    pub(super) changes: usize,
}

/// Writes the records of the status site at `data` into a folder.
pub(super) fn convert(data: &Path) -> (Folder, Made) {
    let folder = Folder::with(&[("gitsm.toml", "format = 1\n")]);
    let mut made = Made::default();
    write(
        &folder,
        &json!({"kind": "team", "id": "team-infra", "title": "Infrastructure", "status": "active", "owner": "team-infra"}),
    );
    let systems = yaml(&read(&data.join("systems.yml")));
    for system in systems["systems"].as_array().into_iter().flatten() {
        let name = text(&system["name"]);
        let mut record = head("service", &slug(&name), &name, "live");
        if let Some(description) = system["description"].as_str().map(str::trim).filter(|text| !text.is_empty()) {
            record["description"] = json!(description);
        }
        write(&folder, &record);
        made.services += 1;
    }
    let entries = data.join("issues").read_dir().into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let entry = Entry::new(stem, &read(path));
        if entry.is_planned() {
            entry.planned_work().iter().for_each(|record| write(&folder, record));
            made.changes += 1;
        } else {
            write(&folder, &entry.incident());
            made.incidents += 1;
        }
    }
    (folder, made)
}

/// One entry of the status site.
struct Entry {
    stem: String,
    title: String,
    start: String,
    end: String,
    severity: String,
    affected: Vec<String>,
    body: String,
}

impl Entry {
    fn new(stem: String, page: &str) -> Self {
        let mut parts = page.splitn(3, "---\n");
        assert_eq!(parts.next(), Some(""), "{stem} begins with its front matter");
        let front = yaml(parts.next().unwrap_or_default());
        let names = front["affected"].as_array().into_iter().flatten().map(text);
        Self {
            title: text(&front["title"]),
            start: instant(&text(&front["date"])),
            end: instant(&text(&front["resolvedWhen"])),
            severity: text(&front["severity"]),
            affected: names.map(|name| slug(&name)).collect(),
            body: parts.next().unwrap_or_default().trim().to_owned(),
            stem,
        }
    }

    fn is_planned(&self) -> bool {
        let begins = |text: &str, words: &[&str]| {
            let lower = text.to_lowercase();
            let mut parts = lower.split(|c: char| !c.is_alphanumeric());
            parts.any(|part| words.iter().any(|word| part.starts_with(word)))
        };
        (begins(&self.title, &PLANNED) || begins(&self.stem, &PLANNED)) && !begins(&self.title, &TROUBLE)
    }

    fn incident(&self) -> Value {
        let (weight, category, priority) = match self.severity.as_str() {
            "down" => ("high", "outage", "p1"),
            "disrupted" => ("medium", "degradation", "p3"),
            _ => ("low", "other", "p4"),
        };
        let mut record = head("incident", &format!("inc-{}", slug(&self.stem)), &self.title, "closed");
        if let Some((first, others)) = self.affected.split_first() {
            record["service"] = json!(first);
            record["affects"] = json!(others);
        }
        record["reported_at"] = json!(self.start);
        record["responded_at"] = json!(self.start);
        record["resolved_at"] = json!(self.end);
        record["closed_at"] = json!(self.end);
        (record["impact"], record["urgency"], record["priority"]) = (json!(weight), json!(weight), json!(priority));
        record["category"] = json!(category);
        record["assigned_to"] = json!("team-infra");
        record["timeline"] =
            json!([{"at": self.end, "by": "team-infra", "action": "Said on the status page that it is over."}]);
        record["resolution"] = json!(if self.body.is_empty() { "The page says no more." } else { &self.body });
        record["outages"] = json!([{"start": self.start, "end": self.end, "degraded": self.severity != "down"}]);
        record
    }

    fn planned_work(&self) -> [Value; 2] {
        let mut change = head("change", &format!("chg-{}", slug(&self.stem)), &self.title, "draft");
        let window = json!({"start": self.start, "end": self.end});
        (change["category"], change["type"]) = (json!("normal"), json!("modify"));
        change["reason"] = json!(if self.body.is_empty() { "The page says no more." } else { &self.body });
        change["planned"] = window.clone();
        let mut maintenance = head("maintenance_window", &format!("mw-{}", slug(&self.stem)), &self.title, "active");
        maintenance["zone"] = json!("UTC");
        maintenance["dated"] = json!([window]);
        if !self.affected.is_empty() {
            change["affects"] = json!(self.affected);
            maintenance["applies_to"] = json!(self.affected);
        }
        [change, maintenance]
    }
}

fn head(kind: &str, id: &str, title: &str, status: &str) -> Value {
    json!({"kind": kind, "id": id, "title": title, "status": status, "owner": "team-infra"})
}

fn write(folder: &Folder, record: &Value) {
    let yaml = serde_yaml::to_string(record).unwrap_or_else(|error| panic!("{error}: {record}"));
    folder.write(&format!("sms/{}/{}.yaml", text(&record["kind"]), text(&record["id"])), yaml);
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A name as an id: lower case; a single dot, dash or underscore stays, whatever else stands between letters and digits
/// becomes one dash; at most 70 long, so that a prefix still fits.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut between = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            if !slug.is_empty() {
                slug.push_str(match between.as_str() {
                    "" | "." | "-" | "_" => &between,
                    _ => "-",
                });
            }
            between.clear();
            slug.push(character);
        } else {
            between.push(character);
        }
    }
    slug.chars().take(70).collect::<String>().trim_end_matches(['.', '-', '_']).to_owned()
}

/// A time with `T` between day and hours and an offset, when it has the right shape otherwise; else as it is.
fn instant(written: &str) -> String {
    let shape: String = written.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    match shape.as_str() {
        "9999-99-99 99:99:99" | "9999-99-99T99:99:99" => format!("{}+00:00", written.replace(' ', "T")),
        _ => written.to_owned(),
    }
}

//! What people do in place of who they are.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::Tokens;
use crate::base::id::slugify;
use crate::base::source::{Role, Source, Sources};
use crate::load::Snapshot;
use crate::model::{Record, Sms};

/// Fields of a person that say what they do and not who they are.
const KEPT: [&str; 4] = ["status", "owner", "site", "provided_by"];

/// What takes the place of ids, names and parts of names of people.
pub struct Words {
    tokens: Tokens,
    known: BTreeSet<String>,
}

impl Words {
    /// The text with everybody called by their job.
    #[must_use]
    pub fn replace(&self, text: &str) -> String {
        self.tokens.replace(text)
    }

    /// Whether somebody has this id or name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.known.contains(name)
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("known", &self.known.len()).finish_non_exhaustive()
    }
}

/// The same repository with every person called by their job: in their own record, wherever another record names them by
/// id, and where a text has their name or a part of it. Accounts, keys and days of people are left out. With it the words
/// that took the place of others.
#[must_use]
pub fn roles(sms: &Sms<'_>) -> (Snapshot, Words) {
    let old = sms.snapshot;
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    let mut people: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut written = Vec::new();
    for (_, record) in sms.of_kind("person") {
        let job = job(record);
        let id = free(&job, sms, &mut taken);
        words.insert(record.id.to_string(), id.clone());
        let name = record.title().trim();
        words.insert(name.to_owned(), job.clone());
        for part in name.split_whitespace().filter(|part| part.chars().count() > 2) {
            words.entry(part.to_owned()).or_insert_with(|| job.clone());
        }
        written.push((record, id, job));
    }
    for (alias, claimants) in sms.aliases() {
        let person = claimants.first().map(|ix| sms.record(*ix)).filter(|record| record.kind.name == "person");
        if let Some(id) = person.and_then(|record| words.get(record.id.as_str())).cloned() {
            words.insert(alias.to_string(), id);
        }
    }
    for (record, id, job) in written {
        people.entry(record.file.0).or_default().push(person(record, &id, &job));
    }
    let tokens = Tokens::new(&words);
    let files = old.sources.iter().map(|(file, source)| {
        if source.role() != Role::Record {
            return Source::new(source.path(), source.text(), source.role());
        }
        let text = people.get(&file.0).map_or_else(|| source.text().to_owned(), |all| all.join("---\n"));
        Source::new(tokens.replace(source.path()), tokens.replace(&text), source.role())
    });
    let snapshot = Snapshot {
        sources: Sources::new(files.collect()),
        origin: old.origin.clone(),
        as_of: old.as_of,
        settings: old.settings.clone(),
        findings: old.findings.clone(),
        unusable: old.unusable.clone(),
    };
    (snapshot, Words { tokens, known: words.into_keys().collect() })
}

/// What a person does, without a sign that would mean something in YAML.
fn job(record: &Record<'_>) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { ' ' };
    let job: String = record.text("job").unwrap_or_default().chars().map(plain).collect();
    let job = job.split_whitespace().collect::<Vec<_>>().join(" ");
    if job.is_empty() { "Member of staff".to_owned() } else { job }
}

/// An id made of a job that no record has.
fn free(job: &str, sms: &Sms<'_>, taken: &mut BTreeSet<String>) -> String {
    let stem = slugify(job).unwrap_or_else(|| "member-of-staff".to_owned());
    let mut id = stem.clone();
    let mut next = 2;
    while sms.find(&id).is_some() || !taken.insert(id.clone()) {
        id = format!("{stem}-{next}");
        next += 1;
    }
    id
}

fn person(record: &Record<'_>, id: &str, job: &str) -> String {
    let mut text = format!("kind: person\nid: {id}\ntitle: {job}\n");
    for field in KEPT {
        if let Some(value) = record.get(field) {
            text = format!("{text}{field}: {}\n", value.to_json());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, with};

    fn person(id: &str, name: &str, job: &str) -> (String, String) {
        let text = format!(
            "kind: person\nid: {id}\ntitle: {name}\nstatus: active\nowner: {id}\njob: '{job}'\njoined: 2020-01-01\n\
             aliases: [{id}-old]\ngithub: {{login: hl-{id}, id: 1}}\ndescription: Ask {name} at any hour\n"
        );
        (format!("sms/person/{id}.yaml"), text)
    }

    #[test]
    fn nobody_is_named_anywhere() {
        let (path, service) =
            record("service", "svc-a", "description: Built by Ada Vane; Ada knows it, Adamant as she is.\n");
        let files = [
            person("ada-vane", "Ada Vane", "Lead: networks & more"),
            person("bo-lund", "Bo Lund", "Lead: networks & more"),
            (path, service.replace("owner: team-a", "owner: ada-vane-old")),
        ];
        with(&files, |input| {
            let (snapshot, _) = roles(input.sms);
            for (_, source) in snapshot.sources.iter() {
                for name in ["Ada ", "Vane", "Lund", "ada-vane", "bo-lund", "2020", "hl-"] {
                    assert!(
                        !source.text().contains(name) && !source.path().contains(name),
                        "{}: {name}",
                        source.path()
                    );
                }
            }
            let sms = Sms::build(&snapshot, input.sms.catalog);
            let ids: Vec<&str> = sms.of_kind("person").map(|(_, record)| record.id.as_str()).collect();
            assert_eq!(ids, ["lead-networks-more", "lead-networks-more-2"]);
            let (_, service) = sms.of_kind("service").next().unwrap();
            assert_eq!(service.text("owner"), Some("lead-networks-more"));
            let told = service.text("description").unwrap();
            assert_eq!(told, "Built by Lead networks more; Lead networks more knows it, Adamant as she is.");
        });
    }

    #[test]
    fn a_person_without_a_job_is_a_member_of_staff() {
        with(&[record("person", "ann-x", "")], |input| {
            let (snapshot, _) = roles(input.sms);
            let sms = Sms::build(&snapshot, input.sms.catalog);
            assert_eq!(sms.of_kind("person").next().unwrap().1.title(), "Member of staff");
        });
    }
}

//! Who is who at a commit, read from the records of people and roles alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use crate::base::date::parse_date;
use crate::base::span::FileId;
use crate::evidence::history::Who;
use crate::evidence::sign::Keyring;
use crate::yaml::{Node, parse};

/// The people at a commit.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Their keys.
    pub(super) ring: Keyring,
    /// Their names, by id.
    pub(super) names: BTreeMap<String, String>,
    /// Whose an account is, by its number; none for one that several claim.
    accounts: BTreeMap<i64, Option<String>>,
    /// Last day of those who left, and everybody whose record is not active.
    gone: BTreeMap<String, Option<Date>>,
}

impl People {
    /// The people of these records.
    pub(super) fn of(texts: &[String]) -> Self {
        let parsed: Vec<_> = texts.iter().map(|text| parse(FileId(0), text)).collect();
        let roots = parsed.iter().flat_map(|parsed| &parsed.documents).map(|document| &document.root);
        let records: Vec<(&str, &Node<'_>)> =
            roots.filter_map(|root| Some((root.get("id")?.as_str()?, root))).collect();
        let mut people = Self { ring: Keyring::of_records(records.iter().copied()), ..Self::default() };
        for (id, root) in records {
            let title = root.get("title").and_then(Node::as_str).unwrap_or(id);
            people.names.insert(id.to_owned(), title.to_owned());
            let more = root.get("more_accounts").map(Node::items).unwrap_or_default();
            for account in root.get("github").into_iter().chain(more) {
                let number =
                    account.get("id").and_then(Node::scalar).and_then(|number| number.to_string().parse().ok());
                let Some(number) = number else { continue };
                let whose = people.accounts.entry(number).or_insert_with(|| Some(id.to_owned()));
                if whose.as_deref() != Some(id) {
                    *whose = None;
                }
            }
            let left = root.get("left").and_then(Node::as_str).and_then(|day| parse_date(day).ok());
            let active = root.get("status").and_then(Node::as_str).is_none_or(|status| status == "active");
            if left.is_some() || !active {
                people.gone.insert(id.to_owned(), left);
            }
        }
        people
    }

    /// Whether somebody can decide something on a day: there is a record, and the person has not left before.
    pub(super) fn there(&self, person: &str, day: Date) -> bool {
        let gone = self.gone.get(person).is_some_and(|left| left.is_none_or(|left| left < day));
        self.names.contains_key(person) && !gone
    }

    /// The person behind what facts say of somebody: the person named there, else the one whose account it is.
    pub(super) fn behind(&self, identity: &Value) -> Option<String> {
        let named = identity["person"].as_str().map(str::to_owned);
        let account = identity["account"]["id"].as_i64().or_else(|| identity["id"].as_i64());
        named.or_else(|| self.accounts.get(&account?)?.clone())
    }

    /// Whether a commit names this person: by the record's name or id, or by the forge's address of an own account.
    pub(super) fn is(&self, person: &str, name: &str, address: &str) -> bool {
        let title = self.names.get(person).map_or(person, String::as_str);
        let number = address.strip_suffix("@users.noreply.github.com").and_then(|local| local.split_once('+'));
        let number = number.and_then(|(number, _)| number.parse::<i64>().ok());
        match number {
            Some(number) => self.accounts.get(&number).is_some_and(|whose| whose.as_deref() == Some(person)),
            None => [title, person].iter().any(|own| own.eq_ignore_ascii_case(name)),
        }
    }

    /// Whether author or committer is this person.
    pub(super) fn made(&self, person: &str, who: &Who) -> bool {
        self.is(person, &who.name, &who.email)
    }
}

/// A stretch of time in which somebody holds a role or acts for a holder.
#[derive(Debug)]
struct Held {
    person: String,
    from: Option<Date>,
    until: Option<Date>,
}

/// Who holds which role.
#[derive(Debug, Default)]
pub(super) struct Roles(BTreeMap<String, Vec<Held>>);

impl Roles {
    /// The roles of these records.
    pub(super) fn of(texts: &[String]) -> Self {
        let mut roles = Self::default();
        for text in texts {
            for document in &parse(FileId(0), text).documents {
                let root = &document.root;
                let Some(id) = root.get("id").and_then(Node::as_str) else { continue };
                let held = roles.0.entry(id.to_owned()).or_default();
                for (list, [person, from, until]) in
                    [("holders", ["person", "from", "until"]), ("delegations", ["to", "start", "end"])]
                {
                    for item in root.get(list).map(Node::items).unwrap_or_default() {
                        let day = |key: &str| item.get(key).and_then(Node::as_str).and_then(|day| parse_date(day).ok());
                        let Some(person) = item.get(person).and_then(Node::as_str) else { continue };
                        held.push(Held { person: person.to_owned(), from: day(from), until: day(until) });
                    }
                }
            }
        }
        roles
    }

    /// Everybody who holds the role on a day, or acts for a holder.
    pub(super) fn holders(&self, role: &str, day: Date) -> BTreeSet<&str> {
        let held = self.0.get(role).map(Vec::as_slice).unwrap_or_default().iter();
        let on =
            held.filter(|held| held.from.is_none_or(|from| from <= day) && held.until.is_none_or(|until| day <= until));
        on.map(|held| held.person.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn people() -> People {
        let texts = [
            "id: ann\ntitle: Ann Lee\nstatus: active\ngithub: {login: a, id: 7}\n",
            "id: bo\ntitle: Bo\nstatus: active\nleft: 2026-03-31\nmore_accounts: [{login: b, id: 8}, {login: c, id: 9}]\n",
            "id: cy\ntitle: Cy\nstatus: left\ngithub: {login: c, id: 9}\n",
        ];
        People::of(&texts.map(str::to_owned))
    }

    #[test]
    fn accounts_name_people_unless_several_claim_one() {
        let people = people();
        let behind = |value| people.behind(&value);
        assert_eq!(behind(json!({"id": 7, "login": "a"})).as_deref(), Some("ann"));
        assert_eq!(behind(json!({"name": "x", "account": {"id": 8}})).as_deref(), Some("bo"));
        assert_eq!(behind(json!({"name": "x", "person": "cy", "account": {"id": 7}})).as_deref(), Some("cy"));
        assert_eq!(behind(json!({"id": 9})), None, "two claim it");
        assert_eq!(behind(json!({"name": "Ann Lee"})), None, "a name alone says nothing");
    }

    #[test]
    fn who_left_can_decide_nothing_from_the_next_day_on() {
        let people = people();
        let there = |who: &str, on: &str| people.there(who, day(on));
        assert_eq!(
            [there("ann", "2026-01-01"), there("bo", "2026-03-31"), there("bo", "2026-04-01")],
            [true, true, false]
        );
        assert!(!there("cy", "2020-01-01") && !there("nobody", "2026-01-01"));
    }

    #[test]
    fn a_commit_names_a_person_by_account_before_name() {
        let people = people();
        assert!(people.is("ann", "ann lee", "a@example.org") && people.is("ann", "ANN", ""));
        assert!(people.is("ann", "Somebody", "7+a@users.noreply.github.com"));
        assert!(!people.is("ann", "Ann Lee", "8+b@users.noreply.github.com"), "the account is another's");
        assert!(!people.is("ann", "Bo", "ann@example.org"));
    }

    #[test]
    fn roles_are_held_from_the_first_day_to_the_last_and_by_those_who_act() {
        let text = "id: role-a\nholders:\n  - {person: ann, from: 2026-01-01, until: 2026-06-30}\n  - {person: bo, from: 2026-07-01}\n\
                    delegations: [{from: ann, to: cy, start: 2026-05-01, end: 2026-05-02, reason: Away}]\n";
        let roles = Roles::of(&[text.to_owned()]);
        let on = |date: &str| roles.holders("role-a", day(date)).into_iter().collect::<Vec<_>>().join(" ");
        let days = ["2025-12-31", "2026-01-01", "2026-05-02", "2026-05-03", "2026-06-30", "2026-07-01"];
        assert_eq!(days.map(on), ["", "ann", "ann cy", "ann", "ann", "bo"]);
        assert!(roles.holders("role-b", day("2026-01-01")).is_empty());
    }
}

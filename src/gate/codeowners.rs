//! `CODEOWNERS` for GitHub, from the change policy: whom it would ask about which paths, by the people behind the seats.
//!
//! GitHub asks everybody on the last line that fits, and is content with one of them. So it is told whom the policy always
//! asks, and never what is enough: that is decided by the gate.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::demand::{Demand, Who};
use super::people::{OwnersOf, People};
use super::policy::Policy;
use super::reason::Reason;
use crate::base::finding::Finding;
use crate::model::Sms;
use crate::model::change_policy::{Authority, SeatEntry, When};
use crate::model::organisation::Person;

/// Where GitHub looks for the file, in this order; the first one counts.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// The first words of a file that is made here.
pub const MADE: &str = "# Made by gitsm from the change policy";
/// GitHub reads no file that is larger, in bytes.
pub const MOST: usize = 3 * 1024 * 1024;
/// Most patterns that one with alternatives in braces is written out as.
const MOST_ALTERNATIVES: usize = 64;
/// The category that everything falls into that nothing else fits.
const NORMAL: &str = "normal";

/// The file, and what it cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwners {
    /// Its text.
    pub text: String,
    /// Patterns with nobody behind them whom GitHub knows; it would ask nobody, and say nothing about it.
    pub ownerless: BTreeSet<String>,
    /// People who may be asked and have no account in the register that GitHub could know.
    pub unknown: BTreeSet<String>,
}

/// The file for the records of `sms`, which lie in `folder` of the repository (empty, or ending with `/`), on `day`.
///
/// # Errors
/// The reason for which nothing can be said: there is no policy in force, or it rests on broken records.
pub fn codeowners(sms: &Sms<'_>, findings: &[Finding], folder: &str, day: Date) -> Result<CodeOwners, Reason> {
    let policy = Policy::in_force(sms, findings, day)?;
    let people = People::new(sms, day);
    let book = Book { sms, people: &people, logins: logins(sms), folder };
    let mut lines = book.lines(&policy);
    // The last line that fits counts: the narrower a pattern is, the later it comes.
    lines.sort_by(|a, b| {
        (a.rank, fixed(&a.pattern).len(), &a.pattern).cmp(&(b.rank, fixed(&b.pattern).len(), &b.pattern))
    });
    // Two patterns of the policy may be written out as the same one, for different people; all of them are asked.
    lines.dedup_by(|later, earlier| {
        let same = (later.rank, &later.pattern) == (earlier.rank, &earlier.pattern);
        if same {
            earlier.logins.append(&mut later.logins);
            earlier.unknown.append(&mut later.unknown);
            earlier.free &= later.free;
        }
        same
    });
    // A single record needs no line of its own where the line of its folder says the same.
    let folders: Vec<(String, BTreeSet<String>)> =
        lines.iter().filter(|it| it.rank == 2).map(|it| (fixed(&it.pattern).to_owned(), it.logins.clone())).collect();
    let said = |line: &Line| folders.iter().any(|(start, who)| line.pattern.starts_with(start) && *who == line.logins);
    lines.retain(|line| line.rank < 3 || !said(line));
    let mut text = format!(
        "{MADE} '{}'; an edit here is lost.\n# `gitsm bot codeowners --write` makes it again. GitHub only asks these people; who must agree is decided by the gate.\n",
        policy.id()
    );
    let (mut ownerless, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for line in &lines {
        text.push_str(&line.pattern);
        for login in &line.logins {
            text.push_str(" @");
            text.push_str(login);
        }
        text.push('\n');
        if line.logins.is_empty() && !line.free {
            ownerless.insert(line.pattern.clone());
        }
        unknown.extend(line.unknown.iter().cloned());
    }
    Ok(CodeOwners { text, ownerless, unknown })
}

/// The first account of each person, where GitHub can know it by that name. Names that two people claim are nobody's.
fn logins<'s>(sms: &'s Sms<'_>) -> BTreeMap<&'s str, String> {
    let mut claimed: BTreeMap<String, usize> = BTreeMap::new();
    let mut logins = BTreeMap::new();
    for person in sms.all::<Person<'_>>() {
        let Some(login) = person.github().and_then(|account| account.login().map(str::to_owned)) else { continue };
        *claimed.entry(login.to_lowercase()).or_default() += 1;
        if is_login(&login) {
            logins.insert(person.0.record.id.as_str(), login);
        }
    }
    logins.retain(|_, login| claimed.get(&login.to_lowercase()) == Some(&1));
    logins
}

/// Whether GitHub allows such a name: letters, digits and single hyphens within, at most 39; one behind `_` for those whom
/// an organisation manages.
fn is_login(text: &str) -> bool {
    let (name, of) = text.split_once('_').unwrap_or((text, "x"));
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 39 && plain(name) && plain(of)
}

/// One line.
#[derive(Debug)]
struct Line {
    /// Free paths come between path patterns and kinds, since a controlled kind stays so wherever its records lie.
    rank: u8,
    pattern: String,
    logins: BTreeSet<String>,
    unknown: BTreeSet<String>,
    free: bool,
}

/// What a line is about.
#[derive(Clone, Copy)]
struct About<'a> {
    /// The kind of record, when it is about records.
    kind: Option<&'a str>,
    /// The type of item, when it is about one item.
    ci_type: Option<&'a str>,
    /// The path pattern as the policy writes it.
    path: &'a str,
}

struct Book<'s> {
    sms: &'s Sms<'s>,
    people: &'s People<'s>,
    logins: BTreeMap<&'s str, String>,
    folder: &'s str,
}

impl Book<'_> {
    fn lines(&self, policy: &Policy<'_>) -> Vec<Line> {
        let rows = policy.record.authorities();
        let controlled = policy.record.controlled();
        let mut lines = Vec::new();
        let paths = controlled.map(|it| it.paths()).unwrap_or_default();
        // A row of the decision table that asks more people for some of the paths has a line of its own.
        let narrower = rows.iter().filter_map(|row| row.when()).flat_map(When::paths);
        for path in paths.into_iter().chain(narrower).collect::<BTreeSet<_>>() {
            lines.extend(self.line(0, policy, &rows, About { kind: None, ci_type: None, path }));
        }
        for path in controlled.map(|it| it.except_paths()).unwrap_or_default() {
            let free =
                |pattern| Line { rank: 1, pattern, logins: BTreeSet::new(), unknown: BTreeSet::new(), free: true };
            lines.extend(written(self.folder, path).into_iter().map(free));
        }
        for kind in policy.kinds.iter().filter(|kind| **kind != "ci" || policy.ci_types.is_empty()) {
            let path = format!("sms/{kind}/**");
            lines.extend(self.line(2, policy, &rows, About { kind: Some(kind), ci_type: None, path: &path }));
        }
        for (_, record) in self.sms.records() {
            let (kind, path) = (record.kind.name.as_str(), self.sms.path(record));
            let ci_type = record.text("ci_type").map(|id| self.sms.id_now(id));
            if !policy.kinds.contains(kind) {
                continue;
            }
            // Where only some types of item are under control, there is no line for all of them.
            let some = kind == "ci" && !policy.ci_types.is_empty();
            let same = |id: &str| ci_type == Some(self.sms.id_now(id));
            let own = !some || policy.ci_types.iter().any(|id| same(id));
            let elsewhere = some || !path.starts_with(&format!("sms/{kind}/"));
            let asked = rows.iter().filter_map(|row| row.when()).flat_map(When::ci_types).any(same);
            if own && (elsewhere || asked) {
                let about = About { kind: Some(kind), ci_type, path: &literal(path) };
                lines.extend(self.line(3, policy, &rows, about));
            }
        }
        lines
    }

    fn line(&self, rank: u8, policy: &Policy<'_>, rows: &[Authority<'_>], about: About<'_>) -> Vec<Line> {
        let mut seats: Vec<SeatEntry<'_>> = Vec::new();
        if let Some(normal) = policy.category(NORMAL) {
            seats.extend(normal.seats());
            seats.extend(normal.stages().into_iter().flat_map(|stage| stage.seats()));
        }
        for row in rows.iter().filter(|row| row.when().is_none_or(|when| self.fits(when, about))) {
            seats.extend(row.seats());
        }
        if about.kind == Some("change_policy") {
            seats.extend(policy.record.policy_seats());
        }
        let mut who = BTreeSet::new();
        for demand in &Demand::list(&seats) {
            named(demand, &mut who);
        }
        let (mut logins, mut unknown) = (BTreeSet::new(), BTreeSet::new());
        for who in &who {
            // Those who act for somebody for a while are asked by the bot; the file would change with every holiday.
            let own = self.people.eligible(who, &OwnersOf::default()).into_iter().filter(|it| it.voter == it.seat_of);
            for person in own.map(|it| it.voter) {
                match self.logins.get(person) {
                    Some(login) => drop(logins.insert(login.clone())),
                    None => drop(unknown.insert(person.to_owned())),
                }
            }
        }
        let line = |pattern| Line { rank, pattern, logins: logins.clone(), unknown: unknown.clone(), free: false };
        written(self.folder, about.path).into_iter().map(line).collect()
    }

    /// Whether a row may ask its people whatever the change is like otherwise. What cannot be known from a path, such as
    /// the risk, is left to the gate; where patterns may meet, they are taken to.
    fn fits(&self, when: When<'_>, about: About<'_>) -> bool {
        let kinds = when.kinds();
        let types = when.ci_types();
        let paths = when.paths();
        let normal = when.categories().is_empty() || when.categories().contains(&NORMAL);
        let specific = !(kinds.is_empty() && types.is_empty() && paths.is_empty());
        normal
            && specific
            && when.risk_from().is_none()
            && when.types().is_empty()
            && when.criticality().is_empty()
            && (kinds.is_empty() || about.kind.is_some_and(|kind| kinds.contains(&kind)))
            && (types.is_empty()
                || about.ci_type.is_some_and(|own| types.into_iter().any(|id| self.sms.id_now(id) == own)))
            && (paths.is_empty() || paths.into_iter().any(|path| may_meet(path, about.path)))
    }
}

/// Everybody whom a demand may ask, but for those who answer for single things: a path does not tell who that is.
fn named(demand: &Demand, into: &mut BTreeSet<Who>) {
    match demand {
        Demand::People(Who::Owners(_), _) => {}
        Demand::People(who, _) => drop(into.insert(who.clone())),
        Demand::Any(lists) => {
            for demand in lists.iter().flatten() {
                named(demand, into);
            }
        }
        Demand::AtLeast(_, of) => {
            for demand in of {
                named(demand, into);
            }
        }
    }
}

/// The part of a pattern before its first sign that stands for others.
fn fixed(pattern: &str) -> &str {
    &pattern[..pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len())]
}

/// Whether a path may fit both patterns.
fn may_meet(a: &str, b: &str) -> bool {
    let (a, b) = (fixed(a), fixed(b));
    a.starts_with(b) || b.starts_with(a)
}

/// A path as a pattern that fits it alone.
fn literal(path: &str) -> String {
    path.chars().map(|sign| if "*?[]{}\\".contains(sign) { '?' } else { sign }).collect()
}

/// A pattern as `CODEOWNERS` writes it: from the top of the repository, alternatives written out, sets of characters as any
/// one, spaces escaped.
fn written(folder: &str, pattern: &str) -> Vec<String> {
    let mut out = BTreeSet::new();
    for one in alternatives(pattern) {
        let mut text = String::from("/");
        let mut set = false;
        for sign in format!("{folder}{one}").chars() {
            match sign {
                ']' if set => set = false,
                _ if set => {}
                '[' => {
                    set = true;
                    text.push('?');
                }
                ' ' => text.push_str("\\ "),
                sign if sign.is_control() => text.push('?'),
                sign => text.push(sign),
            }
        }
        out.insert(text);
    }
    out.into_iter().collect()
}

/// A pattern with each of its alternatives in braces; where there are too many, anything instead of them.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut all = vec![pattern.to_owned()];
    loop {
        let mut next = Vec::new();
        let mut grown = false;
        for one in &all {
            // The innermost braces first, so that nested ones come out whole.
            let close = one.find('}');
            let open = close.and_then(|close| one[..close].rfind('{'));
            let (Some(open), Some(close)) = (open, close) else {
                next.push(one.clone());
                continue;
            };
            grown = true;
            let (before, after) = (&one[..open], &one[close + 1..]);
            next.extend(one[open + 1..close].split(',').map(|choice| format!("{before}{choice}{after}")));
        }
        if next.len() > MOST_ALTERNATIVES {
            return vec![format!("{}**", fixed(pattern))];
        }
        all = next;
        if !grown {
            return all;
        }
    }
}

#[cfg(test)]
mod tests;

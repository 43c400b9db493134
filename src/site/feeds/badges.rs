//! Badges: small pictures for pages elsewhere. The word says what the colour does.

use super::super::pages::Site;
use super::super::shelf::Shelf;
use super::super::text;
use super::api;
use crate::base::svg::{Svg, fitted};
use crate::gap::{self, Status};
use crate::model::{Ix, Sms};

/// What a badge tells of.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Badge {
    /// What rules found.
    Records,
    /// Requirements that records show.
    Clauses,
    /// A service.
    Service(Ix),
}

/// The badges of a site with their files; what rules found is not for everybody.
pub(in super::super) fn all(sms: &Sms<'_>, shelves: &[Shelf<'_>], is_public: bool) -> Vec<(String, Badge)> {
    let mut all = Vec::new();
    if !is_public {
        all.push(("badges/records.svg".to_owned(), Badge::Records));
        all.push(("badges/clauses.svg".to_owned(), Badge::Clauses));
    }
    let services = shelves.iter().filter(|shelf| shelf.kind.name == "service").flat_map(|shelf| shelf.records());
    for ix in services.filter(|ix| !sms.record(**ix).is_at_rest()) {
        let id = sms.record(*ix).id.as_str();
        // A second record with the same id has no page and no badge.
        if sms.find(id) == Some(*ix) {
            all.push((format!("badges/{}.svg", super::super::links::stem(id)), Badge::Service(*ix)));
        }
    }
    all
}

/// The picture.
pub(in super::super) fn badge(site: &Site<'_>, badge: Badge) -> Vec<u8> {
    let (name, (class, words)) = match badge {
        Badge::Records => ("Service management".to_owned(), records(site)),
        Badge::Clauses => ("ISO/IEC 20000-1 evidence".to_owned(), clauses(site)),
        Badge::Service(ix) => (text::clip(site.sms.record(ix).title(), 40).into_owned(), api::verdict(site, ix)),
    };
    draw(&name, class, &words).into_bytes()
}

fn records(site: &Site<'_>) -> (&'static str, String) {
    let stamp = &site.shell.stamp;
    match (stamp.errors, stamp.warnings) {
        (0, 0) => ("ok", "in order".to_owned()),
        (0, many) => ("warn", text::counted(many, "warning", "warnings")),
        (many, _) => ("bad", text::counted(many, "error", "errors")),
    }
}

fn clauses(site: &Site<'_>) -> (&'static str, String) {
    let counts = gap::count(site.coverage());
    let of = |status| counts.get(&status).copied().unwrap_or(0);
    let shown = of(Status::Conform) + of(Status::NoInstance);
    let class = match (of(Status::Missing), of(Status::Partly)) {
        (0, 0) => "ok",
        (0, _) => "warn",
        _ => "bad",
    };
    (class, format!("{shown} of {} shown", site.coverage().len()))
}

fn draw(name: &str, class: &str, words: &str) -> String {
    const HEIGHT: i64 = 24;
    let wide = |text: &str| i64::try_from(text.chars().count()).unwrap_or(0) * 7 + 18;
    let (left, right) = (wide(name), wide(words));
    let mut svg = Svg::new(left + right, HEIGHT, name, words);
    svg.rect("sunk", (0, 0), (left + 4, HEIGHT));
    svg.rect(class, (left, 0), (right, HEIGHT));
    svg.text("t", (9, 16), &fitted(name, left));
    svg.text("t b mid", (left + right / 2, 16), words);
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    #[test]
    fn a_badge_says_in_words_what_its_colour_says() {
        let badge = draw("A & B", "ok", "promises kept");
        assert!(badge.contains("<title id=\"title\">A &amp; B</title>") && badge.contains(">promises kept</desc>"));
        assert!(badge.contains("class=\"ok\"") && badge.contains(">promises kept</text>"), "{badge}");
    }

    #[test]
    fn there_is_one_for_the_records_one_for_clauses_and_one_for_each_service() {
        let (path, retired) = record("service", "svc-old", "");
        let files = [
            record("service", "svc-a", ""),
            record("incident", "inc-a", "service: svc-a\n"),
            (path, retired.replace("status: live", "status: retired")),
        ];
        let made = site(&files);
        let badges: Vec<&str> = made.keys().filter(|path| path.starts_with("badges/")).map(String::as_str).collect();
        assert_eq!(badges, ["badges/clauses.svg", "badges/records.svg", "badges/svc-a.svg"]);
        assert!(made["badges/svc-a.svg"].contains("1 open incident"), "{}", made["badges/svc-a.svg"]);
        assert!(made["badges/records.svg"].contains("error"));
    }
}

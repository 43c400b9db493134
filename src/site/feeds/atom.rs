//! Changes and incidents as Atom feeds, the newest first.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::pages::Site;
use super::super::{markdown, text};
use super::{urn, whole};
use crate::base::date::When;
use crate::base::svg::escaped;
use crate::model::{Ix, Record};
use crate::yaml::{Node, Value};

/// Most entries of a feed.
const MOST: usize = 50;

/// The feeds: the kind of record and the file.
pub(in super::super) const FEEDS: [(&str, &str); 2] =
    [("change", "feeds/changes.atom"), ("incident", "feeds/incidents.atom")];

/// The feed of a kind.
pub(in super::super) fn feed(site: &Site<'_>, path: &str, kind: &str) -> Vec<u8> {
    let now = site.sms.snapshot.as_of.instant();
    let mut entries: Vec<(Timestamp, Ix)> = Vec::new();
    for ix in site.shelf(kind).map(|shelf| shelf.records()).unwrap_or_default() {
        if site.book.address(*ix).is_some() {
            entries.push((updated(site.sms.record(*ix), now).unwrap_or(Timestamp::UNIX_EPOCH), *ix));
        }
    }
    entries.sort_by_key(|(at, ix)| (std::cmp::Reverse(*at), *ix));
    entries.truncate(MOST);
    let plural = site.shelf(kind).map_or(kind, |shelf| shelf.kind.names.plural.as_str());
    let title = format!("{}: {plural}", site.shell.stamp.site);
    let newest = entries.first().map_or(Timestamp::UNIX_EPOCH, |(at, _)| *at);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>{}</id>\n\
         <title>{}</title>\n<updated>{newest}</updated>\n<generator>gitsm</generator>\n\
         <author><name>{}</name></author>\n<link rel=\"self\" href=\"{}\"/>\n",
        urn(site, path),
        escaped(&title),
        escaped(&site.shell.stamp.site),
        escaped(&whole(site, path)),
    );
    for (at, ix) in entries {
        entry(site, ix, at, &mut out);
    }
    out.push_str("</feed>\n");
    out.into_bytes()
}

fn entry(site: &Site<'_>, ix: Ix, at: Timestamp, out: &mut String) {
    let record = site.sms.record(ix);
    let state = record.state().map_or_else(String::new, |state| format!("{}: ", state.label));
    let said = record.text("description").or(record.text("reason")).unwrap_or_default();
    let address = site.book.address(ix).unwrap_or_default();
    out.push_str(&format!(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{at}</updated>\n<link href=\"{}\"/>\n<summary>{}</summary>\n\
         </entry>\n",
        urn(site, record.id.as_str()),
        escaped(&format!("{state}{}", text::clip(record.title(), 200))),
        escaped(&whole(site, address)),
        escaped(&markdown::lead(said)),
    ));
}

/// The last moment that a record names and that is not ahead.
fn updated(record: &Record<'_>, now: Timestamp) -> Option<Timestamp> {
    let mut last = None;
    let mut open: Vec<&Node<'_>> = vec![&record.root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
            Value::Seq(items) => open.extend(items),
            Value::Str(content) => {
                let at = text::when(content).and_then(|when| match when {
                    When::Instant(at) => Some(at),
                    When::Day(day) => TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok(),
                });
                last = last.max(at.filter(|at| *at <= now));
            }
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use crate::site::fixture::{record, site};

    const FEED: &str = "feeds/incidents.atom";

    fn incident(id: &str, title: &str, day: &str) -> (String, String) {
        let (path, text) = record("incident", id, &format!("reported_at: {day}T10:00:00Z\ndescription: It & that\n"));
        (path, text.replace(&format!("title: The {id}"), &format!("title: '{title}'")))
    }

    #[test]
    fn a_feed_has_the_newest_first_and_nothing_that_is_ahead() {
        let files = [
            incident("inc-a", "Old", "2026-10-01"),
            incident("inc-b", "New <b>", "2026-11-02"),
            record("incident", "inc-c", "reported_at: 2026-11-01T10:00:00Z\nresolved_at: 2027-01-01T10:00:00Z\n"),
        ];
        let feed = site(&files).remove(FEED).unwrap();
        let order: Vec<usize> =
            ["inc-b.html", "inc-c.html", "inc-a.html"].iter().map(|name| feed.find(name).unwrap()).collect();
        assert!(order.is_sorted(), "{feed}");
        assert!(feed.contains("<updated>2026-11-02T10:00:00Z</updated>\n<generator>"), "{feed}");
        assert!(feed.contains("New &lt;b&gt;") && feed.contains("<summary>It &amp; that</summary>"));
        assert!(!feed.contains("2027"), "what is ahead has not happened");
    }

    #[test]
    fn links_are_whole_where_the_settings_say_where_the_site_is() {
        let mut files = vec![incident("inc-a", "A", "2026-10-01")];
        assert!(site(&files)[FEED].contains("<link href=\"../incidents/inc-a.html\"/>"));
        files.push(("gitsm.toml".to_owned(), "format = 1\n[site]\nurl = \"https://sms.example/x/\"\n".to_owned()));
        let feed = site(&files).remove(FEED).unwrap();
        assert!(feed.contains("<link href=\"https://sms.example/x/incidents/inc-a.html\"/>"), "{feed}");
        assert!(feed.contains("<link rel=\"self\" href=\"https://sms.example/x/feeds/incidents.atom\"/>"));
    }

    #[test]
    fn names_of_entries_stay_the_same_and_differ_from_one_another() {
        let ids = |files: &[(String, String)]| {
            let feed = site(files).remove(FEED).unwrap();
            let ids = feed.split("<id>urn:uuid:").skip(1).filter_map(|rest| rest.split("</id>").next());
            ids.map(str::to_owned).collect::<Vec<_>>()
        };
        let (a, b) = (incident("inc-a", "A", "2026-10-01"), incident("inc-b", "B", "2026-10-02"));
        let both = ids(&[a.clone(), b]);
        let one = ids(&[a]);
        assert_eq!((both.len(), one.len()), (3, 2));
        assert_eq!((&both[0], &both[2]), (&one[0], &one[1]), "the feed's and the entry's");
        assert!(both.iter().all(|id| id.len() == 36), "{both:?}");
    }

    #[test]
    fn a_feed_without_entries_is_still_one() {
        let feed = site(&[]).remove("feeds/changes.atom").unwrap();
        assert!(feed.contains("<updated>1970-01-01T00:00:00Z</updated>") && feed.ends_with("</feed>\n"), "{feed}");
    }
}

//! The interface for programs: JSON files below `api/v1/`. Keys of a version are only ever added; a change that would break
//! a reader comes as another version beside it.

use serde::Serialize;

use super::super::pages::Site;
use super::super::story::promises;
use super::super::text;
use super::{atom, badges};
use crate::model::Ix;
use crate::slm;

/// What there is.
pub(in super::super) const INDEX: &str = "api/v1/index.json";
/// How services are.
pub(in super::super) const STATUS: &str = "api/v1/status.json";
/// What was promised and kept.
pub(in super::super) const LEVELS: &str = "api/v1/service-levels.json";

/// What every file says of itself.
#[derive(Serialize)]
struct Head<'a> {
    version: u8,
    site: &'a str,
    as_of: &'a str,
    commit: &'a str,
}

fn head<'a>(site: &'a Site<'_>) -> Head<'a> {
    let stamp = &site.shell.stamp;
    Head { version: 1, site: &stamp.site, as_of: &stamp.instant, commit: &stamp.commit_full }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    // Nothing here has keys that are no text, so it can always be written.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The list of all data; paths lead from the root of the site.
pub(in super::super) fn index(site: &Site<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Kind<'a> {
        kind: &'a str,
        plural: &'a str,
        count: usize,
        json: String,
        csv: String,
        page: String,
    }
    #[derive(Serialize)]
    struct Index<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        kinds: Vec<Kind<'a>>,
        status: &'a str,
        service_levels: &'a str,
        inventory: &'a str,
        files: &'a str,
        calendar: &'a str,
        feeds: Vec<&'a str>,
        badges: Vec<String>,
        findings: Option<&'a str>,
        clauses: Option<&'a str>,
    }
    let kinds = site.shelves.iter().map(|shelf| Kind {
        kind: &shelf.kind.name,
        plural: &shelf.kind.names.plural,
        count: shelf.len(),
        json: shelf.file("json"),
        csv: shelf.file("csv"),
        page: shelf.page(1),
    });
    let internal = |path: &'static str| site.book.has(path).then_some(path);
    bytes(&Index {
        head: head(site),
        kinds: kinds.collect(),
        status: STATUS,
        service_levels: LEVELS,
        inventory: "inventory.json",
        files: super::super::MANIFEST,
        calendar: super::super::board::calendar::ICS,
        feeds: atom::FEEDS.iter().map(|(_, path)| *path).collect(),
        badges: badges::all(site.sms, &site.shelves, site.is_public()).into_iter().map(|(path, _)| path).collect(),
        findings: internal("findings.json"),
        clauses: internal("clauses/clauses.csv"),
    })
}

/// Each service that is not over: its state, what is open on it, and whether its promises were kept.
pub(in super::super) fn status(site: &Site<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Service<'a> {
        id: &'a str,
        title: &'a str,
        status: Option<&'a str>,
        criticality: Option<&'a str>,
        page: &'a str,
        open_incidents: usize,
        kept: usize,
        missed: usize,
    }
    #[derive(Serialize)]
    struct Status<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        services: Vec<Service<'a>>,
    }
    let shelf = site.shelf("service");
    let services = shelf.map(|shelf| shelf.records()).unwrap_or_default().iter().filter_map(|ix| {
        let record = site.sms.record(*ix);
        let page = site.book.address(*ix).filter(|_| !record.is_at_rest())?;
        let (kept, missed) = last(site, *ix);
        Some(Service {
            id: record.id.as_str(),
            title: record.title(),
            status: record.status(),
            criticality: record.text("criticality"),
            page,
            open_incidents: open_incidents(site, *ix),
            kept,
            missed,
        })
    });
    bytes(&Status { head: head(site), services: services.collect() })
}

/// Incidents of a service that are not over.
pub(super) fn open_incidents(site: &Site<'_>, service: Ix) -> usize {
    let of = site.sms.incoming(service).map(|reference| reference.from);
    let open = of.filter(|ix| site.sms.kind_of(*ix).name == "incident" && !site.sms.record(*ix).is_at_rest());
    open.collect::<std::collections::BTreeSet<_>>().len()
}

/// How many targets of a service were kept, and missed, in the last period that is over.
pub(super) fn last(site: &Site<'_>, service: Ix) -> (usize, usize) {
    let rows = site.levels_of(service).flat_map(|level| &level.rows);
    let met = rows.filter_map(|row| row.cells.iter().rev().find_map(promises::met));
    met.fold((0, 0), |(kept, missed), met| if met { (kept + 1, missed) } else { (kept, missed + 1) })
}

/// Every target of every SLA that holds, period by period.
pub(in super::super) fn levels(site: &Site<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Period {
        period: String,
        running: bool,
        /// The share in percent as it is written, so that no digit is lost.
        percent: Option<String>,
        met: Option<bool>,
    }
    #[derive(Serialize)]
    struct Target<'a> {
        sla: &'a str,
        service: Option<&'a str>,
        target: Option<&'a str>,
        promise: String,
        deliverable_percent: Option<String>,
        periods: Vec<Period>,
    }
    #[derive(Serialize)]
    struct Levels<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        targets: Vec<Target<'a>>,
    }
    let mut targets = Vec::new();
    for level in site.levels() {
        for row in &level.rows {
            let delivery = row.delivery.as_ref().filter(|delivery| delivery.is_known());
            targets.push(Target {
                sla: level.sla.0.record.id.as_str(),
                service: level.sla.service().map(|service| service.id),
                target: row.target.id(),
                promise: slm::promise(row.target),
                deliverable_percent: delivery.map(|delivery| delivery.expected().in_percent().text(6)),
                periods: row
                    .cells
                    .iter()
                    .map(|cell| Period {
                        period: cell.period.to_string(),
                        running: cell.is_running,
                        percent: cell.percent().map(|value| value.text(6)),
                        met: promises::met(cell),
                    })
                    .collect(),
            });
        }
    }
    bytes(&Levels { head: head(site), targets })
}

/// The name of a badge of a service, and whether all is well with it.
pub(super) fn verdict(site: &Site<'_>, service: Ix) -> (&'static str, String) {
    let (kept, missed) = last(site, service);
    match (open_incidents(site, service), kept, missed) {
        (0, 0, 0) => ("none", "no figures".to_owned()),
        (0, _, 0) => ("ok", "promises kept".to_owned()),
        (0, _, missed) => ("bad", format!("{missed} missed")),
        (open, _, _) => ("warn", text::counted(open, "open incident", "open incidents")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::site::fixture::{record, site};

    fn json(files: &[(String, String)], path: &str) -> Value {
        serde_json::from_str(&site(files)[path]).unwrap()
    }

    fn files() -> Vec<(String, String)> {
        vec![
            record("service", "svc-a", "criticality: high\n"),
            record("service", "svc-b", ""),
            record("incident", "inc-a", "service: svc-a\naffects: [svc-a]\n"),
        ]
    }

    #[test]
    fn every_file_says_its_version_and_what_it_was_made_from() {
        for path in [INDEX, STATUS, LEVELS] {
            let value = json(&files(), path);
            assert_eq!((&value["version"], &value["as_of"]), (&Value::from(1), &Value::from("2026-11-20")), "{path}");
            assert_eq!(value["site"], "Service management");
        }
    }

    #[test]
    fn every_path_of_the_index_is_a_file_of_the_site() {
        let made = site(&files());
        let index: Value = serde_json::from_str(&made[INDEX]).unwrap();
        let mut paths: Vec<&str> = Vec::new();
        for key in ["status", "service_levels", "inventory", "files", "calendar", "findings", "clauses"] {
            paths.push(index[key].as_str().unwrap());
        }
        for list in ["feeds", "badges"] {
            paths.extend(index[list].as_array().unwrap().iter().filter_map(Value::as_str));
        }
        for kind in index["kinds"].as_array().unwrap() {
            paths.extend(["json", "csv", "page"].iter().filter_map(|key| kind[key].as_str()));
        }
        assert!(paths.len() > 200, "{}", paths.len());
        for path in paths {
            assert!(made.contains_key(path), "{path}");
        }
    }

    #[test]
    fn a_service_tells_what_is_open_on_it_once() {
        let value = json(&files(), STATUS);
        let services = value["services"].as_array().unwrap();
        assert_eq!(services.len(), 2);
        assert_eq!((&services[0]["id"], &services[0]["open_incidents"]), (&Value::from("svc-a"), &Value::from(1)));
        assert_eq!((&services[1]["open_incidents"], &services[1]["criticality"]), (&Value::from(0), &Value::Null));
        assert_eq!(services[0]["page"], "services/svc-a.html");
    }
}

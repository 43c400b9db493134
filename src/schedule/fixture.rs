//! Small repositories with things that happen, for the tests of this room.

use super::{Ground, Schedule};
use crate::base::intervals::Bounds;
use crate::graph::Graph;
use crate::model::fixture::with;

/// A service on an application on a database, and one on two hosts of which one is enough.
pub(super) const ITEMS: &str = "
            == service svc-a live
            relations: [ci-app]
            == service svc-b live
            relations: [ci-x, ci-y]
            redundancy: [{of: [ci-x, ci-y], min_up: 1}]
            == ci ci-app live
            relations: [ci-db]
            == ci ci-db live
            == ci ci-x live
            owner: team-x
            == ci ci-y live";

/// December 2026, up to Christmas.
pub(super) fn december() -> Bounds {
    ("2026-12-01T00:00:00Z".parse().unwrap(), "2026-12-25T00:00:00Z".parse().unwrap())
}

/// Calls `then` with the records of `text`, each begun by `== KIND ID STATUS`.
pub(super) fn ground<T>(text: &str, then: impl FnOnce(Ground<'_>) -> T) -> T {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(|line| line.strip_prefix("            ").unwrap_or(line)) {
        let head: Vec<&str> = line.split(' ').collect();
        if let ["==", kind, id, status] = head[..] {
            let head = format!("kind: {kind}\nid: {id}\ntitle: The {id}\nstatus: {status}\n");
            files.push((format!("sms/{kind}/{id}.yaml"), head));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    with(&files, |sms| {
        let graph = Graph::build(sms);
        then(Ground { sms, graph: &graph })
    })
}

/// Calls `then` with what happens in [`december`].
pub(super) fn schedule<T>(text: &str, then: impl FnOnce(Ground<'_>, Schedule<'_>) -> T) -> T {
    ground(text, |ground| then(ground, Schedule::new(ground, december())))
}

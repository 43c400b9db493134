//! Check runs by the worst reading of what GitHub says about them.

use serde_json::Value;

use super::{APP, Hub, State};

impl Hub {
    /// Whether any check run of the bot on the head of a pull request lets a merge through.
    pub(in super::super) fn lets_through(&self, number: u64) -> bool {
        let state = self.state();
        let pull = &state.pulls[&number];
        let name = format!("gitsm / {}", pull.base);
        let of = state
            .checks
            .iter()
            .filter(|check| check["head_sha"] == pull.head.as_str() && check["name"] == name.as_str());
        of.filter(|check| check["app"]["id"] == APP).any(succeeds)
    }
}

/// The worst reading of what GitHub says about several runs of one name: any that succeeds lets a merge through. So after
/// each writing of the bot that does more than ending an older run, none succeeds beside a newest one that does not.
pub(super) fn stand_alone(state: &mut State, written: &Value) {
    if written["app"]["id"] != APP || written["conclusion"] == "cancelled" {
        return;
    }
    let of = |check: &&Value| {
        ["name", "head_sha"].into_iter().all(|key| check[key] == written[key]) && check["app"]["id"] == APP
    };
    let newest = state.checks.iter().filter(of).max_by_key(|check| check["id"].as_u64()).unwrap();
    if !succeeds(newest) && state.checks.iter().filter(of).any(succeeds) {
        let wrong = format!("{} on {} still succeeds beside a newer run", written["name"], written["head_sha"]);
        state.wrong.push(wrong);
    }
}

/// Whether a required check is content with this run.
fn succeeds(check: &Value) -> bool {
    ["success", "neutral", "skipped"].iter().any(|word| check["conclusion"] == *word)
}

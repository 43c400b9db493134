//! A small repository with a change policy, people with keys, and a ledger.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::git::Git;
use crate::program::{Run, tool};

/// Something under control.
pub(crate) const SLA: &str = "sms/sla/sla-a.yaml";

pub(crate) fn sla(more: &str) -> String {
    format!("kind: sla\nid: sla-a\ntitle: A\nstatus: draft\n{more}")
}

/// A repository whose ledger has begun.
pub(crate) struct World {
    pub(crate) git: Git,
}

impl World {
    /// The repository, adopted at its first commit.
    #[track_caller]
    pub(crate) fn new() -> Self {
        let world = Self::unadopted();
        world.adopt(&[]);
        world
    }

    #[track_caller]
    pub(crate) fn unadopted() -> Self {
        let git = Git::new();
        git.folder.write("gitsm.toml", "format = 1\n");
        let policy = "kind: change_policy\nid: change-policy\ntitle: P\nstatus: in_force\n\
                      controlled: {kinds: [sla, ci, change_policy], paths: ['gitsm.toml']}\n";
        git.folder.write("sms/change_policy/change-policy.yaml", policy);
        for name in ["Ann", "Bo", "Cy"] {
            let id = name.to_lowercase();
            git.folder.write(&format!("sms/person/{id}.yaml"), person(name, ""));
        }
        git.folder.write(SLA, sla(""));
        git.commit("Begin");
        Self { git }
    }

    /// Runs gitsm at the time of the repository's clock, a minute later than before.
    #[track_caller]
    pub(crate) fn gitsm(&self, arguments: &[&str]) -> Run {
        let now = self.git.now();
        self.git.folder.run(&[&["--as-of", &now], arguments].concat())
    }

    #[track_caller]
    pub(crate) fn adopt(&self, more: &[&str]) {
        let run = self.gitsm(&[&["audit", "adopt", "--recorder", "Bot <bot@example.org>", "-q"], more].concat());
        run.clean();
    }

    /// Starts a branch, edits what is under control there as Bo, and gives the head.
    #[track_caller]
    pub(crate) fn work(&self, branch: &str, more: &str) -> String {
        self.git.run(&["switch", "--quiet", "-c", branch]);
        self.git.folder.write(SLA, sla(more));
        let head = self.git.commit_by("Bo", &format!("Edit on {branch}\n\nChange: chg-{branch}"));
        self.git.run(&["switch", "--quiet", "main"]);
        head
    }

    /// Merges a branch as Cy; gives the merge.
    #[track_caller]
    pub(crate) fn merge(&self, branch: &str) -> String {
        let message = format!("Merge {branch}\n\nChange: chg-{branch}");
        self.git.by("Cy", &["merge", "--quiet", "--no-ff", "-m", &message, branch]);
        self.git.head()
    }

    /// The decision to let `head` come upon `base`.
    pub(crate) fn decision(base: &str, head: &str) -> Value {
        json!({
            "outcome": "PASS", "change": "chg-a", "category": "normal", "digest": "d",
            "policy": {"id": "change-policy", "commit": base}, "base": {"ref": "main", "commit": base}, "head": {"ref": "", "commit": head},
        })
    }

    /// Records a decision about `commit`.
    #[track_caller]
    pub(crate) fn record(&self, commit: &str, decision: &Value, more: &[&str]) -> Run {
        self.git.folder.write(".git/decision.json", decision.to_string());
        self.git.folder.write(".git/facts.json", json!({"author": "bo"}).to_string());
        let files = ["--decision", ".git/decision.json", "--facts", ".git/facts.json"];
        let who = ["--recorder", "Bot <bot@example.org>", "-q"];
        self.gitsm(&[&["audit", "record", commit][..], &files, &who, more].concat())
    }

    /// Brings a decided branch to main by a merge; gives the merge.
    #[track_caller]
    pub(crate) fn change(&self, branch: &str, more: &str) -> String {
        let base = self.git.head();
        let head = self.work(branch, more);
        let merge = self.merge(branch);
        self.record(&merge, &Self::decision(&base, &head), &[]).clean();
        merge
    }

    /// `landing verdict reason,reason` of each commit that touches something under control, the first first.
    #[track_caller]
    pub(crate) fn verdicts(&self) -> Vec<String> {
        let report = self.git.folder.json(&["audit", "verify"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line = |commit: &Value| {
            let reasons: Vec<String> =
                commit["reasons"].as_array().unwrap().iter().map(|it| text(&it["code"])).collect();
            format!("{} {} {}", text(&commit["landing"]), text(&commit["verdict"]), reasons.join(",")).trim().to_owned()
        };
        report["commits"].as_array().unwrap().iter().rev().map(line).collect()
    }

    /// The codes of everything else that is wrong, each once.
    #[track_caller]
    pub(crate) fn problems(&self) -> Vec<String> {
        let report = self.git.folder.json(&["audit", "verify"]);
        let problems = report["problems"].as_array().unwrap().iter();
        let mut codes: Vec<String> = problems.map(|it| it["code"].as_str().unwrap().to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }
}

pub(crate) fn person(name: &str, keys: &str) -> String {
    format!("kind: person\nid: {}\ntitle: {name}\nstatus: active\n{keys}", name.to_lowercase())
}

/// A private key made by `ssh-keygen`, and its public half; none where the machine has no such program.
pub(crate) fn key(git: &Git, name: &str, sort: &[&str]) -> Option<(PathBuf, String)> {
    let path = git.folder.path().join(".git").join(name);
    let made =
        Command::new(tool("ssh-keygen")?).args(["-q", "-N", "", "-C", name, "-f"]).arg(&path).args(sort).output();
    assert!(made.is_ok_and(|made| made.status.success()), "no key");
    let public = std::fs::read_to_string(path.with_extension("pub")).ok()?;
    Some((path, public.trim().to_owned()))
}

//! The local clone that decisions are made from: objects are fetched into it, and nothing is ever checked out.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use tokio::process::Command;
use tokio::sync::Mutex;

use super::secret::Secret;

/// How long one fetch may take.
const LONGEST: Duration = Duration::from_mins(5);

/// Variables of git that would make it work elsewhere or otherwise.
const OTHERWISE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_CURL_VERBOSE",
];

/// Why the clone cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// git is not there, or cannot be started.
    #[error("cannot run git: {0}")]
    NoGit(#[source] std::io::Error),
    /// git says no.
    #[error("git {what} failed: {why}")]
    Git {
        /// What was tried.
        what: &'static str,
        /// What git said, without addresses.
        why: String,
    },
    /// git went on for too long.
    #[error("git {0} took too long")]
    Slow(&'static str),
    /// The folder cannot be made.
    #[error("cannot make {0}")]
    Folder(PathBuf, #[source] std::io::Error),
}

/// A clone and where it is fetched from.
#[derive(Debug, Clone)]
pub struct Mirror {
    root: PathBuf,
    url: String,
    /// git locks what it writes, and fails where it finds a lock; so one at a time.
    turn: Arc<Mutex<()>>,
}

impl Mirror {
    /// The clone at `root`, which is there already, such as the checkout of a workflow.
    #[must_use]
    pub fn at(root: &Path, url: &str) -> Self {
        Self { root: root.to_owned(), url: url.to_owned(), turn: Arc::default() }
    }

    /// The clone at `root`; an empty one is made when there is none.
    ///
    /// # Errors
    /// When the folder or the clone cannot be made.
    pub async fn open(root: &Path, url: &str) -> Result<Self, MirrorError> {
        if !root.join(".git").exists() {
            std::fs::create_dir_all(root).map_err(|why| MirrorError::Folder(root.to_owned(), why))?;
            let mirror = Self::at(root, url);
            mirror.git("init", &["--quiet", "--template="], None).await?;
            return Ok(mirror);
        }
        Ok(Self::at(root, url))
    }

    /// The folder of the clone.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Fetches commits and references; each `spec` is one that git knows, such as a hash or `+refs/pull/7/head:refs/…`.
    ///
    /// # Errors
    /// When git is not there, or cannot fetch one of them.
    pub async fn fetch(&self, specs: &[String], token: Option<&Secret>) -> Result<(), MirrorError> {
        let fixed = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--force", "--"];
        let mut arguments: Vec<&str> = fixed.to_vec();
        arguments.push(&self.url);
        arguments.extend(specs.iter().map(String::as_str));
        self.git("fetch", &arguments, token).await
    }

    /// Lets a reference of the clone lead to what `to` names.
    ///
    /// # Errors
    /// When git refuses.
    pub async fn point(&self, reference: &str, to: &str) -> Result<(), MirrorError> {
        self.git("update-ref", &["--no-deref", reference, to], None).await
    }

    /// Pushes a branch as it is here, and never over what the remote has besides.
    ///
    /// # Errors
    /// When git is not there, or the remote does not take it.
    pub async fn push(&self, branch: &str, token: Option<&Secret>) -> Result<(), MirrorError> {
        let spec = format!("refs/heads/{branch}:refs/heads/{branch}");
        let arguments = ["--quiet", "--no-verify", "--no-signed", "--recurse-submodules=no", "--", &self.url, &spec];
        self.git("push", &arguments, token).await
    }

    async fn git(&self, what: &'static str, arguments: &[&str], token: Option<&Secret>) -> Result<(), MirrorError> {
        let _turn = self.turn.lock().await;
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root);
        // Nothing of the repository or of the machine's settings may run.
        for setting in ["core.hooksPath=/dev/null", "credential.helper=", "core.fsmonitor=false", "gc.auto=0"] {
            command.args(["-c", setting]);
        }
        command.arg(what).args(arguments);
        for name in OTHERWISE {
            command.env_remove(name);
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        if let Some(token) = token.filter(|_| self.url.starts_with("http")) {
            // In the environment, since arguments can be seen by every user of the machine.
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("x-access-token:{}", token.reveal()));
            command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "http.extraHeader");
            command.env("GIT_CONFIG_VALUE_0", format!("Authorization: Basic {basic}"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let run = tokio::time::timeout(LONGEST, command.output()).await;
        let output = run.map_err(|_| MirrorError::Slow(what))?.map_err(MirrorError::NoGit)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let why = said.lines().next().unwrap_or("no reason given").replace(&self.url, "the repository");
        Err(MirrorError::Git { what, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn a_clone_is_made_once_and_has_nothing_checked_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        let mirror = run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        assert_eq!(mirror.root(), root);
        let names: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [".git"]);
        std::fs::write(root.join(".git/kept"), "x").unwrap();
        run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        assert!(root.join(".git/kept").exists());
    }

    #[test]
    fn what_git_says_is_told_without_the_address() {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().join("s3cr3t").display().to_string();
        let mirror = run(Mirror::open(&folder.path().join("clone"), &url)).unwrap();
        let error = run(mirror.fetch(&["+refs/heads/main:refs/gitsm/base/main".to_owned()], None)).unwrap_err();
        assert!(matches!(&error, MirrorError::Git { what: "fetch", .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.starts_with("git fetch failed: ") && said.contains("the repository"), "{said}");
        assert!(!said.contains("s3cr3t"), "{said}");
    }
}

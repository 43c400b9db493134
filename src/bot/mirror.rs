//! The local clone that decisions are made from: objects are fetched into it, and nothing is ever checked out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use tokio::process::Command;
use tokio::sync::Mutex;

use super::secret::Secret;

/// How long one fetch may take.
const LONGEST: Duration = Duration::from_mins(5);
/// How long packing may take, which keeps nobody waiting.
const LONGEST_PACKING: Duration = Duration::from_hours(2);
/// The wait after packing; each failure in a row doubles it.
const PAUSE: Duration = Duration::from_mins(10);
/// The longest such wait.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// How often git is tried when a lock that nobody holds any more is in its way.
const TRIES: u32 = 2;

/// Where the clone keeps a branch. A branch may take the name that was a folder of another one before; here every name is
/// a file.
#[must_use]
pub(super) fn base_ref(branch: &str) -> String {
    format!("refs/gitsm/branch/{}", super::repo::encode(branch, false).replace('~', "%7E"))
}

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
    /// Packing goes on beside everything else, and beside no other packing.
    packing: Arc<Mutex<Packing>>,
    /// Commits that could not be fetched, with the time until which they are not tried again: one of them must not keep
    /// every decision waiting.
    shunned: Arc<Mutex<BTreeMap<String, Instant>>>,
}

/// How packing went.
#[derive(Debug, Default)]
struct Packing {
    /// How often in a row it failed.
    failures: u32,
    /// Until when it is not tried again.
    until: Option<Instant>,
}

impl Packing {
    /// Whether it may be tried.
    fn is_due(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    /// What became of a try.
    fn note(&mut self, well: bool, now: Instant) {
        // Objects to which nothing leads are not packed, and git begins anew each time for as long as there are many.
        let pause = PAUSE.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_PAUSE);
        self.failures = if well { 0 } else { self.failures.saturating_add(1) };
        self.until = now.checked_add(if well { PAUSE } else { pause });
    }
}

impl Mirror {
    /// The clone at `root`, which is there already, such as the checkout of a workflow.
    #[must_use]
    pub fn at(root: &Path, url: &str) -> Self {
        Self {
            root: root.to_owned(),
            url: url.to_owned(),
            turn: Arc::default(),
            packing: Arc::default(),
            shunned: Arc::default(),
        }
    }

    /// The clone at `root`; an empty one is made when there is none.
    ///
    /// # Errors
    /// When the folder or the clone cannot be made.
    pub async fn open(root: &Path, url: &str) -> Result<Self, MirrorError> {
        std::fs::create_dir_all(root).map_err(|why| MirrorError::Folder(root.to_owned(), why))?;
        let mirror = Self::at(root, url);
        // Also where there is one: it may have been broken off while it was made.
        mirror.git("init", &["--quiet", "--template="], None).await?;
        Ok(mirror)
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

    /// Fetches as many of these commits as can be, each by its `spec`.
    pub(super) async fn fetch_some(&self, wanted: &[(String, String)], token: Option<&Secret>) {
        let now = Instant::now();
        let mut shunned = self.shunned.lock().await.clone();
        shunned.retain(|_, until| *until > now);
        let wanted: Vec<&(String, String)> = wanted.iter().filter(|(id, _)| !shunned.contains_key(id)).collect();
        let specs: Vec<String> = wanted.iter().map(|(_, spec)| spec.clone()).collect();
        if !specs.is_empty() && self.fetch(&specs, token).await.is_err() {
            for (id, spec) in wanted {
                if self.fetch(std::slice::from_ref(spec), token).await.is_err() {
                    shunned.insert(id.clone(), now + PAUSE);
                }
            }
        }
        *self.shunned.lock().await = shunned;
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

    /// Lets git pack what lies about, when it is much. Only packing the references keeps others waiting, and is done in a
    /// moment; git itself lets objects be packed beside everything else. Nothing is done while that goes on already, or
    /// soon after it failed.
    ///
    /// # Errors
    /// When git cannot.
    pub async fn tidy(&self) -> Result<(), MirrorError> {
        let Ok(mut packing) = self.packing.try_lock() else { return Ok(()) };
        if !packing.is_due(Instant::now()) {
            return Ok(());
        }
        let packed = match self.git("pack-refs", &["--all"], None).await {
            Ok(()) => self.pack().await,
            Err(error) => Err(error),
        };
        packing.note(packed.is_ok(), Instant::now());
        packed
    }

    /// Packs objects, without a turn.
    async fn pack(&self) -> Result<(), MirrorError> {
        self.once("gc", &["--auto", "--quiet"], None).await
    }

    /// Runs git, and again after taking away what one that was killed left in its way.
    async fn git(&self, what: &'static str, arguments: &[&str], token: Option<&Secret>) -> Result<(), MirrorError> {
        let _turn = self.turn.lock().await;
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.once(what, arguments, token).await;
            let locked = matches!(&done, Err(MirrorError::Git { why, .. }) if why.contains(".lock"));
            if !locked || tries == TRIES || !unlock(&self.root.join(".git")) {
                return done;
            }
        }
    }

    async fn once(&self, what: &'static str, arguments: &[&str], token: Option<&Secret>) -> Result<(), MirrorError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root);
        // Nothing of the repository or of the machine's settings may run.
        for setting in ["core.hooksPath=/dev/null", "credential.helper=", "core.fsmonitor=false", "gc.autoDetach=false"]
        {
            command.args(["-c", setting]);
        }
        if what == "gc" {
            // References are written meanwhile; the lock on all of them would be in the way.
            command.args(["-c", "gc.packRefs=false"]);
        } else {
            // Only when it is asked for.
            command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
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
        let longest = if what == "gc" { LONGEST_PACKING } else { LONGEST };
        let run = tokio::time::timeout(longest, command.output()).await;
        let output = run.map_err(|_| MirrorError::Slow(what))?.map_err(MirrorError::NoGit)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let why = said.lines().next().unwrap_or("no reason given").replace(&self.url, "the repository");
        Err(MirrorError::Git { what, why })
    }
}

/// Takes away the locks that are older than git may ever run, so that whoever made them is gone; tells whether there were
/// any.
fn unlock(git: &Path) -> bool {
    let old = |path: &Path| {
        let age = std::fs::metadata(path).and_then(|about| about.modified()).map(|at| at.elapsed());
        matches!(age, Ok(Ok(age)) if age > LONGEST)
    };
    let mut found = false;
    let mut open = vec![git.to_owned(), git.join("refs"), git.join("objects/info")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|sort| sort.is_dir()) {
                if folder.starts_with(git.join("refs")) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "lock") && old(&path) {
                found |= std::fs::remove_file(&path).is_ok();
            }
        }
    }
    found
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
    fn a_clone_that_was_broken_off_while_it_was_made_is_made_whole() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("clone");
        std::fs::create_dir_all(root.join(".git/refs")).unwrap();
        let mirror = run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        let blob = git2::Repository::open(&root).unwrap().blob(b"x").unwrap().to_string();
        run(mirror.point("refs/gitsm/x", &blob)).unwrap();
    }

    #[test]
    fn what_cannot_be_fetched_keeps_nothing_else_from_it_and_is_left_alone_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let remote = git2::Repository::init_bare(folder.path().join("remote")).unwrap();
        let tree = remote.find_tree(remote.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let who = git2::Signature::new("Ann", "a@x", &git2::Time::new(1_794_000_000, 0)).unwrap();
        let commit = remote.commit(Some("refs/heads/a"), &who, &who, "x", &tree, &[]).unwrap().to_string();
        let url = folder.path().join("remote").display().to_string();
        let mirror = run(Mirror::open(&folder.path().join("clone"), &url)).unwrap();
        let gone = "b".repeat(40);
        let spec = |name: &str| format!("+refs/heads/{name}:refs/gitsm/{name}");
        let wanted = [(gone.clone(), spec("b")), (commit.clone(), spec("a"))];
        run(mirror.fetch_some(&wanted, None));
        let clone = git2::Repository::open(mirror.root()).unwrap();
        assert_eq!(clone.refname_to_id("refs/gitsm/a").unwrap().to_string(), commit);
        assert_eq!(run(mirror.shunned.lock()).keys().collect::<Vec<_>>(), [&gone]);
        remote.reference("refs/heads/b", git2::Oid::from_str(&commit).unwrap(), true, "x").unwrap();
        run(mirror.fetch_some(&wanted[..1], None));
        assert!(clone.refname_to_id("refs/gitsm/b").is_err(), "not yet");
        run(mirror.shunned.lock()).insert(gone, Instant::now());
        run(mirror.fetch_some(&wanted[..1], None));
        assert!(clone.refname_to_id("refs/gitsm/b").is_ok() && run(mirror.shunned.lock()).is_empty());
    }

    #[test]
    fn every_branch_has_a_place_of_its_own_whatever_was_there_before() {
        assert_eq!(base_ref("main"), "refs/gitsm/branch/main");
        let folder = tempfile::tempdir().unwrap();
        let remote = git2::Repository::init_bare(folder.path().join("remote")).unwrap();
        let tree = remote.find_tree(remote.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let who = git2::Signature::new("Ann", "a@x", &git2::Time::new(1_794_000_000, 0)).unwrap();
        let commit = remote.commit(None, &who, &who, "x", &tree, &[]).unwrap();
        let url = folder.path().join("remote").display().to_string();
        let mirror = run(Mirror::open(&folder.path().join("clone"), &url)).unwrap();
        for branch in ["release", "release/1", "release"] {
            let whole = format!("refs/heads/{branch}");
            let mut reference = remote.reference(&whole, commit, true, "x").unwrap();
            run(mirror.fetch(&[format!("+{whole}:{}", base_ref(branch))], None)).unwrap();
            reference.delete().unwrap();
        }
    }

    #[test]
    fn a_lock_that_a_killed_git_left_is_taken_away_when_nobody_can_hold_it_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("clone");
        let mirror = run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        let lock = |path: &str, age: u64| {
            let path = root.join(".git").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = std::fs::File::create(&path).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - Duration::from_secs(age)).unwrap();
            path
        };
        let blob = git2::Repository::open(&root).unwrap().blob(b"x").unwrap().to_string();
        let fresh = lock("refs/gitsm/x.lock", 10);
        let error = run(mirror.point("refs/gitsm/x", &blob)).unwrap_err().to_string();
        assert!(error.contains("lock") && fresh.exists(), "somebody may still hold it: {error}");
        let stale = [lock("refs/gitsm/x.lock", 400), lock("packed-refs.lock", 400)];
        run(mirror.point("refs/gitsm/x", &blob)).unwrap();
        assert!(stale.iter().all(|path| !path.exists()));
    }

    /// Lays so much about in a clone that it is to be packed; gives one object.
    fn much_lies_about(mirror: &Mirror) -> String {
        let repository = git2::Repository::open(mirror.root()).unwrap();
        let blob = repository.blob(b"x").unwrap().to_string();
        repository.config().unwrap().set_i32("gc.auto", 1).unwrap();
        // git guesses how many there are from one of its 256 folders.
        let guessed = (0..).map(|at: u32| repository.blob(at.to_string().as_bytes()).unwrap().to_string());
        for id in guessed.filter(|id| id.starts_with("17")).take(3) {
            run(mirror.point(&format!("refs/gitsm/{id}"), &id)).unwrap();
        }
        run(mirror.point("refs/gitsm/x", &blob)).unwrap();
        blob
    }

    #[test]
    fn a_clone_is_packed_when_much_lies_about_and_only_when_it_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("clone");
        let mirror = run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        much_lies_about(&mirror);
        let packs = || std::fs::read_dir(root.join(".git/objects/pack")).map_or(0, Iterator::count);
        assert_eq!(packs(), 0);
        run(mirror.tidy()).unwrap();
        assert!(packs() > 0);
    }

    #[test]
    fn packing_waits_for_nobody_keeps_nobody_waiting_and_goes_on_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("clone");
        let mirror = run(Mirror::open(&root, "https://example.com/a/b")).unwrap();
        let blob = much_lies_about(&mirror);
        let packs = || std::fs::read_dir(root.join(".git/objects/pack")).map_or(0, Iterator::count);
        run(async {
            let packing = mirror.packing.lock().await;
            mirror.tidy().await.unwrap();
            assert_eq!(packs(), 0, "somebody packs already");
            mirror.point("refs/gitsm/y", &blob).await.unwrap();
            drop(packing);
            let turn = mirror.turn.lock().await;
            tokio::time::timeout(Duration::from_mins(1), mirror.pack()).await.unwrap().unwrap();
            assert!(packs() > 0, "while another git is at work");
            drop(turn);
            assert!(root.join(".git/refs/gitsm/y").exists(), "references are left to whoever has a turn");
            mirror.tidy().await.unwrap();
            assert!(!root.join(".git/refs/gitsm/y").exists());
        });
    }

    #[test]
    fn packing_that_fails_is_tried_again_ever_later() {
        let start = Instant::now();
        let mut packing = Packing::default();
        assert!(packing.is_due(start));
        let wait = |packing: &Packing| packing.until.unwrap().saturating_duration_since(start).as_secs() / 60;
        let waits: Vec<u64> = (0..4)
            .map(|_| {
                packing.note(false, start);
                wait(&packing)
            })
            .collect();
        assert_eq!(waits, [10, 20, 40, 80]);
        assert!(!packing.is_due(start + Duration::from_mins(79)) && packing.is_due(start + Duration::from_mins(80)));
        for _ in 0..100 {
            packing.note(false, start);
        }
        assert_eq!(wait(&packing), 24 * 60);
        packing.note(true, start);
        assert_eq!((wait(&packing), packing.failures), (10, 0));
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

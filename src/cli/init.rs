//! `gitsm init`.

mod history;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use rust_embed::RustEmbed;

use super::{Context, Exit, schema};
use crate::load;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to start in; made when it is not there
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Bring the sample: a made-up service provider with two years of records, to look around and learn from
    #[arg(long)]
    sample: bool,
    /// With --sample: make it a git repository in which changes were merged, squashed, pushed past everybody and voted on
    /// by their own author, with the ledger of the decisions
    #[arg(long, requires = "sample")]
    history: bool,
}

#[derive(RustEmbed)]
#[folder = "sms/"]
struct Sample;

#[derive(RustEmbed)]
#[folder = "src/cli/starter/"]
struct Starter;

/// The branch that stands for a repository when it is not known which one does.
const MAIN: &str = "main";
/// Where the workflows lie.
const FORGE: &str = ".github/";

/// The last day of the sample's story.
const SAMPLE_DAY: &str = "2026-11-20";

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let root = cx.directory().join(&arguments.folder);
    for there in ["sms", "gitsm.toml"] {
        if root.join(there).exists() {
            anyhow::bail!("{} is there already; `gitsm check` tells how it stands", root.join(there).display());
        }
    }
    let branch = load::default_branch(&existing(&root)).unwrap_or_else(|| MAIN.to_owned());
    let mut records = 0;
    if arguments.sample {
        for path in Sample::iter() {
            let file = Sample::get(&path).with_context(|| format!("the sample lacks {path}"))?;
            write(&root.join("sms").join(path.as_ref()), &file.data)?;
            records += 1;
        }
        write(&root.join("gitsm.toml"), include_bytes!("../../gitsm.toml"))?;
    } else {
        for path in Starter::iter().filter(|path| !path.starts_with(FORGE)) {
            let file = Starter::get(&path).with_context(|| format!("the starter lacks {path}"))?;
            write(&root.join(path.as_ref()), &file.data)?;
            records += usize::from(path.starts_with("sms/"));
        }
        if branch != MAIN {
            let path = root.join("gitsm.toml");
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            write(&path, format!("{text}\n[evidence]\nbranch = \"{branch}\"\n").as_bytes())?;
        }
    }
    workflows(&root, &branch)?;
    schema::write_to(&root.join("schemas"))?;
    if arguments.history {
        history::make(cx, &root)?;
    }
    let place = if arguments.folder == Path::new(".") {
        "this folder".to_owned()
    } else {
        arguments.folder.display().to_string()
    };
    cx.line(format!(
        "Started a service management system in {place}: {records} files of records, gitsm.toml, schemas for editors, \
         workflows for GitHub"
    ))?;
    let enter = if arguments.folder == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", arguments.folder.display())
    };
    if arguments.history {
        cx.next(&format!("`{enter}gitsm audit verify`, which finds what went around the process"))?;
    } else if arguments.sample {
        cx.next(&format!("`{enter}gitsm check --as-of {SAMPLE_DAY}` (the day on which the sample's story ends)"))?;
    } else {
        cx.next(&format!("`{enter}gitsm check`, then `gitsm new service`"))?;
    }
    Ok(Exit::Clean)
}

/// The folder itself, or the nearest one above it that is there.
fn existing(folder: &Path) -> PathBuf {
    folder.ancestors().find(|above| above.is_dir()).unwrap_or(folder).to_owned()
}

/// Writes the workflows, each with the version of this program and the branch that stands for the repository in it. One
/// that is there already is left alone.
fn workflows(root: &Path, branch: &str) -> anyhow::Result<()> {
    for path in Starter::iter().filter(|path| path.starts_with(FORGE) && !root.join(path.as_ref()).exists()) {
        let file = Starter::get(&path).with_context(|| format!("the starter lacks {path}"))?;
        let text = String::from_utf8_lossy(&file.data).replace("GITSM_VERSION", env!("CARGO_PKG_VERSION"));
        let text = text.replace("branches: [main]", &format!("branches: [{branch}]"));
        write(&root.join(path.as_ref()), text.as_bytes())?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use crate::cli::Exit;
    use crate::cli::fixture::Folder;

    #[test]
    fn what_is_started_passes_its_own_check() {
        for arguments in [&["init"][..], &["init", "--sample"][..]] {
            let folder = Folder::new(&[]);
            assert!(folder.prints(arguments).starts_with("Started a service management system in this folder: "));
            let (exit, printed) = folder.gitsm(&["check"]).unwrap();
            assert_eq!(exit, Exit::Clean, "{printed}");
        }
    }

    #[test]
    fn a_folder_is_made_and_the_advice_leads_into_it() {
        let folder = Folder::new(&[]);
        let printed = folder.prints(&["init", "new/place"]);
        assert!(printed.contains("in new/place: ") && printed.contains("`cd new/place && gitsm check`"), "{printed}");
        assert!(folder.root.join("new/place/gitsm.toml").is_file());
        assert!(folder.root.join("new/place/schemas/ci.schema.json").is_file());
    }

    #[test]
    fn workflows_are_pinned_have_the_least_rights_and_hold_no_text_of_strangers() {
        let folder = Folder::new(&[]);
        folder.prints(&["init"]);
        let place = folder.root.join(".github/workflows");
        let mut names = Vec::new();
        for entry in place.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            names.push(path.file_name().unwrap().to_string_lossy().into_owned());
            assert!(text.contains("\npermissions: {}\n"), "{names:?}");
            assert!(!text.contains("GITSM_VERSION"), "{names:?}");
            for line in text.lines() {
                if let Some((_, action)) = line.split_once("uses: ") {
                    let hash = action.split(['@', ' ']).nth(1).unwrap();
                    assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
                }
                assert!(!line.contains("run: ") || !line.contains("${{"), "{line}");
            }
            // Whatever can write must not check a pull request out.
            if text.contains("pull_request_target") {
                assert!(!text.contains("checkout@"), "{names:?}");
            }
        }
        names.sort();
        assert_eq!(
            names,
            [
                "gitsm-check.yml",
                "gitsm-gate.yml",
                "gitsm-record.yml",
                "gitsm-review.yml",
                "gitsm-site.yml",
                "gitsm-sweep.yml"
            ]
        );
    }

    #[test]
    fn workflows_and_settings_name_the_branch_that_stands_for_the_repository() {
        let wanted = |prepare: &dyn Fn(&git2::Repository)| {
            let folder = Folder::new(&[]);
            let mut options = git2::RepositoryInitOptions::new();
            options.initial_head("trunk");
            prepare(&git2::Repository::init_opts(&folder.root, &options).unwrap());
            folder.prints(&["init"]);
            let read = |path: &str| std::fs::read_to_string(folder.root.join(path)).unwrap();
            let settings = read("gitsm.toml");
            let branch =
                settings.split("[evidence]\nbranch = ").nth(1).map_or("main", |rest| rest.trim().trim_matches('"'));
            for name in ["check", "gate", "record", "site"] {
                let text = read(&format!(".github/workflows/gitsm-{name}.yml"));
                assert!(text.contains(&format!("branches: [{branch}]\n")), "{name}: {text}");
            }
            let (exit, printed) = folder.gitsm(&["check"]).unwrap();
            assert_eq!(exit, Exit::Clean, "{printed}");
            branch.to_owned()
        };
        assert_eq!(wanted(&|_| {}), "trunk", "it has no commit yet");
        let commit = |repository: &git2::Repository, names: &[&str]| {
            let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
            let who = git2::Signature::new("Ann", "a@x", &git2::Time::new(1_794_000_000, 0)).unwrap();
            let id = repository.commit(None, &who, &who, "x", &tree, &[]).unwrap();
            for name in names {
                repository.reference(name, id, true, "x").unwrap();
            }
        };
        assert_eq!(wanted(&|it| commit(it, &["refs/heads/work"])), "work", "it has no other one");
        assert_eq!(wanted(&|it| commit(it, &["refs/heads/trunk", "refs/heads/work"])), "main", "nobody knows which");
        let cloned = |it: &git2::Repository| {
            commit(it, &["refs/heads/work", "refs/remotes/origin/release/2"]);
            it.reference_symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/release/2", true, "x").unwrap();
        };
        assert_eq!(wanted(&cloned), "release/2", "the remote says so");
        let odd = |it: &git2::Repository| commit(it, &["refs/heads/a{b}"]);
        assert_eq!(wanted(&odd), "main", "what would be a pattern is not written into one");
    }

    #[test]
    fn a_workflow_that_is_there_is_left_alone() {
        let folder = Folder::new(&[(".github/workflows/gitsm-gate.yml", "mine")]);
        folder.prints(&["init"]);
        assert_eq!(std::fs::read_to_string(folder.root.join(".github/workflows/gitsm-gate.yml")).unwrap(), "mine");
    }

    #[test]
    fn what_is_there_is_left_alone() {
        for there in [("sms/x", "x"), ("gitsm.toml", "x")] {
            let folder = Folder::new(&[there]);
            assert!(folder.fails(&["init"]).contains("is there already"));
            assert!(!folder.root.join("schemas").exists(), "nothing was written");
            assert_eq!(std::fs::read_to_string(folder.root.join(there.0)).unwrap(), "x");
        }
    }
}

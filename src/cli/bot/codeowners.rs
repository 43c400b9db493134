//! `gitsm bot codeowners`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::base::text::quoted;
use crate::cli::{Context, Exit};
use crate::gate::codeowners::{CodeOwners, MADE, MOST, PLACES, codeowners};
use crate::load;

/// What makes the file right.
const COMMAND: &str = "gitsm bot codeowners --write";

/// Arguments of `bot codeowners`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Write the file where GitHub looks for it; one that was written by hand is left alone
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// End with 1 when the file that GitHub would use is not what the records say
    #[arg(long)]
    check: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let root = cx.root()?;
    let folder = load::folder(&root);
    let made = cx.with_sms(|_, sms| {
        let day = sms.snapshot.as_of.day();
        codeowners(sms, &sms.findings, &folder, day).map_err(|reason| anyhow::anyhow!("{}", reason.message))
    })?;
    // GitHub would ignore it as a whole, and ask nobody.
    anyhow::ensure!(
        made.text.len() <= MOST,
        "it would have {} bytes, and GitHub reads no more than {MOST}; control fewer single items in the change policy",
        made.text.len()
    );
    let top = top(&root, &folder);
    let exit = match (arguments.write, arguments.check) {
        (true, _) => write(cx, &top, &made)?,
        (_, true) => check(cx, &top, &made)?,
        _ => {
            cx.text(&made.text)?;
            return Ok(Exit::Clean);
        }
    };
    Ok(tell(cx, &made)?.unwrap_or(exit))
}

/// The top of the git repository, when the records lie `folder` below it.
fn top(root: &Path, folder: &str) -> PathBuf {
    let depth = folder.split('/').filter(|part| !part.is_empty()).count();
    root.ancestors().nth(depth).unwrap_or(root).to_owned()
}

/// The file that GitHub would use, and its text.
fn used(top: &Path) -> anyhow::Result<Option<(&'static str, String)>> {
    for place in PLACES {
        match std::fs::read(top.join(place)) {
            Ok(bytes) => return Ok(Some((place, String::from_utf8_lossy(&bytes).replace("\r\n", "\n")))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {place}")),
        }
    }
    Ok(None)
}

fn write(cx: &mut Context<'_>, top: &Path, made: &CodeOwners) -> anyhow::Result<Exit> {
    let there = used(top)?;
    let place = match &there {
        Some((place, text)) if text == &made.text => {
            cx.line(format!("{place} is as it should be"))?;
            return Ok(Exit::Clean);
        }
        Some((place, text)) => {
            anyhow::ensure!(
                text.starts_with(MADE),
                "{place} was written by hand, and nothing of it is overwritten; remove it first, and put what it says into the change policy"
            );
            *place
        }
        None => PLACES[0],
    };
    let path = top.join(place);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(&path, &made.text).with_context(|| format!("cannot write {place}"))?;
    cx.line(format!("wrote {place}"))?;
    Ok(Exit::Clean)
}

fn check(cx: &mut Context<'_>, top: &Path, made: &CodeOwners) -> anyhow::Result<Exit> {
    let Some((place, text)) = used(top)? else {
        cx.line(format!("there is no CODEOWNERS; `{COMMAND}` writes it"))?;
        return Ok(Exit::Findings);
    };
    if text == made.text {
        cx.line(format!("{place} is what the records say"))?;
        return Ok(Exit::Clean);
    }
    if !text.starts_with(MADE) {
        cx.line(format!(
            "{place} was written by hand, and says nothing of the change policy. Put what it says into the policy, remove it, \
             and let `{COMMAND}` write it; or leave it as it is, and do not run this check"
        ))?;
        return Ok(Exit::Findings);
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (text.lines().collect(), made.text.lines().collect());
    for (sign, lines, other) in [("-", &old, &new), ("+", &new, &old)] {
        for line in lines.iter().filter(|line| !other.contains(line)).take(20) {
            cx.line(format!("{sign} {}", crate::base::text::clean(line)))?;
        }
    }
    cx.line(format!("{place} is not what the records say; `{COMMAND}` writes it anew"))?;
    Ok(Exit::Findings)
}

/// Tells what GitHub would pass over in silence; patterns with nobody are findings.
fn tell(cx: &mut Context<'_>, made: &CodeOwners) -> anyhow::Result<Option<Exit>> {
    if !made.unknown.is_empty() && !cx.quiet() {
        let who = quoted(&made.unknown, 5);
        cx.line(format!("not asked, since their records name no account that is theirs alone (`github`): {who}"))?;
    }
    if made.ownerless.is_empty() {
        return Ok(None);
    }
    let what = quoted(&made.ownerless, 5);
    cx.line(format!(
        "GitHub would ask nobody about {what}; write `github` with login and id into the records of those who hold the roles"
    ))?;
    Ok(Some(Exit::Findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;

    /// What `init` starts with, with an account for the one who holds the seats.
    fn started() -> Folder {
        let folder = Folder::new(&[]);
        folder.prints(&["init"]);
        for (who, login, id) in [("your-name", "ann", 1), ("your-colleague", "bo-b", 2)] {
            let path = folder.root.join(format!("sms/person/{who}.yaml"));
            let text = std::fs::read_to_string(&path).unwrap();
            let text =
                text.replace("# github: {login: your-login, id: 1}", &format!("github: {{login: {login}, id: {id}}}"));
            std::fs::write(&path, text).unwrap();
        }
        folder
    }

    fn check(folder: &Folder) -> (Exit, String) {
        folder.gitsm(&["bot", "codeowners", "--check"]).unwrap()
    }

    #[test]
    fn it_is_printed_written_and_checked_and_what_differs_is_told_with_the_command() {
        let folder = started();
        let (exit, told) = check(&folder);
        assert_eq!((exit, told.contains(COMMAND)), (Exit::Findings, true), "{told}");
        let printed = folder.prints(&["bot", "codeowners"]);
        assert!(!folder.root.join(PLACES[0]).exists(), "printing writes nothing");
        assert_eq!(folder.prints(&["bot", "codeowners", "--write"]), "wrote .github/CODEOWNERS\n");
        assert_eq!(std::fs::read_to_string(folder.root.join(PLACES[0])).unwrap(), printed);
        assert_eq!(check(&folder), (Exit::Clean, ".github/CODEOWNERS is what the records say\n".to_owned()));
        assert!(folder.prints(&["bot", "codeowners", "--write"]).contains("as it should be"));
        let role = folder.root.join("sms/role/role-cab-member.yaml");
        let text = std::fs::read_to_string(&role).unwrap();
        std::fs::write(
            &role,
            text.replace(
                "{person: your-colleague, from: 2026-01-01}",
                "{person: your-colleague, from: 2026-01-01, until: 2026-02-01}",
            ),
        )
        .unwrap();
        let (exit, told) = check(&folder);
        assert_eq!(exit, Exit::Findings);
        assert!(told.contains("- /sms/ci/** @ann @bo-b\n") && told.contains("+ /sms/ci/** @ann\n"), "{told}");
        assert!(told.contains(&format!("`{COMMAND}` writes it anew")), "{told}");
        assert_eq!(folder.prints(&["bot", "codeowners", "--write"]), "wrote .github/CODEOWNERS\n");
        assert_eq!(check(&folder).0, Exit::Clean);
    }

    #[test]
    fn a_file_of_another_hand_is_left_alone_and_the_one_that_github_uses_is_looked_at() {
        let folder = started();
        folder.prints(&["bot", "codeowners", "--write"]);
        let text = std::fs::read_to_string(folder.root.join(PLACES[0])).unwrap();
        std::fs::remove_file(folder.root.join(PLACES[0])).unwrap();
        std::fs::write(folder.root.join("CODEOWNERS"), text.replace('\n', "\r\n")).unwrap();
        assert_eq!(check(&folder), (Exit::Clean, "CODEOWNERS is what the records say\n".to_owned()));
        std::fs::write(folder.root.join(PLACES[0]), "* @somebody\n").unwrap();
        let (exit, told) = check(&folder);
        assert_eq!(exit, Exit::Findings, "GitHub takes the one in .github");
        assert!(
            told.starts_with(".github/CODEOWNERS was written by hand") && told.contains("do not run this check"),
            "{told}"
        );
        assert!(!told.contains("- * @somebody"), "a comparison would tell nothing: {told}");
        assert!(folder.fails(&["bot", "codeowners", "--write"]).contains("was written by hand"));
        assert_eq!(std::fs::read_to_string(folder.root.join(PLACES[0])).unwrap(), "* @somebody\n");
    }

    #[test]
    fn what_github_would_ask_nobody_about_is_a_finding() {
        let folder = Folder::new(&[]);
        folder.prints(&["init"]);
        let (exit, told) = folder.gitsm(&["bot", "codeowners", "--write"]).unwrap();
        assert_eq!(exit, Exit::Findings);
        assert!(told.contains("GitHub would ask nobody about '/.github/**'"), "{told}");
        assert!(told.contains("'your-colleague'"), "{told}");
        assert_eq!(check(&folder).0, Exit::Findings);
    }

    #[test]
    fn in_the_sample_everything_under_control_has_somebody_and_stays_as_it_is() {
        let folder = Folder::new(&[]);
        folder.prints(&["init", "--sample"]);
        let text = folder.prints(&["bot", "codeowners"]);
        for start in ["/sms/service/** @", "/gitsm.toml @", "/.github/workflows/** @", "/sms/contract/** @"] {
            assert_eq!(text.lines().filter(|line| line.starts_with(start)).count(), 1, "{start}");
        }
        assert!(!text.contains("hl-olav-lie"), "who left is asked no longer");
        let contract = text.lines().find(|line| line.starts_with("/sms/contract/")).unwrap();
        let service = text.lines().find(|line| line.starts_with("/sms/service/")).unwrap();
        assert!(contract.contains("@hl-peter-aune") && !service.contains("@hl-peter-aune"), "who signs contracts");
        assert_eq!(folder.prints(&["bot", "codeowners", "--write"]), "wrote .github/CODEOWNERS\n");
        assert_eq!(check(&folder).0, Exit::Clean);
    }

    #[test]
    fn the_top_is_as_far_up_as_the_records_lie_deep() {
        let root = Path::new("/a/b/c");
        assert_eq!((top(root, ""), top(root, "b/c/")), (PathBuf::from("/a/b/c"), PathBuf::from("/a")));
    }
}

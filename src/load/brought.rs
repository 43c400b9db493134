//! What a branch brings, without reading the rest of the repository.

use std::path::Path;

use git2::Repository;

use super::git::prefix;
use super::merge::{differing, failed, relative, resolve};
use super::{LoadError, MAX_FILE, bounds};

/// The files that `head` adds or alters since it left `base`, with their texts; paths relative to the folder of the
/// records. What is no text, or larger than a record may be, is left out.
///
/// # Errors
/// When git cannot find or read one of the two, they have no history in common, or it is too much.
pub fn brought(root: &Path, base: &str, head: &str) -> Result<Vec<(String, String)>, LoadError> {
    let repository = Repository::discover(root).map_err(failed(format!("no git repository at {}", root.display())))?;
    let (one, other) = (resolve(&repository, base)?, resolve(&repository, head)?);
    let unreadable = || failed("the tree of a branch is missing");
    let left = repository.merge_base(one.id(), other.id()).map_err(failed("the two have no history in common"))?;
    let before = repository.find_commit(left).and_then(|commit| commit.tree()).map_err(unreadable())?;
    bounds::check(&repository, other.tree_id())?;
    let after = other.tree().map_err(unreadable())?;
    let files = relative(differing(&repository, &before, &after), &prefix(&repository, root));
    let mut left = bounds::MOST_BYTES;
    let mut found = Vec::new();
    for (path, blob) in files {
        let blob = blob.and_then(|blob| repository.find_blob(blob.parse().ok()?).ok());
        let Some(blob) = blob.filter(|blob| blob.size() as u64 <= MAX_FILE) else { continue };
        let Ok(text) = std::str::from_utf8(blob.content()) else { continue };
        left = left.checked_sub(text.len() as u64).ok_or_else(bounds::too_long)?;
        found.push((path, text.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Folder, Git};
    use super::*;

    #[test]
    fn only_what_the_branch_itself_brings_is_read() {
        let folder = Folder::new(&[]);
        let mut git = Git::new(&folder.root);
        let start = git.commit_on(&[], &[("sms/ci/a.yaml", "a"), ("sms/ci/b.yaml", "b")]);
        let branch = git.commit_on(&[start], &[("sms/ci/a.yaml", "a"), ("sms/ci/c.yaml", "c")]);
        let main = git.commit_on(&[start], &[("sms/ci/a.yaml", "later"), ("sms/ci/b.yaml", "b")]);
        let of = |base: git2::Oid, head: git2::Oid| brought(&folder.root, &base.to_string(), &head.to_string());
        assert_eq!(of(main, branch).unwrap(), [("sms/ci/c.yaml".to_owned(), "c".to_owned())]);
        assert_eq!(of(branch, start).unwrap(), []);
        let stranger = git.commit_on(&[], &[("x", "x")]);
        assert!(of(main, stranger).unwrap_err().to_string().contains("no history in common"));
    }
}

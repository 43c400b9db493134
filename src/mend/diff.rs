//! What a mend changes, as a patch.

use std::path::Path;

use git2::Patch;

/// The difference between two texts of the file at `path` as a unified diff, as `git apply` reads it.
///
/// # Errors
/// When libgit2 cannot compare them, which texts of files below its limit of 512 MiB do not bring about.
pub fn diff(path: &str, old: &str, new: &str) -> Result<String, git2::Error> {
    let name = Some(Path::new(path));
    let mut options = git2::DiffOptions::new();
    options.force_text(true);
    let mut difference = Patch::from_buffers(old.as_bytes(), name, new.as_bytes(), name, Some(&mut options))?;
    Ok(String::from_utf8_lossy(&difference.to_buf()?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_names_the_file_and_the_lines_around_the_change() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n";
        let patch = diff("sms/ci/a.yaml", old, &old.replace("e: 5", "e: 6")).unwrap();
        let (head, body) = patch.split_once("--- ").unwrap();
        assert!(head.starts_with("diff --git a/sms/ci/a.yaml b/sms/ci/a.yaml\nindex "), "{patch}");
        assert_eq!(
            body,
            "a/sms/ci/a.yaml\n+++ b/sms/ci/a.yaml\n@@ -2,5 +2,5 @@ a: 1\n b: 2\n c: 3\n d: 4\n-e: 5\n+e: 6\n f: 6\n"
        );
    }

    #[test]
    fn line_ends_and_a_missing_last_one_are_kept() {
        let patch = diff("a", "a: 1\r\nb: 2", "a: 1\r\nb: 3").unwrap();
        assert!(patch.contains(" a: 1\r\n-b: 2\n\\ No newline at end of file\n+b: 3\n"), "{patch:?}");
        assert_eq!(diff("a", "a\n", "a\n").unwrap(), "");
    }
}

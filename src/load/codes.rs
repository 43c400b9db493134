//! What can be wrong with a file before it is read as YAML.

crate::codes! {
    /// A symbolic link among the records, or in place of the settings.
    ///
    /// What a link points at can lie outside the repository and differs from machine to machine, so links are not followed.
    /// Put the file itself there.
    FILE_SYMLINK = "file-symlink", Error, clauses: ["7.5.3"];

    /// A submodule among the records.
    ///
    /// The content of a submodule is not part of this repository's commits. Copy the records, or refer to the other
    /// repository through its published inventory.
    FILE_SUBMODULE = "file-submodule", Error, clauses: ["7.5.3"];

    /// A Git LFS pointer instead of a record.
    ///
    /// The text of the record is not in git, so no commit proves what it said. Take `sms/` out of the LFS patterns and
    /// add the file again.
    FILE_LFS_POINTER = "file-lfs-pointer", Error, clauses: ["7.5.3"];

    /// Two paths that are one file on some machines.
    ///
    /// They differ only by upper and lower case or by how accented letters are encoded; macOS and Windows keep one of
    /// them. Rename one.
    FILE_PATH_COLLISION = "file-path-collision", Error, clauses: ["7.5.3"];

    /// A file that is too large for a record.
    ///
    /// Files above 8 MiB are not read. Split a bulk file, or keep the data elsewhere and refer to it under `evidence`.
    FILE_TOO_LARGE = "file-too-large", Error, clauses: ["7.5.3"];

    /// A file that is not UTF-8 text.
    ///
    /// The marked byte begins no character. Save the file as UTF-8.
    FILE_NOT_UTF8 = "file-not-utf8", Error, clauses: ["7.5.3"];

    /// A file that could not be read from disk or from git.
    ///
    /// The reason stands in the message: missing rights, or an object that a partial clone did not fetch.
    FILE_UNREADABLE = "file-unreadable", Error, clauses: ["7.5.3"];

    /// A file that looks like a record but does not end in `.yaml`.
    ///
    /// Only `.yaml` files below `sms/` are records, so this one is not read. Rename it from `.yml` to `.yaml`.
    FILE_EXTENSION = "file-extension", Warning, clauses: ["7.5.3"];
}

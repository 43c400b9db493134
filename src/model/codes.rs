//! What can be wrong with how records stand together in files.

crate::codes! {
    /// A file with more findings than anyone would read.
    ///
    /// The first thousand are shown; most likely they have one cause, such as a file that was made by a program with a
    /// mistake. Mend that, and check again.
    FINDINGS_CUT = "findings-cut", Warning, clauses: ["7.5.3"];

    /// A record without an id, or with one that is not text.
    ///
    /// The record is read under its file's name until it has an id of its own. Add `id:` with the name of the file
    /// without `.yaml`.
    ID_MISSING = "id-missing", Error, clauses: ["7.5.2"];
}

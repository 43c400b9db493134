//! What can be wrong with the shape of a record.

crate::codes! {
    /// A record whose kind gitsm does not know.
    ///
    /// The kind decides which fields a record has, so nothing else of it is checked. Correct the word, or declare the
    /// kind in `schemas/local/`.
    KIND_UNKNOWN = "kind-unknown", Error, clauses: ["7.5.2"];

    /// A file without a record: not a mapping of keys to values.
    ///
    /// A record begins with `kind:`, `id:`, `title:` and `status:`. `gitsm new KIND` writes one to start from.
    RECORD_NOT_MAPPING = "record-not-mapping", Error, clauses: ["7.5.2"];

    /// Several records in one file, of a kind that has one record a file.
    ///
    /// One file a record keeps history, review and ownership apart. Only bulk kinds (such as `ci`, `measurement`,
    /// `incident`) may share a file. Give each record a file of its own.
    RECORD_SHARES_FILE = "record-shares-file", Error, clauses: ["7.5.2"];

    /// A field that every record of the kind needs is missing.
    ///
    /// `gitsm explain KIND` lists the fields with what each is for.
    FIELD_MISSING = "field-missing", Error, clauses: ["7.5.2"];

    /// A field that the kind does not have.
    ///
    /// A mistyped key would otherwise be lost in silence. Correct it, put `x-` before it if it is only for you, or declare
    /// it in `schemas/local/`.
    FIELD_UNKNOWN = "field-unknown", Error, clauses: ["7.5.2"];

    /// A value of the wrong type, such as text where a list is wanted.
    ///
    /// What reads the field would find nothing in it. A list is written `[a, b]`, or with `- ` before each entry; a
    /// mapping has keys; text that looks like a number or like `true` stands in quotes.
    VALUE_TYPE = "value-type", Error, clauses: ["7.5.2"];

    /// A word that is not one of those the field allows.
    ///
    /// Rules and tables go by these words, so each is written in one way only. The finding lists them.
    VALUE_UNKNOWN = "value-unknown", Error, clauses: ["7.5.2"];

    /// A value that is not written the way the field wants it: a day, an instant, a duration, an id.
    ///
    /// A day is `2026-11-09`; an instant has its offset, `2026-11-09T10:00:00+00:00`; a duration is `90d`, `4h 30m` or
    /// `PT4H30M`; an id has lower-case letters and digits, joined by single dots, dashes or underscores.
    VALUE_FORMAT = "value-format", Error, clauses: ["7.5.2"];

    /// A value out of range: too long, too short, too large, too few or too many.
    ///
    /// The finding tells the limit. An empty value is no answer: fill it in, or remove the key.
    VALUE_RANGE = "value-range", Error, clauses: ["7.5.2"];

    /// A record that breaks a condition of its schema that has no check of its own.
    ///
    /// Such conditions (`if`, `not`, `dependentRequired`) stand mostly in `schemas/local/`. Give yours a `description`; the
    /// finding shows it as its help.
    SCHEMA_CONDITION = "schema-condition", Error, clauses: ["7.5.2"];

    /// A record whose status needs a field that it does not have.
    ///
    /// What a record must say grows with its life: a proposal needs little, something in force needs all of it.
    /// Fill in the fields named, or set the status back.
    STATE_INCOMPLETE = "state-incomplete", Error, clauses: ["7.5.2"];
}

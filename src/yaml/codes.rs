//! What can be wrong with a file as YAML.

crate::codes! {
    /// A file that is not YAML.
    ///
    /// Reading stops at the marked place, so nothing of the record is known but its id, which is taken from the file name.
    /// Mend the text there; editors with a YAML mode show the same place.
    YAML_SYNTAX = "yaml-syntax", Error, clauses: ["7.5.3"];

    /// A key that stands twice in the same mapping.
    ///
    /// Most YAML readers silently keep the last one, so two people can read two different records from one file.
    /// Keep one of the two.
    YAML_DUPLICATE_KEY = "yaml-duplicate-key", Error, clauses: ["7.5.3"];

    /// A tab where YAML wants spaces.
    ///
    /// YAML does not allow tabs in indentation. Replace it by spaces.
    YAML_TAB = "yaml-tab", Error, clauses: ["7.5.3"];

    /// A character that cannot stand in YAML, such as NUL.
    ///
    /// Control characters are invisible in most editors and mean that the file was damaged or is not text. Remove it.
    YAML_CONTROL_CHARACTER = "yaml-control-character", Error, clauses: ["7.5.3"];

    /// An anchor (`&name`), which records do not use.
    ///
    /// A record must read the same wherever a part of it is quoted, so repetition through anchors is not allowed.
    /// Remove the anchor; where the same thing belongs to several records, make it a record and refer to its id.
    YAML_ANCHOR = "yaml-anchor", Error, clauses: ["7.5.3"];

    /// An alias (`*name`), which records do not use.
    ///
    /// It is never expanded, so that a small file cannot blow up in memory. Write the value out.
    YAML_ALIAS = "yaml-alias", Error, clauses: ["7.5.3"];

    /// A tag (`!name`), which records do not use.
    ///
    /// The type of each field is given by its schema; a tag would say it a second time. Remove the tag.
    YAML_TAG = "yaml-tag", Error, clauses: ["7.5.3"];

    /// A merge key (`<<`), which records do not use.
    ///
    /// YAML 1.2 has no merge keys; readers differ in what they make of them. Write the keys out.
    YAML_MERGE_KEY = "yaml-merge-key", Error, clauses: ["7.5.3"];

    /// A key that is not text.
    ///
    /// `1:`, `true:` or `null:` are a number, a truth value and nothing. Put the key in quotes if it is meant as text.
    YAML_KEY_TYPE = "yaml-key-type", Error, clauses: ["7.5.3"];

    /// A number that people and programs read differently.
    ///
    /// `0755` is 755 in YAML 1.2 and 493 in YAML 1.1; `.inf` and `.nan` are not amounts; very long integers lose digits.
    /// Write a plain decimal number, or put the text in quotes.
    YAML_NUMBER = "yaml-number", Error, clauses: ["7.5.3"];

    /// A file that is nested deeper than 64 levels.
    ///
    /// No record needs that; reading stops at the marked place.
    YAML_TOO_DEEP = "yaml-too-deep", Error, clauses: ["7.5.3"];

    /// A file with more than 10,000 records.
    ///
    /// Reading stops at the marked place. Split the file, by month for example.
    YAML_TOO_MANY_DOCUMENTS = "yaml-too-many-documents", Error, clauses: ["7.5.3"];

    /// A file with more parts than a record can have.
    ///
    /// Reading stops at the marked place. Split a bulk file into several.
    YAML_TOO_MANY_NODES = "yaml-too-many-nodes", Error, clauses: ["7.5.3"];
}

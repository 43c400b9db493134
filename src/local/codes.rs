//! What can be wrong with the rules of a repository's own.

crate::codes! {
    /// A local rule whose file cannot be used.
    ///
    /// A rule stands in `schemas/local/NAME.rule.yaml` and says `rule: NAME`; the name is a slug that no other rule has.
    /// The kinds, statuses, clauses and fields that it names must exist. Until the file is mended the rule is not run,
    /// so this is an error.
    LOCAL_RULE_INVALID = "local-rule-invalid", Error, clauses: ["7.5.3"];

    /// An expression of a local rule that cannot be read, or that does not fit the kind.
    ///
    /// Expressions are written in CEL, the Common Expression Language. The marked part is not CEL, names something that
    /// does not exist, such as a field that the kind does not have, or is used with values of the wrong number or type.
    /// Until it is mended the rule is not run.
    LOCAL_RULE_EXPRESSION = "local-rule-expression", Error, clauses: ["7.5.3"];

    /// A local rule that could not judge a record.
    ///
    /// The expression was run on a record whose values it is not made for: a number was compared with text, or the size
    /// of something absent was asked for. What a rule could not judge is not known to be right, so this is an error.
    /// Guard the expression with `has(record.FIELD)`, or exclude such records with `where`.
    LOCAL_RULE_FAILED = "local-rule-failed", Error, clauses: ["7.5.3"];

    /// A local rule that takes too much work.
    ///
    /// Rules come with the repository, so what they may cost is bounded: the length and depth of expressions, the steps
    /// for one record, for one rule, and for all rules together. Most likely the rule looks at every record for each
    /// record; ask for the records that refer to this one with `incoming` instead.
    LOCAL_RULE_LIMIT = "local-rule-limit", Error, clauses: ["7.5.3"];

    /// An example of a local rule that does not do what it says.
    ///
    /// Examples are run at every check: each under `bad` must have a finding, and each under `good` must have none. An
    /// example of a kind that the rule does not look at proves nothing and is told as well.
    LOCAL_RULE_EXAMPLE = "local-rule-example", Error, clauses: ["7.5.3"];
}

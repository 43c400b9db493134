//! A record against the schema of its kind.

use jsonschema::{PatternOptions, Validator};

use super::adapter::Tree;
use super::formats::FORMATS;
use super::kind::Kind;
use super::{errors, states};
use crate::base::finding::Finding;
use crate::base::span::FileId;
use crate::yaml::Node;

impl Kind {
    /// The compiled schema; compiled at the first use.
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub(super) fn validator(&self) -> Result<&Validator<Tree>, String> {
        if let Some(validator) = self.validator.get() {
            return Ok(validator);
        }
        let mut options = jsonschema::options_for::<Tree>()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true);
        for format in FORMATS {
            options = options.with_format(format.name, |text: &str| (format.check)(text).is_ok());
        }
        let validator = options.build(&self.schema).map_err(|error| error.to_string())?;
        Ok(self.validator.get_or_init(|| validator))
    }
}

/// Everything that is wrong with the shape of the record `root` of `kind`, unsorted.
#[must_use]
pub fn validate(kind: &Kind, file: FileId, root: &Node<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match kind.validator() {
        Ok(validator) => errors::translate(kind, file, root, validator.iter_errors(root), &mut findings),
        Err(words) => {
            let words = format!("the schema of kind '{}' cannot be used: {words}", kind.name);
            findings.push(super::codes::SCHEMA_CONDITION.finding(root.span(file), words));
        }
    }
    findings.extend(states::incomplete(kind, file, root));
    findings
}

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
        // Nearly every record meets its schema, and that alone is told sooner.
        Ok(validator) if validator.is_valid(root) => {}
        Ok(validator) => errors::translate(kind, file, root, validator.iter_errors(root), &mut findings),
        Err(words) => {
            let words = format!("the schema of kind '{}' cannot be used: {words}", kind.name);
            findings.push(super::codes::SCHEMA_CONDITION.finding(root.span(file), words));
        }
    }
    findings.extend(states::incomplete(kind, file, root));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog;

    fn found(kind: &str, text: &str) -> Vec<Finding> {
        let parsed = crate::yaml::parse(FileId(3), text);
        validate(catalog::shared().find(kind).unwrap(), FileId(3), &parsed.documents[0].root)
    }

    #[test]
    fn every_example_meets_its_schema_and_its_state() {
        for kind in catalog::shared().iter() {
            let text = serde_yaml::to_string(&kind.example).unwrap();
            assert!(found(&kind.name, &text).is_empty(), "{}: {:#?}", kind.name, found(&kind.name, &text));
        }
    }

    #[test]
    fn an_example_with_a_stranger_in_it_has_one_finding() {
        for kind in catalog::shared().iter() {
            let mut example = kind.example.clone();
            example.as_object_mut().unwrap().insert("strange_key".to_owned(), 1.into());
            let found = found(&kind.name, &serde_yaml::to_string(&example).unwrap());
            let told: Vec<_> =
                found.iter().map(|found| (found.rule, found.pointer.as_str(), found.primary.file)).collect();
            assert_eq!(told, [("field-unknown", "/strange_key", FileId(3))], "{}", kind.name);
        }
    }

    #[test]
    fn an_example_without_its_id_and_title_lacks_both_and_nothing_else() {
        for kind in catalog::shared().iter() {
            let mut example = kind.example.clone();
            let fields = example.as_object_mut().unwrap();
            fields.shift_remove("id");
            fields.shift_remove("title");
            let found = found(&kind.name, &serde_yaml::to_string(&example).unwrap());
            assert!(found.iter().all(|found| found.rule == "field-missing"), "{}: {found:#?}", kind.name);
            assert_eq!(found.len(), 2, "{}: {found:#?}", kind.name);
        }
    }

    #[test]
    fn a_status_that_is_not_text_is_wrong_once() {
        let rules: Vec<_> =
            found("policy", "kind: policy\nid: a\ntitle: T\nstatus: [live]\n").iter().map(|f| f.rule).collect();
        assert!(!rules.contains(&"state-incomplete"), "{rules:?}");
        assert!(!rules.is_empty());
    }

    #[test]
    fn a_slip_of_a_needed_key_is_one_finding() {
        let text = "kind: ci\nid: ci-a\ntitel: A\nstatus: live\nowner: ann\nci_type: t\ncriticalty: high\n";
        let found = found("ci", text);
        let told: Vec<_> = found.iter().map(|found| (found.rule, found.pointer.as_str())).collect();
        assert_eq!(told, [("field-unknown", "/titel"), ("field-unknown", "/criticalty")]);
    }

    #[test]
    fn where_any_key_may_stand_none_is_a_slip() {
        use crate::schema::fixture::{catalog, told};
        let schema = r#"{"properties": {"amount": {"type": "integer"}}, "required": ["amount"]}"#;
        let catalog = catalog(&[("schemas/local/thing.schema.json", schema)]).unwrap();
        let told = told(&catalog, "thing", "amuont: 1\n");
        assert_eq!(told, ["field-missing [a-1]  kind 'thing' needs the field `amount` | add `amount`"]);
    }
}

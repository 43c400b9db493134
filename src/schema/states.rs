//! What each state requires.

use super::codes;
use super::kind::Kind;
use crate::base::finding::Finding;
use crate::base::span::FileId;
use crate::base::text::one;
use crate::yaml::Node;

/// The fields that the record's status needs and that are missing or empty, as one finding.
pub(super) fn incomplete(kind: &Kind, file: FileId, root: &Node<'_>) -> Option<Finding> {
    let status = root.get("status")?;
    let state = kind.state(status.as_str()?)?;
    let lacking = |field: &&str| root.get(field).is_none_or(Node::is_blank) && !kind.is_misspelt(root, field);
    let missing: Vec<&str> = state.requires.iter().map(String::as_str).filter(lacking).collect();
    if missing.is_empty() {
        return None;
    }
    let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let words =
        format!("{} that is {} needs {names}", one(&kind.names.singular.to_lowercase()), state.label.to_lowercase());
    let purpose = missing.iter().map(|name| {
        let words = kind.field(name).map_or("", |field| field.description.trim_end_matches('.'));
        if words.is_empty() { (*name).to_owned() } else { format!("{name}: {words}") }
    });
    let help = format!("add {}", purpose.collect::<Vec<_>>().join("; "));
    Some(codes::STATE_INCOMPLETE.finding(status.span(file), words).help(help).pointer("/status"))
}

#[cfg(test)]
mod tests {
    use crate::schema::fixture::{catalog, told};

    const SCHEMA: &str = r#"{
        "title": "Order",
        "x-gitsm-states": {"initial": "idea", "states": {
            "idea": {"label": "An idea", "tone": "told"},
            "live": {"label": "In Force", "tone": "good", "requires": ["owner", "note", "parts"]}
        }},
        "properties": {"note": {"description": "Why it is so."}, "parts": {"description": "Its parts, each by name."}}
    }"#;

    fn says(lines: &str) -> Vec<String> {
        let catalog = catalog(&[("schemas/local/order.schema.json", SCHEMA)]).unwrap();
        told(&catalog, "order", lines)
    }

    #[test]
    fn all_that_a_state_lacks_is_one_finding_at_the_status() {
        assert_eq!(
            says("owner: p\n"),
            [
                "state-incomplete [live] /status an order that is in force needs `note`, `parts` | add note: Why it is so; parts: Its parts, each by name"
            ]
        );
    }

    #[test]
    fn what_is_there_and_empty_is_lacking_too() {
        for (lines, lacking) in [
            ("owner: p\nnote: x\nparts: []\n", "needs `parts` |"),
            ("owner: p\nnote: ' '\nparts: [a]\n", "needs `note` |"),
            ("owner:\nnote: x\nparts: {a: 1}\n", "needs `owner` |"),
        ] {
            assert!(says(lines)[0].contains(lacking), "{:?}", says(lines));
        }
        assert!(says("owner: p\nnote: 0\nparts: false\n").is_empty(), "zero and false say something");
    }

    #[test]
    fn a_field_that_the_kind_does_not_have_is_named_without_a_purpose() {
        let told = says("note: x\nparts: [a]\n");
        assert_eq!(told, ["state-incomplete [live] /status an order that is in force needs `owner` | add owner"]);
    }
}

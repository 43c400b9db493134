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
    let missing: Vec<&str> =
        state.requires.iter().map(String::as_str).filter(|field| root.get(field).is_none_or(Node::is_blank)).collect();
    if missing.is_empty() {
        return None;
    }
    let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let words =
        format!("{} that is {} needs {names}", one(&kind.names.singular.to_lowercase()), state.label.to_lowercase());
    let purpose = missing.iter().filter_map(|name| {
        kind.field(name).map(|field| format!("{name}: {}", field.description.trim_end_matches('.')))
    });
    let help = format!("add {}", purpose.collect::<Vec<_>>().join("; "));
    Some(codes::STATE_INCOMPLETE.finding(status.span(file), words).help(help).pointer("/status"))
}

//! What is known of values before any record is seen: which fields can stand where, by the schemas.

use super::expr::Variable;
use crate::base::suggest::nearest;
use crate::base::text::one;
use crate::schema::fields::Step;
use crate::schema::{Catalog, Kind};

/// What an expression may speak of.
#[derive(Debug)]
pub(super) struct Scope<'k> {
    /// All kinds.
    pub(super) catalog: &'k Catalog,
    /// The kinds that the rule judges.
    pub(super) kinds: Vec<&'k Kind>,
    /// Where the list stands whose items are judged, when there is one.
    pub(super) each: Option<Vec<Step>>,
}

impl<'k> Scope<'k> {
    /// Whether there is an `item`.
    pub(super) fn has_item(&self) -> bool {
        self.each.is_some()
    }

    /// What is known of a variable.
    pub(super) fn known(&self, variable: Variable) -> Option<Known<'k>> {
        let record = Known::Place { kinds: self.kinds.clone(), path: Vec::new() };
        match variable {
            Variable::Record => Some(record),
            Variable::Item => Some(Known::Place { kinds: self.kinds.clone(), path: self.each.clone()? }.item()),
            _ => None,
        }
    }

    /// Whether one of the kinds has a field of this name.
    pub(super) fn is_field(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.field(name).is_some())
    }
}

/// What is known of a value.
#[derive(Debug, Clone)]
pub(super) enum Known<'k> {
    /// What stands at a path of records of these kinds.
    Place { kinds: Vec<&'k Kind>, path: Vec<Step> },
    /// A list of records of these kinds.
    Records(Vec<&'k Kind>),
}

/// A field that does not exist.
#[derive(Debug)]
pub(super) struct Unknown {
    pub(super) words: String,
    pub(super) help: Option<String>,
}

impl Known<'_> {
    /// An item of the list that it is.
    pub(super) fn item(&self) -> Self {
        match self {
            Self::Records(kinds) => Self::Place { kinds: kinds.clone(), path: Vec::new() },
            Self::Place { kinds, path } => {
                let path = path.iter().cloned().chain([Step::Item]).collect();
                Self::Place { kinds: kinds.clone(), path }
            }
        }
    }

    /// What stands under `key`; an error when no kind has such a field there.
    pub(super) fn select(&self, key: &str) -> Result<Option<Self>, Unknown> {
        let Self::Place { kinds, path } = self else { return Ok(None) };
        let mut known = Vec::new();
        for kind in kinds {
            match kind.keys(path) {
                Some(keys) if !keys.contains(key) && !key.starts_with("x-") => known.extend(keys),
                _ => {
                    let path = path.iter().cloned().chain([Step::Key(key.to_owned())]).collect();
                    return Ok(Some(Self::Place { kinds: kinds.clone(), path }));
                }
            }
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        let inside = match path.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(key) } else { None }) {
            Some(place) => format!("`{place}` of {}", one(&names.join(" or "))),
            None => one(&names.join(" or ")),
        };
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if path.is_empty() => {
                format!("`gitsm explain {}` lists the fields", names.first().copied().unwrap_or_default())
            }
            None => {
                known.sort_unstable();
                known.dedup();
                format!("there are {}", known.join(", "))
            }
        };
        Err(Unknown { words: format!("{inside} has no field '{key}'"), help: Some(help) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog;

    fn told(kinds: &[&str], path: &str) -> Result<bool, String> {
        let catalog = catalog::shared();
        let kinds = kinds.iter().map(|kind| catalog.find(kind).unwrap()).collect();
        let scope = Scope { catalog, kinds, each: None };
        let mut known = scope.known(Variable::Record);
        for part in path.split('.') {
            let Some(here) = known else { return Ok(false) };
            let next = if part == "*" { Ok(Some(here.item())) } else { here.select(part) };
            known = next.map_err(|unknown| format!("{} | {}", unknown.words, unknown.help.unwrap_or_default()))?;
        }
        Ok(known.is_some())
    }

    #[test]
    fn a_field_of_any_of_the_kinds_is_known() {
        assert_eq!(told(&["ci"], "ci_type"), Ok(true));
        assert_eq!(told(&["service", "ci"], "ci_type"), Ok(true));
        assert_eq!(told(&["ci"], "x-own.anything.below"), Ok(true));
        assert_eq!(told(&["ci"], "relations.*.strength"), Ok(true));
    }

    #[test]
    fn an_unknown_field_is_told_with_the_nearest_or_with_the_way_to_find_it() {
        assert_eq!(told(&["ci"], "ci_tpye").unwrap_err(), "a ci has no field 'ci_tpye' | did you mean `ci_type`?");
        assert_eq!(
            told(&["service", "ci"], "colour").unwrap_err(),
            "a service or ci has no field 'colour' | `gitsm explain service` lists the fields"
        );
        let below = told(&["ci"], "review.often").unwrap_err();
        assert!(below.starts_with("`review` of a ci has no field 'often' | there are by, interval"), "{below}");
        assert!(told(&["ci"], "relations.*.strenght").unwrap_err().ends_with("did you mean `strength`?"));
    }

    #[test]
    fn an_item_is_known_only_with_its_list() {
        let catalog = catalog::shared();
        let kinds = vec![catalog.find("ci").unwrap()];
        let scope = Scope { catalog, kinds: kinds.clone(), each: Some(vec![Step::Key("relations".to_owned())]) };
        assert!(scope.has_item() && scope.is_field("ci_type") && !scope.is_field("strength"));
        assert!(scope.known(Variable::Item).unwrap().select("strength").is_ok());
        assert!(scope.known(Variable::Item).unwrap().select("strenght").is_err());
        assert!(Scope { catalog, kinds, each: None }.known(Variable::Item).is_none());
    }
}

//! All kinds: those built in, and those of `schemas/local/`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rust_embed::RustEmbed;
use serde_json::Value;

use super::compile;
use super::kind::Kind;
use crate::base::id::is_slug;
use crate::base::source::{Role, Sources};

#[derive(RustEmbed)]
#[folder = "schemas/"]
struct Files;

const ENDING: &str = ".schema.json";
const LOCAL: &str = "schemas/local/";

/// Why the kinds cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path}: {words}; correct the schema, since no record can be judged by it")]
pub struct SchemaError {
    /// The schema file.
    pub path: String,
    /// What is wrong with it.
    pub words: String,
}

/// All kinds, sorted by name.
#[derive(Debug)]
pub struct Catalog {
    kinds: Vec<Arc<Kind>>,
}

/// The kinds that gitsm brings, made once: a server judges many states, and their schemas are mostly the same.
static BUILT_IN: LazyLock<Result<Catalog, SchemaError>> =
    LazyLock::new(|| Catalog::of(embedded(), &Sources::default()));

impl Catalog {
    /// The kinds that gitsm brings.
    ///
    /// # Errors
    /// When an embedded schema is wrong; the tests keep that from being shipped.
    pub fn built_in() -> Result<Self, SchemaError> {
        Self::new(&Sources::default())
    }

    /// The kinds that gitsm brings, with the constraints and kinds of `schemas/local/` among `sources`.
    ///
    /// # Errors
    /// When a schema is not JSON, or not a schema.
    pub fn new(sources: &Sources) -> Result<Self, SchemaError> {
        let shared = BUILT_IN.as_ref().map_err(Clone::clone)?;
        if !sources.iter().any(|(_, source)| source.role() == Role::LocalSchema) {
            return Ok(Self { kinds: shared.kinds.clone() });
        }
        let mut kinds = Self::local(sources)?.kinds;
        let own = kinds.len();
        for kind in &shared.kinds {
            if !kinds[..own].iter().any(|made| made.name == kind.name) {
                kinds.push(Arc::clone(kind));
            }
        }
        kinds.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { kinds })
    }

    /// The kinds of the files `embedded` and of `schemas/local/` among `sources`.
    fn of(embedded: impl Iterator<Item = (String, String)>, sources: &Sources) -> Result<Self, SchemaError> {
        let mut built_in = BTreeMap::new();
        for (path, text) in embedded {
            let schema = read(&format!("schemas/{path}"), &text)?;
            built_in.insert(path.trim_end_matches(ENDING).to_owned(), schema);
        }
        // The form of the gate's facts is no kind of record.
        built_in.remove("facts");
        let common = built_in.remove("common").unwrap_or(Value::Null);
        let mut local: BTreeMap<String, (String, Value)> = BTreeMap::new();
        for (_, source) in sources.iter().filter(|(_, source)| source.role() == Role::LocalSchema) {
            let name = source.path().strip_prefix(LOCAL).and_then(|path| path.strip_suffix(ENDING));
            let Some(name) = name.filter(|name| is_slug(name)) else {
                let words = "its name must be KIND.schema.json, the kind one lower-case word".to_owned();
                return Err(SchemaError { path: source.path().to_owned(), words });
            };
            let schema = read(source.path(), source.text())?;
            local.insert(name.to_owned(), (source.path().to_owned(), schema));
        }
        let mut kinds = Vec::new();
        for (name, schema) in built_in {
            let (path, constraint) = local.remove(&name).unzip();
            let path = path.unwrap_or_else(|| format!("schemas/{name}{ENDING}"));
            kinds.push(Arc::new(build(&name, &path, &common, schema, constraint.into_iter().collect(), false)?));
        }
        for (name, (path, schema)) in local {
            kinds.push(Arc::new(build(&name, &path, &common, schema, Vec::new(), true)?));
        }
        kinds.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { kinds })
    }

    /// The kinds of `schemas/local/` and those built in that they constrain.
    pub(super) fn local(sources: &Sources) -> Result<Self, SchemaError> {
        let needed = |name: &str| name.starts_with("common.") || sources.find(&format!("{LOCAL}{name}")).is_some();
        Self::of(embedded().filter(|(name, _)| needed(name)), sources)
    }

    /// The kind with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Kind> {
        let at = self.kinds.binary_search_by(|kind| kind.name.as_str().cmp(name)).ok()?;
        self.kinds.get(at).map(AsRef::as_ref)
    }

    /// All kinds, sorted by name.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Kind> {
        self.kinds.iter().map(AsRef::as_ref)
    }

    /// The kind at `at` in the order of [`Catalog::iter`].
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.kinds.binary_search_by(|kind| kind.name.as_str().cmp(name)).ok()
    }
}

/// A schema of gitsm's own for files that are no records; they are validated with [`super::validate`] like records.
///
/// # Errors
/// When `text` is no schema; the tests keep that from being shipped.
pub fn of_file(name: &str, text: &str) -> Result<Kind, SchemaError> {
    let schema = read(name, text)?;
    build(name, name, &Value::Null, schema, Vec::new(), true)
}

/// The built-in kinds, compiled once for all tests.
#[cfg(test)]
pub(crate) fn shared() -> &'static Catalog {
    static SHARED: LazyLock<Catalog> = LazyLock::new(|| Catalog::built_in().unwrap());
    &SHARED
}

/// The schema files that gitsm brings, by file name, in order.
pub fn embedded() -> impl Iterator<Item = (String, String)> {
    let mut names: Vec<_> = Files::iter().filter(|name| name.ends_with(ENDING) && !name.contains('/')).collect();
    names.sort();
    names.into_iter().filter_map(|name| {
        let file = Files::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    })
}

fn read(path: &str, text: &str) -> Result<Value, SchemaError> {
    serde_json::from_str(text).map_err(|error| SchemaError { path: path.to_owned(), words: error.to_string() })
}

fn build(
    name: &str,
    path: &str,
    common: &Value,
    schema: Value,
    constraints: Vec<Value>,
    local: bool,
) -> Result<Kind, SchemaError> {
    let failed = |words| SchemaError { path: path.to_owned(), words };
    let is_own = local || !constraints.is_empty();
    let kind = compile::kind(name, common, schema, constraints, local).map_err(failed)?;
    if is_own {
        kind.validator().map_err(failed)?;
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::Source;
    use crate::schema::fixture::{catalog, told};

    #[test]
    fn kinds_are_sorted_and_found_by_name() {
        let catalog = shared();
        let names: Vec<&str> = catalog.iter().map(|kind| kind.name.as_str()).collect();
        assert!(names.is_sorted() && names.len() > 30, "{names:?}");
        for (at, name) in names.iter().enumerate() {
            assert_eq!(catalog.find(name).map(|kind| kind.name.as_str()), Some(*name));
            assert_eq!(catalog.position(name), Some(at));
        }
        for none in ["", "common", "Service", "services"] {
            assert!(catalog.find(none).is_none() && catalog.position(none).is_none(), "{none}");
        }
    }

    #[test]
    fn a_local_kind_stands_among_the_others() {
        let files = ["aaa", "zzz"].map(|name| Source::new(format!("{LOCAL}{name}{ENDING}"), "{}", Role::LocalSchema));
        let catalog = Catalog::new(&Sources::new(files.into())).unwrap();
        let names: Vec<&str> = catalog.iter().map(|kind| kind.name.as_str()).collect();
        assert!(names.is_sorted());
        assert_eq!((names[0], names[names.len() - 1]), ("aaa", "zzz"));
        assert_eq!(catalog.iter().filter(|kind| kind.local).count(), 2);
    }

    #[test]
    fn a_local_file_must_be_named_after_a_kind() {
        for path in ["thing.json", "a/thing.schema.json", "Thing.schema.json", "a thing.schema.json", "_x.schema.json"]
        {
            let path = format!("{LOCAL}{path}");
            let error = catalog(&[(&path, "{}")]).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "{path}: its name must be KIND.schema.json, the kind one lower-case word; correct the schema, since no record can be judged by it"
                )
            );
        }
    }

    #[test]
    fn the_place_of_a_mistake_in_json_is_told() {
        let error = catalog(&[("schemas/local/thing.schema.json", "{\n  \"a\": 1,\n}")]).unwrap_err();
        assert!(error.to_string().contains("line 3 column 1"), "{error}");
    }

    #[test]
    fn files_elsewhere_are_no_schemas() {
        let catalog = catalog(&[("schemas/thing.schema.json", "{"), ("sms/local/thing.schema.json", "{")]).unwrap();
        assert_eq!(catalog.iter().len(), 0);
    }

    #[test]
    fn a_kind_of_ones_own_judges_its_records() {
        let schema = r#"{"properties": {"a": {"type": "integer"}}, "required": ["a"]}"#;
        let catalog = catalog(&[("schemas/local/thing.schema.json", schema)]).unwrap();
        assert_eq!(told(&catalog, "thing", "a: 1\n"), [""; 0]);
        assert_eq!(
            told(&catalog, "thing", "b: 1\n"),
            ["field-missing [a-1]  kind 'thing' needs the field `a` | add `a`"]
        );
    }

    #[test]
    fn embedded_files_are_the_ones_of_the_repository() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(ENDING))
            .collect();
        names.sort();
        assert_eq!(embedded().map(|(name, _)| name).collect::<Vec<_>>(), names);
        assert_eq!(names.len(), shared().iter().len() + 2, "all kinds, what they share, and the form of facts");
    }
}

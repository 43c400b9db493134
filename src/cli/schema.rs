//! `gitsm schema`.

use clap::Args;

use super::{Context, Exit};
use crate::base::source::Sources;
use crate::base::suggest::nearest;
use crate::schema::{Catalog, catalog};

/// The schema of local rules; its name keeps it apart from the kinds.
const RULE: &str = "local-rule.json";

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The kind whose schema is printed, complete in itself; without one, the kinds are listed
    kind: Option<String>,
    /// Write the schema files into schemas/, where the first line of each record points editors
    #[arg(long, conflicts_with = "kind")]
    write: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.write {
        return write(cx);
    }
    // Own kinds are known inside a repository; outside, the built-in ones are.
    let sources = cx.snapshot().map_or_else(|_| Sources::default(), |snapshot| snapshot.sources);
    let catalog = Catalog::new(&sources)?;
    match &arguments.kind {
        None => {
            for kind in catalog.iter() {
                cx.line(&kind.name)?;
            }
        }
        Some(name) => {
            let Some(kind) = catalog.find(name) else {
                let near = nearest(name, catalog.iter().map(|kind| kind.name.as_str()));
                let hint = near.map_or_else(
                    || "; `gitsm schema` lists them".to_owned(),
                    |near| format!("; did you mean `{near}`?"),
                );
                anyhow::bail!("there is no kind '{name}'{hint}");
            };
            cx.json(kind.bundled_schema())?;
        }
    }
    Ok(Exit::Clean)
}

fn write(cx: &mut Context<'_>) -> anyhow::Result<Exit> {
    let folder = cx.root()?.join("schemas");
    let (written, same) = write_to(&folder)?;
    cx.line(format!("Wrote {written} schema files into {}, {same} were up to date", folder.display()))?;
    cx.next("open a record in an editor with a YAML language server: it completes keys and checks values")?;
    Ok(Exit::Clean)
}

/// Writes the schema files that differ into `folder`; counts those written and those that were up to date.
pub(super) fn write_to(folder: &std::path::Path) -> std::io::Result<(usize, usize)> {
    std::fs::create_dir_all(folder)?;
    let (mut written, mut same) = (0, 0);
    let rule = (RULE.to_owned(), crate::local::SCHEMA.to_owned());
    for (name, text) in catalog::embedded().chain([rule]) {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            same += 1;
        } else {
            std::fs::write(path, text)?;
            written += 1;
        }
    }
    Ok((written, same))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;

    #[test]
    fn only_files_that_differ_are_written() {
        let folder = Folder::new(&[("schemas/ci.schema.json", "old"), ("schemas/own.json", "mine")]);
        let schemas = folder.root.join("schemas");
        let all = catalog::embedded().count() + 1;
        assert_eq!(write_to(&schemas).unwrap(), (all, 0));
        assert_eq!(write_to(&schemas).unwrap(), (0, all));
        std::fs::write(schemas.join("ci.schema.json"), "changed").unwrap();
        assert_eq!(write_to(&schemas).unwrap(), (1, all - 1));
        assert_eq!(std::fs::read_to_string(schemas.join("own.json")).unwrap(), "mine");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = Folder::new(&[("schemas", "a file")]);
        assert!(write_to(&folder.root.join("schemas")).is_err());
    }

    #[test]
    fn a_printed_schema_is_complete_in_itself() {
        let printed = Folder::new(&[]).prints(&["schema", "ci"]);
        let schema: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert!(schema.pointer("/$defs/record/properties/title").is_some());
        assert!(!printed.contains("common.schema.json"));
    }

    #[test]
    fn kinds_of_the_repository_are_listed_with_the_others() {
        let folder = Folder::new(&[("gitsm.toml", "format = 1\n"), ("schemas/local/thing.schema.json", "{}")]);
        let printed = folder.prints(&["schema"]);
        let kinds: Vec<&str> = printed.lines().collect();
        assert!(kinds.is_sorted() && kinds.contains(&"thing") && kinds.contains(&"service"), "{kinds:?}");
        assert_eq!(folder.fails(&["schema", "thign"]), "there is no kind 'thign'; did you mean `thing`?");
        let broken = Folder::new(&[("gitsm.toml", "format = 1\n"), ("schemas/local/thing.schema.json", "{")]);
        assert!(broken.fails(&["schema"]).starts_with("schemas/local/thing.schema.json: "));
    }
}

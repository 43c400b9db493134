//! `gitsm schema`.

use clap::Args;

use super::{Context, Exit};
use crate::base::source::Sources;
use crate::base::suggest::nearest;
use crate::schema::{Catalog, catalog};

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
    for (name, text) in catalog::embedded() {
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

//! Made-up records of any number, shared by the benches.
//!
//! [`generate`] draws up a [`plan::Plan`] first: layers of configuration items, the relations between them and
//! the criticality that follows. After that each record is a function of the plan and its own number, so the
//! files are written on all cores without any order between them.

mod defects;
mod items;
mod offers;
mod organisation;
mod plan;
mod random;
mod record;
mod rulebook;
mod time;
mod types;
mod work;
mod write;

use std::path::Path;

/// What to generate.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Number of configuration items; everything else follows from it.
    pub(crate) items: usize,
    /// Start of the random numbers.
    pub(crate) seed: u64,
    /// Number of records to break.
    pub(crate) defects: usize,
}

/// What was generated.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "each bench reads only what it reports")]
pub(crate) struct Written {
    /// Number of record files.
    pub(crate) files: usize,
    /// Bytes in them.
    pub(crate) bytes: u64,
    /// Number of configuration items.
    pub(crate) items: usize,
    /// Relations written on configuration items.
    pub(crate) relations: usize,
}

/// Writes `gitsm.toml`, the folder `sms` and, where records are broken, `defects.txt` below `out`.
///
/// # Errors
///
/// When the sizes do not fit together, `out` already holds records, or a file cannot be written.
pub(crate) fn generate(options: &Options, out: &Path) -> Result<Written, String> {
    let plan = plan::Plan::new(options)?;
    let (files, bytes) =
        write::write_all(&plan, out).map_err(|error| format!("cannot write below {}: {error}", out.display()))?;
    Ok(Written { files, bytes, items: plan.items, relations: plan.relations() })
}

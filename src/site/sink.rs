//! Where finished files go.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Takes the files of a site as they are made, from several threads and in no fixed order.
pub trait Sink: Sync {
    /// Takes one file; `path` has `/` between its parts and leads down from the root of the site.
    ///
    /// # Errors
    /// When the file cannot be kept; building stops with that error.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
}

/// Keeps a whole site in memory, for previews and tests.
#[derive(Debug, Default)]
pub struct MemorySink {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemorySink {
    /// The files by path.
    #[must_use]
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

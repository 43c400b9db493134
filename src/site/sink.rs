//! Where finished files go.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Takes the files of a site as they are made, from several threads and in no fixed order.
pub trait Sink: Sync {
    /// Takes one file; `path` has `/` between its parts and leads down from the root of the site.
    ///
    /// # Errors
    /// When the file cannot be kept; building stops with that error.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Whether a file that an earlier run put there is as it was, with this size and SHA-256: then it is not put there again.
    fn keeps(&self, _path: &str, _size: u64, _hash: &str) -> bool {
        false
    }

    /// The bytes of a file that an earlier run put there, whatever became of them; none where they cannot be had.
    fn old(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}

/// The files of a site by path.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// Keeps a whole site in memory, for previews and tests.
#[derive(Debug, Default)]
pub struct MemorySink {
    before: Arc<Files>,
    files: Mutex<Files>,
}

impl MemorySink {
    /// One that keeps files of an earlier run. What that run remembers must be told of these very files.
    #[must_use]
    pub fn after(before: Arc<Files>) -> Self {
        Self { before, files: Mutex::default() }
    }

    /// The files by path.
    #[must_use]
    pub fn into_files(self) -> Files {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, path: &str, bytes: Arc<[u8]>) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes);
    }
}

impl Sink for MemorySink {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.has(path, bytes.into());
        Ok(())
    }

    fn keeps(&self, path: &str, _size: u64, _hash: &str) -> bool {
        let Some(bytes) = self.before.get(path) else { return false };
        self.has(path, Arc::clone(bytes));
        true
    }

    fn old(&self, path: &str) -> Option<Vec<u8>> {
        self.before.get(path).map(|bytes| bytes.to_vec())
    }
}

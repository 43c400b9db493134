//! Folders whose files are built into the program: a new file in them must lead to a new build. Also a name for this
//! very build, so that a published site can tell whether another one made it.

use std::path::{Path, PathBuf};

const EMBEDDED: [&str; 4] = ["schemas", "sms", "templates", "src/cli/starter"];

fn main() {
    for path in EMBEDDED.into_iter().chain(["src", "Cargo.lock"]) {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut files = Vec::new();
    for path in ["src", "schemas", "templates", "Cargo.lock"] {
        collect(Path::new(path), &mut files);
    }
    files.sort();
    let mut name = Fnv::default();
    for path in files {
        name.add(path.to_string_lossy().replace('\\', "/").as_bytes());
        name.add(&std::fs::read(&path).unwrap_or_default());
    }
    println!("cargo::rustc-env=GITSM_BUILD={:016x}", name.0);
}

/// All files at and under `path`.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

/// The FNV-1a hash: it must tell builds apart, and withstand nobody.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

//! Hashes as text.

use std::hash::{Hash, Hasher};

use ring::digest::{Context, SHA256, digest};

/// The SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// A SHA-256 over what comes bit by bit.
#[derive(Clone)]
pub struct Sha256(Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl Sha256 {
    /// Adds `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all that was added, in hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex(self.0.finish().as_ref())
    }

    /// The first half of the hash of all that was added, enough to tell one's own things apart.
    #[must_use]
    pub fn finish_short(self) -> [u8; 16] {
        let hash = self.0.finish();
        std::array::from_fn(|at| hash.as_ref().get(at).copied().unwrap_or_default())
    }
}

/// The first half of a SHA-256.
pub type Print = [u8; 16];

/// A hash over parts, each with its length in front.
#[derive(Clone, Default)]
pub struct Parts(Sha256);

impl Parts {
    /// Adds a part.
    pub fn add(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a value as it is written for people who look for mistakes.
    pub fn debug(&mut self, value: &impl std::fmt::Debug) -> &mut Self {
        self.add(format!("{value:?}").as_bytes())
    }

    /// The first half of the hash of all that was added.
    #[must_use]
    pub fn print(self) -> Print {
        self.0.finish_short()
    }
}

impl Hasher for Parts {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Asked for by nobody: the whole hash is wanted.
    fn finish(&self) -> u64 {
        0
    }
}

/// The name of a value by what it holds.
#[must_use]
pub fn print(value: &impl Hash) -> Print {
    let mut all = Parts::default();
    value.hash(&mut all);
    all.print()
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_every_other_tool() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&[0, 15, 255]), "000fff");
        let mut parts = Sha256::default();
        for part in [b"a".as_slice(), b"", b"bc"] {
            parts.update(part);
        }
        assert_eq!(parts.finish(), sha256(b"abc"), "however it is cut");
    }
}

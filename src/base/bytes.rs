//! Numbers and texts as bytes and back, for what one run keeps for the next. Numbers are of seven bits a byte, the lowest
//! first; texts have their length in front.

use super::hash::sha256;

/// Appends a number.
pub fn put_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f).to_le_bytes()[0];
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// Appends a text.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend(text.as_bytes());
}

/// Hexadecimal digits of a SHA-256.
const SUM: usize = 64;

/// The room in front of what is kept: for a line with its version, and one with the SHA-256 of the rest.
#[must_use]
pub fn sealed(version: &str) -> Vec<u8> {
    vec![0; head(version)]
}

/// How long both lines are.
#[must_use]
pub const fn head(version: &str) -> usize {
    version.len() + 1 + SUM + 1
}

/// Writes both lines into the room that [`sealed`] left.
pub fn seal(version: &str, out: &mut [u8]) {
    let (room, rest) = out.split_at_mut(head(version));
    room.copy_from_slice(format!("{version}\n{}\n", sha256(rest)).as_bytes());
}

/// What stands behind both lines, when it is whole and of this version.
#[must_use]
pub fn unseal<'b>(version: &str, bytes: &'b [u8]) -> Option<&'b [u8]> {
    let rest = bytes.strip_prefix(version.as_bytes())?.strip_prefix(b"\n")?;
    let (sum, rest) = rest.split_at_checked(SUM)?;
    let rest = rest.strip_prefix(b"\n")?;
    (sum == sha256(rest).as_bytes()).then_some(rest)
}

/// Bytes that are read from the front. Whatever they hold, reading ends: with what is there, or with none.
#[derive(Debug, Clone)]
pub struct Scan<'b>(&'b [u8]);

impl<'b> Scan<'b> {
    /// Reads these.
    #[must_use]
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// How many are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.0.len()
    }

    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The number that comes next.
    pub fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS - 7).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The text that comes next.
    pub fn text(&mut self) -> Option<&'b str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_come_back_and_nothing_behind_them_is_read() {
        let mut bytes = Vec::new();
        for number in [0, 1, 127, 128, 300, usize::from(u16::MAX), 1 << 40] {
            put_number(&mut bytes, number);
        }
        put_text(&mut bytes, "ä b");
        put_text(&mut bytes, "");
        let mut scan = Scan::new(&bytes);
        let numbers: Vec<_> = std::iter::from_fn(|| scan.number()).take(7).collect();
        assert_eq!(numbers, [0, 1, 127, 128, 300, 65_535, 1 << 40]);
        assert_eq!((scan.text(), scan.text(), scan.left()), (Some("ä b"), Some(""), 0));
        assert_eq!((scan.number(), scan.text(), scan.take(1)), (None, None, None));
    }

    #[test]
    fn what_was_sealed_is_read_whole_and_of_its_version_or_not_at_all() {
        let mut bytes = sealed("gitsm some 1");
        bytes.extend(b"body");
        seal("gitsm some 1", &mut bytes);
        assert!(bytes.starts_with(b"gitsm some 1\n"), "{bytes:?}");
        assert_eq!(unseal("gitsm some 1", &bytes), Some(&b"body"[..]));
        assert_eq!(unseal("gitsm some 2", &bytes), None);
        for at in 0..bytes.len() {
            assert_eq!(unseal("gitsm some 1", &bytes[..at]), None, "cut at {at}");
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(unseal("gitsm some 1", &other), None, "changed at {at}");
        }
    }

    #[test]
    fn damaged_bytes_are_no_number_and_no_text() {
        assert_eq!(Scan::new(&[0xff; 12]).number(), None, "a number without an end");
        assert_eq!(Scan::new(&[0x80]).number(), None);
        assert_eq!(Scan::new(&[2, b'a']).text(), None, "longer than what is there");
        assert_eq!(Scan::new(&[1, 0xff]).text(), None, "no UTF-8");
    }
}

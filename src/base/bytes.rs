//! Numbers and texts as bytes and back, for what one run keeps for the next. Numbers are of seven bits a byte, the lowest
//! first; texts have their length in front.

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
    fn damaged_bytes_are_no_number_and_no_text() {
        assert_eq!(Scan::new(&[0xff; 12]).number(), None, "a number without an end");
        assert_eq!(Scan::new(&[0x80]).number(), None);
        assert_eq!(Scan::new(&[2, b'a']).text(), None, "longer than what is there");
        assert_eq!(Scan::new(&[1, 0xff]).text(), None, "no UTF-8");
    }
}

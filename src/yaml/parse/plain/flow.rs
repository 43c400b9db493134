//! Lists in brackets and mappings in braces, on one line.

use super::Reader;

impl Reader<'_> {
    /// Takes the collection whose bracket or brace is at hand.
    pub(super) fn flow(&mut self) -> Option<()> {
        let list = self.byte(0) == b'[';
        let last = if list { b']' } else { b'}' };
        self.open_frame(list, true, self.at)?;
        self.at += 1;
        self.spaces();
        let mut first = true;
        while !(first && self.byte(0) == last) {
            first = false;
            if !list {
                self.flow_key()?;
            }
            self.flow_value()?;
            self.spaces();
            match self.byte(0) {
                b',' => self.at += 1,
                sign if sign == last => break,
                _ => return None,
            }
            self.spaces();
        }
        self.at += 1;
        self.close(self.at)
    }

    fn flow_key(&mut self) -> Option<()> {
        let key = self.flow_scalar()?;
        if !self.colon(&key) {
            return None;
        }
        self.spaces();
        self.add(key)
    }

    fn flow_value(&mut self) -> Option<()> {
        if matches!(self.byte(0), b'[' | b'{') {
            return self.flow();
        }
        let scalar = self.flow_scalar()?;
        self.add(scalar)
    }
}

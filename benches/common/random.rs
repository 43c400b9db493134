//! Random numbers that are the same on every machine.

/// The splitmix64 generator: one addition and one mix a number.
pub(crate) struct Random(u64);

/// The golden ratio as a 64-bit fraction; the step of splitmix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads the bits of a number over all 64 of them.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Random {
    /// A generator of its own for one record, so that records can be written in any order.
    pub(crate) fn new(seed: u64, stream: &str, index: usize) -> Self {
        let start = stream.bytes().fold(mix(seed.wrapping_add(STEP)), |state, byte| mix(state ^ u64::from(byte)));
        Self(mix(start ^ mix(index as u64)))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `bound`; zero when the bound is zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from((u128::from(self.next()) * bound as u128) >> 64).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the values, which must not be empty.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, values: &[&'a T]) -> &'a T {
        values[self.below(values.len())]
    }
}

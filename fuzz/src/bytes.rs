//! Choices and values read out of a fuzzer's bytes. Where these end, every choice is the first one, so that inputs end, too.

/// What is left of the input.
pub(crate) struct Bytes<'d>(&'d [u8]);

impl<'d> Bytes<'d> {
    pub(crate) fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.byte())
    }

    /// A number below `bound`, which is at most 256.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// An integer of any number of digits.
    pub(crate) fn integer(&mut self) -> u64 {
        let shift = self.byte() % 64;
        self.u64() >> shift
    }

    /// A length of any order of magnitude up to `max`, seldom long.
    pub(crate) fn length(&mut self, max: usize) -> usize {
        match self.byte() {
            short @ 0..200 => usize::from(short) % 40,
            _ => usize::from(u16::from_le_bytes(self.array())),
        }
        .min(max)
    }

    /// At most so many of the bytes that are left.
    pub(crate) fn take(&mut self, len: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(crate) fn rest(&mut self) -> &'d [u8] {
        core::mem::take(&mut self.0)
    }

    /// A float of any kind: any bits, few digits, a whole number, or a decimal of a price's size.
    #[expect(clippy::cast_precision_loss, reason = "whatever is left of a number is one too")]
    pub(crate) fn f64(&mut self) -> f64 {
        match self.below(4) {
            0 => f64::from_bits(self.u64()),
            1 => self.integer() as f64,
            2 => self.integer().cast_signed() as f64 / 100.0,
            _ => f64::from(f32::from_bits(u32::from_le_bytes(self.array()))),
        }
    }

    /// Text of at most `max` bytes: UTF-8 as it stands, and what is none as if it were Latin-1.
    pub(crate) fn text(&mut self, max: usize) -> String {
        let len = self.length(max);
        decoded(self.take(len))
    }
}

/// The bytes as text: those that are not UTF-8 are the characters of their numbers.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}

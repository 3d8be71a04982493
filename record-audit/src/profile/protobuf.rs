//! The wire format of protocol buffers, as far as a profile needs it: integers, texts, and messages within messages.
//!
//! By hand, because the schema has a dozen fields and does not change, and a code generator would be larger than this.

#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Seven bits to a byte, the lowest first; all but the last with the eighth set.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    /// A field that is an integer; zero is what a missing one means.
    pub(super) fn integer(&mut self, field: u32, value: u64) -> &mut Self {
        if value != 0 {
            self.varint(u64::from(field) << 3);
            self.varint(value);
        }
        self
    }

    pub(super) fn bytes(&mut self, field: u32, bytes: &[u8]) -> &mut Self {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn message(&mut self, field: u32, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::default();
        fill(&mut inner);
        self.bytes(field, &inner.0)
    }

    /// A field of several integers, in the packed form.
    pub(super) fn integers(&mut self, field: u32, values: impl IntoIterator<Item = u64>) -> &mut Self {
        let mut packed = Self::default();
        values.into_iter().for_each(|value| packed.varint(value));
        self.bytes(field, &packed.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    /// The examples of the format's documentation.
    #[test]
    fn the_wire_format() {
        let mut message = Message::default();
        message.integer(1, 150).bytes(2, b"testing").message(3, |inner| {
            inner.integer(1, 150);
        });
        message.integers(6, [3, 270, 86942]).integer(7, 0);
        let expected: &[&[u8]] = &[
            &[0x08, 0x96, 0x01],
            &[0x12, 0x07],
            b"testing",
            &[0x1a, 0x03, 0x08, 0x96, 0x01],
            &[0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05],
        ];
        assert_eq!(message.into_bytes(), expected.concat());
        let mut message = Message::default();
        message.integer(1, u64::MAX);
        assert_eq!(message.into_bytes(), [&[0x08][..], &[0xff; 9], &[0x01]].concat());
    }
}

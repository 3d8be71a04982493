//! Values of serde's data model, of every kind, nested anyhow, with errors and panics in between: through the bridge as by
//! `serde_json`, text for text and error for error.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use record_runtime::{Serde, ZeroAllocJson};
use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use serde::{Serialize, Serializer};

use crate::bytes::Bytes;

const MAX_DEPTH: usize = 12;

/// Names that are clean, that need an escape, and that are long.
const NAMES: [&str; 6] = ["a", "", "quo\"te", "größe", "a name that is longer than thirty-two bytes, as some are", "b"];

enum Kind {
    Bool(bool),
    I8(i8),
    I16(i16),
    I64(i64),
    I128(i128),
    U8(u8),
    U32(u32),
    U64(u64),
    U128(u128),
    F32(f32),
    F64(f64),
    Char(char),
    Str(String),
    Bytes(Vec<u8>),
    Displayed(String, u64),
    Nothing,
    Unit,
    UnitStruct(&'static str),
    UnitVariant(&'static str),
    Fails(String),
    Panics,
    Some(Box<Kind>),
    NewtypeStruct(&'static str, Box<Kind>),
    NewtypeVariant(&'static str, Box<Kind>),
    /// Whether its length is announced.
    Seq(Vec<Kind>, bool),
    Tuple(Vec<Kind>),
    TupleStruct(&'static str, Vec<Kind>),
    TupleVariant(&'static str, Vec<Kind>),
    Map(Vec<(Kind, Kind)>, bool),
    Struct(&'static str, Vec<(&'static str, Option<Kind>)>),
    StructVariant(&'static str, Vec<(&'static str, Option<Kind>)>),
}

impl Kind {
    fn read(bytes: &mut Bytes<'_>, depth: usize) -> Self {
        let leaves = 21;
        let kinds = if depth < MAX_DEPTH && !bytes.is_empty() { leaves + 10 } else { leaves };
        match bytes.below(kinds) {
            0 => Self::Bool(bytes.flag()),
            1 => Self::I8(bytes.byte().cast_signed()),
            2 => Self::I16(i16::from_le_bytes(bytes.array())),
            3 => Self::I64(bytes.integer().cast_signed()),
            4 => Self::I128(i128::from_le_bytes(bytes.array())),
            5 => Self::U8(bytes.byte()),
            6 => Self::U32(u32::from_le_bytes(bytes.array())),
            7 => Self::U64(bytes.integer()),
            8 => Self::U128(u128::from_le_bytes(bytes.array())),
            9 => Self::F32(f32::from_le_bytes(bytes.array())),
            10 => Self::F64(bytes.f64()),
            11 => Self::Char(bytes.text(4).chars().next().unwrap_or('\\')),
            12 => Self::Str(bytes.text(2000)),
            13 => Self::Bytes(bytes.take(20).to_vec()),
            14 => Self::Displayed(bytes.text(100), bytes.integer()),
            15 => Self::Nothing,
            16 => Self::Unit,
            17 => Self::UnitStruct(name(bytes)),
            18 => Self::UnitVariant(name(bytes)),
            19 if bytes.byte() < 32 => Self::Fails(bytes.text(20)),
            20 if bytes.byte() < 32 => Self::Panics,
            19 | 20 => Self::Unit,
            21 => Self::Some(Box::new(Self::read(bytes, depth + 1))),
            22 => Self::NewtypeStruct(name(bytes), Box::new(Self::read(bytes, depth + 1))),
            23 => Self::NewtypeVariant(name(bytes), Box::new(Self::read(bytes, depth + 1))),
            24 => Self::Seq(Self::list(bytes, depth), bytes.flag()),
            25 => Self::Tuple(Self::list(bytes, depth)),
            26 => Self::TupleStruct(name(bytes), Self::list(bytes, depth)),
            27 => Self::TupleVariant(name(bytes), Self::list(bytes, depth)),
            28 => {
                let entries = (0..bytes.below(4)).map(|_| (Self::read(bytes, depth + 1), Self::read(bytes, depth + 1)));
                Self::Map(entries.collect(), depth.is_multiple_of(2))
            }
            29 => Self::Struct(name(bytes), Self::fields(bytes, depth)),
            _ => Self::StructVariant(name(bytes), Self::fields(bytes, depth)),
        }
    }

    fn list(bytes: &mut Bytes<'_>, depth: usize) -> Vec<Self> {
        (0..bytes.below(5)).map(|_| Self::read(bytes, depth + 1)).collect()
    }

    fn fields(bytes: &mut Bytes<'_>, depth: usize) -> Vec<(&'static str, Option<Self>)> {
        (0..bytes.below(4)).map(|_| (name(bytes), (bytes.byte() > 20).then(|| Self::read(bytes, depth + 1)))).collect()
    }
}

fn name(bytes: &mut Bytes<'_>) -> &'static str {
    NAMES[bytes.below(NAMES.len())]
}

/// Fields that are there.
fn present(fields: &[(&'static str, Option<Kind>)]) -> usize {
    fields.iter().filter(|(_, value)| value.is_some()).count()
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => s.serialize_bool(*value),
            Self::I8(value) => s.serialize_i8(*value),
            Self::I16(value) => s.serialize_i16(*value),
            Self::I64(value) => s.serialize_i64(*value),
            Self::I128(value) => s.serialize_i128(*value),
            Self::U8(value) => s.serialize_u8(*value),
            Self::U32(value) => s.serialize_u32(*value),
            Self::U64(value) => s.serialize_u64(*value),
            Self::U128(value) => s.serialize_u128(*value),
            Self::F32(value) => s.serialize_f32(*value),
            Self::F64(value) => s.serialize_f64(*value),
            Self::Char(value) => s.serialize_char(*value),
            Self::Str(value) => s.serialize_str(value),
            Self::Bytes(value) => s.serialize_bytes(value),
            Self::Displayed(text, number) => s.collect_str(&format_args!("{text}/{number}")),
            Self::Nothing => s.serialize_none(),
            Self::Unit => s.serialize_unit(),
            Self::UnitStruct(name) => s.serialize_unit_struct(name),
            Self::UnitVariant(name) => s.serialize_unit_variant("Kind", 0, name),
            Self::Fails(message) => Err(S::Error::custom(message)),
            Self::Panics => resume_unwind(Box::new("on purpose")),
            Self::Some(value) => s.serialize_some(value),
            Self::NewtypeStruct(name, value) => s.serialize_newtype_struct(name, value),
            Self::NewtypeVariant(name, value) => s.serialize_newtype_variant("Kind", 0, name, value),
            Self::Seq(values, announced) => {
                let mut seq = s.serialize_seq(announced.then_some(values.len()))?;
                values.iter().try_for_each(|value| seq.serialize_element(value))?;
                seq.end()
            }
            Self::Tuple(values) => {
                let mut tuple = s.serialize_tuple(values.len())?;
                values.iter().try_for_each(|value| tuple.serialize_element(value))?;
                tuple.end()
            }
            Self::TupleStruct(name, values) => {
                let mut tuple = s.serialize_tuple_struct(name, values.len())?;
                values.iter().try_for_each(|value| tuple.serialize_field(value))?;
                tuple.end()
            }
            Self::TupleVariant(name, values) => {
                let mut tuple = s.serialize_tuple_variant("Kind", 0, name, values.len())?;
                values.iter().try_for_each(|value| tuple.serialize_field(value))?;
                tuple.end()
            }
            Self::Map(entries, announced) => {
                let mut map = s.serialize_map(announced.then_some(entries.len()))?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at % 2 == 0 {
                        map.serialize_entry(key, value)?;
                    } else {
                        map.serialize_key(key)?;
                        map.serialize_value(value)?;
                    }
                }
                map.end()
            }
            Self::Struct(name, fields) => {
                let mut object = s.serialize_struct(name, present(fields))?;
                for (key, value) in fields {
                    match value {
                        Some(value) => object.serialize_field(key, value)?,
                        None => object.skip_field(key)?,
                    }
                }
                object.end()
            }
            Self::StructVariant(name, fields) => {
                let mut object = s.serialize_struct_variant("Kind", 0, name, present(fields))?;
                for (key, value) in fields {
                    match value {
                        Some(value) => object.serialize_field(key, value)?,
                        None => object.skip_field(key)?,
                    }
                }
                object.end()
            }
        }
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct Field<'k> {
    before: u64,
    #[json(serde)]
    value: &'k Kind,
    after: &'static str,
}

#[derive(Serialize, ZeroAllocJson)]
struct Flattened<'k> {
    before: u64,
    #[serde(flatten)]
    #[json(serde)]
    value: &'k Kind,
    after: &'static str,
}

/// See the module.
///
/// # Panics
/// Where a text or an error differs.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let kind = Kind::read(&mut bytes, 0);
    same(&Serde(&kind), &kind, true);
    same(&Field { before: 1, value: &kind, after: "é\"" }, &Field { before: 1, value: &kind, after: "é\"" }, true);
    let flattened = Flattened { before: 1, value: &kind, after: "é\"" };
    // Serde's words for what cannot be flattened differ, and serde itself keeps no integers of 128 bits.
    same(&flattened, &flattened, false);
}

fn same<T: ZeroAllocJson, R: Serialize>(value: &T, reference: &R, messages: bool) {
    let expected = catch_unwind(AssertUnwindSafe(|| serde_json::to_vec(reference)));
    let mut buf = b"{".to_vec();
    let found = catch_unwind(AssertUnwindSafe(|| value.try_write_json(&mut buf)));
    match (expected, found) {
        (Ok(Ok(expected)), Ok(Ok(()))) => {
            assert!(
                buf[1..] == expected,
                "\n  written  {}\n  expected {}",
                buf[1..].escape_ascii(),
                expected.escape_ascii()
            );
            assert_eq!(value.json_len(), expected.len(), "json_len");
            return;
        }
        (Ok(Err(expected)), Ok(Err(found))) => {
            if messages {
                assert_eq!(found.message().to_string(), expected.to_string());
            }
        }
        (Err(_), Err(_)) => {}
        (Ok(Err(expected)), Ok(Ok(()))) if !messages && expected.to_string().ends_with("128 is not supported") => {
            return;
        }
        // What serde refuses by its kind is written first here, and may panic then.
        (Ok(Err(_)), Err(_)) if !messages => {}
        // And serde keeps what it flattens before it writes it, so that a panic comes before an error.
        (Err(_), Ok(Err(_))) if !messages => {}
        (expected, found) => panic!("{found:?} instead of {expected:?}: {}", buf.escape_ascii()),
    }
    assert_eq!(buf, b"{", "the buffer is not as it was");
}

//! Keys whose type says that they are keys only when it is written.

use super::*;

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct Id<T> {
    raw: u64,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct Store<T> {
    rows: BTreeMap<Id<T>, T>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Index<K: Ord, V> {
    map: BTreeMap<Option<K>, V>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
enum Key {
    A,
    B(String),
    C { x: u8 },
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Any<T> {
    Number(i64),
    Text(String),
    Flag(bool),
    Other(T),
    Nothing,
}

mod hexish {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: serde::Serializer>(bytes: &[u8; 2], s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{:02x}{:02x}", bytes[0], bytes[1]))
    }
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive's signature")]
    pub(super) fn write_json(bytes: &[u8; 2], w: &mut record_runtime::JsonWriter<'_>) {
        w.fmt(format_args!("{:02x}{:02x}", bytes[0], bytes[1]));
    }
}

mod sum {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: serde::Serializer>(bytes: &[u8; 2], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_i32(i32::from(bytes[0]) - i32::from(bytes[1]))
    }
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive's signature")]
    pub(super) fn write_json(bytes: &[u8; 2], w: &mut record_runtime::JsonWriter<'_>) {
        w.value(&(i32::from(bytes[0]) - i32::from(bytes[1])));
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
struct Digest(
    #[serde(with = "hexish")]
    #[json(with = "hexish")]
    [u8; 2],
);

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
struct Sum(
    #[serde(with = "sum")]
    #[json(with = "sum")]
    [u8; 2],
);

#[test]
fn of_typed_ids() {
    assert_same(&Store { rows: BTreeMap::from([(Id { raw: 7, of: PhantomData }, USER)]) });
}

#[test]
fn of_functions() {
    assert_same(&BTreeMap::from([(Digest([1, 255]), 1), (Digest([0, 9]), 2)]));
    assert_same(&BTreeMap::from([(Sum([1, 255]), 1), (Sum([9, 0]), 2)]));
}

#[test]
fn that_only_some_values_are() {
    assert_same_outcome(&Index { map: BTreeMap::from([(Some("a"), USER), (Some("b\n"), USER)]) });
    assert_same_outcome(&Index { map: BTreeMap::from([(Some(-5), USER)]) });
    assert_same_outcome(&Index { map: BTreeMap::from([(None::<u8>, USER)]) });
    assert_same_outcome(&Index { map: BTreeMap::from([(Some([1_u8]), USER)]) });
    for key in [|| Key::A, || Key::B("b".into()), || Key::C { x: 1 }] {
        assert_same_outcome(&BTreeMap::from([(key(), 1)]));
        assert_same_outcome(&vec![BTreeMap::from([(Key::A, 1), (key(), 1)])]);
    }
    let any: [fn() -> Any<u8>; 5] = [
        || Any::Number(i64::MIN),
        || Any::Text("\"quoted\"".into()),
        || Any::Flag(true),
        || Any::Other(7),
        || Any::Nothing,
    ];
    for key in any {
        assert_same_outcome(&BTreeMap::from([(key(), "x")]));
        assert_same_outcome(&("before", BTreeMap::from([(key(), "x")]), "after"));
    }
    assert_eq!(assert_refused(&BTreeMap::from([(None::<String>, 1)])), "key must be a string");
}

//! `MAX_JSON_LEN`: known where every field's is, reached by some value, and unknown elsewhere.

use record_runtime::{ZeroAllocJson, to_string};

fn max<T: ZeroAllocJson + ?Sized>() -> Option<usize> {
    T::MAX_JSON_LEN
}

#[derive(ZeroAllocJson)]
struct Point {
    x: u8,
    y: i16,
}

#[derive(ZeroAllocJson)]
struct Pair(bool, Point);

#[derive(ZeroAllocJson)]
struct Newtype(Pair);

#[derive(ZeroAllocJson)]
struct Generic<T> {
    value: T,
    count: u32,
}

#[derive(ZeroAllocJson)]
struct Empty {}

#[derive(ZeroAllocJson)]
enum Unit {
    Short,
    #[serde(rename = "long\"est")]
    Longest,
}

#[derive(ZeroAllocJson)]
struct Named {
    name: String,
    id: u64,
}

#[derive(ZeroAllocJson)]
struct Tree {
    id: u8,
    left: Option<Box<Tree>>,
}

#[test]
fn is_reached() {
    let point = Point { x: u8::MAX, y: i16::MIN };
    assert_eq!(max::<Point>(), Some(to_string(&point).len()));
    let pair = Pair(false, point);
    assert_eq!(max::<Pair>(), Some(to_string(&pair).len()));
    assert_eq!(max::<Newtype>(), Some(to_string(&Newtype(pair)).len()));
    let generic = Generic { value: [i64::MIN; 2], count: u32::MAX };
    assert_eq!(max::<Generic<[i64; 2]>>(), Some(to_string(&generic).len()));
    assert_eq!(max::<Empty>(), Some(to_string(&Empty {}).len()));
    assert_eq!(max::<Unit>(), Some(to_string(&Unit::Longest).len()));
    assert!(to_string(&Unit::Short).len() < to_string(&Unit::Longest).len());
    assert_eq!(max::<(u128, char)>(), Some(to_string(&(u128::MAX, '\u{1f}')).len()));
}

#[test]
fn is_unknown_where_a_field_has_none() {
    let named = Named { name: String::new(), id: 0 };
    assert_eq!(to_string(&named), r#"{"name":"","id":0}"#);
    assert_eq!(max::<Named>(), None);
    assert_eq!(max::<Generic<String>>(), None);
    let tree = Tree { id: 1, left: Some(Box::new(Tree { id: 2, left: None })) };
    assert_eq!(to_string(&tree), r#"{"id":1,"left":{"id":2,"left":null}}"#);
    assert_eq!(max::<Tree>(), None);
}

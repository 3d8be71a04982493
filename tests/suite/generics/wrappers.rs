//! Wrappers of parameters that are flattened, or tagged.

use super::*;

#[derive(Serialize, ZeroAllocJson)]
struct WithMeta<T> {
    #[serde(flatten)]
    value: T,
    revision: u32,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t")]
enum Tagged<T> {
    One(T),
    Many { items: Vec<T> },
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
enum Adjacent<T, E> {
    Done(T),
    Failed(E, u8),
}

#[derive(Serialize, ZeroAllocJson)]
struct Page<T> {
    items: Vec<T>,
    total: u32,
    next: Option<Box<Page<T>>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Listing<T> {
    page: Page<WithMeta<T>>,
    first: Option<Tagged<WithMeta<T>>>,
}

fn with_meta<T>(value: T) -> WithMeta<T> {
    WithMeta { value, revision: 1 }
}

#[test]
fn nest_in_any_order() {
    let page = || Page { items: vec![with_meta(USER)], total: 1, next: None };
    assert_same(&Page {
        items: vec![with_meta(with_meta(USER))],
        total: 1,
        next: Some(Box::new(Page { items: vec![], total: 0, next: None })),
    });
    assert_same(&Listing { page: page(), first: Some(Tagged::One(with_meta(USER))) });
    assert_same(&Listing { page: page(), first: Some(Tagged::Many { items: vec![with_meta(USER)] }) });
    assert_same(&with_meta(Tagged::One(USER)));
    assert_same(&with_meta(BTreeMap::from([("k", USER)])));
    assert_same(&with_meta(None::<User>));
    assert_same(&[Adjacent::Done(with_meta(USER)), Adjacent::Failed("x", 1)]);
}

/// A value that cannot be flattened is noticed when it is written, as with serde.
#[test]
fn of_what_is_no_object_fail() {
    // In serde's words, but for tuples and characters, which the text does not tell from others.
    let same_words = |message: String, serdes: serde_json::Error| assert_eq!(message, serdes.to_string());
    same_words(assert_refused(&with_meta(1_u8)), serde_json::to_string(&with_meta(1_u8)).unwrap_err());
    same_words(assert_refused(&with_meta(-1.5)), serde_json::to_string(&with_meta(-1.5)).unwrap_err());
    same_words(assert_refused(&with_meta(true)), serde_json::to_string(&with_meta(true)).unwrap_err());
    same_words(assert_refused(&with_meta("text")), serde_json::to_string(&with_meta("text")).unwrap_err());
    same_words(assert_refused(&with_meta(vec![1])), serde_json::to_string(&with_meta(vec![1])).unwrap_err());
    same_words(assert_refused(&with_meta(f64::NAN)), serde_json::to_string(&with_meta(f64::NAN)).unwrap_err());
    assert_refused(&with_meta([USER]));
    assert_refused(&Tagged::One(f32::INFINITY));
    assert_same(&with_meta(None::<f64>));
    assert_refused(&Tagged::One(1_u8));
}

//! The where clauses of typical generic types.

use super::{Traits, predicates};
use crate::errors::Errors;
use crate::model::Container;
use quote::quote;

fn bounds(input: &str) -> String {
    let input = syn::parse_str(input).expect("the input is Rust");
    let mut errors = Errors::default();
    let container = Container::from_input(&input, &mut errors);
    let traits = Traits { value: &quote!(V), key: &quote!(K), object: &quote!(O), serialize: &quote!(S) };
    let tokens = predicates(&container, &traits);
    assert!(errors.finish().is_ok());
    tokens.to_string().replace(' ', "")
}

#[test]
fn parameters_of_written_fields() {
    assert_eq!(bounds("struct S<A, B, C> { a: A, b: Vec<(u8, B)>, #[serde(skip)] c: C }"), "A:V,B:V,");
    assert_eq!(bounds("struct S<'a, A, B> { a: PhantomData<A>, b: &'a [B] }"), "B:V,");
    assert_eq!(bounds(r#"struct S<A> where A: X, { #[json(with = "m")] a: A }"#), "A:X,");
    assert_eq!(bounds("enum E<A, B> { X(A), #[serde(skip)] Y(B) }"), "A:V,");
}

#[test]
fn parameters_of_fields_that_serde_writes() {
    assert_eq!(bounds("struct S<A, B, C> { #[json(serde)] a: HashMap<A, Vec<(B, [A; 2])>, C> }"), "A:S,B:S,");
    assert_eq!(bounds("struct S<A> { #[json(serde)] a: Option<A>, b: A }"), "A:V+S,");
    assert_eq!(bounds(r#"struct S<A> { #[serde(with = "m")] a: A }"#), "");
    assert_eq!(bounds(r#"struct S<A> { #[serde(with = "m", bound = "A: Serialize")] a: A }"#), "A:Serialize,");
    assert_eq!(bounds(r#"struct S<A> { #[serde(bound = "A: Serialize")] a: A }"#), "A:V,");
}

#[test]
fn recursive_types() {
    assert_eq!(bounds("struct S<A, B, C> { a: A, s: Option<Box<S<A, B, C>>>, t: Vec<S<A, Vec<B>, C>> }"), "A:V,B:V,");
}

#[test]
fn associated_types() {
    assert_eq!(bounds("struct S<I: Iterator> { a: I::Item, b: Option<I::Item> }"), "I::Item:V,");
    assert_eq!(bounds("struct S<I: Iterator> { a: <I as Iterator>::Item }"), "<IasIterator>::Item:V,");
    assert_eq!(bounds("struct S<I> { a: <u8 as X>::Item, b: I }"), "I:V,");
}

#[test]
fn roles() {
    assert_eq!(bounds("struct S<A, B, C> { a: HashMap<A, Vec<B>, C> }"), "A:K,B:V,");
    assert_eq!(bounds("struct S<A, B> { a: HashMap<A, B>, b: HashSet<A, B> }"), "A:V+K,B:V,");
    assert_eq!(
        bounds(
            "struct S<A, B, C> { #[serde(flatten)] a: Option<Box<A>>, #[serde(flatten)] b: Map<String, B>, #[serde(flatten)] c: Page<C> }"
        ),
        "A:O,B:V,C:V,"
    );
    assert_eq!(bounds(r#"#[serde(tag = "t")] enum E<A, B> { X(A), Y { b: B } }"#), "A:O,B:V,");
}

#[test]
fn bounds_of_the_user() {
    assert_eq!(bounds(r#"#[json(bound = "A: X")] struct S<A, B> { a: A, b: B }"#), "A:X,");
    assert_eq!(bounds(r#"#[json(bound = "")] struct S<A> { a: A }"#), "");
    assert_eq!(bounds(r#"struct S<A, B> { #[json(bound = "A: X")] a: A, b: B }"#), "A:X,B:V,");
    assert_eq!(bounds(r#"enum E<A, B> { #[json(bound = "A: X")] P(A), Q(B) }"#), "A:X,B:V,");
    assert_eq!(
        bounds(
            r#"#[serde(bound = "A: X + serde::Serialize + Deserialize<'de>, B: DeserializeOwned")] struct S<A, B> { a: A, b: B }"#
        ),
        "A:X+V,B:,"
    );
}

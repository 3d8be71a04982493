//! The where clauses of typical generic types.

use super::{Purpose, Traits, predicates};
use crate::errors::Errors;
use crate::model::Container;
use quote::quote;

fn bounds(input: &str) -> String {
    let input = syn::parse_str(input).expect("the input is Rust");
    let mut errors = Errors::default();
    let container = Container::from_input(&input, &mut errors);
    let traits = Traits { value: &quote!(V), serialize: &quote!(S), purpose: Purpose::Writing };
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
    assert_eq!(bounds("struct S<A, B, C> { #[json(serde)] a: HashMap<A, Vec<(B, [A; 2])>, C> }"), "A:S,B:S,C:S,");
    assert_eq!(bounds("struct S<A> { #[json(serde)] a: Option<A>, b: A }"), "A:V,A:S,");
    assert_eq!(bounds(r#"struct S<A> { #[serde(with = "m")] a: A }"#), "");
    assert_eq!(bounds(r#"struct S<A> { #[serde(with = "m", bound = "A: Serialize")] a: A }"#), "A:Serialize,");
    assert_eq!(bounds(r#"struct S<A> { #[serde(bound = "A: Serialize")] a: A }"#), "A:V,");
}

#[test]
fn recursive_types() {
    assert_eq!(
        bounds("struct S<A, B, C> { a: A, s: Option<Box<S<A, B, C>>>, t: Vec<S<A, Vec<B>, C>> }"),
        "A:V,B:V,C:V,"
    );
    assert_eq!(bounds("struct S<A, B> { a: A, s: Option<Box<S<A, B>>>, t: Box<Self> }"), "A:V,");
    assert_eq!(bounds("struct S<A> { inner: other::S<A> }"), "A:V,");
    assert_eq!(bounds("struct S<A, B> { a: Option<Box<S<B, A>>> }"), "B:V,A:V,");
}

#[test]
fn associated_types() {
    assert_eq!(bounds("struct S<I: Iterator> { a: I::Item, b: Option<I::Item> }"), "I::Item:V,");
    assert_eq!(bounds("struct S<I: Iterator> { a: <I as Iterator>::Item }"), "<IasIterator>::Item:V,");
    assert_eq!(bounds("struct S<I> { a: <u8 as X>::Item, b: I }"), "I:V,");
    assert_eq!(bounds("struct S<I: Iterator> { a: PhantomData<I::Item> }"), "");
    // Of a type of which nothing is known: the bound is on the whole of it, unless that is no proof.
    assert_eq!(bounds("struct S<I: Iterator> { a: Vec<Id<I::Item>> }"), "Vec<Id<I::Item>>:V,");
    assert_eq!(bounds("struct S<I: Iterator> { a: Option<Box<S<I::Item>>> }"), "");
}

#[test]
fn one_bound_whatever_a_parameter_is_used_as() {
    assert_eq!(bounds("struct S<A, B, C> { a: HashMap<A, Vec<B>, C> }"), "A:V,B:V,C:V,");
    assert_eq!(bounds("struct S<A> { #[serde(flatten)] a: Option<Box<A>> }"), "A:V,");
    assert_eq!(bounds(r#"#[serde(tag = "t")] enum E<A, B> { X(A), Y { b: B } }"#), "A:V,B:V,");
}

#[test]
fn bounds_of_the_user() {
    assert_eq!(bounds(r#"#[json(bound = "A: X")] struct S<A, B> { a: Other<A>, b: Other<B> }"#), "A:X,");
    assert_eq!(bounds(r#"#[json(bound = "")] struct S<A> { a: Other<A> }"#), "");
    assert_eq!(bounds(r#"struct S<A, B> { #[json(bound = "A: X")] a: Other<A>, b: B }"#), "A:X,B:V,");
    assert_eq!(bounds(r#"enum E<A, B> { #[json(bound = "A: X")] P(Other<A>), Q(B) }"#), "A:X,B:V,");
    assert_eq!(
        bounds(
            r#"#[serde(bound = "A: X + serde::Serialize + Deserialize<'de>, B: DeserializeOwned")] struct S<A, B> { a: A, b: Other<B> }"#
        ),
        "A:X+V,B:,A:V,"
    );
}

#[test]
fn bounds_hold_for_both_traits_where_serde_writes_a_part() {
    assert_eq!(
        bounds(r#"#[serde(bound = "A: Serialize")] struct S<A> { #[json(serde)] a: Other<A>, b: Other<A> }"#),
        "A:V+Serialize,"
    );
    assert_eq!(
        bounds(r#"#[serde(bound = "A: Serialize")] struct S<A> { #[serde(with = "m")] a: A, b: Other<A> }"#),
        "A:V+Serialize,"
    );
    assert_eq!(
        bounds(r#"enum E<A> { #[serde(bound = "A: Serialize")] #[json(serde)] P(Other<A>), Q(Other<u8>) }"#),
        "A:V+Serialize,"
    );
}

#[test]
fn what_is_certain_to_be_written_is_bounded_whatever_the_user_states() {
    assert_eq!(bounds(r#"#[serde(bound = "A: Renamed")] struct S<A> { a: Option<Vec<A>> }"#), "A:Renamed,A:V,");
    assert_eq!(bounds(r#"#[serde(bound = "")] struct S<I: X> { a: HashMap<u8, I::Item> }"#), "I::Item:V,");
    assert_eq!(bounds(r#"struct S<A: Serialize> { #[serde(bound = "")] a: Other<A> }"#), "A:V,");
    assert_eq!(
        bounds(r#"struct S<A> where A: DeserializeOwned, A: Serialize { #[serde(bound = "")] a: Option<Other<A>> }"#),
        "A:DeserializeOwned,A:Serialize,A:V,"
    );
    assert_eq!(bounds("struct S<A: Serialize> { a: PhantomData<A>, b: u8 }"), "");
    assert_eq!(
        bounds("struct S<I> where for<'a> &'a I: Serialize { a: Other<I> }"),
        "for<'a>&'aI:Serialize,I:V,for<'a>&'aI:V,"
    );
}

/// Each of these traits may have associated types that are written, or bring serde's trait with it.
#[test]
fn types_around_a_parameter_with_a_trait_of_the_user() {
    assert_eq!(bounds("struct S<M: Model> { a: Page<M> }"), "M:V,Page<M>:V,");
    assert_eq!(
        bounds("struct S<M> where M: Clone + m::Model { a: Box<Page<M>>, b: PhantomData<M> }"),
        "M:Clone+m::Model,M:V,Box<Page<M>>:V,"
    );
    // Data, which is written itself.
    assert_eq!(bounds("struct S<M: Model> { a: Page<M>, b: Vec<M> }"), "M:V,");
    assert_eq!(bounds("struct S<M: Model> { a: Option<M>, b: Option<Page<S<M>>> }"), "M:V,");
    assert_eq!(bounds("struct S<M: Clone + Ord + 'static> { a: Page<M> }"), "M:V,");
    assert_eq!(bounds(r#"#[serde(bound = "")] struct S<M: Model> { a: StringMap<M::Row> }"#), "StringMap<M::Row>:V,");
    assert_eq!(bounds(r#"#[serde(bound = "A: Kind")] struct S<A> { a: Id<A> }"#), "A:Kind,Id<A>:V,");
    assert_eq!(bounds(r#"#[serde(bound = "")] struct S<A: Kind> { a: Id<A> }"#), "Id<A>:V,");
    assert_eq!(bounds(r#"#[serde(bound = "M: Serialize")] struct S<M: Model> { a: Page<M> }"#), "M:V,Page<M>:V,");
    assert_eq!(bounds(r#"#[serde(into = "Page<M>")] struct S<M: Model> { a: u8, b: PhantomData<M> }"#), "Page<M>:V,");
    assert_eq!(bounds("struct S<M: Model> { a: own::Box<M>, b: HashMap<M> }"), "M:V,own::Box<M>:V,HashMap<M>:V,");
    // Only named types are known, and nothing follows for an unknown parameter.
    let stated =
        r#"#[serde(bound = "T: Serialize, T::E: Serialize")] struct S<T: Tree> { a: Vec<Node<T>>, e: E<T::E> }"#;
    assert_eq!(bounds(stated), "T:V,T::E:V,");
    assert_eq!(bounds(r#"#[serde(bound = "")] struct S<M> { a: Id<M> }"#), "");
    assert_eq!(bounds(r#"#[json(bound = "")] struct S<M: Model> { a: Page<M>, b: Id<M::Row> }"#), "");
}

#[test]
fn what_declares_for_serde_what_it_is_converted_into() {
    let converted = r#"#[serde(into = "Other<A>")] struct S<A: Serialize> { a: PhantomData<A> }"#;
    assert_eq!(bounds(converted), "A:V,");
}

#[test]
fn arrays_without_elements() {
    assert_eq!(bounds("struct S<A, B> { a: [A; 0], b: [B; 10] }"), "B:V,");
    assert_eq!(bounds("struct S<A> { a: Vec<[A; 0]> }"), "A:V,");
    assert_eq!(bounds(r#"#[serde(bound = "")] struct S<A> { a: [A; 0] }"#), "");
}

/// Each of these mentions the parameter for serde, which bounds it; this trait asks for nothing there.
#[test]
fn bounds_of_serde_that_others_rely_on() {
    for of_field in ["Option<Box<S<A>>>", "Vec<Self>", "[A; 0]", "[Vec<A>; 0]", "[S<A>; 0]"] {
        let alone = format!("struct S<A> {{ s: {of_field}, a: PhantomData<A> }}");
        assert_eq!(bounds(&alone), "", "{of_field}");
        let with_another = format!(r#"struct S<A> {{ s: {of_field}, #[serde(bound = "")] a: Other<A> }}"#);
        assert_eq!(bounds(&with_another), "A:V,", "{of_field}");
    }
    let projection = r#"struct S<A> { s: <A as X>::Item, #[serde(bound = "")] a: Other<A> }"#;
    assert_eq!(bounds(projection), "<AasX>::Item:V,A:V,");
}

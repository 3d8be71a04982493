//! Recursion, through whatever leads back.

use super::*;

#[derive(Serialize, ZeroAllocJson)]
struct Swapped<A, B> {
    head: A,
    rest: Option<Box<Swapped<B, A>>>,
}

type Chain = Option<Box<Knot>>;

#[derive(Serialize, ZeroAllocJson)]
struct Knot(Chain);

type P<T> = Box<T>;

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Expression {
    Name { id: String },
    Unary(P<Unary>),
}

#[derive(Serialize, ZeroAllocJson)]
struct Unary(P<Expression>);

/// A pointer of one's own.
struct Own<T>(Box<T>);

impl<T> Deref for Own<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Own<T> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(s)
    }
}

impl<T: ZeroAllocJson> ZeroAllocJson for Own<T> {
    fn write_value<'s, D: record_runtime::Dispatch>(
        &self,
        c: record_runtime::Cursor<'s, D>,
    ) -> record_runtime::Cursor<'s, D> {
        (**self).write_value(c)
    }
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Tree {
    Leaf { name: &'static str },
    Node(Own<Wrapped>),
}

#[derive(Serialize, ZeroAllocJson)]
struct Wrapped(Own<Tree>);

#[derive(Serialize, ZeroAllocJson)]
struct Flattening {
    #[serde(flatten)]
    tree: Wrapped,
}

/// A conversion that leads back.
#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(into = "Raw")]
struct Converted(u8);

#[derive(Serialize, ZeroAllocJson)]
struct Raw(Option<Box<Converted>>);

impl From<Converted> for Raw {
    fn from(value: Converted) -> Self {
        Self(value.0.checked_sub(1).map(|less| Box::new(Converted(less))))
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct A<T> {
    b: Vec<B<T>>,
    t: T,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(bound = "T: Serialize")]
struct B<T> {
    a: Option<Box<A<T>>>,
}

/// Data with a trait of its own, in types that lead to each other.
trait Entity {}
impl Entity for u8 {}

#[derive(Serialize, ZeroAllocJson)]
struct Vertex<T: Entity> {
    value: T,
    edges: Vec<Edge<T>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Edge<T: Entity> {
    value: T,
    to: Option<Box<Vertex<T>>>,
}

#[test]
fn of_data_with_a_trait_of_its_own() {
    let leaf = Vertex { value: 1, edges: vec![] };
    assert_same(&Vertex { value: 2, edges: vec![Edge { value: 3, to: Some(Box::new(leaf)) }] });
}

#[test]
fn compiles_and_is_written() {
    let third = Swapped { head: 3, rest: None };
    let second = Swapped { head: "two", rest: Some(Box::new(third)) };
    assert_same(&Swapped { head: 1, rest: Some(Box::new(second)) });
    assert_same(&Knot(Some(Box::new(Knot(None)))));
    assert_same(&Expression::Unary(Box::new(Unary(Box::new(Expression::Name { id: "x".into() })))));
    let leaf = || Wrapped(Own(Box::new(Tree::Leaf { name: "leaf" })));
    assert_same(&leaf());
    assert_same(&Flattening { tree: Wrapped(Own(Box::new(Tree::Node(Own(Box::new(leaf())))))) });
    assert_same(&Converted(0));
    assert_same(&Converted(2));
    assert_same(&A { b: vec![B { a: Some(Box::new(A { b: vec![], t: 1 })) }], t: 2 });
}

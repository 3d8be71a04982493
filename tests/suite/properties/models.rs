//! Random values of rich models: enums, maps, nesting, everything that can be left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use record_runtime::ZeroAllocJson;
use record_tests::models::{Event, Page, Response, Shape, User};
use record_tests::oracle::compare_same;
use serde::Serialize;

fn user() -> impl Strategy<Value = User> {
    let text = || any::<String>();
    (
        (any::<u64>(), text(), any::<Option<String>>(), any::<u32>(), any::<f64>()),
        (any::<bool>(), any::<i64>(), any::<char>(), prop::collection::vec(text(), 0..4)),
    )
        .prop_map(
            |((user_id, screen_name, description, followers_count, score), (verified, balance, initial, tags))| User {
                user_id,
                screen_name,
                description,
                followers_count,
                score,
                verified,
                balance,
                initial,
                tags,
            },
        )
}

fn page() -> impl Strategy<Value = Page> {
    any::<(u64, Option<u64>)>().prop_map(|(offset, total)| Page { offset, total })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Nothing),
        any::<String>().prop_map(Event::Message),
        any::<(i32, f64)>().prop_map(|(x, y)| Event::Moved(x, y)),
        any::<(String, String)>().prop_map(|(from, to)| Event::Renamed { from, to }),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::EmptyShape),
        any::<f64>().prop_map(|radius| Shape::Circle { radius }),
        page().prop_map(Shape::Owned),
    ]
}

fn response() -> impl Strategy<Value = Response<'static>> {
    (
        (
            prop::sample::select(vec!["", "id", "an \"id\""]),
            page(),
            any::<String>(),
            user(),
            prop::collection::vec(user(), 0..3),
        ),
        any::<(u64, i64, f32, f64, bool, Option<u64>, (i8, char, u128))>(),
        (
            any::<BTreeMap<String, Option<f64>>>(),
            prop::collection::vec(event(), 0..5),
            prop::option::of(shape()),
            any::<u8>(),
        ),
        prop::collection::btree_map(prop::sample::select(vec!["x", "y\n", "", "zz"]), any::<i16>(), 0..4),
    )
        .prop_map(
            |((request_id, page, title, user, others), (a, b, c, d, e, f, g), (labels, events, shape, h), extra)| {
                Response {
                    request_id,
                    page,
                    title: Cow::Owned(title),
                    user,
                    others,
                    a,
                    b,
                    c,
                    d,
                    e,
                    f,
                    g,
                    labels,
                    events,
                    shape,
                    internal: 0,
                    h,
                    extra,
                }
            },
        )
}

/// A value of any shape: what `serde_json::Value` can hold, and more.
#[derive(Clone, Debug, Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Tree {
    Nothing,
    Flag(bool),
    Integer(i64),
    Wide(i128),
    Number(f64),
    Text(String),
    Pair(Box<Tree>, char),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
    Numbered(HashMap<u16, Tree>),
    Node(Node),
    Struct {
        #[serde(skip_serializing_if = "Option::is_none")]
        left: Option<Box<Tree>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        right: Option<Box<Tree>>,
        #[serde(flatten)]
        rest: BTreeMap<String, Tree>,
    },
}

#[derive(Clone, Debug, Serialize, ZeroAllocJson)]
#[serde(tag = "type", content = "value")]
enum Node {
    Leaf,
    Branch(Box<Tree>, Box<Tree>),
    Named { name: String, tree: Box<Tree> },
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Nothing),
        any::<bool>().prop_map(Tree::Flag),
        any::<i64>().prop_map(Tree::Integer),
        any::<i128>().prop_map(Tree::Wide),
        prop::num::f64::ANY.prop_map(Tree::Number),
        any::<String>().prop_map(Tree::Text),
        Just(Tree::Node(Node::Leaf)),
    ];
    leaf.prop_recursive(6, 60, 5, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let map = || prop::collection::btree_map("[a-z\"\n]{0,5}", inner.clone(), 0..4);
        prop_oneof![
            (boxed(), any::<char>()).prop_map(|(tree, character)| Tree::Pair(tree, character)),
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            map().prop_map(Tree::Map),
            prop::collection::hash_map(any::<u16>(), inner.clone(), 0..4).prop_map(Tree::Numbered),
            (boxed(), boxed()).prop_map(|(left, right)| Tree::Node(Node::Branch(left, right))),
            (any::<String>(), boxed()).prop_map(|(name, tree)| Tree::Node(Node::Named { name, tree })),
            (prop::option::of(boxed()), prop::option::of(boxed()), map())
                .prop_map(|(left, right, rest)| Tree::Struct { left, right, rest }),
        ]
    })
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn responses(value in response()) {
        compare_same(&value).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }

    #[test]
    fn trees(value in tree()) {
        compare_same(&value).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }

    #[test]
    fn lists_of_users(value in prop::collection::vec(user(), 0..20)) {
        compare_same(&value).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }
}

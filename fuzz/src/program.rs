//! Programs of calls that hand-written implementations can make, in any order and nested anyhow: through a `Cursor`, through a
//! `JsonWriter`, as keys, flattened, failing, panicking, and with panics that are caught. Against a model that keeps a string.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{Cursor, Dispatch, Error, JsonWriter, ZeroAllocJson};

use crate::bytes::Bytes;
use crate::text::{assert_text, escaped, quoted};

/// How deep programs nest.
const MAX_DEPTH: usize = 12;

/// What is written in the place of a value.
enum Node {
    Null,
    Bool(bool),
    U64(u64),
    I64(i64),
    U128(u128),
    F64(f64),
    F32(f32),
    Char(char),
    Str(String),
    Displayed(String, u64),
    Fails(String),
    Panics,
    /// Several values of any text in the place of one: wrong JSON, and nothing worse.
    Several(Vec<Node>),
    Raw(String),
    Seq(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Object(Vec<(String, Node)>),
    Function(Vec<Call>),
    Fields(Box<Fields>),
}

/// A call of a function's on its `JsonWriter`.
enum Call {
    Value(Node),
    Seq(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Object(Vec<(String, Node)>),
    /// An object that is not ended.
    Unended(Vec<(String, Node)>),
    Raw(String),
    Displayed(String, u64),
    Fails(String),
    /// Writes the value and, whether or not it panics, goes on.
    Caught(Node),
}

#[derive(ZeroAllocJson)]
struct Fields {
    a: u64,
    #[json(flatten)]
    b: Node,
    c: String,
    #[json(skip_serializing_if = "is_null")]
    d: Node,
    e: [u8; 2],
    f: Node,
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Null)
}

impl Node {
    fn read(bytes: &mut Bytes<'_>, depth: usize) -> Self {
        let leaves = 13;
        let kinds = if depth < MAX_DEPTH && !bytes.is_empty() { leaves + 7 } else { leaves };
        match bytes.below(kinds) {
            0 => Self::Null,
            1 => Self::Bool(bytes.flag()),
            2 => Self::U64(bytes.integer()),
            3 => Self::I64(bytes.integer().cast_signed().wrapping_neg()),
            4 => Self::U128(u128::from(bytes.integer()) << 60),
            5 => Self::F64(bytes.f64()),
            6 => Self::F32(f32::from_bits(u32::from_le_bytes(bytes.array()))),
            7 => Self::Char(bytes.text(4).chars().next().unwrap_or('"')),
            8 => Self::Str(bytes.text(3000)),
            9 => Self::Displayed(bytes.text(100), bytes.integer()),
            10 => {
                Self::Raw(["7", "\"k\"", "{}", "{\"x\":1}", "null", "[1]", "-0.5", "true"][bytes.below(8)].to_owned())
            }
            11 if bytes.byte() < 32 => Self::Fails(bytes.text(10)),
            12 if bytes.byte() < 32 => Self::Panics,
            11 | 12 => Self::Str(String::new()),
            13 => Self::Several(Self::list(bytes, depth)),
            14 => Self::Seq(Self::list(bytes, depth)),
            15 => Self::Map(Self::entries(bytes, depth)),
            16 => Self::Object(Self::fields(bytes, depth)),
            17 | 18 => Self::Function(Self::calls(bytes, depth)),
            _ => Self::Fields(Box::new(Fields {
                a: bytes.integer(),
                b: Self::read(bytes, depth + 1),
                c: bytes.text(100),
                d: Self::read(bytes, depth + 1),
                e: bytes.array(),
                f: Self::read(bytes, depth + 1),
            })),
        }
    }

    fn list(bytes: &mut Bytes<'_>, depth: usize) -> Vec<Self> {
        (0..bytes.below(5)).map(|_| Self::read(bytes, depth + 1)).collect()
    }

    fn entries(bytes: &mut Bytes<'_>, depth: usize) -> Vec<(Self, Self)> {
        (0..bytes.below(4)).map(|_| (Self::read(bytes, depth + 1), Self::read(bytes, depth + 1))).collect()
    }

    fn fields(bytes: &mut Bytes<'_>, depth: usize) -> Vec<(String, Self)> {
        (0..bytes.below(4)).map(|_| (bytes.text(20), Self::read(bytes, depth + 1))).collect()
    }

    fn calls(bytes: &mut Bytes<'_>, depth: usize) -> Vec<Call> {
        // Mostly one: that is what is right.
        let count = [1, 1, 1, 1, 1, 0, 2, 3][bytes.below(8)];
        (0..count)
            .map(|_| match bytes.below(9) {
                0 => Call::Value(Self::read(bytes, depth + 1)),
                1 => Call::Seq(Self::list(bytes, depth)),
                2 => Call::Map(Self::entries(bytes, depth)),
                3 => Call::Object(Self::fields(bytes, depth)),
                4 => Call::Unended(Self::fields(bytes, depth)),
                5 => Call::Raw("[null]".to_owned()),
                6 => Call::Displayed(bytes.text(50), bytes.integer()),
                7 => Call::Fails(bytes.text(10)),
                _ => Call::Caught(Self::read(bytes, depth + 1)),
            })
            .collect()
    }
}

impl ZeroAllocJson for Node {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Self::Null => c.null(),
            Self::Bool(value) => c.bool(*value),
            Self::U64(value) => c.u64(*value),
            Self::I64(value) => c.i64(*value),
            Self::U128(value) => c.u128(*value),
            Self::F64(value) => c.f64(*value),
            Self::F32(value) => c.f32(*value),
            Self::Char(value) => c.char(*value),
            Self::Str(value) => c.str(value),
            Self::Displayed(text, number) => c.fmt(format_args!("{text}/{number}{text}")),
            Self::Fails(message) => c.fail(Error::custom(message)),
            Self::Panics => {
                let _lost = c.raw("{\"lost\":[");
                resume_unwind(Box::new("on purpose"))
            }
            Self::Several(nodes) => nodes.iter().fold(c, |c, node| node.write_value(c)),
            Self::Raw(json) => c.raw(json),
            Self::Seq(nodes) => c.seq(nodes),
            Self::Map(entries) => c.map(entries.iter().map(|(key, value)| (key, value))),
            Self::Object(fields) => {
                fields.iter().fold(c.object(), |object, (key, value)| object.field(key, value)).end()
            }
            Self::Function(calls) => c.value(&Written { calls }),
            Self::Fields(fields) => c.value(&**fields),
        }
    }
}

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Written<'n> {
    #[json(serialize_with = "call_all")]
    calls: &'n [Call],
}

fn call_all(calls: &&[Call], w: &mut JsonWriter<'_>) {
    for call in *calls {
        match call {
            Call::Value(node) => w.value(node),
            Call::Seq(nodes) => w.seq(nodes),
            Call::Map(entries) => w.map(entries.iter().map(|(key, value)| (key, value))),
            Call::Object(fields) => {
                fields.iter().fold(w.object(), |object, (key, value)| object.field(key, value)).end()
            }
            Call::Unended(fields) => {
                let _unended = fields.iter().fold(w.object(), |object, (key, value)| object.field(key, value));
            }
            Call::Raw(json) => w.raw(json),
            Call::Displayed(text, number) => w.fmt(format_args!("{text}/{number}{text}")),
            Call::Fails(message) => w.fail(Error::custom(message)),
            Call::Caught(node) => {
                let _ = catch_unwind(AssertUnwindSafe(|| w.value(node)));
            }
        }
    }
}

/// A panic goes through.
struct Panicked;

type Modelled = Result<(), Panicked>;

/// The text so far, and the first error.
#[derive(Default)]
struct Model {
    text: String,
    error: Option<Expected>,
    /// A `null` since the flattened field began stands for a number.
    null_is_number: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Message(String),
    /// Which message is the runtime's own business.
    Any,
}

impl Model {
    fn fail(&mut self, error: Expected) {
        self.error.get_or_insert(error);
    }

    fn node(&mut self, node: &Node) -> Modelled {
        match node {
            Node::Null => self.text.push_str("null"),
            Node::Bool(value) => self.text.push_str(&value.to_string()),
            Node::U64(value) => self.text.push_str(&value.to_string()),
            Node::I64(value) => self.text.push_str(&value.to_string()),
            Node::U128(value) => self.text.push_str(&value.to_string()),
            Node::F64(value) => {
                self.text.push_str(&serde_json::to_string(value).expect("a number"));
                self.null_is_number |= !value.is_finite();
            }
            Node::F32(value) => {
                self.text.push_str(&serde_json::to_string(value).expect("a number"));
                self.null_is_number |= !value.is_finite();
            }
            Node::Char(value) => self.text.push_str(&quoted(&value.to_string())),
            Node::Str(value) => self.text.push_str(&quoted(value)),
            Node::Displayed(text, number) => self.displayed(text, *number),
            Node::Fails(message) => self.fail(Expected::Message(message.clone())),
            Node::Panics => return Err(Panicked),
            Node::Several(nodes) => nodes.iter().try_for_each(|node| self.node(node))?,
            Node::Raw(json) => self.text.push_str(json),
            Node::Seq(nodes) => self.seq(nodes)?,
            Node::Map(entries) => self.map(entries)?,
            Node::Object(fields) => {
                self.object(fields)?;
                self.text.push('}');
            }
            Node::Function(calls) => self.function(calls)?,
            Node::Fields(fields) => self.fields(fields)?,
        }
        Ok(())
    }

    fn displayed(&mut self, text: &str, number: u64) {
        let text = escaped(text);
        self.text.push_str(&format!("\"{text}/{number}{text}\""));
    }

    fn seq(&mut self, nodes: &[Node]) -> Modelled {
        self.text.push('[');
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.node(node)?;
        }
        self.text.push(']');
        Ok(())
    }

    fn map(&mut self, entries: &[(Node, Node)]) -> Modelled {
        self.text.push('{');
        for (at, (key, value)) in entries.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            let begin = self.text.len();
            self.node(key)?;
            let written = self.text.split_off(begin);
            match written.as_bytes().first() {
                Some(b'"') => self.text.push_str(&written),
                Some(b'0'..=b'9' | b'-' | b't' | b'f') => self.text.push_str(&format!("\"{written}\"")),
                _ => self.fail(Expected::Any),
            }
            self.text.push(':');
            self.node(value)?;
        }
        self.text.push('}');
        Ok(())
    }

    /// Up to the last field.
    fn object(&mut self, fields: &[(String, Node)]) -> Modelled {
        self.text.push('{');
        for (at, (key, value)) in fields.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.text.push_str(&quoted(key));
            self.text.push(':');
            self.node(value)?;
        }
        Ok(())
    }

    fn function(&mut self, calls: &[Call]) -> Modelled {
        let (mut written, mut unended, mut lost) = (0_usize, false, false);
        for call in calls {
            // What is lost stays so, and an object that was begun takes no more values; an error gives it up.
            let runs = !lost && (!unended || matches!(call, Call::Fails(_)));
            if !runs {
                written += 1;
                continue;
            }
            written += 1;
            match call {
                Call::Value(node) => self.node(node)?,
                Call::Seq(nodes) => self.seq(nodes)?,
                Call::Map(entries) => self.map(entries)?,
                Call::Object(fields) => {
                    self.object(fields)?;
                    self.text.push('}');
                }
                Call::Unended(fields) => {
                    self.object(fields)?;
                    unended = true;
                }
                Call::Raw(json) => self.text.push_str(json),
                Call::Displayed(text, number) => self.displayed(text, *number),
                Call::Fails(message) => {
                    self.fail(Expected::Message(message.clone()));
                    (written, unended) = (1, false);
                }
                Call::Caught(node) => lost = self.node(node).is_err(),
            }
        }
        if lost || unended || written != 1 {
            self.fail(Expected::Any);
        }
        Ok(())
    }

    fn fields(&mut self, fields: &Fields) -> Modelled {
        self.text.push_str(&format!("{{\"a\":{}", fields.a));
        let begin = self.text.len();
        self.null_is_number = false;
        self.node(&fields.b)?;
        let flattened = self.text.split_off(begin);
        // An error inside is there already; what is thrown away need not be exact.
        match flattened.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some("") => {}
            Some(entries) => self.text.push_str(&format!(",{entries}")),
            // Nothing else that is JSON begins so: wrong text behind it is as good as none.
            None if flattened.starts_with('n') && !self.null_is_number || flattened.is_empty() => {}
            None => self.fail(Expected::Any),
        }
        self.text.push_str(&format!(",\"c\":{}", quoted(&fields.c)));
        if !is_null(&fields.d) {
            self.text.push_str(",\"d\":");
            self.node(&fields.d)?;
        }
        self.text.push_str(&format!(",\"e\":[{},{}],\"f\":", fields.e[0], fields.e[1]));
        self.node(&fields.f).map(|()| self.text.push('}'))
    }
}

/// See the module.
///
/// # Panics
/// Where a text or an error differs.
pub fn run(data: &[u8]) {
    const PREFIX: &[u8] = b"[{\"before\":{";

    let mut bytes = Bytes::new(data);
    let spare = bytes.length(1000);
    let node = Node::read(&mut bytes, 0);
    let mut model = Model::default();
    let panics = model.node(&node).is_err();

    for backend in Backend::ALL {
        let mut buf = Vec::with_capacity(PREFIX.len() + spare);
        buf.extend_from_slice(PREFIX);
        let outcome = catch_unwind(AssertUnwindSafe(|| write_json_on(*backend, &node, &mut buf)));
        match outcome {
            Err(_) => assert!(panics, "a panic that the model does not know"),
            // Not on this CPU.
            Ok(None) => continue,
            Ok(Some(outcome)) => {
                assert!(!panics, "no panic");
                compare(outcome, &buf, PREFIX, &model);
                if model.error.is_none() {
                    continue;
                }
            }
        }
        assert!(buf == PREFIX, "the buffer is not as it was: {}", buf.escape_ascii());
    }
    if !panics && model.error.is_none() {
        assert_text(&record_runtime::to_vec(&node), &model.text, "to_vec");
        assert_eq!(node.json_len(), model.text.len(), "json_len");
        let mut fitted = Vec::with_capacity(node.json_capacity());
        let capacity = fitted.capacity();
        node.write_json(&mut fitted);
        assert!(fitted.capacity() == capacity || model.text.contains('\\'), "json_capacity");
    }
}

fn compare(outcome: Result<(), Error>, buf: &[u8], prefix: &[u8], model: &Model) {
    match (&model.error, outcome) {
        (None, Ok(())) => assert_text(&buf[prefix.len()..], &model.text, "the program"),
        (Some(expected), Err(error)) => {
            let found = Expected::Message(error.message().to_string());
            assert!(*expected == Expected::Any || *expected == found, "{found:?} instead of {expected:?}");
        }
        (expected, outcome) => panic!("{outcome:?} where the model says {expected:?}, after {}", model.text),
    }
}

//! Any text as a mask of fields: whether it is one, with its limits and errors, and which fields it leaves of a recursive
//! type. The model splits the text at its commas, into a list of paths, and takes members out of `serde_json`'s value.

use std::collections::BTreeMap;

use record_runtime::{FieldMask, MaskError, MaskOptions, Masked, ZeroAllocJson};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::bytes::{Bytes, decoded};
use crate::text::assert_text;

#[derive(Serialize, ZeroAllocJson)]
#[json(field_mask)]
struct Node {
    id: u8,
    #[serde(rename = "é.x y")]
    odd: &'static str,
    leaf: Leaf,
    #[serde(flatten)]
    more: More,
    children: Vec<Node>,
    next: Option<Box<Node>>,
    map: BTreeMap<String, Node>,
    // No mask can name it.
    #[serde(rename = "a,b")]
    comma: bool,
    plain: Plain,
    kind: Option<Kind>,
    part: Part,
}

#[derive(Serialize, ZeroAllocJson)]
#[json(field_mask)]
struct Leaf {
    a: u8,
    b: &'static str,
}

#[derive(Serialize, ZeroAllocJson)]
#[json(field_mask)]
struct More {
    m: u8,
    inner: Option<Leaf>,
}

/// Written as a whole or not at all.
#[derive(Serialize, ZeroAllocJson)]
struct Plain {
    id: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[json(field_mask)]
#[serde(tag = "type")]
enum Kind {
    Empty,
    Named { name: &'static str, node: Option<Box<Node>> },
}

/// Two variants have an `a`: a number, and one with fields of its own.
#[derive(Serialize, ZeroAllocJson)]
#[json(field_mask)]
enum Part {
    Unit,
    Tuple(u8, u8),
    New(Leaf),
    Struct { id: u8, a: Leaf },
}

impl Node {
    fn read(bytes: &mut Bytes<'_>, depth: usize) -> Self {
        let leaf = |a| Leaf { a, b: "\"é\n" };
        let flags = if depth < 2 { bytes.byte() } else { 0 };
        let has = |bit: u8| flags >> bit & 1 == 1;
        let id = bytes.byte();
        let children = (0..if has(0) { 2 } else { 0 }).map(|_| Self::read(bytes, depth + 1)).collect();
        let next = has(1).then(|| Box::new(Self::read(bytes, depth + 1)));
        let map = has(2).then(|| (String::from("id"), Self::read(bytes, depth + 1))).into_iter().collect();
        let kind = match bytes.below(4) {
            0 => None,
            1 => Some(Kind::Empty),
            _ => {
                let node = has(3).then(|| Box::new(Self::read(bytes, depth + 1)));
                Some(Kind::Named { name: "n", node })
            }
        };
        let part = match bytes.below(4) {
            0 => Part::Unit,
            1 => Part::Tuple(id, 2),
            2 => Part::New(leaf(3)),
            _ => Part::Struct { id, a: leaf(4) },
        };
        let more = More { m: id, inner: has(4).then(|| leaf(5)) };
        let plain = Plain { id };
        Self { id, odd: "<&>", leaf: leaf(id), more, children, next, map, comma: has(5), plain, kind, part }
    }
}

/// What a mask sees of a type.
#[derive(Clone, Copy)]
enum Shape {
    Whole,
    Fields(&'static [(&'static str, Self)]),
    /// The root again.
    Node,
    /// Values under keys that are data.
    Nodes,
    /// With its tag.
    Tagged(&'static str, &'static [(&'static str, Self)]),
    /// The content of each variant, under the variant's name.
    Variants(&'static [(&'static str, Self)]),
}

const LEAF: Shape = Shape::Fields(&[("a", Shape::Whole), ("b", Shape::Whole)]);

const NODE: &[(&str, Shape)] = &[
    ("id", Shape::Whole),
    ("é.x y", Shape::Whole),
    ("leaf", LEAF),
    ("m", Shape::Whole),
    ("inner", LEAF),
    ("children", Shape::Node),
    ("next", Shape::Node),
    ("map", Shape::Nodes),
    ("plain", Shape::Whole),
    ("kind", Shape::Tagged("type", &[("type", Shape::Whole), ("name", Shape::Whole), ("node", Shape::Node)])),
    (
        "part",
        Shape::Variants(&[
            ("Tuple", Shape::Whole),
            ("New", LEAF),
            ("Struct", Shape::Fields(&[("id", Shape::Whole), ("a", LEAF)])),
        ]),
    ),
];

impl Shape {
    /// The fields that a mask may name, with their own; a name may stand for several.
    fn fields(self) -> Vec<(&'static str, Self)> {
        match self {
            Self::Whole => Vec::new(),
            Self::Fields(fields) | Self::Tagged(_, fields) => fields.to_vec(),
            Self::Node | Self::Nodes => NODE.to_vec(),
            Self::Variants(variants) => variants.iter().flat_map(|(_, content)| content.fields()).collect(),
        }
    }

    /// The value without the members that no path leads to.
    fn prune(self, value: &Value, paths: &[Path<'_>]) -> Value {
        if paths.contains(&Vec::new()) {
            return value.clone();
        }
        let below = |name: &str| -> Vec<Path<'_>> {
            let paths = paths.iter().filter(|path| path[0] == name);
            paths.map(|path| path[1..].to_vec()).collect()
        };
        match (self, value) {
            (Self::Whole, _) => value.clone(),
            (_, Value::Array(values)) => values.iter().map(|value| self.prune(value, paths)).collect(),
            (Self::Nodes, Value::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.clone(), Self::Node.prune(value, paths))).collect()
            }
            (Self::Variants(variants), Value::Object(entries)) => {
                let content = |(key, value): (&String, &Value)| {
                    let (_, shape) = variants.iter().find(|(variant, _)| key == variant).expect("a variant");
                    (key.clone(), shape.prune(value, paths))
                };
                entries.iter().map(content).collect()
            }
            (_, Value::Object(entries)) => {
                let fields = self.fields();
                let mut kept = Map::new();
                for (key, value) in entries {
                    let below = below(key);
                    if matches!(self, Self::Tagged(tag, _) if key == tag) {
                        kept.insert(key.clone(), value.clone());
                    } else if !below.is_empty() {
                        let (_, shape) = fields.iter().find(|(name, _)| key == name).expect("a field");
                        kept.insert(key.clone(), shape.prune(value, &below));
                    }
                }
                kept.into()
            }
            // A unit variant, or an absent value.
            (_, scalar) => scalar.clone(),
        }
    }
}

/// The names that lead to a part of the value, all of which is written. The empty one leads to the value itself.
type Path<'t> = Vec<&'t str>;

/// A text that is no mask.
struct Malformed;

#[derive(Default)]
struct Model<'t> {
    paths: Vec<Path<'t>>,
    /// Each name as it comes, with the names that it stands below.
    names: Vec<Path<'t>>,
}

impl<'t> Model<'t> {
    fn list(&mut self, text: &'t str, parent: &[&'t str]) -> Result<(), Malformed> {
        let (mut depth, mut begin) = (0_usize, 0);
        for (at, character) in text.char_indices() {
            match character {
                '(' => depth += 1,
                ')' => depth = depth.checked_sub(1).ok_or(Malformed)?,
                ',' if depth == 0 => {
                    self.item(&text[begin..at], parent)?;
                    begin = at + 1;
                }
                _ => {}
            }
        }
        if depth > 0 { Err(Malformed) } else { self.item(&text[begin..], parent) }
    }

    fn item(&mut self, text: &'t str, parent: &[&'t str]) -> Result<(), Malformed> {
        let text = text.trim_matches(' ');
        let name = text.split([',', '(', ')', '/']).next().unwrap_or_default();
        let rest = &text[name.len()..];
        let name = name.trim_end_matches(' ');
        match name {
            "" => return Err(Malformed),
            "*" if !rest.is_empty() => return Err(Malformed),
            "*" => {
                self.paths.push(parent.to_vec());
                return Ok(());
            }
            _ => {}
        }
        let path = [parent, &[name]].concat();
        self.names.push(path.clone());
        if rest.is_empty() {
            self.paths.push(path);
            Ok(())
        } else if let Some(rest) = rest.strip_prefix('/') {
            self.item(rest, &path)
        } else {
            let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or(Malformed)?;
            self.list(inner, &path)
        }
    }

    /// The error of the first name that the type does not have, and where it stands.
    fn unknown(&self, text: &str) -> Option<(String, usize, bool)> {
        for path in &self.names {
            let mut shapes = vec![Shape::Node];
            for name in path {
                let fields = shapes.iter().flat_map(|shape| shape.fields());
                shapes = fields.filter(|(field, _)| field == name).map(|(_, shape)| shape).collect();
            }
            let is_unknown = shapes.is_empty();
            let has_fields = shapes.iter().any(|shape| !shape.fields().is_empty());
            let is_parent = self.names.iter().any(|other| other.len() > path.len() && other.starts_with(path));
            if is_unknown || !has_fields && is_parent {
                let at = path[path.len() - 1].as_ptr().addr() - text.as_ptr().addr();
                return Some((path.join("/"), at, is_unknown));
            }
        }
        None
    }
}

/// Names and signs of which a text is made; an empty one stands for a text of the input's.
const PARTS: &[&str] = &[
    ",", ",", "(", ")", "/", "*", " ", "\t", "id", "é.x y", "leaf", "a", "b", "m", "inner", "children", "next", "map",
    "plain", "kind", "type", "name", "node", "part", "New", "nope", "é", "a,b", ",id", "(id)", "/*", "",
];

fn text(bytes: &mut Bytes<'_>) -> String {
    let mut text = String::new();
    match bytes.below(4) {
        0 => text = decoded(bytes.rest()),
        1 => {
            while !bytes.is_empty() {
                match PARTS[bytes.below(PARTS.len())] {
                    "" => text += &bytes.text(8),
                    part => text += part,
                }
            }
        }
        _ => well_formed(bytes, Shape::Node, 0, &mut text),
    }
    text
}

/// A mask of the type, with a wrong name now and then.
fn well_formed(bytes: &mut Bytes<'_>, shape: Shape, depth: usize, text: &mut String) {
    let fields = shape.fields();
    for item in 0..=bytes.below(if depth == 0 { 6 } else { 3 }) {
        if item > 0 {
            *text += ",";
        }
        let (name, shape) = match bytes.below(32) {
            0 => ("nope", Shape::Whole),
            1 => ("*", Shape::Whole),
            at => fields[at % fields.len()],
        };
        *text += name;
        // A name of two variants may be that of the one without fields.
        if shape.fields().is_empty() || depth > 4 || bytes.below(4) == 0 {
            continue;
        }
        let mut inner = String::new();
        well_formed(bytes, shape, depth + 1, &mut inner);
        *text += &if inner.contains(',') { format!("({inner})") } else { format!("/{inner}") };
    }
}

/// See the module.
///
/// # Panics
/// Where a mask, an error or a text differs.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let ignores = bytes.below(4) == 0;
    let mut options = MaskOptions::new();
    let (mut max_len, mut max_names, mut max_depth) = (4096, 256, 16);
    if bytes.below(4) == 0 {
        (max_len, max_names, max_depth) = (bytes.length(5000), bytes.length(300), bytes.length(200));
        options = options.max_len(max_len).max_names(max_names).max_depth(max_depth);
    }
    if ignores {
        options = options.ignore_unknown();
    }
    let value = Node::read(&mut bytes, 0);
    let text = text(&mut bytes);

    let mut model = Model::default();
    let is_well_formed = model.list(&text, &[]).is_ok();
    let is_small = text.len() <= max_len
        && model.names.len() <= max_names
        && model.names.iter().all(|path| path.len() <= max_depth.min(128));
    let unknown = model.unknown(&text).filter(|_| !ignores);

    match FieldMask::<Node>::parse_with(&text, &options) {
        Err(error) => refused(&error, &text, is_well_formed && is_small, unknown),
        Ok(mask) => {
            assert!(is_well_formed, "{text:?} is no mask");
            assert!(is_small, "{text:?} is more than {options:?}");
            assert_eq!(unknown, None, "{text:?}");
            let whole = serde_json::to_value(&value).expect("serde_json writes it");
            let expected = Shape::Node.prune(&whole, &model.paths).to_string();
            let mut buf = b"before".to_vec();
            value.write_json_fields(&mut buf, &mask);
            assert_text(&buf, &format!("before{expected}"), &text);
            let nested = [Masked::new(Some(&value), mask)];
            assert_text(&record_runtime::to_vec(&nested), &format!("[{expected}]"), &text);
        }
    }
}

fn refused(error: &MaskError, text: &str, is_mask: bool, unknown: Option<(String, usize, bool)>) {
    let (at, found) = (error.offset(), error.to_string());
    assert!(text.is_char_boundary(at), "{text:?}: {found}, which is no place");
    match unknown.filter(|_| is_mask) {
        Some((path, place, is_unknown)) => {
            let expected = if is_unknown {
                format!("unknown field `{path}` at byte {place}")
            } else {
                format!("`{path}` has no fields to select, at byte {place}")
            };
            assert_eq!((found, at), (expected, place), "{text:?}");
            assert_eq!(error.unknown_field(), is_unknown.then_some(path.as_str()), "{text:?}");
        }
        None => {
            assert!(!is_mask, "{text:?}: {found}");
            assert!(error.unknown_field().is_none() && !found.contains("no fields"), "{text:?}: {found}");
        }
    }
}

//! The types of fields, and expressions for their values.

use std::fmt::Write as _;

use crate::definition::World;
use crate::split_mix::SplitMix64;
use crate::{names, plain};

/// Below this depth values are as small as their type allows.
const MAX_DEPTH: usize = 4;

/// The type of a field.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// A type without parts, by its name: written and compared as it is.
    Plain(&'static str),
    /// `&'a str` or `Cow<'a, str>`.
    Borrowed(&'static str),
    /// A parameter of the definition.
    Parameter(usize),
    /// Another definition, with its arguments.
    Defined(usize, Vec<Type>),
    /// `Option<Box<Self>>`.
    Recursive,
    /// A type with one parameter: `Option`, `Vec`, …
    Of(&'static str, Box<Type>),
    Array(Box<Type>, usize),
    Tuple(Vec<Type>),
    Map(Key, Box<Type>),
}

/// The type of a map's keys.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    Plain(&'static str),
    /// A definition of which every value is a key, and that has an order.
    Defined(usize),
}

const PLAIN: &[&str] = &[
    "bool", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64", "char", "String",
    "()",
];

const KEYS: &[&str] = &["String", "&'static str", "u8", "i16", "u64", "i64", "bool", "char"];

/// The parts that may stand in a type.
#[derive(Clone, Copy)]
pub(crate) struct Allowed {
    /// How many parameters the definition has.
    pub(crate) parameters: usize,
    pub(crate) borrowed: bool,
    /// serde buffers the contents of some variants when they are flattened, and cannot buffer 128-bit integers.
    pub(crate) wide_integers: bool,
    pub(crate) depth: usize,
}

impl Type {
    pub(crate) fn random(rng: &mut SplitMix64, world: &World, allowed: Allowed) -> Self {
        let deeper = Allowed { depth: allowed.depth + 1, ..allowed };
        let inner = |rng: &mut SplitMix64| Box::new(Self::random(rng, world, deeper));
        if allowed.parameters > 0 && rng.chance(30) {
            return Self::Parameter(rng.below(allowed.parameters));
        }
        if allowed.borrowed && rng.chance(20) {
            return Self::Borrowed(rng.pick(&["&", "Cow"]));
        }
        if allowed.wide_integers && rng.chance(3) {
            return Self::Plain(rng.pick(&["u128", "i128"]));
        }
        if allowed.depth >= 3 || rng.chance(45) {
            return Self::Plain(rng.pick(PLAIN));
        }
        match rng.below(20) {
            0..5 => world.pick(rng, allowed).unwrap_or(Self::Plain("u64")),
            5..9 => Self::Of("Option", inner(rng)),
            9..13 => Self::Of("Vec", inner(rng)),
            13 => Self::Of("Box", inner(rng)),
            14 => Self::Of("Rc", inner(rng)),
            15 => Self::Of("VecDeque", inner(rng)),
            16 => Self::Array(inner(rng), rng.below(5)),
            17 => Self::Tuple((0..=rng.below(4)).map(|_| Self::random(rng, world, deeper)).collect()),
            _ => Self::Map(Key::random(rng, world), inner(rng)),
        }
    }

    /// The type as Rust source, where the lifetime of borrowed parts is `lifetime` and `Self` is `this`.
    pub(crate) fn source(&self, world: &World, lifetime: &str, this: &str) -> String {
        let part = |part: &Self| part.source(world, lifetime, this);
        match self {
            Self::Plain(name) => (*name).to_string(),
            Self::Borrowed("&") => format!("&{lifetime} str"),
            Self::Borrowed(name) => format!("{name}<{lifetime}, str>"),
            Self::Parameter(index) => format!("T{index}"),
            Self::Defined(index, arguments) => {
                world.name_with_arguments(*index, lifetime, &arguments.iter().map(part).collect::<Vec<_>>())
            }
            Self::Recursive => format!("Option<Box<{this}>>"),
            Self::Of(name, inner) => format!("{name}<{}>", part(inner)),
            Self::Array(inner, len) => format!("[{}; {len}]", part(inner)),
            Self::Tuple(parts) => {
                let mut source = String::from("(");
                for inner in parts {
                    write!(source, "{}, ", part(inner)).expect("a String takes everything");
                }
                source + ")"
            }
            Self::Map(key, value) => format!("BTreeMap<{}, {}>", key.source(world), part(value)),
        }
    }

    /// An expression for a random value; `arguments` are the types of the parameters, `this` the definition's index.
    pub(crate) fn value(
        &self,
        rng: &mut SplitMix64,
        world: &World,
        arguments: &[Self],
        this: usize,
        depth: usize,
    ) -> String {
        let part = |part: &Self, rng: &mut SplitMix64| part.value(rng, world, arguments, this, depth + 1);
        let max_items = if depth >= MAX_DEPTH { 1 } else { 4 };
        match self {
            Self::Plain(name) => plain::value(name, rng),
            Self::Borrowed("&") => format!("\"{}\"", names::text(rng)),
            Self::Borrowed(_) => format!("Cow::Borrowed(\"{}\")", names::text(rng)),
            // An argument is a type without parameters.
            Self::Parameter(index) => arguments[*index].value(rng, world, &[], this, depth),
            Self::Defined(index, own) => {
                let own: Vec<_> = own.iter().map(|argument| argument.substitute(arguments)).collect();
                world.value(rng, *index, &own, depth + 1)
            }
            Self::Recursive if depth > 1 || rng.chance(60) => String::from("None"),
            Self::Recursive => format!("Some(Box::new({}))", world.value(rng, this, arguments, depth + 1)),
            Self::Of("Option", _) if depth >= MAX_DEPTH || rng.chance(40) => String::from("None"),
            Self::Of("Option", inner) => format!("Some({})", part(inner, rng)),
            Self::Of(name @ ("Vec" | "VecDeque"), inner) => {
                let items: Vec<_> = (0..rng.below(max_items)).map(|_| part(inner, rng)).collect();
                format!("{name}::from([{}])", items.join(", "))
            }
            Self::Of(name, inner) => format!("{name}::new({})", part(inner, rng)),
            Self::Array(inner, len) => {
                let items: Vec<_> = (0..*len).map(|_| part(inner, rng)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Tuple(parts) => {
                let items: Vec<_> = parts.iter().map(|inner| part(inner, rng)).collect();
                format!("({},)", items.join(", "))
            }
            Self::Map(key, value) => {
                let entries: Vec<_> = (0..rng.below(max_items))
                    .map(|_| format!("({}, {})", key.value(rng, world), part(value, rng)))
                    .collect();
                format!("BTreeMap::from([{}])", entries.join(", "))
            }
        }
    }

    /// The type with the parameters of the definition around it replaced.
    pub(crate) fn substitute(&self, arguments: &[Self]) -> Self {
        let part = |part: &Self| Box::new(part.substitute(arguments));
        match self {
            Self::Parameter(index) => arguments[*index].clone(),
            Self::Of(name, inner) => Self::Of(name, part(inner)),
            Self::Array(inner, len) => Self::Array(part(inner), *len),
            Self::Tuple(parts) => Self::Tuple(parts.iter().map(|inner| inner.substitute(arguments)).collect()),
            Self::Map(key, value) => Self::Map(key.clone(), part(value)),
            Self::Defined(index, own) => {
                Self::Defined(*index, own.iter().map(|argument| argument.substitute(arguments)).collect())
            }
            Self::Plain(_) | Self::Borrowed(_) | Self::Recursive => self.clone(),
        }
    }

    /// Whether a 128-bit integer can be in a value.
    pub(crate) fn has_wide_integers(&self, world: &World) -> bool {
        match self {
            Self::Plain(name) => name.ends_with("128"),
            Self::Borrowed(_) | Self::Parameter(_) | Self::Recursive => false,
            Self::Of(_, inner) | Self::Array(inner, _) | Self::Map(_, inner) => inner.has_wide_integers(world),
            Self::Tuple(parts) => parts.iter().any(|part| part.has_wide_integers(world)),
            Self::Defined(index, arguments) => {
                world.get(*index).wide_integers || arguments.iter().any(|argument| argument.has_wide_integers(world))
            }
        }
    }

    /// How many leaves a value has, about.
    pub(crate) fn weight(&self, world: &World) -> usize {
        match self {
            Self::Plain(_) | Self::Borrowed(_) => 1,
            // An argument may be anything small.
            Self::Parameter(_) => 4,
            Self::Recursive => 2,
            Self::Of("Vec" | "VecDeque", inner) | Self::Map(_, inner) => 1 + 2 * inner.weight(world),
            Self::Of(_, inner) => inner.weight(world),
            Self::Array(inner, len) => 1 + len * inner.weight(world),
            Self::Tuple(parts) => parts.iter().map(|part| part.weight(world)).sum(),
            Self::Defined(index, arguments) => {
                world.get(*index).weight + arguments.iter().map(|argument| argument.weight(world)).sum::<usize>()
            }
        }
    }

    /// A predicate that `skip_serializing_if` can name for a field of this type.
    pub(crate) fn predicate(&self, rng: &mut SplitMix64) -> &'static str {
        let own = match self {
            Self::Of("Option", _) | Self::Recursive => Some("Option::is_none"),
            Self::Of("Vec", _) => Some("Vec::is_empty"),
            Self::Map(..) => Some("BTreeMap::is_empty"),
            Self::Plain(_) => Some("is_default"),
            Self::Borrowed("&") => Some("str::is_empty"),
            _ => None,
        };
        match own {
            Some(predicate) if rng.chance(85) => predicate,
            _ => rng.pick(&["always", "never", "sometimes"]),
        }
    }
}

impl Key {
    pub(crate) fn random(rng: &mut SplitMix64, world: &World) -> Self {
        match world.pick_key(rng) {
            Some(index) if rng.chance(25) => Self::Defined(index),
            _ => Self::Plain(rng.pick(KEYS)),
        }
    }

    pub(crate) fn source(&self, world: &World) -> String {
        match self {
            Self::Plain(name) => (*name).to_string(),
            Self::Defined(index) => world.name_with_arguments(*index, "'static", &[]),
        }
    }

    fn value(&self, rng: &mut SplitMix64, world: &World) -> String {
        match self {
            Self::Plain(name) => plain::value(name, rng),
            Self::Defined(index) => world.value(rng, *index, &[], MAX_DEPTH),
        }
    }
}

//! Arguments for generic definitions, and expressions for values of theirs.

use super::definition::{Body, Fields, Kind, Variant, World};
use super::source::Naming;
use super::ty::{Constructor, Form, Leaf, MapForm, OPTION, Ty, VEC, Via, models};
use crate::plain;
use crate::split_mix::SplitMix64;

/// Below this depth values are as small as their type allows.
const MAX_DEPTH: usize = 4;

const KEYS: &[&str] = &["String", "&'static str", "u8", "i64", "bool", "char", "Colour", "Number", "Mixed", "Any"];

impl World {
    /// Arguments without parameters for a definition.
    pub(crate) fn arguments(&self, rng: &mut SplitMix64, index: usize) -> Vec<Ty> {
        (0..self.get(index).params.len()).map(|at| self.argument_of(rng, index, at)).collect()
    }

    fn argument_of(&self, rng: &mut SplitMix64, index: usize, at: usize) -> Ty {
        let definition = self.get(index);
        let param = &definition.params[at];
        let asked: super::ty::Leaves = definition.provided.union(&definition.declared).copied().collect();
        let is_written = asked.contains(&Leaf::Param(at));
        if param.kind == Kind::Model {
            return Ty::Plain(rng.pick(&models(at, &asked, false)));
        }
        if !is_written && rng.chance(75) {
            return Ty::Plain("NotJson");
        }
        if param.ord || definition.keys.contains(&at) {
            return match rng.below(12) {
                // Values that serde_json refuses as a key.
                0 => Ty::Of(&VEC, vec![Ty::Plain("u8")]),
                1 => Ty::Tuple(vec![Ty::Plain("u8"), Ty::Plain("bool")]),
                2 => Ty::Of(&OPTION, vec![Ty::Plain("u8")]),
                _ => Ty::Plain(rng.pick(KEYS)),
            };
        }
        let plain = |rng: &mut SplitMix64| {
            Ty::Plain(rng.pick(&["u8", "f64", "String", "User", "User", "Colour", "()", "Mixed"]))
        };
        let map = |rng: &mut SplitMix64| Ty::Map {
            form: MapForm::StringMap,
            key: Box::new(Ty::Plain("String")),
            value: Box::new(plain(rng)),
        };
        match rng.below(10) {
            0..2 => map(rng),
            2 => Ty::Of(&OPTION, vec![plain(rng)]),
            3 => Ty::Of(&VEC, vec![plain(rng)]),
            4..8 if !param.clone => self.concrete(rng),
            _ => plain(rng),
        }
    }

    /// An expression for a value of a type without parameters.
    pub(crate) fn value(&self, rng: &mut SplitMix64, ty: &Ty, depth: usize) -> String {
        let part = |part: &Ty, rng: &mut SplitMix64| self.value(rng, part, depth + 1);
        let many = |rng: &mut SplitMix64| if depth >= MAX_DEPTH { 0 } else { rng.below(3) };
        match ty {
            Ty::Plain(name) => plain_value(name, rng),
            Ty::Param(_) | Ty::Assoc { .. } => unreachable!("the type is concrete"),
            Ty::Text => plain::value("&'static str", rng),
            Ty::Of(Constructor { form: Form::Option, .. }, _) if depth >= MAX_DEPTH || rng.chance(30) => {
                String::from("None")
            }
            Ty::Of(Constructor { form: Form::Option, .. }, parts) => format!("Some({})", part(&parts[0], rng)),
            Ty::Of(Constructor { form: Form::List, value, .. }, parts) => {
                let items: Vec<_> = (0..many(rng)).map(|_| part(&parts[0], rng)).collect();
                format!("{value}::from([{}])", items.join(", "))
            }
            Ty::Of(Constructor { form: Form::Result, .. }, parts) => {
                if rng.chance(50) {
                    format!("Ok({})", part(&parts[0], rng))
                } else {
                    format!("Err({})", part(&parts[1], rng))
                }
            }
            Ty::Of(Constructor { value, .. }, parts) => {
                let first = value.replace("{0}", &part(&parts[0], rng));
                if value.contains("{1}") { first.replace("{1}", &part(&parts[0], rng)) } else { first }
            }
            Ty::Array(inner, len) => {
                let items: Vec<_> = (0..*len).map(|_| part(inner, rng)).collect();
                format!("[{}]", items.join(", "))
            }
            Ty::Tuple(parts) => format!("({})", parts.iter().map(|inner| part(inner, rng) + ", ").collect::<String>()),
            Ty::Map { form, key, value } => {
                let name = if *form == MapForm::HashMap { "HashMap" } else { "BTreeMap" };
                // More would be in no order in a `HashMap`.
                let count = if *form == MapForm::HashMap { many(rng).min(1) } else { many(rng) };
                let entries: Vec<_> =
                    (0..count).map(|_| format!("({}, {})", part(key, rng), part(value, rng))).collect();
                format!("{name}::from([{}])", entries.join(", "))
            }
            Ty::Phantom { .. } => String::from("PhantomData"),
            Ty::Defined(index, arguments, _) => self.value_of(rng, *index, arguments, depth),
        }
    }

    /// An expression for a value of a definition with these arguments.
    pub(crate) fn value_of(&self, rng: &mut SplitMix64, index: usize, arguments: &[Ty], depth: usize) -> String {
        let path = Naming { world: self, within: None }.path(index);
        match &self.get(index).body {
            Body::Struct(fields) => format!("{path}{}", self.fields_value(rng, fields, arguments, depth)),
            Body::Enum(variants) => {
                let variants: Vec<&Variant> = variants.iter().filter(|variant| !variant.skipped).collect();
                let variant = rng.pick(&variants);
                format!("{path}::{}{}", variant.name, self.fields_value(rng, &variant.fields, arguments, depth))
            }
        }
    }

    fn fields_value(&self, rng: &mut SplitMix64, fields: &Fields, arguments: &[Ty], depth: usize) -> String {
        let mut values = Vec::new();
        for field in fields.as_slice() {
            let value = self.value(rng, &field.ty.concrete(arguments), depth + 1);
            values.push(if field.name.is_empty() { value } else { format!("{}: {value}", field.name) });
        }
        let values = values.join(", ");
        match fields {
            Fields::Unit => String::new(),
            Fields::Unnamed(_) => format!("({values})"),
            Fields::Named(_) => format!(" {{ {values} }}"),
        }
    }

    /// The whole type.
    pub(crate) fn name(&self, index: usize, arguments: &[Ty]) -> String {
        Naming { world: self, within: None }.ty(&Ty::Defined(index, arguments.to_vec(), Via::Name))
    }
}

/// A value of a type of the prelude, or of the language.
fn plain_value(name: &str, rng: &mut SplitMix64) -> String {
    match name {
        "User" => format!("User {{ user: {}, age: {} }}", plain::value("&'static str", rng), rng.below(256)),
        "Colour" => rng.pick(&["Colour::Red", "Colour::Green"]).to_owned(),
        "Mixed" if rng.chance(60) => String::from("Mixed::Known"),
        "Mixed" => format!("Mixed::Other({})", plain::value("String", rng)),
        "Any" => match rng.below(5) {
            0 | 1 => format!("Any::Number({})", plain::value("i64", rng)),
            2 | 3 => format!("Any::Text({})", plain::value("String", rng)),
            _ => String::from("Any::List(vec![1])"),
        },
        "Number" => format!("Number({})", rng.bits() >> rng.below(64)),
        "Invoices" => format!("Invoices {{ number: {} }}", rng.below(256)),
        // A float that is not finite is `null`, which an internally tagged variant may hold.
        "f64" => rng.pick(&["0.0", "-0.0", "1e16", "1e-5", "0.1", "123456.789"]).to_owned(),
        "NotJson" | "Users" | "Orders" | "Events" => name.to_owned(),
        _ => plain::value(name, rng),
    }
}

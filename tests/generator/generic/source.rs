//! Generic definitions as Rust source.

use super::Derived;
use super::definition::{Body, Bound, BoundForm, Definition, Field, Fields, Kind, Param, World, Writer};
use super::ty::{Leaf, Leaves, MapForm, Ty, Via};

/// The value of a const parameter where nobody has one.
const CONSTANT: &str = "2";

/// How types are named in a definition, or outside of all.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'w> {
    pub(crate) world: &'w World,
    pub(crate) within: Option<&'w Definition>,
}

impl Naming<'_> {
    fn is_in_module(self) -> bool {
        self.within.is_some_and(|within| within.module)
    }

    fn constant(self) -> &'static str {
        if self.within.is_some_and(|within| within.constant) { "N" } else { CONSTANT }
    }

    fn lifetime(self) -> &'static str {
        if self.within.is_some_and(|within| within.lifetime) { "'a" } else { "'static" }
    }

    /// The path of a definition.
    pub(crate) fn path(self, index: usize) -> String {
        let definition = self.world.get(index);
        let is_bare = self.within.is_some_and(|within| within.index == index || within.imported == Some(index));
        if !definition.module || is_bare { definition.name.clone() } else { format!("m{index}::{}", definition.name) }
    }

    pub(crate) fn ty(self, ty: &Ty) -> String {
        match ty {
            Ty::Plain("String") if self.is_in_module() => String::from("std::string::String"),
            Ty::Plain(name) => (*name).to_owned(),
            Ty::Param(param) => self.param(*param),
            Ty::Assoc { param, assoc, qualified: true } => {
                format!("<{} as Model>::{}", self.param(*param), assoc.name())
            }
            Ty::Assoc { param, assoc, .. } => format!("{}::{}", self.param(*param), assoc.name()),
            Ty::Text => format!("&{} str", self.lifetime()),
            Ty::Of(constructor, parts) => {
                let mut name = if self.is_in_module() { constructor.path } else { constructor.name }
                    .replace("'a", self.lifetime());
                name = name.replace(", N>", &format!(", {}>", self.constant()));
                for (at, part) in parts.iter().enumerate() {
                    name = name.replace(&format!("{{{at}}}"), &self.ty(part));
                }
                name
            }
            Ty::Array(part, len) => format!("[{}; {len}]", self.ty(part)),
            Ty::Tuple(parts) => {
                let parts: String = parts.iter().map(|part| format!("{}, ", self.ty(part))).collect();
                format!("({})", parts.trim_end())
            }
            Ty::Map { form, key, value } => self.map(*form, &self.ty(key), &self.ty(value)),
            Ty::Phantom { of, function } => {
                let path = if self.is_in_module() { "std::marker::PhantomData" } else { "PhantomData" };
                format!("{path}<{}{}>", if *function { "fn() -> " } else { "" }, self.ty(of))
            }
            Ty::Defined(_, _, Via::Receiver) => String::from("Self"),
            Ty::Defined(index, arguments, via) => self.defined(*index, arguments, *via),
        }
    }

    fn param(self, param: usize) -> String {
        self.within.expect("parameters stand in definitions").params[param].name.to_owned()
    }

    fn map(self, form: MapForm, key: &str, value: &str) -> String {
        let path = if self.is_in_module() { "std::collections::" } else { "" };
        match form {
            MapForm::Std => format!("{path}BTreeMap<{key}, {value}>"),
            MapForm::HashMap => format!("{path}HashMap<{key}, {value}>"),
            MapForm::Table => format!("Table<{key}, {value}>"),
            MapForm::Flipped => format!("Flipped<{value}, {key}>"),
            MapForm::StringMap => format!("StringMap<{value}>"),
        }
    }

    fn defined(self, index: usize, arguments: &[Ty], via: Via) -> String {
        let definition = self.world.get(index);
        let mut types: Vec<_> = arguments.iter().map(|argument| self.ty(argument)).collect();
        let path = if via == Via::Alias {
            types.reverse();
            format!("A{index}")
        } else {
            let is_default = definition.params.last().and_then(|param| param.default.as_ref()) == arguments.last();
            if is_default && !definition.constant {
                types.pop();
            }
            self.path(index)
        };
        if definition.lifetime {
            types.insert(0, self.lifetime().to_owned());
        }
        if definition.constant {
            types.push(self.constant().to_owned());
        }
        format!("{path}{}", bracketed(&types))
    }
}

fn bracketed(arguments: &[String]) -> String {
    if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) }
}

/// The definition with all that belongs to it.
pub(crate) fn definition(world: &World, index: usize, derived: Derived) -> String {
    let definition = world.get(index);
    let naming = Naming { world, within: Some(definition) };
    let fields = |of: &Fields, visibility| fields(naming, definition, of, visibility, derived);
    let mut source = String::new();
    if let Some(imported) = definition.imported {
        source += &format!("use super::m{imported}::{};\n", world.get(imported).name);
    }
    let clone = if definition.into.is_some() { "Clone, " } else { "" };
    source += &format!("#[derive({clone}Serialize, ZeroAllocJson)]\n");
    if derived == Derived::Schema {
        source += "#[json(schema)]\n";
    }
    source += &serde_lists(&definition.attributes, "\n");
    if let Some(into) = definition.into {
        let params: Vec<_> = (0..definition.params.len()).map(Ty::Param).collect();
        source += &format!("#[serde(into = \"{}\")]\n", naming.ty(&Ty::Defined(into, params, Via::Name)));
    }
    source += &bound(definition, definition.bound.as_ref(), "\n");

    let params = declared(naming, definition, Defaults::Declared);
    let clause = clause(definition);
    let name = &definition.name;
    match &definition.body {
        Body::Struct(of_struct @ Fields::Named(_)) => {
            source += &format!("pub struct {name}{params}{clause}{}\n", fields(of_struct, "pub "));
        }
        Body::Struct(of_struct) => {
            source += &format!("pub struct {name}{params}{}{clause};\n", fields(of_struct, "pub "));
        }
        Body::Enum(variants) => {
            source += &format!("pub enum {name}{params}{clause} {{\n");
            for variant in variants {
                source += &serde_lists(&variant.attributes, "\n");
                source += &bound(definition, variant.bound.as_ref(), "\n");
                source += &format!("{}{},\n", variant.name, fields(&variant.fields, ""));
            }
            source += "}\n";
        }
    }
    if let Some(by) = definition.ordered_by {
        let params: Vec<_> = definition.params.iter().map(|param| param.name).collect();
        source += &format!("ordered!({name}<{}>, {by});\n", params.join(", "));
    }
    if let Some(into) = definition.into {
        source += &conversion(naming, definition, into, &clause);
    }
    if definition.module {
        source = format!("mod m{index} {{\nuse super::*;\n{source}}}\n");
    }
    source + &alias(world, definition)
}

fn conversion(naming: Naming, definition: &Definition, into: usize, clause: &str) -> String {
    let params: Vec<_> = (0..definition.params.len()).map(Ty::Param).collect();
    let of = |index| naming.ty(&Ty::Defined(index, params.clone(), Via::Name));
    let (own, other) = (of(definition.index), of(into));
    let moved: Vec<_> = definition.fields().map(|(_, field)| format!("{}: from.{}", field.name, field.name)).collect();
    format!(
        "impl{} From<{own}> for {other}{clause} {{\n    fn from(from: {own}) -> Self {{\n        Self {{ {} }}\n    }}\n}}\n",
        declared(naming, definition, Defaults::None),
        moved.join(", ")
    )
}

/// The alias with the parameters in the other order.
fn alias(world: &World, definition: &Definition) -> String {
    let mut declared: Vec<_> = definition.params.iter().rev().map(|param| param.name.to_owned()).collect();
    let mut used: Vec<_> = definition.params.iter().map(|param| param.name.to_owned()).collect();
    if definition.lifetime {
        declared.insert(0, String::from("'a"));
        used.insert(0, String::from("'a"));
    }
    if definition.constant {
        declared.push(String::from("const N: usize"));
        used.push(String::from("N"));
    }
    let index = definition.index;
    let path = Naming { world, within: None }.path(index);
    format!("pub type A{index}{} = {path}{};\n", bracketed(&declared), bracketed(&used))
}

#[derive(Clone, Copy, PartialEq)]
enum Defaults {
    Declared,
    None,
}

/// The parameters with what they declare in place.
fn declared(naming: Naming, definition: &Definition, defaults: Defaults) -> String {
    let mut declared = Vec::new();
    if definition.lifetime {
        declared.push(String::from("'a"));
    }
    let mut has_default = false;
    for (at, param) in definition.params.iter().enumerate() {
        let bounds = if param.in_clause { String::new() } else { bounds(definition, at, param) };
        let colon = if bounds.is_empty() { "" } else { ": " };
        let default = match &param.default {
            Some(ty) if defaults == Defaults::Declared => {
                has_default = true;
                format!(" = {}", naming.ty(ty))
            }
            _ => String::new(),
        };
        declared.push(format!("{}{colon}{bounds}{default}", param.name));
    }
    if definition.constant {
        declared.push(format!("const N: usize{}", if has_default { " = 2" } else { "" }));
    }
    bracketed(&declared)
}

/// The declaration of a parameter.
fn bounds(definition: &Definition, at: usize, param: &Param) -> String {
    let is_serialize = definition.declared.contains(&Leaf::Param(at));
    let bounds = [
        (param.kind == Kind::Model, "Model"),
        (is_serialize && param.by_supertrait, "Json"),
        (is_serialize && !param.by_supertrait, "Serialize"),
        (param.clone, "Clone"),
        (param.ord, "Ord"),
    ];
    let bounds: Vec<_> = bounds.into_iter().filter_map(|(has, name)| has.then_some(name)).collect();
    bounds.join(" + ")
}

fn clause(definition: &Definition) -> String {
    let mut predicates = Vec::new();
    for (at, param) in definition.params.iter().enumerate() {
        let bounds = bounds(definition, at, param);
        if param.in_clause && !bounds.is_empty() {
            predicates.push(format!("{}: {bounds}", param.name));
        }
    }
    let of_assoc = definition.declared.iter().filter(|leaf| matches!(leaf, Leaf::Assoc(..)));
    predicates.extend(of_assoc.map(|leaf| format!("{}: Serialize", definition.leaf(*leaf))));
    if let Some(param) = definition.higher_ranked {
        predicates.push(format!("for<'x> &'x {}: Serialize", definition.params[param].name));
    }
    if predicates.is_empty() { String::new() } else { format!(" where {}", predicates.join(", ")) }
}

fn serde_lists(attributes: &[String], separator: &str) -> String {
    attributes.iter().map(|attribute| format!("#[serde({attribute})]{separator}")).collect()
}

fn bound(definition: &Definition, bound: Option<&Bound>, separator: &str) -> String {
    let Some(Bound { leaves, form }) = bound else { return String::new() };
    let stated = predicates(definition, leaves);
    let lists: &[String] = match form {
        BoundForm::Both => &[format!("bound = \"{stated}\"")],
        BoundForm::Serialize => &[format!("bound(serialize = \"{stated}\")")],
        BoundForm::Split => &[format!("bound(serialize = \"{stated}\", deserialize = \"\")")],
        BoundForm::SplitReversed => &[format!("bound(deserialize = \"\", serialize = \"{stated}\")")],
        BoundForm::TwoLists => &[String::from("bound(deserialize = \"\")"), format!("bound(serialize = \"{stated}\")")],
    };
    serde_lists(lists, separator)
}

fn predicates(definition: &Definition, leaves: &Leaves) -> String {
    let name = definition.serialize;
    let predicates: Vec<_> = leaves.iter().map(|leaf| format!("{}: {name}", definition.leaf(*leaf))).collect();
    predicates.join(", ")
}

fn fields(naming: Naming, definition: &Definition, fields: &Fields, visibility: &str, derived: Derived) -> String {
    let source = |field: &Field| {
        let name = if field.name.is_empty() { String::new() } else { format!("{}: ", field.name) };
        let ty = naming.ty(&field.ty);
        let function = |module: &str, output: &str| {
            let schema = if derived == Derived::Schema { format!(", schema = \"{output}\"") } else { String::new() };
            format!("#[serde(with = \"{module}\")] #[json(serialize_with = \"{module}::write_json\"{schema})] ")
        };
        let function = match field.writer {
            Writer::Opaque => function("opaque", "str"),
            Writer::Through => function("through", &format!("[{ty}; 2]")),
            Writer::Type | Writer::Nothing => String::new(),
        };
        format!(
            "{}{}{function}{visibility}{name}{}",
            serde_lists(&field.attributes, " "),
            bound(definition, field.bound.as_ref(), " "),
            ty
        )
    };
    let list = |fields: &[Field]| fields.iter().map(source).collect::<Vec<_>>().join(",\n    ");
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(fields) => format!("({})", list(fields)),
        Fields::Named(fields) => format!(" {{\n    {}\n}}", list(fields)),
    }
}

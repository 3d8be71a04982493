//! The definitions and their values as Rust source.

use crate::definition::{Body, Definition, Field, Fields, Variant, World};
use crate::split_mix::SplitMix64;
use crate::types::Type;

/// How many values of each type are compared.
const VALUES: usize = 3;

/// The value of the const parameter where the type is used.
const CONSTANT: &str = "3";

/// The traits that the types derive beside serde's.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Derived {
    Writer,
    /// The writer with its schema, and that of schemars.
    Schemas,
}

/// The whole file: the seed, the types, a function per type and a table of them.
pub(crate) fn file(seed: u64, world: &World, rng: &mut SplitMix64, derived: Derived) -> String {
    let mut source = format!("pub(super) const SEED: u64 = {seed:#018x};\n\n");
    let mut table = String::from("pub(super) const CHECKS: &[(&str, fn(&mut Report))] = &[\n");
    for index in 0..world.len() {
        let arguments = world.concrete_arguments(rng, index);
        let argument_sources: Vec<_> = arguments.iter().map(|argument| argument.source(world, "'static", "")).collect();
        let name = world.name_with_arguments(index, "'static", &argument_sources);
        let values: Vec<_> = (0..VALUES).map(|_| world.value(rng, index, &arguments, 0)).collect();

        source += &definition(world, index, derived);
        source += &format!(
            "fn check_{index}(report: &mut Report) {{\n    let values: [{name}; {VALUES}] = [\n        {},\n    ];\n    \
             report.compare(&values);\n}}\n\n",
            values.join(",\n        ")
        );
        table += &format!("    ({name:?}, check_{index}),\n");
    }
    source + &table + "];\n"
}

/// The type with its attributes.
fn definition(world: &World, index: usize, derived: Derived) -> String {
    let definition = world.get(index);
    let order = if definition.key { "PartialEq, Eq, PartialOrd, Ord, " } else { "" };
    let schema = match derived {
        Derived::Writer => ")]\n",
        Derived::Schemas => ", schemars::JsonSchema)]\n#[json(schema)]\n",
    };
    let mut source =
        format!("#[derive({order}Serialize, ZeroAllocJson{schema}{}", attributes(&definition.attributes, "\n"));
    let (declared, used) = parameters(definition);
    let this = format!("D{index}{used}");
    let lifetime = if definition.lifetime { "'a" } else { "'static" };
    let fields = |fields: &Fields| fields_source(world, fields, lifetime, &this);
    match &definition.body {
        Body::Struct(of_struct) => {
            let end = if matches!(of_struct, Fields::Named(_)) { "" } else { ";" };
            source += &format!("struct D{index}{declared}{}{end}\n\n", fields(of_struct));
        }
        Body::Enum(variants) => {
            source += &format!("enum D{index}{declared} {{\n");
            for variant in variants {
                source += &attributes(&variant.attributes, "\n");
                source += &format!("{}{},\n", variant.name, fields(&variant.fields));
            }
            source += "}\n\n";
        }
    }
    source
}

/// The parameters as they are declared and as they are used.
fn parameters(definition: &Definition) -> (String, String) {
    let mut declared = Vec::new();
    let mut used = Vec::new();
    if definition.lifetime {
        declared.push(String::from("'a"));
        used.push(String::from("'a"));
    }
    for index in 0..definition.parameters {
        declared.push(format!("T{index}"));
        used.push(format!("T{index}"));
    }
    if definition.constant {
        declared.push(String::from("const N: usize"));
        used.push(String::from("N"));
    }
    (bracketed(&declared), bracketed(&used))
}

fn bracketed(arguments: &[String]) -> String {
    if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) }
}

fn attributes(attributes: &[String], separator: &str) -> String {
    attributes.iter().map(|attribute| format!("#[serde({attribute})]{separator}")).collect()
}

fn fields_source(world: &World, fields: &Fields, lifetime: &str, this: &str) -> String {
    let source = |field: &Field| {
        let name = if field.name.is_empty() { String::new() } else { format!("{}: ", field.name) };
        format!("{}{name}{}", attributes(&field.attributes, " "), field.ty.source(world, lifetime, this))
    };
    let list = |fields: &[Field]| fields.iter().map(source).collect::<Vec<_>>().join(",\n    ");
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(fields) => format!("({})", list(fields)),
        Fields::Named(fields) => format!(" {{\n    {}\n}}", list(fields)),
    }
}

impl World {
    /// The type as it is used.
    pub(crate) fn name_with_arguments(&self, index: usize, lifetime: &str, arguments: &[String]) -> String {
        let definition = self.get(index);
        let mut all = Vec::new();
        if definition.lifetime {
            all.push(lifetime.to_string());
        }
        all.extend_from_slice(arguments);
        if definition.constant {
            all.push(CONSTANT.to_string());
        }
        format!("D{index}{}", bracketed(&all))
    }

    /// An expression for a random value.
    pub(crate) fn value(&self, rng: &mut SplitMix64, index: usize, arguments: &[Type], depth: usize) -> String {
        match &self.get(index).body {
            Body::Struct(fields) => {
                format!("D{index}{}", self.field_values(rng, fields, arguments, index, depth))
            }
            Body::Enum(variants) => {
                let variants: Vec<&Variant> = variants.iter().filter(|variant| !variant.skipped).collect();
                let variant = rng.pick(&variants);
                let fields = self.field_values(rng, &variant.fields, arguments, index, depth);
                format!("D{index}::{}{fields}", variant.name)
            }
        }
    }

    fn field_values(
        &self,
        rng: &mut SplitMix64,
        fields: &Fields,
        arguments: &[Type],
        index: usize,
        depth: usize,
    ) -> String {
        let mut values = Vec::new();
        for field in fields.as_slice() {
            let value = field.ty.value(rng, self, arguments, index, depth);
            values.push(if field.name.is_empty() { value } else { format!("{}: {value}", field.name) });
        }
        let values = values.join(", ");
        match fields {
            Fields::Unit => String::new(),
            Fields::Unnamed(_) => format!("({values})"),
            Fields::Named(_) => format!(" {{ {values} }}"),
        }
    }
}

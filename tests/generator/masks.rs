//! Random types that take masks, and the text of each value under a mask, put together naively.
//!
//! A definition's keys begin with its number, so that those of a flattened one never stand there already. It refers to
//! earlier ones, or to itself.

use crate::split_mix::SplitMix64;

/// How many types there are.
const TYPES: usize = 150;

/// The same of those with schemas.
const WITH_SCHEMAS: usize = 90;

const DERIVE: &str = "#[derive(Clone, Serialize, ZeroAllocJson)]\n";

#[derive(Clone)]
struct Definition {
    /// Whether it has one parameter.
    is_generic: bool,
    /// Whether its values are objects, so that they can be flattened, or the content of a tagged variant.
    is_object: bool,
    /// The definitions whose keys stand in it: itself, and those that are flattened.
    keys: Vec<usize>,
    /// How much a value holds, about.
    weight: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Tagging {
    External,
    Internal,
    Adjacent,
    Untagged,
}

/// A field: its attributes, name, type and key, and whether it is flattened.
struct Field {
    attributes: String,
    name: String,
    ty: String,
    key: String,
    is_flattened: bool,
    is_skipped: bool,
    /// The condition under which it is left out, of `value`.
    omitted: Option<&'static str>,
}

/// The definitions so far, and those that the next one contains.
struct World<'r> {
    rng: &'r mut SplitMix64,
    all: Vec<Definition>,
    keys: Vec<usize>,
    weight: usize,
    is_generic: bool,
}

/// The types without schemas.
pub(crate) fn file(seed: u64) -> String {
    of_types(seed, TYPES)
}

/// The first of them, with theirs.
pub(crate) fn with_schemas(seed: u64) -> String {
    of_types(seed, WITH_SCHEMAS).replace(DERIVE, &format!("{DERIVE}#[json(schema)]\n"))
}

fn of_types(seed: u64, types: usize) -> String {
    let mut rng = SplitMix64::new(seed ^ 0x3a5c);
    let mut world = World { rng: &mut rng, all: Vec::new(), keys: Vec::new(), weight: 0, is_generic: false };
    let mut source = format!("pub const SEED: u64 = {seed};\n");
    let mut checks = String::new();
    for number in 0..types {
        let takes_masks = number < 2 || world.rng.chance(85);
        source += &world.define(number, takes_masks);
        let definition = world.all.last().expect("it was defined");
        let arguments = match (takes_masks, definition.is_generic) {
            (false, _) => &[][..],
            (true, false) => &[""],
            (true, true) => &["<u8>", "<Vec<M0>>", "<M1>"],
        };
        for arguments in arguments {
            checks += &format!("    check::<M{number}{arguments}>,\n");
        }
    }
    source + &format!("pub const CHECKS: &[fn(&mut SplitMix64) -> Checked] = &[\n{checks}];\n")
}

impl World<'_> {
    fn define(&mut self, number: usize, takes_masks: bool) -> String {
        // The first two are arguments of others.
        let kind = if number < 2 { 0 } else { self.rng.below(20) };
        self.keys = vec![number];
        self.weight = 1;
        self.is_generic = number >= 2 && !(10..13).contains(&kind) && self.rng.chance(15);
        let (source, is_object) = match kind {
            0..10 => (self.named_struct(number, takes_masks), true),
            10..12 => (self.newtype(number, takes_masks), false),
            12 => (self.converted(number, takes_masks), false),
            _ => self.mixed_enum(number, takes_masks),
        };
        let is_generic = source.contains("<T>");
        let (keys, weight) = (std::mem::take(&mut self.keys), self.weight);
        self.all.push(Definition { is_generic, is_object, keys, weight });
        source
    }

    /// `pub struct M7<T> …`, with its implementation.
    fn item(number: usize, takes_masks: bool, attributes: &str, body: &str, functions: &str) -> String {
        let generic = body.contains("T0");
        let (body, functions) = (body.replace("T0", "T"), functions.replace("T0", "T"));
        let (parameters, bounds) = if generic { ("<T>", "<T: Model>") } else { ("", "") };
        let mask = if takes_masks { "#[json(field_mask)]\n" } else { "" };
        // A type that takes none is written as a whole, whatever the mask.
        let (whole, names) =
            if takes_masks { ("", "") } else { ("let mask = &Mask::whole();", "return Vec::new();\n") };
        let functions = functions.replace("/* whole */", whole).replace("/* names */", names);
        let kind = if body.starts_with('{') && body.contains("/* enum */") { "enum" } else { "struct" };
        format!(
            "{DERIVE}{mask}{attributes}pub {kind} M{number}{parameters} {body}\n\
             impl{bounds} Model for M{number}{parameters} {{\n{functions}}}\n"
        )
    }

    fn named_struct(&mut self, number: usize, takes_masks: bool) -> String {
        let count = match self.rng.below(30) {
            _ if number < 2 => 4,
            0 => usize::from(self.is_generic),
            1 => 15 + self.rng.below(4),
            2 => 62 + self.rng.below(6),
            3 => 127 + self.rng.below(4),
            _ => 1 + self.rng.below(7),
        };
        let tag = self.rng.chance(10);
        let fields = self.fields(number, count, true);
        let attributes = if tag { format!("#[serde(tag = \"{number}tag\", rename = \"M\")]\n") } else { String::new() };
        let tag =
            if tag { format!("entries.push((\"{number}tag\".into(), Json::of(\"M\")));\n") } else { String::new() };
        let tag_name =
            if tag.is_empty() { String::new() } else { format!("names.push(Named::tag(\"{number}tag\"));\n") };
        let functions = format!(
            "fn random(rng: &mut SplitMix64, depth: usize) -> Self {{ Self {{ {} }} }}\n\
             fn model(&self, mask: &Mask) -> Json {{\n/* whole */\nlet mut entries = Vec::new();\n{tag}{}\
             Json::Object(entries)\n}}\n\
             fn names() -> Vec<Named> {{\n/* names */let mut names = Vec::new();\n{tag_name}{}names\n}}\n",
            constructor(&fields),
            entries(&fields, |field| format!("&self.{}", field.name)),
            names(&fields),
        );
        let body = format!("{{\n{}}}", definitions(&fields, "pub "));
        Self::item(number, takes_masks, &attributes, &body, &functions)
    }

    /// One field, which is written in the place of the whole.
    fn newtype(&mut self, number: usize, takes_masks: bool) -> String {
        let ty = self.maskable();
        let (attributes, body, value, constructor) = if self.rng.chance(50) {
            ("", format!("({ty});"), "self.0", "Self(Model::random(rng, depth + 1))")
        } else {
            let value = "Self { inner: Model::random(rng, depth + 1), skipped: 0 }";
            ("#[serde(transparent)]\n", format!("{{ inner: {ty}, #[serde(skip)] skipped: u8 }}"), "self.inner", value)
        };
        let functions = format!(
            "fn random(rng: &mut SplitMix64, depth: usize) -> Self {{ {constructor} }}\n\
             fn model(&self, mask: &Mask) -> Json {{ /* whole */ {value}.model(mask) }}\n\
             fn names() -> Vec<Named> {{\n/* names */<{ty}>::names()\n}}\n"
        );
        Self::item(number, takes_masks, attributes, &body, &functions)
    }

    /// Converted into another type.
    fn converted(&mut self, number: usize, takes_masks: bool) -> String {
        let ty = self.maskable();
        let body = format!("(Option<Box<{ty}>>);");
        let attributes = format!("#[serde(into = \"{ty}\")]\n");
        let functions = format!(
            "fn random(rng: &mut SplitMix64, depth: usize) -> Self {{ Self(Some(Box::new(Model::random(rng, depth + 1)))) }}\n\
             fn model(&self, mask: &Mask) -> Json {{ /* whole */ self.0.as_ref().expect(\"a value\").model(mask) }}\n\
             fn names() -> Vec<Named> {{\n/* names */<{ty}>::names()\n}}\n"
        );
        let conversion = format!(
            "impl From<M{number}> for {ty} {{\nfn from(from: M{number}) -> Self {{ *from.0.expect(\"a value\") }}\n}}\n"
        );
        Self::item(number, takes_masks, &attributes, &body, &functions) + &conversion
    }

    fn mixed_enum(&mut self, number: usize, takes_masks: bool) -> (String, bool) {
        let tagging = self.rng.pick(&[
            Tagging::External,
            Tagging::External,
            Tagging::Internal,
            Tagging::Adjacent,
            Tagging::Untagged,
        ]);
        let attributes = match tagging {
            Tagging::External => String::new(),
            Tagging::Internal => format!("#[serde(tag = \"{number}tag\")]\n"),
            Tagging::Adjacent => format!("#[serde(tag = \"{number}tag\", content = \"{number}content\")]\n"),
            Tagging::Untagged => String::from("#[serde(untagged)]\n"),
        };
        let mut variants = String::from("/* enum */\n");
        let (mut random, mut model) = (Vec::new(), String::new());
        let mut all_names = String::new();
        if matches!(tagging, Tagging::Internal | Tagging::Adjacent) {
            all_names += &format!("names.push(Named::tag(\"{number}tag\"));\n");
        }
        let count = 2 + self.rng.below(4);
        for index in 0..count {
            let variant = format!("V{index}");
            let around = match tagging {
                Tagging::External => format!("Json::external(\"{variant}\", content)"),
                Tagging::Internal => format!("Json::internal(\"{number}tag\", \"{variant}\", content)"),
                Tagging::Adjacent => {
                    format!("Json::adjacent(\"{number}tag\", \"{number}content\", \"{variant}\", content)")
                }
                Tagging::Untagged => String::from("content.unwrap_or_else(|| Json::of(()))"),
            };
            let (pattern, content) = match (if index == 0 { 0 } else { self.rng.below(6) }, tagging) {
                (0..3, _) => {
                    let size = if self.rng.chance(4) { 64 + self.rng.below(3) } else { self.rng.below(6) };
                    let size = size.max(usize::from(self.is_generic));
                    let fields = self.fields(number, size, true);
                    variants += &format!("{variant} {{\n{}}},\n", definitions(&fields, ""));
                    random.push(format!("Self::{variant} {{ {} }}", constructor(&fields)));
                    all_names += &names(&fields);
                    let bound: Vec<_> =
                        fields.iter().filter(|field| !field.is_skipped).map(|field| field.name.as_str()).collect();
                    let entries = entries(&fields, |field| field.name.clone());
                    (
                        format!(
                            "{variant} {{ {} .. }}",
                            bound.iter().map(|name| format!("{name}, ")).collect::<String>()
                        ),
                        format!("let mut entries = Vec::new();\n{entries}let content = Some(Json::Object(entries));"),
                    )
                }
                (3, Tagging::External | Tagging::Adjacent | Tagging::Untagged) => {
                    let ty = self.ty(number, 1);
                    variants += &format!("{variant}(u8, {ty}),\n");
                    random.push(format!("Self::{variant}(1, Model::random(rng, depth + 1))"));
                    let content =
                        "let content = Some(Json::Array(vec![Json::of(first), second.model(&Mask::whole())]));";
                    (format!("{variant}(first, second)"), content.to_owned())
                }
                (4, _) => {
                    variants += &format!("{variant},\n");
                    random.push(format!("Self::{variant}"));
                    (variant.clone(), String::from("let content = None;"))
                }
                _ => {
                    let object = if tagging == Tagging::Internal { self.object() } else { None };
                    let ty = match (tagging, object) {
                        (Tagging::Internal, Some(ty)) => ty,
                        (Tagging::Internal, None) => {
                            self.keys.push(0);
                            String::from("M0")
                        }
                        _ => self.ty(number, 0),
                    };
                    variants += &format!("{variant}({ty}),\n");
                    random.push(format!("Self::{variant}(Model::random(rng, depth + 1))"));
                    // Its own names stand there already.
                    if !ty.contains(&self.own(number)) {
                        all_names += &format!("names.extend(<{ty}>::names());\n");
                    }
                    (format!("{variant}(inner)"), String::from("let content = Some(inner.model(mask));"))
                }
            };
            model += &format!("Self::{pattern} => {{\n{content}\n{around}\n}}\n");
        }
        let arms: String = random.iter().enumerate().map(|(at, value)| format!("{at} => {value},\n")).collect();
        let functions = format!(
            "fn random(rng: &mut SplitMix64, depth: usize) -> Self {{\n\
             match if depth > 3 {{ 0 }} else {{ rng.below({count}) }} {{\n{arms}_ => unreachable!(),\n}}\n}}\n\
             fn model(&self, mask: &Mask) -> Json {{\n/* whole */\nmatch self {{\n{model}}}\n}}\n\
             fn names() -> Vec<Named> {{\n/* names */let mut names = Vec::new();\n{all_names}names\n}}\n"
        );
        let is_object = tagging == Tagging::Internal;
        (Self::item(number, takes_masks, &attributes, &format!("{{\n{variants}}}"), &functions), is_object)
    }

    fn fields(&mut self, number: usize, count: usize, may_flatten: bool) -> Vec<Field> {
        (0..count).map(|at| self.field(number, at, may_flatten && count < 20)).collect()
    }

    fn field(&mut self, number: usize, at: usize, may_flatten: bool) -> Field {
        let name = format!("f{at}");
        let mut field = Field {
            attributes: String::new(),
            key: name.clone(),
            name,
            ty: String::new(),
            is_flattened: false,
            is_skipped: false,
            omitted: None,
        };
        // A parameter has to be used.
        let is_parameter = self.is_generic && at == 0;
        if may_flatten && !is_parameter && self.rng.chance(15) {
            field.is_flattened = true;
            field.attributes = String::from("#[serde(flatten)] ");
            if self.rng.chance(15) && !self.keys.contains(&usize::MAX) {
                // Of which there is one, since all maps have the same keys.
                self.keys.push(usize::MAX);
                field.ty = format!("BTreeMap<String, {}>", self.ty(number, 2));
                return field;
            }
            if let Some(ty) = self.object() {
                field.ty = if self.rng.chance(25) { format!("Option<{ty}>") } else { ty };
                return field;
            }
            field.is_flattened = false;
            field.attributes.clear();
        }
        field.ty = if is_parameter { String::from("T0") } else { self.ty(number, 0) };
        let key = match self.rng.below(6) {
            0 => format!("{number}é {at}"),
            1 => format!("{number}@\\\"{at}"),
            2 => format!("{number} a key of more than forty-eight bytes so that it is long {at}"),
            _ => format!("{number}{}", self.rng.pick(&["a", "b", "c", "d"])) + &at.to_string(),
        };
        field.attributes = format!("#[serde(rename = \"{key}\")] ");
        field.key = key;
        if !is_parameter && self.rng.chance(6) {
            field.is_skipped = true;
            field.attributes += "#[serde(skip)] ";
        } else if self.rng.chance(12) {
            let (predicate, condition) = match field.ty.as_str() {
                ty if ty.starts_with("Option") => ("Option::is_none", "value.is_none()"),
                ty if ty.starts_with("Vec") => ("Vec::is_empty", "value.is_empty()"),
                _ => ("never", "false"),
            };
            field.attributes += &format!("#[serde(skip_serializing_if = \"{predicate}\")] ");
            field.omitted = Some(condition);
        }
        field
    }

    /// Any type.
    fn ty(&mut self, number: usize, depth: usize) -> String {
        if self.is_generic && self.rng.chance(25) {
            return String::from("T0");
        }
        if depth > 2 || self.weight > 60 || self.rng.chance(35) {
            return self.rng.pick(&["u8", "i64", "f64", "bool", "String", "&'static str", "char"]).to_owned();
        }
        match self.rng.below(12) {
            0..5 => self.defined(|_| true).unwrap_or_else(|| String::from("u32")),
            5 => format!("Option<Box<{}>>", self.own(number)),
            6 => format!("Vec<{}>", if self.rng.chance(30) { self.own(number) } else { self.ty(number, depth + 1) }),
            7 => format!("Vec<{}>", self.ty(number, depth + 1)),
            8 => format!("Option<{}>", self.ty(number, depth + 1)),
            9 => format!("BTreeMap<String, {}>", self.ty(number, depth + 1)),
            10 => format!("({}, u16)", self.ty(number, depth + 1)),
            _ => format!("{}<{}>", self.rng.pick(&["Box", "Rc"]), self.ty(number, depth + 1)),
        }
    }

    /// The type that is being defined. A newtype and a conversion must not lead to themselves.
    fn own(&self, number: usize) -> String {
        if self.is_generic { format!("M{number}<T0>") } else { format!("M{number}") }
    }

    /// A type that takes masks, for one that is written as it.
    fn maskable(&mut self) -> String {
        let ty = self.rng.pick(&["M0", "M1"]).to_owned();
        match self.rng.below(4) {
            0 => format!("Vec<{ty}>"),
            1 => format!("BTreeMap<String, {ty}>"),
            2 => format!("Option<Rc<{ty}>>"),
            _ => ty,
        }
    }

    /// An earlier definition whose entries can stand in this one.
    fn object(&mut self) -> Option<String> {
        let ty = self.defined(|definition| definition.is_object && !definition.is_generic)?;
        let number: usize = ty.trim_start_matches('M').parse().ok()?;
        let keys = self.all[number].keys.clone();
        if keys.iter().any(|key| self.keys.contains(key)) {
            return None;
        }
        self.keys.extend(keys);
        Some(ty)
    }

    fn defined(&mut self, condition: impl Fn(&Definition) -> bool) -> Option<String> {
        let suitable: Vec<_> = (0..self.all.len())
            .filter(|number| self.all[*number].weight < 25 && condition(&self.all[*number]))
            .collect();
        if suitable.is_empty() {
            return None;
        }
        let number = self.rng.pick(&suitable);
        self.weight += self.all[number].weight;
        Some(if self.all[number].is_generic {
            format!("M{number}<{}>", self.rng.pick(&["u8", "M0", "Vec<M1>"]))
        } else {
            format!("M{number}")
        })
    }
}

fn definitions(fields: &[Field], visibility: &str) -> String {
    fields.iter().map(|field| format!("{}{visibility}{}: {},\n", field.attributes, field.name, field.ty)).collect()
}

fn constructor(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("{}: Model::random(rng, depth + 1), ", field.name)).collect()
}

/// Adds what the mask leaves of each field to `entries`.
fn entries(fields: &[Field], reference: impl Fn(&Field) -> String) -> String {
    let written = fields.iter().filter(|field| !field.is_skipped);
    let each = written.map(|field| {
        let (value, key, ty) = (reference(field), &field.key, &field.ty);
        let condition = field.omitted.map_or_else(String::new, |condition| format!(" && !({condition})"));
        if field.is_flattened {
            format!("if mask.reaches::<{ty}>() {{ entries.extend(({value}).model(mask).entries()); }}\n")
        } else {
            format!(
                "{{ let value = {value}; if mask.has(\"{key}\"){condition} \
                 {{ entries.push((\"{key}\".into(), value.model(mask.below(\"{key}\")))); }} }}\n"
            )
        }
    });
    each.collect()
}

/// Adds the names of the fields to `names`.
fn names(fields: &[Field]) -> String {
    let written = fields.iter().filter(|field| !field.is_skipped);
    let each = written.map(|field| {
        let (key, ty) = (&field.key, &field.ty);
        if field.is_flattened {
            format!("names.extend(<{ty}>::flattened());\n")
        } else {
            format!("names.push(Named::field::<{ty}>(\"{key}\"));\n")
        }
    });
    each.collect()
}

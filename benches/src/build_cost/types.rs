//! The types that are compiled, as data: 200 structs of ten fields and 20 enums, alike for every flavour.
//!
//! They resemble a service's response types. Every struct has integers, strings, a flag, a float, an option, a list,
//! another struct, and an enum or one more string. Order and types change. A type refers only to types before it, and
//! only so deep that values stay small. They lie in modules of ten structs and one enum, since the compiler divides its
//! work by modules.

#![forbid(unsafe_code)]

use crate::prng::SplitMix64;

/// Modules; each holds [`STRUCTS_PER_MODULE`] structs and one enum.
pub(super) const MODULES: usize = 20;
pub(super) const STRUCTS_PER_MODULE: usize = 10;
pub(super) const FIELDS: usize = 10;

/// How many types may stand within one another below a field.
const MAX_DEPTH: usize = 3;

/// A prime number of names, so that ten steps of any size meet ten different ones.
const NAMES: [&str; 41] = [
    "account",
    "active",
    "address",
    "amount",
    "balance",
    "begins_at",
    "category",
    "channel",
    "city_code",
    "comment",
    "content_type",
    "country",
    "created_at",
    "currency",
    "customer_id",
    "deleted",
    "display_name",
    "duration_ms",
    "email",
    "expires_at",
    "external_ref",
    "group_name",
    "height",
    "image_url",
    "is_default",
    "item_count",
    "language",
    "last_login",
    "latitude",
    "manager",
    "max_retries",
    "order_number",
    "owner",
    "page",
    "phase",
    "price",
    "quantity",
    "rating",
    "score_total",
    "status",
    "updated_by",
];

/// One module.
pub(super) struct Module {
    pub(super) structs: Vec<Struct>,
    pub(super) choice: Enum,
}

/// A struct with named fields.
pub(super) struct Struct {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// A field, its type and a sample of it as Rust source text.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) ty: String,
    pub(super) value: String,
    pub(super) skip_if_none: bool,
}

/// An enum.
pub(super) struct Enum {
    pub(super) name: String,
    /// The content of `#[serde(…)]`.
    pub(super) attribute: &'static str,
    pub(super) variants: Vec<Variant>,
}

/// A variant and a sample of it, both as Rust source text.
pub(super) struct Variant {
    pub(super) declaration: String,
    pub(super) value: String,
}

/// All types, always the same.
pub(super) fn modules() -> Vec<Module> {
    let mut maker = Maker { random: SplitMix64::new(0x200), structs: Vec::new(), enums: Vec::new() };
    (0..MODULES)
        .map(|module| {
            let choice = maker.choice(module);
            let structs = (0..STRUCTS_PER_MODULE).map(|index| maker.structure(module, index)).collect();
            Module { structs, choice }
        })
        .collect()
}

/// A type that later ones may refer to.
struct Named {
    path: String,
    sample: String,
    depth: usize,
}

struct Maker {
    random: SplitMix64,
    structs: Vec<Named>,
    enums: Vec<Named>,
}

impl Maker {
    fn structure(&mut self, module: usize, index: usize) -> Struct {
        let mut kinds = vec![
            self.integer(),
            self.integer(),
            self.text(),
            self.text(),
            ("bool".to_owned(), self.random.one_in(2).to_string()),
            self.float(),
            self.option(),
            self.list(),
        ];
        let mut depth = 0;
        for referred in [self.earlier_struct(), self.earlier_enum()] {
            let kind = match referred {
                Some((path, sample, referred_depth)) => {
                    depth = depth.max(referred_depth + 1);
                    self.reference(&path, &sample)
                }
                None => self.text(),
            };
            kinds.push(kind);
        }
        assert_eq!(kinds.len(), FIELDS);
        let start = self.random.integer::<usize>(0..NAMES.len() as u64);
        let step = self.random.integer::<usize>(1..NAMES.len() as u64);
        let mut fields = Vec::with_capacity(FIELDS);
        while !kinds.is_empty() {
            let (ty, value) = kinds.swap_remove(self.random.integer(0..kinds.len() as u64));
            let skip_if_none = ty.starts_with("Option") && self.random.one_in(3);
            let name = NAMES[(start + fields.len() * step) % NAMES.len()];
            fields.push(Field { name, ty, value, skip_if_none });
        }
        let name = format!("Record{module:02}{index}");
        let path = format!("crate::m{module:02}::{name}");
        self.structs.push(Named { sample: format!("{path}::sample()"), path, depth });
        Struct { name, fields }
    }

    fn choice(&mut self, module: usize) -> Enum {
        let name = format!("Choice{module:02}");
        let unit = |name: &str| (name.to_owned(), String::new());
        let (attribute, variants) = match module % 5 {
            0 => {
                let units = ["Draft", "InReview", "Accepted", "Rejected", "OnHold", "Archived"].map(unit);
                ("rename_all = \"snake_case\"", units.to_vec())
            }
            1 => {
                let all = vec![unit("Unknown"), self.newtype("Number"), self.tuple("Pair"), self.named("Full")];
                ("rename_all = \"camelCase\"", all)
            }
            2 => {
                let contents = self.structs[self.structs.len() - STRUCTS_PER_MODULE..].iter();
                let flattest = contents.min_by_key(|s| s.depth).expect("the module before has structs");
                let held = (format!("Held({})", flattest.path), format!("({})", flattest.sample));
                ("tag = \"type\"", vec![unit("Nothing"), self.named("Inline"), held, self.named("Other")])
            }
            3 => {
                let all = vec![unit("Empty"), self.newtype("One"), self.tuple("Two"), self.named("Many")];
                ("tag = \"kind\", content = \"data\", rename_all = \"kebab-case\"", all)
            }
            _ => ("untagged", vec![self.newtype("Number"), self.named("Object"), self.tuple("Array")]),
        };
        let variants: Vec<Variant> = variants
            .into_iter()
            .map(|(declaration, fields)| {
                let end = declaration.find(['(', ' ']).unwrap_or(declaration.len());
                let value = format!("{}{fields}", &declaration[..end]);
                Variant { declaration, value }
            })
            .collect();
        let path = format!("crate::m{module:02}::{name}");
        let sample = format!("{path}::{}", variants[self.random.integer::<usize>(0..3)].value);
        // A variant that holds a struct is as deep as is allowed: nothing that is deep refers to it.
        let depth = if module % 5 == 2 { 2 } else { 0 };
        self.enums.push(Named { path, sample, depth });
        Enum { name, attribute, variants }
    }

    fn newtype(&mut self, name: &str) -> (String, String) {
        let (ty, value) = self.integer();
        (format!("{name}({ty})"), format!("({value})"))
    }

    fn tuple(&mut self, name: &str) -> (String, String) {
        let ((first, a), (second, b)) = (self.integer(), self.text());
        (format!("{name}({first}, {second})"), format!("({a}, {b})"))
    }

    fn named(&mut self, name: &str) -> (String, String) {
        let ((first, a), (second, b), (third, c)) = (self.text(), self.option(), self.float());
        let declaration = format!("{name} {{ label: {first}, limit: {second}, weight: {third} }}");
        (declaration, format!(" {{ label: {a}, limit: {b}, weight: {c} }}"))
    }

    fn integer(&mut self) -> (String, String) {
        let (ty, end) = self.random.pick_copy(&[
            ("u64", 1 << 60),
            ("u32", 1 << 32),
            ("i64", 1 << 40),
            ("i32", 1 << 31),
            ("u16", 1 << 16),
            ("u8", 1 << 8),
        ]);
        (ty.to_owned(), self.random.integer::<u64>(0..end).to_string())
    }

    fn text(&mut self) -> (String, String) {
        let text = self.random.pick(&["", "north", "a \\\"quoted\\\" word", "Łódź", "https://example.com/a/b?c=d"]);
        ("String".to_owned(), format!("crate::text(\"{text}\")"))
    }

    fn float(&mut self) -> (String, String) {
        ("f64".to_owned(), format!("{:?}", self.random.price(0..1_000_000)))
    }

    fn option(&mut self) -> (String, String) {
        let (ty, value) = match self.random.integer::<u8>(0..4) {
            0 => self.integer(),
            1 => self.float(),
            _ => self.text(),
        };
        let value = if self.random.one_in(3) { "None".to_owned() } else { format!("Some({value})") };
        (format!("Option<{ty}>"), value)
    }

    fn list(&mut self) -> (String, String) {
        let (ty, value) = if self.random.one_in(2) { self.text() } else { self.integer() };
        (format!("Vec<{ty}>"), format!("vec![{value}; {}]", self.random.integer::<u8>(1..4)))
    }

    fn reference(&mut self, path: &str, sample: &str) -> (String, String) {
        match self.random.integer::<u8>(0..4) {
            0 => (format!("Vec<{path}>"), format!("vec![{sample}]")),
            1 => (format!("Option<{path}>"), format!("Some({sample})")),
            _ => (path.to_owned(), sample.to_owned()),
        }
    }

    fn earlier_struct(&mut self) -> Option<(String, String, usize)> {
        Self::earlier(&mut self.random, &self.structs)
    }

    /// Half of the structs have an enum.
    fn earlier_enum(&mut self) -> Option<(String, String, usize)> {
        if self.random.one_in(2) { Self::earlier(&mut self.random, &self.enums) } else { None }
    }

    fn earlier(random: &mut SplitMix64, named: &[Named]) -> Option<(String, String, usize)> {
        let fitting: Vec<&Named> = named.iter().filter(|named| named.depth < MAX_DEPTH).collect();
        let count = fitting.len() as u64;
        (count > 0).then(|| {
            let named = fitting[random.integer::<usize>(0..count)];
            (named.path.clone(), named.sample.clone(), named.depth)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FIELDS, MODULES, STRUCTS_PER_MODULE, modules};

    #[test]
    fn there_are_200_structs_of_ten_fields_and_20_enums() {
        let modules = modules();
        let structs: Vec<_> = modules.iter().flat_map(|module| &module.structs).collect();
        assert_eq!((MODULES, structs.len(), modules.len() * STRUCTS_PER_MODULE), (20, 200, 200));
        for structure in structs {
            let names: BTreeSet<_> = structure.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), FIELDS, "{}", structure.name);
        }
    }

    #[test]
    fn the_fields_are_mixed() {
        let modules = modules();
        let fields: Vec<_> = modules.iter().flat_map(|m| &m.structs).flat_map(|s| &s.fields).collect();
        let share = |part: &str| fields.iter().filter(|field| field.ty.contains(part)).count();
        for part in ["bool", "f64", "String", "Option<", "Vec<", "Record", "Choice", "u64", "i32", "u8"] {
            assert!(share(part) >= 40, "{part}: {}", share(part));
        }
        assert!(fields.iter().any(|field| field.skip_if_none));
    }

    #[test]
    fn every_tagging_and_every_kind_of_variant_occurs() {
        let modules = modules();
        for attribute in ["rename_all", "tag = \"type\"", "content", "untagged"] {
            assert!(modules.iter().any(|module| module.choice.attribute.contains(attribute)), "{attribute}");
        }
        let declarations: Vec<_> =
            modules.iter().flat_map(|m| &m.choice.variants).map(|v| v.declaration.as_str()).collect();
        for shape in ["(", " {", "Held(crate::"] {
            assert!(declarations.iter().any(|declaration| declaration.contains(shape)), "{shape}");
        }
    }
}

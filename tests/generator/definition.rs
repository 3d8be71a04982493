//! Random definitions: what kind of type, which fields, which attributes.

use crate::names;
use crate::split_mix::SplitMix64;
use crate::types::{Allowed, Key, Type};

/// Types that weigh more are not nested in others.
const MAX_NESTED_WEIGHT: usize = 40;

/// All definitions so far. A definition only refers to earlier ones, or to itself.
#[derive(Default)]
pub(crate) struct World {
    definitions: Vec<Definition>,
}

/// A struct or an enum.
#[expect(clippy::struct_excessive_bools, reason = "independent properties")]
pub(crate) struct Definition {
    /// The attributes of the container, as they stand in `serde(…)`.
    pub(crate) attributes: Vec<String>,
    pub(crate) lifetime: bool,
    /// The number of type parameters.
    pub(crate) parameters: usize,
    /// Whether there is a const parameter.
    pub(crate) constant: bool,
    pub(crate) body: Body,
    /// Whether its entries can stand in another object, whatever the value and whoever splices them in.
    object: bool,
    /// Whether every value can be a map's key; such a type also has an order.
    pub(crate) key: bool,
    pub(crate) wide_integers: bool,
    pub(crate) weight: usize,
}

pub(crate) enum Body {
    Struct(Fields),
    Enum(Vec<Variant>),
}

pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<String>,
    pub(crate) fields: Fields,
    /// Skipped: there are no values of it.
    pub(crate) skipped: bool,
}

pub(crate) enum Fields {
    Unit,
    Unnamed(Vec<Field>),
    Named(Vec<Field>),
}

pub(crate) struct Field {
    /// Empty in tuples.
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<String>,
    pub(crate) ty: Type,
}

/// How the variants of an enum are told apart in JSON.
#[derive(Clone, Copy, PartialEq)]
enum Tagging {
    External,
    Internal,
    Adjacent,
    Untagged,
}

impl Fields {
    pub(crate) fn as_slice(&self) -> &[Field] {
        match self {
            Self::Unit => &[],
            Self::Unnamed(fields) | Self::Named(fields) => fields,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Field] {
        match self {
            Self::Unit => &mut [],
            Self::Unnamed(fields) | Self::Named(fields) => fields,
        }
    }

    fn is_unit(&self) -> bool {
        matches!(self, Self::Unit)
    }
}

impl Body {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        let (of_struct, variants): (&[Field], &[Variant]) = match self {
            Self::Struct(fields) => (fields.as_slice(), &[]),
            Self::Enum(variants) => (&[], variants),
        };
        of_struct.iter().chain(variants.iter().flat_map(|variant| variant.fields.as_slice()))
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let (of_struct, variants): (&mut [Field], &mut [Variant]) = match self {
            Self::Struct(fields) => (fields.as_mut_slice(), &mut []),
            Self::Enum(variants) => (&mut [], variants),
        };
        of_struct.iter_mut().chain(variants.iter_mut().flat_map(|variant| variant.fields.as_mut_slice()))
    }
}

impl World {
    pub(crate) fn len(&self) -> usize {
        self.definitions.len()
    }

    pub(crate) fn get(&self, index: usize) -> &Definition {
        &self.definitions[index]
    }

    /// A definition with random arguments, as the type of a field.
    pub(crate) fn pick(&self, rng: &mut SplitMix64, allowed: Allowed) -> Option<Type> {
        self.pick_where(rng, allowed, |_| true)
    }

    /// A definition whose entries can stand in another object.
    fn pick_object(&self, rng: &mut SplitMix64) -> Option<Type> {
        let allowed = Allowed { parameters: 0, borrowed: false, wide_integers: false, depth: 2 };
        self.pick_where(rng, allowed, |definition| definition.object && !definition.wide_integers)
    }

    /// A definition that can be a key.
    pub(crate) fn pick_key(&self, rng: &mut SplitMix64) -> Option<usize> {
        let keys: Vec<_> = (0..self.len()).filter(|index| self.definitions[*index].key).collect();
        (!keys.is_empty()).then(|| rng.pick(&keys))
    }

    fn pick_where(
        &self,
        rng: &mut SplitMix64,
        allowed: Allowed,
        condition: impl Fn(&Definition) -> bool,
    ) -> Option<Type> {
        let suitable: Vec<_> = (0..self.len())
            .filter(|index| {
                let definition = &self.definitions[*index];
                definition.weight <= MAX_NESTED_WEIGHT
                    && (allowed.wide_integers || !definition.wide_integers)
                    && (allowed.borrowed || !definition.lifetime)
                    && condition(definition)
            })
            .collect();
        if suitable.is_empty() {
            return None;
        }
        let index = rng.pick(&suitable);
        Some(Type::Defined(index, self.random_arguments(rng, index, allowed)))
    }

    fn random_arguments(&self, rng: &mut SplitMix64, index: usize, allowed: Allowed) -> Vec<Type> {
        let allowed = Allowed { depth: 2, ..allowed };
        (0..self.definitions[index].parameters).map(|_| Type::random(rng, self, allowed)).collect()
    }

    /// Arguments without parameters of their own, for the values of a type.
    pub(crate) fn concrete_arguments(&self, rng: &mut SplitMix64, index: usize) -> Vec<Type> {
        let allowed = Allowed { parameters: 0, borrowed: true, wide_integers: true, depth: 2 };
        self.random_arguments(rng, index, allowed)
    }

    /// Adds a definition.
    pub(crate) fn define(&mut self, rng: &mut SplitMix64) {
        let definition = match rng.below(20) {
            0..8 => self.named_struct(rng),
            8..11 => self.unnamed_struct(rng),
            11 => self.transparent_struct(rng),
            12..14 => Self::unit_enum(rng),
            _ => self.mixed_enum(rng),
        };
        self.definitions.push(definition);
    }

    fn finish(&self, mut definition: Definition) -> Definition {
        for field in definition.body.fields() {
            definition.wide_integers |= field.ty.has_wide_integers(self);
        }
        definition.weight = 1 + definition.body.fields().map(|field| field.ty.weight(self)).sum::<usize>();
        definition
    }

    fn named_struct(&self, rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, true);
        let count = match rng.below(20) {
            0 => 0,
            1 => 16 + rng.below(3),
            2 => 31 + rng.below(5),
            _ => 1 + rng.below(7),
        };
        definition.container_names(rng, 35);
        if rng.chance(8) {
            definition.attributes.push(String::from("tag = \"@struct\""));
        }
        let fields = self.named_fields(rng, count, &definition, true);
        definition.object = true;
        definition.body = Body::Struct(Fields::Named(fields));
        definition.use_parameters();
        self.finish(definition)
    }

    fn unnamed_struct(&self, rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, true);
        let fields = match rng.below(10) {
            0 => Fields::Unit,
            1..4 => return self.newtype_struct(rng),
            _ => {
                let count = if rng.chance(10) { 15 + rng.below(5) } else { rng.below(6) };
                // One field is a newtype, which is written without brackets.
                let count = if count == 1 { 2 } else { count };
                Fields::Unnamed(self.unnamed_fields(rng, count, &definition))
            }
        };
        definition.object = fields.is_unit();
        definition.body = Body::Struct(fields);
        definition.use_parameters();
        self.finish(definition)
    }

    /// `struct D(T);`, of a key, an object, or anything.
    fn newtype_struct(&self, rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, false);
        let ty = match rng.below(4) {
            0 => {
                definition.key = true;
                Type::Plain(rng.pick(&["String", "u32", "i8", "char", "bool"]))
            }
            1 => match self.pick_object(rng) {
                Some(object) => {
                    definition.object = true;
                    object
                }
                None => Type::Plain("u16"),
            },
            _ => Type::random(rng, self, definition.allowed()),
        };
        definition.body = Body::Struct(Fields::Unnamed(vec![Field { name: "", attributes: Vec::new(), ty }]));
        definition.use_parameters();
        self.finish(definition)
    }

    fn transparent_struct(&self, rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, true);
        definition.attributes = vec![String::from("transparent")];
        let field = |name, ty| Field { name, attributes: Vec::new(), ty };
        let skipped = |name| Field { name, attributes: vec![String::from("skip")], ty: Type::Plain("()") };
        let ty = Type::random(rng, self, definition.allowed());
        let fields = match rng.below(3) {
            0 => Fields::Named(vec![field("inner", ty)]),
            1 => Fields::Named(vec![skipped("before"), field("inner", ty), skipped("after")]),
            _ => Fields::Unnamed(vec![field("", ty), skipped("")]),
        };
        definition.body = Body::Struct(fields);
        definition.use_parameters();
        self.finish(definition)
    }

    /// Unit variants only: texts that are known when the derive runs.
    fn unit_enum(rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, false);
        definition.parameters = 0;
        definition.lifetime = false;
        definition.constant = false;
        let tagging = if rng.chance(70) { Tagging::External } else { Tagging::random(rng) };
        definition.tagging(rng, tagging);
        definition.container_names(rng, 50);
        let count = 1 + rng.below(6);
        let variants = names::variants(rng, count).into_iter().enumerate();
        let variants = variants.map(|(number, name)| Variant {
            name,
            attributes: if rng.chance(20) { vec![rename(rng, number)] } else { Vec::new() },
            fields: Fields::Unit,
            skipped: false,
        });
        definition.body = Body::Enum(variants.collect());
        definition.key = tagging == Tagging::External;
        definition.object = true;
        definition.weight = 1;
        definition
    }

    fn mixed_enum(&self, rng: &mut SplitMix64) -> Definition {
        let mut definition = Definition::new(rng, true);
        let container = Tagging::random(rng);
        definition.tagging(rng, container);
        definition.container_names(rng, 30);
        if rng.chance(25) {
            definition.attributes.push(format!("rename_all_fields = \"{}\"", names::rule(rng)));
        }
        let count = 1 + rng.below(6);
        let names = names::variants(rng, count);
        // Untagged variants come last, or serde refuses the enum.
        let first_untagged = if rng.chance(15) { rng.below(count) + 1 } else { count };
        // serde wants every variant of an untagged enum to be an object, a unit or a newtype of one, for a flatten.
        let mut object = true;
        let mut variants = Vec::new();
        for (number, name) in names.into_iter().enumerate() {
            let mut attributes = Vec::new();
            let tagging = if number >= first_untagged && container != Tagging::Untagged {
                attributes.push(String::from("untagged"));
                Tagging::Untagged
            } else {
                container
            };
            let (fields, splices) = match tagging {
                // serde refuses a tuple in an internally tagged enum even if the variant itself is untagged.
                Tagging::Untagged if container == Tagging::Internal => {
                    let fields = self.named_fields(rng, 3, &definition, true);
                    (Fields::Named(fields), true)
                }
                tagging => self.variant_fields(rng, tagging, &definition),
            };
            object &= splices;
            if rng.chance(20) && tagging != Tagging::Untagged {
                attributes.push(rename(rng, number));
            }
            if rng.chance(15) && matches!(fields, Fields::Named(_)) {
                attributes.push(format!("rename_all = \"{}\"", names::rule(rng)));
            }
            let skipped = variants.len() > 1 && attributes.is_empty() && rng.chance(6);
            if skipped {
                attributes.push(String::from(rng.pick(&["skip", "skip_serializing"])));
            }
            variants.push(Variant { name, attributes, fields, skipped });
        }
        definition.object = object;
        definition.body = Body::Enum(variants);
        definition.use_parameters();
        self.finish(definition)
    }

    /// The fields of a variant, and whether a value of it can stand in another object.
    fn variant_fields(&self, rng: &mut SplitMix64, tagging: Tagging, definition: &Definition) -> (Fields, bool) {
        let newtype = |ty| Fields::Unnamed(vec![Field { name: "", attributes: Vec::new(), ty }]);
        let named = |rng: &mut SplitMix64| {
            let count = if rng.chance(4) { 17 } else { rng.below(6) };
            (Fields::Named(self.named_fields(rng, count, definition, true)), true)
        };
        match rng.below(8) {
            0 | 1 => (Fields::Unit, true),
            2..5 => named(rng),
            5 | 6 if tagging == Tagging::Internal || rng.chance(30) => match self.pick_object(rng) {
                Some(object) => (newtype(object), true),
                None => named(rng),
            },
            _ if tagging == Tagging::Internal => {
                let value = Box::new(Type::Plain(rng.pick(&["u8", "String", "f64"])));
                (newtype(Type::Map(Key::random(rng, self), value)), true)
            }
            5 | 6 => (newtype(Type::random(rng, self, definition.allowed())), tagging != Tagging::Untagged),
            _ => {
                let count = 2 + rng.below(3);
                (Fields::Unnamed(self.unnamed_fields(rng, count, definition)), tagging != Tagging::Untagged)
            }
        }
    }

    fn named_fields(&self, rng: &mut SplitMix64, count: usize, of: &Definition, flatten: bool) -> Vec<Field> {
        let percent_skipping = rng.pick(&[0, 0, 20, 100]);
        let mut fields = Vec::new();
        for (number, name) in names::fields(rng, count).into_iter().enumerate() {
            let mut attributes = Vec::new();
            let ty = match self.flattened(rng) {
                Some(ty) if flatten && rng.chance(12) => {
                    attributes.push(String::from("flatten"));
                    ty
                }
                _ => {
                    if rng.chance(15) {
                        attributes.push(rename(rng, number));
                    }
                    self.field_type(rng, of)
                }
            };
            if rng.chance(percent_skipping) {
                attributes.push(format!("skip_serializing_if = \"{}\"", ty.predicate(rng)));
            } else if rng.chance(5) {
                attributes.push(String::from(rng.pick(&["skip", "skip_serializing"])));
            }
            fields.push(Field { name, attributes, ty });
        }
        fields
    }

    fn field_type(&self, rng: &mut SplitMix64, of: &Definition) -> Type {
        // A definition with parameters would be recursive with itself as an argument, which serde's bounds do not allow.
        if of.parameters == 0 && rng.chance(3) {
            return Type::Recursive;
        }
        Type::random(rng, self, of.allowed())
    }

    /// A type that can be flattened.
    fn flattened(&self, rng: &mut SplitMix64) -> Option<Type> {
        let ty = match rng.below(4) {
            0 => {
                let value = Box::new(Type::Plain(rng.pick(&["u8", "String", "f64", "bool"])));
                Type::Map(Key::random(rng, self), value)
            }
            _ => self.pick_object(rng)?,
        };
        Some(if rng.chance(25) { Type::Of("Option", Box::new(ty)) } else { ty })
    }

    fn unnamed_fields(&self, rng: &mut SplitMix64, count: usize, of: &Definition) -> Vec<Field> {
        let field = |rng: &mut SplitMix64| {
            let skip = rng.chance(8);
            let attributes = if skip { vec![String::from("skip")] } else { Vec::new() };
            Field { name: "", attributes, ty: Type::random(rng, self, of.allowed()) }
        };
        (0..count).map(|_| field(rng)).collect()
    }
}

impl Definition {
    fn new(rng: &mut SplitMix64, generic: bool) -> Self {
        Self {
            attributes: Vec::new(),
            lifetime: rng.chance(20),
            parameters: if generic && rng.chance(25) { 1 + rng.below(2) } else { 0 },
            constant: rng.chance(5),
            body: Body::Struct(Fields::Unit),
            object: false,
            key: false,
            wide_integers: false,
            weight: 0,
        }
    }

    fn allowed(&self) -> Allowed {
        Allowed { parameters: self.parameters, borrowed: self.lifetime, wide_integers: true, depth: 0 }
    }

    /// Attributes that name the container, its fields or its variants.
    fn container_names(&mut self, rng: &mut SplitMix64, percent: usize) {
        if rng.chance(percent) {
            let rule = names::rule(rng);
            self.attributes.push(match rng.below(3) {
                0 => format!("rename_all(serialize = \"{rule}\", deserialize = \"UPPERCASE\")"),
                _ => format!("rename_all = \"{rule}\""),
            });
        }
        if rng.chance(10) {
            self.attributes.push(format!("rename = \"{}\"", names::rename(rng, 0)));
        }
    }

    fn tagging(&mut self, rng: &mut SplitMix64, tagging: Tagging) {
        let tag = rng.pick(&["@tag", "t\\\"ag", "$", "a tag that has more than thirty-two bytes"]);
        let content = rng.pick(&["@content", "con\\ttent"]);
        match tagging {
            Tagging::External => {}
            Tagging::Internal => self.attributes.push(format!("tag = \"{tag}\"")),
            Tagging::Adjacent => self.attributes.push(format!("tag = \"{tag}\", content = \"{content}\"")),
            Tagging::Untagged => self.attributes.push(String::from("untagged")),
        }
    }

    /// Drops the parameters that no field uses, which Rust would refuse.
    fn use_parameters(&mut self) {
        let mut used = vec![false; self.parameters];
        let mut borrows = false;
        for field in self.body.fields() {
            visit(&field.ty, &mut |ty| match ty {
                Type::Parameter(index) => used[*index] = true,
                Type::Borrowed(_) => borrows = true,
                _ => {}
            });
        }
        self.lifetime = borrows;

        let mut numbers = Vec::new();
        self.parameters = 0;
        for used in used {
            numbers.push(Type::Parameter(self.parameters));
            self.parameters += usize::from(used);
        }
        for field in self.body.fields_mut() {
            field.ty = field.ty.substitute(&numbers);
        }
    }
}

impl Tagging {
    fn random(rng: &mut SplitMix64) -> Self {
        rng.pick(&[Self::External, Self::Internal, Self::Adjacent, Self::Untagged])
    }
}

fn rename(rng: &mut SplitMix64, number: usize) -> String {
    let name = names::rename(rng, number);
    match rng.below(3) {
        0 => format!("rename(serialize = \"{name}\")"),
        _ => format!("rename = \"{name}\""),
    }
}

fn visit(ty: &Type, visitor: &mut impl FnMut(&Type)) {
    visitor(ty);
    match ty {
        Type::Of(_, inner) | Type::Array(inner, _) | Type::Map(_, inner) => visit(inner, visitor),
        Type::Tuple(parts) | Type::Defined(_, parts) => parts.iter().for_each(|part| visit(part, visitor)),
        Type::Plain(_) | Type::Borrowed(_) | Type::Parameter(_) | Type::Recursive => {}
    }
}

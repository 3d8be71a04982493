//! Random generic definitions, such that serde's derive compiles each: what a field needs and nothing else provides is
//! declared, or stated by a `bound`.

use std::collections::BTreeSet;

use super::ty::{
    Assoc, BORROWING, BOX, CONSTRUCTORS, Leaf, Leaves, MAYBE, MapForm, OPTION, OWN, POINTER, RC, Ty, VEC, Via, models,
};
use crate::names;
use crate::split_mix::SplitMix64;

/// Types that weigh more are not nested in others.
const MAX_NESTED_WEIGHT: usize = 30;

/// All definitions so far. One refers to earlier ones, to itself, and in pairs to its partner.
#[derive(Default)]
pub(crate) struct World {
    definitions: Vec<Definition>,
}

/// A struct or an enum with type parameters.
#[derive(Clone)]
pub(crate) struct Definition {
    pub(crate) index: usize,
    /// In a module of its own it may have any name.
    pub(crate) name: String,
    pub(crate) module: bool,
    /// A type that the module imports by its bare name.
    pub(crate) imported: Option<usize>,
    pub(crate) lifetime: bool,
    pub(crate) params: Vec<Param>,
    pub(crate) constant: bool,
    /// As they stand in `serde(…)`.
    pub(crate) attributes: Vec<String>,
    pub(crate) bound: Option<Bound>,
    pub(crate) body: Body,
    /// What the type declares to be `Serialize`.
    pub(crate) declared: Leaves,
    /// `for<'x> &'x T: Serialize`, of a type that is not nested in others.
    pub(crate) higher_ranked: Option<usize>,
    /// Orders the values, with no bound on the parameters.
    pub(crate) ordered_by: Option<&'static str>,
    /// The parameters that stand in the keys of maps.
    pub(crate) keys: BTreeSet<usize>,
    /// What serde's impl asks for.
    pub(crate) provided: Leaves,
    /// The type that it is written as.
    pub(crate) into: Option<usize>,
    /// One of two that lead to each other: each takes the other to ask that all parameters are written, and no more.
    is_half: bool,
    /// Named in the `bound`s.
    pub(crate) serialize: &'static str,
    weight: usize,
}

#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) clone: bool,
    pub(crate) ord: bool,
    pub(crate) default: Option<Ty>,
    /// What it declares stands in the where clause.
    pub(crate) in_clause: bool,
    /// It is bounded by a trait that brings `Serialize` with it.
    pub(crate) by_supertrait: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Any,
    /// A type with associated types.
    Model,
}

/// `bound = "…"`.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) leaves: Leaves,
    pub(crate) form: BoundForm,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum BoundForm {
    Both,
    Serialize,
    Split,
    SplitReversed,
    TwoLists,
}

#[derive(Clone)]
pub(crate) enum Body {
    Struct(Fields),
    Enum(Vec<Variant>),
}

#[derive(Clone)]
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<String>,
    pub(crate) bound: Option<Bound>,
    pub(crate) fields: Fields,
    pub(crate) skipped: bool,
}

#[derive(Clone)]
pub(crate) enum Fields {
    Unit,
    Unnamed(Vec<Field>),
    Named(Vec<Field>),
}

#[derive(Clone)]
pub(crate) struct Field {
    /// Empty in tuples.
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<String>,
    pub(crate) bound: Option<Bound>,
    pub(crate) writer: Writer,
    pub(crate) ty: Ty,
}

/// What writes a field.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Writer {
    Type,
    Nothing,
    /// A function for any type.
    Opaque,
    /// A function for types that can be written.
    Through,
}

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
}

impl Definition {
    /// A bound by a trait of the user's that brings serde's with it cannot be had from this trait's bound.
    fn can_be_nested(&self) -> bool {
        let states_leaves = self.bounds().any(|bound| !bound.leaves.is_empty());
        self.higher_ranked.is_none() && !(self.serialize == "Json" && states_leaves)
    }

    fn bounds(&self) -> impl Iterator<Item = &Bound> {
        let variants: &[Variant] = match &self.body {
            Body::Struct(_) => &[],
            Body::Enum(variants) => variants,
        };
        let of_variants = variants.iter().filter_map(|variant| variant.bound.as_ref());
        self.fields().filter_map(|(_, field)| field.bound.as_ref()).chain(of_variants).chain(&self.bound)
    }

    /// The fields, each with the variant that it is in.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (Option<&Variant>, &Field)> {
        let (of_struct, variants): (&[Field], &[Variant]) = match &self.body {
            Body::Struct(fields) => (fields.as_slice(), &[]),
            Body::Enum(variants) => (&[], variants),
        };
        let of_variants = variants
            .iter()
            .flat_map(|variant| variant.fields.as_slice().iter().map(move |field| (Some(variant), field)));
        of_struct.iter().map(|field| (None, field)).chain(of_variants)
    }

    fn fields_mut(&mut self) -> Box<dyn Iterator<Item = &mut Field> + '_> {
        match &mut self.body {
            Body::Struct(fields) => Box::new(fields.as_mut_slice().iter_mut()),
            Body::Enum(variants) => {
                Box::new(variants.iter_mut().flat_map(|variant| variant.fields.as_mut_slice().iter_mut()))
            }
        }
    }

    fn bounds_mut(&mut self) -> Vec<&mut Bound> {
        let mut bounds = Vec::new();
        match &mut self.body {
            Body::Struct(fields) => {
                bounds.extend(fields.as_mut_slice().iter_mut().filter_map(|field| field.bound.as_mut()));
            }
            Body::Enum(variants) => {
                for variant in variants {
                    bounds.extend(variant.bound.as_mut());
                    bounds.extend(variant.fields.as_mut_slice().iter_mut().filter_map(|field| field.bound.as_mut()));
                }
            }
        }
        bounds
    }

    /// Other definitions that it refers to.
    pub(crate) fn uses(&self) -> BTreeSet<usize> {
        let mut uses = BTreeSet::new();
        for (_, field) in self.fields() {
            field.ty.visit(&mut |ty| {
                if let Ty::Defined(index, ..) = ty
                    && *index != self.index
                {
                    uses.insert(*index);
                }
            });
        }
        uses.extend(self.into);
        uses
    }
}

impl World {
    pub(crate) fn len(&self) -> usize {
        self.definitions.len()
    }

    pub(crate) fn get(&self, index: usize) -> &Definition {
        &self.definitions[index]
    }

    pub(crate) fn find(&self, index: usize) -> Option<&Definition> {
        self.definitions.get(index)
    }

    /// A random type without parameters, which can be written.
    pub(crate) fn concrete(&self, rng: &mut SplitMix64) -> Ty {
        let mut builder = Builder::new(self, rng);
        builder.def.params.clear();
        builder.def.lifetime = true;
        builder.ty(1)
    }

    /// Adds one definition, or two.
    pub(crate) fn define(&mut self, rng: &mut SplitMix64) {
        let builder = |rng| Builder::new(self, rng);
        let defined = match rng.below(100) {
            0..32 => builder(rng).named_struct(),
            32..42 => builder(rng).tuple_struct(),
            42..50 => builder(rng).newtype(),
            50..56 => builder(rng).transparent(),
            56..63 => builder(rng).typed_id(),
            63..91 => builder(rng).enumeration(),
            91..96 => return self.define_converted(rng),
            _ => return self.define_pair(rng),
        };
        self.definitions.push(defined);
    }

    /// A type, and one that is written as it.
    fn define_converted(&mut self, rng: &mut SplitMix64) {
        let helper = Builder::new(self, rng).helper();
        self.definitions.push(helper);
        let converted = Builder::new(self, rng).converted();
        self.definitions.push(converted);
    }

    /// Two types that lead to each other.
    fn define_pair(&mut self, rng: &mut SplitMix64) {
        let first = Builder::new(self, rng).half_of_pair(self.len() + 1, None);
        let count = first.params.len();
        let index = first.index;
        self.definitions.push(first);
        let second = Builder::new(self, rng).half_of_pair(index, Some(count));
        self.definitions.push(second);
    }
}

/// Puts a definition together.
struct Builder<'w> {
    world: &'w World,
    rng: &'w mut SplitMix64,
    def: Definition,
}

impl<'w> Builder<'w> {
    fn new(world: &'w World, rng: &'w mut SplitMix64) -> Self {
        const PARAMS: [&str; 10] = ["T", "U", "K", "V", "S", "L", "Item", "Value", "A", "B"];
        const MODULE_NAMES: [&str; 15] = [
            "Vec", "String", "Box", "Option", "HeatMap", "BTreeMap", "Map", "HashMap", "Cow", "Rc", "Result", "Page",
            "Log", "Cell", "Id",
        ];
        let index = world.len();
        let count = rng.pick(&[1, 1, 1, 1, 2, 2, 2, 3, 3, 4]);
        let first = rng.below(PARAMS.len());
        let params = (0..count).map(|at| Param {
            name: PARAMS[(first + at * 3) % PARAMS.len()],
            kind: if rng.chance(18) { Kind::Model } else { Kind::Any },
            clone: false,
            ord: false,
            default: None,
            in_clause: rng.chance(50),
            by_supertrait: false,
        });
        let params = params.collect();
        let module = rng.chance(22);
        let name = if module { rng.pick(&MODULE_NAMES).to_owned() } else { format!("G{index}") };
        let def = Definition {
            index,
            name,
            module,
            imported: None,
            lifetime: rng.chance(18),
            params,
            constant: rng.chance(8),
            attributes: Vec::new(),
            bound: None,
            body: Body::Struct(Fields::Unit),
            declared: Leaves::new(),
            higher_ranked: None,
            ordered_by: None,
            keys: BTreeSet::new(),
            provided: Leaves::new(),
            into: None,
            is_half: false,
            serialize: rng.pick(&["Serialize", "Serialize", "serde::Serialize", "Json"]),
            weight: 0,
        };
        Self { world, rng, def }
    }

    /// A parameter of this kind, if there is one.
    fn param(&mut self, kind: Kind) -> Option<usize> {
        let of_kind: Vec<_> = (0..self.def.params.len()).filter(|at| self.def.params[*at].kind == kind).collect();
        (!of_kind.is_empty()).then(|| self.rng.pick(&of_kind))
    }

    fn plain(&mut self) -> Ty {
        Ty::Plain(
            self.rng.pick(&["u8", "i64", "bool", "f64", "char", "String", "()", "u32", "User", "Colour", "Mixed"]),
        )
    }

    /// A parameter or an associated type.
    fn leaf(&mut self) -> Ty {
        match self.param(Kind::Model) {
            Some(param) if self.rng.chance(60) => {
                let assoc = self.rng.pick(&[Assoc::Entity, Assoc::Key, Assoc::Row]);
                // In the qualified form it is the parameter that serde takes to be mentioned.
                Ty::Assoc { param, assoc, qualified: self.rng.chance(15) }
            }
            _ => match self.param(Kind::Any) {
                Some(param) => Ty::Param(param),
                None => self.plain(),
            },
        }
    }

    /// The type of a field, or of a part of it.
    fn ty(&mut self, depth: usize) -> Ty {
        if self.rng.chance(if depth == 0 { 25 } else { 45 }) {
            return self.leaf();
        }
        if depth >= 3 || self.rng.chance(12) {
            return self.plain();
        }
        match self.rng.below(20) {
            0..6 => self.constructed(depth),
            6..12 => self.defined(depth, |_| true).unwrap_or_else(|| self.constructed(depth)),
            12..15 => self.map(depth),
            15 if self.def.lifetime => {
                let constructor = &BORROWING[self.rng.below(BORROWING.len())];
                Ty::Of(constructor, vec![self.ty(depth + 1)])
            }
            15 | 16 if self.def.lifetime => Ty::Text,
            15 | 16 => {
                let count = 1 + self.rng.below(3);
                Ty::Array(Box::new(self.ty(depth + 1)), count)
            }
            17 => {
                let count = 1 + self.rng.below(3);
                Ty::Tuple((0..count).map(|_| self.ty(depth + 1)).collect())
            }
            18 => self.phantom(),
            _ => self.leaf(),
        }
    }

    fn constructed(&mut self, depth: usize) -> Ty {
        let constructor = &CONSTRUCTORS[self.rng.below(CONSTRUCTORS.len())];
        let count = if constructor.name.contains("{1}") { 2 } else { 1 };
        Ty::Of(constructor, (0..count).map(|_| self.ty(depth + 1)).collect())
    }

    fn phantom(&mut self) -> Ty {
        let function = self.rng.chance(30);
        let of = match self.rng.below(4) {
            0 => Ty::Plain("NotJson"),
            1 => self.ty(2),
            _ => self.leaf(),
        };
        Ty::Phantom { of: Box::new(of), function }
    }

    fn map(&mut self, depth: usize) -> Ty {
        let form = self.rng.pick(&[
            MapForm::Std,
            MapForm::Std,
            MapForm::Table,
            MapForm::Flipped,
            MapForm::StringMap,
            MapForm::HashMap,
        ]);
        let key = match form {
            MapForm::StringMap => Ty::Plain("String"),
            MapForm::HashMap => Ty::Plain(self.rng.pick(&["String", "u8", "bool"])),
            _ => self.key(),
        };
        Ty::Map { form, key: Box::new(key), value: Box::new(self.ty(depth + 1)) }
    }

    /// The key of a map.
    fn key(&mut self) -> Ty {
        match self.rng.below(10) {
            0..4 => self.param(Kind::Any).map(Ty::Param),
            4 => self.param(Kind::Any).map(|param| Ty::Of(&OPTION, vec![Ty::Param(param)])),
            5 | 6 => self.param(Kind::Model).map(|param| Ty::Assoc { param, assoc: Assoc::Key, qualified: false }),
            7 | 8 => self.defined(2, |definition| definition.ordered_by.is_some()),
            _ => None,
        }
        .unwrap_or_else(|| self.plain_key())
    }

    fn plain_key(&mut self) -> Ty {
        Ty::Plain(self.rng.pick(&[
            "String",
            "&'static str",
            "u8",
            "i64",
            "bool",
            "char",
            "Colour",
            "Number",
            "Mixed",
            "Any",
        ]))
    }

    /// A generated type with random arguments.
    fn defined(&mut self, depth: usize, is_wanted: impl Fn(&Definition) -> bool) -> Option<Ty> {
        let world = self.world;
        let lifetime = self.def.lifetime;
        let fitting: Vec<_> = (0..world.len())
            .filter(|index| {
                let definition = world.get(*index);
                definition.weight <= MAX_NESTED_WEIGHT
                    && (lifetime || !definition.lifetime)
                    && definition.can_be_nested()
                    && is_wanted(definition)
            })
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let index = self.rng.pick(&fitting);
        let arguments =
            (0..world.get(index).params.len()).map(|at| self.argument(world.get(index), at, depth)).collect();
        let via = if self.rng.chance(20) { Via::Alias } else { Via::Name };
        Some(Ty::Defined(index, arguments, via))
    }

    /// An argument for a parameter of another definition.
    fn argument(&mut self, of: &Definition, at: usize, depth: usize) -> Ty {
        let Param { kind, clone, ord, .. } = of.params[at];
        let is_written = of.provided.contains(&Leaf::Param(at)) || of.declared.contains(&Leaf::Param(at));
        if kind == Kind::Model {
            let leaves = of.provided.union(&of.declared).copied().collect();
            return match self.param(Kind::Model) {
                Some(param) if self.rng.chance(70) => Ty::Param(param),
                _ => Ty::Plain(self.rng.pick(&models(at, &leaves, false))),
            };
        }
        if clone || ord {
            return match self.param(Kind::Any) {
                Some(param) if self.rng.chance(70) => {
                    self.def.params[param].clone |= clone;
                    self.def.params[param].ord |= ord;
                    Ty::Param(param)
                }
                _ => self.plain_key(),
            };
        }
        if of.keys.contains(&at) {
            return self.key();
        }
        if !is_written && self.rng.chance(30) {
            return Ty::Plain("NotJson");
        }
        self.ty(depth + 1)
    }

    /// A type that leads back to this one, or to its partner, and has small values.
    fn recursion(&mut self, to: usize, may_be_receiver: bool) -> Ty {
        let count = self.def.params.len();
        let mut arguments: Vec<_> = (0..count).map(Ty::Param).collect();
        // Through an alias it is not seen that a bound on the type would have to be proven by itself. Such bounds are made
        // where a parameter has a trait that may have associated types.
        let may_be_hidden = self.def.params.iter().all(|param| param.kind == Kind::Any);
        let mut via = if may_be_hidden && self.rng.chance(25) { Via::Alias } else { Via::Name };
        if may_be_receiver && self.rng.chance(20) {
            via = Via::Receiver;
        } else if may_be_hidden && self.rng.chance(60) {
            // Swaps two, or replaces one: then what is asked of others has to hold for the same types again.
            let (a, b) = (self.rng.below(count), self.rng.below(count));
            if self.def.params[a].kind == self.def.params[b].kind {
                arguments.swap(a, b);
            }
            if self.rng.chance(15) && self.def.params[a].kind == Kind::Any {
                arguments[a] = Ty::Plain(self.rng.pick(&["u8", "String", "Colour"]));
            }
        }
        let target = Ty::Defined(to, arguments, via);
        let of = |constructor, inner| Ty::Of(constructor, vec![inner]);
        match self.rng.below(9) {
            0 => of(&OPTION, of(&RC, target)),
            1 => of(&OPTION, of(&POINTER, target)),
            2 => of(&MAYBE, of(&OWN, target)),
            3 => of(&VEC, target),
            4 => Ty::Map {
                form: self.rng.pick(&[MapForm::StringMap, MapForm::HashMap, MapForm::Std]),
                key: Box::new(Ty::Plain("String")),
                value: Box::new(target),
            },
            5 => match self.wrapper() {
                Some(index) => of(&VEC, Ty::Defined(index, vec![target], Via::Name)),
                None => of(&OPTION, of(&BOX, target)),
            },
            _ => of(&OPTION, of(&BOX, target)),
        }
    }

    /// A definition with one parameter, of which nothing is asked but that it is written.
    fn wrapper(&mut self) -> Option<usize> {
        let is_wrapper = |definition: &Definition| {
            let [param] = definition.params.as_slice() else { return false };
            param.kind == Kind::Any
                && !param.clone
                && !param.ord
                && !definition.lifetime
                && definition.declared.is_empty()
                && definition.keys.is_empty()
                && definition.into.is_none()
                && definition.can_be_nested()
                && definition.weight <= MAX_NESTED_WEIGHT / 2
        };
        let wrappers: Vec<_> = (0..self.world.len()).filter(|index| is_wrapper(self.world.get(*index))).collect();
        (!wrappers.is_empty()).then(|| self.rng.pick(&wrappers))
    }

    /// A type whose entries may be spliced into another object, known by its argument alone.
    fn spliced(&mut self) -> Ty {
        let inner = match self.rng.below(3) {
            0 => self.defined(1, |_| true).filter(Ty::is_generic).unwrap_or_else(|| self.leaf()),
            1 => {
                let value = Box::new(self.leaf());
                Ty::Map { form: MapForm::StringMap, key: Box::new(Ty::Plain("String")), value }
            }
            _ => self.leaf(),
        };
        match self.rng.below(8) {
            0 => Ty::Of(&OPTION, vec![inner]),
            1 => Ty::Of(&MAYBE, vec![inner]),
            2 => Ty::Of(&OWN, vec![inner]),
            3 => Ty::Of(&BOX, vec![inner]),
            _ => inner,
        }
    }

    fn fields_named(&mut self, count: usize, flatten: bool) -> Vec<Field> {
        let names = names::fields(self.rng, count);
        let fields = names.into_iter().enumerate();
        fields.map(|(number, name)| self.field(name, number, flatten)).collect()
    }

    fn field(&mut self, name: &'static str, number: usize, flatten: bool) -> Field {
        let mut field = Field { name, attributes: Vec::new(), bound: None, writer: Writer::Type, ty: Ty::Plain("u8") };
        if flatten && self.rng.chance(15) {
            let ty = self.spliced();
            // What can never be spliced is refused where it is known, and so generated where it is not.
            if ty.is_generic() {
                field.attributes.push(String::from("flatten"));
                field.ty = ty;
                return self.bounded(field);
            }
        }
        field.ty = match self.rng.below(100) {
            0..9 => self.recursion(self.def.index, true),
            9..12 => {
                let of = if self.rng.chance(50) { Ty::Plain("NotJson") } else { self.ty(1) };
                Ty::Array(Box::new(of), 0)
            }
            _ => self.ty(0),
        };
        if !name.is_empty() {
            field.attributes.extend(renames(self.rng, number));
        }
        match self.rng.below(100) {
            0..6 => {
                field.writer = Writer::Nothing;
                field.attributes.push(String::from(self.rng.pick(&["skip", "skip_serializing"])));
            }
            6..12 => field.writer = Writer::Opaque,
            12..15 => {
                field.writer = Writer::Through;
                // Its bound is on what serde's `bound` can name, or needs none.
                let world = self.world;
                let is_unnamed = |ty: &Ty| match ty {
                    Ty::Plain("NotJson") | Ty::Assoc { assoc: Assoc::Row, .. } => true,
                    Ty::Defined(index, ..) => {
                        let params = world.find(*index).map_or(&self.def.params, |of| &of.params);
                        params.iter().any(|param| param.kind == Kind::Model)
                    }
                    _ => false,
                };
                if field.ty.any(is_unnamed) {
                    field.writer = Writer::Opaque;
                }
            }
            15..27 if !name.is_empty() => {
                let predicate = match &field.ty {
                    Ty::Of(constructor, _) if *constructor == &OPTION => "Option::is_none",
                    Ty::Of(constructor, _) if *constructor == &VEC => "Vec::is_empty",
                    _ => self.rng.pick(&["always", "never", "sometimes"]),
                };
                // Where the type has another meaning for the standard name, so has the path.
                let predicate = match predicate.split_once("::") {
                    Some(("Option", name)) => format!("std::option::Option::{name}"),
                    Some((_, name)) => format!("std::vec::Vec::{name}"),
                    None => predicate.to_owned(),
                };
                field.attributes.push(format!("skip_serializing_if = \"{predicate}\""));
            }
            _ => {}
        }
        self.bounded(field)
    }

    /// The field, perhaps with a `bound`. A function that asks for one always has it.
    fn bounded(&mut self, mut field: Field) -> Field {
        let is_through = field.writer == Writer::Through;
        if is_through || (field.writer != Writer::Nothing && self.rng.chance(9)) {
            let bound = Bound { leaves: Leaves::new(), form: BoundForm::random(self.rng) };
            field.bound = Some(bound);
        }
        field
    }

    fn unnamed(&mut self, count: usize) -> Vec<Field> {
        (0..count).map(|number| self.field("", number, false)).collect()
    }

    fn container_names(&mut self) {
        if self.rng.chance(20) {
            let (rule, other) = (names::rule(self.rng), names::rule(self.rng));
            let attributes: &[String] = match self.rng.below(4) {
                0 => &[format!("rename_all(serialize = \"{rule}\")"), format!("rename_all(deserialize = \"{other}\")")],
                1 => &[format!("rename_all(deserialize = \"{other}\")"), format!("rename_all(serialize = \"{rule}\")")],
                2 => &[format!("rename_all(deserialize = \"{other}\", serialize = \"{rule}\")")],
                _ => &[format!("rename_all = \"{rule}\"")],
            };
            self.def.attributes.extend_from_slice(attributes);
        }
        if self.rng.chance(8) {
            self.def.attributes.push(format!("rename = \"{}\"", names::rename(self.rng, 0)));
        }
    }

    fn named_struct(mut self) -> Definition {
        self.container_names();
        if self.rng.chance(8) {
            self.def.attributes.push(String::from("tag = \"@struct\""));
        }
        let count = 1 + self.rng.below(5);
        self.def.body = Body::Struct(Fields::Named(self.fields_named(count, true)));
        self.finish()
    }

    fn tuple_struct(mut self) -> Definition {
        let count = 2 + self.rng.below(3);
        self.def.body = Body::Struct(Fields::Unnamed(self.unnamed(count)));
        self.finish()
    }

    fn plain_field(&mut self, name: &'static str, ty: Ty) -> Field {
        let field = Field { name, attributes: Vec::new(), bound: None, writer: Writer::Type, ty };
        self.bounded(field)
    }

    /// `struct D<T>(…);`, with all parameters in the one field.
    fn newtype(mut self) -> Definition {
        self.def.params.truncate(1);
        let param = Ty::Param(0);
        let ty = if self.def.params[0].kind == Kind::Model {
            let assoc = self.rng.pick(&[Assoc::Entity, Assoc::Key, Assoc::Row]);
            Ty::Assoc { param: 0, assoc, qualified: false }
        } else {
            match self.rng.below(5) {
                0 => param,
                1 => {
                    let constructor = &CONSTRUCTORS[self.rng.below(CONSTRUCTORS.len())];
                    let count = if constructor.name.contains("{1}") { 2 } else { 1 };
                    Ty::Of(constructor, vec![param; count])
                }
                2 => Ty::Map { form: MapForm::StringMap, key: Box::new(Ty::Plain("String")), value: Box::new(param) },
                3 => Ty::Tuple(vec![param]),
                _ => self.ty(0),
            }
        };
        // A typed id stays one.
        let of_id = self.defined(1, |definition| definition.ordered_by.is_some());
        let ty = match of_id {
            Some(id) if self.rng.chance(30) => {
                let is_plain = self.def.params[0].kind == Kind::Any && !self.def.lifetime && !self.def.constant;
                if is_plain && id.is_generic() {
                    self.def.ordered_by = Some("0");
                }
                id
            }
            _ => ty,
        };
        let field = self.plain_field("", ty);
        self.def.body = Body::Struct(Fields::Unnamed(vec![field]));
        let mut used = BTreeSet::new();
        self.def.fields().for_each(|(_, field)| field.ty.used(self.def.index, &mut used));
        if used.is_empty() {
            self.def.ordered_by = None;
            let field = self.plain_field("", Ty::Of(&VEC, vec![Ty::Param(0)]));
            if self.def.params[0].kind == Kind::Any {
                self.def.body = Body::Struct(Fields::Unnamed(vec![field]));
            } else {
                return self.tuple_struct();
            }
        }
        self.finish()
    }

    fn transparent(mut self) -> Definition {
        self.def.attributes.push(String::from("transparent"));
        // serde's derive knows `PhantomData` by its name, and looks for another field.
        let ty = match self.ty(0) {
            Ty::Phantom { .. } => self.leaf(),
            ty => ty,
        };
        let phantom = |param: usize| Ty::Phantom { of: Box::new(Ty::Param(param)), function: false };
        let named = self.rng.chance(60);
        let mut fields = vec![self.plain_field(if named { "inner" } else { "" }, ty)];
        for param in 0..self.def.params.len() {
            let name = if named { ["of_0", "of_1", "of_2", "of_3"][param] } else { "" };
            let mut field = self.plain_field(name, phantom(param));
            // Without the attribute serde leaves it out all the same.
            if self.rng.chance(60) {
                field.writer = Writer::Nothing;
                field.bound = None;
                field.attributes.push(String::from("skip"));
            }
            fields.push(field);
        }
        self.def.body = Body::Struct(if named { Fields::Named(fields) } else { Fields::Unnamed(fields) });
        self.finish()
    }

    /// A key with parameters that only tell apart what it is a key of.
    fn typed_id(mut self) -> Definition {
        self.def.attributes.push(String::from("transparent"));
        self.def.lifetime = false;
        self.def.constant = false;
        for param in &mut self.def.params {
            param.kind = Kind::Any;
        }
        let named = self.rng.chance(60);
        let key = self.rng.pick(&["u64", "String", "u8", "i64", "Colour"]);
        let mut fields = vec![self.plain_field(if named { "raw" } else { "" }, Ty::Plain(key))];
        let of = Ty::Tuple((0..self.def.params.len()).map(Ty::Param).collect());
        let function = self.rng.chance(40);
        let mut field = self.plain_field(if named { "of" } else { "" }, Ty::Phantom { of: Box::new(of), function });
        field.bound = None;
        if self.rng.chance(60) {
            field.writer = Writer::Nothing;
            field.attributes.push(String::from("skip"));
        }
        fields.push(field);
        self.def.ordered_by = Some(if named { "raw" } else { "0" });
        self.def.body = Body::Struct(if named { Fields::Named(fields) } else { Fields::Unnamed(fields) });
        self.finish()
    }

    fn enumeration(mut self) -> Definition {
        let tagging = self.rng.pick(&[
            Tagging::External,
            Tagging::External,
            Tagging::Internal,
            Tagging::Internal,
            Tagging::Adjacent,
            Tagging::Untagged,
        ]);
        match tagging {
            Tagging::External => {}
            Tagging::Internal => self.def.attributes.push(String::from("tag = \"@tag\"")),
            Tagging::Adjacent => self.def.attributes.push(String::from("tag = \"@tag\", content = \"@content\"")),
            Tagging::Untagged => self.def.attributes.push(String::from("untagged")),
        }
        self.container_names();
        if self.rng.chance(15) {
            self.def.attributes.push(format!("rename_all_fields = \"{}\"", names::rule(self.rng)));
        }
        let count = 1 + self.rng.below(4);
        let first_untagged = if self.rng.chance(20) { self.rng.below(count) + 1 } else { count };
        let mut variants = Vec::new();
        for (number, name) in names::variants(self.rng, count).into_iter().enumerate() {
            let is_untagged = number >= first_untagged && tagging != Tagging::Untagged;
            let mut attributes = Vec::new();
            if is_untagged {
                attributes.push(String::from("untagged"));
            } else if tagging != Tagging::Untagged {
                attributes.extend(renames(self.rng, number));
            }
            let fields = self.variant_fields(tagging == Tagging::Internal);
            if matches!(fields, Fields::Named(_)) && self.rng.chance(12) {
                attributes.push(format!("rename_all = \"{}\"", names::rule(self.rng)));
            }
            let skipped = number > 0 && !is_untagged && self.rng.chance(5);
            if skipped {
                attributes.push(String::from("skip"));
            }
            let bound = self.rng.chance(7).then(|| Bound { leaves: Leaves::new(), form: BoundForm::random(self.rng) });
            let bound = bound.filter(|_| !skipped);
            variants.push(Variant { name, attributes, bound, fields, skipped });
        }
        self.def.body = Body::Enum(variants);
        self.finish()
    }

    fn variant_fields(&mut self, is_internal: bool) -> Fields {
        let named = |builder: &mut Self| {
            let count = builder.rng.below(4);
            Fields::Named(builder.fields_named(count, true))
        };
        match self.rng.below(8) {
            0 => Fields::Unit,
            1..4 => named(self),
            4..7 if is_internal => {
                let ty = self.spliced();
                if !ty.is_generic() {
                    return named(self);
                }
                Fields::Unnamed(vec![self.plain_field("", ty)])
            }
            _ if is_internal => named(self),
            4..6 => {
                let ty = self.ty(0);
                Fields::Unnamed(vec![self.plain_field("", ty)])
            }
            6 => {
                let ty = self.recursion(self.def.index, true);
                Fields::Unnamed(vec![self.plain_field("", ty)])
            }
            _ => {
                let count = 2 + self.rng.below(2);
                Fields::Unnamed(self.unnamed(count))
            }
        }
    }

    /// Fields that can be cloned, and moved one by one.
    fn helper(mut self) -> Definition {
        self.def.lifetime = false;
        self.def.constant = false;
        for param in &mut self.def.params {
            param.kind = Kind::Any;
        }
        self.def.serialize = "Serialize";
        self.container_names();
        let count = self.def.params.len();
        let mut fields = Vec::new();
        for (number, name) in names::fields(self.rng, count + 1).into_iter().enumerate() {
            let param = Ty::Param(number.min(count - 1));
            let ty = match self.rng.below(5) {
                _ if number == count => Ty::Plain("u8"),
                0 => Ty::Of(&OPTION, vec![param]),
                1 => Ty::Of(&VEC, vec![param]),
                2 => Ty::Phantom { of: Box::new(param), function: false },
                _ => param,
            };
            let mut field = self.plain_field(name, ty);
            let can_be_flat =
                matches!(&field.ty, Ty::Param(_)) || field.ty.any(|ty| matches!(ty, Ty::Of(c, _) if *c == &OPTION));
            if can_be_flat && self.rng.chance(50) {
                field.attributes.push(String::from("flatten"));
            }
            fields.push(field);
        }
        self.def.body = Body::Struct(Fields::Named(fields));
        self.finish()
    }

    /// The type of which the last definition is the form in JSON.
    fn converted(mut self) -> Definition {
        let target = self.world.get(self.def.index - 1).clone();
        self.def.lifetime = false;
        self.def.constant = false;
        self.def.params.clone_from(&target.params);
        for param in &mut self.def.params {
            param.default = None;
            param.clone = true;
        }
        let Body::Struct(Fields::Named(fields)) = &target.body else { unreachable!("a helper has named fields") };
        let fields = fields.iter().map(|field| Field {
            name: field.name,
            attributes: Vec::new(),
            bound: None,
            writer: Writer::Type,
            ty: field.ty.clone(),
        });
        self.def.body = Body::Struct(Fields::Named(fields.collect()));
        self.def.into = Some(target.index);
        self.finish()
    }

    /// One of two types with the same parameters, each written in both.
    fn half_of_pair(mut self, other: usize, count: Option<usize>) -> Definition {
        const PARAMS: [&str; 4] = ["T", "U", "K", "V"];
        let count = count.unwrap_or(1 + self.rng.below(3));
        self.def.is_half = true;
        self.def.serialize = "Serialize";
        self.def.lifetime = false;
        self.def.constant = false;
        self.def.module = false;
        self.def.name = format!("G{}", self.def.index);
        let in_clause = self.rng.chance(50);
        let param = |name| Param {
            name,
            kind: Kind::Any,
            clone: false,
            ord: false,
            default: None,
            in_clause,
            by_supertrait: false,
        };
        self.def.params = PARAMS[..count].iter().copied().map(param).collect();
        let names = names::fields(self.rng, count + 1);
        let mut fields = Vec::new();
        for (at, name) in names.into_iter().enumerate() {
            let ty = match self.rng.below(3) {
                _ if at == count => self.recursion(other, false),
                0 => Ty::Of(&OPTION, vec![Ty::Param(at)]),
                _ => Ty::Param(at),
            };
            fields.push(Field { name, attributes: Vec::new(), bound: None, writer: Writer::Type, ty });
        }
        self.def.body = Body::Struct(Fields::Named(fields));
        self.finish()
    }

    /// Uses all parameters, and provides for what is needed.
    fn finish(mut self) -> Definition {
        self.use_params();
        if self.def.ordered_by.is_none() {
            if self.rng.chance(13) {
                self.def.bound = Some(Bound { leaves: Leaves::new(), form: BoundForm::random(self.rng) });
            }
            if !self.def.is_half {
                self.declare();
            }
        }
        self.find_keys();
        if let Some(into) = self.def.into {
            self.def.keys = self.def.keys.union(&self.world.get(into).keys).copied().collect();
        }
        if self.is_recursive() || self.def.fields().any(|(_, field)| field.writer == Writer::Through) {
            self.def.serialize = "Serialize";
        }
        self.state_no_guesses();
        self.agree();
        self.provide();
        if self.states_too_little() {
            self.state_nothing();
            self.provide();
        }
        let is_bounded = |param: &Param| param.clone || param.ord;
        if !self.def.declared.is_empty() || self.def.params.iter().any(is_bounded) {
            self.def.ordered_by = None;
        }
        let world = self.world;
        self.def.weight = 1 + self.def.fields().map(|(_, field)| weight(&field.ty, world)).sum::<usize>();
        if self.def.module {
            let named: Vec<_> = self
                .def
                .uses()
                .into_iter()
                .filter(|index| world.find(*index).is_some_and(|of| of.module && of.name != self.def.name))
                .collect();
            if !named.is_empty() && self.rng.chance(60) {
                self.def.imported = Some(self.rng.pick(&named));
            }
        }
        self.def
    }

    /// Finds the parameters that stand in keys: all of them where a recursion may have swapped them.
    fn find_keys(&mut self) {
        let mut keys = BTreeSet::new();
        let mut is_recursive = false;
        for (_, field) in self.def.fields() {
            field.ty.ordered(self.world, &mut keys);
            is_recursive |= field.ty.any(|ty| matches!(ty, Ty::Defined(index, ..) if *index >= self.def.index));
        }
        if is_recursive && !keys.is_empty() {
            keys.extend((0..self.def.params.len()).filter(|at| self.def.params[*at].kind == Kind::Any));
        }
        self.def.keys = keys;
    }

    /// Declares bounds and defaults that nothing needs.
    fn declare(&mut self) {
        let count = self.def.params.len();
        let is_recursive = self.is_recursive();
        for at in 0..count {
            if self.rng.chance(7) {
                self.def.declared.insert(Leaf::Param(at));
                self.def.params[at].by_supertrait = !is_recursive && self.rng.chance(25);
            }
            if self.def.params[at].kind == Kind::Any && self.rng.chance(4) {
                self.def.params[at].clone = true;
            }
        }
        let last = count - 1;
        if self.def.params[last].kind == Kind::Any && self.rng.chance(12) {
            self.def.params[last].default = Some(Ty::Plain("u8"));
        }
        if self.rng.chance(3) && self.def.params[0].kind == Kind::Any {
            self.def.higher_ranked = Some(0);
            self.def.declared.insert(Leaf::Param(0));
        }
    }

    /// Where bounds are stated, what is certain to be written is bounded all the same, and the names of containers are a
    /// guess: no bounds are stated where another type has such a name.
    fn state_no_guesses(&mut self) {
        const CONTAINERS: [&str; 6] = ["Vec", "Box", "Option", "BTreeMap", "HashMap", "Result"];
        const OTHERS: [&str; 3] = ["Cow", "Rc", "Cell"];
        let world = self.world;
        let is_guessed = |ty: &Ty| {
            ty.any(|ty| match ty {
                Ty::Defined(index, _, Via::Name) => world
                    .find(*index)
                    .is_some_and(|of| of.module && CONTAINERS.iter().chain(&OTHERS).any(|name| of.name == *name)),
                _ => false,
            })
        };
        if self.def.fields().any(|(_, field)| is_guessed(&field.ty)) {
            self.state_nothing();
        }
    }

    fn state_nothing(&mut self) {
        self.def.bound = None;
        for field in self.def.fields_mut().filter(|field| field.writer != Writer::Through) {
            field.bound = None;
        }
        if let Body::Enum(variants) = &mut self.def.body {
            variants.iter_mut().for_each(|variant| variant.bound = None);
        }
    }

    /// Whether a field leads back to the type.
    fn is_recursive(&self) -> bool {
        let is_own = |ty: &Ty| matches!(ty, Ty::Defined(index, ..) if *index >= self.def.index);
        self.def.fields().any(|(_, field)| field.ty.any(is_own))
    }

    /// Whether a bound names one associated type of a parameter, where another may be written by a type around the
    /// parameter: what is stated is taken to be all.
    fn states_too_little(&self) -> bool {
        let is_assoc = |leaf: &Leaf| matches!(leaf, Leaf::Assoc(..));
        let is_around = |ty: &Ty| {
            let is_model = |ty: &Ty| matches!(ty, Ty::Param(param) if self.def.params[*param].kind == Kind::Model);
            ty.any(|ty| matches!(ty, Ty::Defined(_, parts, _) if parts.iter().any(is_model)))
        };
        self.def.bounds().any(|bound| bound.leaves.iter().any(is_assoc))
            && self.def.fields().any(|(_, field)| is_around(&field.ty))
    }

    /// A parameter that no field uses is one that Rust refuses.
    fn use_params(&mut self) {
        let mut used = BTreeSet::new();
        self.def.fields().for_each(|(_, field)| field.ty.used(self.def.index, &mut used));
        let unused: Vec<_> = (0..self.def.params.len()).filter(|at| !used.contains(at)).collect();
        let mut borrows = false;
        for (_, field) in self.def.fields() {
            borrows |= field.ty.any(|ty| match ty {
                Ty::Text => true,
                Ty::Of(constructor, _) => constructor.name.contains("'a"),
                Ty::Defined(index, ..) => self.world.find(*index).is_some_and(|of| of.lifetime),
                _ => false,
            });
        }
        self.def.lifetime = borrows;
        if unused.is_empty() {
            return;
        }
        let is_transparent = self.def.attributes.iter().any(|attribute| attribute == "transparent");
        let of = Ty::Tuple(unused.into_iter().map(Ty::Param).collect());
        let ty = Ty::Phantom { of: Box::new(of), function: self.rng.chance(20) };
        let mut field = Field { name: "", attributes: Vec::new(), bound: None, writer: Writer::Type, ty };
        if is_transparent || self.rng.chance(50) {
            field.writer = Writer::Nothing;
            field.attributes.push(String::from("skip"));
        }
        match &mut self.def.body {
            Body::Struct(Fields::Unit) => self.def.body = Body::Struct(Fields::Unnamed(vec![field])),
            Body::Struct(Fields::Unnamed(fields)) => fields.push(field),
            Body::Struct(Fields::Named(fields)) => fields.push(Field { name: "marker", ..field }),
            // Untagged variants come last.
            Body::Enum(variants) => variants.insert(
                0,
                Variant {
                    name: "Marker",
                    attributes: Vec::new(),
                    bound: None,
                    fields: Fields::Named(vec![Field { name: "marker", ..field }]),
                    skipped: false,
                },
            ),
        }
    }

    /// What a recursion asks of the parameter that it puts in the place of another.
    fn agree(&mut self) {
        loop {
            let mut params = self.def.params.clone();
            for (_, field) in self.def.fields() {
                field.ty.visit(&mut |ty| {
                    let Ty::Defined(index, arguments, _) = ty else { return };
                    if *index != self.def.index {
                        return;
                    }
                    for (param, argument) in self.def.params.iter().zip(arguments) {
                        if let Ty::Param(by) = argument {
                            params[*by].clone |= param.clone;
                            params[*by].ord |= param.ord;
                        }
                    }
                });
            }
            let changed =
                params.iter().zip(&self.def.params).any(|(new, old)| (new.clone, new.ord) != (old.clone, old.ord));
            self.def.params = params;
            if !changed {
                return;
            }
        }
    }

    /// Completes bounds until everything that is written can be.
    fn provide(&mut self) {
        loop {
            self.def.provided = provided(self.world, &self.def);
            let mut changed = false;
            let this = self.def.clone();
            let of = |index: usize| provided_by(self.world, &this, index);
            let mut needed = Leaves::new();
            match self.def.into {
                Some(into) => needed.extend(self.world.get(into).provided.iter().copied()),
                None => {
                    for (variant, field) in self.def.fields() {
                        let skipped = variant.is_some_and(|variant| variant.skipped);
                        if !skipped && matches!(field.writer, Writer::Type | Writer::Through) {
                            field.ty.needs(&of, &mut needed);
                        }
                    }
                }
            }
            // The function's own bound has to be stated: no field that this trait writes tells it.
            for field in self.def.fields_mut().filter(|field| field.writer == Writer::Through) {
                let bound = field.bound.as_mut().expect("`bounded` gave it one");
                let before = bound.leaves.len();
                field.ty.needs(&of, &mut bound.leaves);
                changed |= bound.leaves.len() > before;
            }
            if changed {
                continue;
            }
            // What a type declares has to hold wherever it is named.
            let declared_by = |index: usize| {
                let definition = if index == self.def.index { Some(&self.def) } else { self.world.find(index) };
                definition.map(|definition| definition.declared.clone()).unwrap_or_default()
            };
            let mut declared = Leaves::new();
            let into = self.def.into.map(|into| {
                let params = (0..self.def.params.len()).map(Ty::Param).collect();
                Ty::Defined(into, params, Via::Name)
            });
            for ty in self.def.fields().map(|(_, field)| &field.ty).chain(&into) {
                ty.visit(&mut |ty| {
                    if let Ty::Defined(index, arguments, _) = ty {
                        for leaf in declared_by(*index) {
                            let leaf = match leaf {
                                Leaf::Param(param) => arguments[param].clone(),
                                Leaf::Assoc(param, assoc) => {
                                    Ty::Assoc { param, assoc, qualified: false }.concrete(arguments)
                                }
                            };
                            leaf.needs(&of, &mut declared);
                        }
                    }
                });
            }
            let to_declare: Vec<_> = declared.difference(&self.def.declared).copied().collect();
            let missing: Vec<_> = needed.difference(&self.def.provided).copied().collect();
            if to_declare.is_empty() && missing.is_empty() {
                return;
            }
            if !to_declare.is_empty() {
                self.def.declared.extend(to_declare);
                continue;
            }
            for leaf in missing {
                let of_parts = self.rng.chance(75);
                let by_where = !self.def.is_half && self.rng.chance(15);
                let choice = self.rng.bits();
                let mut bounds = self.def.bounds_mut();
                if of_parts && !bounds.is_empty() {
                    let at = usize::try_from(choice % 8).expect("small") % bounds.len();
                    bounds[at].leaves.insert(leaf);
                } else if let Some(bound) = self.def.bound.as_mut().filter(|_| !by_where) {
                    bound.leaves.insert(leaf);
                } else {
                    self.def.declared.insert(leaf);
                }
            }
        }
    }
}

/// What serde's impl asks for.
fn provided(world: &World, definition: &Definition) -> Leaves {
    let mut provided = definition.declared.clone();
    provided.extend(definition.bound.iter().flat_map(|bound| bound.leaves.iter().copied()));
    if let Body::Enum(variants) = &definition.body {
        let bounds = variants.iter().filter_map(|variant| variant.bound.as_ref());
        provided.extend(bounds.flat_map(|bound| bound.leaves.iter().copied()));
    }
    for (variant, field) in definition.fields() {
        provided.extend(field.bound.iter().flat_map(|bound| bound.leaves.iter().copied()));
        let is_stated = definition.bound.is_some()
            || field.bound.is_some()
            || variant.is_some_and(|variant| variant.bound.is_some() || variant.skipped);
        if !is_stated && field.writer == Writer::Type {
            field.ty.inferred(world, &mut provided);
        }
    }
    provided
}

/// The same by number, of those that are there, the one that is defined, and its partner.
fn provided_by(world: &World, this: &Definition, index: usize) -> Leaves {
    if index == this.index {
        return this.provided.clone();
    }
    match world.find(index) {
        Some(definition) => definition.provided.clone(),
        None => (0..this.params.len()).map(Leaf::Param).collect(),
    }
}

/// How many leaves a value has, about.
fn weight(ty: &Ty, world: &World) -> usize {
    let all = |parts: &[Ty]| parts.iter().map(|part| weight(part, world)).sum::<usize>();
    match ty {
        Ty::Plain(_) | Ty::Text | Ty::Phantom { .. } => 1,
        Ty::Param(_) | Ty::Assoc { .. } => 3,
        Ty::Of(_, parts) | Ty::Tuple(parts) => all(parts) + 1,
        Ty::Array(part, len) => 1 + len * weight(part, world),
        Ty::Map { value, .. } => 2 + weight(value, world),
        Ty::Defined(index, parts, _) => world.find(*index).map_or(2, |of| of.weight) + all(parts),
    }
}

/// A `rename`, of one direction or both, in any order.
fn renames(rng: &mut SplitMix64, number: usize) -> Vec<String> {
    let (name, other) = (names::rename(rng, number), names::rename(rng, number));
    match rng.below(30) {
        0 => vec![format!("rename = \"{name}\"")],
        1 => vec![format!("rename(serialize = \"{name}\")")],
        2 => vec![format!("rename(serialize = \"{name}\")"), format!("rename(deserialize = \"{other}\")")],
        3 => vec![format!("rename(deserialize = \"{other}\")"), format!("rename(serialize = \"{name}\")")],
        4 => vec![format!("rename(deserialize = \"{other}\", serialize = \"{name}\")")],
        5 => vec![format!("rename(deserialize = \"{other}\")")],
        _ => Vec::new(),
    }
}

impl BoundForm {
    fn random(rng: &mut SplitMix64) -> Self {
        rng.pick(&[Self::Both, Self::Serialize, Self::Serialize, Self::Split, Self::SplitReversed, Self::TwoLists])
    }
}

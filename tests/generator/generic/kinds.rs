//! Puts a definition together: the kinds of structs and enums, their fields and attributes.

use std::collections::BTreeSet;

use super::builder::Builder;
use super::definition::{Body, Bound, BoundForm, Definition, Field, Fields, Kind, Param, Variant, Writer};
use super::ty::{Assoc, CONSTRUCTORS, Leaves, MapForm, OPTION, Ty, VEC};
use crate::names;
use crate::split_mix::SplitMix64;

#[derive(Clone, Copy, PartialEq)]
enum Tagging {
    External,
    Internal,
    Adjacent,
    Untagged,
}

impl Builder<'_> {
    pub(super) fn fields_named(&mut self, count: usize, flatten: bool) -> Vec<Field> {
        let names = names::fields(self.rng, count);
        let fields = names.into_iter().enumerate();
        fields.map(|(number, name)| self.field(name, number, flatten)).collect()
    }

    pub(super) fn field(&mut self, name: &'static str, number: usize, flatten: bool) -> Field {
        let mut field = Field { name, attributes: Vec::new(), bound: None, writer: Writer::Type, ty: Ty::Plain("u8") };
        if flatten && self.rng.chance(15) {
            let ty = self.spliced();
            // A type that can never be spliced is refused where it is known, and so generated where it is not.
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
                if field.ty.any(is_unnamed) || matches!(field.ty, Ty::Array(_, 0)) {
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
    pub(super) fn bounded(&mut self, mut field: Field) -> Field {
        let is_through = field.writer == Writer::Through;
        if is_through || (field.writer != Writer::Nothing && self.rng.chance(9)) {
            let bound = Bound { leaves: Leaves::new(), form: BoundForm::random(self.rng) };
            field.bound = Some(bound);
        }
        field
    }

    pub(super) fn unnamed(&mut self, count: usize) -> Vec<Field> {
        (0..count).map(|number| self.field("", number, false)).collect()
    }

    pub(super) fn container_names(&mut self) {
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

    pub(super) fn named_struct(mut self) -> Definition {
        self.container_names();
        if self.rng.chance(8) {
            self.def.attributes.push(String::from("tag = \"@struct\""));
        }
        let count = 1 + self.rng.below(5);
        self.def.body = Body::Struct(Fields::Named(self.fields_named(count, true)));
        self.finish()
    }

    pub(super) fn tuple_struct(mut self) -> Definition {
        let count = 2 + self.rng.below(3);
        self.def.body = Body::Struct(Fields::Unnamed(self.unnamed(count)));
        self.finish()
    }

    pub(super) fn plain_field(&mut self, name: &'static str, ty: Ty) -> Field {
        let field = Field { name, attributes: Vec::new(), bound: None, writer: Writer::Type, ty };
        self.bounded(field)
    }

    /// `struct D<T>(…);`, with all parameters in the one field.
    pub(super) fn newtype(mut self) -> Definition {
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

    pub(super) fn transparent(mut self) -> Definition {
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
    pub(super) fn typed_id(mut self) -> Definition {
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

    pub(super) fn enumeration(mut self) -> Definition {
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

    pub(super) fn variant_fields(&mut self, is_internal: bool) -> Fields {
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
    pub(super) fn helper(mut self) -> Definition {
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
    pub(super) fn converted(mut self) -> Definition {
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
    pub(super) fn half_of_pair(mut self, other: usize, count: Option<usize>) -> Definition {
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
    pub(super) fn random(rng: &mut SplitMix64) -> Self {
        rng.pick(&[Self::Both, Self::Serialize, Self::Serialize, Self::Split, Self::SplitReversed, Self::TwoLists])
    }
}

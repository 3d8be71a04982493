//! Random generic definitions: what they consist of.

use std::collections::BTreeSet;

use super::builder::Builder;
use super::ty::{Leaves, Ty};
use crate::split_mix::SplitMix64;

/// All definitions so far. One refers to earlier ones, to itself, and in pairs to its partner.
#[derive(Default)]
pub(crate) struct World {
    definitions: Vec<Definition>,
}

/// A struct or an enum with type parameters.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties")]
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
    /// The parameters that the type declares to be `Serialize`.
    pub(crate) declared: Leaves,
    /// `for<'x> &'x T: Serialize`, of a type that is not nested in others.
    pub(crate) higher_ranked: Option<usize>,
    /// Orders the values, with no bound on the parameters.
    pub(crate) ordered_by: Option<&'static str>,
    /// The parameters that stand in the keys of maps.
    pub(crate) keys: BTreeSet<usize>,
    /// The bounds of serde's impl.
    pub(crate) provided: Leaves,
    /// The type that it is written as.
    pub(crate) into: Option<usize>,
    /// One of two that lead to each other: each takes the other to ask that all parameters are written, and no more.
    pub(super) is_half: bool,
    /// Named in the `bound`s.
    pub(crate) serialize: &'static str,
    pub(super) weight: usize,
}

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties")]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) clone: bool,
    pub(crate) ord: bool,
    pub(crate) default: Option<Ty>,
    /// Its declarations stand in the where clause.
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

/// The writer of a field.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Writer {
    Type,
    Nothing,
    /// A function for any type.
    Opaque,
    /// A function for types that can be written.
    Through,
}

impl Fields {
    pub(crate) fn as_slice(&self) -> &[Field] {
        match self {
            Self::Unit => &[],
            Self::Unnamed(fields) | Self::Named(fields) => fields,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [Field] {
        match self {
            Self::Unit => &mut [],
            Self::Unnamed(fields) | Self::Named(fields) => fields,
        }
    }
}

impl Definition {
    /// A bound by a trait of the user's that brings serde's with it cannot be had from this trait's bound.
    pub(super) fn can_be_nested(&self) -> bool {
        let states_leaves = self.bounds().any(|bound| !bound.leaves.is_empty());
        self.higher_ranked.is_none() && !(self.serialize == "Json" && states_leaves)
    }

    pub(super) fn bounds(&self) -> impl Iterator<Item = &Bound> {
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

    pub(super) fn fields_mut(&mut self) -> Box<dyn Iterator<Item = &mut Field> + '_> {
        match &mut self.body {
            Body::Struct(fields) => Box::new(fields.as_mut_slice().iter_mut()),
            Body::Enum(variants) => {
                Box::new(variants.iter_mut().flat_map(|variant| variant.fields.as_mut_slice().iter_mut()))
            }
        }
    }

    pub(super) fn bounds_mut(&mut self) -> Vec<&mut Bound> {
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

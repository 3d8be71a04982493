//! Puts a definition together: the types of its fields.

use std::collections::BTreeSet;

use super::definition::{Body, Definition, Fields, Kind, Param, World};
use super::ty::{
    Assoc, BORROWING, BOX, CONSTRUCTORS, Leaf, Leaves, MAYBE, MapForm, OPTION, OWN, POINTER, RC, Ty, VEC, Via, models,
};
use crate::split_mix::SplitMix64;

/// Types that weigh more are not nested in others.
const MAX_NESTED_WEIGHT: usize = 30;

/// Puts a definition together.
pub(super) struct Builder<'w> {
    pub(super) world: &'w World,
    pub(super) rng: &'w mut SplitMix64,
    pub(super) def: Definition,
}

impl<'w> Builder<'w> {
    pub(super) fn new(world: &'w World, rng: &'w mut SplitMix64) -> Self {
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
    pub(super) fn param(&mut self, kind: Kind) -> Option<usize> {
        let of_kind: Vec<_> = (0..self.def.params.len()).filter(|at| self.def.params[*at].kind == kind).collect();
        (!of_kind.is_empty()).then(|| self.rng.pick(&of_kind))
    }

    pub(super) fn plain(&mut self) -> Ty {
        Ty::Plain(
            self.rng.pick(&["u8", "i64", "bool", "f64", "char", "String", "()", "u32", "User", "Colour", "Mixed"]),
        )
    }

    /// A parameter or an associated type.
    pub(super) fn leaf(&mut self) -> Ty {
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
    pub(super) fn ty(&mut self, depth: usize) -> Ty {
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

    pub(super) fn constructed(&mut self, depth: usize) -> Ty {
        let constructor = &CONSTRUCTORS[self.rng.below(CONSTRUCTORS.len())];
        let count = if constructor.name.contains("{1}") { 2 } else { 1 };
        Ty::Of(constructor, (0..count).map(|_| self.ty(depth + 1)).collect())
    }

    pub(super) fn phantom(&mut self) -> Ty {
        let function = self.rng.chance(30);
        let of = match self.rng.below(4) {
            0 => Ty::Plain("NotJson"),
            1 => self.ty(2),
            _ => self.leaf(),
        };
        Ty::Phantom { of: Box::new(of), function }
    }

    pub(super) fn map(&mut self, depth: usize) -> Ty {
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
    pub(super) fn key(&mut self) -> Ty {
        match self.rng.below(10) {
            0..4 => self.param(Kind::Any).map(Ty::Param),
            4 => self.param(Kind::Any).map(|param| Ty::Of(&OPTION, vec![Ty::Param(param)])),
            5 | 6 => self.param(Kind::Model).map(|param| Ty::Assoc { param, assoc: Assoc::Key, qualified: false }),
            7 | 8 => self.defined(2, |definition| definition.ordered_by.is_some()),
            _ => None,
        }
        .unwrap_or_else(|| self.plain_key())
    }

    pub(super) fn plain_key(&mut self) -> Ty {
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
    pub(super) fn defined(&mut self, depth: usize, is_wanted: impl Fn(&Definition) -> bool) -> Option<Ty> {
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
    pub(super) fn argument(&mut self, of: &Definition, at: usize, depth: usize) -> Ty {
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
    pub(super) fn recursion(&mut self, to: usize, may_be_receiver: bool) -> Ty {
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
    pub(super) fn wrapper(&mut self) -> Option<usize> {
        let is_wrapper = |definition: &Definition| {
            let [param] = definition.params.as_slice() else { return false };
            param.kind == Kind::Any
                // Around its partner it would be a type that grows without end.
                && !definition.is_half
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
    pub(super) fn spliced(&mut self) -> Ty {
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
}

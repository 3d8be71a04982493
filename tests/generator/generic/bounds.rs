//! Completes a definition, such that serde's derive compiles it: what a field needs and nothing else provides is declared,
//! or stated by a `bound`.

use std::collections::BTreeSet;

use super::builder::Builder;
use super::definition::{Body, Bound, BoundForm, Definition, Field, Fields, Kind, Param, Variant, World, Writer};
use super::ty::{Leaf, Leaves, Ty, Via};

impl Builder<'_> {
    /// Uses all parameters, and provides for what is needed.
    pub(super) fn finish(mut self) -> Definition {
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
            self.import();
        }
        self.def
    }

    /// Imports a type that is used. Its bare name may be that of a container of the standard library. The macro takes
    /// the arguments of such a container to be written where bounds are stated, and where they are associated types:
    /// not there.
    fn import(&mut self) {
        const CONTAINERS: [&str; 9] = ["Vec", "Box", "Option", "BTreeMap", "HashMap", "Result", "Cow", "Rc", "Cell"];
        let has_models = self.def.params.iter().any(|param| param.kind == Kind::Model);
        let may_be_guessed = !has_models && self.def.bounds().next().is_none();
        let can_be_imported = |of: &Definition| {
            of.module && of.name != self.def.name && (may_be_guessed || !CONTAINERS.iter().any(|name| of.name == *name))
        };
        let uses = self.def.uses();
        let named: Vec<_> =
            uses.into_iter().filter(|index| self.world.find(*index).is_some_and(can_be_imported)).collect();
        if !named.is_empty() && self.rng.chance(60) {
            self.def.imported = Some(self.rng.pick(&named));
        }
    }

    /// Finds the parameters that stand in keys: all of them where a recursion may have swapped them.
    pub(super) fn find_keys(&mut self) {
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
    pub(super) fn declare(&mut self) {
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
        // Beside it the compiler guesses wrong which type a function with a bound is for.
        let has_function = self.def.fields().any(|(_, field)| field.writer == Writer::Through);
        if self.rng.chance(3) && self.def.params[0].kind == Kind::Any && !has_function {
            self.def.higher_ranked = Some(0);
            self.def.declared.insert(Leaf::Param(0));
        }
    }

    pub(super) fn state_nothing(&mut self) {
        self.def.bound = None;
        for field in self.def.fields_mut().filter(|field| field.writer != Writer::Through) {
            field.bound = None;
        }
        if let Body::Enum(variants) = &mut self.def.body {
            for variant in variants {
                variant.bound = None;
            }
        }
    }

    /// Whether a field leads back to the type.
    pub(super) fn is_recursive(&self) -> bool {
        let is_own = |ty: &Ty| matches!(ty, Ty::Defined(index, ..) if *index >= self.def.index);
        self.def.fields().any(|(_, field)| field.ty.any(is_own))
    }

    /// Whether a bound names one associated type of a parameter, where a type around the parameter may write another.
    /// The stated bounds are taken to be all.
    pub(super) fn states_too_little(&self) -> bool {
        let is_assoc = |leaf: &Leaf| matches!(leaf, Leaf::Assoc(..));
        let is_around = |ty: &Ty| {
            let is_model = |ty: &Ty| matches!(ty, Ty::Param(param) if self.def.params[*param].kind == Kind::Model);
            ty.any(|ty| matches!(ty, Ty::Defined(_, parts, _) if parts.iter().any(is_model)))
        };
        self.def.bounds().any(|bound| bound.leaves.iter().any(is_assoc))
            && self.def.fields().any(|(_, field)| is_around(&field.ty))
    }

    /// A parameter that no field uses is one that Rust refuses.
    pub(super) fn use_params(&mut self) {
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

    /// The bound of the parameter that a recursion puts in the place of another.
    pub(super) fn agree(&mut self) {
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
    pub(super) fn provide(&mut self) {
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
            // A type's declared bounds have to hold wherever it is named.
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

/// The bounds of serde's impl.
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

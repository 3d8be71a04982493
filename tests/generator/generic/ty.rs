//! The types of fields: what serde's derive takes them to mention, and what is needed to write them.

use std::collections::BTreeSet;

use super::definition::{Definition, World};

/// Something that a bound is about: a parameter, or an associated type of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaf {
    Param(usize),
    Assoc(usize, Assoc),
}

pub(crate) type Leaves = BTreeSet<Leaf>;

/// The associated types of the prelude's trait `Model`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Assoc {
    Entity,
    Key,
    /// Bounded by serde's trait where it is declared.
    Row,
}

/// How a type that was generated is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Name,
    /// An alias whose parameters stand in the other order.
    Alias,
    /// `Self`, which serde's derive replaces by the type.
    Receiver,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    /// A type without parts, by its name.
    Plain(&'static str),
    Param(usize),
    /// `T::Key`, or `<T as Model>::Key` if qualified.
    Assoc {
        param: usize,
        assoc: Assoc,
        qualified: bool,
    },
    /// `&'a str`.
    Text,
    /// A type of [`CONSTRUCTORS`].
    Of(&'static Constructor, Vec<Ty>),
    /// An array of so many.
    Array(Box<Ty>, usize),
    Tuple(Vec<Ty>),
    Map {
        form: MapForm,
        key: Box<Ty>,
        value: Box<Ty>,
    },
    /// `PhantomData`, of a function that returns the type or of itself.
    Phantom {
        of: Box<Ty>,
        function: bool,
    },
    /// A generated type, with its arguments.
    Defined(usize, Vec<Ty>, Via),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MapForm {
    Std,
    Table,
    Flipped,
    /// Of which the key is `String`.
    StringMap,
    HashMap,
}

/// A type with one or two arguments that is not generated.
#[derive(Debug, PartialEq)]
pub(crate) struct Constructor {
    /// How it is named where the standard library's names mean what they do everywhere; `{0}` is an argument, `'a` the
    /// lifetime.
    pub(crate) name: &'static str,
    /// How it is named elsewhere.
    pub(crate) path: &'static str,
    /// An expression for a value, with `{0}` for one of the argument; lists and options have none.
    pub(crate) value: &'static str,
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Option,
    /// `Vec` and `VecDeque`.
    List,
    /// A value of each argument.
    One,
    Result,
    /// Of two values of the argument.
    Two,
    /// A reference.
    Borrowed,
    /// Has no values of its argument.
    Phantom,
}

const fn constructor(name: &'static str, path: &'static str, value: &'static str, form: Form) -> Constructor {
    Constructor { name, path, value, form }
}

pub(crate) const OPTION: Constructor = constructor("Option<{0}>", "std::option::Option<{0}>", "", Form::Option);
pub(crate) const MAYBE: Constructor = constructor("Maybe<{0}>", "Maybe<{0}>", "", Form::Option);
pub(crate) const VEC: Constructor = constructor("Vec<{0}>", "std::vec::Vec<{0}>", "Vec", Form::List);
pub(crate) const BOX: Constructor = constructor("Box<{0}>", "std::boxed::Box<{0}>", "Box::new({0})", Form::One);
pub(crate) const POINTER: Constructor = constructor("P<{0}>", "P<{0}>", "Box::new({0})", Form::One);
pub(crate) const OWN: Constructor = constructor("Own<{0}>", "Own<{0}>", "Own::new({0})", Form::One);
pub(crate) const RC: Constructor = constructor("Rc<{0}>", "std::rc::Rc<{0}>", "Rc::new({0})", Form::One);
pub(crate) const ARC: Constructor = constructor("Arc<{0}>", "std::sync::Arc<{0}>", "Arc::new({0})", Form::One);

pub(crate) const CONSTRUCTORS: &[Constructor] = &[
    OPTION,
    VEC,
    OPTION,
    VEC,
    MAYBE,
    BOX,
    POINTER,
    OWN,
    RC,
    ARC,
    constructor("List<{0}>", "List<{0}>", "Vec", Form::List),
    constructor("VecDeque<{0}>", "std::collections::VecDeque<{0}>", "VecDeque", Form::List),
    constructor("RefCell<{0}>", "std::cell::RefCell<{0}>", "RefCell::new({0})", Form::One),
    constructor("Mutex<{0}>", "std::sync::Mutex<{0}>", "Mutex::new({0})", Form::One),
    constructor("Reverse<{0}>", "std::cmp::Reverse<{0}>", "Reverse({0})", Form::One),
    constructor("Pair<{0}>", "Pair<{0}>", "({0}, {1})", Form::Two),
    constructor("Fixed<{0}, N>", "Fixed<{0}, N>", "Fixed([{0}, {1}])", Form::Two),
    constructor("Result<{0}, {1}>", "std::result::Result<{0}, {1}>", "", Form::Result),
    constructor("Ignored<{0}>", "Ignored<{0}>", "PhantomData", Form::Phantom),
];

/// Those that borrow.
pub(crate) const BORROWING: &[Constructor] = &[
    constructor("&'a {0}", "&'a {0}", "leak({0})", Form::Borrowed),
    constructor("Ptr<'a, {0}>", "Ptr<'a, {0}>", "leak({0})", Form::Borrowed),
];

impl Ty {
    /// Visits the type and its parts, those of recursions too.
    pub(crate) fn visit<'t>(&'t self, visitor: &mut impl FnMut(&'t Ty)) {
        visitor(self);
        match self {
            Self::Plain(_) | Self::Param(_) | Self::Assoc { .. } | Self::Text => {}
            Self::Of(_, parts) | Self::Tuple(parts) | Self::Defined(_, parts, _) => {
                for part in parts {
                    part.visit(visitor);
                }
            }
            Self::Array(part, _) | Self::Phantom { of: part, .. } => part.visit(visitor),
            Self::Map { key, value, .. } => {
                key.visit(visitor);
                value.visit(visitor);
            }
        }
    }

    pub(crate) fn any(&self, condition: impl Fn(&Ty) -> bool) -> bool {
        let mut found = false;
        self.visit(&mut |ty| found |= condition(ty));
        found
    }

    /// Whether a parameter stands in it.
    pub(crate) fn is_generic(&self) -> bool {
        self.any(|ty| matches!(ty, Self::Param(_) | Self::Assoc { .. }))
    }

    /// The parameters that serde's derive takes it to mention.
    pub(crate) fn mentioned(&self, world: &World, found: &mut Leaves) {
        match self {
            Self::Plain(_) | Self::Text | Self::Phantom { .. } | Self::Assoc { qualified: false, .. } => {}
            Self::Param(param) | Self::Assoc { param, qualified: true, .. } => {
                found.insert(Leaf::Param(*param));
            }
            Self::Of(_, parts) | Self::Tuple(parts) => parts.iter().for_each(|part| part.mentioned(world, found)),
            // Any type of that name.
            Self::Defined(index, _, Via::Name) if world.find(*index).is_some_and(|of| of.name == "PhantomData") => {}
            Self::Defined(_, parts, _) => parts.iter().for_each(|part| part.mentioned(world, found)),
            Self::Array(part, _) => part.mentioned(world, found),
            Self::Map { key, value, .. } => {
                key.mentioned(world, found);
                value.mentioned(world, found);
            }
        }
    }

    /// The parameters that serde's derive bounds where this is the type of a field.
    pub(crate) fn inferred(&self, world: &World, found: &mut Leaves) {
        if let Self::Assoc { param, assoc, qualified: false } = self {
            found.insert(Leaf::Assoc(*param, *assoc));
        }
        self.mentioned(world, found);
    }

    /// The parts that have to be written for a value of this type. `provided` is what the impl of a definition asks
    /// for.
    pub(crate) fn needs(&self, provided: &impl Fn(usize) -> Leaves, found: &mut Leaves) {
        match self {
            Self::Plain(_)
            | Self::Text
            | Self::Phantom { .. }
            | Self::Array(_, 0)
            | Self::Assoc { assoc: Assoc::Row, .. }
            | Self::Of(Constructor { form: Form::Phantom, .. }, _) => {}
            Self::Param(param) => {
                found.insert(Leaf::Param(*param));
            }
            Self::Assoc { param, assoc, .. } => {
                found.insert(Leaf::Assoc(*param, *assoc));
            }
            Self::Of(_, parts) | Self::Tuple(parts) => parts.iter().for_each(|part| part.needs(provided, found)),
            Self::Array(part, _) => part.needs(provided, found),
            Self::Map { key, value, .. } => {
                key.needs(provided, found);
                value.needs(provided, found);
            }
            Self::Defined(index, parts, _) => {
                for leaf in provided(*index) {
                    match leaf {
                        Leaf::Param(param) => parts[param].needs(provided, found),
                        Leaf::Assoc(param, assoc) => parts[param].assoc(assoc).needs(provided, found),
                    }
                }
            }
        }
    }

    /// The associated type of a type that is a model.
    fn assoc(&self, assoc: Assoc) -> Ty {
        match self {
            Self::Param(param) => Self::Assoc { param: *param, assoc, qualified: false },
            Self::Plain(model) => assoc_of(model, assoc),
            other => unreachable!("{other:?} is no model"),
        }
    }

    /// The parameters whose arguments have to be ordered, since they stand in a map's key.
    pub(crate) fn ordered(&self, world: &World, found: &mut BTreeSet<usize>) {
        self.visit(&mut |ty| match ty {
            Self::Map { key, .. } => key.params(found),
            Self::Defined(index, arguments, _) => {
                if let Some(definition) = world.find(*index) {
                    definition.keys.iter().for_each(|key| arguments[*key].params(found));
                }
            }
            _ => {}
        });
    }

    fn params(&self, found: &mut BTreeSet<usize>) {
        match self {
            Self::Param(param) => {
                found.insert(*param);
            }
            Self::Of(_, parts) => parts.iter().for_each(|part| part.params(found)),
            _ => {}
        }
    }

    /// The parameters that are used, as Rust understands it: a recursion is no use.
    pub(crate) fn used(&self, this: usize, found: &mut BTreeSet<usize>) {
        match self {
            Self::Plain(_) | Self::Text => {}
            Self::Param(param) | Self::Assoc { param, .. } => {
                found.insert(*param);
            }
            Self::Defined(index, ..) if *index >= this => {}
            Self::Of(_, parts) | Self::Tuple(parts) | Self::Defined(_, parts, _) => {
                for part in parts {
                    part.used(this, found);
                }
            }
            Self::Array(part, _) | Self::Phantom { of: part, .. } => part.used(this, found),
            Self::Map { key, value, .. } => {
                key.used(this, found);
                value.used(this, found);
            }
        }
    }

    /// The type for these arguments.
    pub(crate) fn concrete(&self, arguments: &[Ty]) -> Ty {
        let all = |parts: &[Ty]| parts.iter().map(|part| part.concrete(arguments)).collect();
        let boxed = |part: &Ty| Box::new(part.concrete(arguments));
        match self {
            Self::Plain(_) | Self::Text => self.clone(),
            Self::Param(param) => arguments[*param].clone(),
            Self::Assoc { param, assoc, .. } => arguments[*param].assoc(*assoc),
            Self::Of(constructor, parts) => Self::Of(constructor, all(parts)),
            Self::Tuple(parts) => Self::Tuple(all(parts)),
            Self::Defined(index, parts, Via::Receiver) => Self::Defined(*index, all(parts), Via::Name),
            Self::Defined(index, parts, via) => Self::Defined(*index, all(parts), *via),
            Self::Array(part, len) => Self::Array(boxed(part), *len),
            Self::Phantom { of, function } => Self::Phantom { of: boxed(of), function: *function },
            Self::Map { form, key, value } => Self::Map { form: *form, key: boxed(key), value: boxed(value) },
        }
    }
}

/// The associated types of the prelude's models.
fn assoc_of(model: &str, assoc: Assoc) -> Ty {
    let list = |ty| Ty::Of(&VEC, vec![Ty::Plain(ty)]);
    let map =
        |ty| Ty::Map { form: MapForm::StringMap, key: Box::new(Ty::Plain("String")), value: Box::new(Ty::Plain(ty)) };
    match (model, assoc) {
        ("Users", Assoc::Entity) | ("Orders", Assoc::Key) => Ty::Plain("NotJson"),
        ("Users", Assoc::Key) => Ty::Plain("&'static str"),
        ("Users", Assoc::Row) | ("Orders", Assoc::Entity) => Ty::Plain("User"),
        ("Orders", Assoc::Row) => map("u8"),
        ("Events", Assoc::Entity) => Ty::Of(&OPTION, vec![Ty::Plain("u8")]),
        ("Events", Assoc::Key) => Ty::Plain("Mixed"),
        ("Events", Assoc::Row) => list("User"),
        ("Invoices", Assoc::Entity) => map("User"),
        ("Invoices", Assoc::Key) => Ty::Plain("Number"),
        ("Invoices", Assoc::Row) => Ty::Plain("Invoices"),
        _ => unreachable!("`{model}` is no model"),
    }
}

/// The models of which everything in `leaves` that is about the parameter can be written.
pub(crate) fn models(param: usize, leaves: &Leaves, must_be_written: bool) -> Vec<&'static str> {
    let is_written = |leaf: Leaf| leaves.contains(&leaf);
    let mut models = vec!["Invoices"];
    if !is_written(Leaf::Assoc(param, Assoc::Entity)) {
        models.push("Users");
    }
    if !is_written(Leaf::Assoc(param, Assoc::Key)) {
        models.push("Orders");
    }
    if !is_written(Leaf::Param(param)) && !must_be_written {
        models.push("Events");
    }
    models
}

impl Assoc {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Entity => "Entity",
            Self::Key => "Key",
            Self::Row => "Row",
        }
    }
}

impl Definition {
    /// The subject of a bound, as source.
    pub(crate) fn leaf(&self, leaf: Leaf) -> String {
        match leaf {
            Leaf::Param(param) => self.params[param].name.to_owned(),
            Leaf::Assoc(param, assoc) => format!("{}::{}", self.params[param].name, assoc.name()),
        }
    }
}

//! What the types of fields say of type parameters.
//!
//! The walk asks two questions. Serde's is which parameters are *mentioned*, outside of `PhantomData`: these get a bound
//! where nobody states one. The other is which types are certain to be *written*, because nothing but containers of the
//! standard library is around them: a bound on these is needed whatever the user states, and the only one that
//! associated types can have.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{GenericArgument, Generics, Path, PathArguments, ReturnType, Type, TypeParamBound, TypePath};

/// Collects type parameters and their associated types.
pub(super) struct Walk<'a> {
    /// The type that is derived for.
    own: &'a Ident,
    params: Vec<&'a Ident>,
    /// Types that the fields mention or write: parameters, and associated types of parameters.
    found: Vec<Found<'a>>,
    /// Types of fields that mention an associated type within a type of which nothing is known.
    unknown: Vec<&'a Type>,
}

/// A type that a bound is about.
pub(super) struct Found<'a> {
    pub(super) ty: Bounded<'a>,
    /// It is certain to be written.
    pub(super) written: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Bounded<'a> {
    Param(&'a Ident),
    /// An associated type of a parameter, or whatever a where clause is about.
    Type(&'a Type),
}

impl<'a> Bounded<'a> {
    pub(super) fn as_param(self) -> Option<&'a Ident> {
        match self {
            Self::Param(ident) => Some(ident),
            Self::Type(_) => None,
        }
    }
}

impl ToTokens for Bounded<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Param(ident) => ident.to_tokens(tokens),
            Self::Type(ty) => ty.to_tokens(tokens),
        }
    }
}

/// Whether a type is written for certain, where the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    Written,
    Mentioned,
}

impl<'a> Walk<'a> {
    pub(super) fn new(own: &'a Ident, generics: &'a Generics) -> Self {
        Self {
            own,
            params: generics.type_params().map(|param| &param.ident).collect(),
            found: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Walks the type of a field that is written.
    pub(super) fn field(&mut self, ty: &'a Type) {
        let nested = self.ty(ty, Certainty::Written);
        if nested {
            self.unknown.push(ty);
        }
    }

    pub(super) fn found(&self) -> impl Iterator<Item = &Found<'a>> {
        self.found.iter()
    }

    pub(super) fn unknown(&self) -> impl Iterator<Item = &'a Type> {
        self.unknown.iter().copied()
    }

    /// Whether an associated type stands within a type of which nothing is known.
    fn ty(&mut self, ty: &'a Type, certainty: Certainty) -> bool {
        match ty {
            Type::Array(ty) => self.ty(&ty.elem, certainty),
            Type::Slice(ty) => self.ty(&ty.elem, certainty),
            Type::Tuple(ty) => self.all(&ty.elems, certainty),
            Type::Group(ty) => self.ty(&ty.elem, certainty),
            Type::Paren(ty) => self.ty(&ty.elem, certainty),
            Type::Reference(ty) => self.ty(&ty.elem, certainty),
            Type::Ptr(ty) => self.ty(&ty.elem, Certainty::Mentioned),
            Type::FnPtr(ty) => {
                let inputs = self.all(ty.inputs.iter().map(|input| &input.ty), Certainty::Mentioned);
                self.return_type(&ty.output) || inputs
            }
            Type::TraitObject(ty) => self.bounds(&ty.bounds),
            Type::ImplTrait(ty) => self.bounds(&ty.bounds),
            Type::Path(path) => self.type_path(ty, path, certainty),
            _ => false,
        }
    }

    /// Whether a parameter occurs in `ty`.
    fn mentions_param(&self, ty: &'a Type) -> bool {
        let mut walk = Walk { own: self.own, params: self.params.clone(), found: Vec::new(), unknown: Vec::new() };
        walk.ty(ty, Certainty::Mentioned) || !walk.found.is_empty()
    }

    fn all(&mut self, types: impl IntoIterator<Item = &'a Type>, certainty: Certainty) -> bool {
        let mut nested = false;
        for ty in types {
            nested |= self.ty(ty, certainty);
        }
        nested
    }

    fn type_path(&mut self, ty: &'a Type, path: &'a TypePath, certainty: Certainty) -> bool {
        if let Some(qself) = &path.qself {
            // Of `<T as Trait>::Item` nothing follows for `T`.
            return self.mentions_param(&qself.ty) && self.projection(ty, certainty);
        }
        let mut segments = path.path.segments.iter();
        if path.path.leading_colon.is_none()
            && let Some(first) = segments.next()
            && let Some(param) = self.params.iter().copied().find(|param| **param == first.ident)
        {
            if segments.next().is_some() {
                return self.projection(ty, certainty);
            }
            self.add(Bounded::Param(param), certainty);
            return false;
        }
        self.path(&path.path, certainty)
    }

    fn path(&mut self, path: &'a Path, certainty: Certainty) -> bool {
        let Some(last) = path.segments.last() else {
            return false;
        };
        if last.ident == "PhantomData" || self.is_own(path) {
            return false;
        }
        let mut nested = false;
        for segment in &path.segments {
            match &segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(arguments) => {
                    let mut written = written_arguments(&segment.ident);
                    for argument in &arguments.args {
                        nested |= match argument {
                            GenericArgument::Type(ty) => {
                                let inside = written > 0 && certainty == Certainty::Written;
                                written = written.saturating_sub(1);
                                self.ty(ty, if inside { Certainty::Written } else { Certainty::Mentioned })
                            }
                            GenericArgument::AssocType(argument) => self.ty(&argument.ty, Certainty::Mentioned),
                            _ => false,
                        };
                    }
                }
                PathArguments::Parenthesized(arguments) => {
                    nested |= self.all(arguments.inputs.iter().map(|input| &input.ty), Certainty::Mentioned);
                    nested |= self.return_type(&arguments.output);
                }
            }
        }
        nested
    }

    /// Whether the path is the type that is derived for, with its own parameters: a recursion that asks for nothing more.
    fn is_own(&self, path: &Path) -> bool {
        let Some(segment) = path.segments.first().filter(|_| path.segments.len() == 1) else {
            return false;
        };
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
            return false;
        };
        let types = arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        });
        let is_param = |(ty, param): (&Type, &&Ident)| matches!(ty, Type::Path(ty) if ty.path.is_ident(*param));
        segment.ident == *self.own
            && types.clone().count() >= self.params.len()
            && types.zip(&self.params).all(is_param)
    }

    fn bounds(&mut self, bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> bool {
        let mut nested = false;
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound {
                nested |= self.path(&bound.path, Certainty::Mentioned);
            }
        }
        nested
    }

    fn return_type(&mut self, output: &'a ReturnType) -> bool {
        match output {
            ReturnType::Type(_, ty) => self.ty(ty, Certainty::Mentioned),
            ReturnType::Default => false,
        }
    }

    /// Whether the associated type is only mentioned.
    fn projection(&mut self, ty: &'a Type, certainty: Certainty) -> bool {
        if certainty == Certainty::Mentioned {
            return true;
        }
        self.add(Bounded::Type(ty), certainty);
        false
    }

    fn add(&mut self, ty: Bounded<'a>, certainty: Certainty) {
        let written = certainty == Certainty::Written;
        let text = ty.to_token_stream().to_string();
        match self.found.iter_mut().find(|found| found.ty.to_token_stream().to_string() == text) {
            Some(found) => found.written |= written,
            None => self.found.push(Found { ty, written }),
        }
    }
}

/// How many of the type arguments of a container of the standard library are written: the first ones. The names are a
/// guess that only matters where the user's own bounds are to be completed, and for associated types.
fn written_arguments(name: &Ident) -> usize {
    const OF_ONE: [&str; 15] = [
        "Option",
        "Box",
        "Rc",
        "Arc",
        "Cow",
        "Cell",
        "RefCell",
        "Mutex",
        "RwLock",
        "Reverse",
        "Vec",
        "VecDeque",
        "BTreeSet",
        "HashSet",
        "LinkedList",
    ];
    const OF_TWO: [&str; 3] = ["HashMap", "BTreeMap", "Result"];
    if OF_ONE.iter().any(|known| name == known) {
        1
    } else if OF_TWO.iter().any(|known| name == known) {
        2
    } else {
        0
    }
}

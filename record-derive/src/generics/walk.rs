//! The type parameters that the types of fields mention.
//!
//! The walk asks two questions. Serde's is which parameters are *mentioned*, outside of `PhantomData`: these get a
//! bound where nobody states one. The other is the types that are certain to be *written*, because only containers of
//! the standard library are around them. They need a bound whatever the user states, and it is the only one that
//! associated types can have.

use crate::model::Field;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{GenericArgument, Generics, Path, PathArguments, PathSegment, ReturnType, Type, TypeParamBound, TypePath};

/// Collects type parameters and their associated types.
pub(super) struct Walk<'a> {
    /// The type that is derived for.
    own: &'a Ident,
    params: Vec<&'a Ident>,
    /// Types that the fields mention or write: parameters, and associated types of parameters.
    found: Vec<Found<'a>>,
    /// Types of fields within which something is only mentioned.
    unknown: Vec<Unknown<'a>>,
    /// Mentioned by the field, and not certain to be written.
    mentioned: Vec<Bounded<'a>>,
    /// Bounded by serde, though this trait needs none: parameters in a recursion, in an array without elements, and in
    /// front of an associated type.
    for_serde: Vec<&'a Ident>,
}

/// The type of a field, with parameters or associated types within a type of which nothing is known.
pub(super) struct Unknown<'a> {
    pub(super) ty: &'a Type,
    pub(super) mentioned: Vec<Bounded<'a>>,
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
            mentioned: Vec::new(),
            for_serde: Vec::new(),
        }
    }

    /// Walks the type of a field that is written.
    pub(super) fn field(&mut self, field: &'a Field) {
        if field.is_empty_array() {
            self.for_serde.extend(self.mentioned_in(&field.original.ty));
        } else {
            self.written(field.ty());
        }
    }

    /// Walks a type that is written.
    pub(super) fn written(&mut self, ty: &'a Type) {
        self.ty(ty, Certainty::Written);
        let mentioned = std::mem::take(&mut self.mentioned);
        if !mentioned.is_empty() {
            self.unknown.push(Unknown { ty, mentioned });
        }
    }

    pub(super) fn found(&self) -> impl Iterator<Item = &Found<'a>> {
        self.found.iter()
    }

    pub(super) fn unknown(&self) -> impl Iterator<Item = &Unknown<'a>> {
        self.unknown.iter()
    }

    /// The parameters that serde bounds, and this trait need not.
    pub(super) fn for_serde(&self) -> &[&'a Ident] {
        &self.for_serde
    }

    /// Whether a field mentions the parameter, or is certain to write it.
    pub(super) fn mentions(&self, param: &Ident) -> bool {
        self.found.iter().any(|found| found.ty.as_param() == Some(param))
    }

    fn ty(&mut self, ty: &'a Type, certainty: Certainty) {
        match ty {
            Type::Array(ty) => self.ty(&ty.elem, certainty),
            Type::Slice(ty) => self.ty(&ty.elem, certainty),
            Type::Tuple(ty) => self.all(&ty.elems, certainty),
            Type::Group(ty) => self.ty(&ty.elem, certainty),
            Type::Paren(ty) => self.ty(&ty.elem, certainty),
            Type::Reference(ty) => self.ty(&ty.elem, certainty),
            Type::Ptr(ty) => self.ty(&ty.elem, Certainty::Mentioned),
            Type::FnPtr(ty) => {
                self.all(ty.inputs.iter().map(|input| &input.ty), Certainty::Mentioned);
                self.return_type(&ty.output);
            }
            Type::TraitObject(ty) => self.bounds(&ty.bounds),
            Type::ImplTrait(ty) => self.bounds(&ty.bounds),
            Type::Path(path) => self.type_path(ty, path, certainty),
            _ => {}
        }
    }

    /// The parameters that occur in `ty`, or stand in front of an associated type there.
    fn mentioned_in(&self, ty: &'a Type) -> Vec<&'a Ident> {
        let mut walk = Walk {
            own: self.own,
            params: self.params.clone(),
            found: Vec::new(),
            unknown: Vec::new(),
            mentioned: Vec::new(),
            for_serde: Vec::new(),
        };
        walk.ty(ty, Certainty::Mentioned);
        let of_params = walk.mentioned.iter().filter_map(|ty| ty.as_param());
        of_params.chain(walk.for_serde.iter().copied()).collect()
    }

    fn all(&mut self, types: impl IntoIterator<Item = &'a Type>, certainty: Certainty) {
        for ty in types {
            self.ty(ty, certainty);
        }
    }

    fn type_path(&mut self, ty: &'a Type, path: &'a TypePath, certainty: Certainty) {
        if let Some(qself) = &path.qself {
            // Of `<T as Trait>::Item` nothing follows for `T`.
            let params = self.mentioned_in(&qself.ty);
            if !params.is_empty() {
                self.add(Bounded::Type(ty), certainty);
            }
            self.for_serde.extend(params);
            return;
        }
        let mut segments = path.path.segments.iter();
        if path.path.leading_colon.is_none()
            && let Some(first) = segments.next()
            && let Some(param) = self.params.iter().copied().find(|param| **param == first.ident)
        {
            let is_projection = segments.next().is_some();
            self.add(if is_projection { Bounded::Type(ty) } else { Bounded::Param(param) }, certainty);
            return;
        }
        self.path(&path.path, certainty);
    }

    fn path(&mut self, path: &'a Path, certainty: Certainty) {
        if path.segments.last().is_none_or(|last| last.ident == "PhantomData") {
            return;
        }
        if self.is_own(path) {
            self.for_serde.extend_from_slice(&self.params);
            return;
        }
        for segment in &path.segments {
            match &segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(arguments) => {
                    let mut written = written_arguments(path);
                    for argument in &arguments.args {
                        match argument {
                            GenericArgument::Type(ty) => {
                                let inside = written > 0 && certainty == Certainty::Written;
                                written = written.saturating_sub(1);
                                self.ty(ty, if inside { Certainty::Written } else { Certainty::Mentioned });
                            }
                            GenericArgument::AssocType(argument) => self.ty(&argument.ty, Certainty::Mentioned),
                            _ => {}
                        }
                    }
                }
                PathArguments::Parenthesized(arguments) => {
                    self.all(arguments.inputs.iter().map(|input| &input.ty), Certainty::Mentioned);
                    self.return_type(&arguments.output);
                }
            }
        }
    }

    /// Whether the path is the type that is derived for, with its own parameters: a recursion that asks for nothing more.
    fn is_own(&self, path: &Path) -> bool {
        let Some(segment) = path.segments.first().filter(|_| path.segments.len() == 1) else {
            return false;
        };
        if segment.ident == "Self" {
            return true;
        }
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

    fn bounds(&mut self, bounds: impl IntoIterator<Item = &'a TypeParamBound>) {
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound {
                self.path(&bound.path, Certainty::Mentioned);
            }
        }
    }

    fn return_type(&mut self, output: &'a ReturnType) {
        if let ReturnType::Type(_, ty) = output {
            self.ty(ty, Certainty::Mentioned);
        }
    }

    fn add(&mut self, ty: Bounded<'a>, certainty: Certainty) {
        let written = certainty == Certainty::Written;
        if !written {
            self.mentioned.push(ty);
            // An associated type that is only mentioned gets no bound of its own.
            if ty.as_param().is_none() {
                return;
            }
        }
        let text = ty.to_token_stream().to_string();
        match self.found.iter_mut().find(|found| found.ty.to_token_stream().to_string() == text) {
            Some(found) => found.written |= written,
            None => self.found.push(Found { ty, written }),
        }
    }
}

/// How many type arguments of a standard container are written: the first ones. That it is one is a guess, which
/// matters only where the user's own bounds are to be completed, and for associated types.
fn written_arguments(path: &Path) -> usize {
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
    const MODULES: [&str; 12] =
        ["std", "core", "alloc", "collections", "vec", "boxed", "rc", "sync", "option", "result", "borrow", "cell"];
    let mut segments = path.segments.iter().rev();
    let Some(PathSegment { ident, arguments: PathArguments::AngleBracketed(arguments) }) = segments.next() else {
        return 0;
    };
    if !segments.all(|module| MODULES.iter().any(|known| module.ident == known)) {
        return 0;
    }
    let count = arguments.args.iter().filter(|argument| matches!(argument, GenericArgument::Type(_))).count();
    let is_one_of = |names: &[&str]| names.iter().any(|known| ident == known);
    if is_one_of(&OF_ONE) && (count == 1 || ident == "HashSet") {
        1
    } else if is_one_of(&OF_TWO) && (count == 2 || ident == "HashMap" && count == 3) {
        2
    } else {
        0
    }
}

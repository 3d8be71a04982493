//! Which type parameters the type of a field mentions, and as what each is used.

use super::Traits;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Generics, Path, PathArguments, PathSegment, ReturnType, Type,
    TypeParamBound, TypePath,
};

/// What a type is used as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    Key,
    Object,
    /// Of serde's trait, which knows no others.
    Serialize,
}

impl Role {
    /// That of a part of something used as this.
    fn of_part(self) -> Self {
        match self {
            Self::Serialize => Self::Serialize,
            Self::Value | Self::Key | Self::Object => Self::Value,
        }
    }
}

/// The roles in which one parameter is used.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set")]
struct Roles {
    value: bool,
    key: bool,
    object: bool,
    serialize: bool,
}

impl Roles {
    fn add(&mut self, role: Role) {
        match role {
            Role::Value => self.value = true,
            Role::Key => self.key = true,
            Role::Object => self.object = true,
            Role::Serialize => self.serialize = true,
        }
    }

    /// `T: ::record_runtime::ZeroAllocJson,`
    fn bounds(self, subject: &impl ToTokens, traits: &Traits) -> TokenStream {
        let Traits { value, key, object, serialize } = *traits;
        let traits = [
            // `JsonObject` implies the trait for values.
            (self.value && !self.object).then_some(value),
            self.object.then_some(object),
            self.key.then_some(key),
            self.serialize.then_some(serialize),
        ];
        let mut traits = traits.into_iter().flatten().peekable();
        if traits.peek().is_none() {
            return TokenStream::new();
        }
        quote!(#subject: #(#traits)+*,)
    }
}

struct Uses<'a> {
    param: &'a Ident,
    roles: Roles,
}

/// Collects what the type parameters are used as.
pub(super) struct Walk<'a> {
    /// The type that is derived for.
    own: &'a Ident,
    params: Vec<Uses<'a>>,
    /// Associated types of parameters.
    projections: Vec<(&'a TypePath, Roles)>,
}

impl<'a> Walk<'a> {
    /// `own` is the type that is derived for.
    pub(super) fn new(own: &'a Ident, generics: &'a Generics) -> Self {
        let params = generics.type_params().map(|param| Uses { param: &param.ident, roles: Roles::default() });
        Self { own, params: params.collect(), projections: Vec::new() }
    }

    /// The predicates that follow from all types walked, each followed by a comma.
    pub(super) fn predicates(&self, traits: &Traits) -> TokenStream {
        let params = self.params.iter();
        let params = params.map(|uses| uses.roles.bounds(uses.param, traits));
        let projections = self.projections.iter();
        let projections = projections.map(|(path, roles)| roles.bounds(path, traits));
        params.chain(projections).collect()
    }

    /// Walks the type of a field that is used as `role`.
    pub(super) fn ty(&mut self, ty: &'a Type, role: Role) {
        match ty {
            Type::Array(ty) => self.ty(&ty.elem, role.of_part()),
            Type::Slice(ty) => self.ty(&ty.elem, role.of_part()),
            Type::Tuple(ty) => ty.elems.iter().for_each(|ty| self.ty(ty, role.of_part())),
            Type::Group(ty) => self.ty(&ty.elem, role),
            Type::Paren(ty) => self.ty(&ty.elem, role),
            Type::Reference(ty) => self.ty(&ty.elem, role),
            Type::Ptr(ty) => self.ty(&ty.elem, Role::Value),
            Type::FnPtr(ty) => {
                ty.inputs.iter().for_each(|input| self.ty(&input.ty, Role::Value));
                self.return_type(&ty.output);
            }
            Type::TraitObject(ty) => self.bounds(&ty.bounds),
            Type::ImplTrait(ty) => self.bounds(&ty.bounds),
            Type::Path(ty) => self.type_path(ty, role),
            _ => {}
        }
    }

    fn type_path(&mut self, ty: &'a TypePath, role: Role) {
        if let Some(qself) = &ty.qself {
            // `<T as Trait>::Item` is a type of its own, of which nothing follows for `T`.
            if self.mentions_param(&qself.ty) {
                self.projection(ty, role);
            }
            return;
        }
        let mut segments = ty.path.segments.iter();
        if ty.path.leading_colon.is_none()
            && let Some(first) = segments.next()
            && let Some(uses) = self.params.iter_mut().find(|uses| *uses.param == first.ident)
        {
            if segments.next().is_some() {
                self.projection(ty, role);
            } else {
                uses.roles.add(role);
            }
        } else {
            self.path(&ty.path, role);
        }
    }

    fn path(&mut self, path: &'a Path, role: Role) {
        let Some(last) = path.segments.last() else {
            return;
        };
        if last.ident == "PhantomData" {
            return;
        }
        for segment in &path.segments {
            match &segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(arguments) => {
                    self.arguments(segment, arguments, role);
                }
                PathArguments::Parenthesized(arguments) => {
                    arguments.inputs.iter().for_each(|input| self.ty(&input.ty, Role::Value));
                    self.return_type(&arguments.output);
                }
            }
        }
    }

    fn arguments(&mut self, segment: &'a PathSegment, arguments: &'a AngleBracketedGenericArguments, role: Role) {
        let container = Known::by_name(&segment.ident);
        let mut position = 0;
        // A recursive type repeats its own parameters, which asks for nothing more.
        let repeated = |ty: &Type| match ty {
            Type::Path(ty) => segment.ident == *self.own && ty.path.get_ident().is_some(),
            _ => false,
        };
        for argument in &arguments.args {
            match argument {
                GenericArgument::Type(ty) if repeated(ty) => {}
                GenericArgument::Type(ty) => {
                    if let Some(role) = container.role_of_argument(position, role) {
                        self.ty(ty, role);
                    }
                    position += 1;
                }
                GenericArgument::AssocType(argument) => self.ty(&argument.ty, Role::Value),
                _ => {}
            }
        }
    }

    fn bounds(&mut self, bounds: impl IntoIterator<Item = &'a TypeParamBound>) {
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound {
                self.path(&bound.path, Role::Value);
            }
        }
    }

    fn return_type(&mut self, output: &'a ReturnType) {
        if let ReturnType::Type(_, ty) = output {
            self.ty(ty, Role::Value);
        }
    }

    fn projection(&mut self, ty: &'a TypePath, role: Role) {
        let text = ty.to_token_stream().to_string();
        let known = self.projections.iter_mut().find(|(known, _)| known.to_token_stream().to_string() == text);
        if let Some((_, roles)) = known {
            roles.add(role);
        } else {
            let mut roles = Roles::default();
            roles.add(role);
            self.projections.push((ty, roles));
        }
    }

    /// Whether a parameter occurs in `ty`.
    fn mentions_param(&self, ty: &'a Type) -> bool {
        let params = self.params.iter().map(|uses| Uses { param: uses.param, roles: Roles::default() });
        let mut walk = Walk { own: self.own, params: params.collect(), projections: Vec::new() };
        walk.ty(ty, Role::Value);
        !walk.projections.is_empty() || walk.params.iter().any(|uses| uses.roles.value || uses.roles.key)
    }
}

/// The generic types whose parameters have other roles than that of a value. They are known by their names alone: a
/// wrong guess can be put right with `bound`.
#[derive(Clone, Copy)]
enum Known {
    /// Keys, values, and what is not written.
    Map,
    /// Elements, and what is not written.
    Set,
    /// Written as what they point to.
    Pointer,
    Other,
}

impl Known {
    fn by_name(name: &Ident) -> Self {
        const POINTERS: [&str; 10] =
            ["Option", "Box", "Rc", "Arc", "Cow", "Cell", "RefCell", "Mutex", "RwLock", "Reverse"];
        let name = name.to_string();
        if name.ends_with("Map") {
            Self::Map
        } else if name.ends_with("Set") {
            Self::Set
        } else if POINTERS.contains(&name.as_str()) {
            Self::Pointer
        } else {
            Self::Other
        }
    }

    /// The role of the argument at `position`, where the type itself is used as `role`.
    fn role_of_argument(self, position: usize, role: Role) -> Option<Role> {
        match (self, position) {
            (Self::Map | Self::Set, 2..) | (Self::Set, 1) => None,
            _ if role == Role::Serialize => Some(role),
            (Self::Map, 0) => Some(Role::Key),
            (Self::Pointer, _) => Some(role),
            // A newtype of a key is a key.
            (Self::Other, _) if role == Role::Key => Some(Role::Key),
            (Self::Map | Self::Set | Self::Other, _) => Some(Role::Value),
        }
    }
}

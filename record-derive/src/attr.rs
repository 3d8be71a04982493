//! Reads the helper attributes `#[serde(…)]` and `#[json(…)]` of a container, a variant or a field.
//!
//! Both have the same grammar and vocabulary. Where both set the same attribute, `json` wins; the same attribute twice
//! in one of them is an error. An attribute that is wrong is reported and passed over, so that those behind it are
//! still read. This module compares nothing: contradictions are for `check`.

mod known;
mod list;
pub(crate) mod policy;
mod value;

use crate::case::RenameRule;
use crate::errors::{self, Errors};
use known::{Known, Target};
use list::Item;
use policy::PolicyAttrs;
use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, ExprPath, LitStr, Path, Result, Token, Type, WherePredicate, token};
use value::{Directed, Direction};

/// Which helper attribute something was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Serde,
    Json,
}

/// A value and where it was typed.
pub(crate) struct At<T> {
    /// The name of the attribute, of which some have two.
    pub(crate) name: &'static str,
    /// Where that name stands.
    pub(crate) span: Span,
    pub(crate) namespace: Namespace,
    pub(crate) value: T,
}

/// The writer of a field, or of a variant's content, in the place of its type's implementation.
pub(crate) enum Foreign {
    /// A function that takes a `JsonWriter`.
    Json(ExprPath),
    /// A function that takes a serializer of serde's, and the name of the attribute.
    Serde(&'static str, ExprPath),
    /// The type's implementation of serde's trait.
    Serialize,
    /// The same, unless the type has one of this trait.
    Fallback,
}

/// When fields are written by their types' implementations of serde's trait: `json(serde)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bridge {
    /// `serde`
    Always,
    /// `serde = "fallback"`: those whose types have no other.
    Fallback,
    /// `serde = false`: not, whatever the type around the field says.
    Never,
}

impl Bridge {
    pub(crate) fn writer(self) -> Option<Foreign> {
        match self {
            Self::Always => Some(Foreign::Serialize),
            Self::Fallback => Some(Foreign::Fallback),
            Self::Never => None,
        }
    }
}

/// The value that serde reads in place of a field that is missing: `serde(default)`.
pub(crate) enum SerdeDefault {
    /// `default`: the `Default` of the field's type, or the field of that of the struct.
    OfType,
    /// `default = "path"`: the output of a function.
    Path(ExprPath),
}

/// The attributes of a struct or an enum.
pub(crate) struct ContainerAttrs {
    pub(crate) rename: Option<LitStr>,
    pub(crate) rename_all: Option<RenameRule>,
    pub(crate) rename_all_fields: Option<At<RenameRule>>,
    pub(crate) untagged: Option<Span>,
    pub(crate) tag: Option<At<LitStr>>,
    pub(crate) content: Option<At<LitStr>>,
    pub(crate) transparent: Option<Span>,
    pub(crate) into: Option<At<Type>>,
    pub(crate) bound: Option<At<Vec<WherePredicate>>>,
    pub(crate) remote: Option<At<Path>>,
    /// The path of the runtime, if it is not `::record_runtime`.
    pub(crate) runtime: Option<Path>,
    pub(crate) bridge: Option<At<Bridge>>,
    pub(crate) schema: Option<Span>,
    pub(crate) default: Option<SerdeDefault>,
    pub(crate) policies: PolicyAttrs,
}

/// The attributes of a variant.
pub(crate) struct VariantAttrs {
    pub(crate) rename: Option<LitStr>,
    pub(crate) rename_all: Option<RenameRule>,
    pub(crate) untagged: Option<Span>,
    pub(crate) skip: Option<At<()>>,
    pub(crate) serialize_with: Option<At<Foreign>>,
    pub(crate) bridge: Option<At<Bridge>>,
    /// The type whose schema its content has.
    pub(crate) schema: Option<At<Type>>,
    pub(crate) bound: Option<At<Vec<WherePredicate>>>,
}

/// The attributes of a field.
pub(crate) struct FieldAttrs {
    pub(crate) rename: Option<LitStr>,
    pub(crate) skip: Option<At<()>>,
    pub(crate) skip_serializing_if: Option<At<ExprPath>>,
    pub(crate) flatten: Option<Span>,
    pub(crate) serialize_with: Option<At<Foreign>>,
    pub(crate) bridge: Option<At<Bridge>>,
    pub(crate) getter: Option<At<ExprPath>>,
    /// The type whose schema its value has.
    pub(crate) schema: Option<At<Type>>,
    pub(crate) bound: Option<At<Vec<WherePredicate>>>,
    pub(crate) default: Option<SerdeDefault>,
    pub(crate) policies: PolicyAttrs,
}

impl ContainerAttrs {
    /// `ident` is the name of the type, for `remote = "Self"`.
    pub(crate) fn read(attrs: &[Attribute], ident: &Ident, errors: &mut Errors) -> Self {
        let mut rename = PerDirection::new();
        let mut rename_all = PerDirection::new();
        let mut rename_all_fields = PerDirection::new();
        let mut untagged = PerNamespace::new();
        let mut tag = PerNamespace::new();
        let mut content = PerNamespace::new();
        let mut transparent = PerNamespace::new();
        let mut into = PerNamespace::new();
        let mut bound = PerDirection::new();
        let mut remote = PerNamespace::new();
        let mut runtime = PerNamespace::new();
        let mut bridge = PerNamespace::new();
        let mut schema = PerNamespace::new();
        let mut default = None;
        let mut policies = policy::Reader::new();
        each(attrs, Target::Container, errors, |errors, site, name, item| {
            if policies.read(errors, site, name, item)? {
                return Ok(());
            }
            match name {
                "rename" => {
                    rename.set(value::name(errors, name, item)?, site, errors);
                }
                "rename_all" => {
                    rename_all.set(value::rename_rule(errors, name, item)?, site, errors);
                }
                "rename_all_fields" => {
                    rename_all_fields.set(value::rename_rule(errors, name, item)?, site, errors);
                }
                "untagged" => untagged.set(value::flag(errors, name, item)?, site, errors),
                "tag" => tag.set(value::string(errors, name, item)?, site, errors),
                "content" => content.set(value::string(errors, name, item)?, site, errors),
                "transparent" => {
                    transparent.set(value::flag(errors, name, item)?, site, errors);
                }
                "into" => into.set(value::ty(errors, name, item)?, site, errors),
                "bound" => bound.set(value::bound(errors, name, item)?, site, errors),
                "remote" => remote.set(value::path(errors, name, item)?, site, errors),
                "default" => default = value::default(item)?,
                // In `serde(…)` it names serde.
                "serde" => bridge.set(value::bridge(errors, name, item)?, site, errors),
                "schema" => schema.set(value::flag(errors, name, item)?, site, errors),
                "crate" if site.namespace == Namespace::Serde => value::skip(item.input)?,
                _ => runtime.set(value::path(errors, name, item)?, site, errors),
            }
            Ok(())
        });
        // The three say one thing together, how an enum is tagged: a `json` one replaces all of serde's.
        if untagged.json.is_some() || tag.json.is_some() || content.json.is_some() {
            untagged.serde = None;
            tag.serde = None;
            content.serde = None;
        }
        if tag.broken {
            content.serde = None;
            content.json = None;
        }
        if remote.broken {
            errors.note_wrong("remote");
        }
        let mut remote = remote.get();
        if let Some(At { value: path, .. }) = &mut remote
            && path.is_ident("Self")
        {
            *path = Path::from(ident.clone());
        }
        Self {
            rename: rename.value(),
            rename_all: rename_all.value(),
            rename_all_fields: rename_all_fields.get(),
            untagged: untagged.get().map(|at| at.span),
            tag: tag.get(),
            content: content.get(),
            transparent: transparent.get().map(|at| at.span),
            into: into.get(),
            bound: bound.get(),
            remote,
            runtime: runtime.value(),
            bridge: bridge.get(),
            schema: schema.get().map(|at| at.span),
            default,
            policies: policies.finish(),
        }
    }
}

impl VariantAttrs {
    pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut rename = PerDirection::new_with_aliases();
        let mut rename_all = PerDirection::new();
        let mut untagged = PerNamespace::new();
        let mut skip = PerNamespace::new();
        let mut serialize_with = PerNamespace::new();
        let mut bridge = PerNamespace::new();
        let mut schema = PerNamespace::new();
        let mut bound = PerDirection::new();
        each(attrs, Target::Variant, errors, |errors, site, name, item| {
            match name {
                "rename" => rename.set(value::name(errors, name, item)?, site, errors),
                "rename_all" => {
                    rename_all.set(value::rename_rule(errors, name, item)?, site, errors);
                }
                "untagged" => untagged.set(value::flag(errors, name, item)?, site, errors),
                "skip" | "skip_serializing" => {
                    skip.set(value::flag(errors, name, item)?, site, errors);
                }
                "bound" => bound.set(value::bound(errors, name, item)?, site, errors),
                "serde" => bridge.set(value::bridge(errors, name, item)?, site, errors),
                "schema" => schema.set(value::ty(errors, name, item)?, site, errors),
                _ => serialize_with.set(serializer(errors, site, name, item)?, site, errors),
            }
            Ok(())
        });
        Self {
            rename: rename.value(),
            rename_all: rename_all.value(),
            untagged: untagged.get().map(|at| at.span),
            skip: skip.get(),
            serialize_with: serialize_with.get(),
            bridge: bridge.get(),
            schema: schema.get(),
            bound: bound.get(),
        }
    }
}

impl FieldAttrs {
    pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut rename = PerDirection::new_with_aliases();
        let mut skip = PerNamespace::new();
        let mut skip_serializing_if = PerNamespace::new();
        let mut flatten = PerNamespace::new();
        let mut serialize_with = PerNamespace::new();
        let mut bridge = PerNamespace::new();
        let mut getter = PerNamespace::new();
        let mut schema = PerNamespace::new();
        let mut bound = PerDirection::new();
        let mut default = None;
        let mut policies = policy::Reader::new();
        each(attrs, Target::Field, errors, |errors, site, name, item| {
            if policies.read(errors, site, name, item)? {
                return Ok(());
            }
            match name {
                "rename" => rename.set(value::name(errors, name, item)?, site, errors),
                "skip" | "skip_serializing" => {
                    skip.set(value::flag(errors, name, item)?, site, errors);
                }
                "skip_serializing_if" => {
                    skip_serializing_if.set(value::function(errors, name, item)?, site, errors);
                }
                "flatten" => flatten.set(value::flag(errors, name, item)?, site, errors),
                "getter" => getter.set(value::function(errors, name, item)?, site, errors),
                "serde" => {
                    let read = value::bridge(errors, name, item)?;
                    // One of the attributes that say what writes the field.
                    if let Some(foreign) = read.and_then(Bridge::writer) {
                        serialize_with.set(Some(foreign), site, errors);
                    }
                    bridge.set(read, site, errors);
                }
                "schema" => schema.set(value::ty(errors, name, item)?, site, errors),
                "bound" => bound.set(value::bound(errors, name, item)?, site, errors),
                "default" => default = value::default(item)?,
                _ => serialize_with.set(serializer(errors, site, name, item)?, site, errors),
            }
            Ok(())
        });
        Self {
            rename: rename.value(),
            skip: skip.get(),
            skip_serializing_if: skip_serializing_if.get(),
            flatten: flatten.get().map(|at| at.span),
            serialize_with: serialize_with.get(),
            bridge: bridge.get(),
            getter: getter.get(),
            schema: schema.get(),
            bound: bound.get(),
            default,
            policies: policies.finish(),
        }
    }
}

/// Where an attribute stands: its namespace, and its name with its place.
#[derive(Clone, Copy)]
struct Site {
    namespace: Namespace,
    span: Span,
    name: &'static str,
}

/// One attribute, as each of the two namespaces sets it.
struct PerNamespace<T> {
    serde: Option<At<T>>,
    json: Option<At<T>>,
    /// A value was wrong, and reported. The consequences of its absence are not reported as well.
    broken: bool,
}

impl<T> PerNamespace<T> {
    fn new() -> Self {
        Self { serde: None, json: None, broken: false }
    }

    /// `value` is `None` where it was wrong, and reported.
    fn set(&mut self, value: Option<T>, site: Site, errors: &mut Errors) {
        if let Err(first) = self.put(value, site) {
            errors.push(if first == site.name {
                errors::duplicate_attribute(site.span, first)
            } else {
                errors::not_both(site.span, site.name, first)
            });
        }
    }

    /// Keeps the first; fails with its name where there is one.
    fn put(&mut self, value: Option<T>, site: Site) -> std::result::Result<(), &'static str> {
        let Some(value) = value else {
            self.broken = true;
            return Ok(());
        };
        let Site { namespace, span, name } = site;
        let given = match namespace {
            Namespace::Serde => &mut self.serde,
            Namespace::Json => &mut self.json,
        };
        if let Some(first) = given {
            return Err(first.name);
        }
        *given = Some(At { name, span, namespace, value });
        Ok(())
    }

    fn get(self) -> Option<At<T>> {
        match self.json {
            None if self.broken => None,
            json => json.or(self.serde),
        }
    }

    fn value(self) -> Option<T> {
        self.get().map(|at| at.value)
    }
}

/// One attribute that may be given for each direction alone. The part for reading is kept only to notice a repetition.
struct PerDirection<T> {
    serialize: PerNamespace<T>,
    deserialize: PerNamespace<()>,
    /// How often it may stand for reading.
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Once,
    /// Serde reads a field or variant by each of the names.
    Often,
}

impl<T> PerDirection<T> {
    fn new() -> Self {
        Self { serialize: PerNamespace::new(), deserialize: PerNamespace::new(), reading: Reading::Once }
    }

    /// A name of which there may be several for reading.
    fn new_with_aliases() -> Self {
        Self { reading: Reading::Often, ..Self::new() }
    }

    fn set(&mut self, parts: Vec<Directed<T>>, site: Site, errors: &mut Errors) {
        for Directed { direction, span, value } in parts {
            let mut is_first = true;
            if direction != Direction::Serialize && self.reading == Reading::Once {
                is_first &= self.deserialize.put(value.as_ref().map(|_| ()), site).is_ok();
            }
            if direction != Direction::Deserialize {
                is_first &= self.serialize.put(value, site).is_ok();
            }
            if !is_first {
                let name = site.name;
                errors.push(match direction {
                    Direction::Both => errors::duplicate_attribute(span, name),
                    Direction::Serialize => errors::duplicate_direction(span, name, "serialize"),
                    Direction::Deserialize => errors::duplicate_direction(span, name, "deserialize"),
                });
            }
        }
    }

    fn get(self) -> Option<At<T>> {
        self.serialize.get()
    }

    fn value(self) -> Option<T> {
        self.serialize.value()
    }
}

/// Calls `read` for every attribute in `serde(…)` and `json(…)` that may stand here and concerns writing. The table of
/// known ones gives its name. Everything else is reported or, where it is for reading only, passed over.
fn each(
    attrs: &[Attribute],
    place: Target,
    errors: &mut Errors,
    mut read: impl FnMut(&mut Errors, Site, &'static str, &Item) -> Result<()>,
) {
    for attr in attrs {
        let namespace = if attr.path().is_ident("serde") {
            Namespace::Serde
        } else if attr.path().is_ident("json") {
            Namespace::Json
        } else {
            continue;
        };
        let before = errors.count();
        let read_one = |errors: &mut Errors, item: &Item| {
            let (name, span) = (name_of(&item.path), item.span);
            // Text without a comma behind it is the rest of something that was reported.
            let is_rest = !item.input.is_empty() && !item.input.peek(Token![,]);
            let is_rest = is_rest && !item.input.peek(Token![=]) && !item.input.peek(token::Paren);
            if is_rest && errors.count() > before {
                return value::skip(item.input);
            }
            match known::look_up(errors, namespace, place, span, &name) {
                Some(Known::Read(name)) => read(errors, Site { namespace, span, name }, name, item),
                Some(Known::Ignored) | None => value::skip(item.input),
            }
        };
        if let Err(error) =
            attr.parse_args_with(|input: ParseStream| list::each(input, errors, errors::no_attribute, read_one))
        {
            errors.push(error);
        }
    }
}

/// The name of an attribute as text. Names are single words; a longer path is unknown, but has to be shown.
fn name_of(path: &Path) -> String {
    match path.get_ident() {
        Some(ident) => ident.unraw().to_string(),
        None => path.to_token_stream().to_string().replace(' ', ""),
    }
}

/// `serialize_with = "path"`, or `with = "module"`, which means the function in it that has the name of the form:
/// `module::write_json` in `json(…)`, `module::serialize` in `serde(…)`.
fn serializer(errors: &mut Errors, site: Site, name: &'static str, item: &Item) -> Result<Option<Foreign>> {
    let Some(mut function) = value::function(errors, name, item)? else {
        return Ok(None);
    };
    if name == "with"
        && let Some(last) = function.path.segments.last()
    {
        let in_module = match site.namespace {
            Namespace::Json => "write_json",
            Namespace::Serde => "serialize",
        };
        let in_module = Ident::new(in_module, last.ident.span());
        function.path.segments.push(in_module.into());
    }
    Ok(Some(match site.namespace {
        Namespace::Json => Foreign::Json(function),
        Namespace::Serde => Foreign::Serde(name, function),
    }))
}

#[cfg(test)]
mod tests;

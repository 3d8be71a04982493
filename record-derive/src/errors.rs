//! The macro's errors: the accumulator that gathers all errors of a type, and every message.
//!
//! Messages are lower case, without a full stop, name the attribute in backticks, and say what to write instead. The
//! stages push them and go on, so that one compile shows all mistakes of a type.

use crate::attr::policy::NumberSyntax;
use proc_macro2::Span;
use syn::Error;

/// The errors of one derive input. Must be read with [`finish`](Self::finish): a stage that dropped them would turn a
/// mistake of the user into wrong bytes.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<Error>,
    /// Attributes that may be there although they were not read: wrong ones, and those which an unknown name may mean.
    /// A report of their absence would be false.
    misspelt: Vec<&'static str>,
    finished: bool,
}

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        self.list.push(error);
    }

    pub(crate) fn push_misspelt(&mut self, error: Error, meant: &[&'static str]) {
        self.push(error);
        self.misspelt.extend(meant);
    }

    pub(crate) fn note_wrong(&mut self, name: &'static str) {
        self.misspelt.push(name);
    }

    /// Whether one of these attributes may be there under a wrong name.
    pub(crate) fn may_be_misspelt(&self, names: &[&str]) -> bool {
        self.misspelt.iter().any(|meant| names.contains(meant))
    }

    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// All errors as one, or `Ok` if there were none.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.finished = true;
        let mut list = std::mem::take(&mut self.list).into_iter();
        match list.next() {
            None => Ok(()),
            Some(mut first) => {
                first.extend(list);
                Err(first)
            }
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.finished || std::thread::panicking(), "the errors of a type were dropped unread");
    }
}

/// `a`, `b` or `c`, each in backticks.
fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => quoted.concat(),
    }
}

// Attributes: reading them.

pub(crate) fn unknown_attribute(span: Span, name: &str, place: &str, near: &[&str], known: &[&str]) -> Error {
    let hint =
        if near.is_empty() { format!("write {}", one_of(known)) } else { format!("did you mean {}?", one_of(near)) };
    Error::new(span, format!("unknown attribute `{name}` on {place}: {hint}"))
}

pub(crate) fn no_attribute(span: Span, text: &str) -> Error {
    Error::new(span, format!("expected an attribute, found `{text}`: write its name first, as in `rename = \"…\"`"))
}

pub(crate) fn expected_comma(span: Span) -> Error {
    Error::new(span, "expected `,` between two attributes")
}

pub(crate) fn misplaced_attribute(span: Span, name: &str, place: &str, right: &[&str]) -> Error {
    let right = right.join(" or ");
    Error::new(span, format!("`{name}` applies to {right}, not to {place}: move it, or leave it out"))
}

pub(crate) fn only_for_reading(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` is only for reading: write `#[serde({name})]`, or leave it out"))
}

pub(crate) fn duplicate_attribute(span: Span, name: &str) -> Error {
    Error::new(span, format!("duplicate attribute `{name}`: keep one of them"))
}

pub(crate) fn contradicting(span: Span, name: &str, other: &str) -> Error {
    Error::new(span, format!("`{name}` contradicts `{other}`: keep one of them"))
}

pub(crate) fn not_both(span: Span, name: &str, first: &str) -> Error {
    Error::new(span, format!("`{first}` and `{name}` cannot both be given: keep one of them"))
}

pub(crate) fn duplicate_direction(span: Span, name: &str, direction: &str) -> Error {
    Error::new(span, format!("duplicate attribute `{name}({direction} = \"…\")`: keep one of them"))
}

pub(crate) fn takes_no_value(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` takes no value: write `{name}` alone"))
}

pub(crate) fn expected_string(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` takes a string literal: write `{name} = \"…\"`"))
}

pub(crate) fn suffixed_string(span: Span, name: &str, suffix: &str) -> Error {
    Error::new(span, format!("the string of `{name}` has the suffix `{suffix}`: remove the suffix"))
}

pub(crate) fn expected_directions(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!(
            "`{name}` takes one name, or one for each direction: write `{name} = \"…\"` or `{name}(serialize = \"…\", deserialize = \"…\")`"
        ),
    )
}

pub(crate) fn unknown_rename_rule(span: Span, name: &str, rule: &str, known: &[&str]) -> Error {
    Error::new(span, format!("unknown rule `{rule}` in `{name}`: write {}", one_of(known)))
}

pub(crate) fn not_a_path(span: Span, name: &str, text: &str) -> Error {
    let example = match name {
        "remote" => "path::to::Type",
        "crate" => "path::to::crate",
        "with" => "path::to::module",
        "skip_default" => "path::to::default",
        _ => "path::to::function",
    };
    wrong_value(span, name, text, "path", example)
}

pub(crate) fn not_a_type(span: Span, name: &str, text: &str) -> Error {
    wrong_value(span, name, text, "type", "Type")
}

fn wrong_value(span: Span, name: &str, text: &str, what: &str, example: &str) -> Error {
    let mistake =
        if text.is_empty() { format!("`{name}` needs a {what}") } else { format!("`{text}` is not a {what}") };
    Error::new(span, format!("{mistake}: write `{name} = \"{example}\"`"))
}

pub(crate) fn not_a_bound(span: Span, name: &str, text: &str, why: &Error) -> Error {
    Error::new(span, format!("`{text}` is not a list of bounds ({why}): write `{name} = \"T: Trait, U: Trait\"`"))
}

pub(crate) fn not_of_serde(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` is only known to `json`: write `#[json({name})]`"))
}

pub(crate) fn not_a_switch(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` only takes the value `false`: write `{name}` alone or `{name} = false`"))
}

pub(crate) fn not_undone(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!(
            "a field cannot undo `{name}`, which covers the whole text of its type: put it on the other fields instead"
        ),
    )
}

pub(crate) fn unknown_choice(span: Span, name: &str, word: &str, known: &[&str]) -> Error {
    let hint = match known {
        [one] => format!("write `{name} = \"{one}\"` or `{name}` alone"),
        _ => format!("write {}", one_of(known)),
    };
    Error::new(span, format!("unknown value `{word}` of `{name}`: {hint}"))
}

pub(crate) fn not_a_number(span: Span, name: &str, numbers: NumberSyntax) -> Error {
    let NumberSyntax { unit, example, least, most } = numbers;
    Error::new(
        span,
        format!("`{name}` takes a number of {unit}: write `{name} = {example}`, or any number from {least} to {most}"),
    )
}

// Types: what cannot be written at all.

pub(crate) fn union_input(span: Span) -> Error {
    Error::new(
        span,
        "`ZeroAllocJson` cannot be derived for a union, because nothing says which field it holds: use an enum, or \
         implement the trait by hand",
    )
}

// Attributes: contradictions on a container.

pub(crate) fn only_on_enums(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` is only for enums: use an enum, or leave it out"))
}

pub(crate) fn tag_without_names(span: Span) -> Error {
    Error::new(span, "`tag` stands beside named fields: name the fields, or use an enum")
}

pub(crate) fn content_without_tag(span: Span) -> Error {
    Error::new(span, "`content` needs a tag: write `tag = \"…\", content = \"…\"`")
}

pub(crate) fn content_equals_tag(span: Span, key: &str) -> Error {
    Error::new(span, format!("`content` and `tag` are both `{key}`: give them different names"))
}

pub(crate) fn tagged_tuple_variant(span: Span) -> Error {
    Error::new(
        span,
        "a tuple variant beside a `tag` needs a key: name its fields, or add `content = \"…\"` to the enum",
    )
}

pub(crate) fn tag_equals_field(span: Span, key: &str) -> Error {
    Error::new(span, format!("the key `{key}` is already the `tag`: rename the field or the tag"))
}

pub(crate) fn transparent_on(span: Span, what: &str) -> Error {
    Error::new(span, format!("`transparent` is for structs with one field, not for {what}: leave it out"))
}

pub(crate) fn transparent_second_field(span: Span) -> Error {
    Error::new(span, "`transparent` needs exactly one field that is written: add `#[json(skip)]` to the others")
}

/// `skip` is the attribute that leaves out a field, if any is left out.
pub(crate) fn transparent_without_field(span: Span, skip: Option<&str>) -> Error {
    Error::new(
        span,
        match skip {
            Some(skip) => {
                format!("`transparent` needs one field that is written, but all are left out: remove a `{skip}`")
            }
            None => String::from("`transparent` needs one field that is written: add one, or leave `transparent` out"),
        },
    )
}

pub(crate) fn remote_generics_twice(span: Span) -> Error {
    Error::new(
        span,
        "`remote` names generic arguments, and the type has parameters too: write the path without arguments",
    )
}

// Attributes: contradictions on a variant or a field.

pub(crate) fn untagged_not_last(span: Span) -> Error {
    Error::new(
        span,
        "an `untagged` variant stands before a tagged one: move the untagged variants to the end of the enum",
    )
}

pub(crate) fn getter_on_enum(span: Span) -> Error {
    Error::new(span, "`getter` is only for structs: leave it out, or use a struct")
}

pub(crate) fn getter_without_remote(span: Span) -> Error {
    Error::new(span, "`getter` reads the type that `remote` names: add `remote = \"…\"` to the struct")
}

pub(crate) fn flatten_without_name(span: Span) -> Error {
    Error::new(span, "`flatten` needs named fields beside it: name the fields, or leave `flatten` out")
}

pub(crate) fn skipped_under_function(span: Span, name: &str, function: &str) -> Error {
    Error::new(
        span,
        format!("`{name}` contradicts the variant's `{function}`, which receives every field: keep one of them"),
    )
}

pub(crate) fn skipped_with_function(span: Span, name: &str, function: &str) -> Error {
    Error::new(span, format!("`{name}` contradicts `{function}`, which would write the variant: keep one of them"))
}

pub(crate) fn duplicate_key(span: Span, key: &str) -> Error {
    Error::new(span, format!("the key `{key}` is written twice: rename one of the fields"))
}

// Policies: contradictions, and places where they have no meaning.

pub(crate) fn schema_of_function(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!(
            "the schema of what `{name}` writes is not known: name a type that has the same texts, \
             `#[json(schema = \"Type\")]`, or allow all, `#[json(schema = \"record_runtime::schema::Any\")]`"
        ),
    )
}

pub(crate) fn schema_of_nothing(span: Span) -> Error {
    Error::new(span, "`schema` has no effect here: the type around it has no schema, by `#[json(schema)]`")
}

pub(crate) fn nothing_to_undo(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name} = false` has nothing to undo on a type: leave it out"))
}

pub(crate) fn omission_without_name(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!("`{name}` needs a named field, because readers find an unnamed one by its place: leave `{name}` out"),
    )
}

pub(crate) fn not_views(span: Span, name: &str, text: &str) -> Error {
    wrong_value(span, name, text, "list of views", "path::to::View")
}

pub(crate) fn default_of_enum(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!("`{name}` with a path compares the fields of a struct: write `{name}` alone, or put it on the fields"),
    )
}

pub(crate) fn default_of_remote(span: Span) -> Error {
    Error::new(
        span,
        "`remote` contradicts `skip_default` with the default of the whole type: put `skip_default = \"…\"` on the fields",
    )
}

pub(crate) fn repr_of_struct(span: Span) -> Error {
    Error::new(span, "`repr` writes the number of an enum's variant: use an enum, or leave it out")
}

pub(crate) fn repr_of_content(span: Span) -> Error {
    Error::new(span, "`repr` writes only a number, and this variant has fields: remove the fields or the `repr`")
}

pub(crate) fn sort_keys_without_keys(span: Span) -> Error {
    Error::new(span, "`sort_keys` needs named fields: leave it out")
}

pub(crate) fn mask_without_names(span: Span) -> Error {
    Error::new(span, "`field_mask` needs fields with names, of this type or of its only field's: leave it out")
}

pub(crate) fn sort_keys_with_flatten(span: Span) -> Error {
    Error::new(span, "`flatten` adds keys that `sort_keys` cannot see: keep one of them")
}

pub(crate) fn sort_keys_with_tag(span: Span, tag: &str, key: &str) -> Error {
    Error::new(
        span,
        format!(
            "the tag `{tag}` stands in front of the key `{key}`, which sorts before it: rename the tag, or remove \
             `sort_keys`"
        ),
    )
}

pub(crate) fn sort_keys_with_tagged_newtype(span: Span) -> Error {
    Error::new(
        span,
        "the variant's value adds keys that `sort_keys` cannot see: name its fields, add `content = \"…\"` to the \
         enum, or remove `sort_keys`",
    )
}

pub(crate) fn sort_keys_with_hash_map(span: Span) -> Error {
    Error::new(
        span,
        "the entries of a `HashMap` have no order for `sort_keys`: use a `BTreeMap`, or remove `sort_keys`",
    )
}

#[cfg(test)]
mod tests {
    use super::{Errors, duplicate_key, union_input};
    use proc_macro2::Span;

    #[test]
    fn all_errors_come_out_in_order() {
        let mut errors = Errors::default();
        errors.push(union_input(Span::call_site()));
        errors.push(duplicate_key(Span::call_site(), "a"));
        let messages: Vec<_> =
            errors.finish().expect_err("two were pushed").into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[1], "the key `a` is written twice: rename one of the fields");
    }

    #[test]
    fn no_errors_is_ok() {
        assert!(Errors::default().finish().is_ok());
    }

    #[test]
    #[should_panic(expected = "dropped unread")]
    #[cfg(debug_assertions)]
    fn dropping_them_unread_is_noticed() {
        drop(Errors::default());
    }
}

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

/// `"a"`, `"b"` and `"c"`, each in backticks.
fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

// Attributes: reading them.

pub(crate) fn unknown_attribute(span: Span, name: &str, place: &str, near: &[&str], known: &[&str]) -> Error {
    let hint = if near.is_empty() {
        format!("known are {}", listed(known))
    } else {
        format!("did you mean {}?", listed(near))
    };
    Error::new(span, format!("unknown attribute `{name}` on {place}: {hint}"))
}

pub(crate) fn no_attribute(span: Span, text: &str) -> Error {
    Error::new(span, format!("`{text}` is no attribute: write its name first, as in `rename = \"…\"`"))
}

pub(crate) fn expected_comma(span: Span) -> Error {
    Error::new(span, "expected `,` between two attributes")
}

pub(crate) fn misplaced_attribute(span: Span, name: &str, place: &str, right: &str) -> Error {
    Error::new(span, format!("`{name}` has no meaning on {place}: put it on {right}"))
}

pub(crate) fn only_for_reading(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` is for reading only: write it as `#[serde({name})]`, or leave it out"))
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
    Error::new(span, format!("the string of `{name}` has the suffix `{suffix}`: leave it out"))
}

pub(crate) fn expected_directions(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` takes `{name} = \"…\"` or `{name}(serialize = \"…\", deserialize = \"…\")`"))
}

pub(crate) fn unknown_rename_rule(span: Span, name: &str, rule: &str, known: &[&str]) -> Error {
    Error::new(span, format!("unknown rule `{rule}` in `{name}`: write one of {}", listed(known)))
}

pub(crate) fn not_a_path(span: Span, name: &str, text: &str) -> Error {
    let example = match name {
        "remote" => "path::to::Type",
        "crate" => "path::to::crate",
        "with" => "path::to::module",
        _ => "path::to::function",
    };
    wrong_value(span, name, text, "path", example)
}

pub(crate) fn not_a_type(span: Span, name: &str, text: &str) -> Error {
    wrong_value(span, name, text, "type", "Type")
}

fn wrong_value(span: Span, name: &str, text: &str, what: &str, example: &str) -> Error {
    let mistake = if text.is_empty() { format!("`{name}` names no {what}") } else { format!("`{text}` is no {what}") };
    Error::new(span, format!("{mistake}: write `{name} = \"{example}\"`"))
}

pub(crate) fn not_a_bound(span: Span, name: &str, text: &str, why: &Error) -> Error {
    Error::new(span, format!("`{text}` is no list of bounds ({why}): write `{name} = \"T: Trait, U: Trait\"`"))
}

pub(crate) fn not_of_serde(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` is no attribute of serde's: write `#[json({name})]`"))
}

pub(crate) fn not_a_switch(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` takes no value but `false`: write `{name}` alone or `{name} = false`"))
}

pub(crate) fn not_undone(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!(
            "`{name}` cannot be undone: on a type it concerns all that is written, so put it on the other fields instead"
        ),
    )
}

pub(crate) fn unknown_choice(span: Span, name: &str, word: &str, known: &[&str]) -> Error {
    let hint = match known {
        [one] => format!("write `{name} = \"{one}\"` or `{name}` alone"),
        _ => format!("write one of {}", listed(known)),
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
        "`ZeroAllocJson` cannot be derived for a union, which does not say what field it holds: use a struct or an \
         enum, or implement the trait by hand",
    )
}

// Attributes: contradictions on a container.

pub(crate) fn only_on_enums(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` has no meaning on a struct: leave it out, or use an enum"))
}

pub(crate) fn tag_without_names(span: Span) -> Error {
    Error::new(span, "`tag` needs named fields to stand beside: use a struct with named fields or an enum")
}

pub(crate) fn content_without_tag(span: Span) -> Error {
    Error::new(span, "`content` needs a tag: write `tag = \"…\", content = \"…\"`")
}

pub(crate) fn untagged_with(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` contradicts `untagged`: keep one of them"))
}

pub(crate) fn content_equals_tag(span: Span, key: &str) -> Error {
    Error::new(span, format!("`content` and `tag` are both `{key}`: give them different names"))
}

pub(crate) fn tagged_tuple_variant(span: Span) -> Error {
    Error::new(
        span,
        "a tuple variant has no place beside a `tag`: name its fields, or add `content = \"…\"` to the enum",
    )
}

pub(crate) fn tag_equals_field(span: Span, key: &str) -> Error {
    Error::new(span, format!("the key `{key}` is already the `tag`: rename the field or the tag"))
}

pub(crate) fn transparent_with(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name}` contradicts `transparent`: keep one of them"))
}

pub(crate) fn transparent_on(span: Span, what: &str) -> Error {
    Error::new(span, format!("`transparent` has no meaning on {what}: leave it out"))
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
                format!("`transparent` needs one field that is written, and all are left out: remove a `{skip}`")
            }
            None => String::from("`transparent` needs one field that is written: add one, or leave `transparent` out"),
        },
    )
}

pub(crate) fn remote_generics_twice(span: Span) -> Error {
    Error::new(
        span,
        "`remote` names generic arguments although the type has parameters: write the path without arguments",
    )
}

// Attributes: contradictions on a variant or a field.

pub(crate) fn untagged_not_last(span: Span) -> Error {
    Error::new(
        span,
        "a variant with `untagged` stands before one without: move the untagged variants to the end of the enum",
    )
}

pub(crate) fn getter_on_enum(span: Span) -> Error {
    Error::new(span, "`getter` has no meaning in an enum: leave it out, or use a struct")
}

pub(crate) fn getter_without_remote(span: Span) -> Error {
    Error::new(span, "`getter` is for definitions of another type: add `remote = \"…\"` to the struct")
}

pub(crate) fn flatten_without_name(span: Span) -> Error {
    Error::new(span, "`flatten` needs named fields around it: leave it out, or name the fields")
}

pub(crate) fn skipped_under_function(span: Span, name: &str, function: &str) -> Error {
    Error::new(
        span,
        format!("`{name}` contradicts the variant's `{function}`, which is given every field: keep one of them"),
    )
}

pub(crate) fn skipped_with_function(span: Span, name: &str, function: &str) -> Error {
    Error::new(span, format!("`{name}` contradicts `{function}`, which would write the variant: keep one of them"))
}

pub(crate) fn duplicate_key(span: Span, key: &str) -> Error {
    Error::new(span, format!("the key `{key}` is written twice: rename one of the fields"))
}

// Policies: contradictions, and places where they have no meaning.

pub(crate) fn nothing_to_undo(span: Span, name: &str) -> Error {
    Error::new(span, format!("`{name} = false` has nothing to undo on a type: leave it out"))
}

pub(crate) fn omission_without_name(span: Span, name: &str) -> Error {
    Error::new(
        span,
        format!("`{name}` needs a field with a name: what has none is told by its place, so leave `{name}` out"),
    )
}

pub(crate) fn repr_of_struct(span: Span) -> Error {
    Error::new(span, "`repr` writes the number of an enum's variant: leave it out, or use an enum")
}

pub(crate) fn repr_of_content(span: Span) -> Error {
    Error::new(span, "`repr` writes a number alone, and this variant has fields: remove them, or the `repr`")
}

pub(crate) fn sort_keys_without_keys(span: Span) -> Error {
    Error::new(span, "`sort_keys` needs named fields: leave it out")
}

pub(crate) fn sort_keys_with_flatten(span: Span) -> Error {
    Error::new(span, "`flatten` brings keys that `sort_keys` does not know: remove one of them")
}

pub(crate) fn sort_keys_with_tag(span: Span, tag: &str, key: &str) -> Error {
    Error::new(
        span,
        format!(
            "`sort_keys` leaves the tag `{tag}` in front, where it sorts behind the key `{key}`: rename the tag so that \
             it comes first"
        ),
    )
}

pub(crate) fn sort_keys_with_tagged_newtype(span: Span) -> Error {
    Error::new(
        span,
        "the variant's value brings keys that `sort_keys` does not know: name its fields, add `content = \"…\"` to \
         the enum, or remove `sort_keys`",
    )
}

pub(crate) fn sort_keys_with_hash_map(span: Span) -> Error {
    Error::new(span, "a `HashMap` has no order, which `sort_keys` asks for: use a `BTreeMap`, or remove `sort_keys`")
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

//! The policies, a row each: other texts for known types of value, fields that are left out, more escapes, the order of
//! keys. They stand in `#[json(…)]` alone.
//!
//! Everything about a policy follows from its row: syntax, places, exclusions, the runtime's type that writes it, and
//! its line in the documentation. Only policies of a whole type ([`Effect::Type`]) are asked for by their name
//! elsewhere.

use super::known::Target;
use super::list::Item;
use super::{At, PerNamespace, Site, value};
use crate::errors::Errors;
use syn::{ExprPath, Path, Result};

/// A policy, as the macro knows it.
pub(crate) struct Row {
    pub(crate) policy: Name,
    pub(crate) name: &'static str,
    pub(super) places: &'static [Target],
    pub(super) syntax: Syntax,
    pub(crate) effect: Effect,
    /// Attributes of a field that leave the policy nothing to do.
    pub(crate) excludes: &'static [Excluded],
}

/// How the attribute is written.
#[derive(Clone, Copy)]
pub(super) enum Syntax {
    /// `name`
    Flag,
    /// `name`; a field undoes that of its type by `= false`.
    Switch,
    /// `name`, or `name = "path"`; undone by `= false`.
    SwitchOrPath,
    /// `name`; concerns the whole text of a type, so that no field can undo it.
    Whole,
    /// `name = N`; undone by `= false`.
    Number(NumberSyntax),
    /// `name = "path, path"`
    Types,
    /// `name = "word"`, each with a type of the runtime; undone by `= false`.
    Word(&'static [(&'static str, &'static str)]),
    /// `name`, for a type of the runtime, or `name = "word"` for another; undone by `= false`.
    FlagOrWord(&'static str, &'static [(&'static str, &'static str)]),
}

/// The numbers that a policy takes.
#[derive(Clone, Copy)]
pub(crate) struct NumberSyntax {
    pub(crate) unit: &'static str,
    pub(crate) example: u16,
    pub(crate) least: u16,
    pub(crate) most: u16,
}

/// The part of the output that a policy changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The text of a number. These add up.
    Number(NumberPart),
    /// The text of a value, written by this type of the runtime. It has the policy's value as its parameter.
    Value(&'static str),
    /// The same, of what implements `Display`.
    Display,
    /// The field is left out where its value is such.
    Omission(Reason),
    /// The field is left out unless one of these views is asked for.
    View,
    /// More characters are escaped.
    Escapes(Extra),
    /// The type as a whole.
    Type,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberPart {
    Quotes,
    Digits,
    NonFinite,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    None,
    Empty,
    Default,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    Html,
    NonAscii,
}

/// An attribute of a field that is no policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excluded {
    SerializeWith,
    Flatten,
    SkipSerializingIf,
}

/// Makes the rows, the names for them, and the lines of the documentation.
macro_rules! policies {
    ($(
        $Policy:ident $name:literal: $syntax:expr, on ($($on:ident),+), $effect:expr, excludes [$($excluded:ident),*],
        $shown:literal, $documentation:literal, $test:literal;
    )+) => {
        /// The name of a row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Name {
            $($Policy,)+
        }

        /// All policies, in the order of [`Name`].
        pub(crate) const ROWS: &[Row] = &[$(
            Row {
                policy: Name::$Policy,
                name: $name,
                places: places!($($on),+),
                syntax: $syntax,
                effect: $effect,
                excludes: &[$(Excluded::$excluded),*],
            },
        )+];

        /// The lines of the derive's table of policies.
        #[cfg(not(record_stages))]
        macro_rules! policy_table {
            () => {
                concat!($("| ", $shown, " | ", stringify!($($on),+), " | ", $documentation, " |\n",)+)
            };
        }
        #[cfg(not(record_stages))]
        pub(crate) use policy_table;

        /// The lines of the table on the page of all attributes, which names the tests too.
        #[cfg(test)]
        pub(super) const PAGE_TABLE: &str = concat!($(
            "| ", $shown, " | ", stringify!($($on),+), " | ", $documentation, " | `", $test, "` |\n",
        )+);
    };
}

macro_rules! places {
    (type, field) => {
        &[Target::Container, Target::Field]
    };
    (type) => {
        &[Target::Container]
    };
    (enum) => {
        &[Target::Container]
    };
    (field) => {
        &[Target::Field]
    };
}

policies! {
    AsString "as_string": Syntax::FlagOrWord("AsString", &[("beyond_2_53", "AsStringBeyond")]), on (type, field),
        Effect::Number(NumberPart::Quotes), excludes [SerializeWith],
        "`as_string`, `as_string = \"beyond_2_53\"`",
        "integers, floats and `bool` between quotes; or only integers that JavaScript rounds, beyond ±(2^53 - 1)",
        "suite/policies/numbers.rs";
    Decimals "decimals": Syntax::Number(NumberSyntax { unit: "digits", example: 2, least: 0, most: 100 }),
        on (type, field),
        Effect::Number(NumberPart::Digits), excludes [SerializeWith],
        "`decimals = 2`",
        "floats with so many digits behind the point, as `format!(\"{:.2}\")` rounds: from the exact value, halves to even; \
         0 to 100",
        "suite/policies/numbers.rs";
    NonFinite "non_finite": Syntax::Word(&[
            ("null", "NonFiniteAsNull"),
            ("string", "NonFiniteAsString"),
            ("error", "NonFiniteAsError"),
        ]), on (type, field),
        Effect::Number(NumberPart::NonFinite), excludes [SerializeWith],
        "`non_finite = \"null\"`, `\"string\"`, `\"error\"`",
        "NaN and the infinities as `null` (the default), as `\"NaN\"`, `\"Infinity\"`, `\"-Infinity\"`, or as an error",
        "suite/policies/numbers.rs";
    Bytes "bytes": Syntax::Word(&[
            ("base64", "Base64"),
            ("base64url", "Base64Url"),
            ("hex", "Hex"),
            ("utf8", "Utf8"),
        ]), on (type, field),
        Effect::Value("Bytes"), excludes [SerializeWith, Flatten],
        "`bytes = \"base64\"`, `\"base64url\"`, `\"hex\"`, `\"utf8\"`",
        "bytes as a string: base64 with padding (as Go), for URLs without, two digits each, or as UTF-8, else an error",
        "suite/policies/bytes.rs";
    Time "time": Syntax::Word(&[
            ("rfc3339", "Rfc3339"),
            ("rfc3339_seconds", "Rfc3339Seconds"),
            ("rfc3339_millis", "Rfc3339Millis"),
            ("rfc3339_micros", "Rfc3339Micros"),
            ("rfc3339_nanos", "Rfc3339Nanos"),
            ("date", "Date"),
            ("unix", "Unix"),
            ("unix_millis", "UnixMillis"),
            ("unix_micros", "UnixMicros"),
            ("unix_nanos", "UnixNanos"),
            ("seconds", "Seconds"),
            ("millis", "Millis"),
            ("micros", "Micros"),
            ("nanos", "Nanos"),
            ("iso8601", "Iso8601"),
        ]), on (type, field),
        Effect::Value("Time"), excludes [SerializeWith, Flatten],
        "`time = \"rfc3339_millis\"`, `\"unix\"`, `\"date\"`, `\"seconds\"`, …",
        "points in time as text or as a number since 1970, durations as a number or in ISO 8601, by the forms below",
        "suite/policies/time.rs";
    Display "display": Syntax::Flag, on (type, field),
        Effect::Display, excludes [SerializeWith, Flatten],
        "`display`", "the output of `Display`, as a string",
        "suite/policies/display.rs";
    Raw "raw": Syntax::FlagOrWord("Checked", &[("trusted", "Trusted")]), on (field),
        Effect::Value("Raw"), excludes [SerializeWith, Flatten],
        "`raw`, `raw = \"trusted\"`", "a string that is JSON already, as it is: checked (up to 1024 levels deep), or not",
        "suite/policies/raw.rs";
    Truncate "truncate": Syntax::Number(NumberSyntax { unit: "characters", example: 80, least: 1, most: u16::MAX }),
        on (type, field),
        Effect::Value("Truncate"), excludes [SerializeWith, Flatten],
        "`truncate = 80`", "a string of at most so many characters: a longer one is cut between characters, and ends in `…`",
        "suite/policies/truncate.rs";
    Redact "redact": Syntax::FlagOrWord("All", &[("last_four", "LastFour")]), on (field),
        Effect::Value("Redact"), excludes [SerializeWith, Flatten],
        "`redact`, `redact = \"last_four\"`",
        "`\"***\"` in place of a string; or `\"***\"` with the last four characters behind it, if there are eight or more; \
         the view `Unredacted` shows all",
        "suite/policies/redact.rs";
    SkipNone "skip_none": Syntax::Switch, on (type, field),
        Effect::Omission(Reason::None), excludes [Flatten, SkipSerializingIf],
        "`skip_none`", "left out if `None`",
        "suite/policies/omissions.rs";
    OmitEmpty "omit_empty": Syntax::Switch, on (type, field),
        Effect::Omission(Reason::Empty), excludes [Flatten, SkipSerializingIf],
        "`omit_empty`", "left out if `false`, 0, without text, elements or entries, or `None`",
        "suite/policies/omissions.rs";
    SkipDefault "skip_default": Syntax::SwitchOrPath, on (type, field),
        Effect::Omission(Reason::Default), excludes [Flatten, SkipSerializingIf],
        "`skip_default`, `skip_default = \"path\"`",
        "left out if equal to its default: what serde reads in its place, else its type's `Default`, or the value at the path",
        "suite/policies/defaults.rs";
    View "view": Syntax::Types, on (field),
        Effect::View, excludes [],
        "`view = \"Admin\"`, `view = \"Admin, Support\"`",
        "left out unless one of these views is asked for, as by `write_json_view::<Admin>`",
        "suite/policies/views.rs";
    HtmlSafe "html_safe": Syntax::Whole, on (type, field),
        Effect::Escapes(Extra::Html), excludes [],
        "`html_safe`", "`<`, `>`, `&`, U+2028 and U+2029 as `\\u003c` and so on",
        "suite/policies/escapes.rs";
    Ascii "ascii": Syntax::Whole, on (type, field),
        Effect::Escapes(Extra::NonAscii), excludes [],
        "`ascii`", "everything beyond ASCII as `\\uXXXX`",
        "suite/policies/escapes.rs";
    SortKeys "sort_keys": Syntax::Flag, on (type),
        Effect::Type, excludes [],
        "`sort_keys`", "fields in the order of their keys, by code points",
        "suite/policies/order.rs";
    FieldMask "field_mask": Syntax::Flag, on (type),
        Effect::Type, excludes [],
        "`field_mask`", "takes masks: a call may select its fields by name, as `id,user(name)`",
        "suite/policies/masks.rs";
    Repr "repr": Syntax::Flag, on (enum),
        Effect::Type, excludes [],
        "`repr`", "unit variants as their number",
        "suite/policies/repr.rs";
}

const COUNT: usize = ROWS.len();

/// The value of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// `= false`: undoes that of the container.
    Undone,
    Set,
    Number(u16),
    /// The runtime's type for the word.
    Word(&'static str),
}

/// The policies of a container or a field.
pub(crate) struct PolicyAttrs {
    given: [Option<At<Given>>; COUNT],
    /// The value of [`Syntax::SwitchOrPath`], which one policy has.
    path: Option<ExprPath>,
    /// The value of [`Syntax::Types`], which one policy has.
    views: Vec<Path>,
}

impl PolicyAttrs {
    pub(crate) fn get(&self, name: Name) -> Option<&At<Given>> {
        self.given[name as usize].as_ref()
    }

    /// The path that `skip_default` names.
    pub(crate) fn path(&self) -> Option<&ExprPath> {
        self.path.as_ref()
    }

    pub(crate) fn has(&self, name: Name) -> bool {
        self.get(name).is_some()
    }

    /// The views that the field is for; none where it is for all.
    pub(crate) fn views(&self) -> &[Path] {
        &self.views
    }

    /// Each row with what is given for it, undone or not.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static Row, &At<Given>)> {
        ROWS.iter().zip(&self.given).filter_map(|(row, at)| Some((row, at.as_ref()?)))
    }

    /// Each row that is asked for.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&'static Row, &At<Given>)> {
        self.given().filter(|(_, at)| at.value != Given::Undone)
    }
}

/// [`PolicyAttrs`] while they are read.
pub(super) struct Reader {
    given: [PerNamespace<Given>; COUNT],
    path: Option<ExprPath>,
    views: Vec<Path>,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { given: std::array::from_fn(|_| PerNamespace::new()), path: None, views: Vec::new() }
    }

    /// Reads the attribute if it is a policy; whether it was.
    pub(super) fn read(&mut self, errors: &mut Errors, site: Site, name: &'static str, item: &Item) -> Result<bool> {
        let Some((given, row)) = self.given.iter_mut().zip(ROWS).find(|(_, row)| row.name == name) else {
            return Ok(false);
        };
        let value = match row.syntax {
            Syntax::Flag => value::flag(errors, name, item)?.map(|()| Given::Set),
            Syntax::Whole => value::whole(errors, name, item)?.map(|()| Given::Set),
            Syntax::Switch => value::switch(errors, name, item)?.map(|on| if on { Given::Set } else { Given::Undone }),
            Syntax::SwitchOrPath => value::switch_or_path(errors, name, item)?.map(|setting| {
                setting.given(|path| {
                    self.path = self.path.take().or(path);
                    Given::Set
                })
            }),
            Syntax::Types => value::views(errors, name, item)?.map(|views| {
                self.views = views;
                Given::Set
            }),
            Syntax::Number(numbers) => {
                value::number(errors, name, item, numbers)?.map(|number| number.given(Given::Number))
            }
            Syntax::FlagOrWord(word, _) if !value::has_value(item) => Some(Given::Word(word)),
            Syntax::Word(words) | Syntax::FlagOrWord(_, words) => {
                value::choice(errors, name, item, words)?.map(|word| word.given(Given::Word))
            }
        };
        given.set(value, site, errors);
        Ok(true)
    }

    pub(super) fn finish(self) -> PolicyAttrs {
        PolicyAttrs { given: self.given.map(PerNamespace::get), path: self.path, views: self.views }
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Name, PAGE_TABLE, ROWS};
    use std::path::Path as FilePath;
    use std::{env, fs};

    #[test]
    fn names_are_in_the_order_of_the_rows() {
        assert_eq!(Name::Repr as usize, COUNT - 1);
        assert_eq!(ROWS[Name::SkipNone as usize].name, "skip_none");
    }

    /// The table on the page is the one that the rows make; `BLESS=1` puts it there.
    #[test]
    fn the_page_has_the_table_of_the_rows() {
        let file = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../record-runtime/src/docs/attributes.md");
        let page = fs::read_to_string(&file).expect("the page is there");
        let (start, end) = ("<!-- the rows of record-derive/src/attr/policy.rs -->\n", "<!-- until here -->\n");
        let (before, rest) = page.split_once(start).expect("the beginning of the table");
        let (table, after) = rest.split_once(end).expect("the end of the table");
        let heading = "| attribute | on | effect | test |\n| --- | --- | --- | --- |\n";
        let expected = format!("\n{heading}{PAGE_TABLE}\n");
        if env::var_os("BLESS").is_some() {
            fs::write(&file, format!("{before}{start}{expected}{end}{after}")).expect("the page is written");
        } else {
            assert_eq!(table, expected, "refresh the page by `BLESS=1 cargo test -p record-derive`");
        }
    }
}

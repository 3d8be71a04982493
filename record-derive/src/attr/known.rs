//! Which attributes exist, where they may stand, and what they are for: the table behind every "unknown attribute". That of
//! the policies is in [`policy`](super::policy).

use super::Namespace;
use super::policy::ROWS;
use crate::errors::{self, Errors};
use proc_macro2::Span;

/// The kinds of item that an attribute stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Container,
    Variant,
    Field,
}

impl Target {
    fn described(self) -> &'static str {
        match self {
            Self::Container => "a struct or an enum",
            Self::Variant => "a variant",
            Self::Field => "a field",
        }
    }
}

/// The table's answer for an attribute that stands where it may.
pub(super) enum Known {
    /// It has a say in what is written; the name is the table's.
    Read(&'static str),
    /// It concerns deserialization only.
    Ignored,
}

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Writing,
    /// Has a say in what is written, and is not serde's: it stands in `json(…)` alone.
    Policy,
    /// Read by serde's `Deserialize`; without effect on writing, so `serde(…)` may hold it and `json(…)` may not.
    Reading,
}

use Purpose::{Policy, Reading, Writing};
use Target::{Container, Field, Variant};

/// Of serde's, those that have a say in what is written.
const WRITING: &[(&str, &[Target])] = &[
    ("rename", &[Container, Variant, Field]),
    ("rename_all", &[Container, Variant]),
    ("rename_all_fields", &[Container]),
    ("tag", &[Container]),
    ("content", &[Container]),
    ("untagged", &[Container, Variant]),
    ("transparent", &[Container]),
    ("into", &[Container]),
    ("bound", &[Container, Variant, Field]),
    ("crate", &[Container]),
    ("remote", &[Container]),
    ("skip", &[Variant, Field]),
    ("skip_serializing", &[Variant, Field]),
    ("skip_serializing_if", &[Field]),
    ("flatten", &[Field]),
    ("serialize_with", &[Variant, Field]),
    ("with", &[Variant, Field]),
    ("getter", &[Field]),
];

/// Beside the policies: writes by serde itself.
const BRIDGE: (&str, &[Target]) = ("serde", &[Container, Variant, Field]);

/// Beside the policies: describes what is written.
const SCHEMA: (&str, &[Target]) = ("schema", &[Container, Variant, Field]);

const READING: &[(&str, &[Target])] = &[
    ("default", &[Container, Field]),
    ("alias", &[Variant, Field]),
    ("deny_unknown_fields", &[Container]),
    ("from", &[Container]),
    ("try_from", &[Container]),
    ("expecting", &[Container]),
    ("other", &[Variant]),
    ("borrow", &[Variant, Field]),
    ("deserialize_with", &[Variant, Field]),
    ("skip_deserializing", &[Variant, Field]),
    ("field_identifier", &[Container]),
    ("variant_identifier", &[Container]),
];

/// All attributes: name, purpose, places.
fn all() -> impl Iterator<Item = (&'static str, Purpose, &'static [Target])> {
    let policies = ROWS.iter().map(|row| (row.name, row.places)).chain([BRIDGE, SCHEMA]);
    let policies = policies.map(|(name, places)| (name, Policy, places));
    let writing = WRITING.iter().map(|&(name, places)| (name, Writing, places));
    writing.chain(policies).chain(READING.iter().map(|&(name, places)| (name, Reading, places)))
}

/// Looks `name` up, and reports it where it may not stand.
pub(super) fn look_up(
    errors: &mut Errors,
    namespace: Namespace,
    place: Target,
    span: Span,
    name: &str,
) -> Option<Known> {
    let Some((name, purpose, places)) = all().find(|(known, ..)| *known == name) else {
        report_unknown(errors, namespace, place, span, name);
        return None;
    };
    if !places.contains(&place) {
        let right: Vec<_> = places.iter().map(|place| place.described()).collect();
        errors.push(errors::misplaced_attribute(span, name, place.described(), &right));
        return None;
    }
    match (purpose, namespace) {
        (Writing, _) | (Policy, Namespace::Json) => Some(Known::Read(name)),
        // `skip_default` compares with it.
        (Reading, Namespace::Serde) if name == "default" => Some(Known::Read(name)),
        (Policy, Namespace::Serde) => {
            errors.push(errors::not_of_serde(span, name));
            None
        }
        (Reading, Namespace::Serde) => Some(Known::Ignored),
        (Reading, Namespace::Json) => {
            errors.push(errors::only_for_reading(span, name));
            None
        }
    }
}

/// The attributes that have a say in what is written, and where they may stand.
#[cfg(test)]
pub(super) fn for_writing(place: Target) -> impl Iterator<Item = (&'static str, &'static str)> {
    let here = all().filter(move |(_, purpose, places)| *purpose != Reading && places.contains(&place));
    // Serde's `crate` is about serde.
    here.map(|(name, purpose, _)| (name, if purpose == Policy || name == "crate" { "json" } else { "serde" }))
}

fn report_unknown(errors: &mut Errors, namespace: Namespace, place: Target, span: Span, name: &str) {
    let known: Vec<&'static str> = all()
        .filter(|(_, purpose, places)| {
            let unread = match namespace {
                Namespace::Serde => Policy,
                Namespace::Json => Reading,
            };
            places.contains(&place) && *purpose != unread
        })
        .map(|(known, ..)| known)
        .collect();
    let near: Vec<&'static str> = known.iter().copied().filter(|known| is_near(name, known)).collect();
    errors.push_misspelt(errors::unknown_attribute(span, name, place.described(), &near, &known), &near);
}

/// Whether `typed` is probably a misspelt `known`. They may be equal but for case, dashes and the order of letters, or
/// one may start with the other. Otherwise at most a third of the letters may be wrong.
fn is_near(typed: &str, known: &str) -> bool {
    let typed = typed.to_ascii_lowercase().replace('-', "_");
    if typed.len() >= 4 && (known.starts_with(&typed) || typed.starts_with(known)) {
        return true;
    }
    let sorted = |name: &str| {
        let mut letters = name.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(&typed) == sorted(known) || edit_distance(typed.as_bytes(), known.as_bytes()) <= known.len() / 3
}

/// The least number of inserted, removed and replaced bytes that turn `a` into `b` (Wagner and Fischer, by rows).
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let above = *cell;
            left = (above + 1).min(left + 1).min(diagonal + usize::from(x != y));
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::{BRIDGE, Purpose, SCHEMA, all, edit_distance, is_near};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// The page of attributes has a row for each, in the table of its purpose. Each row names a test that uses the
    /// attribute.
    #[test]
    fn every_attribute_has_a_row_and_a_test() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let page = root.join("record-runtime/src/docs/attributes.md");
        let page = fs::read_to_string(page).expect("the page is there");
        let mut rows = BTreeSet::new();
        let mut tables = 0_usize;
        for line in page.lines() {
            tables += usize::from(line.starts_with("| --- |"));
            let Some(row) = line.strip_prefix("| `") else { continue };
            let name: String = row.chars().take_while(|&letter| letter.is_alphanumeric() || letter == '_').collect();
            let (_, test) = line.trim_end_matches("` |").rsplit_once('`').expect("a test in the last column");
            let test =
                fs::read_to_string(root.join("tests").join(test)).unwrap_or_else(|error| panic!("{test}: {error}"));
            assert!(test.contains(&name), "`{name}` is not in its test");
            assert!(rows.insert((tables, name)), "{line} twice");
        }
        let known = all().map(|(name, purpose, _)| {
            let table = match purpose {
                Purpose::Writing => 1,
                Purpose::Reading => 2,
                Purpose::Policy if name == SCHEMA.0 => 5,
                Purpose::Policy => 3 + usize::from(name == BRIDGE.0),
            };
            (table, name.to_owned())
        });
        assert_eq!(known.collect::<BTreeSet<_>>(), rows);
    }

    #[test]
    fn distances() {
        assert_eq!(edit_distance(b"", b"tag"), 3);
        assert_eq!(edit_distance(b"tag", b""), 3);
        assert_eq!(edit_distance(b"kitten", b"sitting"), 3);
        assert_eq!(edit_distance(b"flatten", b"flatten"), 0);
    }

    #[test]
    fn near_names() {
        assert!(is_near("renam", "rename"));
        assert!(is_near("renameAll", "rename_all"));
        assert!(is_near("rename-all", "rename_all"));
        assert!(is_near("skip_serialising_if", "skip_serializing_if"));
        assert!(is_near("falten", "flatten"));
        assert!(is_near("tga", "tag"));
        assert!(!is_near("colour", "content"));
        assert!(!is_near("x", "tag"));
    }
}

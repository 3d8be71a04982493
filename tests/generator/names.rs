//! Names of fields, variants and keys. All of one list stay distinct under every rename rule, and no two lists share a
//! name. So no combination of attributes makes two keys of a type equal.

use crate::split_mix::SplitMix64;

/// Names of fields. None begins with a letter beyond ASCII: `serde_derive` panics on those under `camelCase`.
const FIELDS: &[&str] = &[
    "id",
    "user_name",
    "r#type",
    "größe",
    "http_status_code",
    "x1",
    "is_ok_2",
    "r#match",
    "a",
    "bb",
    "ccc",
    "description_of_the_thing",
    "created_at",
    "_leading",
    "trailing_",
    "double__score",
    "count",
    "total",
    "item_list",
    "straßen_größe",
    "self_",
    "value",
    "very_long_field_name_that_exceeds_thirty_two_bytes_and_then_sixty_four_bytes",
    "r#fn",
    "key",
    "inner_most",
    "w",
    "yes_no",
    "zed",
    "latitude",
    "longitude",
    "flag",
    "n",
    "owner",
    "parent_id",
    "children_ids",
    "tags",
    "labels",
    "meta_data",
    "r#loop",
    "scope",
    "origin",
    "target",
    "weight",
    "height_cm",
];

/// Names of variants.
const VARIANTS: &[&str] = &[
    "Alpha",
    "BetaGamma",
    "HTTPDelta",
    "V2",
    "Größer",
    "X",
    "LongVariantNameWithManyWords",
    "Epsilon3Zeta",
    "EtaTheta",
    "I",
    "KappaLambdaMu",
    "Under_Score",
    "Ok_",
    "NuXi",
    "Omicron",
];

/// The beginnings of a `rename`; a number follows.
const RENAMES: &[&str] = &[
    "the-key-",
    "quoted \\\" ",
    "new\\nline ",
    "ünï-",
    "",
    "back\\\\slash ",
    "control \\u{1}\\u{1f} ",
    "$",
    "a rename of more than sixty-four bytes, so that the longest store does not hold it: ",
    "🦀",
    "del \\u{7f} ",
    "{\\\"brace\\\":[",
];

const RULES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// The parts of strings.
const TEXTS: &[&str] = &[
    "",
    "x",
    "plain",
    "exactly sixteen!",
    "a clean string of more than thirty-two bytes",
    "a clean string of more than sixty-four bytes, which is what the widest of vectors holds",
    "\\\"",
    "tab\\tnew\\nline",
    "nul \\0 and \\u{1b}[0m",
    "ünïcödé",
    "🦀🦀🦀",
    "back\\\\slash at the end \\\\",
    "\\u{2028}\\u{7f}</script>",
    "escape after thirty-two clean bytes: \\\"quoted\\\"",
];

/// As many distinct names of fields as asked for.
pub(crate) fn fields(rng: &mut SplitMix64, count: usize) -> Vec<&'static str> {
    distinct(rng, FIELDS, count)
}

/// As many distinct names of variants as asked for.
pub(crate) fn variants(rng: &mut SplitMix64, count: usize) -> Vec<&'static str> {
    distinct(rng, VARIANTS, count)
}

/// A key that no rule makes of a name; distinct for distinct numbers. Escaped, as it stands in a literal.
pub(crate) fn rename(rng: &mut SplitMix64, number: usize) -> String {
    format!("{}{number}", rng.pick(RENAMES))
}

/// A rule of `rename_all`.
pub(crate) fn rule(rng: &mut SplitMix64) -> &'static str {
    rng.pick(RULES)
}

/// A text, escaped as it stands in a literal.
pub(crate) fn text(rng: &mut SplitMix64) -> &'static str {
    rng.pick(TEXTS)
}

fn distinct(rng: &mut SplitMix64, names: &[&'static str], count: usize) -> Vec<&'static str> {
    assert!(count <= names.len(), "there are only {} names", names.len());
    let mut left = names.to_vec();
    (0..count).map(|_| left.swap_remove(rng.below(left.len()))).collect()
}

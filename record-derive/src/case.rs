//! The rename rules: `rename_all = "…"` applied to the name of a field or a variant.
//!
//! The results are serde's, name for name, also where they are odd. A rule expects fields in snake case and variants in
//! Pascal case, and splits words nowhere else. It changes ASCII letters only, but a variant's words start at any
//! upper-case letter of Unicode. Unlike serde's, the rules accept names that start with a letter outside ASCII.

/// One of the eight values of `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RenameRule {
    /// `lowercase`
    Lower,
    /// `UPPERCASE`
    Upper,
    /// `PascalCase`
    Pascal,
    /// `camelCase`
    Camel,
    /// `snake_case`
    Snake,
    /// `SCREAMING_SNAKE_CASE`
    ScreamingSnake,
    /// `kebab-case`
    Kebab,
    /// `SCREAMING-KEBAB-CASE`
    ScreamingKebab,
}

/// Every rule under the name that selects it, in the order in which an error lists them.
pub(crate) const RENAME_RULES: [(&str, RenameRule); 8] = [
    ("lowercase", RenameRule::Lower),
    ("UPPERCASE", RenameRule::Upper),
    ("PascalCase", RenameRule::Pascal),
    ("camelCase", RenameRule::Camel),
    ("snake_case", RenameRule::Snake),
    ("SCREAMING_SNAKE_CASE", RenameRule::ScreamingSnake),
    ("kebab-case", RenameRule::Kebab),
    ("SCREAMING-KEBAB-CASE", RenameRule::ScreamingKebab),
];

impl RenameRule {
    /// The rule that `name` selects.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        RENAME_RULES.iter().find(|(known, _)| *known == name).map(|&(_, rule)| rule)
    }

    /// The key of a field called `name`, which is taken to be in snake case.
    pub(crate) fn apply_to_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => pascal_from_snake(name),
            Self::Camel => with_lower_initial(&pascal_from_snake(name)),
        }
    }

    /// The name of a variant called `name`, which is taken to be in Pascal case.
    pub(crate) fn apply_to_variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => with_lower_initial(name),
            Self::Snake => snake_from_pascal(name),
            Self::ScreamingSnake => snake_from_pascal(name).to_ascii_uppercase(),
            Self::Kebab => snake_from_pascal(name).replace('_', "-"),
            Self::ScreamingKebab => snake_from_pascal(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal_from_snake(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        if let Some(initial) = letters.next() {
            pascal.push(initial.to_ascii_uppercase());
            pascal.push_str(letters.as_str());
        }
    }
    pascal
}

fn snake_from_pascal(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn with_lower_initial(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |initial| {
        let mut lower = String::with_capacity(name.len());
        lower.push(initial.to_ascii_lowercase());
        lower.push_str(letters.as_str());
        lower
    })
}

#[cfg(test)]
mod tests {
    use super::{RENAME_RULES, RenameRule};

    /// A name, and the name that each rule of `RENAME_RULES` gives, in order. Recorded from `serde_derive` 1.0.229, but
    /// for names that it panics on.
    type Row = (&'static str, [&'static str; 8]);

    const FIELDS: &[Row] = &[
        ("a", ["a", "A", "A", "a", "a", "A", "a", "A"]),
        (
            "very_tasty",
            [
                "very_tasty",
                "VERY_TASTY",
                "VeryTasty",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ],
        ),
        ("z42", ["z42", "Z42", "Z42", "z42", "z42", "Z42", "z42", "Z42"]),
        ("__id_", ["__id_", "__ID_", "Id", "id", "__id_", "__ID_", "--id-", "--ID-"]),
        (
            "mixedCase_x",
            [
                "mixedCase_x",
                "MIXEDCASE_X",
                "MixedCaseX",
                "mixedCaseX",
                "mixedCase_x",
                "MIXEDCASE_X",
                "mixedCase-x",
                "MIXEDCASE-X",
            ],
        ),
        ("größe_ä", ["größe_ä", "GRößE_ä", "Größeä", "größeä", "größe_ä", "GRößE_ä", "größe-ä", "GRößE-ä"]),
        // serde_derive panics on the camel case of these two.
        (
            "übung_eins",
            [
                "übung_eins",
                "üBUNG_EINS",
                "übungEins",
                "übungEins",
                "übung_eins",
                "üBUNG_EINS",
                "übung-eins",
                "üBUNG-EINS",
            ],
        ),
        ("__", ["__", "__", "", "", "__", "__", "--", "--"]),
    ];

    const VARIANTS: &[Row] = &[
        ("A", ["a", "A", "A", "a", "a", "A", "a", "A"]),
        (
            "VeryTasty",
            [
                "verytasty",
                "VERYTASTY",
                "VeryTasty",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ],
        ),
        (
            "HTTPCode",
            [
                "httpcode",
                "HTTPCODE",
                "HTTPCode",
                "hTTPCode",
                "h_t_t_p_code",
                "H_T_T_P_CODE",
                "h-t-t-p-code",
                "H-T-T-P-CODE",
            ],
        ),
        ("Z42", ["z42", "Z42", "Z42", "z42", "z42", "Z42", "z42", "Z42"]),
        (
            "With_Score",
            [
                "with_score",
                "WITH_SCORE",
                "With_Score",
                "with_Score",
                "with__score",
                "WITH__SCORE",
                "with--score",
                "WITH--SCORE",
            ],
        ),
        (
            "MaßÄnderung",
            [
                "maßÄnderung",
                "MAßÄNDERUNG",
                "MaßÄnderung",
                "maßÄnderung",
                "maß_Änderung",
                "MAß_ÄNDERUNG",
                "maß-Änderung",
                "MAß-ÄNDERUNG",
            ],
        ),
        // serde_derive panics on its camel case.
        ("Übung", ["Übung", "ÜBUNG", "Übung", "Übung", "Übung", "ÜBUNG", "Übung", "ÜBUNG"]),
    ];

    #[test]
    fn fields_are_renamed_as_listed() {
        for (name, expected) in FIELDS {
            for ((_, rule), expected) in RENAME_RULES.iter().zip(expected) {
                assert_eq!(rule.apply_to_field(name), *expected, "{name} by {rule:?}");
            }
        }
    }

    #[test]
    fn variants_are_renamed_as_listed() {
        for (name, expected) in VARIANTS {
            for ((_, rule), expected) in RENAME_RULES.iter().zip(expected) {
                assert_eq!(rule.apply_to_variant(name), *expected, "{name} by {rule:?}");
            }
        }
    }

    #[test]
    fn rules_are_found_by_their_exact_name() {
        assert_eq!(RenameRule::from_name("camelCase"), Some(RenameRule::Camel));
        assert_eq!(RenameRule::from_name("CamelCase"), None);
        assert_eq!(RenameRule::from_name(""), None);
    }
}

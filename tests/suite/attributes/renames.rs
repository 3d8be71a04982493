//! `rename`, `rename_all` and `rename_all_fields`, in each place and form.

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

/// The same struct and enums under each of the eight rules.
macro_rules! under_rule {
    ($test:ident, $rule:literal) => {
        #[test]
        fn $test() {
            #[derive(Default, Serialize, ZeroAllocJson)]
            #[serde(rename_all = $rule)]
            #[expect(non_snake_case, reason = "two underscores are what the rules see differently")]
            struct Fields {
                a: u8,
                two_words: u8,
                three_short_words: u8,
                with_1_digit: u8,
                _leading: u8,
                trailing_: u8,
                double__underscore: u8,
                #[serde(rename = "kept As_is")]
                renamed: u8,
                r#type: u8,
            }

            #[derive(Serialize, ZeroAllocJson)]
            #[serde(rename_all = $rule)]
            #[expect(non_camel_case_types, reason = "an underscore is what the rules see differently")]
            enum Variants {
                A,
                TwoWords,
                HTTPServer,
                V2,
                With_Underscore,
                #[serde(rename = "kept As_is")]
                Renamed,
                FieldsKeepTheirName {
                    two_words: u8,
                },
                #[serde(rename_all = "UPPERCASE")]
                FieldsOfTheirOwn {
                    two_words: u8,
                },
            }

            #[derive(Serialize, ZeroAllocJson)]
            #[serde(rename_all_fields = $rule)]
            enum FieldsOfVariants {
                StaysAsItIs {
                    two_words: u8,
                    #[serde(rename = "kept As_is")]
                    renamed: u8,
                },
                #[serde(rename_all = "kebab-case")]
                OwnRule {
                    two_words: u8,
                },
                Tuple(u8, u8),
            }

            #[derive(Serialize, ZeroAllocJson)]
            #[serde(tag = "theTag", rename_all = $rule, rename_all_fields = $rule)]
            enum Both {
                FirstVariant { first_field: u8, second_field: u8 },
                SecondVariant,
            }

            assert_same(&Fields::default());
            assert_same(&[
                Variants::A,
                Variants::TwoWords,
                Variants::HTTPServer,
                Variants::V2,
                Variants::With_Underscore,
                Variants::Renamed,
                Variants::FieldsKeepTheirName { two_words: 1 },
                Variants::FieldsOfTheirOwn { two_words: 1 },
            ]);
            assert_same(&[
                FieldsOfVariants::StaysAsItIs { two_words: 1, renamed: 2 },
                FieldsOfVariants::OwnRule { two_words: 1 },
                FieldsOfVariants::Tuple(1, 2),
            ]);
            assert_same(&[Both::FirstVariant { first_field: 1, second_field: 2 }, Both::SecondVariant]);
        }
    };
}

under_rule!(lowercase, "lowercase");
under_rule!(uppercase, "UPPERCASE");
under_rule!(pascal_case, "PascalCase");
under_rule!(camel_case, "camelCase");
under_rule!(snake_case, "snake_case");
under_rule!(screaming_snake_case, "SCREAMING_SNAKE_CASE");
under_rule!(kebab_case, "kebab-case");
under_rule!(screaming_kebab_case, "SCREAMING-KEBAB-CASE");

#[derive(Serialize, ZeroAllocJson)]
#[serde(
    rename(serialize = "unused", deserialize = "unused_too"),
    rename_all(serialize = "camelCase", deserialize = "snake_case")
)]
#[expect(clippy::struct_field_names, reason = "names of two words")]
struct OneDirection {
    first_field: u8,
    #[serde(rename(serialize = "written", deserialize = "read"))]
    second_field: u8,
    #[serde(rename(deserialize = "read_only"))]
    third_field: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(rename_all(serialize = "SCREAMING_SNAKE_CASE"), rename_all_fields(serialize = "PascalCase"))]
#[expect(clippy::enum_variant_names, reason = "names of two words")]
enum OneDirectionEnum {
    FirstVariant {
        first_field: u8,
    },
    #[serde(rename(serialize = "written"))]
    SecondVariant,
    #[serde(rename_all(deserialize = "UPPERCASE"))]
    ThirdVariant {
        third_field: u8,
    },
}

#[test]
fn renames_of_one_direction() {
    let value = OneDirection { first_field: 1, second_field: 2, third_field: 3 };
    assert_same_text(&value, r#"{"firstField":1,"written":2,"thirdField":3}"#);
    assert_same(&[
        OneDirectionEnum::FirstVariant { first_field: 1 },
        OneDirectionEnum::SecondVariant,
        OneDirectionEnum::ThirdVariant { third_field: 3 },
    ]);
}

#[derive(Serialize, ZeroAllocJson)]
struct Escaped {
    #[serde(rename = "")]
    empty: u8,
    #[serde(rename = "\"")]
    quote: u8,
    #[serde(rename = "\\")]
    backslash: u8,
    #[serde(rename = "\u{8}\t\n\u{c}\r")]
    short_escapes: u8,
    #[serde(rename = "\0\u{1}\u{1f}")]
    control: u8,
    #[serde(rename = "/\u{7f}\u{2028}<>&")]
    passed: u8,
    #[serde(rename = "ключ 🦀")]
    unicode: u8,
    #[serde(rename = r#"{"json":[1,"#)]
    json: u8,
    #[serde(rename = "{brace} {0} {{")]
    braces: u8,
    #[serde(rename = "ends in a backslash \\")]
    last: u8,
}

#[test]
fn names_that_need_escapes() {
    assert_same(&Escaped {
        empty: 1,
        quote: 2,
        backslash: 3,
        short_escapes: 4,
        control: 5,
        passed: 6,
        unicode: 7,
        json: 8,
        braces: 9,
        last: 10,
    });
}

/// A later attribute list adds to an earlier one; attributes that only matter for reading change nothing.
#[derive(Serialize, serde::Deserialize, ZeroAllocJson)]
#[serde(default, deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
#[serde(expecting = "a struct")]
struct ReadingOnly {
    #[serde(alias = "other", alias = "another")]
    #[serde(rename = "new")]
    aliased: u8,
    #[serde(default = "seven")]
    with_default: u8,
    #[serde(skip_deserializing)]
    not_read: u8,
    #[serde(deserialize_with = "serde::Deserialize::deserialize")]
    read_otherwise: u8,
}

impl Default for ReadingOnly {
    fn default() -> Self {
        Self { aliased: 1, with_default: seven(), not_read: 3, read_otherwise: 4 }
    }
}

fn seven() -> u8 {
    7
}

#[derive(Serialize, serde::Deserialize, ZeroAllocJson)]
#[serde(from = "u8", rename_all = "lowercase")]
enum ReadFromNumber {
    #[serde(alias = "uno")]
    One,
    Other,
}

impl From<u8> for ReadFromNumber {
    fn from(number: u8) -> Self {
        if number == 1 { Self::One } else { Self::Other }
    }
}

#[derive(Serialize, serde::Deserialize, ZeroAllocJson)]
enum ReadOther {
    Known,
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, serde::Deserialize, ZeroAllocJson)]
struct Borrowing<'a> {
    #[serde(borrow)]
    text: std::borrow::Cow<'a, str>,
}

#[test]
fn attributes_for_reading_only() {
    assert_same_text(&ReadingOnly::default(), r#"{"new":1,"withDefault":7,"notRead":3,"readOtherwise":4}"#);
    assert_same(&[ReadFromNumber::from(1), ReadFromNumber::from(2)]);
    assert_same(&[ReadOther::Known, ReadOther::Unknown]);
    assert_same(&Borrowing { text: "x".into() });
}

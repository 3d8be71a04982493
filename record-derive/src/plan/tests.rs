//! Fragments, groups and markers of every shape.

use super::{
    Body, Floats, Group, Inline, Masks, MaxLen, Parts, Place, Places, Plan, Presence, Slot, Source, Splice, Through,
    Writer, group, quoted,
};
use crate::errors::Errors;
use crate::model::Container;
use quote::quote;
use syn::DeriveInput;

fn plan(input: &str) -> Plan {
    plan_of(&syn::parse_str(input).expect("the input is Rust"))
}

fn plan_of(input: &DeriveInput) -> Plan {
    let mut errors = Errors::default();
    let container = Container::from_input(input, &mut errors);
    let plan = Plan::new(&container);
    assert!(errors.finish().is_ok());
    plan
}

/// The fragments, one space between them.
fn fragments(input: &str) -> String {
    plan(input).fragments.join(" ")
}

fn slot(index: usize) -> Slot {
    Slot::whole(Source::Field(index))
}

#[test]
fn structs() {
    assert_eq!(fragments("struct S { a: A, r#type: B }"), r#"{ "a": "type": }"#);
    assert_eq!(fragments("struct S { #[serde(skip)] a: A }"), "{}");
    assert_eq!(fragments("struct S {}"), "{}");
    assert_eq!(fragments("struct S;"), "null");
    assert_eq!(fragments("struct S();"), "[]");
    assert_eq!(fragments("struct S(A, B);"), "[   ]");
    assert_eq!(fragments("struct S(A, #[serde(skip)] B);"), "[  ]");
    assert_eq!(fragments("struct S(A);"), "");
    assert_eq!(fragments("#[serde(transparent)] struct S { a: A }"), "");
    assert_eq!(fragments(r#"#[serde(into = "U")] struct S { a: A }"#), "");
    assert_eq!(
        fragments(r#"#[serde(tag = "t", rename = "N")] struct S { a: A, #[serde(flatten)] b: B }"#),
        r#"{"t":"N" "a":  }"#
    );
    assert_eq!(fragments(r#"#[serde(tag = "t")] struct S {}"#), r#"{"t":"S"}"#);
}

#[test]
fn external_variants() {
    assert_eq!(
        fragments(
            r#"#[serde(rename_all = "lowercase")] enum E { U, N(A), T(A, B), Z(), S { a: A }, E {}, W(#[serde(skip)] A), #[serde(skip)] X(A) }"#
        ),
        r#""u" {"n":  } {"t":[   ]} {"z":[]} {"s":{ "a": }} {"e":{}} "w""#
    );
}

#[test]
fn internal_variants() {
    assert_eq!(
        fragments(r#"#[serde(tag = "k")] enum E { U, N(A), S { a: A }, E {} }"#),
        r#"{"k":"U"} {"k":"N"  } {"k":"S" "a": } {"k":"E"}"#
    );
}

#[test]
fn adjacent_variants() {
    assert_eq!(
        fragments(r#"#[serde(tag = "k", content = "c")] enum E { U, N(A), T(A, B), S { a: A }, Z() }"#),
        r#"{"k":"U"} {"k":"N","c":  } {"k":"T","c":[   ]} {"k":"S","c":{ "a": }} {"k":"Z","c":[]}"#
    );
}

#[test]
fn untagged_variants() {
    assert_eq!(
        fragments("#[serde(untagged)] enum E { U, N(A), T(A, B), S { a: A }, E {} }"),
        "null [   ] { \"a\": } {}"
    );
    assert_eq!(
        fragments(r#"#[serde(tag = "k")] enum E { U, #[serde(untagged)] S { a: A } }"#),
        r#"{"k":"U"} { "a": }"#
    );
}

#[test]
fn variants_written_by_a_function() {
    let plan = plan(r#"#[serde(tag = "k")] enum E { #[json(with = "m")] T { a: A } }"#);
    assert_eq!(plan.fragments, [r#"{"k":"T""#, "", "}"]);
    let slot = Slot { source: Source::Variant, splice: Splice::Entries, presence: Presence::Always };
    assert_eq!(plan.writer, Writer::Enum(vec![Body::Groups(vec![Group { at: 0, slots: vec![slot] }])]));
}

#[test]
fn units_are_listed_in_order() {
    let plan = plan("enum E { A, B, C }");
    assert_eq!(plan.writer, Writer::Constants);
    assert_eq!(plan.max_len, MaxLen::Constant(3));
    assert_eq!(plan.places, Places::Enum);
}

#[test]
fn slots_say_how_a_field_is_written() {
    let plan = plan(
        r#"struct S { #[serde(skip)] a: A, #[serde(skip_serializing_if = "p")] b: B, #[serde(flatten, skip_serializing_if = "p")] c: C }"#,
    );
    let Writer::Struct(Body::Groups(groups)) = plan.writer else {
        panic!("no groups: {:?}", plan.writer);
    };
    let presence = Presence::Predicate;
    let first = Slot { presence, ..slot(1) };
    let second = Slot { presence, splice: Splice::Entries, ..slot(2) };
    assert_eq!(groups, [Group { at: 0, slots: vec![first, second] }]);
}

#[test]
fn masks_may_leave_out_what_is_always_written_otherwise() {
    let plan = plan(r#"#[json(field_mask)] struct S { a: A, #[serde(skip_serializing_if = "p")] b: B }"#);
    let Writer::Struct(Body::Groups(groups)) = plan.writer else {
        panic!("no groups: {:?}", plan.writer);
    };
    let presences: Vec<_> = groups[0].slots.iter().map(|slot| slot.presence).collect();
    assert_eq!(presences, [Presence::Policy, Presence::Predicate]);
}

/// The names of a type's parts, from that of each slot by its number. Bodies have as many slots as it says.
fn numbered(parts: &Parts, slots: &[usize]) -> Vec<Vec<String>> {
    let mut names: Vec<Vec<String>> = parts.parts.iter().map(|part| vec![String::new(); part.len()]).collect();
    for (body, count) in slots.iter().enumerate() {
        for slot in 0..*count {
            let number = parts.number(body, slot);
            let place = &parts.parts[number.part][number.field].place;
            assert_eq!(parts.may_be_left_out(number), *place != Place::Content);
            let name = &mut names[number.part][number.field];
            assert_eq!(name, "", "two slots have the number {} of {}", number.field, number.part);
            *name = match place {
                Place::Key(key) => key.clone(),
                Place::Flattened => "(flattened)".to_owned(),
                Place::Content => "(content)".to_owned(),
            };
        }
    }
    names
}

#[test]
fn masks_number_the_fields_of_each_body_in_parts() {
    let named = |count: usize| (0..count).map(|at| format!("f{at}")).collect::<Vec<_>>();
    let fields = |count| named(count).iter().map(|name| name.clone() + ": A, ").collect::<String>();
    let own = |input: &str| match plan(input).masks {
        Masks::Own(parts) => parts,
        other => panic!("{input}: {other:?}"),
    };
    let parts_of = |count| named(count).chunks(64).map(<[String]>::to_vec).collect::<Vec<_>>();
    for count in [0, 1, 63, 64, 65, 128, 129, 200] {
        let parts = own(&format!("#[json(field_mask)] struct S {{ {} }}", fields(count)));
        assert_eq!(numbered(&parts, &[count]), parts_of(count));
        for other in [0, 1, 64, 130] {
            let input = format!(
                r#"#[json(field_mask, tag = "t")] enum E {{ A {{ {} }}, B(A), C {{ {} }} }}"#,
                fields(other),
                fields(count)
            );
            let mut expected = [parts_of(other), vec![vec!["(content)".to_owned()]], parts_of(count)].concat();
            // The tag's part is the last one; no slot writes it.
            expected.push(vec![String::new()]);
            let parts = own(&input);
            assert_eq!(numbered(&parts, &[other, 1, count]), expected);
            assert_eq!(parts.parts.last().map(|tag| &tag[0].place), Some(&Place::Key("t".to_owned())));
        }
    }
    let parts = own("#[json(field_mask)] struct S { a: A, #[json(flatten)] b: B }");
    assert_eq!(numbered(&parts, &[2]), [["a", "(flattened)"]]);
    let parts = own(r#"#[json(field_mask, tag = "t")] enum E { #[json(untagged)] A { a: A } }"#);
    assert_eq!(numbered(&parts, &[1]), [["a"], [""]]);
}

#[test]
fn masks_go_through_to_what_is_written_in_place_of_the_whole() {
    let masks = |input: &str| plan(&format!("#[json(field_mask)] {input}")).masks;
    assert_eq!(masks(r#"#[json(into = "A")] struct S { a: A }"#), Masks::Through(Through::Into));
    assert_eq!(masks(r#"#[json(into = "A")] enum E { A { a: A } }"#), Masks::Through(Through::Into));
    assert_eq!(masks("struct S(A);"), Masks::Through(Through::Field(0)));
    assert_eq!(masks("#[json(transparent)] struct S { b: PhantomData<B>, a: A }"), Masks::Through(Through::Field(1)));
    assert_eq!(plan("struct S { a: A }").masks, Masks::None);
}

#[test]
fn long_lists_are_chained() {
    for (len, expected) in [(16, vec![16]), (17, vec![16, 1]), (32, vec![16, 16]), (33, vec![16, 16, 1])] {
        let mut fragments = vec!["before".to_owned()];
        let slots = (0..len).map(|at| (format!("k{at}"), slot(at))).collect();
        let Body::Groups(groups) = group(&mut fragments, "{".to_owned(), slots, "}") else {
            panic!("no groups");
        };
        let lengths: Vec<_> = groups.iter().map(|group| group.slots.len()).collect();
        assert_eq!(lengths, expected);
        let mut at = 1;
        for (index, group) in groups.iter().enumerate() {
            let last = index + 1 == groups.len();
            assert_eq!(group.at, at);
            assert_eq!(fragments[at], if index == 0 { "{" } else { "," });
            at += group.slots.len() + 1;
            assert_eq!(fragments[at], if last { "}" } else { "" });
            at += 1;
        }
        assert_eq!(fragments.len(), at);
        assert_eq!(fragments[at - 2], format!("k{}", len - 1));
    }
}

#[test]
fn chained_lists_look_back_where_nothing_is_certain() {
    for (certain, expected) in [(None, ""), (Some(0), ","), (Some(15), ","), (Some(16), "")] {
        let mut fragments = Vec::new();
        let maybe = |at| Slot { presence: [Presence::Predicate, Presence::Policy][at % 2], ..slot(at) };
        let slots =
            (0..17).map(|at| (format!("k{at}"), if certain == Some(at) { slot(at) } else { maybe(at) })).collect();
        group(&mut fragments, "{".to_owned(), slots, "}");
        assert_eq!(fragments[18], expected, "{certain:?}");
    }
}

#[test]
fn strings_are_escaped() {
    assert_eq!(
        quoted("a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}/\u{7f}ü\u{2028}"),
        "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001f/\u{7f}ü\u{2028}\""
    );
    assert_eq!(fragments(r#"struct S { #[serde(rename = "\"")] a: A }"#), "{ \"\\\"\": }");
}

#[test]
fn bounds_are_asked_for_where_there_may_be_one() {
    let max_len = |input| plan(input).max_len;
    assert_eq!(max_len("struct S { a: u8, b: Option<(u8, [f64; 2])> }"), MaxLen::Fields);
    assert_eq!(max_len("struct S { a: u8, b: Option<String> }"), MaxLen::Unknown);
    assert_eq!(max_len("struct S { a: (u8) }"), MaxLen::Fields);
    assert_eq!(max_len("struct S { a: (Vec<u8>) }"), MaxLen::Unknown);
    assert_eq!(max_len("struct S<'a> { a: &'a u8 }"), MaxLen::Unknown);
    assert_eq!(max_len("struct S { a: u8, #[serde(flatten)] b: B }"), MaxLen::Unknown);
    assert_eq!(max_len("struct S { a: u8, #[serde(skip)] b: String }"), MaxLen::Fields);
    assert_eq!(max_len("struct S(u8);"), MaxLen::Field(0));
    assert_eq!(max_len("struct S(Vec<u8>);"), MaxLen::Unknown);
    assert_eq!(max_len("struct S;"), MaxLen::Constant(4));
    assert_eq!(max_len("enum E { A(u8) }"), MaxLen::Unknown);
    // A type that a macro puts in stands in a group.
    for (ty, expected) in [(quote!(u8), MaxLen::Fields), (quote!(String), MaxLen::Unknown)] {
        let ty = proc_macro2::Group::new(proc_macro2::Delimiter::None, ty);
        let input = syn::parse2(quote!(struct S { a: #ty })).expect("the input is Rust");
        assert_eq!(plan_of(&input).max_len, expected);
    }
}

#[test]
fn places() {
    let places = |input| plan(input).places;
    let (any, object, array) = (Places::Any, Places::Object, Places::Array);
    assert_eq!(places("struct S { a: A }"), object);
    assert_eq!(places("struct S {}"), object);
    assert_eq!(places("struct S;"), object);
    assert_eq!(places("struct S(A, B);"), array);
    assert_eq!(places(r#"struct S(#[json(with = "m")] A);"#), any);
    assert_eq!(places("struct S(#[json(decimals = 2)] A);"), any);
    assert_eq!(places("#[json(html_safe)] struct S(A);"), any);
    assert_eq!(places(r#"#[json(into = "A")] struct S(A, B);"#), any);
    assert_eq!(places(r#"#[json(into = "A")] enum E { A { a: A } }"#), any);
    assert_eq!(places("#[json(display)] struct S(A, B);"), Places::Key);
    assert_eq!(places(r#"#[json(tag = "t")] enum E { A, B(A) }"#), object);
    assert_eq!(places(r#"#[json(tag = "t", content = "c")] enum E { A, B(A) }"#), object);
    assert_eq!(places("enum E { A, #[json(untagged)] B(A) }"), any);
    assert_eq!(places("enum E { A { a: A }, B(A) }"), object);
    assert_eq!(places("enum E { A, B(A) }"), Places::Enum);
    assert_eq!(places("enum E { #[json(skip)] A, B(A) }"), object);
    assert_eq!(places("#[json(untagged)] enum E { A { a: A }, C }"), object);
    assert_eq!(places("#[json(untagged)] enum E { A(A, B) }"), array);
    assert_eq!(places("#[json(untagged)] enum E { A(A), B(A, B) }"), any);
    assert_eq!(places(r#"#[json(untagged)] enum E { #[json(with = "m")] A(A, B) }"#), any);
    assert_eq!(places("enum E {}"), any);
}

#[test]
fn places_of_newtypes_are_those_of_the_field() {
    let places = |input| matches!(plan(input).places, Places::OfField(_));
    assert!(places("struct S(A);"));
    assert!(places("struct S(#[json(skip)] A);"));
    assert!(places("#[json(transparent)] struct S { a: A, b: PhantomData<B> }"));
    assert!(!places("#[json(untagged)] enum E { A(A) }"));
}

#[test]
fn small_writers_are_inlined() {
    assert_eq!(plan("struct S(u8, u8, u8, u8, u8);").inline, Inline::Yes);
    assert_eq!(plan("struct S(u8, u8, u8, u8, u8, u8);").inline, Inline::Never);
    assert_eq!(plan("enum E { A(u8, u8, u8), B(u8, u8, u8) }").inline, Inline::Never);
}

/// As many fields of each type as it says: `f64` before `u8`.
fn fields_of(floats: usize, others: usize) -> String {
    let types = std::iter::repeat_n("f64", floats).chain(std::iter::repeat_n("u8", others));
    types.enumerate().map(|(at, ty)| format!("f{at}: {ty}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn floats_are_at_least_half_of_the_fields_or_five() {
    for floats in 0..11 {
        for others in 0..13 {
            if floats + others == 0 {
                continue;
            }
            let plan = plan(&format!("struct S {{ {} }}", fields_of(floats, others)));
            let expected = if floats >= 5 || floats >= others && floats > 0 {
                Floats::OfFields { at: (0..floats.min(8)).collect(), of_parameter: false }
            } else {
                Floats::None
            };
            assert_eq!(plan.floats, expected, "{floats} of {}", floats + others);
            assert_eq!(plan.floats.are_enough(), floats >= 5, "{floats}");
        }
    }
}

#[test]
fn floats_are_those_of_one_type_written_as_they_are() {
    let floats = |input: &str| plan(input).floats;
    let fields = |at: &[usize], of_parameter| Floats::OfFields { at: at.to_vec(), of_parameter };
    assert_eq!(floats("struct S<T> { a: T, b: T, c: f64 }"), fields(&[0, 1], true));
    assert_eq!(floats("struct S<T> { a: T, b: f64 }"), fields(&[1], false));
    assert_eq!(floats("struct S<T, U> { a: T, b: U, c: U }"), fields(&[1, 2], true));
    assert_eq!(floats("struct S<T>(f64, u8, T, f64);"), fields(&[0, 3], false));
    assert_eq!(floats("struct S { a: f32, b: Vec<f64>, c: [f64; 2], d: T }"), Floats::None);
    for plain in ["skip", r#"skip_serializing_if = "p""#, "flatten", r#"serialize_with = "f""#, "decimals = 2"] {
        assert_eq!(floats(&format!("struct S {{ #[json({plain})] a: f64, b: u8 }}")), Floats::None, "{plain}");
    }
    for outer in ["#[json(html_safe)]", r#"#[json(remote = "R")]"#] {
        assert_eq!(floats(&format!("{outer} struct S {{ a: f64, b: f64 }}")), Floats::None, "{outer}");
        assert_eq!(floats(&format!("{outer} struct S([f64; 2]);")), Floats::None, "{outer}");
    }
    assert_eq!(floats("enum E { A { a: f64, b: f64 } }"), Floats::None);
}

#[test]
fn floats_of_one_value_are_those_of_an_array_or_a_tuple() {
    for (generics, ty, expected) in [
        ("", "[f64; 2]", Floats::OfValue),
        ("", "(u8, f64)", Floats::OfValue),
        ("<T>", "[T; 2]", Floats::OfValue),
        ("<T, U>", "(u8, U)", Floats::OfValue),
        ("", "[u8; 2]", Floats::None),
        ("", "(u8, T)", Floats::None),
        ("<T>", "[U; 2]", Floats::None),
        ("<T>", "Vec<T>", Floats::None),
        ("", "f64", Floats::None),
    ] {
        let plan = plan(&format!("struct S{generics}({ty});"));
        assert_eq!(plan.floats, expected, "{generics} {ty}");
        assert!(!plan.floats.are_enough());
    }
    assert_eq!(plan(r#"struct S(#[json(serialize_with = "f")] [f64; 2]);"#).floats, Floats::None);
}

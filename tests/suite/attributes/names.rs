//! Identifiers that are unusual in Rust, and keys of every length.

#![expect(nonstandard_style, reason = "unusual names are the subject")]

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

#[derive(Serialize, ZeroAllocJson)]
struct r#struct<'r#fn> {
    r#type: u8,
    r#match: &'r#fn str,
    r#async: Option<u8>,
    r#try: u8,
}

#[derive(Serialize, ZeroAllocJson)]
enum r#enum {
    r#Self_,
    r#loop(u8),
    r#while { r#for: u8 },
    r#move,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "r#tag", rename_all = "camelCase")]
enum r#mod {
    r#dyn { r#yield: u8 },
    r#abstract,
}

#[test]
fn raw_identifiers() {
    let value = r#struct { r#type: 1, r#match: "m", r#async: None, r#try: 2 };
    assert_same_text(&value, r#"{"type":1,"match":"m","async":null,"try":2}"#);
    assert_same(&[r#enum::r#Self_, r#enum::r#loop(1), r#enum::r#while { r#for: 2 }, r#enum::r#move]);
    assert_same(&[r#mod::r#dyn { r#yield: 1 }, r#mod::r#abstract]);
}

#[derive(Serialize, ZeroAllocJson)]
struct Größe {
    höhe: u8,
    ширина: u8,
    深さ: u8,
    é: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Groß {
    größe_in_m: u8,
}

#[derive(Serialize, ZeroAllocJson)]
enum Farbe {
    Weiß,
    Größer(u8),
    Zeichen { 字: u8 },
}

#[test]
fn names_beyond_ascii() {
    assert_same(&Größe { höhe: 1, ширина: 2, 深さ: 3, é: 4 });
    assert_same(&Groß { größe_in_m: 1 });
    assert_same(&[Farbe::Weiß, Farbe::Größer(1), Farbe::Zeichen { 字: 1 }]);
}

/// Fields that are named as what an expansion might call its own.
#[derive(Serialize, ZeroAllocJson)]
struct Locals {
    __c: u8,
    __self: u8,
    __rt: u8,
    __D: u8,
    __s: u8,
    c: u8,
    w: u8,
    this: u8,
    buf: u8,
    value: u8,
    write: u8,
    __v: u8,
}

#[derive(Serialize, ZeroAllocJson)]
enum LocalsInVariants {
    A { __c: u8, __self: u8, c: u8, this: u8, __f0: u8, __0: u8 },
    B { f0: u8, _0: u8, __field0: u8, __v: u8 },
}

/// Parameters that are named so.
#[derive(Serialize, ZeroAllocJson)]
struct Parameters<'s, 'a, 'any, L, T, C, S, __T, const N: usize> {
    l: &'s L,
    t: &'a T,
    c: &'any C,
    s: [S; 2],
    u: __T,
    #[serde(skip)]
    _n: [(); N],
}

#[test]
fn names_that_expansions_use() {
    assert_same(&Locals {
        __c: 1,
        __self: 2,
        __rt: 3,
        __D: 4,
        __s: 5,
        c: 6,
        w: 7,
        this: 8,
        buf: 9,
        value: 10,
        write: 11,
        __v: 12,
    });
    assert_same(&[
        LocalsInVariants::A { __c: 1, __self: 2, c: 3, this: 4, __f0: 5, __0: 6 },
        LocalsInVariants::B { f0: 1, _0: 2, __field0: 3, __v: 4 },
    ]);
    assert_same(&Parameters { l: &1, t: &"t", c: &'c', s: [1.5, 2.5], u: true, _n: [(); 3] });
}

/// A struct with a key of the given length and one that is a byte longer, between fields of each class: bounded, text,
/// nested.
macro_rules! keys_of_length {
    ($($key:literal $longer:literal)*) => {{
        let mut lengths = Vec::new();
        $({
            #[derive(Serialize, ZeroAllocJson)]
            struct Keys {
                #[serde(rename = $key)]
                number: u64,
                #[serde(rename = $longer)]
                text: &'static str,
                nested: (u8,),
            }
            #[derive(Serialize, ZeroAllocJson)]
            struct Reversed {
                #[serde(rename = $longer)]
                text: &'static str,
                #[serde(rename = $key)]
                nested: Vec<u8>,
                #[serde(skip_serializing_if = "Option::is_none")]
                number: Option<u64>,
            }
            assert_same(&Keys { number: u64::MAX, text: "t", nested: (1,) });
            assert_same(&Reversed { text: "\n", nested: vec![1], number: Some(1) });
            lengths.extend([$key.len(), $longer.len()]);
        })*
        lengths
    }};
}

#[test]
fn keys_of_every_length() {
    let lengths = keys_of_length! {
        "Z"
        "cZ"
        "dkZ"
        "elsZ"
        "fmtaZ"
        "gnubiZ"
        "hovcjqZ"
        "ipwdkryZ"
        "jqxelszgZ"
        "kryfmtahoZ"
        "lszgnubipwZ"
        "mtahovcjqxeZ"
        "nubipwdkryfmZ"
        "ovcjqxelszgnuZ"
        "pwdkryfmtahovcZ"
        "qxelszgnubipwdkZ"
        "ryfmtahovcjqxelsZ"
        "szgnubipwdkryfmtaZ"
        "tahovcjqxelszgnubiZ"
        "ubipwdkryfmtahovcjqZ"
        "vcjqxelszgnubipwdkryZ"
        "wdkryfmtahovcjqxelszgZ"
        "xelszgnubipwdkryfmtahoZ"
        "yfmtahovcjqxelszgnubipwZ"
        "zgnubipwdkryfmtahovcjqxeZ"
        "ahovcjqxelszgnubipwdkryfmZ"
        "bipwdkryfmtahovcjqxelszgnuZ"
        "cjqxelszgnubipwdkryfmtahovcZ"
        "dkryfmtahovcjqxelszgnubipwdkZ"
        "elszgnubipwdkryfmtahovcjqxelsZ"
        "fmtahovcjqxelszgnubipwdkryfmtaZ"
        "gnubipwdkryfmtahovcjqxelszgnubiZ"
        "hovcjqxelszgnubipwdkryfmtahovcjqZ"
        "ipwdkryfmtahovcjqxelszgnubipwdkryZ"
        "jqxelszgnubipwdkryfmtahovcjqxelszgZ"
        "kryfmtahovcjqxelszgnubipwdkryfmtahoZ"
        "lszgnubipwdkryfmtahovcjqxelszgnubipwZ"
        "mtahovcjqxelszgnubipwdkryfmtahovcjqxeZ"
        "nubipwdkryfmtahovcjqxelszgnubipwdkryfmZ"
        "ovcjqxelszgnubipwdkryfmtahovcjqxelszgnuZ"
        "pwdkryfmtahovcjqxelszgnubipwdkryfmtahovcZ"
        "qxelszgnubipwdkryfmtahovcjqxelszgnubipwdkZ"
        "ryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelsZ"
        "szgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtaZ"
        "tahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubiZ"
        "ubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqZ"
        "vcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryZ"
        "wdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgZ"
        "xelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahoZ"
        "yfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwZ"
        "zgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxeZ"
        "ahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmZ"
        "bipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnuZ"
        "cjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcZ"
        "dkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkZ"
        "elszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelsZ"
        "fmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtaZ"
        "gnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubiZ"
        "hovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqZ"
        "ipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryZ"
        "jqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgZ"
        "kryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahoZ"
        "lszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwZ"
        "mtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxeZ"
        "nubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmZ"
        "ovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnuZ"
        "pwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcZ"
        "qxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkZ"
        "ryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelsZ"
        "szgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtaZ"
        "tahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubiZ"
        "ubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqZ"
        "vcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryZ"
        "wdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgZ"
        "xelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahoZ"
        "yfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwZ"
        "zgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxeZ"
        "ahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmZ"
        "bipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnuZ"
        "cjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcjqxelszgnubipwdkryfmtahovcZ"
    };
    assert_eq!(lengths, (1..=80).collect::<Vec<_>>());
}

#[test]
fn keys_of_every_length_with_an_escape() {
    let lengths = keys_of_length! {
        "\""
        "c\u{1}"
        "\\in"
        "\u{1f}jot"
        "f\u{1}puz"
        "g\nqvaf"
        "hm\u{1f}wbgl"
        "in\"xchmr"
        "jot\ndinsx"
        "kpu\\ejotyd"
        "lqva\"kpuzej"
        "mrwb\u{1}lqvafkp"
        "nsxch\\rwbglqv"
        "otydi\u{1f}sxchmrwb"
        "puzejo\u{1}ydinsxch"
        "qvafkp\nzejotydin"
        "rwbglqv\u{1f}fkpuzejot"
        "sxchmrw\"glqvafkpuz"
        "tydinsxc\nmrwbglqvaf"
        "uzejotyd\\nsxchmrwbgl"
        "vafkpuzej\"tydinsxchmr"
        "wbglqvafk\u{1}uzejotydinsx"
        "xchmrwbglq\\afkpuzejotyd"
        "ydinsxchmr\u{1f}bglqvafkpuzej"
        "zejotydinsx\u{1}hmrwbglqvafkp"
        "afkpuzejoty\ninsxchmrwbglqv"
        "bglqvafkpuze\u{1f}otydinsxchmrwb"
        "chmrwbglqvaf\"puzejotydinsxch"
        "dinsxchmrwbgl\nvafkpuzejotydin"
        "ejotydinsxchm\\wbglqvafkpuzejot"
        "fkpuzejotydins\"chmrwbglqvafkpuz"
        "glqvafkpuzejot\u{1}dinsxchmrwbglqvaf"
        "hmrwbglqvafkpuz\\jotydinsxchmrwbgl"
        "insxchmrwbglqva\u{1f}kpuzejotydinsxchmr"
        "jotydinsxchmrwbg\u{1}qvafkpuzejotydinsx"
        "kpuzejotydinsxch\nrwbglqvafkpuzejotyd"
        "lqvafkpuzejotydin\u{1f}xchmrwbglqvafkpuzej"
        "mrwbglqvafkpuzejo\"ydinsxchmrwbglqvafkp"
        "nsxchmrwbglqvafkpu\nejotydinsxchmrwbglqv"
        "otydinsxchmrwbglqv\\fkpuzejotydinsxchmrwb"
        "puzejotydinsxchmrwb\"lqvafkpuzejotydinsxch"
        "qvafkpuzejotydinsxc\u{1}mrwbglqvafkpuzejotydin"
        "rwbglqvafkpuzejotydi\\sxchmrwbglqvafkpuzejot"
        "sxchmrwbglqvafkpuzej\u{1f}tydinsxchmrwbglqvafkpuz"
        "tydinsxchmrwbglqvafkp\u{1}zejotydinsxchmrwbglqvaf"
        "uzejotydinsxchmrwbglq\nafkpuzejotydinsxchmrwbgl"
        "vafkpuzejotydinsxchmrw\u{1f}glqvafkpuzejotydinsxchmr"
        "wbglqvafkpuzejotydinsx\"hmrwbglqvafkpuzejotydinsx"
        "xchmrwbglqvafkpuzejotyd\nnsxchmrwbglqvafkpuzejotyd"
        "ydinsxchmrwbglqvafkpuze\\otydinsxchmrwbglqvafkpuzej"
        "zejotydinsxchmrwbglqvafk\"uzejotydinsxchmrwbglqvafkp"
        "afkpuzejotydinsxchmrwbgl\u{1}vafkpuzejotydinsxchmrwbglqv"
        "bglqvafkpuzejotydinsxchmr\\bglqvafkpuzejotydinsxchmrwb"
        "chmrwbglqvafkpuzejotydins\u{1f}chmrwbglqvafkpuzejotydinsxch"
        "dinsxchmrwbglqvafkpuzejoty\u{1}insxchmrwbglqvafkpuzejotydin"
        "ejotydinsxchmrwbglqvafkpuz\njotydinsxchmrwbglqvafkpuzejot"
        "fkpuzejotydinsxchmrwbglqvaf\u{1f}puzejotydinsxchmrwbglqvafkpuz"
        "glqvafkpuzejotydinsxchmrwbg\"qvafkpuzejotydinsxchmrwbglqvaf"
        "hmrwbglqvafkpuzejotydinsxchm\nwbglqvafkpuzejotydinsxchmrwbgl"
        "insxchmrwbglqvafkpuzejotydin\\xchmrwbglqvafkpuzejotydinsxchmr"
        "jotydinsxchmrwbglqvafkpuzejot\"dinsxchmrwbglqvafkpuzejotydinsx"
        "kpuzejotydinsxchmrwbglqvafkpu\u{1}ejotydinsxchmrwbglqvafkpuzejotyd"
        "lqvafkpuzejotydinsxchmrwbglqva\\kpuzejotydinsxchmrwbglqvafkpuzej"
        "mrwbglqvafkpuzejotydinsxchmrwb\u{1f}lqvafkpuzejotydinsxchmrwbglqvafkp"
        "nsxchmrwbglqvafkpuzejotydinsxch\u{1}rwbglqvafkpuzejotydinsxchmrwbglqv"
        "otydinsxchmrwbglqvafkpuzejotydi\nsxchmrwbglqvafkpuzejotydinsxchmrwb"
        "puzejotydinsxchmrwbglqvafkpuzejo\u{1f}ydinsxchmrwbglqvafkpuzejotydinsxch"
        "qvafkpuzejotydinsxchmrwbglqvafkp\"zejotydinsxchmrwbglqvafkpuzejotydin"
        "rwbglqvafkpuzejotydinsxchmrwbglqv\nfkpuzejotydinsxchmrwbglqvafkpuzejot"
        "sxchmrwbglqvafkpuzejotydinsxchmrw\\glqvafkpuzejotydinsxchmrwbglqvafkpuz"
        "tydinsxchmrwbglqvafkpuzejotydinsxc\"mrwbglqvafkpuzejotydinsxchmrwbglqvaf"
        "uzejotydinsxchmrwbglqvafkpuzejotyd\u{1}nsxchmrwbglqvafkpuzejotydinsxchmrwbgl"
        "vafkpuzejotydinsxchmrwbglqvafkpuzej\\tydinsxchmrwbglqvafkpuzejotydinsxchmr"
        "wbglqvafkpuzejotydinsxchmrwbglqvafk\u{1f}uzejotydinsxchmrwbglqvafkpuzejotydinsx"
        "xchmrwbglqvafkpuzejotydinsxchmrwbglq\u{1}afkpuzejotydinsxchmrwbglqvafkpuzejotyd"
        "ydinsxchmrwbglqvafkpuzejotydinsxchmr\nbglqvafkpuzejotydinsxchmrwbglqvafkpuzej"
        "zejotydinsxchmrwbglqvafkpuzejotydinsx\u{1f}hmrwbglqvafkpuzejotydinsxchmrwbglqvafkp"
        "afkpuzejotydinsxchmrwbglqvafkpuzejoty\"insxchmrwbglqvafkpuzejotydinsxchmrwbglqv"
        "bglqvafkpuzejotydinsxchmrwbglqvafkpuze\notydinsxchmrwbglqvafkpuzejotydinsxchmrwb"
        "chmrwbglqvafkpuzejotydinsxchmrwbglqvaf\\puzejotydinsxchmrwbglqvafkpuzejotydinsxch"
    };
    assert_eq!(lengths, (1..=80).collect::<Vec<_>>());
}

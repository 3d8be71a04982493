//! Well-known names mean something else here: types, traits, modules, macros, functions, primitives.

#![expect(
    dead_code,
    unused_macros,
    non_camel_case_types,
    clippy::trivially_copy_pass_by_ref,
    reason = "names that must not be used"
)]

use ::record_runtime::ZeroAllocJson as Derive;
use ::record_tests::oracle::assert_text;

struct Option;
struct Some;
struct None;
struct Vec;
struct String;
struct Box;
struct Result;
struct Ok;
struct Err;
struct Clone;
struct Into;
struct From;
struct Default;
struct Sized;
struct Copy;
struct Cursor;
struct Dispatch;
struct Error;
struct JsonObject;
struct JsonKey;
struct JsonWriter;
struct Flatten;
struct SkipIf;
struct With;
struct Measure;
struct Dynamic;
struct u8;
struct u64;
struct usize;
struct bool;
struct str;
struct char;

trait ZeroAllocJson {
    fn write(&self) -> ! {
        panic!("the wrong trait")
    }
    fn write_json(&self) -> ! {
        panic!("the wrong trait")
    }
}
impl<T: ?::core::marker::Sized> ZeroAllocJson for T {}

mod core {}
mod std {}
mod alloc {}
mod record_runtime {}
mod record_derive {}
mod __private {}
mod __rt {}

macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! stringify {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}

fn drop() {}

const __C: u8 = u8;
const A: u8 = u8;

type U = ::core::primitive::u8;
type F = ::core::primitive::f64;
type Text<'a> = &'a ::core::primitive::str;

#[derive(Derive)]
#[json(rename_all = "camelCase")]
struct Named<'a, T: 'a> {
    first_field: U,
    text: Text<'a>,
    inner: &'a T,
    #[json(skip_serializing_if = "::core::option::Option::is_none")]
    optional: ::core::option::Option<F>,
    #[json(flatten)]
    rest: ::std::collections::BTreeMap<U, U>,
    #[json(serialize_with = "write")]
    function: U,
}

fn write(number: &U, w: &mut ::record_runtime::JsonWriter<'_>) {
    w.value(&[number, number]);
}

#[derive(Derive)]
enum External<T> {
    A,
    Option(T),
    Some(U, T),
    Vec {
        u64: U,
        __c: U,
    },
    #[json(skip)]
    Err,
}

#[derive(Derive)]
#[json(tag = "t")]
enum Internal {
    None,
    Ok { usize: U },
}

#[derive(Derive)]
enum Units {
    Ok,
    None,
}

#[derive(Derive)]
struct Newtype<T>(T);

#[derive(Derive, ::core::clone::Clone)]
#[json(into = "U")]
struct Converted(U);

impl ::core::convert::From<Converted> for U {
    fn from(converted: Converted) -> Self {
        converted.0
    }
}

#[test]
fn with_other_names() {
    let named = Named {
        first_field: 1,
        text: "t",
        inner: &[Units::Ok, Units::None],
        optional: ::core::option::Option::Some(0.5),
        rest: ::std::collections::BTreeMap::from([(1, 2)]),
        function: 3,
    };
    assert_text(&named, r#"{"firstField":1,"text":"t","inner":["Ok","None"],"optional":0.5,"1":2,"function":[3,3]}"#);
    let values = [External::A, External::Option(1), External::Some(2, 3), External::Vec { u64: 4, __c: 5 }];
    assert_text(&values, r#"["A",{"Option":1},{"Some":[2,3]},{"Vec":{"u64":4,"__c":5}}]"#);
    assert_text(&[Internal::None, Internal::Ok { usize: 1 }], r#"[{"t":"None"},{"t":"Ok","usize":1}]"#);
    assert_text(&Newtype(Newtype(1)), "1");
    assert_text(&Converted(1), "1");
}

//! What a scratch project links to: makes values of its types, and compares what both derives write of them.
//!
//! The tools write this file into the scratch project as a crate of its own, `record_support`. It is a module of
//! `record-tests` only so that the checks of the workspace see it.
//!
//! Which traits a type has is asked where the type is known, by the order in which the compiler tries methods: a method
//! for `&&Probe<T>` comes before one for `&Probe<T>`, and is left out where its bound does not hold.

use std::any::type_name;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::io::Write;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use record_runtime::ZeroAllocJson;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Serialize};

/// Compares what both write of `$value`, if its type has both.
#[macro_export]
macro_rules! compare {
    ($value:expr, $site:expr) => {{
        #[allow(unused_imports)]
        use $crate::{AsBoth as _, AsNeither as _, AsSerialize as _};
        (&&&$crate::Probe($value)).compare_as($site)
    }};
}

/// The argument of a call, compared on the way.
#[macro_export]
macro_rules! through {
    ($value:expr, $site:expr) => {
        match $value {
            value => {
                $crate::compare!(&value, $site);
                value
            }
        }
    };
}

/// Some value of the type, by whatever way there is.
#[macro_export]
macro_rules! make {
    ($type:ty, $source:expr) => {{
        #[allow(unused_imports)]
        use $crate::{ByDefault as _, ByMake as _, ByNothing as _, ByReading as _};
        (&&&&$crate::Want::<$type>(::core::marker::PhantomData)).made($source)
    }};
}

/// Makes values of the type, reads it from the fixtures, and compares all of them.
#[macro_export]
macro_rules! values {
    ($type:ty, $site:expr) => {{
        $crate::each_seed(|source| match $crate::make!($type, source) {
            ::core::option::Option::Some(value) => {
                $crate::compare!(&value, $site);
                true
            }
            ::core::option::Option::None => false,
        });
        #[allow(unused_imports)]
        use $crate::{FixturesRead as _, FixturesSkipped as _};
        (&&$crate::Want::<$type>(::core::marker::PhantomData))
            .fixtures(&|value: &$type| $crate::compare!(value, $site));
    }};
}

/// Has values of the type compared by [`run_registered`].
#[macro_export]
macro_rules! register {
    ($type:ty, $site:expr) => {
        const _: () = {
            fn run() {
                $crate::values!($type, $site);
            }

            $crate::inventory::submit!($crate::Registered(run));
        };
    };
}

#[doc(hidden)]
pub use inventory;

/// A comparison that a type of this process registered.
pub struct Registered(pub fn());

inventory::collect!(Registered);

/// Compares values of all types that were registered.
pub fn run_registered() {
    std::panic::set_hook(Box::new(|_| {}));
    for registered in inventory::iter::<Registered> {
        // What user code does with odd values is its own affair; the outcome of each comparison is in the report.
        let _ = catch_unwind(registered.0);
    }
}

/// A reference to a value of which it is asked what it implements.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

pub trait AsBoth {
    fn compare_as(&self, site: &str);
}

impl<T: ZeroAllocJson + Serialize + ?Sized> AsBoth for &&Probe<'_, T> {
    fn compare_as(&self, site: &str) {
        compare_both(self.0, site);
    }
}

pub trait AsSerialize {
    fn compare_as(&self, site: &str);
}

impl<T: Serialize + ?Sized> AsSerialize for &Probe<'_, T> {
    fn compare_as(&self, site: &str) {
        let theirs = outcome(|| serde_json::to_vec(self.0).map_err(|error| error.to_string()));
        let verdict = if theirs.is_ok() { "only serde" } else { "only serde, refused" };
        report(site, type_name::<T>(), verdict, "not implemented", &shown(&theirs));
    }
}

pub trait AsNeither {
    fn compare_as(&self, site: &str);
}

impl<T: ?Sized> AsNeither for Probe<'_, T> {
    fn compare_as(&self, _: &str) {}
}

fn compare_both<T: ZeroAllocJson + Serialize + ?Sized>(value: &T, site: &str) {
    let ours = outcome(|| {
        let mut text = b"before".to_vec();
        let result = value.try_write_json(&mut text);
        assert!(text.starts_with(b"before"), "what stood in the buffer is gone");
        result.map(|()| text.split_off(6)).map_err(|error| error.to_string())
    });
    let theirs = outcome(|| serde_json::to_vec(value).map_err(|error| error.to_string()));
    let verdict = match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) if ours == theirs => "equal",
        (Err(ours), Err(theirs)) if ours == theirs => "equal error",
        (Err(_), Err(_)) => "other message",
        (Ok(ours), Ok(theirs)) if is_unsteady(value, ours, theirs) => "equal",
        _ => "different",
    };
    if verdict == "equal" {
        return report(site, type_name::<T>(), verdict, "", "");
    }
    report(site, type_name::<T>(), verdict, &shown(&ours), &shown(&theirs));
}

/// Whether the texts differ in the order of entries alone, and so do two of serde's: user code that collects into a
/// `HashMap` when it is called writes another order each time.
fn is_unsteady<T: Serialize + ?Sized>(value: &T, ours: &[u8], theirs: &[u8]) -> bool {
    let read = |text| serde_json::from_slice::<serde_json::Value>(text).ok();
    let again = || serde_json::to_vec(value).is_ok_and(|again| again != theirs);
    read(ours).is_some_and(|ours| Some(ours) == read(theirs)) && (0..20).any(|_| again())
}

/// The text, or the error's or panic's words.
fn outcome(write: impl FnOnce() -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| Err(String::from("a panic")))
}

fn shown(outcome: &Result<Vec<u8>, String>) -> String {
    match outcome {
        Ok(text) => String::from_utf8_lossy(text).chars().take(2000).collect(),
        Err(words) => format!("error: {words}"),
    }
}

/// Appends a line to the file that the tool reads.
fn report(site: &str, type_name: &str, verdict: &str, ours: &str, theirs: &str) {
    static FILE: OnceLock<Option<Mutex<std::fs::File>>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let path = std::env::var_os("RECORD_RESULTS")?;
        std::fs::OpenOptions::new().create(true).append(true).open(path).ok().map(Mutex::new)
    });
    let Some(file) = file else { return };
    let line = serde_json::json!([site, type_name, verdict, ours, theirs]);
    let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    writeln!(file, "{line}").expect("the file of results can be written");
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Calls `make_and_compare` with one source after the other until it made as many values as are asked for.
pub fn each_seed(mut make_and_compare: impl FnMut(&mut Source) -> bool) {
    let (seed, wanted) = (setting("RECORD_SEED", 1), setting("RECORD_VALUES", 50));
    let mut made = 0;
    for attempt in 0..wanted * 4 {
        let mut source = Source::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(attempt));
        if catch_unwind(AssertUnwindSafe(|| make_and_compare(&mut source))).unwrap_or(false) {
            made += 1;
        }
        if made == wanted || (attempt >= 20 && made == 0) {
            return;
        }
    }
}

/// Where random values come from: a seed, and how much more of them may be made.
pub struct Source {
    state: u64,
    depth: u32,
    fuel: u32,
}

const MAX_DEPTH: u32 = 24;

impl Source {
    fn new(seed: u64) -> Self {
        Self { state: seed, depth: 0, fuel: 600 }
    }

    /// The next number of a `SplitMix64`.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end.max(1) as u64).unwrap_or(0)
    }

    /// A part of the value, or nothing where it is too deep inside.
    pub fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let part = make(self);
        self.depth -= 1;
        part
    }

    /// One of `variants` that can be made; those without a part first, where little may still be made.
    pub fn variant<T>(&mut self, variants: usize, mut make: impl FnMut(usize, &mut Self) -> Option<T>) -> Option<T> {
        self.nested(|source| {
            let first = source.below(variants);
            (0..variants).find_map(|step| make((first + step) % variants, source))
        })
    }

    /// How many elements to make.
    fn len(&mut self) -> usize {
        if self.depth > 8 || self.fuel == 0 {
            return 0;
        }
        self.fuel -= 1;
        [0, 1, 1, 2, 3][self.below(5)]
    }

    fn text(&mut self) -> &'static str {
        let known = TEXTS[self.below(TEXTS.len())];
        let learned = LEARNED.with_borrow(|learned| match learned.len() {
            0 => None,
            len => Some(learned[usize::try_from(self.state % len as u64).unwrap_or(0)]),
        });
        if self.below(2) == 0 { learned.unwrap_or(known) } else { known }
    }
}

/// Strings that some type or other reads itself from, and some with escapes.
const TEXTS: [&str; 44] = [
    "",
    "a",
    "some text",
    "quote \" and \\ and \n",
    "é 漢 🦀",
    "\u{1}\u{7f}\u{2028}</script>",
    "https://example.com/a/b?c=d&e=%20f#g",
    "http://127.0.0.1:8080/",
    "mailto:a@example.com",
    "file:///tmp/a",
    "2024-02-29T12:34:56Z",
    "2024-02-29T12:34:56.789+01:00",
    "2024-02-29",
    "12:34:56",
    "2024-02-29T12:34:56",
    "Thu, 29 Feb 2024 12:34:56 GMT",
    "67e55044-10b1-426f-9247-bb680e5fe0c8",
    "127.0.0.1",
    "::1",
    "10.0.0.0/8",
    "127.0.0.1:80",
    "1.2.3",
    ">=1.0, <2.0",
    "0",
    "1",
    "-7",
    "1234567890123456789",
    "0x1",
    "0x1234",
    "0x00000000000000000000000000000000000000ff",
    "0x00000000000000000000000000000000000000000000000000000000000000aa",
    "deadbeef",
    "aGVsbG8=",
    "text/plain",
    "en-US",
    "true",
    "latest",
    "user@example.org",
    "@user:example.org",
    "!room:example.org",
    "#alias:example.org",
    "$event:example.org",
    "example.org",
    "sha1-7d3b0b5aa1",
];

/// A type of which values can be made from a source.
pub trait Make: Sized {
    fn make(source: &mut Source) -> Option<Self>;
}

/// A type of which a value is wanted.
pub struct Want<T>(pub PhantomData<T>);

pub trait ByMake<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Make> ByMake<T> for &&&Want<T> {
    fn made(&self, source: &mut Source) -> Option<T> {
        T::make(source)
    }
}

pub trait ByReading<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Deserialize<'static>> ByReading<T> for &&Want<T> {
    fn made(&self, source: &mut Source) -> Option<T> {
        (0..TEXTS.len() * 4).find_map(|_| T::deserialize(Reader(source)).ok())
    }
}

pub trait ByDefault<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Default> ByDefault<T> for &Want<T> {
    fn made(&self, _: &mut Source) -> Option<T> {
        Some(T::default())
    }
}

pub trait ByNothing<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T> ByNothing<T> for Want<T> {
    fn made(&self, _: &mut Source) -> Option<T> {
        None
    }
}

pub trait FixturesRead<T> {
    fn fixtures(&self, compare: &dyn Fn(&T));
}

impl<T: Deserialize<'static>> FixturesRead<T> for &Want<T> {
    fn fixtures(&self, compare: &dyn Fn(&T)) {
        for text in fixtures() {
            let read = catch_unwind(|| serde_json::from_str::<T>(text).ok().map(AssertUnwindSafe));
            if let Ok(Some(value)) = read {
                compare(&value);
            }
        }
    }
}

pub trait FixturesSkipped<T> {
    fn fixtures(&self, compare: &dyn Fn(&T));
}

impl<T> FixturesSkipped<T> for Want<T> {
    fn fixtures(&self, _: &dyn Fn(&T)) {}
}

/// The texts in the file that `RECORD_FIXTURES` names.
fn fixtures() -> &'static [String] {
    static TEXTS: OnceLock<Vec<String>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let Some(path) = std::env::var_os("RECORD_FIXTURES") else { return Vec::new() };
        let text = std::fs::read_to_string(path).expect("the fixtures can be read");
        serde_json::from_str(&text).expect("the fixtures are an array of strings")
    })
}

macro_rules! make_integers {
    ($($type:ty)*) => {$(
        impl Make for $type {
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_lossless, reason = "any bits will do, of types wide and narrow")]
            fn make(source: &mut Source) -> Option<Self> {
                Some(match source.below(6) {
                    0 => 0,
                    1 => <$type>::MAX,
                    2 => <$type>::MIN,
                    3 => (source.bits() % 100) as $type,
                    _ => source.bits() as $type,
                })
            }
        }
    )*};
}

make_integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Make for f64 {
    fn make(source: &mut Source) -> Option<Self> {
        Some(match source.below(8) {
            0 => 0.0,
            1 => -1.5,
            2 => f64::MAX,
            3 => f64::NAN,
            4 => f64::from(u16::make(source)?) / 100.0,
            _ => f64::from_bits(source.bits()),
        })
    }
}

impl Make for f32 {
    fn make(source: &mut Source) -> Option<Self> {
        Some(match source.below(5) {
            0 => 0.0,
            1 => f32::INFINITY,
            2 => f32::from(u16::make(source)?) / 100.0,
            _ => f32::from_bits(u32::make(source)?),
        })
    }
}

impl Make for bool {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.below(2) == 0)
    }
}

impl Make for char {
    fn make(source: &mut Source) -> Option<Self> {
        Some(['a', '"', '\\', '\n', 'é', '🦀'][source.below(6)])
    }
}

impl Make for () {
    fn make(_: &mut Source) -> Option<Self> {
        Some(())
    }
}

impl<T: ?Sized> Make for PhantomData<T> {
    fn make(_: &mut Source) -> Option<Self> {
        Some(PhantomData)
    }
}

impl Make for String {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.text().to_owned())
    }
}

impl Make for &str {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.text())
    }
}

impl<T: Make> Make for &T {
    fn make(source: &mut Source) -> Option<Self> {
        source.nested(T::make).map(|value| &*Box::leak(Box::new(value)))
    }
}

impl<T: Make> Make for &[T] {
    fn make(source: &mut Source) -> Option<Self> {
        Vec::make(source).map(|values| &*values.leak())
    }
}

impl<T: Make> Make for Option<T> {
    fn make(source: &mut Source) -> Option<Self> {
        if source.len() == 0 {
            return Some(None);
        }
        Some(source.nested(T::make))
    }
}

impl<B: ToOwned<Owned: Make> + ?Sized> Make for Cow<'_, B> {
    fn make(source: &mut Source) -> Option<Self> {
        B::Owned::make(source).map(Cow::Owned)
    }
}

macro_rules! make_pointers {
    ($($pointer:ident)*) => {$(
        impl<T: Make> Make for $pointer<T> {
            fn make(source: &mut Source) -> Option<Self> {
                source.nested(T::make).map($pointer::new)
            }
        }
    )*};
}

make_pointers!(Box Rc Arc Cell RefCell Mutex RwLock);

macro_rules! make_unsized {
    ($($pointer:ident)*) => {$(
        impl Make for $pointer<str> {
            fn make(source: &mut Source) -> Option<Self> {
                Some(source.text().into())
            }
        }

        impl<T: Make> Make for $pointer<[T]> {
            fn make(source: &mut Source) -> Option<Self> {
                Vec::make(source).map(Into::into)
            }
        }
    )*};
}

make_unsized!(Box Rc Arc);

/// As many elements as could be made of those wanted; an element that cannot be made leaves the collection empty.
fn collected<T, C: FromIterator<T>>(source: &mut Source, mut make: impl FnMut(&mut Source) -> Option<T>) -> C {
    let len = source.len();
    (0..len).map_while(|_| source.nested(&mut make)).collect()
}

impl<T: Make> Make for Vec<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make> Make for VecDeque<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make + Ord> Make for BTreeSet<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make + Eq + Hash, S: BuildHasher + Default> Make for HashSet<T, S> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<K: Make + Ord, V: Make> Make for BTreeMap<K, V> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, <(K, V)>::make))
    }
}

impl<K: Make + Eq + Hash, V: Make, S: BuildHasher + Default> Make for HashMap<K, V, S> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, <(K, V)>::make))
    }
}

impl<T: Make, const N: usize> Make for [T; N] {
    fn make(source: &mut Source) -> Option<Self> {
        let elements: Option<Vec<T>> = (0..N).map(|_| T::make(source)).collect();
        elements?.try_into().ok()
    }
}

macro_rules! make_tuples {
    ($(($($part:ident)*))*) => {$(
        impl<$($part: Make),*> Make for ($($part,)*) {
            fn make(source: &mut Source) -> Option<Self> {
                Some(($($part::make(source)?,)*))
            }
        }
    )*};
}

make_tuples!((A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F));

/// An argument for parameters that have to be objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ZeroAllocJson)]
pub struct Object {
    object_number: u32,
    object_text: String,
}

impl Make for Object {
    fn make(source: &mut Source) -> Option<Self> {
        Some(Self { object_number: u32::make(source)?, object_text: String::make(source)? })
    }
}

thread_local! {
    /// Names that types asked for when they were read: tags, fields, variants.
    static LEARNED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn learn(name: &'static str) {
    LEARNED.with_borrow_mut(|learned| {
        if !learned.contains(&name) {
            if learned.len() == 64 {
                learned.remove(0);
            }
            learned.push(name);
        }
    });
}

/// Gives a type whatever it asks for. What its errors say is wanted is remembered.
struct Reader<'a>(&'a mut Source);

/// Why a value could not be read; what it teaches is kept elsewhere.
#[derive(Debug)]
pub struct Misfit;

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("another value was wanted")
    }
}

impl std::error::Error for Misfit {}

impl serde::de::Error for Misfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn missing_field(field: &'static str) -> Self {
        learn(field);
        Self
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        expected.iter().copied().for_each(learn);
        Self
    }
}

macro_rules! read {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
            visitor.$visit(<$type>::make(self.0).ok_or(Misfit)?)
        }
    )*};
}

impl Deserializer<'static> for Reader<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.below(10) {
            0 => visitor.visit_bool(self.0.below(2) == 0),
            1 => visitor.visit_u64(self.0.bits() % 1000),
            2 => visitor.visit_i64(-1),
            3 => visitor.visit_f64(0.5),
            4 => visitor.visit_unit(),
            5 => self.deserialize_seq(visitor),
            6 | 7 => self.deserialize_map(visitor),
            _ => self.deserialize_str(visitor),
        }
    }

    read! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
        deserialize_char visit_char char;
        deserialize_str visit_borrowed_str &str;
        deserialize_string visit_borrowed_str &str;
        deserialize_identifier visit_borrowed_str &str;
    }

    fn deserialize_bytes<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_bytes(self.0.text().as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.len() == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let len = self.0.len();
        self.parts(|source| visitor.visit_seq(Parts { source, fields: None, left: len }))
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.parts(|source| visitor.visit_seq(Parts { source, fields: None, left: len }))
    }

    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let len = self.0.len();
        self.parts(|source| visitor.visit_map(Parts { source, fields: None, left: len }))
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.parts(|source| visitor.visit_map(Parts { source, fields: Some(fields), left: fields.len() }))
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if variants.is_empty() {
            return Err(Misfit);
        }
        let name = variants[self.0.below(variants.len())];
        visitor.visit_enum(Variant { name, source: self.0 })
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

impl Reader<'_> {
    fn parts<T>(self, read: impl FnOnce(&mut Source) -> Result<T, Misfit>) -> Result<T, Misfit> {
        self.0.nested(|source| read(source).ok()).ok_or(Misfit)
    }
}

/// The elements of a sequence, or the entries of a map or a struct.
struct Parts<'a> {
    source: &'a mut Source,
    fields: Option<&'static [&'static str]>,
    left: usize,
}

impl SeqAccess<'static> for Parts<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'static>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Reader(self.source)).map(Some)
    }
}

impl MapAccess<'static> for Parts<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'static>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        match self.fields {
            Some(fields) => {
                let name = fields[fields.len() - 1 - self.left];
                seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(name)).map(Some)
            }
            None => seed.deserialize(Reader(self.source)).map(Some),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'static>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(Reader(self.source))
    }
}

struct Variant<'a> {
    name: &'static str,
    source: &'a mut Source,
}

impl<'a> EnumAccess<'static> for Variant<'a> {
    type Error = Misfit;
    type Variant = Reader<'a>;

    fn variant_seed<T: DeserializeSeed<'static>>(self, seed: T) -> Result<(T::Value, Reader<'a>), Misfit> {
        let name = seed.deserialize(serde::de::value::BorrowedStrDeserializer::<Misfit>::new(self.name))?;
        Ok((name, Reader(self.source)))
    }
}

impl VariantAccess<'static> for Reader<'_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'static>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'static>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_struct("", fields, visitor)
    }
}

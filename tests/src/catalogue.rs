//! A value of every supported type, under the type's name.
//!
//! The differential tests compare all of them with the oracle; the allocation tests write all of them under a counting
//! allocator.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{self, Saturating, Wrapping};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::rc::{self, Rc};
use std::sync::{self, Arc, Mutex, RwLock, atomic};
use std::time::{Duration, SystemTime};

use record_runtime::ZeroAllocJson;
use serde::Serialize;

/// Every supported type: it has a writer, and with the feature `schema` a schema.
#[cfg(not(feature = "schema"))]
pub trait Known: ZeroAllocJson {}

#[cfg(not(feature = "schema"))]
impl<T: ZeroAllocJson + ?Sized> Known for T {}

/// Every supported type: it has a writer and a schema.
#[cfg(feature = "schema")]
pub trait Known: ZeroAllocJson + record_runtime::schema::JsonSchema {}

#[cfg(feature = "schema")]
impl<T: ZeroAllocJson + record_runtime::schema::JsonSchema + ?Sized> Known for T {}

/// A test's work on each value.
pub trait Visitor {
    /// A value that `serde_json` knows as well.
    fn visit<T: Known + Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.visit_like(name, value, value);
    }

    /// A value of a type that serde lacks, and one that it has with the same text.
    fn visit_like<T, R>(&mut self, name: &str, value: &T, reference: &R)
    where
        T: Known + ?Sized,
        R: Serialize + ?Sized;
}

/// A hasher that is not the standard one, to show that any will do.
pub type PlainHasher = BuildHasherDefault<DefaultHasher>;

/// Calls the visitor with a value of every supported type. Returns how many there were.
pub fn visit_all(visitor: &mut impl Visitor) -> usize {
    let mut counting = Counting { visitor, count: 0 };
    visit_scalars(&mut counting);
    visit_text(&mut counting);
    visit_compound(&mut counting);
    visit_collections(&mut counting);
    visit_maps(&mut counting);
    visit_pointers(&mut counting);
    visit_std(&mut counting);
    visit_non_zero(&mut counting);
    visit_atomics(&mut counting);
    counting.count
}

struct Counting<'a, V> {
    visitor: &'a mut V,
    count: usize,
}

impl<V: Visitor> Visitor for Counting<'_, V> {
    fn visit_like<T, R>(&mut self, name: &str, value: &T, reference: &R)
    where
        T: Known + ?Sized,
        R: Serialize + ?Sized,
    {
        self.count += 1;
        self.visitor.visit_like(name, value, reference);
    }
}

fn visit_scalars(v: &mut impl Visitor) {
    v.visit("bool", &true);
    v.visit("u8", &200_u8);
    v.visit("u16", &60_000_u16);
    v.visit("u32", &4_000_000_000_u32);
    v.visit("u64", &12_345_678_901_234_567_890_u64);
    v.visit("u128", &123_456_789_012_345_678_901_234_567_890_u128);
    v.visit("usize", &1_234_567_usize);
    v.visit("i8", &-100_i8);
    v.visit("i16", &-30_000_i16);
    v.visit("i32", &-2_000_000_000_i32);
    v.visit("i64", &-1_234_567_890_123_456_789_i64);
    v.visit("i128", &-123_456_789_012_345_678_901_234_567_890_i128);
    v.visit("isize", &-1_234_567_isize);
    v.visit("f32", &3.25_f32);
    v.visit("f64", &-1.234_567_890_123e-7_f64);
    v.visit("f64, not finite", &f64::NAN);
    v.visit("char", &'ß');
    v.visit("()", &());
    v.visit("PhantomData<T>", &PhantomData::<Vec<u8>>);
}

fn visit_text(v: &mut impl Visitor) {
    v.visit("str", "a clean string, longer than any vector: 0123456789012345678901234567890123456789");
    v.visit("str, escaped", "\"quoted\"\n\ttabbed \\ \u{1} and ünïcode");
    v.visit("String", &String::from("owned"));
    v.visit("fmt::Arguments", &format_args!("{}-{:>5}\n", 12, "x\"y"));
    v.visit("CStr", c"see\xffstring");
    v.visit("CString", &CString::from(c"owned"));
    v.visit("OsStr", OsStr::new("os \u{e9}"));
    v.visit("OsString", &OsString::from("owned"));
    v.visit("Path", Path::new("/srv/\"data\"/ü"));
    v.visit("PathBuf", &PathBuf::from("relative/path"));
}

fn visit_compound(v: &mut impl Visitor) {
    v.visit("Option<T>, Some", &Some("text"));
    v.visit("Option<T>, None", &None::<u8>);
    v.visit("Result<T, E>, Ok", &Ok::<_, String>(1_u8));
    v.visit("Result<T, E>, Err", &Err::<u8, _>("no"));
    v.visit("tuple of 1", &(1,));
    v.visit("tuple of 2", &(1, "b"));
    v.visit("tuple of 3", &(1, "b", 3.5));
    v.visit("tuple of 4", &(1, "b", 3.5, 'd'));
    v.visit("tuple of 5", &(1, "b", 3.5, 'd', true));
    v.visit("tuple of 6", &(1, "b", 3.5, 'd', true, ()));
    v.visit("tuple of 7", &(1, "b", 3.5, 'd', true, (), Some(7)));
    v.visit("tuple of 8", &(1, 2, 3, 4, 5, 6, 7, "h"));
    v.visit("tuple of 9", &(1, 2, 3, 4, 5, 6, 7, 8, "i"));
    v.visit("tuple of 10", &(1, 2, 3, 4, 5, 6, 7, 8, 9, "j"));
    v.visit("tuple of 11", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "k"));
    v.visit("tuple of 12", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "l"));
    v.visit("tuple of 13", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "m"));
    v.visit("tuple of 14", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "n"));
    v.visit("tuple of 15", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "o"));
    v.visit("tuple of 16", &(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, "p"));
    v.visit("array of 0", &[0_u8; 0]);
    v.visit("array of 3", &[1, 2, 3]);
    v.visit("array of 32", &[u64::MAX; 32]);
    v.visit_like("array of 33", &["a"; 33], ["a"; 33].as_slice());
    v.visit_like("array of 200", &[-1.5; 200], [-1.5; 200].as_slice());
    v.visit("slice", [1, 2, 3].as_slice());
    v.visit("slice of slices", [[1.5, 2.5].as_slice(), &[]].as_slice());
}

fn visit_collections(v: &mut impl Visitor) {
    v.visit("Vec<T>", &vec!["a", "b\n", ""]);
    v.visit("Vec<T>, empty", &Vec::<String>::new());
    v.visit("Vec<u8>", &(0..=255).collect::<Vec<u8>>());
    // More than one chunk: sequences of bounded elements reserve for 64 at a time.
    v.visit("Vec<u64>, 200", &(0..200).map(|n| u64::MAX - n).collect::<Vec<u64>>());
    v.visit("Vec<Option<f64>>", &vec![Some(0.1), None, Some(-2e300)]);
    // Wrapped around, so that both halves hold something.
    let mut deque = VecDeque::with_capacity(4);
    deque.extend([1, 2, 3, 4]);
    deque.pop_front();
    deque.pop_front();
    deque.extend([5, 6]);
    v.visit("VecDeque<T>", &deque);
    v.visit("LinkedList<T>", &LinkedList::from(["x", "y"]));
    v.visit("BinaryHeap<T>", &BinaryHeap::from([3, 1, 2]));
    v.visit("BTreeSet<T>", &BTreeSet::from(["b", "a"]));
    v.visit("HashSet<T>", &HashSet::from([1, 2, 3]));
    v.visit("HashSet<T, S>", &HashSet::<_, PlainHasher>::from_iter(["a", "b"]));
}

fn visit_maps(v: &mut impl Visitor) {
    v.visit("BTreeMap<K, V>", &BTreeMap::from([("b", 1), ("a\"", 2)]));
    v.visit("BTreeMap<K, V>, empty", &BTreeMap::<String, u8>::new());
    v.visit("BTreeMap of BTreeMap", &BTreeMap::from([(1, BTreeMap::from([('c', [0.5])]))]));
    v.visit("HashMap<K, V>", &HashMap::from([(String::from("k"), vec![1]), (String::new(), vec![])]));
    v.visit("HashMap<K, V, S>", &HashMap::<_, _, PlainHasher>::from_iter([(1, "a"), (2, "b")]));
}

fn visit_pointers(v: &mut impl Visitor) {
    v.visit("&T", &&7);
    v.visit("&&str", &&"text");
    v.visit("&mut T", &&mut 8);
    v.visit("Box<T>", &Box::new((1, "x")));
    v.visit("Box<str>", &Box::<str>::from("boxed"));
    v.visit("Box<[T]>", &Box::<[u16]>::from([1, 2]));
    v.visit("Box<Path>", &Box::<Path>::from(Path::new("/a")));
    v.visit("Box<CStr>", &Box::<CStr>::from(c"c"));
    v.visit("Cow<str>, borrowed", &Cow::Borrowed("cow"));
    v.visit("Cow<str>, owned", &Cow::<str>::Owned(String::from("cow")));
    v.visit("Cow<[T]>", &Cow::Borrowed([1, 2].as_slice()));
    let rc = Rc::new(5);
    v.visit("Rc<T>", &rc);
    v.visit("Rc<str>", &Rc::<str>::from("shared"));
    v.visit("rc::Weak<T>", &Rc::downgrade(&rc));
    v.visit("rc::Weak<T>, dangling", &rc::Weak::<u8>::new());
    let arc = Arc::new("shared");
    v.visit("Arc<T>", &arc);
    v.visit("Arc<[T]>", &Arc::<[i32]>::from([1, -2]));
    v.visit("sync::Weak<T>", &Arc::downgrade(&arc));
    v.visit("sync::Weak<T>, dangling", &sync::Weak::<u8>::new());
    v.visit("Cell<T>", &Cell::new(9));
    v.visit("RefCell<T>", &RefCell::new(vec!["in"]));
    v.visit("Mutex<T>", &Mutex::new("guarded"));
    v.visit("RwLock<T>", &RwLock::new([1, 2]));
}

fn visit_std(v: &mut impl Visitor) {
    v.visit("Range<T>", &(1..3));
    v.visit("RangeInclusive<T>", &('a'..='z'));
    v.visit("RangeFrom<T>", &(1.5..));
    v.visit("RangeTo<T>", &(.."end"));
    v.visit("Bound<T>, Unbounded", &Bound::<u8>::Unbounded);
    v.visit("Bound<T>, Included", &Bound::Included(3));
    v.visit("Bound<T>, Excluded", &Bound::Excluded("x"));
    v.visit("Duration", &Duration::new(u64::MAX, 999_999_999));
    v.visit("SystemTime", &(SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5)));
    v.visit("Ipv4Addr", &Ipv4Addr::new(255, 254, 253, 252));
    v.visit("Ipv6Addr", &Ipv6Addr::from_bits(u128::MAX));
    v.visit("IpAddr, v4", &IpAddr::from([127, 0, 0, 2]));
    v.visit("IpAddr, v6", &IpAddr::V6(Ipv6Addr::LOCALHOST));
    v.visit("SocketAddrV4", &SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 65_535));
    v.visit("SocketAddrV6", &SocketAddrV6::new(Ipv6Addr::from_bits(u128::MAX), u16::MAX, u32::MAX, u32::MAX));
    v.visit("SocketAddr, v4", &SocketAddr::from(([0, 0, 0, 0], 0)));
    v.visit("SocketAddr, v6", &SocketAddr::from(([0xfe80, 0, 0, 0, 0, 0, 0, 1], 80)));
    v.visit("Wrapping<T>", &Wrapping(3_u8));
    v.visit("Saturating<T>", &Saturating(-3_i16));
    v.visit("Reverse<T>", &Reverse("r"));
}

fn visit_non_zero(v: &mut impl Visitor) {
    v.visit("NonZeroU8", &num::NonZeroU8::MAX);
    v.visit("NonZeroU16", &num::NonZeroU16::MAX);
    v.visit("NonZeroU32", &num::NonZeroU32::MAX);
    v.visit("NonZeroU64", &num::NonZeroU64::MAX);
    v.visit("NonZeroU128", &num::NonZeroU128::MAX);
    v.visit("NonZeroUsize", &num::NonZeroUsize::MAX);
    v.visit("NonZeroI8", &num::NonZeroI8::MIN);
    v.visit("NonZeroI16", &num::NonZeroI16::MIN);
    v.visit("NonZeroI32", &num::NonZeroI32::MIN);
    v.visit("NonZeroI64", &num::NonZeroI64::MIN);
    v.visit("NonZeroI128", &num::NonZeroI128::MIN);
    v.visit("NonZeroIsize", &num::NonZeroIsize::MIN);
}

fn visit_atomics(v: &mut impl Visitor) {
    v.visit("AtomicBool", &atomic::AtomicBool::new(true));
    v.visit("AtomicU8", &atomic::AtomicU8::new(u8::MAX));
    v.visit("AtomicU16", &atomic::AtomicU16::new(u16::MAX));
    v.visit("AtomicU32", &atomic::AtomicU32::new(u32::MAX));
    v.visit("AtomicU64", &atomic::AtomicU64::new(u64::MAX));
    v.visit("AtomicUsize", &atomic::AtomicUsize::new(usize::MAX));
    v.visit("AtomicI8", &atomic::AtomicI8::new(i8::MIN));
    v.visit("AtomicI16", &atomic::AtomicI16::new(i16::MIN));
    v.visit("AtomicI32", &atomic::AtomicI32::new(i32::MIN));
    v.visit("AtomicI64", &atomic::AtomicI64::new(i64::MIN));
    v.visit("AtomicIsize", &atomic::AtomicIsize::new(isize::MIN));
}

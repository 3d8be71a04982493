//! Every type of the standard library that can be written, against `serde_json`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, LinkedList, VecDeque};
use std::ffi::{CString, OsStr, OsString};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use record_runtime::ZeroAllocJson;
use record_tests::catalogue::{self, Visitor};
use record_tests::oracle::{assert_like, assert_same, assert_same_text, compare_like};
use serde::Serialize;

struct Comparing;

impl Visitor for Comparing {
    fn visit_like<T, R>(&mut self, name: &str, value: &T, reference: &R)
    where
        T: ZeroAllocJson + ?Sized,
        R: Serialize + ?Sized,
    {
        if let Err(difference) = compare_like(value, reference) {
            panic!("{name}: {difference}");
        }
    }
}

#[test]
fn every_type_of_the_catalogue() {
    let count = catalogue::visit_all(&mut Comparing);
    assert!(count > 120, "only {count} types");
}

/// The catalogue again, but each value between others. The text before and after it must be right too, and a bounded
/// type then stands in a run.
#[test]
fn every_type_of_the_catalogue_between_others() {
    struct Nesting;
    impl Visitor for Nesting {
        fn visit_like<T, R>(&mut self, name: &str, value: &T, reference: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            if let Err(difference) = compare_like(
                &(1_u8, "s", value, Some(value), [value, value], -1_i64),
                &(1_u8, "s", reference, Some(reference), [reference, reference], -1_i64),
            ) {
                panic!("{name}, nested: {difference}");
            }
        }
    }
    assert!(catalogue::visit_all(&mut Nesting) > 120);
}

#[test]
fn the_documented_texts() {
    assert_same_text(&Duration::new(1, 5), r#"{"secs":1,"nanos":5}"#);
    let time = SystemTime::UNIX_EPOCH + Duration::new(2, 3);
    assert_same_text(&time, r#"{"secs_since_epoch":2,"nanos_since_epoch":3}"#);
    assert_same_text(&(1..3), r#"{"start":1,"end":3}"#);
    assert_same_text(&(1..=3), r#"{"start":1,"end":3}"#);
    assert_same_text(&(1..), r#"{"start":1}"#);
    assert_same_text(&(..3), r#"{"end":3}"#);
    assert_same_text(&Bound::Included(3), r#"{"Included":3}"#);
    assert_same_text(&Bound::Excluded(3), r#"{"Excluded":3}"#);
    assert_same_text(&Bound::<u8>::Unbounded, r#""Unbounded""#);
    assert_same_text(&Ok::<u8, u8>(1), r#"{"Ok":1}"#);
    assert_same_text(&Err::<u8, u8>(1), r#"{"Err":1}"#);
    assert_same_text(c"ab", "[97,98]");
    assert_same_text(&1e16, "1e+16");
    assert_same_text(&-0.0, "-0.0");
    assert_same_text(&f64::INFINITY, "null");
    assert_same_text(
        "\u{8}\t\n\u{c}\r\"\\\u{0}\u{1f}/\u{7f}\u{2028}<>&",
        "\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f/\u{7f}\u{2028}<>&\"",
    );
    #[cfg(unix)]
    assert_same_text(OsStr::new("ab"), r#"{"Unix":[97,98]}"#);
}

#[test]
fn options_of_options() {
    assert_same(&Some(Some(1)));
    assert_same(&Some(None::<u8>));
    assert_same(&[Some(Some(Some(())))]);
    assert_same(&(Some("a"), None::<&str>, Some(None::<String>), Some(Some(String::from("b\n")))));
}

#[test]
fn arrays_of_every_length() {
    macro_rules! each {
        ($($len:literal)*) => {$(
            assert_like(&[u32::MAX; $len], [u32::MAX; $len].as_slice());
            assert_like(&["é\""; $len], ["é\""; $len].as_slice());
        )*};
    }
    each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 31 32 33 47 48 63 64 65 100 127 128 129 300 1000);
    assert_like(&[[[1_u8; 40]; 2]; 33], [[[1_u8; 40].as_slice(); 2].as_slice(); 33].as_slice());
}

/// Sequences of bounded elements reserve once for 64: lengths around its multiples, of elements at their longest.
#[test]
fn sequences_around_the_chunk() {
    for len in (0..70).chain(126..131).chain(190..195).chain([255, 256, 257, 640, 1000]) {
        assert_same(&vec![u64::MAX; len]);
        assert_same(&vec![i64::MIN; len]);
        assert_same(&vec![-2.225_073_858_507_201_4e-308_f64; len]);
        assert_same(&vec![-1.175_494_4e-38_f32; len]);
        assert_same(&vec![false; len]);
        assert_same(&vec!['\u{0}'; len]);
        assert_same(&vec![Some(i128::MIN); len]);
        assert_same(&vec![(u64::MAX, Some(i64::MIN), f64::MIN); len]);
        assert_same(&vec!["\u{1}"; len]);
        assert_same(&(0..len).collect::<VecDeque<_>>());
        assert_same(&(0..len).collect::<LinkedList<_>>());
        assert_same(&(0..len).collect::<BinaryHeap<_>>());
        assert_same(&(0..len).collect::<BTreeSet<_>>());
        assert_same(&(0..len).map(|n| (n, u64::MAX)).collect::<BTreeMap<_, _>>());
        assert_same(&(0..len).map(|n| (n, vec![n])).collect::<HashMap<_, _>>());
    }
}

#[test]
fn bytes_are_arrays_of_numbers() {
    let all: Vec<u8> = (0..=255).collect();
    assert_same(&all);
    assert_same(all.as_slice());
    let without_nul: Vec<u8> = (1..=255).collect();
    assert_same(&CString::new(without_nul).expect("no nul"));
    assert_same(c"");
    assert_same(OsStr::new(""));
    assert_same(&OsString::from("ü".repeat(300)));
}

#[cfg(unix)]
#[test]
fn os_strings_that_are_not_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    assert_same(OsStr::from_bytes(b"a\xff\xfe\"b"));
}

#[test]
fn paths() {
    for path in ["", "/", "a\"b\\c", "/ü/\u{1}", &"long/".repeat(100)] {
        assert_same(Path::new(path));
        assert_same(&PathBuf::from(path));
    }
}

#[test]
fn addresses() {
    for v4 in [[0, 0, 0, 0], [1, 2, 3, 4], [255, 255, 255, 255], [10, 0, 99, 100], [9, 19, 109, 209]] {
        assert_same(&Ipv4Addr::from(v4));
        assert_same(&IpAddr::from(v4));
        for port in [0, 9, 80, 8080, u16::MAX] {
            assert_same(&SocketAddr::from((v4, port)));
        }
    }
    for byte in 0..=255 {
        assert_same(&Ipv4Addr::new(byte, 255 - byte, byte, 7));
    }
    for v6 in [
        "::",
        "::1",
        "fe80::1",
        "1::",
        "::ffff:1.2.3.4",
        "2001:db8::8:800:200c:417a",
        "1:2:3:4:5:6:7:8",
        "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
    ] {
        let v6: Ipv6Addr = v6.parse().expect("an address");
        assert_same(&v6);
        assert_same(&IpAddr::from(v6));
        for scope in [0, 1, u32::MAX] {
            assert_same(&SocketAddrV6::new(v6, 443, 5, scope));
            assert_same(&SocketAddr::from(SocketAddrV6::new(v6, u16::MAX, 0, scope)));
        }
    }
}

#[test]
fn times() {
    for duration in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(1), Duration::MAX] {
        assert_same(&duration);
        assert_same(&[duration; 3]);
    }
    assert_same(&SystemTime::UNIX_EPOCH);
    assert_same(&(SystemTime::UNIX_EPOCH + Duration::new(4_102_444_800, 123_456_789)));
}

#[test]
fn pointers_to_what_has_no_size() {
    assert_same(&Rc::<[String]>::from([String::from("a"), String::new()]));
    assert_same(&Arc::<str>::from("é"));
    assert_same(&Arc::<Path>::from(Path::new("p")));
    assert_same(&Box::<OsStr>::from(OsStr::new("o")));
    let boxed: Box<RefCell<[u8]>> = Box::new(RefCell::new([1, 2]));
    assert_same(&*boxed);
    let shared: Arc<Mutex<[u8]>> = Arc::new(Mutex::new([1, 2]));
    assert_same(&shared);
    let shared: Arc<RwLock<[Option<bool>]>> = Arc::new(RwLock::new([Some(true), None]));
    assert_same(&shared);
    assert_same(&Box::new(Rc::new(Arc::new(&&mut Some(Box::new(1))))));
}

#[test]
fn weak_pointers_whose_value_is_gone() {
    let rc = Rc::new(1);
    let weak = Rc::downgrade(&rc);
    assert_same_text(&weak, "1");
    drop(rc);
    assert_same_text(&weak, "null");
    let arc = Arc::new("x");
    let weak = Arc::downgrade(&arc);
    assert_same_text(&[&weak, &weak], r#"["x","x"]"#);
    drop(arc);
    assert_same_text(&[&weak, &weak], "[null,null]");
}

/// A read borrow of a `RefCell`, a held read lock: neither stops a write.
#[test]
fn shared_borrows_do_not_disturb() {
    let cell = RefCell::new(1);
    let _borrow = cell.borrow();
    assert_same(&cell);
    let lock = RwLock::new(1);
    let _guard = lock.read();
    assert_same(&lock);
}

/// `Display` values come in pieces of any size, and escapes may stand at the seams.
#[test]
fn formatted_values() {
    struct Pieces<'a>(&'a [&'a str]);
    impl fmt::Display for Pieces<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|piece| f.write_str(piece))
        }
    }
    assert_same(&format_args!(""));
    assert_same(&format_args!("plain"));
    assert_same(&format_args!("{}", Pieces(&["", "a\"", "\"", "", "é", "\n", "end"])));
    for len in 0..100 {
        let piece = "x".repeat(len);
        assert_same(&format_args!("{}", Pieces(&[&piece, "\u{1}", &piece, "🦀", &piece])));
    }
    assert_same(&(format_args!("{:?}", "de\"bug"), 1, format_args!("{:08.3}", 1.5)));
}

//! The panel of leaves: kinds of leaves by where they stand.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use record_benches::corpus::Document;
use record_benches::matrix::{Board, Panel, Place};
use record_benches::prng::SplitMix64;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::containers::{Adjacent, External, Fields, Internal, Optional, Pair, Point, Untagged};
use crate::engines;

/// The name of a row, and what makes its leaves.
type Kind<T> = (&'static str, fn(&mut SplitMix64) -> T);

/// Text that a row of a sequence holds about, so that it stays in the first level of the cache with its buffer.
const BYTES_OF_A_CELL: usize = 12_000;

const SEQUENCE: usize = 100;

/// Shows the board all cells.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn show(board: &mut Board<'_>) {
    common::<u8>(board, &[("u8", bits)]);
    common::<u16>(board, &[("u16", bits)]);
    common::<u32>(board, &[("u32, 9 to 10 digits", bits)]);
    everywhere::<u64>(
        board,
        &[
            ("u64, 1 digit", |r| r.integer(0..10)),
            ("u64, 2 to 4 digits", |r| r.integer(10..10_000)),
            ("u64, 9 digits", |r| r.integer(100_000_000..1_000_000_000)),
            ("u64, 13 digits", |r| r.integer(1_700_000_000_000..1_800_000_000_000)),
            ("u64, 19 to 20 digits", bits),
            ("u64 of any length", |r| r.next_u64() >> r.integer::<u32>(0..64)),
        ],
    );
    common::<i64>(
        board,
        &[
            ("i64, 1 to 6 digits", |r| r.integer::<i64>(0..1_000_000) - 500_000),
            ("i64 of any length", |r| r.next_u64().cast_signed() >> r.integer::<u32>(0..64)),
        ],
    );
    common::<u128>(board, &[("u128, 20 digits", |r| r.integer(1..10_000)), ("u128, 39 digits", wide)]);
    common::<i128>(board, &[("i128, 30 digits", |r| (wide(r) >> 29).cast_signed() - (1 << 97))]);
    everywhere::<f64>(
        board,
        &[
            ("f64, hundredths", |r| r.price(0..10_000_000)),
            ("f64, 6 decimals", |r| f64::from(r.integer::<u32>(0..360_000_000)) / 1e6 - 180.0),
            ("f64, 17 digits", |r| r.unit() * 360.0 - 180.0),
            ("f64, whole", |r| f64::from(r.integer::<u32>(0..1_000_000))),
            ("f64, 1e9 to 1e15", |r| 10_f64.powf(9.0 + 6.0 * r.unit())),
            ("f64, 1e16 to 1e300", |r| 10_f64.powf(16.0 + 284.0 * r.unit())),
            ("f64, 1e-300 to 1e-6", |r| 10_f64.powf(-300.0 + 294.0 * r.unit())),
            ("f64, powers of ten", |r| 10_f64.powi(r.integer::<i32>(0..80) - 40)),
            ("f64, subnormal", |r| f64::from_bits(r.next_u64() >> 13)),
            ("f64, zero", |_| 0.0),
            ("f64, NaN", |_| f64::NAN),
            ("f64, all kinds", mixed),
        ],
    );
    #[expect(clippy::cast_possible_truncation, reason = "what makes an f32")]
    common::<f32>(
        board,
        &[
            ("f32, hundredths", |r| r.price(0..100_000) as f32),
            ("f32, 9 digits", |r| (r.unit() * 360.0 - 180.0) as f32),
            ("f32, 1e13 to 1e38", |r| 10_f64.powf(13.0 + 25.0 * r.unit()) as f32),
            ("f32, 1e-37 to 1e-7", |r| 10_f64.powf(-37.0 + 30.0 * r.unit()) as f32),
            ("f32, NaN", |_| f32::NAN),
        ],
    );
    common::<bool>(board, &[("bool", |r| r.one_in(2))]);
    common::<char>(
        board,
        &[
            ("char, ASCII", |r| char::from(r.integer::<u8>(0x61..0x7b))),
            ("char, beyond", |r| r.pick_copy(&['é', '漢', '🦀'])),
        ],
    );
    everywhere::<String>(
        board,
        &[
            ("text, empty", |_| String::new()),
            ("text, 1 to 3 bytes", |r| text(r, 1..4)),
            ("text, 4 to 14 bytes", |r| text(r, 4..15)),
            ("text, 36 bytes", |r| text(r, 36..37)),
            ("text, 148 bytes", |r| text(r, 140..156)),
            ("text, 1,000 bytes", |r| text(r, 1_000..1_001)),
            ("text, accents", |r| words(r, &["Größe", "déjà", "niño", "smørrebrød", "plain"], 8)),
            ("text, Japanese", |r| words(r, &["こんにちは", "漢字", "東京", "ありがとう"], 6)),
            ("text, emoji", |r| words(r, &["🦀", "👩‍🚀 ok", "🎉", "fine"], 8)),
            ("escapes, a quote in 40", |r| format!("{}\"{}", text(r, 10..30), text(r, 10..30))),
            ("escapes, quoted words", |r| format!("the field \"{}\" is \"{}\"", text(r, 4..9), text(r, 4..9))),
            ("escapes, lines and tabs", lines),
            ("escapes, ANSI colours", colours),
            ("escapes, JSON in a text", json),
            ("escapes, Windows path", |r| format!("C:\\Users\\{}\\{}\\a.txt", text(r, 5..9), text(r, 5..9))),
            ("escapes, all controls", |r| (0..64).map(|_| char::from(r.integer::<u8>(0..32))).collect()),
            ("escapes, all quotes", |_| "\"".repeat(64)),
            ("text, HTML", |r| format!("<p class='{}'>{} &amp; {}</p>", text(r, 3..9), text(r, 9..40), text(r, 9..20))),
        ],
    );
    keys(board);
    common::<Vec<u8>>(board, &[("bytes, 32", |r| (0..32).map(|_| r.integer(0..256)).collect())]);
    common::<Uuid>(board, &[("uuid", |r| Uuid::from_u128(wide(r)))]);
    common::<DateTime<Utc>>(
        board,
        &[("time, seconds", |r| time(r, 1_000_000_000)), ("time, milliseconds", |r| time(r, 1_000_000))],
    );
    common::<NaiveDate>(board, &[("date", |r| time(r, 1).date_naive())]);
    common::<Decimal>(
        board,
        &[
            ("decimal, hundredths", |r| Decimal::new(r.integer(0..10_000_000), 2)),
            ("decimal, 20 digits", |r| Decimal::from_i128_with_scale((wide(r) >> 64).cast_signed(), 10)),
        ],
    );
    common::<Ipv4Addr>(board, &[("Ipv4Addr", |r| Ipv4Addr::from_bits(bits(r)))]);
    common::<Ipv6Addr>(
        board,
        &[
            ("Ipv6Addr", |r| Ipv6Addr::from_bits(wide(r))),
            ("Ipv6Addr with zeros", |r| Ipv6Addr::from_bits((0x2001_0db8 << 96) | u128::from(r.next_u64() >> 40))),
        ],
    );
    common::<Duration>(board, &[("Duration", |r| Duration::new(r.integer(0..100_000), r.integer(0..1_000_000_000)))]);
    common::<Option<u32>>(board, &[("Option<u32>", |r| r.one_in(2).then(|| bits(r)))]);
}

/// The columns of all kinds.
fn common<T: Document>(board: &mut Board<'_>, kinds: &[Kind<T>]) {
    for &(row, make) in kinds {
        let leaves = Leaves { row, make };
        leaves.column(board, "field", 8, fields);
        leaves.column(board, "Vec", SEQUENCE, |leaf| many(SEQUENCE, leaf));
        leaves.column(board, "struct in Vec", 2 * SEQUENCE, |leaf| many(SEQUENCE, || Point { x: leaf(), y: leaf() }));
    }
}

/// All columns.
fn everywhere<T: Document>(board: &mut Board<'_>, kinds: &[Kind<T>]) {
    common(board, kinds);
    for &(row, make) in kinds {
        let leaves = Leaves { row, make };
        leaves.column(board, "short Vec", SEQUENCE, |leaf| {
            let mut len = 0;
            let mut short = || {
                len = (len + 3) % 4;
                many(len, &mut *leaf)
            };
            many(SEQUENCE, &mut short)
        });
        leaves.column(board, "pair", SEQUENCE, |leaf| {
            let mut number = 1_700_000_000_000_i64;
            let mut pair = || {
                number += 977;
                (number, leaf())
            };
            many(SEQUENCE, &mut pair)
        });
        leaves.column(board, "newtype", 2 * SEQUENCE, |leaf| many(SEQUENCE, || Pair([leaf(), leaf()])));
        leaves.column(board, "map value", 20, |leaf| {
            (100..120).map(|key| (format!("key_{key}"), leaf())).collect::<BTreeMap<_, _>>()
        });
        leaves.column(board, "Option", SEQUENCE, |leaf| {
            many(SEQUENCE, || Optional { first: Some(leaf()), second: None })
        });
        let turns = |leaf: &mut dyn FnMut() -> T, one: fn(T) -> External<T>, other: fn(T) -> External<T>| {
            let mut turn = false;
            many(SEQUENCE, || {
                turn = !turn;
                if turn { one(leaf()) } else { other(leaf()) }
            })
        };
        leaves.column(board, "external tag", SEQUENCE, |leaf| {
            turns(leaf, External::Single, |value| External::Named { value })
        });
        leaves.column(board, "internal tag", SEQUENCE, |leaf| {
            many(SEQUENCE / 2, || [Internal::Single { single: leaf() }, Internal::Named { value: leaf() }])
        });
        leaves.column(board, "adjacent tag", SEQUENCE, |leaf| {
            many(SEQUENCE / 2, || [Adjacent::Single(leaf()), Adjacent::Named { value: leaf() }])
        });
        leaves.column(board, "untagged", SEQUENCE, |leaf| {
            many(SEQUENCE / 2, || [Untagged::Single(leaf()), Untagged::Named { value: leaf() }])
        });
    }
}

/// Keys of maps, which are strings of their own kind.
fn keys(board: &mut Board<'_>) {
    let kinds: [Kind<String>; 3] = [
        ("text, 4 to 14 bytes", |r| text(r, 4..15)),
        ("escapes, quoted words", |r| format!("the field \"{}\"", text(r, 4..9))),
        ("text, Japanese", |r| words(r, &["こんにちは", "漢字", "東京", "ありがとう"], 3)),
    ];
    for (row, make) in kinds {
        Leaves { row, make }
            .column(board, "map key", 20, |leaf| (0..20_u32).map(|value| (leaf(), value)).collect::<BTreeMap<_, _>>());
    }
}

/// One row.
struct Leaves<T> {
    row: &'static str,
    make: fn(&mut SplitMix64) -> T,
}

impl<T: Document> Leaves<T> {
    /// Shows a cell of documents that have so many leaves each.
    fn column<D: Document>(
        &self,
        board: &mut Board<'_>,
        column: &'static str,
        leaves: usize,
        mut document: impl FnMut(&mut dyn FnMut() -> T) -> D,
    ) {
        let place = Place { panel: Panel::Leaves, row: self.row, column };
        if !board.wants(place) {
            return;
        }
        let mut random = SplitMix64::new(0x3A7);
        let len = serde_json::to_string(&(self.make)(&mut random)).expect(engines::WRITABLE).len();
        let count = (BYTES_OF_A_CELL / (len * leaves)).clamp(1, 128);
        let mut leaf = || (self.make)(&mut random);
        let documents: Vec<D> = (0..count).map(|_| document(&mut leaf)).collect();
        let contenders = engines::plain(board, &documents);
        board.take(place, contenders);
    }
}

fn many<T>(count: usize, leaf: impl FnMut() -> T) -> Vec<T> {
    std::iter::repeat_with(leaf).take(count).collect()
}

fn fields<T>(leaf: &mut dyn FnMut() -> T) -> Fields<T> {
    Fields {
        id: leaf(),
        amount: leaf(),
        balance: leaf(),
        owner: leaf(),
        previous: leaf(),
        next: leaf(),
        created_at: leaf(),
        updated_at: leaf(),
    }
}

/// An integer with as many bits as its type.
fn bits<T: FromBits>(random: &mut SplitMix64) -> T {
    T::from_bits(random.next_u64())
}

trait FromBits {
    fn from_bits(bits: u64) -> Self;
}

macro_rules! from_bits {
    ($($T:ty)+) => { $(
        impl FromBits for $T {
            fn from_bits(bits: u64) -> Self {
                (bits >> (64 - Self::BITS)) as Self
            }
        }
    )+ };
}

from_bits! { u8 u16 u32 u64 }

fn wide(random: &mut SplitMix64) -> u128 {
    u128::from(random.next_u64()) << 64 | u128::from(random.next_u64())
}

fn mixed(random: &mut SplitMix64) -> f64 {
    match random.integer::<u8>(0..8) {
        0 => 0.0,
        1 => f64::from(random.integer::<u32>(0..1000)),
        2 | 3 => random.price(0..100_000),
        4 => 10_f64.powf(600.0 * random.unit() - 300.0),
        5 => f64::NAN,
        _ => random.unit(),
    }
}

fn text(random: &mut SplitMix64, len: std::ops::Range<u64>) -> String {
    let len: usize = random.integer(len);
    (0..len)
        .map(|_| char::from(*b"etaoin shrdlu cmfwyp.,E1".get(random.integer::<usize>(0..24)).expect("24")))
        .collect()
}

fn words(random: &mut SplitMix64, choices: &[&str], count: usize) -> String {
    (0..count).map(|_| random.pick(choices)).collect::<Vec<_>>().join(" ")
}

fn lines(random: &mut SplitMix64) -> String {
    let lines: Vec<_> = (0..4).map(|_| ["\t", &text(random, 20..40), "\n"].concat()).collect();
    lines.concat()
}

fn colours(random: &mut SplitMix64) -> String {
    let level = random.pick(&["\u{1b}[32mINFO\u{1b}[0m", "\u{1b}[33mWARN\u{1b}[0m", "\u{1b}[31mERROR\u{1b}[0m"]);
    format!("\u{1b}[2m12:00:07\u{1b}[0m {level} \u{1b}[1mgateway\u{1b}[0m: {}", text(random, 20..50))
}

fn json(random: &mut SplitMix64) -> String {
    format!("{{\"id\":{},\"name\":\"{}\",\"ok\":true}}", random.integer::<u32>(1..100_000), text(random, 8..16))
}

fn time(random: &mut SplitMix64, unit: u32) -> DateTime<Utc> {
    let nanosecond = random.integer::<u32>(0..1_000_000_000) / unit * unit;
    DateTime::from_timestamp(random.integer(0..4_000_000_000), nanosecond).expect("in this century or the next")
}

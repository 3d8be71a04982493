//! A page of posts under masks, next to `serde_json` writing all of it. Each text is compared with what `serde_json`'s own
//! value is when the members that are not selected are taken out.
//!
//! `cargo run --release -p record-benches --example masks`

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::Duration;

use record_benches::timing::{Rounds, Samples, Task, in_turns};
use record_runtime::{FieldMask, ZeroAllocJson};
use serde_json::Value;

/// The types, with and without the attribute.
macro_rules! types {
    ($module:ident $(#[$attribute:meta])*) => {
        mod $module {
            use record_runtime::ZeroAllocJson;
            use serde::Serialize;

            #[derive(Serialize, ZeroAllocJson)]
            $(#[$attribute])*
            pub(crate) struct Post {
                id: u64,
                text: String,
                user: User,
                tags: Vec<Tag>,
                likes: u32,
                score: f64,
                reply_to: Option<u64>,
                lang: &'static str,
                place: Option<Tag>,
                truncated: bool,
            }

            #[derive(Serialize, ZeroAllocJson)]
            $(#[$attribute])*
            pub(crate) struct User {
                id: u64,
                name: String,
                screen_name: String,
                url: Option<String>,
                followers: u64,
                verified: bool,
                created: &'static str,
            }

            #[derive(Serialize, ZeroAllocJson)]
            $(#[$attribute])*
            pub(crate) struct Tag {
                text: String,
                from: u64,
                to: u64,
            }

            pub(crate) fn posts() -> Vec<Post> {
                let post = |at: u64| Post {
                    id: at * 1_000_003,
                    text: format!("A text of some hundred bytes, as posts have it, with \"quotes\" and an é, number {at}"),
                    user: User {
                        id: at * 77,
                        name: format!("Name {at}"),
                        screen_name: format!("screen_{at}"),
                        url: (at % 3 == 0).then(|| String::from("https://example.com/some/path")),
                        followers: at * 13,
                        verified: at % 2 == 0,
                        created: "2026-11-28T03:35:21Z",
                    },
                    tags: (0..at % 4).map(|tag| Tag { text: format!("tag{tag}"), from: tag, to: tag + 5 }).collect(),
                    likes: 7,
                    score: 0.37,
                    reply_to: (at % 5 == 0).then_some(at * 99),
                    lang: "en",
                    place: None,
                    truncated: false,
                };
                (0..100).map(post).collect()
            }
        }
    };
}

types! { plain }
types! { masked #[json(field_mask)] }

/// The masks, the first two of which select everything.
const MASKS: [&str; 6] = [
    "*",
    "id,text,user(id,name,screen_name,url,followers,verified,created),tags(text,from,to),likes,score,reply_to,lang,\
     place(text,from,to),truncated",
    "id,text,user,tags,likes,score,reply_to,lang,place,truncated",
    "id,text,user(name,screen_name),tags(text)",
    "id,user(name)",
    "id",
];

/// Takes out what is not selected. The masks here have neither slashes nor spaces.
fn prune(value: &mut Value, mask: &str) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| prune(value, mask)),
        Value::Object(members) if mask != "*" => {
            let mut depth = 0;
            let names: Vec<&str> = mask
                .split(|letter| {
                    depth += i32::from(letter == '(') - i32::from(letter == ')');
                    letter == ',' && depth == 0
                })
                .collect();
            let below = |key: &str| {
                names.iter().find_map(|name| match name.strip_prefix(key)? {
                    "" => Some("*"),
                    rest => rest.strip_prefix('(')?.strip_suffix(')'),
                })
            };
            members.retain(|key, value| below(key).map(|mask| prune(value, mask)).is_some());
        }
        _ => {}
    }
}

/// Writes into a buffer that is used again.
fn task<'a>(write: impl Fn(&mut Vec<u8>) + 'a) -> Task<'a> {
    let mut buf = Vec::new();
    Box::new(move |calls| {
        for _ in 0..calls {
            buf.clear();
            write(&mut buf);
            black_box(&buf);
        }
    })
}

fn main() {
    let (plain, posts) = (plain::posts(), masked::posts());
    let whole = serde_json::to_vec(&plain).expect("serde_json writes it");
    assert!(record_runtime::to_vec(&plain) == whole && record_runtime::to_vec(&posts) == whole);
    let mut rows = vec![
        ("serde_json, everything", whole.len()),
        ("a type that takes no masks", whole.len()),
        ("no mask", whole.len()),
    ];
    let mut tasks = vec![
        task(|buf| serde_json::to_writer(buf, &plain).expect("a Vec takes everything")),
        task(|buf| plain.write_json(buf)),
        task(|buf| posts.write_json(buf)),
    ];
    for text in MASKS {
        let mask = FieldMask::<masked::Post>::parse(text).expect("fields of a post");
        let mut expected = serde_json::to_value(&plain).expect("serde_json writes it");
        prune(&mut expected, text);
        let mut buf = Vec::new();
        posts.write_json_fields(&mut buf, &mask);
        assert_eq!(serde_json::from_slice::<Value>(&buf).expect("it is JSON"), expected, "{text}");
        rows.push((text, buf.len()));
        let posts = &posts;
        tasks.push(task(move |buf| posts.write_json_fields(buf, &mask)));
    }
    rows.push(("reading that mask", 0));
    tasks.push(Box::new(|calls| {
        for _ in 0..calls {
            let _ = black_box(FieldMask::<masked::Post>::parse(black_box(MASKS[3])));
        }
    }));
    let samples = in_turns(&mut tasks, Duration::from_millis(2), Rounds::AtLeast(50, Duration::from_secs(5)));
    let fastest: Vec<f64> = samples.into_iter().map(|samples| Samples::new(samples).fastest() / 1000.0).collect();
    println!("{:<60} {:>7} {:>9} {:>13}", "mask", "bytes", "time, µs", "of serde_json");
    for ((name, bytes), time) in rows.iter().zip(&fastest) {
        println!("{name:<60.60} {bytes:>7} {time:>9.2} {:>13.2}", time / fastest[0]);
    }
}

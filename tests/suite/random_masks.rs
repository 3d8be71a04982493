//! Random types under random masks, against a model that puts the text together naively. The build script wrote the types
//! and their models; with everything selected, the model is compared with `serde_json`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --test suite random_masks` tries other types.

use std::collections::BTreeMap;
use std::rc::Rc;

use record_runtime::{FieldMask, MaskOptions, Maskable, Masked, ZeroAllocJson};
use record_tests::oracle::compare_bytes;
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// JSON whose members have an order.
enum Json {
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn of<T: Serialize>(value: T) -> Self {
        Self::Text(serde_json::to_string(&value).expect("serde_json writes it"))
    }

    fn entries(self) -> Vec<(String, Self)> {
        match self {
            Self::Object(entries) => entries,
            // An absent one.
            Self::Text(text) if text == "null" => Vec::new(),
            Self::Text(text) => panic!("{text} is flattened"),
            Self::Array(_) => panic!("an array is flattened"),
        }
    }

    fn external(variant: &str, content: Option<Self>) -> Self {
        match content {
            None => Self::of(variant),
            Some(content) => Self::Object(vec![(variant.into(), content)]),
        }
    }

    fn internal(tag: &str, variant: &str, content: Option<Self>) -> Self {
        let content = content.map(Self::entries).unwrap_or_default();
        Self::Object([(tag.into(), Self::of(variant))].into_iter().chain(content).collect())
    }

    fn adjacent(tag: &str, key: &str, variant: &str, content: Option<Self>) -> Self {
        let content = content.map(|content| (key.into(), content));
        Self::Object([(tag.into(), Self::of(variant))].into_iter().chain(content).collect())
    }

    fn write(&self, text: &mut String) {
        let list = |text: &mut String, items: &mut dyn Iterator<Item = (Option<&String>, &Self)>| {
            for (at, (key, value)) in items.enumerate() {
                if at > 0 {
                    text.push(',');
                }
                if let Some(key) = key {
                    *text += &serde_json::to_string(key).expect("serde_json writes it");
                    text.push(':');
                }
                value.write(text);
            }
        };
        match self {
            Self::Text(json) => *text += json,
            Self::Array(values) => {
                text.push('[');
                list(text, &mut values.iter().map(|value| (None, value)));
                text.push(']');
            }
            Self::Object(entries) => {
                text.push('{');
                list(text, &mut entries.iter().map(|(key, value)| (Some(key), value)));
                text.push('}');
            }
        }
    }
}

/// The selection below a name.
#[derive(Clone, Default)]
struct Mask {
    whole: bool,
    below: BTreeMap<&'static str, Mask>,
}

impl Mask {
    fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    fn has(&self, name: &str) -> bool {
        self.whole || self.below.contains_key(name)
    }

    fn below(&self, name: &str) -> &Self {
        if self.whole { self } else { &self.below[name] }
    }

    /// Whether a flattened value is written: one of its names is selected.
    fn reaches<T: Model>(&self) -> bool {
        self.whole || T::flattened().iter().any(|named| self.below.contains_key(named.name))
    }
}

/// A name that a mask may have.
struct Named {
    name: &'static str,
    /// The names below it.
    below: fn() -> Vec<Named>,
}

impl Named {
    fn field<T: Model>(name: &'static str) -> Self {
        Self { name, below: T::names }
    }

    fn tag(name: &'static str) -> Self {
        Self { name, below: Vec::new }
    }
}

/// A type with random values, and the text of each under a mask.
trait Model: Serialize + ZeroAllocJson + Clone {
    fn random(rng: &mut SplitMix64, depth: usize) -> Self;

    fn model(&self, mask: &Mask) -> Json;

    /// The names that a mask may have; none of a type that is written as a whole.
    fn names() -> Vec<Named>;

    /// Those that stand in the object around a flattened value.
    fn flattened() -> Vec<Named> {
        Self::names()
    }
}

macro_rules! leaves {
    ($($T:ty: $random:expr;)+) => {
        $(
            impl Model for $T {
                fn random(rng: &mut SplitMix64, _: usize) -> Self {
                    let random: fn(&mut SplitMix64) -> $T = $random;
                    random(rng)
                }

                fn model(&self, _: &Mask) -> Json {
                    Json::of(self)
                }

                fn names() -> Vec<Named> {
                    Vec::new()
                }
            }
        )+
    };
}

leaves! {
    u8: |rng| rng.pick(&[0, 7, 255]);
    u16: |rng| rng.pick(&[0, 7, 65_535]);
    u32: |rng| rng.pick(&[0, 1 << 20]);
    i64: |rng| rng.pick(&[0, -1, i64::MIN]);
    f64: |rng| rng.pick(&[0.0, 0.25, -1e300]);
    bool: |rng| rng.chance(50);
    char: |rng| rng.pick(&['a', '"', '🦀']);
    &'static str: |rng| rng.pick(&["", "text", "\"\n\u{1}é🦀", "a text of more than sixty-four bytes, which takes several vectors of a CPU"]);
    String: |rng| <&'static str>::random(rng, 0).to_owned();
}

macro_rules! pointers {
    ($($P:ident)+) => {
        $(
            impl<T: Model> Model for $P<T> {
                fn random(rng: &mut SplitMix64, depth: usize) -> Self {
                    Self::new(T::random(rng, depth))
                }

                fn model(&self, mask: &Mask) -> Json {
                    T::model(self, mask)
                }

                fn names() -> Vec<Named> {
                    T::names()
                }
            }
        )+
    };
}

pointers! { Box Rc }

impl<T: Model> Model for Option<T> {
    fn random(rng: &mut SplitMix64, depth: usize) -> Self {
        (depth <= 2 && rng.chance(70)).then(|| T::random(rng, depth))
    }

    fn model(&self, mask: &Mask) -> Json {
        self.as_ref().map_or_else(|| Json::of(()), |value| value.model(mask))
    }

    fn names() -> Vec<Named> {
        T::names()
    }

    fn flattened() -> Vec<Named> {
        T::flattened()
    }
}

impl<T: Model> Model for Vec<T> {
    fn random(rng: &mut SplitMix64, depth: usize) -> Self {
        let len = if depth > 2 { 0 } else { rng.below(3) };
        (0..len).map(|_| T::random(rng, depth)).collect()
    }

    fn model(&self, mask: &Mask) -> Json {
        Json::Array(self.iter().map(|value| value.model(mask)).collect())
    }

    fn names() -> Vec<Named> {
        T::names()
    }
}

impl<T: Model> Model for BTreeMap<String, T> {
    fn random(rng: &mut SplitMix64, depth: usize) -> Self {
        let len = if depth > 2 { 0 } else { rng.below(3) };
        (0..len).map(|at| (format!("key {at}"), T::random(rng, depth))).collect()
    }

    /// The keys are data: the mask concerns the values.
    fn model(&self, mask: &Mask) -> Json {
        Json::Object(self.iter().map(|(key, value)| (key.clone(), value.model(mask))).collect())
    }

    fn names() -> Vec<Named> {
        T::names()
    }

    fn flattened() -> Vec<Named> {
        Vec::new()
    }
}

impl<T: Model> Model for (T, u16) {
    fn random(rng: &mut SplitMix64, depth: usize) -> Self {
        (T::random(rng, depth), 1)
    }

    fn model(&self, _: &Mask) -> Json {
        Json::Array(vec![self.0.model(&Mask::whole()), Json::of(self.1)])
    }

    fn names() -> Vec<Named> {
        Vec::new()
    }
}

/// A random mask as text, which it adds to the mask of the model. Names may repeat.
fn random_mask(rng: &mut SplitMix64, names: &[Named], mask: &mut Mask, depth: usize) -> String {
    let count = 1 + rng.below(names.len().min(if depth == 0 { 8 } else { 4 }));
    let mut items = Vec::new();
    for _ in 0..count {
        if rng.chance(if depth == 0 { 1 } else { 4 }) {
            mask.whole = true;
            items.push(String::from("*"));
            continue;
        }
        let chosen = &names[rng.below(names.len())];
        let below = mask.below.entry(chosen.name).or_default();
        let inner = (chosen.below)();
        let item = if inner.is_empty() || depth > 5 || rng.chance(25) {
            below.whole = true;
            chosen.name.to_owned()
        } else {
            let inner = random_mask(rng, &inner, below, depth + 1);
            let is_one = !inner.contains(',') && rng.chance(50);
            if is_one { format!("{}/{inner}", chosen.name) } else { format!("{}({inner})", chosen.name) }
        };
        let space = rng.pick(&["", "", "", " "]);
        items.push(format!("{space}{item}{space}"));
    }
    items.join(",")
}

/// How much was compared.
struct Checked {
    texts: usize,
    bytes: usize,
}

fn text(json: &Json) -> String {
    let mut text = String::new();
    json.write(&mut text);
    text
}

/// Values of a type, as a whole and under masks.
fn check<T>(rng: &mut SplitMix64) -> Checked
where
    T: Model + Maskable,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    let options = MaskOptions::new().max_len(1 << 20).max_names(1 << 20);
    let (mut checked, names) = (Checked { texts: 0, bytes: 0 }, T::names());
    for round in 0..10 {
        let value = T::random(rng, 0);
        let whole = serde_json::to_string(&value).expect("serde_json writes it");
        assert_eq!(text(&value.model(&Mask::whole())), whole, "the model of {}", std::any::type_name::<T>());
        for _ in 0..if names.is_empty() { 0 } else { 10 } {
            let mut model = Mask::default();
            let fields = random_mask(rng, &names, &mut model, 0);
            let mask = FieldMask::<T::Fields>::parse_with(&fields, &options);
            let mask = mask.unwrap_or_else(|error| panic!("{fields}: {error}"));
            let expected = text(&value.model(&model));
            let mut buf = Vec::new();
            value.write_json_fields(&mut buf, &mask);
            let found = String::from_utf8_lossy(&buf);
            assert_eq!(found, expected, "{fields} of {whole}, a {}", std::any::type_name::<T>());
            let masked = Masked::new(value.clone(), mask);
            if round == 0 {
                // By all functions, and on all backends.
                compare_bytes(&masked, expected.as_bytes())
                    .unwrap_or_else(|difference| panic!("{fields}: {difference}"));
            }
            let more = format!("nope,{fields},nope(no,nope/no)");
            let mask = FieldMask::<T::Fields>::parse_with(&more, &options.ignore_unknown()).expect("a mask");
            assert_eq!(record_runtime::to_string(&Masked::new(&value, mask)), expected, "{more}");
            checked.texts += 1;
            checked.bytes += expected.len();
        }
    }
    checked
}

#[allow(
    dead_code,
    unreachable_code,
    unreachable_pub,
    unused_variables,
    unused_mut,
    clippy::all,
    clippy::pedantic,
    reason = "generated"
)]
mod generated {
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use record_runtime::ZeroAllocJson;
    use serde::Serialize;

    use super::{Checked, Json, Mask, Model, Named, SplitMix64, check};

    fn never<T: ?Sized>(_: &T) -> bool {
        false
    }

    include!(concat!(env!("OUT_DIR"), "/random_masks.rs"));
}

#[test]
fn random_values_under_random_masks() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_masks.rs"));
    let mut rng = SplitMix64::new(generated::SEED);
    let (mut texts, mut bytes) = (0, 0);
    for check in generated::CHECKS {
        let checked = check(&mut rng);
        texts += checked.texts;
        bytes += checked.bytes;
    }
    println!("{} types, {texts} texts, {bytes} bytes", generated::CHECKS.len());
    assert!(generated::CHECKS.len() > 120 && texts > 10_000 && bytes > 1_000_000);
}

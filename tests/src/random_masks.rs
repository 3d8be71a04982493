//! The model of random types under random masks, which the build script wrote: a text that is put together naively.

use std::collections::BTreeMap;
use std::rc::Rc;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use crate::split_mix::SplitMix64;

/// JSON whose members have an order.
#[derive(Clone, Debug)]
pub enum Json {
    /// A value's text.
    Text(String),
    /// Values.
    Array(Vec<Json>),
    /// Members.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The text of a value.
    ///
    /// # Panics
    /// If `serde_json` does not write it.
    pub fn of<T: Serialize>(value: T) -> Self {
        Self::Text(serde_json::to_string(&value).expect("serde_json writes it"))
    }

    /// The entries of a flattened value.
    ///
    /// # Panics
    /// If it cannot be flattened.
    #[must_use]
    pub fn entries(self) -> Vec<(String, Self)> {
        match self {
            Self::Object(entries) => entries,
            // An absent one.
            Self::Text(text) if text == "null" => Vec::new(),
            Self::Text(text) => panic!("{text} is flattened"),
            Self::Array(_) => panic!("an array is flattened"),
        }
    }

    /// A variant, externally tagged.
    #[must_use]
    pub fn external(variant: &str, content: Option<Self>) -> Self {
        match content {
            None => Self::of(variant),
            Some(content) => Self::Object(vec![(variant.into(), content)]),
        }
    }

    /// A variant, internally tagged.
    #[must_use]
    pub fn internal(tag: &str, variant: &str, content: Option<Self>) -> Self {
        let content = content.map(Self::entries).unwrap_or_default();
        Self::Object([(tag.into(), Self::of(variant))].into_iter().chain(content).collect())
    }

    /// A variant, adjacently tagged.
    #[must_use]
    pub fn adjacent(tag: &str, key: &str, variant: &str, content: Option<Self>) -> Self {
        let content = content.map(|content| (key.into(), content));
        Self::Object([(tag.into(), Self::of(variant))].into_iter().chain(content).collect())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
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
#[derive(Clone, Debug, Default)]
pub struct Mask {
    whole: bool,
    below: BTreeMap<&'static str, Mask>,
}

impl Mask {
    /// Everything.
    #[must_use]
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Whether a field is written.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.whole || self.below.contains_key(name)
    }

    /// The selection of a field's value, which is written.
    #[must_use]
    pub fn below(&self, name: &str) -> &Self {
        if self.whole { self } else { &self.below[name] }
    }

    /// Whether a flattened value is written: one of its names is selected.
    #[must_use]
    pub fn reaches<T: Model>(&self) -> bool {
        self.whole || T::flattened().iter().any(|named| self.below.contains_key(named.name))
    }
}

/// A name that a mask may have.
#[derive(Debug)]
pub struct Named {
    name: &'static str,
    /// The names below it.
    below: fn() -> Vec<Named>,
}

impl Named {
    /// A field of a type.
    #[must_use]
    pub fn field<T: Model>(name: &'static str) -> Self {
        Self { name, below: T::names }
    }

    /// A tag.
    #[must_use]
    pub fn tag(name: &'static str) -> Self {
        Self { name, below: Vec::new }
    }
}

/// Containers below this depth are empty. A level of forty fields takes 170 KB of stack in a build that
/// has neither optimisation nor debug assertions. A call may take 1 MiB.
const DEEPEST: usize = if cfg!(debug_assertions) { 3 } else { 2 };

/// A type with random values, and the text of each under a mask.
pub trait Model: Serialize + ZeroAllocJson + Clone {
    /// A value.
    fn random(rng: &mut SplitMix64, depth: usize) -> Self;

    /// Its text under a mask.
    fn model(&self, mask: &Mask) -> Json;

    /// The names that a mask may have; none of a type that is written as a whole.
    fn names() -> Vec<Named>;

    /// Those that stand in the object around a flattened value.
    #[must_use]
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
        (depth <= DEEPEST && rng.chance(70)).then(|| T::random(rng, depth))
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
        let len = if depth > DEEPEST { 0 } else { rng.below(3) };
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
        let len = if depth > DEEPEST { 0 } else { rng.below(3) };
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
pub fn random_mask(rng: &mut SplitMix64, names: &[Named], mask: &mut Mask, depth: usize) -> String {
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

//! Random types under random masks, against a model that puts the text together naively. The build script wrote the types
//! and their models; with everything selected, the model is compared with `serde_json`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --test suite random_masks` tries other types.

use record_runtime::{FieldMask, MaskOptions, Maskable, Masked, ZeroAllocJson};
use record_tests::oracle::compare_bytes;
use record_tests::random_masks::{Json, Mask, Model, Named, random_mask};
use record_tests::split_mix::SplitMix64;

/// How much was compared.
struct Checked {
    texts: usize,
    bytes: usize,
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
        assert_eq!(value.model(&Mask::whole()).text(), whole, "the model of {}", std::any::type_name::<T>());
        for _ in 0..if names.is_empty() { 0 } else { 10 } {
            let mut model = Mask::default();
            let fields = random_mask(rng, &names, &mut model, 0);
            let mask = FieldMask::<T::Fields>::parse_with(&fields, &options);
            let mask = mask.unwrap_or_else(|error| panic!("{fields}: {error}"));
            let expected = value.model(&model).text();
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
    use record_tests::random::never;
    use serde::Serialize;

    use super::{Checked, Json, Mask, Model, Named, SplitMix64, check};

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

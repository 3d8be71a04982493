//! Random types under random masks, which the build script wrote: each text is allowed by the schema of `Masked`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --features schema --test schema random_masks` tries other types.

use record_runtime::schema::JsonSchema;
use record_runtime::{FieldMask, MaskOptions, Maskable, Masked, ZeroAllocJson};
use record_tests::random_masks::{Json, Mask, Model, Named, random_mask};
use record_tests::split_mix::SplitMix64;

use crate::judge::{mutants, parse, schema_of, validator};

/// How much was compared.
#[derive(Default)]
struct Checked {
    texts: usize,
    /// Texts that the schema of the type without a mask refuses.
    partial: usize,
    mutants: usize,
    refused: usize,
}

fn check<T>(rng: &mut SplitMix64) -> Checked
where
    T: Model + Maskable + JsonSchema,
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    let options = MaskOptions::new().max_len(1 << 20).max_names(1 << 20);
    let (mut checked, names) = (Checked::default(), T::names());
    let schema = schema_of::<Masked<T>>();
    let (ours, whole) = (validator(&schema), validator(&schema_of::<T>()));
    for round in 0..if names.is_empty() { 0 } else { 12 } {
        let value = T::random(rng, 0);
        let fields = random_mask(rng, &names, &mut Mask::default(), 0);
        let mask = FieldMask::<T::Fields>::parse_with(&fields, &options);
        let mask = mask.unwrap_or_else(|error| panic!("{fields}: {error}"));
        let document = parse(&Masked::new(&value, mask));
        if let Err(error) = ours.validate(&document) {
            panic!("{}, {fields}: {error}\n{document}\n{schema}", std::any::type_name::<T>());
        }
        checked.texts += 1;
        checked.partial += usize::from(!whole.is_valid(&document));
        for mutant in if round < 2 { mutants(&document) } else { Vec::new() } {
            checked.mutants += 1;
            checked.refused += usize::from(!ours.is_valid(&mutant));
        }
        // Nothing is left out of it.
        assert!(ours.is_valid(&parse(&value)), "{}", std::any::type_name::<T>());
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

    include!(concat!(env!("OUT_DIR"), "/random_mask_schemas.rs"));
}

#[test]
fn texts_under_masks() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_mask_schemas.rs"));
    let mut rng = SplitMix64::new(generated::SEED);
    let mut all = Checked::default();
    for check in generated::CHECKS {
        let Checked { texts, partial, mutants, refused } = check(&mut rng);
        all.texts += texts;
        all.partial += partial;
        all.mutants += mutants;
        all.refused += refused;
    }
    let Checked { texts, partial, mutants, refused } = all;
    println!(
        "{} types, {texts} texts, {partial} of them partial; {refused} of {mutants} mutants are refused",
        generated::CHECKS.len()
    );
    assert!(generated::CHECKS.len() > 80 && texts > 500 && partial * 2 > texts);
    // An entry that is missing is one that was not asked for; a value of another type is refused.
    assert!(refused * 100 >= mutants * 60, "{refused} of {mutants} mutants are refused");
}

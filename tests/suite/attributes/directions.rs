//! `rename`, `rename_all`, `rename_all_fields` and `bound` for each direction alone, against `serde_json`. The build
//! script wrote every accepted sequence of their forms at every place where they may stand.

#[allow(
    dead_code,
    nonstandard_style,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "generated: as many names as there are sequences"
)]
mod generated {
    use std::marker::PhantomData;

    use record_runtime::ZeroAllocJson;
    use record_tests::oracle::{assert_like, assert_same};
    use serde::Serialize;

    /// Can be written whatever the parameter is.
    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "")]
    pub struct Wrapped<T> {
        written: u8,
        #[serde(skip)]
        argument: PhantomData<T>,
    }

    impl<T> Wrapped<T> {
        const NEW: Self = Self { written: 1, argument: PhantomData };
    }

    /// Cannot be written.
    #[derive(Clone, Copy)]
    pub struct Opaque;

    include!(concat!(env!("OUT_DIR"), "/directions.rs"));
}

#[test]
fn every_sequence_at_every_place() {
    let values = generated::compare();
    assert!(values > 140, "only {values} values");
}

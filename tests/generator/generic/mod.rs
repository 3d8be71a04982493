//! Random *generic* derive inputs: what serde's derive compiles, with arguments and values.
//!
//! serde bounds each type parameter that a written field mentions outside of `PhantomData`. It bounds an associated
//! type that is a field's whole type. The generator knows that rule and what each type needs to be written, and
//! declares or states what is missing. So each input compiles with serde; that it does here, and writes the same bytes,
//! is what is tested.

mod bounds;
mod builder;
mod definition;
mod kinds;
mod source;
mod ty;
mod value;

use std::collections::BTreeSet;

use crate::split_mix::SplitMix64;
use definition::World;
use ty::Ty;

/// How many values of each type are compared.
pub(crate) const VALUES: usize = 2;

/// A type with all that is needed to compare values of it.
pub(crate) struct Item {
    pub(crate) index: usize,
    /// With its arguments.
    pub(crate) name: String,
    /// The numbers of the types that it names, or whose values it holds.
    #[allow(dead_code, reason = "the build script leaves none out")]
    pub(crate) uses: BTreeSet<usize>,
    pub(crate) definition: String,
    /// The function `check_INDEX`.
    pub(crate) check: String,
}

/// The traits that the types derive beside serde's.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Derived {
    Writer,
    /// The writer with its schema.
    #[allow(dead_code, reason = "for the build script")]
    Schema,
}

/// At least so many types; the same for the same seed.
pub(crate) fn generate(seed: u64, count: usize, derived: Derived) -> Vec<Item> {
    let mut rng = SplitMix64::new(seed);
    let mut world = World::default();
    while world.len() < count {
        world.define(&mut rng);
    }
    let item = |index| {
        let arguments = world.arguments(&mut rng, index);
        let name = world.name(index, &arguments);
        let values: Vec<_> = (0..VALUES).map(|_| world.value_of(&mut rng, index, &arguments, 0)).collect();
        let mut uses = world.get(index).uses();
        for argument in &arguments {
            argument.visit(&mut |ty| {
                if let Ty::Defined(used, ..) = ty {
                    uses.insert(*used);
                }
            });
        }
        let check = format!(
            "fn check_{index}(report: &mut Report) {{\n    let values: [{name}; {VALUES}] = [\n        {},\n    ];\n    \
             report.compare(&values);\n}}\n\n",
            values.join(",\n        ")
        );
        Item { index, name, uses, definition: source::definition(&world, index, derived), check }
    };
    (0..world.len()).map(item).collect()
}

/// The table of checks, which stands behind them.
pub(crate) fn table<'i>(seed: u64, items: impl Iterator<Item = &'i Item>) -> String {
    let rows: String = items.map(|item| format!("    ({:?}, check_{}),\n", item.name, item.index)).collect();
    format!(
        "pub(super) const SEED: u64 = {seed:#018x};\n\npub(super) const CHECKS: &[(&str, fn(&mut Report))] = &[\n{rows}];\n"
    )
}

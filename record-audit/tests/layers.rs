//! Files import in one direction: each only from those before it. The order is that of the list below, from the ground up.

#[path = "../../tests/shared/imports.rs"]
mod imports;

use std::path::Path;

/// Files and folders of `src`, by the name of their module.
const ORDER: [&str; 34] = [
    "sync",
    "sampling",
    "counters",
    "stack",
    "table",
    "tracking",
    "heap",
    "allocator",
    "family",
    "scope",
    "spawned",
    "followed",
    "clock",
    "histogram",
    "lock",
    "id",
    "method",
    "route",
    "kernel",
    "request",
    "budget",
    "trend",
    "under_way",
    "profile",
    "recorder",
    "audit",
    "state",
    "flight",
    "layer",
    "axum",
    "actix",
    "ledger",
    "samples",
    "recorders",
];
/// Above all of them.
const TOP: [&str; 2] = ["page", "pages"];

#[test]
fn imports_run_downwards() {
    let imports = imports::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let module = |file: &str| file.split('/').next().expect("a name").trim_end_matches(".rs").to_owned();
    let place = |file: &str| {
        let module = module(file);
        let known = ORDER.iter().chain(&TOP).position(|known| *known == module);
        known.unwrap_or_else(|| panic!("{file} has no place in the order"))
    };
    let all = imports.iter().flat_map(|(file, imported)| imported.iter().map(move |from| (file, from)));
    // The root hands names on, and that is all.
    let others: Vec<_> = all.filter(|(file, _)| *file != "lib.rs").collect();
    assert!(others.len() > 60, "{}", others.len());
    let upwards: Vec<_> = others.into_iter().filter(|(file, from)| place(from) > place(file)).collect();
    assert!(upwards.is_empty(), "{upwards:#?}");
}

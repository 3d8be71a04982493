//! Notes what compiles this package: the figures it prints are worth nothing without it, and a program cannot ask later.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name| std::env::var(name).unwrap_or_else(|_| "unknown".to_owned());
    println!("cargo::rustc-env=BENCHES_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=BENCHES_PROFILE={}", variable("PROFILE"));
    println!("cargo::rustc-env=BENCHES_OPT_LEVEL={}", variable("OPT_LEVEL"));
    // The settings that change the machine code beyond the profile's defaults.
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let flags: Vec<String> = ["CARGO_PROFILE_BENCH_LTO", "CARGO_PROFILE_RELEASE_LTO"]
        .into_iter()
        .inspect(|name| println!("cargo::rerun-if-env-changed={name}"))
        .filter_map(|name| Some(format!("{name}={}", set(name)?)))
        .chain(set("CARGO_ENCODED_RUSTFLAGS").map(|flags| changing_code(&flags)))
        .collect();
    println!("cargo::rustc-env=BENCHES_FLAGS={}", flags.join(" "));
    let version = Command::new(variable("RUSTC")).arg("--version").output().ok();
    let version = version.and_then(|output| String::from_utf8(output.stdout).ok());
    println!("cargo::rustc-env=BENCHES_COMPILER={}", version.as_deref().unwrap_or("unknown compiler").trim());
}

/// The flags without those that only rename folders: two builds in two places are to be equal.
fn changing_code(encoded: &str) -> String {
    encoded.split('\u{1f}').filter(|flag| !flag.starts_with("--remap-path-prefix")).collect::<Vec<_>>().join(" ")
}

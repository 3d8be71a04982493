//! The macro's source is a library under this condition.

fn main() {
    println!("cargo::rustc-cfg=record_stages");
    println!("cargo::rustc-check-cfg=cfg(record_stages)");
    println!("cargo::rerun-if-changed=build.rs");
}

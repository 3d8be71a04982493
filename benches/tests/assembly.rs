//! The assembly of two typical writers. A whole run of fields costs one comparison of the room, each number or string
//! one call, each key one or two stores. Each writer's assembly is kept in `assembly/` and compared;
//! `BLESS=1 cargo test -p record-benches --test assembly` rewrites it after a change that is meant.
//!
//! The text is that of x86-64 and of the Rust version that the workspace names.

#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const VERSION: &str = "1.95";

/// The lines of a type's writer, without directives and hashes.
fn writer(assembly: &str, ty: &str) -> String {
    let begins = |line: &str| {
        line.starts_with("_ZN") && line.contains(ty) && line.contains("write_value") && line.ends_with(':')
    };
    let lines = assembly.lines().skip_while(|line| !begins(line)).skip(1);
    let mut text = String::new();
    for line in lines.take_while(|line| !line.starts_with(".Lfunc_end")) {
        let line = line.split_once('#').map_or(line, |(code, _comment)| code).trim_end();
        let is_directive = line.trim_start().starts_with('.') && !line.ends_with(':');
        if !is_directive && !line.is_empty() && !line.starts_with(".Ltmp") {
            writeln!(text, "{}", names(line)).expect("a string takes everything");
        }
    }
    assert!(!text.is_empty(), "no writer of {ty}");
    text
}

/// The line with the last parts of its mangled names, and without the numbers of constants.
fn names(line: &str) -> String {
    let words = line.split_inclusive(|c: char| !c.is_alphanumeric() && !"_$.".contains(c));
    words
        .map(|word| if word.contains(".Lanon.") { word.replacen(anonymous(word), "CONSTANT", 1) } else { last(word) })
        .collect()
}

fn anonymous(word: &str) -> &str {
    word.trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// `grow` of `_ZN14record_runtime4sink4Sink4grow17h0123456789abcdefE`.
fn last(word: &str) -> String {
    let Some(rest) = word.strip_prefix("_ZN") else {
        return word.to_owned();
    };
    let (mut rest, mut parts) = (rest, Vec::new());
    while let Some(digits) = rest.find(|c: char| !c.is_ascii_digit()).filter(|&digits| digits > 0) {
        let len: usize = rest[..digits].parse().expect("digits");
        parts.push(&rest[digits..digits + len]);
        rest = &rest[digits + len..];
    }
    // The last part is a hash, behind which stands an `E`.
    parts.pop();
    format!("{}{}", parts.last().copied().unwrap_or_default(), rest.strip_prefix('E').unwrap_or(rest))
}

fn count(text: &str, part: &str) -> usize {
    text.lines().filter(|line| line.contains(part)).count()
}

#[test]
fn writers_check_the_room_once_a_run() {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        eprintln!("SKIPPED: the assembly is that of x86-64 Linux");
        return;
    }
    let rustc = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let rustc = String::from_utf8_lossy(&rustc.stdout).into_owned();
    if !rustc.starts_with(&format!("rustc {VERSION}.")) {
        eprintln!("SKIPPED: the assembly is that of rustc {VERSION}, not of {rustc}");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = root.join("../target/assembly/writers.s");
    std::fs::create_dir_all(output.parent().expect("a folder")).expect("the target folder can be written");
    // As `--release` has it, whatever the environment says.
    let cargo = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["rustc", "--quiet", "--release", "--example", "writers", "--target-dir", "../target/assembly", "--"])
        .args(["-Ccodegen-units=1", "-Cdebuginfo=0", "-Cllvm-args=-x86-asm-syntax=intel"])
        .arg(format!("--emit=asm={}", output.display()))
        .env_remove("RUSTFLAGS")
        // An incremental build splits the code into more units, and inlines less.
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo runs");
    assert!(cargo.success());
    let assembly = std::fs::read_to_string(&output).expect("the compiler wrote it");

    let reading = writer(&assembly, "Reading");
    // Six fields of which none can break the run: the only way out to a larger buffer is the first.
    assert_eq!(count(&reading, "grow"), 1, "{reading}");
    let person = writer(&assembly, "Person");
    // A string makes its own room in its kernel, and keeps that of the fields behind it.
    assert_eq!(count(&person, "grow"), 1, "{person}");

    for (name, text) in [("reading", reading), ("person", person)] {
        let file = root.join(format!("assembly/{name}.s"));
        if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
            std::fs::write(&file, &text).expect("the snapshot can be written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == text, "{} has changed; BLESS=1 accepts this:\n{text}", file.display());
    }
}

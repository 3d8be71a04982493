//! Scratch projects: where they are, and the crate that they share.

use std::path::{Path, PathBuf};

use super::build::{self, Diagnostic};
use super::patch::Patch;

/// The checkout that this tool was compiled in.
#[must_use]
pub fn own_checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").components().collect()
}

/// Writes the crate `record_support`, with these features of the runtime.
///
/// # Errors
/// A file cannot be written.
pub fn write_support(folder: &Path, runtime: &Path, features: &[&str]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"record_support\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         record-runtime = {{ path = \"{}\", features = {features:?} }}\nserde = {{ version = \"1\", features = [\"derive\", \"rc\"] }}\n\
         serde_json = \"1\"\ninventory = \"0.3\"\n",
        runtime.display(),
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    for (name, text) in [
        ("lib", include_str!("support/mod.rs")),
        ("make", include_str!("support/make.rs")),
        ("reader", include_str!("support/reader.rs")),
        ("source", include_str!("support/source.rs")),
        ("want", include_str!("support/want.rs")),
    ] {
        std::fs::write(folder.join(format!("src/{name}.rs")), text)?;
    }
    Ok(())
}

/// Builds, and takes back what does not compile, until everything does.
///
/// # Errors
/// An error remains that none of the insertions is to blame for, or cargo fails.
pub fn settle(patch: &mut Patch, build: impl Fn() -> Result<Vec<Diagnostic>, String>) -> Result<(), String> {
    for round in 1.. {
        patch.write().map_err(|error| error.to_string())?;
        let errors = build()?;
        eprintln!("round {round}: {} errors", errors.len());
        if errors.is_empty() {
            return Ok(());
        }
        if !patch.settle(&errors) {
            let first = &errors[0];
            let places: Vec<_> =
                first.places.iter().map(|place| format!("{}:{}", place.file.display(), place.line)).collect();
            return Err(format!("cannot be told what to take back for: {}\n  {}", first.words, places.join("\n  ")));
        }
    }
    unreachable!("rounds do not end otherwise")
}

/// Copies the files below a folder.
///
/// # Errors
/// A file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" && entry.file_name() != ".git" {
                copy(&entry.path(), &target)?;
            }
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The files below a folder whose names end so.
///
/// # Errors
/// A folder cannot be read.
pub fn files(folder: &Path, extension: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// [`build::errors`] of a scratch project.
pub fn checker<'a>(
    project: &'a Path,
    target: &'a Path,
    args: &'a [&'a str],
) -> impl Fn() -> Result<Vec<Diagnostic>, String> + 'a {
    move || build::errors(project, target, args)
}

//! Migrates a published crate in a scratch folder, and compares what both derives write of its types.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use record_tests::drop_in::build;
use record_tests::drop_in::options::Options;
use record_tests::drop_in::patch::{MIGRATION, Patch, Role};
use record_tests::drop_in::report::{self, Outcome};
use record_tests::drop_in::{fixtures, scratch, source, tool};
use serde_json::Value;

const HELP: &str = "\
Takes the source of a published crate from the registry, puts `ZeroAllocJson` beside each derive of `Serialize`, adds the
smallest lines known where that does not compile, and compares the bytes of values: of generated ones, and of those that the
crate's own JSON texts can be read as.

usage: migrate [OPTIONS] CRATE

  CRATE                   such as `octocrab`
  --version V             of the crate, as a manifest has it (default: the latest)
  --features A,B          of the crate
  --no-default-features   of the crate
  --seed N                of the generated values (default 1)
  --values N              generated values of each type (default 50)
  --checkout FOLDER       of this project, to be tested (default: that in which this tool was compiled)
  --out FOLDER            the scratch folder (default: one below the system's folder for temporary files)
  --help                  this text

Fails if a value differs, or a type cannot be written.";

fn main() -> ExitCode {
    tool::main(HELP, Options::parse(std::env::args().skip(1), "migrate"), run)
}

fn run(options: &Options) -> Result<bool, String> {
    let target = options.out.join("target");
    eprintln!("fetching {}", options.subject);
    let package = fetch(options)?;
    let scratch = options.out.join(format!("{}-{}", package.name, package.version));
    let runner = scratch.join("runner");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    }
    let source = scratch.join("source");
    scratch::copy(&package.folder, &source).map_err(|error| format!("{}: {error}", package.folder.display()))?;
    let fixtures = fixtures::collect(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let fixtures_at = scratch.join("fixtures.json");
    let fixtures_text = serde_json::to_string(&fixtures).map_err(|error| error.to_string())?;
    std::fs::write(&fixtures_at, fixtures_text).map_err(|error| error.to_string())?;
    prepare(options, &package, &scratch)?;

    eprintln!("building it as it is");
    if let Some(error) = build::errors(&runner, &target, &["check"])?.first() {
        return Err(format!("{} does not compile as it is: {}", package.name, error.words));
    }
    let mut patch = patched(&source)?;
    eprintln!("building it with both derives, with the lines that this needs");
    scratch::settle(&mut patch, scratch::checker(&runner, &target, &["check"]))?;
    scratch::settle(&mut patch, scratch::checker(&runner, &target, &["build"]))?;
    std::fs::write(scratch.join("taken-back.txt"), report::taken_back(&patch)).map_err(|error| error.to_string())?;

    let results = scratch.join("results.jsonl");
    let _ = std::fs::remove_file(&results);
    eprintln!("comparing values");
    let status = Command::new(target.join("debug/record-scratch"))
        .env("RECORD_RESULTS", &results)
        .env("RECORD_FIXTURES", &fixtures_at)
        .env("RECORD_SEED", options.seed.to_string())
        .env("RECORD_VALUES", options.values.to_string())
        .status()
        .map_err(|error| format!("the comparison: {error}"))?;
    if !status.success() {
        return Err(format!("the comparison ended with {status}"));
    }
    println!("crate                  {} {}", package.name, package.version);
    println!("seed                   {}", options.seed);
    println!("fixtures               {}", fixtures.len());
    Ok(print(&patch, &Outcome::read(&results)?))
}

/// A package in cargo's own folder of sources.
struct Package {
    name: String,
    version: String,
    folder: PathBuf,
}

fn dependency(options: &Options) -> toml::Table {
    let features: Vec<toml::Value> = options.features.iter().map(|feature| feature.as_str().into()).collect();
    toml::Table::from_iter([
        (String::from("features"), features.into()),
        (String::from("default-features"), options.default_features.into()),
    ])
}

/// Has cargo get the crate, by a project that depends on it.
fn fetch(options: &Options) -> Result<Package, String> {
    let project = options.out.join("fetch");
    let mut wanted = dependency(options);
    wanted.insert(String::from("version"), options.version.as_str().into());
    write_project(&project, toml::Table::from_iter([(options.subject.clone(), wanted.into())]), "")?;
    let mut command = Command::new("cargo");
    command.args(["metadata", "--format-version=1"]).current_dir(&project);
    let output = command.output().map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut named = packages.filter(|package| package["name"] == options.subject.as_str());
    let package = named.next().ok_or_else(|| format!("cargo knows no package `{}`", options.subject))?;
    let text = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
    let manifest = PathBuf::from(text("manifest_path"));
    let folder = manifest.parent().ok_or("cargo names no folder of the package")?.to_owned();
    Ok(Package { name: text("name"), version: text("version"), folder })
}

fn write_project(project: &Path, dependencies: toml::Table, main: &str) -> Result<(), String> {
    let package = toml::Table::from_iter([
        (String::from("name"), "record-scratch".into()),
        (String::from("version"), "0.0.0".into()),
        (String::from("edition"), "2024".into()),
    ]);
    let manifest = toml::Table::from_iter([
        (String::from("package"), package.into()),
        (String::from("dependencies"), dependencies.into()),
        (String::from("workspace"), toml::Table::new().into()),
    ]);
    let name = if main.is_empty() { "lib.rs" } else { "main.rs" };
    std::fs::create_dir_all(project.join("src"))
        .and_then(|()| std::fs::write(project.join("Cargo.toml"), manifest.to_string()))
        .and_then(|()| std::fs::write(project.join("src").join(name), main))
        .map_err(|error| format!("{}: {error}", project.display()))
}

/// Adds the runtime to the crate's manifest, and writes the project that runs the comparisons.
fn prepare(options: &Options, package: &Package, scratch: &Path) -> Result<(), String> {
    let read = |path: &Path| -> Result<toml::Table, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        text.parse().map_err(|error| format!("{}: {error}", path.display()))
    };
    let path = scratch.join("source/Cargo.toml");
    let mut manifest = read(&path)?;
    for unwanted in ["bench", "example", "test", "bin", "workspace", "lints"] {
        manifest.remove(unwanted);
    }
    let library = manifest.get("lib").and_then(|library| library.get("name")).and_then(toml::Value::as_str);
    let library = library.map_or_else(|| package.name.replace('-', "_"), str::to_owned);
    manifest.insert(String::from("workspace"), toml::Table::new().into());
    let runtime = read(&options.runtime().join("Cargo.toml"))?;
    let known = runtime.get("features").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let dependencies = manifest.entry("dependencies").or_insert_with(|| toml::Table::new().into());
    let dependencies = dependencies.as_table_mut().ok_or("`dependencies` is not a table")?;
    let mut features: Vec<&str> = vec!["serde", "serde_json"];
    features.extend(known.keys().map(String::as_str).filter(|name| dependencies.contains_key(*name)));
    let path_of = |folder: PathBuf| toml::Value::from(folder.display().to_string());
    let dependency_on = toml::Table::from_iter([
        (String::from("path"), path_of(options.runtime())),
        (String::from("features"), features.iter().map(|name| toml::Value::from(*name)).collect::<Vec<_>>().into()),
    ]);
    scratch::write_support(&scratch.join("support"), &options.runtime(), &["serde", "serde_json"])
        .map_err(|error| error.to_string())?;
    let support = toml::Table::from_iter([(String::from("path"), path_of(scratch.join("support")))]);
    dependencies.insert(String::from("record-runtime"), dependency_on.into());
    dependencies.insert(String::from("record_support"), support.clone().into());
    std::fs::write(&path, manifest.to_string()).map_err(|error| format!("{}: {error}", path.display()))?;

    let mut migrated = dependency(options);
    migrated.insert(String::from("path"), path_of(scratch.join("source")));
    let dependencies = toml::Table::from_iter([
        (package.name.clone(), migrated.into()),
        (String::from("record_support"), support.into()),
    ]);
    let main = format!("extern crate {library} as _;\n\nfn main() {{\n    record_support::run_registered();\n}}\n");
    write_project(&scratch.join("runner"), dependencies, &main)
}

fn patched(source: &Path) -> Result<Patch, String> {
    let mut patch = Patch::new(MIGRATION);
    for path in scratch::files(&source.join("src"), "rs").map_err(|error| error.to_string())? {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let shown = path.strip_prefix(source).unwrap_or(&path).display().to_string();
        match source::read(&text) {
            // Values are generated instead of taken from the crate's functions, and its functions stay as they are.
            Ok(found) => {
                let found = source::Findings { helpers: Vec::new(), values: Vec::new(), ..found };
                patch.add(path, &shown, text, found);
            }
            Err(error) => println!("not read, since it is not Rust by itself: {shown} ({error})"),
        }
    }
    Ok(patch)
}

fn print(patch: &Patch, outcome: &Outcome) -> bool {
    let types = report::Types::new(patch);
    types.print();
    let on = |filter: &dyn Fn(Role) -> bool| patch.edits.iter().filter(|edit| edit.on && filter(edit.role)).count();
    let has_none = |of: usize| patch.types[of].at.derives.is_empty();
    println!("changed lines");
    println!("  hand-written Serialize {}", on(&|role| role == Role::HandWritten));
    println!(
        "  Serialize by a macro   {}",
        on(&|role| matches!(role, Role::Named) || matches!(role, Role::Bridge(of) if has_none(of)))
    );
    println!("  instead of a derive    {}", on(&|role| matches!(role, Role::Bridge(of) if !has_none(of))));
    println!("  types with others' types {}", on(&|role| matches!(role, Role::Container(_))));
    println!("  fields of others' types {}", on(&|role| matches!(role, Role::Field(..))));
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for edit in patch.edits.iter().filter(|edit| edit.on) {
        if let (Role::Container(_) | Role::Field(..), Some(reason)) = (edit.role, &edit.reason) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    for (reason, count) in reasons {
        println!("    {count} times: {reason}");
    }
    let lost: Vec<_> = patch
        .edits
        .iter()
        .filter(|edit| edit.failure.is_some())
        // Another type of the same name, without a `Serialize`, may have been tried as well.
        .filter(|edit| matches!(edit.role, Role::HandWritten) || matches!(edit.role, Role::Bridge(of) if !has_none(of)))
        .collect();
    println!("not to be written        {}", lost.len());
    for edit in &lost {
        println!("  {}: {}", edit.name, edit.failure.as_deref().unwrap_or_default());
    }
    outcome.print();
    outcome.different.is_empty() && lost.is_empty()
}

//! Runs the tests of a checkout of serde, or of `serde_json`, with the derive swapped, and compares every value of theirs.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use record_tests::drop_in::build;
use record_tests::drop_in::options::Options;
use record_tests::drop_in::patch::{DERIVE_ALONE, Patch, Role};
use record_tests::drop_in::report::{self, Outcome};
use record_tests::drop_in::{scratch, source, tool};

const HELP: &str = "\
Runs the tests of a checkout of serde, or of serde_json, with `ZeroAllocJson` beside each derive of `Serialize`, and compares
the bytes of every value that they write, and of generated values of each type.

usage: serde-suite [OPTIONS] PATH

  PATH              a checkout: its `test_suite/tests` or `tests` are copied to the scratch folder, and patched there
  --features A,B    features of the tests' package, such as `raw_value` of serde_json
  --seed N          of the generated values (default 1)
  --values N        generated values of each type (default 50)
  --checkout FOLDER of this project, to be tested (default: that in which this tool was compiled)
  --out FOLDER      the scratch folder (default: one below the system's folder for temporary files)
  --help            this text

Fails if a value differs, or a type does not compile.";

fn main() -> ExitCode {
    tool::main(HELP, Options::parse(std::env::args().skip(1), "serde-suite"), run)
}

fn run(options: &Options) -> Result<bool, String> {
    let checkout = Path::new(&options.subject);
    let package =
        [checkout.join("test_suite"), checkout.to_owned()].into_iter().find(|folder| folder.join("tests").is_dir());
    let package =
        package.ok_or_else(|| format!("{} has neither `test_suite/tests` nor `tests`", checkout.display()))?;
    let project = options.out.join("project");
    let target = options.out.join("target");
    prepare(options, &package, &project).map_err(|error| format!("{}: {error}", project.display()))?;

    eprintln!("building the tests as they are");
    remove_broken(&project, &target)?;
    let failed_before = failed_tests(&mut test(&project, &target))?;
    let mut patch = patched(&project)?;
    eprintln!("building them with both derives, without what does not compile");
    scratch::settle(&mut patch, scratch::checker(&project, &target, &["check", "--tests"]))?;
    scratch::settle(&mut patch, scratch::checker(&project, &target, &["build", "--tests"]))?;

    std::fs::write(options.out.join("taken-back.txt"), report::taken_back(&patch))
        .map_err(|error| error.to_string())?;
    let results = options.out.join("results.jsonl");
    let _ = std::fs::remove_file(&results);
    eprintln!("running them");
    let mut command = test(&project, &target);
    command.env("RECORD_RESULTS", &results);
    command.env("RECORD_SEED", options.seed.to_string()).env("RECORD_VALUES", options.values.to_string());
    for name in failed_tests(&mut command)?.difference(&failed_before) {
        println!("fails with the derive swapped: {name}");
    }
    let outcome = Outcome::read(&results)?;
    Ok(print(&patch, &outcome, options.seed))
}

fn test(project: &Path, target: &Path) -> Command {
    let mut command = build::cargo(project, target);
    command.args(["test", "--no-fail-fast"]);
    command
}

/// The tests that fail when the command is run.
fn failed_tests(command: &mut Command) -> Result<BTreeSet<String>, String> {
    let output = command.output().map_err(|error| format!("cargo test: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = said.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    Ok(failed.map(str::to_owned).collect())
}

/// A project with the suite's tests and their dependencies, from the registry.
fn prepare(options: &Options, package: &Path, project: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let manifest = std::fs::read_to_string(package.join("Cargo.toml")).map_err(text)?;
    let manifest: toml::Table = manifest.parse().map_err(|error| format!("Cargo.toml: {error}"))?;
    if project.exists() {
        std::fs::remove_dir_all(project).map_err(text)?;
    }
    scratch::copy(&package.join("tests"), &project.join("tests")).map_err(text)?;
    for unwanted in ["tests/ui", "tests/crate"] {
        let _ = std::fs::remove_dir_all(project.join(unwanted));
    }
    let _ = std::fs::remove_file(project.join("tests/compiletest.rs"));
    std::fs::create_dir_all(project.join("src")).map_err(text)?;
    std::fs::write(project.join("src/lib.rs"), "").map_err(text)?;
    scratch::write_support(&project.join("support"), &options.runtime(), &["serde", "serde_json"]).map_err(text)?;
    std::fs::write(project.join("Cargo.toml"), scratch_manifest(&manifest, options)).map_err(text)
}

fn scratch_manifest(of: &toml::Table, options: &Options) -> String {
    let table = |name: &str| of.get(name).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let package = table("package");
    let name = package.get("name").and_then(toml::Value::as_str).unwrap_or_default();
    let mut dependencies = toml::Table::new();
    for (name, value) in table("dependencies").into_iter().chain(table("dev-dependencies")) {
        let mut value = match value {
            toml::Value::Table(table) => table,
            version => toml::Table::from_iter([(String::from("version"), version)]),
        };
        let is_optional = value.get("optional").and_then(toml::Value::as_bool) == Some(true);
        if value.remove("path").is_some() {
            value.insert(String::from("version"), "1".into());
        }
        if !is_optional {
            dependencies.insert(name, value.into());
        }
    }
    let features: Vec<toml::Value> = options.features.iter().map(|feature| feature.as_str().into()).collect();
    if name == "serde_json" {
        let dependency = toml::Table::from_iter([
            (String::from("version"), "1".into()),
            (String::from("features"), features.clone().into()),
        ]);
        dependencies.insert(String::from("serde_json"), dependency.into());
    }
    let runtime = toml::Table::from_iter([
        (String::from("path"), options.runtime().display().to_string().into()),
        (String::from("features"), toml::Value::Array(vec!["serde".into(), "serde_json".into()])),
    ]);
    dependencies.insert(String::from("record-runtime"), runtime.into());
    let support = toml::Table::from_iter([(String::from("path"), "support".into())]);
    dependencies.insert(String::from("record_support"), support.into());
    let declared = table("features").into_iter().map(|(name, _)| (name, toml::Value::Array(Vec::new())));
    let mut declared: toml::Table = declared.collect();
    declared.insert(String::from("default"), features.into());
    let edition = package.get("edition").cloned().unwrap_or_else(|| "2021".into());
    let package = toml::Table::from_iter([
        (String::from("name"), "record-scratch".into()),
        (String::from("version"), "0.0.0".into()),
        (String::from("edition"), edition),
    ]);
    let manifest = toml::Table::from_iter([
        (String::from("package"), package.into()),
        (String::from("features"), declared.into()),
        (String::from("dependencies"), dependencies.into()),
        (String::from("workspace"), toml::Table::new().into()),
    ]);
    manifest.to_string()
}

/// Removes the test files that do not compile as they are: those that need the package's own sources, for one.
fn remove_broken(project: &Path, target: &Path) -> Result<(), String> {
    loop {
        let errors = build::errors(project, target, &["check", "--tests"])?;
        let mut broken: Vec<PathBuf> = Vec::new();
        for error in &errors {
            let root = project.join("tests").join(format!("{}.rs", error.target));
            if root.exists() && !broken.contains(&root) {
                println!("left out, since it does not compile as it is: {} ({})", error.target, error.message);
                broken.push(root);
            }
        }
        if errors.is_empty() {
            return Ok(());
        }
        if broken.is_empty() {
            return Err(format!("the tests do not compile as they are: {}", errors[0].words));
        }
        for file in broken {
            std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
}

fn patched(project: &Path) -> Result<Patch, String> {
    let mut patch = Patch::new(DERIVE_ALONE);
    let tests = project.join("tests");
    for path in scratch::files(&tests, "rs").map_err(|error| error.to_string())? {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let found = source::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let shown = path.strip_prefix(&tests).unwrap_or(&path).display().to_string();
        let is_root = path.parent() == Some(&tests);
        patch.add(path, &shown, text, found);
        if is_root {
            let runner = "\n#[test]\nfn record_registered() { ::record_support::run_registered(); }\n";
            patch.append(patch.files.len() - 1, String::from(runner));
        }
    }
    Ok(patch)
}

fn print(patch: &Patch, outcome: &Outcome, seed: u64) -> bool {
    let of_types = report::Types::new(patch);
    println!("seed                   {seed}");
    of_types.print();
    let bridged = patch.edits.iter().filter(|edit| edit.role == Role::HandWritten && edit.on).count();
    println!("hand-written, bridged  {bridged}");
    outcome.print();
    for edit in patch.edits.iter().filter(|edit| matches!(edit.role, Role::HandWritten | Role::Helper)) {
        if let Some(failure) = &edit.failure {
            println!("not usable: {} of {}: {failure}", report::words_of(edit.role), edit.name);
        }
    }
    outcome.different.is_empty() && of_types.failed.is_empty()
}

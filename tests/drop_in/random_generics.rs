//! Compares any number of random generic types, in chunks, and goes on where one does not compile.

#![forbid(unsafe_code)]
#![expect(clippy::format_push_string, clippy::format_collect, reason = "Rust source, put together once per chunk")]

#[path = "../generator/generic/mod.rs"]
mod generic;
#[path = "../generator/names.rs"]
mod names;
#[path = "../generator/plain.rs"]
mod plain;
use record_tests::split_mix;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use generic::Item;
use record_tests::drop_in::build::{self, Diagnostic};
use record_tests::drop_in::scratch;
use record_tests::drop_in::tool::{self, Arguments};

const HELP: &str = "\
Generates random generic types with values, builds them in chunks with serde's derive and this one, and compares the bytes.

usage: random-generics [OPTIONS]

  --types N      how many types (default 10000)
  --chunk N      how many of them are one crate (default 500, as in the suite: `RECORD_TYPES_SEED` of a chunk's seed gives
                 the same types there)
  --seed N       of the first chunk; the others follow (default 1)
  --out FOLDER   the scratch folder (default: one below the system's folder for temporary files)
  --help         this text

Types that do not compile are named in `OUT/failures.txt` with their source and the compiler's words, and left out, with
those that use them. Fails if there are any, or if a value differs.";

struct Options {
    types: usize,
    chunk: usize,
    seed: u64,
    out: PathBuf,
}

impl Options {
    fn parse(args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let out = std::env::temp_dir().join("record-random-generics");
        let mut options = Self { types: 10_000, chunk: 500, seed: 1, out };
        let mut args = Arguments(args);
        while let Some(arg) = args.0.next() {
            match arg.as_str() {
                "--help" | "-h" => return Ok(None),
                "--types" => options.types = args.number(&arg)?,
                "--chunk" => options.chunk = args.number::<usize>(&arg)?.max(1),
                "--seed" => options.seed = args.number(&arg)?,
                "--out" => options.out = args.path(&arg)?,
                unknown => return Err(format!("`{unknown}` is not an option")),
            }
        }
        Ok(Some(options))
    }
}

fn main() -> ExitCode {
    tool::main(HELP, Options::parse(std::env::args().skip(1)), |options| {
        let sum = run(options)?;
        sum.print("all");
        Ok(sum.failed == 0 && sum.different == 0 && sum.of_generator == 0)
    })
}

/// The outcome of the types.
#[derive(Default)]
struct Sum {
    compared: usize,
    values: usize,
    refused: usize,
    different: usize,
    /// Compile with serde's derive, and not with this one.
    failed: usize,
    /// Do not compile with serde's derive.
    of_generator: usize,
    /// Left out since they use one that does not compile.
    users: usize,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.compared += other.compared;
        self.values += other.values;
        self.refused += other.refused;
        self.different += other.different;
        self.failed += other.failed;
        self.of_generator += other.of_generator;
        self.users += other.users;
    }

    fn print(&self, of: &str) {
        println!(
            "{of}: {} types compared, {} values, {} of them refused by both, {} different; {} types do not compile \
             ({} more use them), {} not with serde either",
            self.compared, self.values, self.refused, self.different, self.failed, self.users, self.of_generator
        );
    }
}

fn run(options: &Options) -> Result<Sum, String> {
    let project = options.out.join("project");
    let failures = options.out.join("failures.txt");
    fs::create_dir_all(project.join("src")).map_err(|error| error.to_string())?;
    write(&failures, "")?;
    prepare(&project)?;
    let mut sum = Sum::default();
    let mut seed = options.seed;
    let mut done = 0;
    while done < options.types {
        let items = generic::generate(seed, options.chunk.min(options.types - done), generic::Derived::Writer);
        done += items.len();
        let chunk = Chunk { options, project: &project, failures: &failures, seed, items };
        let of_chunk = chunk.run()?;
        of_chunk.print(&format!("{done} of {}, seed {seed:#x}", options.types));
        sum.add(&of_chunk);
        seed += 1;
    }
    Ok(sum)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The crate that all chunks are.
fn prepare(project: &Path) -> Result<(), String> {
    let checkout = scratch::own_checkout();
    let manifest = format!(
        "[package]\nname = \"random-generics-scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         record-runtime = {{ path = \"{0}/record-runtime\" }}\nrecord-tests = {{ path = \"{0}/tests\" }}\n\
         serde = {{ version = \"1\", features = [\"derive\", \"rc\"] }}\n\n[workspace]\n",
        checkout.display()
    );
    write(&project.join("Cargo.toml"), &manifest)?;
    // The versions that the workspace was tested with.
    let lock = project.join("Cargo.lock");
    fs::copy(checkout.join("Cargo.lock"), &lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    write(&project.join("src/prelude.rs"), include_str!("../generator/generic/prelude.rs"))?;
    let main = "#![allow(warnings)]\n\nmod generated;\nmod prelude;\n\nfn main() {\n    \
                let report = record_tests::random::Report::of(generated::CHECKS);\n    \
                println!(\"{} {} {}\", report.types, report.values, report.refused);\n    \
                for failure in &report.failures {\n        println!(\"{failure}\");\n    }\n}\n";
    write(&project.join("src/main.rs"), main)
}

struct Chunk<'o> {
    options: &'o Options,
    project: &'o Path,
    failures: &'o Path,
    seed: u64,
    items: Vec<Item>,
}

/// By which derives the types are written.
#[derive(Clone, Copy, PartialEq)]
enum Derives {
    Both,
    Serde,
}

impl Chunk<'_> {
    fn run(&self) -> Result<Sum, String> {
        let mut sum = Sum::default();
        let mut broken = BTreeSet::new();
        let mut left_out = BTreeSet::new();
        loop {
            let errors = self.build(&left_out, Derives::Both)?;
            if errors.is_empty() {
                break;
            }
            let failed: Vec<_> = errors.keys().copied().collect();
            for (index, words) in errors {
                let item = &self.items[index];
                self.append(&format!(
                    "seed {:#x}, type {index}: {}\n{}\n{}{}\n",
                    self.seed, item.name, words, item.definition, item.check
                ))?;
                println!("does not compile: {} (seed {:#x})", item.name, self.seed);
            }
            broken.extend(failed);
            left_out = self.with_users(&broken);
        }
        sum.users = left_out.len() - broken.len();
        if !broken.is_empty() {
            let needed = self.with_used(&broken);
            let others = (0..self.items.len()).filter(|index| !needed.contains(index)).collect();
            let of_serde = self.build(&others, Derives::Serde)?;
            for index in of_serde.keys() {
                println!("does not compile with serde either: {} (seed {:#x})", self.items[*index].name, self.seed);
                self.append(&format!(
                    "seed {:#x}, type {index}: not with serde either: {}\n",
                    self.seed, of_serde[index]
                ))?;
            }
            sum.of_generator = of_serde.keys().filter(|index| broken.contains(index)).count();
            sum.failed = broken.len() - sum.of_generator;
            // The types that were built last are those without it.
            self.build(&left_out, Derives::Both)?;
        }
        self.compare(&mut sum)?;
        Ok(sum)
    }

    fn append(&self, text: &str) -> Result<(), String> {
        let mut all = fs::read_to_string(self.failures).map_err(|error| error.to_string())?;
        all += text;
        all.push('\n');
        write(self.failures, &all)
    }

    /// These types and all that use them.
    fn with_users(&self, broken: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut all = broken.clone();
        loop {
            let users = self.items.iter().filter(|item| !item.uses.is_disjoint(&all)).map(|item| item.index);
            let with_users: BTreeSet<_> = users.chain(all.iter().copied()).collect();
            if with_users == all {
                return all;
            }
            all = with_users;
        }
    }

    /// These types and all that they use.
    fn with_used(&self, of: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut all = of.clone();
        let mut open: Vec<_> = of.iter().copied().collect();
        while let Some(index) = open.pop() {
            open.extend(self.items[index].uses.iter().copied().filter(|used| all.insert(*used)));
        }
        all
    }

    /// The first error of each type that has one.
    fn build(&self, left_out: &BTreeSet<usize>, derives: Derives) -> Result<BTreeMap<usize, String>, String> {
        let items = || self.items.iter().filter(|item| !left_out.contains(&item.index));
        let mut source = String::from("use super::prelude::*;\nuse record_tests::random::Report;\n\n");
        let mut lines = Vec::new();
        for item in items() {
            lines.push((line_count(&source), item.index));
            source += &match derives {
                Derives::Both => format!("{}{}", item.definition, item.check),
                Derives::Serde => with_serde_alone(item),
            };
        }
        let end = line_count(&source);
        if derives == Derives::Serde {
            source += "fn written<T: serde::Serialize>(_: &[T]) {}\n";
            source += &generic::table(self.seed, std::iter::empty());
        } else {
            source += &generic::table(self.seed, items());
        }
        write(&self.project.join("src/generated.rs"), &source)?;

        let args: &[&str] = if derives == Derives::Serde { &["check"] } else { &["build"] };
        let errors = build::errors(self.project, &self.options.out.join("target"), args)?;
        let mut of_items = BTreeMap::new();
        for error in &errors {
            let line = error.places.iter().filter(|place| place.file.ends_with("generated.rs")).map(|place| place.line);
            let item = line.filter(|line| *line > 3 && usize::try_from(*line).is_ok_and(|line| line <= end)).find_map(
                |line| {
                    let line = usize::try_from(line).ok()?;
                    lines.iter().rev().find(|(start, _)| *start < line).map(|(_, index)| *index)
                },
            );
            match item {
                Some(index) => {
                    of_items.entry(index).or_insert_with(|| said(error));
                }
                None => return Err(format!("an error of no type: {}", said(error))),
            }
        }
        Ok(of_items)
    }

    fn compare(&self, sum: &mut Sum) -> Result<(), String> {
        let mut command = build::cargo(self.project, &self.options.out.join("target"));
        let output = command.args(["run", "--quiet"]).output().map_err(|error| format!("cargo run: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let mut lines = said.lines();
        let counts: Vec<usize> =
            lines.next().unwrap_or_default().split(' ').filter_map(|count| count.parse().ok()).collect();
        let [types, values, refused] = counts[..] else {
            return Err(format!("the comparison ended early: {}", String::from_utf8_lossy(&output.stderr)));
        };
        (sum.compared, sum.values, sum.refused) = (types, values, refused);
        for line in lines {
            println!("{line}");
            self.append(line)?;
            sum.different += usize::from(line.starts_with("value "));
        }
        Ok(())
    }
}

fn line_count(source: &str) -> usize {
    source.lines().count()
}

fn said(error: &Diagnostic) -> String {
    format!("{} {}", error.code, error.words)
}

/// The same type for serde's derive.
fn with_serde_alone(item: &Item) -> String {
    let mut definition = item.definition.replace(", ZeroAllocJson", "");
    while let Some(start) = definition.find("#[json(") {
        let end = definition[start..].find(")] ").map_or(definition.len(), |end| start + end + 3);
        definition.replace_range(start..end, "");
    }
    definition + &item.check.replace("report.compare(", "written(")
}

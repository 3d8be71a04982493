//! The output of `cargo metadata` for a workspace: many short strings and lists, most of them absent or empty.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are cargo's")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const PACKAGES: usize = 60;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Metadata {
    pub packages: Vec<Package>,
    pub workspace_members: Vec<String>,
    pub target_directory: String,
    pub version: u32,
    pub workspace_root: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub id: String,
    pub license: Option<String>,
    pub license_file: Option<String>,
    pub description: Option<String>,
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
    pub targets: Vec<Target>,
    pub features: BTreeMap<String, Vec<String>>,
    pub manifest_path: String,
    pub publish: Option<Vec<String>>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub keywords: Vec<String>,
    pub readme: Option<String>,
    pub repository: Option<String>,
    pub homepage: Option<String>,
    pub documentation: Option<String>,
    pub edition: String,
    pub links: Option<String>,
    pub default_run: Option<String>,
    pub rust_version: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Dependency {
    pub name: String,
    pub source: Option<String>,
    pub req: String,
    pub kind: Option<Kind>,
    pub rename: Option<String>,
    pub optional: bool,
    pub uses_default_features: bool,
    pub features: Vec<String>,
    pub target: Option<String>,
    pub registry: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Dev,
    Build,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Target {
    pub kind: Vec<String>,
    pub crate_types: Vec<String>,
    pub name: String,
    pub src_path: String,
    pub edition: String,
    pub doc: bool,
    pub doctest: bool,
    pub test: bool,
}

/// One workspace of 60 packages.
#[must_use]
pub fn corpus() -> Corpus<Metadata> {
    let mut random = SplitMix64::new(0xCA260);
    let packages: Vec<_> = (0..PACKAGES).map(|_| package(&mut random)).collect();
    let document = Metadata {
        workspace_members: packages.iter().take(6).map(|package| package.id.clone()).collect(),
        packages,
        target_directory: "/home/ada/project/target".to_owned(),
        version: 1,
        workspace_root: "/home/ada/project".to_owned(),
    };
    Corpus { name: "cargo_metadata", about: "60 packages as cargo lists them", documents: vec![document] }
}

const REGISTRY: &str = "registry+https://example.com/index";

fn name(random: &mut SplitMix64) -> String {
    let first = random.pick(&["serde", "tokio", "hyper", "tower", "http", "regex", "syn", "clap"]);
    format!("{first}-{}", random.pick(&["core", "derive", "util", "macros", "lite", "sync"]))
}

fn version(random: &mut SplitMix64) -> String {
    format!("{}.{}.{}", random.integer::<u8>(0..4), random.integer::<u8>(0..40), random.integer::<u8>(0..20))
}

fn package(random: &mut SplitMix64) -> Package {
    let (name, version) = (name(random), version(random));
    let folder = format!("/home/ada/.cargo/registry/src/index-1949cf8c6b5b557f/{name}-{version}");
    let texts = |random: &mut SplitMix64, choices: &[&str]| -> Vec<String> {
        (0..random.integer::<usize>(0..4)).map(|_| random.pick(choices).to_owned()).collect()
    };
    Package {
        id: format!("{REGISTRY}#{name}@{version}"),
        license: Some("MIT OR Apache-2.0".to_owned()),
        license_file: None,
        description: Some(format!("The \"{name}\" part of a larger whole.\nNot for direct use.")),
        source: Some(REGISTRY.to_owned()),
        dependencies: (0..random.integer::<usize>(0..12)).map(|_| dependency(random)).collect(),
        targets: (0..random.integer::<usize>(1..6)).map(|_| target(random, &folder)).collect(),
        features: (0..random.integer::<usize>(0..6))
            .map(|number| (format!("feature-{number}"), texts(random, &["std", "alloc", "dep:serde"])))
            .collect(),
        manifest_path: format!("{folder}/Cargo.toml"),
        publish: None,
        authors: texts(random, &["Ada <ada@example.com>", "Jürgen <j@example.org>"]),
        categories: texts(random, &["encoding", "no-std", "asynchronous"]),
        keywords: texts(random, &["json", "fast", "http"]),
        readme: random.one_in(2).then(|| "README.md".to_owned()),
        repository: Some(format!("https://example.com/{name}")),
        homepage: None,
        documentation: random.one_in(3).then(|| format!("https://docs.example.com/{name}")),
        edition: "2024".to_owned(),
        links: None,
        default_run: None,
        rust_version: random.one_in(2).then(|| "1.95".to_owned()),
        name,
        version,
    }
}

fn dependency(random: &mut SplitMix64) -> Dependency {
    Dependency {
        name: name(random),
        source: Some(REGISTRY.to_owned()),
        req: format!("^{}", version(random)),
        kind: random.pick_copy(&[None, None, None, Some(Kind::Dev), Some(Kind::Build)]),
        rename: None,
        optional: random.one_in(3),
        uses_default_features: !random.one_in(3),
        features: if random.one_in(2) { vec!["std".to_owned()] } else { Vec::new() },
        target: random.one_in(8).then(|| "cfg(unix)".to_owned()),
        registry: None,
    }
}

fn target(random: &mut SplitMix64, folder: &str) -> Target {
    let kind = random.pick(&["lib", "test", "example", "bench"]);
    let name = name(random);
    Target {
        kind: vec![kind.to_owned()],
        crate_types: vec![if kind == "lib" { "lib" } else { "bin" }.to_owned()],
        src_path: format!("{folder}/{kind}/{name}.rs"),
        name,
        edition: "2024".to_owned(),
        doc: kind == "lib",
        doctest: kind == "lib",
        test: kind != "example",
    }
}

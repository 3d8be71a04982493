//! The generated workspace: one package per flavour, as files.

#![forbid(unsafe_code)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::flavour::Flavour;
use super::types::{Enum, MODULES, Module, Struct, modules};

/// Writes the workspace to `folder`, with the project's lock file so that its versions are used and no network is needed.
pub(super) fn write_workspace(folder: &Path, workspace_root: &Path) -> Result<(), (PathBuf, std::io::Error)> {
    let write = |path: PathBuf, text: String| {
        let parent = path.parent().expect("every file lies in a folder");
        std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, text)).map_err(|e| (path, e))
    };
    let members = Flavour::ALL.map(Flavour::package);
    write(folder.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))?;
    let lock = workspace_root.join("Cargo.lock");
    std::fs::copy(&lock, folder.join("Cargo.lock")).map_err(|e| (lock, e))?;
    let modules = modules();
    for flavour in Flavour::ALL {
        let package = folder.join(flavour.package());
        write(package.join("Cargo.toml"), manifest(flavour, workspace_root))?;
        write(package.join("src/main.rs"), main(flavour))?;
        for (index, module) in modules.iter().enumerate() {
            write(package.join(format!("src/m{index:02}.rs")), module_source(flavour, module))?;
        }
    }
    Ok(())
}

fn manifest(flavour: Flavour, workspace_root: &Path) -> String {
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}",
        flavour.package(),
        flavour.dependencies(workspace_root)
    )
}

/// The program writes a value of every type and prints them all.
fn main(flavour: Flavour) -> String {
    let mut text = "#![allow(dead_code)]\n\n".to_owned();
    for module in 0..MODULES {
        put(&mut text, format_args!("mod m{module:02};\n"));
    }
    put(&mut text, format_args!("\n{}\n\n{MAKE_TEXT}\n\nfn main() {{\n", flavour.write_function()));
    text.push_str("    let mut buffer = Vec::new();\n");
    for module in 0..MODULES {
        put(&mut text, format_args!("    m{module:02}::write_samples(&mut buffer);\n"));
    }
    text.push_str("    std::io::Write::write_all(&mut std::io::stdout(), &buffer).expect(\"stdout is open\");\n}\n");
    text
}

/// Out of line, so that making the samples does not weigh more than writing them.
const MAKE_TEXT: &str = "#[inline(never)]
fn text(text: &str) -> String {
    text.to_owned()
}";

fn module_source(flavour: Flavour, module: &Module) -> String {
    let mut text = String::new();
    for structure in &module.structs {
        struct_source(&mut text, flavour, structure);
    }
    enum_source(&mut text, flavour, &module.choice);
    text.push_str("pub fn write_samples(buffer: &mut Vec<u8>) {\n");
    for structure in &module.structs {
        write_sample(&mut text, format_args!("{}::sample()", structure.name));
    }
    for variant in &module.choice.variants {
        write_sample(&mut text, format_args!("{}::{}", module.choice.name, variant.value));
    }
    text.push_str("}\n\n");
    text
}

/// The sample is opaque to the optimiser, which might otherwise write a constant instead of compiling a writer. It is
/// not dropped, since the comparison leaves dropping out.
fn write_sample(text: &mut String, sample: std::fmt::Arguments<'_>) {
    let opaque = format_args!("std::hint::black_box(std::mem::ManuallyDrop::new({sample}))");
    put(text, format_args!("    crate::write(&*{opaque}, buffer);\n"));
}

fn struct_source(text: &mut String, flavour: Flavour, structure: &Struct) {
    attributes(text, flavour, "rename_all = \"camelCase\"");
    put(text, format_args!("pub struct {} {{\n", structure.name));
    for field in &structure.fields {
        if field.skip_if_none && flavour.derive().is_some() {
            text.push_str("    #[serde(skip_serializing_if = \"Option::is_none\")]\n");
        }
        put(text, format_args!("    pub {}: {},\n", field.name, field.ty));
    }
    put(text, format_args!("}}\n\nimpl {} {{\n    #[inline(never)]\n", structure.name));
    text.push_str("    pub fn sample() -> Self {\n        Self {\n");
    for field in &structure.fields {
        put(text, format_args!("            {}: {},\n", field.name, field.value));
    }
    text.push_str("        }\n    }\n}\n\n");
}

fn enum_source(text: &mut String, flavour: Flavour, choice: &Enum) {
    attributes(text, flavour, choice.attribute);
    put(text, format_args!("pub enum {} {{\n", choice.name));
    for variant in &choice.variants {
        put(text, format_args!("    {},\n", variant.declaration));
    }
    text.push_str("}\n\n");
}

fn attributes(text: &mut String, flavour: Flavour, attribute: &str) {
    if let Some(derive) = flavour.derive() {
        put(text, format_args!("#[derive({derive})]\n#[serde({attribute})]\n"));
    }
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string can always be written to");
}

#[cfg(test)]
mod tests {
    use super::super::flavour::Flavour;
    use super::super::types::modules;
    use super::module_source;

    #[test]
    fn flavours_differ_in_attributes_only() {
        let without_attributes = |flavour| -> Vec<String> {
            let sources = modules().iter().map(|module| module_source(flavour, module)).collect::<String>();
            let lines = sources.lines().filter(|line| !line.trim_start().starts_with("#["));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(without_attributes(Flavour::Plain), without_attributes(Flavour::Serde));
        assert_eq!(without_attributes(Flavour::Plain), without_attributes(Flavour::Record));
    }

    #[test]
    fn plain_types_know_nothing_of_serde() {
        let sources: String = modules().iter().map(|module| module_source(Flavour::Plain, module)).collect();
        assert!(!sources.contains("serde"));
    }
}

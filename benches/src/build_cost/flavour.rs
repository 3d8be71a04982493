//! The crates that are compared: the same types, with another way to write them or none.

#![forbid(unsafe_code)]

use std::path::Path;

/// The derives of every type of a generated crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// Nothing: what the types themselves and their sample values cost.
    Plain,
    /// `serde::Serialize`, written by `serde_json`.
    Serde,
    /// `ZeroAllocJson`.
    Record,
}

impl Flavour {
    pub(super) const ALL: [Self; 3] = [Self::Plain, Self::Serde, Self::Record];

    /// The flavour's name in tables.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain types",
            Self::Serde => "serde_derive, serde_json",
            Self::Record => "ZeroAllocJson",
        }
    }

    /// The name of the generated package, of its folder and of its program.
    pub(super) const fn package(self) -> &'static str {
        match self {
            Self::Plain => "build-cost-plain",
            Self::Serde => "build-cost-serde",
            Self::Record => "build-cost-record",
        }
    }

    /// The lines under `[dependencies]`. Versions are left to the lock file, which is the project's own.
    pub(super) fn dependencies(self, workspace_root: &Path) -> String {
        match self {
            Self::Plain => String::new(),
            Self::Serde => "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n".to_owned(),
            Self::Record => {
                let path = workspace_root.join("record-runtime").display().to_string();
                // TOML's basic strings escape what JSON's do.
                format!("record-runtime = {{ path = {} }}\n", serde_json::Value::from(path))
            }
        }
    }

    /// The path of the derived trait, if any.
    pub(super) const fn derive(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Serde => Some("serde::Serialize"),
            Self::Record => Some("record_runtime::ZeroAllocJson"),
        }
    }

    /// The function through which every value is written, on a line of its own.
    pub(super) const fn write_function(self) -> &'static str {
        match self {
            Self::Plain => {
                "fn write<T>(value: &T, _: &mut Vec<u8>) {
    std::hint::black_box(value);
}"
            }
            Self::Serde => {
                "fn write<T: serde::Serialize>(value: &T, buffer: &mut Vec<u8>) {
    serde_json::to_writer(&mut *buffer, value).expect(\"the value can be written\");
    buffer.push(b'\\n');
}"
            }
            Self::Record => {
                "fn write<T: record_runtime::ZeroAllocJson>(value: &T, buffer: &mut Vec<u8>) {
    value.write_json(buffer);
    buffer.push(b'\\n');
}"
            }
        }
    }
}

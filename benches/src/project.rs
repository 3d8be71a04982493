//! Where this project's files are, as cargo knows it: the workspace, its target folder, and the documents that the
//! package `jsonic` ships. No path is written down anywhere, and no document is copied.

#![forbid(unsafe_code)]

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::machine;

/// The published package whose folder `benches/data` holds the documents, as pinned in `Cargo.toml`.
pub const DOCUMENTS_PACKAGE: &str = "jsonic";

/// The version of [`DOCUMENTS_PACKAGE`].
pub const DOCUMENTS_VERSION: &str = "0.2.14";

/// Cargo's facts about this workspace.
#[derive(Debug, Deserialize)]
pub struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub workspace_root: PathBuf,
    /// Where cargo puts what it builds.
    pub target_directory: PathBuf,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
}

/// Why the project's files could not be found.
#[derive(Debug)]
pub enum ProjectError {
    /// Cargo could not be started.
    NoCargo(std::io::Error),
    /// Cargo refused; holds its own error.
    Refused(String),
    /// Cargo answered something else than expected.
    Unclear(serde_json::Error),
    /// No such package among the dependencies.
    NoDocuments,
}

impl Project {
    /// Asks `cargo metadata` about the workspace of the package that cargo runs, or else of the current folder. (The folder
    /// that this was built in is not asked for, so that equal sources make equal programs.)
    ///
    /// # Errors
    /// If cargo does not run, or there is no workspace.
    pub fn find() -> Result<Self, ProjectError> {
        let mut metadata = cargo();
        metadata
            .args(["metadata", "--format-version", "1"])
            // Without it cargo would download packages that only other platforms need.
            .args(["--filter-platform", machine::TARGET]);
        if let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR") {
            metadata.arg("--manifest-path").arg(Path::new(&package).join("Cargo.toml"));
        }
        let output = metadata.output().map_err(ProjectError::NoCargo)?;
        if !output.status.success() {
            return Err(ProjectError::Refused(first_error(&String::from_utf8_lossy(&output.stderr)).to_owned()));
        }
        serde_json::from_slice(&output.stdout).map_err(ProjectError::Unclear)
    }

    /// The folder that holds `twitter.json`, `citm_catalog.json` and `canada.json`.
    ///
    /// # Errors
    /// If the package that ships them is not among the dependencies.
    pub fn documents(&self) -> Result<PathBuf, ProjectError> {
        let package = self.packages.iter().find(|p| p.name == DOCUMENTS_PACKAGE && p.version == DOCUMENTS_VERSION);
        let manifest = &package.ok_or(ProjectError::NoDocuments)?.manifest_path;
        Ok(manifest.with_file_name("benches").join("data"))
    }
}

/// The cargo that runs this program, or the one on the path.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Of what cargo prints, the line that says what went wrong.
pub(crate) fn first_error(stderr: &str) -> &str {
    let is_error = |line: &&str| line.starts_with("error");
    stderr.lines().find(is_error).or_else(|| stderr.lines().next()).unwrap_or("no reason given")
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCargo(e) => write!(f, "cannot run cargo to find the project's files: {e}"),
            Self::Refused(reason) => write!(f, "`cargo metadata` failed: {reason}"),
            Self::Unclear(e) => write!(f, "cannot read the answer of `cargo metadata`: {e}"),
            Self::NoDocuments => write!(
                f,
                "the package {DOCUMENTS_PACKAGE} {DOCUMENTS_VERSION}, which ships the documents, is not among the dependencies"
            ),
        }
    }
}

impl std::error::Error for ProjectError {}

#[cfg(test)]
mod tests {
    use super::{Project, ProjectError, first_error};

    #[test]
    fn the_documents_are_where_cargo_says() {
        let documents = Project::find().unwrap().documents().unwrap();
        assert!(documents.join("twitter.json").is_file(), "{documents:?}");
    }

    #[test]
    fn a_missing_package_is_named() {
        let project: Project =
            serde_json::from_str(r#"{"workspace_root":"/w","target_directory":"/t","packages":[]}"#).unwrap();
        let error = project.documents().unwrap_err();
        assert!(matches!(error, ProjectError::NoDocuments));
        assert!(error.to_string().contains("jsonic 0.2.14"));
    }

    #[test]
    fn the_version_is_the_pinned_one() {
        let pin = format!("{} = \"={}\"", super::DOCUMENTS_PACKAGE, super::DOCUMENTS_VERSION);
        assert!(include_str!("../Cargo.toml").contains(&pin));
    }

    #[test]
    fn of_cargos_words_the_error_is_shown() {
        assert_eq!(first_error("warning: a\nerror: b\n\nCaused by:\n  c\n"), "error: b");
        assert_eq!(first_error(""), "no reason given");
    }
}

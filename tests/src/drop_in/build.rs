//! Builds a scratch project, and reads what the compiler says.

use std::io::{BufRead as _, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// An error of the compiler, with all places that it names: first the primary ones, then macro calls around them, then
/// those of notes.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: String,
    pub message: String,
    /// Message, labels and notes.
    pub words: String,
    pub places: Vec<Place>,
    /// The name of the crate or test that was compiled.
    pub target: String,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub file: PathBuf,
    pub range: Range<usize>,
    pub line: u64,
    pub is_primary: bool,
}

/// A cargo command in `project` that shares the target folder of all scratch projects.
#[must_use]
pub fn cargo(project: &Path, target: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(project)
        .env("CARGO_TARGET_DIR", target)
        // Foreign code may deny lints that inserted code trips, such as `unsafe_code`.
        .env("RUSTFLAGS", "--cap-lints=warn")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TERM_COLOR", "never");
    for inherited in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "RUSTC_WRAPPER"] {
        command.env_remove(inherited);
    }
    command
}

/// Runs `cargo check` or `cargo build` with these arguments, and returns the compiler's errors.
///
/// # Errors
/// Cargo fails without an error of the compiler: its last lines.
pub fn errors(project: &Path, target: &Path, args: &[&str]) -> Result<Vec<Diagnostic>, String> {
    let mut command = cargo(project, target);
    command.args(args).args(["--keep-going", "--message-format=json"]);
    let stderr = target.join("stderr.txt");
    std::fs::create_dir_all(target).map_err(|error| error.to_string())?;
    let file = std::fs::File::create(&stderr).map_err(|error| error.to_string())?;
    let mut child = command.stdout(Stdio::piped()).stderr(file).spawn().map_err(|error| format!("cargo: {error}"))?;
    let mut found = Vec::new();
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let line = line.map_err(|error| error.to_string())?;
        if let Ok(message) = serde_json::from_str(&line) {
            found.extend(diagnostic(&message, project));
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if !status.success() && found.is_empty() {
        let said = std::fs::read_to_string(&stderr).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(20).collect();
        return Err(last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(found)
}

/// The error in a line that cargo wrote, if it is one.
fn diagnostic(line: &Value, project: &Path) -> Option<Diagnostic> {
    let message = &line["message"];
    if line["reason"] != "compiler-message" || message["level"] != "error" {
        return None;
    }
    let text = message["message"].as_str()?;
    if text.starts_with("aborting due to") || text.starts_with("could not compile") {
        return None;
    }
    let mut words = text.to_owned();
    let mut places = Vec::new();
    collect(message, project, &mut words, &mut places);
    places.sort_by_key(|place| !place.is_primary);
    Some(Diagnostic {
        code: message["code"]["code"].as_str().unwrap_or_default().to_owned(),
        message: text.to_owned(),
        words,
        places,
        target: line["target"]["name"].as_str().unwrap_or_default().to_owned(),
    })
}

fn collect(message: &Value, project: &Path, words: &mut String, places: &mut Vec<Place>) {
    for span in message["spans"].as_array().into_iter().flatten() {
        if let Some(label) = span["label"].as_str() {
            words.push('\n');
            words.push_str(label);
        }
        let is_primary = span["is_primary"] == true;
        let mut span = span;
        while span.is_object() {
            let offset = |name: &str| span[name].as_u64().and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0);
            places.push(Place {
                file: project.join(span["file_name"].as_str().unwrap_or_default()),
                range: offset("byte_start")..offset("byte_end"),
                line: span["line_start"].as_u64().unwrap_or(0),
                is_primary,
            });
            span = &span["expansion"]["span"];
        }
    }
    for child in message["children"].as_array().into_iter().flatten() {
        words.push('\n');
        words.push_str(child["message"].as_str().unwrap_or_default());
        let from = places.len();
        collect(child, project, words, places);
        places[from..].iter_mut().for_each(|place| place.is_primary = false);
    }
}

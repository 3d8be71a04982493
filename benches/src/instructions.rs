//! The writers of the bench `instructions`, and whether this machine can count. Instructions repeat exactly, so they
//! can be compared between commits, which times cannot.
//!
//! The processor is the one that valgrind plays, which has AVX2 at most; so `write_json` chooses what it would choose there.

#![forbid(unsafe_code)]

use std::process::{Command, Stdio};

use record_runtime::__private::Backend;
use record_runtime::__private::write_json_on;

use crate::corpus::{Corpus, Document};

/// The version of gungraun, which the program that it starts must have too.
pub const RUNNER_VERSION: &str = "0.20.0";

/// The missing tool, as a message for the user; `None` if instructions can be counted.
#[must_use]
pub fn missing() -> Option<String> {
    let runner = format!("cargo install gungraun-runner --version {RUNNER_VERSION}");
    missing_of(&[("valgrind", "your system's package of that name"), ("gungraun-runner", &runner)])
}

/// Programs, each with where to get it.
fn missing_of(needed: &[(&str, &str)]) -> Option<String> {
    let (program, source) = needed.iter().find(|(program, _)| !is_installed(program))?;
    Some(format!("instructions: SKIPPED, nothing was counted: `{program}` is missing; get it by: {source}"))
}

fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    // Any answer will do; the runner has no `--version` of its own.
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The documents of a corpus, and a buffer that need not grow for all of them together.
#[derive(Debug)]
pub struct Work<T> {
    documents: Vec<T>,
    buffer: Vec<u8>,
}

impl<T: Document> Work<T> {
    /// Prepares everything that is not to be counted: memory, and the choice of a backend, made once per process.
    #[must_use]
    pub fn new(corpus: Corpus<T>) -> Self {
        let mut work = Self { documents: corpus.documents, buffer: Vec::new() }.write();
        work.buffer.clear();
        work
    }

    /// Appends all documents by `write_json`.
    #[must_use]
    pub fn write(mut self) -> Self {
        for document in &self.documents {
            document.write_json(&mut self.buffer);
        }
        self
    }

    /// Appends all documents by the kernels that every CPU can run.
    ///
    /// # Panics
    /// Never: that backend is always available, and documents of a corpus can be written.
    #[must_use]
    pub fn write_portably(mut self) -> Self {
        for document in &self.documents {
            let written = write_json_on(Backend::Swar, document, &mut self.buffer).expect("every CPU can run it");
            written.expect("documents of a corpus can be written");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{RUNNER_VERSION, Work, missing_of};
    use crate::allocations::count;
    use crate::corpus::log_record;

    #[test]
    fn nothing_allocates_while_instructions_are_counted() {
        let work = Work::new(log_record::corpus());
        let mut written = None;
        assert_eq!(count(|| written = Some(work.write())), Some(0));
        let mut work = written.unwrap();
        assert_eq!(work.buffer.len(), 395_108);
        work.buffer.clear();
        assert_eq!(work.write_portably().buffer.len(), 395_108);
    }

    #[test]
    fn a_missing_program_is_named_with_its_source() {
        let message = missing_of(&[("cargo", "x"), ("no-such-program", "some shop")]).unwrap();
        assert!(message.contains("SKIPPED") && message.contains("`no-such-program`") && message.ends_with("some shop"));
        assert_eq!(missing_of(&[("cargo", "x")]), None);
    }

    #[test]
    fn the_version_is_the_pinned_one() {
        assert!(include_str!("../Cargo.toml").contains(&format!("gungraun = {{ version = \"={RUNNER_VERSION}\"")));
    }
}

//! The command as a user meets it, but for the process around it: what it prints, and how it ends.

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Write};
use std::path::PathBuf;
use std::time::Duration;

use super::{require_same, run_for};
use crate::exit::{Exit, command};

struct Run {
    exit: Exit,
    out: String,
    err: String,
}

fn run(arguments: &[OsString]) -> Run {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = run_for(Duration::ZERO, arguments.iter().cloned(), &mut out, &mut err);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// A file of its own for each test, removed at its end.
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn new(name: &str, text: &[u8]) -> Self {
        let file = std::env::temp_dir().join(format!("respond-{}-{name}", std::process::id()));
        std::fs::write(&file, text).unwrap();
        Self(file)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn run_on(name: &str, text: &[u8]) -> Run {
    let file = TemporaryFile::new(name, text);
    run(&[file.0.clone().into()])
}

#[track_caller]
fn assert_refused(run: &Run, words: &[&str]) {
    assert_eq!(run.exit, Exit::BadInput);
    assert_eq!(run.out, "");
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    for word in words {
        assert!(run.err.contains(word), "{word} is missing: {}", run.err);
    }
}

const NO_RESULTS: &[u8] = br#"{"statuses":[],"search_metadata":{"completed_in":0.5,"max_id":1,"max_id_str":"1",
    "query":"q","refresh_url":"r","count":0,"since_id":0,"since_id_str":"0"}}"#;

#[test]
fn the_shipped_document_is_compared() {
    let run = run(&[]);
    assert_eq!((run.exit, run.err.as_str()), (Exit::Success, ""));
    assert!(run.out.contains("twitter.json of jsonic 0.2.14: 100 posts"), "{}", run.out);
    assert!(run.out.contains("yes, all 466,906"), "{}", run.out);
    let ours = run.out.lines().find(|line| line.contains("write_json")).unwrap();
    assert!(ours.ends_with(" 0"), "write_json allocates: {ours}");
}

#[test]
fn another_file_of_that_shape_is_compared() {
    let run = run_on("empty.json", NO_RESULTS);
    assert_eq!((run.exit, run.err.as_str()), (Exit::Success, ""));
    assert!(run.out.contains("empty.json: 0 posts"), "{}", run.out);
}

#[test]
fn other_bytes_are_a_failure_with_their_offset() {
    let mut err = Vec::new();
    let request = Ok(());
    let exit = command("respond", request, &mut Vec::new(), &mut err, |(), _, _| require_same(b"[1,2]", b"[1,3]"));
    assert_eq!(exit, Exit::Failure);
    let err = String::from_utf8(err).unwrap();
    assert!(err.starts_with("respond: the bytes differ from serde_json's from offset 3 on"), "{err}");
}

#[test]
fn help_goes_to_standard_output() {
    let run = run(&["--help".into()]);
    assert_eq!((run.exit, run.err.as_str()), (Exit::Success, ""));
    assert!(run.out.contains("usage:"));
}

#[test]
fn a_wrong_command_line_is_refused() {
    assert_refused(&run(&["--fast".into()]), &["unknown option", "`--fast`", "--help"]);
    assert_refused(&run(&["a".into(), "b".into()]), &["unexpected argument", "`b`"]);
}

#[test]
fn a_missing_file_and_a_folder_are_refused() {
    assert_refused(&run(&["no/such\nfile".into()]), &[r"`no/such\nfile`", "cannot be read"]);
    assert_refused(&run(&[std::env::temp_dir().into()]), &["cannot be read"]);
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    assert_refused(&run_on("empty", b""), &["is not JSON", "EOF", "line 1 column 0"]);
    assert_refused(&run_on("text", b"\n\nstatuses"), &["is not JSON", "line 3 column 1"]);
    assert_refused(&run_on("cut", &NO_RESULTS[..40]), &["is not JSON", "EOF", "line 1 column 40"]);
    let trailing = [NO_RESULTS, b"]"].concat();
    assert_refused(&run_on("trailing", &trailing), &["is not JSON", "trailing characters", "line 2"]);
    assert_refused(&run_on("utf8", b"{\"statuses\xff\":[]}"), &["is not JSON", "line 1"]);
}

#[test]
fn json_of_another_shape_is_refused_with_its_place() {
    let shape = "does not hold search results";
    assert_refused(&run_on("object", b"{}"), &[shape, "missing field `statuses`", "line 1 column 2"]);
    assert_refused(&run_on("array", b"[\n1]"), &[shape, "line 2 column 1"]);
    let wrong = String::from_utf8_lossy(NO_RESULTS).replace("\"count\":0", "\"count\":\"a\\nb\"");
    assert_refused(&run_on("type", wrong.as_bytes()), &[shape, "expected u32", "line 2"]);
}

/// Standard output that its reader has closed, or a full disk.
struct Broken(ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(Error::from(self.0))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(Error::from(self.0))
    }
}

#[test]
fn a_closed_pipe_ends_the_command_in_silence() {
    let mut err = Vec::new();
    let exit = run_for(Duration::ZERO, [], &mut Broken(ErrorKind::BrokenPipe), &mut err);
    assert_eq!(exit, Exit::Success);
    assert_eq!(err, b"");
}

#[test]
fn a_full_disk_is_a_failure() {
    let mut err = Vec::new();
    let exit = run_for(Duration::ZERO, [], &mut Broken(ErrorKind::StorageFull), &mut err);
    assert_eq!(exit, Exit::Failure);
    assert!(!err.is_empty());
}

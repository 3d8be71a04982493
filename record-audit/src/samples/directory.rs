//! A directory of files that stays within its bounds, and whose files are whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "samples-";
const SUFFIX: &str = ".jsonl";
/// Of a file that is being written.
const UNFINISHED: &str = ".tmp";
/// An unfinished file that nobody has changed for so long is of a process that ended in the middle.
const STALE: Duration = Duration::from_secs(60);

pub(super) struct Directory {
    path: PathBuf,
    max_files: usize,
    max_bytes: u64,
    /// The number of the next file.
    next: u64,
}

impl Directory {
    pub(super) fn open(path: PathBuf, max_files: usize, max_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(&path)?;
        let directory = Self { path, max_files, max_bytes, next: 0 };
        directory.make_room(0, 0)?;
        Ok(directory)
    }

    /// Adds a file for a window that began at `started`, in seconds.
    pub(super) fn write(&mut self, started: u64, bytes: &[u8]) -> io::Result<()> {
        let len = bytes.len() as u64;
        if len > self.max_bytes || self.max_files == 0 {
            let (max, files) = (self.max_bytes, self.max_files);
            return Err(io::Error::other(format!(
                "a window of {len} bytes does not fit into {max} bytes in {files} files"
            )));
        }
        self.make_room(1, len)?;
        let name = format!("{PREFIX}{started:012}-{}-{:06}{SUFFIX}", std::process::id(), self.next);
        self.next += 1;
        let unfinished = self.path.join(format!(".{name}{UNFINISHED}"));
        let written = write_whole(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, self.path.join(name)));
        if written.is_err() {
            // The error is that of writing.
            let _ = fs::remove_file(&unfinished);
        }
        // The name is in the directory after a loss of power too, where directories can be opened.
        written.map(|()| drop(File::open(&self.path).and_then(|directory| directory.sync_all())))
    }

    /// Removes the oldest files until there is room for so many more.
    fn make_room(&self, files: usize, bytes: u64) -> io::Result<()> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // One that another process has removed meanwhile.
            let Ok(metadata) = entry.metadata() else { continue };
            if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                found.push((name, metadata.len()));
            } else if name.starts_with(&format!(".{PREFIX}")) && name.ends_with(UNFINISHED) {
                let age = metadata.modified().ok().and_then(|changed| changed.elapsed().ok());
                if age.is_some_and(|age| age > STALE) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        found.sort();
        let (mut count, mut sum) = (found.len(), found.iter().map(|(_, len)| len).sum::<u64>());
        for (name, len) in found {
            if count + files <= self.max_files && sum + bytes <= self.max_bytes {
                break;
            }
            match fs::remove_file(self.path.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            count -= 1;
            sum -= len;
        }
        Ok(())
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

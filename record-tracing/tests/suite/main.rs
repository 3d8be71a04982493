//! The layer against the subscriber's own JSON, and against users that make it hard.

#![forbid(unsafe_code)]

mod differences;
mod differential;
mod hostile;
mod layers;
mod shapes;
mod values;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Each new dispatcher asks for the interest of all in each call site, and levels are the process's. So tests run one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The texts that were written, call by call.
#[derive(Clone, Debug, Default)]
struct Calls(Arc<Mutex<Vec<Vec<u8>>>>);

impl Calls {
    /// The lines, each of which has to be one call, and JSON.
    #[track_caller]
    fn lines(&self) -> Vec<String> {
        let calls = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let lines: Vec<String> = calls.into_iter().map(|call| String::from_utf8(call).expect("UTF-8")).collect();
        for line in &lines {
            let text = line.strip_suffix('\n').expect("a line break");
            assert!(!text.contains('\n'), "{line:?} is one line");
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
        lines
    }
}

impl Write for Calls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Calls {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

/// A time that stands still, and has to be escaped.
#[derive(Clone, Copy, Debug)]
struct Still;

impl FormatTime for Still {
    fn format_time(&self, w: &mut Writer<'_>) -> std::fmt::Result {
        w.write_str("7 past")?;
        w.write_str(" \"\u{1}\"")
    }
}

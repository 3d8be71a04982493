//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Serves a catalogue of 10,000 products on the loopback interface.

Usage: cargo run --release --example catalog -- [--port PORT] [--demo-leak] [--samples FOLDER]

  --port PORT   the port, 3000 if not given; 0 takes a free one, which the first line of output names
  --demo-leak   adds the route /demo-leak, which keeps memory of every request, to see what /audit says
  --samples FOLDER
                keeps the slowest and heaviest requests of each ten seconds there, as files for `record-gate import`
  --help        this text

Routes:
  GET /products?limit=20&offset=0   a page of at most 1,000 products
  GET /products/{id}                one product
  GET /export                       all products, one a line, streamed
  GET /stats                        the buffer pool's statistics
  GET /audit                        what requests allocate and leave behind, for a browser
  GET /metrics                      the same for Prometheus
  GET /debug/pprof/heap             what is alive, by call stack and route, for `go tool pprof`
  GET /debug/pprof/allocs           what was allocated, likewise
  GET /unwritable                   a value that cannot be written: an error, and the service stays up
The first three, written by serde_json through axum::Json, are also under /serde.

Stops at SIGINT (Ctrl-C) and SIGTERM, after the responses that are under way.
";

const DEFAULT_PORT: u16 = 3000;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    Serve { port: u16, demo_leak: bool, samples: Option<PathBuf> },
}

pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let (mut port, mut demo_leak, mut samples) = (DEFAULT_PORT, false, None);
    let mut arguments = arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let value = match (argument.as_str(), argument.split_once('=')) {
            ("--help" | "-h", _) => return Ok(Request::Help),
            ("--demo-leak", _) => {
                demo_leak = true;
                continue;
            }
            ("--samples", _) => {
                samples = Some(arguments.next().ok_or("--samples needs a folder")?.into());
                continue;
            }
            ("--port", _) => arguments.next().ok_or("--port needs a number")?,
            (_, Some(("--port", value))) => value.to_owned(),
            _ => return Err(format!("unknown argument {argument:?}; --help lists what there is")),
        };
        port = value.parse().map_err(|_| format!("{value:?} is not a port: a number from 0 to 65535"))?;
    }
    Ok(Request::Serve { port, demo_leak, samples })
}

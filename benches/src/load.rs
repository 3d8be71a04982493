//! The command `load`: an axum service over loopback, by `record_http::Json` and by `axum::Json`, under load.
//!
//! Each figure is that of a service in a fresh process of its own, so that memory and allocations are the service's
//! alone (`service`). It has one thread, and the clients, in this process, another (`drive`). Both routes respond with
//! the same text, which is verified before it is timed; the length of every response is checked.
//!
//! The clients are hyper's, with a histogram of `hdrhistogram`. `rewrk` and `oha` are programs, which would have to be
//! installed.

#![forbid(unsafe_code)]

mod drive;
mod options;
mod report;
mod service;

use std::ffi::OsString;
use std::io::Write;

use crate::exit::{Exit, Failure, command, prepare_file, write_file};
use crate::machine::{self, Build};
use crate::project::Project;

use self::drive::Service;
use self::options::{HELP, Options, Request};
use self::report::Cell;
use self::service::{BODY_BYTES, Route};

/// Runs the command with the arguments after the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> Exit {
    command("load", options::parse(arguments), out, err, |request, out, err| match request {
        Request::Help => Ok(writeln!(out, "{HELP}")?),
        Request::Serve => service::serve(out).map_err(|error| Failure::failed(format!("the service failed: {error}"))),
        Request::Measure(options) => measure(&options, out, err),
    })
}

fn measure(options: &Options, out: &mut impl Write, progress: &mut impl Write) -> Result<(), Failure> {
    let csv = match &options.csv {
        Some(file) => file.clone(),
        None => Project::find()?.workspace_root.join("benches/results/load.csv"),
    };
    prepare_file(&csv)?;
    if machine::build() == Build::Unoptimised {
        writeln!(out, "This is a debug build: its times say nothing. Run it with --release.\n")?;
    }
    let mut cells: Vec<Cell> = Vec::new();
    for bytes in BODY_BYTES {
        let mut texts = Vec::new();
        for route in Route::ALL {
            writeln!(progress, "{bytes} bytes by {} for {} s …", route.name(), options.seconds)?;
            let service = Service::start().map_err(|error| Failure::failed(error.to_string()))?;
            texts.push(service.text(route, bytes).map_err(|error| Failure::failed(error.to_string()))?);
            let load = service.drive(route, bytes, options).map_err(|error| Failure::failed(error.to_string()))?;
            cells.push(Cell { bytes, route, load });
        }
        if texts.iter().any(|text| text != &texts[0] || text.len() != bytes) {
            return Err(Failure::failed(format!("the bodies of {bytes} bytes differ")));
        }
    }
    writeln!(out, "{}", report::table(&cells))?;
    let text = report::csv(&cells, options, &machine::today(), &machine::cpu(), machine::COMPILER);
    write_file(&csv, &text)?;
    writeln!(
        out,
        "{} connections, {} s each; {}; {}; {}; written to {}.",
        options.connections,
        options.seconds,
        machine::cpu(),
        machine::COMPILER,
        machine::profile(),
        csv.display()
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::exit::Exit;

    #[test]
    fn a_wrong_command_line_is_refused_on_one_line() {
        for wrong in [&["fast"][..], &["--seconds", "0"], &["--seconds"], &["--connections", "many"]] {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            assert_eq!(run(wrong.iter().map(Into::into), &mut out, &mut err), Exit::BadInput);
            let err = String::from_utf8(err).unwrap();
            assert!(out.is_empty() && err.lines().count() == 1 && err.starts_with("load: "), "{err}");
        }
    }

    #[test]
    fn help_goes_to_standard_output() {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        assert_eq!(run([super::OsString::from("--help")], &mut out, &mut err), Exit::Success);
        assert!(err.is_empty() && String::from_utf8(out).unwrap().contains("usage:"));
    }
}

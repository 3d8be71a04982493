//! The command `build-cost`: what deriving for 200 structs and 20 enums costs a build, next to serde.
//!
//! Three packages are generated that differ in nothing but what is derived (`flavour`), with types like a service's
//! (`types`). Each is built from clean, with its dependencies built already, by the `cargo build` that a user would
//! run. Macro expansion, code generation and linking are in the time, and so is cargo's own start, which the plain
//! package shows. The code's size is that of all executable sections. Its difference to the plain package is what
//! writing JSON adds, library code included. The programs write a value of every type, and the two that write must
//! write the same.

#![forbid(unsafe_code)]

mod flavour;
mod measure;
mod options;
mod report;
mod sources;
mod types;

use std::ffi::OsString;
use std::io::Write;

use crate::exit::{Exit, Failure, command, prepare_file, unwritable, write_file};
use crate::machine;
use crate::project::Project;

use self::measure::Workspace;
use self::options::{HELP, Options, Request};

/// Runs the command with the arguments after the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> Exit {
    command("build-cost", options::parse(arguments), out, err, |request, out, err| match request {
        Request::Help => Ok(writeln!(out, "{HELP}")?),
        Request::Measure(options) => measure(&options, out, err),
    })
}

fn measure(options: &Options, out: &mut impl Write, progress: &mut impl Write) -> Result<(), Failure> {
    let project = Project::find()?;
    let csv = options.csv.clone().unwrap_or_else(|| project.workspace_root.join("benches/results/build-cost.csv"));
    prepare_file(&csv)?;
    // Kept from one run to the next, so that dependencies are built once.
    let folder = project.target_directory.join("build-cost");
    let workspace = Workspace { target: folder.join("target"), folder };
    sources::write_workspace(&workspace.folder, &project.workspace_root).map_err(|(path, e)| unwritable(&path, &e))?;
    let costs = workspace.measure(options.runs, progress)?;
    let (cpu, runs) = (machine::cpu(), options.runs);
    write_file(&csv, &report::csv(&costs, &machine::today(), &cpu, machine::COMPILER))?;
    writeln!(out, "200 structs of 10 fields and 20 enums, fastest (and median) of {runs} builds from clean:\n")?;
    writeln!(out, "{}", report::table(&costs))?;
    writeln!(out, "{cpu}; {}; written to {}.", machine::COMPILER, csv.display())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::exit::Exit;

    fn outcome(arguments: &[&str]) -> (Exit, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = run(arguments.iter().map(Into::into), &mut out, &mut err);
        (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn a_wrong_command_line_is_refused_on_one_line() {
        let (exit, out, err) = outcome(&["--runs", "0"]);
        assert_eq!((exit, out.as_str(), err.lines().count()), (Exit::BadInput, "", 1));
        assert!(err.starts_with("build-cost: "), "{err}");
    }

    #[test]
    fn results_that_cannot_be_written_are_noticed_before_measuring() {
        let (exit, _, err) = outcome(&["--csv", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/a.csv")]);
        assert_eq!((exit, err.lines().count()), (Exit::Failure, 1));
        assert!(err.contains("cannot write"), "{err}");
    }

    #[test]
    fn help_goes_to_standard_output() {
        let (exit, out, err) = outcome(&["--help"]);
        assert_eq!((exit, err.as_str()), (Exit::Success, ""));
        assert!(out.contains("usage:"));
    }
}

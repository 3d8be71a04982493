//! The command `respond`: one real response, written by every engine, verified, then timed.

#![forbid(unsafe_code)]

mod options;

use std::ffi::OsString;
use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use crate::allocations;
use crate::corpus::twitter::{self, SearchResults};
use crate::engine::Engine;
use crate::exit::{Exit, Failure, command};
use crate::machine::{self, Build};
use crate::project::{DOCUMENTS_PACKAGE, DOCUMENTS_VERSION, Project};
use crate::table::{Table, grouped, time};
use crate::timing::{Rounds, Samples, Task, in_turns};
use crate::verify::{self, Likeness};

use self::options::{HELP, Request};

/// How long to measure: long enough for some thirty rounds, short enough not to be put off.
const BUDGET: Duration = Duration::from_secs(2);

/// How long a sample should last.
const SAMPLE_TIME: Duration = Duration::from_millis(15);

/// Rounds that are made however slow the engines are.
const MIN_ROUNDS: usize = 5;

/// Runs the command with the arguments after the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> Exit {
    run_for(BUDGET, arguments, out, err)
}

fn run_for(
    budget: Duration,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Exit {
    command("respond", options::parse(arguments), out, err, |request, out, _| match request {
        Request::Help => Ok(writeln!(out, "{HELP}")?),
        Request::Compare(Some(file)) => {
            let document = twitter::read(&file)?;
            compare(&document, &file.display().to_string(), out, budget)
        }
        Request::Compare(None) => {
            let folder = Project::find()?.documents()?;
            let document = twitter::read(&folder.join(twitter::FILE_NAME))?;
            let source = format!("{} of {DOCUMENTS_PACKAGE} {DOCUMENTS_VERSION}", twitter::FILE_NAME);
            compare(&document, &source, out, budget)
        }
    })
}

/// The outcome of one engine.
struct Outcome {
    engine: Engine,
    bytes: Vec<u8>,
    /// `None` if nobody counts.
    allocations: Option<u64>,
}

fn compare(document: &SearchResults, source: &str, out: &mut impl Write, budget: Duration) -> Result<(), Failure> {
    let [ours, reference, value] = Engine::ALL.map(|engine| try_out(engine, document));
    require_same(&ours.bytes, &reference.bytes)?;
    if machine::build() == Build::Unoptimised {
        writeln!(out, "This is a debug build: its times say nothing. Run it with --release.\n")?;
    }
    let length = ours.bytes.len();
    writeln!(out, "{source}: {} posts.", document.statuses.len())?;
    writeln!(out, "Bytes are equal to serde_json's: yes, all {}.", grouped(length as u64))?;
    // The measurement takes a while: the part that matters most should be seen before.
    out.flush()?;

    let likeness = verify::likeness(&value.bytes, &reference.bytes);
    let outcomes = [ours, reference, value];
    let samples = time_engines(document, &outcomes, budget);
    writeln!(out, "\nOne response, written into a buffer that is used again:\n")?;
    writeln!(out, "{}", comparison(&outcomes, &samples, length))?;
    writeln!(
        out,
        "The fastest of {} rounds counts; \"ratio\" is its time over that of write_json.",
        samples[0].count()
    )?;
    match likeness {
        Likeness::SameBytes => {}
        Likeness::SameValue => writeln!(out, "A serde_json::Value sorts its keys: same data, another order.")?,
        Likeness::OtherValue => writeln!(out, "The serde_json::Value was written as OTHER data.")?,
    }
    writeln!(out, "{}; {}; {}.", machine::cpu(), machine::COMPILER, machine::profile())?;
    Ok(())
}

fn require_same(ours: &[u8], reference: &[u8]) -> Result<(), Failure> {
    let Some(offset) = verify::first_difference(ours, reference) else {
        return Ok(());
    };
    Err(Failure::failed(verify::describe_difference(ours, reference, offset)))
}

/// Writes twice: once to give the buffer its size, once more to count what even then is allocated.
fn try_out(engine: Engine, document: &SearchResults) -> Outcome {
    let mut bytes = Vec::new();
    engine.write(document, &mut bytes);
    bytes.clear();
    let allocations = allocations::count(|| engine.write(document, &mut bytes));
    Outcome { engine, bytes, allocations }
}

fn time_engines(document: &SearchResults, outcomes: &[Outcome], budget: Duration) -> Vec<Samples> {
    let task = |outcome: &Outcome| -> Task<'_> {
        let engine = outcome.engine;
        let mut buffer = Vec::with_capacity(outcome.bytes.capacity());
        Box::new(move |calls| {
            for _ in 0..calls {
                buffer.clear();
                engine.write(black_box(document), &mut buffer);
                black_box(&buffer);
            }
        })
    };
    let mut tasks: Vec<Task<'_>> = outcomes.iter().map(task).collect();
    let samples = in_turns(&mut tasks, SAMPLE_TIME, Rounds::AtLeast(MIN_ROUNDS, budget));
    samples.into_iter().map(Samples::new).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a document of 2^52 bytes does not fit a computer")]
fn comparison(outcomes: &[Outcome], samples: &[Samples], length: usize) -> Table {
    let mut table = Table::new(&["", "fastest", "median", "ratio", "GB/s", "allocations"]);
    for (outcome, times) in outcomes.iter().zip(samples) {
        table.row(vec![
            outcome.engine.name().to_owned(),
            time(times.fastest()),
            time(times.median()),
            format!("{:.1}", times.fastest() / samples[0].fastest()),
            format!("{:.2}", length as f64 / times.fastest()),
            outcome.allocations.map_or_else(|| "?".to_owned(), grouped),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;

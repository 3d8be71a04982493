//! The bench `matrix`: every kind of leaf in every place, and every form of output, next to the peers.
//!
//! A *cell* is a row (a kind of leaf, or a corpus) in a column (where it stands, or a form of output). Its *ratio* is the
//! time of the fastest peer over ours, so a cell below 1 is one that a peer wins. Cells are in the bench's own program,
//! which [`run`]s them; this module chooses, verifies, times and shows them.

#![forbid(unsafe_code)]

mod chart;
mod options;
mod report;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use record_runtime::__private::Backend;

use crate::exit::{Exit, Failure, command};
use crate::machine::{self, Build, Origin};
use crate::project::Project;
use crate::timing::{Rounds, Task, in_turns};
use crate::verify::{self, Likeness};

use self::options::{HELP, Options, Request};

/// A table of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Kinds of leaves by where they stand.
    Leaves,
    /// Corpora by forms of output.
    Forms,
}

impl Panel {
    const ALL: [Self; 2] = [Self::Leaves, Self::Forms];

    const fn name(self) -> &'static str {
        match self {
            Self::Leaves => "leaves",
            Self::Forms => "forms",
        }
    }
}

/// Where a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its table.
    pub panel: Panel,
    /// The written value.
    pub row: &'static str,
    /// Where it stands, or in which form it is written.
    pub column: &'static str,
}

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// This library.
    Record,
    /// The reference for every byte.
    SerdeJson,
    /// The fastest peer by way of serde.
    SonicRs,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Record, Self::SerdeJson, Self::SonicRs];

    const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::SerdeJson => "serde_json",
            Self::SonicRs => "sonic-rs",
        }
    }
}

/// An engine, bound to the documents of a cell.
pub struct Contender<'a> {
    engine: Engine,
    /// Its texts of each document, and of all together.
    texts: Vec<Vec<u8>>,
    task: Task<'a>,
}

impl<'a> Contender<'a> {
    /// `write` writes the documents, one after the other, into a buffer that it empties whenever it likes.
    pub fn new<D>(engine: Engine, documents: &'a [D], mut write: impl FnMut(&[D], &mut Vec<u8>) + 'a) -> Self {
        // Pages of its own, as in the comparison.
        let mut buffer = Vec::with_capacity(16 << 20);
        let mut text = |documents: &[D], write: &mut dyn FnMut(&[D], &mut Vec<u8>)| {
            write(documents, &mut buffer);
            buffer.clone()
        };
        let mut texts: Vec<_> = documents.chunks(1).map(|document| text(document, &mut write)).collect();
        texts.push(text(documents, &mut write));
        let task = move |calls| {
            for _ in 0..calls {
                write(std::hint::black_box(documents), &mut buffer);
                std::hint::black_box(&buffer);
            }
        };
        Self { engine, texts, task: Box::new(task) }
    }
}

/// The outcome of a cell.
#[derive(Debug, Clone)]
struct Cell {
    place: Place,
    /// Of all documents, as the reference writes them.
    bytes: usize,
    /// Nanoseconds for all documents in the fastest round, by engine; `None` for one that is not there or wrong.
    times: [Option<f64>; Engine::ALL.len()],
}

impl Cell {
    /// The fastest peer, and its time over ours.
    fn best_peer(&self) -> Option<(Engine, f64)> {
        let ratio = |engine: Engine| Some((engine, self.ratio(engine)?));
        Engine::ALL[1..].iter().filter_map(|&engine| ratio(engine)).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// An engine's time over ours.
    fn ratio(&self, engine: Engine) -> Option<f64> {
        Some(self.times[engine as usize]? / self.times[Engine::Record as usize]?)
    }
}

/// Takes the cells of the bench, one after the other.
pub struct Board<'a> {
    options: &'a Options,
    progress: &'a mut dyn Write,
    cells: Vec<Cell>,
    failure: Option<Failure>,
}

impl Board<'_> {
    /// Whether a cell is asked for. One that is not need not be made.
    #[must_use]
    pub fn wants(&self, place: Place) -> bool {
        self.failure.is_none() && self.options.selects(place)
    }

    /// The backend that our own writer is to take, if not the CPU's best.
    #[must_use]
    pub fn backend(&self) -> Option<Backend> {
        self.options.backend
    }

    /// Verifies and times a cell.
    pub fn take(&mut self, place: Place, contenders: Vec<Contender<'_>>) {
        let Place { panel, row, column } = place;
        // A closed standard error means that nobody wants to know.
        let _ = writeln!(self.progress, "matrix: {}: {row} in {column}", panel.name());
        match measure(place, contenders, self.options) {
            Ok(cell) => self.cells.push(cell),
            Err(failure) => self.failure = Some(failure),
        }
    }
}

fn measure(place: Place, contenders: Vec<Contender<'_>>, options: &Options) -> Result<Cell, Failure> {
    let of = |engine| contenders.iter().find(|contender: &&Contender<'_>| contender.engine == engine);
    let reference = of(Engine::SerdeJson).map(|contender| contender.texts.clone()).unwrap_or_default();
    let ours = of(Engine::Record).map(|contender| contender.texts.clone()).unwrap_or_default();
    let (Some(whole), true) = (reference.last(), ours.len() == reference.len()) else {
        return Err(Failure::failed("a cell needs our writer and the reference"));
    };
    let bytes = reference[..reference.len() - 1].iter().map(Vec::len).sum::<usize>().max(whole.len());
    for (ours, reference) in ours.iter().zip(&reference) {
        if let Some(offset) = verify::first_difference(ours, reference) {
            let difference = verify::describe_difference(ours, reference, offset);
            return Err(Failure::failed(format!("{} in {}: {difference}", place.row, place.column)));
        }
    }
    let right = |contender: &Contender<'_>| {
        let texts = contender.texts.iter().zip(&reference);
        texts.map(|(text, reference)| verify::likeness_of_values(text, reference)).max() < Some(Likeness::OtherValue)
    };
    let mut right: Vec<_> = contenders.into_iter().filter(right).collect();
    let mut tasks: Vec<Task<'_>> =
        right.iter_mut().map(|contender| -> Task<'_> { Box::new(&mut contender.task) }).collect();
    let samples = in_turns(&mut tasks, options.sample_time, Rounds::Exactly(options.rounds));
    drop(tasks);
    let mut times = [None; Engine::ALL.len()];
    for (contender, samples) in right.iter().zip(samples) {
        times[contender.engine as usize] = samples.into_iter().min_by(f64::total_cmp);
    }
    Ok(Cell { place, bytes, times })
}

/// Runs the command with the arguments after the program's name; `cells` shows the board all that there are.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    cells: impl FnOnce(&mut Board<'_>),
    out: &mut impl Write,
    err: &mut impl Write,
) -> Exit {
    command("matrix", options::parse(arguments), out, err, |request, out, err| match request {
        Request::Help => Ok(writeln!(out, "{HELP}")?),
        Request::Smoke => {
            let options = Options { rounds: 1, sample_time: Duration::ZERO, ..Options::default() };
            let cells = taken(&options, cells, &mut std::io::sink())?;
            Ok(writeln!(out, "matrix: {} cells are right; `cargo bench` measures", cells.len())?)
        }
        Request::Measure(options) => show(&options, &taken(&options, cells, err)?, out),
    })
}

fn taken(
    options: &Options,
    cells: impl FnOnce(&mut Board<'_>),
    progress: &mut dyn Write,
) -> Result<Vec<Cell>, Failure> {
    if options.backend.is_some_and(|backend| !backend.is_available()) {
        return Err(Failure::bad_input("this CPU cannot run that backend"));
    }
    let mut board = Board { options, progress, cells: Vec::new(), failure: None };
    cells(&mut board);
    match (board.failure, board.cells) {
        (Some(failure), _) => Err(failure),
        (None, cells) if cells.is_empty() => Err(Failure::bad_input("no cell has all of these words")),
        (None, cells) => Ok(cells),
    }
}

fn show(options: &Options, cells: &[Cell], out: &mut impl Write) -> Result<(), Failure> {
    if machine::build() == Build::Unoptimised {
        writeln!(out, "This is a debug build: its times say nothing. Run it by `cargo bench`.\n")?;
    }
    let origin = Origin::of_this_run();
    for panel in Panel::ALL {
        if let Some(map) = report::heat_map(cells, panel) {
            writeln!(out, "{map}")?;
        }
    }
    writeln!(out, "{}\n", report::LEGEND)?;
    writeln!(out, "{}", report::narrow(cells))?;
    writeln!(out, "{}\n", report::summary(cells))?;
    let csv = match &options.csv {
        Some(file) => file.clone(),
        None => Project::find()?.target_directory.join("matrix").join("matrix.csv"),
    };
    let write = |file: &Path, text: &str| {
        std::fs::write(file, text).map_err(|e| Failure::failed(format!("cannot write `{}`: {e}", file.display())))
    };
    if let Some(folder) = csv.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::failed(format!("cannot make `{}`: {e}", folder.display())))?;
    }
    write(&csv, &report::csv(cells, options, &origin))?;
    write(&csv.with_extension("svg"), &chart::draw(cells, &origin))?;
    writeln!(out, "{origin}; written to {}, and drawn beside it.", csv.display())?;
    Ok(())
}

#[cfg(test)]
mod tests;

//! The bench `compare`: every engine on every corpus, verified, then timed in turns.
//!
//! A *row* is an engine on a corpus, with one kind of buffer. The *ratio* of a row is its time over that of
//! `write_json` in the same round, so that a slower machine slows both. Its spread over the rounds says how far it can
//! be trusted.

#![forbid(unsafe_code)]

mod chart;
mod contenders;
mod options;
mod report;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::corpus::{self, Corpus, Document, Visitor, visit_files, visit_generated};
use crate::exit::{Exit, Failure, command, prepare_file, write_file};
use crate::machine::{self, Build, Origin};
use crate::peers::Writable;
use crate::project::Project;
use crate::table::grouped;
use crate::timing::{Rounds, Samples, Task, in_turns};
use crate::verify::Likeness;

use self::contenders::{Buffer, Contender, Kind};
use self::options::{HELP, Options, PUBLISHED_ROUNDS, Request};
use self::report::Row;

/// How long a sample should last.
const SAMPLE_TIME: Duration = Duration::from_millis(10);

/// Runs the command with the arguments after the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> Exit {
    command("compare", options::parse(arguments), out, err, |request, out, err| match request {
        Request::Help => Ok(writeln!(out, "{HELP}")?),
        Request::Smoke => smoke(out),
        Request::Compare(options) => measure(&options, out, err),
    })
}

/// One round of the generated corpora: that every engine runs, and writes what it should.
fn smoke(out: &mut impl Write) -> Result<(), Failure> {
    let (nobody, progress) = (&mut std::io::sink(), &mut std::io::sink());
    let mut comparison = Comparison::new(&[], 1, Duration::ZERO, nobody, progress);
    visit_generated(&mut comparison);
    let rows = comparison.rows()?;
    writeln!(out, "compare: {} rows of the generated corpora work; `cargo bench` measures", rows.len())?;
    Ok(())
}

fn measure(options: &Options, out: &mut impl Write, progress: &mut impl Write) -> Result<(), Failure> {
    let project = Project::find()?;
    let csv = options.csv.clone().unwrap_or_else(|| default_csv(&project, options));
    prepare_file(&csv)?;
    if machine::build() == Build::Unoptimised {
        writeln!(out, "This is a debug build: its times say nothing. Run it by `cargo bench`.\n")?;
    }
    let mut comparison = Comparison::new(&options.corpora, options.rounds, SAMPLE_TIME, out, progress);
    visit_generated(&mut comparison);
    visit_files(&project.documents()?, &mut comparison)?;
    let rows = comparison.rows()?;

    let origin = Origin::of_this_run();
    write_file(&csv, &report::csv(&rows, &origin))?;
    for (file, chart) in charts_of(&csv)? {
        write_file(&file, &chart)?;
    }
    writeln!(out, "{}\n", report::LEGEND)?;
    if !cfg!(feature = "peers") {
        writeln!(out, "The peers are not compiled in: add `--features peers`.")?;
    }
    writeln!(out, "{origin}; written to {} and charts beside it.", csv.display())?;
    Ok(())
}

/// Figures that are published are those of a complete run; others must not take their place by accident.
fn default_csv(project: &Project, options: &Options) -> PathBuf {
    let complete = options.corpora.is_empty() && options.rounds >= PUBLISHED_ROUNDS && cfg!(feature = "peers");
    let folder = if complete && machine::build() == Build::Optimised {
        project.workspace_root.join("benches/results")
    } else {
        project.target_directory.join("compare")
    };
    folder.join("compare.csv")
}

/// Draws the published figures again: the command `charts`.
///
/// # Errors
/// A file cannot be read or written.
pub fn draw_published() -> Result<(), Failure> {
    for (file, chart) in charts_of(&Project::find()?.workspace_root.join("benches/results/compare.csv"))? {
        write_file(&file, &chart)?;
    }
    Ok(())
}

/// The charts of a file of figures, with the files that they belong in.
fn charts_of(csv: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let unreadable =
        |why: &dyn std::fmt::Display| Failure::bad_input(format!("cannot read `{}`: {why}", csv.display()));
    let text = std::fs::read_to_string(csv).map_err(|error| unreadable(&error))?;
    let (rows, origin) = report::read(&text).ok_or_else(|| unreadable(&"it is not what `compare` writes"))?;
    Ok(Buffer::ALL.map(|buffer| (chart_file(csv, buffer), chart::draw(&rows, buffer, &origin))).into())
}

fn chart_file(csv: &Path, buffer: Buffer) -> PathBuf {
    let mut name = csv.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}.svg", buffer.name()));
    csv.with_file_name(name)
}

/// The comparison of one corpus after the other.
struct Comparison<'a, Out, Progress> {
    /// Names of corpora; empty for all.
    selected: &'a [&'static str],
    rounds: usize,
    sample_time: Duration,
    out: &'a mut Out,
    progress: &'a mut Progress,
    rows: Vec<Row>,
    /// The failure that ended the comparison early.
    failure: Option<Failure>,
}

impl<Out: Write, Progress: Write> Visitor for Comparison<'_, Out, Progress> {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        self.compare_if_selected(corpus, |_| Vec::new());
    }

    fn visit_writable<T: Document + Writable>(&mut self, corpus: &Corpus<T>) {
        self.compare_if_selected(corpus, |reference| contenders::deriving_peers(&corpus.documents, reference));
    }
}

impl<'a, Out: Write, Progress: Write> Comparison<'a, Out, Progress> {
    fn new(
        selected: &'a [&'static str],
        rounds: usize,
        sample_time: Duration,
        out: &'a mut Out,
        progress: &'a mut Progress,
    ) -> Self {
        Self { selected, rounds, sample_time, out, progress, rows: Vec::new(), failure: None }
    }

    fn rows(self) -> Result<Vec<Row>, Failure> {
        self.failure.map_or(Ok(self.rows), Err)
    }

    fn compare_if_selected<'c, T: Document>(
        &mut self,
        corpus: &'c Corpus<T>,
        deriving: impl FnOnce(&[Vec<u8>]) -> Vec<Contender<'c>>,
    ) {
        let selected = self.selected.is_empty() || self.selected.contains(&corpus.name);
        if selected && self.failure.is_none() {
            self.failure = self.compare(corpus, deriving).err();
        }
    }

    fn compare<'c, T: Document>(
        &mut self,
        corpus: &'c Corpus<T>,
        deriving: impl FnOnce(&[Vec<u8>]) -> Vec<Contender<'c>>,
    ) -> Result<(), Failure> {
        let reference = contenders::reference(&corpus.documents);
        let deriving = deriving(&reference);
        let mut contenders = contenders::contenders(&corpus.documents, &reference, deriving);
        require_right(corpus.name, &contenders)?;
        let bytes: usize = reference.iter().map(Vec::len).sum();
        let documents = corpus.documents.len();
        writeln!(
            self.out,
            "{}: {}; {} bytes in {}\n",
            corpus.name,
            corpus.about,
            grouped(bytes as u64),
            if documents == 1 { "1 document".to_owned() } else { format!("{} documents", grouped(documents as u64)) },
        )?;
        for buffer in Buffer::ALL {
            self.tell(corpus.name, buffer);
            let samples = self.time(&mut contenders, buffer);
            let rows = rows(corpus, bytes, buffer, &contenders, &samples);
            writeln!(self.out, "{}", report::table(&rows, buffer))?;
            self.rows.extend(rows);
        }
        for Contender { name, likeness, difference, .. } in &contenders {
            if let (Likeness::OtherValue, Some(difference)) = (likeness, difference) {
                writeln!(self.out, "  {name} writes another value: {difference}\n")?;
            }
        }
        // The next corpus takes a while.
        Ok(self.out.flush()?)
    }

    fn tell(&mut self, corpus: &str, buffer: Buffer) {
        let number = corpus::NAMES.iter().position(|name| *name == corpus).map_or(0, |index| index + 1);
        let total = corpus::NAMES.len();
        // A closed standard error means that nobody wants to know.
        let _ = writeln!(self.progress, "compare: {corpus} ({number} of {total}), {} buffer", buffer.name());
    }

    fn time(&self, contenders: &mut [Contender<'_>], buffer: Buffer) -> Vec<Vec<f64>> {
        let mut tasks: Vec<Task<'_>> = contenders
            .iter_mut()
            .map(|contender| -> Task<'_> { Box::new(&mut contender.way_mut(buffer).task) })
            .collect();
        in_turns(&mut tasks, self.sample_time, Rounds::Exactly(self.rounds))
    }
}

/// Of our own writers, nothing but the reference's bytes will do.
fn require_right(corpus: &str, contenders: &[Contender<'_>]) -> Result<(), Failure> {
    let mut ours =
        contenders.iter().filter(|contender| matches!(contender.kind, Kind::Record | Kind::Backend | Kind::Bridge));
    match ours.find_map(|contender| Some((contender, contender.difference.as_ref()?))) {
        Some((contender, difference)) => Err(Failure::failed(format!("{} on {corpus}: {difference}", contender.name))),
        None => Ok(()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody writes 2^52 documents")]
fn rows<T>(
    corpus: &Corpus<T>,
    bytes: usize,
    buffer: Buffer,
    contenders: &[Contender<'_>],
    samples: &[Vec<f64>],
) -> Vec<Row> {
    let documents = corpus.documents.len() as f64;
    let ours = &samples[0];
    let row = |(contender, samples): (&Contender<'_>, &Vec<f64>)| {
        let way = match buffer {
            Buffer::Reused => &contender.reused,
            Buffer::Fresh => &contender.fresh,
        };
        Row {
            corpus: corpus.name,
            documents: corpus.documents.len(),
            bytes,
            buffer,
            engine: contender.name.clone(),
            kind: contender.kind,
            likeness: contender.likeness,
            allocations: way.allocations.map(|count| count as f64 / documents),
            times: Samples::new(samples.iter().map(|time| time / documents).collect()),
            ratios: Samples::new(samples.iter().zip(ours).map(|(time, ours)| time / ours).collect()),
        }
    };
    contenders.iter().zip(samples).map(row).collect()
}

#[cfg(test)]
mod tests;

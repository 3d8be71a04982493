//! Rows as a table for people and as CSV for programs.

#![forbid(unsafe_code)]

use super::contenders::{Buffer, Kind};
use crate::corpus;
use crate::machine::Origin;
use crate::table::{Table, quoted, time};
use crate::timing::Samples;
use crate::verify::Likeness;

/// The meaning of the table's columns and marks.
pub(super) const LEGEND: &str = "\
Times are per document, of the fastest round; GB/s are those of minified text.
ratio: time over that of record in the same round; median, and from .. to over
all rounds. FASTER: a peer that takes less time than record. other text: the
value is right, the bytes are not serde_json's. WRONG VALUE: neither is.";

/// An engine on a corpus, with one kind of buffer.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) corpus: &'static str,
    pub(super) documents: usize,
    /// Of all documents, as the reference writes them.
    pub(super) bytes: usize,
    pub(super) buffer: Buffer,
    pub(super) engine: String,
    pub(super) kind: Kind,
    pub(super) likeness: Likeness,
    /// Per document; `None` if nobody counts.
    pub(super) allocations: Option<f64>,
    /// Nanoseconds per document.
    pub(super) times: Samples,
    /// Time over that of `write_json`, of every round.
    pub(super) ratios: Samples,
}

impl Row {
    /// Whether a peer is faster than record, or `serde_json` is; a copy of finished bytes always is.
    pub(super) fn beats_record(&self) -> bool {
        matches!(self.kind, Kind::Reference | Kind::Peer | Kind::Dynamic) && self.ratios.median() < 1.0
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody writes 2^52 bytes")]
    fn gigabytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.documents as f64 / self.times.fastest()
    }

    fn remarks(&self) -> String {
        let faster = self.beats_record().then_some("FASTER");
        let output = match self.likeness {
            Likeness::SameBytes => None,
            Likeness::SameValue => Some("other text"),
            Likeness::OtherValue => Some("WRONG VALUE"),
        };
        faster.into_iter().chain(output).collect::<Vec<_>>().join(", ")
    }
}

/// The rows of one corpus and kind of buffer.
pub(super) fn table(rows: &[Row], buffer: Buffer) -> Table {
    let heading = match buffer {
        Buffer::Reused => "into a reused buffer",
        Buffer::Fresh => "as a fresh Vec",
    };
    let mut table = Table::new(&[heading, "time", "GB/s", "allocations", "ratio", "from .. to", ""]);
    for row in rows {
        table.row(vec![
            row.engine.clone(),
            time(row.times.fastest()),
            format!("{:.2}", row.gigabytes_per_second()),
            row.allocations.map_or_else(|| "?".to_owned(), shortest),
            format!("{:.2}", row.ratios.median()),
            format!("{:.2} .. {:.2}", row.ratios.fastest(), row.ratios.slowest()),
            row.remarks(),
        ]);
    }
    table
}

/// At most one decimal, and only where there is something after the point.
fn shortest(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

const COLUMNS: &str = "date,cpu,compiler,profile,flags,corpus,documents,mean_bytes,buffer,engine,output,rounds,\
    fastest_ns,median_ns,gb_per_s,allocations,ratio_median,ratio_min,ratio_max";

/// A heading, then one line per row.
#[expect(clippy::cast_precision_loss, reason = "nobody writes 2^52 bytes")]
pub(super) fn csv(rows: &[Row], origin: &Origin) -> String {
    let mut text = format!("{COLUMNS}\n");
    for row in rows {
        let output = match row.likeness {
            Likeness::SameBytes => "same bytes",
            Likeness::SameValue => "other text",
            Likeness::OtherValue => "wrong value",
        };
        let cells = [
            origin.date.clone(),
            quoted(&origin.cpu),
            quoted(&origin.compiler),
            quoted(&origin.profile),
            quoted(&origin.flags),
            row.corpus.to_owned(),
            row.documents.to_string(),
            format!("{:.1}", row.bytes as f64 / row.documents as f64),
            row.buffer.name().to_owned(),
            quoted(&row.engine),
            output.to_owned(),
            row.times.count().to_string(),
            format!("{:.2}", row.times.fastest()),
            format!("{:.2}", row.times.median()),
            format!("{:.3}", row.gigabytes_per_second()),
            row.allocations.map(|count| format!("{count:.2}")).unwrap_or_default(),
            format!("{:.3}", row.ratios.median()),
            format!("{:.3}", row.ratios.fastest()),
            format!("{:.3}", row.ratios.slowest()),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Rows as the lines of a file have them: of the times and ratios, only the fastest and the median. `None` where a line is
/// not one that [`csv`] writes.
pub(super) fn read(text: &str) -> Option<(Vec<Row>, Origin)> {
    let lines = text.strip_prefix(COLUMNS)?.strip_prefix('\n')?.lines();
    let mut read = (Vec::new(), None);
    for line in lines {
        let cells = cells(line);
        let [
            date,
            cpu,
            compiler,
            profile,
            flags,
            corpus,
            documents,
            mean,
            buffer,
            engine,
            output,
            _,
            fastest,
            median,
            _,
            allocations,
            ratio,
            ..,
        ] = cells.as_slice()
        else {
            return None;
        };
        let documents = documents.parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a size"
        )]
        let bytes = (mean.parse::<f64>().ok()? * documents as f64).round() as usize;
        read.0.push(Row {
            corpus: corpus::NAMES.into_iter().find(|name| name == corpus)?,
            documents,
            bytes,
            buffer: Buffer::ALL.into_iter().find(|known| known.name() == buffer)?,
            engine: engine.clone(),
            kind: Kind::of(engine),
            likeness: match output.as_str() {
                "same bytes" => Likeness::SameBytes,
                "other text" => Likeness::SameValue,
                "wrong value" => Likeness::OtherValue,
                _ => return None,
            },
            allocations: allocations.parse().ok(),
            times: Samples::new(vec![fastest.parse().ok()?, median.parse().ok()?, median.parse().ok()?]),
            ratios: Samples::new(vec![ratio.parse().ok()?]),
        });
        let [date, cpu, compiler, profile, flags] = [date, cpu, compiler, profile, flags].map(Clone::clone);
        read.1 = Some(Origin { date, cpu, compiler, profile, flags });
    }
    Some((read.0, read.1?))
}

/// The cells of a line, without their quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut within) = (vec![String::new()], false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().expect("there is one from the start");
        match character {
            '"' if within && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => within = !within,
            ',' if !within => cells.push(String::new()),
            _ => cell.push(character),
        }
    }
    cells
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Row, csv, read, shortest, table};
    use crate::compare::contenders::{Buffer, Kind};
    use crate::machine::Origin;
    use crate::timing::Samples;
    use crate::verify::Likeness;

    pub(in crate::compare) fn origin() -> Origin {
        Origin {
            date: "2026-01-31".to_owned(),
            cpu: "A, \"B\" <C>".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            profile: "release build, opt-level 3".to_owned(),
            flags: "no flags".to_owned(),
        }
    }

    pub(in crate::compare) fn row(engine: &str, kind: Kind, likeness: Likeness, ratios: [f64; 3]) -> Row {
        Row {
            corpus: "log_record",
            documents: 4,
            bytes: 1_600,
            buffer: Buffer::Reused,
            engine: engine.to_owned(),
            kind,
            likeness,
            allocations: Some(2.25),
            times: Samples::new(ratios.map(|ratio| ratio * 100.0).to_vec()),
            ratios: Samples::new(ratios.to_vec()),
        }
    }

    fn rows() -> Vec<Row> {
        vec![
            row("record", Kind::Record, Likeness::SameBytes, [1.0; 3]),
            row("serde_json", Kind::Reference, Likeness::SameBytes, [8.0, 7.0, 9.5]),
            row("quick", Kind::Peer, Likeness::SameValue, [0.5, 0.8, 1.1]),
            row("wrong", Kind::Peer, Likeness::OtherValue, [2.0, 2.0, 2.0]),
            row("memcpy", Kind::Copy, Likeness::SameBytes, [0.1, 0.1, 0.1]),
        ]
    }

    #[test]
    fn the_table_marks_who_is_faster_and_who_is_wrong() {
        let text = table(&rows(), Buffer::Reused).to_string();
        let line = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).unwrap().trim_end();
        let words = |start| line(start).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words("serde_json"), "serde_json 700.0 ns 0.57 2.2 8.00 7.00 .. 9.50");
        assert_eq!(words("quick"), "quick 50.0 ns 8.00 2.2 0.80 0.50 .. 1.10 FASTER, other text");
        assert!(words("wrong").ends_with("2.00 .. 2.00 WRONG VALUE"), "{text}");
        assert!(words("memcpy").ends_with("0.10 .. 0.10"), "{text}");
        assert!(line("into a reused buffer").ends_with("from .. to"));
    }

    #[test]
    fn nobody_counting_is_not_no_allocation() {
        let mut row = row("record", Kind::Record, Likeness::SameBytes, [1.0; 3]);
        row.allocations = None;
        assert!(table(std::slice::from_ref(&row), Buffer::Fresh).to_string().contains(" ? "));
        assert!(csv(&[row], &origin()).contains(",4.000,,1.000,"));
    }

    #[test]
    fn lines_say_what_was_measured_on_what() {
        let text = csv(&rows(), &origin());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 6);
        let expected = "2026-01-31,\"A, \"\"B\"\" <C>\",rustc 1.95.0,\"release build, opt-level 3\",no flags,log_record,4,\
            400.0,reused,quick,other text,3,50.00,80.00,8.000,2.25,0.800,0.500,1.100";
        assert_eq!(lines[3], expected);
        // Two commas stand within quotes.
        assert_eq!(lines[3].matches(',').count() - 2, lines[0].matches(',').count());
    }

    #[test]
    fn lines_can_be_read_again() {
        let text = csv(&rows(), &origin());
        let (rows, origin) = read(&text).expect("it was written here");
        let ratios: Vec<_> = rows.iter().map(|row| (row.engine.as_str(), row.ratios.median())).collect();
        assert_eq!(ratios, [("record", 1.0), ("serde_json", 8.0), ("quick", 0.8), ("wrong", 2.0), ("memcpy", 0.1)]);
        let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [Kind::Record, Kind::Reference, Kind::Peer, Kind::Peer, Kind::Copy]);
        assert_eq!(rows[3].likeness, Likeness::OtherValue);
        assert_eq!((origin.cpu.as_str(), rows[1].times.fastest()), ("A, \"B\" <C>", 700.0));
        assert!(read("date\n").is_none());
    }

    #[test]
    fn counts_have_no_needless_decimals() {
        assert_eq!([0.0, 2.0, 2.25, 1_034.04].map(shortest), ["0", "2", "2.2", "1034"]);
    }
}

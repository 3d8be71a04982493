//! `record-gate history`: each series with its change points, as text and as a drawing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::changes::{Change, changes};
use crate::history::{History, Record};
use crate::host::Host;
use crate::measures::COLUMNS;
use crate::output::svg::escaped;
use crate::time::date;
use crate::verdict::number;

/// The last so many records are looked at: change points take the square of their number.
const MOST_RECORDS: usize = 400;

/// A measure of a scenario over time.
#[derive(Debug)]
pub(crate) struct Series<'h> {
    pub(crate) scenario: &'h str,
    pub(crate) measure: &'static str,
    pub(crate) values: Vec<f64>,
    records: Vec<&'h Record>,
    pub(crate) changes: Vec<Change>,
}

/// All series of `host`, by scenario and measure, those that never differ from zero left out.
pub(crate) fn series<'h>(history: &'h History, host: &Host) -> Vec<Series<'h>> {
    let mut scenarios: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in history.records.iter().filter(|record| record.host.difference(host).is_empty()) {
        scenarios.entry(&record.scenario).or_default().push(record);
    }
    let mut all = Vec::new();
    for (scenario, records) in scenarios {
        let records = &records[records.len().saturating_sub(MOST_RECORDS)..];
        for column in &COLUMNS {
            let found = records.iter().filter_map(|record| Some(((column.get)(&record.figures)?, *record)));
            let (values, records): (Vec<f64>, Vec<&Record>) = found.unzip();
            if values.iter().any(|value| *value != 0.0) {
                let changes = changes(&values);
                all.push(Series { scenario, measure: column.name, values, records, changes });
            }
        }
    }
    all
}

impl Series<'_> {
    /// One line, and one for each change.
    pub(crate) fn text(&self) -> String {
        let (first, last) = (self.records.first(), self.records.last());
        let mut text = format!(
            "{} {}: {} records, {} to {}, last {}",
            self.scenario,
            self.measure,
            self.values.len(),
            first.map_or_else(String::new, |record| date(record.at)),
            last.map_or_else(String::new, |record| date(record.at)),
            self.values.last().map_or_else(String::new, |value| number(*value)),
        );
        for change in &self.changes {
            let record = self.records[change.at];
            let percent = 100.0 * (change.after / change.before - 1.0);
            let commit = &record.commit[..record.commit.floor_char_boundary(10)];
            let percent = if percent.is_finite() { format!(" ({percent:+.1} %)") } else { String::new() };
            let _ = write!(
                text,
                "\n  changed {}, commit {commit}: {} instead of {}{percent}",
                date(record.at),
                number(change.after),
                number(change.before)
            );
        }
        text
    }
}

const WIDTH: f64 = 760.0;
const PANEL: f64 = 110.0;

/// All series below each other; a line at each change.
#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(crate) fn drawing(all: &[Series<'_>]) -> String {
    let height = PANEL * all.len().max(1) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    );
    for (place, series) in all.iter().enumerate() {
        let top = PANEL * place as f64 + 22.0;
        let (low, high) =
            series.values.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        let span = if high > low { high - low } else { 1.0 };
        let x = |at: usize| 10.0 + (WIDTH - 20.0) * at as f64 / (series.values.len().max(2) - 1) as f64;
        let y = |value: f64| top + (PANEL - 40.0) * (1.0 - (value - low) / span);
        let _ = write!(
            svg,
            "<text x=\"10\" y=\"{}\">{} {}: {} to {}</text>",
            top - 6.0,
            escaped(series.scenario),
            series.measure,
            number(low),
            number(high)
        );
        for change in &series.changes {
            let (at, colour) = (x(change.at), if change.after > change.before { "#b00020" } else { "#1b6e2d" });
            let _ = write!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top}\" y2=\"{}\" stroke=\"{colour}\" stroke-dasharray=\"4 3\">\
                 <title>{} instead of {}</title></line>",
                top + PANEL - 40.0,
                number(change.after),
                number(change.before)
            );
        }
        svg.push_str("<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\" points=\"");
        for (at, value) in series.values.iter().enumerate() {
            let _ = write!(svg, "{:.1},{:.1} ", x(at), y(*value));
        }
        svg.push_str("\"/>");
    }
    svg.push_str("</svg>\n");
    svg
}

/// A file of CSV per scenario, and the file by which Apache Otava finds them, in `folder`.
pub(crate) fn export_csv(history: &History, folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
    };
    let mut scenarios: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in &history.records {
        scenarios.entry(&record.scenario).or_default().push(record);
    }
    let mut otava = "tests:\n".to_owned();
    for (number, (scenario, records)) in scenarios.iter().enumerate() {
        let used =
            |column: &&crate::measures::Column| records.iter().all(|record| (column.get)(&record.figures).is_some());
        let columns: Vec<_> = COLUMNS.iter().filter(used).collect();
        let mut csv = "time,commit".to_owned();
        for column in &columns {
            csv.extend([",", column.name]);
        }
        csv.push('\n');
        for record in records {
            let _ = write!(csv, "{},{}", crate::time::timestamp(record.at), record.commit);
            for column in &columns {
                let _ = write!(csv, ",{}", (column.get)(&record.figures).unwrap_or_default());
            }
            csv.push('\n');
        }
        let file = format!("{number}-{}.csv", plain(scenario));
        write(&file, csv)?;
        let _ = write!(
            otava,
            "  {}:\n    type: csv\n    file: {}\n    time_column: time\n    attributes: [commit]\n    metrics:\n",
            plain(scenario),
            folder.join(&file).display()
        );
        for column in columns {
            let name = column.name;
            let _ = write!(otava, "      {name}:\n        column: {name}\n        direction: -1\n");
        }
    }
    write("otava.yaml", otava)
}

/// A name without what would need quotes in YAML or in a path.
fn plain(name: &str) -> String {
    name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use record_runtime::ZeroAllocJson as _;

    use super::{drawing, export_csv, series};
    use crate::history::{History, Outcome, Record};
    use crate::host::Host;
    use crate::measures::Figures;

    fn history() -> History {
        let mut text = Vec::new();
        for number in 0..20 {
            let allocations = if number < 12 { 7.0 } else { 8.0 };
            let figures = Figures { requests: 10, allocations: Some(allocations), ..Figures::default() };
            let commit = (format!("commit{number:06}"), false);
            let record = Record::new("log <in>".to_owned(), commit, Host::here(), Outcome::Passed, figures);
            record.write_json(&mut text);
            text.push(b'\n');
        }
        History::parse(&text)
    }

    #[test]
    fn a_change_is_told_with_its_commit() {
        let history = history();
        let all = series(&history, &Host::here());
        assert_eq!(all.len(), 1);
        let text = all[0].text();
        assert!(text.contains("commit commit0000: 8 instead of 7 (+14.3 %)"), "{text}");
        let svg = drawing(&all);
        assert!(svg.contains("log &lt;in&gt; allocations: 7 to 8") && svg.contains("<title>8 instead of 7</title>"));
        assert!(series(&history, &Host::default()).is_empty());
    }

    #[test]
    fn a_table_has_a_row_per_record() {
        let folder = crate::scratch::Folder::new("csv");
        export_csv(&history(), folder.path()).expect("a folder of our own");
        let csv = std::fs::read_to_string(folder.path().join("0-log--in-.csv")).expect("it was written");
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("time,commit,error_percent,allocations"));
        assert!(lines.next().is_some_and(|line| line.ends_with(",commit000000,0,7")), "{csv}");
        assert_eq!(lines.count(), 19);
        let otava = std::fs::read_to_string(folder.path().join("otava.yaml")).expect("it was written");
        assert!(otava.contains("  log--in-:\n    type: csv\n"), "{otava}");
    }
}

//! Cells as a table, a list of narrow ones, a summary, and CSV.

#![forbid(unsafe_code)]

use super::options::Options;
use super::{Cell, Engine, Panel, Place};
use crate::machine::Origin;
use crate::table::{Table, quoted, time};

/// Below this ratio a cell is named.
const NARROW: f64 = 1.2;

/// The meaning of the tables.
pub(super) const LEGEND: &str = "\
Each number is the time of the fastest peer over record's, both of their fastest
round: below 1 the peer is ahead (marked by an exclamation mark).";

/// The distinct names of a panel's rows, or columns, in the order of the cells.
pub(super) fn names(cells: &[Cell], panel: Panel, name: fn(&Place) -> &'static str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for cell in cells.iter().filter(|cell| cell.place.panel == panel) {
        if !names.contains(&name(&cell.place)) {
            names.push(name(&cell.place));
        }
    }
    names
}

/// The cell in a row and column.
pub(super) fn at<'c>(cells: &'c [Cell], panel: Panel, row: &str, column: &str) -> Option<&'c Cell> {
    cells.iter().find(|cell| {
        let place = cell.place;
        place.panel == panel && place.row == row && place.column == column
    })
}

/// A panel's ratios; `None` where it has no cells.
pub(super) fn heat_map(cells: &[Cell], panel: Panel) -> Option<Table> {
    let columns = names(cells, panel, |place| place.column);
    if columns.is_empty() {
        return None;
    }
    let mut table = Table::new(&[&[panel.name()], columns.as_slice()].concat());
    for row in names(cells, panel, |place| place.row) {
        let ratio = |column: &&str| {
            let ratio = at(cells, panel, row, column).and_then(Cell::best_peer).map(|(_, ratio)| ratio);
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}{}", if ratio < 1.0 { "!" } else { "" }))
        };
        table.row([row.to_owned()].into_iter().chain(columns.iter().map(ratio)).collect());
    }
    Some(table)
}

/// The cells that are ahead by little or not at all, the worst first.
pub(super) fn narrow(cells: &[Cell]) -> String {
    let mut narrow: Vec<_> = cells
        .iter()
        .filter_map(|cell| Some((cell, cell.best_peer()?)))
        .filter(|(_, (_, ratio))| *ratio < NARROW)
        .collect();
    narrow.sort_by(|a, b| a.1.1.total_cmp(&b.1.1));
    let mut table = Table::new(&["below 1.2", "ratio", "fastest peer", "its time", "ours"]);
    for (Cell { place, times, .. }, (engine, ratio)) in narrow {
        let shown = |engine: Engine| times[engine as usize].map_or_else(String::new, time);
        table.row(vec![
            format!("{}: {} in {}", place.panel.name(), place.row, place.column),
            format!("{ratio:.2}"),
            engine.name().to_owned(),
            shown(engine),
            shown(Engine::Record),
        ]);
    }
    table.to_string()
}

/// How many cells are behind, and the means.
pub(super) fn summary(cells: &[Cell]) -> String {
    let ratios: Vec<f64> = cells.iter().filter_map(Cell::best_peer).map(|(_, ratio)| ratio).collect();
    let below = |limit: f64| ratios.iter().filter(|ratio| **ratio < limit).count();
    let mean = |engine: Engine| {
        let logs: Vec<f64> = cells.iter().filter_map(|cell| cell.ratio(engine)).map(f64::ln).collect();
        #[expect(clippy::cast_precision_loss, reason = "some hundred cells")]
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        format!("{:.2} over {}", mean.exp(), engine.name())
    };
    let means = Engine::ALL[1..].iter().map(|&engine| mean(engine)).collect::<Vec<_>>().join(", ");
    format!(
        "{} cells; a peer is ahead on {}, and within {NARROW} on {} more; geometric mean {means}",
        cells.len(),
        below(1.0),
        below(NARROW) - below(1.0),
    )
}

const COLUMNS: &str = "date,cpu,compiler,profile,flags,backend,panel,row,column,bytes,rounds,\
    record_ns,serde_json_ns,sonic_rs_ns,ratio_to_best_peer";

/// A heading, then one line per cell.
pub(super) fn csv(cells: &[Cell], options: &Options, origin: &Origin) -> String {
    let backend = options.backend.map_or_else(|| "best".to_owned(), |backend| format!("{backend:?}").to_lowercase());
    let mut text = format!("{COLUMNS}\n");
    for cell in cells {
        let mut columns = vec![
            origin.date.clone(),
            quoted(&origin.cpu),
            quoted(&origin.compiler),
            quoted(&origin.profile),
            quoted(&origin.flags),
            backend.clone(),
            cell.place.panel.name().to_owned(),
            quoted(cell.place.row),
            quoted(cell.place.column),
            cell.bytes.to_string(),
            options.rounds.to_string(),
        ];
        columns.extend(cell.times.map(|time| time.map_or_else(String::new, |time| format!("{time:.1}"))));
        columns.push(cell.best_peer().map_or_else(String::new, |(_, ratio)| format!("{ratio:.3}")));
        text.push_str(&columns.join(","));
        text.push('\n');
    }
    text
}

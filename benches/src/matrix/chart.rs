//! The cells as a picture: rows by columns, each coloured by its ratio to the fastest peer.

#![forbid(unsafe_code)]

use super::report::{at, names};
use super::{Cell, Panel};
use crate::machine::Origin;
use crate::svg::{MARGIN, document, line};
use crate::table::escaped;

/// Where cells begin: left of it stand the names of rows.
const LEFT: f64 = 190.0;
const CELL_WIDTH: f64 = 56.0;
const CELL_HEIGHT: f64 = 15.0;
/// Room for the names of columns, which are written aslant.
const HEADING: f64 = 74.0;
const TOP: f64 = 44.0;
const FOOTER: f64 = 30.0;

/// Classes of ratios: up to the limit, with the colour of the class.
const CLASSES: [(f64, &str); 6] =
    [(1.0, "behind"), (1.2, "level"), (2.0, "ahead1"), (4.0, "ahead2"), (8.0, "ahead3"), (f64::INFINITY, "ahead4")];

const STYLE: &str = "\
text { font: 11px system-ui, sans-serif; fill: #24292f }\
.title { font-size: 16px; font-weight: 600 }\
.name { text-anchor: end }\
.number { text-anchor: middle; font-size: 10px; fill: #24292f }\
.small { fill: #57606a }\
.behind { fill: #fa8072 }\
.level { fill: #ffe08a }\
.ahead1 { fill: #e6f5e1 }\
.ahead2 { fill: #c3e6b9 }\
.ahead3 { fill: #8fd08a }\
.ahead4 { fill: #55b467 }\
@media (prefers-color-scheme: dark) {\
text { fill: #e6edf3 }\
.small { fill: #9198a1 }\
}";

/// Draws all cells.
pub(super) fn draw(cells: &[Cell], origin: &Origin) -> String {
    let title = "Time of the fastest peer (serde_json, sonic-rs) over record's: above 1 record is faster";
    let (mut body, mut top, mut width) = (String::new(), TOP, 620.0_f64);
    for panel in Panel::ALL {
        let (rows, columns) = (names(cells, panel, |place| place.row), names(cells, panel, |place| place.column));
        if columns.is_empty() {
            continue;
        }
        top += HEADING;
        width = width.max(LEFT + scaled(columns.len(), CELL_WIDTH) + HEADING);
        for (index, column) in columns.iter().enumerate() {
            let x = LEFT + scaled(index, CELL_WIDTH) + CELL_WIDTH / 2.0;
            let y = top - 6.0;
            line(
                &mut body,
                format_args!(r#"<text transform="translate({x:.0} {y:.0}) rotate(-40)">{}</text>"#, escaped(column)),
            );
        }
        for row in &rows {
            let (x, y) = (LEFT - 8.0, top + CELL_HEIGHT - 4.0);
            line(&mut body, format_args!(r#"<text class="name" x="{x:.0}" y="{y:.0}">{}</text>"#, escaped(row)));
            for (index, column) in columns.iter().enumerate() {
                let x = LEFT + scaled(index, CELL_WIDTH);
                if let Some((_, ratio)) = at(cells, panel, row, column).and_then(Cell::best_peer) {
                    push_cell(&mut body, ratio, x, top);
                }
            }
            top += CELL_HEIGHT;
        }
    }
    let height = top + FOOTER;
    let (y, origin) = (height - 10.0, escaped(&origin.to_string()));
    line(&mut body, format_args!(r#"<text class="small" x="{MARGIN}" y="{y:.0}">{origin}</text>"#));
    document(title, (width, height), STYLE, &body)
}

fn push_cell(body: &mut String, ratio: f64, x: f64, y: f64) {
    let class = CLASSES.iter().find(|(limit, _)| ratio < *limit).map_or("ahead4", |(_, class)| class);
    let (width, height) = (CELL_WIDTH - 1.0, CELL_HEIGHT - 1.0);
    line(body, format_args!(r#"<rect class="{class}" x="{x:.0}" y="{y:.0}" width="{width}" height="{height}"/>"#));
    let (x, y) = (x + width / 2.0, y + height - 3.5);
    line(body, format_args!(r#"<text class="number" x="{x:.1}" y="{y:.1}">{ratio:.1}</text>"#));
}

#[expect(clippy::cast_precision_loss, reason = "some tens of columns")]
fn scaled(index: usize, width: f64) -> f64 {
    index as f64 * width
}

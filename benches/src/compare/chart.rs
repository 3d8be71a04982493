//! The figures as a picture: for every corpus a bar each for record, `serde_json` and the fastest peer.
//!
//! Bars are times relative to record, so a shorter one is faster, and record's is the same everywhere.

#![forbid(unsafe_code)]

use super::contenders::{Buffer, Kind};
use super::report::Row;
use crate::machine::Origin;
use crate::svg::{MARGIN, document, line};
use crate::table::{escaped, time};
use crate::verify::Likeness;

const WIDTH: f64 = 820.0;
/// Where bars begin: left of it stand the names of corpora.
const BARS_LEFT: f64 = 140.0;
/// The longest bar: right of it is room for its label.
const LONGEST_BAR: f64 = 400.0;
const BAR_HEIGHT: f64 = 13.0;
const BAR_STEP: f64 = 16.0;
const GROUP_GAP: f64 = 12.0;
const GROUPS_TOP: f64 = 84.0;
const FOOTER: f64 = 40.0;

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #24292f }\
.title { font-size: 16px; font-weight: 600 }\
.name { font-weight: 600; text-anchor: end }\
.small { font-size: 11px; fill: #57606a }\
.record { fill: #1a7f37 }\
.reference { fill: #8c959f }\
.peer { fill: #bc4c00 }\
.faster { font-weight: 700; fill: #bc4c00 }\
.line { stroke: #1a7f37; stroke-dasharray: 2 3 }\
@media (prefers-color-scheme: dark) {\
text { fill: #e6edf3 }\
.small { fill: #9198a1 }\
.record { fill: #3fb950 }\
.reference { fill: #767e89 }\
.peer { fill: #f0883e }\
.faster { fill: #f0883e }\
.line { stroke: #3fb950 }\
}";

/// The bars of one corpus.
#[derive(Debug, PartialEq)]
struct Group<'a> {
    corpus: &'a str,
    bars: Vec<Bar>,
}

#[derive(Debug, PartialEq)]
struct Bar {
    class: &'static str,
    label: String,
    ratio: f64,
    speed: Speed,
}

/// How a bar compares to record's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speed {
    Usual,
    FasterThanRecord,
}

/// Draws the rows with that kind of buffer.
pub(super) fn draw(rows: &[Row], buffer: Buffer, origin: &Origin) -> String {
    let title = match buffer {
        Buffer::Reused => "Writing JSON into a reused buffer: time relative to record, shorter is faster",
        Buffer::Fresh => "Writing JSON as a fresh Vec: time relative to record, shorter is faster",
    };
    svg(title, &origin.to_string(), &groups(rows, buffer))
}

fn groups<'a>(rows: &'a [Row], buffer: Buffer) -> Vec<Group<'a>> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.buffer == buffer).collect();
    let bars = |rows: &[&Row]| chosen(rows).map(|(class, row)| bar(class, row)).collect();
    let group = |rows: &[&'a Row]| Group { corpus: rows[0].corpus, bars: bars(rows) };
    rows.chunk_by(|a, b| a.corpus == b.corpus).map(group).collect()
}

/// Record, `serde_json`, and the fastest of the peers that write the right value.
fn chosen<'a>(rows: &[&'a Row]) -> impl Iterator<Item = (&'static str, &'a Row)> {
    let first = |kind| rows.iter().copied().find(|row: &&Row| row.kind == kind);
    let right_peers = rows.iter().filter(|row| row.kind == Kind::Peer && row.likeness != Likeness::OtherValue);
    let fastest_peer = right_peers.copied().min_by(|a, b| a.ratios.median().total_cmp(&b.ratios.median()));
    [("record", first(Kind::Record)), ("reference", first(Kind::Reference)), ("peer", fastest_peer)]
        .into_iter()
        .filter_map(|(class, row)| Some((class, row?)))
}

fn bar(class: &'static str, row: &Row) -> Bar {
    let (ratio, time) = (row.ratios.median(), time(row.times.fastest()));
    let label = match row.kind {
        Kind::Record => format!("{} · {time}", row.engine),
        _ => format!("{} · ×{ratio:.2} · {time}", row.engine),
    };
    Bar { class, label, ratio, speed: if row.beats_record() { Speed::FasterThanRecord } else { Speed::Usual } }
}

fn svg(title: &str, subtitle: &str, groups: &[Group<'_>]) -> String {
    let longest = groups.iter().flat_map(|group| &group.bars).map(|bar| bar.ratio).fold(1.0, f64::max);
    let scale = LONGEST_BAR / longest;
    let mut bars = String::new();
    let mut top = GROUPS_TOP;
    for group in groups {
        push_group(&mut bars, group, top, scale);
        top += group_height(group) + GROUP_GAP;
    }
    let height = top + FOOTER;
    let (left, record) = (BARS_LEFT, BARS_LEFT + scale);
    let subtitle = escaped(subtitle);
    let body = format!(
        r#"<rect class="record" x="{left}" y="46" width="12" height="12"/><text x="{record_legend}" y="56">record</text>
<rect class="reference" x="{reference}" y="46" width="12" height="12"/><text x="{reference_legend}" y="56">serde_json</text>
<rect class="peer" x="{peer}" y="46" width="12" height="12"/><text x="{peer_legend}" y="56">fastest peer that writes the right value</text>
<line class="line" x1="{record:.1}" x2="{record:.1}" y1="{lines_top}" y2="{lines_bottom:.1}"/>
{bars}<text class="small" x="{MARGIN}" y="{subtitle_top:.1}">{subtitle}</text>
"#,
        record_legend = left + 18.0,
        reference = left + 90.0,
        reference_legend = left + 108.0,
        peer = left + 200.0,
        peer_legend = left + 218.0,
        lines_top = GROUPS_TOP - 8.0,
        lines_bottom = top - GROUP_GAP + 8.0,
        subtitle_top = height - 14.0,
    );
    document(title, (WIDTH, height), STYLE, &body)
}

#[expect(clippy::cast_precision_loss, reason = "a group has three bars")]
fn group_height(group: &Group<'_>) -> f64 {
    group.bars.len() as f64 * BAR_STEP
}

fn push_group(body: &mut String, group: &Group<'_>, top: f64, scale: f64) {
    let name_right = BARS_LEFT - 10.0;
    let middle = top + group_height(group) / 2.0 + 3.0;
    let corpus = escaped(group.corpus);
    let mut line = |element: std::fmt::Arguments<'_>| line(body, element);
    line(format_args!(r#"<text class="name" x="{name_right}" y="{middle:.1}">{corpus}</text>"#));
    let mut y = top;
    for Bar { class, label, ratio, speed } in &group.bars {
        let width = (ratio * scale).max(1.0);
        let (text_x, text_y) = (BARS_LEFT + width + 6.0, y + BAR_HEIGHT - 3.0);
        let label = escaped(label);
        line(format_args!(
            r#"<rect class="{class}" x="{BARS_LEFT}" y="{y:.1}" width="{width:.1}" height="{BAR_HEIGHT}" rx="2"/>"#
        ));
        match speed {
            Speed::Usual => line(format_args!(r#"<text x="{text_x:.1}" y="{text_y:.1}">{label}</text>"#)),
            Speed::FasterThanRecord => line(format_args!(
                r#"<text class="faster" x="{text_x:.1}" y="{text_y:.1}">{label} · faster than record</text>"#
            )),
        }
        y += BAR_STEP;
    }
}

#[cfg(test)]
mod tests {
    use super::{BARS_LEFT, LONGEST_BAR, WIDTH, draw, groups};
    use crate::compare::contenders::{Buffer, Kind};
    use crate::compare::report::Row;
    use crate::compare::report::tests::{origin, row};
    use crate::verify::Likeness::{OtherValue, SameBytes, SameValue};

    fn rows() -> Vec<Row> {
        let first = [
            row("record", Kind::Record, SameBytes, [1.0; 3]),
            row("record (swar)", Kind::Backend, SameBytes, [0.9; 3]),
            row("serde_json", Kind::Reference, SameBytes, [20.0; 3]),
            row("slow", Kind::Peer, SameBytes, [6.0; 3]),
            row("fast & right", Kind::Peer, SameValue, [5.0; 3]),
            row("fast but wrong", Kind::Peer, OtherValue, [2.0; 3]),
            row("memcpy", Kind::Copy, SameBytes, [0.1; 3]),
        ];
        let mut second = [
            row("record", Kind::Record, SameBytes, [1.0; 3]),
            row("serde_json", Kind::Reference, SameBytes, [3.0; 3]),
            row("fast & right", Kind::Peer, SameBytes, [0.5; 3]),
        ];
        for row in &mut second {
            row.corpus = "list";
        }
        let mut fresh = row("record", Kind::Record, SameBytes, [1.0; 3]);
        fresh.buffer = Buffer::Fresh;
        first.into_iter().chain([fresh]).chain(second).collect()
    }

    #[test]
    fn the_fastest_peer_that_is_right_is_shown() {
        let rows = rows();
        let groups = groups(&rows, Buffer::Reused);
        let shown: Vec<Vec<&str>> =
            groups.iter().map(|group| group.bars.iter().map(|bar| bar.label.as_str()).collect()).collect();
        assert_eq!(shown[0], ["record · 100.0 ns", "serde_json · ×20.00 · 2.00 µs", "fast & right · ×5.00 · 500.0 ns"]);
        assert_eq!(shown.len(), 2);
        assert_eq!(super::groups(&rows, Buffer::Fresh)[0].bars.len(), 1);
    }

    #[test]
    fn a_faster_peer_is_marked_and_nobody_else() {
        let svg = draw(&rows(), Buffer::Reused, &origin());
        assert_eq!(svg.matches("faster than record").count(), 1);
        assert!(svg.contains("fast &amp; right · ×0.50 · 50.0 ns · faster than record"), "{svg}");
    }

    /// An attribute's value in every element with that name.
    fn attributes(svg: &str, element: &str, attribute: &str) -> Vec<f64> {
        svg.split(&format!("<{element} "))
            .skip(1)
            .filter_map(|rest| {
                let tag = &rest[..rest.find('>')?];
                let value = tag.split(&format!(" {attribute}=\"")).nth(1)?;
                value[..value.find('"')?].parse().ok()
            })
            .collect()
    }

    #[test]
    fn bars_are_in_proportion_and_inside() {
        let svg = draw(&rows(), Buffer::Reused, &origin());
        // After the three of the legend.
        let widths = &attributes(&svg, "rect", "width")[3..];
        assert_eq!(widths, [20.0, 400.0, 100.0, 20.0, 60.0, 10.0]);
        let height = attributes(&svg, "svg", "height")[0];
        let tops = attributes(&svg, "rect", "y");
        assert!(tops.is_sorted_by(|a, b| a <= b) && tops.iter().all(|y| y + 13.0 < height), "{tops:?}");
        let labels = attributes(&svg, "text", "y");
        assert!(labels.iter().all(|y| *y < height), "{labels:?}");
        // The longest label there is, at some seven units a character.
        const { assert!(BARS_LEFT + LONGEST_BAR + 6.0 + 7.0 * 36.0 < WIDTH) };
    }

    #[test]
    fn elements_are_closed_and_nothing_is_fetched() {
        let svg = draw(&rows(), Buffer::Fresh, &origin());
        let mut open = Vec::new();
        for tag in svg.split('<').skip(1) {
            let tag = &tag[..tag.find('>').expect("a tag ends")];
            let name = tag.split_whitespace().next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, Vec::<&str>::new());
        assert_eq!(svg.matches("http").count(), 1, "the name space alone");
        assert!(!svg.contains("href") && !svg.contains("url("));
        assert!(svg.contains("prefers-color-scheme: dark"));
    }

    #[test]
    fn names_are_escaped() {
        let svg = draw(&rows(), Buffer::Reused, &origin());
        assert!(svg.contains("A, &quot;B&quot; &lt;C&gt;; rustc"), "{svg}");
    }

    #[test]
    fn no_rows_are_an_empty_picture() {
        assert!(draw(&[], Buffer::Reused, &origin()).ends_with("</svg>\n"));
    }
}

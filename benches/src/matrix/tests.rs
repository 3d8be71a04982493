//! The command on cells of its own: what is chosen, verified, marked and written.

use std::path::PathBuf;
use std::time::Duration;

use super::options::{HELP, Options, Request, parse};
use super::report::{heat_map, narrow, summary};
use super::{Board, Cell, Contender, Engine, Panel, Place, chart, run};
use crate::exit::Exit;
use crate::machine::Origin;

const PLACE: Place = Place { panel: Panel::Leaves, row: "f64, 17 digits", column: "pair" };

fn cell(row: &'static str, column: &'static str, times: [Option<f64>; 3]) -> Cell {
    Cell { place: Place { panel: Panel::Leaves, row, column }, bytes: 100, times }
}

fn cells() -> Vec<Cell> {
    vec![
        cell("a", "field", [Some(10.0), Some(20.0), Some(80.0)]),
        cell("a", "Vec", [Some(10.0), Some(11.0), None]),
        cell("b <c>", "Vec", [Some(10.0), Some(40.0), Some(5.0)]),
    ]
}

fn outcome(arguments: &[&str], board: impl FnOnce(&mut Board<'_>)) -> (Exit, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = run(arguments.iter().map(Into::into), board, &mut out, &mut err);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A cell of two numbers, written by ours and the peer as given.
fn numbers(ours: &'static str, peer: &'static str) -> impl FnOnce(&mut Board<'_>) {
    let write = |engine, text: &'static str| {
        Contender::new(engine, &[1, 2], move |_: &[i32], out: &mut Vec<u8>| {
            out.clear();
            out.extend_from_slice(text.as_bytes());
        })
    };
    move |board| {
        if board.wants(PLACE) {
            let contenders =
                vec![write(Engine::Record, ours), write(Engine::SerdeJson, "1.0"), write(Engine::SonicRs, peer)];
            board.take(PLACE, contenders);
        }
    }
}

#[test]
fn the_map_has_a_place_for_each_cell_and_marks_peers_that_are_ahead() {
    let text = heat_map(&cells(), Panel::Leaves).unwrap().to_string();
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(lines, ["leaves field Vec", "a 2.00 1.10", "b <c> 0.50!"]);
    assert!(heat_map(&cells(), Panel::Forms).is_none());
}

#[test]
fn narrow_cells_are_named_the_worst_first() {
    let text = narrow(&cells());
    let rows: Vec<String> =
        text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected =
        ["leaves: b <c> in Vec 0.50 sonic-rs 5.00 ns 10.0 ns", "leaves: a in Vec 1.10 serde_json 11.0 ns 10.0 ns"];
    assert_eq!(rows, expected);
    let text = summary(&cells());
    assert!(text.starts_with("3 cells; a peer is ahead on 1, and within 1.2 on 1 more"), "{text}");
    assert!(text.ends_with("geometric mean 2.06 over serde_json, 2.00 over sonic-rs"), "{text}");
}

#[test]
fn the_picture_stands_alone() {
    let svg = chart::draw(&cells(), &Origin::of_this_run());
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("b &lt;c&gt;"), "{svg}");
    assert_eq!(svg.matches("http").count(), 1, "the name space alone");
    for class in ["behind", "level", "ahead2"] {
        assert_eq!(svg.matches(&format!("class=\"{class}\"")).count(), 1, "{class}");
    }
}

#[test]
fn a_run_writes_figures_and_a_picture() {
    let folder = std::env::temp_dir().join(format!("matrix-{}", std::process::id()));
    let csv = folder.join("new/a.csv");
    let arguments = ["--bench", "--rounds", "2", "--csv", csv.to_str().unwrap(), "f64", "pair"];
    let (exit, out, err) = outcome(&arguments, numbers("1.0", "1"));
    assert_eq!(exit, Exit::Success, "{err}");
    assert!(err.contains("leaves: f64, 17 digits in pair"), "{err}");
    assert!(out.contains("1 cells; "), "{out}");
    let figures = std::fs::read_to_string(&csv).unwrap();
    assert!(figures.lines().nth(1).unwrap().contains(",best,leaves,\"f64, 17 digits\",pair,6,2,"), "{figures}");
    assert!(std::fs::read_to_string(csv.with_extension("svg")).unwrap().starts_with("<svg "));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn our_own_text_has_to_be_the_references() {
    let (exit, _, err) = outcome(&[], numbers("1", "1.0"));
    assert_eq!(exit, Exit::Failure);
    assert!(err.starts_with("matrix: f64, 17 digits in pair: the bytes differ"), "{err}");
    let (exit, out, _) = outcome(&[], numbers("1.0", "1"));
    assert_eq!((exit, out.lines().count()), (Exit::Success, 1));
}

/// Another text of the value counts, another value does not.
#[test]
fn a_peer_that_is_wrong_is_no_peer() {
    for (text, counts) in [("1", true), ("2", false), ("", false)] {
        let options = Options { rounds: 1, sample_time: Duration::ZERO, ..Options::default() };
        let mut board = Board { options: &options, progress: &mut std::io::sink(), cells: Vec::new(), failure: None };
        numbers("1.0", text)(&mut board);
        assert!(board.failure.is_none());
        assert_eq!(board.cells[0].times[Engine::SonicRs as usize].is_some(), counts, "{text}");
        assert!(board.cells[0].ratio(Engine::SerdeJson).is_some());
    }
}

#[test]
fn each_word_has_to_stand_in_a_cells_place() {
    let selects = |words: &[&str]| {
        Options { words: words.iter().map(ToString::to_string).collect(), ..Options::default() }.selects(PLACE)
    };
    assert!(selects(&[]) && selects(&["f64", "pair"]) && selects(&["leaves"]));
    assert!(!selects(&["f64", "Vec"]) && !selects(&["forms"]));
    let (exit, _, err) = outcome(&["--bench", "f32"], numbers("1.0", "1"));
    assert_eq!((exit, err.lines().count()), (Exit::BadInput, 1));
}

#[test]
fn the_command_line_is_read_or_refused() {
    let parsed = |arguments: &[&str]| parse(arguments.iter().map(Into::into));
    assert_eq!(parsed(&["--help"]), Ok(Request::Help));
    assert_eq!(parsed(&["some_test", "--nocapture"]), Ok(Request::Smoke));
    assert_eq!(parsed(&["--bench"]), Ok(Request::Measure(Options::default())));
    let Ok(Request::Measure(options)) = parsed(&["--bench", "--quick", "--backend", "sse2", "--csv", "a", "x"]) else {
        panic!("these are options");
    };
    assert_eq!((options.rounds, options.csv, options.words), (3, Some(PathBuf::from("a")), vec!["x".to_owned()]));
    assert_eq!(format!("{:?}", options.backend), "Some(Sse2)");
    for wrong in [&["--rounds", "0"][..], &["--rounds"], &["--backend", "mmx"], &["--csv"], &["--fast"]] {
        assert!(parsed(&[&["--bench"], wrong].concat()).is_err(), "{wrong:?}");
    }
    for option in ["--quick", "--rounds", "--backend", "--csv"] {
        assert!(HELP.contains(option), "{option}");
    }
}

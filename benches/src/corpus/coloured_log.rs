//! A page of a log viewer: lines as a program wrote them to a terminal, with its colours.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "three fields whose names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const LINES: u64 = 500;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Line {
    pub offset: u64,
    pub stream: String,
    pub text: String,
}

/// One page of 500 lines; six to ten escape characters stand in each.
#[must_use]
pub fn corpus() -> Corpus<Vec<Line>> {
    let mut random = SplitMix64::new(0xC0109);
    let mut offset = 0;
    let lines = (0..LINES).map(|second| {
        let text = text(&mut random, second);
        offset += text.len() as u64 + 1;
        Line { offset, stream: random.pick(&["stdout", "stdout", "stderr"]).to_owned(), text }
    });
    Corpus { name: "coloured_log", about: "500 log lines with ANSI colours", documents: vec![lines.collect()] }
}

fn text(random: &mut SplitMix64, second: u64) -> String {
    let level = random.pick(&["32m INFO", "32m INFO", "32m INFO", "33m WARN", "31mERROR", "34mDEBUG"]);
    let target = random.pick(&["tower_http::trace", "gateway::routes", "sqlx::query", "hyper::proto::h1"]);
    let message = match random.integer::<u8>(0..3) {
        0 => format!(
            "finished processing request \u{1b}[3mlatency\u{1b}[0m\u{1b}[2m=\u{1b}[0m{} ms",
            random.integer::<u16>(0..900)
        ),
        1 => format!("slow statement: SELECT * FROM \"orders\" WHERE id = {}", random.integer::<u32>(0..1_000_000)),
        _ => "connection accepted".to_owned(),
    };
    let (minute, second) = (second / 60 % 60, second % 60);
    format!(
        "\u{1b}[2m2026-11-28T12:{minute:02}:{second:02}Z\u{1b}[0m \u{1b}[{level}\u{1b}[0m \u{1b}[2m{target}\u{1b}[0m: {message}"
    )
}

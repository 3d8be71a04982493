//! Drawings.

use std::fmt::Write;

use crate::measures::Times;

/// Text between tags.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;
const BARS: usize = 60;

/// Histograms over each other, on a logarithmic scale of time; each with its name and colour.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
pub(crate) fn histograms(all: &[(&str, &str, &Times)]) -> String {
    let times = || all.iter().flat_map(|(_, _, times)| times.pairs());
    let low = times().map(|(time, _)| time).min().unwrap_or(1).max(1) as f64;
    let high = (times().map(|(time, _)| time).max().unwrap_or(1) as f64).max(low * 1.1);
    let span = (high / low).ln();
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\">", HEIGHT + 24.0);
    for (name, colour, times) in all {
        let mut bars = [0.0_f64; BARS];
        for (time, count) in times.pairs() {
            let place = ((time as f64 / low).ln() / span * BARS as f64) as usize;
            bars[place.min(BARS - 1)] += count as f64 / times.count().max(1) as f64;
        }
        let width = WIDTH / BARS as f64;
        let _ = write!(svg, "<g fill=\"{colour}\" fill-opacity=\"0.45\"><title>{}</title>", escaped(name));
        for (place, share) in bars.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            // The root makes rare times visible, which are those of interest.
            let height = (share.sqrt() * HEIGHT).max(1.0);
            let (x, y) = (place as f64 * width, HEIGHT - height);
            let _ = write!(svg, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>");
        }
        svg.push_str("</g>");
    }
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        let (x, ms) = (share * WIDTH, low * (share * span).exp() / 1e6);
        let anchor = ["start", "middle", "middle", "middle", "end"][step as usize];
        let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{}\" text-anchor=\"{anchor}\">{ms:.3} ms</text>", HEIGHT + 18.0);
    }
    svg.push_str("</svg>");
    svg
}

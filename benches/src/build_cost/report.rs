//! The figures as a table for people and as rows for programs.

#![forbid(unsafe_code)]

use super::flavour::Flavour;
use super::measure::{Cost, Profile};
use crate::table::Table;

/// The columns of the table: fastest and median build and machine code, of each profile.
const FIGURES: [fn(&Cost) -> f64; 3] = [|cost| cost.build.fastest(), |cost| cost.build.median(), kilobytes];

/// One row per flavour, then how ours relates to serde's.
pub(super) fn table(costs: &[Cost]) -> Table {
    let mut table =
        Table::new(&["", "debug build, s", "(median)", "code, KB", "release build, s", "(median)", "code, KB"]);
    let [plain, serde, record] = Flavour::ALL.map(|flavour| figures(costs, flavour));
    for (flavour, figures) in Flavour::ALL.into_iter().zip([&plain, &serde, &record]) {
        let decimals = [2, 2, 0].into_iter().cycle();
        row(&mut table, flavour.name(), figures.iter().zip(decimals).map(|(f, d)| format!("{f:.d$}")));
    }
    let ratios = record.iter().zip(&serde).map(|(record, serde)| ratio(*record, *serde));
    row(&mut table, "ZeroAllocJson over serde", ratios);
    let above_plain = record.iter().zip(&serde).zip(&plain);
    let ratios = above_plain.map(|((record, serde), plain)| ratio(record - plain, serde - plain));
    row(&mut table, "the same, plain types deducted", ratios);
    table
}

/// A heading, then one line per flavour and profile.
pub(super) fn csv(costs: &[Cost], date: &str, cpu: &str, compiler: &str) -> String {
    let mut text = "date,cpu,compiler,profile,flavour,runs,fastest_build_s,median_build_s,code_bytes\n".to_owned();
    for cost in costs {
        let cells = [
            date.to_owned(),
            quoted(cpu),
            quoted(compiler),
            cost.profile.name().to_owned(),
            quoted(cost.flavour.name()),
            cost.build.count().to_string(),
            format!("{:.3}", cost.build.fastest()),
            format!("{:.3}", cost.build.median()),
            cost.code.to_string(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn figures(costs: &[Cost], flavour: Flavour) -> Vec<f64> {
    let of = |profile| {
        let cost = costs.iter().find(|cost| cost.flavour == flavour && cost.profile == profile);
        let cost = cost.expect("every flavour was measured in every profile");
        FIGURES.map(|figure| figure(cost))
    };
    Profile::ALL.into_iter().flat_map(of).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a program of 2^52 bytes does not fit a computer")]
fn kilobytes(cost: &Cost) -> f64 {
    cost.code as f64 / 1000.0
}

fn row(table: &mut Table, name: &str, cells: impl Iterator<Item = String>) {
    table.row(std::iter::once(name.to_owned()).chain(cells).collect());
}

/// On a noisy machine plain types may come out slower than serde's: then there is no ratio to speak of.
fn ratio(ours: f64, theirs: f64) -> String {
    if ours > 0.0 && theirs > 0.0 { format!("{:.2}", ours / theirs) } else { "-".to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::flavour::Flavour;
    use super::super::measure::{Cost, Profile};
    use super::{csv, table};
    use crate::timing::Samples;

    fn costs() -> Vec<Cost> {
        let cost = |profile, flavour, seconds: [f64; 3], code| Cost {
            profile,
            flavour,
            build: Samples::new(seconds.to_vec()),
            code,
        };
        vec![
            cost(Profile::Debug, Flavour::Plain, [0.5, 0.7, 0.6], 300_000),
            cost(Profile::Debug, Flavour::Serde, [1.5, 1.6, 1.7], 900_000),
            cost(Profile::Debug, Flavour::Record, [1.0, 1.1, 1.2], 1_200_000),
            cost(Profile::Release, Flavour::Plain, [1.0, 1.0, 1.0], 200_000),
            cost(Profile::Release, Flavour::Serde, [2.0, 2.1, 2.2], 400_000),
            cost(Profile::Release, Flavour::Record, [3.0, 3.1, 3.2], 500_000),
        ]
    }

    #[test]
    fn the_table_ends_in_ratios() {
        let text = table(&costs()).to_string();
        let cells = |start: &str| -> Vec<String> {
            let line = text.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
            line.trim_start().trim_start_matches(start).split_whitespace().map(str::to_owned).collect()
        };
        assert_eq!(cells("plain types"), ["0.50", "0.60", "300", "1.00", "1.00", "200"]);
        assert_eq!(cells("ZeroAllocJson over serde"), ["0.67", "0.69", "1.33", "1.50", "1.48", "1.25"]);
        assert_eq!(cells("the same, plain types deducted"), ["0.50", "0.50", "1.50", "2.00", "1.91", "1.50"]);
    }

    #[test]
    fn rows_say_what_was_measured_on_what() {
        let text = csv(&costs(), "2026-01-31", "A, \"B\"", "rustc 1.95.0");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 7);
        let expected = r#"2026-01-31,"A, ""B""",rustc 1.95.0,debug,"serde_derive, serde_json",3,1.500,1.600,900000"#;
        assert_eq!(lines[2], expected);
    }
}

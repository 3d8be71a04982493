//! Figures as aligned text.

#![forbid(unsafe_code)]

/// Rows of cells under a heading; the first column is aligned to the left, the others to the right.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column headings.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(ToString::to_string).collect()] }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If it has not as many cells as there are headings.
    pub fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.rows[0].len(), "a cell for each heading");
        self.rows.push(cells);
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        for row in &self.rows {
            write!(f, "  {:<width$}", row[0], width = widths[0])?;
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                write!(f, "  {cell:>width$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A cell of a CSV file.
#[must_use]
pub fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Text as XML has it, in elements and in attributes; control characters, which XML does not have, as spaces.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ if c.is_control() => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A count with its thousands set apart: `466,906`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in the unit that fits it: `3.48 ns`, `21.1 µs`, `1.07 ms`.
#[must_use]
pub fn time(nanoseconds: f64) -> String {
    let (unit, scale) = match nanoseconds {
        ..1e3 => ("ns", 1.0),
        ..1e6 => ("µs", 1e3),
        ..1e9 => ("ms", 1e6),
        _ => ("s", 1e9),
    };
    let number = nanoseconds / scale;
    let decimals = if number < 10.0 { 2 } else { 1 };
    format!("{number:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{Table, escaped, grouped, time};

    #[test]
    fn columns_are_aligned_by_characters() {
        let mut table = Table::new(&["what", "time"]);
        table.row(vec!["a".to_owned(), "1 µs".to_owned()]);
        table.row(vec!["longer".to_owned(), "20 ms".to_owned()]);
        assert_eq!(table.to_string(), "  what     time\n  a        1 µs\n  longer  20 ms\n");
    }

    #[test]
    fn thousands_are_set_apart() {
        let counts = [0, 12, 999, 1_000, 466_906, 2_090_234].map(grouped);
        assert_eq!(counts, ["0", "12", "999", "1,000", "466,906", "2,090,234"]);
    }

    #[test]
    fn times_come_in_a_unit_that_fits() {
        let times = [0.5, 27.06, 21_100.0, 3_400_000.0, 2.5e9].map(time);
        assert_eq!(times, ["0.50 ns", "27.1 ns", "21.1 µs", "3.40 ms", "2.50 s"]);
    }

    #[test]
    fn what_xml_reserves_is_escaped() {
        assert_eq!(escaped("a<b>&\"c\"\u{1}×"), "a&lt;b&gt;&amp;&quot;c&quot; ×");
    }
}

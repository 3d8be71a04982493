//! Records in `InfluxDB`'s line protocol.

use std::fmt::Write;
use std::time::Duration;

use crate::history::{Outcome, Record};
use crate::http::{Question, Url, ask_now};
use crate::measures::COLUMNS;

/// A line per record.
pub(crate) fn lines(records: &[Record]) -> String {
    let mut text = String::new();
    for record in records {
        let outcome = match record.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::NoVerdict => "no_verdict",
        };
        let _ = write!(text, "gate,scenario={},outcome={outcome}", tag(&record.scenario));
        if !record.host.cpu.is_empty() {
            let _ = write!(text, ",cpu={}", tag(&record.host.cpu));
        }
        let _ = write!(text, " requests={}i,commit={}", record.figures.requests, field(&record.commit));
        for column in &COLUMNS {
            if let Some(value) = (column.get)(&record.figures) {
                let _ = write!(text, ",{}={value}", column.name);
            }
        }
        let _ = writeln!(text, " {}", u128::from(record.at) * 1_000_000_000);
    }
    text
}

/// A tag's value: commas, spaces and equal signs are escaped, and there are no lines in it.
fn tag(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            ',' | ' ' | '=' => escaped.extend(['\\', character]),
            // Behind a backslash at the end the next separator would be none.
            '\\' => escaped.push('/'),
            _ if character.is_control() => escaped.push('?'),
            _ => escaped.push(character),
        }
    }
    if escaped.is_empty() { "?".to_owned() } else { escaped }
}

fn field(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Sends `records` to the write interface at `url`.
pub(crate) fn send(url: &str, token: Option<&str>, records: &[Record]) -> Result<(), String> {
    let mut question = Question::post(lines(records).into_bytes());
    question.headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
    if let Some(token) = token {
        question.headers.push(("authorization".to_owned(), format!("Token {token}")));
    }
    match ask_now(&Url::parse(url)?, &question, Duration::from_secs(15))? {
        (200..300, _) => Ok(()),
        (status, body) => Err(format!("it answers {status}: {}", String::from_utf8_lossy(&body).trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::history::{Outcome, Record};
    use crate::host::Host;
    use crate::measures::Figures;

    #[test]
    fn names_with_separators_stay_one_tag() {
        let figures = Figures { requests: 5, p99_ms: Some(1.5), ..Figures::default() };
        let host = Host { cpu: "A B".to_owned(), ..Host::default() };
        let mut record =
            Record::new("log in, a=b\\\n".to_owned(), ("ab\"c".to_owned(), false), host, Outcome::Passed, figures);
        record.at = 7;
        assert_eq!(
            lines(&[record]),
            "gate,scenario=log\\ in\\,\\ a\\=b/?,outcome=passed,cpu=A\\ B \
             requests=5i,commit=\"ab\\\"c\",p99_ms=1.5,error_percent=0 7000000000\n"
        );
    }
}

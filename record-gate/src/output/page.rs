//! The result as a page: the table, the failures, and the histograms over each other. One file without outside resources.

use std::fmt::Write;

use super::svg::{escaped, histograms};
use super::table;
use crate::check::Report;
use crate::host::Host;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
                     pre{overflow:auto;background:#f4f4f4;padding:.7rem}.failed{color:#b00020}.passed{color:#1b6e2d}\
                     svg{width:100%;font:12px sans-serif}@media(prefers-color-scheme:dark){body{background:#181818;\
                     color:#ddd}pre{background:#262626}svg text{fill:#ddd}}";
const BEFORE: &str = "#888888";
const NOW: &str = "#1f6feb";

pub(crate) fn page(reports: &[Report], commit: &str, host: &Host) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>record-gate</title><style>{STYLE}</style>\
         <h1>record-gate</h1><p>{} on {}, {} cores, {}</p><pre>{}</pre>",
        if commit.is_empty() { "no commit".to_owned() } else { format!("commit {}", escaped(commit)) },
        escaped(&host.cpu),
        host.cores,
        escaped(&host.compiler),
        escaped(&table::table(reports)),
    );
    for report in reports {
        let verdict = table::verdict(&report.verdict);
        let class = if verdict == "FAILED" { "failed" } else { "passed" };
        let _ = write!(page, "<h2>{} <span class=\"{class}\">{}</span></h2>", escaped(&report.name), escaped(&verdict));
        for line in table::details(report) {
            let _ = write!(page, "<p class=\"failed\">{}</p>", escaped(&line));
        }
        let now = report.run.times();
        if now.count() > 0 {
            let mut drawn = Vec::new();
            if let Some(before) = report.before_times.as_ref().filter(|times| times.count() > 0) {
                drawn.push(("before", BEFORE, before));
            }
            drawn.push(("now", NOW, &now));
            let _ = write!(
                page,
                "{}<p><span style=\"color:{NOW}\">■</span> now <span style=\"color:{BEFORE}\">■</span> before; \
                 height is the root of the share of requests</p>",
                histograms(&drawn)
            );
        }
        if !report.commits.is_empty() {
            page.push_str("<p>Commits since the last pass:</p><ul>");
            report.commits.iter().for_each(|commit| {
                let _ = write!(page, "<li>{}</li>", escaped(commit));
            });
            page.push_str("</ul>");
        }
    }
    page.push_str("</html>\n");
    page
}

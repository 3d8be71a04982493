//! The result as JSON, for programs.

use record_runtime::{ZeroAllocJson, to_vec};

use crate::check::Report;
use crate::history::Record;
use crate::measures::Figures;
use crate::verdict::Verdict;

#[derive(ZeroAllocJson)]
struct Result<'r> {
    version: u32,
    scenarios: Vec<Scenario<'r>>,
}

#[derive(ZeroAllocJson)]
struct Scenario<'r> {
    record: &'r Record,
    before: Option<&'r Figures>,
    failures: Vec<Failure<'r>>,
    no_verdict: Option<&'r str>,
    grown_sites: &'r [(String, f64)],
    grown_stacks: &'r [(String, f64)],
    commits_since_last_pass: &'r [String],
}

#[derive(ZeroAllocJson)]
struct Failure<'r> {
    measure: &'r str,
    before: f64,
    now: f64,
    text: &'r str,
}

pub(crate) fn result(records: &[Record], reports: &[Report]) -> Vec<u8> {
    let scenarios = records.iter().zip(reports).map(|(record, report)| scenario(record, report)).collect();
    to_vec(&Result { version: 1, scenarios })
}

fn scenario<'r>(record: &'r Record, report: &'r Report) -> Scenario<'r> {
    let failures = match &report.verdict {
        Verdict::Failed(failures) => failures.as_slice(),
        _ => &[],
    };
    let failure = |failure: &'r crate::verdict::Failure| Failure {
        measure: failure.measure,
        before: failure.before,
        now: failure.now,
        text: &failure.text,
    };
    Scenario {
        record,
        before: report.before.as_ref(),
        failures: failures.iter().map(failure).collect(),
        no_verdict: match &report.verdict {
            Verdict::None(reason) => Some(reason),
            _ => None,
        },
        grown_sites: &report.grown_sites,
        grown_stacks: &report.grown_stacks,
        commits_since_last_pass: &report.commits,
    }
}

//! The alert rules and the dashboard, read by Prometheus' own tool.

use std::path::{Path, PathBuf};
use std::process::Command;

fn alerts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("alerts")
}

/// Whether it succeeded; nothing where the tool is missing.
fn promtool(arguments: &[&str], folder: &Path) -> Option<(bool, String)> {
    let Ok(output) = Command::new("promtool").args(arguments).current_dir(folder).output() else {
        println!("SKIPPED: promtool is missing (Debian's package prometheus); no rule was read");
        return None;
    };
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

#[test]
fn each_alert_fires_where_it_should() {
    if let Some((is_right, text)) = promtool(&["test", "rules", "rules_test.yml"], &alerts()) {
        assert!(is_right, "{text}");
    }
}

/// Each query becomes a rule that records, with Grafana's variables filled in.
#[test]
fn every_query_of_the_dashboard_parses() {
    let text = std::fs::read_to_string(alerts().join("dashboard.json")).expect("it is there");
    let dashboard: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let queries: Vec<String> = targets
        .map(|target| target["expr"].as_str().expect("a query"))
        .map(|query| query.replace("$__rate_interval", "1m").replace("$route", ".*"))
        .collect();
    assert_eq!(queries.len(), 11);
    assert!(queries.iter().all(|query| !query.contains('$')), "{queries:?}");
    let rule = |(number, query): (usize, &String)| {
        format!("      - record: query:number{number}\n        expr: {}\n", serde_json::Value::String(query.clone()))
    };
    let rules: String = queries.iter().enumerate().map(rule).collect();
    let folder = std::env::temp_dir().join(format!("record-gate-alerts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let check = |rules: &str| {
        std::fs::write(folder.join("queries.yml"), format!("groups:\n  - name: queries\n    rules:\n{rules}"))
            .expect("a folder of our own");
        promtool(&["check", "rules", "queries.yml"], &folder)
    };
    if let Some((is_right, text)) = check(&rules) {
        assert!(is_right && text.contains("11 rules found"), "{text}");
        let (is_right, _) = check(&rules.replacen("rate(", "rate((", 1)).expect("it was there");
        assert!(!is_right, "a query that is wrong is found");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// The alerts and the dashboard name only metrics that the audit exports.
#[test]
fn every_metric_is_exported() {
    let exposition = include_str!("../../record-audit/src/ledger/exposition.rs");
    for name in ["rules.yml", "dashboard.json"] {
        let text = std::fs::read_to_string(alerts().join(name)).expect("it is there");
        let is_of_name = |character: char| character.is_ascii_lowercase() || character == '_';
        let words = text.split(|character| !is_of_name(character));
        let metrics = words.filter(|word| {
            ["http_server_", "record_audit_", "record_pool_", "process_"].iter().any(|prefix| word.starts_with(prefix))
        });
        for metric in metrics {
            let base = ["_bucket", "_count", "_total"].iter().find_map(|suffix| metric.strip_suffix(suffix));
            assert!(exposition.contains(&format!("\"{}\"", base.unwrap_or(metric))), "{name}: {metric}");
        }
    }
}

//! The whole circle, by the example of this name. A leak in the catalogue becomes a ticket by Prometheus and Alertmanager.
//! The sample of the catalogue's own store becomes a scenario, on which the check fails. Without the leak nothing arrives.
//! Skips with a line where a part is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_record-gate")).parent().expect("a folder").join("examples")
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[test]
fn the_circle_closes() {
    for (program, package) in [("prometheus", "prometheus"), ("prometheus-alertmanager", "prometheus-alertmanager")] {
        if !is_installed(program) {
            println!("SKIPPED: {program} is missing (Debian's package {package}); the circle was not run");
            return;
        }
    }
    let catalog = examples().join("catalog");
    if !catalog.exists() {
        println!("SKIPPED: the catalogue is not built (cargo build -p record-http --example catalog)");
        return;
    }
    let run = |arguments: &[&str]| {
        let mut circle = Command::new(examples().join("circle"));
        let output = circle.arg("--catalog").arg(&catalog).args(arguments).output();
        let output = output.expect("cargo builds it with the tests");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let text = format!("{text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{text}");
        text
    };
    let text = run(&[]);
    for part in [
        // The ticket, with route, cause and stacks.
        "LeakingRoute: /demo-leak",
        "Cause: each request keeps memory for ever.",
        "leaking_router",
        // Two profiles, of which the later one has more.
        " bytes more than ",
        // The sample, as the catalogue wrote it.
        "\"version\":1,",
        "\"among\":\"",
        "$ record-gate import ",
        "left behind: ",
        "the circle is closed",
    ] {
        assert!(text.contains(part), "no {part:?}: {text}");
    }

    // The same without a leak, for somewhat longer than the ticket took just now.
    let (_, taken) = text.split_once("\nafter ").expect("it says after how long the ticket arrived");
    let taken: u64 = taken.split(' ').next().and_then(|seconds| seconds.parse().ok()).expect("seconds");
    let text = run(&["--without-leak", "--seconds", &(taken + 5).to_string()]);
    assert!(text.contains("nothing arrived in "), "{text}");
}

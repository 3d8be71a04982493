//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::audit::{self, Report};
use crate::check::{self, End, Options};
use crate::config::Config;
use crate::history::{self, History};
use crate::host::Host;
use crate::import::Thresholds;
use crate::init::EXAMPLE;
use crate::output::{influx, say};
use crate::{budgets, import, time, trends};

const HELP: &str = "\
Measures scenarios, keeps a history of them, and stops a release that is slower or leaks.

Usage: record-gate COMMAND [OPTION...]

  init                     writes a first gate.toml
  check                    runs the scenarios of gate.toml and judges them by the history
    --against REV          builds that commit too, measures both in turns, and judges by that
    --baseline FILE        judges by a committed file instead, by counts alone
    --bless                writes that file
    --only TEXT            only scenarios with this in their names
    --rounds N             instead of the file's
  history                  prints each series of the history with its change points, and draws them
  export                   writes the history for other programs
    --csv FOLDER           as CSV, with a configuration for Apache Otava
    --influx URL           to a server's write interface, as InfluxDB's line protocol; `-` prints that
  import FOLDER            makes scenarios of slow requests that a service kept as samples
    --from URL             asks that service for each route's P99 and rate
    --above-ms N           the P99 above which one is taken over, 1000
    --above-rate N         the requests per second, 5
  budgets --from URL       prints budgets for all routes of a service, by what its audit measured
    --head-room PERCENT    more than that, 20
  serve                    receives Alertmanager's webhook and posts a ticket for each group, by serve.toml
  --config FILE            instead of gate.toml, or of serve.toml
  --help                   this text

Exit codes: 0 passed, 1 failed, 2 could not be checked, 3 no verdict yet.
";

/// Runs the program with these arguments, the program's name left out, and tells how it ended.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match command(arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("record-gate: {message}");
            ExitCode::from(2)
        }
    }
}

/// The words of a command line, taken by name.
struct Arguments(Vec<String>);

impl Arguments {
    fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|argument| argument == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let with_equals = format!("{name}=");
        let found = self.0.iter().position(|argument| argument == name || argument.starts_with(&with_equals));
        let Some(place) = found else { return Ok(None) };
        let argument = self.0.remove(place);
        if let Some(value) = argument.strip_prefix(&with_equals) {
            return Ok(Some(value.to_owned()));
        }
        if place < self.0.len() { Ok(Some(self.0.remove(place))) } else { Err(format!("{name} needs a value")) }
    }

    fn number<N: std::str::FromStr>(&mut self, name: &str) -> Result<Option<N>, String> {
        let parse = |text: String| text.parse().map_err(|_| format!("{name}: {text:?} is no number that it takes"));
        self.value(name)?.map(parse).transpose()
    }

    fn end(self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some(argument) => Err(format!("unknown argument {argument:?}; --help lists what there is")),
        }
    }
}

/// The history that the file names, and the folder of results.
fn history(config: &Path) -> Result<(History, PathBuf), String> {
    let folder = check::folder_of(config);
    let read = Config::read(config)?;
    let history = History::read(&folder.join(&read.history))?;
    for warning in &history.warnings {
        eprintln!("warning: {}: {warning}", read.history.display());
    }
    Ok((history, folder.join(&read.report)))
}

fn show_history(config: &Path) -> Result<ExitCode, String> {
    let (history, report) = history(config)?;
    let all = trends::series(&history, &Host::here());
    if all.is_empty() {
        say("there are no records of this host yet\n");
        return Ok(ExitCode::SUCCESS);
    }
    for series in &all {
        say(&format!("{}\n", series.text()));
    }
    let path = report.join("history.svg");
    std::fs::create_dir_all(&report)
        .and_then(|()| std::fs::write(&path, trends::drawing(&all)))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    say(&format!("drawn: {}\n", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn export(config: &Path, csv: Option<String>, url: Option<&str>) -> Result<ExitCode, String> {
    let (history, _) = history(config)?;
    if csv.is_none() && url.is_none() {
        return Err("export needs --csv FOLDER or --influx URL".to_owned());
    }
    if let Some(folder) = csv {
        trends::export_csv(&history, &PathBuf::from(folder))?;
    }
    match url {
        Some("-") => say(&influx::lines(&history.records)),
        Some(url) => influx::send(url, std::env::var("INFLUX_TOKEN").ok().as_deref(), &history.records)?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn import_samples(path: &Path, folder: &Path, from: Option<&str>, thresholds: Thresholds) -> Result<ExitCode, String> {
    let config = Config::read(path)?;
    let (samples, warnings) = import::samples(folder)?;
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
    let report =
        from.map(|from| audit::address(from).and_then(|(url, prefix)| Report::of(&url, &prefix))).transpose()?;
    let today = time::date(history::now());
    let added = import::scenarios(&samples, report.as_ref(), &config.scenarios, thresholds, &today);
    let old = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let text: String = added.iter().map(|added| added.text.as_str()).collect();
    let new = format!("{}\n{text}", old.trim_end());
    if !added.is_empty() {
        // A sample with a path that cannot be sent must not break the file.
        Config::parse(&new).map_err(|(_, message)| format!("a sample makes no scenario: {message}"))?;
        std::fs::write(path, new).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    say(&format!("{} samples, {} new scenarios\n", samples.len(), added.len()));
    for added in &added {
        say(&format!("added: {}\n", added.name));
        let slow: usize = added.causes.iter().map(|(_, count)| count).sum();
        for (cause, count) in &added.causes {
            say(&format!("  {count} of {slow} slow: {}\n", cause.text.replace('\n', "; ")));
        }
    }
    let history = History::read(&check::folder_of(path).join(&config.history))?;
    for name in import::flat(&history, &config.scenarios, 30.0) {
        say(&format!("flat for 30 days, to retire: {name}\n"));
    }
    Ok(ExitCode::SUCCESS)
}

fn command(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, String> {
    let mut arguments =
        Arguments(arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned()).collect());
    if arguments.flag("--help") || arguments.flag("-h") || arguments.0.is_empty() {
        say(HELP);
        return Ok(ExitCode::SUCCESS);
    }
    let named = arguments.value("--config")?.map(PathBuf::from);
    let config = named.clone().unwrap_or_else(|| "gate.toml".into());
    if arguments.0.is_empty() {
        return Err("there is no command; --help lists what there is".to_owned());
    }
    match arguments.0.remove(0).as_str() {
        "init" => {
            arguments.end()?;
            if config.exists() {
                return Err(format!("{} is there already", config.display()));
            }
            std::fs::write(&config, EXAMPLE).map_err(|error| format!("{}: {error}", config.display()))?;
            say(&format!("wrote {}: edit `start` and the scenarios, then run `record-gate check`\n", config.display()));
            Ok(ExitCode::SUCCESS)
        }
        "check" => {
            let options = Options {
                config,
                against: arguments.value("--against")?,
                baseline: arguments.value("--baseline")?.map(PathBuf::from),
                bless: arguments.flag("--bless"),
                only: arguments.value("--only")?,
                rounds: arguments.number("--rounds")?,
            };
            arguments.end()?;
            if options.bless && options.baseline.is_none() {
                return Err("--bless needs the --baseline that it writes".to_owned());
            }
            if options.rounds == Some(0) {
                return Err("--rounds is 0: nothing would be measured".to_owned());
            }
            Ok(ExitCode::from(match check::check(&options)? {
                End::Passed => 0,
                End::Failed => 1,
                End::NoVerdict => 3,
            }))
        }
        "history" => {
            arguments.end()?;
            show_history(&config)
        }
        "export" => {
            let (csv, url) = (arguments.value("--csv")?, arguments.value("--influx")?);
            arguments.end()?;
            export(&config, csv, url.as_deref())
        }
        "import" => {
            let from = arguments.value("--from")?;
            let thresholds = Thresholds {
                p99_ms: arguments.number("--above-ms")?.unwrap_or(1000.0),
                requests_per_second: arguments.number("--above-rate")?.unwrap_or(5.0),
            };
            if arguments.0.is_empty() || arguments.0[0].starts_with('-') {
                return Err("import needs the folder of samples".to_owned());
            }
            let folder = PathBuf::from(arguments.0.remove(0));
            arguments.end()?;
            import_samples(&config, &folder, from.as_deref(), thresholds)
        }
        "serve" => {
            arguments.end()?;
            match crate::serve::serve(&named.unwrap_or_else(|| "serve.toml".into()))? {}
        }
        "budgets" => {
            let from = arguments.value("--from")?.ok_or("budgets needs --from URL, the address of a service")?;
            let head_room: f64 = arguments.number("--head-room")?.unwrap_or(20.0);
            arguments.end()?;
            if !(0.0..=1000.0).contains(&head_room) {
                return Err(format!("--head-room is {head_room}: it must be 0 to 1000"));
            }
            let (url, prefix) = audit::address(&from)?;
            say(&budgets::text(&Report::of(&url, &prefix)?, head_room));
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("unknown command {other:?}; --help lists what there is")),
    }
}

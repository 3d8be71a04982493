//! `gate.toml`: read, and checked as a whole before anything runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::http::Url;
use crate::verdict::Limits;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where records are appended, relative to the file.
    #[serde(default = "Config::default_history")]
    pub(crate) history: PathBuf,
    /// The folder of the results, relative to the file.
    #[serde(default = "Config::default_report")]
    pub(crate) report: PathBuf,
    /// How often each scenario runs.
    #[serde(default = "Config::default_rounds")]
    pub(crate) rounds: usize,
    /// The most rounds of `--against`, which adds some while times are in doubt.
    #[serde(default = "Config::default_most_rounds")]
    pub(crate) most_rounds: usize,
    /// Built in every tree before it is measured.
    pub(crate) build: Option<Words>,
    /// A file of budgets, relative to the file.
    pub(crate) budgets: Option<PathBuf>,
    #[serde(default)]
    pub(crate) limits: Limits,
    pub(crate) service: Option<Service>,
    pub(crate) notify: Option<Notify>,
    pub(crate) influx: Option<Influx>,
    #[serde(rename = "scenario", default)]
    pub(crate) scenarios: Vec<Scenario>,
}

/// A command line: one text, split at white space, or a list of its words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Words {
    Line(String),
    List(Vec<String>),
}

impl Words {
    /// The program and its arguments, with `{port}` replaced.
    pub(crate) fn split(&self, port: Option<u16>) -> Vec<String> {
        let words: Vec<&str> = match self {
            Self::Line(line) => line.split_whitespace().collect(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
        };
        let port = port.map_or_else(|| "{port}".to_owned(), |port| port.to_string());
        words.into_iter().map(|word| word.replace("{port}", &port)).collect()
    }
}

/// A service to start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Its command; `{port}` becomes the port.
    pub(crate) start: Words,
    /// A fixed port; a free one is taken if this is absent, and the command has `{port}`.
    pub(crate) port: Option<u16>,
    /// The path that answers below 400 when the service is up.
    #[serde(default = "Service::default_ready")]
    pub(crate) ready: String,
    #[serde(default = "Service::default_ready_seconds")]
    pub(crate) ready_seconds: f64,
    /// The path of record-audit's metrics; nothing is counted without.
    pub(crate) metrics: Option<String>,
    /// The prefix of record-audit's page, for call stacks.
    pub(crate) audit: Option<String>,
}

/// One thing to measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// A program that prints measures.
    pub(crate) command: Option<Words>,
    /// Whether the program's functions are also counted by callgrind.
    #[serde(default)]
    pub(crate) instructions: bool,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// Requests per second.
    pub(crate) rate: Option<f64>,
    pub(crate) seconds: Option<f64>,
    /// Connections, each with one request at a time.
    pub(crate) connections: Option<usize>,
    /// Requests before those that are measured, in each round.
    pub(crate) warm_up: Option<usize>,
    /// The one status that is no error; without it all below 400 are none.
    pub(crate) status: Option<u16>,
    /// The audit's name of the route, if that is not the path without its query.
    pub(crate) route: Option<String>,
    /// The day on which `import` made it.
    pub(crate) imported: Option<String>,
}

/// A chat that hears of failures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) shape: Shape,
}

/// The JSON that a chat or a tracker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    #[default]
    Plain,
    Slack,
    Wecom,
    Jira,
}

/// A server that takes the line protocol.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Influx {
    /// The whole URL of its write interface, such as `http://127.0.0.1:8086/write?db=gate`.
    pub(crate) url: String,
    /// The environment variable with its token, sent as `Authorization: Token ...`.
    pub(crate) token_variable: Option<String>,
}

impl Config {
    fn default_history() -> PathBuf {
        "gate-history.jsonl".into()
    }

    fn default_report() -> PathBuf {
        "gate-report".into()
    }

    const fn default_rounds() -> usize {
        5
    }

    const fn default_most_rounds() -> usize {
        20
    }

    /// The file at `path`, checked.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("{shown} does not exist; `record-gate init` writes one"),
            _ => format!("{shown} cannot be read: {error}"),
        })?;
        Self::parse(&text).map_err(|(line, message)| match line {
            Some(line) => format!("{shown}:{line}: {message}"),
            None => format!("{shown}: {message}"),
        })
    }

    /// The text of a file; a mistake comes with its line where that is known.
    pub(crate) fn parse(text: &str) -> Result<Self, (Option<usize>, String)> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            (line, error.message().trim().replace('\n', ", "))
        })?;
        config.check().map_err(|(scenario, message)| {
            let line = scenario.and_then(|number| line_of_scenario(text, number));
            (line, message)
        })?;
        Ok(config)
    }

    fn check(&self) -> Result<(), (Option<usize>, String)> {
        let whole = |message: String| Err((None, message));
        if !(1..=1000).contains(&self.rounds) {
            return whole(format!("`rounds` is {}: it must be 1 to 1000", self.rounds));
        }
        if self.most_rounds < self.rounds {
            return whole(format!("`most_rounds` is {}, less than `rounds`, {}", self.most_rounds, self.rounds));
        }
        self.limits.check().or_else(whole)?;
        if self.scenarios.is_empty() {
            return whole("there is no [[scenario]]: nothing would be measured".to_owned());
        }
        if self.build.as_ref().is_some_and(|build| build.split(None).is_empty()) {
            return whole("`build` is empty".to_owned());
        }
        if let Some(service) = &self.service {
            service.check().or_else(whole)?;
        }
        for url in self.notify.iter().map(|notify| &notify.url).chain(self.influx.iter().map(|influx| &influx.url)) {
            Url::parse(url).map_err(|message| (None, message))?;
        }
        if self.notify.as_ref().is_some_and(|notify| notify.shape == Shape::Jira) {
            return whole("`notify.shape` is \"jira\": a failed check is no ticket; use \"plain\"".to_owned());
        }
        let mut names = BTreeSet::new();
        for (number, scenario) in self.scenarios.iter().enumerate() {
            let here = |message: String| Err((Some(number), message));
            if !names.insert(&scenario.name) {
                return here(format!("two scenarios are called {:?}", scenario.name));
            }
            scenario.check(self.service.is_some()).or_else(here)?;
        }
        Ok(())
    }
}

fn line_of_scenario(text: &str, number: usize) -> Option<usize> {
    let mut found = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("[[scenario]]"));
    Some(found.nth(number)?.0 + 1)
}

impl Service {
    fn default_ready() -> String {
        "/".to_owned()
    }

    const fn default_ready_seconds() -> f64 {
        20.0
    }

    fn check(&self) -> Result<(), String> {
        let words = self.start.split(None);
        if words.is_empty() {
            return Err("`service.start` is empty".to_owned());
        }
        let takes_port = words.iter().any(|word| word.contains("{port}"));
        match self.port {
            Some(0) => return Err("`service.port` is 0: leave it out for a free one".to_owned()),
            None if !takes_port => {
                return Err("`service` has no `port`, and `start` no `{port}`: no address is known".to_owned());
            }
            _ => {}
        }
        if !(self.ready_seconds > 0.0 && self.ready_seconds <= 3600.0) {
            return Err(format!("`service.ready_seconds` is {}: it must be 0 to 3600", self.ready_seconds));
        }
        for path in [Some(&self.ready), self.metrics.as_ref(), self.audit.as_ref()].into_iter().flatten() {
            check_path(path)?;
        }
        Ok(())
    }
}

fn check_path(path: &str) -> Result<(), String> {
    if path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(format!("{path:?} is no path: it begins with `/`, and has no spaces"))
}

impl Scenario {
    pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    pub(crate) fn method(&self) -> &str {
        self.method.as_deref().unwrap_or("GET")
    }

    pub(crate) fn rate(&self) -> f64 {
        self.rate.unwrap_or(100.0)
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.seconds.unwrap_or(2.0)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.unwrap_or(8)
    }

    pub(crate) fn warm_up(&self) -> usize {
        self.warm_up.unwrap_or(50)
    }

    /// How many requests a round sends.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both were checked")]
    pub(crate) fn requests(&self) -> usize {
        ((self.rate() * self.seconds()) as usize).max(1)
    }

    /// The audit's name for the route.
    pub(crate) fn route(&self) -> &str {
        let path = self.path.as_deref().unwrap_or("/");
        self.route.as_deref().unwrap_or_else(|| path.split('?').next().unwrap_or(path))
    }

    fn check(&self, has_service: bool) -> Result<(), String> {
        let name = &self.name;
        if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
            return Err(format!("{name:?} is no name of a scenario"));
        }
        let http = [
            ("method", self.method.is_some()),
            ("body", self.body.is_some()),
            ("headers", !self.headers.is_empty()),
            ("rate", self.rate.is_some()),
            ("seconds", self.seconds.is_some()),
            ("connections", self.connections.is_some()),
            ("warm_up", self.warm_up.is_some()),
            ("status", self.status.is_some()),
            ("route", self.route.is_some()),
        ];
        match (&self.command, &self.path) {
            (None, None) => return Err(format!("scenario {name:?} has neither `command` nor `path`")),
            (Some(_), Some(_)) => return Err(format!("scenario {name:?} has both `command` and `path`")),
            (Some(command), None) => {
                if command.split(None).is_empty() {
                    return Err(format!("scenario {name:?}: `command` is empty"));
                }
                if let Some((key, _)) = http.iter().find(|(_, is_there)| *is_there) {
                    return Err(format!("scenario {name:?}: `{key}` has no meaning for a command"));
                }
                return Ok(());
            }
            (None, Some(path)) => check_path(path).map_err(|message| format!("scenario {name:?}: {message}"))?,
        }
        if !has_service {
            return Err(format!("scenario {name:?} has a `path`, but there is no [service]"));
        }
        if self.instructions {
            return Err(format!("scenario {name:?}: `instructions` counts those of a `command` only"));
        }
        if !Self::METHODS.contains(&self.method()) {
            return Err(format!("scenario {name:?}: {:?} is none of {}", self.method(), Self::METHODS.join(", ")));
        }
        let in_range = |key: &str, value: f64, most: f64| {
            if value > 0.0 && value <= most {
                return Ok(());
            }
            Err(format!("scenario {name:?}: `{key}` is {value}: it must be above 0 and at most {most}"))
        };
        in_range("rate", self.rate(), 1e6)?;
        in_range("seconds", self.seconds(), 86_400.0)?;
        if !(1..=10_000).contains(&self.connections()) {
            return Err(format!("scenario {name:?}: `connections` is {}: it must be 1 to 10000", self.connections()));
        }
        if self.rate() * self.seconds() < 1.0 {
            return Err(format!("scenario {name:?}: `rate` and `seconds` make less than one request"));
        }
        for (key, value) in &self.headers {
            let valid = hyper::header::HeaderName::from_bytes(key.as_bytes()).is_ok()
                && hyper::header::HeaderValue::from_str(value).is_ok();
            if !valid {
                return Err(format!("scenario {name:?}: {key:?} is no header that can be sent"));
            }
        }
        if self.imported.as_ref().is_some_and(|date| date.len() != "2026-01-31".len()) {
            return Err(format!("scenario {name:?}: `imported` is a date such as \"2026-01-31\""));
        }
        if self.status.is_some_and(|status| !(100..600).contains(&status)) {
            return Err(format!("scenario {name:?}: `status` must be 100 to 599"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    const SERVICE: &str = "[service]\nstart = \"x --port {port}\"\n";

    #[track_caller]
    fn mistake(text: &str) -> String {
        let (line, message) = Config::parse(text).expect_err("a mistake");
        assert!(!message.contains('\n'), "{message}");
        format!("{}{message}", line.map(|line| format!("{line}: ")).unwrap_or_default())
    }

    #[test]
    fn mistakes_are_one_line_that_says_where() {
        for (text, expected) in [
            ("rounds = 3\nscenari = 1\n", "2: unknown field `scenari`"),
            ("[limits]\np98_percent = 1\n", "2: unknown field `p98_percent`"),
            ("", "there is no [[scenario]]"),
            ("rounds = 0\n", "`rounds` is 0: it must be 1 to 1000"),
            ("rounds = 6\nmost_rounds = 5", "`most_rounds` is 5, less than `rounds`, 6"),
            ("[limits]\np99_percent = -1\n", "`limits.p99_percent` is -1"),
            ("[limits]\nerrors_points = nan\n", "`limits.errors_points` is NaN"),
            ("[[scenario]]\nname = \"a\"\n", "1: scenario \"a\" has neither `command` nor `path`"),
            ("[[scenario]]\nname = \"a\"\npath = \"/\"\n", "1: scenario \"a\" has a `path`, but there is no [service]"),
            ("[[scenario]]\nname = \"a\"\ncommand = \"  \"\n", "1: scenario \"a\": `command` is empty"),
            ("[[scenario]]\nname = \"a\"\ncommand = \"x\"\nrate = 3\n", "`rate` has no meaning for a command"),
            (
                "[[scenario]]\nname = \"a\"\ncommand = \"x\"\n[[scenario]]\nname = \"a\"\ncommand = \"x\"\n",
                "4: two scenarios are called \"a\"",
            ),
            ("[[scenario]]\nname = 5\n", "2: invalid type: integer `5`, expected a string"),
            ("[service]\nstart = \"x\"\n[[scenario]]\nname = \"a\"\npath = \"/\"\n", "`service` has no `port`"),
            ("x = [", "1: "),
        ] {
            let found = mistake(text);
            assert!(found.contains(expected), "{text:?}: {found:?}");
        }
        for (keys, expected) in [
            ("path = \"products\"", "\"products\" is no path"),
            ("path = \"/\"\nrate = 0", "`rate` is 0: it must be above 0"),
            ("path = \"/\"\nrate = inf", "`rate` is inf"),
            ("path = \"/\"\nrate = 0.1\nseconds = 1", "less than one request"),
            ("path = \"/\"\nmethod = \"FETCH\"", "\"FETCH\" is none of GET"),
            ("path = \"/\"\nstatus = 99", "`status` must be 100 to 599"),
            ("path = \"/\"\nheaders = { \"a b\" = \"c\" }", "\"a b\" is no header"),
            ("path = \"/\"\nconnections = 0", "`connections` is 0"),
            ("path = \"/\"\ninstructions = true", "`instructions` counts those of a `command`"),
        ] {
            let found = mistake(&format!("{SERVICE}[[scenario]]\nname = \"a\"\n{keys}\n"));
            assert!(found.contains(expected), "{keys:?}: {found:?}");
        }
    }

    #[test]
    fn the_written_example_is_right() {
        let config = Config::parse(crate::init::EXAMPLE).expect("it is checked");
        assert_eq!(config.scenarios.len(), 4);
        assert_eq!(config.scenarios[0].route(), "/login");
    }
}

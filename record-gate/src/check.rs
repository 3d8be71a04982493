//! `record-gate check`: measures every scenario, judges each, and tells.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::budgets::Budgets;
use crate::config::{Config, Scenario};
use crate::git::{self, Tree};
use crate::history::{self, History, Outcome, Record};
use crate::host::Host;
use crate::http::{Question, Url, ask_now};
use crate::measures::{Figures, Round, Run, Times};
use crate::output;
use crate::service::{Counts, Service, Sites, free_port};
use crate::verdict::{Verdict, against_records, in_turns};
use crate::{command, load, process};

/// The choices of the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) config: PathBuf,
    /// The commit that is measured in turns with this tree.
    pub(crate) against: Option<String>,
    /// A committed file that is compared with instead of the history, by counts alone.
    pub(crate) baseline: Option<PathBuf>,
    /// Whether that file is written instead.
    pub(crate) bless: bool,
    /// Only scenarios whose name has this in it.
    pub(crate) only: Option<String>,
    pub(crate) rounds: Option<usize>,
}

/// A scenario's result.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) name: String,
    pub(crate) run: Run,
    /// The other side: another commit's figures, or the medians of the baseline.
    pub(crate) before: Option<Figures>,
    pub(crate) before_times: Option<Times>,
    pub(crate) verdict: Verdict,
    /// Stacks of blocks that stay alive more than before, with the bytes that they grew by.
    pub(crate) grown_sites: Vec<(String, f64)>,
    /// Stacks that allocate more than before, with how often per request, where both sides have a profile.
    pub(crate) grown_stacks: Vec<(String, f64)>,
    /// The commits since this scenario last passed.
    pub(crate) commits: Vec<String>,
}

/// The end of a check, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    Failed,
    NoVerdict,
}

/// A tree that is measured.
struct Side {
    folder: PathBuf,
    service: Option<Service>,
    runs: Vec<(String, Run)>,
    sites: Vec<(String, Sites)>,
    /// Allocations per request by their stack.
    profiles: Vec<(String, Sites)>,
}

/// # Errors
/// Whatever keeps it from measuring, as one line: the file, a build, a service, a program.
pub(crate) fn check(options: &Options) -> Result<End, String> {
    let config = config(options)?;
    let folder = folder_of(&options.config);
    if config.service.as_ref().is_some_and(|service| service.port.is_some()) && options.against.is_some() {
        return Err("`service.port` is fixed, and --against runs two services: use `{port}` in `start`".to_owned());
    }
    if let Some(path) = &config.budgets {
        Budgets::read(&folder.join(path))?;
    }
    if let Some(service) = &config.service {
        free_port(service.port)?;
    }
    let report = folder.join(&config.report);
    fs::create_dir_all(&report).map_err(|error| format!("{} cannot be made: {error}", report.display()))?;
    process::end_all_when_told();

    let tree = options.against.as_ref().map(|revision| Tree::check_out(&folder, revision)).transpose()?;
    let mut folders: Vec<PathBuf> = tree.iter().map(|tree| tree.folder().to_owned()).collect();
    folders.push(folder.clone());
    let mut sides = Vec::new();
    for (number, folder) in folders.into_iter().enumerate() {
        if let Some(build) = &config.build {
            eprintln!("building in {}", folder.display());
            process::run(&build.split(None), &folder)?;
        }
        let log = report.join(format!("service-{number}.log"));
        let service = config.service.as_ref().filter(|_| config.scenarios.iter().any(|one| one.path.is_some()));
        let service = service.map(|service| Service::start_anywhere(service, &folder, &log)).transpose()?;
        sides.push(Side { folder, service, runs: Vec::new(), sites: Vec::new(), profiles: Vec::new() });
    }
    measure(&config, &mut sides)?;
    for side in &mut sides {
        side.note_sites(&config);
        // It is not needed any more; the verdict takes a while.
        side.service = None;
    }
    let now = sides.pop().expect("this tree is measured in any case");
    let before = sides.pop();

    let commit = git::commit(&folder);
    let reports = judge(&config, options, &folder, now, before, tree.as_ref().map(|tree| tree.commit.as_str()))?;
    finish(&config, options, &folder, &report, &commit, &reports)
}

pub(crate) fn folder_of(config: &Path) -> PathBuf {
    let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    folder.canonicalize().unwrap_or(folder)
}

fn config(options: &Options) -> Result<Config, String> {
    let mut config = Config::read(&options.config)?;
    if let Some(rounds) = options.rounds {
        config.rounds = rounds;
        config.most_rounds = config.most_rounds.max(rounds);
    }
    if let Some(only) = &options.only {
        config.scenarios.retain(|scenario| scenario.name.contains(only.as_str()));
        if config.scenarios.is_empty() {
            return Err(format!("no scenario has {only:?} in its name"));
        }
    }
    if config.scenarios.iter().any(|scenario| scenario.instructions) && !command::has_callgrind() {
        eprintln!(
            "SKIPPED: `valgrind` is missing, so no instructions are counted; it is your system's package of that name"
        );
        config.scenarios.iter_mut().for_each(|scenario| scenario.instructions = false);
    }
    Ok(config)
}

/// Rounds of all scenarios: the sides take turns, and begin in turns.
fn measure(config: &Config, sides: &mut [Side]) -> Result<(), String> {
    let mut rounds = 0;
    loop {
        let goal = if rounds < config.rounds { config.rounds } else { rounds + 1 };
        while rounds < goal {
            for scenario in &config.scenarios {
                let order: Vec<usize> =
                    if rounds % 2 == 0 { (0..sides.len()).collect() } else { (0..sides.len()).rev().collect() };
                for side in order {
                    sides[side].round(scenario, rounds)?;
                }
                progress(config, sides, scenario, rounds);
            }
            rounds += 1;
        }
        let [before, now] = sides else { return Ok(()) };
        let is_in_doubt = |(name, run): &(String, Run)| {
            let other = before.runs.iter().find(|(other, _)| other == name);
            other.is_some_and(|(_, other)| {
                let found = in_turns(&config.limits, other, run);
                found.in_doubt || found.is_slower && rounds < 2 * config.rounds
            })
        };
        if rounds >= config.most_rounds || !now.runs.iter().any(is_in_doubt) {
            return Ok(());
        }
        eprintln!("times are in doubt, or have to be confirmed: one more round");
    }
}

fn progress(config: &Config, sides: &[Side], scenario: &Scenario, round: usize) {
    let p99s: Vec<String> = sides
        .iter()
        .filter_map(|side| {
            let (_, run) = side.runs.iter().rfind(|(name, _)| name.starts_with(&scenario.name))?;
            run.p99s().last().map(|p99| format!("p99 {p99:.3} ms"))
        })
        .collect();
    let of = config.rounds.max(round + 1);
    eprintln!("round {} of {of}: {} {}", round + 1, scenario.name, p99s.join(", before ").trim());
}

impl Side {
    fn add(&mut self, name: &str, round: Round) {
        match self.runs.iter_mut().find(|(known, _)| known == name) {
            Some((_, run)) => run.rounds.push(round),
            None => self.runs.push((name.to_owned(), Run { rounds: vec![round] })),
        }
    }

    fn round(&mut self, scenario: &Scenario, number: usize) -> Result<(), String> {
        if let Some(command) = &scenario.command {
            let words = command.split(None);
            let mut rounds = command::round(&scenario.name, &words, &self.folder)?;
            // Instructions repeat: once is enough.
            if scenario.instructions && number == 0 {
                for (name, count) in command::instructions(&scenario.name, &words, &self.folder)? {
                    if let Some((_, round)) = rounds.iter_mut().find(|(known, _)| *known == name) {
                        round.instructions = Some(count);
                    }
                }
            }
            for (name, round) in rounds {
                self.add(&name, round);
            }
            return Ok(());
        }
        let service = self.service.as_mut().expect("the configuration was checked");
        let (mut round, before, after) =
            load::round(scenario, &service.url, || service.settled_counts(scenario.route()));
        let (before, after) = (before?, after?);
        if let Some(status) = service.ended() {
            return Err(format!("the service ended during scenario {:?} ({status})", scenario.name));
        }
        if let (Some(before), Some(after)) = (before, after) {
            per_request(&mut round, before, after).map_err(|message| {
                format!(
                    "scenario {:?}: the audit counted no request of the route {:?}{message}",
                    scenario.name,
                    scenario.route()
                )
            })?;
        }
        self.add(&scenario.name, round);
        Ok(())
    }

    fn note_sites(&mut self, config: &Config) {
        let Some(service) = &self.service else { return };
        for scenario in config.scenarios.iter().filter(|scenario| scenario.path.is_some()) {
            self.sites.push((scenario.name.clone(), service.sites(scenario.route())));
            self.profiles.push((scenario.name.clone(), service.allocations(scenario.route())));
        }
    }
}

fn per_request(round: &mut Round, before: Counts, after: Counts) -> Result<(), &'static str> {
    let requests = after.requests - before.requests;
    if requests < 1.0 {
        return Err(": set `route` to its pattern");
    }
    round.allocations = Some((after.allocations - before.allocations) / requests);
    round.allocated_bytes = Some((after.allocated_bytes - before.allocated_bytes) / requests);
    round.left_behind_bytes = after.alive_bytes.map(|alive| (alive - before.alive_bytes.unwrap_or(0.0)) / requests);
    Ok(())
}

fn judge(
    config: &Config,
    options: &Options,
    folder: &Path,
    now: Side,
    before: Option<Side>,
    against: Option<&str>,
) -> Result<Vec<Report>, String> {
    let host = Host::here();
    let history = History::read(&folder.join(&config.history))?;
    for warning in &history.warnings {
        eprintln!("warning: {}: {warning}", config.history.display());
    }
    let committed = options.baseline.as_ref().map(|path| History::read(path)).transpose()?;
    let budgets = config.budgets.as_ref().map(|path| Budgets::read(&folder.join(path))).transpose()?;
    let (old_runs, old_sites, old_profiles) =
        before.map_or_else(Default::default, |side| (side.runs, side.sites, side.profiles));
    let mut reports = Vec::new();
    for (name, run) in now.runs {
        let old = old_runs.iter().find(|(other, _)| *other == name).map(|(_, run)| run);
        let (verdict, figures, times) = if options.against.is_some() {
            match old {
                Some(old) => (in_turns(&config.limits, old, &run).verdict, Some(old.figures()), Some(old.times())),
                None => (Verdict::None("the other commit has no such scenario".to_owned()), None, None),
            }
        } else if let Some(committed) = &committed {
            let (verdict, figures) = against_committed(config, committed, &name, &host, &run);
            (verdict, figures, None)
        } else {
            let (baseline, warning) = history.baseline(&name, &host, config.limits.baseline_days);
            if let Some(warning) = warning {
                eprintln!("warning: {warning}");
            }
            let last = history.records.iter().rev().find(|record| record.scenario == name && record.is_good());
            let times = last.map(|record| Times::of_pairs(&record.times));
            (against_records(&config.limits, &baseline, &run), middle(&baseline), times)
        };
        let verdict = match &budgets {
            Some(budgets) => within_budget(config, budgets, &name, &run, verdict),
            None => verdict,
        };
        let last_good = against.or_else(|| history.last_good_commit(&name));
        let commits = last_good.and_then(|commit| git::subjects(folder, commit, "HEAD").ok()).unwrap_or_default();
        let of_it = |all: &[(String, Sites)]| {
            all.iter().find(|(other, _)| *other == name).map(|(_, sites)| sites.clone()).unwrap_or_default()
        };
        let grown_sites = grown(&of_it(&old_sites), &of_it(&now.sites), 0.0);
        let old_profile = of_it(&old_profiles);
        let grown_stacks = if old_profile.is_empty() {
            Vec::new()
        } else {
            grown(&old_profile, &of_it(&now.profiles), LEAST_ALLOCATIONS)
        };
        let before_times = times;
        reports.push(Report { name, run, before: figures, before_times, verdict, grown_sites, grown_stacks, commits });
    }
    Ok(reports)
}

/// `verdict` with what is over the budget of the scenario's route.
fn within_budget(config: &Config, budgets: &Budgets, name: &str, run: &Run, verdict: Verdict) -> Verdict {
    let scenario = config.scenarios.iter().find(|scenario| scenario.name == name && scenario.path.is_some());
    let over = scenario.map(|scenario| budgets.failures(scenario.route(), &run.figures())).unwrap_or_default();
    match verdict {
        _ if over.is_empty() => verdict,
        Verdict::Failed(failures) => Verdict::Failed([failures, over].concat()),
        Verdict::Passed | Verdict::None(_) => Verdict::Failed(over),
    }
}

/// By counts alone: a committed baseline is from another machine, on another day.
fn against_committed(
    config: &Config,
    committed: &History,
    name: &str,
    host: &Host,
    run: &Run,
) -> (Verdict, Option<Figures>) {
    let Some(record) = committed.records.iter().rev().find(|record| record.scenario == name) else {
        return (Verdict::None("the baseline has no record of it: bless it".to_owned()), None);
    };
    let difference = record.host.tool_difference(host);
    if !difference.is_empty() {
        let reason = format!("the baseline is of another {}: bless it again", difference.join(" and another "));
        return (Verdict::None(reason), None);
    }
    let counts = Figures { p50_ms: None, p99_ms: None, max_ms: None, ..record.figures.clone() };
    let mut limits = config.limits.clone();
    limits.baseline_records = 1;
    (against_records(&limits, std::slice::from_ref(&counts), run), Some(counts))
}

/// The median of each figure.
fn middle(baseline: &[Figures]) -> Option<Figures> {
    let of = |get: fn(&Figures) -> Option<f64>| {
        let values: Vec<f64> = baseline.iter().filter_map(get).collect();
        (!values.is_empty()).then(|| crate::statistics::median(&values))
    };
    Some(Figures {
        requests: baseline.last()?.requests,
        error_percent: of(|figures| Some(figures.error_percent)).unwrap_or_default(),
        p50_ms: of(|figures| figures.p50_ms),
        p99_ms: of(|figures| figures.p99_ms),
        max_ms: of(|figures| figures.max_ms),
        allocations: of(|figures| figures.allocations),
        allocated_bytes: of(|figures| figures.allocated_bytes),
        left_behind_bytes: of(|figures| figures.left_behind_bytes),
        instructions: of(|figures| figures.instructions),
    })
}

/// Fewer per request are what a warm-up does, or chance.
const LEAST_ALLOCATIONS: f64 = 0.2;

/// The stacks that grew by more than `least`, those that grew most first.
pub(crate) fn grown(before: &Sites, now: &Sites, least: f64) -> Vec<(String, f64)> {
    let mut grown: Vec<(String, f64)> = now
        .iter()
        .map(|(stack, value)| (stack.clone(), value - before.get(stack).copied().unwrap_or(0.0)))
        .filter(|(_, value)| *value > least)
        .collect();
    grown.sort_by(|one, other| other.1.total_cmp(&one.1));
    grown.truncate(5);
    grown
}

fn finish(
    config: &Config,
    options: &Options,
    folder: &Path,
    report: &Path,
    commit: &(String, bool),
    reports: &[Report],
) -> Result<End, String> {
    let host = Host::here();
    let record = |report: &Report| {
        let outcome = match report.verdict {
            Verdict::Passed => Outcome::Passed,
            Verdict::Failed(_) => Outcome::Failed,
            Verdict::None(_) => Outcome::NoVerdict,
        };
        let mut record = Record::new(report.name.clone(), commit.clone(), host.clone(), outcome, report.run.figures());
        record.times = report.run.times().pairs();
        record
    };
    let mut records: Vec<Record> = reports.iter().map(record).collect();
    output::say(&output::table::table(reports));
    let write = |name: &str, text: &[u8]| {
        let path = report.join(name);
        fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
    };
    write("result.json", &output::json::result(&records, reports))?;
    write("bmf.json", &output::bmf::bmf(reports))?;
    write("page.html", output::page::page(reports, &commit.0, &host).as_bytes())?;
    output::say(&format!("results: {}\n", report.join("page.html").display()));

    if let (Some(path), true) = (&options.baseline, options.bless) {
        // Its host's machine and its times are of no interest in a committed file, and would change it each time.
        for record in &mut records {
            record.times.clear();
            record.figures = Figures { p50_ms: None, p99_ms: None, max_ms: None, ..record.figures.clone() };
            record.figures.requests = 0;
            record.host = Host { cpu: String::new(), cores: 0, kernel: String::new(), ..record.host.clone() };
            record.outcome = Outcome::Passed;
        }
        let written =
            fs::write(path, []).map_err(|error| error.to_string()).and_then(|()| history::append(path, &records));
        written.map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        output::say(&format!("blessed: {}\n", path.display()));
        return Ok(End::Passed);
    }
    if options.baseline.is_none() {
        history::append(&folder.join(&config.history), &records)?;
    }
    if let Some(influx) = &config.influx {
        let token = influx.token_variable.as_ref().and_then(|name| std::env::var(name).ok());
        if let Err(error) = output::influx::send(&influx.url, token.as_deref(), &records) {
            eprintln!("warning: {}: {error}", influx.url);
        }
    }
    let end = if reports.iter().any(|report| matches!(report.verdict, Verdict::Failed(_))) {
        End::Failed
    } else if reports.iter().any(|report| matches!(report.verdict, Verdict::None(_))) {
        End::NoVerdict
    } else {
        End::Passed
    };
    if let (Some(notify), End::Failed) = (&config.notify, end) {
        let text = output::message::failure(reports, &commit.0);
        let body = output::message::in_shape(notify.shape, &text);
        let sent = Url::parse(&notify.url)
            .and_then(|url| ask_now(&url, &Question::post(body), Duration::from_secs(15)))
            .and_then(|(status, _)| if status < 300 { Ok(()) } else { Err(format!("it answers {status}")) });
        if let Err(error) = sent {
            eprintln!("warning: the chat did not hear of it: {error}");
        }
    }
    Ok(end)
}

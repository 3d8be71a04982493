//! A ticket: its text, and its way to the tracker.

use std::fmt::Write;
use std::time::Duration;

use record_runtime::{ZeroAllocJson, to_vec};

use super::profiles::{Growth, Profiles};
use super::spool::{Incident, State};
use super::{Config, Tracker};
use crate::audit::{self, Report};
use crate::cause::find;
use crate::config::Shape;
use crate::git;
use crate::http::{Question, Url, ask_now};
use crate::output::message::in_shape;
use crate::service::sites;
use crate::verdict::number;

/// Brings `incident` as far as it can. `keep` writes it to disk, before and after each step that others see.
pub(super) fn attempt(
    config: &Config,
    profiles: &Profiles,
    incident: &mut Incident,
    mut keep: impl FnMut(&Incident) -> Result<(), String>,
) -> Result<(), String> {
    incident.attempts += 1;
    if incident.title.is_empty() {
        (incident.title, incident.text) = (title(incident), text(config, profiles, incident));
        keep(incident)?;
    }
    let patience = Duration::from_secs_f64(config.patience_seconds);
    if incident.state == State::Posting && is_there(&config.tracker, &incident.key, patience)? {
        incident.state = State::Posted;
        keep(incident)?;
    }
    if matches!(incident.state, State::New | State::Posting) {
        incident.state = State::Posting;
        keep(incident)?;
        let question = question(&config.tracker, incident);
        let (status, body) = ask_now(&Url::parse(&config.tracker.url)?, &question, patience)?;
        if !(200..300).contains(&status) {
            let body = String::from_utf8_lossy(&body);
            return Err(format!("the tracker answers {status}: {}", body.trim().chars().take(200).collect::<String>()));
        }
        incident.state = State::Posted;
        keep(incident)?;
    }
    if let Some(chat) = &config.chat {
        let body = in_shape(chat.shape, &format!("{}\n{}", incident.title, incident.text));
        let (status, _) = ask_now(&Url::parse(&chat.url)?, &Question::post(body), patience)?;
        if !(200..300).contains(&status) {
            return Err(format!("the chat answers {status}"));
        }
    }
    incident.state = State::Done;
    keep(incident)
}

/// Whether the tracker has a ticket with this key. A tracker that cannot be searched heeds the header that repeats it.
fn is_there(tracker: &Tracker, key: &str, patience: Duration) -> Result<bool, String> {
    let Some(search) = &tracker.search else { return Ok(false) };
    let mut question = Question::get();
    authorize(tracker, &mut question);
    let (status, body) = ask_now(&Url::parse(&search.replace("{key}", key))?, &question, patience)?;
    if status != 200 {
        return Err(format!("the tracker's search answers {status}"));
    }
    let found: serde_json::Value =
        serde_json::from_slice(&body).map_err(|error| format!("the tracker's search is no JSON: {error}"))?;
    let list = found.get("issues").unwrap_or(&found).as_array().map_or(0, Vec::len);
    let total = found.get("total").and_then(serde_json::Value::as_u64).unwrap_or(0);
    Ok(list > 0 || total > 0)
}

fn authorize(tracker: &Tracker, question: &mut Question<'_>) {
    let value = tracker.authorization_variable.as_ref().and_then(|name| std::env::var(name).ok());
    question.headers.extend(value.map(|value| ("authorization".to_owned(), value)));
}

#[derive(ZeroAllocJson)]
struct Plain<'t> {
    key: &'t str,
    title: &'t str,
    text: &'t str,
}

#[derive(ZeroAllocJson)]
struct Jira<'t> {
    fields: Fields<'t>,
}

#[derive(ZeroAllocJson)]
struct Fields<'t> {
    project: Project<'t>,
    issuetype: Named,
    summary: &'t str,
    description: &'t str,
    labels: [&'t str; 2],
}

#[derive(ZeroAllocJson)]
struct Project<'t> {
    key: &'t str,
}

#[derive(ZeroAllocJson)]
struct Named {
    name: &'static str,
}

fn question<'q>(tracker: &Tracker, incident: &Incident) -> Question<'q> {
    let (key, title, text) = (incident.key.as_str(), incident.title.as_str(), incident.text.as_str());
    let body = match tracker.shape {
        Shape::Jira => to_vec(&Jira {
            fields: Fields {
                project: Project { key: tracker.project.as_deref().unwrap_or_default() },
                issuetype: Named { name: "Bug" },
                summary: title,
                description: text,
                labels: ["record-gate", key],
            },
        }),
        Shape::Plain => to_vec(&Plain { key, title, text }),
        Shape::Slack | Shape::Wecom => in_shape(tracker.shape, &format!("{title}\n{text}")),
    };
    let mut question = Question::post(body);
    question.headers.push(("idempotency-key".to_owned(), key.to_owned()));
    authorize(tracker, &mut question);
    question
}

fn title(incident: &Incident) -> String {
    let label = |name: &str| incident.labels.get(name).map(String::as_str);
    let name = label("alertname").unwrap_or("alert");
    // A title is one line, and no tracker takes a long one.
    let title = label("http_route").map_or_else(|| name.to_owned(), |route| format!("{name}: {route}"));
    title.chars().map(|character| if character.is_control() { ' ' } else { character }).take(200).collect()
}

/// The words of the alert, the measures of the service, the likely cause, and the commits since the release before.
fn text(config: &Config, profiles: &Profiles, incident: &Incident) -> String {
    let mut text = String::new();
    for name in ["summary", "description"] {
        if let Some(line) = incident.annotations.get(name) {
            let _ = writeln!(text, "{line}");
        }
    }
    if let Some(service) = &config.service {
        match measured(service, profiles, incident) {
            Ok(lines) => text.push_str(&lines),
            Err(error) => {
                let _ = writeln!(text, "The service's report could not be had: {error}");
            }
        }
    }
    if let Some(repository) = &config.repository {
        let label = |name: &str| incident.labels.get(name).or_else(|| incident.annotations.get(name));
        if let (Some(from), Some(to)) = (label("previous_release"), label("release")) {
            match git::subjects(repository, from, to) {
                Ok(commits) => {
                    let _ = writeln!(text, "Commits between {from} and {to}:");
                    for commit in commits {
                        let _ = writeln!(text, "- {commit}");
                    }
                }
                Err(error) => {
                    let _ = writeln!(text, "The commits between {from} and {to} could not be had: {error}");
                }
            }
        }
    }
    let _ = writeln!(text, "Alerts: {}; key {}", incident.alerts.len(), incident.key);
    text
}

fn measured(service: &str, profiles: &Profiles, incident: &Incident) -> Result<String, String> {
    let (url, prefix) = audit::address(service)?;
    let report = Report::of(&url, &prefix)?;
    let Some(name) = incident.labels.get("http_route") else { return Ok(String::new()) };
    let Some(route) = report.route(name) else { return Ok(format!("The audit knows no route {name}.\n")) };
    let mut text = format!(
        "Route {name}: {} requests, P50 {} ms, P99 {} ms, {} allocations and {} bytes per request.\nAudit: {}\n",
        number(route.requests),
        number(route.p50_ms),
        number(route.p99_ms),
        route.allocations.map_or_else(|| "?".to_owned(), number),
        route.allocated_bytes.map_or_else(|| "?".to_owned(), number),
        route.verdict
    );
    if route.finding == "leaking" {
        let _ = writeln!(text, "Cause: each request keeps memory for ever.");
    } else {
        let (slowest, evidence) = report.slowest(route).unzip();
        let _ = writeln!(text, "Cause: {}", find(&evidence.unwrap_or_default()).text);
        if let Some(request) = slowest {
            let _ = writeln!(
                text,
                "Slowest request of late: {}, {} ms",
                request.id,
                number(request.evidence.wall_ms.unwrap_or_default())
            );
        }
    }
    let line = match profiles.growth(&url, &prefix, &report, name) {
        Growth::Since(age, grown) if !grown.is_empty() => {
            let age = age_text(age);
            for (stack, bytes) in grown.iter().take(STACKS) {
                let _ = writeln!(text, "{} bytes more than {age} ago are alive from {stack}", number(*bytes));
            }
            return Ok(text);
        }
        Growth::Since(age, _) => {
            format!("No call stack of the route has more memory alive than {} ago.", age_text(age))
        }
        Growth::Unknown(reason) => format!("There is no earlier profile to compare with: {reason}."),
    };
    let mut alive: Vec<_> = sites(&url, &prefix, name).into_iter().collect();
    alive.sort_by(|one, other| other.1.total_cmp(&one.1));
    let _ = writeln!(text, "{line}");
    for (stack, bytes) in alive.iter().take(STACKS) {
        let _ = writeln!(text, "{} bytes are alive from {stack}", number(*bytes));
    }
    Ok(text)
}

/// So many stacks are in a ticket.
const STACKS: usize = 3;

fn age_text(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

//! `record-gate serve`: Alertmanager's webhook becomes tickets, one for each alert group that begins to fire.
//!
//! An incident is on disk before the webhook is answered, and before each attempt to post it. After an attempt whose end is
//! not known, as after a crash, the tracker is searched for the incident's key before it is posted again.

mod alerts;
mod profiles;
mod spool;
mod ticket;

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;

use self::profiles::Profiles;
use self::spool::{Spool, State};
use crate::config::Shape;
use crate::http::Url;

/// No webhook is longer.
const LONGEST_WEBHOOK: usize = 8 << 20;

/// The file of `record-gate serve`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The address to listen at.
    #[serde(default = "Config::default_listen")]
    listen: String,
    /// The folder of incidents, relative to the file.
    #[serde(default = "Config::default_spool")]
    spool: PathBuf,
    /// The service's page of the audit, which is asked for its report.
    service: Option<String>,
    /// The time between two profiles of the service's memory.
    #[serde(default = "Config::default_profile_seconds")]
    profile_seconds: f64,
    /// The repository whose commits between two releases are linked, relative to the file.
    repository: Option<PathBuf>,
    tracker: Tracker,
    chat: Option<Chat>,
    /// The wait before the first repetition; it doubles up to five minutes.
    #[serde(default = "Config::default_retry_seconds")]
    retry_seconds: f64,
    /// How long the tracker may take.
    #[serde(default = "Config::default_patience_seconds")]
    patience_seconds: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tracker {
    url: String,
    #[serde(default)]
    shape: Shape,
    /// The project of a ticket in the shape of Jira.
    project: Option<String>,
    /// A URL that finds tickets by their key, which replaces `{key}`.
    search: Option<String>,
    /// The environment variable with the value of `Authorization`.
    authorization_variable: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chat {
    url: String,
    #[serde(default)]
    shape: Shape,
}

impl Config {
    fn default_listen() -> String {
        "127.0.0.1:9099".to_owned()
    }

    fn default_spool() -> PathBuf {
        "gate-spool".into()
    }

    const fn default_profile_seconds() -> f64 {
        600.0
    }

    const fn default_retry_seconds() -> f64 {
        1.0
    }

    const fn default_patience_seconds() -> f64 {
        20.0
    }

    fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            format!("{shown}:{line}: {}", error.message().trim().replace('\n', ", "))
        })?;
        config.check().map_err(|message| format!("{shown}: {message}"))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let search = self.tracker.search.as_ref();
        let urls = [Some(&self.tracker.url), search, self.chat.as_ref().map(|chat| &chat.url), self.service.as_ref()];
        for url in urls.into_iter().flatten() {
            Url::parse(url)?;
        }
        if search.is_some_and(|search| !search.contains("{key}")) {
            return Err("`tracker.search` has no `{key}`".to_owned());
        }
        if self.tracker.shape == Shape::Jira && self.tracker.project.is_none() {
            return Err("`tracker.project` is missing, which Jira needs".to_owned());
        }
        for (name, seconds, most) in [
            ("retry", self.retry_seconds, 3600.0),
            ("patience", self.patience_seconds, 3600.0),
            ("profile", self.profile_seconds, 86_400.0),
        ] {
            if !(seconds > 0.0 && seconds <= most) {
                return Err(format!("`{name}_seconds` is {seconds}: it must be above 0 and at most {most}"));
            }
        }
        Ok(())
    }
}

/// Listens until the process ends.
pub(crate) fn serve(path: &Path) -> Result<Infallible, String> {
    let mut config = Config::read(path)?;
    let folder = crate::check::folder_of(path);
    config.repository = config.repository.map(|repository| folder.join(repository));
    let spool = Spool::open(&folder.join(&config.spool))?;
    let spool = Arc::new(Mutex::new(spool));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let listener = runtime
        .block_on(TcpListener::bind(&config.listen))
        .map_err(|error| format!("{} cannot be listened at: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    {
        use std::io::Write;
        // A script reads this line; nobody may be there to read it.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "listening on http://{address}").and_then(|()| out.flush());
    }
    let (config, profiles) = (Arc::new(config), Arc::new(Profiles::default()));
    if let Some(service) = config.service.clone() {
        let (config, profiles) = (Arc::clone(&config), Arc::clone(&profiles));
        thread::spawn(move || profiles.keep(&config, &service));
    }
    let (shared, earlier) = (Arc::clone(&spool), Arc::clone(&profiles));
    thread::spawn(move || deliver(&config, &shared, &earlier));
    runtime.block_on(async {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let (spool, profiles) = (Arc::clone(&spool), Arc::clone(&profiles));
            let answer = service_fn(move |request| {
                let (spool, profiles) = (Arc::clone(&spool), Arc::clone(&profiles));
                async move { Ok::<_, Infallible>(answer(request, &spool, &profiles).await) }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    })
}

async fn answer(request: Request<Incoming>, spool: &Mutex<Spool>, profiles: &Profiles) -> Response<Full<Bytes>> {
    let text = |status: StatusCode, text: String| {
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        response
    };
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/alerts") => {}
        (&Method::GET, "/health") => {
            let spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
            return text(StatusCode::OK, spool.health(profiles.count()));
        }
        _ => return text(StatusCode::NOT_FOUND, "POST /alerts, GET /health\n".to_owned()),
    }
    let Ok(body) = Limited::new(request.into_body(), LONGEST_WEBHOOK).collect().await else {
        return text(StatusCode::BAD_REQUEST, "the body is too long, or was cut off\n".to_owned());
    };
    let webhook = match alerts::Webhook::parse(&body.to_bytes()) {
        Ok(webhook) => webhook,
        Err(error) => return text(StatusCode::BAD_REQUEST, format!("{error}\n")),
    };
    let mut spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
    match spool.take(&webhook) {
        Ok(()) => text(StatusCode::OK, "taken\n".to_owned()),
        // Alertmanager sends it again.
        Err(error) => {
            eprintln!("record-gate: {error}");
            text(StatusCode::INTERNAL_SERVER_ERROR, "it could not be written to disk\n".to_owned())
        }
    }
}

/// Delivers all incidents, for ever.
fn deliver(config: &Config, spool: &Mutex<Spool>, profiles: &Profiles) {
    loop {
        let due = spool.lock().unwrap_or_else(PoisonError::into_inner).due();
        for mut incident in due {
            let attempt = ticket::attempt(config, profiles, &mut incident, |incident| {
                spool.lock().unwrap_or_else(PoisonError::into_inner).keep(incident)
            });
            if let Err(error) = &attempt {
                eprintln!("record-gate: incident {}: {error}", incident.key);
            }
            let wait = config.retry_seconds * f64::from(2_u32.saturating_pow(incident.attempts.min(20)));
            let wait = if incident.state == State::Done { 0.0 } else { wait.min(300.0) };
            spool.lock().unwrap_or_else(PoisonError::into_inner).wait(&incident, Duration::from_secs_f64(wait));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

//! The incidents on disk: a file each, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use record_runtime::ZeroAllocJson;
use serde::Deserialize;

use super::alerts::{Alert, Webhook};
use crate::history::now;

/// Incidents that were delivered are kept for so long, since their alerts may be repeated.
const KEPT_SECONDS: u64 = 30 * 86_400;

/// How far an incident has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It was never posted.
    New,
    /// It may have been posted.
    Posting,
    /// The tracker has it; the chat does not.
    Posted,
    Done,
}

/// A group of alerts from when it began to fire.
#[derive(Debug, Clone, Deserialize, ZeroAllocJson)]
pub(super) struct Incident {
    /// A name that no other incident has; the tracker's label of it.
    pub(super) key: String,
    pub(super) group: String,
    /// Each alert by its identity, with whether it is resolved.
    pub(super) alerts: BTreeMap<String, bool>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) state: State,
    /// When it was taken, in seconds since 1970.
    pub(super) at: u64,
    /// The ticket; empty until it is written.
    pub(super) title: String,
    pub(super) text: String,
    /// Since the start of this process.
    #[serde(skip)]
    pub(super) attempts: u32,
}

/// All incidents, in memory and on disk.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    incidents: BTreeMap<String, Incident>,
    due: BTreeMap<String, Instant>,
}

impl Spool {
    pub(super) fn open(folder: &Path) -> Result<Self, String> {
        let shown = folder.display();
        fs::create_dir_all(folder).map_err(|error| format!("{shown} cannot be made: {error}"))?;
        let mut spool = Self { folder: folder.to_owned(), incidents: BTreeMap::new(), due: BTreeMap::new() };
        let entries = fs::read_dir(folder).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            // A file that was being written when the process ended is none yet; its webhook was not answered.
            if path.extension().is_none_or(|kind| kind != "json") {
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            match serde_json::from_slice::<Incident>(&bytes) {
                Ok(incident)
                    if incident.state == State::Done && incident.at + KEPT_SECONDS < now() && incident.is_over() =>
                {
                    let _ = fs::remove_file(&path);
                }
                Ok(incident) => {
                    spool.due.insert(incident.key.clone(), Instant::now());
                    spool.incidents.insert(incident.key.clone(), incident);
                }
                Err(error) => eprintln!("record-gate: {} is passed over: {error}", path.display()),
            }
        }
        Ok(spool)
    }

    /// Notes the alerts of `webhook`. When it returns, they are on disk.
    pub(super) fn take(&mut self, webhook: &Webhook) -> Result<(), String> {
        for alert in &webhook.alerts {
            let identity = alert.identity();
            let mut of_group = self.incidents.values().filter(|incident| incident.group == webhook.group);
            let known = of_group.clone().find(|incident| incident.alerts.contains_key(&identity));
            let mut incident = match (known, of_group.find(|incident| !incident.is_over())) {
                // Repeated; an alert that was resolved does not fire again under this identity.
                (Some(incident), _) if incident.alerts[&identity] || !alert.is_resolved() => continue,
                // Resolved; or it joins a group that still fires.
                (Some(incident), _) | (None, Some(incident)) => incident.clone(),
                (None, None) => Incident::new(&webhook.group, &identity, alert),
            };
            incident.alerts.insert(identity, alert.is_resolved());
            self.due.entry(incident.key.clone()).or_insert_with(Instant::now);
            self.keep(&incident)?;
        }
        Ok(())
    }

    /// The incidents to deliver now.
    pub(super) fn due(&self) -> Vec<Incident> {
        let is_due = |incident: &&Incident| {
            incident.state != State::Done && self.due.get(&incident.key).is_none_or(|due| *due <= Instant::now())
        };
        self.incidents.values().filter(is_due).cloned().collect()
    }

    pub(super) fn wait(&mut self, incident: &Incident, wait: Duration) {
        self.due.insert(incident.key.clone(), Instant::now() + wait);
        if let Some(known) = self.incidents.get_mut(&incident.key) {
            known.attempts = incident.attempts;
        }
    }

    /// Writes `incident`, with the alerts that came meanwhile.
    pub(super) fn keep(&mut self, incident: &Incident) -> Result<(), String> {
        let mut incident = incident.clone();
        if let Some(known) = self.incidents.get(&incident.key) {
            for (identity, is_resolved) in &known.alerts {
                let resolved = incident.alerts.entry(identity.clone()).or_default();
                *resolved |= is_resolved;
            }
            // A webhook knows an older state than the delivery.
            if known.state as u8 > incident.state as u8 {
                (incident.state, incident.title, incident.text) =
                    (known.state, known.title.clone(), known.text.clone());
            }
        }
        self.write(&incident).map_err(|error| format!("{} cannot be written: {error}", self.folder.display()))?;
        self.incidents.insert(incident.key.clone(), incident);
        Ok(())
    }

    fn write(&self, incident: &Incident) -> std::io::Result<()> {
        let (new, path) =
            (self.folder.join(format!("{}.new", incident.key)), self.folder.join(format!("{}.json", incident.key)));
        let mut file = File::create(&new)?;
        file.write_all(&record_runtime::to_vec(incident))?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        // The new name too.
        File::open(&self.folder)?.sync_all()
    }

    /// How many incidents are in which state, for people, beside how many profiles of the service there are.
    pub(super) fn health(&self, profiles: usize) -> String {
        let waiting = self.incidents.values().filter(|incident| incident.state != State::Done).count();
        let incidents = self.incidents.len();
        format!("{{\"incidents\":{incidents},\"profiles\":{profiles},\"waiting\":{waiting}}}\n")
    }
}

impl Incident {
    fn new(group: &str, identity: &str, alert: &Alert) -> Self {
        Self {
            key: format!("gate-{:016x}", hash(format!("{group}\n{identity}").as_bytes())),
            group: group.to_owned(),
            alerts: BTreeMap::new(),
            labels: alert.labels.clone(),
            annotations: alert.annotations.clone(),
            state: State::New,
            at: now(),
            title: String::new(),
            text: String::new(),
            attempts: 0,
        }
    }

    /// Whether no alert of it fires any more.
    fn is_over(&self) -> bool {
        self.alerts.values().all(|is_resolved| *is_resolved)
    }
}

/// FNV-1a, which is the same in every version of this program.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::{Spool, State};
    use crate::random::Random;
    use crate::serve::alerts::Webhook;

    fn webhook(group: &str, alerts: &[(usize, bool)]) -> Webhook {
        let alert = |(number, is_resolved): &(usize, bool)| {
            let status = if *is_resolved { "resolved" } else { "firing" };
            format!("{{\"status\":\"{status}\",\"fingerprint\":\"{number}\",\"startsAt\":\"2026\"}}")
        };
        let alerts: Vec<String> = alerts.iter().map(alert).collect();
        let text = format!("{{\"groupKey\":\"{group}\",\"alerts\":[{}]}}", alerts.join(","));
        Webhook::parse(text.as_bytes()).expect("it is right")
    }

    #[test]
    fn a_group_is_one_incident_until_it_is_over() {
        let folder = crate::scratch::Folder::new("spool");
        let mut spool = Spool::open(folder.path()).expect("a folder of our own");
        let mut take = |alerts: &[(usize, bool)]| {
            spool.take(&webhook("a", alerts)).expect("a folder of our own");
            spool.incidents.len()
        };
        assert_eq!(take(&[(1, false)]), 1);
        assert_eq!(take(&[(1, false), (2, false)]), 1, "it joins");
        assert_eq!(take(&[(1, true), (2, false)]), 1);
        assert_eq!(take(&[(1, true), (2, true)]), 1);
        assert_eq!(take(&[(1, false)]), 1, "an old one, late");
        assert_eq!(take(&[(3, false)]), 2, "the group fires again");
        assert_eq!(take(&[(4, true)]), 2, "it joined, and its beginning comes late");
        assert_eq!(take(&[(4, false)]), 2);
        let again = Spool::open(folder.path()).expect("it was written");
        assert_eq!(again.incidents.len(), 2);
    }

    /// Whatever the order, and however often: each alert is in exactly one incident.
    #[test]
    fn any_order_has_each_alert_once() {
        for seed in 0..50 {
            let random = &mut Random::new(seed);
            let folder = crate::scratch::Folder::new("orders");
            let mut spool = Spool::open(folder.path()).expect("a folder of our own");
            let mut all: Vec<_> =
                (0..8).flat_map(|number| [(number, false), (number, true), (number, false)]).collect();
            random.shuffle(&mut all);
            for (place, alert) in all.iter().enumerate() {
                let group = if alert.0 < 4 { "a" } else { "b" };
                spool.take(&webhook(group, &[*alert])).expect("a folder of our own");
                if place % 7 == 6 {
                    spool = Spool::open(folder.path()).expect("it was written");
                }
            }
            let mut seen: Vec<_> = spool.incidents.values().flat_map(|incident| incident.alerts.keys()).collect();
            seen.sort();
            assert_eq!(seen.len(), 8, "seed {seed}");
            seen.dedup();
            assert_eq!(seen.len(), 8, "seed {seed}");
            assert!(spool.incidents.values().all(|incident| incident.state == State::New));
        }
    }
}

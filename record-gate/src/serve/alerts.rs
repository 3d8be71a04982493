//! The webhook of Alertmanager, version 4.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One notification of a group of alerts.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Webhook {
    #[serde(rename = "groupKey", default)]
    pub(super) group: String,
    pub(super) alerts: Vec<Alert>,
}

/// One alert of a group.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Alert {
    #[serde(default)]
    status: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
    #[serde(rename = "startsAt", default)]
    starts_at: String,
    #[serde(default)]
    fingerprint: String,
}

impl Webhook {
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        let webhook: Self = serde_json::from_slice(body).map_err(|error| format!("it is no webhook: {error}"))?;
        if webhook.alerts.is_empty() {
            return Err("it has no alerts".to_owned());
        }
        Ok(webhook)
    }
}

impl Alert {
    /// An alert that fires again later has another one.
    pub(super) fn identity(&self) -> String {
        let labels =
            || self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect::<Vec<_>>().join(",");
        let who = if self.fingerprint.is_empty() { labels() } else { self.fingerprint.clone() };
        format!("{who} {}", self.starts_at)
    }

    pub(super) fn is_resolved(&self) -> bool {
        self.status == "resolved"
    }
}

//! The report of a service's audit, as its page tells it. Fields that are missing are absent.

use serde::Deserialize;

use crate::cause::Evidence;
use crate::http::Url;
use crate::service::text_of;

/// The contents of `data.json` of the audit's page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) uptime_secs: f64,
    pub(crate) routes: Vec<OfRoute>,
    /// Of all routes together.
    pub(crate) slowest: Vec<Request>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OfRoute {
    pub(crate) route: String,
    pub(crate) requests: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) allocations: Option<f64>,
    pub(crate) reallocations: Option<f64>,
    pub(crate) response_bytes: Option<f64>,
    pub(crate) allocated_bytes: Option<f64>,
    /// Of followed requests that have ended.
    pub(crate) alive_bytes: Option<f64>,
    pub(crate) finding: String,
    pub(crate) verdict: String,
    /// Its slowest request of late.
    pub(crate) slowest: Option<Request>,
}

/// A slow request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) route: String,
    /// Its time, and whatever else it has that speaks for a cause.
    #[serde(flatten)]
    pub(crate) evidence: Evidence,
}

impl OfRoute {
    /// `evidence` with the means of the route.
    pub(crate) fn usual(&self, evidence: Evidence) -> Evidence {
        Evidence {
            usual_allocations: self.allocations,
            usual_reallocations: self.reallocations,
            usual_body_bytes: self.response_bytes,
            ..evidence
        }
    }
}

impl Report {
    /// The report of the page at `prefix` of the service at `url`.
    pub(crate) fn of(url: &Url, prefix: &str) -> Result<Self, String> {
        let text = text_of(&url.with_path(&format!("{prefix}/data.json")))?;
        serde_json::from_str(&text).map_err(|error| format!("{prefix}/data.json is no report: {error}"))
    }

    /// The slowest request of `route` of late, and what speaks for a cause: its own figures, and those usual for its route.
    pub(crate) fn slowest<'r>(&'r self, route: &'r OfRoute) -> Option<(&'r Request, Evidence)> {
        // A service whose audit is older tells only of those that are among the slowest of all.
        let among_all = || self.slowest.iter().find(|request| request.route == route.route);
        let request = route.slowest.as_ref().or_else(among_all)?;
        Some((request, route.usual(request.evidence.clone())))
    }

    pub(crate) fn route(&self, name: &str) -> Option<&OfRoute> {
        self.routes.iter().find(|route| route.route == name)
    }
}

/// `text` as the address of a service and the prefix of its page; `/audit` if it names none.
pub(crate) fn address(text: &str) -> Result<(Url, String), String> {
    let url = Url::parse(text)?;
    let prefix = url.path.trim_end_matches('/').to_owned();
    Ok((url, if prefix.is_empty() { "/audit".to_owned() } else { prefix }))
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_route_s_own_slowest_request_goes_before_one_among_all() {
        let text = r#"{"routes": [{"route": "/a", "allocations": 2.0, "slowest": {"id": "own", "route": "/a", "wall_ms": 9.0}},
                                  {"route": "/b", "slowest": null}, {"route": "/c"}],
                       "slowest": [{"id": "among all", "route": "/a"}, {"id": "old", "route": "/c"}]}"#;
        let report: Report = serde_json::from_str(text).expect("a report");
        let found = |route: &str| {
            let (request, evidence) = report.slowest(report.route(route)?)?;
            Some((request.id.as_str(), evidence.wall_ms, evidence.usual_allocations))
        };
        assert_eq!(found("/a"), Some(("own", Some(9.0), Some(2.0))));
        assert_eq!(found("/b"), None);
        assert_eq!(found("/c"), Some(("old", None, None)));
    }
}

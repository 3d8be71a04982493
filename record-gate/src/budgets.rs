//! Budgets: the most that a request of a route may allocate, made of what production measured.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use crate::audit::Report;
use crate::measures::Figures;
use crate::verdict::{Failure, number};

/// A file of budgets, by route.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budgets {
    #[serde(default)]
    pub(crate) routes: BTreeMap<String, Budget>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    pub(crate) allocations: Option<f64>,
    pub(crate) allocated_bytes: Option<f64>,
}

impl Budgets {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let budgets: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            format!("{shown}:{line}: {}", error.message().trim().replace('\n', ", "))
        })?;
        for (route, budget) in &budgets.routes {
            for limit in [budget.allocations, budget.allocated_bytes].into_iter().flatten() {
                if !(limit >= 0.0 && limit.is_finite()) {
                    return Err(format!("{shown}: the budget of {route:?} is {limit}: it must be 0 or more"));
                }
            }
        }
        Ok(budgets)
    }

    /// The limits of `route` that `figures` pass.
    pub(crate) fn failures(&self, route: &str, figures: &Figures) -> Vec<Failure> {
        let Some(budget) = self.routes.get(route) else { return Vec::new() };
        let pairs = [
            ("allocations", "allocations", budget.allocations, figures.allocations),
            ("allocated_bytes", "bytes", budget.allocated_bytes, figures.allocated_bytes),
        ];
        let over = pairs.into_iter().filter_map(|(measure, unit, limit, now)| {
            let (limit, now) = (limit?, now?);
            (now > limit).then(|| Failure {
                measure,
                before: limit,
                now,
                text: format!("over its budget: {} {unit} per request, {} allowed", number(now), number(limit)),
            })
        });
        over.collect()
    }
}

/// The text of a file of budgets: each route's means, with so many percent of head room, rounded up.
pub(crate) fn text(report: &Report, head_room_percent: f64) -> String {
    let mut text = format!(
        "# The most that a request of a route may allocate: what was measured, and {head_room_percent} % of head room.\n"
    );
    for route in &report.routes {
        let (Some(allocations), Some(bytes)) = (route.allocations, route.allocated_bytes) else { continue };
        let with_room = |value: f64| (value * (1.0 + head_room_percent / 100.0)).ceil();
        let name = route.route.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(
            text,
            "\n# {} requests\n[routes.\"{name}\"]\nallocations = {:.1}\nallocated_bytes = {:.1}\n",
            route.requests,
            with_room(allocations),
            with_room(bytes)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Budget, Budgets, text};
    use crate::audit::{OfRoute, Report};
    use crate::measures::Figures;

    #[test]
    fn budgets_come_back_as_they_were_made() {
        let route = |name: &str, allocations: Option<f64>| OfRoute {
            route: name.to_owned(),
            requests: 10.0,
            allocations,
            allocated_bytes: Some(1000.0),
            ..OfRoute::default()
        };
        let report = Report {
            routes: vec![route("/a/{id}", Some(7.3)), route("/b", None), route("/\"c\"", Some(0.0))],
            ..Report::default()
        };
        let folder = crate::scratch::Folder::new("budgets");
        let path = folder.path().join("budgets.toml");
        std::fs::write(&path, text(&report, 20.0)).expect("a folder of our own");
        let budgets = Budgets::read(&path).expect("it was just made");
        assert_eq!(budgets.routes.len(), 2);
        let budget = Budget { allocations: Some(9.0), allocated_bytes: Some(1200.0) };
        assert_eq!(budgets.routes["/a/{id}"], budget);
        assert_eq!(budgets.routes["/\"c\""].allocations, Some(0.0));
        let figures = Figures { allocations: Some(10.0), allocated_bytes: Some(1200.0), ..Figures::default() };
        let failures = budgets.failures("/a/{id}", &figures);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].text, "over its budget: 10 allocations per request, 9 allowed");
        std::fs::write(&path, "[routes.\"/a\"]\nalocations = 1\n").expect("a folder of our own");
        assert!(Budgets::read(&path).expect_err("a mistake").contains("budgets.toml:2: unknown field `alocations`"));
        std::fs::write(&path, "[routes.\"/a\"]\nallocations = -1.0\n").expect("a folder of our own");
        assert!(Budgets::read(&path).expect_err("a mistake").contains("it must be 0 or more"));
    }
}

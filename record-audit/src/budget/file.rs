//! Budgets of routes, kept in a file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::Path;

use super::Budget;

/// Budgets by route, from a file in TOML: a table for each route, with any of `allocations`, `bytes` and `left_behind`.
///
/// ```
/// use record_audit::{Budget, Budgets};
///
/// let budgets = Budgets::parse("
///     [\"/users/{id}\"]
///     allocations = 3
///     bytes = 4096
/// ")?;
/// assert_eq!(budgets.of("/users/{id}"), Some(Budget::new().allocations(3).bytes(4096)));
/// assert_eq!(budgets.of("/other"), None);
/// # Ok::<_, record_audit::BudgetsError>(())
/// ```
///
/// A test asks for the budget of the route that it calls, and passes the call to [`Budget::run_async`]. Or it passes
/// the record of a request to [`Budget::assert`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budgets(BTreeMap<String, Budget>);

/// Why a file of budgets could not be read: the file, if there is one, and the line or the key.
#[derive(Debug)]
pub struct BudgetsError(String);

impl fmt::Display for BudgetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for BudgetsError {}

impl Budgets {
    /// Reads a file.
    ///
    /// # Errors
    /// Where the file cannot be read, and as [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, BudgetsError> {
        let path = path.as_ref();
        let in_file = |error: &dyn fmt::Display| BudgetsError(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| in_file(&error))?;
        Self::parse(&text).map_err(|error| in_file(&error))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Where it is not TOML, or a table has another key, or a limit is not a whole number of at least 0.
    pub fn parse(text: &str) -> Result<Self, BudgetsError> {
        let file: toml::Table = text.parse().map_err(|error: toml::de::Error| BudgetsError(error.to_string()))?;
        let budget = |(route, limits): (String, toml::Value)| {
            let toml::Value::Table(limits) = limits else {
                return Err(BudgetsError(format!("`{route}` is no table of limits")));
            };
            let mut budget = Budget::new();
            for (key, limit) in limits {
                let most = limit.as_integer().and_then(|limit| u64::try_from(limit).ok());
                let most =
                    most.ok_or_else(|| BudgetsError(format!("`{route}`: `{key}` is no whole number of at least 0")))?;
                budget = match key.as_str() {
                    "allocations" => budget.allocations(most),
                    "bytes" => budget.bytes(most),
                    "left_behind" => budget.left_behind(most),
                    _ => {
                        return Err(BudgetsError(format!(
                            "`{route}`: `{key}` is no limit; there are allocations, bytes and left_behind"
                        )));
                    }
                };
            }
            Ok((route, budget))
        };
        file.into_iter().map(budget).collect::<Result<_, _>>().map(Self)
    }

    /// The budget of a route, if the file has one.
    #[must_use]
    pub fn of(&self, route: &str) -> Option<Budget> {
        self.0.get(route).copied()
    }

    /// All of them, by route.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Budget)> {
        self.0.iter().map(|(route, budget)| (route.as_str(), *budget))
    }
}

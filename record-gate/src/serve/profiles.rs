//! Profiles of what a service has alive, of which earlier ones are kept: a ticket names the call stacks that have grown.
//!
//! Two are kept, of a bounded size each, in memory. The older one is one to two intervals old, so that growth shows.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Config;
use crate::audit::{self, Report};
use crate::http::Url;
use crate::service::{Sites, heap, sites, sites_and_least};

/// A part's names of routes and stacks have no more bytes than this, what each costs beside its text included.
const MOST_BYTES: usize = 1 << 19;
const BYTES_EACH: usize = 64;
/// So many routes are asked for the stacks of followed blocks.
const MOST_ROUTES: usize = 50;
/// A service that does not answer is asked again after so many seconds, or after an interval.
const RETRY_SECONDS: f64 = 10.0;
/// Two reports of one process agree within this on when it started: uptimes are whole seconds, and answers take time.
const SLACK: Duration = Duration::from_secs(15);
/// Fewer points of sampling in a stack's growth may be chance.
const LEAST_POINTS: f64 = 2.0;

/// How a service tells what is alive.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Source {
    /// By its sampled heap, with so many bytes between two points of sampling.
    Heap(f64),
    /// By blocks of followed requests, of which each route names the largest stacks.
    Followed,
}

/// Bytes alive of one route.
#[derive(Debug, Clone, Default)]
struct Alive {
    stacks: Sites,
    /// A stack that is not among them may have so many.
    missing: f64,
}

/// Memory alive, as one source tells.
#[derive(Debug)]
struct Part {
    source: Source,
    routes: BTreeMap<String, Alive>,
    /// A stack of a route that is not among them may have so many.
    missing: f64,
}

/// The memory that a service had alive at one moment.
#[derive(Debug)]
pub(super) struct Profile {
    taken: Instant,
    uptime: Duration,
    /// The sampled heap, if there is one, comes first: it names all stacks. Followed blocks show what is too small for it.
    parts: Vec<Part>,
}

/// The comparison of a route's memory with an earlier profile.
#[derive(Debug, PartialEq)]
pub(super) enum Growth {
    /// The age of the earlier profile, and the stacks that have more alive since, with how much more.
    Since(Duration, Vec<(String, f64)>),
    /// There is nothing to compare with, for this reason.
    Unknown(&'static str),
}

/// The profiles that are kept, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Profiles(Mutex<VecDeque<Arc<Profile>>>);

impl Profiles {
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Takes profiles of `service` for ever.
    pub(super) fn keep(&self, config: &Config, service: &str) {
        loop {
            let wait = match Profile::take(service) {
                Ok(profile) => {
                    self.add(profile);
                    config.profile_seconds
                }
                // It may be down, or not have started yet. Its earlier profiles stay.
                Err(_) => config.profile_seconds.min(RETRY_SECONDS),
            };
            std::thread::sleep(Duration::from_secs_f64(wait));
        }
    }

    fn add(&self, profile: Profile) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|earlier| earlier.is_of_process(profile.taken, profile.uptime));
        if kept.len() == 2 {
            kept.pop_front();
        }
        kept.push_back(Arc::new(profile));
    }

    /// How `route` has grown since the oldest profile, in a service that has `report` now.
    pub(super) fn growth(&self, url: &Url, prefix: &str, report: &Report, route: &str) -> Growth {
        let oldest = self.0.lock().unwrap_or_else(PoisonError::into_inner).front().cloned();
        let Some(earlier) = oldest else { return Growth::Unknown("none was taken yet") };
        if !earlier.is_of_process(Instant::now(), uptime(report)) {
            return Growth::Unknown("the service has started since");
        }
        let mut has_stacks = false;
        for part in &earlier.parts {
            let now = match part.source {
                Source::Heap(_) => heap(url, prefix).and_then(|(mut heap, _)| heap.remove(route)).unwrap_or_default(),
                Source::Followed => sites(url, prefix, route),
            };
            has_stacks |= !now.is_empty();
            let grown = part.grown(route, &now);
            if !grown.is_empty() {
                return Growth::Since(earlier.taken.elapsed(), grown);
            }
        }
        if has_stacks {
            Growth::Since(earlier.taken.elapsed(), Vec::new())
        } else {
            Growth::Unknown("the service names no call stacks of the route")
        }
    }
}

fn uptime(report: &Report) -> Duration {
    Duration::try_from_secs_f64(report.uptime_secs).unwrap_or_default()
}

impl Profile {
    fn take(service: &str) -> Result<Self, String> {
        let (url, prefix) = audit::address(service)?;
        let report = Report::of(&url, &prefix)?;
        let (taken, uptime) = (Instant::now(), uptime(&report));
        let followed = Part::of_followed(&report, |route| sites_and_least(&url, &prefix, route));
        let mut parts: Vec<Part> = heap(&url, &prefix).map(Part::of_heap).into_iter().chain([followed]).collect();
        for part in &mut parts {
            part.cut(MOST_BYTES);
        }
        Ok(Self { taken, uptime, parts })
    }

    /// Whether it is of the process that has `uptime` at `now`.
    fn is_of_process(&self, now: Instant, uptime: Duration) -> bool {
        (self.uptime + now.duration_since(self.taken)).abs_diff(uptime) <= SLACK
    }
}

impl Part {
    fn of_heap((routes, interval): (BTreeMap<String, Sites>, f64)) -> Self {
        let routes = routes.into_iter().map(|(route, stacks)| (route, Alive { stacks, missing: 0.0 })).collect();
        Self { source: Source::Heap(interval), routes, missing: 0.0 }
    }

    /// Asks the routes that have most alive.
    fn of_followed(report: &Report, mut ask: impl FnMut(&str) -> (Sites, f64)) -> Self {
        let mut largest: Vec<(&str, f64)> =
            report.routes.iter().map(|route| (route.route.as_str(), route.alive_bytes.unwrap_or(0.0))).collect();
        largest.retain(|(_, bytes)| *bytes > 0.0);
        largest.sort_by(|one, other| other.1.total_cmp(&one.1));
        let missing = largest.get(MOST_ROUTES).map_or(0.0, |(_, bytes)| *bytes);
        largest.truncate(MOST_ROUTES);
        let mut alive = |route: &str| {
            let (stacks, missing) = ask(route);
            Alive { stacks, missing }
        };
        let routes = largest.into_iter().map(|(route, _)| (route.to_owned(), alive(route))).collect();
        Self { source: Source::Followed, routes, missing }
    }

    /// Leaves out the smallest stacks, so that the rest has at most so many bytes.
    fn cut(&mut self, most_bytes: usize) {
        let mut all: Vec<(f64, String, String)> = Vec::new();
        for (route, alive) in &mut self.routes {
            all.extend(
                std::mem::take(&mut alive.stacks).into_iter().map(|(stack, bytes)| (bytes, route.clone(), stack)),
            );
        }
        all.sort_by(|one, other| other.0.total_cmp(&one.0));
        // A route may have lost all of its stacks: what they had is that of routes that are missing.
        let cut_off: BTreeMap<String, f64> =
            self.routes.iter().map(|(route, alive)| (route.clone(), alive.missing)).collect();
        self.routes.clear();
        let mut left = most_bytes;
        for (bytes, route, stack) in all {
            let size = route.len() + stack.len() + BYTES_EACH;
            if size > left {
                // Those that follow are smaller.
                self.missing = self.missing.max(bytes);
                break;
            }
            left -= size;
            let missing = cut_off.get(&route).copied().unwrap_or(0.0);
            self.routes
                .entry(route)
                .or_insert_with(|| Alive { stacks: Sites::new(), missing })
                .stacks
                .insert(stack, bytes);
        }
    }

    /// The bytes that `stack` of `route` had at most.
    fn had(&self, route: &str, stack: &str) -> f64 {
        let alive = self.routes.get(route);
        let listed = alive.and_then(|alive| alive.stacks.get(stack).copied());
        listed.unwrap_or_else(|| alive.map_or(0.0, |alive| alive.missing).max(self.missing))
    }

    /// The stacks of `route` that have more `now`, those that grew most first.
    fn grown(&self, route: &str, now: &Sites) -> Vec<(String, f64)> {
        let least = match self.source {
            // With every block sampled, each byte of growth is true.
            Source::Heap(interval) if interval > 1.0 => LEAST_POINTS * interval,
            Source::Heap(_) | Source::Followed => 0.0,
        };
        let before = now.keys().map(|stack| (stack.clone(), self.had(route, stack))).collect();
        crate::check::grown(&before, now, least)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    use super::{BYTES_EACH, Part, Profile, Profiles, Sites, Source};
    use crate::audit::{OfRoute, Report};

    fn stacks(all: &[(&str, f64)]) -> Sites {
        all.iter().map(|(stack, bytes)| ((*stack).to_owned(), *bytes)).collect()
    }

    fn followed(routes: &[(&str, &[(&str, f64)])]) -> Part {
        let of = |(route, stacks): &(&str, &[(&str, f64)])| OfRoute {
            route: (*route).to_owned(),
            alive_bytes: Some(stacks.iter().map(|(_, bytes)| bytes).sum()),
            ..OfRoute::default()
        };
        let report = Report { routes: routes.iter().map(of).collect(), ..Report::default() };
        let asked: BTreeMap<&str, Sites> = routes.iter().map(|(route, all)| (*route, stacks(all))).collect();
        Part::of_followed(&report, |route| (asked[route].clone(), 0.0))
    }

    #[test]
    fn grown_stacks_are_told_from_those_that_are_alive() {
        let profile = followed(&[("/a", &[("large", 1e6), ("grows", 100.0)])]);
        let now = stacks(&[("large", 1e6), ("grows", 300.0), ("new", 50.0)]);
        assert_eq!(profile.grown("/a", &now), [("grows".to_owned(), 200.0), ("new".to_owned(), 50.0)]);
        assert_eq!(profile.grown("/b", &stacks(&[("x", 1.0)])), [("x".to_owned(), 1.0)]);
        let sampled = Part { source: Source::Heap(60.0), ..profile };
        assert_eq!(sampled.grown("/a", &now), [("grows".to_owned(), 200.0)], "a point of sampling is none");
    }

    /// A list that may be cut off says only so much of a stack that is not on it.
    #[test]
    fn a_stack_that_was_not_among_the_largest_had_no_more_than_the_last_one() {
        let mut profile = followed(&[("/a", &[("large", 1000.0), ("last", 400.0)])]);
        profile.routes.get_mut("/a").expect("it was asked").missing = 400.0;
        assert_eq!(profile.grown("/a", &stacks(&[("other", 399.0)])), []);
        assert_eq!(profile.grown("/a", &stacks(&[("other", 500.0)])), [("other".to_owned(), 100.0)]);
    }

    #[test]
    fn a_large_profile_keeps_its_largest_stacks_and_says_no_growth_that_is_none() {
        for most in [0, 100, 1000, 10_000] {
            let names: Vec<String> = (0..500).map(|number| format!("stack {number:03}")).collect();
            let all: Vec<(&str, f64)> =
                names.iter().zip(1_u16..).map(|(name, at)| (name.as_str(), f64::from(at))).collect();
            let mut profile = followed(&[("/a", &all[..250]), ("/b", &all[250..])]);
            profile.cut(most);
            let kept: usize = profile.routes.values().map(|alive| alive.stacks.len()).sum();
            assert_eq!(kept, most / (2 + 9 + BYTES_EACH));
            for (route, part) in [("/a", &all[..250]), ("/b", &all[250..])] {
                assert_eq!(profile.grown(route, &stacks(part)), [], "{most} bytes");
            }
            assert_eq!(profile.grown("/b", &stacks(&[("new", 1000.0)])).len(), 1);
        }
    }

    #[test]
    fn two_are_kept_of_one_process() {
        let profiles = Profiles::default();
        let start = Instant::now();
        let add = |after: u64, uptime: u64| {
            let (taken, uptime) = (start + Duration::from_secs(after), Duration::from_secs(uptime));
            profiles.add(Profile { taken, uptime, parts: Vec::new() });
            let kept = profiles.0.lock().expect("no panic");
            kept.iter().map(|profile| profile.taken.duration_since(start).as_secs()).collect::<Vec<_>>()
        };
        assert_eq!(add(0, 100), [0]);
        assert_eq!(add(600, 701), [0, 600]);
        assert_eq!(add(1200, 1300), [600, 1200]);
        assert_eq!(add(1800, 40), [1800], "it started again");
        assert_eq!(add(2400, 640), [1800, 2400]);
    }
}

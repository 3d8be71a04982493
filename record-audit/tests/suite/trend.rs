//! Simulated services: whether the verdict is right, how often it is wrong, and how soon it comes.

use record_audit::{MIN_OBSERVATIONS, Trend, Verdict};

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> i64 {
        (self.next() % bound).cast_signed()
    }

    /// Pareto with exponent 1.2 from `least`: mean 6 times that, no variance; cut at a million times.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a simulation")]
    fn heavy_tailed(&mut self, least: f64) -> i64 {
        let uniform = ((self.next() >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
        (least * uniform.powf(-1.0 / 1.2)).min(least * 1e6) as i64
    }
}

/// A healthy service.
type Service = fn(&mut Random) -> Levels;
/// The level after a request, by its number.
type Levels = Box<dyn FnMut(&mut Random, i64) -> i64>;

/// Nothing is ever left.
fn flat(_: &mut Random) -> Levels {
    Box::new(|_, _| 1000)
}

/// Independent amounts in flight.
fn noise(_: &mut Random) -> Levels {
    Box::new(|random, _| random.below(100_000))
}

/// In flight, with huge ones.
fn heavy_tails(_: &mut Random) -> Levels {
    Box::new(|random, _| random.heavy_tailed(200.0))
}

/// Level that wanders and is pulled back: correlated over some 50 requests.
fn wandering(_: &mut Random) -> Levels {
    let mut level = 0;
    Box::new(move |random, _| {
        level = level * 49 / 50 + random.below(20_001) - 10_000;
        level
    })
}

/// A cache of up to 300 entries of different sizes, keyed at random: fills ever slower, then replaces.
fn cache(_: &mut Random) -> Levels {
    let mut entries = [0_i64; 300];
    Box::new(move |random, _| {
        let size = 100 + random.below(4000);
        let place = usize::try_from(random.below(300)).expect("small");
        entries[place] = size;
        entries.iter().sum()
    })
}

/// Something is gathered and written out every 20 requests.
fn sawtooth(_: &mut Random) -> Levels {
    Box::new(|_, request| request % 20 * 5000)
}

const HEALTHY: [(&str, Service); 6] = [
    ("flat", flat),
    ("noise", noise),
    ("heavy tails", heavy_tails),
    ("wandering", wandering),
    ("cache", cache),
    ("sawtooth", sawtooth),
];

fn is_leaking(trend: &Trend) -> bool {
    matches!(trend.verdict(), Verdict::Leaking { .. })
}

/// Requests until it is said to leak, of at most `most`; asked after every request, as by somebody who watches.
fn first_alarm(service: Service, leak: i64, seed: u64, after: i64, most: i64) -> Option<i64> {
    let mut random = Random(seed);
    let mut level = service(&mut random);
    let mut trend = Trend::new();
    for request in 0..most {
        let level = level(&mut random, request);
        trend.observe_level(level + leak * request);
        if request >= after && is_leaking(&trend) {
            return Some(request);
        }
    }
    None
}

#[test]
fn healthy_services_are_hardly_ever_blamed() {
    const SEEDS: u64 = 300;
    for (name, service) in HEALTHY {
        // A cache that fills does grow; it is judged once it had time to fill (coupon collector: 300 ln 300 ≈ 1,700).
        let after = if name == "cache" { 6000 } else { 0 };
        let blamed: Vec<u64> =
            (0..SEEDS).filter(|seed| first_alarm(service, 0, *seed, after, after + 5000).is_some()).collect();
        println!("{name}: {} of {SEEDS} seeds ever blamed in 5,000 requests", blamed.len());
        assert!(blamed.len() as u64 * 100 <= SEEDS, "{name}: more than 1 %: seeds {blamed:?}");
    }
}

#[test]
fn leaks_are_found_and_how_soon() {
    // Bytes per request, in what noise, and within how many requests nearly every seed must find it.
    let cases: [(i64, &str, Service, i64); 7] = [
        (16, "flat", flat, 150),
        (1000, "cache", cache, 3000),
        (50_000, "noise", noise, 400),
        (1000, "noise", noise, 4000),
        (2000, "wandering", wandering, 4000),
        (1000, "heavy tails", heavy_tails, 8000),
        (1000, "sawtooth", sawtooth, 4000),
    ];
    for (leak, name, service, within) in cases {
        let mut delays: Vec<i64> = (0..100).filter_map(|seed| first_alarm(service, leak, seed, 0, within)).collect();
        delays.sort_unstable();
        println!("{leak} bytes in {name}: {} of 100 seeds, median {:?}", delays.len(), delays.get(50));
        assert!(delays.len() >= 95, "{leak} bytes in {name}: found in {} of 100", delays.len());
    }
}

#[test]
fn the_amount_is_right() {
    for (name, service) in HEALTHY {
        let mut covered = 0;
        for seed in 0..100 {
            let mut random = Random(seed);
            let mut level = service(&mut random);
            let mut trend = Trend::new();
            (0..20_000).for_each(|request| {
                let level = level(&mut random, request);
                trend.observe_level(level + 5000 * request);
            });
            let Verdict::Leaking { bytes_per_request, plus_minus_bytes } = trend.verdict() else { continue };
            covered += u32::from((bytes_per_request - 5000.0).abs() <= plus_minus_bytes.max(1.0));
        }
        assert!(covered >= 95, "{name}: {covered} of 100 intervals hold the truth");
    }
}

#[test]
fn one_request_that_keeps_much_is_no_leak_per_request() {
    for at in [40, 100, 1000, 1900] {
        let mut trend = Trend::new();
        for request in 0..2000 {
            trend.observe_level(if request >= at { 64 << 20 } else { 0 });
            assert!(!is_leaking(&trend), "jump at {at}, request {request}");
        }
    }
}

#[test]
fn a_leak_that_stops_is_cleared() {
    let mut trend = Trend::new();
    (0..1000).for_each(|request| trend.observe_level(request * 500));
    assert!(is_leaking(&trend));
    (0..3000).for_each(|_| trend.observe_level(500_000));
    assert!(!is_leaking(&trend));
}

#[test]
fn too_little_is_said_to_be_too_little() {
    let mut trend = Trend::new();
    for request in 1..MIN_OBSERVATIONS {
        trend.observe_step(1000);
        assert_eq!(trend.verdict(), Verdict::NotEnoughData { seen: request, needed: MIN_OBSERVATIONS });
    }
    trend.observe_step(1000);
    assert!(is_leaking(&trend));
}

/// The verdict by the module's own words, from all steps at once.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn expected(steps: &[i64]) -> Verdict {
    let (seen, counted) = (steps.len() as u64, steps.get(32..).unwrap_or_default());
    let mut length = 4;
    while counted.len() / length >= 32 {
        length *= 2;
    }
    let sums: Vec<i64> = counted.chunks_exact(length).map(|batch| batch.iter().sum()).collect();
    if sums.len() < 16 {
        return Verdict::NotEnoughData { seen, needed: 96 };
    }
    let later = &sums[sums.len() / 2..];
    let slopes: Vec<f64> = later.iter().map(|sum| *sum as f64 / length as f64).collect();
    let count = slopes.len() as f64;
    let mean = slopes.iter().sum::<f64>() / count;
    let squares: f64 = slopes.iter().map(|slope| (slope - mean) * (slope - mean)).sum();
    let error = 5.0 * (squares / (count - 1.0) / count).sqrt();
    let not_grown = later.iter().filter(|sum| **sum <= 0).count();
    if mean - error > 1.0 && not_grown * 8 <= later.len() {
        Verdict::Leaking { bytes_per_request: mean, plus_minus_bytes: error }
    } else {
        Verdict::Steady { within_bytes: mean.abs() + error }
    }
}

#[test]
fn verdicts_are_those_of_all_steps() {
    let about = |one: f64, other: f64| (one - other).abs() <= 1e-9 * (1.0 + other.abs());
    let mut kinds = [0_u32; 3];
    for seed in 0..200 {
        let mut random = Random(seed);
        // Steady growth or none, noise or none, and requests that change nothing in between.
        let growth = [0, 1, 2, 50, -50][usize::try_from(random.below(5)).expect("small")];
        let (noise, growing) = (1 + random.below(100) * random.below(2), 1 + random.below(8));
        let mut trend = Trend::new();
        let mut steps = Vec::new();
        for request in 0..100 + 10 * random.below(100) {
            let step = if request / 4 % 8 < growing { growth + random.below(noise.unsigned_abs()) } else { 0 };
            trend.observe_step(step);
            steps.push(step);
            assert_eq!(trend.seen(), steps.len() as u64);
            let (found, expected) = (trend.verdict(), expected(&steps));
            let (kind, is_same) = match (found, expected) {
                (Verdict::NotEnoughData { .. }, _) => (0, found == expected),
                (Verdict::Steady { within_bytes: one }, Verdict::Steady { within_bytes: other }) => {
                    (1, about(one, other))
                }
                (
                    Verdict::Leaking { bytes_per_request: one, plus_minus_bytes: error },
                    Verdict::Leaking { bytes_per_request: other, plus_minus_bytes: others },
                ) => (2, about(one, other) && about(error, others)),
                _ => (0, false),
            };
            assert!(is_same, "seed {seed}, request {request}: {found:?} {expected:?}");
            kinds[kind] += 1;
        }
    }
    assert!(kinds.iter().all(|count| *count > 1000), "{kinds:?}");
}

//! Which backends this CPU can run, by what Linux says of it.

/// Were too little asked for, a backend would run on a CPU that lacks an instruction of it. Were too much, its tests
/// would be left out.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn backends_that_the_cpu_can_run() {
    use record_runtime::__private::Backend;
    use std::collections::BTreeSet;

    let text = std::fs::read_to_string("/proc/cpuinfo").expect("a file of Linux's");
    let flags = text.lines().find_map(|line| line.strip_prefix("flags")).expect("the flags of a CPU");
    let flags: BTreeSet<_> = flags.split_whitespace().collect();
    let has = |all: &[&str]| all.iter().all(|flag| flags.contains(flag));
    // `abm` is LZCNT, with POPCNT.
    let avx2 = has(&["avx2", "bmi1", "abm", "popcnt"]);
    let avx512 = ["f", "dq", "bw", "vl", "vbmi", "_vbmi2", "ifma"].map(|part| format!("avx512{part}"));
    for &backend in Backend::ALL {
        let expected = match backend {
            Backend::Swar | Backend::Sse2 => true,
            Backend::Avx2 => avx2,
            Backend::Avx512 => avx2 && has(&["bmi2"]) && avx512.iter().all(|flag| flags.contains(flag.as_str())),
            _ => false,
        };
        assert_eq!(backend.is_available(), expected, "{backend:?}");
    }
}

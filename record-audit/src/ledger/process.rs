//! The system's numbers of the process's memory, to stand beside the counted ones.

use std::fs;

#[cfg(feature = "page")]
use record_runtime::ZeroAllocJson;

/// The process's memory as the system counts it. Read from Linux; elsewhere nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct ProcessReport {
    /// Bytes in physical memory.
    pub resident_bytes: Option<u64>,
    /// The most that it was.
    pub peak_resident_bytes: Option<u64>,
    /// The limit of the process's control group: the lowest one from there up; absent without one.
    pub limit_bytes: Option<u64>,
}

/// An allocator's own numbers. See [`Ledger::with_allocator`](super::Ledger::with_allocator).
///
/// jemalloc tells it as `stats.allocated` and `stats.retained`, mimalloc and the C library's `mallinfo2` in numbers of
/// similar names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct AllocatorReport {
    /// Bytes in blocks that the program has.
    pub allocated_bytes: Option<u64>,
    /// Bytes that it keeps for later.
    pub retained_bytes: Option<u64>,
}

impl ProcessReport {
    pub(super) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        Self {
            resident_bytes: kibibytes(&status, "VmRSS:"),
            peak_resident_bytes: kibibytes(&status, "VmHWM:"),
            limit_bytes: limit(&fs::read_to_string("/proc/self/cgroup").unwrap_or_default(), |path| {
                fs::read_to_string(path).ok()
            }),
        }
    }
}

/// The number behind `name`, as bytes.
fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Version 1 says "no limit" by a number that no machine has.
const NO_LIMIT: u64 = 1 << 60;

/// The lowest limit of a control group and those above it. `cgroups` is the list of a process; `read` reads a file.
fn limit(cgroups: &str, read: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let of_memory = cgroups.lines().find_map(|line| {
        let (_, group) = line.split_once(':')?;
        let (controllers, path) = group.split_once(':')?;
        match controllers {
            "" => Some(("/sys/fs/cgroup", "memory.max", path)),
            _ if controllers.split(',').any(|name| name == "memory") => {
                Some(("/sys/fs/cgroup/memory", "memory.limit_in_bytes", path))
            }
            _ => None,
        }
    });
    let (root, file, path) = of_memory?;
    let mut path = path.trim_end_matches('/');
    let mut lowest: Option<u64> = None;
    loop {
        let limit = read(&format!("{root}{path}/{file}")).and_then(|text| text.trim().parse::<u64>().ok());
        if let Some(limit) = limit.filter(|limit| *limit < NO_LIMIT) {
            lowest = Some(lowest.map_or(limit, |lowest| lowest.min(limit)));
        }
        match path.rsplit_once('/') {
            Some((above, _)) => path = above,
            None => return lowest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_limit_counts() {
        let files = [
            ("/sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("/sys/fs/cgroup/a/memory.max", "1000\n"),
            ("/sys/fs/cgroup/memory.max", "5000\n"),
            ("/sys/fs/cgroup/memory/c/memory.limit_in_bytes", "2000"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"),
        ];
        let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        assert_eq!(limit("0::/a/b\n", read), Some(1000));
        assert_eq!(limit("0::/\n", read), Some(5000));
        assert_eq!(limit("5:cpu,cpuacct:/a\n4:memory:/c\n", read), Some(2000));
        assert_eq!(limit("4:memory:/d\n", read), None);
        assert_eq!(limit("", read), None);
    }

    #[test]
    fn lines_of_the_status() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t      10 kB\n";
        assert_eq!((kibibytes(status, "VmRSS:"), kibibytes(status, "VmHWM:")), (Some(10_240), Some(2_097_152)));
        assert_eq!(kibibytes("", "VmRSS:"), None);
        if cfg!(target_os = "linux") {
            let now = ProcessReport::now();
            assert!(now.resident_bytes.is_some_and(|bytes| bytes > 100_000), "{now:?}");
            assert!(now.peak_resident_bytes >= now.resident_bytes, "{now:?}");
        }
    }
}

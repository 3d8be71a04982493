//! The host that figures come from: figures of two hosts are not compared.

use std::fs;
use std::process::{Command, Stdio};

use record_runtime::ZeroAllocJson;
use serde::Deserialize;

/// The parts of a machine and its tools that figures depend on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ZeroAllocJson)]
#[serde(default)]
pub(crate) struct Host {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) compiler: String,
    /// The C library, whose copies are a part of many counts.
    pub(crate) libc: String,
}

impl Host {
    /// This machine.
    pub(crate) fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            cpu: model_name(&cpuinfo).unwrap_or(std::env::consts::ARCH).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            compiler: first_line("rustc", &["--version"]).unwrap_or_default(),
            libc: first_line("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_default(),
        }
    }

    /// The differences, by name; empty where nothing does.
    pub(crate) fn difference(&self, other: &Self) -> Vec<&'static str> {
        let mut names = self.tool_difference(other);
        let machine = [
            ("CPU", self.cpu == other.cpu),
            ("number of cores", self.cores == other.cores),
            ("kernel", self.kernel == other.kernel),
        ];
        names.extend(machine.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name));
        names
    }

    /// As [`Self::difference`], of what instructions and allocations depend on.
    pub(crate) fn tool_difference(&self, other: &Self) -> Vec<&'static str> {
        let tools = [("compiler", self.compiler == other.compiler), ("C library", self.libc == other.libc)];
        tools.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
    }
}

fn model_name(cpuinfo: &str) -> Option<&str> {
    let (_, name) =
        cpuinfo.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == "model name"))?;
    Some(name.trim())
}

/// The first line that a program prints; nothing where it is missing or fails.
pub(crate) fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn this_machine_is_known_and_like_itself() {
        let here = Host::here();
        assert!(here.cores > 0 && !here.cpu.is_empty(), "{here:?}");
        assert!(here.difference(&Host::here()).is_empty());
        let other = Host { kernel: "other".to_owned(), compiler: "other".to_owned(), ..here.clone() };
        assert_eq!(here.difference(&other), ["compiler", "kernel"]);
        assert_eq!(here.tool_difference(&other), ["compiler"]);
    }
}

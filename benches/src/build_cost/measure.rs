//! Building the generated packages from clean, again and again, and weighing what comes out.

#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use object::{Object, ObjectSection, SectionKind};

use super::flavour::Flavour;
use crate::exit::Failure;
use crate::project::{cargo, first_error};
use crate::timing::Samples;

/// How cargo builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub(super) const ALL: [Self; 2] = [Self::Debug, Self::Release];

    /// The name in tables, and of the folder in the target folder.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    const fn cargo_name(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "release",
        }
    }
}

/// The cost of one flavour in one profile.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    pub(super) flavour: Flavour,
    pub(super) profile: Profile,
    /// Seconds of `cargo build` from clean, with all dependencies built.
    pub(super) build: Samples,
    /// Bytes of executable sections in the program.
    pub(super) code: u64,
}

/// The generated workspace, and the folder into which it is built.
pub(super) struct Workspace {
    pub(super) folder: PathBuf,
    pub(super) target: PathBuf,
}

impl Workspace {
    /// Builds every flavour in every profile `runs` times, in turns; tells `progress` after each step.
    pub(super) fn measure(&self, runs: usize, progress: &mut impl Write) -> Result<Vec<Cost>, Failure> {
        for profile in Profile::ALL {
            tell(progress, format_args!("building the dependencies and checking the output, {}", profile.name()));
            self.check_outputs(profile)?;
        }
        let kinds: Vec<(Profile, Flavour)> =
            Profile::ALL.into_iter().flat_map(|p| Flavour::ALL.map(|f| (p, f))).collect();
        let mut seconds = vec![Vec::with_capacity(runs); kinds.len()];
        for run in 0..runs {
            for turn in 0..kinds.len() {
                // Another flavour begins each time, so that none always meets the machine as another has left it.
                let index = (turn + run) % kinds.len();
                let (profile, flavour) = kinds[index];
                let elapsed = self.build_from_clean(profile, flavour)?;
                let run = run + 1;
                tell(
                    progress,
                    format_args!("run {run} of {runs}: {}, {}: {elapsed:.2} s", flavour.name(), profile.name()),
                );
                seconds[index].push(elapsed);
            }
        }
        kinds
            .into_iter()
            .zip(seconds)
            .map(|((profile, flavour), seconds)| {
                let code = self.code_size(profile, flavour)?;
                Ok(Cost { flavour, profile, build: Samples::new(seconds), code })
            })
            .collect()
    }

    /// Builds everything once, and compares what the programs print: figures of a writer that writes something else
    /// would be worth nothing.
    fn check_outputs(&self, profile: Profile) -> Result<(), Failure> {
        for flavour in Flavour::ALL {
            self.cargo("build", profile, flavour)?;
        }
        let [ours, reference] = [Flavour::Record, Flavour::Serde].map(|flavour| {
            let program = self.program(profile, flavour);
            let output = Command::new(&program).output();
            let output = output.map_err(|e| Failure::failed(format!("cannot run `{}`: {e}", program.display())))?;
            if output.status.success() {
                Ok(output.stdout)
            } else {
                Err(Failure::failed(format!("`{}` ended with {}", program.display(), output.status)))
            }
        });
        let (ours, reference) = (ours?, reference?);
        let lines = ours.split(|b| *b == b'\n').zip(reference.split(|b| *b == b'\n'));
        if let Some((ours, reference)) = lines.into_iter().find(|(ours, reference)| ours != reference) {
            return Err(Failure::failed(format!(
                "the generated types are written as `{}`, by serde_json as `{}`",
                String::from_utf8_lossy(ours),
                String::from_utf8_lossy(reference)
            )));
        }
        if ours.len() == reference.len() {
            Ok(())
        } else {
            Err(Failure::failed("the generated programs do not write the same number of values"))
        }
    }

    fn build_from_clean(&self, profile: Profile, flavour: Flavour) -> Result<f64, Failure> {
        self.cargo("clean", profile, flavour)?;
        let start = Instant::now();
        self.cargo("build", profile, flavour)?;
        Ok(start.elapsed().as_secs_f64())
    }

    fn cargo(&self, subcommand: &str, profile: Profile, flavour: Flavour) -> Result<(), Failure> {
        let mut command = cargo();
        command
            .args([subcommand, "--offline", "--profile", profile.cargo_name(), "--package", flavour.package()])
            .args([OsStr::new("--target-dir"), self.target.as_os_str()])
            .current_dir(&self.folder)
            // A compiler cache would make the second build from clean cost nothing.
            .env("RUSTC_WRAPPER", "");
        let shown = format!("cargo {subcommand} --profile {} -p {}", profile.cargo_name(), flavour.package());
        let output = command.output().map_err(|e| Failure::failed(format!("cannot run `{shown}`: {e}")))?;
        if output.status.success() {
            return Ok(());
        }
        let reason = String::from_utf8_lossy(&output.stderr);
        let folder = self.folder.display();
        Err(Failure::failed(format!("`{shown}` failed in `{folder}`: {}", first_error(&reason))))
    }

    fn code_size(&self, profile: Profile, flavour: Flavour) -> Result<u64, Failure> {
        let program = self.program(profile, flavour);
        let failure = |reason: String| Failure::failed(format!("cannot measure `{}`: {reason}", program.display()));
        let bytes = std::fs::read(&program).map_err(|e| failure(e.to_string()))?;
        let file = object::File::parse(bytes.as_slice()).map_err(|e| failure(e.to_string()))?;
        Ok(file.sections().filter(|section| section.kind() == SectionKind::Text).map(|section| section.size()).sum())
    }

    fn program(&self, profile: Profile, flavour: Flavour) -> PathBuf {
        let name = format!("{}{}", flavour.package(), std::env::consts::EXE_SUFFIX);
        self.target.join(profile.name()).join(name)
    }
}

fn tell(progress: &mut impl Write, line: std::fmt::Arguments<'_>) {
    // Progress that nobody reads is no reason to stop measuring.
    let _ = writeln!(progress, "{line}");
}

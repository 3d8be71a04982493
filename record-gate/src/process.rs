//! Programs that the gate starts. Each is the head of a process group, which ends with it, and with the gate.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// The groups that are to end when the gate is interrupted.
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// The place of a program's output.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output<'a> {
    /// A file of both outputs.
    File(&'a Path),
    /// The gate reads it; errors go where the gate's go.
    Read,
    /// Both go where the gate's errors go.
    Errors,
}

/// A program that runs; dropped, it is ended with all of its children.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    group: Option<Pid>,
}

impl Program {
    /// Starts `words` in `folder`.
    pub(crate) fn start(words: &[String], folder: &Path, output: Output<'_>) -> Result<Self, String> {
        let mut command = command(words, folder)?;
        match output {
            Output::File(path) => {
                let cannot = |error| format!("{} cannot be written: {error}", path.display());
                let file = File::create(path).map_err(cannot)?;
                command.stderr(file.try_clone().map_err(cannot)?).stdout(file);
            }
            Output::Read => {
                command.stdout(Stdio::piped());
            }
            Output::Errors => {
                command.stdout(std::io::stderr());
            }
        }
        let child = command.spawn().map_err(|error| format!("`{}` cannot be started: {error}", words[0]))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).extend(group);
        Ok(Self { child, group })
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Whether it, or a child of it, listens at `port`. Known on Linux; elsewhere it is believed.
    pub(crate) fn listens(&self, port: u16) -> bool {
        let sockets = listening_sockets(port);
        let Some(group) = self.group.filter(|_| !sockets.is_empty()) else { return true };
        let of_group = |process: &Path| {
            let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
            // Behind the name: state, parent, group.
            let fields = stat.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
            fields.split_whitespace().nth(2).and_then(|text| text.parse().ok()) == Some(group.as_raw_nonzero().get())
        };
        let has_socket = |process: &Path| {
            let files = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
            let links = files.filter_map(|file| std::fs::read_link(file.path()).ok());
            links.into_iter().any(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str()))
        };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        processes.map(|process| process.path()).any(|process| of_group(&process) && has_socket(&process))
    }

    /// Its output and how it ended.
    pub(crate) fn output(mut self) -> Result<(Vec<u8>, ExitStatus), String> {
        let mut bytes = Vec::new();
        if let Some(mut output) = self.child.stdout.take() {
            std::io::Read::read_to_end(&mut output, &mut bytes).map_err(|error| error.to_string())?;
        }
        let status = self.child.wait().map_err(|error| error.to_string())?;
        Ok((bytes, status))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let Some(group) = self.group else { return };
        // An error means that nobody is left.
        let _ = kill_process_group(group, Signal::TERM);
        let started = Instant::now();
        while self.ended().is_none() && started.elapsed() < PATIENCE {
            sleep(Duration::from_millis(5));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|known| *known != group);
    }
}

/// The sockets that listen at `port`, as links in a process's folder name them.
fn listening_sockets(port: u16) -> Vec<String> {
    let files = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| std::fs::read_to_string(path).unwrap_or_default());
    let socket = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (_, hexadecimal) = fields.get(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(hexadecimal, 16).ok()? == port && *fields.get(3)? == "0A";
        is_it.then(|| fields.get(9).map(|inode| format!("socket:[{inode}]")))?
    };
    files.iter().flat_map(|text| text.lines().filter_map(socket)).collect()
}

fn command(words: &[String], folder: &Path) -> Result<Command, String> {
    let program = words.first().ok_or("a command is empty")?;
    // A program named by its place is looked for below the folder, as a shell in it would.
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let mut command = Command::new(program);
    command.args(&words[1..]).current_dir(folder).stdin(Stdio::null()).process_group(0);
    Ok(command)
}

/// Ends all groups when this process is told to end, and then itself.
pub(crate) fn end_all_when_told() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            for group in GROUPS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = kill_process_group(*group, Signal::TERM);
            }
            std::process::exit(130);
        });
    });
}

/// Runs `words` to the end, with its output where the gate's errors go.
pub(crate) fn run(words: &[String], folder: &Path) -> Result<(), String> {
    let (_, status) = Program::start(words, folder, Output::Errors)?.output()?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", words.join(" "))) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Output, Program, run};

    fn words(line: &str) -> Vec<String> {
        ["sh", "-c", line].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_program_ends_with_its_children() {
        let folder = crate::scratch::Folder::new("process");
        let log = folder.path().join("log");
        // The child writes its own number and outlives the shell, if nobody ends it.
        let program = Program::start(&words("sleep 600 & echo $!; wait"), folder.path(), Output::File(&log));
        let program = program.expect("a shell");
        let started = Instant::now();
        let child = loop {
            let text = std::fs::read_to_string(&log).expect("it was made");
            if text.ends_with('\n') {
                break text.trim().to_owned();
            }
            assert!(started.elapsed() < Duration::from_mins(1), "the shell prints");
            std::thread::sleep(Duration::from_millis(5));
        };
        drop(program);
        // Nobody may be there to reap it: then it is a zombie, which is an end too. A signal is sent at once, and ends
        // its process only when that runs next.
        let started = Instant::now();
        loop {
            let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            if state.is_empty() || state.contains(") Z") {
                break;
            }
            assert!(started.elapsed() < Duration::from_mins(1), "the child lives: {state}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn what_fails_says_so() {
        let here = std::path::Path::new(".");
        assert!(run(&words("exit 3"), here).expect_err("3").contains("exit status: 3"));
        assert!(run(&["no-such-program".to_owned()], here).expect_err("missing").contains("`no-such-program`"));
        assert!(run(&[], here).is_err());
    }
}

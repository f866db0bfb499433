//! What tests of the whole command share: a checkout of its own to run it in, and a run that is watched while it happens.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

/// How long an event may be in coming: longer than a guest may take to come up, so that what hangs fails.
const PATIENCE: Duration = Duration::from_secs(240);

/// A checkout of its own.
pub struct Project {
    folder: TempDir,
    /// What its commands have in their environment besides what the tests have.
    pub environment: Vec<(&'static str, OsString)>,
}

impl Project {
    /// One with nothing in it.
    pub fn bare() -> Project {
        Project {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    /// The real images and `tests/lib`, and the tests given.
    pub fn new(tests: &[(&str, &str)]) -> Project {
        let project = Project::bare();
        project.copy("images");
        project.copy("tests/lib");
        for (name, text) in tests {
            project.write(&format!("tests/abuse/{name}"), text);
        }
        project
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, in a folder that need not be there.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Copies a file of the real checkout, or the files of a folder.
    pub fn copy(&self, path: &str) {
        let (real, copy) = (real(path), self.root().join(path));
        if real.is_file() {
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(real, copy).unwrap();
            return;
        }
        for entry in fs::read_dir(real).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                self.copy(&format!("{path}/{}", entry.file_name().to_str().unwrap()));
            }
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(arguments)
            .env("CARGO_MANIFEST_DIR", self.root().join("xtask"))
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts `matrix --json`, and these arguments.
    pub fn start(&self, arguments: &[&str]) -> Running {
        self.begin(&[&["matrix", "--json"], arguments].concat())
    }

    /// Starts a command that prints events, or nothing.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let said = NamedTempFile::new().unwrap();
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(said.reopen().unwrap())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (events, inbox) = mpsc::channel();
        std::thread::spawn(move || {
            // The last line of a run that was killed may be half of one.
            let lines = stdout.lines().map_while(Result::ok);
            for event in lines.map_while(|line| serde_json::from_str(&line).ok()) {
                // A test that listens no more must not keep the run from writing.
                let _ = events.send(event);
            }
        });
        Running {
            child,
            events: inbox,
            said,
        }
    }

    /// The events of the latest run.
    pub fn events(&self) -> Vec<Value> {
        let text =
            fs::read_to_string(self.root().join("target/matrix/latest/events.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A path of the real checkout.
fn real(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The children of a process that have this in their name.
fn children(parent: u32, name: &str) -> Vec<u32> {
    let parent = format!("PPid:\t{parent}");
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes
        .filter(|process: &u32| {
            let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
            let first = status.lines().next().unwrap_or_default();
            first.contains(name) && status.lines().any(|line| line == parent)
        })
        .collect()
}

/// A run under way. Dropped, it is killed: a test that fails leaves none behind.
pub struct Running {
    child: Child,
    events: Receiver<Value>,
    said: NamedTempFile,
}

impl Running {
    /// The QEMUs that it has started, or that commands have which it has started.
    pub fn guests(&self) -> Vec<u32> {
        let harness = self.child.id();
        let commands = children(harness, "xtask");
        let parents = [harness].into_iter().chain(commands);
        parents
            .flat_map(|parent| children(parent, "qemu-system"))
            .collect()
    }

    /// Waits for an event, which `matrix --json` prints as it happens: its name, and, if it has one, its phase.
    #[track_caller]
    pub fn await_event(&self, name: &str, phase: Option<&str>) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let event = self
                .events
                .recv_timeout(until.saturating_duration_since(Instant::now()))
                .unwrap_or_else(|error| panic!("no {name} {phase:?}: {error}; {}", self.said()));
            if event["event"] == name && event["phase"].as_str() == phase {
                return event;
            }
        }
    }

    pub fn interrupt(&self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
    }

    /// Kills it as nothing can be prepared for: SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end: the status it exits with, and what it said on stderr.
    #[track_caller]
    pub fn end(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        while let Ok(_) | Err(mpsc::RecvTimeoutError::Timeout) = self
            .events
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            assert!(Instant::now() < until, "it does not end; {}", self.said());
        }
        (self.child.wait().unwrap().code(), self.said())
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.said.path()).unwrap()).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for the end of guests whose run has ended.
#[track_caller]
pub fn await_gone(guests: &[u32]) {
    let lives = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    };
    await_that("the guests are gone", Duration::from_secs(10), || {
        !guests.iter().any(lives)
    });
}

/// What a command said.
pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Looks again and again until something is so.
#[track_caller]
pub fn await_that(what: &str, within: Duration, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + within;
    while !is_so() {
        assert!(
            Instant::now() < until,
            "after {} s it is not so that {what}",
            within.as_secs()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

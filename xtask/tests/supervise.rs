//! Proves the in-guest supervisor: `provoke.c` ends, hangs and misbehaves on demand; `supervise.c` must name it, survive it and leave nothing behind.
//!
//! The supervisor is proved with each compiler that guests use. As root it is proved both as root and as an unprivileged user.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

/// Those that guests use; the tests of one property each use the first.
#[cfg(target_os = "linux")]
const COMPILERS: &[&str] = &["gcc", "clang", "musl-gcc"];
#[cfg(not(target_os = "linux"))]
const COMPILERS: &[&str] = &["cc"];
const NOBODY: u32 = 65534;
const JOBS: u32 = 4;

/// What `supervise` must say of a situation: how the run ends and where its threads are.
struct Expected {
    situation: &'static str,
    end: &'static str,
    at: &'static str,
    /// Lines of the plan besides `cell`, `argv` and `run`.
    plan: &'static str,
    who: Who,
}

#[derive(PartialEq)]
enum Who {
    Anyone,
    /// Arms a timer that only root can see: anyone else must wait longer before a hang is believed.
    HiddenTimer,
    /// Reaches for all processes of its user: only where it has one of its own.
    OwnUser,
}

const fn expected(situation: &'static str, end: &'static str, at: &'static str) -> Expected {
    Expected {
        situation,
        end,
        at,
        plan: "",
        who: Who::Anyone,
    }
}

const EXPECTED: &[Expected] = &[
    expected("nothing_at_all", "exit 0", ""),
    expected("exit_seven", "exit 7", ""),
    expected("signal_term", "signal TERM", ""),
    expected("signal_kill", "signal KILL", ""),
    expected("signal_realtime", "signal RTMIN+3", ""),
    expected("null_pointer", "signal SEGV", ""),
    expected("sleep_second", "exit 0", ""),
    Expected {
        who: Who::HiddenTimer,
        ..expected("alarm_kills", "signal ALRM", "")
    },
    Expected {
        who: Who::HiddenTimer,
        ..expected("alarm_again", "hung in pause", "main: pause")
    },
    expected("posix_timer", "exit 0", ""),
    #[cfg(target_os = "linux")]
    expected("timer_fd", "exit 0", ""),
    Expected {
        plan: "deadline 700\n",
        ..expected("spin_sleeping", "timed out", "")
    },
    expected("pause_forever", "hung in pause", "main: pause"),
    expected("sigsuspend_forever", "hung in pause", "main: pause"),
    expected("sigwait_wrong", "hung in sigwait", "main: sigwait"),
    expected("stopped", "hung in stopped", "main: stopped"),
    expected("deadlock", "hung in lock", "main: lock; t1: lock"),
    expected("join_paused", "hung in lock", "main: lock; t1: pause"),
    expected("condition", "hung in lock", "main: lock"),
    expected("semaphore", "hung in lock", "main: lock"),
    expected(
        "pipe_deadlock",
        "hung in read",
        "main: read; child1 main: read",
    ),
    expected("pipe_full", "hung in write", "main: write"),
    expected("poll_forever", "hung in poll", "main: poll"),
    expected("select_forever", "hung in poll", "main: poll"),
    expected("receive", "hung in read", "main: read"),
    expected("accept_none", "hung in accept", "main: accept"),
    expected("open_fifo", "hung in open", "main: open"),
    expected(
        "record_lock",
        "hung in file-lock",
        "main: file-lock; child1 main: pause",
    ),
    expected("file_lock", "hung in file-lock", "main: file-lock"),
    expected(
        "vfork_paused",
        "hung in vfork",
        "main: vfork; child1 main: pause",
    ),
    expected(
        "wait_paused_program",
        "hung in wait",
        "main: wait; child1 main: pause",
    ),
    expected(
        "wait_stopped_child",
        "hung in wait",
        "main: wait; child1 main: stopped",
    ),
    #[cfg(target_os = "linux")]
    expected("main_thread_gone", "hung in pause", "t1: pause"),
    #[cfg(target_os = "freebsd")] // nothing is left there of a main thread that has ended
    expected("main_thread_gone", "hung in pause", "main: pause"),
    expected("other_threads_gone", "hung in pause", "main: pause"),
    expected("zombies_and_pause", "hung in pause", "main: pause"),
    expected("semop_seen", "exit 0", ""),
    expected("msgrcv_seen", "exit 0", ""),
    expected("all_seen", "signal USR1", ""),
    expected("continued_seen", "exit 0", ""),
    expected("flood_stdout", "output limit", ""),
    expected("flood_stderr", "output limit", ""),
    expected("output_most", "exit 0", ""),
    expected("output_more", "output limit", ""),
    expected("eat_memory", "exit 0", ""),
    expected("big_file", "signal XFSZ", ""),
    Expected {
        plan: "deadline 1500\n",
        ..expected("fork_bomb", "timed out", "")
    },
    Expected {
        plan: "deadline 1500\n",
        ..expected("daemon_bomb", "timed out", "")
    },
    Expected {
        plan: "deadline 1500\n",
        who: Who::OwnUser,
        ..expected("stop_everyone", "timed out", "")
    },
    Expected {
        who: Who::OwnUser,
        ..expected("kill_everyone", "exit 0", "")
    },
    expected("daemons", "exit 0", ""),
    expected("odd_files", "exit 0", ""),
    expected("deep_directories", "exit 0", ""),
];

/// How an interpreter comes to a run.
#[derive(Clone, Copy, PartialEq)]
enum Interpreter {
    Fresh,
    Forked,
}

/// The two programs, built in a directory that any user may enter.
struct Built {
    directory: TempDir,
}

impl Built {
    fn new(compiler: &str) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755))?;
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let lib = tests.join("../../tests/lib");
        for (name, source) in [
            ("supervise", lib.join("supervise.c")),
            ("provoke", tests.join("provoke.c")),
        ] {
            let status = Command::new(compiler)
                .args(
                    "-std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wpedantic -Werror -pthread -I"
                        .split(' '),
                )
                .arg(&lib)
                .arg("-o")
                .arg(directory.path().join(name))
                .arg(&source)
                .status()
                .with_context(|| {
                    format!(
                        "running {compiler} (is it installed? these tests need {})",
                        COMPILERS.join(", ")
                    )
                })?;
            ensure!(
                status.success(),
                "{compiler} does not build {}",
                source.display()
            );
        }
        Ok(Self { directory })
    }

    /// A Python script, to be run by an interpreter of its own or forked from a server.
    fn script(&self, name: &str, text: &str, how: Interpreter, more: &str) -> Result<String> {
        let directory = self.directory.path();
        let place = directory.display();
        let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/lib");
        for file in fs::read_dir(&lib)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "py") {
                fs::copy(&file, directory.join(file.file_name().context("a name")?))?;
            }
        }
        // Beside observe.py it would be taken for that.
        let library = directory.join("library");
        fs::create_dir_all(&library)?;
        let status = Command::new(COMPILERS[0])
            .args("-std=c11 -D_GNU_SOURCE -pthread -shared -fPIC -o".split(' '))
            .args([library.join("observe.so"), lib.join("observe.c")])
            .status()?;
        ensure!(status.success(), "observe.c does not build");
        fs::write(directory.join(name), text)?;
        let server = match how {
            Interpreter::Fresh => String::new(),
            Interpreter::Forked => format!("server {place}/forkserver.py\n"),
        };
        Ok(format!(
            "cell {name}\nargv python3\nargv -S\nargv {place}/{name}\n\
             env PYTHONPATH={place}\nenv SIGMATRIX_LIB={place}/library\n{server}{more}run\n"
        ))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn cell(&self, situation: &str, more: &str) -> String {
        format!(
            "cell {situation}\nargv {}\nargv {situation}\n{more}run\n",
            self.path("provoke").display()
        )
    }

    /// Whether any program that was built here still runs.
    fn runs(&self) -> Result<bool> {
        let all = Command::new("ps")
            .args(["-axww", "-o", "args="])
            .output()
            .context("running ps (is it installed?)")?;
        let directory = self.directory.path().to_string_lossy();
        Ok(String::from_utf8_lossy(&all.stdout).contains(&*directory))
    }
}

/// `supervise`, started; with a scratch directory of its own, which must be empty in the end.
struct Supervisor<'a> {
    built: &'a Built,
    scratch: TempDir,
    child: Child,
}

impl<'a> Supervisor<'a> {
    fn start(built: &'a Built, unprivileged: bool, jobs: u32, plan: &str) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut command = Self::command(built, unprivileged)?;
        command.args(Self::own(&scratch, jobs)?);
        command.args(["-j", &jobs.to_string()]);
        Self::start_in(scratch, built, command, plan)
    }

    /// Users and a scratch directory that no other has: its users would kill this one's runs.
    fn own(scratch: &TempDir, jobs: u32) -> Result<Vec<String>> {
        static USERS_TAKEN: AtomicU32 = AtomicU32::new(0);
        let user = 100_000 + process::id() * 128 + USERS_TAKEN.fetch_add(jobs, Ordering::Relaxed);
        fs::set_permissions(scratch.path(), Permissions::from_mode(0o777))?;
        let scratch = scratch.path().display();
        Ok(vec![format!("-u{user}"), format!("-d{scratch}")])
    }

    fn command(built: &Built, unprivileged: bool) -> Result<Command> {
        // A limit on descriptors so low that no leak goes unnoticed.
        let mut command = Command::new("sh");
        command
            .args(["-c", "ulimit -S -n 24 && exec \"$0\" \"$@\""])
            .arg(built.path("supervise"));
        if unprivileged && is_root()? {
            command.uid(NOBODY).gid(NOBODY);
        }
        Ok(command)
    }

    fn start_in(
        scratch: TempDir,
        built: &'a Built,
        mut command: Command,
        plan: &str,
    ) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting supervise")?;
        let mut stdin = child.stdin.take().context("supervise has no stdin")?;
        stdin.write_all(plan.as_bytes())?;
        Ok(Self {
            built,
            scratch,
            child,
        })
    }

    /// Reads all records, checks that every started run has ended, and that nothing is left.
    fn finish(mut self) -> Result<Vec<Run>> {
        let runs = self.read()?;
        self.nothing_is_left()?;
        Ok(runs)
    }

    /// Reads all records, and checks that every started run has ended.
    fn read(&mut self) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        let key = |record: &Value| format!("{} of {}", record["run"], record["cell"]);
        let mut started = BTreeSet::new();
        let mut done = None;
        for line in BufReader::new(
            self.child
                .stdout
                .take()
                .context("supervise has no stdout")?,
        )
        .lines()
        {
            let line = line?;
            let record: Value =
                serde_json::from_str(&line).with_context(|| format!("reading record {line}"))?;
            ensure!(
                line.is_ascii() && done.is_none(),
                "a record that is not ASCII, or comes after the last: {line}"
            );
            if let Some(start) = record.get("start") {
                started.insert(key(start));
            } else if let Some(end) = record.get("end") {
                ensure!(started.remove(&key(end)), "ended before it started: {line}");
                runs.push(Run(end.clone()));
            } else {
                done = record["done"]["runs"].as_u64();
            }
        }
        let (code, stderr) = self.wait()?;
        ensure!(
            code == Some(0) && stderr.is_empty(),
            "supervise ended with {code:?}: {stderr}"
        );
        ensure!(
            done == Some(runs.len() as u64) && started.is_empty(),
            "done: {done:?}, ended: {}, not ended: {started:?}",
            runs.len()
        );
        Ok(runs)
    }

    /// Waits for the end and checks that nothing is left; the exit code and what was said on stderr.
    fn end(&mut self) -> Result<(Option<i32>, String)> {
        let end = self.wait()?;
        self.nothing_is_left()?;
        Ok(end)
    }

    /// Waits for the end; the exit code and what was said on stderr.
    fn wait(&mut self) -> Result<(Option<i32>, String)> {
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .context("supervise has no stderr")?
            .read_to_string(&mut stderr)?;
        let status = self.child.wait()?;
        Ok((status.code(), stderr))
    }

    fn nothing_is_left(&self) -> Result<()> {
        let begun = Instant::now();
        while self.built.runs()? || fs::read_dir(self.scratch.path())?.count() > 0 {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "something is left: {:?}",
                fs::read_dir(self.scratch.path())?.collect::<Vec<_>>()
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn kill(&self, signal: &str, pid: u32) -> Result<()> {
        ensure!(
            Command::new("kill")
                .args([signal, &pid.to_string()])
                .status()?
                .success(),
            "kill {signal} {pid}"
        );
        Ok(())
    }

    fn first_line(&mut self) -> Result<String> {
        let mut line = String::new();
        BufReader::new(
            self.child
                .stdout
                .take()
                .context("supervise has no stdout")?,
        )
        .read_line(&mut line)?;
        Ok(line)
    }
}

/// `supervise -k`, which has gone into the background.
struct Kept<'a> {
    built: &'a Built,
    unprivileged: bool,
    scratch: TempDir,
    own: Vec<String>,
}

impl<'a> Kept<'a> {
    fn start(built: &'a Built, unprivileged: bool) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let kept = Self {
            built,
            unprivileged,
            own: Supervisor::own(&scratch, 1)?,
            scratch,
        };
        kept.start_again()?;
        Ok(kept)
    }

    fn socket(&self) -> PathBuf {
        self.scratch.path().join("kept")
    }

    /// Takes the place of the one that is there, if there is one.
    fn start_again(&self) -> Result<()> {
        let mut command = Supervisor::command(self.built, self.unprivileged)?;
        let status = command
            .args(&self.own)
            .arg("-k")
            .arg(self.socket())
            .status()?;
        ensure!(status.success(), "supervise -k ended with {status}");
        Ok(())
    }

    /// Asks for the runs of a plan.
    fn ask(&self, plan: &str) -> Result<Supervisor<'a>> {
        let mut command = Supervisor::command(self.built, self.unprivileged)?;
        command.arg("-a").arg(self.socket());
        Supervisor::start_in(tempfile::tempdir()?, self.built, command, plan)
    }

    /// Ends it, and checks that nothing is left.
    fn end(self) -> Result<()> {
        drop(UnixStream::connect(self.socket())?);
        self.await_end()
    }

    fn await_end(self) -> Result<()> {
        let nothing = || -> Result<bool> {
            let left = fs::read_dir(self.scratch.path())?.count();
            Ok(left == 1 && !self.built.runs()?)
        };
        let begun = Instant::now();
        while !nothing()? {
            ensure!(
                begun.elapsed() < Duration::from_secs(20),
                "something is left"
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// The record of a run's end.
struct Run(Value);

impl Run {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    /// The bytes that the characters of `out` or `err` stand for.
    fn bytes(&self, key: &str) -> Vec<u8> {
        self.text(key)
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect()
    }
}

fn is_root() -> Result<bool> {
    Ok(tempfile::tempfile()?.metadata()?.uid() == 0)
}

/// As who the supervisor is proved: `true` is unprivileged.
fn identities() -> Result<Vec<bool>> {
    Ok(if is_root()? {
        vec![false, true]
    } else {
        vec![true]
    })
}

fn one(built: &Built, unprivileged: bool, situation: &str, more: &str) -> Result<Run> {
    Supervisor::start(built, unprivileged, 1, &built.cell(situation, more))?
        .finish()?
        .pop()
        .context("no run")
}

fn check_endings(compiler: &str) -> Result<()> {
    let built = Built::new(compiler)?;
    for unprivileged in identities()? {
        let patient = |e: &Expected| {
            cfg!(target_os = "freebsd") || (unprivileged && e.who == Who::HiddenTimer)
        };
        let chosen: Vec<_> = EXPECTED
            .iter()
            .filter(|e| e.who != Who::OwnUser || !unprivileged)
            .collect();
        let plan: String = chosen
            .iter()
            .map(|e| {
                let quiet = if patient(e) { "quiet 1500\n" } else { "" };
                built.cell(e.situation, &format!("{}{quiet}", e.plan))
            })
            .collect();
        let runs = Supervisor::start(&built, unprivileged, JOBS, &plan)?.finish()?;
        let mut wrong = Vec::new();
        for e in chosen {
            let run = runs
                .iter()
                .find(|run| run.text("cell") == e.situation)
                .with_context(|| format!("no run of {}", e.situation))?;
            if (run.text("end"), run.text("where")) != (e.end, e.at) {
                wrong.push(format!(
                    "{}: expected {:?} at {:?}, got {}",
                    e.situation, e.end, e.at, run.0
                ));
            }
        }
        ensure!(
            wrong.is_empty(),
            "{compiler}, unprivileged: {unprivileged}:\n{}",
            wrong.join("\n")
        );
    }
    Ok(())
}

#[test]
fn names_every_ending() -> Result<()> {
    check_endings(COMPILERS[0])
}

#[cfg(target_os = "linux")]
#[test]
fn names_every_ending_built_with_clang() -> Result<()> {
    check_endings("clang")
}

#[cfg(target_os = "linux")]
#[test]
fn names_every_ending_built_with_musl() -> Result<()> {
    check_endings("musl-gcc")
}

#[test]
fn names_the_cpu_limit() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    assert_eq!(
        one(&built, false, "spin", "deadline 120000\n")?.text("end"),
        "cpu limit"
    );
    Ok(())
}

#[test]
fn begins_every_run_in_the_known_state() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let run = one(
            &built,
            unprivileged,
            "tell_state",
            "env SIGMATRIX_RESTART=restart\n",
        )?;
        let told: BTreeSet<_> = run
            .text("out")
            .lines()
            .filter(|line| !unprivileged || !line.starts_with("nproc: "))
            .collect();
        let mut known = BTreeSet::from([
            "session: own",
            "user: not root",
            if cfg!(target_os = "freebsd") {
                "groups: 1"
            } else {
                "groups: 0"
            },
            "umask: 022",
            "stdin: empty",
            "descriptor: 0",
            "descriptor: 1",
            "descriptor: 2",
            "home: here",
            "as: 2147483648 2147483648",
            "core: 0 0",
            "cpu: 20 20",
            "fsize: 16777216 16777216",
            "nofile: 256 256",
            "LANG=C",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "SIGMATRIX_RESTART=restart",
            "TZ=UTC",
        ]);
        if !unprivileged {
            known.insert("nproc: 128 128");
        }
        assert_eq!(told, known);
    }
    Ok(())
}

/// What a script sees of its process and of the interpreter, and then what a program sees that takes its place.
const TELL: &str = r#"
import os, signal, sys, threading
for signo in sorted(signal.valid_signals()):
    print(signo, signal.getsignal(signo))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending())
print(os.getpid() == os.getsid(0) == os.getpgrp(), os.getcwd(), sorted(os.environ.items()))
print(sys.argv, sys.path[:1], sys.flags, sys.executable, __name__, __file__, sys.stdout.line_buffering, sys.gettrace())
print(threading.enumerate(), threading.main_thread().native_id == os.getpid(), threading.current_thread() is threading.main_thread())
sys.stdout.flush()
os.execv(PROVOKE, [PROVOKE, "tell_state"])
"#;

#[test]
fn forks_runs_into_the_state_that_others_start_in() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let provoke = built.path("provoke").display().to_string();
    let tell = TELL.replace("PROVOKE", &format!("{provoke:?}"));
    let asked = "env SIGMATRIX_RESTART=restart\nrepeat 2\n";
    for unprivileged in identities()? {
        let told = |how| -> Result<Vec<BTreeSet<String>>> {
            let plan = built.script("tell.py", &tell, how, asked)?;
            let runs = Supervisor::start(&built, unprivileged, 1, &plan)?.finish()?;
            // Scratch directories have names of their own; the environment has no order.
            let line = |line: &str| {
                let words = line.split(' ');
                let words: Vec<_> = words.filter(|word| !word.contains("/supervise.")).collect();
                words.join(" ")
            };
            assert!(runs.iter().all(|run| run.text("end") == "exit 0"));
            let told = |run: &Run| run.text("out").lines().map(line).collect();
            Ok(runs.iter().map(told).collect())
        };
        let fresh = told(Interpreter::Fresh)?;
        assert!(fresh[0].contains("session: own"), "{:?}", fresh[0]);
        assert_eq!(told(Interpreter::Forked)?, fresh);
    }
    Ok(())
}

/// A script whose end has all that an interpreter sees to, before it raises `WHAT`.
const END: &str = r#"
import atexit, sys, threading
class Told:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("destroyed", self.name)
held, cycle = Told("held"), Told("cycle")
cycle.itself = cycle
def after_main():
    threading.main_thread().join()
    print("thread")
threading.Thread(target=after_main).start()
atexit.register(print, "atexit")
threading.kept = open(1, "w", closefd=False)
threading.kept.write("freed with a module\n")
print("main")
raise WHAT
"#;

#[test]
fn ends_forked_runs_as_others_end() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for (what, end, says) in [
        ("SystemExit", "exit 0", ""),
        ("SystemExit(True)", "exit 1", ""),
        ("SystemExit(259)", "exit 3", ""),
        ("SystemExit('words')", "exit 1", "words\n"),
        ("ValueError", "exit 1", "Traceback"),
        ("KeyboardInterrupt", "signal INT", "Traceback"),
    ] {
        for how in [Interpreter::Fresh, Interpreter::Forked] {
            let plan = built.script("end.py", &END.replace("WHAT", what), how, "")?;
            let runs = Supervisor::start(&built, false, 1, &plan)?.finish()?;
            let run = &runs[0];
            assert_eq!(run.text("end"), end, "{}", run.0);
            assert!(run.text("err").starts_with(says), "{}", run.0);
            let mut told: Vec<_> = run.text("out").lines().collect();
            // What is destroyed first is nobody's promise.
            told[3..].sort_unstable();
            let mut all = vec![
                "main",
                "thread",
                "atexit",
                "destroyed cycle",
                "destroyed held",
            ];
            // What its server shares with it, a run that was forked leaves as it is, unless it is killed at its end.
            if matches!(how, Interpreter::Fresh) || end == "signal INT" {
                all.push("freed with a module");
            }
            assert_eq!(told, all, "{}", run.0);
        }
    }
    Ok(())
}

#[test]
fn ends_and_counts_runs_that_are_forked() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let cases = [
        ("fails.py", "raise SystemExit(7)", "exit 7", 0, ""),
        ("raises.py", "1 / 0", "exit 1", 0, "ZeroDivisionError"),
        ("wrong.py", "if", "exit 1", 0, "SyntaxError"),
        ("dies.py", "import os\nos.abort()", "signal ABRT", 0, ""),
        (
            "hangs.py",
            "import os, signal\nos.fork()\nsignal.pause()",
            "hung in pause",
            0,
            "",
        ),
        (
            "leaves.py",
            "import subprocess\nsubprocess.Popen(['sleep', '100'])",
            "exit 0",
            1,
            "",
        ),
    ];
    for unprivileged in identities()? {
        let mut plan = String::new();
        for (name, text, ..) in cases {
            plan += &built.script(name, text, Interpreter::Forked, "repeat 3\n")?;
        }
        let runs = Supervisor::start(&built, unprivileged, 1, &plan)?.finish()?;
        assert_eq!(runs.len(), 3 * cases.len());
        for run in runs {
            let case = cases.iter().find(|case| case.0 == run.text("cell"));
            let (.., end, left, says) = *case.context("a cell")?;
            assert_eq!(run.text("end"), end, "{}", run.0);
            assert_eq!(run.0["left"], left, "{}", run.0);
            assert!(run.text("err").contains(says), "{}", run.0);
        }
    }
    Ok(())
}

#[test]
fn starts_a_fork_server_again_when_a_run_has_killed_it() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    // Without a user of its own it would kill more than that.
    let text = if is_root()? {
        "import os\nos.kill(-1, 9)\nprint('alive')"
    } else {
        "import os, subprocess\n\
         server = os.environ['PYTHONPATH'] + '/forkserver.py'\n\
         found = subprocess.run(['pgrep', '-f', server], capture_output=True, check=True).stdout\n\
         pids = set(map(int, found.split())) - {os.getpid()}\n\
         assert pids, 'the server is there'\n\
         [os.kill(pid, 9) for pid in pids]\n\
         print('alive')"
    };
    let plan = built.script("kills.py", text, Interpreter::Forked, "repeat 3\n")?;
    for run in Supervisor::start(&built, false, 1, &plan)?.finish()? {
        assert_eq!((run.text("end"), run.text("out")), ("exit 0", "alive\n"));
    }
    Ok(())
}

#[test]
fn says_why_a_fork_server_did_not_start() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let there = built.script("a.py", "", Interpreter::Forked, "")?;
    let plan = there.replace("forkserver.py", "missing.py")
        + &there.replace("argv python3", "argv no-python3");
    let runs = Supervisor::start(&built, false, 1, &plan)?.finish()?;
    assert_eq!(runs[0].text("end"), "not started: EPIPE");
    assert!(runs[0].text("err").contains("missing.py"), "{}", runs[0].0);
    assert_eq!(runs[1].text("end"), "not started: ENOENT");
    Ok(())
}

#[test]
fn one_that_is_kept_makes_the_runs_of_plan_after_plan_with_the_same_servers() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let kept = Kept::start(&built, unprivileged)?;
        // The seed of hashes is the server's.
        let python = |text| built.script("seed.py", text, Interpreter::Forked, "repeat 2\n");
        let hung = built.cell("pause_forever", "");
        let told = |plan: &str| -> Result<Vec<(String, String)>> {
            let runs = kept.ask(plan)?.read()?;
            let told = |run: &Run| (run.text("end").to_owned(), run.text("out").to_owned());
            Ok(runs.iter().map(told).collect())
        };
        let first = told(&(python("print(hash('a'))")? + &hung))?;
        let [one, two, last] = &first[..] else {
            bail!("{first:?}")
        };
        assert_eq!((&*one.0, one), ("exit 0", two));
        assert_eq!(last.0, "hung in pause");
        assert_eq!(told(&(python("print(hash('a'))")? + &hung))?, first);
        let changed = told(&python("print(hash('a'), 'changed')")?)?;
        assert_eq!(changed[0].1, format!("{} changed\n", one.1.trim_end()));
        // Another takes its place.
        kept.start_again()?;
        let other = told(&python("print(hash('a'))")?)?;
        assert_eq!(other[0].0, "exit 0");
        assert_ne!(other[0].1, one.1);
        kept.end()?;
    }
    Ok(())
}

#[test]
fn one_that_is_kept_ends_when_nobody_waits_for_it_any_more() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let kept = Kept::start(&built, unprivileged)?;
        let mut asks = kept.ask(&built.cell("pause_forever", "hang no\n"))?;
        let mut records = BufReader::new(asks.child.stdout.take().context("stdout")?);
        records.read_line(&mut String::new())?;
        asks.kill("-KILL", asks.child.id())?;
        assert_eq!(asks.wait()?.0, None);
        kept.await_end()?;
        // Nobody reads any more.
        let kept = Kept::start(&built, unprivileged)?;
        let mut asks = kept.ask(&built.cell("pause_forever", "hang no\n"))?;
        assert!(asks.first_line()?.contains("start"));
        assert_eq!(asks.wait()?.0, Some(74));
        kept.await_end()?;
    }
    Ok(())
}

#[test]
fn says_why_none_can_be_kept() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let scratch = tempfile::tempdir()?;
    let missing = scratch.path().join("missing");
    let output = Supervisor::command(&built, false)?
        .arg("-d")
        .arg(&missing)
        .arg("-k")
        .arg(scratch.path().join("kept"))
        .output()?;
    assert_eq!(output.status.code(), Some(70));
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(
        says.contains("missing: No such file or directory"),
        "{says}"
    );
    assert!(!built.runs()?);
    Ok(())
}

#[test]
fn says_so_when_none_is_kept_or_it_cannot_go_on() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let kept = Kept::start(&built, false)?;
    let (code, says) = kept.ask("nonsense\n")?.wait()?;
    assert_eq!(code, Some(70));
    assert!(says.contains("plan line 1"), "{says}");
    assert!(says.contains("the one that is kept has ended"), "{says}");
    let (code, says) = kept.ask("")?.wait()?;
    assert_eq!(code, Some(70));
    assert!(says.contains("kept: Connection refused"), "{says}");
    kept.await_end()
}

#[test]
fn lays_out_every_run_alike() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let plan = built.cell("tell_layout", "repeat 4\n");
        let runs = Supervisor::start(&built, unprivileged, 1, &plan)?.finish()?;
        let told: BTreeSet<_> = runs.iter().map(|run| run.text("out")).collect();
        assert_eq!(told.len(), 1, "{told:?}");
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn keeps_to_one_cpu_but_leaves_all_to_its_runs() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let alone = Command::new(built.path("provoke"))
        .arg("tell_cpus")
        .output()?;
    let run = one(&built, false, "tell_cpus", "")?;
    assert_eq!(run.bytes("out"), alone.stdout);
    Ok(())
}

#[test]
fn keeps_its_own_state_where_asked() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let run = one(
        &built,
        false,
        "tell_state",
        "cwd keep\nuser root\nhang no\n",
    )?;
    let user = if is_root()? {
        "user: root"
    } else {
        "user: not root"
    };
    assert!(
        run.text("out")
            .lines()
            .any(|line| line == "home: elsewhere"),
        "{}",
        run.0
    );
    assert!(
        run.text("out").lines().any(|line| line == user),
        "{}",
        run.0
    );
    let hanging = one(&built, false, "pause_forever", "hang no\ndeadline 600\n")?;
    assert_eq!(hanging.text("end"), "timed out");
    Ok(())
}

#[test]
fn passes_any_byte_and_keeps_the_last_of_stderr() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    assert_eq!(
        one(&built, false, "output_bytes", "")?.bytes("out"),
        (0..=255).collect::<Vec<u8>>()
    );
    assert_eq!(
        one(&built, false, "output_more", "")?.bytes("out").len(),
        65536
    );
    let errors = one(&built, false, "errors_tail", "")?.bytes("err");
    let all: Vec<u8> = b"0123456789"
        .iter()
        .copied()
        .cycle()
        .take(100_000)
        .collect();
    assert!(errors == all[all.len() - 16384..], "{} bytes", errors.len());
    Ok(())
}

#[test]
fn counts_what_outlives_a_run() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        assert_eq!(one(&built, unprivileged, "daemons", "")?.0["left"], 3);
        assert_eq!(one(&built, unprivileged, "exit_seven", "")?.0["left"], 0);
    }
    Ok(())
}

#[test]
fn says_why_a_program_did_not_start() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let directory = built.directory.path().display();
    let plan = format!(
        "cell a\nargv ./missing\nrun\ncell b\nargv {directory}\nrun\ncell c\nargv missing-from-path\nrun\n"
    );
    let runs = Supervisor::start(&built, false, 1, &plan)?.finish()?;
    let ends: Vec<_> = runs.iter().map(|run| run.text("end")).collect();
    assert_eq!(
        ends,
        [
            "not started: ENOENT",
            "not started: EACCES",
            "not started: ENOENT"
        ]
    );
    Ok(())
}

#[test]
fn makes_many_runs_without_a_leak() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let plan = built.cell("nothing_at_all", "first 200\nrepeat 1200\n")
            + &built.cell("output_most", "repeat 100\n");
        let runs = Supervisor::start(&built, unprivileged, 2, &plan)?.finish()?;
        assert_eq!(runs.len(), 1100);
        let mut numbers: Vec<_> = runs
            .iter()
            .filter(|run| run.text("cell") == "nothing_at_all")
            .filter_map(|run| run.0["run"].as_u64())
            .collect();
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(200..1200));
        assert!(runs.iter().all(|run| run.text("end") == "exit 0"));
    }
    Ok(())
}

#[test]
fn refuses_a_bad_plan_before_anything_runs() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    let cases = [
        ("argv x\n", 1),
        ("cell a\nargv x\nfrobnicate 3\nrun\n", 3),
        ("cell a\nargv x\nrepeat many\nrun\n", 3),
        ("cell a\nargv x\nrepeat -1\nrun\n", 3),
        ("cell a\nargv x\nhang yes\nrun\n", 3),
        ("cell a\nargv x\nenv NOVALUE\nrun\n", 3),
        ("cell a\nargv x\nfirst 3\nrepeat 2\nrun\n", 5),
        ("cell a\nrun\n", 2),
        ("cell a\nargv x\n\nrun\n", 3),
        ("cell a\nargv x\nrun\ncell b\nargv x\n", 6),
        ("cell a\nargv x\0y\nrun\n", 2),
    ];
    for (plan, line) in cases {
        let mut supervisor = Supervisor::start(&built, false, 1, plan)?;
        let mut stdout = String::new();
        supervisor
            .child
            .stdout
            .take()
            .context("supervise has no stdout")?
            .read_to_string(&mut stdout)?;
        let (code, stderr) = supervisor.end()?;
        assert!(
            code == Some(64) && stdout.is_empty() && stderr.contains(&format!("line {line}:")),
            "{plan:?}: {code:?} {stderr}"
        );
    }
    Ok(())
}

#[test]
fn ends_when_nobody_reads_its_records() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let mut supervisor = Supervisor::start(
            &built,
            unprivileged,
            2,
            &built.cell("spin_sleeping", "repeat 2\n"),
        )?;
        supervisor.first_line()?; // and stdout is closed
        assert_eq!(supervisor.end()?.0, Some(74));
    }
    Ok(())
}

#[test]
fn leaves_nothing_when_it_is_killed() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        for (signal, code) in [("-TERM", Some(143)), ("-KILL", None)] {
            let mut supervisor = Supervisor::start(
                &built,
                unprivileged,
                2,
                &built.cell("spin_sleeping", "repeat 2\n"),
            )?;
            let stdout = supervisor
                .child
                .stdout
                .take()
                .context("supervise has no stdout")?;
            let mut lines = BufReader::new(stdout).lines();
            lines.next().context("no record")??;
            supervisor.kill(signal, supervisor.child.id())?;
            assert_eq!(supervisor.end()?.0, code, "{signal}");
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn ends_when_a_job_is_killed() -> Result<()> {
    let built = Built::new(COMPILERS[0])?;
    for unprivileged in identities()? {
        let mut supervisor = Supervisor::start(
            &built,
            unprivileged,
            2,
            &built.cell("spin_sleeping", "repeat 2\n"),
        )?;
        let stdout = supervisor
            .child
            .stdout
            .take()
            .context("supervise has no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        lines.next().context("no record")??;
        lines.next().context("no second record")??;
        let pid = supervisor.child.id();
        let jobs = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        let Some(job) = jobs.split_whitespace().next() else {
            bail!("no job")
        };
        supervisor.kill("-KILL", job.parse()?)?;
        let (code, stderr) = supervisor.end()?;
        assert!(
            code == Some(70) && stderr.contains("job was killed by signal KILL"),
            "{code:?}: {stderr}"
        );
    }
    Ok(())
}

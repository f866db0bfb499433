//! Child processes that never outlive this one, however it ends.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Sender};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

/// A command for the starting thread, and where its child goes.
type Order = (Command, Sender<io::Result<Child>>);

/// Pids of the long-lived children that are still ours to end.
static LIVING: LazyLock<Mutex<BTreeSet<u32>>> = LazyLock::new(Mutex::default);

/// Makes `command` receive `signal` when the thread that starts it ends.
///
/// Linux only (`prctl(PR_SET_PDEATHSIG)`): it is the thread that counts, not the process (see prctl(2)),
/// so a child that must outlive its starter goes through [`start`].
pub fn die_with_parent(command: &mut Command, signal: Signal) {
    let parent = rustix::process::getpid();
    let bind = move || {
        #[cfg(target_os = "linux")]
        rustix::process::set_parent_process_death_signal(Some(signal))?;
        // The parent may have died between fork and prctl: then nobody will send the signal any more.
        if rustix::process::getppid() != Some(parent) {
            return Err(io::Error::other("the parent is gone"));
        }
        Ok(())
    };
    #[cfg(not(target_os = "linux"))]
    let _ = signal;
    // SAFETY: between fork and exec the closure makes two system calls and allocates nothing unless it fails.
    unsafe { command.pre_exec(bind) };
}

/// Starts a long-lived child that is killed with this process, in a process group of its own, so that
/// a terminal's Ctrl-C reaches this process alone and the child is ended in order.
///
/// # Errors
/// As [`Command::spawn`].
pub fn start(command: Command) -> io::Result<Child> {
    static STARTER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, inbox) = mpsc::channel::<Order>();
        // This thread ends with the process only, and so the children's death signal comes no sooner.
        std::thread::spawn(move || {
            for (mut command, reply) in inbox {
                die_with_parent(&mut command, Signal::KILL);
                command.process_group(0);
                let child = command.spawn();
                if let Ok(child) = &child {
                    living().insert(child.id());
                }
                // A starter who no longer waits has given up; the child dies with us.
                drop(reply.send(child));
            }
        });
        Mutex::new(orders)
    });
    let (reply, child) = mpsc::channel();
    starter
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .send((command, reply))
        .map_err(io::Error::other)?;
    child.recv().map_err(io::Error::other)?
}

/// Kills a child of [`start`] if it still runs, and reaps it.
pub fn end(child: &mut Child) {
    // Both fail only when the child is gone already, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
    living().remove(&child.id());
}

/// Kills every living child of [`start`]: for the last moments of an interrupted process.
pub fn end_all() {
    for pid in std::mem::take(&mut *living()) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            // A child that is gone already is what is wanted.
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}

fn living() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a host tool to its end and gives its stdout.
///
/// # Errors
/// When the tool is missing (with `remedy`), or fails: then with its last lines.
pub fn run(program: &str, arguments: &[&str], remedy: &str) -> Result<String> {
    let output = duct::cmd(program, arguments)
        .stdin_null()
        .stdout_capture()
        .stderr_capture()
        .unchecked()
        .before_spawn(|command| {
            // TERM, not KILL: a tool such as mmdebstrap then removes its temporary tree. A group of its own, because
            // mmdebstrap sends SIGHUP to its whole group when it fails.
            die_with_parent(command, Signal::TERM);
            command.process_group(0);
            Ok(())
        })
        .run()
        .with_context(|| format!("running {program} ({remedy})"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<_> = said.trim_end().lines().rev().take(12).collect();
        let tail: Vec<_> = tail.into_iter().rev().collect();
        bail!(
            "{program} ended with {}:\n{}",
            output.status,
            tail.join("\n")
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

//! QEMU: its version, its command line, its process. Nothing outside of this file knows an option of it.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::accel::{Accelerator, Clock};
use crate::monitor::Monitor;
use crate::process;
use crate::text::harmless;
use crate::tools;

/// The payload disk's serial number: by it the guest finds the disk. A virtio disk's has 20 bytes at the most.
pub(crate) const PAYLOAD_SERIAL: &str = "sigmatrix-files";

/// The name by which the guest finds the agent's port (`guest/linux-init.sh`, `guest/freebsd-prepare.sh`): a virtio one, which takes
/// many bytes at once. A serial line takes one, and QEMU passes on one with each system call.
const AGENT_PORT: &str = "sigmatrix-agent";

/// A kernel that QEMU loads itself.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub image: PathBuf,
    pub initrd: PathBuf,
    pub arguments: String,
}

/// The disk that a machine boots from.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    pub path: PathBuf,
    /// `qcow2` or `raw`.
    pub format: &'static str,
    /// Are the guest's writes to it thrown away at its end?
    pub throwaway: bool,
}

/// A machine's memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Memory<'a> {
    /// QEMU's own, gone with it.
    Own,
    /// A file that takes all that the machine writes: the memory of one that will be saved.
    Kept(&'a Path),
    /// The file of a machine that was saved. What this one writes is its own, so that any number of them share the file;
    /// it waits for its state: [`Monitor::load`].
    Saved(&'a Path),
}

/// A machine to start.
#[derive(Debug)]
pub(crate) struct Machine<'a> {
    pub name: &'a str,
    pub accelerator: Accelerator,
    pub clock: Clock,
    pub cpus: u32,
    /// MiB.
    pub size: u32,
    pub memory: Memory<'a>,
    pub disk: &'a Disk,
    pub payload: &'a Path,
    pub kernel: Option<Kernel>,
    /// Does it reach the host's network, through QEMU's own user-mode stack?
    pub network: bool,
    /// Where QEMU's own words go.
    pub log: &'a Path,
}

/// A running machine, and this side of its console and its agent's port. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Qemu {
    child: Child,
    log: PathBuf,
}

/// This side of a machine's serial line, its agent's port, and its monitor.
#[derive(Debug)]
pub(crate) struct Lines {
    pub console: UnixStream,
    pub agent: UnixStream,
    pub monitor: Monitor,
}

/// QEMU's version, e.g. `7.2.22`, asked once.
///
/// # Errors
/// When QEMU is not installed, with the command that installs it.
pub fn version() -> Result<String> {
    static VERSION: OnceLock<String> = OnceLock::new();
    if let Some(version) = VERSION.get() {
        return Ok(version.clone());
    }
    let said = process::run(tools::QEMU.program, &["--version"], &tools::QEMU.remedy())?;
    let version = said
        .split_whitespace()
        .nth(3)
        .unwrap_or("of an unknown version")
        .to_owned();
    Ok(VERSION.get_or_init(|| version).clone())
}

/// Was this QEMU built with the seccomp sandbox? Asked once, of QEMU itself.
pub fn has_sandbox() -> bool {
    static SANDBOX: OnceLock<bool> = OnceLock::new();
    // `-machine help` parses the options before it, prints and exits.
    *SANDBOX.get_or_init(|| {
        process::run(
            tools::QEMU.program,
            &["-sandbox", "on", "-machine", "none", "-accel", "help"],
            "",
        )
        .is_ok()
    })
}

/// Was this QEMU built with its user-mode network stack (libslirp)? Asked once, of QEMU itself.
pub(crate) fn has_user_network() -> bool {
    static USER: OnceLock<bool> = OnceLock::new();
    *USER.get_or_init(|| {
        process::run(tools::QEMU.program, &["-netdev", "help"], "")
            .is_ok_and(|backends| backends.lines().any(|line| line.trim() == "user"))
    })
}

impl Qemu {
    /// Starts a machine.
    ///
    /// # Errors
    /// When QEMU is not installed or cannot be started.
    pub(crate) fn start(machine: &Machine<'_>) -> Result<(Qemu, Lines)> {
        let (console, console_end) = UnixStream::pair()?;
        let (agent, agent_end) = UnixStream::pair()?;
        let (monitor, monitor_end) = UnixStream::pair()?;
        let ends = vec![console_end, agent_end, monitor_end];
        let mut command = Command::new(tools::QEMU.program);
        command.args(arguments(
            machine,
            [&ends[0], &ends[1], &ends[2]].map(AsRawFd::as_raw_fd),
        ));
        let child = spawn(command, ends, machine.log)?;
        Ok((
            Qemu {
                child,
                log: machine.log.to_owned(),
            },
            Lines {
                console,
                agent,
                monitor: Monitor::new(monitor)?,
            },
        ))
    }

    /// QEMU's own first words, if any: what follows them is a dump of registers.
    pub(crate) fn words(&self) -> String {
        let said = std::fs::read(&self.log).unwrap_or_default();
        harmless(&said)
            .trim()
            .lines()
            .take(2)
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Waits until `deadline` for the machine to end by itself.
    pub(crate) fn wait(&mut self, deadline: std::time::Instant) -> Option<ExitStatus> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if std::time::Instant::now() < deadline => {
                    // There is no portable wait with a deadline; both lines are closed by now, so this is the last moment.
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                _ => return None,
            }
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        process::end(&mut self.child);
    }
}

/// Starts QEMU with `ends` inherited: they are socket pairs, so that no name in any folder leads to a guest.
pub(crate) fn spawn(mut command: Command, ends: Vec<UnixStream>, log: &Path) -> Result<Child> {
    let numbers: Vec<RawFd> = ends.iter().map(AsRawFd::as_raw_fd).collect();
    let inherit = move || {
        for number in &numbers {
            // SAFETY: `ends` lives until after the spawn, so the descriptor is open.
            let end = unsafe { BorrowedFd::borrow_raw(*number) };
            rustix::io::fcntl_setfd(end, rustix::io::FdFlags::empty())?;
        }
        io::Result::Ok(())
    };
    let log = File::create(log)?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    // SAFETY: between fork and exec the closure makes system calls only.
    unsafe { command.pre_exec(inherit) };
    let child = process::start(command)
        .with_context(|| format!("running {} ({})", tools::QEMU.program, tools::QEMU.remedy()));
    drop(ends);
    child
}

/// The options every QEMU of ours gets: no default devices, no user's configuration, no window, no network, a sandbox.
fn common(accelerator: Accelerator, clock: Clock) -> Vec<String> {
    let mut arguments: Vec<String> = [
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-machine",
        "pc",
    ]
    .map(Into::into)
    .into();
    if has_sandbox() {
        arguments.extend([
            "-sandbox".into(),
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny".into(),
        ]);
    }
    arguments.extend([
        "-accel".into(),
        accelerator.option(clock).into(),
        "-cpu".into(),
        accelerator.cpu().into(),
    ]);
    arguments
}

/// What a saved machine must have in common with the one that loads its state.
///
/// # Errors
/// When QEMU is not installed.
pub(crate) fn signature(machine: &Machine<'_>) -> Result<String> {
    let arguments = arguments(machine, [0; 3]).join(" ");
    Ok(format!("QEMU {} {arguments}", version()?))
}

/// The command line; `ends` are QEMU's ends of the console, the agent's port and the monitor.
fn arguments(machine: &Machine<'_>, [console, agent, monitor]: [RawFd; 3]) -> Vec<String> {
    let mut arguments = common(machine.accelerator, machine.clock);
    let mut add = |option: &str, value: String| arguments.extend([option.to_owned(), value]);
    add("-name", format!("sigmatrix-{}", machine.name));
    add("-smp", machine.cpus.to_string());
    if machine.clock == Clock::Virtual {
        // An instruction takes 2^3 ns; the guest does not wait for the host's time while it is idle.
        add("-icount", "shift=3,sleep=off".to_owned());
    }
    add("-m", format!("{}M", machine.size));
    let (file, shared) = match machine.memory {
        Memory::Own => (None, ""),
        Memory::Kept(file) => (Some(file), "on"),
        Memory::Saved(file) => (Some(file), "off"),
    };
    if let Some(file) = file {
        let (size, file) = (machine.size, escape(file));
        add(
            "-object",
            format!("memory-backend-file,id=memory,size={size}M,mem-path={file},share={shared}"),
        );
        add("-machine", "memory-backend=memory".to_owned());
    }
    if matches!(machine.memory, Memory::Saved(_)) {
        add("-incoming", "defer".to_owned());
    }
    add("-chardev", format!("socket,id=console,fd={console}"));
    add("-serial", "chardev:console".to_owned());
    add("-chardev", format!("socket,id=monitor,fd={monitor}"));
    add("-mon", "chardev=monitor,mode=control".to_owned());
    let snapshot = if machine.disk.throwaway { "on" } else { "off" };
    let disk = escape(&machine.disk.path);
    // Nothing that a guest writes is precious: what is kept is synced once, when its layer is whole.
    add(
        "-drive",
        format!(
            "id=disk,if=none,file={disk},format={},snapshot={snapshot},cache=unsafe",
            machine.disk.format
        ),
    );
    add("-device", "virtio-blk-pci,drive=disk".to_owned());
    let payload = escape(machine.payload);
    add(
        "-drive",
        format!("id=payload,if=none,file={payload},format=raw,read-only=on,file.locking=off"),
    );
    add(
        "-device",
        format!("virtio-blk-pci,drive=payload,serial={PAYLOAD_SERIAL}"),
    );
    add("-chardev", format!("socket,id=agent,fd={agent}"));
    add("-device", "virtio-serial-pci,max_ports=2".to_owned());
    add(
        "-device",
        format!("virtserialport,chardev=agent,name={AGENT_PORT}"),
    );
    if machine.network {
        add("-netdev", "user,id=network".to_owned());
        add("-device", "virtio-net-pci,netdev=network".to_owned());
    }
    if let Some(kernel) = &machine.kernel {
        add("-kernel", kernel.image.to_string_lossy().into_owned());
        add("-initrd", kernel.initrd.to_string_lossy().into_owned());
        add("-append", kernel.arguments.clone());
    }
    arguments
}

/// In QEMU's option values a comma is written twice.
fn escape(path: &Path) -> String {
    path.to_string_lossy().replace(',', ",,")
}

//! All knowledge of one operating system sits in one of these modules: everything else in the crate is written once for all.

pub mod freebsd;
pub mod linux;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::console::{Console, Failure};
use crate::image::{Image, Os};
use crate::qemu::Kernel;

/// What has to be known of an operating system to run it as a guest.
pub(crate) trait System: Sync {
    /// What its console prints when it will never come up, and what that means.
    fn failures(&self) -> &'static [Failure];

    /// The kernel that QEMU loads itself, from a base layer's folder; `None`: the disk boots by its own loader. A
    /// `talkative` one says its [`System::sign_of_life`] as soon as it runs.
    fn kernel(&self, base: &Path, talkative: bool) -> Option<Kernel>;

    /// The first words of its kernel on the console, and how long they may take on an accelerator that works: the proof
    /// that a guest runs.
    fn sign_of_life(&self) -> (&'static str, Duration);

    /// Waits for a base layer's console to offer a root shell, logs in, and leaves a shell there that reads lines.
    ///
    /// # Errors
    /// When a prompt does not come before the deadline.
    fn log_in(&self, console: &Console, deadline: Duration) -> Result<()>;

    /// A name for the payload disk, and a short shell command that gives it that name until the next boot.
    fn payload(&self) -> (&'static str, String);

    /// Is a network wanted while the prepare script runs? Guests have none at any other time.
    fn prepares_with_network(&self) -> bool;

    /// The shell script, run once as root with the payload unpacked in its folder, that makes a base a prepared layer:
    /// it builds and installs the agent and switches off what would disturb a run.
    fn prepare_script(&self, image: &Image) -> String;

    /// The files beside that script in the payload.
    fn prepare_files(&self) -> Vec<(&'static str, &'static str)>;

    /// A shell command after which most of the memory that is free is zero, for zeros take no room where it is saved: it is
    /// taken once, but for some MiB, since to make room for those would cost what was read before.
    fn clear_free_memory(&self) -> &'static str;

    /// The command that powers the guest off in order.
    fn power_off(&self) -> &'static str;

    /// The command that tells the console how large the terminal behind it is.
    fn resize_console(&self, rows: u16, columns: u16) -> String;

    /// A shell command that prints `kernel: …` and `libc: …`, given the C compiler as `$CC`.
    fn provenance(&self) -> &'static str;
}

/// The module for an operating system.
pub(crate) fn system(os: Os) -> &'static dyn System {
    match os {
        Os::Linux => &linux::Linux,
        Os::Freebsd => &freebsd::FreeBsd,
    }
}

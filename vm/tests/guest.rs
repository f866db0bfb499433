//! A real guest, booted: what `Shell` promises holds, and a lost guest says how it was lost.

mod common;

use std::time::{Duration, Instant};

use common::{boot, image, lost, promises};
use vm::{Limit, Shell};

#[test]
fn a_guest_runs_commands_takes_files_and_powers_off() {
    let (guest, _logs) = boot(&image("debian-13"));
    promises(guest, "ls /sys/class/net");
}

#[test]
fn a_guest_whose_kernel_panics_is_lost_with_its_last_words() {
    let (mut guest, logs) = boot(&image("debian-13"));
    let start = Instant::now();
    let lost = lost(guest.exec("echo c > /proc/sysrq-trigger", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("the kernel panicked"), "{lost}");
    assert!(lost.why.contains("sysrq triggered crash"), "{lost}");
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "it took {:?} to see a panic",
        start.elapsed()
    );
    let log = std::fs::read_to_string(logs.path().join("console.log")).unwrap();
    assert!(log.contains("Kernel panic"), "the console's log: {log}");
}

#[test]
fn a_guest_whose_agent_is_killed_is_lost() {
    let (mut guest, _logs) = boot(&image("debian-13"));
    let lost = lost(guest.exec("kill -KILL -1; sleep 600", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("its agent was killed"), "{lost}");
}

#[test]
fn a_guest_that_falls_silent_is_lost() {
    let (mut guest, _logs) = boot(&image("debian-13"));
    // The command's parent is the agent.
    let lost = lost(guest.exec("kill -STOP $PPID; sleep 600", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("fell silent"), "{lost}");
}

//! A real guest, booted: what `Shell` promises holds, and a lost guest says how it was lost.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use common::{boot, bring_up, go_on_and_share_nothing, image, lost, promises, read, resume};
use vm::accel::Clock;
use vm::layers::{self, Options, Primer, Unprimed};
use vm::{Cache, Guest, Limit, Shell};

/// A guest of debian-13, and the folder of its logs.
fn guest() -> (Guest, tempfile::TempDir) {
    let (guest, logs, _) = resume(&Cache::open().unwrap(), &image("debian-13"), Clock::Real);
    (guest, logs)
}

/// A cache whose base and prepared layers are the user's, and the rest its own; and its folder.
fn own_warm_layers() -> (Cache, tempfile::TempDir) {
    let (users, folder) = (Cache::open().unwrap(), tempfile::tempdir().unwrap());
    for kind in ["base", "prepared"] {
        symlink(users.root().join(kind), folder.path().join(kind)).unwrap();
    }
    let notebook = "accelerators.json";
    fs::copy(users.root().join(notebook), folder.path().join(notebook)).unwrap();
    (Cache::at(folder.path().to_owned()).unwrap(), folder)
}

#[test]
fn a_guest_runs_commands_takes_files_and_powers_off() {
    let (guest, _logs) = boot(&image("debian-13"));
    promises(guest, "ls /sys/class/net");
}

#[test]
fn a_guest_whose_kernel_panics_is_lost_with_its_last_words() {
    let (mut guest, logs) = guest();
    let start = Instant::now();
    let lost = lost(guest.exec("echo c > /proc/sysrq-trigger", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("the kernel panicked"), "{lost}");
    assert!(lost.why.contains("sysrq triggered crash"), "{lost}");
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "it took {:?} to see a panic",
        start.elapsed()
    );
    let log = fs::read_to_string(logs.path().join("console.log")).unwrap();
    assert!(log.contains("Kernel panic"), "the console's log: {log}");
}

#[test]
fn a_guest_whose_agent_is_killed_is_lost() {
    let (mut guest, _logs) = guest();
    let lost = lost(guest.exec("kill -KILL -1; sleep 600", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("its agent was killed"), "{lost}");
}

#[test]
fn a_guest_that_falls_silent_is_lost() {
    let (mut guest, _logs) = guest();
    // The command's parent is the agent.
    let lost = lost(guest.exec("kill -STOP $PPID; sleep 600", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("fell silent"), "{lost}");
}

#[test]
fn guests_go_on_from_one_saved_state_and_share_nothing() {
    go_on_and_share_nothing(&image("debian-13"), "ls /sys/class/net");
}

#[test]
fn a_guest_that_is_saved_is_primed_before_and_one_that_cannot_be_is_not_saved() {
    let (cache, _folder) = own_warm_layers();
    let with = |command: &str| {
        let primer = Primer {
            archive: layers::archive([("word", "brought".as_bytes())]).unwrap(),
            command: command.to_owned(),
        };
        let primer = Some(primer);
        bring_up(&cache, &image("debian-13"), |options| Options {
            primer,
            ..options
        })
        .0
    };
    let command = format!(
        "cp {}/word /tmp; sleep 1000000 & echo $! > /tmp/pid",
        vm::guest::FOLDER
    );
    let mut guest = with(&command).unwrap();
    assert!(guest.is_primed());
    let told = read(
        &mut guest,
        "cat /tmp/word && kill -0 $(cat /tmp/pid) && echo ' and runs'",
    );
    assert_eq!(told, "brought and runs\n");
    let failed = with("echo why >&2; false").err().unwrap();
    assert!(failed.is::<Unprimed>(), "{failed:#}");
    assert!(format!("{failed:#}").contains("why"), "{failed:#}");
    assert_eq!(fs::read_dir(cache.root().join("warm")).unwrap().count(), 1);
}

#[test]
fn a_warm_layer_that_does_not_load_is_made_anew_and_said() {
    const SAYS_SO: &str = "its warm layer did not load and is made anew";
    let (cache, _folder) = own_warm_layers();
    let resume = || resume(&cache, &image("debian-13"), Clock::Real);
    let (_, _, said) = resume();
    assert!(said.contains("Warm") && !said.contains(SAYS_SO), "{said}");
    let layer = fs::read_dir(cache.root().join("warm")).unwrap().next();
    let state = layer.unwrap().unwrap().path().join("state");
    let mut bytes = fs::read(&state).unwrap();
    bytes[..4096].fill(b'x');
    fs::write(&state, bytes).unwrap();
    let (mut guest, _, said) = resume();
    assert!(said.contains(SAYS_SO), "{said}");
    assert_eq!(read(&mut guest, "echo up"), "up\n");
    let (_, _, said) = resume();
    assert_eq!(said, "Resume\n");
}

#[test]
fn virtual_time_jumps_while_a_guest_is_idle() {
    let cache = Cache::open().unwrap();
    let (mut guest, _logs, _) = resume(&cache, &image("debian-13"), Clock::Virtual);
    let start = Instant::now();
    // Time jumps while a guest waits for its disk as well.
    read(&mut guest, "date; sleep 0");
    let slept = read(
        &mut guest,
        "a=$(date +%s); sleep 600; b=$(date +%s); echo $((b - a))",
    );
    assert!(
        (600..610).contains(&slept.trim().parse().unwrap()),
        "{slept}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

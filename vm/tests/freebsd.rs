//! A real FreeBSD guest, and FreeBSD images broken in each of the ways that a boot can fail.
//!
//! These tests need an image file, and so are run by name only:
//!
//! ```text
//! SIGMATRIX_FREEBSD_IMAGE=FreeBSD-13.2-RELEASE-amd64-BASIC-CI.raw cargo test -p vm --test freebsd -- --ignored
//! ```

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod common;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{boot, go_on_and_share_nothing, image, lost, promises, try_boot};
use vm::accel::Accelerator;
use vm::{Cache, Image, Limit, Lost, Shell, unpack};

/// The raw image file that the tests work with.
fn file() -> PathBuf {
    let file = std::env::var_os("SIGMATRIX_FREEBSD_IMAGE");
    file.expect("SIGMATRIX_FREEBSD_IMAGE names a raw FreeBSD image")
        .into()
}

fn stand_in(path: &Path) -> Image {
    image("freebsd-13.2").with_file(path).unwrap()
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_guest_runs_commands_takes_files_and_powers_off() {
    let (guest, _logs) = boot(&stand_in(&file()));
    promises(guest, "ifconfig -l");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn guests_go_on_from_one_saved_state_and_share_nothing() {
    go_on_and_share_nothing(&stand_in(&file()), "ifconfig -l");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_guest_whose_kernel_panics_is_lost_with_its_last_words() {
    let (mut guest, _logs) = boot(&stand_in(&file()));
    let start = Instant::now();
    let lost = lost(guest.exec("sysctl debug.kdb.panic=1", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("the kernel panicked"), "{lost}");
    assert!(lost.why.contains("kdb_sysctl_panic"), "{lost}");
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_guest_whose_agent_is_killed_is_lost() {
    let (mut guest, _logs) = boot(&stand_in(&file()));
    let lost = lost(guest.exec("kill -KILL -1; sleep 600", Limit::None, &mut |_, _| {}));
    assert!(lost.why.contains("its agent was killed"), "{lost}");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_loader_without_a_kernel_is_told() {
    let (lost, took) = broken(r#"autoboot_delay="-1""#, r#"kernel="gone""#);
    assert!(
        lost.why.contains("the boot loader found no kernel"),
        "{lost}"
    );
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_root_that_is_not_there_is_told() {
    let (lost, took) = broken("/dev/gpt/rootfs", "/dev/gpt/gone");
    assert!(
        lost.why.contains("the kernel found no root filesystem"),
        "{lost}"
    );
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_panic_at_boot_is_told_with_its_words() {
    let (lost, took) = broken(r#"autoboot_delay="-1""#, r#"init_path="/gone""#);
    assert!(
        lost.why.contains("the kernel panicked: panic: no init"),
        "{lost}"
    );
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
#[ignore = "needs a FreeBSD image"]
fn a_serial_console_that_is_off_is_told_at_the_deadline() {
    let (lost, took) = broken(
        r#"console="comconsole,vidconsole""#,
        r#"console="vidconsole""#,
    );
    assert!(
        lost.why.contains("no login prompt came within 180 s"),
        "{lost}"
    );
    assert!(lost.why.contains("comconsole"), "the remedy in {lost}");
    assert!(took < Duration::from_secs(220), "{took:?}");
}

/// Boots a copy of the image in which `old` is replaced by `new` wherever it stands; how it failed, and how soon.
fn broken(old: &str, new: &str) -> (Lost, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("broken.raw");
    unpack::unpack(&file(), &copy, &|_, _| {}).unwrap();
    assert!(
        replace(&copy, old, new) > 0,
        "`{old}` is nowhere in the image"
    );
    let cache = Cache::at(folder.path().join("cache")).unwrap();
    let start = Instant::now();
    let (guest, _logs) = try_boot(&cache, &stand_in(&copy), Some(Accelerator::Tcg));
    let Err(error) = guest else {
        panic!("it came up")
    };
    eprintln!("{error:#}");
    (error.downcast().unwrap(), start.elapsed())
}

/// Writes `new`, padded with spaces, over every `old` in a file, holes left alone; how many there were.
fn replace(path: &Path, old: &str, new: &str) -> usize {
    let file = File::options().read(true).write(true).open(path).unwrap();
    let padded = format!("{new:<width$}", width = old.len());
    assert_eq!(padded.len(), old.len());
    let mut piece = vec![0; 1 << 20];
    let mut found = 0;
    let mut start = 0;
    loop {
        let count = file.read_at(&mut piece, start).unwrap();
        if count < old.len() {
            return found;
        }
        let text = &piece[..count];
        if text.iter().any(|byte| *byte != 0) {
            for (at, window) in text.windows(old.len()).enumerate() {
                if window == old.as_bytes() {
                    file.write_all_at(padded.as_bytes(), start + at as u64)
                        .unwrap();
                    found += 1;
                }
            }
        }
        // The next piece begins so early that none is cut in two.
        start += (count - (old.len() - 1)) as u64;
    }
}

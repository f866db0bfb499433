//! How much memory a run of the matrix takes: what the kernel says of its processes while they live.

use std::collections::BTreeSet;
use std::fs;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often the kernel is asked. It keeps the highest resident set itself: what is missed is what came last.
const EVERY: Duration = Duration::from_millis(100);

/// How many of these go by between two looks for guests, once there is one, and at the pages that they share, which cost more.
const RARELY: u32 = 10;

/// The highest memory, MiB; `None`: this kernel does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    /// The harness's resident set.
    pub harness: Option<f64>,
    /// That of the QEMU that has most.
    pub guest: Option<f64>,
    /// A QEMU's, where a page that several processes have counts in parts.
    pub guest_share: Option<f64>,
}

/// A process whose memory, and that of its guests, is being watched.
pub struct Watch {
    stop: Sender<()>,
    thread: JoinHandle<Peak>,
}

impl Watch {
    /// Starts to watch a process.
    #[must_use]
    pub fn start(harness: u32) -> Watch {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut peak = Peak::default();
            let mut guests = BTreeSet::new();
            for look in 0.. {
                if look % RARELY == 0 || guests.is_empty() {
                    guests = guests_of(harness);
                    raise(&mut peak.guest_share, &guests, share);
                }
                raise(&mut peak.guest, &guests, resident);
                raise(&mut peak.harness, &[harness], resident);
                if stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            peak
        });
        Watch { stop, thread }
    }

    /// Ends it: the highest that was seen.
    #[must_use]
    pub fn end(self) -> Peak {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

fn raise<'a>(
    highest: &mut Option<f64>,
    processes: impl IntoIterator<Item = &'a u32>,
    size: impl Fn(u32) -> Option<f64>,
) {
    let sizes = processes.into_iter().filter_map(|process| size(*process));
    *highest = sizes.chain(*highest).reduce(f64::max);
}

/// The QEMUs that a process has started.
fn guests_of(harness: u32) -> BTreeSet<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten();
    let processes = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes
        .filter(|process: &u32| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            is_guest_of(&stat, harness)
        })
        .collect()
}

/// Is this, of proc_pid_stat(5), a QEMU with that parent?
fn is_guest_of(stat: &str, harness: u32) -> bool {
    // The name may have anything in it, parentheses too.
    let Some((before, after)) = stat.rsplit_once(')') else {
        return false;
    };
    let parent = after.split_whitespace().nth(1).map(str::parse);
    before.contains("(qemu-system") && parent == Some(Ok(harness))
}

fn resident(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    size(&status, "VmHWM:")
}

fn share(process: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    size(&rollup, "Pss:")
}

/// The size after `key`, MiB: the kernel says it in KiB.
fn size(text: &str, key: &str) -> Option<f64> {
    let size = text.lines().find_map(|line| line.strip_prefix(key))?;
    let size = size.trim().strip_suffix(" kB")?.parse::<u32>().ok()?;
    Some(f64::from(size) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_read() {
        let status = "Name:\tx\nVmHWM:\t    2560 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(size(status, "VmHWM:"), Some(2.5));
        assert_eq!(size(status, "Pss:"), None);
        assert!(is_guest_of("7 (qemu-system-x86) S 42 7 7 0", 42));
        assert!(!is_guest_of("7 (qemu-system-x86) S 41 42 7 0", 42));
        assert!(!is_guest_of("7 (cc) S 42 7 7 0", 42));
        assert!(!is_guest_of("", 42));
    }

    #[test]
    fn the_highest_stays() {
        let mut highest = None;
        raise(&mut highest, &[], resident);
        assert_eq!(highest, None);
        for (sizes, expected) in [([1, 3], 3.0), ([2, 2], 3.0), ([4, 0], 4.0)] {
            raise(&mut highest, &sizes, |size| Some(f64::from(size)));
            assert_eq!(highest, Some(expected));
        }
    }
}

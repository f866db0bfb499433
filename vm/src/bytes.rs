//! Bytes: counted while they are read, hashed, put into words, and the room there is for them.

use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Error;
use sha2::{Digest, Sha256};

/// How much is read at a time, bytes.
pub(crate) const PIECE: usize = 1 << 20;

/// How often progress is reported, at most.
const PACE: Duration = Duration::from_millis(200);

/// Keeps reports of progress apart, so that a terminal can follow.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    last: Option<Instant>,
}

impl Pace {
    /// Is it time for a report? Then the next one has to wait.
    pub(crate) fn is_due(&mut self) -> bool {
        if self.last.is_some_and(|last| last.elapsed() < PACE) {
            return false;
        }
        self.last = Some(Instant::now());
        true
    }
}

/// A reader that reports how far it has come, in bytes done and bytes in all, and once more at its end.
pub(crate) struct Watched<'a, R> {
    reader: R,
    done: u64,
    total: u64,
    pace: Pace,
    reported: Option<u64>,
    report: &'a dyn Fn(u64, u64),
}

impl<'a, R: Read> Watched<'a, R> {
    pub(crate) fn new(reader: R, total: u64, report: &'a dyn Fn(u64, u64)) -> Self {
        Watched {
            reader,
            done: 0,
            total,
            pace: Pace::default(),
            reported: None,
            report,
        }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.done += count as u64;
        // A decoder looks for more at the end again and again: it is told of once.
        let ends = count == 0 && !buffer.is_empty() && self.reported != Some(self.done);
        if ends || (count > 0 && self.pace.is_due()) {
            self.reported = Some(self.done);
            (self.report)(self.done, self.total.max(self.done));
        }
        Ok(count)
    }
}

/// Feeds all that `reader` gives to `hasher`; how many bytes that were.
pub(crate) fn hash_all(mut reader: impl Read, hasher: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0; PIECE];
    let mut length = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What has been hashed so far, as 64 lower-case hexadecimal digits.
pub(crate) fn hex(hasher: &Sha256) -> String {
    let digest = hasher.clone().finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number of bytes in words, in binary units.
pub(crate) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_024 => return format!("{bytes} bytes"),
        1_024..1_048_576 => (1_024, "KiB"),
        1_048_576..1_073_741_824 => (1_048_576, "MiB"),
        _ => (1_073_741_824, "GiB"),
    };
    let value = bytes as f64 / f64::from(unit);
    if value < 10.0 {
        format!("{value:.1} {name}")
    } else {
        format!("{value:.0} {name}")
    }
}

/// The error of a write to `path`, which says how much room there is when that was the trouble.
pub(crate) fn write_error(error: io::Error, path: &Path) -> Error {
    let full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    let error = Error::new(error).context(format!("writing {}", path.display()));
    if full {
        error.context(room(path))
    } else {
        error
    }
}

/// How much room there is for the file `path`, and what to do about it.
pub(crate) fn room(path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => size(disk.f_bavail * disk.f_frsize),
        Err(_) => "little".to_owned(),
    };
    format!(
        "the disk is full: {free} free in {}; make room there, or set {} to a folder that has it",
        folder.display(),
        crate::cache::CACHE_VARIABLE
    )
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_size_is_short_and_keeps_what_matters() {
        let sizes = [1_000, 1_024, 1_536, 698_351_616, 6_442_450_944].map(size);
        assert_eq!(
            sizes,
            ["1000 bytes", "1.0 KiB", "1.5 KiB", "666 MiB", "6.0 GiB"]
        );
    }

    #[test]
    fn progress_comes_at_a_pace_and_ends_with_the_whole() {
        let seen = RefCell::new(Vec::new());
        let report = |done, total| seen.borrow_mut().push((done, total));
        let data = vec![7; 3 * PIECE];
        let mut hasher = Sha256::new();
        let start = Instant::now();
        let mut watched = Watched::new(&data[..], data.len() as u64, &report);
        let length = hash_all(&mut watched, &mut hasher).unwrap();
        assert_eq!(length, data.len() as u64);
        assert_eq!(watched.read(&mut [0]).unwrap(), 0, "the end is seen again");
        let seen = seen.into_inner();
        let end = (3 << 20, 3 << 20);
        assert_eq!(seen.iter().filter(|report| **report == end).count(), 1);
        assert_eq!(seen.last(), Some(&end));
        let most = 2 + start.elapsed().as_millis() / PACE.as_millis();
        assert!(seen.len() as u128 <= most, "{seen:?}");
    }
}

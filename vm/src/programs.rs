//! Programs that were built in guests, kept by what they were built from, so that nothing is compiled twice.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::cache::{self, Cache};

/// Programs are removed, those unused for longest first, when all together exceed this, in bytes.
const ROOM: u64 = 256 << 20;

/// The length of a SHA-256 digest, in bytes.
const DIGEST: usize = 32;

/// The kept programs of a cache: one file each, named by its key; the digest of what follows, then the program.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Opens those of `cache`.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn of(cache: &Cache) -> Result<Self> {
        let folder = cache.root().join("programs");
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The program with this key. One that was damaged on disk is none, and is removed.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(key);
        let mut kept = fs::read(&path).ok()?;
        let program = kept.split_off(DIGEST.min(kept.len()));
        if Sha256::digest(&program).as_slice() != kept {
            let _ = fs::remove_file(&path);
            return None;
        }
        // Only to know which was unused for longest: a cache that cannot be written serves all the same.
        let _ = fs::File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        Some(program)
    }

    /// Is there a program with this key? Whether it is whole shows when it is read.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.folder.join(key).exists()
    }

    /// Keeps a program. Another process may keep the same one at the same time.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn keep(&self, key: &str, program: &[u8]) -> Result<()> {
        let digest = Sha256::digest(program);
        cache::write_aside(&self.folder.join(key), &[digest.as_slice(), program])
    }

    /// Removes those unused for longest, until the rest fits into its room.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn trim(&self) -> Result<()> {
        self.trim_to(ROOM)
    }

    fn trim_to(&self, room: u64) -> Result<()> {
        let mut kept = self.list()?;
        kept.sort();
        let mut size: u64 = kept.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in kept {
            if size <= room {
                break;
            }
            // Another process may have been faster.
            let _ = fs::remove_file(path);
            size -= length;
        }
        Ok(())
    }

    /// Removes all; answers how many bytes that were.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn clear(&self) -> Result<u64> {
        let size = self.size()?;
        self.trim_to(0)?;
        Ok(size)
    }

    /// Bytes in all.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn size(&self) -> Result<u64> {
        Ok(self.list()?.iter().map(|(_, length, _)| length).sum())
    }

    /// When each was used last, its length in bytes, and its file.
    fn list(&self) -> Result<Vec<(SystemTime, u64, PathBuf)>> {
        let reading = || format!("reading {}", self.folder.display());
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.folder).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            // One that has gone meanwhile is none.
            if let Ok(status) = entry.metadata() {
                let used = status.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                kept.push((used, status.len(), entry.path()));
            }
        }
        Ok(kept)
    }
}

/// The key of a program: everything that it is built from.
#[must_use]
pub fn key(parts: &[&[u8]]) -> String {
    cache::key(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn programs() -> (tempfile::TempDir, Programs) {
        let root = tempfile::tempdir().expect("a temporary directory");
        let cache = Cache::at(root.path().to_owned()).expect("a cache");
        let programs = Programs::of(&cache).expect("a folder");
        (root, programs)
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_damaged() {
        let (_root, programs) = programs();
        assert_eq!(programs.find("k"), None);
        programs.keep("k", b"program").expect("kept");
        assert_eq!(programs.find("k").as_deref(), Some(&b"program"[..]));
        programs.keep("k", b"").expect("kept");
        assert_eq!(programs.find("k").as_deref(), Some(&b""[..]));
        for damaged in [&b""[..], b"short", &[7; 40]] {
            fs::write(programs.folder.join("k"), damaged).expect("written");
            assert_eq!(programs.find("k"), None);
            assert!(!programs.folder.join("k").exists());
        }
    }

    #[test]
    fn those_unused_for_longest_go_first() {
        let (_root, programs) = programs();
        for (age, name) in [(3, "old"), (2, "middle"), (1, "new")] {
            programs.keep(name, &[0; 68]).expect("kept");
            let used = SystemTime::now() - Duration::from_secs(age * 60);
            let file = fs::File::options()
                .append(true)
                .open(programs.folder.join(name));
            file.expect("the file").set_modified(used).expect("a time");
        }
        assert_eq!(programs.size().expect("a size"), 300);
        assert!(programs.find("old").is_some(), "used just now");
        programs.trim_to(200).expect("trimmed");
        assert_eq!(programs.find("middle"), None);
        assert!(programs.find("old").is_some() && programs.find("new").is_some());
        assert_eq!(programs.clear().expect("cleared"), 200);
        assert_eq!(programs.size().expect("a size"), 0);
    }
}

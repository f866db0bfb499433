//! The cache: layers by content, locked, written aside and renamed into place.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use etcetera::BaseStrategy;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The variable that moves the cache.
pub const CACHE_VARIABLE: &str = "SIGMATRIX_CACHE";

/// The variable that says how large the cache may become, GiB.
pub const ROOM_VARIABLE: &str = "SIGMATRIX_CACHE_GIB";

/// How large it may become where nobody says, GiB: all images of this project, warm ones among them.
const ROOM: u64 = 30;

/// How often a layer that is not whole may be found locked before it counts as in use, and how long to wait each time.
/// Who looks for a layer locks it for a moment only.
const TURNS: u32 = 100;

/// See [`TURNS`].
const TURN: Duration = Duration::from_millis(10);

/// The user's cache folder.
///
/// ```text
/// base/KEY/       a layer as published: disk, kernel, initrd, layer.json
/// prepared/KEY/   an overlay on a base: disk, layer.json
/// warm/KEY/       a guest of a prepared layer, saved while it runs: disk, memory, state, layer.json
/// downloads/      one file a published image that is not yet a layer, by its digest
/// programs/       what was built in guests: see [`crate::Programs`]
/// staging/        layers being made; renamed into place when whole
/// run/            one folder a living guest
/// locks/          one file a layer, a download or a notebook
/// NAME.json       a notebook, of what was found out once: see [`Cache::notebook`]
/// ```
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
    leftovers: Vec<Leftover>,
}

/// What a run that was killed had not finished, and [`Cache::at`] removed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Leftover {
    /// The image it was for.
    pub image: String,
    /// What it was.
    pub what: String,
}

impl fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Leftover { what, .. } = self;
        write!(formatter, "a run that was killed had left {what}: removed")
    }
}

/// The kinds of layer, each built on the one before.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// As published, or as built from packages.
    Base,
    /// Provisioned once.
    Prepared,
    /// Booted, and saved with its memory.
    Warm,
}

/// What `layer.json` says of a layer.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Manifest {
    /// The image it was first made for; others with the same key share it.
    pub image: String,
    /// The key of the layer below.
    pub parent: Option<String>,
    /// Every other file of the layer, with its length in bytes.
    pub files: Vec<(String, u64)>,
    /// What it was made of, for people and for provenance.
    pub made_of: Vec<(String, String)>,
}

/// A layer in the cache, locked against removal while this lives.
#[derive(Debug)]
pub struct Layer {
    /// Which layer.
    pub kind: Kind,
    /// The hash of all that made it.
    pub key: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    _lock: File,
}

/// A layer as `cargo xtask images` lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which layer.
    pub kind: Kind,
    /// The hash of all that made it.
    pub key: String,
    /// The image it was made for; `None` if it cannot be read.
    pub image: Option<String>,
    /// The key of the layer that it was built on.
    pub parent: Option<String>,
    /// Bytes on disk (holes not counted).
    pub size: u64,
    /// Since it was made.
    pub age: Duration,
    /// Since a guest used it last.
    pub unused: Duration,
    /// Does a living guest use it?
    pub in_use: bool,
}

impl Kind {
    /// All, each after the one that it is built on.
    const ALL: [Kind; 3] = [Kind::Base, Kind::Prepared, Kind::Warm];

    /// Its folder's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Base => "base",
            Kind::Prepared => "prepared",
            Kind::Warm => "warm",
        }
    }
}

impl Cache {
    /// The cache at `$SIGMATRIX_CACHE`, else `sigmatrix` in the user's cache folder.
    /// Leftovers of runs that were killed are swept away.
    ///
    /// # Errors
    /// When the user has no home, or the folder cannot be written.
    pub fn open() -> Result<Cache> {
        let root = match std::env::var_os(CACHE_VARIABLE) {
            Some(root) => std::path::absolute(root)?,
            None => etcetera::choose_base_strategy()
                .with_context(|| format!("finding your home folder (or set {CACHE_VARIABLE})"))?
                .cache_dir()
                .join("sigmatrix"),
        };
        Cache::at(root)
    }

    /// The cache at `root`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn at(root: PathBuf) -> Result<Cache> {
        let others = ["downloads", "staging", "run", "locks"];
        for folder in Kind::ALL.map(Kind::name).into_iter().chain(others) {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).with_context(|| {
                format!(
                    "making {} (set {CACHE_VARIABLE} to move the cache)",
                    folder.display()
                )
            })?;
        }
        let mut cache = Cache {
            root,
            leftovers: Vec::new(),
        };
        for parent in ["staging", "run"] {
            cache.leftovers.append(&mut cache.sweep(parent)?);
        }
        Ok(cache)
    }

    /// What runs that were killed had left, and is gone now.
    #[must_use]
    pub fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    /// Where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A folder of one's own under `run/` or `staging/`, gone when dropped; if its owner is killed, at the next [`Cache::at`],
    /// which then tells of it as `what`.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn scratch(&self, parent: &str, what: &Leftover) -> Result<Scratch> {
        // Held while the folder has no lock of its own yet, so that a sweep cannot take it.
        let _nursery = self.lock("nursery")?;
        let folder = tempfile::Builder::new()
            .prefix("")
            .rand_bytes(8)
            .tempdir_in(self.root.join(parent))?;
        let lock = File::create(folder.path().join("lock"))?;
        lock.lock()?;
        fs::write(folder.path().join("what.json"), serde_json::to_vec(what)?)?;
        scratches().insert(folder.path().to_owned());
        Ok(Scratch {
            folder,
            _lock: lock,
        })
    }

    /// Removes the folders under `parent` whose owner is gone.
    fn sweep(&self, parent: &str) -> Result<Vec<Leftover>> {
        let _nursery = self.lock("nursery")?;
        let mut leftovers = Vec::new();
        for entry in fs::read_dir(self.root.join(parent))? {
            let folder = entry?.path();
            let owned = File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock().is_err());
            if !owned {
                let what = fs::read(folder.join("what.json")).unwrap_or_default();
                leftovers.extend(serde_json::from_slice::<Leftover>(&what));
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("removing the leftover {}", folder.display()))?;
            }
        }
        Ok(leftovers)
    }

    /// What [`Cache::remember`] was told under `key` in the notebook `name`. One that cannot be read is empty.
    #[must_use]
    pub fn recall<T: DeserializeOwned>(&self, name: &str, key: &str) -> Option<T> {
        let value = self.notebook(name).remove(key)?;
        serde_json::from_value(value).ok()
    }

    /// Remembers `value` under `key` in the notebook `name`, between runs.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn remember<T: Serialize>(&self, name: &str, key: &str, value: &T) -> Result<()> {
        let value = serde_json::to_value(value)?;
        self.amend(name, |notebook| {
            notebook.insert(key.to_owned(), value);
        })
    }

    /// All that the notebook `name` has, by key. One that cannot be read is empty.
    #[must_use]
    pub fn notebook(&self, name: &str) -> serde_json::Map<String, serde_json::Value> {
        let text = fs::read(self.root.join(format!("{name}.json"))).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Changes the notebook `name`, and keeps it from all others meanwhile.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn amend(
        &self,
        name: &str,
        change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
    ) -> Result<()> {
        let _lock = self.lock(name)?;
        let mut notebook = self.notebook(name);
        change(&mut notebook);
        let file = self.root.join(format!("{name}.json"));
        let text = serde_json::to_vec_pretty(&notebook)?;
        write_aside(&file, &[&text])
    }

    /// When a layer was made, if it is there: nanoseconds since 1970.
    pub(crate) fn made(&self, kind: Kind, key: &str) -> Option<u128> {
        let manifest = self.folder(kind, key).join("layer.json");
        let made = fs::metadata(manifest).ok()?.modified().ok()?;
        Some(made.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos())
    }

    /// Where the published image with this digest is downloaded to.
    pub(crate) fn download(&self, sha256: &str) -> PathBuf {
        self.root.join("downloads").join(sha256)
    }

    /// Keeps the download of this digest from everyone else while what is answered lives.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub(crate) fn lock_download(&self, sha256: &str) -> Result<File> {
        self.lock(&download_lock(sha256))
    }

    /// Removes the download of this digest, if there is one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn discard_download(&self, sha256: &str) -> Result<()> {
        let path = self.download(sha256);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    /// The downloads that are not layers yet: digest and bytes so far.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn downloads(&self) -> Result<Vec<(String, u64)>> {
        let mut downloads = Vec::new();
        for entry in fs::read_dir(self.root.join("downloads"))? {
            let entry = entry?;
            let digest = entry.file_name().to_string_lossy().into_owned();
            downloads.push((digest, entry.metadata()?.len()));
        }
        downloads.sort();
        Ok(downloads)
    }

    fn lock_file(&self, name: &str) -> Result<File> {
        let path = self.root.join("locks").join(name);
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("opening {}", path.display()))
    }

    fn lock(&self, name: &str) -> Result<File> {
        let lock = self.lock_file(name)?;
        lock.lock()?;
        Ok(lock)
    }

    fn folder(&self, kind: Kind, key: &str) -> PathBuf {
        self.root.join(kind.name()).join(key)
    }

    /// The layer with this key, made by `make` in a folder of its own if it is not there or not whole.
    ///
    /// `waiting` is called once if another process is making or removing it just now, `make` gets the folder and
    /// answers what it was made of. Between processes the layer is made once.
    ///
    /// # Errors
    /// What `make` says; or the cache cannot be written.
    pub(crate) fn layer(
        &self,
        kind: Kind,
        key: &str,
        image: &str,
        parent: Option<&str>,
        waiting: impl FnOnce(),
        make: impl FnOnce(&Path) -> Result<Vec<(String, String)>>,
    ) -> Result<Layer> {
        let lock = self.lock_file(&format!("{}-{key}", kind.name()))?;
        let mut waiting = Some(waiting);
        let mut patience = TURNS;
        while !try_lock(&lock)? {
            // Others use the layer, and it can be shared at once; or one is making it, and shares it when it is whole.
            if !self.folder(kind, key).exists()
                && let Some(waiting) = waiting.take()
            {
                waiting();
            }
            lock.lock_shared()?;
            if let Some(layer) = self.find(kind, key, &lock)? {
                return Ok(layer);
            }
            // The maker failed, and it is the turn of one of those who waited: they may be looking just now, too.
            lock.unlock()?;
            if patience == 0 {
                bail!(
                    "the {} layer {key} is damaged, and in use by another run: end that one, then run it again",
                    kind.name()
                );
            }
            patience -= 1;
            thread::sleep(TURN);
        }
        if self.find(kind, key, &lock)?.is_none() {
            self.make(kind, key, image, parent, make)?;
        }
        // flock(2) converts the lock to a shared one.
        lock.lock_shared()?;
        self.find(kind, key, &lock)?
            .with_context(|| format!("the {} layer {key} vanished as it was made", kind.name()))
    }

    fn make(
        &self,
        kind: Kind,
        key: &str,
        image: &str,
        parent: Option<&str>,
        make: impl FnOnce(&Path) -> Result<Vec<(String, String)>>,
    ) -> Result<()> {
        let what = Leftover {
            image: image.to_owned(),
            what: format!("its {} layer, half made", kind.name()),
        };
        let scratch = self.scratch("staging", &what)?;
        let folder = scratch.path().join("layer");
        fs::create_dir(&folder)?;
        let made_of = make(&folder)?;
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            files.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.metadata()?.len(),
            ));
            File::open(entry.path())?.sync_all()?;
        }
        files.sort();
        let manifest = Manifest {
            image: image.to_owned(),
            parent: parent.map(str::to_owned),
            files,
            made_of,
        };
        fs::write(
            folder.join("layer.json"),
            serde_json::to_vec_pretty(&manifest)?,
        )?;
        let place = self.folder(kind, key);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(&folder, &place)
            .with_context(|| format!("moving a layer to {}", place.display()))
    }

    /// The layer if it is there and every file has the length it was made with. `lock` is held by the caller.
    fn find(&self, kind: Kind, key: &str, lock: &File) -> Result<Option<Layer>> {
        let folder = self.folder(kind, key);
        let Some(manifest) = read_manifest(&folder) else {
            return Ok(None);
        };
        let whole = manifest.files.iter().all(|(name, length)| {
            fs::metadata(folder.join(name)).is_ok_and(|found| found.len() == *length)
        });
        if !whole {
            return Ok(None);
        }
        // By this the cache knows what was unused for longest; one that cannot be written serves all the same.
        let _ = lock.set_modified(SystemTime::now());
        Ok(Some(Layer {
            kind,
            key: key.to_owned(),
            folder,
            manifest,
            _lock: lock.try_clone()?,
        }))
    }

    /// Throws away a layer, and first those that were built on it: made anew it has other bytes. False: a guest uses one of
    /// them, and what is below it is kept.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub(crate) fn discard(&self, kind: Kind, key: &str) -> Result<bool> {
        for above in Kind::ALL.into_iter().skip_while(|above| *above <= kind) {
            for folder in self.folders(above)? {
                let manifest = read_manifest(&folder);
                let parent = manifest.and_then(|manifest| manifest.parent);
                if parent.as_deref() == Some(key) && !self.discard(above, &key_of(&folder))? {
                    return Ok(false);
                }
            }
        }
        let lock = self.lock_file(&format!("{}-{key}", kind.name()))?;
        if !try_lock(&lock)? {
            return Ok(false);
        }
        match fs::remove_dir_all(self.folder(kind, key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing the {} layer {key}", kind.name()))
            }
            _ => Ok(true),
        }
    }

    /// The folders of all layers of a kind.
    fn folders(&self, kind: Kind) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(self.root.join(kind.name()))?;
        let folders = entries.map(|entry| Ok(entry?.path()));
        folders.collect()
    }

    /// Every layer, bases first, each kind by key.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>> {
        let mut layers = Vec::new();
        for kind in Kind::ALL {
            let mut found = Vec::new();
            for folder in self.folders(kind)? {
                let key = key_of(&folder);
                let since = |time| SystemTime::now().duration_since(time).unwrap_or_default();
                let made = fs::metadata(&folder)?.modified()?;
                let lock = self.lock_file(&format!("{}-{key}", kind.name()))?;
                let manifest = read_manifest(&folder);
                found.push(Listed {
                    kind,
                    parent: manifest.as_ref().and_then(|said| said.parent.clone()),
                    image: manifest.map(|said| said.image),
                    size: size_on_disk(&folder)?,
                    age: since(made),
                    unused: since(lock.metadata()?.modified()?),
                    in_use: lock.try_lock().is_err(),
                    key,
                });
            }
            found.sort_by(|a, b| a.key.cmp(&b.key));
            layers.append(&mut found);
        }
        Ok(layers)
    }

    /// Removes the downloads for whose digest `keep` is false and that are not under way; answers how many bytes that were.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn prune_downloads(&self, keep: impl Fn(&str) -> bool) -> Result<u64> {
        let mut removed = 0;
        for (digest, length) in self.downloads()? {
            let lock = self.lock_file(&download_lock(&digest))?;
            if !keep(&digest) && try_lock(&lock)? {
                self.discard_download(&digest)?;
                removed += length;
            }
        }
        Ok(removed)
    }

    /// How large the cache may become, bytes.
    ///
    /// # Errors
    /// When [`ROOM_VARIABLE`] is no number.
    pub fn room() -> Result<u64> {
        let said = match std::env::var(ROOM_VARIABLE) {
            Err(std::env::VarError::NotPresent) => return Ok(ROOM << 30),
            said => said.unwrap_or_default(),
        };
        let gib = said
            .parse::<u64>()
            .ok()
            .and_then(|gib| gib.checked_mul(1 << 30));
        gib.with_context(|| {
            format!("reading {ROOM_VARIABLE}: expected how large the cache may become, whole GiB, like `{ROOM}`")
        })
    }

    /// Removes layers that no guest uses, those unused for longest first, until the rest fits into `room`, bytes; answers
    /// those removed.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub(crate) fn trim(&self, room: u64) -> Result<Vec<Listed>> {
        let mut layers = self.list()?;
        let mut size: u64 = layers.iter().map(|layer| layer.size).sum();
        // Of those used together the one on top goes first: it is made again soonest.
        layers.sort_by_key(|layer| (Reverse(layer.unused.as_secs()), Reverse(layer.kind)));
        let mut removed = Vec::new();
        for layer in layers {
            if size <= room {
                break;
            }
            let gone = !self.folder(layer.kind, &layer.key).exists();
            if gone || !layer.in_use && self.discard(layer.kind, &layer.key)? {
                size -= layer.size;
                removed.push(layer);
            }
        }
        Ok(removed)
    }

    /// Removes the layers for which `keep` is false and that no guest uses; answers those removed.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn prune(&self, keep: impl Fn(&Listed) -> bool) -> Result<Vec<Listed>> {
        let mut removed = Vec::new();
        // What is built on another goes first.
        for layer in self.list()?.into_iter().rev() {
            if !keep(&layer) && !layer.in_use && self.discard(layer.kind, &layer.key)? {
                removed.push(layer);
            }
        }
        removed.reverse();
        Ok(removed)
    }
}

/// A folder of one's own, gone when dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
    _lock: File,
}

/// The folders of this process's [`Scratch`]es.
static SCRATCHES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn scratches() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    SCRATCHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what this process has under `run/` and `staging/`: for one that is about to exit without unwinding.
pub fn abandon() {
    for folder in scratches().iter() {
        // What another thread still writes there is swept by the next run.
        let _ = fs::remove_dir_all(folder);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        scratches().remove(self.path());
    }
}

impl Scratch {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The name of a download's lock.
fn download_lock(sha256: &str) -> String {
    format!("download-{sha256}")
}

/// Locks a file for this process alone if nobody else has it locked.
fn try_lock(file: &File) -> Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The key of the layer in a folder.
fn key_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn read_manifest(folder: &Path) -> Option<Manifest> {
    serde_json::from_slice(&fs::read(folder.join("layer.json")).ok()?).ok()
}

fn size_on_disk(folder: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut size = 0;
    for entry in fs::read_dir(folder)? {
        // stat(2): st_blocks counts units of 512 bytes.
        size += entry?.metadata()?.blocks() * 512;
    }
    Ok(size)
}

/// The key of what `parts` make: the first 16 hexadecimal digits of a SHA-256 over them, each with its length.
#[must_use]
pub(crate) fn key(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Writes a file of these parts, which nobody sees before it is whole.
pub(crate) fn write_aside(file: &Path, parts: &[&[u8]]) -> Result<()> {
    let write = || -> io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut aside = tempfile::NamedTempFile::new_in(folder)?;
        for part in parts {
            aside.write_all(part)?;
        }
        aside.persist(file)?;
        Ok(())
    };
    write().with_context(|| format!("writing {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache")).unwrap();
        (folder, cache)
    }

    fn layer(cache: &Cache, made: &Cell<u32>) -> Layer {
        cache
            .layer(
                Kind::Base,
                "k",
                "image",
                None,
                || (),
                |folder| {
                    made.set(made.get() + 1);
                    fs::write(folder.join("disk"), "content")?;
                    Ok(vec![])
                },
            )
            .unwrap()
    }

    #[test]
    fn a_layer_is_made_once() {
        let (_folder, cache) = cache();
        let made = Cell::new(0);
        layer(&cache, &made);
        let again = layer(&cache, &made);
        assert_eq!(made.get(), 1);
        assert_eq!(
            fs::read_to_string(again.folder.join("disk")).unwrap(),
            "content"
        );
    }

    #[test]
    fn a_layer_whose_file_lost_bytes_is_made_again() {
        let (_folder, cache) = cache();
        let made = Cell::new(0);
        let first = layer(&cache, &made);
        fs::write(first.folder.join("disk"), "cont").unwrap();
        drop(first);
        let second = layer(&cache, &made);
        assert_eq!(made.get(), 2);
        assert_eq!(
            fs::read_to_string(second.folder.join("disk")).unwrap(),
            "content"
        );
    }

    #[test]
    fn a_layer_that_another_run_makes_is_waited_for_and_shared_while_that_run_still_uses_it() {
        let (_folder, cache) = cache();
        let (begun, maker_begun) = std::sync::mpsc::channel();
        let (go, finish) = std::sync::mpsc::channel::<()>();
        let (done, until) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let maker = &cache;
            scope.spawn(move || {
                let held = maker.layer(
                    Kind::Base,
                    "k",
                    "image",
                    None,
                    || (),
                    |folder| {
                        begun.send(()).unwrap();
                        finish.recv().unwrap();
                        fs::write(folder.join("disk"), "content")?;
                        Ok(vec![])
                    },
                );
                // Used until the other has got it, too.
                until.recv().unwrap();
                drop(held);
            });
            maker_begun.recv().unwrap();
            let waited = Cell::new(false);
            let waiting = || {
                waited.set(true);
                go.send(()).unwrap();
            };
            let made = Cell::new(0);
            let shared = cache.layer(Kind::Base, "k", "image", None, waiting, |_| {
                made.set(1);
                Ok(vec![])
            });
            assert!(shared.is_ok());
            assert_eq!((waited.get(), made.get()), (true, 0));
            done.send(()).unwrap();
        });
    }

    #[test]
    fn each_run_that_waited_for_a_maker_who_failed_gets_its_own_turn() {
        let (_folder, cache) = cache();
        let fail = || {
            let layer = cache.layer(Kind::Base, "k", "i", None, || (), |_| bail!("no"));
            layer.unwrap_err().to_string()
        };
        // One round alone would often go well by chance.
        for _ in 0..20 {
            std::thread::scope(|scope| {
                let runs: Vec<_> = (0..16).map(|_| scope.spawn(fail)).collect();
                for run in runs {
                    assert_eq!(run.join().unwrap(), "no");
                }
            });
        }
    }

    #[test]
    fn a_damaged_layer_that_a_guest_uses_is_an_error() {
        let (_folder, cache) = cache();
        let used = layer(&cache, &Cell::new(0));
        fs::write(used.folder.join("disk"), "cont").unwrap();
        let error = cache
            .layer(Kind::Base, "k", "image", None, || (), |_| Ok(vec![]))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("is damaged, and in use by another run")
        );
    }

    #[test]
    fn a_layer_whose_making_fails_is_not_there() {
        let (_folder, cache) = cache();
        let result = cache.layer(
            Kind::Base,
            "k",
            "image",
            None,
            || (),
            |folder| {
                fs::write(folder.join("disk"), "half")?;
                anyhow::bail!("no")
            },
        );
        assert!(result.is_err());
        assert!(cache.list().unwrap().is_empty());
        assert_eq!(
            fs::read_dir(cache.root().join("staging")).unwrap().count(),
            0
        );
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_lives_is_not() {
        let (_folder, cache) = cache();
        let what = Leftover {
            image: "image".to_owned(),
            what: "its base layer, half made".to_owned(),
        };
        let living = cache.scratch("staging", &what).unwrap();
        let dead = cache.root().join("staging").join("dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("lock"), "").unwrap();
        fs::copy(living.path().join("what.json"), dead.join("what.json")).unwrap();
        let next = Cache::at(cache.root().to_owned()).unwrap();
        assert!(living.path().exists());
        assert!(!dead.exists());
        assert_eq!(next.leftovers(), [what]);
    }

    #[test]
    fn a_layer_in_use_is_not_pruned() {
        let (_folder, cache) = cache();
        let made = Cell::new(0);
        let held = layer(&cache, &made);
        assert!(cache.prune(|_| false).unwrap().is_empty());
        drop(held);
        assert_eq!(cache.prune(|_| false).unwrap().len(), 1);
        assert!(cache.list().unwrap().is_empty());
    }

    #[test]
    fn a_cache_that_is_too_large_loses_what_was_unused_for_longest() {
        let (_folder, cache) = cache();
        let make = |kind: Kind, key: &str, parent, hours: u64| {
            let layer = cache.layer(
                kind,
                key,
                "image",
                parent,
                || (),
                |folder| {
                    fs::write(folder.join("disk"), [1; 4096])?;
                    Ok(vec![])
                },
            );
            drop(layer.unwrap());
            let lock = cache.lock_file(&format!("{}-{key}", kind.name())).unwrap();
            let used = SystemTime::now() - Duration::from_secs(hours * 3600);
            lock.set_modified(used).unwrap();
        };
        make(Kind::Base, "old", None, 9);
        make(Kind::Prepared, "above", Some("old"), 9);
        make(Kind::Base, "used", None, 9);
        make(Kind::Base, "new", None, 1);
        let held = cache.layer(Kind::Base, "used", "image", None, || (), |_| bail!("no"));
        let keys = |layers: Vec<Listed>| -> Vec<String> {
            layers.into_iter().map(|layer| layer.key).collect()
        };
        let all: u64 = cache.list().unwrap().iter().map(|layer| layer.size).sum();
        assert!(cache.trim(all).unwrap().is_empty());
        assert_eq!(keys(cache.trim(all - 1).unwrap()), ["above"]);
        assert_eq!(keys(cache.trim(0).unwrap()), ["old", "new"]);
        drop(held);
        assert_eq!(keys(cache.trim(0).unwrap()), ["used"]);
    }

    #[test]
    fn what_is_built_on_a_layer_goes_with_it() {
        let (_folder, cache) = cache();
        let make = |kind, key, parent| {
            let fill = |_: &Path| Ok(vec![]);
            cache
                .layer(kind, key, "image", parent, || (), fill)
                .unwrap()
        };
        drop(make(Kind::Base, "b", None));
        drop(make(Kind::Prepared, "p", Some("b")));
        let warm = make(Kind::Warm, "w", Some("p"));
        assert!(
            !cache.discard(Kind::Base, "b").unwrap(),
            "a guest uses what is above"
        );
        assert_eq!(cache.list().unwrap().len(), 3);
        drop(warm);
        assert!(cache.discard(Kind::Base, "b").unwrap());
        assert!(cache.list().unwrap().is_empty());
    }

    #[test]
    fn the_key_tells_parts_apart() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
    }
}

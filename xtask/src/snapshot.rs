//! Holds records against the accepted snapshots, through insta, and leaves pending ones for review.

use std::cell::Cell as Flag;
use std::fs;
use std::io::ErrorKind;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, PoisonError};

use anyhow::{Context, Result, anyhow, bail, ensure};
use indexmap::IndexMap;
use insta::{Comparator, Settings, Snapshot};
use serde::{Deserialize, Serialize};
use vm::text::visible;

use crate::record::{Comparison, Record};
use crate::suite::{Cell, CellId, Test};
use crate::yaml;

/// Where accepted snapshots stand, below the root.
pub const FOLDER: &str = "snapshots";

/// What made a record: kernel, libc, compiler, Python, image hash, accelerator. A change of it alone is no difference.
pub type Provenance = IndexMap<String, String>;

/// How a cell stands to its accepted snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As accepted.
    Same,
    /// Not as accepted.
    Changed,
    /// Nothing is accepted yet.
    New,
    /// Something is accepted for a cell that the suite does not have.
    Missing,
    /// The program does not compile in the guest.
    BuildFailed,
    /// A run took the guest down.
    GuestLost,
    /// The image cannot be had.
    Unavailable,
    /// Not asked for, or not possible on this image.
    NotRun,
}

impl Verdict {
    /// The verdict as people and files read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Changed => "changed",
            Verdict::New => "new",
            Verdict::Missing => "missing",
            Verdict::BuildFailed => "build-failed",
            Verdict::GuestLost => "guest-lost",
            Verdict::Unavailable => "unavailable",
            Verdict::NotRun => "not-run",
        }
    }
}

/// What became of a record that was held against its snapshot.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// [`Verdict::Same`], [`Verdict::Changed`] or [`Verdict::New`].
    pub verdict: Verdict,
    /// What changed, what merely drifted, and what the header does not allow: only the last for a new cell.
    pub comparison: Comparison,
    /// The accepted snapshot, or where it will stand.
    pub accepted: PathBuf,
    /// The pending snapshot to review, unless the verdict is `same`.
    pub pending: Option<PathBuf>,
}

/// The snapshots of a project, with insta set up to judge by them.
#[derive(Clone, Debug)]
pub struct Snapshots {
    root: PathBuf,
}

impl Snapshots {
    /// Sets insta up for the project at `root`, whatever `INSTA_*` and `CI` say: pending files are written, nothing
    /// is printed and nothing fails.
    ///
    /// To be called first thing in main(), and only by commands that judge: child processes inherit these
    /// variables, and a `cargo test` among them would pass whatever its own snapshots say.
    ///
    /// # Safety
    /// No other thread may run yet: insta takes its settings from the environment only, and changing that while
    /// other threads read it is undefined behaviour.
    pub unsafe fn configure(root: &Path) -> Self {
        // insta would take a relative path to be relative to this source file.
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let set = [
            ("INSTA_UPDATE", "new".as_ref()),
            ("INSTA_FORCE_PASS", "1".as_ref()),
            ("INSTA_OUTPUT", "none".as_ref()),
            ("INSTA_REQUIRE_FULL_MATCH", "0".as_ref()),
            ("INSTA_WORKSPACE_ROOT", root.as_os_str()),
        ];
        let unset = [
            "INSTA_FORCE_UPDATE",
            "INSTA_FORCE_UPDATE_SNAPSHOTS",
            "INSTA_PENDING_DIR",
            "INSTA_SNAPSHOT_REFERENCES_FILE",
            "INSTA_WARNINGS_FILE",
            "INSTA_YAML_BLOCK_STYLE",
        ];
        // SAFETY: the caller promises that there is no other thread.
        unsafe {
            set.into_iter()
                .for_each(|(name, value)| std::env::set_var(name, value));
            unset
                .into_iter()
                .for_each(|name| std::env::remove_var(name));
        }
        Self { root }
    }

    /// Holds a cell's record against its accepted snapshot, and leaves a pending one if it differs.
    ///
    /// # Errors
    /// If the accepted snapshot cannot be read, or the pending one not be written.
    pub fn judge(
        &self,
        image: &str,
        cell: &Cell,
        record: &Record,
        provenance: &Provenance,
    ) -> Result<Judgement> {
        let accepted = path_of(&self.root, image, &cell.id);
        let pending = pending_of(&accepted);
        let stored = Stored::read(&self.root, &accepted)?;
        let allowed = &cell.test.header.allowed;
        let text = match &stored {
            Some(stored) => record.keeping(&stored.record, allowed).to_string(),
            None => record.to_string(),
        };
        let judge = Judge {
            observed: record.clone(),
            test: Arc::clone(&cell.test),
            told: Arc::default(),
        };
        let settings = self.settings(image, cell, provenance, &judge);
        let name = cell.id.name();
        quietly(|| settings.bind(|| insta::assert_snapshot!(name, text))).with_context(|| {
            format!(
                "holding a record against {} (is its folder writable?)",
                accepted.display()
            )
        })?;

        let told = judge
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        ensure!(
            told.is_some() == stored.is_some(),
            "{} changed while a record was held against it: run the cell again",
            accepted.display()
        );
        let verdict = match &told {
            None => Verdict::New,
            Some(comparison) if comparison.is_same() => Verdict::Same,
            Some(_) => Verdict::Changed,
        };
        let pending = (verdict != Verdict::Same).then_some(pending);
        if let Some(path) = pending.as_ref().filter(|path| !path.is_file()) {
            bail!(
                "insta did not write the pending snapshot {}",
                path.display()
            );
        }
        Ok(Judgement {
            verdict,
            comparison: told.unwrap_or_else(|| Comparison::of_new(record, allowed)),
            accepted,
            pending,
        })
    }

    fn settings(
        &self,
        image: &str,
        cell: &Cell,
        provenance: &Provenance,
        judge: &Judge,
    ) -> Settings {
        let harmless = |(key, value): (&String, &String)| (visible(key), visible(value));
        let provenance: Provenance = provenance.iter().map(harmless).collect();
        let mut settings = Settings::new();
        settings.set_snapshot_path(self.root.join(FOLDER).join(image).join(cell.id.family()));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(cell.test.header.title.as_str());
        settings.set_input_file(self.root.join(&cell.test.path));
        settings.set_info(&provenance);
        settings.set_comparator(Box::new(judge.clone()));
        settings
    }
}

/// Judges for insta: the accepted sets and those of the test's header decide, and the metadata does not count.
#[derive(Clone)]
struct Judge {
    /// What the runs observed; what insta holds as new may carry accepted values besides.
    observed: Record,
    /// Its header says what is left to chance.
    test: Arc<Test>,
    /// The way out for more than insta's yes or no.
    told: Arc<Mutex<Option<Comparison>>>,
}

impl Comparator for Judge {
    fn matches(&self, reference: &Snapshot, _: &Snapshot) -> bool {
        // It was read before insta was asked; if it changed since, `told` stays empty and that is an error.
        let Some(Ok(accepted)) = reference
            .as_text()
            .map(|text| Record::parse(&text.to_string()))
        else {
            return false;
        };
        let comparison = self.observed.against(&accepted, &self.test.header.allowed);
        let same = comparison.is_same();
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(comparison);
        same
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(self.clone())
    }
}

thread_local! {
    /// Whether a panic of this thread is about to be caught and told as an error.
    static CATCHING: Flag<bool> = const { Flag::new(false) };
}

/// Runs code that may panic; then the panic is an error and not printed.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.get() {
                previous(info);
            }
        }));
    });
    CATCHING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(false);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        anyhow!("{}", visible(text.unwrap_or("insta panicked")))
    })
}

/// A snapshot file's contents: metadata and record.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The metadata as it stands between the `---` lines.
    pub metadata: String,
    /// The test's title.
    pub title: Option<String>,
    /// What made the record.
    pub provenance: Provenance,
    /// The record.
    pub record: Record,
    /// The record as it stands in the file.
    text: String,
}

/// What of insta's metadata is of use here.
#[derive(Deserialize)]
struct Metadata {
    description: Option<String>,
    info: Option<Provenance>,
}

impl Stored {
    /// Reads a snapshot, accepted or pending; `None` if there is no such file. Errors name it relative to `root`.
    ///
    /// # Errors
    /// If it cannot be read, has merge conflict markers, or is no snapshot of a record.
    pub fn read(root: &Path, path: &Path) -> Result<Option<Self>> {
        let name = path.strip_prefix(root).unwrap_or(path);
        let remedy = if is_pending(path) {
            "delete it, or run its cell again"
        } else {
            "restore it with git, or delete it and accept the cell anew"
        };
        let wrong = || {
            format!(
                "{} is no snapshot: {remedy}",
                visible(&name.display().to_string())
            )
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text.replace("\r\n", "\n"),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(wrong),
        };
        let stored = Self::parse(name, &text).with_context(wrong)?;
        // insta itself must be able to read it, or it would take the cell for a new one.
        match quietly(|| {
            Snapshot::from_file(path).map_err(|error| anyhow!("{}", visible(&error.to_string())))
        }) {
            Ok(Ok(_)) => Ok(Some(stored)),
            Ok(Err(error)) | Err(error) => Err(error).with_context(wrong),
        }
    }

    fn parse(name: &Path, text: &str) -> Result<Self> {
        let conflict = |line: &&str| {
            ["<<<<<<<", "=======", ">>>>>>>"]
                .iter()
                .any(|marker| line.starts_with(marker))
        };
        if let Some(line) = text.lines().position(|line| conflict(&line)) {
            bail!("line {} is a merge conflict marker", line + 1);
        }
        let (metadata, record) = text
            .strip_prefix("---\n")
            .and_then(|text| text.split_once("\n---\n"))
            .context("it does not start with metadata between `---` lines")?;
        let Metadata { description, info } = yaml::parse(name, metadata, 2)?;
        let text = format!("{}\n", record.trim_end());
        let record = Record::parse(&text)?;
        let metadata = format!("{metadata}\n");
        Ok(Self {
            metadata,
            title: description,
            provenance: info.unwrap_or_default(),
            record,
            text,
        })
    }

    /// The file that insta's own accept writes: the metadata without the place of the assertion, and the record.
    pub fn accepted_text(&self) -> String {
        let place = |line: &&str| line.starts_with("assertion_line:");
        let metadata: String = self
            .metadata
            .split_inclusive('\n')
            .filter(|line| !place(line))
            .collect();
        format!("---\n{metadata}---\n{}", self.text)
    }
}

/// A snapshot file and what its path says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The image's name.
    pub image: String,
    /// The cell.
    pub id: CellId,
    /// The file.
    pub path: PathBuf,
}

/// The accepted snapshots of all images, in order.
///
/// # Errors
/// If a folder of them cannot be read.
pub fn accepted(root: &Path) -> Result<Vec<Entry>> {
    entries(root, ".snap")
}

/// The pending snapshots of all images, in order.
///
/// # Errors
/// If a folder of them cannot be read.
pub fn pending(root: &Path) -> Result<Vec<Entry>> {
    entries(root, ".snap.new")
}

/// The accepted snapshots of an image whose cells the suite does not have.
///
/// # Errors
/// If a folder of them cannot be read.
pub fn missing(root: &Path, image: &str, cells: &[Cell]) -> Result<Vec<Entry>> {
    let mut entries = accepted(root)?;
    entries.retain(|entry| entry.image == image && !cells.iter().any(|cell| cell.id == entry.id));
    Ok(entries)
}

/// Where a cell's accepted snapshot stands.
pub fn path_of(root: &Path, image: &str, id: &CellId) -> PathBuf {
    root.join(FOLDER)
        .join(image)
        .join(id.family())
        .join(format!("{}.snap", id.name()))
}

/// Where the pending snapshot beside an accepted one stands.
pub fn pending_of(accepted: &Path) -> PathBuf {
    accepted.with_extension("snap.new")
}

fn is_pending(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "new")
}

/// The files `snapshots/IMAGE/FAMILY/NAME` + `ending`.
fn entries(root: &Path, ending: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (image, path) in children(&root.join(FOLDER))? {
        for (family, path) in children(&path)? {
            for (file, path) in children(&path)? {
                if let Some(name) = file.strip_suffix(ending) {
                    entries.push(Entry {
                        image: image.clone(),
                        id: CellId::new(&family, name),
                        path,
                    });
                }
            }
        }
    }
    entries.sort();
    Ok(entries)
}

/// What is in a folder, with names; nothing, if it is none.
fn children(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let reading = || format!("reading {} (may this user?)", folder.display());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error).with_context(reading),
    };
    let mut children = Vec::new();
    for entry in entries {
        let entry = entry.with_context(reading)?;
        if let Ok(name) = entry.file_name().into_string() {
            children.push((name, entry.path()));
        }
    }
    Ok(children)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    const GOOD: &str = "---\nsource: xtask/src/snapshot.rs\nassertion_line: 7\ndescription: \"a title: with colon\"\ninfo:\n  kernel: Linux 6.12\n  python: \"3.13\"\ninput_file: tests/eintr/recv.c\n---\ncall: EINTR\nend: exit 0\n";

    fn read(text: &str) -> Result<Option<Stored>> {
        let root = tempfile::tempdir().expect("a temporary directory");
        let path = root.path().join("x.c.snap");
        fs::write(&path, text).expect("a file");
        Stored::read(root.path(), &path)
    }

    #[test]
    fn reads_what_is_stored() {
        let stored = read(GOOD).expect("readable").expect("there");
        assert_eq!(stored.title.as_deref(), Some("a title: with colon"));
        assert_eq!(stored.provenance["python"], "3.13");
        assert_eq!(stored.record.to_string(), "call: EINTR\nend: exit 0\n");
        assert_eq!(
            stored.accepted_text(),
            GOOD.replace("assertion_line: 7\n", "")
        );
        let windows = read(&GOOD.replace('\n', "\r\n"))
            .expect("readable")
            .expect("there");
        assert_eq!(windows.accepted_text(), stored.accepted_text());
        let root = Path::new("/nonexistent");
        assert!(
            Stored::read(root, &root.join("x.c.snap"))
                .expect("no error")
                .is_none()
        );
    }

    #[test]
    fn damaged_snapshots_are_errors_that_name_the_file() {
        let error = |text: &str| format!("{:#}", read(text).expect_err(text));
        let conflict = "---\nsource: x\n---\n<<<<<<< HEAD\ncall: EINTR\n=======\ncall: restarted\n>>>>>>> other\nend: exit 0\n";
        assert_snapshot!([
            error(""),
            error("call: EINTR\nend: exit 0\n"),
            error("---\nsource: x\n"),
            error("---\nsource: [x\n---\nend: exit 0\n"),
            error("---\nsource: x\ninfo: 3\n---\nend: exit 0\n"),
            error(conflict),
            error("---\nsource: x\n---\ncall: EINTR\n"),
            error("---\nsource: x\n---\ncall EINTR\nend: exit 0\n"),
            error("---\nsnapshot_kind: binary\n---\nend: exit 0\n"),
        ].join("\n"), @"
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: it does not start with metadata between `---` lines
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: it does not start with metadata between `---` lines
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: it does not start with metadata between `---` lines
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: x.c.snap:2:9: this is not YAML: unclosed bracket '['; check quotes, brackets and indent
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: x.c.snap:3:7: expected keys with values, like `name: value`, found `3`
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: line 4 is a merge conflict marker
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: there is no line `end: …`
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: line 1 is no `key: value | value`: `call EINTR`
        x.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: A required field was missing
        ");
    }

    #[test]
    fn entries_are_found_by_their_place() {
        let root = tempfile::tempdir().expect("a temporary directory");
        for file in [
            "consistency.rs",
            "debian-13/eintr/recv.c@restart.snap",
            "debian-13/eintr/recv.c.snap.new",
            "debian-12/masks/fork.py.snap",
            "debian-12/stray.snap",
        ] {
            let path = root.path().join(FOLDER).join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let names = |entries: Vec<Entry>| -> Vec<String> {
            entries
                .iter()
                .map(|entry| format!("{} {}", entry.image, entry.id))
                .collect()
        };
        assert_eq!(
            names(accepted(root.path()).expect("readable")),
            ["debian-12 masks/fork.py", "debian-13 eintr/recv.c@restart"]
        );
        assert_eq!(
            names(pending(root.path()).expect("readable")),
            ["debian-13 eintr/recv.c"]
        );
        assert_eq!(
            names(missing(root.path(), "debian-13", &[]).expect("readable")),
            ["debian-13 eintr/recv.c@restart"]
        );
        let entry = &pending(root.path()).expect("readable")[0];
        assert_eq!(
            pending_of(&path_of(root.path(), &entry.image, &entry.id)),
            entry.path
        );
        assert!(
            accepted(Path::new("/nonexistent"))
                .expect("no error")
                .is_empty()
        );
    }

    #[test]
    fn a_panic_is_an_error_and_not_printed() {
        assert_snapshot!(quietly(|| -> () { panic!("with \u{1b} in it") }).expect_err("a panic"), @r"with \u{1b} in it");
        assert_eq!(quietly(|| 3).expect("no panic"), 3);
    }
}

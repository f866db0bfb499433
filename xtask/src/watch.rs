//! `cargo xtask matrix --watch`: guests that stay up, and cells that run when what decides them is saved.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use vm::accel::Clock;

use crate::changed::{self, Fingerprints};
use crate::event::Event;
use crate::matrix::Args;
use crate::plan::{ClockChoice, Plan};
use crate::report::results::COULD_NOT_RUN;
use crate::run::{Bench, Run, Session};
use crate::snapshot;
use crate::suite::Suite;

/// Editors save in several steps, with hardly a moment between them: after this much quiet a save is whole.
const QUIET: Duration = Duration::from_millis(30);

/// A save is whole after this long in any case: something else may be writing without a pause.
const LONGEST: Duration = Duration::from_millis(500);

/// Brings the images up, and runs the cells that each save affects until it is interrupted. `suite` is what there is
/// now, `names` are those of all images, and `take` gets the events.
///
/// # Errors
/// When files cannot be watched, or results cannot be written.
pub fn run(
    bench: &Bench<'_>,
    plans: Vec<Plan>,
    mut suite: Suite,
    names: &[&str],
    args: &Args,
    take: &mut dyn FnMut(Event) -> Result<()>,
) -> Result<ExitCode> {
    // There is one guest an image: it must do for every cell, unless somebody said otherwise.
    let clock = match args.clock {
        ClockChoice::Virtual => Clock::Virtual,
        ClockChoice::Auto | ClockChoice::Real => Clock::Real,
    };
    // From before the images come up, so that no save is missed meanwhile.
    let saves = Saves::of(bench.root)?;
    let watched = plans
        .into_iter()
        .map(|plan| Watched::new(bench, plan, clock));
    let mut watched: Vec<Watched> = watched.collect();
    side_by_side(bench, &mut watched, take, Watched::open)?;
    watched.retain(|image| image.session.is_some());
    if watched.is_empty() {
        return Ok(ExitCode::from(COULD_NOT_RUN));
    }
    for image in &mut watched {
        if args.changed {
            _ = changed::leave_out(bench.root, bench.cache, &mut image.due, bench.how);
        } else {
            image.due.cells.clear();
        }
        image.due.left_out.clear();
    }
    let mut save = Save::default();
    loop {
        answer(bench, &mut watched, &save, take)?;
        take(Event::Watching {
            images: watched.iter().map(Watched::name).collect(),
            cells: watched.iter().map(|image| image.cells).sum(),
        })?;
        side_by_side(bench, &mut watched, take, Watched::keep)?;
        save = saves.next()?;
        while let Err(error) = look(bench, &mut suite, &mut watched, &save, names, args) {
            take(Event::Unreadable {
                reason: format!("{error:#}"),
            })?;
            save = saves.next()?;
        }
    }
}

/// An image that is watched.
struct Watched {
    session: Option<Session>,
    /// What its guest's time goes by.
    clock: Clock,
    /// What its cells were like when they were last looked at.
    seen: Fingerprints,
    /// How many cells are selected on it.
    cells: usize,
    /// What of them is to be run now.
    due: Plan,
}

impl Watched {
    fn new(bench: &Bench<'_>, plan: Plan, clock: Clock) -> Self {
        Self {
            session: None,
            clock,
            seen: Fingerprints::take(bench.root, &plan.image, &plan.cells, bench.how),
            cells: plan.cells.len(),
            due: plan,
        }
    }

    fn name(&self) -> String {
        self.due.image.name.clone()
    }

    fn run<'a>(&'a self, bench: &'a Bench<'a>, events: &'a Sender<Event>) -> Run<'a> {
        Run {
            bench,
            image: &self.due.image,
            clock: self.clock,
            cpus: None,
            events,
            shows: Some(self.due.cells.len()),
            awaited: true,
        }
    }

    /// Brings the image up.
    fn open(&mut self, bench: &Bench<'_>, events: &Sender<Event>) {
        let run = self.run(bench, events);
        match run.open_ready() {
            Ok(session) => self.session = Some(session),
            Err(error) => run.tell(Event::ImageUnavailable {
                image: self.name(),
                reason: format!("{error:#}"),
                fatal: true,
            }),
        }
    }

    /// Runs what is due. A guest that was lost by it is booted anew, so that the next save need not wait for that.
    fn work(&mut self, bench: &Bench<'_>, events: &Sender<Event>) {
        let mut session = self.session.take();
        let run = self.run(bench, events);
        run.say_left_out(&self.due);
        if let Err(error) = run.work(&mut session, self.due.cells.iter().cloned().collect()) {
            run.note(format!("cells could not be run: {error:#}"));
        }
        if session.is_none() {
            run.note("the guest is gone, and is booted anew".to_owned());
            match run.open_ready() {
                Ok(anew) => session = Some(anew),
                Err(error) => run.note(format!(
                    "it does not come up, which the next save tries again: {error:#}"
                )),
            }
        }
        self.session = session;
    }

    /// Keeps what was built, now that nobody waits.
    fn keep(&mut self, bench: &Bench<'_>, events: &Sender<Event>) {
        let mut session = self.session.take();
        let run = self.run(bench, events);
        if let Some(up) = &mut session
            && let Err(error) = run.keep(up)
        {
            run.note(format!("{error:#}; it is started anew at the next save"));
            session = None;
        }
        self.session = session;
    }

    /// Finds out what of `plan`, all that is selected now, is due.
    fn look(&mut self, bench: &Bench<'_>, save: &Save, plan: Plan) {
        let saved = |test: &Path| save.files.contains(&*test.to_string_lossy());
        let now = Fingerprints::take(bench.root, &plan.image, &plan.cells, bench.how);
        self.cells = plan.cells.len();
        self.due = plan;
        self.due.cells.retain(|cell| {
            // Whoever saves a test as it was wants to see it run again.
            saved(&cell.test.path) || !now.agree(&self.seen, &cell.id)
        });
        self.due
            .left_out
            .retain(|(cell, ..)| saved(&cell.test.path));
        self.seen = now;
    }
}

/// Finds out what is due on each image after a save.
fn look(
    bench: &Bench<'_>,
    suite: &mut Suite,
    watched: &mut [Watched],
    save: &Save,
    names: &[&str],
    args: &Args,
) -> Result<()> {
    let now = suite.reload(bench.root)?;
    now.since(suite).check_images(names.iter().copied())?;
    *suite = now;
    let cells = suite.select(&args.test)?;
    for image in watched {
        let plan = Plan::new(&image.due.image, &cells);
        image.look(bench, save, plan);
    }
    Ok(())
}

/// Runs what is due on all images side by side.
fn answer(
    bench: &Bench<'_>,
    watched: &mut [Watched],
    save: &Save,
    take: &mut dyn FnMut(Event) -> Result<()>,
) -> Result<()> {
    let due = |image: &&mut Watched| !image.due.cells.is_empty() || !image.due.left_out.is_empty();
    let cells = watched.iter().map(|image| image.due.cells.len()).sum();
    let watched: Vec<_> = watched.iter_mut().filter(due).collect();
    if watched.is_empty() {
        return Ok(());
    }
    take(Event::Saved {
        files: save.files.iter().cloned().collect(),
        cells,
        ago: save
            .since
            .map_or(0.0, |since| since.elapsed().as_secs_f64()),
    })?;
    side_by_side(bench, watched, take, Watched::work)
}

/// Does something with each image in a thread of its own; `take` gets the events as they happen.
fn side_by_side<'w>(
    bench: &Bench<'_>,
    watched: impl IntoIterator<Item = &'w mut Watched>,
    take: &mut dyn FnMut(Event) -> Result<()>,
    work: impl Fn(&mut Watched, &Bench<'_>, &Sender<Event>) + Copy + Send,
) -> Result<()> {
    let (events, inbox) = mpsc::channel();
    std::thread::scope(|scope| {
        for image in watched {
            let events = events.clone();
            scope.spawn(move || work(image, bench, &events));
        }
        drop(events);
        let taken = inbox.into_iter().try_for_each(take);
        if taken.is_err() {
            // Nobody is told any more: the guests end at once, and their threads with them.
            vm::process::end_all();
        }
        taken
    })
}

/// Files that were saved together.
#[derive(Debug, Default)]
struct Save {
    /// Relative to the checkout; none if it is not known which they are.
    files: BTreeSet<String>,
    /// When the first of them was.
    since: Option<Instant>,
}

/// The saves below a checkout, as they happen.
struct Saves {
    root: PathBuf,
    inbox: Receiver<notify::Result<notify::Event>>,
    _watcher: RecommendedWatcher,
}

impl Saves {
    fn of(root: &Path) -> Result<Saves> {
        // Some systems tell the true path.
        let root = fs::canonicalize(root).with_context(|| format!("finding {}", root.display()))?;
        let (events, inbox) = mpsc::channel();
        let mut watcher =
            notify::recommended_watcher(events).context("asking the system to watch files")?;
        let snapshots = root.join(snapshot::FOLDER);
        fs::create_dir_all(&snapshots)
            .with_context(|| format!("making {}", snapshots.display()))?;
        for folder in [root.join("tests"), snapshots] {
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .with_context(|| format!("watching {}", folder.display()))?;
        }
        Ok(Saves {
            root,
            inbox,
            _watcher: watcher,
        })
    }

    /// Waits for the next save.
    fn next(&self) -> Result<Save> {
        let mut save = Save::default();
        loop {
            let wait = save.since.map_or(Duration::MAX, |since| {
                QUIET.min(LONGEST.saturating_sub(since.elapsed()))
            });
            match self.inbox.recv_timeout(wait) {
                Ok(event) => {
                    let event = event.context("watching files")?;
                    let before = save.files.len();
                    save.files.extend(self.files(&event));
                    if save.files.len() > before || event.need_rescan() {
                        save.since.get_or_insert_with(Instant::now);
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(save),
                Err(RecvTimeoutError::Disconnected) => bail!("nobody watches the files any more"),
            }
        }
    }

    /// The files that an event is about, if they decide anything and may have another content now.
    fn files(&self, event: &notify::Event) -> Vec<String> {
        let written = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) => true,
            EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            EventKind::Any | EventKind::Other => false,
        };
        let names = event
            .paths
            .iter()
            .filter_map(|path| path.strip_prefix(&self.root).ok())
            .filter(|path| written && decides(path));
        names
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }
}

/// May a file of this name be one that runs are made from, or a folder of those? Editors write others beside them.
fn decides(path: &Path) -> bool {
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let ending = path.extension().map(|ending| ending.to_string_lossy());
    !path.file_name().is_some_and(hidden)
        && match ending.as_deref() {
            None => true,
            Some(ending) if path.starts_with(snapshot::FOLDER) => ending == "snap",
            Some(ending) => ["c", "h", "py", "yaml"].contains(&ending),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_beside_a_file_decides_nothing() {
        for name in [
            "tests/a/x.c",
            "tests/lib/x.h",
            "tests/variants.yaml",
            "tests/a",
            "snapshots/i/a/x.c.snap",
        ] {
            assert!(decides(Path::new(name)), "{name}");
        }
        for name in [
            "tests/a/x.c~",
            "tests/a/.x.c.swp",
            "tests/a/.#x.c",
            "tests/a/x.c.tmp",
            "snapshots/i/a/x.c.snap.new",
        ] {
            assert!(!decides(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_save_by_rename_is_one_save() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let tests = root.path().join("tests/a");
        fs::create_dir_all(&tests).expect("a folder");
        let saves = Saves::of(root.path()).expect("watched");
        let file = tests.join("x.c");
        for text in ["1", "2"] {
            let aside = tests.join("x.c~");
            fs::write(&aside, text).expect("written");
            fs::rename(&aside, &file).expect("renamed");
            let save = saves.next().expect("a save");
            assert_eq!(Vec::from_iter(&save.files), ["tests/a/x.c"]);
            let mut rest = saves.inbox.try_iter();
            assert!(rest.all(|event| saves.files(&event.expect("an event")).is_empty()));
        }
    }
}

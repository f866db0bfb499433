//! What happens during a run, as the reporters learn it and as `target/matrix/*.jsonl` and `matrix --json` tell it.
//!
//! The schema, version 1: one JSON object a line. Every line has `at` (seconds since the start, a float) and `event`
//! (the variant's name below in kebab-case); the other keys are the variant's fields. The first line is
//! `matrix-started`, the last `matrix-ended`; a run that was interrupted has no last line, and `matrix --watch` ends in no
//! other way. Within a version, keys and events are only ever added.

use serde::{Deserialize, Serialize};
use vm::layers::Step;

use crate::divergence::Divergence;
use crate::record::{Change, Drift, Outcome, Outside, Record};
use crate::snapshot::{Provenance, Verdict};
use crate::suite::CellId;

/// The version of the schema.
pub const SCHEMA: u32 = 1;

/// An event with its time.
#[derive(Clone, Debug, Serialize)]
pub struct Stamped {
    /// Seconds since the start.
    pub at: f64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first event: what is going to be run.
    MatrixStarted {
        /// [`SCHEMA`].
        schema: u32,
        /// The images, in the order of their columns.
        images: Vec<String>,
        /// The ids of all cells, of the images together.
        cells: Vec<CellId>,
        /// `--repeat`, if it was given.
        repeat: Option<u32>,
    },
    /// An image enters a phase.
    PhaseStarted {
        /// Which image.
        image: String,
        /// Which phase.
        phase: Phase,
        /// How many things the phase goes through, if that is known.
        total: Option<usize>,
    },
    /// Something a person should know: a wait, a fault that was mended.
    Note {
        /// Which image.
        image: String,
        /// One paragraph.
        text: String,
    },
    /// How far an image's phase has come, in bytes: a few times a second, for who watches. Not kept in files.
    Progress {
        /// Which image.
        image: String,
        /// So many are done.
        done: u64,
        /// Of so many, if that is known.
        total: Option<u64>,
    },
    /// A guest is up: what it is made of.
    GuestReady {
        /// Which image.
        image: String,
        /// Kernel, libc, compiler, Python, image hash, accelerator.
        provenance: Provenance,
    },
    /// An image cannot be had: none of its cells is run.
    ImageUnavailable {
        /// Which image.
        image: String,
        /// Why.
        reason: String,
        /// Does the run fail by it? An image that was not asked for by name may be out of reach.
        fatal: bool,
    },
    /// A program has been built, or not; its cells say so themselves.
    ProgramBuilt {
        /// Which image.
        image: String,
        /// The test, or the library.
        program: String,
        /// Seconds.
        seconds: f64,
    },
    /// A run of a cell begins.
    RunStarted {
        /// Which image.
        image: String,
        /// Which cell.
        cell: CellId,
        /// Counted from 0.
        run: u32,
    },
    /// A run of a cell has ended.
    RunEnded {
        /// Which image.
        image: String,
        /// Which cell.
        cell: CellId,
        /// Counted from 0.
        run: u32,
        /// What it came to.
        outcome: Outcome,
        /// Where each thread waited when it was found hung; else empty.
        #[serde(rename = "where")]
        place: String,
        /// The end of what it wrote to stderr, harmless for a terminal.
        stderr: String,
        /// Milliseconds from start to end.
        ms: u64,
    },
    /// A cell has its verdict.
    CellEnded(CellEnd),
    /// `matrix --watch`: all is done that was to be done, and the next save is waited for.
    Watching {
        /// The images that are up.
        images: Vec<String>,
        /// How many cells would run on them when all they share were saved.
        cells: usize,
    },
    /// `matrix --watch`: files were saved, and cells are run for it.
    Saved {
        /// The files, relative to the checkout; none when it is not known which.
        files: Vec<String>,
        /// How many cells are run, over all images.
        cells: usize,
        /// How long ago that was, seconds.
        ago: f64,
    },
    /// `matrix --watch`: the tests as they were saved cannot be read; once they can, it goes on.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// Images differ in a test, or do not although its header says so: one event for each such test, right before the
    /// last one. Accepted values that did not come in this run are part of the records here, and what chance gave other
    /// images from which no reason tells them apart.
    Divergence(Divergence),
    /// The last event.
    MatrixEnded {
        /// How many cells have each verdict, over all images.
        counts: Vec<(Verdict, usize)>,
        /// Seconds from start to end.
        seconds: f64,
        /// The status that the command exits with.
        status: u8,
    },
}

/// A cell's verdict, and all that it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct CellEnd {
    /// Which image.
    pub image: String,
    /// Which cell.
    pub cell: CellId,
    /// The verdict.
    pub verdict: Verdict,
    /// What was observed, if the cell ran to its end.
    pub record: Option<Record>,
    /// Keys that are not as accepted.
    pub changes: Vec<Change>,
    /// Keys that took other values than the accepted ones by chance: no change.
    pub drift: Vec<Drift>,
    /// Values that the test's header does not allow; also those of a new cell.
    pub outside: Vec<Outside>,
    /// Why the cell has no record: the compiler's words, how the guest was lost, why it is not run.
    pub reason: Option<String>,
}

impl Event {
    /// A step of bringing `image` up, as an event.
    #[must_use]
    pub fn of(image: &str, step: Step<'_>) -> Event {
        let image = image.to_owned();
        let phase = match step {
            Step::Note(text) => {
                let text = text.to_owned();
                return Event::Note { image, text };
            }
            Step::Progress { done, total } => return Event::Progress { image, done, total },
            Step::Packages => Phase::Base,
            Step::Download => Phase::Download,
            Step::Verify => Phase::Verify,
            Step::Unpack => Phase::Unpack,
            Step::Prepare => Phase::Prepare,
            Step::Warm => Phase::Warm,
            Step::Boot => Phase::Boot,
            Step::Resume => Phase::Resume,
        };
        let total = None;
        Event::PhaseStarted {
            image,
            phase,
            total,
        }
    }
}

impl CellEnd {
    /// A cell without a record.
    #[must_use]
    pub fn without_record(image: &str, cell: &CellId, verdict: Verdict, reason: String) -> CellEnd {
        CellEnd {
            image: image.to_owned(),
            cell: cell.clone(),
            verdict,
            record: None,
            changes: Vec::new(),
            drift: Vec::new(),
            outside: Vec::new(),
            reason: Some(reason),
        }
    }
}

/// What an image goes through in a run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Its base layer is built from packages.
    Base,
    /// A published image of it is downloaded.
    Download,
    /// The digest of a file that stands in for it is taken.
    Verify,
    /// Its base layer's disk is written.
    Unpack,
    /// Its prepared layer is made.
    Prepare,
    /// Its warm layer is made: it boots, and is saved.
    Warm,
    /// It boots.
    Boot,
    /// It goes on where it was saved.
    Resume,
    /// The tests are built in it.
    Build,
    /// The cells run.
    Run,
}

impl Phase {
    /// For people, as a participle.
    #[must_use]
    pub fn doing(self) -> &'static str {
        match self {
            Phase::Base => "building the base layer from packages",
            Phase::Download => "downloading",
            Phase::Verify => "taking the file's digest",
            Phase::Unpack => "writing the base layer's disk",
            Phase::Prepare => "preparing",
            Phase::Warm => "booting, to be saved",
            Phase::Boot => "booting",
            Phase::Resume => "resuming",
            Phase::Build => "building the tests",
            Phase::Run => "running",
        }
    }
}

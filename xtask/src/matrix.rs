//! `cargo xtask matrix`: the main job.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result};
use clap::{Args as ClapArgs, ValueEnum};
use vm::accel::{Accelerator, Clock};
use vm::{Cache, Image, Unreachable, tools};

use crate::changed;
use crate::deps;
use crate::divergence::{self, Divergence};
use crate::event::{CellEnd, Event, SCHEMA, Stamped};
use crate::names::select_images;
use crate::plan::Plan;
use crate::report::results::Results;
use crate::report::{Reporter, grid, jsonl::JsonLines, live, saves::Saves};
use crate::run::{self, Bench};
use crate::snapshot::{self, Snapshots, Verdict};
use crate::suite::{Cell, Suite};
use crate::watch;

/// Runs the matrix
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  cargo xtask matrix --with-deps                     install what is missing, run the default images
  cargo xtask matrix --image 'debian-*'              several images
  cargo xtask matrix --image freebsd-13.2=disk.raw   a file in place of the published image (raw, raw.xz or qcow2)
  cargo xtask matrix --image host --test python      the Python family on this machine, no guest
  cargo xtask matrix --test 'eintr/recv.c@*' --repeat 200
  cargo xtask matrix --changed                       what changed since it was last the same as accepted, nothing else
  cargo xtask matrix --watch --test fork             keep the guests up, and run each test of a family when it is saved
  cargo xtask matrix --json > events.jsonl           the events, as they happen

A glob matches a cell's whole id (`eintr/recv.c@restart-main`), a test (`eintr/recv.c`) or a family (`eintr`).
Exit status: 0 as accepted, 1 behaviour changed, 2 usage, 3 could not run something asked for.")]
pub struct Args {
    /// Images to run, by glob, or NAME=PATH; without it, those whose file says `default: true`
    #[arg(long, value_name = "GLOB|NAME=PATH")]
    pub image: Vec<String>,
    /// Tests to run, by glob
    #[arg(long, value_name = "GLOB")]
    pub test: Vec<String>,
    /// Run each cell this often instead of as often as its header says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub repeat: Option<u32>,
    /// Run only the cells whose test, library, image or snapshot changed since they were last the same as accepted
    #[arg(long)]
    pub changed: bool,
    /// Keep the guests up, and run the cells of what is saved under tests/ each time it is; Ctrl-C ends it
    #[arg(long)]
    pub watch: bool,
    /// Leave the network alone: what is not in the cache is not available
    #[arg(long, conflicts_with = "with_deps")]
    pub offline: bool,
    /// Fail (3) also when an image of the default selection, or a cell, is not available
    #[arg(long)]
    pub strict: bool,
    /// Install what is missing on this host first
    #[arg(long)]
    pub with_deps: bool,
    /// Write the events as JSON lines to stdout, and nothing else there
    #[arg(long)]
    pub json: bool,
    /// What runs the guests' instructions; `auto` is the fastest that is proved by booting a guest here
    #[arg(long, value_enum, default_value_t)]
    pub accel: AcceleratorChoice,
    /// What the guests' time goes by
    #[arg(long, value_enum, default_value_t)]
    pub clock: ClockChoice,
    /// Boot each guest, though its memory was saved
    #[arg(long)]
    pub cold: bool,
    /// How many images run side by side [default: as many as the host's CPUs carry]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
}

/// `--accel`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum AcceleratorChoice {
    /// The fastest that is proved by booting a guest on this host.
    #[default]
    Auto,
    /// Linux's hypervisor, unproved.
    Kvm,
    /// macOS's hypervisor, unproved.
    Hvf,
    /// QEMU's own translator.
    Tcg,
}

/// `--clock`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum ClockChoice {
    /// The host's time.
    #[default]
    Real,
    /// The instructions that a guest has executed: idle time costs nothing. One CPU, TCG.
    Virtual,
}

impl ClockChoice {
    /// The clock asked for.
    #[must_use]
    pub fn clock(self) -> Clock {
        match self {
            ClockChoice::Real => Clock::Real,
            ClockChoice::Virtual => Clock::Virtual,
        }
    }
}

impl AcceleratorChoice {
    /// The accelerator asked for, if one was.
    #[must_use]
    pub fn asked(self) -> Option<Accelerator> {
        match self {
            AcceleratorChoice::Auto => None,
            AcceleratorChoice::Kvm => Some(Accelerator::Kvm),
            AcceleratorChoice::Hvf => Some(Accelerator::Hvf),
            AcceleratorChoice::Tcg => Some(Accelerator::Tcg),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the suite or an image file is broken, the host lacks a tool, or results cannot be written.
pub fn run(root: &Path, snapshots: &Snapshots, args: &Args) -> Result<ExitCode> {
    let start = Instant::now();
    let suite = Suite::load(root)?;
    let images = Image::load_all(&root.join("images"))?;
    suite.check_images(images.iter().map(|image| image.name.as_str()))?;
    let (mut plans, mut cells) = choose(&suite, &images, args)?;
    let cache = Cache::open()?;
    let mut notes = Vec::new();
    if args.changed && !args.watch {
        notes = leave_out(root, &cache, &mut plans, &mut cells, args.repeat);
    }
    let booted = plans
        .iter()
        .filter(|plan| !plan.cells.is_empty() || args.watch);
    let needed = tools::needed_by(booted.map(|plan| &plan.image));
    deps::ensure(&needed, args.with_deps)?;
    let folder = results_folder(root)?;
    let bench = Bench {
        root,
        cache: &cache,
        snapshots,
        logs: &folder,
        accelerator: args.accel.asked(),
        clock: args.clock.clock(),
        cold: args.cold,
        offline: args.offline,
        repeat: args.repeat,
    };
    let mut reporters = reporters(&folder, args)?;
    let mut results = Results::new(args.strict);
    let mut take = |event| tell(start, &mut results, &mut reporters, event);
    take(Event::MatrixStarted {
        schema: SCHEMA,
        images: plans.iter().map(|plan| plan.image.name.clone()).collect(),
        cells: cells.iter().map(|cell| cell.id.clone()).collect(),
        repeat: args.repeat,
    })?;
    for leftover in cache.leftovers() {
        take(Event::Note {
            image: leftover.image.clone(),
            text: leftover.to_string(),
        })?;
    }
    if args.watch {
        let names: Vec<&str> = images.iter().map(|image| image.name.as_str()).collect();
        return watch::run(&bench, plans, suite, &names, args, &mut take);
    }
    for (image, text) in notes {
        take(Event::Note { image, text })?;
    }
    for end in missing(root, &suite, &plans, args)? {
        take(Event::CellEnded(end))?;
    }
    run_all(&bench, &plans, args, &mut take)?;
    for divergence in divergences(&suite, &results) {
        let event = Event::Divergence(divergence);
        tell(start, &mut results, &mut reporters, event)?;
    }
    let took = start.elapsed();
    let status = results.status();
    let ended = Event::MatrixEnded {
        counts: results.counts().into_iter().collect(),
        seconds: took.as_secs_f64(),
        status,
    };
    for reporter in &mut reporters {
        reporter.take(&Stamped {
            at: took.as_secs_f64(),
            event: ended.clone(),
        })?;
    }
    if args.json {
        eprintln!("events: {}", folder.join("events.jsonl").display());
    } else {
        print!(
            "{}",
            grid::render(&results, took, console::colors_enabled())
        );
    }
    Ok(ExitCode::from(status))
}

/// Hands an event to the results and to every reporter.
fn tell(
    start: Instant,
    results: &mut Results,
    reporters: &mut [Box<dyn Reporter>],
    event: Event,
) -> Result<()> {
    let event = Stamped {
        at: start.elapsed().as_secs_f64(),
        event,
    };
    results.take(&event.event);
    reporters
        .iter_mut()
        .try_for_each(|reporter| reporter.take(&event))
}

/// How the images differ from each other in this run. A value that is accepted and did not come counts as well, or chance
/// would make differences.
fn divergences(suite: &Suite, results: &Results) -> Vec<Divergence> {
    divergence::find(&suite.tests, &results.images, |image, cell| {
        let end = results.end(image, cell)?;
        Some(end.record.as_ref()?.widened(&end.drift))
    })
}

/// The plans, a plan an image, and the selected cells.
fn choose(suite: &Suite, images: &[Image], args: &Args) -> Result<(Vec<Plan>, Vec<Cell>)> {
    let cells = suite.select(&args.test)?;
    let images = if args.image.is_empty() {
        images
            .iter()
            .filter(|image| image.default)
            .cloned()
            .collect()
    } else {
        select_images(&args.image, images)?
    };
    let plans = images
        .iter()
        .map(|image| Plan::new(image, &cells))
        .collect();
    Ok((plans, cells))
}

/// Takes out of the plans what has not changed since it was last the same as accepted, and of the cells those that no
/// image is to run; answers a note an image.
fn leave_out(
    root: &Path,
    cache: &Cache,
    plans: &mut [Plan],
    cells: &mut Vec<Cell>,
    repeat: Option<u32>,
) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    for plan in plans.iter_mut() {
        let left_out = changed::leave_out(root, cache, plan, repeat);
        let text = match plan.cells.len() {
            0 => format!(
                "nothing changed since it was the same as accepted: {left_out} cells are left out, none is run"
            ),
            run => format!(
                "{left_out} cells are left out, which did not change since they were the same as accepted; {run} are run"
            ),
        };
        notes.push((plan.image.name.clone(), text));
    }
    cells.retain(|cell| {
        let mut run = plans.iter().flat_map(|plan| &plan.cells);
        run.any(|run| run.id == cell.id)
    });
    for plan in plans {
        plan.left_out
            .retain(|(left_out, ..)| cells.iter().any(|cell| cell.id == left_out.id));
    }
    notes
}

/// The snapshots of these images whose cells the suite does not have; only a run of the whole suite looks for them.
fn missing(root: &Path, suite: &Suite, plans: &[Plan], args: &Args) -> Result<Vec<CellEnd>> {
    let mut ends = Vec::new();
    if !args.test.is_empty() {
        return Ok(ends);
    }
    let cells = suite.cells();
    for plan in plans {
        for entry in snapshot::missing(root, &plan.image.name, &cells)? {
            let reason = format!(
                "{} is accepted, and the suite has no such cell: remove one or bring back the other",
                entry.path.display()
            );
            ends.push(CellEnd::without_record(
                &plan.image.name,
                &entry.id,
                Verdict::Missing,
                reason,
            ));
        }
    }
    Ok(ends)
}

/// `target/matrix/TIME`, with `target/matrix/latest` leading there.
fn results_folder(root: &Path) -> Result<PathBuf> {
    let matrix = root.join("target").join("matrix");
    fs::create_dir_all(&matrix).with_context(|| format!("making {}", matrix.display()))?;
    // Two runs may start in the same millisecond.
    let time = humantime::format_rfc3339_millis(SystemTime::now())
        .to_string()
        .replace(':', "");
    let name = format!("{time}-{}", std::process::id());
    let folder = matrix.join(&name);
    fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
    let latest = matrix.join("latest");
    let aside = matrix.join(format!("{name}.latest"));
    std::os::unix::fs::symlink(&name, &aside)?;
    fs::rename(&aside, &latest)
        .with_context(|| format!("pointing {} at this run", latest.display()))?;
    Ok(folder)
}

fn reporters(folder: &Path, args: &Args) -> Result<Vec<Box<dyn Reporter>>> {
    let path = folder.join("events.jsonl");
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    let mut reporters: Vec<Box<dyn Reporter>> =
        vec![Box::new(JsonLines::new(file, path.display().to_string()))];
    if args.json {
        reporters.push(Box::new(JsonLines::new(std::io::stdout(), "stdout")));
    }
    reporters.push(if args.watch && !args.json {
        Box::new(Saves::new(console::colors_enabled()))
    } else {
        live::reporter()
    });
    Ok(reporters)
}

/// Runs the plans, some side by side, in threads of their own; `take` gets the events as they happen.
fn run_all(
    bench: &Bench<'_>,
    plans: &[Plan],
    args: &Args,
    mut take: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let waiting = Mutex::new(plans.iter());
    let (events, inbox) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs(plans, args) {
            let (waiting, events) = (&waiting, events.clone());
            scope.spawn(move || {
                loop {
                    let next = waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .next();
                    let Some(plan) = next else { break };
                    run_one(bench, plan, args, &events);
                }
            });
        }
        drop(events);
        let taken = inbox.into_iter().try_for_each(&mut take);
        if taken.is_err() {
            // Nobody is told any more: the guests end at once, and their threads with them.
            vm::process::end_all();
        }
        taken
    })
}

/// Runs one plan; what goes wrong with its image is an event, not an error.
fn run_one(bench: &Bench<'_>, plan: &Plan, args: &Args, events: &Sender<Event>) {
    let Err(error) = run::run(bench, plan, events) else {
        return;
    };
    let event = Event::ImageUnavailable {
        image: plan.image.name.clone(),
        reason: format!("{error:#}"),
        // Whoever asks for no image in particular takes those that can be had.
        fatal: !args.image.is_empty() || args.strict || !error.is::<Unreachable>(),
    };
    // The receiver is gone only when the command is on its way out.
    drop(events.send(event));
}

/// How many images run side by side: as many guests as the host's CPUs carry, unless it was said.
fn jobs(plans: &[Plan], args: &Args) -> usize {
    let guest = plans
        .iter()
        .map(|plan| plan.image.cpus as usize)
        .max()
        .unwrap_or(1);
    let host = std::thread::available_parallelism().map_or(1, usize::from);
    args.jobs
        .map_or((host / guest).max(1), usize::from)
        .min(plans.len().max(1))
}

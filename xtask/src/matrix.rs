//! `cargo xtask matrix`: the main job.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result};
use clap::{Args as ClapArgs, ValueEnum};
use vm::accel::{self, Accelerator, Clock, Proof};
use vm::image::Base;
use vm::{Cache, Image, Unreachable, tools};

use crate::changed;
use crate::deps;
use crate::divergence::{self, Divergence};
use crate::doctor;
use crate::event::{CellEnd, Event, SCHEMA, Stamped};
use crate::lanes::{Lane, Lanes, Turn};
use crate::names::{Misnamed, select_images};
use crate::plan::{ClockChoice, How, InterpreterChoice, Plan, takes_all_cpus};
use crate::report::results::Results;
use crate::report::{Reporter, grid, jsonl::JsonLines, live, saves::Saves};
use crate::run::{self, Bench};
use crate::snapshot::{self, Snapshots, Verdict};
use crate::suite::{Cell, Suite};
use crate::watch;

/// What a guest takes besides its own memory, bytes: QEMU, and what it translated.
const BESIDE_MEMORY: u64 = 400 << 20;

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
    /// What the guests' time goes by; a test that says what it needs (`clock: real`, `cpus: 2`) gets it in any case
    #[arg(long, value_enum, default_value_t)]
    pub clock: ClockChoice,
    /// How Python comes to a run; a test that says what it needs (`interpreter: fresh`) gets it in any case
    #[arg(long, value_enum, default_value_t)]
    pub interpreter: InterpreterChoice,
    /// Boot each guest, though its memory was saved
    #[arg(long)]
    pub cold: bool,
    /// How many guests run side by side [default: as many as the host's CPUs and memory carry]
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
    let asked = args.accel.asked();
    if args.clock == ClockChoice::Virtual && asked.is_some_and(|asked| asked != Accelerator::Tcg) {
        let why = "only QEMU's own translator has virtual time: leave out --accel, or --clock";
        return Err(Misnamed::new(why.to_owned()).into());
    }
    let suite = Suite::load(root)?;
    let images = Image::load_all(&root.join("images"))?;
    suite.check_images(images.iter().map(|image| image.name.as_str()))?;
    let (mut plans, mut cells) = choose(&suite, &images, args)?;
    let cache = Cache::open()?;
    let how = How {
        repeat: args.repeat,
        interpreter: args.interpreter,
        clock: args.clock,
    };
    let mut notes = Vec::new();
    if args.changed && !args.watch {
        notes = leave_out(root, &cache, &mut plans, &mut cells, how);
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
        cold: args.cold,
        offline: args.offline,
        how,
        preloads: suite.preloads_of_python(),
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
    how: How,
) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    for plan in plans.iter_mut() {
        let left_out = changed::leave_out(root, cache, plan, how);
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

/// Runs the plans in as many guests as the host carries, each in a thread of its own; `take` gets the events as they happen.
fn run_all(
    bench: &Bench<'_>,
    plans: &[Plan],
    args: &Args,
    mut take: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let (guests, cpus) = carried(plans, args);
    let lanes = Lanes::new(lanes(bench.cache, plans, args)?, cpus);
    let (events, inbox) = mpsc::channel();
    for plan in plans {
        for (cell, verdict, reason) in &plan.left_out {
            let end = CellEnd::without_record(&plan.image.name, &cell.id, *verdict, reason.clone());
            take(Event::CellEnded(end))?;
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..guests {
            let (lanes, events) = (&lanes, events.clone());
            scope.spawn(move || {
                while let Some(turn) = lanes.next() {
                    run_one(bench, &turn, args, &events);
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

/// Has one guest work at a lane; what goes wrong with its image is an event, not an error.
fn run_one(bench: &Bench<'_>, turn: &Turn<'_>, args: &Args, events: &Sender<Event>) {
    let Err(error) = run::run(bench, turn, events) else {
        return;
    };
    turn.give_up();
    let event = Event::ImageUnavailable {
        image: turn.lane().plan.image.name.clone(),
        reason: format!("{error:#}"),
        // Whoever asks for no image in particular takes those that can be had.
        fatal: !args.image.is_empty() || args.strict || !error.is::<Unreachable>(),
    };
    // The receiver is gone only when the command is on its way out.
    drop(events.send(event));
}

/// The lanes of all plans: of each image, the cells that virtual time is good for, those that get all CPUs, and the others, which
/// have one each, for two guests with one come further than one with two.
///
/// # Errors
/// When QEMU is not installed.
fn lanes<'a>(cache: &Cache, plans: &'a [Plan], args: &Args) -> Result<Vec<Lane<'a>>> {
    let has_guests = plans.iter().any(|plan| plan.image.base != Base::Host);
    let translated = has_guests && is_translated(cache, args)?;
    let mut lanes = Vec::new();
    for plan in plans {
        if plan.image.base == Base::Host {
            lanes.push(Lane {
                plan,
                clock: Clock::Real,
                cpus: plan.image.cpus,
                most: 1,
                cells: plan.cells.clone(),
            });
            continue;
        }
        let kind = |cell: &Cell| {
            let header = &cell.test.header;
            let clock = args.clock.of(header, translated);
            match clock {
                Clock::Real if takes_all_cpus(header) => (clock, plan.image.cpus),
                _ => (clock, 1),
            }
        };
        let kinds: BTreeSet<_> = plan.cells.iter().map(kind).collect();
        // Virtual time first: what waits for long is not left for the end.
        lanes.extend(kinds.into_iter().rev().map(|(clock, cpus)| {
            Lane {
                plan,
                clock,
                cpus,
                most: usize::MAX,
                cells: plan
                    .cells
                    .iter()
                    .filter(|cell| kind(cell) == (clock, cpus))
                    .cloned()
                    .collect(),
            }
        }));
    }
    Ok(lanes)
}

/// Will TCG run the guests? It is slow, and alone has virtual time. Where nothing is known yet of an accelerator it does
/// until the first guest that real time is for has proved more.
fn is_translated(cache: &Cache, args: &Args) -> Result<bool> {
    if let Some(asked) = args.accel.asked() {
        return Ok(asked == Accelerator::Tcg);
    }
    let works = |(accelerator, proof): &(Accelerator, Option<Proof>)| {
        let proved = proof.as_ref().is_some_and(|proof| proof.failure.is_none());
        *accelerator != Accelerator::Tcg && proved
    };
    Ok(!accel::known(cache)?.iter().any(works))
}

/// How many guests run side by side, and how many CPUs they share: as many as the host carries, unless it was said.
fn carried(plans: &[Plan], args: &Args) -> (usize, usize) {
    let host = std::thread::available_parallelism().map_or(1, usize::from);
    let most = |of: fn(&Image) -> u32| plans.iter().map(|plan| of(&plan.image)).max();
    if let Some(guests) = args.jobs.map(usize::from) {
        let cpus = most(|image| image.cpus).unwrap_or(1) as usize;
        return (guests, guests * cpus);
    }
    let guest = u64::from(most(|image| image.memory).unwrap_or_default()) << 20;
    let carried = doctor::free_memory().map_or(host, |free| {
        usize::try_from(free / (guest + BESIDE_MEMORY)).unwrap_or(host)
    });
    (host.min(carried).max(1), host)
}

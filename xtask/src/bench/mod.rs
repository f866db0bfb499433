//! `cargo xtask bench`: how long a guest, a cell and the matrix take, and what memory and disk they need.
//!
//! Everything is measured from outside: commands of this program, started as a person starts them, and their events.
//! What is measured and how often is in [`catalogue`] and [`session`], the commands in [`child`], what they told in
//! [`told`] and [`memory`], where they run in [`scratch`], and what comes of it in [`numbers`] and [`table`].

pub mod catalogue;
pub mod child;
pub mod memory;
pub mod numbers;
pub mod scratch;
pub mod session;
pub mod table;
pub mod told;

use std::collections::HashMap;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressStyle};
use vm::image::Base;
use vm::{Cache, Image, accel, qemu, tools};

use self::catalogue::{ALL, How, MEASUREMENTS, Measurement};
use self::child::Commands;
use self::scratch::Scratch;
use self::session::{HOST, Session, Subject};
use self::table::{Host, Measured, Row, SCHEMA};
use crate::deps;
use crate::images::say_leftovers;
use crate::names::{Misnamed, select, select_images};
use crate::report::results::COULD_NOT_RUN;

/// What two images are run side by side where fewer are asked for.
const PAIR: [&str; 2] = ["debian-13", "debian-12"];

/// Measures how long a guest, a cell and the matrix take, and what memory and disk they need
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  cargo xtask bench --list                           what can be measured, and the targets
  cargo xtask bench                                  all of it, which takes long: the whole matrix, many times
  cargo xtask bench 'ready-{prepared,warm}*'         until a guest's first output
  cargo xtask bench 'cell-*' verdict-seed --runs 20  until verdicts
  cargo xtask bench memory saved-guest               what guests need
  cargo xtask bench two-images --image debian-13 --image debian-sid
  cargo xtask bench verdict-seed --image freebsd-13.2=disk.raw
  cargo xtask bench matrix --json > matrix.json

Measure on a quiet machine. What is measured warm is run once before, unmeasured. What was measured so far is in
target/bench/TIME.json, also when the rest is interrupted.
Exit status: 0 measured, whether targets are met or not; 2 usage, 3 something could not be measured.")]
pub struct Args {
    /// What to measure, by glob; without it, everything
    #[arg(value_name = "GLOB")]
    measurement: Vec<String>,
    /// Images to measure, by glob, or NAME=PATH
    #[arg(long, value_name = "GLOB|NAME=PATH", default_value = PAIR[0])]
    image: Vec<String>,
    /// How often to make each measurement
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
    /// List what can be measured
    #[arg(long)]
    list: bool,
    /// Write what was measured as JSON to stdout, in place of the table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When the command line names nothing that can be measured, the host lacks a tool, or results cannot be written.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let chosen = select(MEASUREMENTS, &args.measurement, ALL, Measurement::names)?;
    if args.list {
        println!("{}", table::list(&chosen));
        return Ok(ExitCode::SUCCESS);
    }
    let (subjects, pair) = subjects(root, args)?;
    let needed = tools::needed_by(subjects.iter().map(|subject| &subject.image));
    deps::ensure(&needed, false)?;
    let cache = Cache::open()?;
    say_leftovers(&cache);
    let mut measured = Measured {
        schema: SCHEMA,
        time: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        host: host(&cache)?,
        runs: usize::from(args.runs),
        rows: Vec::new(),
    };
    let file = results_file(root)?;
    let work = work(&chosen, &subjects);
    let runs = measured.runs;
    measure(root, &cache, &work, pair, runs, |row| {
        measured.rows.push(row);
        // What was measured is kept, however the rest ends.
        write(&file, &measured)
    })?;
    say(&measured, &file, args.json)?;
    Ok(status(&measured))
}

/// Does the work, a measurement at a time, and gives each row to `take`.
fn measure(
    root: &Path,
    cache: &Cache,
    work: &[(&Measurement, &Subject)],
    pair: [Subject; 2],
    runs: usize,
    mut take: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    let program = std::env::current_exe().context("finding this program's own file")?;
    let cache_root = std::path::absolute(cache.root())?;
    let progress = Progress::new(work.len());
    let subjects = work.iter().map(|(_, subject)| *subject).chain(&pair);
    let images = subjects.map(|subject| subject.image.name.clone());
    let images = images.chain([HOST.to_owned()]).collect();
    let mut session = Session {
        commands: Commands {
            program: &program,
            root,
            cache: &cache_root,
        },
        cache,
        scratch: Scratch::new(root, cache, images)?,
        runs,
        pair,
        say: &|what| progress.say(what),
        ready: HashMap::new(),
        matrices: HashMap::new(),
    };
    for (measurement, subject) in work {
        let image = session.images(measurement, subject);
        progress.begin(&format!("{} on {image}", measurement.name));
        let found = session.measure(measurement, subject);
        let row = Row::new(measurement, image, found);
        progress.end(&row);
        take(row)?;
    }
    progress.clear();
    Ok(())
}

fn say(measured: &Measured, file: &Path, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(measured)?);
    } else {
        print!("{}", table::render(measured, console::colors_enabled()));
    }
    eprintln!("measured: {}", file.display());
    Ok(())
}

fn status(measured: &Measured) -> ExitCode {
    let failed = |row: &Row| matches!(row.result, table::Result::Failed { .. });
    if measured.rows.iter().any(failed) {
        ExitCode::from(COULD_NOT_RUN)
    } else {
        ExitCode::SUCCESS
    }
}

/// The images to measure, and two to run side by side.
fn subjects(root: &Path, args: &Args) -> Result<(Vec<Subject>, [Subject; 2])> {
    let images = Image::load_all(&root.join("images"))?;
    let asked = select_images(&args.image, &images)?;
    if let Some(host) = asked.iter().find(|image| image.base == Base::Host) {
        let why = format!(
            "`{}` is this machine, which guests are measured against: name images with guests",
            host.name
        );
        return Err(Misnamed::new(why).into());
    }
    let subject = |image: &Image| Subject {
        image: image.clone(),
        argument: match &image.base {
            Base::File(file) => format!("{}={}", image.name, file.path.display()),
            _ => image.name.clone(),
        },
    };
    let subjects: Vec<_> = asked.iter().map(subject).collect();
    let first = subjects.first().context("no image was named")?.clone();
    let second = match subjects.get(1) {
        Some(second) => second.clone(),
        None => {
            let name = PAIR.into_iter().find(|name| *name != first.image.name);
            let other = images.iter().find(|image| Some(&*image.name) == name);
            // Without another one, the measurement that takes two says so.
            other.map_or_else(|| first.clone(), subject)
        }
    };
    Ok((subjects, [first, second]))
}

/// What is measured on which image, in order. What is measured on two images together is measured once.
fn work<'a>(
    chosen: &'a [Measurement],
    subjects: &'a [Subject],
) -> Vec<(&'a Measurement, &'a Subject)> {
    let on = |measurement: &'a Measurement| {
        let count = match measurement.how {
            How::TwoImages => 1,
            _ => subjects.len(),
        };
        subjects[..count]
            .iter()
            .map(move |subject| (measurement, subject))
    };
    chosen.iter().flat_map(on).collect()
}

fn host(cache: &Cache) -> Result<Host> {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let proved = accel::known(cache)?
        .into_iter()
        .find_map(|(accelerator, proof)| {
            let runs = proof.is_some_and(|proof| proof.failure.is_none());
            runs.then_some(accelerator)
        });
    Ok(Host {
        cpus: std::thread::available_parallelism().map_or(1, usize::from),
        load: load.split(' ').next().and_then(|load| load.parse().ok()),
        accelerator: proved.map(accel::Accelerator::name),
        qemu: qemu::version()?,
    })
}

/// `target/bench/TIME.json`.
fn results_file(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target").join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
    Ok(folder.join(format!("{}.json", time.replace(':', ""))))
}

fn write(file: &Path, measured: &Measured) -> Result<()> {
    let json = serde_json::to_vec_pretty(measured)?;
    fs::write(file, json).with_context(|| format!("writing {}", file.display()))
}

/// How far the measuring has come: a bar on a terminal, a line a measurement elsewhere. All on stderr.
struct Progress {
    bar: ProgressBar,
    terminal: bool,
}

impl Progress {
    fn new(total: usize) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal {
            ProgressBar::new(total as u64)
        } else {
            ProgressBar::hidden()
        };
        let template = "{bar:24.green/dim} {pos}/{len} {elapsed:>4} {prefix:.bold} {wide_msg:.dim}";
        let style = ProgressStyle::with_template(template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar, terminal }
    }

    fn begin(&self, what: &str) {
        self.bar.set_prefix(what.to_owned());
        self.bar.set_message("");
    }

    fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    fn end(&self, row: &Row) {
        if self.terminal {
            self.bar.println(row.line());
        } else {
            eprintln!("{}", row.line());
        }
        self.bar.inc(1);
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

//! The run: brings an image up, builds the tests in it, runs the cells under the supervisor, and judges the records.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use vm::accel::Clock;
use vm::image::Base;
use vm::layers;
use vm::shell::SYSTEM_PATH;
use vm::{Cache, End, Host, Limit, Lost, Shell, Stream};

use crate::built::Built;
use crate::event::{CellEnd, Event, Phase};
use crate::header::Language;
use crate::plan::{self, Kind, Places, Plan, Program};
use crate::record::{Outcome, Record};
use crate::snapshot::{Provenance, Snapshots, Verdict};
use crate::suite::Cell;
use crate::supervisor::{self, Line, Lines};

/// Longer than any run of a cell may take beyond its own deadline: after this much silence the supervisor itself is stuck.
const SUPERVISOR_SILENCE: Duration = Duration::from_secs(60);

/// What the runs of all images share.
pub struct Bench<'a> {
    /// The checkout.
    pub root: &'a Path,
    /// Where layers are kept.
    pub cache: &'a Cache,
    /// What records are held against.
    pub snapshots: &'a Snapshots,
    /// Where console logs go.
    pub logs: &'a Path,
    /// The accelerator asked for; `None`: the fastest that is proved.
    pub accelerator: Option<vm::accel::Accelerator>,
    /// What the guests' time goes by.
    pub clock: Clock,
    /// Do guests boot, though their memory was saved?
    pub cold: bool,
    /// Is the network left alone?
    pub offline: bool,
    /// How often each cell runs; `None`: as its header says.
    pub repeat: Option<u32>,
}

/// Runs an image's cells to the end, and tells of it through `events`.
///
/// # Errors
/// When the image cannot be brought up, or the supervisor cannot be built or understood: then the cells that have no
/// verdict yet get none.
pub fn run(bench: &Bench<'_>, plan: &Plan, events: &Sender<Event>) -> Result<()> {
    let run = Run {
        bench,
        plan,
        events,
    };
    for (cell, verdict, reason) in &plan.left_out {
        run.end_cell(CellEnd::without_record(
            &plan.image.name,
            &cell.id,
            *verdict,
            reason.clone(),
        ));
    }
    let mut left: VecDeque<Cell> = plan.cells.iter().cloned().collect();
    let mut faults = 0;
    while !left.is_empty() {
        match run.in_one_guest(&mut left) {
            Ok(()) => {}
            Err(error) if error.is::<Lost>() && faults == 0 => {
                faults += 1;
                run.note(format!(
                    "the guest was lost between cells and is started anew: {error:#}"
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// One image's run.
struct Run<'a> {
    bench: &'a Bench<'a>,
    plan: &'a Plan,
    events: &'a Sender<Event>,
}

/// What has become of the cells while the supervisor works through them.
struct Progress<'a> {
    run: &'a Run<'a>,
    left: &'a mut VecDeque<Cell>,
    provenance: Provenance,
    outcomes: Vec<Outcome>,
    /// The number of the run that has started and not ended.
    current: Option<u32>,
}

impl Run<'_> {
    fn tell(&self, event: Event) {
        // Nobody listens only when the command is on its way out.
        drop(self.events.send(event));
    }

    fn image(&self) -> String {
        self.plan.image.name.clone()
    }

    fn note(&self, text: String) {
        self.tell(Event::Note {
            image: self.image(),
            text,
        });
    }

    fn phase(&self, phase: Phase, total: Option<usize>) {
        self.tell(Event::PhaseStarted {
            image: self.image(),
            phase,
            total,
        });
    }

    fn end_cell(&self, end: CellEnd) {
        self.tell(Event::CellEnded(end));
    }

    /// Works through `left` until it is empty, or until a cell takes the guest down: that one then has its verdict.
    fn in_one_guest(&self, left: &mut VecDeque<Cell>) -> Result<()> {
        let mut shell = self.open()?;
        let provenance: Provenance = shell.provenance()?.into_iter().collect();
        self.tell(Event::GuestReady {
            image: self.image(),
            provenance: provenance.clone(),
        });
        let failed = self.build(&mut *shell, left, provenance.get("image"))?;
        self.drop_unbuilt(left, &failed);
        if left.is_empty() {
            return shell.close();
        }
        let python = self.find_python(&mut *shell, left)?;
        let places = Places {
            folder: shell.folder().to_owned(),
            python,
        };
        self.phase(Phase::Run, Some(left.len()));
        let script = plan::run_script(left.make_contiguous(), &places, self.bench.repeat);
        let mut progress = Progress {
            run: self,
            left,
            provenance,
            outcomes: Vec::new(),
            current: None,
        };
        match self.supervise(&mut *shell, "", &script, |line| progress.take(line)) {
            Ok(()) => shell.close(),
            Err(error) => progress.blame(error),
        }
    }

    fn open(&self) -> Result<Box<dyn Shell>> {
        let image = &self.plan.image;
        if image.base == Base::Host {
            return Ok(Box::new(Host::open(image)?));
        }
        let options = layers::Options {
            accelerator: self.bench.accelerator,
            clock: self.bench.clock,
            cold: self.bench.cold,
            console_log: self.bench.logs.join(format!("{}.console.log", image.name)),
            offline: self.bench.offline,
        };
        let guest = layers::boot(self.bench.cache, image, &options, &|step| {
            self.tell(Event::of(&image.name, step));
        })?;
        Ok(Box::new(guest))
    }

    /// The sources that `cells` need, their own and all of `tests/lib`, and the programs that are built already.
    fn archive(
        &self,
        cells: &VecDeque<Cell>,
        kept: &BTreeMap<&Program, Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let tests = self.tests();
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(tests.join("lib")).context("reading tests/lib")? {
            let path = entry?.path();
            if path.is_file() {
                let name = format!(
                    "lib/{}",
                    path.file_name().unwrap_or_default().to_string_lossy()
                );
                files.insert(name, read(&path)?);
            }
        }
        for cell in cells {
            files.insert(
                cell.test.id.clone(),
                read(&self.bench.root.join(&cell.test.path))?,
            );
        }
        let files = files
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()));
        let programs = kept
            .iter()
            .map(|(program, bytes)| (program.output.as_str(), bytes.as_slice()));
        layers::archive(files.chain(programs))
    }

    fn tests(&self) -> PathBuf {
        self.bench.root.join("tests")
    }

    /// Brings the sources in and builds what `cells` need, as far as it was not built before in a guest of this layer
    /// (the host has none); answers the compiler's words by program for those that failed.
    fn build(
        &self,
        shell: &mut dyn Shell,
        cells: &mut VecDeque<Cell>,
        layer: Option<&String>,
    ) -> Result<BTreeMap<String, String>> {
        let tests = self.tests();
        let built = layer
            .map(|layer| Built::new(self.bench.cache, layer, &self.plan.image.cc, &tests))
            .transpose()?;
        let mut wanted = plan::programs(cells.make_contiguous());
        wanted.push(Program::supervisor());
        let kept = match &built {
            Some(built) => built.find(&wanted)?,
            None => BTreeMap::new(),
        };
        shell.put(&self.archive(cells, &kept)?)?;
        let (supervisor, mut programs): (Vec<Program>, Vec<Program>) = wanted
            .iter()
            .filter(|program| !kept.contains_key(program))
            .cloned()
            .partition(|program| program.kind == Kind::Supervisor);
        if let [supervisor] = supervisor.as_slice() {
            self.build_supervisor(shell, supervisor)?;
        }
        let failed = self.compile(shell, &programs)?;
        if let Some(built) = built {
            programs.extend(supervisor);
            programs.retain(|program| !failed.contains_key(&program.name));
            match built.keep(shell, &programs) {
                Err(error) if !error.is::<Lost>() => self.note(format!(
                    "what was built is not kept for the next run: {error:#}"
                )),
                result => result?,
            }
        }
        Ok(failed)
    }

    fn build_supervisor(&self, shell: &mut dyn Shell, supervisor: &Program) -> Result<()> {
        let command = format!(
            "cd {} && mkdir -p bin && {}",
            shell.folder(),
            supervisor.command(&self.plan.image.cc).join(" ")
        );
        shell
            .read(&command, Duration::from_secs(120))
            .context("building the supervisor")?;
        Ok(())
    }

    /// Builds programs side by side; answers the compiler's words by program for those that failed.
    fn compile(
        &self,
        shell: &mut dyn Shell,
        programs: &[Program],
    ) -> Result<BTreeMap<String, String>> {
        let mut failed = BTreeMap::new();
        if programs.is_empty() {
            return Ok(failed);
        }
        self.phase(Phase::Build, Some(programs.len()));
        let folders: BTreeSet<&str> = programs
            .iter()
            .filter_map(|program| Some(program.output.rsplit_once('/')?.0))
            .collect();
        let folders: Vec<_> = folders.into_iter().collect();
        let make = format!("cd {} && mkdir -p {}", shell.folder(), folders.join(" "));
        shell.read(&make, Duration::from_secs(30))?;
        let script = plan::build_script(programs, &self.plan.image.cc);
        let jobs = format!("-j {}", self.plan.image.cpus);
        self.supervise(shell, &jobs, &script, |line| {
            let Line::End(end) = line else { return Ok(()) };
            #[expect(
                clippy::cast_precision_loss,
                reason = "a compiler's milliseconds are few"
            )]
            let seconds = end.ms as f64 / 1000.0;
            self.tell(Event::ProgramBuilt {
                image: self.image(),
                program: end.cell.clone(),
                seconds,
            });
            if end.end != "exit 0" {
                let words = vm::text::harmless(&supervisor::bytes(&end.err));
                failed.insert(
                    end.cell,
                    format!(
                        "{} ended with {}:\n{}",
                        self.plan.image.cc,
                        end.end,
                        words.trim_end()
                    ),
                );
            }
            Ok(())
        })
        .context("building the tests")?;
        Ok(failed)
    }

    /// Gives the cells whose programs did not build their verdict, and takes them out.
    fn drop_unbuilt(&self, left: &mut VecDeque<Cell>, failed: &BTreeMap<String, String>) {
        left.retain(|cell| {
            let words = Program::needed_by(cell)
                .iter()
                .find_map(|program| failed.get(&program.name));
            if let Some(words) = words {
                self.end_cell(CellEnd::without_record(
                    &self.image(),
                    &cell.id,
                    Verdict::BuildFailed,
                    words.clone(),
                ));
            }
            words.is_none()
        });
    }

    /// The interpreter's absolute path. Without one the Python cells get the verdict `unavailable` and are taken out.
    fn find_python(&self, shell: &mut dyn Shell, left: &mut VecDeque<Cell>) -> Result<String> {
        let (Ok(python), true) = (
            &self.plan.image.python,
            left.iter()
                .any(|cell| cell.test.language == Language::Python),
        ) else {
            return Ok(String::new());
        };
        let found = shell.read(
            &format!("PATH={SYSTEM_PATH} command -v {python} || true"),
            Duration::from_secs(30),
        )?;
        let found = found.trim();
        if !found.starts_with('/') {
            let why = shell.read(
                &format!("cat {} 2> /dev/null || true", layers::WITHOUT_PYTHON),
                Duration::from_secs(30),
            )?;
            let reason = match why.trim() {
                "" => format!("there is no `{python}` in {SYSTEM_PATH}"),
                why => format!(
                    "{}; to prepare it anew: cargo xtask images prune {}",
                    vm::text::harmless(why.as_bytes()),
                    self.image()
                ),
            };
            left.retain(|cell| {
                let keep = cell.test.language != Language::Python;
                if !keep {
                    self.end_cell(CellEnd::without_record(
                        &self.image(),
                        &cell.id,
                        Verdict::Unavailable,
                        reason.clone(),
                    ));
                }
                keep
            });
            return Ok(String::new());
        }
        // Runs cannot write beside the library, and so each of them would compile it anew.
        let compile = format!("cd {} && {found} -m compileall -q lib", shell.folder());
        shell
            .read(&compile, Duration::from_secs(60))
            .context("compiling the Python library")?;
        Ok(found.to_owned())
    }

    /// A guest's users are the run's alone; on the host two runs at once must not kill each other's processes.
    fn users(&self) -> String {
        match self.plan.image.base {
            Base::Host => format!("-u {}", 100_000 + std::process::id() % 50_000 * 8),
            _ => String::new(),
        }
    }

    /// Runs the supervisor on a plan, and gives each of its lines to `take`.
    fn supervise(
        &self,
        shell: &mut dyn Shell,
        options: &str,
        script: &str,
        mut take: impl FnMut(Line) -> Result<()>,
    ) -> Result<()> {
        // The script goes in as a file beside the sources: a shell command is bounded, a plan is not.
        shell.put(&layers::archive([("plan", script.as_bytes())])?)?;
        let command = format!(
            "cd {} && exec bin/supervise {options} {} -d /tmp < plan",
            shell.folder(),
            self.users()
        );
        let longest = self
            .plan
            .cells
            .iter()
            .map(|cell| cell.test.header.deadline)
            .max()
            .unwrap_or_default();
        let limit = Limit::Silence(SUPERVISOR_SILENCE.max(longest + SUPERVISOR_SILENCE));
        let mut lines = Lines::default();
        let mut done = false;
        let mut fault = Ok(());
        let mut err = Vec::new();
        let end = shell.exec(&command, limit, &mut |stream, bytes| match stream {
            Stream::Err => err.extend(bytes),
            Stream::Out if fault.is_ok() => {
                fault = lines.feed(bytes, |line| {
                    done |= matches!(line, Line::Done(_));
                    take(line)
                });
            }
            Stream::Out => {}
        })?;
        fault?;
        if end == End::Exit(0) && done {
            return Ok(());
        }
        Err(Stuck {
            end,
            said: vm::text::harmless(&err).trim().to_owned(),
        }
        .into())
    }
}

/// The supervisor ended before its plan was through.
#[derive(Debug)]
struct Stuck {
    end: End,
    said: String,
}

impl std::fmt::Display for Stuck {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "the supervisor ended before its plan was through ({})",
            self.end
        )?;
        if self.said.is_empty() {
            Ok(())
        } else {
            write!(formatter, ": {}", self.said)
        }
    }
}

impl std::error::Error for Stuck {}

impl Progress<'_> {
    fn take(&mut self, line: Line) -> Result<()> {
        match line {
            Line::Start(start) => {
                let cell = self.next(&start.cell)?;
                self.current = Some(start.run);
                self.run.tell(Event::RunStarted {
                    image: self.run.image(),
                    cell: cell.id,
                    run: start.run,
                });
                Ok(())
            }
            Line::End(end) => {
                let cell = self.next(&end.cell)?;
                self.current = None;
                let outcome = Outcome::read(&supervisor::bytes(&end.out), &end.end);
                self.outcomes.push(outcome.clone());
                self.run.tell(Event::RunEnded {
                    image: self.run.image(),
                    cell: cell.id.clone(),
                    run: end.run,
                    outcome,
                    place: vm::text::harmless(end.place.as_bytes()),
                    stderr: vm::text::harmless(&supervisor::bytes(&end.err)),
                    ms: end.ms,
                });
                let repeat = self.run.bench.repeat.unwrap_or(cell.test.header.repeat);
                if end.run + 1 == repeat {
                    self.judge()
                } else {
                    Ok(())
                }
            }
            Line::Done(_) => Ok(()),
        }
    }

    /// The cell that the supervisor must be at.
    fn next(&self, name: &str) -> Result<Cell> {
        match self.left.front() {
            Some(cell) if cell.id.as_str() == name => Ok(cell.clone()),
            _ => bail!(
                "the supervisor speaks of `{}`, which is not its turn",
                vm::text::harmless(name.as_bytes())
            ),
        }
    }

    /// The front cell's runs are complete: folds and judges them.
    fn judge(&mut self) -> Result<()> {
        let cell = self
            .left
            .pop_front()
            .context("judging a cell that is not there")?;
        let outcomes = std::mem::take(&mut self.outcomes);
        let record = Record::fold(&outcomes).context("judging a cell that did not run")?;
        let image = self.run.image();
        let judgement = self
            .run
            .bench
            .snapshots
            .judge(&image, &cell, &record, &self.provenance)?;
        self.run.end_cell(CellEnd {
            image,
            cell: cell.id,
            verdict: judgement.verdict,
            record: Some(record),
            changes: judgement.comparison.changes,
            drift: judgement.comparison.drift,
            outside: judgement.comparison.outside,
            reason: None,
        });
        Ok(())
    }

    /// The guest, or the supervisor in it, went down: if a run was under way, its cell did it.
    fn blame(&mut self, error: anyhow::Error) -> Result<()> {
        if !error.is::<Lost>() && !error.is::<Stuck>() {
            return Err(error);
        }
        let Some(run) = self.current else {
            return Err(error);
        };
        let cell = self
            .left
            .pop_front()
            .ok_or_else(|| anyhow!("blaming a cell that is not there"))?;
        let reason = format!("run {run} took the guest down: {error:#}");
        self.run.end_cell(CellEnd::without_record(
            &self.run.image(),
            &cell.id,
            Verdict::GuestLost,
            reason,
        ));
        Ok(())
    }
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

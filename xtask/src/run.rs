//! The run: brings an image up, builds the tests in it, runs the cells under the supervisor, and judges the records.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use vm::accel::Clock;
use vm::image::Base;
use vm::layers::{self, Primer, Step};
use vm::shell::SYSTEM_PATH;
use vm::{Cache, End, Guest, Host, Image, Limit, Lost, Shell, Stream, programs};

use crate::built::Built;
use crate::changed::Fingerprints;
use crate::event::{CellEnd, Event, Phase};
use crate::header::Language;
use crate::lanes::Turn;
use crate::plan::{self, Compilers, How, Kind, Places, Plan, Program};
use crate::primer::{self, Kept, Primed};
use crate::record::{Outcome, Record};
use crate::snapshot::{Provenance, Snapshots, Verdict};
use crate::sources::{Source, Sources};
use crate::suite::Cell;
use crate::supervisor::{self, Line, Lines};

/// Longer than any run of a cell may take beyond its own deadline.
const SUPERVISOR_SILENCE: Duration = Duration::from_secs(60);

/// Longer than a compiler may take, which has two minutes.
const BUILD_SILENCE: Duration = Duration::from_secs(180);

/// So many programs are built where they are to run: a guest for them alone would take longer to come up.
const FEW: usize = 2;

/// The supervisor's plans go in as files beside the sources: a shell command is bounded, a plan is not.
const BUILD_PLAN: &str = "build.plan";

/// See [`BUILD_PLAN`].
const RUN_PLAN: &str = "run.plan";

/// The notebook of interpreters' absolute paths, by what tells an image's layers from others, and name.
const INTERPRETERS: &str = "interpreters";

/// The socket of the supervisor that is kept in a guest, with its fork servers: to start them takes as long as ten runs.
pub const KEPT: &str = "kept";

/// The users of compilers in a guest: that of the supervisor that is kept there has its fork servers' processes.
const BUILDERS: &str = "-u 61100";

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
    /// Do guests boot, though their memory was saved?
    pub cold: bool,
    /// Is the network left alone?
    pub offline: bool,
    /// How the cells are run.
    pub how: How,
    /// The libraries that Python tests are run with in variants.
    pub preloads: Vec<String>,
}

impl Bench<'_> {
    /// The absolute path of the interpreter in guests of an image, if one of them was asked before.
    #[must_use]
    pub fn recall_python(&self, image: &Image) -> Option<String> {
        let key = self.python_key(image).ok()??;
        self.cache.recall(INTERPRETERS, &key)
    }

    fn remember_python(&self, image: &Image, path: &str) -> Result<()> {
        match self.python_key(image)? {
            Some(key) => self.cache.remember(INTERPRETERS, &key, &path),
            None => Ok(()),
        }
    }

    fn python_key(&self, image: &Image) -> Result<Option<String>> {
        let name = image.python.as_deref().unwrap_or_default();
        let layers = layers::identity(self.cache, image)?;
        Ok(layers.map(|layers| format!("{layers} {name}")))
    }
}

/// Works a lane's cells off, a share at a time, until there are no more, and tells of it through `events`.
///
/// # Errors
/// When the image cannot be brought up, or the supervisor cannot be built or understood: then the cells that have no
/// verdict yet get none.
pub fn run(bench: &Bench<'_>, turn: &Turn<'_>, events: &Sender<Event>) -> Result<()> {
    let lane = turn.lane();
    let run = Run {
        bench,
        image: &lane.plan.image,
        clock: lane.clock,
        cpus: Some(lane.cpus),
        events,
        shows: turn.leads.then_some(lane.plan.cells.len()),
        awaited: false,
    };
    let mut session = None;
    loop {
        let share = turn.share();
        if share.is_empty() {
            return session.map_or(Ok(()), Session::close);
        }
        if session.is_none() {
            // Compilers can do with all the CPUs, and have no idle time to jump over.
            let suits = lane.clock == Clock::Real && lane.cpus == run.image.cpus;
            let ahead: Vec<Cell> = share.iter().cloned().chain(turn.left()).collect();
            if turn.leads && !suits && run.has_much_to_build(&ahead)? {
                run.build_ahead(&ahead)?;
            }
            turn.is_built();
            session = Some(run.open()?);
            turn.is_up();
        }
        run.work(&mut session, share)?;
    }
}

/// One image's run.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// What it shares with other images' runs.
    pub bench: &'a Bench<'a>,
    /// The image.
    pub image: &'a Image,
    /// What its guests' time goes by.
    pub clock: Clock,
    /// How many CPUs they have; `None`: as many as the image says, or one in virtual time.
    pub cpus: Option<u32>,
    /// Who is told of it.
    pub events: &'a Sender<Event>,
    /// Are its phases shown, and how many cells has the image in all? One guest's are, others help it.
    pub shows: Option<usize>,
    /// Does someone wait for the first verdict? Then what was built is not kept before that, but when [`Run::keep`] is
    /// called.
    pub awaited: bool,
}

/// Files to bring in, by name: what tells each from others of that name, and its content.
pub type Files = BTreeMap<String, (String, Vec<u8>)>;

/// A guest that is up, or this machine: what it is made of, and what is in it already.
pub struct Session {
    shell: Box<dyn Shell>,
    provenance: Provenance,
    /// What tells each file in it from others of that name: sources and programs.
    inside: BTreeMap<String, String>,
    /// What is still to be brought in, all at once.
    due: Files,
    /// What was built in it and is not kept yet, with its keys.
    unkept: Vec<(Program, String)>,
    /// The interpreter's absolute path, once it was asked for.
    python: Option<String>,
    /// What the supervisor that is kept in it was started from.
    kept: Kept,
    /// What it is shown to be doing.
    phase: Option<Phase>,
}

impl Session {
    /// Brings in those of `files` that are not there, when [`Session::bring_due`] is called next.
    fn bring(&mut self, mut files: Files) {
        self.due.retain(|name, _| !files.contains_key(name));
        files.retain(|name, (digest, _)| self.inside.get(name) != Some(digest));
        self.due.append(&mut files);
    }

    fn bring_due(&mut self) -> Result<()> {
        let files = std::mem::take(&mut self.due);
        if files.is_empty() {
            return Ok(());
        }
        let contents = files
            .iter()
            .map(|(name, (_, content))| (name.as_str(), content.as_slice()));
        self.shell.put(&layers::archive(contents)?)?;
        let digests = files.into_iter().map(|(name, (digest, _))| (name, digest));
        self.inside.extend(digests);
        Ok(())
    }

    /// Ends it in order.
    ///
    /// # Errors
    /// When the guest had to be killed.
    pub fn close(self) -> Result<()> {
        self.shell.close()
    }
}

/// What has become of the cells while the supervisor works through them.
struct Progress<'a> {
    run: Run<'a>,
    left: &'a mut VecDeque<Cell>,
    provenance: &'a Provenance,
    ends: &'a mut Vec<(Cell, Verdict)>,
    outcomes: Vec<Outcome>,
    /// The number of the run that has started and not ended.
    current: Option<u32>,
}

impl Run<'_> {
    /// Tells of what happened.
    pub fn tell(&self, event: Event) {
        // Nobody listens only when the command is on its way out.
        drop(self.events.send(event));
    }

    fn name(&self) -> String {
        self.image.name.clone()
    }

    /// Says something that a person should know.
    pub fn note(&self, text: String) {
        self.tell(Event::Note {
            image: self.name(),
            text,
        });
    }

    /// Shows what the guest does from now on, unless it does it already.
    fn phase(&self, session: &mut Session, phase: Phase, total: usize) {
        if self.shows.is_some() && session.phase.replace(phase) != Some(phase) {
            self.tell(Event::PhaseStarted {
                image: self.name(),
                phase,
                total: Some(total),
            });
        }
    }

    fn end_cell(&self, end: CellEnd) {
        self.tell(Event::CellEnded(end));
    }

    fn end_without_record(&self, cell: &Cell, verdict: Verdict, reason: String) {
        self.end_cell(CellEnd::without_record(
            &self.image.name,
            &cell.id,
            verdict,
            reason,
        ));
    }

    /// Gives the cells that the image cannot run their verdicts.
    pub fn say_left_out(&self, plan: &Plan) {
        for (cell, verdict, reason) in &plan.left_out {
            self.end_without_record(cell, *verdict, reason.clone());
        }
    }

    /// Gives each of `cells` its verdict, in `session` or in guests started anew, and remembers what came out the same.
    /// The last guest is left in `session`, unless a cell took it down.
    ///
    /// # Errors
    /// As [`run`].
    pub fn work(&self, session: &mut Option<Session>, mut cells: VecDeque<Cell>) -> Result<()> {
        let before = Fingerprints::take(
            self.bench.root,
            self.image,
            cells.make_contiguous(),
            self.bench.how,
        );
        let mut ends = Vec::new();
        let result = self.in_guests(session, cells, &mut ends);
        // A cell that was judged is judged, whatever became of the others.
        let Bench { root, cache, .. } = self.bench;
        if let Err(error) = before.remember(root, cache, self.image, &ends) {
            self.note(format!(
                "what came out the same is not remembered for --changed: {error:#}"
            ));
        }
        result
    }

    fn in_guests(
        &self,
        session: &mut Option<Session>,
        mut left: VecDeque<Cell>,
        ends: &mut Vec<(Cell, Verdict)>,
    ) -> Result<()> {
        let mut faults = 0;
        while !left.is_empty() {
            let up = match session {
                Some(up) => up,
                None => session.insert(self.open()?),
            };
            match self.in_one_guest(up, &mut left, ends) {
                Ok(true) => {}
                Ok(false) => *session = None,
                Err(error) if error.is::<Lost>() && faults == 0 => {
                    faults += 1;
                    *session = None;
                    self.note(format!(
                        "the guest was lost between cells and is started anew: {error:#}"
                    ));
                }
                Err(error) => {
                    if error.is::<Lost>() || error.is::<Stuck>() {
                        *session = None;
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Works through `left` until it is empty, or until a cell takes the guest down: that one then has its verdict. Is the
    /// guest still there?
    fn in_one_guest(
        &self,
        session: &mut Session,
        left: &mut VecDeque<Cell>,
        ends: &mut Vec<(Cell, Verdict)>,
    ) -> Result<bool> {
        let python = self.find_python(session, left, ends)?;
        let sources = self.sources();
        let modules = sources.modules()?;
        let cells = left.make_contiguous();
        let failed = self.build(session, &sources, plan::programs(cells, &modules))?;
        self.drop_unbuilt(left, &modules, &failed, ends);
        if !self.awaited {
            // A cell may take the guest down, and with it what was built.
            self.keep(session)?;
        }
        for cell in left.iter() {
            if cell.test.language == Language::Python {
                session.bring(source_files(sources.inputs(&cell.test.id)?));
            }
        }
        if left.is_empty() {
            return Ok(true);
        }
        self.run_built(session, &python, left, ends)
    }

    /// The last step of [`Run::in_one_guest`]: everything is there.
    fn run_built(
        &self,
        session: &mut Session,
        python: &str,
        left: &mut VecDeque<Cell>,
        ends: &mut Vec<(Cell, Verdict)>,
    ) -> Result<bool> {
        let places = Places {
            folder: session.shell.folder().to_owned(),
            python: python.to_owned(),
        };
        let total = self.shows.unwrap_or_default();
        self.phase(session, Phase::Run, total);
        let script = plan::run_script(left.make_contiguous(), &places, self.bench.how);
        session.bring(BTreeMap::from([file(RUN_PLAN, script)]));
        let silence = silence(left.make_contiguous());
        session.bring_due()?;
        let command = match self.image.base {
            Base::Host => format!("exec bin/supervise {} < {RUN_PLAN}", host_users()),
            _ if session.kept.serves(&session.inside) => {
                format!("exec bin/supervise -a {KEPT} < {RUN_PLAN}")
            }
            _ => format!("bin/supervise -k {KEPT} && exec bin/supervise -a {KEPT} < {RUN_PLAN}"),
        };
        let provenance = session.provenance.clone();
        let mut progress = Progress {
            run: *self,
            left,
            provenance: &provenance,
            ends,
            outcomes: Vec::new(),
            current: None,
        };
        match self.supervise(session, &command, silence, |line| progress.take(line)) {
            Ok(()) => Ok(true),
            Err(error) => progress.blame(error).map(|()| false),
        }
    }

    /// Brings the image up, with nothing in it yet.
    ///
    /// # Errors
    /// When the image cannot be brought up.
    fn open(&self) -> Result<Session> {
        let (mut shell, primed) = self.shell()?;
        let provenance: Provenance = shell.provenance()?.into_iter().collect();
        self.tell(Event::GuestReady {
            image: self.name(),
            provenance: provenance.clone(),
        });
        let mut session = Session {
            shell,
            provenance,
            inside: BTreeMap::new(),
            due: BTreeMap::new(),
            unkept: Vec::new(),
            python: None,
            kept: Kept::default(),
            phase: None,
        };
        if let Some(Primed { files, python }) = primed {
            let digests = files.into_iter().map(|(name, (digest, _))| (name, digest));
            session.inside.extend(digests);
            session.python = python;
            _ = session.kept.serves(&session.inside);
        }
        Ok(session)
    }

    /// Somewhere to run the cells, and what it begins with, if it was primed.
    fn shell(&self) -> Result<(Box<dyn Shell>, Option<Primed>)> {
        if self.image.base == Base::Host {
            return Ok((Box::new(Host::open(self.image)?), None));
        }
        // What cannot be read is for those to say who need it.
        let primed = Primed::of(self.bench, self.image, &self.sources()).unwrap_or_default();
        let primer = primed
            .as_ref()
            .map(|primed| primed.primer(&self.bench.preloads));
        let guest = match self.boot(primer.transpose()?) {
            Err(error) if error.is::<layers::Unprimed>() => {
                self.note(format!("its guests are not primed: {error:#}"));
                self.boot(None)?
            }
            guest => guest?,
        };
        let primed = primed.filter(|_| guest.is_primed());
        Ok((Box::new(guest), primed))
    }

    fn boot(&self, primer: Option<Primer>) -> Result<Guest> {
        let image = self.image;
        let options = layers::Options {
            accelerator: self.bench.accelerator,
            clock: self.clock,
            cpus: self.cpus,
            cold: self.bench.cold,
            console_log: console_log(self.bench.logs, &image.name)?,
            offline: self.bench.offline,
            primer,
        };
        layers::boot(self.bench.cache, image, &options, &|step| {
            if self.shows.is_some() || matches!(step, Step::Note(_)) {
                self.tell(Event::of(&image.name, step));
            }
        })
    }

    fn built(&self, session: &Session) -> Result<Built> {
        let layer = session.provenance.get("image").map(String::as_str);
        Built::new(self.bench.cache, layer, Compilers::of(self.image))
    }

    /// The sources as they are now.
    fn sources(&self) -> Sources {
        Sources::new(self.bench.root.join("tests"))
    }

    /// Sees to the supervisor and those of `programs` that the session has not got yet: what was built before in a guest of
    /// this layer (the host has none) comes with what is brought in next, the others are built there from their sources.
    /// Answers the compiler's words by program for those that failed.
    ///
    /// # Errors
    /// When a source cannot be read, the guest is lost, or the supervisor does not build.
    fn build(
        &self,
        session: &mut Session,
        sources: &Sources,
        programs: Vec<Program>,
    ) -> Result<BTreeMap<String, String>> {
        let built = self.built(session)?;
        let mut files = BTreeMap::new();
        let mut wanted = Vec::new();
        for program in programs.into_iter().chain([Program::supervisor()]) {
            let key = built.key(&program, sources)?;
            if session.inside.get(&program.output) == Some(&key) {
                continue;
            }
            match built.find(&key) {
                Some(bytes) => _ = files.insert(program.output, (key, bytes)),
                None => {
                    files.extend(source_files(sources.inputs(&program.source)?));
                    wanted.push((program, key));
                }
            }
        }
        let programs: Vec<Program> = wanted
            .iter()
            .map(|(program, _)| program.clone())
            .filter(|program| program.kind != Kind::Supervisor)
            .collect();
        if !programs.is_empty() {
            let script = plan::build_script(&programs, &Compilers::of(self.image));
            files.extend([file(BUILD_PLAN, script)]);
        }
        session.bring(files);
        self.build_wanted(session, wanted, &programs)
    }

    /// Do `cells` need so much that is not kept that a guest for it alone is worth it? It is for what others are primed with.
    fn has_much_to_build(&self, cells: &[Cell]) -> Result<bool> {
        let Some(layer) = layers::prepared(self.bench.cache, self.image)? else {
            return Ok(true);
        };
        let built = Built::new(self.bench.cache, Some(&layer), Compilers::of(self.image))?;
        let sources = self.sources();
        // What cannot be read is told where it is built.
        let is_kept = |program: &Program| {
            let key = built.key(program, &sources);
            key.is_ok_and(|key| built.has(&key))
        };
        let primes = primer::programs(self.bench, self.image, &sources)?;
        let needed = plan::programs(cells, &sources.modules()?);
        let unbuilt = needed.iter().filter(|program| !is_kept(program));
        Ok(
            unbuilt.count() > FEW
                || !is_kept(&Program::supervisor())
                || !primes.iter().all(is_kept),
        )
    }

    /// Builds and keeps what `cells` need in a guest that has all the image's CPUs.
    fn build_ahead(&self, cells: &[Cell]) -> Result<()> {
        let real = Run {
            clock: Clock::Real,
            cpus: None,
            ..*self
        };
        let mut session = real.open()?;
        let sources = self.sources();
        let mut programs = plan::programs(cells, &sources.modules()?);
        programs.extend(primer::programs(self.bench, self.image, &sources)?);
        programs.sort();
        programs.dedup();
        // What does not build is told where it is to run.
        real.build(&mut session, &sources, programs)?;
        real.keep(&mut session)?;
        session.close()
    }

    /// Builds what is not there; answers the compiler's words by program for those that failed.
    fn build_wanted(
        &self,
        session: &mut Session,
        mut wanted: Vec<(Program, String)>,
        programs: &[Program],
    ) -> Result<BTreeMap<String, String>> {
        if !wanted.is_empty() {
            session.bring_due()?;
        }
        for (program, _) in &wanted {
            // One that fails to build leaves nothing, or what was there before.
            session.inside.remove(&program.output);
            if program.kind == Kind::Supervisor {
                self.build_alone(&mut *session.shell, program)?;
                // Guests are primed with both; why there is none is for the cells that need it to say.
                let _ = self.python(session)?;
            }
        }
        let failed = self.compile(session, programs)?;
        wanted.retain(|(program, _)| !failed.contains_key(&program.name));
        let news = wanted.iter();
        let news = news.map(|(program, key)| (program.output.clone(), key.clone()));
        session.inside.extend(news);
        session.unkept.append(&mut wanted);
        Ok(failed)
    }

    /// Brings the image up with all in it that the cells to come share, so that the first of them need not wait for it.
    ///
    /// # Errors
    /// As [`run`].
    pub fn open_ready(&self) -> Result<Session> {
        let mut session = self.open()?;
        let sources = self.sources();
        // Why there is no Python is for the cells that need it to say.
        let programs = match self.image.python.is_ok() && self.python(&mut session)?.is_ok() {
            true => Program::of_python(&sources.modules()?),
            false => Vec::new(),
        };
        self.build(&mut session, &sources, programs)?;
        self.keep(&mut session)?;
        let warm_up = Program::warm_up();
        session.bring(source_files(sources.inputs(&warm_up.source)?));
        session.bring_due()?;
        self.build_alone(&mut *session.shell, &warm_up)?;
        Ok(session)
    }

    /// Keeps what was built for sessions to come.
    ///
    /// # Errors
    /// When the guest is lost.
    pub fn keep(&self, session: &mut Session) -> Result<()> {
        let built = self.built(session)?;
        let unkept = std::mem::take(&mut session.unkept);
        match built.keep(&mut *session.shell, &unkept) {
            Err(error) if !error.is::<Lost>() => {
                self.note(format!(
                    "what was built is not kept for the next run: {error:#}"
                ));
                Ok(())
            }
            result => result,
        }
    }

    /// Builds a program that nothing supervises.
    fn build_alone(&self, shell: &mut dyn Shell, program: &Program) -> Result<()> {
        let command = format!(
            "cd {} && mkdir -p bin && {}",
            shell.folder(),
            program.command(&Compilers::of(self.image)).join(" ")
        );
        shell
            .read(&command, Duration::from_secs(120))
            .with_context(|| format!("building {}", program.name))?;
        Ok(())
    }

    /// Builds programs side by side; answers the compiler's words by program for those that failed.
    fn compile(
        &self,
        session: &mut Session,
        programs: &[Program],
    ) -> Result<BTreeMap<String, String>> {
        let mut failed = BTreeMap::new();
        if programs.is_empty() {
            return Ok(failed);
        }
        self.phase(session, Phase::Build, programs.len());
        let folders: BTreeSet<&str> = programs
            .iter()
            .filter_map(|program| Some(program.output.rsplit_once('/')?.0))
            .collect();
        let folders: Vec<_> = folders.into_iter().collect();
        let users = match self.image.base {
            Base::Host => host_users(),
            _ => BUILDERS.to_owned(),
        };
        let command = format!(
            "mkdir -p {} && exec bin/supervise -j {} {users} < {BUILD_PLAN}",
            folders.join(" "),
            self.image.cpus
        );
        session.bring_due()?;
        self.supervise(session, &command, BUILD_SILENCE, |line| {
            let Line::End(end) = line else { return Ok(()) };
            #[expect(
                clippy::cast_precision_loss,
                reason = "a compiler's milliseconds are few"
            )]
            let seconds = end.ms as f64 / 1000.0;
            self.tell(Event::ProgramBuilt {
                image: self.name(),
                program: end.cell.clone(),
                seconds,
            });
            if end.end != "exit 0" {
                let words = vm::text::harmless(&supervisor::bytes(&end.err));
                failed.insert(
                    end.cell,
                    format!(
                        "{} ended with {}:\n{}",
                        self.image.cc,
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
    fn drop_unbuilt(
        &self,
        left: &mut VecDeque<Cell>,
        modules: &[String],
        failed: &BTreeMap<String, String>,
        ends: &mut Vec<(Cell, Verdict)>,
    ) {
        left.retain(|cell| {
            let words = Program::needed_by(cell, modules)
                .iter()
                .find_map(|program| failed.get(&program.name));
            if let Some(words) = words {
                self.end_without_record(cell, Verdict::BuildFailed, words.clone());
                ends.push((cell.clone(), Verdict::BuildFailed));
            }
            words.is_none()
        });
    }

    /// The interpreter's absolute path, if one of `left` needs it. Without one those get the verdict `unavailable` and are
    /// taken out.
    fn find_python(
        &self,
        session: &mut Session,
        left: &mut VecDeque<Cell>,
        ends: &mut Vec<(Cell, Verdict)>,
    ) -> Result<String> {
        let needs = |cell: &Cell| cell.test.language == Language::Python;
        if !left.iter().any(needs) {
            return Ok(String::new());
        }
        let reason = match self.python(session)? {
            Ok(python) => return Ok(python),
            Err(reason) => reason,
        };
        left.retain(|cell| {
            if needs(cell) {
                self.end_without_record(cell, Verdict::Unavailable, reason.clone());
                ends.push((cell.clone(), Verdict::Unavailable));
            }
            !needs(cell)
        });
        Ok(String::new())
    }

    /// The interpreter's absolute path; or why there is none.
    fn python(&self, session: &mut Session) -> Result<Result<String, String>> {
        let python = match (&session.python, &self.image.python) {
            (Some(found), _) => return Ok(Ok(found.clone())),
            (None, Err(reason)) => return Ok(Err(reason.clone())),
            (None, Ok(python)) => python,
        };
        if let Some(found) = self.bench.recall_python(self.image) {
            session.python = Some(found.clone());
            return Ok(Ok(found));
        }
        let shell = &mut *session.shell;
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
            return Ok(Err(match why.trim() {
                "" => format!("there is no `{python}` in {SYSTEM_PATH}"),
                why => format!(
                    "{}; to prepare it anew: cargo xtask images prune {}",
                    vm::text::harmless(why.as_bytes()),
                    self.name()
                ),
            }));
        }
        self.bench.remember_python(self.image, found)?;
        session.python = Some(found.to_owned());
        Ok(Ok(found.to_owned()))
    }

    /// Runs a command that becomes the supervisor, and gives each of its lines to `take`. After so much silence it is stuck.
    fn supervise(
        &self,
        session: &mut Session,
        command: &str,
        silence: Duration,
        mut take: impl FnMut(Line) -> Result<()>,
    ) -> Result<()> {
        let shell = &mut *session.shell;
        let command = format!("cd {} && {command}", shell.folder());
        let mut lines = Lines::default();
        let mut done = false;
        let mut fault = Ok(());
        let mut err = Vec::new();
        let limit = Limit::Silence(silence);
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

/// Files of `tests/`, to bring in.
fn source_files(sources: BTreeMap<String, Arc<Source>>) -> Files {
    let file =
        |(name, source): (_, Arc<Source>)| (name, (source.digest.clone(), source.content.clone()));
    sources.into_iter().map(file).collect()
}

/// A file that is made here, to bring in.
pub fn file(name: &str, text: String) -> (String, (String, Vec<u8>)) {
    let content = text.into_bytes();
    (name.to_owned(), (programs::key(&[&content]), content))
}

/// A file for the console of an image's next guest: `NAME.console.log`, `NAME.2.console.log` and so on.
fn console_log(folder: &Path, image: &str) -> Result<PathBuf> {
    for number in 1.. {
        let name = match number {
            1 => format!("{image}.console.log"),
            _ => format!("{image}.{number}.console.log"),
        };
        let path = folder.join(name);
        match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Ok(_) => return Ok(path),
            Err(error) => {
                return Err(error).with_context(|| format!("creating {}", path.display()));
            }
        }
    }
    bail!("there are no more names for consoles")
}

/// A guest's users are the run's alone; on the host two runs at once must not kill each other's processes.
fn host_users() -> String {
    format!("-u {}", 100_000 + std::process::id() % 50_000 * 8)
}

/// After how much silence the supervisor itself is stuck, when it runs `cells`.
fn silence(cells: &[Cell]) -> Duration {
    let deadlines = cells.iter().map(|cell| cell.test.header.deadline);
    SUPERVISOR_SILENCE + deadlines.max().unwrap_or_default()
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
                    image: self.run.name(),
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
                    image: self.run.name(),
                    cell: cell.id.clone(),
                    run: end.run,
                    outcome,
                    place: vm::text::harmless(end.place.as_bytes()),
                    stderr: vm::text::harmless(&supervisor::bytes(&end.err)),
                    ms: end.ms,
                });
                let repeat = self.run.bench.how.repeat.unwrap_or(cell.test.header.repeat);
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
        let image = self.run.name();
        let judgement = self
            .run
            .bench
            .snapshots
            .judge(&image, &cell, &record, self.provenance)?;
        self.ends.push((cell.clone(), judgement.verdict));
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
        self.run
            .end_without_record(&cell, Verdict::GuestLost, reason);
        self.ends.push((cell, Verdict::GuestLost));
        Ok(())
    }
}

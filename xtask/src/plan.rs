//! The plan: which cells run on which image, which do not and why, and what has to be built for them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::ValueEnum;
use vm::Image;
use vm::accel::Clock;
use vm::image::Base;

use crate::header::{Header, Language, QUIET, User};
use crate::snapshot::Verdict;
use crate::suite::Cell;

/// The cells of one image.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The image.
    pub image: Image,
    /// The cells that run, in order.
    pub cells: Vec<Cell>,
    /// Those that do not, each with its verdict and the reason.
    pub left_out: Vec<(Cell, Verdict, String)>,
}

impl Plan {
    /// Sorts the selected cells into those that this image can run and those it cannot.
    #[must_use]
    pub fn new(image: &Image, cells: &[Cell]) -> Plan {
        let mut plan = Plan {
            image: image.clone(),
            cells: Vec::new(),
            left_out: Vec::new(),
        };
        for cell in cells {
            match obstacle(image, cell) {
                None => plan.cells.push(cell.clone()),
                Some((verdict, reason)) => plan.left_out.push((cell.clone(), verdict, reason)),
            }
        }
        plan
    }
}

/// Why an image cannot run a cell.
fn obstacle(image: &Image, cell: &Cell) -> Option<(Verdict, String)> {
    let header = &cell.test.header;
    if !header.systems.is_empty() && !header.systems.contains(&image.os) {
        return Some((
            Verdict::NotRun,
            "what it tests does not exist on this system".to_owned(),
        ));
    }
    if header.guest_only && image.base == Base::Host {
        return Some((
            Verdict::NotRun,
            "it could reach beyond itself: it runs in guests only".to_owned(),
        ));
    }
    match &image.python {
        Err(reason) if cell.test.language == Language::Python => {
            Some((Verdict::NotRun, reason.clone()))
        }
        _ => None,
    }
}

/// Something to build: a test's program, or a library to preload.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Program {
    /// Its name in events and in the supervisor's plan: the test's id, or the library's source.
    pub name: String,
    /// The source, relative to the folder of the run.
    pub source: String,
    /// The result, relative to the folder of the run.
    pub output: String,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of programs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// A test, or a program that tests start.
    Test,
    /// A library: to preload, or of Python tests.
    Library,
    /// A module of Python tests, compiled.
    Module,
    /// What runs the others.
    Supervisor,
}

/// The library behind `observe.py`, which C programs get through `observe.h`.
const OBSERVE: &str = "observe.c";

/// The program that Python tests start to see what it inherits.
const HEIR: &str = "heir.c";

/// What the runs of Python tests are forked from.
const FORK_SERVER: &str = "bin/python/forkserver.pyc";

/// How the outputs begin that a supervisor and its fork servers are started from.
pub const SERVING: [&str; 3] = ["bin/supervise", "bin/lib/", "bin/python/"];

/// Compiles a module, and imports less for it than `compileall` does.
const COMPILE: &str =
    "import py_compile, sys; py_compile.compile(*sys.argv[1:], sys.argv[1], doraise=True)";

/// Where they are no part of libc, only what calls them has to load them.
const LIBRARIES: [&str; 4] = ["-Wl,--as-needed", "-lrt", "-ldl", "-Wl,--no-as-needed"];

/// What builds programs on an image.
#[derive(Clone, Debug)]
pub struct Compilers {
    /// The C compiler.
    pub cc: String,
    /// The Python interpreter; empty if the image has none.
    pub python: String,
}

impl Compilers {
    /// Those of an image.
    #[must_use]
    pub fn of(image: &Image) -> Compilers {
        Compilers {
            cc: image.cc.clone(),
            python: image.python.clone().unwrap_or_default(),
        }
    }
}

impl Program {
    /// The program of a C test.
    fn test(cell: &Cell) -> Program {
        let id = &cell.test.id;
        Program {
            name: id.clone(),
            source: id.clone(),
            output: format!("bin/{}", id.trim_end_matches(".c")),
            kind: Kind::Test,
        }
    }

    /// The supervisor.
    #[must_use]
    pub fn supervisor() -> Program {
        Program {
            name: "lib/supervise.c".to_owned(),
            source: "lib/supervise.c".to_owned(),
            output: "bin/supervise".to_owned(),
            kind: Kind::Supervisor,
        }
    }

    /// A program that nobody needs: where it was built before, the compiler is in memory for the next one.
    #[must_use]
    pub fn warm_up() -> Program {
        Program {
            output: "bin/warm-up".to_owned(),
            ..Program::library(OBSERVE)
        }
    }

    /// A library from `tests/lib`.
    #[must_use]
    pub fn library(source: &str) -> Program {
        let stem = source.trim_end_matches(".c");
        Program {
            name: format!("lib/{source}"),
            source: format!("lib/{source}"),
            output: format!("bin/lib/{stem}.so"),
            kind: Kind::Library,
        }
    }

    /// The program that Python tests start; it lies beside their library.
    fn heir() -> Program {
        Program {
            kind: Kind::Test,
            output: "bin/lib/heir".to_owned(),
            ..Program::library(HEIR)
        }
    }

    /// A module from `tests/lib`; `source` is its name under `tests/`. The source is not beside it: it would be looked at.
    fn module(source: &str) -> Program {
        let stem = source.trim_start_matches("lib/").trim_end_matches(".py");
        Program {
            name: source.to_owned(),
            source: source.to_owned(),
            output: format!("bin/python/{stem}.pyc"),
            kind: Kind::Module,
        }
    }

    /// What every Python test needs, with [`Sources::modules`](crate::sources::Sources::modules).
    #[must_use]
    pub fn of_python(modules: &[String]) -> Vec<Program> {
        let modules = modules.iter().map(|source| Program::module(source));
        [Program::library(OBSERVE), Program::heir()]
            .into_iter()
            .chain(modules)
            .collect()
    }

    /// Everything that a cell cannot run without, with the modules that Python tests share.
    #[must_use]
    pub fn needed_by(cell: &Cell, modules: &[String]) -> Vec<Program> {
        let mut needed = match cell.test.language {
            Language::C => vec![Program::test(cell)],
            Language::Python => Program::of_python(modules),
        };
        let preload = cell.preload.as_ref();
        needed.extend(preload.map(|variant| Program::library(&variant.preload)));
        needed
    }

    /// The compiler's command line: the same on every system.
    ///
    /// The supervisor is built before anything can be supervised, and so unoptimised, which takes a third of the time and
    /// loses nothing, because it only waits.
    #[must_use]
    pub fn command(&self, with: &Compilers) -> Vec<String> {
        let kind: &[&str] = match self.kind {
            Kind::Test => &["-O1", "-Wall", "-Wextra"],
            Kind::Library => &["-O1", "-Wall", "-Wextra", "-shared", "-fPIC"],
            Kind::Supervisor => &[],
            Kind::Module => {
                let words = [
                    &with.python,
                    "-I",
                    "-S",
                    "-c",
                    COMPILE,
                    &self.source,
                    &self.output,
                ];
                return words.map(str::to_owned).into();
            }
        };
        let mut words = vec![
            with.cc.as_str(),
            "-std=c11",
            "-D_GNU_SOURCE",
            "-pthread",
            "-I",
            "lib",
        ];
        words.extend(kind);
        words.extend(["-o", &self.output, &self.source]);
        words.extend(LIBRARIES);
        words.into_iter().map(str::to_owned).collect()
    }
}

/// Every program that `cells` need, each once, in order, with the modules that Python tests share.
#[must_use]
pub fn programs(cells: &[Cell], modules: &[String]) -> Vec<Program> {
    let needed = cells
        .iter()
        .flat_map(|cell| Program::needed_by(cell, modules));
    needed
        .map(|program| (program.name.clone(), program))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect()
}

/// The supervisor's plan for building: it isolates and bounds compilers as it does tests.
#[must_use]
pub fn build_script(programs: &[Program], with: &Compilers) -> String {
    let mut script = String::new();
    for program in programs {
        block(&mut script, &program.name, &program.command(with));
        script += "deadline 120000\nhang no\ncwd keep\nuser root\nrun\n";
    }
    script
}

/// Where things are on the system that runs the cells.
#[derive(Clone, Debug)]
pub struct Places {
    /// The run's folder.
    pub folder: String,
    /// The Python interpreter, an absolute path; empty if no cell needs it.
    pub python: String,
}

impl Places {
    /// The command that runs a Python script, which is named relative to the folder.
    fn interpret(&self, script: &str) -> Vec<String> {
        let script = format!("{}/{script}", self.folder);
        // Without `site`, which no test needs: it takes a quarter of the interpreter's start.
        vec![self.python.clone(), "-S".to_owned(), script]
    }

    /// The environment of every run in this language, or of its fork server.
    fn surround(&self, script: &mut String, language: Language, preload: Option<&str>) {
        let folder = &self.folder;
        if language == Language::Python {
            // A test may have the name of a module, like select.py: its folder is no place for modules (since Python 3.11).
            let _ = writeln!(
                script,
                "env PYTHONPATH={folder}/bin/python\nenv PYTHONSAFEPATH=1\nenv SIGMATRIX_LIB={folder}/bin/lib"
            );
        }
        if let Some(preload) = preload {
            let library = Program::library(preload).output;
            let _ = writeln!(script, "env LD_PRELOAD={folder}/{library}");
        }
    }

    /// Has the runs of a cell forked from a server.
    fn fork(&self, script: &mut String) {
        let _ = writeln!(script, "server {}/{FORK_SERVER}", self.folder);
    }
}

/// The supervisor's plan for one run of an empty Python script from each fork server: without a preloaded library, and with each
/// of these.
#[must_use]
pub fn server_script(script: &str, places: &Places, preloads: &[String]) -> String {
    let mut plan = String::new();
    for preload in [None].into_iter().chain(preloads.iter().map(Some)) {
        block(
            &mut plan,
            preload.map_or("plain", String::as_str),
            &places.interpret(script),
        );
        places.surround(&mut plan, Language::Python, preload.map(String::as_str));
        places.fork(&mut plan);
        plan += "run\n";
    }
    plan
}

/// `--clock`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum ClockChoice {
    /// Virtual where guests are translated (TCG) and a cell is expected to wait, real for the others: with instructions
    /// counted, they take nearly half as long again.
    #[default]
    Auto,
    /// The host's time.
    Real,
    /// The instructions that a guest has executed, so that idle time costs nothing: TCG.
    Virtual,
}

impl ClockChoice {
    /// What the time of a guest that runs this test goes by. One that needs real time gets it, whatever was chosen.
    #[must_use]
    pub fn of(self, header: &Header, translated: bool) -> Clock {
        let waits = header.hang.is_some() || header.quiet > QUIET;
        match self {
            _ if header.cpus > 1 || header.clock.is_some() => Clock::Real,
            ClockChoice::Real => Clock::Real,
            ClockChoice::Virtual => Clock::Virtual,
            ClockChoice::Auto if translated && waits && !takes_all_cpus(header) => Clock::Virtual,
            ClockChoice::Auto => Clock::Real,
        }
    }
}

/// `--interpreter`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum InterpreterChoice {
    /// Forked from one that has started: many times as fast.
    #[default]
    Auto,
    /// Started anew for each run.
    Fresh,
}

impl InterpreterChoice {
    /// Is each run of a Python test forked from an interpreter that has started? Not where the test says otherwise.
    fn forks(self, header: &Header) -> bool {
        self == InterpreterChoice::Auto && header.interpreter.is_none()
    }
}

/// Does a test get all of an image's CPUs? It does if it takes several for all that it may come to; and if it could reach
/// beyond itself, so that its guest's agent has one left.
#[must_use]
pub fn takes_all_cpus(header: &Header) -> bool {
    header.cpus > 1 || !header.allowed.is_empty() || header.guest_only
}

/// How cells are to be run, whatever their headers say.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// How often each cell runs; `None`: as its header says.
    pub repeat: Option<u32>,
    /// How Python comes to a run.
    pub interpreter: InterpreterChoice,
    /// What the guests' time goes by.
    pub clock: ClockChoice,
}

/// The supervisor's plan for `cells`.
#[must_use]
pub fn run_script(cells: &[Cell], places: &Places, how: How) -> String {
    let folder = &places.folder;
    let mut script = String::new();
    for cell in cells {
        let header = &cell.test.header;
        let id = &cell.test.id;
        let command = match cell.test.language {
            Language::C => vec![format!("{folder}/bin/{}", id.trim_end_matches(".c"))],
            Language::Python => places.interpret(id),
        };
        block(&mut script, cell.id.as_str(), &command);
        let preload = cell.preload.as_ref();
        places.surround(
            &mut script,
            cell.test.language,
            preload.map(|variant| variant.preload.as_str()),
        );
        if cell.test.language == Language::Python && how.interpreter.forks(header) {
            places.fork(&mut script);
        }
        for (name, value) in &cell.env {
            let _ = writeln!(script, "env {name}={value}");
        }
        let repeat = how.repeat.unwrap_or(header.repeat);
        let _ = writeln!(
            script,
            "repeat {repeat}\ndeadline {}",
            header.deadline.as_millis()
        );
        let _ = writeln!(script, "quiet {}", header.quiet.as_millis());
        if header.user == User::Root {
            script += "user root\n";
        }
        script += "run\n";
    }
    script
}

/// The lines that every cell of the supervisor's plan starts with. Writing to a string cannot fail.
fn block(script: &mut String, name: &str, command: &[String]) {
    let _ = writeln!(script, "cell {name}");
    for word in command {
        let _ = writeln!(script, "argv {word}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::header;

    /// The clock of a test with these lines in its header, and whether it gets all CPUs.
    fn clock(lines: &str, choice: ClockChoice, translated: bool) -> (&'static str, bool) {
        let text = format!("/*---\ntitle: t\n{lines}---*/\n");
        let header = header::parse(Path::new("x.c"), &text, Language::C).expect("a good header");
        (
            choice.of(&header, translated).name(),
            takes_all_cpus(&header),
        )
    }

    #[test]
    fn cells_that_wait_have_virtual_time_unless_they_need_otherwise() {
        use ClockChoice::{Auto, Real, Virtual};
        let chance = "hang: expected\nallowed:\n  a: {values: [b, c], why: d}\n";
        for (lines, choice, translated, expected) in [
            ("", Auto, true, ("real", false)),
            ("", Virtual, true, ("virtual", false)),
            ("hang: expected\n", Auto, true, ("virtual", false)),
            ("hang: expected\n", Auto, false, ("real", false)),
            ("hang: expected\n", Real, true, ("real", false)),
            ("quiet: 1000\n", Auto, true, ("virtual", false)),
            (
                "hang: expected\nclock: real\n",
                Virtual,
                true,
                ("real", false),
            ),
            ("cpus: 2\n", Virtual, true, ("real", true)),
            (chance, Auto, true, ("real", true)),
            ("guest-only: true\n", Auto, true, ("real", true)),
        ] {
            let got = clock(lines, choice, translated);
            assert_eq!(got, expected, "{lines:?} {choice:?} {translated}");
        }
    }
}

//! `cargo xtask explain`: what a test is about and what every system does, as a page to read and, with `--json`, as data.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use console::{Term, style};
use serde::Serialize;
use vm::Image;
use vm::image::Base;
use vm::text::{harmless, visible};

use crate::header;
use crate::list::{self, Listed};
use crate::names::{self, Misnamed};
use crate::plan::Plan;
use crate::record::Record;
use crate::report::page;
use crate::snapshot::{self, Stored};
use crate::suite::{Cell, CellId, Suite, Test};

/// A page is as wide as the terminal, but no wider than this, in columns: longer lines are hard to read.
const WIDTH: usize = 100;

/// Explains a test: what it does, what each system does, why, what POSIX says, and what to write instead.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask explain python/pause-self-worker.py    why a daemon hung on FreeBSD in 2011
  cargo xtask explain pause-self-worker              the same, by its name alone
  cargo xtask explain 'python/unkillable.py@*ports'  some of its variants
  cargo xtask explain 'eintr/recv.*' --source        C and Python, each with its program
  cargo xtask explain eintr | less                   a whole family
  cargo xtask explain python --json                  the same as data")]
pub struct Args {
    /// Which: eintr/recv.c, a variant eintr/recv.c@restart-main, a name sleep-loop, a family eintr, or a glob over these
    #[arg(value_name = "TEST", required = true)]
    pub tests: Vec<String>,
    /// Append the program
    #[arg(long, conflicts_with = "json")]
    pub source: bool,
    /// Print JSON: the array of `cargo xtask list --json`, each test with its `records`, by image and cell
    #[arg(long)]
    pub json: bool,
}

/// Explains the tests that `args` select on standard output.
///
/// # Errors
/// [`Misnamed`], if a name fits no test, or several; else if the suite, an image file or a snapshot cannot be read, or
/// standard output not be written.
pub fn run(root: &Path, args: &Args) -> Result<()> {
    let explained = explained(root, &args.tests)?;
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &told(&explained))?;
        writeln!(out)?;
        return Ok(());
    }
    let width = Term::stdout()
        .size_checked()
        .map_or(WIDTH, |(_, columns)| usize::from(columns).min(WIDTH));
    let colour = console::colors_enabled();
    for (number, explained) in explained.iter().enumerate() {
        if number > 0 {
            let line = "─".repeat(width);
            writeln!(out, "\n{}\n", style(line).dim().force_styling(colour))?;
        }
        write!(out, "{}", page::render(explained, width, colour))?;
        if args.source {
            let program = program(root, &explained.test)?;
            write!(out, "\n{}\n{program}", page::heading("The program", colour))?;
        }
    }
    Ok(())
}

/// What is accepted of a test's cells, by image.
pub type Records = BTreeMap<String, BTreeMap<CellId, Record>>;

/// A test, with what is accepted of it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The test.
    pub test: Arc<Test>,
    /// Those of its cells that were asked for.
    pub cells: Vec<Cell>,
    /// What is accepted of those cells, by image.
    pub records: Records,
    /// The images on which nothing is accepted of them.
    pub lacking: Vec<Lacking>,
    /// The id of the test of the same situation in the other language.
    pub twin: Option<String>,
}

/// Images on which nothing is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Their names.
    pub images: Vec<String>,
    /// Why they cannot run it; `None` if nobody has.
    pub reason: Option<String>,
}

/// A test in the JSON of `cargo xtask explain --json`, which is an array of these in the order of their ids.
///
/// Keys are only ever added.
#[derive(Debug, Serialize)]
struct Told<'a> {
    /// What `cargo xtask list --json` says of it.
    #[serde(flatten)]
    test: Listed,
    /// By image and cell: each key with the array of its values.
    records: &'a Records,
}

fn told(explained: &[Explained]) -> Vec<Told<'_>> {
    let cells = explained.iter().flat_map(|test| test.cells.clone());
    // Both are in the order of the tests' ids.
    let listed = list::listed(cells.collect()).into_iter().zip(explained);
    listed
        .map(|(test, Explained { records, .. })| Told { test, records })
        .collect()
}

/// What the project at `root` knows of the tests that `asked` names, in the order of their ids.
///
/// # Errors
/// As for [`run`].
pub fn explained(root: &Path, asked: &[String]) -> Result<Vec<Explained>> {
    let suite = Suite::load(root)?;
    let images = Image::load_all(&root.join("images"))?;
    let mut tests: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for cell in select(&suite, asked)? {
        tests.entry(cell.test.id.clone()).or_default().push(cell);
    }
    let mut records = accepted(root, &tests)?;
    let explain = |(id, cells): (String, Vec<Cell>)| {
        let test = Arc::clone(&cells[0].test);
        let records = records.remove(&id).unwrap_or_default();
        let lacking = lacking(&images, &cells, |image| records.contains_key(image));
        let twin = twin(&suite, &test);
        Explained {
            test,
            cells,
            records,
            lacking,
            twin,
        }
    };
    Ok(tests.into_iter().map(explain).collect())
}

/// The cells that `asked` names as [`Suite::select`] does, or by a test's name without family or extension, if that is
/// the name of one test only.
fn select(suite: &Suite, asked: &[String]) -> Result<Vec<Cell>> {
    let cells = suite.cells();
    let mut tests_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for test in &suite.tests {
        for name in short_names(test) {
            tests_of.entry(name).or_default().push(&test.id);
        }
    }
    let whole = |text: &String| cells.iter().any(|cell| cell.id.names().contains(text));
    for text in asked.iter().filter(|text| !whole(text)) {
        let name = text.split_once('@').map_or(text.as_str(), |(name, _)| name);
        if let Some(tests @ [_, _, ..]) = tests_of.get(name).map(Vec::as_slice) {
            let text = visible(text);
            let tests = tests.join("`, `");
            return Err(Misnamed::new(format!(
                "`{text}` is the name of several tests: say which, of `{tests}`"
            ))
            .into());
        }
    }
    names::select(names::TESTS, asked, &cells, |cell| {
        let short = short_names(&cell.test).into_iter();
        let short = short.filter(|name| tests_of[name].len() == 1);
        let with_variant = |name: String| match &cell.variant {
            Some(variant) => vec![format!("{name}@{variant}"), name],
            None => vec![name],
        };
        let mut names = cell.id.names();
        names.extend(short.flat_map(with_variant));
        names
    })
}

/// What people call a test who do not say the whole id.
fn short_names(test: &Test) -> [String; 3] {
    let Test {
        id, family, stem, ..
    } = test;
    let file = id.split_once('/').map_or(id.as_str(), |(_, file)| file);
    [stem.clone(), file.to_owned(), format!("{family}/{stem}")]
}

/// What is accepted of the cells, by test.
fn accepted(root: &Path, tests: &BTreeMap<String, Vec<Cell>>) -> Result<BTreeMap<String, Records>> {
    let mut records: BTreeMap<String, Records> = BTreeMap::new();
    for entry in snapshot::accepted(root)? {
        let test = entry.id.test().to_owned();
        let cells = tests.get(&test).map_or(&[][..], Vec::as_slice);
        if !cells.iter().any(|cell| cell.id == entry.id) {
            continue;
        }
        if let Some(stored) = Stored::read(root, &entry.path)? {
            let of_image = records.entry(test).or_default().entry(entry.image);
            of_image.or_default().insert(entry.id, stored.record);
        }
    }
    Ok(records)
}

/// The images that are not `known` to have a record, by the reason why they cannot have one.
fn lacking(images: &[Image], cells: &[Cell], known: impl Fn(&str) -> bool) -> Vec<Lacking> {
    let mut lacking: Vec<Lacking> = Vec::new();
    // What this machine does is nobody else's.
    let guests = images.iter().filter(|image| image.base != Base::Host);
    for image in guests.filter(|image| !known(&image.name)) {
        let left_out = Plan::new(image, cells).left_out;
        let reason = (left_out.len() == cells.len())
            .then(|| left_out.into_iter().next().map(|(_, _, reason)| reason))
            .flatten();
        match lacking.iter_mut().find(|other| other.reason == reason) {
            Some(other) => other.images.push(image.name.clone()),
            None => lacking.push(Lacking {
                images: vec![image.name.clone()],
                reason,
            }),
        }
    }
    lacking
}

fn twin(suite: &Suite, test: &Test) -> Option<String> {
    let same = |other: &&Arc<Test>| {
        (&other.family, &other.stem) == (&test.family, &test.stem)
            && other.language != test.language
    };
    suite.tests.iter().find(same).map(|twin| twin.id.clone())
}

/// A test's text below its header.
fn program(root: &Path, test: &Test) -> Result<String> {
    let path = root.join(&test.path);
    let text = fs::read_to_string(&path)
        .with_context(|| format!("reading {} (is it still there?)", path.display()))?;
    let body = header::body(&test.path, &text, test.language)?;
    Ok(harmless(body.trim_start().as_bytes()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use insta::assert_snapshot;
    use tempfile::TempDir;

    type File<'a> = (&'a str, &'a str);

    pub(crate) const TESTS: &[File] = &[
        (
            "tests/variants.yaml",
            "ports:\n  title: every signal is blocked in new threads\n  preload: ports.c\n",
        ),
        ("tests/lib/ports.c", ""),
        (
            "tests/python/pause.py",
            "\"\"\"---\ntitle: main is in signal.pause() and a worker kill()s the process; does pause() return\nabout: CPython runs Python handlers in the main thread only, so that main must come back to the interpreter by itself.\nsender: self-worker\nposix: unverified\nposix-note: Any open thread may take it.\nspec: XSH 2.4.1\nsource: [Linux kernel/signal.c complete_signal(), FreeBSD sys/kern/kern_sig.c sigtd()]\nbugs: [FreeBSD PR 1]\nhang: expected\ndiffers:\n  freebsd-*: FreeBSD prefers the sender\nportable: Block it in every thread, and take it with sigwait().\naxes: {main: [pause, join]}\nvariants: [ports]\n---\"\"\"\nimport os\n",
        ),
        (
            "tests/python/pause.c",
            "/*---\ntitle: the same in C\nposix: required\n---*/\n\nint main(void)\n{\n}\n",
        ),
        ("tests/eintr/recv.c", "/*---\ntitle: recv\n---*/\n"),
        ("tests/eintr/recv.py", "\"\"\"---\ntitle: recv\n---\"\"\"\n"),
        (
            "tests/queue/three.c",
            "/*---\ntitle: three\naxes: {sender: [main, worker]}\n---*/\n",
        ),
    ];

    /// Two groups of images, the last variant on one of them only.
    pub(crate) const SNAPSHOTS: &[File] = &[
        (
            "snapshots/debian-12/python/pause.py@pause.snap",
            "handler-thread: main\npause: returned",
        ),
        (
            "snapshots/debian-13/python/pause.py@pause.snap",
            "handler-thread: main\npause: returned",
        ),
        (
            "snapshots/freebsd-15.1/python/pause.py@pause.snap",
            "end: hung in pause",
        ),
        (
            "snapshots/debian-12/python/pause.py@pause+ports.snap",
            "handler-thread: main\npause: returned",
        ),
        (
            "snapshots/debian-13/python/pause.py@pause+ports.snap",
            "handler-thread: main\npause: returned",
        ),
        (
            "snapshots/freebsd-15.1/python/pause.py@pause+ports.snap",
            "handler-thread: main\npause: returned",
        ),
        (
            "snapshots/debian-12/python/pause.py@join.snap",
            "handler-thread: main | w0",
        ),
        (
            "snapshots/debian-13/python/pause.py@join.snap",
            "handler-thread: main | w0",
        ),
        (
            "snapshots/debian-13-musl/python/pause.c.snap",
            "pause: EINTR",
        ),
    ];

    const IMAGES: &[File] = &[
        ("debian-12", "extends: debian-13"),
        (
            "debian-13",
            "os: linux\nbase: {debian: {suite: trixie, packages: [gcc]}}\ncc: cc\npython: python3\ncpus: 1\nmemory: 256",
        ),
        (
            "debian-13-musl",
            "extends: debian-13\nwithout-python: Python is linked with glibc",
        ),
        (
            "freebsd-15.1",
            "os: freebsd\nbase: {download: {url: 'https://example.org/x.raw.xz'}}\nmemory: 256",
        ),
        (
            "freebsd-16-snap",
            "extends: freebsd-15.1\nbase: {download: {url: 'https://example.org/y.raw.xz'}}",
        ),
        ("host", "base: host\ncc: cc"),
    ];

    /// A project of these files and some images. A snapshot has its record's lines only, a normal end left out.
    pub(crate) fn project(files: &[File]) -> TempDir {
        let root = TempDir::new().expect("a temporary directory");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        for (name, text) in IMAGES {
            write(
                &format!("images/{name}.yaml"),
                &format!("title: {name}\n{text}\n"),
            );
        }
        for (path, text) in files {
            if path.starts_with("snapshots/") {
                let end = if text.contains("end: ") {
                    ""
                } else {
                    "\nend: exit 0"
                };
                let record = format!("{text}{end}").trim_start().to_owned();
                write(path, &format!("---\nsource: x\n---\n{record}\n"));
            } else {
                write(path, text);
            }
        }
        root
    }

    fn selected(asked: &[&str]) -> Result<Vec<String>> {
        let root = project(TESTS);
        let asked: Vec<String> = asked.iter().map(|&text| text.to_owned()).collect();
        let cells = select(&Suite::load(root.path())?, &asked)?;
        Ok(cells.iter().map(|cell| cell.id.to_string()).collect())
    }

    #[test]
    fn names_without_family_or_extension_do() {
        let check = |asked: &str, expected: &[&str]| {
            assert_eq!(selected(&[asked]).expect(asked), expected, "{asked}");
        };
        let three = ["queue/three.c@main", "queue/three.c@worker"];
        for name in [
            "three",
            "three.c",
            "queue/three",
            "queue/three.c",
            "queue",
            "*/thr*",
            "thr*",
        ] {
            check(name, &three);
        }
        for name in [
            "three@worker",
            "queue/three@worker",
            "three.c@worker",
            "*@worker",
        ] {
            check(name, &three[1..]);
        }
        check("eintr/recv.*", &["eintr/recv.c", "eintr/recv.py"]);
        check("recv.py", &["eintr/recv.py"]);
        assert_eq!(
            selected(&["recv.py", "three@main"]).expect("two tests"),
            ["eintr/recv.py", three[0]]
        );
    }

    #[test]
    fn wrong_names_are_told_with_the_nearest() {
        let error = |asked: &&str| {
            let error = selected(&[asked]).expect_err(asked);
            assert!(error.is::<Misnamed>(), "{error:#}");
            format!("{error:#}")
        };
        let wrong = [
            "recv",
            "eintr/recv",
            "recv@main",
            "thre",
            "queue/thee",
            "three@wroker",
            "zzz",
            "a[",
            "\u{1b}",
        ];
        assert_snapshot!(wrong.iter().map(error).collect::<Vec<_>>().join("\n"), @r"
        `recv` is the name of several tests: say which, of `eintr/recv.c`, `eintr/recv.py`
        `eintr/recv` is the name of several tests: say which, of `eintr/recv.c`, `eintr/recv.py`
        `recv@main` is the name of several tests: say which, of `eintr/recv.c`, `eintr/recv.py`
        no test matches `thre`; did you mean `three`?
        no test matches `queue/thee`; did you mean `queue/three`?
        no test matches `three@wroker`; did you mean `three@worker`?
        no test matches `zzz`; `cargo xtask list` shows what there is
        `a[` is no glob for tests: unclosed character class; missing ']'; put `\` before a special character to mean itself
        no test matches `\u{1b}`; `cargo xtask list` shows what there is
        ");
    }

    #[test]
    fn json_has_the_header_and_the_records() {
        let root = project(&[TESTS, SNAPSHOTS].concat());
        let explained = explained(
            root.path(),
            &["three".to_owned(), "python/pause.*".to_owned()],
        );
        let explained = explained.expect("a good project");
        let json = serde_json::to_value(told(&explained)).expect("JSON");
        let ids = json
            .as_array()
            .expect("an array")
            .iter()
            .map(|test| &test["id"]);
        assert_eq!(
            ids.collect::<Vec<_>>(),
            ["python/pause.c", "python/pause.py", "queue/three.c"]
        );
        assert_eq!(json[1]["posix-note"], "Any open thread may take it.");
        assert_eq!(json[2]["records"], serde_json::json!({}));
        assert_snapshot!(serde_json::to_string_pretty(&json[0]["records"]).expect("JSON"), @r#"
        {
          "debian-13-musl": {
            "python/pause.c": {
              "end": [
                "exit 0"
              ],
              "pause": [
                "EINTR"
              ]
            }
          }
        }
        "#);
        assert_snapshot!(json[1]["records"]["freebsd-15.1"], @r#"{"python/pause.py@pause":{"end":["hung in pause"]},"python/pause.py@pause+ports":{"end":["exit 0"],"handler-thread":["main"],"pause":["returned"]}}"#);
    }

    #[test]
    fn the_program_stands_below_the_header() {
        let root = project(TESTS);
        let explained = explained(root.path(), &["python/pause.c".to_owned()]).expect("a test");
        let program = program(root.path(), &explained[0].test).expect("a program");
        assert_eq!(program, "int main(void)\n{\n}\n");
    }

    #[test]
    fn a_damaged_snapshot_is_an_error_that_names_it() {
        let snapshot = ("snapshots/debian-13/eintr/recv.c.snap", "nonsense");
        let root = project(&[TESTS, &[snapshot]].concat());
        let explain = |test: &str| explained(root.path(), &[test.to_owned()]);
        let error = explain("recv.c").expect_err("nonsense");
        assert_snapshot!(format!("{error:#}"), @"snapshots/debian-13/eintr/recv.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: line 1 is no `key: value | value`: `nonsense`");
        assert!(explain("recv.py").is_ok(), "another test's is not read");
    }
}

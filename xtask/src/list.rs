//! `cargo xtask list`: the tests, for people and, with `--json`, for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use comfy_table::{
    Attribute, Cell as Field, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table,
    presets,
};
use console::Term;
use indexmap::IndexMap;
use serde::Serialize;
use vm::image::Os;

use crate::header::{
    Allowed, Hang, HeaderClock, HeaderInterpreter, Language, Posix, Reason, Sender, User,
};
use crate::suite::{Cell, Suite, Test};

/// Lists the tests with what POSIX says of them and the number of ways to run them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Only these: globs over ids (eintr/recv.c@restart-main), tests (eintr/recv.c) or families (eintr)
    #[arg(value_name = "GLOB")]
    pub tests: Vec<String>,
    /// Print JSON: an array of tests, each with all its header says and its cells
    #[arg(long)]
    pub json: bool,
}

/// Lists the tests of `suite` that `args` select on standard output.
///
/// # Errors
/// If a glob matches nothing, or standard output cannot be written.
pub fn run(suite: &Suite, args: &Args) -> Result<()> {
    let listed = listed(suite.select(&args.tests)?);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &listed)?;
        writeln!(out)?;
        return Ok(());
    }
    let width = Term::stdout().size_checked().map(|(_, columns)| columns);
    for line in table(&listed, width, console::colors_enabled()).lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    if width.is_some() {
        writeln!(out, "\n{}", summary(&listed))?;
    }
    Ok(())
}

/// A test in the JSON of `cargo xtask list --json`, which is an array of these in the order of their ids.
///
/// Keys are only ever added. A header's optional keys are null, or an empty list, where the header does not say them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed {
    /// `FAMILY/NAME.c`
    pub id: String,
    /// The folder it stands in.
    pub family: String,
    /// `c` or `python`
    pub language: Language,
    /// The file, relative to the root.
    pub path: String,
    /// The situation and what is asked.
    pub title: String,
    /// How the situation comes about.
    pub about: Option<String>,
    /// `self-main`, `self-worker`, `external`, `kernel` or `none`
    pub sender: Option<Sender>,
    /// `required`, `unspecified`, `implementation-defined`, `undefined` or `unverified`
    pub posix: Option<Posix>,
    /// What the standard's text comes to.
    pub posix_note: Option<String>,
    /// The section of POSIX.1-2024.
    pub spec: Option<String>,
    /// Where kernels and libcs decide it.
    pub source: Vec<String>,
    /// Known bugs that it would have caught.
    pub bugs: Vec<String>,
    /// Why some images differ from the others: each `glob` over image names with its `reason`, in the header's order.
    pub differs: Vec<Reason>,
    /// What to write in code that is to work on every system.
    pub portable: Option<String>,
    /// The keys that may take several values on one image, each with all its `values` and `why`.
    pub allowed: IndexMap<String, Allowed>,
    /// How many runs make a record.
    pub repeat: u32,
    /// `expected`, where a hang is one of the behaviours to observe.
    pub hang: Option<Hang>,
    /// For how long nothing may move before a hang is believed, in milliseconds.
    pub quiet_ms: u128,
    /// After how long a run is ended, in milliseconds.
    pub deadline_ms: u128,
    /// How many CPUs the situation takes.
    pub cpus: u32,
    /// `real`, where virtual time would change what is observed.
    pub clock: Option<HeaderClock>,
    /// How the interpreter must come to a run, if that matters.
    pub interpreter: Option<HeaderInterpreter>,
    /// Whether only a guest may run it.
    pub guest_only: bool,
    /// `unprivileged` or `root`
    pub user: User,
    /// Where its interface exists; empty: everywhere.
    pub systems: Vec<Os>,
    /// The ways to run it that were selected.
    pub cells: Vec<ListedCell>,
}

/// A cell in the JSON of `cargo xtask list --json`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ListedCell {
    /// `FAMILY/NAME.c`, or `FAMILY/NAME.c@VARIANT`
    pub id: String,
    /// What follows `@` in the id.
    pub variant: Option<String>,
    /// What the run's environment has besides the usual.
    pub env: IndexMap<String, String>,
    /// The file in `tests/lib` that is built and preloaded.
    pub preload: Option<String>,
}

/// The tests of some cells, each with those of them that are its own.
pub(crate) fn listed(cells: Vec<Cell>) -> Vec<Listed> {
    let mut tests: BTreeMap<String, (Arc<Test>, Vec<ListedCell>)> = BTreeMap::new();
    for cell in cells {
        let (_, cells) = tests
            .entry(cell.test.id.clone())
            .or_insert_with(|| (Arc::clone(&cell.test), Vec::new()));
        cells.push(ListedCell {
            id: cell.id.to_string(),
            variant: cell.variant,
            env: cell.env.into_iter().collect(),
            preload: cell.preload.map(|variant| variant.preload),
        });
    }
    tests
        .into_values()
        .map(|(test, cells)| listed_test(&test, cells))
        .collect()
}

fn listed_test(test: &Test, cells: Vec<ListedCell>) -> Listed {
    let header = test.header.clone();
    Listed {
        id: test.id.clone(),
        family: test.family.clone(),
        language: test.language,
        path: forward_slashes(&test.path),
        title: header.title,
        about: header.about,
        sender: header.sender,
        posix: header.posix,
        posix_note: header.posix_note,
        spec: header.spec,
        source: header.source,
        bugs: header.bugs,
        differs: header.differs,
        portable: header.portable,
        allowed: header.allowed,
        repeat: header.repeat,
        hang: header.hang,
        quiet_ms: header.quiet.as_millis(),
        deadline_ms: header.deadline.as_millis(),
        cpus: header.cpus,
        clock: header.clock,
        interpreter: header.interpreter,
        guest_only: header.guest_only,
        user: header.user,
        systems: header.systems,
        cells,
    }
}

fn forward_slashes(path: &Path) -> String {
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// One line a test; wrapped to `width`, unless it goes to a file or a pipe.
fn table(listed: &[Listed], width: Option<u16>, coloured: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if coloured {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    if let Some(width) = width {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    let heading = |text| Field::new(text).add_attribute(Attribute::Bold);
    table.set_header(["TEST", "POSIX", "VARIANTS", "TITLE"].map(heading));
    for test in listed {
        let (posix, colour) = verdict(test.posix);
        table.add_row([
            Field::new(&test.id),
            Field::new(posix).fg(colour),
            Field::new(test.cells.len()).set_alignment(CellAlignment::Right),
            Field::new(&test.title),
        ]);
    }
    if let Some(id) = table.column_mut(0) {
        id.set_padding((0, 1));
        // People copy ids: they wrap only where there is no room at all.
        if width.is_some_and(|width| width >= 80) {
            id.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

fn verdict(posix: Option<Posix>) -> (&'static str, Color) {
    let colour = match posix {
        Some(Posix::Required) => Color::Green,
        Some(Posix::Unspecified | Posix::ImplementationDefined) => Color::Yellow,
        Some(Posix::Undefined) => Color::Red,
        Some(Posix::Unverified) | None => Color::DarkGrey,
    };
    (posix.map_or("-", Posix::as_str), colour)
}

fn summary(listed: &[Listed]) -> String {
    let mut families: Vec<&str> = listed.iter().map(|test| test.family.as_str()).collect();
    families.dedup();
    let cells: usize = listed.iter().map(|test| test.cells.len()).sum();
    format!(
        "{} tests, {cells} variants, {} families",
        listed.len(),
        families.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use std::fs;

    fn suite() -> Suite {
        let root = tempfile::tempdir().expect("a temporary directory");
        for (path, text) in [
            (
                "tests/variants.yaml",
                "ports:\n  title: all signals blocked in new threads\n  preload: ports.c\n",
            ),
            ("tests/lib/ports.c", ""),
            (
                "tests/delivery/self-worker.c",
                "/*---\ntitle: a worker kill()s its own process; which thread runs the handler\nposix: unspecified\nspec: XSH 2.4.1\nsender: self-worker\nrepeat: 20\n---*/\n",
            ),
            (
                "tests/eintr/recv.c",
                "/*---\ntitle: recv\nposix: implementation-defined\naxes: {restart: [restart, no-restart]}\nsystems: [linux]\nuser: root\ndiffers:\n  freebsd-*: sigtd()\n  debian-11: older\n---*/\n",
            ),
            (
                "tests/python/pause.py",
                "\"\"\"---\ntitle: signal.pause()\nvariants: [ports]\nhang: expected\nquiet: 400\n---\"\"\"\n",
            ),
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Suite::load(root.path()).expect("a good suite")
    }

    fn shown(globs: &[&str], width: Option<u16>) -> String {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let listed = listed(suite().select(&globs).expect("matches"));
        let table = table(&listed, width, false);
        table
            .lines()
            .map(|line| line.trim_end().to_owned() + "\n")
            .collect::<String>()
            + &summary(&listed)
    }

    #[test]
    fn a_line_a_test_in_a_pipe() {
        assert_snapshot!(shown(&[], None), @"
        TEST                    POSIX                   VARIANTS  TITLE
        delivery/self-worker.c  unspecified                    1  a worker kill()s its own process; which thread runs the handler
        eintr/recv.c            implementation-defined         2  recv
        python/pause.py         -                              2  signal.pause()
        3 tests, 5 variants, 3 families
        ");
        assert_snapshot!(shown(&["*@restart", "python"], None), @"
        TEST             POSIX                   VARIANTS  TITLE
        eintr/recv.c     implementation-defined         1  recv
        python/pause.py  -                              2  signal.pause()
        2 tests, 3 variants, 2 families
        ");
    }

    #[test]
    fn fits_the_terminal() {
        for width in [40, 60, 80, 100] {
            let text = shown(&["eintr", "delivery"], Some(width));
            let fits = |line: &str| line.chars().count() <= usize::from(width);
            assert!(text.lines().all(fits), "{text}");
        }
        assert_snapshot!(shown(&[], Some(80)), @"
        TEST                    POSIX                   VARIANTS  TITLE
        delivery/self-worker.c  unspecified                    1  a worker kill()s its
                                                                  own process; which
                                                                  thread runs the
                                                                  handler
        eintr/recv.c            implementation-defined         2  recv
        python/pause.py         -                              2  signal.pause()
        3 tests, 5 variants, 3 families
        ");
    }

    #[test]
    fn colours_only_when_asked() {
        let listed = listed(suite().cells());
        assert!(
            !table(&listed, Some(80), false)
                .to_string()
                .contains('\u{1b}')
        );
        assert!(
            table(&listed, Some(80), true)
                .to_string()
                .contains('\u{1b}')
        );
    }

    #[test]
    fn json_is_stable() {
        let listed = listed(
            suite()
                .select(&["eintr/*@restart".to_owned(), "python/*@ports".to_owned()])
                .expect("matches"),
        );
        assert_snapshot!(serde_json::to_string_pretty(&listed).expect("JSON"), @r#"
        [
          {
            "id": "eintr/recv.c",
            "family": "eintr",
            "language": "c",
            "path": "tests/eintr/recv.c",
            "title": "recv",
            "about": null,
            "sender": null,
            "posix": "implementation-defined",
            "posix-note": null,
            "spec": null,
            "source": [],
            "bugs": [],
            "differs": [
              {
                "glob": "freebsd-*",
                "reason": "sigtd()"
              },
              {
                "glob": "debian-11",
                "reason": "older"
              }
            ],
            "portable": null,
            "allowed": {},
            "repeat": 5,
            "hang": null,
            "quiet-ms": 100,
            "deadline-ms": 30000,
            "cpus": 1,
            "clock": null,
            "interpreter": null,
            "guest-only": false,
            "user": "root",
            "systems": [
              "linux"
            ],
            "cells": [
              {
                "id": "eintr/recv.c@restart",
                "variant": "restart",
                "env": {
                  "SIGMATRIX_RESTART": "restart"
                },
                "preload": null
              }
            ]
          },
          {
            "id": "python/pause.py",
            "family": "python",
            "language": "python",
            "path": "tests/python/pause.py",
            "title": "signal.pause()",
            "about": null,
            "sender": null,
            "posix": null,
            "posix-note": null,
            "spec": null,
            "source": [],
            "bugs": [],
            "differs": [],
            "portable": null,
            "allowed": {},
            "repeat": 5,
            "hang": "expected",
            "quiet-ms": 400,
            "deadline-ms": 30000,
            "cpus": 1,
            "clock": null,
            "interpreter": null,
            "guest-only": false,
            "user": "unprivileged",
            "systems": [],
            "cells": [
              {
                "id": "python/pause.py@ports",
                "variant": "ports",
                "env": {},
                "preload": "ports.c"
              }
            ]
          }
        ]
        "#);
    }
}

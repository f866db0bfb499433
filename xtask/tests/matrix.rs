//! The matrix against tests that misbehave on purpose, in a real guest: each ends in its own verdict, and none harms the
//! others, the host or the next run.
//!
//! Those that need a FreeBSD image are run by name, with `--ignored`; `SIGMATRIX_FREEBSD_IMAGE` is its path.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod common;

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use common::{Project, await_gone, text};

impl Project {
    /// Every `cell-ended` event of the latest run, by cell.
    fn ends(&self) -> HashMap<String, Value> {
        self.events()
            .into_iter()
            .filter(|event| event["event"] == "cell-ended")
            .map(|event| (event["cell"].as_str().unwrap().to_owned(), event))
            .collect()
    }

    fn pending(&self, image: &str, cell: &str) -> PathBuf {
        self.root()
            .join(format!("snapshots/{image}/{cell}.snap.new"))
    }
}

const FINE: &str = r#"/*---
title: it ends well
repeat: 2
---*/
#include "observe.h"
int main(void)
{
	observe("well", "yes");
}
"#;

/// It comes to something else where it is built with -DTHERE.
const WHERE: &str = r#"/*---
title: it depends on the compiler
DIFFERS
---*/
#include "observe.h"
int main(void)
{
#ifdef THERE
	observe("where", "there");
#else
	observe("where", "here");
#endif
}
"#;

const HANG: &str = r#"/*---
title: it waits for a signal that nobody sends
hang: expected
repeat: 1
---*/
#include "observe.h"
int main(void)
{
	pause();
}
"#;

const SLEEP: &str = r#"/*---
title: it takes its time
repeat: 1
deadline: 600
---*/
#include "observe.h"
int main(void)
{
	sleep(600);
}
"#;

const SYNTAX: &str = r#"/*---
title: it does not compile
---*/
#include "observe.h"
int main(void)
{
	return nothing_of_this_name
}
"#;

const FLOOD: &str = r#"/*---
title: it prints 1 GB
repeat: 1
---*/
#include "observe.h"
int main(void)
{
	char block[1 << 16];
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 1 << 14; i++)
		if (write(1, block, sizeof block) == -1)
			return 1;
}
"#;

const FORK_BOMB: &str = r#"/*---
title: it forks forever, and so does every child
repeat: 1
deadline: 5
guest-only: true
---*/
#include "observe.h"
int main(void)
{
	for (;;)
		if (fork() == 0)
			setsid();
}
"#;

const KILL_ALL: &str = r#"/*---
title: it kills every process that it may
repeat: 2
guest-only: true
---*/
#include "observe.h"
int main(void)
{
	observe("killed", kill(-1, SIGKILL) == 0 ? "some" : error_name(errno));
}
"#;

const KILL_ALL_ROOT: &str = r#"/*---
title: as root it kills every process there is
repeat: 3
guest-only: true
user: root
---*/
#include "observe.h"
int main(void)
{
	kill(-1, SIGKILL);
	pause();
}
"#;

const CRASH: &str = r#"/*---
title: it crashes the kernel
guest-only: true
user: root
---*/
#include "observe.h"
#if defined(__FreeBSD__)
#include <sys/sysctl.h>
#endif
int main(void)
{
#if defined(__FreeBSD__)
	int yes = 1;
	CHECK(sysctlbyname("debug.kdb.panic", NULL, NULL, &yes, sizeof yes));
#else
	int trigger = open("/proc/sysrq-trigger", O_WRONLY);
	if (write(trigger, "c", 1) != 1)
		die("sysrq");
#endif
	pause();
}
"#;

#[test]
fn every_misbehaviour_has_its_own_verdict_and_the_others_still_run() {
    misbehave("debian-13", "sysrq triggered crash");
}

#[test]
#[ignore = "needs a FreeBSD image: SIGMATRIX_FREEBSD_IMAGE"]
fn every_misbehaviour_has_its_own_verdict_on_freebsd_too() {
    misbehave(&freebsd(), "kdb_sysctl_panic");
}

/// The FreeBSD image to run, as the command line names it.
fn freebsd() -> String {
    let file = std::env::var("SIGMATRIX_FREEBSD_IMAGE");
    let file = file.expect("SIGMATRIX_FREEBSD_IMAGE names a FreeBSD image");
    format!("freebsd-13.2={file}")
}

/// Runs all that misbehaves on an image; its kernel's last words have `words` in them.
fn misbehave(image: &str, words: &str) {
    let project = Project::new(&[
        ("crash.c", CRASH),
        ("fine.c", FINE),
        ("flood.c", FLOOD),
        ("fork-bomb.c", FORK_BOMB),
        ("hang.c", HANG),
        ("kill-all.c", KILL_ALL),
        ("kill-all-root.c", KILL_ALL_ROOT),
        ("syntax.c", SYNTAX),
        ("zzz-fine.c", FINE),
    ]);
    let output = project.run(&["matrix", "--image", image]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let ends = project.ends();
    let verdict = |cell: &str| {
        ends[&format!("abuse/{cell}")]["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let reason = |cell: &str| {
        ends[&format!("abuse/{cell}")]["reason"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let record = |cell: &str, key: &str| {
        let end = &ends[&format!("abuse/{cell}")];
        let value = &end["record"][key][0];
        assert!(value.is_string(), "{cell} has no `{key}`: {end}");
        value.clone()
    };

    assert_eq!(verdict("syntax.c"), "build-failed");
    assert!(
        reason("syntax.c").contains("nothing_of_this_name"),
        "{}",
        reason("syntax.c")
    );
    assert_eq!(verdict("crash.c"), "guest-lost");
    assert!(
        reason("crash.c").contains("the kernel panicked"),
        "{}",
        reason("crash.c")
    );
    assert_eq!(verdict("kill-all-root.c"), "guest-lost");
    assert!(
        reason("kill-all-root.c").contains("its agent was killed"),
        "{}",
        reason("kill-all-root.c")
    );
    assert_eq!(record("hang.c", "end"), "hung in pause");
    assert_eq!(record("flood.c", "end"), "output limit");
    assert_eq!(record("fork-bomb.c", "end"), "timed out");
    assert_eq!(record("kill-all.c", "end"), "exit 0");
    for cell in ["fine.c", "zzz-fine.c"] {
        assert_eq!(verdict(cell), "new");
        assert_eq!(record(cell, "well"), "yes");
        assert_eq!(record(cell, "end"), "exit 0");
    }
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.contains("nothing_of_this_name"),
        "the compiler's words are shown: {shown}"
    );
    assert!(
        shown.contains(words),
        "the console's last lines are shown: {shown}"
    );
}

/// Two images of this machine, whose compilers differ.
fn here_and_there(project: &Project) {
    let compiler = project.root().join("cc-there");
    fs::write(&compiler, "#!/bin/sh\nexec cc -DTHERE \"$@\"\n").unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    for (name, cc) in [("here", "cc"), ("there", compiler.to_str().unwrap())] {
        let image = format!("title: {name}\nbase: host\ncc: {cc}\n");
        let path = project.root().join(format!("images/{name}.yaml"));
        fs::write(path, image).unwrap();
    }
}

#[test]
fn images_are_held_against_each_other_whatever_is_accepted() {
    let known = WHERE.replace("DIFFERS", "differs: {there: it is built so}");
    let unknown = WHERE.replace("DIFFERS\n", "");
    let gone = FINE.replace("repeat: 2", "differs: {there: it was built so}");
    let project = Project::new(&[
        ("gone.c", &gone),
        ("known.c", &known),
        ("unknown.c", &unknown),
    ]);
    here_and_there(&project);
    let matrix = ["matrix", "--image", "here", "--image", "there"];
    assert_eq!(project.run(&matrix).status.code(), Some(1), "all are new");
    let accepted = project.run(&["review", "--accept"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted));

    let output = project.run(&matrix);
    assert_eq!(
        output.status.code(),
        Some(0),
        "images may differ: {}",
        text(&output)
    );
    let shown = String::from_utf8_lossy(&output.stdout);
    let expected = "
divergences: 1 reviewed, 1 unreviewed, 1 gone
! abuse/unknown.c  here: where here | there: where there
    no `differs:` in tests/abuse/unknown.c tells there from here: review it, and say why
! abuse/gone.c  `differs: there` is gone: here and there agree
    find out what changed, and remove it from tests/abuse/gone.c: it was built so
  abuse/known.c  here: where here | there: where there
    there: it is built so
";
    assert!(shown.contains(expected), "{shown}");

    let events = project.events();
    let [.., gone, known, unknown, last] = events.as_slice() else {
        panic!("too few events")
    };
    assert_eq!(last["event"], "matrix-ended");
    assert!(
        [gone, known, unknown]
            .iter()
            .all(|event| event["event"] == "divergence")
    );
    assert_eq!(gone["gone"][0]["images"], json!(["here", "there"]));
    assert_eq!(known["reasons"][0]["glob"], "there");
    assert_eq!(unknown["unreviewed"], json!([["here", "there"]]));
    assert_eq!(
        unknown["cells"][0]["groups"][1],
        json!({"images": ["there"], "record": {"end": ["exit 0"], "where": ["there"]}})
    );
}

#[test]
#[ignore = "needs a FreeBSD image: SIGMATRIX_FREEBSD_IMAGE"]
fn the_pause_that_never_returns_is_told_in_one_line_with_its_reason() {
    let project = Project::new(&[]);
    project.copy("tests/python");
    project.copy("tests/variants.yaml");
    let output = project.run(&[
        "matrix",
        "--image",
        "debian-13",
        "--image",
        &freebsd(),
        "--test",
        "python/pause-self-worker.py",
    ]);
    let shown = String::from_utf8_lossy(&output.stdout);
    let line = "  python/pause-self-worker.py  debian-13: exit 0, handler-thread main, pause returned | freebsd-13.2: hung in pause\n";
    assert!(shown.contains(line), "{}", text(&output));
    assert!(shown.contains("    freebsd-*: "), "{}", text(&output));
}

#[test]
fn a_difference_of_an_image_that_is_not_there_is_an_error() {
    let test = WHERE.replace("DIFFERS", "differs: {'frebsd-*': it is built so}");
    let project = Project::new(&[("where.c", &test)]);
    let output = project.run(&["matrix", "--image", "host"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let error =
        "tests/abuse/where.c: `differs`: no image matches `frebsd-*`; did you mean `freebsd-*`?";
    assert!(text(&output).contains(error), "{}", text(&output));
}

#[test]
fn a_changed_cell_fails_the_run_shows_the_difference_and_can_be_accepted() {
    let project = Project::new(&[("fine.c", FINE), ("hang.c", HANG)]);
    let matrix = ["matrix", "--image", "host"];
    assert_eq!(project.run(&matrix).status.code(), Some(1));
    let accepted = project.run(&["review", "--accept"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted));
    let again = project.run(&matrix);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));

    let snapshot = project.root().join("snapshots/host/abuse/hang.c.snap");
    let edited = fs::read_to_string(&snapshot)
        .unwrap()
        .replace("hung in pause", "exit 0");
    fs::write(&snapshot, edited).unwrap();
    let output = project.run(&matrix);
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("end: exit 0 -> hung in pause"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "a pipe gets no colours: {shown}");
    assert!(project.pending("host", "abuse/hang.c").exists());

    // Gone from the suite, still accepted.
    fs::remove_file(project.root().join("tests/abuse/fine.c")).unwrap();
    let output = project.run(&matrix);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(project.ends()["abuse/fine.c"]["verdict"], "missing");
}

#[test]
fn what_is_asked_for_wrongly_is_told_with_a_suggestion() {
    let project = Project::new(&[("fine.c", FINE)]);
    for (arguments, suggestion) in [
        (&["matrix", "--image", "debain-13"][..], "debian-13"),
        (&["matrix", "--test", "abuse/fin.c"], "abuse/fine.c"),
    ] {
        let output = project.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(suggestion), "{}", text(&output));
    }
}

#[test]
fn a_killed_run_leaves_no_qemu_and_the_next_one_is_fine() {
    let project = Project::new(&[("fine.c", FINE), ("sleep.c", SLEEP)]);
    let run = project.start(&["--image", "debian-13", "--test", "abuse/sleep.c"]);
    run.await_event("run-started", None);
    let guests = run.guests();
    assert!(!guests.is_empty(), "no QEMU runs, though a cell does");
    run.kill();
    await_gone(&guests);
    let next = project.run(&["matrix", "--image", "debian-13", "--test", "abuse/fine.c"]);
    assert_eq!(
        next.status.code(),
        Some(1),
        "new, and nothing worse: {}",
        text(&next)
    );
}

#[test]
fn nothing_is_compiled_twice_in_guests_of_the_same_layer() {
    // Of this run alone, so that the user's cache cannot have them yet.
    let own = |text: &str| format!("{text}/* {:?} */\n", std::time::SystemTime::now());
    let project = Project::new(&[("fine.c", &own(FINE)), ("hang.c", &own(HANG))]);
    let built = || {
        let output = project.run(&["matrix", "--image", "debian-13"]);
        assert_eq!(output.status.code(), Some(1), "new: {}", text(&output));
        assert_eq!(project.ends().len(), 2, "{}", text(&output));
        let mut built: Vec<_> = project
            .events()
            .into_iter()
            .filter(|event| event["event"] == "program-built")
            .map(|event| event["program"].as_str().unwrap().to_owned())
            .collect();
        built.sort();
        built
    };
    assert_eq!(built(), ["abuse/fine.c", "abuse/hang.c"]);
    let hang = project.root().join("tests/abuse/hang.c");
    fs::write(&hang, own(HANG)).unwrap();
    assert_eq!(built(), ["abuse/hang.c"]);
}

#[test]
fn an_interrupted_run_says_so_and_ends_its_guests() {
    let project = Project::new(&[("sleep.c", SLEEP)]);
    let run = project.start(&["--image", "debian-13"]);
    run.await_event("run-started", None);
    let guests = run.guests();
    run.interrupt();
    let (status, said) = run.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("interrupted"), "{said}");
    await_gone(&guests);
}

#[test]
fn two_runs_at_once_do_not_disturb_each_other() {
    let projects = [
        Project::new(&[("fine.c", FINE)]),
        Project::new(&[("fine.c", FINE)]),
    ];
    let run = |project: &Project| project.run(&["matrix", "--image", "debian-13"]);
    let outputs = std::thread::scope(|scope| {
        let runs = projects
            .each_ref()
            .map(|project| scope.spawn(|| run(project)));
        runs.map(|run| run.join().unwrap())
    });
    for output in outputs {
        assert_eq!(
            output.status.code(),
            Some(1),
            "new, and nothing worse: {}",
            text(&output)
        );
        assert!(
            text(&output).contains("1 cells: 1 new"),
            "{}",
            text(&output)
        );
    }
}

//! `matrix --changed` and `matrix --watch`: what is left out because nothing changed, and what a save runs.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod common;

use std::fs;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use common::{Project, Running, await_gone, text};

const TEST: &str = r#"/*---
title: it says a word
repeat: 2
---*/
#include "observe.h"
int main(void)
{
	observe("word", "WORD");
}
"#;

/// A checkout whose image is this machine, with a cache of its own: nothing is booted.
fn here(tests: &[(&str, &str)]) -> Project {
    let mut project = Project::new(tests);
    project.write("images/here.yaml", "title: here\nbase: host\ncc: cc\n");
    let cache = project.root().join("cache");
    project.environment.push(("SIGMATRIX_CACHE", cache.into()));
    project
}

fn word(word: &str) -> String {
    TEST.replace("WORD", word)
}

impl Project {
    /// Runs `matrix --changed`: its status, and the cells that were run.
    fn changed(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let matrix = ["matrix", "--changed", "--image", "here"];
        let output = self.run(&[&matrix, arguments].concat());
        let run = self.events();
        let run = run.iter().filter(|event| event["event"] == "cell-ended");
        let run = run.map(|event| event["cell"].as_str().unwrap().to_owned());
        let mut run: Vec<String> = run.collect();
        run.sort();
        let status = output.status.code();
        (status.unwrap_or_else(|| panic!("{}", text(&output))), run)
    }

    fn accept(&self) {
        let output = self.run(&["review", "--accept"]);
        assert!(output.status.success(), "{}", text(&output));
    }

    /// Saves a test as editors do: aside, and renamed into place.
    fn save(&self, name: &str, text: &str) {
        let path = self.root().join("tests").join(name);
        let aside = path.with_extension("c~");
        fs::write(&aside, text).unwrap();
        fs::rename(aside, path).unwrap();
    }
}

impl Running {
    /// Waits for the verdict that a save comes to.
    #[track_caller]
    fn verdict(&self) -> (Value, Value) {
        let mut end = self.await_event("cell-ended", None);
        (end["verdict"].take(), end)
    }
}

#[test]
fn what_did_not_change_is_not_run() {
    let project = here(&[("a.c", &word("one")), ("b.c", &word("two"))]);
    let both = ["abuse/a.c", "abuse/b.c"].map(str::to_owned);
    assert_eq!(project.changed(&[]), (1, both.to_vec()), "new");
    assert_eq!(project.changed(&[]), (1, both.to_vec()), "not accepted");
    project.accept();
    assert_eq!(project.changed(&[]), (0, both.to_vec()), "accepted since");
    assert_eq!(project.changed(&[]), (0, vec![]));
    let output = project.run(&["matrix", "--changed", "--image", "here"]);
    assert!(
        text(&output).contains("2 cells are left out, none is run"),
        "{}",
        text(&output)
    );
    assert_eq!(project.changed(&["--repeat", "1"]), (0, vec![]));
    assert_eq!(project.changed(&["--repeat", "3"]), (0, both.to_vec()));

    project.save("abuse/a.c", &word("three"));
    let one = ["abuse/a.c".to_owned()];
    assert_eq!(project.changed(&["--test", "abuse/b.c"]), (0, vec![]));
    assert_eq!(project.changed(&[]), (1, one.to_vec()));
    assert_eq!(
        project.changed(&[]),
        (1, one.to_vec()),
        "it is changed still"
    );
    project.save("abuse/a.c", &word("one"));
    assert_eq!(project.changed(&[]), (0, one.to_vec()), "it was forgotten");
    assert_eq!(project.changed(&[]), (0, vec![]));

    // Missing snapshots are looked for, though nothing is run.
    fs::remove_file(project.root().join("tests/abuse/b.c")).unwrap();
    assert_eq!(project.changed(&[]), (1, vec!["abuse/b.c".to_owned()]));
}

#[test]
fn a_save_runs_its_cells_at_once() {
    let project = here(&[("a.c", &word("one")), ("b.c", &word("two"))]);
    let run = project.start(&["--watch", "--image", "here"]);
    let watching = run.await_event("watching", None);
    assert_eq!(watching["cells"], 2);

    project.save("abuse/a.c", &word("three"));
    let saved = run.await_event("saved", None);
    assert_eq!(saved["files"][0], "tests/abuse/a.c");
    let (verdict, end) = run.verdict();
    assert_eq!(
        (&verdict, &end["cell"]),
        (&"new".into(), &"abuse/a.c".into())
    );
    assert_eq!(end["record"]["word"][0], "three");

    // A record that is accepted is held against what runs then, which are the cells that it is of.
    run.await_event("watching", None);
    project.accept();
    let (verdict, end) = run.verdict();
    assert_eq!(
        (&verdict, &end["cell"]),
        (&"same".into(), &"abuse/a.c".into())
    );

    run.await_event("watching", None);
    project.save("abuse/a.c", &word("one"));
    let (verdict, end) = run.verdict();
    assert_eq!(verdict, "changed");
    assert_eq!(end["changes"][0]["old"][0], "three");

    run.await_event("watching", None);
    project.save("abuse/a.c", &word("one").replace("main", "1"));
    let (verdict, end) = run.verdict();
    assert_eq!(verdict, "build-failed");
    assert!(end["reason"].as_str().unwrap().contains("error"), "{end}");

    run.await_event("watching", None);
    project.save("abuse/a.c", &word("one").replace("title", "titel"));
    let reason = run.await_event("unreadable", None)["reason"].take();
    assert!(reason.as_str().unwrap().contains("titel"), "{reason}");

    // As it was, and run again all the same.
    project.save("abuse/b.c", &word("two"));
    project.save("abuse/a.c", &word("three"));
    let ends = [run.verdict(), run.verdict()];
    let cells = ends.map(|(_, end)| end["cell"].as_str().unwrap().to_owned());
    assert_eq!(cells, ["abuse/a.c", "abuse/b.c"]);

    // What all include.
    run.await_event("watching", None);
    let header = project.root().join("tests/lib/observe.h");
    let text = fs::read_to_string(&header).unwrap();
    fs::write(&header, format!("{text}\n")).unwrap();
    assert_eq!(run.await_event("saved", None)["cells"], 2);
    run.kill();
}

#[test]
fn a_guest_stays_up_between_saves_and_a_lost_one_is_booted_anew() {
    // Of this run alone, so that the user's cache cannot have it yet.
    let own = |text: &str| format!("{text}/* {:?} */\n", std::time::SystemTime::now());
    let project = Project::new(&[("a.c", &word("one"))]);
    let run = project.start(&["--watch", "--image", "debian-13"]);
    run.await_event("watching", None);
    let guests = run.guests();
    for name in ["two", "three"] {
        project.save("abuse/a.c", &own(&word(name)));
        let (verdict, end) = run.verdict();
        assert_eq!(verdict, "new");
        assert_eq!(end["record"]["word"][0], name);
        run.await_event("watching", None);
    }
    assert_eq!(run.guests(), guests);

    for guest in &guests {
        let guest = Pid::from_raw(i32::try_from(*guest).unwrap()).unwrap();
        kill_process(guest, Signal::KILL).unwrap();
    }
    await_gone(&guests);
    project.save("abuse/a.c", &own(&word("four")));
    let note = run.await_event("note", None)["text"].take();
    assert!(note.as_str().unwrap().contains("started anew"), "{note}");
    assert_eq!(run.verdict().1["record"]["word"][0], "four");
    run.await_event("watching", None);
    let guests = run.guests();
    run.interrupt();
    let (status, said) = run.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("interrupted"), "{said}");
    await_gone(&guests);
}

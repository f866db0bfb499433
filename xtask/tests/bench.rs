//! What `cargo xtask bench` measures, in real guests: the cheap things, once each.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

#[expect(dead_code, reason = "other tests need more of it")]
mod common;

use std::fs;
use std::time::Duration;

use serde_json::Value;

use common::{Project, await_gone, await_that, text};
use xtask::header::QUIET;

#[test]
fn cells_are_measured_by_the_events_of_real_runs() {
    let project = Project::new(&[]);
    let output = project.run(&[
        "bench",
        "cell-trivial",
        "cell-hung",
        "--runs",
        "2",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let measured: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = measured["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{measured}");
    let (trivial, hung) = (&rows[0], &rows[1]);
    assert_eq!(trivial["measurement"], "cell-trivial");
    assert_eq!(hung["unit"], "s");
    for row in rows {
        let number = |key: &str| row[key].as_f64().unwrap();
        assert_eq!(row["values"].as_array().unwrap().len(), 2, "{row}");
        assert!(number("min") <= number("median") && number("median") <= number("max"));
        assert_eq!(row["met"], number("median") <= number("target"), "{row}");
    }
    // A hang is known after the quiet time of the test's header, and not before.
    let quiet = QUIET.as_secs_f64();
    assert!(hung["min"].as_f64().unwrap() > quiet, "{hung}");
    assert!(hung["max"].as_f64().unwrap() < 60.0, "{hung}");

    let files = fs::read_dir(project.root().join("target/bench")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    let [file] = files.as_slice() else {
        panic!("one file: {files:?}")
    };
    let kept: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(kept, measured);
    let left = project.root().join("target/matrix");
    assert!(!left.exists(), "the runs are not the checkout's");
}

const HANG: &str = r#"/*---
title: it waits for a signal that nobody sends
hang: expected
repeat: 3
---*/
#include "observe.h"
int main(void)
{
	pause();
}
"#;

#[test]
fn the_matrix_its_memory_and_the_host_are_measured_in_the_same_runs() {
    let project = Project::new(&[("hang.c", HANG)]);
    let globs = ["bench", "matrix", "host-ratio", "memory", "saved-guest"];
    let output = project.run(&[&globs[..], &["--runs", "1", "--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let measured: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = measured["rows"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["measurement"] == name).unwrap();
    let median = |name: &str| row(name)["median"].as_f64().unwrap();
    assert_eq!(rows.len(), 7, "{measured}");
    assert_eq!(row("matrix")["notes"][0], "1 new", "nothing is built in it");
    assert!(median("matrix") > 3.0 * QUIET.as_secs_f64());
    assert!(median("host-ratio") > 0.3, "a hang takes as long on both");
    assert!(median("memory-harness") > 1.0);
    assert!(median("memory-guest") > median("memory-harness"));
    assert!(median("saved-guest") > 1.0);
}

#[test]
fn what_cannot_be_measured_is_told_and_has_no_number() {
    let project = Project::new(&[]);
    let broken = "title: T\nos: freebsd\nbase: {download: {url: 'http://127.0.0.1:1/disk'}}\n";
    project.write("images/broken.yaml", broken);
    let output = project.run(&["bench", "cell-*", "--image", "broken", "--runs", "1"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let shown = String::from_utf8_lossy(&output.stdout);
    let why = "cell-timeout-virtual on broken: not measured: ";
    assert!(shown.contains(why), "{shown}");
    let said = shown.matches("Connection refused").count();
    assert_eq!(said, 1, "the reason is said once: {shown}");
    let dashes = shown.lines().filter(|line| line.contains("-       -"));
    assert_eq!(dashes.count(), 4, "no numbers: {shown}");
}

#[test]
fn a_wrong_name_is_told_the_nearest_before_anything_is_run() {
    let project = Project::new(&[]);
    for (arguments, suggestion) in [
        (&["bench", "cell-hang"][..], "`cell-hung`"),
        (&["bench", "--image", "debain-13"], "`debian-13`"),
        (&["bench", "--image", "host"], "`host` is this machine"),
    ] {
        let output = project.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(suggestion), "{}", text(&output));
    }
    let output = project.run(&["bench", "--list", "scale"]);
    let listed = String::from_utf8_lossy(&output.stdout);
    assert!(listed.contains("scale-4x"), "{listed}");
    assert!(!listed.contains("ready"), "{listed}");
}

#[test]
fn an_interrupted_measurement_says_so_and_ends_its_guests() {
    let project = Project::new(&[]);
    let run = project.begin(&["bench", "ready-prepared", "--runs", "9"]);
    let mut guests = Vec::new();
    await_that("a guest runs", Duration::from_secs(240), || {
        guests = run.guests();
        !guests.is_empty()
    });
    run.interrupt();
    let (status, said) = run.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("interrupted"), "{said}");
    assert!(!said.contains("not measured"), "nothing failed: {said}");
    await_gone(&guests);
}

//! Records held against snapshots by insta itself: a process of its own, since insta is set up by its environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;
use xtask::record::{Outcome, Record};
use xtask::snapshot::{Judgement, Provenance, Snapshots, Verdict, missing};
use xtask::suite::{Cell, Suite};

const TEST: &str = "/*---\ntitle: \"who's #1: a or b\"\nrepeat: 3\n---*/\n";

const BY_CHANCE: &str =
    "/*---\ntitle: x\nallowed: {thread: {values: [main, w0], why: both are open}}\n---*/\n";

/// A project and its snapshots, set up in spite of all that a user's environment may say.
static PROJECT: LazyLock<(TempDir, Snapshots)> = LazyLock::new(|| {
    let root = tempfile::tempdir().expect("a temporary directory");
    let folder = root.path().join("tests/eintr");
    fs::create_dir_all(&folder).expect("a folder");
    for name in ["recv.c", "poll.c"] {
        fs::write(folder.join(name), TEST).expect("a test");
    }
    fs::write(folder.join("chance.c"), BY_CHANCE).expect("a test");
    fs::create_dir_all(root.path().join(".config")).expect("a folder");
    let config = "behavior:\n  update: always\n  force_pass: false\n  require_full_match: true\n";
    fs::write(root.path().join(".config/insta.yaml"), config).expect("a configuration");
    let elsewhere = root.path().join("elsewhere");
    // SAFETY: Rust's own environment functions lock, and no C code runs in these tests.
    let snapshots = unsafe {
        for (name, value) in [
            ("CI", "true"),
            ("INSTA_UPDATE", "no"),
            ("INSTA_FORCE_PASS", "0"),
            ("INSTA_OUTPUT", "diff"),
            ("INSTA_FORCE_UPDATE", "1"),
            ("INSTA_FORCE_UPDATE_SNAPSHOTS", "1"),
            ("INSTA_REQUIRE_FULL_MATCH", "1"),
            ("INSTA_YAML_BLOCK_STYLE", "1"),
        ] {
            std::env::set_var(name, value);
        }
        for name in [
            "INSTA_PENDING_DIR",
            "INSTA_SNAPSHOT_REFERENCES_FILE",
            "INSTA_WARNINGS_FILE",
        ] {
            std::env::set_var(name, &elsewhere);
        }
        Snapshots::configure(root.path())
    };
    (root, snapshots)
});

fn root() -> &'static Path {
    PROJECT.0.path()
}

fn cell() -> Cell {
    cell_of("eintr/recv.c")
}

fn cell_of(test: &str) -> Cell {
    let suite = Suite::load(root()).expect("a good suite");
    suite.select(&[test.to_owned()]).expect("a test").remove(0)
}

fn record(runs: &[&str]) -> Record {
    let outcomes: Vec<Outcome> = runs
        .iter()
        .map(|out| Outcome::read(out.as_bytes(), "exit 0"))
        .collect();
    Record::fold(&outcomes).expect("at least one run")
}

fn provenance(kernel: &str) -> Provenance {
    [
        ("kernel", kernel),
        ("python", "3.13"),
        ("accelerator", "TCG: \"no\" /dev/kvm"),
        ("image", "0123"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

fn judge(image: &str, runs: &[&str]) -> Judgement {
    judge_on(image, runs, "Linux 6.12")
}

fn judge_on(image: &str, runs: &[&str], kernel: &str) -> Judgement {
    PROJECT
        .1
        .judge(image, &cell(), &record(runs), &provenance(kernel))
        .expect("a verdict")
}

/// Judges the test that leaves `thread` to chance between `main` and `w0`: the verdict, and what is said.
fn judge_by_chance(image: &str, runs: &[&str]) -> (Judgement, String) {
    let cell = cell_of("eintr/chance.c");
    let judgement = PROJECT
        .1
        .judge(image, &cell, &record(runs), &provenance("x"))
        .expect("a verdict");
    let comparison = &judgement.comparison;
    let changes = comparison.changes.iter().map(ToString::to_string);
    let drift = comparison.drift.iter().map(ToString::to_string);
    let outside = comparison.outside.iter().map(ToString::to_string);
    let verdict = judgement.verdict.as_str().to_owned();
    let said: Vec<String> = [verdict]
        .into_iter()
        .chain(changes.chain(drift).chain(outside))
        .collect();
    (judgement, said.join("; "))
}

fn accept(judgement: &Judgement) -> PathBuf {
    let pending = judgement.pending.as_ref().expect("a pending file");
    fs::rename(pending, &judgement.accepted).expect("renamed");
    judgement.accepted.clone()
}

#[test]
fn a_new_cell_leaves_a_pending_file_in_instas_format() {
    let judgement = judge("new", &["call: EINTR\n"]);
    assert_eq!(judgement.verdict, Verdict::New);
    assert_eq!(
        judgement.accepted,
        root().join("snapshots/new/eintr/recv.c.snap")
    );
    let pending = judgement.pending.expect("a pending file");
    assert_eq!(pending, root().join("snapshots/new/eintr/recv.c.snap.new"));
    let text = fs::read_to_string(pending).expect("readable");
    let insta = |line: &&str| line.starts_with("source: ") || line.starts_with("assertion_line: ");
    assert_eq!(text.lines().filter(insta).count(), 2, "{text}");
    let ours: Vec<&str> = text.lines().filter(|line| !insta(line)).collect();
    let expected = r#"---
description: "who's #1: a or b"
info:
  kernel: Linux 6.12
  python: "3.13"
  accelerator: "TCG: \"no\" /dev/kvm"
  image: "0123"
input_file: tests/eintr/recv.c
---
call: EINTR
end: exit 0"#;
    assert_eq!(ours.join("\n"), expected);
}

#[test]
fn the_same_record_is_the_same_and_clears_what_was_pending() {
    let path = accept(&judge("same", &["call: EINTR\n"]));
    let accepted = fs::read(&path).expect("readable");
    fs::write(path.with_extension("snap.new"), "stale").expect("written");
    let again = judge("same", &["call: EINTR\n"; 3]);
    assert_eq!((again.verdict, again.pending), (Verdict::Same, None));
    assert!(!path.with_extension("snap.new").exists());
    assert_eq!(
        fs::read(&path).expect("readable"),
        accepted,
        "an accepted snapshot is never written by a run"
    );
}

#[test]
fn another_kernel_alone_is_no_difference() {
    let path = accept(&judge("kernel", &["call: EINTR\n"]));
    let accepted = fs::read(&path).expect("readable");
    assert_eq!(
        judge_on("kernel", &["call: EINTR\n"], "Linux 7.0").verdict,
        Verdict::Same
    );
    assert_eq!(fs::read(&path).expect("readable"), accepted);
}

#[test]
fn a_change_is_told_and_left_pending() {
    accept(&judge("changed", &["call: EINTR\n"]));
    let judgement = judge("changed", &["call: restarted\n"]);
    assert_eq!(judgement.verdict, Verdict::Changed);
    let changes: Vec<String> = judgement
        .comparison
        .changes
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(changes, ["call: EINTR -> restarted"]);
    let pending = fs::read_to_string(judgement.pending.expect("a pending file")).expect("readable");
    assert!(
        pending.ends_with("---\ncall: restarted\nend: exit 0\n"),
        "{pending}"
    );
}

#[test]
fn the_accepted_set_judges_the_run() {
    accept(&judge(
        "set",
        &["thread: main\nb: 1\n", "thread: w0\nb: 2\n"],
    ));
    let fewer = judge("set", &["thread: main\nb: 1\n", "thread: main\nb: 2\n"]);
    assert_eq!(fewer.verdict, Verdict::Same);
    assert_eq!(fewer.comparison.drift[0].to_string(), "thread: never w0");
    let more = judge("set", &["thread: main\nb: 1\n", "thread: w1\nb: 1\n"]);
    assert_eq!(more.verdict, Verdict::Changed);
    assert_eq!(
        more.comparison.changes[0].to_string(),
        "thread: main | w0 -> main | w1"
    );
    let pending =
        fs::read_to_string(more.pending.as_ref().expect("a pending file")).expect("readable");
    assert!(
        pending.ends_with("---\nb: 1 | 2\nthread: main | w0 | w1\nend: exit 0\n"),
        "{pending}"
    );
    accept(&more);
    assert_eq!(judge("set", &["thread: w0\nb: 2\n"]).verdict, Verdict::Same);
}

#[test]
fn a_value_that_the_header_allows_is_no_change() {
    let (new, said) = judge_by_chance("chance", &["thread: main\n"]);
    assert_eq!(said, "new");
    let path = accept(&new);
    for (runs, drift) in [
        (
            &["thread: main\n", "thread: w0\n"][..],
            "same; thread: also w0",
        ),
        (&["thread: w0\n"], "same; thread: never main also w0"),
        (&["thread: main\n"], "same"),
    ] {
        let (judgement, said) = judge_by_chance("chance", runs);
        assert_eq!((said.as_str(), judgement.pending), (drift, None));
    }
    let (other, said) = judge_by_chance("chance", &["thread: w0\nb: 1\n"]);
    assert_eq!(
        said,
        "changed; b: (absent) -> 1; thread: never main also w0"
    );
    accept(&other);
    let text = fs::read_to_string(path).expect("readable");
    assert!(
        text.ends_with("---\nb: 1\nthread: main | w0\nend: exit 0\n"),
        "{text}"
    );
}

#[test]
fn a_value_that_the_header_does_not_allow_is_a_change_even_if_it_is_accepted() {
    let not_allowed = "the test's header does not allow thread w1";
    let runs = ["thread: main\n", "thread: w1\n"];
    let (new, said) = judge_by_chance("outside", &runs);
    assert_eq!(said, format!("new; {not_allowed}"));
    accept(&new);
    let (again, said) = judge_by_chance("outside", &runs);
    assert_eq!(said, format!("changed; {not_allowed}"));
    assert!(again.pending.expect("a pending file").is_file());
    let (healed, said) = judge_by_chance("outside", &["thread: w0\n"]);
    assert_eq!(said, "changed; thread: main | w1 -> w0");
    let text = fs::read_to_string(accept(&healed)).expect("readable");
    assert!(
        text.ends_with("---\nthread: main | w0\nend: exit 0\n"),
        "{text}"
    );
    assert_eq!(
        judge_by_chance("outside", &["thread: main\n"]).1,
        "same; thread: never w0"
    );
}

#[test]
fn a_damaged_snapshot_is_an_error_and_not_new() {
    let path = accept(&judge("damaged", &["call: EINTR\n"]));
    let text = fs::read_to_string(&path).expect("readable");
    let conflict = "<<<<<<< HEAD\ncall: EINTR\n=======\ncall: restarted\n>>>>>>> theirs";
    fs::write(&path, text.replace("call: EINTR", conflict)).expect("written");
    let error = PROJECT.1.judge(
        "damaged",
        &cell(),
        &record(&["call: EINTR\n"]),
        &provenance("x"),
    );
    let error = format!("{:#}", error.expect_err("a damaged snapshot"));
    assert!(
        error.starts_with("snapshots/damaged/eintr/recv.c.snap is no snapshot:"),
        "{error}"
    );
    assert!(error.ends_with("merge conflict marker"), "{error}");
    assert!(!path.with_extension("snap.new").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = root().join("snapshots/blocked");
    fs::create_dir_all(root().join("snapshots")).expect("a folder");
    fs::write(&folder, "a file where a folder should be").expect("a file");
    let error = PROJECT.1.judge(
        "blocked",
        &cell(),
        &record(&["call: EINTR\n"]),
        &provenance("x"),
    );
    let error = format!("{:#}", error.expect_err("no folder"));
    assert!(
        error.contains("snapshots/blocked/eintr/recv.c.snap"),
        "{error}"
    );
    fs::remove_file(folder).expect("removed");
}

#[test]
fn a_snapshot_without_a_cell_is_missing() {
    let path = accept(&judge("missing", &["call: EINTR\n"]));
    fs::copy(&path, path.with_file_name("gone.c@x.snap")).expect("copied");
    let cells = Suite::load(root()).expect("a good suite").cells();
    let found = missing(root(), "missing", &cells).expect("readable");
    let names: Vec<&str> = found.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(names, ["eintr/gone.c@x"]);
}

#[test]
fn nothing_is_printed() {
    let name = "a_change_is_told_and_left_pending";
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .output()
        .expect("started");
    assert!(child.status.success());
    assert_eq!(String::from_utf8_lossy(&child.stderr), "");
    let out = String::from_utf8_lossy(&child.stdout);
    let ours = out.lines().filter(|line| {
        !line.is_empty() && !line.starts_with("running ") && !line.starts_with("test ")
    });
    assert_eq!(ours.collect::<Vec<_>>(), [""; 0], "{out}");
}

//! Every snapshot can be read, and belongs to a cell of the suite and to an image; where images differ, or one image
//! differs from itself, a header says why.
//!
//! This test stands here, outside of its package, for a second reason: `cargo insta` looks for pending snapshots in
//! packages and beside the sources of their targets only, and this makes snapshots/ such a place.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use vm::Image;
use vm::image::Base;
use xtask::divergence;
use xtask::report::divergences::{WIDTH, render};
use xtask::snapshot::{FOLDER, Stored, accepted, pending};
use xtask::suite::Suite;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace's folder")
}

/// The images whose snapshots are the project's: what somebody accepted on their own machine is theirs.
fn guests() -> Vec<String> {
    let images = Image::load_all(&root().join("images")).expect("the images");
    let guests = images.iter().filter(|image| image.base != Base::Host);
    guests.map(|image| image.name.clone()).collect()
}

#[test]
fn snapshots_can_be_read() {
    let accepted = accepted(root()).expect("the accepted snapshots");
    // A pending snapshot is no failure, but one that cannot be read is.
    let pending = pending(root()).expect("the pending snapshots");
    let errors: Vec<String> = accepted
        .iter()
        .chain(&pending)
        .filter_map(|entry| Stored::read(root(), &entry.path).err())
        .map(|error| format!("{error:#}"))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn snapshots_belong_to_a_cell_and_an_image() {
    let cells = Suite::load(root()).expect("the suite").cells();
    let cells: BTreeSet<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    let mut errors = Vec::new();
    for entry in accepted(root()).expect("the accepted snapshots") {
        let path = entry
            .path
            .strip_prefix(root())
            .unwrap_or(&entry.path)
            .display();
        if !cells.contains(entry.id.as_str()) {
            errors.push(format!(
                "{path}: the suite has no cell {}: delete it, or restore its test",
                entry.id
            ));
        }
        let image = format!("images/{}.yaml", entry.image);
        if !root().join(&image).is_file() {
            errors.push(format!(
                "{path}: there is no {image}: delete the folder, or restore the image"
            ));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn globs_of_differences_match_an_image() {
    let suite = Suite::load(root()).expect("the suite");
    let images = Image::load_all(&root().join("images")).expect("the images");
    let names = images.iter().map(|image| image.name.as_str());
    let checked = suite.check_images(names);
    assert!(checked.is_ok(), "{checked:?}");
}

#[test]
fn every_difference_between_images_has_its_reason() {
    let suite = Suite::load(root()).expect("the suite");
    let guests = guests();
    let mut records = HashMap::new();
    for entry in accepted(root()).expect("the accepted snapshots") {
        let stored = Stored::read(root(), &entry.path).expect("a readable snapshot");
        let record = stored.expect("a snapshot").record;
        records.insert((entry.image, entry.id), record);
    }
    let mut found = divergence::find(&suite.tests, &guests, |image, cell| {
        records.get(&(image.to_owned(), cell.clone())).cloned()
    });
    // A reason that is gone is no failure here: nothing may be accepted yet on the images where it holds.
    found.retain(|divergence| !divergence.unreviewed.is_empty());
    let cells: Vec<_> = suite.cells().into_iter().map(|cell| cell.id).collect();
    assert!(found.is_empty(), "{}", render(&found, &cells, WIDTH, false));
}

#[test]
fn sets_are_those_that_headers_allow() {
    let suite = Suite::load(root()).expect("the suite");
    let guests = guests();
    let mut errors = Vec::new();
    for entry in accepted(root()).expect("the accepted snapshots") {
        // A cell that the suite lacks is told elsewhere.
        let mut tests = suite.tests.iter();
        let test = tests.find(|test| test.id == entry.id.test());
        let (Some(test), true) = (test, guests.contains(&entry.image)) else {
            continue;
        };
        let stored = Stored::read(root(), &entry.path).expect("a readable snapshot");
        let record = stored.expect("a snapshot").record;
        let file = test.path.display();
        let at = |word: String| format!("{} on {}: {word}", entry.id, entry.image);
        errors.extend(record.unexplained(&test.header.allowed).iter().map(|key| {
            at(format!(
                "{key} took several values: name them all under `allowed:` in {file}, and why"
            ))
        }));
        errors.extend(record.outside(&test.header.allowed).iter().map(|outside| {
            at(format!(
                "{outside}: add it to `allowed:` in {file}, or run the cell and accept it anew"
            ))
        }));
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn snapshots_stand_where_they_are_looked_for() {
    let placed = accepted(root()).expect("the accepted snapshots");
    let placed: BTreeSet<PathBuf> = placed.into_iter().map(|entry| entry.path).collect();
    let mut strays = all_files(&root().join(FOLDER));
    strays.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "snap")
            && !placed.contains(path)
    });
    assert!(
        strays.is_empty(),
        "expected {FOLDER}/IMAGE/FAMILY/NAME.snap: {strays:?}"
    );
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of the snapshots");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                all_files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

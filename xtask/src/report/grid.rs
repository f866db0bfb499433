//! The end of a run for people: a grid of tests by images, every difference in full, how images differ from each other,
//! and the one line that counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use comfy_table::{Cell as TableCell, Color, ContentArrangement, Table, presets};
use console::{Term, style};

use super::divergences;
use super::results::{ACCEPTED, Results};
use crate::event::CellEnd;
use crate::record::{Change, Drift, Outside, alternatives};
use crate::snapshot::Verdict;
use crate::suite::CellId;

/// Renders all of it. `colour`: is it for a terminal?
#[must_use]
pub fn render(results: &Results, took: Duration, colour: bool) -> String {
    let mut text = String::new();
    if !results.cells.is_empty() {
        let _ = writeln!(text, "{}", table(results, colour));
    }
    text += &unavailable(results, colour);
    for end in results.ends_with(&[
        Verdict::Changed,
        Verdict::New,
        Verdict::Missing,
        Verdict::BuildFailed,
        Verdict::GuestLost,
    ]) {
        text += &difference(end, colour);
    }
    text += &drift(results, colour);
    text += &divergences(results, colour);
    text += &summary(results, took, colour);
    text
}

/// One row a test, one column an image; a test's cells are counted by verdict where they are several.
fn table(results: &Results, colour: bool) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    if !colour {
        table.force_no_tty();
    }
    let header = ["test"]
        .into_iter()
        .chain(results.images.iter().map(String::as_str));
    table.set_header(
        header.map(|title| TableCell::new(title).add_attribute(comfy_table::Attribute::Bold)),
    );
    let mut rows: Vec<(&str, Vec<&CellId>)> = Vec::new();
    for cell in &results.cells {
        match rows.last_mut() {
            Some((test, cells)) if *test == cell.test() => cells.push(cell),
            _ => rows.push((cell.test(), vec![cell])),
        }
    }
    for (test, cells) in rows {
        let columns = results
            .images
            .iter()
            .map(|image| table_cell(results, image, &cells));
        table.add_row([TableCell::new(test)].into_iter().chain(columns));
    }
    table
}

fn table_cell(results: &Results, image: &str, cells: &[&CellId]) -> TableCell {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for end in cells.iter().filter_map(|cell| results.end(image, cell)) {
        *counts.entry(end.verdict).or_default() += 1;
    }
    let Some(worst) = counts
        .keys()
        .copied()
        .max_by_key(|verdict| weight(*verdict))
    else {
        return TableCell::new("-").fg(Color::DarkGrey);
    };
    let text = match counts.len() {
        1 if cells.len() == 1 => worst.as_str().to_owned(),
        1 => format!("{} x{}", worst.as_str(), counts[&worst]),
        _ => counts
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.as_str()))
            .collect::<Vec<_>>()
            .join(", "),
    };
    TableCell::new(text).fg(hue(worst))
}

/// Which verdict colours a row whose cells have several.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotRun => 0,
        Verdict::Unavailable => 1,
        Verdict::Same => 2,
        Verdict::New => 3,
        Verdict::Missing => 4,
        Verdict::Changed => 5,
        Verdict::BuildFailed => 6,
        Verdict::GuestLost => 7,
    }
}

fn hue(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Same => Color::Green,
        Verdict::New | Verdict::Missing => Color::Yellow,
        Verdict::Changed | Verdict::BuildFailed | Verdict::GuestLost => Color::Red,
        Verdict::Unavailable | Verdict::NotRun => Color::DarkGrey,
    }
}

fn unavailable(results: &Results, colour: bool) -> String {
    let mut text = String::new();
    for image in &results.images {
        if let Some(reason) = results.unavailable(image) {
            let name = style(image).bold().force_styling(colour);
            let _ = writeln!(text, "\n{name}: not available: {reason}");
        }
        for (reason, count) in reasons(results, image) {
            let name = style(image).bold().force_styling(colour);
            let _ = writeln!(text, "\n{name}: {count} cells not available: {reason}");
        }
    }
    text
}

/// Why cells of an image are not available, and how many by each reason.
fn reasons<'a>(results: &'a Results, image: &str) -> BTreeMap<&'a str, usize> {
    let mut reasons = BTreeMap::new();
    for end in results.ends_with(&[Verdict::Unavailable]) {
        if end.image == image {
            let reason = end.reason.as_deref().unwrap_or_default();
            *reasons.entry(reason).or_default() += 1;
        }
    }
    reasons
}

/// One cell's difference in full: old -> new by key.
fn difference(end: &CellEnd, colour: bool) -> String {
    let title = format!("{} on {}: {}", end.cell, end.image, end.verdict.as_str());
    let title = style(title).bold().force_styling(colour);
    let mut text = format!("\n{title}\n");
    for change in &end.changes {
        text += &changed(change, colour);
    }
    if end.verdict == Verdict::New
        && let Some(record) = &end.record
    {
        text += &indented(&record.to_string());
    }
    text + &grounds(end, colour)
}

/// A key that is not as accepted: old -> new.
pub(super) fn changed(change: &Change, colour: bool) -> String {
    let old = style(alternatives(&change.old)).red().force_styling(colour);
    let new = style(alternatives(&change.new))
        .green()
        .force_styling(colour);
    format!("    {}: {old} -> {new}\n", change.key)
}

/// Why a cell has no record, and what its test's header does not allow.
pub(super) fn grounds(end: &CellEnd, colour: bool) -> String {
    let mut text = String::new();
    if let Some(reason) = &end.reason {
        text += &indented(reason);
    }
    for Outside { key, values } in &end.outside {
        let values = style(alternatives(values)).red().force_styling(colour);
        let test = end.cell.test();
        let _ = writeln!(
            text,
            "    {key}: the header of tests/{test} does not allow {values}"
        );
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// What chance changed: no change of behaviour, and worth a line.
pub(super) fn drift(results: &Results, colour: bool) -> String {
    let mut text = String::new();
    for end in results.ends_with(&[Verdict::Same]) {
        for Drift { key, gone, come } in &end.drift {
            let mut line = |note, what: String| {
                let note = style(note).dim().force_styling(colour);
                let _ = writeln!(text, "{note} {} on {}: {key} {what}", end.cell, end.image);
            };
            if !gone.is_empty() {
                let gone = alternatives(gone);
                line("narrower", format!("never was {gone} in this run"));
            }
            if !come.is_empty() {
                let come = alternatives(come);
                line(
                    "wider",
                    format!("was {come} in this run, as the test's header allows"),
                );
            }
        }
    }
    if text.is_empty() {
        text
    } else {
        format!("\n{text}")
    }
}

/// How images differ from each other, if the run has several to compare.
fn divergences(results: &Results, colour: bool) -> String {
    if results.observed() < 2 {
        return String::new();
    }
    let width = Term::stdout()
        .size_checked()
        .map_or(divergences::WIDTH, |(_, columns)| usize::from(columns));
    let text = divergences::render(&results.divergences, &results.cells, width, colour);
    format!("\n{text}")
}

/// The one line that counts.
pub(super) fn summary(results: &Results, took: Duration, colour: bool) -> String {
    let counts = results.counts();
    let total: usize = counts.values().sum();
    let said: Vec<_> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.as_str()))
        .collect();
    let seconds = took.as_secs_f64();
    let line = format!(
        "{total} cells: {} in {seconds:.1} s",
        if said.is_empty() {
            "none".to_owned()
        } else {
            said.join(", ")
        }
    );
    let line = if results.status() == ACCEPTED {
        style(line).green()
    } else {
        style(line).red()
    };
    let hint = if results
        .ends_with(&[Verdict::Changed, Verdict::New])
        .next()
        .is_some()
    {
        "\nlook at them, accept or reject: cargo xtask review"
    } else {
        ""
    };
    format!("\n{}{hint}\n", line.bold().force_styling(colour))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::record::{Comparison, Record};
    use insta::assert_snapshot;

    #[test]
    fn images_are_compared_where_there_are_several() {
        let cell = CellId::new("eintr", "x.c");
        let mut results = Results::default();
        results.take(&Event::MatrixStarted {
            schema: crate::event::SCHEMA,
            images: vec!["debian-12".to_owned(), "debian-13".to_owned()],
            cells: vec![cell.clone()],
            repeat: None,
        });
        let end = |image: &str, record: Option<&str>| {
            let mut end =
                CellEnd::without_record(image, &cell, Verdict::GuestLost, "a panic".to_owned());
            end.record = record.map(|text| Record::parse(text).expect("a good record"));
            Event::CellEnded(end)
        };
        results.take(&end("debian-12", Some("end: exit 0\n")));
        results.take(&end("debian-13", None));
        let shown = |results: &Results| render(results, Duration::from_secs(1), false);
        assert!(!shown(&results).contains("divergences"));
        results.take(&end("debian-13", Some("end: exit 0\n")));
        assert!(shown(&results).contains("\ndivergences: none\n"));
    }

    #[test]
    fn what_chance_decides_and_what_is_not_allowed() {
        let mut results = Results::default();
        let cells =
            ["a", "b", "c", "d", "e"].map(|name| CellId::new("eintr", &format!("{name}.c")));
        results.take(&Event::MatrixStarted {
            schema: crate::event::SCHEMA,
            images: vec!["debian-13".to_owned()],
            cells: cells.to_vec(),
            repeat: None,
        });
        let header = "/*---\ntitle: x\nallowed: {thread: {values: [main, w0], why: x}}\n---*/\n";
        let path = std::path::Path::new("tests/eintr/x.c");
        let header = crate::header::parse(path, header, crate::header::Language::C);
        let allowed = header.expect("a good header").allowed;
        let record = |set: &str| {
            let text = format!("thread: {set}\nend: exit 0\n");
            Record::parse(&text).expect("a good record")
        };
        for (cell, (old, new)) in cells.iter().zip([
            (Some("main | w0"), "main"),
            (Some("main"), "w0"),
            (Some("main"), "main | w1"),
            (Some("w1"), "w1"),
            (None, "w1"),
        ]) {
            let comparison = match old {
                Some(old) => record(new).against(&record(old), &allowed),
                None => Comparison::of_new(&record(new), &allowed),
            };
            let verdict = match old {
                None => Verdict::New,
                Some(_) if comparison.is_same() => Verdict::Same,
                Some(_) => Verdict::Changed,
            };
            let mut end = CellEnd::without_record("debian-13", cell, verdict, String::new());
            end.reason = None;
            end.record = Some(record(new));
            end.changes = comparison.changes;
            end.drift = comparison.drift;
            end.outside = comparison.outside;
            results.take(&Event::CellEnded(end));
        }
        let text = render(&results, Duration::from_secs(1), false);
        let differences = text.split_once("\n\n").expect("a grid").1;
        assert_snapshot!(differences, @"
        eintr/c.c on debian-13: changed
            thread: main -> main | w1
            thread: the header of tests/eintr/c.c does not allow w1

        eintr/d.c on debian-13: changed
            thread: the header of tests/eintr/d.c does not allow w1

        eintr/e.c on debian-13: new
            thread: w1
            end: exit 0
            thread: the header of tests/eintr/e.c does not allow w1

        narrower eintr/a.c on debian-13: thread never was w0 in this run
        narrower eintr/b.c on debian-13: thread never was main in this run
        wider eintr/b.c on debian-13: thread was w0 in this run, as the test's header allows

        5 cells: 2 same, 2 changed, 1 new in 1.0 s
        look at them, accept or reject: cargo xtask review
        ");
    }
}

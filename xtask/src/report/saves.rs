//! `matrix --watch` for people: after each save every cell's verdict and record, on stdout; what is under way, on stderr.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use console::style;

use super::results::Results;
use super::{Reporter, grid, live};
use crate::event::{CellEnd, Event, Stamped};
use crate::record::alternatives;
use crate::snapshot::Verdict;

/// A save that runs more cells than this shows the records of those alone that are not as accepted.
const FEW: usize = 12;

/// What a person reads who saves, looks, and saves again.
pub struct Saves {
    live: Box<dyn Reporter>,
    colour: bool,
    /// Since the last save.
    results: Results,
    /// When that was.
    saved: f64,
    /// Have cells been run since it was last waited for one?
    ran: bool,
    /// Are they few?
    few: bool,
    /// Has it been said what is watched?
    told: bool,
}

impl Saves {
    /// Shows colours if `colour`: is it for a terminal?
    #[must_use]
    pub fn new(colour: bool) -> Self {
        Self {
            live: live::without_cells(),
            colour,
            results: Results::default(),
            saved: 0.0,
            ran: false,
            few: false,
            told: false,
        }
    }

    /// What an event is worth to a reader.
    fn text(&mut self, event: &Stamped) -> String {
        let colour = self.colour;
        match &event.event {
            Event::Saved { files, cells, ago } => {
                let images = std::mem::take(&mut self.results.images);
                self.results = Results::default();
                self.results.images = images;
                self.saved = event.at - ago;
                self.ran = true;
                self.few = *cells <= FEW;
                saved(files, *cells, colour)
            }
            Event::CellEnded(end) => cell(end, self.few, colour),
            Event::Unreadable { reason } => {
                let error = style("error:").red().bold().force_styling(colour);
                format!("\n{error} {reason}\n")
            }
            Event::ImageUnavailable { image, reason, .. } => {
                let name = style(image).bold().force_styling(colour);
                format!("{name}: not available: {reason}\n")
            }
            Event::Watching { images, cells } => self.watching(event.at, images, *cells),
            _ => String::new(),
        }
    }

    /// What the save came to; the first time, what is watched.
    fn watching(&mut self, at: f64, images: &[String], cells: usize) -> String {
        let mut text = String::new();
        if std::mem::take(&mut self.ran) {
            let took = Duration::try_from_secs_f64(at - self.saved).unwrap_or_default();
            text += &grid::drift(&self.results, self.colour);
            text += &grid::summary(&self.results, took, self.colour);
        }
        if !self.told {
            self.told = true;
            let images = images.join(", ");
            text += &format!(
                "watching tests/ and the snapshots of {cells} cells ({images}); Ctrl-C ends it\n"
            );
        }
        text
    }
}

impl Reporter for Saves {
    fn take(&mut self, event: &Stamped) -> Result<()> {
        self.results.take(&event.event);
        // Its bars end before what is printed in their place.
        self.live.take(event)?;
        let text = self.text(event);
        if !text.is_empty() {
            let mut written = Ok(());
            self.live
                .aside(&mut || written = std::io::stdout().write_all(text.as_bytes()));
            written.context("writing to stdout")?;
        }
        Ok(())
    }
}

fn saved(files: &[String], cells: usize, colour: bool) -> String {
    let what = match files {
        [] => "changed since they were the same as accepted".to_owned(),
        [file] => format!("{file} was saved"),
        [file, others @ ..] => format!("{file} and {} others were saved", others.len()),
    };
    let what = style(format!("{what}: {cells} cells"));
    format!("\n{}\n", what.dim().force_styling(colour))
}

/// A cell's verdict, and its record with what is not as accepted.
fn cell(end: &CellEnd, few: bool, colour: bool) -> String {
    let verdict = style(end.verdict.as_str());
    let verdict = match end.verdict {
        Verdict::Same => verdict.green(),
        Verdict::New | Verdict::Missing => verdict.yellow(),
        Verdict::Changed | Verdict::BuildFailed | Verdict::GuestLost => verdict.red(),
        Verdict::Unavailable | Verdict::NotRun => verdict.dim(),
    };
    let title = style(format!("{} on {}:", end.cell, end.image)).bold();
    let mut text = format!(
        "{} {}\n",
        title.force_styling(colour),
        verdict.bold().force_styling(colour)
    );
    if end.verdict == Verdict::Same && !few {
        return text;
    }
    let mut changes: Vec<_> = end.changes.iter().collect();
    for (key, values) in end.record.iter().flat_map(|record| record.iter()) {
        match changes.iter().position(|change| change.key == key) {
            Some(place) => text += &grid::changed(changes.remove(place), colour),
            None => text += &format!("    {key}: {}\n", alternatives(values)),
        }
    }
    // Those that no run observed any more.
    for change in changes {
        text += &grid::changed(change, colour);
    }
    text + &grid::grounds(end, colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;
    use crate::suite::CellId;
    use indexmap::IndexMap;
    use insta::assert_snapshot;

    fn end(name: &str, new: &str, old: &str) -> Event {
        let record = |text| Record::parse(text).expect("a good record");
        let comparison = record(new).against(&record(old), &IndexMap::new());
        let verdict = if comparison.is_same() {
            Verdict::Same
        } else {
            Verdict::Changed
        };
        let cell = CellId::new("eintr", name);
        let mut end = CellEnd::without_record("debian-13", &cell, verdict, String::new());
        end.reason = None;
        end.record = Some(record(new));
        end.changes = comparison.changes;
        end.drift = comparison.drift;
        Event::CellEnded(end)
    }

    fn shown(events: Vec<Event>) -> String {
        let mut saves = Saves::new(false);
        let at = |(event, at): (Event, u8)| Stamped {
            at: f64::from(at),
            event,
        };
        let mut text = String::new();
        for event in events.into_iter().zip(0..).map(at) {
            saves.results.take(&event.event);
            text += &saves.text(&event);
        }
        text
    }

    fn watching() -> Event {
        Event::Watching {
            images: vec!["debian-13".to_owned()],
            cells: 7,
        }
    }

    fn started() -> Event {
        Event::MatrixStarted {
            schema: crate::event::SCHEMA,
            images: vec!["debian-13".to_owned()],
            cells: Vec::new(),
            repeat: None,
        }
    }

    fn save(cells: usize) -> Event {
        Event::Saved {
            files: vec!["tests/eintr/a.c".to_owned()],
            cells,
            ago: 0.5,
        }
    }

    #[test]
    fn a_save_is_answered_by_records_with_old_and_new() {
        let cell = CellId::new("eintr", "d.c");
        let failed = CellEnd::without_record(
            "debian-13",
            &cell,
            Verdict::BuildFailed,
            "gcc ended with exit 1:\nd.c:1: error".to_owned(),
        );
        let text = shown(vec![
            started(),
            watching(),
            save(4),
            end(
                "a.c",
                "call: EINTR\nend: exit 0\n",
                "call: EINTR\nend: exit 0\n",
            ),
            end(
                "b.c",
                "call: EINTR\nend: exit 0\nthread: main\n",
                "call: restarted\nend: exit 0\nerror: no\nthread: main | w0\n",
            ),
            Event::CellEnded(failed),
            watching(),
            Event::Unreadable {
                reason: "tests/eintr/a.c:2: no such key".to_owned(),
            },
            watching(),
        ]);
        assert_snapshot!(text, @"
        watching tests/ and the snapshots of 7 cells (debian-13); Ctrl-C ends it

        tests/eintr/a.c was saved: 4 cells
        eintr/a.c on debian-13: same
            call: EINTR
            end: exit 0
        eintr/b.c on debian-13: changed
            call: restarted -> EINTR
            thread: main
            end: exit 0
            error: no -> (absent)
        eintr/d.c on debian-13: build-failed
            gcc ended with exit 1:
            d.c:1: error

        3 cells: 1 same, 1 changed, 1 build-failed in 4.5 s
        look at them, accept or reject: cargo xtask review

        error: tests/eintr/a.c:2: no such key
        ");
    }

    #[test]
    fn many_cells_show_what_is_not_as_accepted() {
        let same = "end: exit 0\n";
        let text = shown(vec![
            started(),
            save(FEW + 1),
            end("a.c", same, same),
            end("b.c", "end: exit 1\n", same),
        ]);
        assert_snapshot!(text, @"

        tests/eintr/a.c was saved: 13 cells
        eintr/a.c on debian-13: same
        eintr/b.c on debian-13: changed
            end: exit 0 -> exit 1
        ");
    }
}

//! What a run of the matrix told of itself, by its events.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::memory::Peak;

/// A run of the matrix.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// From the command line to its end, seconds.
    pub wall: f64,
    /// The highest memory, if it was watched.
    pub peak: Peak,
    /// Did the last event come?
    pub ended: bool,
    /// How many programs were built.
    pub built: usize,
    /// How many cells have each verdict.
    pub counts: Vec<(String, usize)>,
    /// Why an image could not be had.
    pub unavailable: BTreeMap<String, String>,
    /// Each image's cells.
    cells: BTreeMap<String, BTreeMap<String, CellTold>>,
}

/// A cell of it.
#[derive(Clone, Debug, Default)]
pub struct CellTold {
    /// When its first run began, seconds since the matrix did.
    started: Option<f64>,
    /// When it had its verdict.
    ended: f64,
    /// When its verdict was here, seconds since the command line.
    pub here: f64,
    /// What its runs took together, milliseconds.
    pub runs: u64,
    /// The verdict.
    pub verdict: String,
    /// How its runs ended; `None`: it has no record.
    pub ends: Option<Vec<String>>,
    /// Why it has none.
    pub reason: Option<String>,
}

impl CellTold {
    /// From the start of its first run to its verdict, seconds.
    ///
    /// # Errors
    /// When it did not run, or its runs did not end like this.
    pub fn took(&self, end: &str) -> Result<f64> {
        let started = self.started.filter(|_| self.ends.is_some());
        let started = started.with_context(|| {
            let reason = self.reason.as_deref().unwrap_or("it has no record");
            format!("the cell did not run ({}): {reason}", self.verdict)
        })?;
        let ends = self.ends.as_deref().unwrap_or_default();
        if ends != [end] {
            anyhow::bail!("the cell ended with {}, not with {end}", ends.join(" | "));
        }
        Ok(self.ended - started)
    }
}

/// The fields of events that are of interest here.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Line {
    at: f64,
    event: String,
    image: String,
    cell: String,
    ms: u64,
    verdict: String,
    record: Option<BTreeMap<String, Vec<String>>>,
    reason: Option<String>,
    counts: Vec<(String, usize)>,
}

impl Told {
    /// Reads the lines of `matrix --json`, each with the time when it came.
    ///
    /// # Errors
    /// When one is no event.
    pub fn read(lines: &[(Duration, String)], wall: Duration, peak: Peak) -> Result<Told> {
        let mut told = Told {
            wall: wall.as_secs_f64(),
            peak,
            ..Told::default()
        };
        for (here, line) in lines {
            let line = serde_json::from_str(line)
                .with_context(|| format!("reading an event: {}", vm::text::visible(line)))?;
            told.take(line, *here);
        }
        Ok(told)
    }

    fn take(&mut self, line: Line, here: Duration) {
        match line.event.as_str() {
            "program-built" => self.built += 1,
            "image-unavailable" => {
                let reason = line.reason.unwrap_or_default();
                self.unavailable.insert(line.image, reason);
            }
            "matrix-ended" => {
                self.ended = true;
                self.counts = line.counts;
            }
            "run-started" => {
                self.cell_mut(&line).started.get_or_insert(line.at);
            }
            "run-ended" => self.cell_mut(&line).runs += line.ms,
            "cell-ended" => {
                let cell = self.cell_mut(&line);
                cell.ended = line.at;
                cell.here = here.as_secs_f64();
                cell.verdict = line.verdict;
                cell.reason = line.reason;
                let end = |mut record: BTreeMap<_, _>| record.remove("end").unwrap_or_default();
                cell.ends = line.record.map(end);
            }
            _ => {}
        }
    }

    fn cell_mut(&mut self, line: &Line) -> &mut CellTold {
        let cells = self.cells.entry(line.image.clone()).or_default();
        cells.entry(line.cell.clone()).or_default()
    }

    /// A cell of an image.
    ///
    /// # Errors
    /// When the run told nothing of it.
    pub fn cell(&self, image: &str, cell: &str) -> Result<&CellTold> {
        let found = self.cells.get(image).and_then(|cells| cells.get(cell));
        found.with_context(|| format!("the run told nothing of {cell} on {image}"))
    }

    /// The cells of an image that ran to their ends.
    pub fn ran(&self, image: &str) -> impl Iterator<Item = (&String, &CellTold)> {
        let cells = self.cells.get(image).into_iter().flatten();
        cells.filter(|(_, cell)| cell.ends.is_some())
    }

    /// From the start of an image's first run to its last verdict, seconds.
    ///
    /// # Errors
    /// When none of its cells ran.
    pub fn running(&self, image: &str) -> Result<f64> {
        let started = self.ran(image).filter_map(|(_, cell)| cell.started);
        let ended = self.ran(image).map(|(_, cell)| cell.ended);
        match (started.reduce(f64::min), ended.reduce(f64::max)) {
            (Some(started), Some(ended)) => Ok(ended - started),
            _ => anyhow::bail!("no cell of {image} ran"),
        }
    }

    /// How many cells have each verdict, in words.
    #[must_use]
    pub fn verdicts(&self) -> String {
        let counts = self.counts.iter();
        let counts: Vec<_> = counts
            .map(|(verdict, count)| format!("{count} {verdict}"))
            .collect();
        counts.join(", ")
    }
}

/// What the runs of the cells that ran on both images took together: the one's by the other's.
///
/// # Errors
/// When no cell ran on both.
pub fn ratio_of_runs(one: (&Told, &str), other: (&Told, &str)) -> Result<(f64, usize)> {
    let others: BTreeMap<_, _> = other.0.ran(other.1).collect();
    let (mut sums, mut count) = ([0, 0], 0);
    for (cell, told) in one.0.ran(one.1) {
        if let Some(same) = others.get(cell) {
            sums[0] += told.runs;
            sums[1] += same.runs;
            count += 1;
        }
    }
    if sums[1] == 0 {
        anyhow::bail!("no cell ran on {} and on {}", one.1, other.1);
    }
    Ok((sums[0] as f64 / sums[1] as f64, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: &str = r#"
{"at":0.0,"event":"matrix-started","schema":1,"images":["one"],"cells":["f/a.c"],"repeat":null}
{"at":0.1,"event":"program-built","image":"one","program":"f/a.c","seconds":0.2}
{"at":1.0,"event":"run-started","image":"one","cell":"f/a.c","run":0}
{"at":1.1,"event":"run-ended","image":"one","cell":"f/a.c","run":0,"outcome":{},"where":"","stderr":"","ms":90}
{"at":1.1,"event":"run-started","image":"one","cell":"f/a.c","run":1}
{"at":1.2,"event":"run-ended","image":"one","cell":"f/a.c","run":1,"outcome":{},"where":"","stderr":"","ms":30}
{"at":1.5,"event":"cell-ended","image":"one","cell":"f/a.c","verdict":"same","record":{"end":["exit 0"]},"reason":null}
{"at":1.6,"event":"cell-ended","image":"one","cell":"f/b.c","verdict":"not-run","record":null,"reason":"not here"}
{"at":2.0,"event":"matrix-ended","counts":[["same",1],["not-run",1]],"seconds":2.0,"status":0}"#;

    fn told(events: &str) -> Told {
        let lines = events.lines().filter(|line| !line.is_empty());
        let lines: Vec<_> = lines
            .map(|line| (Duration::from_secs(3), line.to_owned()))
            .collect();
        Told::read(&lines, Duration::from_secs(4), Peak::default()).expect("events")
    }

    #[test]
    fn a_run_is_read_from_its_events() {
        let told = told(EVENTS);
        assert!(told.ended);
        assert_eq!(told.built, 1);
        assert_eq!(told.verdicts(), "1 same, 1 not-run");
        let cell = told.cell("one", "f/a.c").expect("it ran");
        assert_eq!((cell.runs, cell.here), (120, 3.0));
        assert_eq!(cell.took("exit 0").expect("it ended so"), 0.5);
        assert_eq!(told.running("one").expect("a cell ran"), 0.5);
    }

    #[test]
    fn a_cell_that_did_something_else_has_no_number() {
        let told = told(EVENTS);
        let error = |cell: &str, end| {
            let cell = told.cell("one", cell).and_then(|cell| cell.took(end));
            cell.expect_err("no number").to_string()
        };
        insta::assert_snapshot!(error("f/a.c", "timed out"), @"the cell ended with exit 0, not with timed out");
        insta::assert_snapshot!(error("f/b.c", "exit 0"), @"the cell did not run (not-run): not here");
        insta::assert_snapshot!(error("f/c.c", "exit 0"), @"the run told nothing of f/c.c on one");
    }

    #[test]
    fn only_cells_that_ran_on_both_are_compared() {
        let one = told(EVENTS);
        let other = told(&EVENTS.replace("\"one\"", "\"other\"").replace(":90", ":10"));
        let ratio = ratio_of_runs((&one, "one"), (&other, "other"));
        assert_eq!(ratio.expect("one cell ran on both"), (3.0, 1));
        assert!(ratio_of_runs((&one, "one"), (&other, "nobody")).is_err());
    }
}

//! What a run came to: events gathered by image and cell, counts, and the exit status.

use std::collections::{BTreeMap, HashMap};

use crate::divergence::Divergence;
use crate::event::{CellEnd, Event};
use crate::snapshot::Verdict;
use crate::suite::CellId;

/// Exit status: everything is as accepted.
pub const ACCEPTED: u8 = 0;
/// Exit status: behaviour changed (verdicts `changed`, `new`, `missing`, `guest-lost`).
pub const CHANGED: u8 = 1;
/// Exit status: the command line is wrong.
pub const USAGE: u8 = 2;
/// Exit status: something that was asked for could not be run (an image, a `build-failed`), or the harness failed.
pub const COULD_NOT_RUN: u8 = 3;
/// Exit status: interrupted by SIGINT, as shells count it.
pub const INTERRUPTED: u8 = 130;

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The images, in the order of their columns.
    pub images: Vec<String>,
    /// The cells, in order.
    pub cells: Vec<CellId>,
    /// The tests in which images differ, or should.
    pub divergences: Vec<Divergence>,
    strict: bool,
    ends: HashMap<(String, CellId), CellEnd>,
    unavailable: HashMap<String, (String, bool)>,
}

impl Results {
    /// Nothing yet. `strict`: does a cell that is not available count as one that could not be run?
    #[must_use]
    pub fn new(strict: bool) -> Results {
        Results {
            strict,
            ..Results::default()
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::MatrixStarted { images, cells, .. } => {
                self.images.clone_from(images);
                self.cells.clone_from(cells);
            }
            Event::CellEnded(end) => {
                if !self.cells.contains(&end.cell) {
                    // A snapshot without a cell: the suite does not have it, the column does.
                    self.cells.push(end.cell.clone());
                }
                self.ends
                    .insert((end.image.clone(), end.cell.clone()), end.clone());
            }
            Event::Divergence(divergence) => self.divergences.push(divergence.clone()),
            Event::ImageUnavailable {
                image,
                reason,
                fatal,
            } => {
                self.unavailable
                    .insert(image.clone(), (reason.clone(), *fatal));
            }
            _ => {}
        }
    }

    /// How a cell ended on an image, if it did.
    #[must_use]
    pub fn end(&self, image: &str, cell: &CellId) -> Option<&CellEnd> {
        self.ends.get(&(image.to_owned(), cell.clone()))
    }

    /// The ends with one of `verdicts`, in the order of columns and rows.
    pub fn ends_with<'a>(&'a self, verdicts: &'a [Verdict]) -> impl Iterator<Item = &'a CellEnd> {
        let ends = self
            .images
            .iter()
            .flat_map(|image| self.cells.iter().filter_map(|cell| self.end(image, cell)));
        ends.filter(|end| verdicts.contains(&end.verdict))
    }

    /// How many images have a record.
    #[must_use]
    pub fn observed(&self) -> usize {
        let ran = |image: &&String| {
            let mut ends = self.ends.values();
            ends.any(|end| end.image == **image && end.record.is_some())
        };
        self.images.iter().filter(ran).count()
    }

    /// Why an image could not be had.
    #[must_use]
    pub fn unavailable(&self, image: &str) -> Option<&str> {
        self.unavailable
            .get(image)
            .map(|(reason, _)| reason.as_str())
    }

    /// How many cells have each verdict, over all images.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Verdict, usize> {
        let mut counts = BTreeMap::new();
        for end in self.ends.values() {
            *counts.entry(end.verdict).or_default() += 1;
        }
        counts
    }

    /// The status that the command exits with: [`CHANGED`] goes before [`COULD_NOT_RUN`].
    #[must_use]
    pub fn status(&self) -> u8 {
        let counts = self.counts();
        let any =
            |verdicts: &[Verdict]| verdicts.iter().any(|verdict| counts.contains_key(verdict));
        if any(&[
            Verdict::Changed,
            Verdict::New,
            Verdict::Missing,
            Verdict::GuestLost,
        ]) {
            CHANGED
        } else if any(&[Verdict::BuildFailed])
            || (self.strict && any(&[Verdict::Unavailable]))
            || self.unavailable.values().any(|(_, fatal)| *fatal)
        {
            COULD_NOT_RUN
        } else {
            ACCEPTED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(strict: bool, verdicts: &[Verdict], fatal: Option<bool>) -> Results {
        let mut results = Results::new(strict);
        for (number, verdict) in verdicts.iter().enumerate() {
            let cell = CellId::new("family", &format!("{number}.c"));
            results.take(&Event::CellEnded(CellEnd::without_record(
                "image",
                &cell,
                *verdict,
                String::new(),
            )));
        }
        if let Some(fatal) = fatal {
            results.take(&Event::ImageUnavailable {
                image: "other".into(),
                reason: String::new(),
                fatal,
            });
        }
        results
    }

    #[test]
    fn the_status_says_what_became_of_the_run() {
        use Verdict::{BuildFailed, Changed, GuestLost, Missing, New, NotRun, Same, Unavailable};
        for (strict, verdicts, fatal, status) in [
            (false, &[Same, NotRun, Unavailable][..], None, ACCEPTED),
            (true, &[Same, NotRun], None, ACCEPTED),
            (true, &[Same, Unavailable], None, COULD_NOT_RUN),
            (false, &[Same], Some(false), ACCEPTED),
            (false, &[Same], Some(true), COULD_NOT_RUN),
            (false, &[Same, BuildFailed], None, COULD_NOT_RUN),
            (false, &[Changed, BuildFailed], Some(true), CHANGED),
            (false, &[New], None, CHANGED),
            (false, &[Missing], None, CHANGED),
            (false, &[GuestLost], None, CHANGED),
        ] {
            assert_eq!(
                results(strict, verdicts, fatal).status(),
                status,
                "{strict} {verdicts:?} {fatal:?}"
            );
        }
    }
}

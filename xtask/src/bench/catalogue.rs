//! What is measured: names, units, and the targets that the project has set itself.

use serde::{Serialize, Serializer};
use vm::cache::Kind;

use super::scratch::{self, Probe};
use crate::names;

/// Measurements, for messages.
pub const MEASUREMENTS: names::Kind = names::Kind {
    noun: "measurement",
    list: "cargo xtask bench --list",
};

/// Something that is measured.
#[derive(Clone, Copy, Debug)]
pub struct Measurement {
    /// Its name on the command line.
    pub name: &'static str,
    /// What its numbers count.
    pub unit: Unit,
    /// What the median should not exceed, in the same unit.
    pub target: Option<f64>,
    /// How it is measured.
    pub how: How,
    /// What it is, in one line.
    pub title: &'static str,
}

impl Measurement {
    /// What globs may match: the name, and what stands for all of its kind.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let group = match self.how {
            How::HostRatio(_) => Some("host-ratio"),
            How::Scale(_) => Some("scale"),
            How::Memory(_) => Some("memory"),
            _ => None,
        };
        let group = group.filter(|group| *group != self.name);
        [Some(self.name), group]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect()
    }
}

/// What numbers count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// 2^20 bytes.
    Mebibytes,
    /// How many times as much.
    Times,
}

impl Unit {
    /// How many of it a second has, if it counts time.
    #[must_use]
    pub fn in_a_second(self) -> f64 {
        match self {
            Unit::Milliseconds => 1000.0,
            _ => 1.0,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Milliseconds => "ms",
            Unit::Mebibytes => "MiB",
            Unit::Times => "x",
        }
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.symbol())
    }
}

/// How something is measured.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// From the command line to a guest's first output, where this layer and those below it are there.
    Ready(Kind, Way),
    /// From the start of a cell's first run to its verdict.
    Cell(Probe),
    /// From the command line to a cell's verdict.
    Seed,
    /// The whole matrix of an image.
    Matrix,
    /// The guest against this machine itself.
    HostRatio(Compared),
    /// Two images side by side against the slower one alone.
    TwoImages,
    /// A family, so many times over.
    Scale(usize),
    /// The highest memory during the whole matrix.
    Memory(Of),
    /// The warm layer on disk.
    SavedGuest,
}

/// Which way a command is started.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// The program itself.
    Program,
    /// `cargo xtask`, as a person types it.
    Cargo,
}

/// What of a guest is compared with this machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Compared {
    /// The sums of the runs' times, over the cells that ran on both.
    Runs,
    /// From the start of the first run to the last verdict.
    Walls,
}

/// Whose memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Of {
    /// This program's, resident.
    Harness,
    /// A QEMU's, resident.
    Guest,
    /// A QEMU's, where a page that several guests have counts in parts.
    GuestShare,
}

/// All measurements, in the order in which they are made.
pub const ALL: &[Measurement] = &[
    Measurement {
        name: "ready-cold",
        unit: Unit::Seconds,
        target: None,
        how: How::Ready(Kind::Base, Way::Program),
        title: "command line to first guest output; only the base layer is there",
    },
    Measurement {
        name: "ready-cold-cargo",
        unit: Unit::Seconds,
        target: None,
        how: How::Ready(Kind::Base, Way::Cargo),
        title: "the same through `cargo xtask`",
    },
    Measurement {
        name: "ready-prepared",
        unit: Unit::Seconds,
        target: None,
        how: How::Ready(Kind::Prepared, Way::Program),
        title: "command line to first guest output; the prepared layer boots",
    },
    Measurement {
        name: "ready-prepared-cargo",
        unit: Unit::Seconds,
        target: None,
        how: How::Ready(Kind::Prepared, Way::Cargo),
        title: "the same through `cargo xtask`",
    },
    Measurement {
        name: "ready-warm",
        unit: Unit::Seconds,
        target: Some(0.7),
        how: How::Ready(Kind::Warm, Way::Program),
        title: "command line to first guest output; a saved guest goes on",
    },
    Measurement {
        name: "ready-warm-cargo",
        unit: Unit::Seconds,
        target: None,
        how: How::Ready(Kind::Warm, Way::Cargo),
        title: "the same through `cargo xtask`",
    },
    Measurement {
        name: "cell-trivial",
        unit: Unit::Milliseconds,
        target: Some(50.0),
        how: How::Cell(scratch::TRIVIAL),
        title: "a cell that does nothing, 20 times, to its verdict",
    },
    Measurement {
        name: "cell-hung",
        unit: Unit::Seconds,
        target: Some(0.2),
        how: How::Cell(scratch::HUNG),
        title: "a cell that hangs, once, to its verdict",
    },
    Measurement {
        name: "cell-hung-virtual",
        unit: Unit::Seconds,
        target: None,
        how: How::Cell(scratch::HUNG_VIRTUAL),
        title: "the same by the virtual clock",
    },
    Measurement {
        name: "cell-timeout-virtual",
        unit: Unit::Seconds,
        target: Some(3.0),
        how: How::Cell(scratch::TIMEOUT_VIRTUAL),
        title: "a cell that times out after 600 s of the virtual clock, to its verdict",
    },
    Measurement {
        name: "verdict-seed",
        unit: Unit::Seconds,
        target: Some(2.0),
        how: How::Seed,
        title: "command line to verdict of python/pause-self-worker.py in a saved guest",
    },
    Measurement {
        name: "matrix",
        unit: Unit::Seconds,
        target: Some(30.0),
        how: How::Matrix,
        title: "the whole matrix of one image, everything built before",
    },
    Measurement {
        name: "host-ratio",
        unit: Unit::Times,
        target: Some(4.0),
        how: How::HostRatio(Compared::Runs),
        title: "time of all runs of the cells that ran in the guest and on the host: guest by host",
    },
    Measurement {
        name: "host-ratio-wall",
        unit: Unit::Times,
        target: None,
        how: How::HostRatio(Compared::Walls),
        title: "first run's start to last verdict, all cells of each: guest by host",
    },
    Measurement {
        name: "two-images",
        unit: Unit::Times,
        target: Some(1.3),
        how: How::TwoImages,
        title: "the whole matrix of two images side by side, by that of the slower one alone",
    },
    Measurement {
        name: "scale-1x",
        unit: Unit::Seconds,
        target: None,
        how: How::Scale(1),
        title: "the family delivery, everything built before",
    },
    Measurement {
        name: "scale-2x",
        unit: Unit::Seconds,
        target: None,
        how: How::Scale(2),
        title: "twice as many tests: the family and a copy of it",
    },
    Measurement {
        name: "scale-4x",
        unit: Unit::Seconds,
        target: None,
        how: How::Scale(4),
        title: "four times as many",
    },
    Measurement {
        name: "memory-harness",
        unit: Unit::Mebibytes,
        target: Some(64.0),
        how: How::Memory(Of::Harness),
        title: "highest resident set of this program during the whole matrix",
    },
    Measurement {
        name: "memory-guest",
        unit: Unit::Mebibytes,
        target: Some(600.0),
        how: How::Memory(Of::Guest),
        title: "highest resident set of a guest's QEMU during the whole matrix",
    },
    Measurement {
        name: "memory-guest-share",
        unit: Unit::Mebibytes,
        target: None,
        how: How::Memory(Of::GuestShare),
        title: "the same, a page that guests share counted in parts (PSS, looked at once a second)",
    },
    Measurement {
        name: "saved-guest",
        unit: Unit::Mebibytes,
        target: Some(200.0),
        how: How::SavedGuest,
        title: "the largest warm layer of the image on disk, holes not counted",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(globs: &[&str]) -> anyhow::Result<Vec<&'static str>> {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let found = names::select(MEASUREMENTS, &globs, ALL, Measurement::names)?;
        Ok(found.iter().map(|measurement| measurement.name).collect())
    }

    #[test]
    fn measurements_are_named_once_and_selected_by_globs_and_groups() {
        let mut names: Vec<_> = ALL.iter().map(|measurement| measurement.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        let check = |globs: &[&str], expected: &[&str]| {
            assert_eq!(selected(globs).expect("matches"), expected);
        };
        check(&["ready-warm"], &["ready-warm"]);
        check(&["cell-hung*"], &["cell-hung", "cell-hung-virtual"]);
        check(&["scale"], &["scale-1x", "scale-2x", "scale-4x"]);
        check(&["host-ratio"], &["host-ratio", "host-ratio-wall"]);
        check(&["matrix", "memory-h*"], &["matrix", "memory-harness"]);
    }

    #[test]
    fn a_wrong_name_is_told_the_nearest() {
        let error = selected(&["cell-hang"]).expect_err("no such measurement");
        assert!(error.is::<names::Misnamed>());
        insta::assert_snapshot!(error, @"no measurement matches `cell-hang`; did you mean `cell-hung`?");
    }
}

//! What was measured, for people and for programs.

use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use indexmap::IndexMap;
use serde::Serialize;

use super::catalogue::{Measurement, Unit};
use super::numbers::{Spread, shown, shown_beside};

/// The version of the schema.
pub const SCHEMA: u32 = 1;

/// All that was measured.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Measured {
    /// [`SCHEMA`].
    pub schema: u32,
    /// When it was begun.
    pub time: String,
    /// Where it was measured.
    pub host: Host,
    /// How often each measurement was to be made.
    pub runs: usize,
    /// One a measurement and image.
    pub rows: Vec<Row>,
}

/// This machine, as far as it explains numbers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Host {
    /// CPUs.
    pub cpus: usize,
    /// How many processes wanted one, over the minute before; `None`: the kernel does not say.
    pub load: Option<f64>,
    /// What runs guests; `None`: no guest has run here yet.
    pub accelerator: Option<&'static str>,
    /// QEMU's version.
    pub qemu: String,
}

/// A measurement on an image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// Its name.
    pub measurement: &'static str,
    /// The image, or the images.
    pub image: String,
    /// What the numbers count.
    pub unit: Unit,
    /// What the median should not exceed.
    pub target: Option<f64>,
    /// What came of it.
    #[serde(flatten)]
    pub result: Result,
}

/// What came of a measurement.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Result {
    /// Numbers.
    Made {
        /// The median of the values.
        median: f64,
        /// The lowest.
        min: f64,
        /// The highest.
        max: f64,
        /// Is the median within the target?
        met: Option<bool>,
        /// One a run.
        values: Vec<f64>,
        /// What one must know to understand them.
        notes: Vec<String>,
    },
    /// None.
    Failed {
        /// Why there are none.
        reason: String,
    },
}

impl Row {
    /// A row of these values, or of the reason why there are none.
    #[must_use]
    pub fn new(
        measurement: &Measurement,
        image: String,
        found: anyhow::Result<(Vec<f64>, Vec<String>)>,
    ) -> Row {
        let found = found.and_then(|(values, notes)| {
            let spread = Spread::of(&values);
            Ok((
                values,
                notes,
                spread.ok_or_else(|| anyhow::anyhow!("nothing was run"))?,
            ))
        });
        let result = match found {
            Ok((values, notes, Spread { median, min, max })) => Result::Made {
                median,
                min,
                max,
                met: measurement.target.map(|target| median <= target),
                values,
                notes,
            },
            Err(error) => Result::Failed {
                reason: format!("{error:#}"),
            },
        };
        Row {
            measurement: measurement.name,
            image,
            unit: measurement.unit,
            target: measurement.target,
            result,
        }
    }

    /// In one line, while others are yet to be made.
    #[must_use]
    pub fn line(&self) -> String {
        let (name, image, unit) = (self.measurement, &self.image, self.unit.symbol());
        match &self.result {
            Result::Made { median, .. } => {
                let median = beside(*median, self.target);
                format!("{name} on {image}: {median} {unit}")
            }
            Result::Failed { reason } => format!("{name} on {image}: not measured: {reason}"),
        }
    }
}

/// All of it for people. `colour`: is it for a terminal?
#[must_use]
pub fn render(measured: &Measured, colour: bool) -> String {
    let host = &measured.host;
    let load = host.load.map_or(String::new(), |load| {
        format!(", load {load} in the minute before")
    });
    let mut text = format!(
        "{}\n\n{} CPUs{load}; {}, QEMU {}\n",
        table(&measured.rows, colour),
        host.cpus,
        host.accelerator.unwrap_or("no guest before"),
        host.qemu
    );
    for (why, names) in remarks(&measured.rows) {
        let _ = writeln!(text, "{}: {why}", names.join(", "));
    }
    text
}

/// What must be known of rows, and which rows that is, each once.
fn remarks(rows: &[Row]) -> IndexMap<String, Vec<String>> {
    let mut remarks: IndexMap<_, Vec<_>> = IndexMap::new();
    for row in rows {
        let said = match &row.result {
            Result::Made { notes, .. } => notes.clone(),
            Result::Failed { reason } => vec![format!("not measured: {reason}")],
        };
        for remark in said {
            let names = remarks.entry(remark).or_default();
            names.push(format!("{} on {}", row.measurement, row.image));
        }
    }
    remarks
}

/// A median, so that it does not look like a target that it is beyond.
fn beside(median: f64, target: Option<f64>) -> String {
    target.map_or_else(|| shown(median), |target| shown_beside(median, target))
}

fn table(rows: &[Row], colour: bool) -> Table {
    let mut table = plain(&[
        "measurement",
        "image",
        "median",
        "min..max",
        "runs",
        "target",
        "",
    ]);
    if !colour {
        table.force_no_tty();
    }
    for row in rows {
        let unit = row.unit.symbol();
        let target = row.target;
        let target = target.map_or(String::new(), |target| format!("{target} {unit}"));
        let dash = || "-".to_owned();
        let (median, spread, runs, met) = match &row.result {
            Result::Made {
                median,
                min,
                max,
                met,
                values,
                ..
            } => (
                format!("{} {unit}", beside(*median, row.target)),
                format!("{}..{}", shown(*min), shown(*max)),
                values.len().to_string(),
                verdict(*met),
            ),
            Result::Failed { .. } => (
                dash(),
                dash(),
                dash(),
                Cell::new("not measured").fg(Color::Red),
            ),
        };
        let words = [
            row.measurement.to_owned(),
            row.image.clone(),
            median,
            spread,
        ];
        let words = words.into_iter().chain([runs, target]).map(Cell::new);
        table.add_row(words.chain([met]));
    }
    table
}

fn verdict(met: Option<bool>) -> Cell {
    match met {
        Some(true) => Cell::new("met").fg(Color::Green),
        Some(false) => Cell::new("missed").fg(Color::Yellow),
        None => Cell::new(""),
    }
}

/// The measurements that there are.
#[must_use]
pub fn list(measurements: &[Measurement]) -> Table {
    let mut table = plain(&["measurement", "unit", "target", "what"]);
    for measurement in measurements {
        let target = measurement.target;
        table.add_row([
            measurement.name.to_owned(),
            measurement.unit.symbol().to_owned(),
            target.map_or(String::new(), |target| target.to_string()),
            measurement.title.to_owned(),
        ]);
    }
    table
}

fn plain(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(
            header
                .iter()
                .map(|title| Cell::new(title).add_attribute(Attribute::Bold)),
        );
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::catalogue::ALL;
    use anyhow::{Context as _, anyhow};

    fn row(name: &str, found: anyhow::Result<(Vec<f64>, Vec<String>)>) -> Row {
        let measurement = ALL.iter().find(|measurement| measurement.name == name);
        Row::new(measurement.expect(name), "debian-13".to_owned(), found)
    }

    fn measured() -> Measured {
        let note = "2 programs were built in measured runs".to_owned();
        Measured {
            schema: SCHEMA,
            time: "2026-01-01T000000.000Z".to_owned(),
            host: Host {
                cpus: 2,
                load: Some(0.05),
                accelerator: Some("tcg"),
                qemu: "7.2.22".to_owned(),
            },
            runs: 3,
            rows: vec![
                row("ready-cold", Ok((vec![61.25, 60.0, 75.5], Vec::new()))),
                row("ready-warm", Ok((vec![0.612_3, 0.701, 0.598], Vec::new()))),
                row("matrix", Ok((vec![30.01, 30.02], vec![note]))),
                row(
                    "memory-guest",
                    Err(anyhow!("no network")).context("downloading"),
                ),
                row(
                    "memory-harness",
                    Err(anyhow!("no network")).context("downloading"),
                ),
            ],
        }
    }

    #[test]
    fn a_table_says_what_was_measured_and_what_was_not() {
        let text = render(&measured(), false);
        let lines: Vec<_> = text.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
         measurement     image      median   min..max      runs  target
         ready-cold      debian-13  61.2 s   60.0..75.5    3
         ready-warm      debian-13  0.612 s  0.598..0.701  3     0.7 s    met
         matrix          debian-13  30.02 s  30.0..30.0    2     30 s     missed
         memory-guest    debian-13  -        -             -     600 MiB  not measured
         memory-harness  debian-13  -        -             -     64 MiB   not measured

        2 CPUs, load 0.05 in the minute before; tcg, QEMU 7.2.22
        matrix on debian-13: 2 programs were built in measured runs
        memory-guest on debian-13, memory-harness on debian-13: not measured: downloading: no network
        ");
    }

    #[test]
    fn programs_get_exact_numbers() {
        let json = serde_json::to_value(measured()).expect("JSON");
        insta::assert_snapshot!(json["rows"][1], @r#"{"image":"debian-13","max":0.701,"measurement":"ready-warm","median":0.6123,"met":true,"min":0.598,"notes":[],"target":0.7,"unit":"s","values":[0.6123,0.701,0.598]}"#);
        insta::assert_snapshot!(json["rows"][3], @r#"{"image":"debian-13","measurement":"memory-guest","reason":"downloading: no network","target":600.0,"unit":"MiB"}"#);
        assert_eq!(json["schema"], SCHEMA);
    }
}

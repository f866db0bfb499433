//! The run while it happens: live bars on a terminal, plain lines in a pipe. All on stderr.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Result;
use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Reporter;
use crate::event::{CellEnd, Event, Phase, Stamped};
use crate::snapshot::Verdict;

/// What suits stderr: [`Live`] on a terminal, [`Plain`] elsewhere.
#[must_use]
pub fn reporter() -> Box<dyn Reporter> {
    suited(true)
}

/// The same, for a run whose cells another reporter tells of.
#[must_use]
pub fn without_cells() -> Box<dyn Reporter> {
    suited(false)
}

fn suited(remarks: bool) -> Box<dyn Reporter> {
    if std::io::stderr().is_terminal() {
        Box::new(Live {
            bars: MultiProgress::default(),
            images: HashMap::new(),
            done: HashMap::new(),
            remarks,
        })
    } else {
        Box::new(Plain {
            remarks,
            guests: HashMap::new(),
        })
    }
}

/// Bars on a terminal: one line an image, with its phase, its count, what runs now and how long it has taken.
#[derive(Debug)]
pub struct Live {
    bars: MultiProgress,
    images: HashMap<String, (Phase, ProgressBar)>,
    /// How far each image is in each phase: several guests of it may be at work, and one bar shows what one of them does.
    done: HashMap<(String, Phase), u64>,
    /// Does it tell of cells, and of images that cannot be had?
    remarks: bool,
}

impl Live {
    fn bar(&mut self, image: &str, phase: Phase, total: Option<usize>) {
        if let Some((_, before)) = self.images.remove(image) {
            before.finish_and_clear();
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total as u64),
                "{prefix:.bold} {msg:20} {bar:24.green/dim} {pos}/{len} {elapsed:>4} {wide_msg_cell:.dim}",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{prefix:.bold} {spinner} {msg} {elapsed}",
            ),
        };
        let template = template
            .replace("{msg:20}", phase.doing())
            .replace("{wide_msg_cell:.dim}", "{wide_msg:.dim}");
        bar.set_style(style_of(&template));
        let bar = self.bars.add(bar);
        bar.set_prefix(image.to_owned());
        if total.is_none() {
            bar.set_message(phase.doing());
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        bar.set_position(
            self.done
                .get(&(image.to_owned(), phase))
                .copied()
                .unwrap_or(0),
        );
        self.images.insert(image.to_owned(), (phase, bar));
    }

    /// Bytes turn a phase's spinner into a bar with speed and time left.
    fn bytes(&mut self, image: &str, done: u64, total: Option<u64>) {
        let Some((_, bar)) = self.images.get(image) else {
            return;
        };
        if bar.length() != total {
            let template = match total {
                Some(_) => {
                    "{prefix:.bold} {msg} {bar:24.green/dim} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec}, {eta} left"
                }
                None => {
                    "{prefix:.bold} {spinner} {msg} {binary_bytes} {binary_bytes_per_sec} {elapsed}"
                }
            };
            bar.set_style(style_of(template));
            // What an earlier run had brought is not this run's speed: the new length makes the bar take note of the
            // position, and what comes after counts from there.
            bar.set_position(done);
            match total {
                Some(total) => bar.set_length(total),
                None => bar.unset_length(),
            }
            bar.reset_eta();
        }
        bar.set_position(done);
    }

    fn advance(&mut self, image: &str, phase: Phase) {
        *self.done.entry((image.to_owned(), phase)).or_default() += 1;
        if let Some((shown, bar)) = self.images.get(image)
            && *shown == phase
        {
            bar.inc(1);
        }
    }

    fn say(&self, line: &str) -> Result<()> {
        Ok(self.bars.println(line)?)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        for (_, bar) in self.images.values() {
            bar.finish_and_clear();
        }
    }
}

fn style_of(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

impl Reporter for Live {
    fn take(&mut self, event: &Stamped) -> Result<()> {
        match &event.event {
            Event::PhaseStarted {
                image,
                phase,
                total,
            } => self.bar(image, *phase, *total),
            Event::Progress { image, done, total } => self.bytes(image, *done, *total),
            Event::ProgramBuilt { image, .. } => self.advance(image, Phase::Build),
            Event::RunStarted { image, cell, .. } => {
                if let Some((_, bar)) = self.images.get(image) {
                    bar.set_message(cell.to_string());
                }
            }
            Event::CellEnded(end) => {
                if end.record.is_some() || end.verdict == Verdict::GuestLost {
                    self.advance(&end.image, Phase::Run);
                }
                if let Some(line) = remarkable(end).filter(|_| self.remarks) {
                    self.say(&line)?;
                }
            }
            Event::Note { image, text } => self.say(&format!("{}: {text}", style(image).bold()))?,
            Event::ImageUnavailable { image, .. } => {
                if let Some((_, bar)) = self.images.remove(image) {
                    bar.finish_and_clear();
                }
            }
            Event::MatrixEnded { .. } => self.bars.clear()?,
            Event::Watching { .. } => {
                self.done.clear();
                for (_, (_, bar)) in self.images.drain() {
                    bar.finish_and_clear();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn aside(&self, print: &mut dyn FnMut()) {
        self.bars.suspend(print);
    }
}

/// Plain lines: phases, notes, and the cells that are not as accepted.
#[derive(Debug)]
pub struct Plain {
    /// Does it tell of cells, and of images that cannot be had?
    remarks: bool,
    /// How many guests each image has had.
    guests: HashMap<String, u32>,
}

impl Reporter for Plain {
    fn take(&mut self, event: &Stamped) -> Result<()> {
        let at = event.at;
        match &event.event {
            Event::PhaseStarted {
                image,
                phase,
                total,
            } => {
                let total = total.map_or(String::new(), |total| format!(" ({total})"));
                eprintln!("{at:7.1} s  {image}: {}{total}", phase.doing());
            }
            Event::GuestReady { image, provenance } => {
                let guests = self.guests.entry(image.clone()).or_default();
                *guests += 1;
                let made_of: Vec<_> = provenance
                    .iter()
                    .map(|(key, value)| format!("{key} {value}"))
                    .collect();
                match guests {
                    1 => eprintln!("{at:7.1} s  {image}: up: {}", made_of.join("; ")),
                    _ => eprintln!("{at:7.1} s  {image}: guest {guests} is up"),
                }
            }
            Event::Note { image, text } => eprintln!("{at:7.1} s  {image}: {text}"),
            Event::ImageUnavailable { image, reason, .. } if self.remarks => {
                eprintln!("{at:7.1} s  {image}: not available: {reason}")
            }
            Event::CellEnded(end) => {
                if let Some(line) = remarkable(end).filter(|_| self.remarks) {
                    eprintln!("{at:7.1} s  {line}");
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A line for a cell that a person wants to hear of at once.
fn remarkable(end: &CellEnd) -> Option<String> {
    match end.verdict {
        Verdict::Same | Verdict::NotRun | Verdict::Unavailable => None,
        verdict => {
            let changes = end.changes.iter().map(ToString::to_string);
            let outside = end.outside.iter().map(ToString::to_string);
            let what = changes.chain(outside).collect::<Vec<_>>().join("; ");
            let gap = if what.is_empty() { "" } else { ": " };
            Some(format!(
                "{}: {} {}{gap}{what}",
                end.image,
                end.cell,
                verdict.as_str()
            ))
        }
    }
}

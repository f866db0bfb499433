//! Events as JSON lines: to the run's file under `target/matrix/`, and to stdout for `matrix --json`.

use std::io::Write;

use anyhow::{Context, Result};

use super::Reporter;
use crate::event::{Event, Stamped};

/// Writes each event as one line; the schema is told in [`crate::event`].
#[derive(Debug)]
pub struct JsonLines<W> {
    to: W,
    name: String,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `to`, called `name` in errors.
    pub fn new(to: W, name: impl Into<String>) -> JsonLines<W> {
        JsonLines {
            to,
            name: name.into(),
        }
    }
}

impl<W: Write> Reporter for JsonLines<W> {
    fn take(&mut self, event: &Stamped) -> Result<()> {
        if matches!(event.event, Event::Progress { .. }) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        // One write a line, at once: who follows the file or the pipe sees whole lines.
        self.to
            .write_all(&line)
            .and_then(|()| self.to.flush())
            .with_context(|| format!("writing {}", self.name))
    }
}

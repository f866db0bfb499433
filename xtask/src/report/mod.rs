//! Reporters: they read events and records, and nothing upstream knows that they exist.

pub mod divergences;
pub mod grid;
pub mod jsonl;
pub mod live;
pub mod page;
pub mod results;

use anyhow::Result;

use crate::event::Stamped;

/// Something that tells of a run while it happens.
pub trait Reporter {
    /// Takes the next event.
    ///
    /// # Errors
    /// When what it writes to cannot be written.
    fn take(&mut self, event: &Stamped) -> Result<()>;
}

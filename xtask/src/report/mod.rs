//! Reporters: they read events and records, and nothing upstream knows that they exist.

pub mod divergences;
pub mod grid;
pub mod jsonl;
pub mod live;
pub mod page;
pub mod results;
pub mod saves;

use anyhow::Result;

use crate::event::Stamped;

/// Something that tells of a run while it happens.
pub trait Reporter {
    /// Takes the next event.
    ///
    /// # Errors
    /// When what it writes to cannot be written.
    fn take(&mut self, event: &Stamped) -> Result<()>;

    /// Prints something of another's, so that it does not run into what this one shows.
    fn aside(&self, print: &mut dyn FnMut()) {
        print();
    }
}

//! The harness behind `cargo xtask`: the suite, the run, the verdicts, the reporters and the commands.
//!
//! Data flows one way: [`suite`] (tests and their [`header`]s) -> [`plan`] (cells of an image) -> [`run`] (in a guest,
//! through [`supervisor`]; it is given [`sources`], [`built`] keeps programs, and a [`primer`] is in guests that were saved) -> [`record`] -> [`snapshot`] (verdict) and
//! [`divergence`] (across images) -> [`event`] -> [`report`]. What a verdict rested on is known to [`changed`] in the next
//! run. The commands, one file each, are [`matrix`] (and [`watch`]), [`review`], [`list`], [`explain`], [`new`], [`images`],
//! [`shell`], [`doctor`], [`mod@bench`] and [`check`].

pub mod bench;
pub mod built;
pub mod changed;
pub mod check;
pub mod cli;
pub mod deps;
pub mod divergence;
pub mod doctor;
pub mod event;
pub mod explain;
pub mod header;
pub mod images;
pub mod lanes;
pub mod list;
pub mod matrix;
pub mod names;
pub mod new;
pub mod plan;
pub mod primer;
pub mod record;
pub mod report;
pub mod review;
pub mod run;
pub mod shell;
pub mod snapshot;
pub mod sources;
pub mod suite;
pub mod supervisor;
pub mod watch;

pub use vm::yaml;

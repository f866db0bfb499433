//! The harness behind `cargo xtask`: the suite, the run, the verdicts, the reporters and the commands.
//!
//! Data flows one way: [`suite`] (tests and their [`header`]s) -> [`plan`] (cells of an image) -> [`run`] (in a guest,
//! through [`supervisor`]; [`built`] keeps programs) -> [`record`] -> [`snapshot`] (verdict) and [`divergence`] (across
//! images) -> [`event`] -> [`report`]. The commands, one file each, are [`matrix`], [`review`], [`list`], [`explain`],
//! [`new`], [`images`], [`shell`], [`doctor`], [`mod@bench`] and [`check`].

pub mod bench;
pub mod built;
pub mod check;
pub mod cli;
pub mod deps;
pub mod divergence;
pub mod doctor;
pub mod event;
pub mod explain;
pub mod header;
pub mod images;
pub mod list;
pub mod matrix;
pub mod names;
pub mod new;
pub mod plan;
pub mod record;
pub mod report;
pub mod review;
pub mod run;
pub mod shell;
pub mod snapshot;
pub mod suite;
pub mod supervisor;

pub use vm::yaml;

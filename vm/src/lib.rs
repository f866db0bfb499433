//! Boots an image into a guest, gives a root shell in it, moves files, and keeps what was made for the next time.
//!
//! Modules, in the order in which data flows: [`image`] (what `images/NAME.yaml` says), `origin` (what a base layer is
//! made from, by way of [`download`] and [`unpack`] where it was published as a disk), [`cache`] (layers on disk),
//! [`accel`] (what runs guests here), [`layers`] (base -> prepared -> guest), [`guest`] and [`host`] (somewhere to run a
//! command: [`shell`]); [`programs`] keeps what was built there. `qemu` alone knows QEMU, and the modules of `os` alone
//! know operating systems.

pub mod accel;
mod agent;
mod bytes;
pub mod cache;
pub mod console;
pub mod download;
pub mod guest;
pub mod host;
pub mod image;
pub mod layers;
mod monitor;
mod origin;
mod os;
pub mod process;
pub mod programs;
pub mod qemu;
pub mod shell;
pub mod text;
pub mod tools;
pub mod unpack;
pub mod yaml;

pub use agent::Stream;
pub use cache::Cache;
pub use download::Unreachable;
pub use guest::{Guest, Lost};
pub use host::Host;
pub use image::Image;
pub use programs::Programs;
pub use shell::{End, Limit, Shell};

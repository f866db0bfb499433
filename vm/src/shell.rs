//! A root shell, in a guest or on the host: what runs a matrix needs no more.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::agent::Stream;
use crate::image::Image;
use crate::text::harmless;

/// Where programs are looked for: the path that the supervisor gives its runs, not that of whoever started this.
pub const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How a command ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// It exited with this status.
    Exit(i32),
    /// This signal, by the system's own number, killed it.
    Signal(i32),
    /// Its limit was reached, and it was killed.
    Deadline,
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(status) => write!(formatter, "exit {status}"),
            End::Signal(signal) => write!(formatter, "signal {signal}"),
            End::Deadline => formatter.write_str("killed at its deadline"),
        }
    }
}

/// How long a command may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// As long as it likes.
    None,
    /// This long in all.
    Total(Duration),
    /// As long as it goes on printing: it is killed after this much silence.
    Silence(Duration),
}

impl Limit {
    /// When a command that has just started, or just printed, is to be killed; `before` is what was said until now.
    pub(crate) fn renewed(self, before: Option<Instant>) -> Option<Instant> {
        match (self, before) {
            (Limit::None, _) => None,
            (Limit::Total(_), Some(before)) => Some(before),
            (Limit::Total(wait) | Limit::Silence(wait), _) => Some(Instant::now() + wait),
        }
    }
}

/// Somewhere that commands run.
pub trait Shell: Send {
    /// The image it was made from.
    fn image(&self) -> &Image;

    /// A folder, by its absolute path there, for what a run brings with it.
    fn folder(&self) -> &str;

    /// Runs a shell command, giving each piece of its output to `output` as it comes.
    ///
    /// # Errors
    /// [`crate::Lost`], when the guest ends, panics, falls silent or loses its agent meanwhile. A command that fails, or
    /// which `limit` ends, is no error: its [`End`] says so.
    fn exec(
        &mut self,
        command: &str,
        limit: Limit,
        output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<End>;

    /// Unpacks `archive`, a tar, into [`Shell::folder`].
    ///
    /// # Errors
    /// When the archive is too large, or as [`Shell::read`].
    fn put(&mut self, archive: &[u8]) -> Result<()>;

    /// What this system is made of: `kernel`, `libc`, `compiler`, `python`, and for a guest its layer, accelerator and QEMU.
    ///
    /// # Errors
    /// As [`Shell::read`].
    fn provenance(&mut self) -> Result<Vec<(String, String)>>;

    /// Ends it in order.
    ///
    /// # Errors
    /// When a guest had to be killed.
    fn close(self: Box<Self>) -> Result<()>;

    /// Runs a command that must succeed, and gives its stdout.
    ///
    /// # Errors
    /// As [`Shell::exec`]; and when the command fails or takes longer than `deadline`: then with what it wrote to stderr.
    fn read(&mut self, command: &str, deadline: Duration) -> Result<String> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let end = self.exec(
            command,
            Limit::Total(deadline),
            &mut |stream, bytes| match stream {
                Stream::Out => out.extend(bytes),
                Stream::Err => err.extend(bytes),
            },
        )?;
        let shown = command.lines().next().unwrap_or_default();
        match end {
            End::Exit(0) => Ok(String::from_utf8_lossy(&out).into_owned()),
            End::Deadline => bail!("`{shown}` took longer than {} s", deadline.as_secs()),
            End::Exit(_) | End::Signal(_) => {
                bail!("`{shown}` failed ({end}): {}", harmless(&err).trim())
            }
        }
    }

    /// The script that asks for provenance: the system's own part, then what is the same everywhere.
    fn provenance_script(&self, system: &str) -> String {
        provenance_script(self.image(), system)
    }

    /// Asks for provenance by a script of [`Shell::provenance_script`].
    ///
    /// # Errors
    /// As [`Shell::read`].
    fn ask_provenance(&mut self, script: &str) -> Result<Vec<(String, String)>> {
        let said = self
            .read(script, Duration::from_secs(60))
            .context("asking what the system is made of")?;
        Ok(parse_provenance(&said))
    }
}

/// The script that asks for provenance: the system's part, then what is the same everywhere.
fn provenance_script(image: &Image, system: &str) -> String {
    let python = match &image.python {
        Ok(python) => format!(
            "if command -v {python} > /dev/null; then echo \"python: $({python} --version 2>&1)\"; fi"
        ),
        Err(_) => String::new(),
    };
    format!(
        "PATH={SYSTEM_PATH}\nCC={}\n{system}\necho \"compiler: $($CC --version 2>/dev/null | head -n 1)\"\n{python}\n",
        image.cc
    )
}

/// `key: value` lines; others, and what could harm a terminal, are dropped.
fn parse_provenance(said: &str) -> Vec<(String, String)> {
    harmless(said.as_bytes())
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
        .collect()
}

//! Commands that are measured: children of this program, which end with it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child as Process, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use vm::cache::CACHE_VARIABLE;
use vm::process;

use super::catalogue::Way;
use super::memory::Watch;
use super::told::Told;
use crate::report::results::{ACCEPTED, CHANGED, COULD_NOT_RUN};

/// How long it takes this program to exit once it has killed its children.
const LAST_MOMENTS: Duration = Duration::from_secs(2);

/// What the commands share.
#[derive(Clone, Copy, Debug)]
pub struct Commands<'a> {
    /// This program.
    pub program: &'a Path,
    /// The checkout.
    pub root: &'a Path,
    /// The user's cache.
    pub cache: &'a Path,
}

impl Commands<'_> {
    /// `exec` of a guest's first words.
    #[must_use]
    pub fn exec(&self, way: Way, image: &str, options: &[&str]) -> Command {
        let mut command = match way {
            Way::Program => self.program(self.root),
            Way::Cargo => {
                let mut cargo = Command::new("cargo");
                cargo.arg("xtask").current_dir(self.root);
                // It is cargo's own again when it runs the program.
                cargo.env_remove("CARGO_MANIFEST_DIR");
                cargo
            }
        };
        command.env(CACHE_VARIABLE, self.cache);
        command.args(["exec", image]).args(options);
        command.args(["--", "echo", "up"]);
        command
    }

    /// `matrix` of these images in a project.
    #[must_use]
    pub fn matrix(&self, project: &Path, images: &[&str], options: &[&str]) -> Command {
        let mut command = self.program(project);
        command.env(CACHE_VARIABLE, self.cache);
        command.args(["matrix", "--json"]);
        for image in images {
            command.args(["--image", image]);
        }
        command.args(options);
        command
    }

    fn program(&self, project: &Path) -> Command {
        let mut command = Command::new(self.program);
        command.env("CARGO_MANIFEST_DIR", project.join("xtask"));
        command
    }
}

/// A command under way. Dropped, it is killed, and its guests with it.
struct Child {
    process: Process,
    stdout: BufReader<ChildStdout>,
    start: Instant,
    said: File,
}

impl Child {
    fn start(mut command: Command) -> Result<Child> {
        let said = tempfile::tempfile().context("making a temporary file")?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(said.try_clone()?);
        let shown = command.get_program().to_string_lossy().into_owned();
        let start = Instant::now();
        let mut process =
            process::start(command).with_context(|| format!("running {shown} (is it on PATH?)"))?;
        let stdout = process.stdout.take().context("reading its output")?;
        Ok(Child {
            process,
            stdout: BufReader::new(stdout),
            start,
            said,
        })
    }

    /// Waits for its end: the status it exits with, and how long it ran.
    fn end(&mut self) -> Result<(Option<i32>, Duration)> {
        let status = self.process.wait().context("waiting for a command")?;
        let took = self.start.elapsed();
        if status.signal() == Some(Signal::KILL.as_raw()) {
            // Most likely this program is on its way out, and killed it: then this is no measurement that failed.
            std::thread::sleep(LAST_MOMENTS);
        }
        Ok((status.code(), took))
    }

    /// Why it failed, in its own words.
    fn why(&mut self) -> String {
        let mut said = Vec::new();
        let read = self.said.seek(SeekFrom::Start(0));
        let read = read.and_then(|_| self.said.read_to_end(&mut said));
        let said = vm::text::harmless(&said);
        let error = said.find("error: ").map(|start| &said[start + 7..]);
        match (read, error.or(said.trim().lines().last())) {
            (Ok(_), Some(why)) => why.trim().to_owned(),
            _ => "it said nothing".to_owned(),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        process::end(&mut self.process);
    }
}

/// Runs a command that prints `up`: seconds until that comes.
///
/// # Errors
/// When it fails, with its own words.
pub fn first_words(command: Command) -> Result<f64> {
    let mut child = Child::start(command)?;
    let mut said = vec![0];
    let count = child.stdout.read(&mut said).unwrap_or_default();
    let took = child.start.elapsed().as_secs_f64();
    said.truncate(count);
    let rest = child.stdout.read_to_end(&mut said);
    let (status, _) = child.end()?;
    if rest.is_err() || said != b"up\n" || status != Some(0) {
        bail!("{}", child.why());
    }
    Ok(took)
}

/// Runs `matrix --json` to its end; `watched`: also what memory it takes.
///
/// # Errors
/// When it fails, or an image of it cannot be had: with its own words.
pub fn matrix(command: Command, watched: bool) -> Result<Told> {
    let mut child = Child::start(command)?;
    let watch = watched.then(|| Watch::start(child.process.id()));
    let mut lines = Vec::new();
    let mut line = String::new();
    // Read now, understood later: it has the CPUs for itself.
    while child
        .stdout
        .read_line(&mut line)
        .is_ok_and(|count| count > 0)
    {
        lines.push((child.start.elapsed(), std::mem::take(&mut line)));
    }
    let peak = watch.map(Watch::end).unwrap_or_default();
    let (status, wall) = child.end()?;
    let expected = [ACCEPTED, CHANGED, COULD_NOT_RUN].map(|status| Some(i32::from(status)));
    let told = Told::read(&lines, wall, peak)?;
    if let Some((image, why)) = told.unavailable.first_key_value() {
        bail!("{image} is not available: {why}");
    }
    if !told.ended || !expected.contains(&status) {
        bail!("{}", child.why());
    }
    Ok(told)
}

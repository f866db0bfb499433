//! `cargo xtask shell` and `cargo xtask exec`: a guest to look around in.

use std::cell::RefCell;
use std::io::{IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args as ClapArgs;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use vm::accel::Clock;
use vm::image::Base;
use vm::layers;
use vm::{Cache, End, Guest, Host, Image, Limit, Shell, Stream, tools};

use crate::deps;
use crate::event::{Event, Stamped};
use crate::images::say_leftovers;
use crate::names::{Misnamed, select_images};
use crate::report::live;

/// Ctrl-], as telnet has it.
const ESCAPE: u8 = 0x1d;

/// Opens an interactive root shell on a guest's console
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Every key goes to the guest, Ctrl-C among them; Ctrl-] ends the session and the guest. The guest's disk is thrown away.

Example:
  cargo xtask shell debian-13")]
pub struct ShellArgs {
    /// The image to boot; NAME=PATH: from a file in place of the published image
    image: String,
    /// Boot the guest, though its memory was saved
    #[arg(long)]
    cold: bool,
}

/// Runs a command in a guest
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
The command's output is passed on as it comes, and its exit status is this command's (128 + N for signal N).

Examples:
  cargo xtask exec debian-12 -- uname -a
  cargo xtask exec debian-13 -- sh -c 'cat /proc/self/status | grep Sig'")]
pub struct ExecArgs {
    /// The image to boot, NAME=PATH for a file in place of the published image, or `host`
    image: String,
    /// Boot the guest, though its memory was saved
    #[arg(long)]
    cold: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, num_args = 1..)]
    command: Vec<String>,
}

/// Runs `cargo xtask shell`.
///
/// # Errors
/// When there is no terminal, or the image does not come up.
pub fn shell(root: &Path, args: &ShellArgs) -> Result<ExitCode> {
    let image = one_image(root, &args.image)?;
    if image.base == Base::Host {
        bail!(
            "`{}` is this machine: you are in a shell of it already",
            image.name
        );
    }
    if !std::io::stdin().is_terminal() {
        bail!(
            "a shell needs a terminal; to run one command: cargo xtask exec {} -- COMMAND",
            image.name
        );
    }
    let mut guest = boot(&image, args.cold)?;
    if let Ok(size) = tcgetwinsize(std::io::stdin()) {
        // A console of another size is a nuisance, not a failure.
        let _ = guest.resize_console(size.ws_row, size.ws_col);
    }
    eprintln!(
        "{}: root on its console; Ctrl-] ends the session and the guest",
        image.name
    );
    let raw = RawTerminal::enter()?;
    let attached = guest.console().attach(Keys, std::io::stdout(), ESCAPE);
    drop(raw);
    attached?;
    eprintln!("\n{}: ended", image.name);
    Ok(ExitCode::SUCCESS)
}

/// Runs `cargo xtask exec`.
///
/// # Errors
/// When the image does not come up, or the guest is lost while the command runs.
pub fn exec(root: &Path, args: &ExecArgs) -> Result<ExitCode> {
    let image = one_image(root, &args.image)?;
    let mut shell: Box<dyn Shell> = match image.base {
        Base::Host => Box::new(Host::open(&image)?),
        _ => Box::new(boot(&image, args.cold)?),
    };
    let command: Vec<_> = args.command.iter().map(|word| quote(word)).collect();
    let mut written = Ok(());
    let end = shell.exec(&command.join(" "), Limit::None, &mut |stream, bytes| {
        if written.is_ok() {
            written = write(stream, bytes);
        }
    })?;
    written.context("writing the command's output")?;
    shell.close()?;
    let status = match end {
        End::Exit(status) => status,
        End::Signal(signal) => 128 + signal,
        End::Deadline => bail!("the command was killed, though it had no limit"),
    };
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX)))
}

fn write(stream: Stream, bytes: &[u8]) -> std::io::Result<()> {
    match stream {
        Stream::Out => {
            let mut out = std::io::stdout().lock();
            out.write_all(bytes)?;
            out.flush()
        }
        Stream::Err => std::io::stderr().write_all(bytes),
    }
}

/// Quotes a word for sh(1).
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn one_image(root: &Path, name: &str) -> Result<Image> {
    let images = Image::load_all(&root.join("images"))?;
    let mut found = select_images(&[name.to_owned()], &images)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        count => Err(Misnamed::new(format!("`{name}` names {count} images; name one")).into()),
    }
}

fn boot(image: &Image, cold: bool) -> Result<Guest> {
    deps::ensure(&tools::needed_by([image]), false)?;
    let cache = Cache::open()?;
    say_leftovers(&cache);
    let log = std::env::temp_dir().join(format!(
        "sigmatrix-{}-{}.console.log",
        image.name,
        std::process::id()
    ));
    let options = layers::Options {
        clock: Clock::Real,
        cpus: None,
        cold,
        accelerator: None,
        console_log: log.clone(),
        offline: false,
        primer: None,
    };
    let live = RefCell::new(live::reporter());
    let start = Instant::now();
    let guest = layers::boot(&cache, image, &options, &|step| {
        let event = Stamped {
            at: start.elapsed().as_secs_f64(),
            event: Event::of(&image.name, step),
        };
        // What cannot be shown does not keep a guest from coming up.
        let _ = live.borrow_mut().take(&event);
    });
    drop(live);
    if log.exists() && guest.is_err() {
        let place = log.display();
        return guest
            .with_context(|| format!("booting {} (its console's log is {place})", image.name));
    }
    // The console of a guest that came up has nothing to tell.
    let _ = std::fs::remove_file(log);
    guest.with_context(|| format!("booting {}", image.name))
}

/// The terminal in raw mode until dropped.
struct RawTerminal(Termios);

impl RawTerminal {
    fn enter() -> Result<RawTerminal> {
        let before = tcgetattr(std::io::stdin()).context("reading the terminal's mode")?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(std::io::stdin(), OptionalActions::Now, &raw)
            .context("setting the terminal's mode")?;
        Ok(RawTerminal(before))
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        // There is nothing left to do about a terminal that is gone.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// The keyboard, each key as it comes: `std::io::Stdin` keeps a buffer that a raw terminal's keys would wait in.
struct Keys;

impl AsFd for Keys {
    fn as_fd(&self) -> BorrowedFd<'_> {
        rustix::stdio::stdin()
    }
}

impl Read for Keys {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buffer)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_guest_as_they_are() {
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
    }
}

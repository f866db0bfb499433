//! The serial console: boot and login only. What it prints is kept, watched for known failures, and never trusted.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rexpect::session::StreamSession;
use rustix::event::{PollFd, PollFlags};

use crate::text::harmless;

/// How much of the console's end is kept for errors, bytes.
const TAIL: usize = 16 * 1024;

/// A line that every system's terminal takes whole: FreeBSD's MAX_CANON is 255 (sys/syslimits.h), its line end among it.
const LINE_MAX: usize = 254;

/// A failure that a console announces: the text it prints, and what that means.
pub type Failure = (&'static str, &'static str);

/// A guest's serial console.
pub struct Console {
    input: UnixStream,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    tail: VecDeque<u8>,
    /// Who listens, and whether that ends with a known failure: a session's wait is in vain then, a person looks on.
    listener: Option<(Sender<Vec<u8>>, bool)>,
}

/// What the console's reader tells the guest's owner.
pub(crate) enum Notice {
    /// One of the known failures was printed.
    Failed(&'static Failure),
    /// QEMU closed the console: it is gone.
    Closed,
}

impl Console {
    /// Takes the console's stream, logs all it prints to `log`, and tells `notify` of failures and of its end.
    pub(crate) fn new(
        stream: UnixStream,
        log: &Path,
        failures: &'static [Failure],
        mut notify: impl FnMut(Notice) + Send + 'static,
    ) -> Result<Console> {
        let mut log = File::create(log)
            .with_context(|| format!("creating the console log {}", log.display()))?;
        let mut output = stream.try_clone()?;
        let shared = Arc::new(Mutex::new(Shared {
            tail: VecDeque::new(),
            listener: None,
        }));
        let console = Console {
            input: stream,
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut failed = false;
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                // The log is for people; a full disk must not end the guest.
                let _ = log.write_all(&bytes[..count]);
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.take(&bytes[..count]);
                if !failed && let Some(failure) = find_failure(&shared.tail, count, failures) {
                    failed = true;
                    shared.end_session();
                    notify(Notice::Failed(failure));
                }
            }
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            shared.listener = None;
            notify(Notice::Closed);
        });
        Ok(console)
    }

    /// What is kept of the end, made harmless for a terminal.
    fn text(&self) -> String {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = shared.tail.iter().copied().collect();
        harmless(&bytes)
    }

    /// What a failure means, with the line that announced it.
    pub(crate) fn explain(&self, (needle, meaning): &Failure) -> String {
        match self.text().lines().find(|line| line.contains(needle)) {
            Some(line) => format!("{meaning}: {}", line.trim()),
            None => (*meaning).to_owned(),
        }
    }

    /// The last `lines` lines, made harmless for a terminal.
    #[must_use]
    pub fn tail(&self, lines: usize) -> String {
        let text = self.text();
        let kept: Vec<_> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        kept[kept.len().saturating_sub(lines)..].join("\n")
    }

    /// A session that expects and types, with `deadline` for each wait.
    pub(crate) fn session(&self, deadline: Duration) -> Result<Session> {
        let (sender, receiver) = mpsc::channel();
        self.shared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .listener = Some((sender, true));
        let listener = Listener {
            receiver,
            rest: VecDeque::new(),
        };
        let millis = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        Ok(rexpect::session::spawn_stream(
            listener,
            Typist(self.input.try_clone()?),
            Some(millis),
        ))
    }

    /// Joins the console to a person's terminal: copies what it prints to `screen` and `keys` to it, until a key sequence
    /// `escape` is typed or one of the two ends.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn attach(
        &self,
        mut keys: impl Read + AsFd,
        mut screen: impl Write + Send + 'static,
        escape: u8,
    ) -> Result<()> {
        let (sender, receiver) = mpsc::channel::<Vec<u8>>();
        self.shared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .listener = Some((sender, false));
        let printer = std::thread::spawn(move || {
            for bytes in receiver {
                if screen
                    .write_all(&bytes)
                    .and_then(|()| screen.flush())
                    .is_err()
                {
                    break;
                }
            }
        });
        let mut input = self.input.try_clone()?;
        // A first line end makes the shell print its prompt.
        input.write_all(b"\n")?;
        let mut key = [0; 64];
        'typing: while self.await_key(&keys)? {
            let Ok(count @ 1..) = keys.read(&mut key) else {
                break;
            };
            for byte in &key[..count] {
                if *byte == escape || input.write_all(&[*byte]).is_err() {
                    break 'typing;
                }
            }
        }
        self.shared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .listener = None;
        printer
            .join()
            .map_err(|_| anyhow!("the console's printer panicked"))
    }

    /// Waits for a key; false: the guest is gone, and nothing will read it.
    fn await_key(&self, keys: &impl AsFd) -> Result<bool> {
        let mut ready = [
            PollFd::new(keys, PollFlags::IN),
            PollFd::new(&self.input, PollFlags::empty()),
        ];
        rustix::event::poll(&mut ready, None).context("waiting for a key")?;
        Ok(ready[1].revents().is_empty())
    }
}

impl Shared {
    fn take(&mut self, bytes: &[u8]) {
        self.tail.extend(bytes);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        if let Some((listener, _)) = &self.listener
            && listener.send(bytes.to_vec()).is_err()
        {
            self.listener = None;
        }
    }

    fn end_session(&mut self) {
        self.listener.take_if(|(_, ends)| *ends);
    }
}

/// The failure that the last `new` bytes of `tail` complete.
fn find_failure(
    tail: &VecDeque<u8>,
    new: usize,
    failures: &'static [Failure],
) -> Option<&'static Failure> {
    failures.iter().find(|(needle, _)| {
        let start = tail.len().saturating_sub(new + needle.len() - 1);
        let text: Vec<u8> = tail.range(start..).copied().collect();
        text.windows(needle.len())
            .any(|window| window == needle.as_bytes())
    })
}

/// A session on a console that expects and types.
pub(crate) type Session = StreamSession<Typist>;

/// What the console prints, for rexpect to read.
struct Listener {
    receiver: Receiver<Vec<u8>>,
    rest: VecDeque<u8>,
}

impl Read for Listener {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            match self.receiver.recv() {
                Ok(bytes) => self.rest.extend(bytes),
                Err(_) => return Ok(0),
            }
        }
        self.rest.read(buffer)
    }
}

/// Types one character after the other: a guest's serial line loses and corrupts what comes faster than it reads.
pub(crate) struct Typist(UnixStream);

impl Write for Typist {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.0.write_all(&[*byte])?;
            // 115,200 baud: the pace at which a real line would carry the characters.
            std::thread::sleep(Duration::from_micros(90));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Types `line` and waits for the word that it prints at its end; answers the status that came with it.
///
/// The word is built so that its text never stands in the echoed line.
///
/// # Errors
/// When the deadline of the session passes first, or the guest is gone; or the line is longer than a terminal takes.
pub(crate) fn type_line(session: &mut Session, line: &str) -> Result<i32> {
    let line = format!("{line}; echo EN\"\"DED $? .");
    if line.len() > LINE_MAX {
        bail!("a terminal takes lines of {LINE_MAX} bytes, and `{line}` is longer");
    }
    session.send_line(&line).context("typing on the console")?;
    let (_, found) = session
        .exp_regex(r"ENDED [0-9]+ \.")
        .map_err(|error| anyhow!("{}", short(&error)))?;
    let status = found.split(' ').nth(1).unwrap_or_default();
    match status.parse() {
        Ok(status) => Ok(status),
        Err(_) => bail!("the console answered `{}`", harmless(found.as_bytes())),
    }
}

/// rexpect's errors quote all that was read: the console's tail is shown apart, and harmless.
pub(crate) fn short(error: &rexpect::error::Error) -> String {
    match error {
        rexpect::error::Error::Timeout {
            expected, timeout, ..
        } => {
            format!(
                "{expected} did not appear on the console within {} s",
                timeout.as_secs()
            )
        }
        rexpect::error::Error::EOF { expected, .. } => {
            format!("the guest ended before {expected} appeared")
        }
        other => harmless(other.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_found_however_it_comes_in_pieces() {
        const FAILURES: &[Failure] = &[("panic:", "the kernel panicked")];
        for pieces in [&["panic: x"][..], &["a pan", "ic: x"], &["a", "panic", ":"]] {
            let mut tail = VecDeque::new();
            let found = pieces.iter().any(|piece| {
                tail.extend(piece.bytes());
                find_failure(&tail, piece.len(), FAILURES).is_some()
            });
            assert!(found, "{pieces:?}");
        }
        let tail = "panic: seen before, x".bytes().collect();
        assert!(find_failure(&tail, 1, FAILURES).is_none());
    }
}

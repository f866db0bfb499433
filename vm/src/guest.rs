//! A guest: a root shell with status, output and deadline; files in; an orderly end.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};

use crate::accel::{Accelerator, Clock};
use crate::agent::{self, Frame, Stream};
use crate::cache::{self, Cache, Kind, Layer, Leftover, Scratch};
use crate::console::{self, Console};
use crate::image::Image;
use crate::monitor::Monitor;
use crate::origin::SOURCE;
use crate::os::{self, System};
use crate::qemu::{self, Disk, Kernel, Machine, Memory, Qemu};
use crate::shell::{End, Limit, Shell};
use crate::text::harmless;

/// The payload disk's size: tests, sources and built programs are far below, and the file is sparse.
pub(crate) const PAYLOAD_SIZE: u64 = 64 << 20;

/// Where a run's files go in a guest: in memory (the guest's /tmp is a tmpfs).
pub const FOLDER: &str = "/tmp/sigmatrix";

/// The notebook of what guests said of themselves, by prepared layer and question.
const PROVENANCE: &str = "provenance";

/// How long a guest may be silent before it is asked whether it still lives.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it then has to answer; TCG guests on a loaded host answer in milliseconds.
const ANSWER: Duration = Duration::from_secs(20);

/// How long a guest has to power off before it is killed.
const POWER_OFF: Duration = Duration::from_secs(30);

/// A booted image.
pub struct Guest {
    image: Image,
    system: &'static dyn System,
    accelerator: Accelerator,
    clock: Clock,
    cpus: u32,
    cache: Cache,
    // Dropped in this order: the machine, then what it uses.
    qemu: Qemu,
    console: Console,
    agent: UnixStream,
    monitor: Monitor,
    events: Receiver<Event>,
    requests: u64,
    payload: PathBuf,
    _scratch: Scratch,
    layers: Vec<Layer>,
    pub(crate) primed: bool,
    /// Has the payload disk its name?
    pub(crate) has_named_payload: bool,
}

/// What happens in a guest, in one queue.
enum Event {
    Agent(std::io::Result<Frame>),
    Console(console::Notice),
}

/// A guest that can no longer be worked with: it panicked, ended, fell silent, or lost its agent.
#[derive(Clone, Debug)]
pub struct Lost {
    /// What happened, a clause.
    pub why: String,
    /// The console's last lines, harmless for a terminal.
    pub console: String,
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the guest is lost: {}", self.why)?;
        if self.console.is_empty() {
            return formatter.write_str("; its console printed nothing");
        }
        write!(
            formatter,
            "; the last lines of its console:\n{}",
            indent(&self.console)
        )
    }
}

impl std::error::Error for Lost {}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// What [`Guest::start`] needs beyond the image.
pub(crate) struct Start<'a> {
    pub cache: &'a Cache,
    pub image: &'a Image,
    pub accelerator: Accelerator,
    pub clock: Clock,
    pub cpus: u32,
    pub memory: Memory<'a>,
    pub disk: Disk,
    pub kernel: Option<Kernel>,
    pub console_log: &'a Path,
    pub layers: Vec<Layer>,
    /// Does it reach the host's network?
    pub network: bool,
}

impl Guest {
    /// Starts the machine and listens to its lines; nothing is said of how far it has come.
    pub(crate) fn start(start: Start<'_>) -> Result<Guest> {
        let what = Leftover {
            image: start.image.name.clone(),
            what: "a guest, and what it had written".to_owned(),
        };
        let scratch = start.cache.scratch("run", &what)?;
        let payload = scratch.path().join("payload");
        File::create(&payload)?.set_len(PAYLOAD_SIZE)?;
        let machine = Machine {
            name: &start.image.name,
            accelerator: start.accelerator,
            clock: start.clock,
            cpus: start.cpus,
            size: start.image.memory,
            memory: start.memory,
            disk: &start.disk,
            payload: &payload,
            kernel: start.kernel,
            network: start.network,
            log: &scratch.path().join("qemu.log"),
        };
        let (qemu, lines) = Qemu::start(&machine)?;
        let system = os::system(start.image.os);
        let (events, inbox) = mpsc::channel();
        let notices = events.clone();
        // A guest whose owner is gone has nobody left to tell.
        let console = Console::new(
            lines.console,
            start.console_log,
            system.failures(),
            move |notice| {
                drop(notices.send(Event::Console(notice)));
            },
        )?;
        let port = lines.agent.try_clone()?;
        std::thread::spawn(move || {
            agent::read_frames(port, |frame| drop(events.send(Event::Agent(frame))))
        });
        Ok(Guest {
            image: start.image.clone(),
            system,
            accelerator: start.accelerator,
            clock: start.clock,
            cpus: start.cpus,
            cache: start.cache.clone(),
            qemu,
            console,
            agent: lines.agent,
            monitor: lines.monitor,
            events: inbox,
            requests: 0,
            payload,
            _scratch: scratch,
            layers: start.layers,
            primed: false,
            has_named_payload: false,
        })
    }

    /// Did it go on from where its [primer](crate::layers::Primer) had worked?
    #[must_use]
    pub fn is_primed(&self) -> bool {
        self.primed
    }

    /// Its serial console.
    #[must_use]
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Tells the console how large the terminal behind it is.
    ///
    /// # Errors
    /// As [`Shell::read`].
    pub fn resize_console(&mut self, rows: u16, columns: u16) -> Result<()> {
        self.read(
            &self.system.resize_console(rows, columns),
            Duration::from_secs(10),
        )?;
        Ok(())
    }

    /// Waits until the agent says hello.
    pub(crate) fn await_agent(&mut self, deadline: Duration) -> Result<(), Lost> {
        let until = Instant::now() + deadline;
        loop {
            match self.next(until)? {
                Some(Frame::Hello) => return Ok(()),
                Some(_) => {}
                None => {
                    return Err(self.lost(format!(
                        "it did not come up within {} s",
                        deadline.as_secs()
                    )));
                }
            }
        }
    }

    /// Stops the machine, writes its state to `state`, and ends it.
    pub(crate) fn save(mut self, state: &Path) -> Result<()> {
        let file = File::create(state)?;
        self.monitor
            .save(&file)
            .map_err(|error| self.lost(format!("its state was not saved: {error:#}")))?;
        self.await_end()
    }

    /// Loads the state of a saved machine into this one, which waits for it, and lets it run.
    pub(crate) fn resume(&mut self, state: &Path) -> Result<()> {
        let file = File::open(state)?;
        self.monitor
            .load(&file)
            .map_err(|error| self.lost(format!("its state was not loaded: {error:#}")))?;
        Ok(())
    }

    /// Asks the agent for a word that it has not heard before.
    pub(crate) fn shake_hands(&mut self) -> Result<(), Lost> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nonce = now.unwrap_or_default().as_nanos().to_string();
        self.send(&format!("ping {nonce}"))?;
        self.expect(&Frame::Pong { nonce })
    }

    /// Waits until the console shows `words`.
    pub(crate) fn await_words(&self, words: &str, deadline: Duration) -> Result<(), String> {
        let mut session = self
            .console
            .session(deadline)
            .map_err(|error| error.to_string())?;
        match session.exp_string(words) {
            Ok(_) => Ok(()),
            Err(error) => {
                let said = self.qemu.words();
                let said = if said.is_empty() {
                    said
                } else {
                    format!(" (QEMU says: {said})")
                };
                Err(format!("{}{said}", console::short(&error)))
            }
        }
    }

    /// Logs in on the console of a base layer.
    pub(crate) fn log_in(&mut self, deadline: Duration) -> Result<(), Lost> {
        self.system
            .log_in(&self.console, deadline)
            .map_err(|error| self.lost_on_console(format!("{error:#}")))
    }

    /// How it was lost when a session on its console ended: by a failure that the console announced, else as `why` says.
    pub(crate) fn lost_on_console(&mut self, why: String) -> Lost {
        match self.next(Instant::now()) {
            Err(lost) => lost,
            Ok(_) => self.lost(why),
        }
    }

    /// Powers the guest off in order.
    ///
    /// # Errors
    /// When it does not go, and has to be killed.
    pub fn power_off(mut self) -> Result<()> {
        self.send_command(self.system.power_off())?;
        self.await_end()
    }

    /// Waits for the guest's end after a power-off was asked for.
    pub(crate) fn await_end(&mut self) -> Result<()> {
        let until = Instant::now() + POWER_OFF;
        loop {
            match self
                .events
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(Event::Console(console::Notice::Closed))
                | Err(RecvTimeoutError::Disconnected) => break,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self
                        .lost(format!(
                            "it did not power off within {} s",
                            POWER_OFF.as_secs()
                        ))
                        .into());
                }
            }
        }
        match self.qemu.wait(until) {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("QEMU ended with {status}: {}", self.qemu.words()),
            None => Err(self.lost("its machine did not end".to_owned()).into()),
        }
    }

    /// Puts files in before there is an agent; answers the shell command that unpacks them, for the caller to type.
    pub(crate) fn load_payload(&self, archive: &[u8], folder: &str) -> Result<String> {
        write_payload(&self.payload, archive)?;
        let (disk, find) = self.system.payload();
        Ok(format!(
            "mkdir -p {folder} && {find} && tar -xf {disk} -C {folder}"
        ))
    }

    pub(crate) fn lost(&self, why: String) -> Lost {
        let words = self.qemu.words();
        let why = if words.is_empty() {
            why
        } else {
            format!("{why} (QEMU says: {words})")
        };
        Lost {
            why,
            console: self.console.tail(12),
        }
    }

    /// The agent's next frame; `None` at `until`.
    fn next(&mut self, until: Instant) -> Result<Option<Frame>, Lost> {
        loop {
            match self
                .events
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(Event::Agent(Ok(frame))) => return Ok(Some(frame)),
                Ok(Event::Agent(Err(error))) if error.kind() == std::io::ErrorKind::InvalidData => {
                    return Err(self.lost(error.to_string()));
                }
                Ok(Event::Console(console::Notice::Failed(failure))) => {
                    // The panic's own lines come after its first: they end with the machine.
                    let grace = Instant::now() + Duration::from_secs(5);
                    while let Ok(event) = self
                        .events
                        .recv_timeout(grace.saturating_duration_since(Instant::now()))
                    {
                        if matches!(event, Event::Console(console::Notice::Closed)) {
                            break;
                        }
                    }
                    return Err(self.lost(self.console.explain(failure)));
                }
                Ok(Event::Console(console::Notice::Closed))
                | Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.lost("its machine ended".to_owned()));
                }
                // The port closes a moment before the console does, whose last words are wanted.
                Ok(Event::Agent(Err(_))) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(None),
            }
        }
    }

    fn send(&mut self, line: &str) -> Result<(), Lost> {
        agent::send_line(&self.agent, line).map_err(|_| self.lost("its machine ended".to_owned()))
    }

    fn next_request(&mut self) -> String {
        self.requests += 1;
        self.requests.to_string()
    }

    fn send_command(&mut self, command: &str) -> Result<String, Lost> {
        let own = self.next_request();
        self.send(&format!("exec {own} {}", command.len()))?;
        self.expect(&Frame::Go { id: own.clone() })?;
        for piece in command.as_bytes().chunks(agent::PIECE) {
            agent::send_piece(&self.agent, piece)
                .map_err(|_| self.lost("its machine ended".to_owned()))?;
            self.expect(&Frame::Ack { id: own.clone() })?;
        }
        Ok(own)
    }

    /// Waits for one frame; what is left over of an earlier command is passed by.
    fn expect(&mut self, wanted: &Frame) -> Result<(), Lost> {
        let until = Instant::now() + ANSWER;
        loop {
            match self.next(until)? {
                Some(frame) if frame == *wanted => return Ok(()),
                Some(Frame::Hello) => return Err(self.lost("its agent was killed".to_owned())),
                Some(_) => {}
                None => return Err(self.lost(silent())),
            }
        }
    }

    /// Waits for the end of a request, by its ID, and passes on what comes meanwhile.
    fn follow(
        &mut self,
        own: &str,
        limit: Limit,
        output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<End> {
        let mut watch = Watch::new(limit);
        loop {
            let Some(frame) = self.next(watch.until())? else {
                match watch.expired() {
                    Expired::Silence => {
                        let nonce = self.next_request();
                        self.send(&format!("ping {nonce}"))?;
                    }
                    Expired::Deadline => self.send(&format!("kill {own}"))?,
                    Expired::Patience(why) => return Err(self.lost(why).into()),
                }
                continue;
            };
            watch.heard();
            match frame {
                Frame::Output { id, stream, bytes } if id == own => {
                    watch.printed();
                    output(stream, &bytes);
                }
                Frame::Exit { id, .. } | Frame::Signal { id, .. } if id == own && watch.killed => {
                    return Ok(End::Deadline);
                }
                Frame::Exit { id, status } if id == own => return Ok(End::Exit(status)),
                Frame::Signal { id, signal } if id == own => return Ok(End::Signal(signal)),
                Frame::Hello => return Err(self.lost("its agent was killed".to_owned()).into()),
                _ => {}
            }
        }
    }
}

impl Shell for Guest {
    fn image(&self) -> &Image {
        &self.image
    }

    fn folder(&self) -> &str {
        FOLDER
    }

    fn exec(
        &mut self,
        command: &str,
        limit: Limit,
        output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<End> {
        if command.len() > agent::COMMAND_MAX {
            bail!(
                "the command has {} bytes, and a guest takes {}: put it in a file",
                command.len(),
                agent::COMMAND_MAX
            );
        }
        let own = self.send_command(command)?;
        self.follow(&own, limit, output)
    }

    fn put(&mut self, archive: &[u8]) -> Result<()> {
        let (disk, find) = self.system.payload();
        if !self.has_named_payload {
            self.read(&find, Duration::from_secs(60))
                .context("looking for the disk with files in the guest")?;
            self.has_named_payload = true;
        }
        write_payload(&self.payload, archive)?;
        let own = self.next_request();
        self.send(&format!("put {own} {disk} {FOLDER}"))?;
        let mut why = Vec::new();
        let limit = Limit::Total(Duration::from_secs(120));
        match self.follow(&own, limit, &mut |_, bytes| why.extend(bytes))? {
            End::Exit(0) => Ok(()),
            _ => bail!("unpacking files in the guest failed: {}", harmless(&why)),
        }
    }

    fn provenance(&mut self) -> Result<Vec<(String, String)>> {
        let layers = self.layers.iter();
        let prepared = layers.rev().find(|layer| layer.kind == Kind::Prepared);
        let layer = prepared.map_or(String::new(), |layer| layer.key.clone());
        // What a layer is made of does not change: it is asked once.
        let question = self.provenance_script(self.system.provenance());
        let key = cache::key(&[layer.as_bytes(), question.as_bytes()]);
        let mut provenance: Vec<_> = match self.cache.recall(PROVENANCE, &key) {
            Some(provenance) => provenance,
            None => {
                let provenance = self.ask_provenance(&question)?;
                self.cache.remember(PROVENANCE, &key, &provenance)?;
                provenance
            }
        };
        let made_of = self.layers.iter().flat_map(|layer| &layer.manifest.made_of);
        provenance.extend(made_of.filter(|(key, _)| key == SOURCE).cloned());
        provenance.push(("image".to_owned(), layer));
        provenance.push(("accelerator".to_owned(), self.accelerator.name().to_owned()));
        if self.clock == Clock::Virtual {
            provenance.push(("clock".to_owned(), self.clock.name().to_owned()));
        }
        if self.cpus != self.image.cpus {
            provenance.push(("cpus".to_owned(), self.cpus.to_string()));
        }
        provenance.push(("qemu".to_owned(), qemu::version()?));
        Ok(provenance)
    }

    /// The guest's disk is thrown away with it, so there is nothing to be orderly about: it is killed.
    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

/// The two clocks of a running command: its limit, and how long the guest has been silent.
struct Watch {
    limit: Limit,
    deadline: Option<Instant>,
    killed: bool,
    /// When the silence is long enough to ask, or, once asked, to give up.
    silence: Instant,
    asked: bool,
}

/// Which clock of a [`Watch`] ran out.
enum Expired {
    /// Ask whether the guest lives.
    Silence,
    /// Kill the command.
    Deadline,
    /// Give up.
    Patience(String),
}

impl Watch {
    fn new(limit: Limit) -> Watch {
        let deadline = limit.renewed(None);
        Watch {
            limit,
            deadline,
            killed: false,
            silence: Instant::now() + PATIENCE,
            asked: false,
        }
    }

    fn until(&self) -> Instant {
        self.deadline
            .map_or(self.silence, |deadline| deadline.min(self.silence))
    }

    /// Whatever a guest says, it lives.
    fn heard(&mut self) {
        self.asked = false;
        self.silence = Instant::now() + PATIENCE;
    }

    fn printed(&mut self) {
        if !self.killed {
            self.deadline = self.limit.renewed(self.deadline);
        }
    }

    fn expired(&mut self) -> Expired {
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            if self.killed {
                return Expired::Patience("a command outlived SIGKILL".to_owned());
            }
            self.killed = true;
            self.deadline = Some(now + ANSWER);
            return Expired::Deadline;
        }
        if self.asked {
            return Expired::Patience(silent());
        }
        self.asked = true;
        self.silence = now + ANSWER;
        Expired::Silence
    }
}

fn silent() -> String {
    format!(
        "it fell silent, and did not answer within {} s",
        ANSWER.as_secs()
    )
}

fn write_payload(payload: &Path, archive: &[u8]) -> Result<()> {
    if archive.len() as u64 > PAYLOAD_SIZE {
        bail!(
            "the files for the guest take {} bytes, and the payload disk has {PAYLOAD_SIZE}",
            archive.len()
        );
    }
    let mut disk = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(payload)?;
    disk.write_all(archive)?;
    disk.set_len(PAYLOAD_SIZE)?;
    Ok(())
}

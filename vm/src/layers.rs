//! Layers: base -> prepared -> warm -> a running guest, each made from the one below when it is not there.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::accel::{self, Accelerator, Clock, Proof};
use crate::cache::{self, Cache, Kind, Layer, ROOM_VARIABLE};
use crate::console;
use crate::guest::{Guest, Lost, Start};
use crate::image::Image;
use crate::origin::Origin;
use crate::os::{self, System};
use crate::process;
use crate::qemu::{self, Disk, Kernel, Machine, Memory};
use crate::shell::{Limit, Shell};
use crate::tools;
use crate::unpack;

/// Bumped when what is done to make a layer changes in a way that none of its inputs shows.
const RECIPE: &[u8] = b"1";

/// How long a guest has to come up, by what runs it. Measured with TCG on two cores: 8 s; in virtual time, where FreeBSD's
/// loader is slow, more than 180 s on a host with much else to do.
fn boot_deadline(accelerator: Accelerator, clock: Clock) -> Duration {
    Duration::from_secs(match (accelerator, clock) {
        (Accelerator::Tcg, Clock::Real) => 180,
        (Accelerator::Tcg, Clock::Virtual) => 480,
        (Accelerator::Kvm | Accelerator::Hvf, _) => 40,
    })
}

/// The file in a guest by which a prepare script says why there is no Python.
pub const WITHOUT_PYTHON: &str = "/usr/local/share/sigmatrix/without-python";

/// How long each step of preparing may take. FreeBSD's script gives pkg 15 minutes, and compiles before.
const PREPARE_DEADLINE: Duration = Duration::from_secs(1200);

/// Runs what tests are built and run with, where it is installed: virtual time must not jump ahead while they wait for the
/// disk. The words are the shell's everywhere.
const WARM_UP: &str = "cd /tmp && echo 'int main(void) { return 0; }' > warm.c && cc -O1 -pthread -o warm warm.c && ./warm
python3 -c 'import atexit, ctypes, fcntl, mmap, multiprocessing.popen_fork, multiprocessing.resource_tracker'
python3 -c 'import multiprocessing.synchronize, resource, select, socket, struct, subprocess, termios, threading'
rm -f warm warm.c";

/// How long a guest that is about to be saved has for each thing that it is to do before.
const WARM_UP_DEADLINE: Duration = Duration::from_secs(120);

/// Where the files for the prepare script go in the guest.
const PREPARE_FOLDER: &str = "/var/tmp/sigmatrix";

/// A phase of bringing an image up, or a word about it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step<'a> {
    /// The base layer is being built from packages.
    Packages,
    /// A published image is being downloaded.
    Download,
    /// A local file's digest is being taken.
    Verify,
    /// The base layer's disk is being written.
    Unpack,
    /// How far that is, bytes.
    Progress {
        /// So many are done.
        done: u64,
        /// Of so many, if that is known.
        total: Option<u64>,
    },
    /// The prepared layer is being made.
    Prepare,
    /// The warm layer is being made: the guest boots, and is saved.
    Warm,
    /// The guest is booting.
    Boot,
    /// The guest's memory is being loaded.
    Resume,
    /// Something a person should know: a wait, a fault that was mended.
    Note(&'a str),
}

/// How to boot an image.
#[derive(Clone, Debug)]
pub struct Options {
    /// The accelerator to use; `None`: the fastest that is proved, and that can do what `clock` asks for.
    pub accelerator: Option<Accelerator>,
    /// What the guest's time goes by.
    pub clock: Clock,
    /// How many CPUs the guest has; `None`: as many as the image says. In virtual time it has one.
    pub cpus: Option<u32>,
    /// Is the guest to boot, though its memory may have been saved?
    pub cold: bool,
    /// Where the console is logged.
    pub console_log: PathBuf,
    /// Is the network left alone? Then what is not in the cache is not to be had.
    pub offline: bool,
    /// What a guest has in it that goes on from its saved memory; one that boots, for whatever reason, has not.
    pub primer: Option<Primer>,
}

/// What is done in a guest before it is saved, so that those which go on from there need not do it.
#[derive(Clone, Debug)]
pub struct Primer {
    /// A tar that is unpacked in [`crate::guest::FOLDER`] first.
    pub archive: Vec<u8>,
    /// A shell command, which must succeed. What it leaves running is saved.
    pub command: String,
}

/// A [`Primer`] did not work.
#[derive(Clone, Copy, Debug)]
pub struct Unprimed;

impl fmt::Display for Unprimed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("priming the guest that is saved")
    }
}

/// Boots an image into a guest whose agent answers, or resumes one that was saved, making what layers are missing.
///
/// A guest that does not come up is booted again, once; then its prepared layer is thrown away and made anew. A warm layer
/// that does not load is thrown away and made anew, once; then the guest boots without. An accelerator that was proved but
/// does not bring a real guest up is disproved, and TCG takes over. Each is said through `say`.
///
/// # Errors
/// [`crate::Unreachable`] when no network leads to the image; [`Unprimed`] when the primer does not work; else when a layer
/// cannot be made, or the guest does not come up.
pub fn boot(
    cache: &Cache,
    image: &Image,
    options: &Options,
    say: &dyn Fn(Step<'_>),
) -> Result<Guest> {
    let bring_up = Bringing {
        cache,
        image,
        origin: Origin::find(cache, image, options.offline, say)?,
        options,
        say,
    };
    let accelerator = match options.accelerator {
        Some(accelerator) => accelerator,
        None if options.clock == Clock::Virtual => Accelerator::Tcg,
        None => accel::fastest(cache, |accelerator| bring_up.prove(accelerator))?,
    };
    match bring_up.with(accelerator) {
        Err(error)
            if options.accelerator.is_none()
                && accelerator != Accelerator::Tcg
                && error.is::<Lost>() =>
        {
            let failure = "the kernel started, but the guest did not come up";
            bring_up.note(&format!(
                "{}: {failure}; going on with tcg",
                accelerator.name()
            ));
            accel::remember(
                cache,
                &Proof {
                    accelerator,
                    failure: Some(failure.to_owned()),
                    seconds: 0.0,
                },
            )?;
            bring_up.with(Accelerator::Tcg)
        }
        result => result,
    }
}

/// Proves what accelerators nothing is known of, if the base layer of one of `images` is there to boot; makes nothing.
///
/// # Errors
/// When QEMU is not installed, or the cache cannot be written.
pub fn prove(cache: &Cache, images: &[Image], console_log: &Path) -> Result<()> {
    for image in images {
        if let Some(origin) = Origin::recall(cache, image)
            && is_ready(cache, image)?
        {
            let options = Options {
                accelerator: None,
                clock: Clock::Real,
                cpus: None,
                cold: true,
                console_log: console_log.to_owned(),
                offline: true,
                primer: None,
            };
            let bringing = Bringing {
                cache,
                image,
                origin,
                options: &options,
                say: &|_| {},
            };
            accel::fastest(cache, |accelerator| bringing.prove(accelerator))?;
            return Ok(());
        }
    }
    Ok(())
}

/// What tells the layers that an image would use from others.
struct Keys {
    base: String,
    prepared: String,
    /// The digest of the download that it would go on with.
    download: Option<String>,
}

impl Keys {
    /// `None`: not enough is known of what it is made from.
    fn recall(cache: &Cache, image: &Image) -> Result<Option<Keys>> {
        let Some(origin) = Origin::recall(cache, image) else {
            return Ok(None);
        };
        let base = origin.key()?;
        Ok(Some(Keys {
            prepared: prepared_key(image, &base),
            base,
            download: origin.download().map(str::to_owned),
        }))
    }
}

/// Is the image's prepared layer in the cache?
///
/// # Errors
/// When the image file's content cannot be hashed.
pub fn is_ready(cache: &Cache, image: &Image) -> Result<bool> {
    let Some(Keys { prepared, .. }) = Keys::recall(cache, image)? else {
        return Ok(false);
    };
    Ok(cache
        .list()?
        .iter()
        .any(|layer| layer.kind == Kind::Prepared && layer.key == prepared))
}

/// The key of the prepared layer that `image` would use, if enough is known of what it is made from.
///
/// # Errors
/// When the image file's content cannot be hashed.
pub fn prepared(cache: &Cache, image: &Image) -> Result<Option<String>> {
    Ok(Keys::recall(cache, image)?.map(|keys| keys.prepared))
}

/// The keys of the layers that `image` would use, and the digest of the download that it would go on with.
///
/// # Errors
/// When the image file's content cannot be hashed.
pub fn keys(cache: &Cache, image: &Image) -> Result<Vec<String>> {
    let keys = Keys::recall(cache, image)?
        .map(|keys| [Some(keys.base), Some(keys.prepared), keys.download]);
    Ok(keys.into_iter().flatten().flatten().collect())
}

/// What tells the layers that `image` would use from all others, those made anew of the same among them: packages may have
/// moved on meanwhile. `None`: they are not in the cache.
///
/// # Errors
/// When the image file's content cannot be hashed.
pub fn identity(cache: &Cache, image: &Image) -> Result<Option<String>> {
    let Some(Keys { base, prepared, .. }) = Keys::recall(cache, image)? else {
        return Ok(None);
    };
    let made =
        [(Kind::Base, &base), (Kind::Prepared, &prepared)].map(|(kind, key)| cache.made(kind, key));
    let [Some(below), Some(above)] = made else {
        return Ok(None);
    };
    Ok(Some(format!("{prepared} {below} {above}")))
}

fn prepared_key(image: &Image, base: &str) -> String {
    let system = os::system(image.os);
    let script = system.prepare_script(image);
    let mut parts = vec![RECIPE, base.as_bytes(), script.as_bytes()];
    let files = system.prepare_files();
    parts.extend(
        files
            .iter()
            .flat_map(|(name, content)| [name.as_bytes(), content.as_bytes()]),
    );
    cache::key(&parts)
}

/// One image on its way up.
struct Bringing<'a> {
    cache: &'a Cache,
    image: &'a Image,
    origin: Origin,
    options: &'a Options,
    say: &'a dyn Fn(Step<'_>),
}

impl Bringing<'_> {
    fn note(&self, text: &str) {
        (self.say)(Step::Note(text));
    }

    /// A machine that boots `disk` without a network; what is otherwise is said by whoever starts it.
    fn machine(&self, accelerator: Accelerator, disk: Disk, layers: Vec<Layer>) -> Start<'_> {
        let base = &layers[0].folder;
        Start {
            cache: self.cache,
            image: self.image,
            accelerator,
            clock: Clock::Real,
            cpus: self.image.cpus,
            memory: Memory::Own,
            kernel: self.system().kernel(base, false),
            disk,
            console_log: &self.options.console_log,
            layers,
            network: false,
        }
    }

    /// That machine with the clock and the CPUs that were asked for.
    fn as_asked<'a>(&self, machine: Start<'a>) -> Start<'a> {
        Start {
            clock: self.options.clock,
            cpus: self.cpus(),
            ..machine
        }
    }

    /// How many CPUs were asked for.
    fn cpus(&self) -> u32 {
        match self.options.clock {
            Clock::Real => self.options.cpus.unwrap_or(self.image.cpus),
            Clock::Virtual => 1,
        }
    }

    /// Boots the base with an accelerator that nothing is known of, as far as its kernel's first words.
    fn prove(&self, accelerator: Accelerator) -> Result<Option<String>> {
        let base = self.base()?;
        let (word, deadline) = self.system().sign_of_life();
        let disk = Disk {
            path: base.folder.join("disk"),
            format: "raw",
            throwaway: true,
        };
        let log = self.options.console_log.with_extension("proof.log");
        let guest = Guest::start(Start {
            kernel: self.system().kernel(&base.folder, true),
            console_log: &log,
            ..self.machine(accelerator, disk, vec![base])
        })?;
        let failure = match guest.await_words(word, deadline) {
            Ok(()) => None,
            Err(error) => Some(error.to_string()),
        };
        let name = accelerator.name();
        match &failure {
            None => self.note(&format!(
                "{name}: proved: {}'s kernel runs with it on this host",
                self.image.name
            )),
            Some(failure) => self.note(&format!(
                "{name}: no guest runs with it on this host: {failure}"
            )),
        }
        Ok(failure)
    }

    fn with(&self, accelerator: Accelerator) -> Result<Guest> {
        let boot = |prepared| {
            (self.say)(Step::Boot);
            self.boot_prepared(prepared, accelerator)
        };
        if self.options.cold {
            return self.come_up(accelerator, boot);
        }
        let warm = self.warm(accelerator)?;
        let key = warm.key.clone();
        match self.resume(warm, accelerator) {
            Err(error) if error.is::<Lost>() => {
                self.note(&format!(
                    "its warm layer did not load and is made anew: {error:#}"
                ));
                self.cache.discard(Kind::Warm, &key)?;
            }
            result => return result,
        }
        match self.resume(self.warm(accelerator)?, accelerator) {
            Err(error) if error.is::<Lost>() => {
                self.note(&format!(
                    "its warm layer did not load again, and the guest boots without: {error:#}"
                ));
                self.come_up(accelerator, boot)
            }
            result => result,
        }
    }

    /// Has `boot` boot the prepared layer. If the guest does not come up, the same layer has a second try, and then a new
    /// one; an accelerator other than TCG may be at fault, and has none.
    fn come_up<T>(
        &self,
        accelerator: Accelerator,
        mut boot: impl FnMut(Layer) -> Result<T>,
    ) -> Result<T> {
        let prepared = self.prepared(accelerator)?;
        let key = prepared.key.clone();
        match boot(prepared) {
            Err(error) if error.is::<Lost>() && accelerator == Accelerator::Tcg => {
                self.note(&format!("it did not come up and boots again: {error:#}"));
            }
            result => return result,
        }
        let error = match boot(self.prepared(accelerator)?) {
            Err(error) if error.is::<Lost>() => error,
            result => return result,
        };
        if !self.cache.discard(Kind::Prepared, &key)? {
            return Err(
                error.context("its prepared layer did not come up twice, and another run uses it")
            );
        }
        self.note(&format!(
            "its prepared layer did not come up again and is made anew: {error:#}"
        ));
        boot(self.prepared(accelerator)?)
    }

    fn system(&self) -> &'static dyn System {
        os::system(self.image.os)
    }

    fn base(&self) -> Result<Layer> {
        let layer = self.layer(Kind::Base, &self.origin.key()?, None, |folder| {
            self.origin
                .make(self.cache, folder, self.options.offline, self.say)
        })?;
        if let Some(sha256) = self.origin.download() {
            self.cache.discard_download(sha256)?;
        }
        Ok(layer)
    }

    /// A layer of this image from the cache, which is kept within its bounds when one is made.
    fn layer(
        &self,
        kind: Kind,
        key: &str,
        parent: Option<&str>,
        make: impl FnOnce(&Path) -> Result<Vec<(String, String)>>,
    ) -> Result<Layer> {
        let room = Cache::room()?;
        let name = kind.name();
        let mut made = false;
        let layer = self.cache.layer(
            kind,
            key,
            &self.image.name,
            parent,
            || {
                self.note(&format!(
                    "another run is making its {name} layer: waiting for it"
                ));
            },
            |folder| {
                made = true;
                make(folder)
            },
        )?;
        for removed in if made {
            self.cache.trim(room)?
        } else {
            Vec::new()
        } {
            self.note(&format!(
                "the cache may have {} GiB ({ROOM_VARIABLE}): removed the {} layer {} of {}",
                room >> 30,
                removed.kind.name(),
                removed.key,
                removed.image.as_deref().unwrap_or("an unknown image"),
            ));
        }
        Ok(layer)
    }

    fn prepared(&self, accelerator: Accelerator) -> Result<Layer> {
        let base = self.base()?;
        let key = prepared_key(self.image, &base.key);
        let parent = base.key.clone();
        self.layer(Kind::Prepared, &key, Some(&parent), |folder| {
            (self.say)(Step::Prepare);
            let made_of = base.manifest.made_of.clone();
            self.prepare(base, folder, accelerator)?;
            Ok(made_of)
        })
    }

    /// Boots the base on an overlay, runs the prepare script through the console, and powers off.
    fn prepare(&self, base: Layer, folder: &Path, accelerator: Accelerator) -> Result<()> {
        let disk = folder.join("disk");
        overlay(&base.folder.join("disk"), "raw", &disk)?;
        let disk = Disk {
            path: disk,
            format: "qcow2",
            throwaway: false,
        };
        let log = self.options.console_log.with_extension("prepare.log");
        let mut guest = Guest::start(Start {
            console_log: &log,
            network: !self.options.offline
                && self.system().prepares_with_network()
                && qemu::has_user_network(),
            ..self.machine(accelerator, disk, vec![base])
        })?;
        guest.log_in(boot_deadline(accelerator, Clock::Real))?;
        let mut session = guest.console().session(PREPARE_DEADLINE)?;
        let unpack = guest.load_payload(&self.prepare_archive()?, PREPARE_FOLDER)?;
        let run = format!("cd {PREPARE_FOLDER} && sh prepare.sh; cd /");
        for line in [unpack, run] {
            match console::type_line(&mut session, &line) {
                Ok(0) => {}
                Ok(status) => {
                    let lost = guest.lost(format!("preparing it ended with status {status}"));
                    return Err(lost.into());
                }
                Err(error) => {
                    let why = format!("preparing it failed: {error:#}");
                    return Err(guest.lost_on_console(why).into());
                }
            }
        }
        session
            .send_line(self.system().power_off())
            .context("typing on the console")?;
        guest
            .await_end()
            .with_context(|| format!("preparing {}", self.image.name))
    }

    fn prepare_archive(&self) -> Result<Vec<u8>> {
        let script = self.system().prepare_script(self.image);
        let mut files = vec![("prepare.sh", script.as_bytes())];
        let own = self.system().prepare_files();
        files.extend(
            own.iter()
                .map(|(name, content)| (*name, content.as_bytes())),
        );
        archive(files)
    }

    fn boot_prepared(&self, prepared: Layer, accelerator: Accelerator) -> Result<Guest> {
        let disk = Disk {
            path: prepared.folder.join("disk"),
            format: "qcow2",
            throwaway: true,
        };
        let machine = self.machine(accelerator, disk, vec![self.base()?, prepared]);
        self.await_guest(self.as_asked(machine))
    }

    /// Starts a machine that boots a prepared layer, and waits for its agent.
    fn await_guest(&self, machine: Start<'_>) -> Result<Guest> {
        let (accelerator, clock) = (machine.accelerator, machine.clock);
        let start = Instant::now();
        let mut guest = Guest::start(machine)?;
        guest.await_agent(boot_deadline(accelerator, clock))?;
        // A guest that is up proves more than its kernel's first words.
        let seconds = start.elapsed().as_secs_f64();
        accel::remember(
            self.cache,
            &Proof {
                accelerator,
                failure: None,
                seconds,
            },
        )?;
        Ok(guest)
    }

    /// The warm layer: a guest of the prepared layer, saved with its memory.
    fn warm(&self, accelerator: Accelerator) -> Result<Layer> {
        let (base, prepared) = (self.base()?, self.prepared(accelerator)?);
        let clock = self.options.clock;
        let key = warm_key(
            self.system(),
            self.image,
            (clock, self.cpus()),
            accelerator,
            &prepared,
            &base,
            self.options.primer.as_ref(),
        )?;
        let parent = prepared.key.clone();
        drop((base, prepared));
        self.layer(Kind::Warm, &key, Some(&parent), |folder| {
            self.come_up(accelerator, |prepared| {
                (self.say)(Step::Warm);
                self.save(prepared, folder, accelerator)
            })?;
            Ok(vec![("clock".to_owned(), clock.name().to_owned())])
        })
    }

    /// Boots a prepared layer on an overlay of its own, has it read what runs will need, and saves it.
    fn save(&self, prepared: Layer, folder: &Path, accelerator: Accelerator) -> Result<()> {
        let disk = folder.join("disk");
        overlay(&prepared.folder.join("disk"), "qcow2", &disk)?;
        let disk = Disk {
            path: disk,
            format: "qcow2",
            throwaway: false,
        };
        let memory = folder.join("memory");
        let log = self.options.console_log.with_extension("warm.log");
        let machine = self.machine(accelerator, disk, vec![self.base()?, prepared]);
        let mut guest = self.await_guest(Start {
            memory: Memory::Kept(&memory),
            console_log: &log,
            ..self.as_asked(machine)
        })?;
        // A system without a compiler or Python has less to read.
        let limit = Limit::Total(WARM_UP_DEADLINE);
        guest.exec(WARM_UP, limit, &mut |_, _| {})?;
        if let Some(Primer { archive, command }) = &self.options.primer {
            guest.put(archive)?;
            guest.read(command, WARM_UP_DEADLINE).context(Unprimed)?;
        }
        guest.exec(&settle(self.system()), limit, &mut |_, _| {})?;
        guest.save(&folder.join("state"))?;
        // Pages that the system freed as zero, or cleared when it booted.
        unpack::dig_holes(&memory)
    }

    /// A guest that goes on where the one of the warm layer was saved.
    fn resume(&self, warm: Layer, accelerator: Accelerator) -> Result<Guest> {
        (self.say)(Step::Resume);
        let disk = Disk {
            path: warm.folder.join("disk"),
            format: "qcow2",
            throwaway: true,
        };
        let (memory, state) = (warm.folder.join("memory"), warm.folder.join("state"));
        let layers = vec![self.base()?, self.prepared(accelerator)?, warm];
        let machine = self.machine(accelerator, disk, layers);
        let mut guest = Guest::start(Start {
            memory: Memory::Saved(&memory),
            ..self.as_asked(machine)
        })?;
        guest.resume(&state)?;
        guest.shake_hands()?;
        guest.primed = self.options.primer.is_some();
        guest.has_named_payload = guest.primed;
        Ok(guest)
    }
}

/// What makes a warm layer: all that a machine which loads it must have in common with the one that was saved.
fn warm_key(
    system: &dyn System,
    image: &Image,
    (clock, cpus): (Clock, u32),
    accelerator: Accelerator,
    prepared: &Layer,
    base: &Layer,
    primer: Option<&Primer>,
) -> Result<String> {
    let named = |name: &str| PathBuf::from(name);
    let kernel = system.kernel(&base.folder, false).map(|kernel| Kernel {
        image: named("kernel"),
        initrd: named("initrd"),
        ..kernel
    });
    let disk = Disk {
        path: named("disk"),
        format: "qcow2",
        throwaway: false,
    };
    let machine = Machine {
        name: "warm",
        accelerator,
        clock,
        cpus,
        size: image.memory,
        memory: Memory::Kept(Path::new("memory")),
        disk: &disk,
        payload: Path::new("payload"),
        kernel,
        network: false,
        log: Path::new("log"),
    };
    let machine = qemu::signature(&machine)?;
    let settle = settle(system);
    let mut parts = vec![
        RECIPE,
        prepared.key.as_bytes(),
        machine.as_bytes(),
        WARM_UP.as_bytes(),
        settle.as_bytes(),
    ];
    if let Some(Primer { archive, command }) = primer {
        parts.extend([archive, command.as_bytes()]);
    }
    Ok(cache::key(&parts))
}

/// What runs last in a guest that is about to be saved.
fn settle(system: &dyn System) -> String {
    format!("{}\nsync", system.clear_free_memory())
}

fn overlay(below: &Path, format: &str, disk: &Path) -> Result<()> {
    let arguments = [
        "create",
        "-q",
        "-f",
        "qcow2",
        "-F",
        format,
        "-b",
        &below.to_string_lossy(),
        &disk.to_string_lossy(),
    ];
    process::run(
        tools::QEMU_IMG.program,
        &arguments,
        &tools::QEMU_IMG.remedy(),
    )?;
    Ok(())
}

/// A tar of files by name, those below `bin/` executable, padded to the record size that tar(1) reads (20 blocks of 512
/// bytes).
///
/// # Errors
/// When a name is too long for a tar.
pub fn archive<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(content.len() as u64);
        header.set_mode(if name.starts_with("bin/") {
            0o755
        } else {
            0o644
        });
        header.set_mtime(0);
        // Not by append_data(), which has ways for names that are too long, and the agent has not.
        header
            .set_path(name)
            .with_context(|| format!("packing {name}"))?;
        header.set_cksum();
        tar.append(&header, content)?;
    }
    let mut bytes = tar.into_inner()?;
    bytes.resize(bytes.len().next_multiple_of(10240), 0);
    Ok(bytes)
}

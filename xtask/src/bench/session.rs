//! The measuring itself: each measurement once unmeasured where something may have to be made first, then several times.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, anyhow, bail};
use vm::cache::{CACHE_VARIABLE, Kind};
use vm::{Cache, Image, layers};

use super::catalogue::{Compared, How, Measurement, Of, Unit, Way};
use super::child::{self, Commands};
use super::numbers::{Spread, shown};
use super::scratch::{Probe, Scratch};
use super::told::{CellTold, Told, ratio_of_runs};

/// The test with the hang that this project began with.
const SEED: &str = "python/pause-self-worker.py";

/// The image that is this machine.
pub const HOST: &str = "host";

/// An image to measure.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The image.
    pub image: Image,
    /// How a command line names it.
    pub argument: String,
}

impl Subject {
    fn name(&self) -> &str {
        &self.image.name
    }
}

/// The values, one a run, and what one must know to understand them.
pub type Values = (Vec<f64>, Vec<String>);

/// What measurements share.
pub struct Session<'a> {
    /// How commands are started.
    pub commands: Commands<'a>,
    /// The user's cache.
    pub cache: &'a Cache,
    /// Where projects and caches are made.
    pub scratch: Scratch<'a>,
    /// How often each measurement is made.
    pub runs: usize,
    /// Two images to run side by side.
    pub pair: [Subject; 2],
    /// Told what is being done.
    pub say: &'a dyn Fn(&str),
    /// Images whose layers are there, or why they are not.
    pub ready: HashMap<String, Result<(), String>>,
    /// Runs of whole matrices, which several measurements look at, or why there are none.
    pub matrices: HashMap<String, Result<Rc<Vec<Told>>, String>>,
}

impl Session<'_> {
    /// The image that a measurement is of, or the images, in words.
    #[must_use]
    pub fn images(&self, measurement: &Measurement, subject: &Subject) -> String {
        match measurement.how {
            How::TwoImages => self.pair.each_ref().map(Subject::name).join(" + "),
            _ => subject.name().to_owned(),
        }
    }

    /// Measures one thing on one image.
    ///
    /// # Errors
    /// When it cannot be measured: with the reason.
    pub fn measure(&mut self, measurement: &Measurement, subject: &Subject) -> Result<Values> {
        self.ready(subject)?;
        let unit = measurement.unit;
        match measurement.how {
            How::Ready(layer, way) => self.first_words(subject, layer, way).map(plain),
            How::Cell(probe) => self.cell(subject, probe, unit).map(plain),
            How::Seed => self.seed(subject),
            How::Matrix => self.matrix(subject),
            How::HostRatio(compared) => self.host_ratio(subject, compared),
            How::TwoImages => self.two_images(),
            How::Scale(times) => self.scale(subject, times),
            How::Memory(of) => self.memory(subject, of),
            How::SavedGuest => self.saved_guest(subject),
        }
    }

    /// Runs `once` unmeasured, and then as often as was asked for.
    fn several<T>(&self, mut once: impl FnMut() -> Result<T>) -> Result<Vec<T>> {
        (self.say)("once unmeasured");
        once()?;
        self.measured(once)
    }

    /// Runs `once` as often as was asked for.
    fn measured<T>(&self, mut once: impl FnMut() -> Result<T>) -> Result<Vec<T>> {
        let run = |run| {
            (self.say)(&format!("run {run} of {}", self.runs));
            once()
        };
        (1..=self.runs).map(run).collect()
    }

    /// Makes the image's layers, unmeasured; what they cannot be made for is remembered.
    fn ready(&mut self, subject: &Subject) -> Result<()> {
        if subject.name() == HOST {
            return Ok(());
        }
        if !self.ready.contains_key(subject.name()) {
            (self.say)("making its layers, unmeasured");
            let made = self.wake(subject, Way::Program).map(drop);
            let made = made.map_err(|error| format!("{error:#}"));
            self.ready.insert(subject.name().to_owned(), made);
        }
        match &self.ready[subject.name()] {
            Ok(()) => Ok(()),
            Err(why) => bail!("{why}"),
        }
    }

    /// A warm guest's first words: seconds.
    fn wake(&self, subject: &Subject, way: Way) -> Result<f64> {
        child::first_words(self.commands.exec(way, &subject.argument, &[]))
    }

    fn first_words(&self, subject: &Subject, layer: Kind, way: Way) -> Result<Vec<f64>> {
        let boot = || {
            let command = self.commands.exec(way, &subject.argument, &["--cold"]);
            child::first_words(command)
        };
        match layer {
            Kind::Warm => self.several(|| self.wake(subject, way)),
            Kind::Prepared => self.several(boot),
            Kind::Base => {
                if way == Way::Cargo {
                    (self.say)("once unmeasured, warm");
                    self.wake(subject, way)?;
                }
                self.measured(|| {
                    let cache = self.scratch.cold_cache()?;
                    let mut command = self.commands.exec(way, &subject.argument, &[]);
                    command.env(CACHE_VARIABLE, cache);
                    child::first_words(command)
                })
            }
        }
    }

    /// Runs `matrix` in a project.
    fn run(&self, project: &Path, subjects: &[&Subject], options: &[&str]) -> Result<Told> {
        let images: Vec<_> = subjects.iter().map(|subject| &*subject.argument).collect();
        child::matrix(self.commands.matrix(project, &images, options), false)
    }

    fn cell(&self, subject: &Subject, probe: Probe, unit: Unit) -> Result<Vec<f64>> {
        let project = self.scratch.probes()?;
        let options = ["--test", probe.id, "--clock", probe.clock];
        self.several(|| {
            let told = self.run(&project, &[subject], &options)?;
            let seconds = told.cell(subject.name(), probe.id)?.took(probe.end)?;
            Ok(seconds * unit.in_a_second())
        })
    }

    fn seed(&self, subject: &Subject) -> Result<Values> {
        let project = self.scratch.suite()?;
        let mut ends = String::new();
        let values = self.several(|| {
            let told = self.run(&project, &[subject], &["--test", SEED])?;
            let cell = told.cell(subject.name(), SEED)?;
            ends = ends_of(cell)?;
            Ok(cell.here)
        })?;
        Ok((values, vec![ends]))
    }

    /// The runs of an image's whole matrix, watched. They are made once.
    fn matrices(&mut self, subject: &Subject) -> Result<Rc<Vec<Told>>> {
        self.ready(subject)?;
        if !self.matrices.contains_key(subject.name()) {
            let made = self.scratch.suite().and_then(|project| {
                let images = [subject.argument.as_str()];
                self.several(|| child::matrix(self.commands.matrix(&project, &images, &[]), true))
            });
            let made = made.map(Rc::new).map_err(|error| format!("{error:#}"));
            self.matrices.insert(subject.name().to_owned(), made);
        }
        let made = &self.matrices[subject.name()];
        made.clone().map_err(|why| anyhow!("{why}"))
    }

    fn matrix(&mut self, subject: &Subject) -> Result<Values> {
        let matrices = self.matrices(subject)?;
        let mut notes = Vec::new();
        let built: usize = matrices.iter().map(|told| told.built).sum();
        if built > 0 {
            notes.push(format!("{built} programs were built in measured runs"));
        }
        notes.extend(matrices.last().map(Told::verdicts));
        Ok((walls(&matrices), notes))
    }

    fn host_ratio(&mut self, subject: &Subject, compared: Compared) -> Result<Values> {
        let host = self.host()?;
        let (hosts, guests) = (self.matrices(&host)?, self.matrices(subject)?);
        let (name, mut count) = (subject.name(), 0);
        let ratio = |(guest, host): (&Told, &Told)| match compared {
            Compared::Runs => {
                let (ratio, cells) = ratio_of_runs((guest, name), (host, HOST))?;
                count = cells;
                Ok(ratio)
            }
            Compared::Walls => Ok(guest.running(name)? / host.running(HOST)?),
        };
        let values = guests.iter().zip(hosts.iter()).map(ratio);
        let values = values.collect::<Result<Vec<_>>>()?;
        let note = match compared {
            Compared::Runs => format!("{count} cells ran in the guest and on the host"),
            Compared::Walls => {
                let ran = (guests.last(), hosts.last());
                let count =
                    |told: Option<&Told>, image| told.map_or(0, |told| told.ran(image).count());
                let (guest, host) = (count(ran.0, name), count(ran.1, HOST));
                format!("{guest} cells in the guest, {host} on the host")
            }
        };
        Ok((values, vec![note]))
    }

    /// This machine as an image.
    fn host(&self) -> Result<Subject> {
        let images = Image::load_all(&self.commands.root.join("images"))?;
        let image = images.into_iter().find(|image| image.name == HOST);
        Ok(Subject {
            image: image.with_context(|| format!("there is no images/{HOST}.yaml"))?,
            argument: HOST.to_owned(),
        })
    }

    fn two_images(&mut self) -> Result<Values> {
        let pair = self.pair.clone();
        if pair[0].name() == pair[1].name() {
            bail!("it takes two images: name another one with --image");
        }
        let mut slower: Option<(f64, &str)> = None;
        for subject in &pair {
            let alone = Spread::of(&walls(&self.matrices(subject)?));
            let alone = alone.context("nothing was run")?.median;
            if slower.is_none_or(|(most, _)| alone > most) {
                slower = Some((alone, subject.name()));
            }
        }
        let (alone, name) = slower.context("there are no two images")?;
        let project = self.scratch.suite()?;
        let both = self.several(|| self.run(&project, &[&pair[0], &pair[1]], &[]))?;
        let values = walls(&both).iter().map(|wall| wall / alone).collect();
        let note = format!("{name} alone, the slower one: {} s", shown(alone));
        Ok((values, vec![note]))
    }

    fn scale(&self, subject: &Subject, times: usize) -> Result<Values> {
        let project = self.scratch.family(times)?;
        let told = self.several(|| self.run(&project, &[subject], &[]))?;
        let verdicts = told.last().map(Told::verdicts);
        Ok((walls(&told), verdicts.into_iter().collect()))
    }

    fn memory(&mut self, subject: &Subject, of: Of) -> Result<Values> {
        let highest = |told: &Told| match of {
            Of::Harness => told.peak.harness,
            Of::Guest => told.peak.guest,
            Of::GuestShare => told.peak.guest_share,
        };
        let matrices = self.matrices(subject)?;
        let values: Option<Vec<f64>> = matrices.iter().map(highest).collect();
        let values = values.context("this kernel does not say: it takes /proc as Linux has it")?;
        Ok(plain(values))
    }

    fn saved_guest(&self, subject: &Subject) -> Result<Values> {
        // That there is one; those of the matrix, which have more in them, are there when it has run.
        self.wake(subject, Way::Program)?;
        let below = layers::keys(self.cache, &subject.image)?;
        let layers = self.cache.list()?.into_iter();
        let saved = layers.filter(|layer| {
            let parent = layer.parent.as_ref();
            layer.kind == Kind::Warm && parent.is_some_and(|parent| below.contains(parent))
        });
        let saved = saved.max_by_key(|layer| layer.size);
        let saved = saved.context("there is no warm layer of it in the cache")?;
        let size = saved.size as f64 / f64::from(1 << 20);
        Ok((vec![size], vec![format!("warm layer {}", saved.key)]))
    }
}

fn plain(values: Vec<f64>) -> Values {
    (values, Vec::new())
}

fn walls(told: &[Told]) -> Vec<f64> {
    told.iter().map(|told| told.wall).collect()
}

/// What a cell came to, in words; one that did not run came to nothing.
fn ends_of(cell: &CellTold) -> Result<String> {
    match &cell.ends {
        Some(ends) => Ok(format!("{}, {}", cell.verdict, ends.join(" | "))),
        None => bail!(
            "the cell did not run ({}): {}",
            cell.verdict,
            cell.reason.as_deref().unwrap_or("it has no record")
        ),
    }
}

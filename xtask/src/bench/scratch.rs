//! Where measurements are made, so that no checkout and no cache notices: projects and caches of their own.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use vm::Cache;
use vm::cache::{self, Kind, Leftover};

/// A test that is there to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// Its id.
    pub id: &'static str,
    /// The program.
    text: &'static str,
    /// What the guest's time goes by.
    pub clock: &'static str,
    /// How it ends, if it does what is measured.
    pub end: &'static str,
}

/// A test that does nothing.
pub const TRIVIAL: Probe = Probe {
    id: "bench/trivial.c",
    text: r#"/*---
title: it ends at once
repeat: 20
---*/
#include "observe.h"
int main(void)
{
}
"#,
    clock: "auto",
    end: "exit 0",
};

/// A test that hangs.
pub const HUNG: Probe = Probe {
    id: "bench/hung.c",
    text: r#"/*---
title: it waits for a signal that nobody sends
hang: expected
repeat: 1
---*/
#include "observe.h"
int main(void)
{
	pause();
}
"#,
    clock: "real",
    end: "hung in pause",
};

/// The same by the virtual clock.
pub const HUNG_VIRTUAL: Probe = Probe {
    clock: "virtual",
    ..HUNG
};

/// A test that sleeps for longer than it may.
pub const TIMEOUT_VIRTUAL: Probe = Probe {
    id: "bench/timeout.c",
    text: r#"/*---
title: it sleeps for longer than it may
repeat: 1
deadline: 600
---*/
#include "observe.h"
int main(void)
{
	sleep(6000);
}
"#,
    clock: "virtual",
    end: "timed out",
};

/// The family that is measured once and several times over.
const FAMILY: &str = "delivery";

/// A folder for projects and caches, gone when dropped.
pub struct Scratch<'a> {
    root: &'a Path,
    cache: &'a Cache,
    /// The images whose snapshots a project has.
    images: BTreeSet<String>,
    folder: cache::Scratch,
}

impl Scratch<'_> {
    /// Makes the folder, for projects with what `root` has of these images.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn new<'a>(
        root: &'a Path,
        cache: &'a Cache,
        images: BTreeSet<String>,
    ) -> Result<Scratch<'a>> {
        let what = Leftover {
            image: "bench".to_owned(),
            what: "the projects that it measured".to_owned(),
        };
        let folder = cache
            .scratch("run", &what)
            .with_context(|| format!("making a folder below {}", cache.root().display()))?;
        Ok(Scratch {
            root,
            cache,
            images,
            folder,
        })
    }

    /// A project with the tests that are there to be measured.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn probes(&self) -> Result<PathBuf> {
        self.project("probes", |project| {
            let tests = project.join("tests");
            fs::create_dir_all(tests.join("bench"))?;
            for probe in [TRIVIAL, HUNG, TIMEOUT_VIRTUAL] {
                fs::write(tests.join(probe.id), probe.text)?;
            }
            Ok(())
        })
    }

    /// A project with the whole suite and its snapshots.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn suite(&self) -> Result<PathBuf> {
        self.project("suite", |project| {
            copy(&self.root.join("tests"), &project.join("tests"))?;
            for image in &self.images {
                let snapshots = Path::new("snapshots").join(image);
                copy(&self.root.join(&snapshots), &project.join(&snapshots))?;
            }
            Ok(())
        })
    }

    /// A project with one family so many times over, and its snapshots.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn family(&self, times: usize) -> Result<PathBuf> {
        self.project(&format!("family-{times}"), |project| {
            let variants = Path::new("tests/variants.yaml");
            copy(&self.root.join(variants), &project.join(variants))?;
            let snapshots = self.images.iter().map(|image| format!("snapshots/{image}"));
            for folder in snapshots.chain(["tests".to_owned()]) {
                for number in 1..=times {
                    let name = format!("{FAMILY}-{number}");
                    let folder = Path::new(&folder);
                    let copied = project.join(folder).join(name);
                    copy(&self.root.join(folder).join(FAMILY), &copied)?;
                }
            }
            Ok(())
        })
    }

    /// The project of that name, with all images and `tests/lib`; `make` adds what is its own.
    fn project(&self, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let project = self.folder.path().join(name);
        if !project.exists() {
            for folder in ["images", "tests/lib"] {
                copy(&self.root.join(folder), &project.join(folder))?;
            }
            make(&project).with_context(|| format!("writing {}", project.display()))?;
        }
        Ok(project)
    }

    /// A cache in which there are the user's base layers, what was found out once, and nothing else.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn cold_cache(&self) -> Result<PathBuf> {
        let folder = self.folder.path().join("cache");
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("removing {}", folder.display()))?;
        }
        let base = Kind::Base.name();
        let (kept, linked) = (self.cache.root().join(base), folder.join(base));
        fs::create_dir_all(&linked).with_context(|| format!("making {}", linked.display()))?;
        // A link each: a cache that removes a layer to make room removes its link, and not the user's layer.
        for name in names(&kept)? {
            symlink(kept.join(&name), linked.join(&name)).context("linking a base layer")?;
        }
        for name in names(self.cache.root())? {
            if Path::new(&name).extension() == Some(OsStr::new("json")) {
                copy(&self.cache.root().join(&name), &folder.join(&name))?;
            }
        }
        Ok(folder)
    }
}

/// Copies a file, or a folder and all that is in it but pending snapshots; what is not there is left out.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for name in names(from)? {
            copy(&from.join(&name), &to.join(&name))?;
        }
    } else if from.exists() && from.extension() != Some(OsStr::new("new")) {
        let copy = || -> std::io::Result<()> {
            fs::create_dir_all(to.parent().unwrap_or(to))?;
            fs::copy(from, to)?;
            Ok(())
        };
        copy().with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    }
    Ok(())
}

/// The names in a folder.
fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    let reading = || format!("reading {}", folder.display());
    let entries = fs::read_dir(folder).with_context(reading)?;
    let names = entries.map(|entry| Ok(entry?.file_name()));
    names.collect::<Result<_>>().with_context(reading)
}

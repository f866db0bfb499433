//! The primer: what is in a guest when it is saved, so that runs need not wait for it. That is the supervisor, with the fork
//! servers of Python tests: in a guest that has just gone on, an interpreter takes as long to start as twenty runs.

use std::collections::BTreeMap;

use anyhow::Result;
use vm::layers::{self, Primer};
use vm::{Image, guest};

use crate::built::Built;
use crate::plan::{self, Compilers, Places, Program};
use crate::run::{Bench, Files, KEPT, file};
use crate::sources::Sources;

/// The script of the servers' first runs, which does nothing.
const SCRIPT: &str = "primer.py";

/// The supervisor's plan for those runs.
const PLAN: &str = "primer.plan";

/// What a session in a primed guest begins with.
#[derive(Debug)]
pub struct Primed {
    /// The files that are in it.
    pub files: Files,
    /// The interpreter's absolute path; `None`: the image has none.
    pub python: Option<String>,
}

impl Primed {
    /// What primes an image's guests; `None`: something has not been built yet, or it is not known where the interpreter is.
    ///
    /// # Errors
    /// When a source, or the cache, cannot be read.
    pub fn of(bench: &Bench<'_>, image: &Image, sources: &Sources) -> Result<Option<Primed>> {
        let Some(layer) = layers::prepared(bench.cache, image)? else {
            return Ok(None);
        };
        let python = match image.python {
            Err(_) => None,
            Ok(_) => match bench.recall_python(image) {
                None => return Ok(None),
                found => found,
            },
        };
        let built = Built::new(bench.cache, Some(&layer), Compilers::of(image))?;
        let mut files = BTreeMap::from([file(SCRIPT, String::new())]);
        let programs = programs(bench, image, sources)?.into_iter();
        for program in programs.chain([Program::supervisor()]) {
            let key = built.key(&program, sources)?;
            let Some(bytes) = built.find(&key) else {
                return Ok(None);
            };
            files.insert(program.output, (key, bytes));
        }
        Ok(Some(Primed { files, python }))
    }

    /// How a guest is primed.
    ///
    /// # Errors
    /// When a file cannot be packed.
    pub fn primer(&self, preloads: &[String]) -> Result<Primer> {
        let folder = guest::FOLDER;
        let places = self.python.as_ref().map(|python| Places {
            folder: folder.to_owned(),
            python: python.clone(),
        });
        let script = places.map(|places| plan::server_script(SCRIPT, &places, preloads));
        let runs = script.as_ref().map_or(0, |_| 1 + preloads.len());
        let (name, (_, script)) = file(PLAN, script.unwrap_or_default());
        let files = self.files.iter();
        let files = files.map(|(name, (_, content))| (name.as_str(), content.as_slice()));
        Ok(Primer {
            archive: layers::archive(files.chain([(name.as_str(), script.as_slice())]))?,
            command: format!(
                "cd {folder} && bin/supervise -k {KEPT} && bin/supervise -a {KEPT} < {PLAN} > {PLAN}.out \
                 && [ $(grep -c '\"end\":\"exit 0\"' {PLAN}.out) = {runs} ] || {{ cat {PLAN}.out >&2; false; }}"
            ),
        })
    }
}

/// What the supervisor that is kept in a guest was started from, with its fork servers, when it last made runs: files by name,
/// and what tells each from others of that name. None: none is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Kept(BTreeMap<String, String>);

impl Kept {
    /// Is the one that is kept what one started now would be, of the files that are `inside` the guest? If not, one is started,
    /// and kept: from now on it is of these.
    #[must_use]
    pub fn serves(&mut self, inside: &BTreeMap<String, String>) -> bool {
        let serves = |name: &str| plan::SERVING.iter().any(|start| name.starts_with(start));
        let now = inside.iter().filter(|(name, _)| serves(name));
        let now = now.map(|(name, digest)| (name.clone(), digest.clone()));
        // A file that came later was no part of it, and may be of a server that it starts now.
        let before = std::mem::replace(&mut self.0, now.collect());
        let same = |(name, digest)| self.0.get(name) == Some(digest);
        !before.is_empty() && before.iter().all(same)
    }
}

/// The programs that an image's guests are primed with, beside the supervisor.
///
/// # Errors
/// When it cannot be read which there are.
pub fn programs(bench: &Bench<'_>, image: &Image, sources: &Sources) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    if image.python.is_ok() {
        let libraries = bench.preloads.iter();
        programs.extend(Program::of_python(&sources.modules()?));
        programs.extend(libraries.map(|source| Program::library(source)));
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_is_kept_until_something_that_it_or_its_servers_may_have_loaded_changes() {
        let mut kept = Kept::default();
        let mut inside = BTreeMap::new();
        let mut with = |name: &str, digest: &str| {
            inside.insert(name.to_owned(), digest.to_owned());
            kept.serves(&inside)
        };
        assert!(!with("bin/supervise", "1"), "there is none");
        assert!(with("bin/fork/a-test", "1"));
        assert!(with("bin/fork/a-test", "2"), "tests are no part of it");
        assert!(
            with("bin/python/observe.pyc", "1"),
            "none was there to load"
        );
        assert!(
            !with("bin/python/observe.pyc", "2"),
            "a server may have loaded it"
        );
        assert!(with("bin/lib/ports.so", "1"));
        assert!(!with("bin/supervise", "2"));
        assert!(with("fork/a-test.py", "1"));
    }
}

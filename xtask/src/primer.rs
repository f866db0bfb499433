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
        for program in programs(bench, image, sources)? {
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

/// The programs that an image's guests are primed with.
///
/// # Errors
/// When it cannot be read which there are.
pub fn programs(bench: &Bench<'_>, image: &Image, sources: &Sources) -> Result<Vec<Program>> {
    let mut programs = vec![Program::supervisor()];
    if image.python.is_ok() {
        let libraries = bench.preloads.iter();
        programs.extend(Program::of_python(&sources.modules()?));
        programs.extend(libraries.map(|source| Program::library(source)));
    }
    Ok(programs)
}

//! The sources: the files under `tests/` that guests are given, each read once, with what it includes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use vm::programs;

use crate::suite::LIB;

/// The files of `tests/` as they are when each is first asked for.
#[derive(Debug)]
pub struct Sources {
    tests: PathBuf,
    read: RefCell<BTreeMap<String, Arc<Source>>>,
}

/// A file of `tests/`.
#[derive(Debug)]
pub struct Source {
    /// What is in it.
    pub content: Vec<u8>,
    /// What tells this content from any other.
    pub digest: String,
    /// The files of `lib` that it includes, by their names there, if they exist.
    includes: Vec<String>,
}

impl Sources {
    /// Those in the folder `tests`.
    #[must_use]
    pub fn new(tests: PathBuf) -> Self {
        Self {
            tests,
            read: RefCell::default(),
        }
    }

    /// The file with this name, relative to `tests/`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(&self, name: &str) -> Result<Arc<Source>> {
        if let Some(source) = self.read.borrow().get(name) {
            return Ok(Arc::clone(source));
        }
        let path = self.tests.join(name);
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let includes = String::from_utf8_lossy(&content)
            .lines()
            .filter_map(included)
            .map(|header| format!("{LIB}/{header}"))
            .filter(|name| self.tests.join(name).is_file())
            .collect();
        let source = Arc::new(Source {
            digest: programs::key(&[&content]),
            content,
            includes,
        });
        self.read
            .borrow_mut()
            .insert(name.to_owned(), Arc::clone(&source));
        Ok(source)
    }

    /// A source and every file of `lib` that it includes, directly or not, by name.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn inputs(&self, source: &str) -> Result<BTreeMap<String, Arc<Source>>> {
        let mut inputs = BTreeMap::new();
        let mut waiting = BTreeSet::from([source.to_owned()]);
        while let Some(name) = waiting.pop_first() {
            let source = self.file(&name)?;
            let news = source.includes.iter();
            waiting.extend(news.filter(|name| !inputs.contains_key(*name)).cloned());
            inputs.insert(name, source);
        }
        Ok(inputs)
    }

    /// The names of the Python files of `lib`, in order; none, where there is no such folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn modules(&self) -> Result<Vec<String>> {
        let mut modules = Vec::new();
        let folder = self.tests.join(LIB);
        if !folder.is_dir() {
            return Ok(modules);
        }
        for entry in fs::read_dir(folder).context("reading tests/lib")? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".py") {
                modules.push(format!("{LIB}/{name}"));
            }
        }
        modules.sort();
        Ok(modules)
    }
}

/// The file that a line includes from `lib`.
fn included(line: &str) -> Option<&str> {
    let directive = line.trim_start().strip_prefix('#')?.trim_start();
    let name = directive.strip_prefix("include")?.trim_start();
    name.strip_prefix('"')?.split('"').next()
}

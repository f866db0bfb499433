//! What was built before: programs kept outside the guest by all that goes into them, so that nothing is compiled twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use vm::{Cache, End, Limit, Programs, Shell, Stream, programs};

use crate::plan::Program;

/// Longer than the programs of any suite take through a guest's serial line.
const FETCH: Duration = Duration::from_secs(120);

/// More than the programs of any suite have, in bytes. What a guest says is not trusted, nor how much it is.
const MOST: u64 = 128 << 20;

/// The programs of one image that are kept.
#[derive(Debug)]
pub struct Built<'a> {
    programs: Programs,
    /// The layer of the guest in which they are built.
    layer: &'a str,
    cc: &'a str,
    /// The folder of the sources.
    tests: &'a Path,
}

impl<'a> Built<'a> {
    /// Those built by `cc` in guests of `layer` from sources in `tests`.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn new(cache: &Cache, layer: &'a str, cc: &'a str, tests: &'a Path) -> Result<Self> {
        Ok(Self {
            programs: Programs::of(cache)?,
            layer,
            cc,
            tests,
        })
    }

    /// Those of `wanted` that are kept, by program.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub fn find<'p>(&self, wanted: &'p [Program]) -> Result<BTreeMap<&'p Program, Vec<u8>>> {
        let mut found = BTreeMap::new();
        for program in wanted {
            if let Some(bytes) = self.programs.find(&self.key(program)?) {
                found.insert(program, bytes);
            }
        }
        Ok(found)
    }

    /// Keeps what was built just now.
    ///
    /// # Errors
    /// When the guest is lost, or says something else than was asked for; or when the cache cannot be written.
    pub fn keep(&self, shell: &mut dyn Shell, built: &[Program]) -> Result<()> {
        if built.is_empty() {
            return Ok(());
        }
        let archive = fetch(shell, built).context("fetching what was built")?;
        let mut tar = tar::Archive::new(archive.as_slice());
        for entry in tar.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let Some(program) = built.iter().find(|program| program.output == name) else {
                continue;
            };
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            self.programs.keep(&self.key(program)?, &bytes)?;
        }
        self.programs.trim()
    }

    fn key(&self, program: &Program) -> Result<String> {
        let command = program.command(self.cc).join(" ");
        let mut parts = vec![self.layer.as_bytes().to_vec(), command.into_bytes()];
        for (name, content) in inputs(self.tests, &program.source)? {
            parts.extend([name.into_bytes(), content]);
        }
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Ok(programs::key(&parts))
    }
}

/// What the programs came to, as a tar.
fn fetch(shell: &mut dyn Shell, built: &[Program]) -> Result<Vec<u8>> {
    let names = built.iter().map(|program| format!("{}\n", program.output));
    let list = vm::layers::archive([("built", names.collect::<String>().as_bytes())])?;
    shell.put(&list)?;
    let command = format!("cd {} && tar -c -f - -T built | gzip -1", shell.folder());
    let mut packed = Vec::new();
    let end = shell.exec(&command, Limit::Total(FETCH), &mut |stream, bytes| {
        if stream == Stream::Out && packed.len() as u64 <= MOST {
            packed.extend(bytes);
        }
    })?;
    if end != End::Exit(0) {
        bail!("packing them failed ({end})");
    }
    let mut archive = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(packed.as_slice()).take(MOST + 1);
    if unpacked.read_to_end(&mut archive)? as u64 > MOST {
        bail!("they have more than {} MiB", MOST >> 20);
    }
    Ok(archive)
}

/// The source and every file of `lib` that it includes, directly or not, with their contents.
fn inputs(tests: &Path, source: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut inputs = BTreeMap::new();
    let mut waiting = BTreeSet::from([source.to_owned()]);
    while let Some(name) = waiting.pop_first() {
        let path = tests.join(&name);
        let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let included = String::from_utf8_lossy(&text)
            .lines()
            .filter_map(included)
            .map(|header| format!("lib/{header}"))
            .filter(|name| tests.join(name).is_file() && !inputs.contains_key(name))
            .collect::<Vec<_>>();
        inputs.insert(name, text);
        waiting.extend(included);
    }
    Ok(inputs)
}

/// The file that a line includes from `lib`.
fn included(line: &str) -> Option<&str> {
    let directive = line.trim_start().strip_prefix('#')?.trim_start();
    let name = directive.strip_prefix("include")?.trim_start();
    name.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Kind;

    fn write(tests: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = tests.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    #[test]
    fn a_program_is_what_goes_into_it() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let cache = Cache::at(root.path().join("cache")).expect("a cache");
        let tests = root.path().join("tests");
        let files = [
            (
                "queue/x.c",
                "#include <signal.h>\n#include \"observe.h\"\nint x;\n",
            ),
            ("lib/observe.h", "#  include \"names.h\" /* names */\n"),
            ("lib/names.h", "#include \"observe.h\"\n"),
            ("lib/other.h", "\n"),
        ];
        write(&tests, &files);
        let program = Program {
            name: "queue/x.c".to_owned(),
            source: "queue/x.c".to_owned(),
            output: "bin/queue/x".to_owned(),
            kind: Kind::Test,
        };
        let key = |layer, cc, program: &Program| {
            let built = Built::new(&cache, layer, cc, &tests).expect("a cache");
            built.key(program).expect("a key")
        };
        let before = key("layer", "cc", &program);
        write(
            &tests,
            &[("lib/other.h", "int y;\n"), ("queue/y.c", "int y;\n")],
        );
        assert_eq!(key("layer", "cc", &program), before, "not its files");
        for (layer, cc) in [("layer2", "cc"), ("layer", "musl-gcc")] {
            assert_ne!(key(layer, cc, &program), before);
        }
        for changed in ["queue/x.c", "lib/observe.h", "lib/names.h"] {
            let text = fs::read_to_string(tests.join(changed)).expect("a file");
            write(&tests, &[(changed, &format!("{text}\n"))]);
            assert_ne!(key("layer", "cc", &program), before, "{changed}");
            write(&tests, &[(changed, &text)]);
        }
        let library = Program {
            kind: Kind::Library,
            ..program.clone()
        };
        assert_ne!(key("layer", "cc", &library), before);
        assert_eq!(key("layer", "cc", &program), before);
    }
}

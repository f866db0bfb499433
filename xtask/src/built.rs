//! What was built before: programs kept outside the guest by all that goes into them, so that nothing is compiled twice.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use vm::{Cache, End, Limit, Programs, Shell, Stream, programs};

use crate::plan::{Compilers, Program};
use crate::sources::Sources;

/// Longer than the programs of any suite take through a guest's port.
const FETCH: Duration = Duration::from_secs(120);

/// More than the programs of any suite have, in bytes. What a guest says is not trusted, nor how much it is.
const MOST: u64 = 128 << 20;

/// The programs of one image that are kept.
#[derive(Debug)]
pub struct Built {
    /// None are kept of this machine, which no layer describes.
    programs: Option<Programs>,
    /// The layer of the guest in which they are built.
    layer: String,
    with: Compilers,
}

impl Built {
    /// Those built in guests of `layer`; `None`: on this machine.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn new(cache: &Cache, layer: Option<&str>, with: Compilers) -> Result<Self> {
        Ok(Self {
            programs: layer.map(|_| Programs::of(cache)).transpose()?,
            layer: layer.unwrap_or_default().to_owned(),
            with,
        })
    }

    /// What tells a program from all that are built otherwise, or from something else.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub fn key(&self, program: &Program, sources: &Sources) -> Result<String> {
        let command = program.command(&self.with).join(" ");
        let mut parts = vec![self.layer.clone().into_bytes(), command.into_bytes()];
        for (name, source) in sources.inputs(&program.source)? {
            parts.extend([name.into_bytes(), source.content.clone()]);
        }
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Ok(programs::key(&parts))
    }

    /// The program with this key, if it is kept.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Vec<u8>> {
        self.programs.as_ref()?.find(key)
    }

    /// Is the program with this key kept?
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        let kept = self.programs.as_ref();
        kept.is_some_and(|programs| programs.has(key))
    }

    /// Keeps what was built, each under its key.
    ///
    /// # Errors
    /// When the guest is lost, or says something else than was asked for; or when the cache cannot be written.
    pub fn keep(&self, shell: &mut dyn Shell, built: &[(Program, String)]) -> Result<()> {
        let Some(programs) = self.programs.as_ref().filter(|_| !built.is_empty()) else {
            return Ok(());
        };
        let archive = fetch(shell, built).context("fetching what was built")?;
        let mut tar = tar::Archive::new(archive.as_slice());
        for entry in tar.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let Some((_, key)) = built.iter().find(|(program, _)| program.output == name) else {
                continue;
            };
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            programs.keep(key, &bytes)?;
        }
        programs.trim()
    }
}

/// What the programs came to, as a tar.
fn fetch(shell: &mut dyn Shell, built: &[(Program, String)]) -> Result<Vec<u8>> {
    let names = built
        .iter()
        .map(|(program, _)| format!("{}\n", program.output));
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

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
        let key = |layer, cc: &str, program: &Program| {
            let with = Compilers {
                cc: cc.to_owned(),
                python: String::new(),
            };
            let built = Built::new(&cache, Some(layer), with).expect("a cache");
            let sources = Sources::new(tests.clone());
            built.key(program, &sources).expect("a key")
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

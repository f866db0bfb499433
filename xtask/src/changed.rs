//! What changed: fingerprints of all that decides a cell's verdict, and the notebook, one an image, of those under which
//! cells came out the same as accepted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vm::image::Base;
use vm::{Cache, Host, Image, Shell, layers, programs, qemu};

use crate::header::Language;
use crate::plan::{self, Compilers, How, Places, Plan, Program};
use crate::snapshot::{self, Verdict};
use crate::sources::Sources;
use crate::suite::{Cell, CellId};

/// Bumped when a verdict comes about in another way that no fingerprint shows.
const RECIPE: &str = "1";

/// Whoever goes back and forth between branches finds this many states of a cell remembered.
const STATES: usize = 4;

/// What cells' verdicts on an image rest on, as far as it is files of the checkout, at one moment. A cell that is not
/// there has something that cannot be read.
#[derive(Clone, Debug, Default)]
pub struct Fingerprints {
    how: How,
    cells: BTreeMap<CellId, String>,
}

/// A state in which a cell came out the same as accepted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Accepted {
    /// Of its files and of the image.
    fingerprint: String,
    /// How often it was run.
    repeat: u32,
}

impl Fingerprints {
    /// Looks at the files that decide `cells` on an image: sources, what they include, the supervisor, the accepted
    /// snapshots; and at how the cells are built and run.
    #[must_use]
    pub fn take(root: &Path, image: &Image, cells: &[Cell], how: How) -> Self {
        let files = Files {
            root,
            image,
            how,
            sources: Sources::new(root.join("tests")),
            inputs: RefCell::default(),
        };
        let taken = cells
            .iter()
            .filter_map(|cell| Some((cell.id.clone(), files.fingerprint(cell).ok()?)));
        Self {
            how,
            cells: taken.collect(),
        }
    }

    /// Is a cell the same in both? One with something that cannot be read never is.
    #[must_use]
    pub fn agree(&self, other: &Self, cell: &CellId) -> bool {
        self.cells
            .get(cell)
            .is_some_and(|taken| other.cells.get(cell) == Some(taken))
    }

    /// Remembers the cells that came out the same, unless their files have changed since these fingerprints were taken,
    /// and forgets those that came out otherwise.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn remember(
        &self,
        root: &Path,
        cache: &Cache,
        image: &Image,
        ends: &[(Cell, Verdict)],
    ) -> Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        let cells: Vec<Cell> = ends.iter().map(|(cell, _)| cell.clone()).collect();
        let now = Self::take(root, image, &cells, self.how);
        let system = system(cache, image);
        cache.amend(&notebook(image), |notebook| {
            for (cell, verdict) in ends {
                let id = cell.id.as_str();
                if *verdict != Verdict::Same {
                    notebook.remove(id);
                } else if let Some(system) = &system
                    && now.agree(self, &cell.id)
                {
                    let accepted = Accepted {
                        fingerprint: programs::key(&[
                            system.as_bytes(),
                            self.cells[&cell.id].as_bytes(),
                        ]),
                        repeat: self.how.repeat.unwrap_or(cell.test.header.repeat),
                    };
                    let states = with(states(notebook.get(id)), accepted);
                    notebook.insert(id.to_owned(), serde_json::json!(states));
                }
            }
        })
    }
}

/// Takes the cells out of a plan that would be run as they were when they last came out the same as accepted; answers how
/// many those are.
#[must_use]
pub fn leave_out(root: &Path, cache: &Cache, plan: &mut Plan, how: How) -> usize {
    let Some(system) = system(cache, &plan.image) else {
        return 0;
    };
    let notebook = cache.notebook(&notebook(&plan.image));
    let now = Fingerprints::take(root, &plan.image, &plan.cells, how);
    let before = plan.cells.len();
    plan.cells.retain(|cell| {
        let Some(taken) = now.cells.get(&cell.id) else {
            return true;
        };
        let fingerprint = programs::key(&[system.as_bytes(), taken.as_bytes()]);
        let repeat = how.repeat.unwrap_or(cell.test.header.repeat);
        let accepted = states(notebook.get(cell.id.as_str()))
            .into_iter()
            .any(|state| state.fingerprint == fingerprint && state.repeat >= repeat);
        !accepted
    });
    before - plan.cells.len()
}

/// The notebook of an image.
fn notebook(image: &Image) -> String {
    format!("accepted-{}", image.name)
}

/// What the notebook has of a cell, the latest last. What cannot be read is nothing.
fn states(noted: Option<&Value>) -> Vec<Accepted> {
    noted
        .and_then(|noted| Vec::deserialize(noted).ok())
        .unwrap_or_default()
}

/// The states with another one, which may be known already.
fn with(mut states: Vec<Accepted>, mut news: Accepted) -> Vec<Accepted> {
    if let Some(known) = states
        .iter()
        .position(|state| state.fingerprint == news.fingerprint)
    {
        news.repeat = news.repeat.max(states.remove(known).repeat);
    }
    states.push(news);
    states.drain(..states.len().saturating_sub(STATES));
    states
}

/// What runs an image's cells: its layers and QEMU, or this machine. `None`: it is not there, or cannot be told.
fn system(cache: &Cache, image: &Image) -> Option<String> {
    let made_of = match image.base {
        Base::Host => {
            let provenance = Host::open(image).ok()?.provenance().ok()?;
            serde_json::to_string(&provenance).ok()?
        }
        _ => {
            let layers = layers::identity(cache, image).ok()??;
            format!("{layers} {}", qemu::version().ok()?)
        }
    };
    let Image { cpus, memory, .. } = image;
    Some(format!("{made_of} {cpus} {memory}"))
}

/// The checkout, as an image's cells see it.
struct Files<'a> {
    root: &'a Path,
    image: &'a Image,
    how: How,
    sources: Sources,
    /// By program: many cells share one.
    inputs: RefCell<BTreeMap<String, String>>,
}

impl Files<'_> {
    fn fingerprint(&self, cell: &Cell) -> Result<String> {
        let mut parts = vec![RECIPE.to_owned()];
        let modules = self.sources.modules()?;
        for program in [Program::supervisor()]
            .into_iter()
            .chain(Program::needed_by(cell, &modules))
        {
            parts.push(self.program(program)?);
        }
        if cell.test.language == Language::Python {
            parts.push(self.sources.file(&cell.test.id)?.digest.clone());
        }
        let places = Places {
            folder: String::new(),
            python: self.image.python.clone().unwrap_or_default(),
        };
        // How often it runs stands beside the fingerprint.
        let once = How {
            repeat: Some(1),
            ..self.how
        };
        parts.push(format!("{:?}", self.how.clock));
        parts.push(plan::run_script(std::slice::from_ref(cell), &places, once));
        let accepted = snapshot::path_of(self.root, &self.image.name, &cell.id);
        match fs::read(&accepted) {
            Ok(bytes) => parts.push(programs::key(&[&bytes])),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("reading {}", accepted.display()));
            }
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        Ok(programs::key(&parts))
    }

    /// All that goes into a program.
    fn program(&self, program: Program) -> Result<String> {
        if let Some(known) = self.inputs.borrow().get(&program.name) {
            return Ok(known.clone());
        }
        let mut parts = program.command(&Compilers::of(self.image));
        for (name, source) in self.sources.inputs(&program.source)? {
            parts.extend([name, source.digest.clone()]);
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let key = programs::key(&parts);
        self.inputs.borrow_mut().insert(program.name, key.clone());
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ClockChoice, InterpreterChoice};
    use crate::suite::Suite;

    const TEST: &str = "/*---\ntitle: x\nrepeat: 5\n---*/\n#include \"observe.h\"\n";

    /// A checkout with an image that is this machine, and its cells.
    struct Checkout {
        root: tempfile::TempDir,
        cache: Cache,
        image: Image,
    }

    impl Checkout {
        fn new() -> Self {
            let root = tempfile::tempdir().expect("a temporary directory");
            let cache = Cache::at(root.path().join("cache")).expect("a cache");
            let write = |name: &str, text: &str| write(root.path(), name, text);
            write(
                "images/here.yaml",
                "title: here\nbase: host\ncc: cc\npython: python3\n",
            );
            write(
                "tests/variants.yaml",
                "loud:\n  title: x\n  preload: loud.c\n",
            );
            for name in [
                "observe.h",
                "observe.c",
                "observe.py",
                "heir.c",
                "other.h",
                "supervise.c",
                "loud.c",
            ] {
                write(&format!("tests/lib/{name}"), "\n");
            }
            write("tests/a/x.c", TEST);
            write("tests/a/y.py", "\"\"\"---\ntitle: y\n---\"\"\"\n");
            write(
                "tests/a/z.c",
                &TEST.replace("title: x", "title: z\nvariants: [loud]"),
            );
            for cell in ["x.c", "y.py", "z.c", "z.c@loud"] {
                write(
                    &format!("snapshots/here/a/{cell}.snap"),
                    "---\n---\nend: exit 0\n",
                );
            }
            let mut images = Image::load_all(&root.path().join("images")).expect("images");
            let image = images.remove(0);
            Checkout { root, cache, image }
        }

        fn cells(&self) -> Vec<Cell> {
            Suite::load(self.root.path()).expect("a good suite").cells()
        }

        fn take(&self) -> Fingerprints {
            Fingerprints::take(self.root.path(), &self.image, &self.cells(), How::default())
        }

        /// What is left to run, by name.
        fn left(&self, repeat: Option<u32>) -> Vec<String> {
            self.left_of(How {
                repeat,
                ..How::default()
            })
        }

        fn left_of(&self, how: How) -> Vec<String> {
            let mut plan = Plan::new(&self.image, &self.cells());
            let before = plan.cells.len();
            let left_out = leave_out(self.root.path(), &self.cache, &mut plan, how);
            assert_eq!(plan.cells.len() + left_out, before);
            plan.cells
                .iter()
                .map(|cell| cell.id.name().to_owned())
                .collect()
        }

        fn remember(&self, taken: &Fingerprints, verdict: Verdict, repeat: Option<u32>) {
            let mut taken = taken.clone();
            taken.how.repeat = repeat;
            let ends: Vec<_> = self
                .cells()
                .into_iter()
                .map(|cell| (cell, verdict))
                .collect();
            taken
                .remember(self.root.path(), &self.cache, &self.image, &ends)
                .expect("a cache");
        }
    }

    fn write(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    #[test]
    fn a_cell_changes_with_each_file_that_decides_it() {
        let checkout = Checkout::new();
        let root = checkout.root.path();
        let before = checkout.take();
        for (file, changed) in [
            ("tests/a/x.c", &["x.c"][..]),
            ("tests/a/y.py", &["y.py"]),
            ("tests/lib/observe.h", &["x.c", "z.c", "z.c@loud"]),
            ("tests/lib/observe.c", &["y.py"]),
            ("tests/lib/observe.py", &["y.py"]),
            ("tests/lib/heir.c", &["y.py"]),
            ("tests/lib/other.h", &[]),
            ("tests/lib/loud.c", &["z.c@loud"]),
            ("tests/lib/supervise.c", &["x.c", "y.py", "z.c", "z.c@loud"]),
            ("snapshots/here/a/z.c.snap", &["z.c"]),
        ] {
            let text = fs::read_to_string(root.join(file)).expect("a file");
            write(root, file, &format!("{text}\n"));
            let now = checkout.take();
            let differing: Vec<_> = checkout.cells().into_iter().map(|cell| cell.id).collect();
            let differing = differing.iter().filter(|id| !now.agree(&before, id));
            let differing: Vec<&str> = differing.map(CellId::name).collect();
            assert_eq!(differing, changed, "{file}");
            write(root, file, &text);
        }
        let mut other = checkout.image.clone();
        other.cc = "musl-gcc".to_owned();
        let now = Fingerprints::take(root, &other, &checkout.cells(), How::default());
        assert!(!now.agree(&before, &CellId::new("a", "x.c")));
    }

    #[test]
    fn what_came_out_the_same_is_left_out_until_it_changes() {
        let checkout = Checkout::new();
        let root = checkout.root.path();
        let all = ["x.c", "y.py", "z.c", "z.c@loud"];
        assert_eq!(checkout.left(None), all);
        checkout.remember(&checkout.take(), Verdict::Same, None);
        let none: [&str; 0] = [];
        assert_eq!(checkout.left(None), none);
        assert_eq!(checkout.left(Some(5)), none, "as often as it was judged");
        assert_eq!(checkout.left(Some(100)), all, "more often");
        let (interpreter, clock) = (InterpreterChoice::Fresh, ClockChoice::Real);
        let how = How::default();
        assert_eq!(checkout.left_of(How { clock, ..how }), all);
        assert_eq!(checkout.left_of(How { interpreter, ..how }), ["y.py"]);
        write(root, "tests/a/x.c", &format!("{TEST}int x;\n"));
        assert_eq!(checkout.left(None), ["x.c"]);
        // Something changed while it ran.
        let before = checkout.take();
        write(root, "tests/a/x.c", &format!("{TEST}int y;\n"));
        checkout.remember(&before, Verdict::Same, Some(100));
        assert_eq!(checkout.left(Some(100)), ["x.c"]);
        write(root, "tests/a/x.c", TEST);
        assert_eq!(checkout.left(None), none, "it is known from before");
        checkout.remember(&checkout.take(), Verdict::Changed, None);
        assert_eq!(checkout.left(None), all);
    }

    #[test]
    fn a_notebook_that_cannot_be_read_is_empty() {
        let checkout = Checkout::new();
        checkout.remember(&checkout.take(), Verdict::Same, None);
        let file = checkout.cache.root().join("accepted-here.json");
        for text in ["{", "{\"a/x.c\": 3}", ""] {
            fs::write(&file, text).expect("a file");
            assert_eq!(checkout.left(None).len(), 4, "{text}");
        }
    }
}

//! The suite: every test under `tests/`, and the cells that each one stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use vm::programs;
use vm::text::{nearest, visible};

use crate::header::{self, Header, Language, is_kebab};
use crate::names::{self, select};
use crate::yaml;

/// The folder under `tests/` that holds what tests share: no family.
pub const LIB: &str = "lib";

/// A cell's name within its image: `FAMILY/NAME.c`, or `FAMILY/NAME.c@VARIANT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CellId(String);

impl CellId {
    /// Names a cell from the parts of its snapshot's path: `FAMILY` and `NAME.c[@VARIANT]`.
    pub fn new(family: &str, name: &str) -> Self {
        Self(format!("{family}/{name}"))
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that the test stands in.
    pub fn family(&self) -> &str {
        self.0.split_once('/').map_or("", |(family, _)| family)
    }

    /// The file's name and the variant: `NAME.c[@VARIANT]`.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The id without its variant.
    pub fn test(&self) -> &str {
        self.0.split_once('@').map_or(&self.0, |(test, _)| test)
    }

    /// What follows `@` in the id.
    pub fn variant(&self) -> Option<&str> {
        self.0.split_once('@').map(|(_, variant)| variant)
    }

    /// What globs may match: the id, the id without variant, the family.
    pub fn names(&self) -> Vec<String> {
        vec![
            self.0.clone(),
            self.test().to_owned(),
            self.family().to_owned(),
        ]
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One program under `tests/`.
#[derive(Clone, Debug)]
pub struct Test {
    /// `FAMILY/NAME.c`
    pub id: String,
    /// The folder it stands in.
    pub family: String,
    /// The file's name without extension: the same for the same situation in C and in Python.
    pub stem: String,
    /// What it is written in.
    pub language: Language,
    /// The file, relative to the root.
    pub path: PathBuf,
    /// What its header says.
    pub header: Header,
    /// The named variants that the header asks for.
    pub variants: Vec<Variant>,
    /// What tells the file's text from any other.
    digest: String,
}

/// A way to run tests that `tests/variants.yaml` defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Variant {
    /// Its name, as headers and ids say it.
    pub name: String,
    /// What it changes, in one line.
    pub title: String,
    /// The library to preload: a C file in `tests/lib`.
    pub preload: String,
}

/// One test run one way.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its name within an image.
    pub id: CellId,
    /// The test that it runs.
    pub test: Arc<Test>,
    /// What follows `@` in the id.
    pub variant: Option<String>,
    /// The axes' values, as environment variables for the run.
    pub env: Vec<(String, String)>,
    /// The named variant whose library to preload.
    pub preload: Option<Variant>,
}

impl Test {
    /// The ways to run this test: the product of its axes, and all of that again under each named variant.
    pub fn cells(self: &Arc<Self>) -> Vec<Cell> {
        let mut combinations: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for (axis, values) in &self.header.axes {
            let mut longer = Vec::with_capacity(combinations.len() * values.len());
            for combination in &combinations {
                for value in values {
                    let mut combination = combination.clone();
                    combination.push((axis, value));
                    longer.push(combination);
                }
            }
            combinations = longer;
        }
        let preloads = [None].into_iter().chain(self.variants.iter().map(Some));
        preloads
            .flat_map(|preload| {
                combinations
                    .iter()
                    .map(move |combination| self.cell(combination, preload))
            })
            .collect()
    }

    fn cell(self: &Arc<Self>, combination: &[(&str, &str)], preload: Option<&Variant>) -> Cell {
        let values = combination
            .iter()
            .map(|&(_, value)| value)
            .collect::<Vec<_>>()
            .join("-");
        let named = preload.map_or("", |variant| variant.name.as_str());
        let parts: Vec<&str> = [values.as_str(), named]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let variant = (!parts.is_empty()).then(|| parts.join("+"));
        let suffix = variant
            .as_ref()
            .map(|variant| format!("@{variant}"))
            .unwrap_or_default();
        Cell {
            id: CellId(format!("{}{suffix}", self.id)),
            test: Arc::clone(self),
            variant,
            env: combination
                .iter()
                .map(|&(axis, value)| (environment_name(axis), value.to_owned()))
                .collect(),
            preload: preload.cloned(),
        }
    }
}

/// How a program finds an axis's value: `SIGMATRIX_` and the axis in capitals.
fn environment_name(axis: &str) -> String {
    format!("SIGMATRIX_{}", axis.to_ascii_uppercase().replace('-', "_"))
}

/// Every test, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The tests.
    pub tests: Vec<Arc<Test>>,
    /// What `tests/variants.yaml` defines.
    variants: IndexMap<String, Variant>,
}

impl Suite {
    /// Reads the headers of all tests under `root/tests`.
    ///
    /// # Errors
    /// If a folder cannot be read, or with everything that is wrong in all headers and in `variants.yaml`.
    pub fn load(root: &Path) -> Result<Suite> {
        Suite::default().reload(root)
    }

    /// The libraries that Python tests are run with in variants, in order.
    #[must_use]
    pub fn preloads_of_python(&self) -> Vec<String> {
        let python = self.tests.iter();
        let python = python.filter(|test| test.language == Language::Python);
        let preloads = python.flat_map(|test| &test.variants);
        let preloads: BTreeSet<_> = preloads.map(|variant| variant.preload.clone()).collect();
        preloads.into_iter().collect()
    }

    /// Reads those again whose text is not what it was.
    ///
    /// # Errors
    /// As [`Suite::load`].
    pub fn reload(&self, root: &Path) -> Result<Suite> {
        let variants = load_variants(root)?;
        let known = self.tests.iter().filter(|_| variants == self.variants);
        let known: BTreeMap<&Path, &Arc<Test>> =
            known.map(|test| (test.path.as_path(), test)).collect();
        let mut tests = Vec::new();
        let mut errors = Vec::new();
        for path in programs(root)? {
            let known = known.get(path.as_path()).copied();
            match load_test(root, path, &variants, known) {
                Ok(test) => tests.push(test),
                Err(error) => errors.push(format!("{error:#}")),
            }
        }
        errors.extend(ambiguous(&tests));
        all_of(errors)?;
        Ok(Suite { tests, variants })
    }

    /// Checks the globs of every `differs:` against the names of all images.
    ///
    /// # Errors
    /// With every glob that matches none of them, each with the nearest names.
    pub fn check_images<'a>(&self, images: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let images: Vec<&str> = images.into_iter().collect();
        let mut errors = Vec::new();
        for test in &self.tests {
            for reason in &test.header.differs {
                let globs = [reason.glob.as_str().to_owned()];
                let selected = select(names::IMAGES, &globs, &images, |image| {
                    vec![(*image).to_owned()]
                });
                if let Err(error) = selected {
                    let path = visible(&test.path.display().to_string());
                    errors.push(format!("{path}: `differs`: {error:#}"));
                }
            }
        }
        all_of(errors)
    }

    /// The tests that `before` did not have, or not so.
    #[must_use]
    pub fn since(&self, before: &Suite) -> Suite {
        let known: BTreeSet<_> = before.tests.iter().map(Arc::as_ptr).collect();
        let tests = self.tests.iter();
        Suite {
            tests: tests
                .filter(|test| !known.contains(&Arc::as_ptr(test)))
                .cloned()
                .collect(),
            variants: self.variants.clone(),
        }
    }

    /// Every cell of every test.
    pub fn cells(&self) -> Vec<Cell> {
        self.tests.iter().flat_map(Test::cells).collect()
    }

    /// The cells that globs name by id, by id without variant, or by family; all if there are no globs.
    ///
    /// # Errors
    /// If a glob matches nothing, with the nearest names.
    pub fn select(&self, globs: &[String]) -> Result<Vec<Cell>> {
        select(names::TESTS, globs, &self.cells(), |cell| cell.id.names())
    }
}

/// All errors as one, if there are any.
fn all_of(errors: Vec<String>) -> Result<()> {
    match errors.as_slice() {
        [] => Ok(()),
        [error] => bail!("{error}"),
        _ => bail!(
            "{} errors in the tests:\n{}",
            errors.len(),
            errors.join("\n")
        ),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantText {
    title: String,
    preload: String,
}

fn load_variants(root: &Path) -> Result<IndexMap<String, Variant>> {
    let path = Path::new("tests/variants.yaml");
    if !root.join(path).exists() {
        return Ok(IndexMap::new());
    }
    let text = fs::read_to_string(root.join(path))
        .with_context(|| format!("reading {}", path.display()))?;
    let variants: IndexMap<String, VariantText> = yaml::parse(path, &text, 1)?;
    let check = |(name, VariantText { title, preload }): (String, VariantText)| {
        let shown = visible(&name);
        if !is_kebab(&name) {
            bail!(
                "{}: variant `{shown}`: use lower-case words joined by hyphens",
                path.display()
            );
        }
        if preload.contains('/') || !root.join("tests").join(LIB).join(&preload).is_file() {
            bail!(
                "{}: variant `{shown}`: there is no file tests/{LIB}/{} to preload",
                path.display(),
                visible(&preload)
            );
        }
        Ok((
            name.clone(),
            Variant {
                name,
                title,
                preload,
            },
        ))
    };
    variants.into_iter().map(check).collect()
}

/// The programs under `tests/`, relative to the root, in order.
fn programs(root: &Path) -> Result<Vec<PathBuf>> {
    let mut programs = Vec::new();
    for family in entries(root, Path::new("tests"))? {
        let name = family.file_name().unwrap_or_default();
        if root.join(&family).is_file() && Language::of(&family).is_some() {
            bail!(
                "{} stands in no family: move it to a folder of tests/, like tests/delivery",
                visible(&family.display().to_string())
            );
        }
        if name == LIB || !root.join(&family).is_dir() {
            continue;
        }
        let files = entries(root, &family)?;
        programs.extend(
            files
                .into_iter()
                .filter(|path| Language::of(path).is_some()),
        );
    }
    Ok(programs)
}

/// What is in a folder, hidden files apart, in order.
fn entries(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let reading = || {
        format!(
            "reading {} (is this a checkout of the project?)",
            root.join(folder).display()
        )
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(root.join(folder)).with_context(reading)? {
        let name = entry.with_context(reading)?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            paths.push(folder.join(name));
        }
    }
    paths.sort();
    Ok(paths)
}

/// The folders that tests stand in, by name and in order.
///
/// # Errors
/// If `root/tests` cannot be read.
pub fn families(root: &Path) -> Result<Vec<String>> {
    let folders = entries(root, Path::new("tests"))?;
    let folders = folders.iter().filter(|path| root.join(path).is_dir());
    let names = folders.filter_map(|path| path.file_name()?.to_str());
    Ok(names
        .filter(|&name| name != LIB)
        .map(str::to_owned)
        .collect())
}

/// Checks the names of a test's folder and of its file, which errors call `shown`; `stem` is without the extension.
///
/// # Errors
/// If one of them is not made of lower-case words.
pub fn check_names(shown: &str, family: &str, stem: &str) -> Result<()> {
    // The catalogue names some tests after calls, like sem_wait; a double underscore is insta's separator.
    if is_kebab(family) && is_kebab(&stem.replace('_', "-")) {
        return Ok(());
    }
    bail!(
        "{shown}: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`"
    )
}

fn load_test(
    root: &Path,
    path: PathBuf,
    variants: &IndexMap<String, Variant>,
    known: Option<&Arc<Test>>,
) -> Result<Arc<Test>> {
    let shown = visible(&path.display().to_string());
    let part =
        |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
    let family = part(path.parent().and_then(Path::file_name)).unwrap_or_default();
    let stem = part(path.file_stem()).unwrap_or_default();
    check_names(&shown, &family, &stem)?;
    let language =
        Language::of(&path).with_context(|| format!("{shown}: expected a .c or .py file"))?;
    let source = fs::read_to_string(root.join(&path))
        .with_context(|| format!("reading {shown} (is it UTF-8?)"))?;
    let digest = programs::key(&[source.as_bytes()]);
    if let Some(known) = known.filter(|known| known.digest == digest) {
        return Ok(Arc::clone(known));
    }
    let header = header::parse(&path, &source, language)?;
    let variants = header
        .variants
        .iter()
        .map(|name| find_variant(&shown, name, variants))
        .collect::<Result<_>>()?;
    let file = part(path.file_name()).unwrap_or_default();
    Ok(Arc::new(Test {
        id: format!("{family}/{file}"),
        family,
        stem,
        language,
        path,
        header,
        variants,
        digest,
    }))
}

fn find_variant(file: &str, name: &str, variants: &IndexMap<String, Variant>) -> Result<Variant> {
    variants.get(name).cloned().ok_or_else(|| {
        let near = nearest(name, variants.keys().map(String::as_str));
        let hint = near.map_or_else(
            || "define it in tests/variants.yaml".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        anyhow!("{file}: unknown variant `{name}`; {hint}")
    })
}

/// Axes whose values join to the same variant would share a snapshot.
fn ambiguous(tests: &[Arc<Test>]) -> Vec<String> {
    let mut errors = Vec::new();
    for test in tests {
        let mut seen = BTreeSet::new();
        if let Some(cell) = test
            .cells()
            .into_iter()
            .find(|cell| !seen.insert(cell.id.clone()))
        {
            errors.push(format!(
                "{}: two combinations of its axes are both called `{}`; rename a value",
                test.path.display(),
                cell.id
            ));
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use tempfile::TempDir;

    fn tree(files: &[(&str, &str)]) -> TempDir {
        let root = TempDir::new().expect("a temporary directory");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    const PORTS: &str = "ports:\n  title: all signals blocked in new threads\n  preload: ports.c\n";

    fn good() -> TempDir {
        tree(&[
            ("tests/variants.yaml", PORTS),
            ("tests/lib/ports.c", "int x;\n"),
            ("tests/lib/observe.py", "pass\n"),
            ("tests/masks/README.md", "words\n"),
            ("tests/masks/.hidden.c", "words\n"),
            ("tests/masks/fork.c", "/*---\ntitle: a\n---*/\n"),
            (
                "tests/masks/fork.py",
                "\"\"\"---\ntitle: b\nvariants: [ports]\n---\"\"\"\n",
            ),
            (
                "tests/eintr/recv.c",
                "/*---\ntitle: c\naxes:\n  restart: [restart, no-restart]\n  which-thread: [main, worker]\nvariants: [ports]\n---*/\n",
            ),
        ])
    }

    fn error(files: &[(&str, &str)]) -> String {
        let root = tree(files);
        let error = format!("{:#}", Suite::load(root.path()).expect_err("a bad suite"));
        error.replace(&root.path().display().to_string(), "ROOT")
    }

    #[test]
    fn what_did_not_change_is_not_read_again() {
        let text = "/*---\ntitle: x\n---*/\n";
        let root = tree(&[("tests/a/x.c", text), ("tests/a/y.c", text)]);
        let before = Suite::load(root.path()).expect("a good suite");
        fs::write(root.path().join("tests/a/y.c"), format!("{text}int y;\n")).expect("a file");
        let after = before.reload(root.path()).expect("a good suite");
        let news = after.since(&before).tests;
        let news: Vec<&str> = news.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(news, ["a/y.c"]);
        assert_eq!(after.tests.len(), 2);
    }

    #[test]
    fn loads_tests_in_order() {
        let suite = Suite::load(good().path()).expect("a good suite");
        let ids: Vec<&str> = suite.tests.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(ids, ["eintr/recv.c", "masks/fork.c", "masks/fork.py"]);
        let python = &suite.tests[2];
        assert_eq!(
            (python.stem.as_str(), python.language),
            ("fork", Language::Python)
        );
        assert_eq!(python.path, Path::new("tests/masks/fork.py"));
        assert_eq!(python.variants[0].preload, "ports.c");
    }

    #[test]
    fn cells_are_the_product_of_axes_and_again_under_each_named_variant() {
        let suite = Suite::load(good().path()).expect("a good suite");
        let ids: Vec<String> = suite
            .cells()
            .iter()
            .map(|cell| cell.id.to_string())
            .collect();
        assert_snapshot!(ids.join("\n"), @"
        eintr/recv.c@restart-main
        eintr/recv.c@restart-worker
        eintr/recv.c@no-restart-main
        eintr/recv.c@no-restart-worker
        eintr/recv.c@restart-main+ports
        eintr/recv.c@restart-worker+ports
        eintr/recv.c@no-restart-main+ports
        eintr/recv.c@no-restart-worker+ports
        masks/fork.c
        masks/fork.py
        masks/fork.py@ports
        ");
        let last = &suite.cells()[7];
        assert_eq!(last.variant.as_deref(), Some("no-restart-worker+ports"));
        let env = [
            ("SIGMATRIX_RESTART", "no-restart"),
            ("SIGMATRIX_WHICH_THREAD", "worker"),
        ];
        assert_eq!(
            last.env,
            env.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(
            last.preload.as_ref().map(|variant| variant.name.as_str()),
            Some("ports")
        );
        assert_eq!(
            (last.id.family(), last.id.name(), last.id.test()),
            ("eintr", "recv.c@no-restart-worker+ports", "eintr/recv.c")
        );
    }

    #[test]
    fn selects_cells() {
        let suite = Suite::load(good().path()).expect("a good suite");
        let count = |glob: &str| suite.select(&[glob.to_owned()]).map(|cells| cells.len());
        assert_eq!(count("eintr").expect("a family"), 8);
        assert_eq!(count("*+ports").expect("variants"), 4);
        assert_eq!(count("*@ports").expect("a variant"), 1);
        assert_eq!(count("masks/fork.*").expect("tests"), 3);
        assert_snapshot!(count("eintr/recv.c@restrat*").expect_err("nothing"), @"no test matches `eintr/recv.c@restrat*`; did you mean `eintr/recv.c@restart*`?");
        assert_eq!(suite.select(&[]).expect("all").len(), 11);
    }

    #[test]
    fn all_errors_are_said_at_once() {
        assert_snapshot!(error(&[
            ("tests/variants.yaml", PORTS),
            ("tests/lib/ports.c", ""),
            ("tests/masks/a.c", "int main;\n"),
            ("tests/masks/b.c", "/*---\ntitel: x\n---*/\n"),
            ("tests/masks/c.c", "/*---\ntitle: x\nvariants: [prts]\n---*/\n"),
            ("tests/masks/D_d.c", "/*---\ntitle: x\n---*/\n"),
            ("tests/masks/e.c", "/*---\ntitle: x\naxes: {a: [x, x-y], b: [z, y-z]}\n---*/\n"),
        ]), @"
        5 errors in the tests:
        tests/masks/D_d.c: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        tests/masks/a.c:1:1: the header is missing: start the file with a line `/*---`, then YAML with at least `title: …`, then a line `---*/`
        tests/masks/b.c:2:1: unknown key `titel`; did you mean `title`? known keys: title, about, sender, posix, posix-note, spec, source, bugs, repeat, differs, portable, allowed, hang, quiet, deadline, cpus, clock, interpreter, guest-only, user, systems, axes, variants
        tests/masks/c.c: unknown variant `prts`; did you mean `ports`?
        tests/masks/e.c: two combinations of its axes are both called `masks/e.c@x-y-z`; rename a value
        ");
    }

    #[test]
    fn a_difference_is_of_images_that_there_are() {
        let root = tree(&[
            (
                "tests/masks/a.c",
                "/*---\ntitle: x\ndiffers:\n  debian-1?: x\n  frebsd-*: y\n---*/\n",
            ),
            (
                "tests/masks/b.c",
                "/*---\ntitle: x\ndiffers:\n  plan9: x\n---*/\n",
            ),
        ]);
        let suite = Suite::load(root.path()).expect("a good suite");
        let images = ["debian-12", "debian-13", "freebsd-15.1"];
        assert_snapshot!(suite.check_images(images).expect_err("no such images"), @"
        2 errors in the tests:
        tests/masks/a.c: `differs`: no image matches `frebsd-*`; did you mean `freebsd-*`?
        tests/masks/b.c: `differs`: no image matches `plan9`; `cargo xtask images` shows what there is
        ");
        suite
            .check_images([images[0], "frebsd-1", "plan9"])
            .expect("all are there");
    }

    #[test]
    fn wrong_trees() {
        assert_snapshot!([
            error(&[("README.md", "")]),
            error(&[("tests/x.c", "/*---\ntitle: x\n---*/\n")]),
            error(&[("tests/a/x.c", "/*---\ntitle: x\nvariants: [ports]\n---*/\n")]),
            error(&[("tests/variants.yaml", PORTS)]),
            error(&[("tests/variants.yaml", "ports:\n  titel: x\n")]),
            error(&[("tests/variants.yaml", "Ports:\n  title: x\n  preload: y\n")]),
        ].join("\n"), @"
        reading ROOT/tests (is this a checkout of the project?): No such file or directory (os error 2)
        tests/x.c stands in no family: move it to a folder of tests/, like tests/delivery
        tests/a/x.c: unknown variant `ports`; define it in tests/variants.yaml
        tests/variants.yaml: variant `ports`: there is no file tests/lib/ports.c to preload
        tests/variants.yaml:2:3: unknown key `titel`; did you mean `title`? known keys: title, preload
        tests/variants.yaml: variant `Ports`: use lower-case words joined by hyphens
        ");
        let root = tree(&[]);
        fs::create_dir_all(root.path().join("tests/a")).expect("a folder");
        fs::write(
            root.path().join("tests/a/x.c"),
            b"/*---\ntitle: \xff\n---*/\n",
        )
        .expect("a file");
        assert_snapshot!(format!("{:#}", Suite::load(root.path()).expect_err("no UTF-8")), @"reading tests/a/x.c (is it UTF-8?): stream did not contain valid UTF-8");
    }
}

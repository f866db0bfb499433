//! `cargo xtask new`: starts a new test from a skeleton that runs.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use vm::text::{nearest, visible};

use crate::header::Language;
use crate::names::Misnamed;
use crate::suite::{self, LIB};

/// Starts a new test from a skeleton
///
/// Writes a small program that runs, under a header with the keys that a good header has; every line of it is there to be
/// replaced. Nothing is overwritten.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask new eintr/sendmsg              tests/eintr/sendmsg.c
  cargo xtask new eintr/sendmsg.py           the same situation in Python has the same name
  cargo xtask new eintr/sendmsg --python     that one too
  $EDITOR \"$(cargo xtask new timers/both)\"   a new family; the path alone goes to stdout

Exit status: 0 when it is written, 2 when there is such a file or its name is none for a test.")]
pub struct Args {
    /// The test: lower-case words joined by hyphens, in C unless it ends in .py
    #[arg(value_name = "FAMILY/NAME[.c|.py]")]
    test: String,
    /// In Python
    #[arg(long)]
    python: bool,
}

/// Writes the skeleton, its path to stdout, and what to do next to stderr.
///
/// # Errors
/// [`Misnamed`], if the name is none for a test, or there is such a file already; else if it cannot be written.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let (new, word) = start(root, args)?;
    if let Some(word) = word {
        eprintln!("{word}");
    }
    writeln!(io::stdout(), "{}", new.path().display()).context("writing to stdout")?;
    eprint!("{}", new.next());
    Ok(ExitCode::SUCCESS)
}

/// Writes the skeleton; answers it with a word on its family, if that is new.
fn start(root: &Path, args: &Args) -> Result<(New, Option<String>)> {
    let new = New::of(args).map_err(misnamed)?;
    let families = suite::families(root)?;
    new.write(root)?;
    let word = new.family_is_new(&families);
    Ok((new, word))
}

fn misnamed(error: anyhow::Error) -> anyhow::Error {
    Misnamed::new(format!("{error:#}")).into()
}

/// A test that is to be written.
#[derive(Debug, PartialEq, Eq)]
struct New {
    family: String,
    stem: String,
    language: Language,
}

impl New {
    /// Reads what was asked for.
    fn of(args: &Args) -> Result<New> {
        let shown = visible(&args.test);
        let (family, file) = args
            .test
            .split_once('/')
            .with_context(|| format!("`{shown}` has no family: name it like `delivery/{shown}`"))?;
        let (stem, extension) = match file.rsplit_once('.') {
            Some((stem, extension)) => (stem, Some(extension)),
            None => (file, None),
        };
        let language = match (extension, args.python) {
            (None | Some("py"), true) | (Some("py"), false) => Language::Python,
            (None | Some("c"), false) => Language::C,
            (Some("c"), true) => bail!("`{shown}` is C: leave out `.c` or `--python`"),
            _ => bail!("`{shown}`: a test is a .c or a .py file"),
        };
        suite::check_names(&format!("`{shown}`"), family, stem)?;
        if family == LIB {
            bail!(
                "`{shown}`: tests/{LIB} holds what tests share, and no tests: choose another family"
            );
        }
        Ok(New {
            family: family.to_owned(),
            stem: stem.to_owned(),
            language,
        })
    }

    /// `FAMILY/NAME.c`
    fn id(&self) -> String {
        format!(
            "{}/{}.{}",
            self.family,
            self.stem,
            self.language.extension()
        )
    }

    /// The file, relative to the root.
    fn path(&self) -> PathBuf {
        Path::new("tests").join(self.id())
    }

    /// Writes the file, and its folder where there is none.
    fn write(&self, root: &Path) -> Result<()> {
        let path = root.join(self.path());
        let writing = || format!("writing {} (may this user?)", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(writing)?;
        }
        let mut file = match File::create_new(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let path = self.path();
                let why = format!(
                    "{} is there already: choose another name, or remove it first",
                    path.display()
                );
                return Err(Misnamed::new(why).into());
            }
            Err(error) => return Err(error).with_context(writing),
        };
        let written = file.write_all(skeleton(self.language).as_bytes());
        if written.is_err() {
            // Half a test would stand in the way of the next try; what matters is the first error.
            let _ = fs::remove_file(&path);
        }
        written.with_context(writing)
    }

    /// That no test stands in this family yet, and which one may have been meant.
    fn family_is_new(&self, families: &[String]) -> Option<String> {
        if families.contains(&self.family) {
            return None;
        }
        let family = &self.family;
        let near = nearest(family, families.iter().map(String::as_str));
        let hint = near.map_or_else(
            || format!("the others are {}", families.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        Some(format!("`{family}` is a new family; {hint}"))
    }

    /// What its author does next.
    fn next(&self) -> String {
        let id = self.id();
        let commands = [
            (
                format!("cargo xtask matrix --image host --test {id}"),
                "until it says what you want to know",
            ),
            (
                format!("cargo xtask matrix --test {id}"),
                "then on the default images, or with --image 'GLOB' on those that matter",
            ),
            (
                format!("cargo xtask review {id}"),
                "accept what it observed, and commit it",
            ),
        ];
        let width = commands
            .iter()
            .map(|(command, _)| command.len())
            .max()
            .unwrap_or_default();
        let lines = commands
            .iter()
            .map(|(command, what)| format!("  {command:width$}  {what}\n"));
        format!(
            "Write your situation and its header in place of the example, then:\n{}",
            lines.collect::<String>()
        )
    }
}

/// A test that runs, as a start.
fn skeleton(language: Language) -> &'static str {
    match language {
        Language::C => include_str!("new/skeleton.c"),
        Language::Python => include_str!("new/skeleton.py"),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::header::{self, Posix};
    use crate::suite::Suite;
    use insta::assert_snapshot;
    use tempfile::TempDir;

    const LANGUAGES: [Language; 2] = [Language::C, Language::Python];

    /// A checkout with one test.
    fn project() -> TempDir {
        let root = TempDir::new().expect("a temporary directory");
        for folder in ["tests/lib", "tests/delivery", "tests/eintr"] {
            fs::create_dir_all(root.path().join(folder)).expect("a folder");
        }
        let test = "/*---\ntitle: x\n---*/\n";
        fs::write(root.path().join("tests/eintr/recv.c"), test).expect("a test");
        root
    }

    fn args(test: &str, python: bool) -> Args {
        Args {
            test: test.to_owned(),
            python,
        }
    }

    fn new(test: &str) -> New {
        New::of(&args(test, false)).expect("a good name")
    }

    /// The real `tests/lib`.
    fn lib() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/lib")
    }

    /// What a program prints that ends well.
    fn printed(command: &mut Command) -> String {
        let output = command.output().expect("started");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && err.is_empty(), "{err}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    #[test]
    fn what_is_written_is_a_test_of_the_suite() {
        let root = project();
        for (name, python, id) in [
            ("eintr/sendmsg", false, "eintr/sendmsg.c"),
            ("eintr/sendmsg", true, "eintr/sendmsg.py"),
            ("eintr/sem_post.c", false, "eintr/sem_post.c"),
            ("timers/both.py", false, "timers/both.py"),
            ("timers/other.py", true, "timers/other.py"),
        ] {
            start(root.path(), &args(name, python)).expect(name);
            let suite = Suite::load(root.path()).expect("a good suite");
            let test = suite.tests.iter().find(|test| test.id == id).expect(id);
            assert_eq!(test.header.posix, Some(Posix::Unverified));
            assert!(test.header.sender.is_some() && !test.header.source.is_empty());
            assert!(test.header.posix_note.is_some() && test.header.portable.is_some());
        }
    }

    #[test]
    fn the_skeletons_know_every_key() {
        for language in LANGUAGES {
            let path = Path::new("tests/x/x");
            let mistyped = format!("{}\n", skeleton(language)).replace("\ntitle:", "\ntitel:");
            let error = header::parse(path, &mistyped, language).expect_err("an unknown key");
            let error = error.to_string();
            let known = error.split_once("known keys: ").expect("a list").1;
            let whole: String = skeleton(language)
                .lines()
                .map(|line| match line.strip_prefix("# ") {
                    Some(key)
                        if known
                            .split(", ")
                            .any(|known| key.starts_with(&format!("{known}:"))) =>
                    {
                        key
                    }
                    _ => line,
                })
                .map(|line| format!("{line}\n"))
                .collect();
            header::parse(path, &whole, language).expect("its comments are good keys");
            let only_python = |key: &&str| *key == "interpreter" && language == Language::C;
            for key in known.split(", ").filter(|key| !only_python(key)) {
                assert!(whole.contains(&format!("\n{key}: ")), "{key}");
            }
        }
    }

    #[test]
    fn the_skeleton_in_c_compiles_without_a_warning_and_observes() {
        let folder = TempDir::new().expect("a temporary directory");
        let (source, program) = (folder.path().join("x.c"), folder.path().join("x"));
        fs::write(&source, skeleton(Language::C)).expect("a file");
        let mut compiler = Command::new("cc");
        compiler
            .args(["-std=c11", "-D_GNU_SOURCE", "-O1", "-pthread"])
            .args(["-Wall", "-Wextra", "-Werror", "-I"])
            .arg(lib())
            .arg("-o")
            .args([&program, &source]);
        assert_eq!(printed(&mut compiler), "");
        assert_eq!(printed(&mut Command::new(program)), "pending: yes\n");
    }

    #[test]
    fn the_skeleton_in_python_observes() {
        let mut python = Command::new("python3");
        python
            .args(["-B", "-W", "error", "-c", skeleton(Language::Python)])
            .env("PYTHONPATH", lib());
        assert_eq!(printed(&mut python), "pending: yes\n");
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = project();
        let path = root.path().join("tests/eintr/recv.c");
        let before = fs::read(&path).expect("readable");
        let error = start(root.path(), &args("eintr/recv", false)).expect_err("it is there");
        assert!(error.is::<Misnamed>());
        assert_snapshot!(error, @"tests/eintr/recv.c is there already: choose another name, or remove it first");
        assert_eq!(fs::read(&path).expect("readable"), before);
        let dangling = root.path().join("tests/eintr/link.c");
        std::os::unix::fs::symlink("elsewhere.c", &dangling).expect("a link");
        start(root.path(), &args("eintr/link", false)).expect_err("it is there");
        assert!(!root.path().join("tests/eintr/elsewhere.c").exists());
    }

    #[test]
    fn names_that_are_none() {
        let root = project();
        let error = |test: &str, python| {
            let error = start(root.path(), &args(test, python)).expect_err(test);
            assert!(error.is::<Misnamed>(), "{error}");
            error.to_string()
        };
        assert_snapshot!([
            error("sendmsg", false),
            error("eintr/", false),
            error("/sendmsg", false),
            error("eintr/Sendmsg", false),
            error("eintr/send__msg", false),
            error("eintr/send.msg.c", false),
            error("eintr/a/b", false),
            error("../eintr", false),
            error("eintr/..", false),
            error("e\u{1b}[31mintr/x", false),
            error("eintr/x.rs", false),
            error("eintr/x.c", true),
            error("lib/x", false),
        ].join("\n"), @r"
        `sendmsg` has no family: name it like `delivery/sendmsg`
        `eintr/`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `/sendmsg`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/Sendmsg`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/send__msg`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/send.msg.c`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/a/b`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `../eintr`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/..`: a test is a .c or a .py file
        `e\u{1b}[31mintr/x`: folders and files of tests are lower-case words joined by hyphens, like `self-worker.c`
        `eintr/x.rs`: a test is a .c or a .py file
        `eintr/x.c` is C: leave out `.c` or `--python`
        `lib/x`: tests/lib holds what tests share, and no tests: choose another family
        ");
        let left = fs::read_dir(root.path().join("tests")).expect("readable");
        assert_eq!(left.count(), 3, "no folder was made for them");
    }

    #[test]
    fn a_new_family_is_said() {
        let families = ["delivery", "eintr"].map(str::to_owned);
        let said = |test: &str| new(test).family_is_new(&families);
        assert_eq!(said("eintr/x"), None);
        assert_snapshot!(said("delivry/x").expect("a word"), @"`delivry` is a new family; did you mean `delivery`?");
        assert_snapshot!(said("timers/x").expect("a word"), @"`timers` is a new family; the others are delivery, eintr");
        let root = project();
        let word = |test| start(root.path(), &args(test, false)).expect(test).1;
        assert_eq!(word("eintr/x"), None);
        assert!(word("timers/x").is_some());
        assert_eq!(word("timers/y"), None, "it is none any more");
        assert_eq!(
            suite::families(project().path()).expect("readable"),
            families
        );
    }

    #[test]
    fn the_next_steps_name_the_test() {
        assert_snapshot!(new("eintr/x").next(), @"
        Write your situation and its header in place of the example, then:
          cargo xtask matrix --image host --test eintr/x.c  until it says what you want to know
          cargo xtask matrix --test eintr/x.c               then on the default images, or with --image 'GLOB' on those that matter
          cargo xtask review eintr/x.c                      accept what it observed, and commit it
        ");
    }
}

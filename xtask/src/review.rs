//! `cargo xtask review`: accepts or rejects what is pending, grouped by what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use anyhow::{Context, Result, bail};
use console::{Key, Term, style};
use vm::text::visible;

use crate::names::{Kind, select};
use crate::record::{Change, Outside, alternatives};
use crate::snapshot::{self, Entry, Stored, path_of};
use crate::suite::Suite;

const CELLS: Kind = Kind {
    noun: "pending cell",
    list: "cargo xtask review",
};
const IMAGES: Kind = Kind {
    noun: "image with pending cells",
    list: "cargo xtask review",
};

/// Accepts or rejects pending snapshots.
///
/// On a terminal it shows what changed, group by group, and asks. Elsewhere, without --accept or --reject, it lists
/// what is pending and exits with 1 if there is anything. A value that the test's header does not allow is not accepted.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Only these cells: globs over ids (eintr/recv.c@restart-main), tests (eintr/recv.c) or families (eintr)
    #[arg(value_name = "GLOB")]
    pub cells: Vec<String>,
    /// Only these images
    #[arg(long, value_name = "GLOB")]
    pub image: Vec<String>,
    /// Accept without asking
    #[arg(long, conflicts_with = "reject")]
    pub accept: bool,
    /// Reject without asking
    #[arg(long)]
    pub reject: bool,
}

/// Reviews what is pending below `root`.
///
/// # Errors
/// If a glob matches nothing that is pending, a snapshot cannot be read or written, or one to accept has values that its
/// test's header does not allow.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let out = &mut io::stdout().lock();
    let (groups, mut faults) = load(root, args)?;
    if groups.is_empty() && faults.is_empty() {
        writeln!(out, "Nothing to review.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let code = if args.accept || args.reject {
        let answer = if args.accept {
            Answer::Accept
        } else {
            Answer::Reject
        };
        faults.extend(decide(root, &groups, out, |_, _| Ok(answer))?);
        ExitCode::SUCCESS
    } else if io::stdin().is_terminal() && io::stdout().is_terminal() {
        faults.extend(decide(root, &groups, out, ask)?);
        ExitCode::SUCCESS
    } else {
        if !groups.is_empty() {
            list(&groups, out)?;
        }
        ExitCode::FAILURE
    };
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(code)
}

/// A cell whose record waits for review.
#[derive(Debug)]
struct Pending {
    entry: Entry,
    accepted: PathBuf,
    old: Option<Stored>,
    new: Stored,
    /// Values that the test's header does not allow: no snapshot makes up for them.
    outside: Vec<Outside>,
    /// Keys that took several values, of which the test's header has no word.
    unexplained: Vec<String>,
}

/// What makes pending cells one decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// These keys changed in this way.
    Changes(Vec<Change>),
    /// The accepted record says the same: only the provenance would be renewed.
    Provenance,
    /// Nothing is accepted yet, on this image.
    New(String),
}

/// Pending cells that are one decision.
#[derive(Debug)]
struct Group {
    what: What,
    cells: Vec<Pending>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Details,
    Quit,
}

/// The groups of what is pending and selected, and what could not be read.
fn load(root: &Path, args: &Args) -> Result<(Vec<Group>, Vec<String>)> {
    let mut entries = snapshot::pending(root)?;
    if !entries.is_empty() {
        entries = select(IMAGES, &args.image, &entries, |entry| {
            vec![entry.image.clone()]
        })?;
        entries = select(CELLS, &args.cells, &entries, |entry| entry.id.names())?;
    }
    let mut groups: BTreeMap<What, Vec<Pending>> = BTreeMap::new();
    let mut damaged = Vec::new();
    if entries.is_empty() {
        return Ok((Vec::new(), damaged));
    }
    let suite = Suite::load(root)?;
    for entry in entries {
        match read(root, &suite, entry) {
            Ok(Some(pending)) => groups.entry(what(&pending)).or_default().push(pending),
            Ok(None) => {}
            Err(error) => damaged.push(format!("{error:#}")),
        }
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(what, cells)| Group { what, cells })
        .collect();
    // What touched most cells is what people want to hear of first; new cells say nothing about a change.
    groups.sort_by_key(|group| {
        (
            matches!(group.what, What::New(_)),
            usize::MAX - group.cells.len(),
        )
    });
    Ok((groups, damaged))
}

/// A pending cell; `None` if another process took it away in between.
fn read(root: &Path, suite: &Suite, entry: Entry) -> Result<Option<Pending>> {
    let accepted = path_of(root, &entry.image, &entry.id);
    let old = Stored::read(root, &accepted)?;
    let Some(new) = Stored::read(root, &entry.path)? else {
        return Ok(None);
    };
    // The suite may have lost the test of a pending snapshot: then there is no header to ask.
    let mut tests = suite.tests.iter();
    let test = tests.find(|test| test.id == entry.id.test());
    let allowed = test.map(|test| &test.header.allowed);
    let unexplained = allowed.map(|allowed| new.record.unexplained(allowed));
    Ok(Some(Pending {
        outside: allowed
            .map(|allowed| new.record.outside(allowed))
            .unwrap_or_default(),
        unexplained: unexplained
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        entry,
        accepted,
        old,
        new,
    }))
}

fn what(pending: &Pending) -> What {
    let Some(old) = &pending.old else {
        return What::New(pending.entry.image.clone());
    };
    let changes = pending.new.record.changes(&old.record);
    if changes.is_empty() {
        What::Provenance
    } else {
        What::Changes(changes)
    }
}

impl Group {
    /// What changed, in how many cells, on which images.
    fn title(&self) -> String {
        let what = match &self.what {
            What::Changes(changes) => changes
                .iter()
                .map(Change::to_string)
                .collect::<Vec<_>>()
                .join("; "),
            What::Provenance => "only the provenance differs".to_owned(),
            What::New(_) => "new".to_owned(),
        };
        let images: BTreeSet<&str> = self
            .cells
            .iter()
            .map(|pending| pending.entry.image.as_str())
            .collect();
        let images = images.into_iter().collect::<Vec<_>>().join(", ");
        format!(
            "{what}, {}, {}",
            count(self.cells.len(), "cell"),
            visible(&images)
        )
    }

    fn show(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "{}", style(self.title()).bold())?;
        for pending in &self.cells {
            let Pending { entry, .. } = pending;
            writeln!(
                out,
                "  {} {}",
                style(visible(&entry.image)).dim(),
                visible(entry.id.as_str())
            )?;
            for word in pending.words() {
                writeln!(out, "    {} {word}", style("!").red().bold())?;
            }
        }
        Ok(())
    }

    /// Accepts the cells that may be accepted; answers how many, and why the others may not.
    fn accept(&self, root: &Path) -> Result<(usize, Vec<String>)> {
        let (good, refused): (Vec<_>, Vec<_>) = self
            .cells
            .iter()
            .partition(|pending| pending.outside.is_empty());
        good.iter().try_for_each(|pending| accept(root, pending))?;
        let refused = refused.iter().map(|pending| pending.refusal());
        Ok((good.len(), refused.collect()))
    }
}

impl Pending {
    /// What the header of its test lacks for this record.
    fn words(&self) -> Vec<String> {
        let outside = self.outside.iter().map(ToString::to_string);
        let unexplained = self.unexplained.iter().map(|key| {
            format!("{key} took several values: name them all in the header's `allowed:`, and why")
        });
        outside.chain(unexplained).collect()
    }

    fn refusal(&self) -> String {
        let outside = self.outside.iter().map(ToString::to_string);
        format!(
            "{} on {} is not accepted: {}; find out why it came, then add it to `allowed:` in tests/{} or reject it",
            visible(self.entry.id.as_str()),
            visible(&self.entry.image),
            outside.collect::<Vec<_>>().join("; "),
            visible(self.entry.id.test())
        )
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Says what is pending, to people who are not asked.
fn list(groups: &[Group], out: &mut dyn Write) -> Result<()> {
    for group in groups {
        group.show(out)?;
    }
    writeln!(
        out,
        "\nAccept with `cargo xtask review --accept [GLOB]...`, reject with --reject."
    )?;
    Ok(())
}

/// Does to each group what is answered for it, and says how many cells each answer was for. Answers why cells that were
/// to be accepted are not.
fn decide(
    root: &Path,
    groups: &[Group],
    out: &mut dyn Write,
    mut answer: impl FnMut(&Group, &mut dyn Write) -> Result<Answer>,
) -> Result<Vec<String>> {
    let (mut accepted, mut rejected, mut refused) = (0, 0, Vec::new());
    'groups: for (number, group) in (1..).zip(groups) {
        write!(out, "[{number}/{}] ", groups.len())?;
        group.show(out)?;
        loop {
            match answer(group, out)? {
                Answer::Accept => {
                    let (count, others) = group.accept(root)?;
                    accepted += count;
                    refused.extend(others);
                }
                Answer::Reject => {
                    group
                        .cells
                        .iter()
                        .try_for_each(|pending| reject(root, pending))?;
                    rejected += group.cells.len();
                }
                Answer::Skip => {}
                Answer::Details => {
                    group
                        .cells
                        .iter()
                        .try_for_each(|pending| details(root, pending, out))?;
                    continue;
                }
                Answer::Quit => break 'groups,
            }
            break;
        }
    }
    let all: usize = groups.iter().map(|group| group.cells.len()).sum();
    let left = all - accepted - rejected;
    writeln!(
        out,
        "{} accepted, {rejected} rejected, {left} still pending.",
        count(accepted, "cell")
    )?;
    Ok(refused)
}

/// Asks on the terminal.
fn ask(_: &Group, out: &mut dyn Write) -> Result<Answer> {
    write!(
        out,
        "{} ",
        style("(a)ccept, (r)eject, (s)kip, show (d)etails, (q)uit?").cyan()
    )?;
    out.flush()?;
    let answer = loop {
        match Term::stdout()
            .read_key()
            .context("reading a key from the terminal (or use --accept, --reject)")?
        {
            Key::Char('a' | 'A') => break Answer::Accept,
            Key::Char('r' | 'R') => break Answer::Reject,
            Key::Char('s' | 'S' | ' ') => break Answer::Skip,
            Key::Char('d' | 'D') => break Answer::Details,
            Key::Char('q' | 'Q') | Key::Escape => break Answer::Quit,
            _ => {}
        }
    };
    writeln!(out, "{}", format!("{answer:?}").to_lowercase())?;
    Ok(answer)
}

/// Shows a cell's title, what made its record and the whole record, with what is new.
fn details(root: &Path, pending: &Pending, out: &mut dyn Write) -> Result<()> {
    let path = pending
        .entry
        .path
        .strip_prefix(root)
        .unwrap_or(&pending.entry.path);
    writeln!(
        out,
        "\n{}",
        style(visible(&path.display().to_string())).underlined()
    )?;
    if let Some(title) = &pending.new.title {
        writeln!(out, "  {}", style(visible(title)).italic())?;
    }
    for (key, value) in &pending.new.provenance {
        let (key, value) = (visible(key), visible(value));
        match pending
            .old
            .as_ref()
            .and_then(|old| old.provenance.get(&key))
        {
            Some(old) if *old != value => writeln!(out, "  {key}: {} -> {value}", visible(old))?,
            _ => writeln!(out, "  {}", style(format!("{key}: {value}")).dim())?,
        }
    }
    let changes = match &pending.old {
        Some(old) => pending.new.record.changes(&old.record),
        None => Vec::new(),
    };
    for change in &changes {
        writeln!(
            out,
            "{}",
            style(format!("- {}: {}", change.key, alternatives(&change.old))).red()
        )?;
        writeln!(
            out,
            "{}",
            style(format!("+ {}: {}", change.key, alternatives(&change.new))).green()
        )?;
    }
    for (key, set) in pending.new.record.iter() {
        let line = format!("{key}: {}", alternatives(set));
        if pending.old.is_none() {
            writeln!(out, "{}", style(format!("+ {line}")).green())?;
        } else if changes.iter().all(|change| change.key != key) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// Makes the pending snapshot the accepted one, as insta's accept does, but never leaves half a file.
fn accept(root: &Path, pending: &Pending) -> Result<()> {
    unchanged(root, pending)?;
    let text = pending.new.accepted_text();
    let path = &pending.accepted;
    let aside = path.with_extension(format!("snap.{}", process::id()));
    let written = fs::write(&aside, text).and_then(|()| fs::rename(&aside, path));
    if let Err(error) = written {
        // It may not even be there; what matters is the first error.
        let _ = fs::remove_file(&aside);
        return Err(error)
            .with_context(|| format!("writing {} (is its folder writable?)", path.display()));
    }
    remove(&pending.entry.path)
}

fn reject(root: &Path, pending: &Pending) -> Result<()> {
    unchanged(root, pending)?;
    remove(&pending.entry.path)
}

/// A run may have replaced a pending snapshot while people were reading it.
fn unchanged(root: &Path, pending: &Pending) -> Result<()> {
    match Stored::read(root, &pending.entry.path)? {
        Some(now) if now.accepted_text() == pending.new.accepted_text() => Ok(()),
        _ => bail!(
            "{} changed while it was under review; start `cargo xtask review` again",
            pending.entry.path.display()
        ),
    }
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path)
        .with_context(|| format!("removing {} (is its folder writable?)", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use tempfile::TempDir;

    const METADATA: &str =
        "---\nsource: xtask/src/snapshot.rs\ndescription: a title\ninfo:\n  kernel: ";

    /// Files below snapshots/, each with its kernel and its record.
    fn project(files: &[(&str, &str, &str)]) -> TempDir {
        console::set_colors_enabled(false);
        let root = TempDir::new().expect("a temporary directory");
        fs::create_dir(root.path().join("tests")).expect("a folder");
        for (file, kernel, record) in files {
            let path = root.path().join("snapshots").join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            let place = if file.ends_with(".new") {
                "assertion_line: 7\n"
            } else {
                ""
            };
            let text = format!("{METADATA}{kernel}\n{place}---\n{record}");
            fs::write(path, text).expect("a file");
        }
        root
    }

    fn several() -> TempDir {
        project(&[
            (
                "debian-13/eintr/recv.c@main.snap",
                "6.12",
                "call: EINTR\nend: exit 0\n",
            ),
            (
                "debian-13/eintr/recv.c@main.snap.new",
                "6.13",
                "call: restarted\nend: exit 0\n",
            ),
            (
                "debian-13/eintr/recv.c@worker.snap",
                "6.12",
                "call: EINTR\nthread: w0\nend: exit 0\n",
            ),
            (
                "debian-13/eintr/recv.c@worker.snap.new",
                "6.13",
                "call: restarted\nthread: w0\nend: exit 0\n",
            ),
            (
                "debian-12/eintr/poll.c.snap",
                "6.1",
                "call: EINTR\nend: exit 0\n",
            ),
            (
                "debian-12/eintr/poll.c.snap.new",
                "6.1",
                "call: restarted\nend: exit 0\n",
            ),
            ("debian-13/masks/fork.c.snap", "6.12", "a: x\nend: exit 0\n"),
            (
                "debian-13/masks/fork.c.snap.new",
                "6.12",
                "a: x | y\nend: hung in pause\n",
            ),
            ("debian-13/masks/exec.c.snap", "6.12", "a: x\nend: exit 0\n"),
            (
                "debian-13/masks/exec.c.snap.new",
                "6.13",
                "a: x\nend: exit 0\n",
            ),
            (
                "debian-13/masks/spawn.c.snap.new",
                "6.12",
                "a: x\nend: exit 0\n",
            ),
            (
                "debian-13/masks/spawn.py.snap.new",
                "6.12",
                "a: x\nend: exit 0\n",
            ),
            (
                "debian-13/masks/thread.c.snap",
                "6.12",
                "a: x\nend: exit 0\n",
            ),
        ])
    }

    fn args(cells: &[&str], image: &[&str]) -> Args {
        let own = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect();
        Args {
            cells: own(cells),
            image: own(image),
            ..Args::default()
        }
    }

    fn listed(root: &Path, args: &Args) -> String {
        let (groups, damaged) = load(root, args).expect("readable");
        let mut out = Vec::new();
        list(&groups, &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8") + &damaged.join("\n")
    }

    fn decided(root: &Path, args: &Args, answers: &[Answer]) -> String {
        let (groups, _) = load(root, args).expect("readable");
        let (mut out, mut answers) = (Vec::new(), answers.iter().copied());
        let refused = decide(root, &groups, &mut out, |_, _| {
            Ok(answers.next().expect("an answer"))
        })
        .expect("decided");
        String::from_utf8(out).expect("UTF-8") + &refused.join("\n")
    }

    fn files(root: &Path) -> String {
        let mut lines = Vec::new();
        for entry in snapshot::accepted(root)
            .expect("readable")
            .into_iter()
            .chain(snapshot::pending(root).expect("readable"))
        {
            let stored = Stored::read(root, &entry.path)
                .expect("readable")
                .expect("there");
            let record = stored.record.to_string().trim_end().replace('\n', ", ");
            let path = entry
                .path
                .strip_prefix(root)
                .expect("below the root")
                .display()
                .to_string();
            lines.push(format!("{path}: {record}"));
        }
        lines.join("\n")
    }

    #[test]
    fn groups_by_what_changed() {
        assert_snapshot!(listed(several().path(), &Args::default()), @"
        call: EINTR -> restarted, 3 cells, debian-12, debian-13
          debian-12 eintr/poll.c
          debian-13 eintr/recv.c@main
          debian-13 eintr/recv.c@worker
        a: x -> x | y; end: exit 0 -> hung in pause, 1 cell, debian-13
          debian-13 masks/fork.c
        only the provenance differs, 1 cell, debian-13
          debian-13 masks/exec.c
        new, 2 cells, debian-13
          debian-13 masks/spawn.c
          debian-13 masks/spawn.py

        Accept with `cargo xtask review --accept [GLOB]...`, reject with --reject.
        ");
    }

    #[test]
    fn globs_and_images_select() {
        let root = several();
        assert_snapshot!(listed(root.path(), &args(&["eintr", "*.py"], &["debian-13"])), @"
        call: EINTR -> restarted, 2 cells, debian-13
          debian-13 eintr/recv.c@main
          debian-13 eintr/recv.c@worker
        new, 1 cell, debian-13
          debian-13 masks/spawn.py

        Accept with `cargo xtask review --accept [GLOB]...`, reject with --reject.
        ");
        assert_snapshot!(load(root.path(), &args(&["eintr/recv"], &[])).expect_err("nothing"), @"no pending cell matches `eintr/recv`; did you mean `eintr/recv.c`?");
        assert_snapshot!(load(root.path(), &args(&[], &["debian-14"])).expect_err("nothing"), @"no image with pending cells matches `debian-14`; did you mean `debian-12`?");
        let nothing = project(&[("debian-13/a/x.c.snap", "6.1", "end: exit 0\n")]);
        assert!(
            load(nothing.path(), &args(&["x"], &["y"]))
                .expect("nothing pending")
                .0
                .is_empty()
        );
    }

    #[test]
    fn each_group_is_answered_for() {
        let root = several();
        let answers = [
            Answer::Accept,
            Answer::Details,
            Answer::Reject,
            Answer::Skip,
            Answer::Accept,
        ];
        assert_snapshot!(decided(root.path(), &Args::default(), &answers), @"
        [1/4] call: EINTR -> restarted, 3 cells, debian-12, debian-13
          debian-12 eintr/poll.c
          debian-13 eintr/recv.c@main
          debian-13 eintr/recv.c@worker
        [2/4] a: x -> x | y; end: exit 0 -> hung in pause, 1 cell, debian-13
          debian-13 masks/fork.c

        snapshots/debian-13/masks/fork.c.snap.new
          a title
          kernel: 6.12
        - a: x
        + a: x | y
        - end: exit 0
        + end: hung in pause
        [3/4] only the provenance differs, 1 cell, debian-13
          debian-13 masks/exec.c
        [4/4] new, 2 cells, debian-13
          debian-13 masks/spawn.c
          debian-13 masks/spawn.py
        5 cells accepted, 1 rejected, 1 still pending.
        ");
        assert_snapshot!(files(root.path()), @"
        snapshots/debian-12/eintr/poll.c.snap: call: restarted, end: exit 0
        snapshots/debian-13/eintr/recv.c@main.snap: call: restarted, end: exit 0
        snapshots/debian-13/eintr/recv.c@worker.snap: call: restarted, thread: w0, end: exit 0
        snapshots/debian-13/masks/exec.c.snap: a: x, end: exit 0
        snapshots/debian-13/masks/fork.c.snap: a: x, end: exit 0
        snapshots/debian-13/masks/spawn.c.snap: a: x, end: exit 0
        snapshots/debian-13/masks/spawn.py.snap: a: x, end: exit 0
        snapshots/debian-13/masks/thread.c.snap: a: x, end: exit 0
        snapshots/debian-13/masks/exec.c.snap.new: a: x, end: exit 0
        ");
    }

    #[test]
    fn quitting_leaves_the_rest() {
        let root = several();
        assert_snapshot!(decided(root.path(), &args(&["masks"], &[]), &[Answer::Details, Answer::Quit]), @"
        [1/3] a: x -> x | y; end: exit 0 -> hung in pause, 1 cell, debian-13
          debian-13 masks/fork.c

        snapshots/debian-13/masks/fork.c.snap.new
          a title
          kernel: 6.12
        - a: x
        + a: x | y
        - end: exit 0
        + end: hung in pause
        0 cells accepted, 0 rejected, 4 still pending.
        ");
    }

    #[test]
    fn accepting_leaves_a_whole_file_and_nothing_else() {
        let root = several();
        let path = root.path().join("snapshots/debian-12/eintr/poll.c.snap");
        decided(root.path(), &args(&[], &["debian-12"]), &[Answer::Accept]);
        let expected = format!("{METADATA}6.1\n---\ncall: restarted\nend: exit 0\n");
        assert_eq!(fs::read_to_string(&path).expect("readable"), expected);
        let folder = fs::read_dir(path.parent().expect("a parent")).expect("readable");
        assert_eq!(folder.count(), 1);
    }

    #[test]
    fn what_changes_under_review_is_not_touched() {
        let root = several();
        let (groups, _) = load(root.path(), &args(&[], &["debian-12"])).expect("readable");
        let pending = &groups[0].cells[0];
        fs::write(
            &pending.entry.path,
            format!("{METADATA}6.1\n---\nend: exit 1\n"),
        )
        .expect("written");
        for act in [accept, reject] {
            let error = act(root.path(), pending).expect_err("changed").to_string();
            assert!(
                error.contains("changed while it was under review"),
                "{error}"
            );
            assert!(pending.entry.path.exists());
        }
    }

    #[test]
    fn damaged_files_are_named_and_the_others_reviewed() {
        let root = several();
        let pending = root
            .path()
            .join("snapshots/debian-13/masks/spawn.c.snap.new");
        fs::write(pending, "---\nsource: x\n").expect("written");
        let accepted = root.path().join("snapshots/debian-13/masks/exec.c.snap");
        fs::write(accepted, "<<<<<<< HEAD\n").expect("written");
        let (groups, damaged) = load(root.path(), &args(&["masks"], &[])).expect("readable");
        assert_eq!(groups.len(), 2);
        assert_snapshot!(damaged.join("\n"), @"
        snapshots/debian-13/masks/exec.c.snap is no snapshot: restore it with git, or delete it and accept the cell anew: line 1 is a merge conflict marker
        snapshots/debian-13/masks/spawn.c.snap.new is no snapshot: delete it, or run its cell again: it does not start with metadata between `---` lines
        ");
    }

    #[test]
    fn what_the_header_does_not_allow_is_not_accepted() {
        let root = project(&[
            (
                "debian-12/eintr/x.c.snap",
                "6.1",
                "thread: main\nend: exit 0\n",
            ),
            (
                "debian-12/eintr/x.c.snap.new",
                "6.1",
                "thread: main | w0\nend: exit 0\n",
            ),
            (
                "debian-13/eintr/x.c.snap.new",
                "6.12",
                "call: a | b\nthread: main | w1\nend: exit 0\n",
            ),
            (
                "debian-13/eintr/y.c.snap.new",
                "6.12",
                "call: a\nend: exit 0\n",
            ),
        ]);
        let header = root.path().join("tests/eintr/x.c");
        fs::create_dir(header.parent().expect("a parent")).expect("a folder");
        let write = |values: &str| {
            let allowed = format!("allowed: {{thread: {{values: [{values}], why: x}}}}");
            fs::write(&header, format!("/*---\ntitle: x\n{allowed}\n---*/\n")).expect("a test");
        };
        write("main, w0");
        assert_snapshot!(decided(root.path(), &Args::default(), &[Answer::Accept; 2]), @"
        [1/2] thread: main -> main | w0, 1 cell, debian-12
          debian-12 eintr/x.c
        [2/2] new, 2 cells, debian-13
          debian-13 eintr/x.c
            ! the test's header does not allow thread w1
            ! call took several values: name them all in the header's `allowed:`, and why
          debian-13 eintr/y.c
        2 cells accepted, 0 rejected, 1 still pending.
        eintr/x.c on debian-13 is not accepted: the test's header does not allow thread w1; find out why it came, then add it to `allowed:` in tests/eintr/x.c or reject it
        ");
        assert_snapshot!(files(root.path()), @"
        snapshots/debian-12/eintr/x.c.snap: thread: main | w0, end: exit 0
        snapshots/debian-13/eintr/y.c.snap: call: a, end: exit 0
        snapshots/debian-13/eintr/x.c.snap.new: call: a | b, thread: main | w1, end: exit 0
        ");
        write("main, w0, w1");
        assert_snapshot!(decided(root.path(), &Args::default(), &[Answer::Accept]), @"
        [1/1] new, 1 cell, debian-13
          debian-13 eintr/x.c
            ! call took several values: name them all in the header's `allowed:`, and why
        1 cell accepted, 0 rejected, 0 still pending.
        ");
    }
}

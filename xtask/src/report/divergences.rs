//! How images differ from each other, for people: one line a difference, with its reason or the lack of one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use console::{measure_text_width, style, truncate_str};
use indexmap::IndexMap;

use crate::divergence::{Differing, Divergence, Group};
use crate::record::{ABSENT, END};
use crate::suite::CellId;

/// The width, in columns, of what goes to a file or a pipe, where nobody knows how wide it will be shown.
pub const WIDTH: usize = 120;

/// A longer value is cut, in columns.
const VALUE: usize = 40;

/// Of a larger set, this many values are shown.
const VALUES: usize = 4;

/// Renders them under a line that counts: what needs a look first, then what is reviewed. `cells` are all of the run,
/// `width` is in columns. `colour`: is it for a terminal?
#[must_use]
pub fn render(divergences: &[Divergence], cells: &[CellId], width: usize, colour: bool) -> String {
    let page = Page {
        cells,
        width,
        colour,
    };
    let mut text = page.counts(divergences);
    let (unreviewed, reviewed): (Vec<_>, Vec<_>) = divergences
        .iter()
        .filter(|divergence| !divergence.cells.is_empty())
        .partition(|divergence| !divergence.unreviewed.is_empty());
    for divergence in unreviewed {
        text += &page.divergence(divergence);
    }
    for divergence in divergences {
        text += &page.gone(divergence);
    }
    for divergence in reviewed {
        text += &page.divergence(divergence);
    }
    text
}

/// What every line depends on.
struct Page<'a> {
    cells: &'a [CellId],
    width: usize,
    colour: bool,
}

impl Page<'_> {
    fn counts(&self, divergences: &[Divergence]) -> String {
        let differing = divergences
            .iter()
            .filter(|divergence| !divergence.cells.is_empty());
        let all = differing.count();
        let unreviewed = divergences
            .iter()
            .filter(|divergence| !divergence.unreviewed.is_empty());
        let unreviewed = unreviewed.count();
        let gone: usize = divergences
            .iter()
            .map(|divergence| divergence.gone.len())
            .sum();
        let counts = [
            (all - unreviewed, "reviewed"),
            (unreviewed, "unreviewed"),
            (gone, "gone"),
        ];
        let said: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let said = if said.is_empty() {
            "none".to_owned()
        } else {
            said.join(", ")
        };
        let line = style(format!("divergences: {said}")).bold();
        let line = match (unreviewed, gone) {
            (0, 0) => line,
            (0, _) => line.yellow(),
            _ => line.red(),
        };
        format!("{}\n", line.force_styling(self.colour))
    }

    /// The differences of one test, the reasons that apply, and what no reason tells apart.
    fn divergence(&self, divergence: &Divergence) -> String {
        let mut text = String::new();
        // Cells that differ in the same way are one line.
        let mut lines: Vec<(Vec<&Differing>, Vec<String>)> = Vec::new();
        for cell in &divergence.cells {
            let groups = self.groups(&cell.groups);
            match lines.iter_mut().find(|(_, known)| *known == groups) {
                Some((cells, _)) => cells.push(cell),
                None => lines.push((vec![cell], groups)),
            }
        }
        for (cells, groups) in lines {
            let unreviewed = cells.iter().any(|cell| has_unreviewed(cell, divergence));
            let ids: Vec<&CellId> = cells.iter().map(|cell| &cell.cell).collect();
            text += &self.line(unreviewed, &folded(&ids, self.cells), &groups);
        }
        for reason in &divergence.reasons {
            let glob = reason.glob.as_str();
            text += &self.paragraph(&format!("{glob}: {}", reason.reason));
        }
        for (one, other) in sides(&divergence.unreviewed) {
            text += &self.paragraph(&format!(
                "no `differs:` in tests/{} tells {} from {}: review it, and say why",
                divergence.test,
                listed(&one),
                listed(&other)
            ));
        }
        text
    }

    /// A difference on one line, or on a line for each group of images where that does not fit.
    fn line(&self, unreviewed: bool, name: &str, groups: &[String]) -> String {
        let name = style(name).bold().force_styling(self.colour);
        let line = format!("{} {name}  {}", self.mark(unreviewed), groups.join(" | "));
        if measure_text_width(&line) <= self.width {
            return format!("{line}\n");
        }
        let mut lines = format!("{} {name}\n", self.mark(unreviewed));
        for group in groups {
            let _ = writeln!(lines, "    | {group}");
        }
        lines
    }

    fn mark(&self, needs_a_look: bool) -> String {
        if needs_a_look {
            style("!")
                .red()
                .bold()
                .force_styling(self.colour)
                .to_string()
        } else {
            " ".to_owned()
        }
    }

    /// The reasons of a test that tell nothing apart.
    fn gone(&self, divergence: &Divergence) -> String {
        let mut text = String::new();
        for gone in &divergence.gone {
            let said = format!(
                "`differs: {}` is gone: {} agree",
                gone.reason.glob.as_str(),
                listed(&gone.images)
            );
            text += &self.line(true, &divergence.test, &[said]);
            text += &self.paragraph(&format!(
                "find out what changed, and remove it from tests/{}: {}",
                divergence.test, gone.reason.reason
            ));
        }
        text
    }

    /// What each group of images came to, by the keys in which they differ.
    fn groups(&self, groups: &[Group]) -> Vec<String> {
        let keys = differing_keys(groups);
        let group = |group: &Group| {
            let images = group.images.iter();
            let images: Vec<String> = images
                .map(|image| style(image).cyan().force_styling(self.colour).to_string())
                .collect();
            format!("{}: {}", images.join(", "), values(group, &keys))
        };
        groups.iter().map(group).collect()
    }

    fn paragraph(&self, text: &str) -> String {
        let options = textwrap::Options::new(self.width)
            .initial_indent("    ")
            .subsequent_indent("      ")
            .break_words(false);
        let lines = textwrap::wrap(text, options);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// Several cells of one test under one name, in the way of a glob or a shell. `all` has every cell of the test.
pub(super) fn folded(cells: &[&CellId], all: &[CellId]) -> String {
    let test = cells[0].test();
    let of_test = all.iter().filter(|cell| cell.test() == test);
    let variants: Vec<&str> = cells.iter().filter_map(|cell| cell.variant()).collect();
    let all = of_test.filter(|cell| cell.variant().is_some()).count() == variants.len();
    let plain = variants.len() < cells.len();
    match (variants.as_slice(), plain) {
        ([], _) => test.to_owned(),
        ([one], false) => format!("{test}@{one}"),
        ([one], true) => format!("{test}{{,@{one}}}"),
        (_, false) if all => format!("{test}@*"),
        (_, true) if all => format!("{test}{{,@*}}"),
        (several, false) => format!("{test}@{{{}}}", several.join(",")),
        (several, true) => format!("{test}{{,@{}}}", several.join(",@")),
    }
}

/// The keys in which groups differ, `end` first: how a run ended says most.
fn differing_keys(groups: &[Group]) -> Vec<String> {
    let changes = groups[1..]
        .iter()
        .flat_map(|group| group.record.changes(&groups[0].record));
    let keys: BTreeSet<(bool, String)> = changes
        .map(|change| (change.key != END, change.key))
        .collect();
    keys.into_iter().map(|(_, key)| key).collect()
}

/// The values of those keys, `returned yes` for a key and its value. A key that no run observed is left out where there is
/// another to tell of.
fn values(group: &Group, keys: &[String]) -> String {
    let mut said = Vec::new();
    for key in keys {
        let set = group.record.set(key);
        if set.iter().all(|value| value == ABSENT) {
            continue;
        }
        let mut values: Vec<String> = set.iter().take(VALUES).map(|value| shown(value)).collect();
        if set.len() > VALUES {
            values.push(format!("{} more", set.len() - VALUES));
        }
        let values = values.join(" or ");
        said.push(if key == END {
            values
        } else {
            format!("{key} {values}")
        });
    }
    if said.is_empty() {
        return format!("no {}", keys.join(", no "));
    }
    said.join(", ")
}

/// A value, in quotes if its commas could be taken for those between keys.
fn shown(value: &str) -> String {
    let cut = truncate_str(value, VALUE, "…");
    if value.contains(',') {
        format!("\"{cut}\"")
    } else {
        cut.into_owned()
    }
}

fn has_unreviewed(cell: &Differing, divergence: &Divergence) -> bool {
    let group = |image: &String| {
        cell.groups
            .iter()
            .position(|group| group.images.contains(image))
    };
    let mut pairs = divergence.unreviewed.iter();
    pairs.any(|(a, b)| matches!((group(a), group(b)), (Some(a), Some(b)) if a != b))
}

/// Pairs as the images on their two sides, the shorter side first: images with the same partners go together.
pub(super) fn sides(pairs: &[(String, String)]) -> Vec<(Vec<&str>, Vec<&str>)> {
    let mut partners: IndexMap<&str, BTreeSet<&str>> = IndexMap::new();
    for (a, b) in pairs {
        partners.entry(b).or_default().insert(a);
        partners.entry(a).or_default().insert(b);
    }
    let mut classes: IndexMap<BTreeSet<&str>, Vec<&str>> = IndexMap::new();
    for (image, others) in partners {
        classes.entry(others).or_default().push(image);
    }
    classes.sort_by(|_, one, _, other| one.len().cmp(&other.len()));
    let mut told = BTreeSet::new();
    let mut sides = Vec::new();
    for (others, images) in classes {
        let untold = |other: &&str| !told.contains(&(*other, images[0]));
        let others: Vec<&str> = others.into_iter().filter(untold).collect();
        if !others.is_empty() {
            let pairs = |image| others.iter().map(move |other| (image, *other));
            told.extend(images.iter().copied().flat_map(pairs));
            sides.push((images, others));
        }
    }
    sides
}

/// `a, b and c`
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::fs;

    use super::*;
    use crate::divergence::find;
    use crate::record::Record;
    use crate::suite::Suite;
    use insta::assert_snapshot;

    /// What a suite of these tests comes to on these images. A record has its lines separated by `/`.
    fn shown(tests: &[(&str, &str)], records: &[(&str, &[(&str, &str)])], width: usize) -> String {
        let root = tempfile::tempdir().expect("a temporary directory");
        let lib = root.path().join("tests/lib");
        fs::create_dir_all(&lib).expect("a folder");
        fs::write(lib.join("ports.c"), "").expect("a file");
        let variants = "ports: {title: x, preload: ports.c}\n";
        fs::write(root.path().join("tests/variants.yaml"), variants).expect("a file");
        for (test, header) in tests {
            let path = root.path().join("tests").join(test);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            let text = format!("/*---\ntitle: x\n{header}---*/\n");
            fs::write(path, text).expect("a test");
        }
        let suite = Suite::load(root.path()).expect("a good suite");
        let images: Vec<String> = records
            .iter()
            .map(|(image, _)| (*image).to_owned())
            .collect();
        let records: HashMap<&str, HashMap<&str, &str>> = records
            .iter()
            .map(|(image, records)| (*image, records.iter().copied().collect()))
            .collect();
        let divergences = find(&suite.tests, &images, |image, cell| {
            let text = records[image].get(cell.as_str())?;
            Some(Record::parse(&text.replace('/', "\n")).expect("a good record"))
        });
        let cells: Vec<CellId> = suite.cells().into_iter().map(|cell| cell.id).collect();
        render(&divergences, &cells, width, false)
    }

    const PAUSE: (&str, &str) = (
        "python/pause.c",
        "variants: [ports]\ndiffers:\n  freebsd-*: >-\n    FreeBSD prefers the sender: the signal is caught in the worker's kill(), and main stays asleep in pause(), which nothing\n    wakes.\n",
    );

    #[test]
    fn one_line_and_the_reason() {
        let debian = [
            ("python/pause.c", "returned: yes/end: exit 0"),
            ("python/pause.c@ports", "returned: yes/end: exit 0"),
        ];
        let freebsd = debian.map(|(cell, _)| (cell, "end: hung in pause"));
        assert_snapshot!(shown(&[PAUSE], &[("debian-13", &debian), ("freebsd-15.1", &freebsd)], 100), @"
        divergences: 1 reviewed
          python/pause.c{,@ports}  debian-13: exit 0, returned yes | freebsd-15.1: hung in pause
            freebsd-*: FreeBSD prefers the sender: the signal is caught in the worker's kill(), and main
              stays asleep in pause(), which nothing wakes.
        ");
        assert_snapshot!(shown(&[PAUSE], &[("debian-13", &debian), ("freebsd-15.1", &freebsd)], 70), @"
        divergences: 1 reviewed
          python/pause.c{,@ports}
            | debian-13: exit 0, returned yes
            | freebsd-15.1: hung in pause
            freebsd-*: FreeBSD prefers the sender: the signal is caught in the
              worker's kill(), and main stays asleep in pause(), which nothing
              wakes.
        ");
        assert_snapshot!(shown(&[PAUSE], &[("debian-13", &debian), ("freebsd-15.1", &freebsd[..1])], 100), @"
        divergences: 1 reviewed
          python/pause.c  debian-13: exit 0, returned yes | freebsd-15.1: hung in pause
            freebsd-*: FreeBSD prefers the sender: the signal is caught in the worker's kill(), and main
              stays asleep in pause(), which nothing wakes.
        ");
        assert_snapshot!(shown(&[PAUSE], &[("debian-13", &debian), ("freebsd-15.1", &debian)], 100), @"
        divergences: 1 gone
        ! python/pause.c  `differs: freebsd-*` is gone: debian-13 and freebsd-15.1 agree
            find out what changed, and remove it from tests/python/pause.c: FreeBSD prefers the sender: the
              signal is caught in the worker's kill(), and main stays asleep in pause(), which nothing
              wakes.
        ");
        assert_snapshot!(shown(&[PAUSE], &[("debian-13", &debian)], 100), @"divergences: none");
    }

    #[test]
    fn what_needs_a_look_comes_first() {
        let tests = [
            ("eintr/x.c", "differs:\n  freebsd-*: FreeBSD restarts it\n"),
            (
                "fork/held.c",
                "differs:\n  freebsd-*: FreeBSD takes no lock\n",
            ),
            (
                "queue/three.c",
                "differs:\n  freebsd-*: FreeBSD queues every one\n",
            ),
        ];
        let cells = |held, three| {
            [
                ("eintr/x.c", "call: EINTR/end: exit 0"),
                ("fork/held.c", held),
                ("queue/three.c", three),
            ]
        };
        let glibc = cells("child: prints, printed/end: exit 0", "runs: 1/end: exit 0");
        let musl = cells("child: prints/end: hung in wait", "runs: 1/end: exit 0");
        let freebsd = cells("child: printed/end: exit 0", "runs: 3/end: exit 0");
        let images: [(&str, &[(&str, &str)]); 4] = [
            ("debian-12", &glibc),
            ("debian-13", &glibc),
            ("debian-13-musl", &musl),
            ("freebsd-15.1", &freebsd),
        ];
        assert_snapshot!(shown(&tests, &images, 120), @r#"
        divergences: 1 reviewed, 1 unreviewed, 1 gone
        ! fork/held.c
            | debian-12, debian-13: exit 0, child "prints, printed"
            | debian-13-musl: hung in wait, child prints
            | freebsd-15.1: exit 0, child printed
            freebsd-*: FreeBSD takes no lock
            no `differs:` in tests/fork/held.c tells debian-13-musl from debian-12 and debian-13: review it, and say why
        ! eintr/x.c  `differs: freebsd-*` is gone: debian-12, debian-13, debian-13-musl and freebsd-15.1 agree
            find out what changed, and remove it from tests/eintr/x.c: FreeBSD restarts it
          queue/three.c  debian-12, debian-13, debian-13-musl: runs 1 | freebsd-15.1: runs 3
            freebsd-*: FreeBSD queues every one
        "#);
        assert_snapshot!(shown(&tests[2..], &images, 120), @"
        divergences: 1 reviewed
          queue/three.c  debian-12, debian-13, debian-13-musl: runs 1 | freebsd-15.1: runs 3
            freebsd-*: FreeBSD queues every one
        ");
    }

    #[test]
    fn cells_that_differ_in_the_same_way_are_one_line() {
        let tests = [(
            "eintr/x.c",
            "axes: {way: [a, b, c, d]}\nvariants: [ports]\n",
        )];
        let ids = [
            "a", "b", "c", "d", "a+ports", "b+ports", "c+ports", "d+ports",
        ]
        .map(|variant| format!("eintr/x.c@{variant}"));
        let lines = |differing: usize| {
            let ours: Vec<_> = ids.iter().map(|id| (id.as_str(), "end: exit 0")).collect();
            let theirs = ours.iter().enumerate().map(|(number, (id, record))| {
                let other = number < differing;
                (*id, if other { "end: exit 1" } else { *record })
            });
            let theirs: Vec<_> = theirs.collect();
            let text = shown(&tests, &[("debian-12", &ours), ("debian-13", &theirs)], 120);
            text.lines().nth(1).expect("a line").to_owned()
        };
        assert_snapshot!([lines(1), lines(2), lines(8)].join("\n"), @"
        ! eintr/x.c@a  debian-12: exit 0 | debian-13: exit 1
        ! eintr/x.c@{a,b}  debian-12: exit 0 | debian-13: exit 1
        ! eintr/x.c@*  debian-12: exit 0 | debian-13: exit 1
        ");
    }

    #[test]
    fn values_are_told_by_key_and_cut() {
        let line = |one: &str, other: &str| {
            let tests = [("eintr/x.c", "")];
            let images: [(&str, &[(&str, &str)]); 2] = [
                ("debian-12", &[("eintr/x.c", one)]),
                ("debian-13", &[("eintr/x.c", other)]),
            ];
            let text = shown(&tests, &images, 300);
            text.lines().nth(1).expect("a line").to_owned()
        };
        let long = format!("a: {}/end: exit 0", "x".repeat(100));
        assert_snapshot!([
            line("a: 1/b: 2/end: exit 0", "a: 1/b: 3/end: exit 0"),
            line("a: 1/end: exit 0", "end: exit 0"),
            line("a: 1/b: 2/end: exit 0", "end: exit 0"),
            line("a: 1/b: 2/end: exit 0", "b: 3/end: exit 0"),
            line("thread: main | w0/end: exit 0", "thread: main/end: exit 0 | hung in read"),
            line("a: 1 | 2 | 3 | 4 | 5 | 6/end: exit 0", "a: (absent) | 1/end: exit 0"),
            line(&long, "a: x/end: exit 0"),
        ].join("\n"), @"
        ! eintr/x.c  debian-12: b 2 | debian-13: b 3
        ! eintr/x.c  debian-12: a 1 | debian-13: no a
        ! eintr/x.c  debian-12: a 1, b 2 | debian-13: no a, no b
        ! eintr/x.c  debian-12: a 1, b 2 | debian-13: b 3
        ! eintr/x.c  debian-12: exit 0, thread main or w0 | debian-13: exit 0 or hung in read, thread main
        ! eintr/x.c  debian-12: a 1 or 2 or 3 or 4 or 2 more | debian-13: a (absent) or 1
        ! eintr/x.c  debian-12: a xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… | debian-13: a x
        ");
    }

    #[test]
    fn images_with_the_same_partners_are_told_together() {
        let pairs = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            let sides = sides(&pairs);
            let sides = sides
                .iter()
                .map(|(one, other)| format!("{} from {}", listed(one), listed(other)));
            sides.collect::<Vec<_>>().join("; ")
        };
        assert_snapshot!([
            pairs(&[("a", "b")]),
            pairs(&[("a", "d"), ("b", "d"), ("c", "d")]),
            pairs(&[("a", "b"), ("a", "c"), ("b", "c")]),
            pairs(&[("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]),
            pairs(&[]),
        ].join("\n"), @"
        b from a
        d from a, b and c
        b from a and c; a from c
        c and d from a and b
        ");
    }

    #[test]
    fn colours_only_when_asked() {
        let divergences = [Divergence {
            test: "eintr/x.c".to_owned(),
            cells: Vec::new(),
            reasons: Vec::new(),
            unreviewed: Vec::new(),
            gone: Vec::new(),
        }];
        assert!(!render(&divergences, &[], WIDTH, false).contains('\u{1b}'));
        assert!(render(&divergences, &[], WIDTH, true).contains('\u{1b}'));
    }
}

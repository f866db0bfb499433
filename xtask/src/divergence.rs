//! Divergences: tests whose records differ across images, held against the reasons that their headers give.
//!
//! A test's `differs:` is a mapping from globs over image names to reasons. A glob *tells* two images *apart* if it
//! matches exactly one of them. A pair of images that differ is reviewed if some glob tells them apart. A reason is
//! gone if the images that it tells apart agree; the pairs that another glob tells apart as well do not count, since
//! two reasons may lead to the same record.
//!
//! Of a key that the test's header leaves to chance (`allowed:`), images that no glob tells apart share their values: what
//! chance gave one of them it could have given the others. Images that a glob does tell apart share none, so that a
//! system which never takes a value can have its reason. That reason is not gone while chance may hide the difference:
//! while an image has yet to take some of the values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;

use crate::header::{Allowed, Header, Reason};
use crate::record::Record;
use crate::suite::{CellId, Test};

/// How images differ in one test, or that they do not although its header says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// `FAMILY/NAME.c`
    pub test: String,
    /// The cells in which images differ.
    pub cells: Vec<Differing>,
    /// The header's reasons that tell images apart which differ.
    pub reasons: Vec<Reason>,
    /// The pairs of images that differ and that no reason tells apart.
    pub unreviewed: Vec<(String, String)>,
    /// The header's reasons that tell images apart which agree.
    pub gone: Vec<Gone>,
}

/// A cell in which images differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// Which cell.
    pub cell: CellId,
    /// The images, by what the cell came to on them.
    pub groups: Vec<Group>,
}

/// The images that share a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Their names.
    pub images: Vec<String>,
    /// What the cell came to on each of them; of a key left to chance, on all of them and those with which they share it.
    pub record: Record,
}

/// A reason without a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// What the header says.
    #[serde(flatten)]
    pub reason: Reason,
    /// The images that it tells apart and that agree.
    pub images: Vec<String>,
}

/// How `images` differ in each of `tests`: nothing of those in which they do not, and all in the order given.
///
/// `record` is what a cell came to on an image, `None` if it has no record there. Records are equal or they are not: a
/// record that a run saw a part of is to be [widened](Record::widened) first.
pub fn find(
    tests: &[Arc<Test>],
    images: &[String],
    record: impl Fn(&str, &CellId) -> Option<Record>,
) -> Vec<Divergence> {
    let of_test = |test: &Arc<Test>| {
        let observed = test.cells().into_iter().map(|cell| Observed {
            records: images.iter().map(|image| record(image, &cell.id)).collect(),
            cell: cell.id,
        });
        Comparison::new(images, observed.collect(), &test.header).divergence(&test.id)
    };
    tests.iter().filter_map(of_test).collect()
}

/// A test's records by image and cell, each with what chance gave the images from which no reason tells it apart: records
/// that differ by chance alone are equal afterwards.
pub fn pooled(
    records: &BTreeMap<String, BTreeMap<CellId, Record>>,
    header: &Header,
) -> BTreeMap<String, BTreeMap<CellId, Record>> {
    let images: Vec<String> = records.keys().cloned().collect();
    let cells: BTreeSet<&CellId> = records.values().flat_map(BTreeMap::keys).collect();
    let observed = cells.into_iter().map(|cell| Observed {
        records: records.values().map(|of| of.get(cell).cloned()).collect(),
        cell: cell.clone(),
    });
    let comparison = Comparison::new(&images, observed.collect(), header);
    let of_image = |(index, image): (usize, &String)| {
        let record =
            |Observed { cell, records }: &Observed| Some((cell.clone(), records[index].clone()?));
        let records = comparison.cells.iter().filter_map(record);
        (image.clone(), records.collect())
    };
    images.iter().enumerate().map(of_image).collect()
}

/// A cell's records, by image.
struct Observed {
    cell: CellId,
    records: Vec<Option<Record>>,
}

/// A test's records and reasons. Images and reasons go by their indices.
struct Comparison<'a> {
    images: &'a [String],
    /// Every cell that the test stands for, run or not.
    cells: Vec<Observed>,
    reasons: &'a [Reason],
    /// By reason: which images its glob matches.
    inside: Vec<Vec<bool>>,
    /// What is left to chance.
    allowed: &'a IndexMap<String, Allowed>,
}

impl<'a> Comparison<'a> {
    fn new(images: &'a [String], cells: Vec<Observed>, header: &'a Header) -> Self {
        let matches = |reason: &Reason| {
            let glob = reason.glob.matcher();
            images.iter().map(|image| glob.is_match(image)).collect()
        };
        let mut comparison = Self {
            images,
            cells: Vec::new(),
            reasons: &header.differs,
            inside: header.differs.iter().map(matches).collect(),
            allowed: &header.allowed,
        };
        comparison.cells = cells
            .into_iter()
            .map(|cell| comparison.pooled(cell))
            .collect();
        comparison
    }

    /// A cell's records, with what chance gave the images from which no reason tells them apart.
    fn pooled(&self, Observed { cell, records }: Observed) -> Observed {
        let pooled = |(image, record): (usize, &Option<Record>)| {
            let others = records.iter().enumerate();
            let others: Vec<&Record> = others
                .filter(|&(other, _)| self.telling((image, other)).is_empty())
                .filter_map(|(_, record)| record.as_ref())
                .collect();
            Some(record.as_ref()?.pooled(&others, self.allowed))
        };
        Observed {
            records: records.iter().enumerate().map(pooled).collect(),
            cell,
        }
    }

    fn divergence(&self, test: &str) -> Option<Divergence> {
        let differing: Vec<(usize, usize)> =
            self.pairs().filter(|&pair| self.differ(pair)).collect();
        let applies = |&reason: &usize| {
            let mut pairs = differing.iter();
            pairs.any(|&pair| self.tells_apart(reason, pair))
        };
        let name = |image: usize| self.images[image].clone();
        let unreviewed = differing
            .iter()
            .filter(|&&pair| self.telling(pair).is_empty());
        let divergence = Divergence {
            test: test.to_owned(),
            cells: self
                .cells
                .iter()
                .filter_map(|cell| self.differing(cell))
                .collect(),
            reasons: (0..self.reasons.len())
                .filter(applies)
                .map(|reason| self.reasons[reason].clone())
                .collect(),
            unreviewed: unreviewed.map(|&(a, b)| (name(a), name(b))).collect(),
            gone: (0..self.reasons.len())
                .filter_map(|reason| self.gone(reason))
                .collect(),
        };
        let nothing = divergence.cells.is_empty() && divergence.gone.is_empty();
        (!nothing).then_some(divergence)
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let count = self.images.len();
        (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
    }

    fn differ(&self, (a, b): (usize, usize)) -> bool {
        self.cells.iter().any(|cell| {
            let records = (&cell.records[a], &cell.records[b]);
            matches!(records, (Some(a), Some(b)) if a != b)
        })
    }

    fn tells_apart(&self, reason: usize, (a, b): (usize, usize)) -> bool {
        self.inside[reason][a] != self.inside[reason][b]
    }

    /// The reasons that tell a pair apart.
    fn telling(&self, pair: (usize, usize)) -> Vec<usize> {
        let reasons = 0..self.reasons.len();
        reasons
            .filter(|&reason| self.tells_apart(reason, pair))
            .collect()
    }

    fn differing(&self, Observed { cell, records }: &Observed) -> Option<Differing> {
        let mut groups: Vec<Group> = Vec::new();
        for (image, record) in self.images.iter().zip(records) {
            let Some(record) = record else { continue };
            match groups.iter_mut().find(|group| group.record == *record) {
                Some(group) => group.images.push(image.clone()),
                None => groups.push(Group {
                    images: vec![image.clone()],
                    record: record.clone(),
                }),
            }
        }
        let cell = cell.clone();
        (groups.len() > 1).then_some(Differing { cell, groups })
    }

    /// A reason is gone if there are pairs that it alone tells apart, and all of them agree in every cell. An image that
    /// lacks a record of some cells could differ in those, and one that chance has yet to give some values in these, so
    /// that nothing is said then; one that has no record at all takes no part.
    fn gone(&self, reason: usize) -> Option<Gone> {
        let records = |image: usize| self.cells.iter().map(move |cell| &cell.records[image]);
        let ran = |image| records(image).any(Option::is_some);
        let whole = |record: &Record| !record.is_partial(self.allowed);
        let settled = |image| records(image).all(|record| record.as_ref().is_some_and(whole));
        let mut agreeing = BTreeSet::new();
        for pair @ (a, b) in self.pairs() {
            if !ran(a) || !ran(b) || self.telling(pair) != [reason] {
                continue;
            }
            if !settled(a) || !settled(b) || self.differ(pair) {
                return None;
            }
            agreeing.extend([a, b]);
        }
        (!agreeing.is_empty()).then(|| Gone {
            reason: self.reasons[reason].clone(),
            images: agreeing
                .into_iter()
                .map(|image| self.images[image].clone())
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::header::{self, Language};
    use crate::names::{Glob, IMAGES};
    use crate::record::{Drift, Outcome};

    const IMAGE_NAMES: [&str; 4] = ["debian-12", "debian-13", "debian-13-musl", "freebsd-15.1"];

    fn record(text: &str) -> Record {
        Record::parse(&format!("{text}\nend: exit 0\n")).expect("a good record")
    }

    /// A cell of these records, an image a word: `-` for none, `a|b` for a set.
    fn cell(id: &str, records: &str) -> Observed {
        let set = |word: &str| record(&format!("call: {}", word.replace('|', " | ")));
        let record = |word: &str| (word != "-").then(|| set(word));
        Observed {
            cell: CellId::new("eintr", id),
            records: records.split(' ').map(record).collect(),
        }
    }

    fn compare(globs: &[&str], cells: Vec<Observed>) -> Option<Divergence> {
        compare_with("", globs, cells)
    }

    /// Compares under a header that says these lines and has these globs.
    fn compare_with(lines: &str, globs: &[&str], cells: Vec<Observed>) -> Option<Divergence> {
        let text = format!("/*---\ntitle: x\n{lines}---*/\n");
        let path = Path::new("tests/eintr/x.c");
        let mut header = header::parse(path, &text, Language::C).expect("a good header");
        let reason = |glob: &&str| Reason {
            glob: Glob::new(IMAGES, glob).expect("a good glob"),
            reason: format!("{glob} is different"),
        };
        header.differs = globs.iter().map(reason).collect();
        let images = IMAGE_NAMES.map(str::to_owned);
        Comparison::new(&images, cells, &header).divergence("eintr/x.c")
    }

    /// Of one cell: the groups of images, the reasons, the unreviewed pairs and what is gone.
    fn told(globs: &[&str], records: &str) -> String {
        tell(compare(globs, vec![cell("x.c", records)]))
    }

    fn tell(divergence: Option<Divergence>) -> String {
        let Some(divergence) = divergence else {
            return "nothing".to_owned();
        };
        let mut words = Vec::new();
        for cell in &divergence.cells {
            let groups = cell.groups.iter().map(|group| group.images.join("="));
            words.push(format!(
                "{}: {}",
                cell.cell.name(),
                groups.collect::<Vec<_>>().join(" ")
            ));
        }
        for reason in &divergence.reasons {
            words.push(format!("reason {}", reason.glob.as_str()));
        }
        for (a, b) in &divergence.unreviewed {
            words.push(format!("unreviewed {a} {b}"));
        }
        for gone in &divergence.gone {
            words.push(format!(
                "gone {}: {}",
                gone.reason.glob.as_str(),
                gone.images.join("=")
            ));
        }
        words.join("; ")
    }

    #[test]
    fn images_that_agree_or_did_not_run_are_no_divergence() {
        for records in ["a a a a", "a - - -", "- - - -", "a - a a"] {
            assert_eq!(told(&[], records), "nothing", "{records}");
        }
    }

    #[test]
    fn a_pair_is_reviewed_if_a_glob_matches_exactly_one_of_it() {
        assert_eq!(
            told(&["freebsd-*"], "a a a b"),
            "x.c: debian-12=debian-13=debian-13-musl freebsd-15.1; reason freebsd-*"
        );
        assert_eq!(
            told(&["debian-*"], "a a a b"),
            "x.c: debian-12=debian-13=debian-13-musl freebsd-15.1; reason debian-*"
        );
        assert_eq!(
            told(&[], "a a - b"),
            "x.c: debian-12=debian-13 freebsd-15.1; unreviewed debian-12 freebsd-15.1; unreviewed debian-13 freebsd-15.1"
        );
        assert_eq!(
            told(&["*"], "a - - b"),
            "x.c: debian-12 freebsd-15.1; unreviewed debian-12 freebsd-15.1",
            "a glob that matches both tells nothing"
        );
        assert_eq!(
            told(&["debian-*"], "a b - c"),
            "x.c: debian-12 debian-13 freebsd-15.1; reason debian-*; unreviewed debian-12 debian-13"
        );
    }

    #[test]
    fn reasons_that_do_not_apply_are_not_told() {
        assert_eq!(
            told(&["freebsd-*", "*-musl"], "a a - b"),
            "x.c: debian-12=debian-13 freebsd-15.1; reason freebsd-*"
        );
        assert_eq!(
            told(&["freebsd-*", "*-musl"], "a a b c"),
            "x.c: debian-12=debian-13 debian-13-musl freebsd-15.1; reason freebsd-*; reason *-musl"
        );
    }

    #[test]
    fn a_reason_is_gone_if_the_images_that_it_tells_apart_agree() {
        assert_eq!(
            told(&["freebsd-*"], "a a - a"),
            "gone freebsd-*: debian-12=debian-13=freebsd-15.1"
        );
        assert_eq!(told(&["freebsd-*"], "a a a -"), "nothing", "none inside");
        assert_eq!(told(&["freebsd-*"], "- - - a"), "nothing", "none outside");
        assert_eq!(
            told(&["freebsd-*"], "a b - a"),
            "x.c: debian-12=freebsd-15.1 debian-13; reason freebsd-*; unreviewed debian-12 debian-13",
            "one pair that differs is enough"
        );
    }

    #[test]
    fn pairs_that_another_glob_tells_apart_too_say_nothing_of_a_reason() {
        let globs = ["freebsd-*", "*-musl"];
        assert_eq!(
            told(&globs, "- - a a"),
            "nothing",
            "each may differ from the others for its own reason, in the same way"
        );
        assert_eq!(
            told(&globs, "- b a a"),
            "x.c: debian-13 debian-13-musl=freebsd-15.1; reason freebsd-*; reason *-musl"
        );
        assert_eq!(
            told(&globs, "- a a b"),
            "x.c: debian-13=debian-13-musl freebsd-15.1; reason freebsd-*; reason *-musl; gone *-musl: debian-13=debian-13-musl",
        );
    }

    #[test]
    fn a_reason_is_gone_only_if_every_cell_ran_on_both_sides() {
        let both = |first, second| {
            let cells = vec![cell("x.c@plain", first), cell("x.c@ports", second)];
            tell(compare(&["freebsd-*"], cells))
        };
        let gone = "gone freebsd-*: debian-13=freebsd-15.1";
        assert_eq!(both("- a - a", "- b - b"), gone);
        assert_eq!(
            both("- a - a", "- - - -"),
            "nothing",
            "one variant was picked"
        );
        assert_eq!(
            both("- a - a", "- b - -"),
            "nothing",
            "it could differ there"
        );
        assert_eq!(both("- a - a", "- - - b"), "nothing");
        assert_eq!(both("- a - -", "- - - b"), "nothing");
        assert_eq!(
            both("a a - a", "- b - b"),
            "nothing",
            "debian-12 could differ in the variant that was lost"
        );
        assert_eq!(
            both("- a - a", "- b - c"),
            "x.c@ports: debian-13 freebsd-15.1; reason freebsd-*"
        );
    }

    #[test]
    fn a_set_differs_from_a_part_of_it_unless_the_rest_is_accepted() {
        let whole = record("thread: main | w0");
        let part = record("thread: main");
        assert_ne!(whole, part);
        let drift = part.against(&whole, &IndexMap::new()).drift;
        assert_eq!(part.widened(&drift), whole);
        let drift: [Drift; 0] = [];
        assert_eq!(part.widened(&drift), part);
        let silent = Record::fold(&[Outcome::read(b"", "exit 0")]).expect("a run");
        let at_times = record("thread: (absent) | main");
        let drift = silent.against(&at_times, &IndexMap::new()).drift;
        assert_eq!(silent.widened(&drift), at_times);
    }

    /// Of one cell whose key `call` is left to chance between `a` and `b`.
    fn told_by_chance(globs: &[&str], records: &str) -> String {
        let allowed = "allowed: {call: {values: [a, b], why: x}}\n";
        tell(compare_with(allowed, globs, vec![cell("x.c", records)]))
    }

    #[test]
    fn what_chance_decides_is_no_divergence() {
        for records in ["a|b a b a|b", "a b - -", "a a a|b -"] {
            assert_eq!(told_by_chance(&[], records), "nothing", "{records}");
        }
        assert_eq!(
            told_by_chance(&[], "a b - c"),
            "x.c: debian-12=debian-13 freebsd-15.1; unreviewed debian-12 freebsd-15.1; unreviewed debian-13 freebsd-15.1",
            "a value that is not allowed is no chance"
        );
        assert_eq!(
            told_by_chance(&[], "a b - a|c"),
            "x.c: debian-12=debian-13 freebsd-15.1; unreviewed debian-12 freebsd-15.1; unreviewed debian-13 freebsd-15.1",
            "not even beside one that is"
        );
        let other = |record: Option<Record>| record.map(|_| self::record("other: a"));
        let mut cell = cell("x.c", "a a - a");
        cell.records[3] = other(cell.records[3].take());
        let allowed = "allowed: {call: {values: [a, b], why: x}}\n";
        assert_eq!(
            tell(compare_with(allowed, &[], vec![cell])),
            "x.c: debian-12=debian-13 freebsd-15.1; unreviewed debian-12 freebsd-15.1; unreviewed debian-13 freebsd-15.1",
            "a key that never came is not left to chance, nor are other keys"
        );
    }

    #[test]
    fn a_system_that_never_takes_a_value_can_have_its_reason() {
        let globs = ["freebsd-*"];
        assert_eq!(
            told_by_chance(&globs, "a|b a b a"),
            "x.c: debian-12=debian-13=debian-13-musl freebsd-15.1; reason freebsd-*",
            "the others share their values, it takes no part"
        );
        assert_eq!(
            told_by_chance(&globs, "a b - a"),
            "x.c: debian-12=debian-13 freebsd-15.1; reason freebsd-*"
        );
        assert_eq!(
            told_by_chance(&globs, "a a - a"),
            "nothing",
            "chance may hide the difference"
        );
        assert_eq!(
            told_by_chance(&globs, "a b - b|a"),
            "gone freebsd-*: debian-12=debian-13=freebsd-15.1",
            "it took all there is"
        );
        assert_eq!(
            told_by_chance(&["freebsd-*", "debian-12"], "c a b a"),
            "x.c: debian-12 debian-13=debian-13-musl freebsd-15.1; reason freebsd-*; reason debian-12"
        );
    }

    #[test]
    fn the_cells_are_those_of_the_whole_suite_whatever_ran() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let folder = root.path().join("tests/eintr");
        std::fs::create_dir_all(&folder).expect("a folder");
        let header = "axes: {restart: [yes, no]}\ndiffers:\n  freebsd-*: sigtd()\n";
        let text = format!("/*---\ntitle: x\n{header}---*/\n");
        std::fs::write(folder.join("x.c"), text).expect("a test");
        let suite = crate::suite::Suite::load(root.path()).expect("a good suite");
        let images = IMAGE_NAMES.map(str::to_owned);
        let found = |ran: &[&str]| {
            find(&suite.tests, &images, |_, cell| {
                let ran = ran.contains(&cell.variant().unwrap_or_default());
                ran.then(|| record("call: EINTR"))
            })
        };
        assert_eq!(found(&["yes"]), []);
        assert_eq!(found(&["yes", "no"])[0].gone[0].images, images);
    }
}

//! What runs came to: the outcome of one, the record of many, and how a record stands to an accepted one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Result, anyhow, bail, ensure};
use indexmap::IndexMap;
use serde::Serialize;
use vm::text::visible;

use crate::header::Allowed;

/// The value that a key has in runs which did not observe it.
pub const ABSENT: &str = "(absent)";

/// The key that says how runs ended.
pub const END: &str = "end";

/// The key that says that a run printed something which is no observation.
pub const STRAY: &str = "stray-output";

/// A longer value is no word of a closed vocabulary.
const VALUE_LENGTH: usize = 200;

/// More observations in one run than any test makes: what comes after them is stray.
const OBSERVATIONS: usize = 100;

/// How many stray lines are kept for people to look at.
const STRAY_LINES: usize = 20;

/// What one run of a cell came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What the program observed, in its order.
    pub observations: Vec<(String, String)>,
    /// How it ended: `exit 0`, `signal TERM`, `hung in pause`…
    pub end: String,
    /// Lines on its standard output that are no observations, made harmless to show: the first few.
    pub stray: Vec<String>,
}

impl Outcome {
    /// Reads what a program printed. Anything may stand there: what is no `key: value` line is stray.
    pub fn read(out: &[u8], end: &str) -> Self {
        let end = if is_value(end) { end } else { "unreadable" };
        let mut outcome = Self {
            observations: Vec::new(),
            end: end.to_owned(),
            stray: Vec::new(),
        };
        for line in out.split_inclusive(|&byte| byte == b'\n') {
            match observation(line) {
                Some(pair) if outcome.observations.len() < OBSERVATIONS => {
                    outcome.observations.push(pair)
                }
                _ if outcome.stray.len() < STRAY_LINES => outcome.stray.push(shown(line)),
                _ => break,
            }
        }
        outcome
    }

    /// The values of each key, several of one run joined in their order.
    fn values(&self) -> BTreeMap<&str, String> {
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        for (key, value) in &self.observations {
            values
                .entry(key)
                .and_modify(|sequence| {
                    sequence.push_str(", ");
                    sequence.push_str(value);
                })
                .or_insert_with(|| value.clone());
        }
        if !self.stray.is_empty() {
            values.insert(STRAY, "yes".to_owned());
        }
        values.insert(END, self.end.clone());
        values
    }
}

/// The key and value of a whole line, if it is an observation.
fn observation(line: &[u8]) -> Option<(String, String)> {
    let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (key, value) = line.split_once(": ")?;
    let ours = key == END || key == STRAY || value == ABSENT;
    (is_key(key) && is_value(value) && !ours).then(|| (key.to_owned(), value.to_owned()))
}

fn is_key(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= VALUE_LENGTH && text.bytes().all(allowed)
}

/// Whether a program can observe this: a short printable text that cannot pass for two members of a set.
pub fn is_value(text: &str) -> bool {
    text.len() <= VALUE_LENGTH && is_set_member(text)
}

/// Printable, and unable to pass for two members of a set.
fn is_set_member(text: &str) -> bool {
    let printable = |b: u8| (b' '..=b'~').contains(&b) && b != b'|';
    !text.is_empty() && text == text.trim() && text.bytes().all(printable)
}

/// The start of a stray line, harmless to show.
fn shown(line: &[u8]) -> String {
    let start = &line[..line.len().min(VALUE_LENGTH)];
    visible(String::from_utf8_lossy(start).trim_end_matches('\n'))
}

/// A cell's outcomes, folded: each key with the set of its values. Nothing in it is a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Record {
    keys: BTreeMap<String, BTreeSet<String>>,
}

impl Record {
    /// Folds the outcomes of all runs; `None` if there was no run.
    pub fn fold(outcomes: &[Outcome]) -> Option<Self> {
        if outcomes.is_empty() {
            return None;
        }
        let runs: Vec<BTreeMap<&str, String>> = outcomes.iter().map(Outcome::values).collect();
        let keys: BTreeSet<&str> = runs.iter().flat_map(BTreeMap::keys).copied().collect();
        let set = |key| {
            runs.iter()
                .map(|run| run.get(key).map_or(ABSENT, String::as_str).to_owned())
                .collect()
        };
        Some(Self {
            keys: keys
                .into_iter()
                .map(|key| (key.to_owned(), set(key)))
                .collect(),
        })
    }

    /// Reads what [`Record`]'s `Display` wrote.
    ///
    /// # Errors
    /// If a line is no `key: value | value`, a key stands twice, or the last key, `end`, is not there.
    pub fn parse(text: &str) -> Result<Self> {
        let mut keys = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let (key, set) = parse_line(line).ok_or_else(|| {
                anyhow!(
                    "line {number} is no `key: value | value`: `{}`",
                    visible(line)
                )
            })?;
            if keys.insert(key.to_owned(), set).is_some() {
                bail!("line {number} says the key `{key}` a second time");
            }
        }
        ensure!(keys.contains_key(END), "there is no line `{END}: …`");
        Ok(Self { keys })
    }

    /// Each key with the set of its values, in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        let observed = self.keys.iter().filter(|(key, _)| *key != END);
        observed
            .chain(self.keys.get_key_value(END))
            .map(|(key, set)| (key.as_str(), set))
    }

    /// Every key whose values differ from those in `old`.
    pub fn changes(&self, old: &Record) -> Vec<Change> {
        let change = |key: &str| Change {
            key: key.to_owned(),
            old: old.set(key),
            new: self.set(key),
        };
        let changes = self.keys_with(old).into_iter().map(change);
        changes.filter(|change| change.old != change.new).collect()
    }

    /// How this record stands to an accepted one, where the test's header allows these sets.
    ///
    /// A key of them moves freely within its set, and the accepted record does not make up for a value outside of it. Of
    /// any other key, fewer values than an accepted set has are drift, no change.
    pub fn against(&self, accepted: &Record, allowed: &IndexMap<String, Allowed>) -> Comparison {
        let mut comparison = Comparison::of_new(self, allowed);
        for change in self.changes(accepted) {
            if change.may_be_chance(allowed.get(&change.key)) {
                comparison.drift.push(Drift {
                    gone: change.old.difference(&change.new).cloned().collect(),
                    come: change.new.difference(&change.old).cloned().collect(),
                    key: change.key,
                });
            } else {
                comparison.changes.push(change);
            }
        }
        comparison
    }

    /// The values that the test's header does not allow. A key that no run observed has none: it is missing, and that is
    /// a change if it was accepted.
    pub fn outside(&self, allowed: &IndexMap<String, Allowed>) -> Vec<Outside> {
        let of_key = |(key, allowed): (&String, &Allowed)| {
            let values: BTreeSet<String> = self
                .keys
                .get(key)?
                .difference(&allowed.values)
                .cloned()
                .collect();
            let key = key.clone();
            (!values.is_empty()).then_some(Outside { key, values })
        };
        allowed.iter().filter_map(of_key).collect()
    }

    /// The keys that took several values although the test's header does not say that chance decides them.
    pub fn unexplained(&self, allowed: &IndexMap<String, Allowed>) -> Vec<&str> {
        self.iter()
            .filter(|(key, set)| set.len() >= 2 && !allowed.contains_key(*key))
            .map(|(key, _)| key)
            .collect()
    }

    /// This record as it should be accepted in place of `accepted`: it forgets no accepted value that the header allows,
    /// and none of a set of which it still meets one, if the header has no word of that key.
    #[must_use]
    pub fn keeping(&self, accepted: &Record, allowed: &IndexMap<String, Allowed>) -> Record {
        let mut kept = self.clone();
        for key in self.keys_with(accepted) {
            let (old, mut new) = (accepted.set(key), self.set(key));
            match allowed.get(key) {
                // A key that does not come any more has changed: chance has no hand in that, unless it is allowed.
                Some(allowed) if new == absent() && !allowed.all(&new) => {}
                Some(allowed) => new.extend(old.intersection(&allowed.values).cloned()),
                None if old.len() >= 2 && !old.is_disjoint(&new) => new.extend(old),
                None => {}
            }
            kept.put(key, new);
        }
        kept
    }

    /// This record with the accepted values that no run took: all that its cell is known to come to.
    #[must_use]
    pub fn widened(&self, drift: &[Drift]) -> Record {
        let mut wide = self.clone();
        for Drift { key, gone, .. } in drift {
            wide.put(key, self.set(key).union(gone).cloned().collect());
        }
        wide
    }

    /// This record with what chance gave `others`: the values of keys that the header allows, where both are within
    /// their sets.
    #[must_use]
    pub fn pooled(&self, others: &[&Record], allowed: &IndexMap<String, Allowed>) -> Record {
        let mut pooled = self.clone();
        for (key, allowed) in allowed {
            let mut values = self.set(key);
            if !allowed.all(&values) {
                continue;
            }
            let theirs = others.iter().map(|other| other.set(key));
            values.extend(theirs.filter(|theirs| allowed.all(theirs)).flatten());
            pooled.put(key, values);
        }
        pooled
    }

    /// Whether another run could widen this record: a key has taken some of the values that the header allows, and
    /// neither all of them nor others.
    pub fn is_partial(&self, allowed: &IndexMap<String, Allowed>) -> bool {
        allowed.iter().any(|(key, allowed)| {
            let values = self.set(key);
            allowed.all(&values) && values != allowed.values
        })
    }

    /// Makes `values` those of a key. One that no run observed is not written.
    fn put(&mut self, key: &str, values: BTreeSet<String>) {
        if values == absent() {
            self.keys.remove(key);
        } else {
            self.keys.insert(key.to_owned(), values);
        }
    }

    /// The keys of both records, in the order in which they are written.
    fn keys_with<'a>(&'a self, other: &'a Record) -> Vec<&'a str> {
        let keys: BTreeSet<&str> = self
            .keys
            .keys()
            .chain(other.keys.keys())
            .map(String::as_str)
            .collect();
        keys.iter()
            .copied()
            .filter(|key| *key != END)
            .chain([END])
            .collect()
    }

    /// The values of a key: [`ABSENT`] alone if no run observed it.
    pub fn set(&self, key: &str) -> BTreeSet<String> {
        self.keys.get(key).cloned().unwrap_or_else(absent)
    }
}

fn absent() -> BTreeSet<String> {
    BTreeSet::from([ABSENT.to_owned()])
}

fn parse_line(line: &str) -> Option<(&str, BTreeSet<String>)> {
    let (key, values) = line.split_once(": ")?;
    let values: Vec<&str> = values.split(" | ").collect();
    let set: BTreeSet<String> = values.iter().map(|&value| value.to_owned()).collect();
    let good =
        is_key(key) && set.len() == values.len() && values.iter().all(|value| is_set_member(value));
    good.then_some((key, set))
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, set) in self.iter() {
            writeln!(f, "{key}: {}", alternatives(set))?;
        }
        Ok(())
    }
}

/// A set of values as records write it.
pub fn alternatives(set: &BTreeSet<String>) -> String {
    set.iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" | ")
}

/// How a record stands to the accepted one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Keys whose values are not the accepted ones.
    pub changes: Vec<Change>,
    /// Keys that took other values than the accepted ones by chance: worth saying, no change.
    pub drift: Vec<Drift>,
    /// Values that the test's header does not allow, accepted or not.
    pub outside: Vec<Outside>,
}

impl Comparison {
    /// What there is to say of a record where nothing is accepted yet.
    pub fn of_new(record: &Record, allowed: &IndexMap<String, Allowed>) -> Self {
        Self {
            outside: record.outside(allowed),
            ..Self::default()
        }
    }

    /// Whether nothing changed and everything is allowed; there may be drift.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && self.outside.is_empty()
    }
}

/// A key whose values are not the accepted ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// The key.
    pub key: String,
    /// The accepted values.
    pub old: BTreeSet<String>,
    /// The observed values.
    pub new: BTreeSet<String>,
}

impl Change {
    /// Whether chance accounts for it. If the accepted values are not within the allowed set, the header is newer than
    /// the snapshot, which is to be reviewed.
    fn may_be_chance(&self, allowed: Option<&Allowed>) -> bool {
        match allowed {
            Some(allowed) => allowed.all(&self.old) && allowed.all(&self.new),
            None => self.old.len() >= 2 && self.new.is_subset(&self.old),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} -> {}",
            self.key,
            alternatives(&self.old),
            alternatives(&self.new)
        )
    }
}

/// A key that took other values than the accepted ones, and chance accounts for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Drift {
    /// The key.
    pub key: String,
    /// The accepted values that no run took.
    pub gone: BTreeSet<String>,
    /// The values that are allowed by the test's header, and not accepted yet.
    pub come: BTreeSet<String>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.key)?;
        if !self.gone.is_empty() {
            write!(f, " never {}", alternatives(&self.gone))?;
        }
        if !self.come.is_empty() {
            write!(f, " also {}", alternatives(&self.come))?;
        }
        Ok(())
    }
}

/// Values that the test's header does not allow for a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Outside {
    /// The key.
    pub key: String,
    /// The values.
    pub values: BTreeSet<String>,
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the test's header does not allow {} {}",
            self.key,
            alternatives(&self.values)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn outcome(out: &str) -> Outcome {
        Outcome::read(out.as_bytes(), "exit 0")
    }

    fn fold(outs: &[&str]) -> Record {
        let outcomes: Vec<Outcome> = outs.iter().map(|out| outcome(out)).collect();
        Record::fold(&outcomes).expect("at least one run")
    }

    fn record(text: &str) -> Record {
        Record::parse(text).expect("a good record")
    }

    /// A header's allowed sets, `key: value | value` a line.
    fn allowed(text: &str) -> IndexMap<String, Allowed> {
        let set = |line: &str| {
            let (key, values) = parse_line(line).expect("a good line");
            let why = "x".to_owned();
            (key.to_owned(), Allowed { values, why })
        };
        text.lines().map(set).collect()
    }

    /// How a record stands to an accepted one, where no key is left to chance.
    fn against(observed: &Record, accepted: &Record) -> Comparison {
        observed.against(accepted, &IndexMap::new())
    }

    #[test]
    fn observations_are_read_in_order() {
        let outcome = outcome("handler-thread: worker\ncall: EINTR\nhandler-thread: main\n");
        let pairs: Vec<(&str, &str)> = outcome
            .observations
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("handler-thread", "worker"),
                ("call", "EINTR"),
                ("handler-thread", "main")
            ]
        );
        assert!(outcome.stray.is_empty());
    }

    #[test]
    fn anything_else_is_stray() {
        let long = format!("key: {}\n", "x".repeat(201));
        for line in [
            "words\n",
            "\n",
            "key:value\n",
            "Key: value\n",
            "a key: value\n",
            ": value\n",
            "key: \n",
            "key:  value\n",
            "key: value \n",
            "key: value",
            "key: value\r\n",
            "key: a | b\n",
            "key: (absent)\n",
            "key: \u{1b}[31m\n",
            "key: é\n",
            "end: exit 0\n",
            "stray-output: yes\n",
            "key: a\0b\n",
            &long,
        ] {
            let outcome = outcome(line);
            assert!(outcome.observations.is_empty(), "{line:?}");
            assert_eq!(outcome.stray.len(), 1, "{line:?}");
            assert!(outcome.stray[0].bytes().all(|b| b >= b' '), "{line:?}");
        }
        assert_eq!(
            Outcome::read(b"\xff\xfe: x\n", "exit 0").stray,
            ["\u{fffd}\u{fffd}: x"]
        );
        assert_eq!(Outcome::read(b"", "\x1b[31m").end, "unreadable");
    }

    #[test]
    fn a_flood_is_cut() {
        let flood = outcome(&"key: value\n".repeat(100_000));
        assert_eq!(
            (flood.observations.len(), flood.stray.len()),
            (OBSERVATIONS, STRAY_LINES)
        );
        let wide = Outcome::read(&vec![b'x'; 10_000_000], "output limit");
        assert_eq!((wide.stray.len(), wide.stray[0].len()), (1, VALUE_LENGTH));
    }

    #[test]
    fn runs_fold_into_sets() {
        let record = fold(&[
            "thread: main\ncall: EINTR\n",
            "thread: w0\ncall: EINTR\n",
            "thread: main\ncall: EINTR\n",
        ]);
        assert_snapshot!(record, @"
        call: EINTR
        thread: main | w0
        end: exit 0
        ");
        assert_eq!(Record::fold(&[]), None);
    }

    #[test]
    fn sequences_absences_and_stray_lines() {
        let record = fold(&["zz: 1\nz: a\nz: b\n", "z: b\nz: a\nwords\n", "z: a\nz: b\n"]);
        assert_snapshot!(record, @"
        stray-output: (absent) | yes
        z: a, b | b, a
        zz: (absent) | 1
        end: exit 0
        ");
        let ends = [
            Outcome::read(b"", "hung in pause"),
            Outcome::read(b"", "exit 0"),
        ];
        assert_snapshot!(Record::fold(&ends).expect("two runs"), @"end: exit 0 | hung in pause");
    }

    #[test]
    fn the_order_of_runs_does_not_matter() {
        let outs = ["a: 1\nb: 2\n", "a: 2\n", "b: 3\na: 1\n"];
        let there = fold(&outs);
        let back = fold(&[outs[2], outs[1], outs[0], outs[0]]);
        assert_eq!(there, back);
    }

    /// A small generator, so that failures repeat.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % sides
        }

        /// What a program may print: mostly observations, some of them damaged.
        fn output(&mut self) -> Vec<u8> {
            const WORDS: [&str; 8] = [
                "a",
                "b-1",
                "main",
                "w0",
                "yes, no",
                "(absent)",
                "|",
                "\u{1b}[0m",
            ];
            let mut out = Vec::new();
            for _ in 0..self.roll(6) {
                let mut word = || WORDS[self.roll(WORDS.len() as u64) as usize];
                out.extend(format!("{}: {}\n", word(), word()).into_bytes());
                if self.roll(4) == 0 {
                    let place = self.roll(out.len() as u64) as usize;
                    out[place] = self.roll(256) as u8;
                }
            }
            out
        }

        fn record(&mut self) -> Record {
            let run = |dice: &mut Self| Outcome::read(&dice.output(), "exit 0");
            let runs: Vec<Outcome> = (0..=self.roll(3)).map(|_| run(self)).collect();
            Record::fold(&runs).expect("at least one run")
        }
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_record() {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut wide = 0;
        for _ in 0..5_000 {
            let record = dice.record();
            let text = record.to_string();
            assert_eq!(Record::parse(&text).expect(&text), record, "{text}");
            assert_eq!(
                Record::parse(text.trim_end()).expect(&text),
                record,
                "{text}"
            );
            assert!(against(&record, &record) == Comparison::default(), "{text}");
            wide += usize::from(record.iter().count() > 3);
        }
        assert!(
            wide > 1_000,
            "the dice make too few observations to prove anything: {wide}"
        );
    }

    #[test]
    fn a_kept_record_reads_back_and_accepts_what_was_observed() {
        let mut dice = Dice(7);
        let mut left_to_chance = 0;
        for _ in 0..5_000 {
            let (observed, accepted) = (dice.record(), dice.record());
            let allowed = match dice.roll(3) {
                0 => IndexMap::new(),
                1 => allowed("a: main | w0 | yes, no"),
                _ => allowed("a: (absent) | main\nb-1: main | w0"),
            };
            let kept = observed.keeping(&accepted, &allowed);
            assert_eq!(
                observed.against(&kept, &allowed).is_same(),
                observed.outside(&allowed).is_empty(),
                "{observed}{accepted}{kept}"
            );
            left_to_chance += usize::from(!observed.against(&kept, &allowed).drift.is_empty());
            assert_eq!(Record::parse(&kept.to_string()).expect("readable"), kept);
        }
        assert!(left_to_chance > 100, "{left_to_chance}");
    }

    #[test]
    fn records_that_cannot_be_read() {
        let error = |text: &str| Record::parse(text).expect_err(text).to_string();
        assert_snapshot!([
            error(""),
            error("call: EINTR\n"),
            error("call: EINTR\ncall: restarted\nend: exit 0\n"),
            error("call: EINTR | EINTR\nend: exit 0\n"),
            error("<<<<<<< HEAD\ncall: EINTR\n"),
            error("call: a |\nend: exit 0\n"),
            error("call: \u{1b}[31m\nend: exit 0\n"),
            error("end: exit 0\n\n"),
        ].join("\n"), @r"
        there is no line `end: …`
        there is no line `end: …`
        line 2 says the key `call` a second time
        line 1 is no `key: value | value`: `call: EINTR | EINTR`
        line 1 is no `key: value | value`: `<<<<<<< HEAD`
        line 1 is no `key: value | value`: `call: a |`
        line 1 is no `key: value | value`: `call: \u{1b}[31m`
        line 2 is no `key: value | value`: ``
        ");
    }

    #[test]
    fn an_accepted_set_allows_its_subsets() {
        let accepted = record("thread: main | w0 | w1\nend: exit 0\n");
        assert_eq!(against(&accepted, &accepted), Comparison::default());
        let fewer = against(&record("thread: main | w1\nend: exit 0\n"), &accepted);
        assert!(fewer.is_same());
        assert_snapshot!(fewer.drift[0], @"thread: never w0");
        let more = against(&record("thread: main | w2\nend: exit 0\n"), &accepted);
        assert_snapshot!(more.changes[0], @"thread: main | w0 | w1 -> main | w2");
        let other = against(&record("thread: w2\nend: exit 0\n"), &accepted);
        assert_snapshot!(other.changes[0], @"thread: main | w0 | w1 -> w2");
    }

    #[test]
    fn keys_that_come_and_go() {
        let accepted = record("call: EINTR\nend: exit 0\n");
        let gone = against(&record("end: hung in pause\n"), &accepted);
        assert_snapshot!(gone.changes.iter().map(Change::to_string).collect::<Vec<_>>().join("\n"), @"
        call: EINTR -> (absent)
        end: exit 0 -> hung in pause
        ");
        let come = against(
            &record("call: EINTR\nstray-output: yes\nend: exit 0\n"),
            &accepted,
        );
        assert_snapshot!(come.changes[0], @"stray-output: (absent) -> yes");
        let sometimes = record("call: (absent) | EINTR\nend: exit 0\n");
        assert!(against(&record("end: exit 0\n"), &sometimes).is_same());
        assert!(against(&record("call: EINTR\nend: exit 0\n"), &sometimes).is_same());
        assert!(!against(&sometimes, &accepted).is_same());
    }

    #[test]
    fn accepting_never_forgets_a_value_of_a_set() {
        let accepted = record("a: x | y\nb: x | y\nc: x | y\nd: (absent) | x\ne: x\nend: exit 0\n");
        let observed = record("a: y | z\nb: x\nc: z\ne: y\nf: new\nend: exit 0\n");
        assert_snapshot!(observed.keeping(&accepted, &IndexMap::new()), @"
        a: x | y | z
        b: x | y
        c: z
        d: (absent) | x
        e: y
        f: new
        end: exit 0
        ");
    }

    /// What is said of a record, in the words of the reporters.
    fn told(observed: &str, accepted: &str, allowed: &IndexMap<String, Allowed>) -> String {
        let comparison = record(observed).against(&record(accepted), allowed);
        let changes = comparison.changes.iter().map(ToString::to_string);
        let drift = comparison
            .drift
            .iter()
            .map(|drift| format!("drift {drift}"));
        let outside = comparison.outside.iter().map(ToString::to_string);
        let verdict = if comparison.is_same() {
            "same"
        } else {
            "changed"
        };
        let said = changes.chain(drift).chain(outside);
        [verdict.to_owned()]
            .into_iter()
            .chain(said)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn a_key_moves_freely_within_its_allowed_set() {
        let allowed = allowed("thread: main | w0\nend: exit 0 | hung in pause");
        let thread = |new: &str, old: &str| {
            let text = |set| format!("thread: {set}\nend: exit 0\n");
            told(&text(new), &text(old), &allowed)
        };
        assert_snapshot!([
            thread("main", "main"),
            thread("main", "main | w0"),
            thread("main | w0", "main"),
            thread("w0", "main"),
            thread("w1", "main"),
            thread("main | w1", "main | w0"),
            thread("w1", "w1"),
            thread("main", "main | w1"),
            thread("main", "w1"),
            thread("(absent) | main", "main"),
            told("end: exit 0\n", "thread: main\nend: exit 0\n", &allowed),
            told("thread: main\nend: exit 0\n", "end: exit 0\n", &allowed),
            told("end: hung in pause\n", "end: exit 0\n", &allowed),
            told("end: signal TERM\n", "end: exit 0\n", &allowed),
        ].join("\n"), @"
        same
        same; drift thread: never w0
        same; drift thread: also w0
        same; drift thread: never main also w0
        changed; thread: main -> w1; the test's header does not allow thread w1
        changed; thread: main | w0 -> main | w1; the test's header does not allow thread w1
        changed; the test's header does not allow thread w1
        changed; thread: main | w1 -> main
        changed; thread: w1 -> main
        changed; thread: main -> (absent) | main; the test's header does not allow thread (absent)
        changed; thread: main -> (absent)
        changed; thread: (absent) -> main
        same; drift end: never exit 0 also hung in pause
        changed; end: exit 0 -> signal TERM; the test's header does not allow end signal TERM
        ");
    }

    #[test]
    fn a_key_that_comes_at_times_can_be_allowed() {
        let allowed = allowed("thread: (absent) | main");
        assert_snapshot!([
            told("thread: main\nend: exit 0\n", "end: exit 0\n", &allowed),
            told("end: exit 0\n", "thread: main\nend: exit 0\n", &allowed),
            told("thread: (absent) | w0\nend: exit 0\n", "end: exit 0\n", &allowed),
        ].join("\n"), @"
        same; drift thread: never (absent) also main
        same; drift thread: never main also (absent)
        changed; thread: (absent) -> (absent) | w0; the test's header does not allow thread w0
        ");
    }

    #[test]
    fn accepting_unites_what_is_allowed() {
        let allowed = allowed("a: x | y | z\nb: x | y\nc: (absent) | x");
        let accepted = record("a: x | y\nb: w | x\nc: x\nd: x | y\nend: exit 0\n");
        let observed = record("a: z\nb: y\nd: z\nend: exit 0\n");
        assert_snapshot!(observed.keeping(&accepted, &allowed), @"
        a: x | y | z
        b: x | y
        c: (absent) | x
        d: z
        end: exit 0
        ");
        let observed = record("a: q\nb: y\nend: exit 0\n");
        assert_snapshot!(observed.keeping(&accepted, &allowed), @"
        a: q | x | y
        b: x | y
        c: (absent) | x
        end: exit 0
        ");
    }

    #[test]
    fn several_values_need_a_word_in_the_header() {
        let observed = record("a: x | y\nb: x | y\nc: x\nend: exit 0 | exit 1\n");
        assert_eq!(observed.unexplained(&allowed("b: x | y")), ["a", "end"]);
    }
}

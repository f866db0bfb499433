//! The header of a test: what it asks, of whom, and how it wants to be run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use indexmap::IndexMap;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use vm::image::Os;
use vm::text::{steers, visible};

use crate::names::{self, Glob};
use crate::record::is_value;
use crate::yaml;

/// What a test is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Built in the guest by its C compiler.
    C,
    /// Run by the guest's Python.
    Python,
}

impl Language {
    /// The language that a file's extension stands for.
    pub fn of(path: &Path) -> Option<Language> {
        match path.extension()?.to_str()? {
            "c" => Some(Language::C),
            "py" => Some(Language::Python),
            _ => None,
        }
    }

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Python => "py",
        }
    }

    /// The lines between which the header stands.
    fn fences(self) -> (&'static str, &'static str) {
        match self {
            Language::C => ("/*---", "---*/"),
            Language::Python => ("\"\"\"---", "---\"\"\""),
        }
    }

    /// What must not stand inside the header, since it would end the comment or the string.
    fn terminator(self) -> &'static str {
        match self {
            Language::C => "*/",
            Language::Python => "\"\"\"",
        }
    }
}

/// Who sends the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sender {
    /// The main thread, to its own process.
    SelfMain,
    /// A worker thread, to its own process.
    SelfWorker,
    /// Another process.
    External,
    /// The kernel: timers, faults, ended children, limits.
    Kernel,
    /// No signal is sent.
    None,
}

/// What POSIX.1-2024 says of the behaviour that the test observes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Posix {
    /// One behaviour is required.
    Required,
    /// Several are allowed, and need not be documented.
    Unspecified,
    /// Several are allowed, and the system documents which.
    ImplementationDefined,
    /// Anything may happen.
    Undefined,
    /// Nobody has checked the standard's text yet.
    Unverified,
}

impl Posix {
    /// The verdict as headers spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Posix::Required => "required",
            Posix::Unspecified => "unspecified",
            Posix::ImplementationDefined => "implementation-defined",
            Posix::Undefined => "undefined",
            Posix::Unverified => "unverified",
        }
    }
}

/// That the program waits for something which does not happen on some system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hang {
    /// A hang is one of the behaviours to observe.
    Expected,
}

/// What a guest's time must go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderClock {
    /// The host's time: virtual time, which jumps while a guest is idle, would change what is observed.
    Real,
}

/// How the interpreter must come to a run of a Python test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderInterpreter {
    /// Started for the run alone: to be forked from one that has started would change what is observed.
    Fresh,
}

/// Whom the test runs as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// A user without rights.
    #[default]
    #[serde(skip_deserializing)]
    Unprivileged,
    /// The superuser.
    Root,
}

/// What a test's header says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Header {
    /// The situation and what is asked, in one line.
    #[serde(deserialize_with = "paragraph")]
    pub title: String,
    /// How the situation comes about, and why it matters, where the title does not say it all.
    #[serde(default, deserialize_with = "some_paragraph")]
    pub about: Option<String>,
    /// Who sends the signal.
    pub sender: Option<Sender>,
    /// What POSIX says of it.
    pub posix: Option<Posix>,
    /// What the standard's text comes to, in words of our own: why the verdict is what it is.
    #[serde(default, deserialize_with = "some_paragraph")]
    pub posix_note: Option<String>,
    /// The section of POSIX.1-2024 that says it.
    #[serde(default, deserialize_with = "some_paragraph")]
    pub spec: Option<String>,
    /// Where kernels and libcs decide it.
    #[serde(default, deserialize_with = "paragraphs")]
    pub source: Vec<String>,
    /// Known bugs that this test would have caught.
    #[serde(default, deserialize_with = "paragraphs")]
    pub bugs: Vec<String>,
    /// How many runs make a record.
    #[serde(default = "default_repeat", deserialize_with = "repeat")]
    pub repeat: u32,
    /// Why some images differ from the others: a mapping from globs over image names, in the header's order.
    #[serde(default, deserialize_with = "reasons")]
    pub differs: Vec<Reason>,
    /// What to write in code that is to work on every system.
    #[serde(default, deserialize_with = "some_paragraph")]
    pub portable: Option<String>,
    /// The keys that may take several values on one image, each with all those values and the reason. `end` may be such
    /// a key, and `(absent)` a value: in some runs the key does not come.
    #[serde(default, deserialize_with = "allowed")]
    pub allowed: IndexMap<String, Allowed>,
    /// Whether a hang is one of the behaviours to observe.
    pub hang: Option<Hang>,
    /// For how long nothing may move before a hang is believed.
    #[serde(default = "default_quiet", deserialize_with = "milliseconds")]
    pub quiet: Duration,
    /// After how long a run is ended, as a last resort.
    #[serde(default = "default_deadline", deserialize_with = "seconds")]
    pub deadline: Duration,
    /// How many CPUs the situation takes to come about: with one, its threads take turns.
    #[serde(default = "default_cpus", deserialize_with = "cpus")]
    pub cpus: u32,
    /// What the guest's time must go by, if that matters.
    pub clock: Option<HeaderClock>,
    /// How the interpreter must come to a run, if that matters.
    pub interpreter: Option<HeaderInterpreter>,
    /// Whether the test could reach beyond itself, so that only a guest may run it.
    #[serde(default)]
    pub guest_only: bool,
    /// Whom it runs as.
    #[serde(default)]
    pub user: User,
    /// Where its interface exists; empty: everywhere.
    #[serde(default)]
    pub systems: Vec<Os>,
    /// Ways to run it, each name with its values: every combination is a variant.
    #[serde(default, deserialize_with = "axes")]
    pub axes: IndexMap<String, Vec<String>>,
    /// Ways to run it that `tests/variants.yaml` defines.
    #[serde(default, deserialize_with = "words")]
    pub variants: Vec<String>,
}

/// Why some images differ from the others in a test: somebody looked at it, and this is what they found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The images that differ, by name.
    pub glob: Glob,
    /// Why they differ from those that the glob does not match.
    pub reason: String,
}

/// All values that an observation may take on one image, and why chance decides between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// The values, two at least.
    pub values: BTreeSet<String>,
    /// What the outcome depends on.
    pub why: String,
}

impl Allowed {
    /// Whether all of `values` are among those allowed.
    pub fn all(&self, values: &BTreeSet<String>) -> bool {
        values.is_subset(&self.values)
    }
}

fn default_repeat() -> u32 {
    5
}

fn default_cpus() -> u32 {
    1
}

/// For how long nothing may move before a hang is believed, where the header does not say otherwise.
pub const QUIET: Duration = Duration::from_millis(100);

fn default_quiet() -> Duration {
    QUIET
}

fn default_deadline() -> Duration {
    Duration::from_secs(30)
}

/// Reads the header of the test at `path`, whose whole text is `source`.
///
/// # Errors
/// If there is no header, it is not closed, or its YAML is wrong: with file, line, column and what to do.
pub fn parse(path: &Path, source: &str, language: Language) -> Result<Header> {
    let (yaml, _) = split(path, source, language)?;
    yaml::parse(path, yaml, 2)
}

/// The program below the header of the test at `path`, whose whole text is `source`.
///
/// # Errors
/// If there is no header, or it is not closed.
pub fn body<'a>(path: &Path, source: &'a str, language: Language) -> Result<&'a str> {
    split(path, source, language).map(|(_, body)| body)
}

/// The YAML between the fences, which starts at line 2, and what follows them.
fn split<'a>(path: &Path, source: &'a str, language: Language) -> Result<(&'a str, &'a str)> {
    let (open, close) = language.fences();
    let file = visible(&path.display().to_string());
    let mut lines = source.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != open {
        bail!(
            "{file}:1:1: the header is missing: start the file with a line `{open}`, then YAML with at least \
             `title: …`, then a line `{close}`"
        );
    }
    let mut end = first.len();
    for (number, line) in (2..).zip(lines) {
        if line.trim_end() == close {
            return Ok((&source[first.len()..end], &source[end + line.len()..]));
        }
        if let Some(column) = line.find(language.terminator()) {
            let column = line[..column].chars().count() + 1;
            let terminator = language.terminator();
            bail!(
                "{file}:{number}:{column}: `{terminator}` ends the header too early: close it with a line \
                 `{close}` of its own"
            );
        }
        end += line.len();
    }
    bail!("{file}:1:1: the header is not closed: end it with a line `{close}`")
}

/// Whether `text` is kebab-case: lower-case words and numbers, joined by single hyphens.
pub fn is_kebab(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(word)
}

/// A kebab-case name, checked while it is read so that its error has a position.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(try_from = "String")]
struct Word(String);

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_kebab(&text) {
            return Ok(Self(text));
        }
        Err(format!(
            "`{text}` is no name here: use lower-case words joined by hyphens, like `no-restart`"
        ))
    }
}

/// A text of one paragraph, checked while it is read so that its error has a position.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Paragraph(String);

impl TryFrom<String> for Paragraph {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("expected a text, found nothing".to_owned());
        }
        if text.contains('\n') {
            return Err("expected a single paragraph, found several lines: join them".to_owned());
        }
        match text.chars().find(|&c| steers(c)) {
            Some(c) => Err(format!(
                "remove the character {}, which does not print",
                c.escape_default()
            )),
            None => Ok(Self(text.to_owned())),
        }
    }
}

fn paragraph<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Paragraph::deserialize(input).map(|text| text.0)
}

fn some_paragraph<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Option::<Paragraph>::deserialize(input).map(|text| text.map(|text| text.0))
}

fn paragraphs<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<Paragraph>::deserialize(input)?;
    Ok(texts.into_iter().map(|text| text.0).collect())
}

/// A glob over image names, checked while it is read so that its error has a position.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(try_from = "Paragraph")]
struct ImageGlob(Glob);

impl TryFrom<Paragraph> for ImageGlob {
    type Error = String;

    fn try_from(text: Paragraph) -> Result<Self, String> {
        let glob = Glob::new(names::IMAGES, &text.0);
        glob.map(Self).map_err(|error| format!("{error:#}"))
    }
}

fn reasons<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Reason>, D::Error> {
    input.deserialize_any(Reasons)
}

/// Reads the mapping of globs to reasons. A lone text is told apart, since a reason without a glob is what one writes
/// first.
struct Reasons;

const REASONS: &str = "globs over image names, each with the reason why the images it matches differ from the others, \
                       like `freebsd-*: sigtd() prefers the sending thread`";

impl<'de> Visitor<'de> for Reasons {
    type Value = Vec<Reason>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REASONS)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut reasons = Vec::new();
        while let Some((ImageGlob(glob), Paragraph(reason))) = map.next_entry()? {
            reasons.push(Reason { glob, reason });
        }
        if reasons.is_empty() {
            return Err(A::Error::custom(format!("expected {REASONS}, found none")));
        }
        Ok(reasons)
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom(format!("expected {REASONS}, found a text alone")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::custom(format!(
            "expected {REASONS}, found a list"
        )))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Err(E::custom(format!("expected {REASONS}, found nothing")))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowedText {
    values: Vec<Paragraph>,
    why: Paragraph,
}

fn allowed<'de, D: Deserializer<'de>>(input: D) -> Result<IndexMap<String, Allowed>, D::Error> {
    let keys = IndexMap::<Word, AllowedText>::deserialize(input)?;
    let one = |(Word(key), AllowedText { values, why }): (Word, AllowedText)| {
        let listed = values.len();
        let values: BTreeSet<String> = values.into_iter().map(|value| value.0).collect();
        if let Some(value) = values.iter().find(|value| !is_value(value)) {
            return Err(D::Error::custom(format!(
                "`{value}` is no value that a test can observe: use printable ASCII without `|`"
            )));
        }
        if values.len() != listed || listed < 2 {
            return Err(D::Error::custom(format!(
                "`{key}` needs two values or more, each of them once: a key that takes one only needs no entry"
            )));
        }
        Ok((key, Allowed { values, why: why.0 }))
    };
    keys.into_iter().map(one).collect()
}

fn words<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    distinct(Vec::<Word>::deserialize(input)?)
}

fn axes<'de, D: Deserializer<'de>>(input: D) -> Result<IndexMap<String, Vec<String>>, D::Error> {
    let axes = IndexMap::<Word, Vec<Word>>::deserialize(input)?;
    let axis = |(name, values): (Word, Vec<Word>)| {
        if values.is_empty() {
            return Err(D::Error::custom(format!(
                "axis `{}` needs at least one value",
                name.0
            )));
        }
        Ok((name.0, distinct(values)?))
    };
    axes.into_iter().map(axis).collect()
}

fn distinct<E: serde::de::Error>(words: Vec<Word>) -> Result<Vec<String>, E> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = words.iter().find(|word| !seen.insert(&word.0)) {
        return Err(E::custom(format!("`{}` stands here twice", twice.0)));
    }
    Ok(words.into_iter().map(|word| word.0).collect())
}

fn repeat<'de, D: Deserializer<'de>>(input: D) -> Result<u32, D::Error> {
    within(input, 1, 10_000)
}

fn cpus<'de, D: Deserializer<'de>>(input: D) -> Result<u32, D::Error> {
    within(input, 1, 2)
}

fn milliseconds<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    within(input, 1, 60_000).map(|ms| Duration::from_millis(ms.into()))
}

fn seconds<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    within(input, 1, 600).map(|s| Duration::from_secs(s.into()))
}

fn within<'de, D: Deserializer<'de>>(input: D, least: u32, most: u32) -> Result<u32, D::Error> {
    let number = u32::deserialize(input)?;
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(D::Error::custom(format!(
        "expected a whole number from {least} to {most}, found `{number}`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    const SMALLEST: &str = "/*---\ntitle: a worker kills\n---*/\n#include \"observe.h\"\n";

    fn c(source: &str) -> Result<Header> {
        parse(Path::new("tests/eintr/x.c"), source, Language::C)
    }

    fn python(source: &str) -> Result<Header> {
        parse(Path::new("tests/python/x.py"), source, Language::Python)
    }

    /// The errors of headers that say a title and then this, one a line.
    fn errors(texts: &[&str]) -> String {
        let error = |text: &&str| {
            let read = c(&format!("/*---\ntitle: t\n{text}\n---*/\n"));
            format!("{:#}", read.expect_err(text))
        };
        texts.iter().map(error).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_title_is_enough() {
        let header = c(SMALLEST).expect("a good header");
        assert_eq!(header.title, "a worker kills");
        assert_eq!(
            (header.repeat, header.quiet, header.deadline),
            (5, Duration::from_millis(100), Duration::from_secs(30))
        );
        assert_eq!(
            (header.user, header.guest_only, header.hang),
            (User::Unprivileged, false, None)
        );
        assert!(header.axes.is_empty() && header.variants.is_empty() && header.systems.is_empty());
    }

    #[test]
    fn every_key() {
        let header = c("/*---
title: a worker kill()s its own process; which thread runs the handler
sender: self-worker
about: The worker is parked first.
posix: implementation-defined   # a comment
posix-note: any open thread may take it
spec: XSH 2.4.1
source: [FreeBSD sys/kern/kern_sig.c sigtd(), Linux kernel/signal.c complete_signal()]
bugs: [FreeBSD PR 212173, 'glibc BZ 19193']
repeat: 200
differs:
  freebsd-*: FreeBSD prefers the sending thread;
    Linux prefers the main thread
  '*-musl': musl
  debian-{11,12}: older
portable: block it in every thread but one
allowed:
  handler-thread: {values: [w0, main], why: the timer prefers the running thread}
hang: expected
quiet: 400
deadline: 60
guest-only: true
user: root
systems: [linux, freebsd]
axes:
  restart: [restart, no-restart]
  thread: [main, worker]
variants: [ports]
---*/
")
        .expect("a good header");
        assert_eq!(header.sender, Some(Sender::SelfWorker));
        assert_eq!(header.posix, Some(Posix::ImplementationDefined));
        assert_eq!(header.source[1], "Linux kernel/signal.c complete_signal()");
        assert_eq!(header.bugs, ["FreeBSD PR 212173", "glibc BZ 19193"]);
        let differs = header.differs.iter();
        let differs = differs.map(|reason| (reason.glob.as_str(), reason.reason.as_str()));
        assert_eq!(
            differs.collect::<Vec<_>>(),
            [
                (
                    "freebsd-*",
                    "FreeBSD prefers the sending thread; Linux prefers the main thread"
                ),
                ("*-musl", "musl"),
                ("debian-{11,12}", "older"),
            ]
        );
        assert_eq!(header.about.as_deref(), Some("The worker is parked first."));
        assert_eq!(
            header.posix_note.as_deref(),
            Some("any open thread may take it")
        );
        assert_eq!(
            header.portable.as_deref(),
            Some("block it in every thread but one")
        );
        let allowed = &header.allowed["handler-thread"];
        assert_eq!(allowed.values, ["main", "w0"].map(str::to_owned).into());
        assert_eq!(allowed.why, "the timer prefers the running thread");
        assert_eq!(header.hang, Some(Hang::Expected));
        assert_eq!(
            (header.repeat, header.quiet, header.deadline),
            (200, Duration::from_millis(400), Duration::from_secs(60))
        );
        assert_eq!((header.user, header.guest_only), (User::Root, true));
        assert_eq!(header.systems, [Os::Linux, Os::Freebsd]);
        assert_eq!(
            header.axes.keys().collect::<Vec<_>>(),
            ["restart", "thread"]
        );
        assert_eq!(header.axes["restart"], ["restart", "no-restart"]);
        assert_eq!(header.variants, ["ports"]);
    }

    #[test]
    fn python_and_windows_line_ends() {
        let header =
            python("\"\"\"---\r\ntitle: t\r\nhang: expected\r\n---\"\"\"\r\nimport os\r\n");
        assert_eq!(header.expect("a good header").hang, Some(Hang::Expected));
        assert_snapshot!(python("\"\"\"---\ntitle: t\nrepeet: 3\n---\"\"\"\n").expect_err("unknown key"), @"tests/python/x.py:3:1: unknown key `repeet`; did you mean `repeat`? known keys: title, about, sender, posix, posix-note, spec, source, bugs, repeat, differs, portable, allowed, hang, quiet, deadline, cpus, clock, interpreter, guest-only, user, systems, axes, variants");
    }

    #[test]
    fn headers_that_are_not_there() {
        let error = |source: &str| c(source).expect_err("no header").to_string();
        let python_error = python("#!/usr/bin/env python3\n\"\"\"---\ntitle: t\n---\"\"\"\n")
            .expect_err("no header")
            .to_string();
        assert_snapshot!([
            error(""),
            error("int main(void) { return 0; }\n"),
            error("\n/*---\ntitle: t\n---*/\n"),
            error("/*---\ntitle: t\n"),
            error("/*---\ntitle: t */ x\n---*/\n"),
            python_error,
        ].join("\n"), @r#"
        tests/eintr/x.c:1:1: the header is missing: start the file with a line `/*---`, then YAML with at least `title: …`, then a line `---*/`
        tests/eintr/x.c:1:1: the header is missing: start the file with a line `/*---`, then YAML with at least `title: …`, then a line `---*/`
        tests/eintr/x.c:1:1: the header is missing: start the file with a line `/*---`, then YAML with at least `title: …`, then a line `---*/`
        tests/eintr/x.c:1:1: the header is not closed: end it with a line `---*/`
        tests/eintr/x.c:2:10: `*/` ends the header too early: close it with a line `---*/` of its own
        tests/python/x.py:1:1: the header is missing: start the file with a line `"""---`, then YAML with at least `title: …`, then a line `---"""`
        "#);
    }

    #[test]
    fn wrong_keys_and_values() {
        assert_snapshot!(errors(&[
            "sendr: kernel",
            "posix: require",
            "sender: parent",
            "hang: yes",
            "user: nobody",
            "systems: [linux, openbsd]",
            "repeat: 0",
            "repeat: often",
            "quiet: 0",
            "deadline: 601",
            "guest-only: 1",
            "title: again",
        ]), @"
        tests/eintr/x.c:3:1: unknown key `sendr`; did you mean `sender`? known keys: title, about, sender, posix, posix-note, spec, source, bugs, repeat, differs, portable, allowed, hang, quiet, deadline, cpus, clock, interpreter, guest-only, user, systems, axes, variants
        tests/eintr/x.c:3:8: unknown value `require`; did you mean `required`? known values: required, unspecified, implementation-defined, undefined, unverified
        tests/eintr/x.c:3:9: unknown value `parent`; known values: self-main, self-worker, external, kernel, none
        tests/eintr/x.c:3:7: unknown value `yes`; known values: expected
        tests/eintr/x.c:3:7: unknown value `nobody`; known values: root
        tests/eintr/x.c:3:18: unknown value `openbsd`; known values: linux, freebsd
        tests/eintr/x.c:3:9: expected a whole number from 1 to 10000, found `0`
        tests/eintr/x.c:3:9: expected a whole number, 0 or more, found `often`
        tests/eintr/x.c:3:8: expected a whole number from 1 to 60000, found `0`
        tests/eintr/x.c:3:11: expected a whole number from 1 to 600, found `601`
        tests/eintr/x.c:3:13: expected `true` or `false`, found `1`
        tests/eintr/x.c:3:1: duplicate key `title`: say it once
        ");
    }

    #[test]
    fn names_are_kebab_case() {
        assert_snapshot!(errors(&[
            "axes: {Restart: [a]}",
            "axes: {restart: [no_restart]}",
            "axes: {restart: []}",
            "axes: {restart: [a, b, a]}",
            "axes: [restart]",
            "variants: [Ports]",
            "variants: [ports, ports]",
        ]), @"
        tests/eintr/x.c:3:8: `Restart` is no name here: use lower-case words joined by hyphens, like `no-restart`
        tests/eintr/x.c:3:18: `no_restart` is no name here: use lower-case words joined by hyphens, like `no-restart`
        tests/eintr/x.c:3:7: axis `restart` needs at least one value
        tests/eintr/x.c:3:7: `a` stands here twice
        tests/eintr/x.c:3:7: expected keys with values, like `name: value`, found a list
        tests/eintr/x.c:3:12: `Ports` is no name here: use lower-case words joined by hyphens, like `no-restart`
        tests/eintr/x.c:3:11: `ports` stands here twice
        ");
        assert!(is_kebab("no-restart") && is_kebab("w0"));
        for wrong in ["", "-a", "a-", "a--b", "A", "a_b"] {
            assert!(!is_kebab(wrong), "{wrong}");
        }
    }

    #[test]
    fn texts_are_single_paragraphs() {
        assert_snapshot!(errors(&[
            "spec: |\n  one\n  two",
            "spec: \"a\\eb\"",
            "spec: ''",
            "source: [a, '']",
            "source: here",
        ]), @r"
        tests/eintr/x.c:4:3: expected a single paragraph, found several lines: join them
        tests/eintr/x.c:3:7: remove the character \u{1b}, which does not print
        tests/eintr/x.c:3:7: expected a text, found nothing
        tests/eintr/x.c:3:13: expected a text, found nothing
        tests/eintr/x.c:3:9: expected a list, like `[one, two]`, found `here`
        ");
        assert_eq!(
            c("/*---\ntitle: >\n  one\n  two\n---*/\n")
                .expect("folded")
                .title,
            "one two"
        );
    }

    #[test]
    fn differences_are_globs_with_reasons() {
        assert_snapshot!(errors(&[
            "differs: FreeBSD prefers the sending thread; Linux prefers main",
            "differs: >\n  FreeBSD prefers the sending thread,\n  Linux prefers main",
            "differs:",
            "differs: 3",
            "differs: {}",
            "differs: [freebsd-*]",
            "differs:\n  freebsd-*:",
            "differs:\n  freebsd-*: ''",
            "differs:\n  freebsd-*: [a]",
            "differs:\n  freebsd-*: |\n    one\n    two",
            "differs:\n  freebsd-[: a",
            "differs:\n  '': a",
            "differs:\n  \"\\e*\": a",
            "differs:\n  freebsd-*: \"a\\eb\"",
            "differs:\n  freebsd-*: a\n  freebsd-*: b",
            "differs:\n  *-musl: a",
        ]), @r"
        tests/eintr/x.c:3:10: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found a text alone
        tests/eintr/x.c:4:3: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found a text alone
        tests/eintr/x.c:3:8: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found nothing
        tests/eintr/x.c:3:1: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found integer `3`
        tests/eintr/x.c:3:10: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found none
        tests/eintr/x.c:3:10: expected globs over image names, each with the reason why the images it matches differ from the others, like `freebsd-*: sigtd() prefers the sending thread`, found a list
        tests/eintr/x.c:4:12: expected a text, found nothing
        tests/eintr/x.c:4:14: expected a text, found nothing
        tests/eintr/x.c:4:14: expected a text, found a list
        tests/eintr/x.c:5:5: expected a single paragraph, found several lines: join them
        tests/eintr/x.c:4:3: `freebsd-[` is no glob for images: unclosed character class; missing ']'; put `\` before a special character to mean itself
        tests/eintr/x.c:4:3: expected a text, found nothing
        tests/eintr/x.c:4:3: remove the character \u{1b}, which does not print
        tests/eintr/x.c:4:14: remove the character \u{1b}, which does not print
        tests/eintr/x.c:5:3: duplicate key `freebsd-*`: say it once
        tests/eintr/x.c:4:3: a value that starts with `*` or `&` needs quotes around it
        ");
    }

    #[test]
    fn a_missing_title_is_an_error() {
        assert_snapshot!(c("/*---\nsender: kernel\n---*/\n").expect_err("no title"), @"tests/eintr/x.c:2:1: missing key `title`");
        assert_snapshot!(c("/*---\n---*/\n").expect_err("nothing"), @"tests/eintr/x.c:2:1: nothing is written here, only comments or empty lines");
    }
}

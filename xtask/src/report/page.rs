//! One test as a page to read: what it does, what each system does, why, what POSIX says, and what to write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use comfy_table::{Attribute, Cell as Field, Color, ContentArrangement, Table, presets};
use console::{measure_text_width, style};
use textwrap::{Options, WordSplitter};
use vm::image::Os;
use vm::text::visible;

use super::divergences::{folded, listed, sides};
use crate::divergence;
use crate::explain::{Explained, Lacking, Records};
use crate::header::{Hang, Header, Language, Posix, Reason, Sender};
use crate::record::{ABSENT, END, Record, alternatives};
use crate::suite::CellId;

/// How a run ends that says nothing, beside its observations.
const NORMAL_END: &str = "exit 0";

/// Stands for the values of a cell that has no record.
const NOT_RUN: &str = "not run";

/// Stands for the values of a key that no run observed.
const NOT_OBSERVED: &str = "-";

/// Where there are several columns, the names over one may be as wide as this though the values are not.
const NAMES: usize = 24;

/// Renders it in at most `width` columns, as far as words allow. `colour`: is it for a terminal?
#[must_use]
pub fn render(explained: &Explained, width: usize, colour: bool) -> String {
    let records = divergence::pooled(&explained.records, &explained.test.header);
    let page = Page {
        explained,
        records: &records,
        columns: columns(&records),
        width,
        colour,
    };
    let parts = [
        ("What it does", page.what_it_does()),
        ("What each system does", page.what_systems_do()),
        ("Why they differ", page.why()),
        ("What POSIX says", page.posix()),
        ("What to write", page.portable()),
        ("Where it is decided", page.list(&page.header().source)),
        ("Known bugs", page.list(&page.header().bugs)),
        ("See also", page.see_also()),
    ];
    let mut text = page.title();
    for (title, part) in parts.iter().filter(|(_, part)| !part.is_empty()) {
        text += &format!("\n{}\n{part}", heading(title, colour));
    }
    text
}

/// The line over a part of a page.
#[must_use]
pub fn heading(title: &str, colour: bool) -> String {
    style(title).bold().force_styling(colour).to_string()
}

/// What every part depends on.
struct Page<'a> {
    explained: &'a Explained,
    /// What is accepted, with what chance decides shared between the images that no reason tells apart.
    records: &'a Records,
    columns: Vec<Column<'a>>,
    width: usize,
    colour: bool,
}

/// Images with the same records, but for what chance decides.
struct Column<'a> {
    images: Vec<&'a str>,
    records: &'a BTreeMap<CellId, Record>,
}

fn columns(records: &Records) -> Vec<Column<'_>> {
    let mut columns: Vec<Column> = Vec::new();
    for (image, records) in records {
        match columns.iter_mut().find(|column| column.records == records) {
            Some(column) => column.images.push(image),
            None => columns.push(Column {
                images: vec![image],
                records,
            }),
        }
    }
    columns
}

/// Cells with the same records: a block of rows, each a key with its values by column.
struct Block {
    /// What they are called together.
    name: String,
    rows: Vec<(String, Vec<String>)>,
}

impl Page<'_> {
    fn header(&self) -> &Header {
        &self.explained.test.header
    }

    fn title(&self) -> String {
        let id = heading(&self.explained.test.id, self.colour);
        let title = textwrap::wrap(&self.header().title, unbroken(self.width));
        format!("{id}\n{}\n", title.join("\n"))
    }

    fn what_it_does(&self) -> String {
        let header = self.header();
        let mut text = String::new();
        text += &self.some_paragraph(header.about.as_deref());
        text += &self.some_paragraph(header.sender.map(sent));
        if header.hang == Some(Hang::Expected) {
            text += &self.paragraph("A run that hangs is one of the behaviours to observe.");
        }
        if !header.systems.is_empty() {
            let systems: Vec<&str> = header.systems.iter().map(|os| system(*os)).collect();
            text += &self.paragraph(&format!("Only {} has what it tests.", listed(&systems)));
        }
        let mut ways = Vec::new();
        for (axis, values) in &header.axes {
            ways.push(format!("{axis}: {}", values.join(", ")));
        }
        for variant in &self.explained.test.variants {
            ways.push(format!("@{}: {}", variant.name, visible(&variant.title)));
        }
        if !ways.is_empty() {
            text += &self.paragraph("Its variants:");
            text += &self.list(&ways);
        }
        text
    }

    fn what_systems_do(&self) -> String {
        let mut told = String::new();
        if !self.columns.is_empty() {
            let blocks = self.blocks();
            told += &self
                .side_by_side(&blocks)
                .unwrap_or_else(|| self.one_by_one(&blocks));
        }
        for (key, allowed) in &self.header().allowed {
            told += &self.paragraph(&format!(
                "{key} may be {}: {}",
                alternatives(&allowed.values),
                sentence(&allowed.why)
            ));
        }
        let lacking: String = self
            .explained
            .lacking
            .iter()
            .map(|lacking| self.lacking(lacking))
            .collect();
        let gap = if told.is_empty() || lacking.is_empty() {
            ""
        } else {
            "\n"
        };
        format!("{told}{gap}{lacking}")
    }

    fn lacking(&self, Lacking { images, reason }: &Lacking) -> String {
        let images = shortened(images);
        self.paragraph(&match reason {
            Some(reason) => format!("Not run on {images}: {}.", visible(reason)),
            None => format!("Never run on {images}."),
        })
    }

    /// The cells that have records, those with the same ones together.
    fn blocks(&self) -> Vec<Block> {
        let all: Vec<CellId> = Arc::clone(&self.explained.test)
            .cells()
            .into_iter()
            .map(|cell| cell.id)
            .collect();
        let mut folds: Vec<(Vec<&CellId>, Vec<Option<&Record>>)> = Vec::new();
        for cell in &self.explained.cells {
            let records = self.columns.iter();
            let records: Vec<_> = records.map(|column| column.records.get(&cell.id)).collect();
            match folds.iter_mut().find(|(_, known)| *known == records) {
                Some((cells, _)) => cells.push(&cell.id),
                None => folds.push((vec![&cell.id], records)),
            }
        }
        let folds = folds
            .into_iter()
            .filter(|(_, records)| records.iter().any(Option::is_some));
        folds
            .map(|(cells, records)| Block {
                name: self.without_family(&folded(&cells, &all)),
                rows: rows(&records),
            })
            .collect()
    }

    fn without_family(&self, name: &str) -> String {
        let name = name.strip_prefix(self.explained.test.family.as_str());
        let name = name.and_then(|name| name.strip_prefix('/'));
        name.unwrap_or_default().to_owned()
    }

    /// The name over a block, if there are several ways to run the test.
    fn block_name(&self, block: &Block, indent: &str) -> String {
        if !self.has_variants() {
            return String::new();
        }
        let name = if indent.len() + block.name.len() > self.width {
            block.name.replace(',', ", ")
        } else {
            block.name.clone()
        };
        self.bold(&self.indented(&name, indent, &format!("{indent}  ")))
    }

    fn has_variants(&self) -> bool {
        self.explained.test.cells().len() > 1
    }

    /// A table with a column for each group of images; `None` if there is no room for that.
    fn side_by_side(&self, blocks: &[Block]) -> Option<String> {
        let lines = self.table(blocks);
        let rows: usize = blocks.iter().map(|block| block.rows.len()).sum();
        if lines
            .iter()
            .any(|line| measure_text_width(line) > self.width)
        {
            return None;
        }
        let (head, mut body) = lines.split_at(lines.len() - rows);
        let mut text = head.join("\n") + "\n";
        for block in blocks {
            let (own, rest) = body.split_at(block.rows.len());
            text += &self.block_name(block, "  ");
            text += &(own.join("\n") + "\n");
            body = rest;
        }
        Some(text)
    }

    /// The lines of all blocks' rows, one each, below those of the header.
    fn table(&self, blocks: &[Block]) -> Vec<String> {
        let rows: Vec<_> = blocks.iter().flat_map(|block| &block.rows).collect();
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled);
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let names = self.columns.iter().enumerate().map(|(number, column)| {
            let widest = rows.iter().map(|(_, values)| values[number].len()).max();
            let width = match self.columns.len() {
                1 => self.width,
                _ => widest.unwrap_or_default().max(NAMES),
            };
            let names = textwrap::wrap(&shortened(&column.images), unbroken(width)).join("\n");
            Field::new(names).add_attribute(Attribute::Bold)
        });
        table.set_header([Field::new("")].into_iter().chain(names));
        for (key, values) in rows {
            let differ = values.iter().any(|value| *value != values[0]);
            let values = values.iter().map(|value| match differ {
                true => Field::new(value).fg(Color::Yellow),
                false => Field::new(value),
            });
            table.add_row([Field::new(key)].into_iter().chain(values));
        }
        for (number, column) in table.column_iter_mut().enumerate() {
            let gap = if number < self.columns.len() { 3 } else { 0 };
            column.set_padding((0, gap));
        }
        let indent = if self.has_variants() { "    " } else { "  " };
        let line = |line: String| format!("{indent}{}", line.trim_end());
        table.lines().map(line).collect()
    }

    /// The groups of images one below the other.
    fn one_by_one(&self, blocks: &[Block]) -> String {
        let mut text = String::new();
        for (number, column) in self.columns.iter().enumerate() {
            let images = self.indented(&shortened(&column.images), "  ", "  ");
            text += &self.bold(&images);
            for block in blocks {
                text += &self.block_name(block, "    ");
                text += &self.values(block, number);
            }
        }
        text
    }

    /// What a block's cells came to in one column: a line a key.
    fn values(&self, block: &Block, column: usize) -> String {
        let indent = if self.has_variants() { 6 } else { 4 };
        let (first, next) = (" ".repeat(indent), " ".repeat(indent + 2));
        let rows = block
            .rows
            .iter()
            .map(|(key, values)| (key, &values[column]));
        if rows.clone().all(|(_, value)| value == NOT_RUN) {
            return self.indented(NOT_RUN, &first, &next);
        }
        let told = rows.filter(|(_, value)| *value != NOT_OBSERVED);
        told.map(|(key, value)| self.indented(&format!("{key}: {value}"), &first, &next))
            .collect()
    }

    /// The header's reasons, each with the images that it speaks of; then the differences that have none.
    fn why(&self) -> String {
        let mut text = String::new();
        for reason in &self.header().differs {
            text += &self.reason(reason);
        }
        let test = Arc::clone(&self.explained.test);
        let images: Vec<String> = self.records.keys().cloned().collect();
        let found = divergence::find(&[test], &images, |image, cell| {
            self.records.get(image)?.get(cell).cloned()
        });
        for (one, other) in found.iter().flat_map(|found| sides(&found.unreviewed)) {
            text += &self.paragraph(&visible(&format!(
                "Nobody has said yet what tells {} from {}.",
                listed(&one),
                listed(&other)
            )));
        }
        text
    }

    fn reason(&self, Reason { glob, reason }: &Reason) -> String {
        let matcher = glob.matcher();
        let (inside, outside): (Vec<_>, Vec<_>) = self
            .records
            .iter()
            .partition(|(image, _)| matcher.is_match(image));
        let names: Vec<&str> = inside.iter().map(|(image, _)| image.as_str()).collect();
        let images = match names.as_slice() {
            [] => " (never run)".to_owned(),
            [name] if *name == glob.as_str() => String::new(),
            names => format!(" ({})", shortened(names)),
        };
        let differ = inside
            .iter()
            .any(|(_, one)| outside.iter().any(|(_, other)| one != other));
        let but = if differ || inside.is_empty() || outside.is_empty() {
            String::new()
        } else {
            format!(" Here {} does as the others do.", shortened(&names))
        };
        self.paragraph(&format!(
            "{}{images}: {}{but}",
            glob.as_str(),
            sentence(reason)
        ))
    }

    fn posix(&self) -> String {
        let header = self.header();
        let spec = header.spec.as_deref();
        let verdict = match (header.posix, spec) {
            (Some(posix), Some(spec)) => {
                Some(format!("{} ({spec}): {}.", posix.as_str(), meaning(posix)))
            }
            (Some(posix), None) => Some(format!("{}: {}.", posix.as_str(), meaning(posix))),
            (None, spec) => spec.map(str::to_owned),
        };
        let mut text = self.some_paragraph(verdict.as_deref());
        text += &self.some_paragraph(header.posix_note.as_deref());
        text
    }

    fn portable(&self) -> String {
        self.some_paragraph(self.header().portable.as_deref())
    }

    fn see_also(&self) -> String {
        let Explained { test, twin, .. } = self.explained;
        let mut text = self.paragraph(&visible(&test.path.display().to_string()));
        if let Some(twin) = twin {
            let language = match test.language {
                Language::C => "Python",
                Language::Python => "C",
            };
            text += &self.paragraph(&format!(
                "The same in {language}: cargo xtask explain {twin}"
            ));
        }
        text
    }

    fn some_paragraph(&self, text: Option<&str>) -> String {
        text.map_or_else(String::new, |text| self.paragraph(text))
    }

    fn paragraph(&self, text: &str) -> String {
        self.indented(text, "  ", "  ")
    }

    fn list<T: AsRef<str>>(&self, items: &[T]) -> String {
        let item = |item: &T| self.indented(item.as_ref(), "  - ", "    ");
        items.iter().map(item).collect()
    }

    fn bold(&self, lines: &str) -> String {
        let line = |line| format!("{}\n", heading(line, self.colour));
        lines.lines().map(line).collect()
    }

    fn indented(&self, text: &str, first: &str, next: &str) -> String {
        let options = unbroken(self.width)
            .initial_indent(first)
            .subsequent_indent(next);
        let lines = textwrap::wrap(text, options);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// Text is not broken at hyphens: names have many.
fn unbroken<'a>(width: usize) -> Options<'a> {
    Options::new(width).word_splitter(WordSplitter::NoHyphenation)
}

/// The rows of cells with these records, by column: the observed keys, and how runs ended if that says something.
fn rows(records: &[Option<&Record>]) -> Vec<(String, Vec<String>)> {
    let known = records.iter().copied().flatten();
    let keys: BTreeSet<&str> = known
        .clone()
        .flat_map(Record::iter)
        .map(|(key, _)| key)
        .filter(|key| *key != END)
        .collect();
    let normal = |record: &Record| record.set(END).iter().all(|end| end == NORMAL_END);
    let end = (keys.is_empty() || !known.clone().all(normal)).then_some(END);
    let value = |key: &str, record: &Option<&Record>| {
        let Some(record) = record else {
            return NOT_RUN.to_owned();
        };
        let set = record.set(key);
        if set.iter().all(|value| value == ABSENT) {
            return NOT_OBSERVED.to_owned();
        }
        visible(&alternatives(&set))
    };
    let row = |key: &str| {
        let values = records.iter().map(|record| value(key, record));
        (visible(key), values.collect())
    };
    keys.into_iter().chain(end).map(row).collect()
}

/// Names with what they share with the one before told once: `debian-12, 13, sid, freebsd-13.2`.
fn shortened<T: AsRef<str>>(images: &[T]) -> String {
    let mut before = "";
    let mut names = Vec::new();
    for image in images.iter().map(AsRef::as_ref) {
        let (system, release) = image.split_once('-').unwrap_or((image, ""));
        let short = !release.is_empty() && system == before;
        names.push(visible(if short { release } else { image }));
        before = system;
    }
    names.join(", ")
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn sent(sender: Sender) -> &'static str {
    match sender {
        Sender::SelfMain => "The process's main thread sends the signal.",
        Sender::SelfWorker => "A worker thread of the process sends the signal.",
        Sender::External => "Another process sends the signal.",
        Sender::Kernel => "The kernel sends the signal.",
        Sender::None => "No signal is sent.",
    }
}

fn meaning(posix: Posix) -> &'static str {
    match posix {
        Posix::Required => "one behaviour, on every system",
        Posix::Unspecified => "several are allowed, and need not be documented",
        Posix::ImplementationDefined => "several are allowed, and the system documents which",
        Posix::Undefined => "anything may happen",
        Posix::Unverified => "nobody has checked the standard's words",
    }
}

fn system(os: Os) -> &'static str {
    match os {
        Os::Linux => "Linux",
        Os::Freebsd => "FreeBSD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::explained;
    use crate::explain::tests::{SNAPSHOTS, TESTS, project};
    use insta::assert_snapshot;
    use std::path::Path;

    /// The pages of a small project.
    fn shown(asked: &str, width: usize) -> String {
        let root = project(&[TESTS, SNAPSHOTS].concat());
        let explained = explained(root.path(), &[asked.to_owned()]).expect("a good project");
        let pages = explained.iter().map(|test| render(test, width, false));
        pages.collect::<Vec<_>>().join("\n\n")
    }

    /// One part of the page of a test whose header says this, with records by image.
    fn part(title: &str, header: &str, records: &[(&str, &str)]) -> String {
        let test = format!("/*---\ntitle: x\n{header}---*/\n");
        let mut files = vec![("tests/eintr/x.c", test.as_str()), TESTS[0], TESTS[1]];
        let paths: Vec<String> = records
            .iter()
            .map(|(cell, _)| format!("snapshots/{}.snap", cell.replacen('/', "/eintr/", 1)))
            .collect();
        let paths = paths.iter().map(String::as_str);
        files.extend(paths.zip(records.iter().map(|(_, record)| *record)));
        let root = project(&files);
        let explained = explained(root.path(), &["x".to_owned()]).expect("a good project");
        let page = render(&explained[0], 80, false);
        let parts: Vec<&str> = page.split("\n\n").collect();
        let lines = parts.iter().skip_while(|part| !part.starts_with(title));
        // A part has its paragraphs below its heading; the next one starts with a heading, which is not indented.
        let own = lines
            .enumerate()
            .take_while(|(n, part)| *n == 0 || part.starts_with(' '));
        own.map(|(_, part)| *part).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn a_page() {
        assert_snapshot!(shown("python/pause.py", 100), @"
        python/pause.py
        main is in signal.pause() and a worker kill()s the process; does pause() return

        What it does
          CPython runs Python handlers in the main thread only, so that main must come back to the
          interpreter by itself.
          A worker thread of the process sends the signal.
          A run that hangs is one of the behaviours to observe.
          Its variants:
          - main: pause, join
          - @ports: every signal is blocked in new threads

        What each system does
                             debian-12, 13   freebsd-15.1
          pause.py@pause
            handler-thread   main            -
            pause            returned        -
            end              exit 0          hung in pause
          pause.py@join
            handler-thread   main | w0       not run
          pause.py@pause+ports
            handler-thread   main            main
            pause            returned        returned

          Not run on debian-13-musl: Python is linked with glibc.
          Never run on freebsd-16-snap.

        Why they differ
          freebsd-* (freebsd-15.1): FreeBSD prefers the sender.

        What POSIX says
          unverified (XSH 2.4.1): nobody has checked the standard's words.
          Any open thread may take it.

        What to write
          Block it in every thread, and take it with sigwait().

        Where it is decided
          - Linux kernel/signal.c complete_signal()
          - FreeBSD sys/kern/kern_sig.c sigtd()

        Known bugs
          - FreeBSD PR 1

        See also
          tests/python/pause.py
          The same in C: cargo xtask explain python/pause.c
        ");
    }

    #[test]
    fn a_page_of_one_variant() {
        assert_snapshot!(shown("python/pause.py@*ports", 100), @"
        python/pause.py
        main is in signal.pause() and a worker kill()s the process; does pause() return

        What it does
          CPython runs Python handlers in the main thread only, so that main must come back to the
          interpreter by itself.
          A worker thread of the process sends the signal.
          A run that hangs is one of the behaviours to observe.
          Its variants:
          - main: pause, join
          - @ports: every signal is blocked in new threads

        What each system does
                             debian-12, 13, freebsd-15.1
          pause.py@pause+ports
            handler-thread   main
            pause            returned

          Not run on debian-13-musl: Python is linked with glibc.
          Never run on freebsd-16-snap.

        Why they differ
          freebsd-* (freebsd-15.1): FreeBSD prefers the sender. Here freebsd-15.1 does as the others do.

        What POSIX says
          unverified (XSH 2.4.1): nobody has checked the standard's words.
          Any open thread may take it.

        What to write
          Block it in every thread, and take it with sigwait().

        Where it is decided
          - Linux kernel/signal.c complete_signal()
          - FreeBSD sys/kern/kern_sig.c sigtd()

        Known bugs
          - FreeBSD PR 1

        See also
          tests/python/pause.py
          The same in C: cargo xtask explain python/pause.c
        ");
    }

    #[test]
    fn groups_that_do_not_fit_beside_each_other_stand_below() {
        assert_snapshot!(shown("python/pause.py", 40), @"
        python/pause.py
        main is in signal.pause() and a worker
        kill()s the process; does pause() return

        What it does
          CPython runs Python handlers in the
          main thread only, so that main must
          come back to the interpreter by
          itself.
          A worker thread of the process sends
          the signal.
          A run that hangs is one of the
          behaviours to observe.
          Its variants:
          - main: pause, join
          - @ports: every signal is blocked in
            new threads

        What each system does
          debian-12, 13
            pause.py@pause
              handler-thread: main
              pause: returned
              end: exit 0
            pause.py@join
              handler-thread: main | w0
            pause.py@pause+ports
              handler-thread: main
              pause: returned
          freebsd-15.1
            pause.py@pause
              end: hung in pause
            pause.py@join
              not run
            pause.py@pause+ports
              handler-thread: main
              pause: returned

          Not run on debian-13-musl: Python is
          linked with glibc.
          Never run on freebsd-16-snap.

        Why they differ
          freebsd-* (freebsd-15.1): FreeBSD
          prefers the sender.

        What POSIX says
          unverified (XSH 2.4.1): nobody has
          checked the standard's words.
          Any open thread may take it.

        What to write
          Block it in every thread, and take it
          with sigwait().

        Where it is decided
          - Linux kernel/signal.c
            complete_signal()
          - FreeBSD sys/kern/kern_sig.c sigtd()

        Known bugs
          - FreeBSD PR 1

        See also
          tests/python/pause.py
          The same in C: cargo xtask explain
          python/pause.c
        ");
    }

    #[test]
    fn a_title_is_enough() {
        assert_snapshot!(part("What", "", &[]), @"
        What each system does
          Never run on debian-12, 13, 13-musl, freebsd-15.1, 16-snap.
        ");
    }

    #[test]
    fn a_system_without_the_interface_is_told() {
        let record = [("freebsd-15.1/x.c", "call: EINTR")];
        assert_snapshot!(part("What it does", "systems: [freebsd]\n", &record), @"
        What it does
          Only FreeBSD has what it tests.
        ");
        assert_snapshot!(part("What each", "systems: [freebsd]\n", &record), @"
        What each system does
                 freebsd-15.1
          call   EINTR

          Not run on debian-12, 13, 13-musl: what it tests does not exist on this
          system.
          Never run on freebsd-16-snap.
        ");
    }

    #[test]
    fn sets_stand_beside_what_is_allowed() {
        let header = "allowed:\n  handler-thread: {values: [main, w0], why: the timer prefers the running thread}\n";
        let records = [
            ("debian-12/x.c", "handler-thread: main"),
            ("debian-13/x.c", "handler-thread: w0"),
            ("freebsd-15.1/x.c", "handler-thread: main"),
        ];
        assert_snapshot!(part("What each", header, &records), @"
        What each system does
                           debian-12, 13, freebsd-15.1
          handler-thread   main | w0
          handler-thread may be main | w0: the timer prefers the running thread.

          Never run on debian-13-musl, freebsd-16-snap.
        ");
        let header = format!("{header}differs:\n  freebsd-*: the first open thread takes it\n");
        assert_snapshot!(part("What each", &header, &records), @"
        What each system does
                           debian-12, 13   freebsd-15.1
          handler-thread   main | w0       main
          handler-thread may be main | w0: the timer prefers the running thread.

          Never run on debian-13-musl, freebsd-16-snap.
        ");
    }

    #[test]
    fn cells_with_equal_records_are_told_once() {
        let header = "axes: {restart: [restart, no-restart], thread: [main, worker]}\n";
        let ours = ["restart-main", "restart-worker", "no-restart-main"];
        let paths = ours.map(|variant| format!("debian-13/x.c@{variant}"));
        let mut records: Vec<(&str, &str)> = paths
            .iter()
            .map(|path| (path.as_str(), "call: EINTR"))
            .collect();
        records[2].1 = "call: restarted";
        records.push(("freebsd-15.1/x.c@no-restart-main", "call: restarted"));
        assert_snapshot!(part("What each", header, &records), @"
        What each system does
                   debian-13   freebsd-15.1
          x.c@{restart-main,restart-worker}
            call   EINTR       not run
          x.c@no-restart-main
            call   restarted   restarted

          Never run on debian-12, 13-musl, freebsd-16-snap.
        ");
    }

    #[test]
    fn a_normal_end_is_told_where_it_says_something() {
        let ends = |ends: [&str; 2]| {
            let records = [("debian-12/x.c", ends[0]), ("debian-13/x.c", ends[1])];
            part("What each", "", &records)
        };
        let normal = "";
        assert_snapshot!(ends([normal, normal]), @"
        What each system does
                debian-12, 13
          end   exit 0

          Never run on debian-13-musl, freebsd-15.1, 16-snap.
        ");
        assert_snapshot!(ends(["call: EINTR", "end: hung in recv"]), @"
        What each system does
                 debian-12   debian-13
          call   EINTR       -
          end    exit 0      hung in recv

          Never run on debian-13-musl, freebsd-15.1, 16-snap.
        ");
    }

    #[test]
    fn reasons_name_the_images_that_they_speak_of() {
        let header =
            "differs:\n  freebsd-*: sigtd()\n  debian-12: older.\n  debian-13-musl: musl\n";
        let records = [
            ("debian-12/x.c", "call: EINTR"),
            ("debian-13/x.c", "call: EINTR"),
            ("freebsd-15.1/x.c", "call: restarted"),
        ];
        assert_snapshot!(part("Why", header, &records), @"
        Why they differ
          freebsd-* (freebsd-15.1): sigtd().
          debian-12: older.
          debian-13-musl (never run): musl.
        ");
        assert_snapshot!(part("Why", "", &records), @"
        Why they differ
          Nobody has said yet what tells freebsd-15.1 from debian-12 and debian-13.
        ");
        assert_eq!(part("Why", "", &records[..2]), "");
    }

    #[test]
    fn names_share_what_they_have_in_common() {
        let names = [
            "debian-12",
            "debian-13-musl",
            "debian-sid",
            "freebsd-15.1",
            "freebsd-16-snap",
            "host",
        ];
        assert_eq!(
            shortened(&names),
            "debian-12, 13-musl, sid, freebsd-15.1, 16-snap, host"
        );
        assert_eq!(shortened(&["host", "host-\u{1b}"]), "host, \\u{1b}");
    }

    #[test]
    fn colours_only_when_asked() {
        // Padding is coloured too, so that it is there at the end of lines.
        let trimmed = |page: &str| {
            page.lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let root = project(&[TESTS, SNAPSHOTS].concat());
        let explained = explained(root.path(), &["*".to_owned()]).expect("a good project");
        for test in &explained {
            let (plain, coloured) = (render(test, 100, false), render(test, 100, true));
            assert!(!plain.contains('\u{1b}'));
            assert_ne!(plain, coloured);
            let bare = console::strip_ansi_codes(&coloured).into_owned();
            assert_eq!(trimmed(&plain), trimmed(&bare));
        }
    }

    #[test]
    fn every_test_of_the_suite_has_a_page() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the workspace");
        let explained = explained(root, &["*".to_owned()]).expect("a good suite");
        for test in &explained {
            for width in [40, 80, 100] {
                let page = render(test, width, false);
                let widest = page.lines().map(measure_text_width).max();
                assert!(
                    widest.unwrap_or_default() <= width,
                    "{width} columns:\n{page}"
                );
                assert!(!page.contains('\u{1b}'), "{page}");
            }
            let page = render(test, 100, false);
            assert!(page.contains("\nWhat each system does\n"), "{page}");
            for (key, set) in test
                .records
                .values()
                .flat_map(BTreeMap::values)
                .flat_map(Record::iter)
            {
                let value = alternatives(set);
                let told = page
                    .lines()
                    .any(|line| line.contains(key) && line.contains(&value));
                assert!(
                    told || key == END || value == ABSENT,
                    "{key}: {value}\n{page}"
                );
            }
        }
    }
}

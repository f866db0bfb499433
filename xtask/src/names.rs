//! Selects things by globs over their names, and says what a glob that matches nothing may have meant.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use anyhow::{Error, Result, bail};
use globset::{GlobBuilder, GlobMatcher};
use serde::{Serialize, Serializer};
use vm::Image;
use vm::text::{nearest, visible};

/// The command line names what cannot be selected.
#[derive(Debug)]
pub struct Misnamed(String);

impl Misnamed {
    /// For a selection that `why` tells the fault of.
    pub fn new(why: String) -> Misnamed {
        Misnamed(why)
    }
}

impl fmt::Display for Misnamed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Misnamed {}

/// What is being selected, for messages.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What one of them is called.
    pub noun: &'static str,
    /// The command that lists them all.
    pub list: &'static str,
}

/// Tests and their variants.
pub const TESTS: Kind = Kind {
    noun: "test",
    list: "cargo xtask list",
};

/// Images.
pub const IMAGES: Kind = Kind {
    noun: "image",
    list: "cargo xtask images",
};

/// A glob over names, good to match with, and as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Glob(globset::Glob);

impl Glob {
    /// Reads a glob. `*` crosses `/`.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(kind: Kind, text: &str) -> Result<Glob> {
        match GlobBuilder::new(text).literal_separator(false).build() {
            Ok(glob) => Ok(Glob(glob)),
            Err(error) => bail!(
                "`{}` is no glob for {}s: {}; put `\\` before a special character to mean itself",
                visible(text),
                kind.noun,
                visible(&error.kind().to_string())
            ),
        }
    }

    /// The glob as it was written.
    pub fn as_str(&self) -> &str {
        self.0.glob()
    }

    /// What finds out whether a whole name matches.
    pub fn matcher(&self) -> GlobMatcher {
        self.0.compile_matcher()
    }
}

impl Serialize for Glob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The items that at least one of `globs` names, in their own order; all of them if there are no globs.
///
/// An item may have several names: a glob matches the item if it matches one of them whole. `*` crosses `/`.
///
/// # Errors
/// [`Misnamed`], if a glob is not one, or matches nothing: then with the nearest names.
pub fn select<T: Clone>(
    kind: Kind,
    globs: &[String],
    items: &[T],
    names: impl Fn(&T) -> Vec<String>,
) -> Result<Vec<T>> {
    if globs.is_empty() {
        return Ok(items.to_vec());
    }
    let names: Vec<Vec<String>> = items.iter().map(names).collect();
    let mut selected = vec![false; items.len()];
    for text in globs {
        let glob = Glob::new(kind, text).map_err(misnamed)?.matcher();
        let mut any = false;
        for (names, selected) in names.iter().zip(&mut selected) {
            if names.iter().any(|name| glob.is_match(name)) {
                *selected = true;
                any = true;
            }
        }
        if !any {
            let known = names.iter().flatten().map(String::as_str).collect();
            return Err(Misnamed(nothing(kind, text, known)).into());
        }
    }
    let chosen = items.iter().zip(selected).filter(|(_, selected)| *selected);
    Ok(chosen.map(|(item, _)| item.clone()).collect())
}

fn misnamed(error: Error) -> Error {
    Misnamed(format!("{error:#}")).into()
}

/// The images that `asked` names: globs, and `NAME=PATH` for a file that stands in for a published image.
///
/// # Errors
/// [`Misnamed`], as for [`select`]; and when there is no such file, or nothing that it could stand in for.
pub fn select_images(asked: &[String], images: &[Image]) -> Result<Vec<Image>> {
    let mut globs = Vec::new();
    let mut files = Vec::new();
    for text in asked {
        match text.split_once('=') {
            Some((name, path)) => {
                globs.push(globset::escape(name));
                files.push((name, Path::new(path)));
            }
            None => globs.push(text.clone()),
        }
    }
    let mut chosen = select(IMAGES, &globs, images, |image| vec![image.name.clone()])?;
    for image in &mut chosen {
        if let Some((_, path)) = files.iter().find(|(name, _)| *name == image.name) {
            *image = image.clone().with_file(path).map_err(misnamed)?;
        }
    }
    Ok(chosen)
}

/// The message for a glob that matches none of `known`.
fn nothing(kind: Kind, text: &str, known: BTreeSet<&str>) -> String {
    let Kind { noun, list } = kind;
    let text_shown = visible(text);
    if known.is_empty() {
        return format!("no {noun} matches `{text_shown}`: there are none at all");
    }
    let near: Vec<String> = suggestions(kind, text, &known)
        .iter()
        .map(|name| format!("`{}`", visible(name)))
        .collect();
    match near.split_last() {
        None => format!("no {noun} matches `{text_shown}`; `{list}` shows what there is"),
        Some((last, [])) => format!("no {noun} matches `{text_shown}`; did you mean {last}?"),
        Some((last, others)) => {
            format!(
                "no {noun} matches `{text_shown}`; did you mean {} or {last}?",
                others.join(", ")
            )
        }
    }
}

/// At most three globs near `text` that do match something.
fn suggestions(kind: Kind, text: &str, known: &BTreeSet<&str>) -> Vec<String> {
    if let Some(mended) = mend(kind, text, known) {
        return vec![mended];
    }
    let bare: String = text.chars().filter(|c| !"*?[]{}".contains(*c)).collect();
    if let Some(name) = nearest(&bare, known.iter().copied()) {
        return vec![name.to_owned()];
    }
    let within = known
        .iter()
        .filter(|name| !bare.is_empty() && name.contains(&bare));
    within.take(3).map(|&name| name.to_owned()).collect()
}

/// `text` with its part before the first wildcard replaced by the nearest start of a known name.
fn mend(kind: Kind, text: &str, known: &BTreeSet<&str>) -> Option<String> {
    let start = text.find(['*', '?', '[', '{']).filter(|&start| start > 0)?;
    let (literal, rest) = text.split_at(start);
    let length = literal.chars().count();
    let starts: BTreeSet<&str> = known
        .iter()
        .flat_map(|name| {
            (length.saturating_sub(2)..=length + 2).filter_map(|n| first_chars(name, n))
        })
        .collect();
    let mended = nearest(literal, starts)?.to_owned() + rest;
    let glob = Glob::new(kind, &mended).ok()?.matcher();
    known
        .iter()
        .any(|name| glob.is_match(name))
        .then_some(mended)
}

fn first_chars(text: &str, count: usize) -> Option<&str> {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take(count).nth(count.checked_sub(1)?)?;
    Some(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    const CELLS: [&str; 5] = [
        "delivery/ext-open.c",
        "delivery/self-worker.c",
        "eintr/recv.c@no-restart-main",
        "eintr/recv.c@restart-main",
        "eintr/recv.py",
    ];

    fn names(id: &&str) -> Vec<String> {
        let test = id.split('@').next().unwrap_or(id);
        let family = id.split('/').next().unwrap_or(id);
        vec![(*id).to_owned(), test.to_owned(), family.to_owned()]
    }

    fn chosen(globs: &[&str]) -> Result<Vec<&'static str>> {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        select(TESTS, &globs, &CELLS, names)
    }

    fn errors(globs: &[&str]) -> String {
        let error = |glob: &&str| format!("{:#}", chosen(&[glob]).expect_err(glob));
        globs.iter().map(error).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn globs_match_ids_tests_and_families() {
        let check = |globs: &[&str], expected: &[&str]| {
            assert_eq!(chosen(globs).expect("matches"), expected)
        };
        check(&[], &CELLS);
        check(&["eintr"], &CELLS[2..]);
        check(&["eintr/*"], &CELLS[2..]);
        check(&["eintr/recv.c"], &CELLS[2..4]);
        check(&["eintr/recv.c@restart-main"], &CELLS[3..4]);
        check(&["*@restart*"], &CELLS[3..4]);
        check(&["*.py"], &CELLS[4..]);
        check(&["*/recv*"], &CELLS[2..]);
        check(&["{delivery,masks}/ext*"], &CELLS[..1]);
        check(
            &["*.py", "delivery", "*.py"],
            &[CELLS[0], CELLS[1], CELLS[4]],
        );
    }

    #[test]
    fn a_glob_is_no_substring() {
        for glob in ["recv", "eint", "restart", "delivery/", "self-worker.c"] {
            assert!(chosen(&[glob]).is_err(), "{glob}");
        }
    }

    #[test]
    fn what_matches_nothing_is_an_error_with_the_nearest_names() {
        assert_snapshot!(errors(&[
            "delivry/*",
            "delivry",
            "delivery/slf*",
            "delivery/self-worker",
            "self-worker.c",
            "recv",
            "*/recv.cc",
            "masks/*",
            "zzz",
            "",
            "a[",
            "\u{1b}[31m",
        ]), @r"
        no test matches `delivry/*`; did you mean `delivery/*`?
        no test matches `delivry`; did you mean `delivery`?
        no test matches `delivery/slf*`; did you mean `delivery/self*`?
        no test matches `delivery/self-worker`; did you mean `delivery/self-worker.c`?
        no test matches `self-worker.c`; did you mean `delivery/self-worker.c`?
        no test matches `recv`; did you mean `eintr/recv.c`, `eintr/recv.c@no-restart-main` or `eintr/recv.c@restart-main`?
        no test matches `*/recv.cc`; `cargo xtask list` shows what there is
        no test matches `masks/*`; `cargo xtask list` shows what there is
        no test matches `zzz`; `cargo xtask list` shows what there is
        no test matches ``; `cargo xtask list` shows what there is
        `a[` is no glob for tests: unclosed character class; missing ']'; put `\` before a special character to mean itself
        `\u{1b}[31m` is no glob for tests: unclosed character class; missing ']'; put `\` before a special character to mean itself
        ");
        let none: [&str; 0] = [];
        assert_snapshot!(select(IMAGES, &["x".to_owned()], &none, names).expect_err("none"), @"no image matches `x`: there are none at all");
        assert_snapshot!(
            select(IMAGES, &["debain-*".to_owned()], &["debian-12", "debian-13"], |name| vec![(*name).to_owned()])
                .expect_err("none"),
            @"no image matches `debain-*`; did you mean `debian-*`?"
        );
    }

    #[test]
    fn one_bad_glob_among_good_ones_is_an_error() {
        assert!(chosen(&["eintr", "nothing"]).is_err());
    }
}

//! Reads YAML into typed values, with errors that a person can act on.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::anyhow;
use serde::de::DeserializeOwned;
use serde_yaml::Error;

use crate::text::{nearest, visible};

/// Reads `text`, which starts at line `first_line` (counted from 1) of `file`, into a `T`.
///
/// `T` should say `deny_unknown_fields`, so that a mistyped key is an error and not a default.
///
/// # Errors
/// One paragraph, `FILE:LINE:COLUMN: what is wrong`, with what was expected and, for a mistyped key or value,
/// the nearest known one.
pub fn parse<T: DeserializeOwned>(file: &Path, text: &str, first_line: usize) -> anyhow::Result<T> {
    // Empty lines stand for what comes before, so that every position is the file's own.
    let padded = "\n".repeat(first_line.saturating_sub(1)) + text;
    let options = serde_yaml::options! { with_snippet: false, strict_booleans: true };
    serde_yaml::from_str_with_options(&padded, options).map_err(|error| {
        let (line, column) = position(&error).unwrap_or((first_line as u64, 1));
        let found = token_at(&padded, line, column);
        let message = describe(&error, &found);
        anyhow!(
            "{}:{line}:{column}: {}",
            visible(&file.display().to_string()),
            visible(&message)
        )
    })
}

fn position(error: &Error) -> Option<(u64, u64)> {
    let location = error.location()?;
    // Line 0 is how the parser says that it does not know.
    (location.line() > 0).then(|| (location.line(), location.column().max(1)))
}

/// The word at a position, to be quoted in a message: up to the next separator, at most forty characters.
fn token_at(text: &str, line: u64, column: u64) -> String {
    let index = |n: u64| usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX);
    let rest = text
        .lines()
        .nth(index(line))
        .unwrap_or_default()
        .chars()
        .skip(index(column));
    let rest: String = rest.take(40).collect();
    let end = match rest.find([',', ']', '}', '#']) {
        Some(0) | None => rest.len(),
        Some(end) => end,
    };
    rest[..end].trim().to_owned()
}

fn describe(error: &Error, found: &str) -> String {
    match error {
        Error::WithSnippet { error, .. } => describe(error, found),
        Error::AliasError { error, .. } => describe(error, found),
        Error::SerdeUnknownField {
            field, expected, ..
        } => unknown("key", field, expected),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => unknown("value", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("missing key `{field}`"),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("duplicate key `{key}`: say it once")
        }
        Error::DuplicateMappingKey { key: None, .. } => "duplicate key: say it once".to_owned(),
        Error::Message { msg, .. } => msg.clone(),
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => {
            format!("expected {expected}, found {unexpected}")
        }
        Error::Unexpected { expected, .. } => expected_found(plain_words(expected), found),
        Error::InvalidScalar { ty, .. } => expected_found(&scalar_words(ty), found),
        Error::InvalidBooleanStrict { .. } => expected_found("`true` or `false`", found),
        Error::NullIntoString { .. } => "expected a text, found nothing".to_owned(),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. } => {
            expected_found("one word", found)
        }
        Error::MultipleDocuments { .. } => {
            "a second YAML document starts here: remove the `---` or `...` line".to_owned()
        }
        Error::Eof { .. } => "nothing is written here, only comments or empty lines".to_owned(),
        Error::ExternalMessage { msg, .. } => syntax(msg, found),
        Error::UnknownAnchor { .. } => {
            "a value that starts with `*` or `&` needs quotes around it".to_owned()
        }
        other => without_position(other),
    }
}

fn unknown(what: &str, name: &str, expected: &[&str]) -> String {
    let mut message = format!("unknown {what} `{name}`; ");
    if let Some(near) = nearest(name, expected.iter().copied()) {
        // Writing to a String cannot fail.
        let _ = write!(message, "did you mean `{near}`? ");
    }
    message + &format!("known {what}s: {}", expected.join(", "))
}

fn expected_found(expected: &str, found: &str) -> String {
    let kind = match found.chars().next() {
        None => return format!("expected {expected}, found nothing"),
        Some('[') => "a list",
        Some('{') => "a map",
        Some('-') if found.starts_with("- ") => "a list",
        Some(_) => return format!("expected {expected}, found `{found}`"),
    };
    format!("expected {expected}, found {kind}")
}

/// The parser's names for its events, in the words of people who write the files.
fn plain_words(expected: &str) -> &str {
    match expected {
        "string scalar" => "a text",
        "sequence start" => "a list, like `[one, two]`",
        "mapping start" => "keys with values, like `name: value`",
        other => other,
    }
}

fn scalar_words(ty: &str) -> String {
    match ty {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        other => format!("a value of type {other}"),
    }
}

/// What the scanner could not read, with the usual cause, since its own words name the symptom only.
fn syntax(message: &str, found: &str) -> String {
    let remedy = if message.contains("tab") {
        "indent with spaces"
    } else if message.contains("mapping values are not allowed") {
        "put quotes around a value that contains `: `, and give keys of one map the same indent"
    } else if message.contains("simple key") {
        "write `key: value`, and indent the lines that continue a value"
    } else if message.contains("unexpected character") && !found.is_empty() {
        "put quotes around a value that starts with a special character"
    } else if message.contains("quote") {
        "close the quotes"
    } else {
        "check quotes, brackets and indent"
    };
    format!("this is not YAML: {message}; {remedy}")
}

fn without_position(error: &Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;
    use insta::assert_snapshot;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Compiler {
        Gcc,
        Clang,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Image {
        name: String,
        compiler: Option<Compiler>,
        #[serde(default)]
        packages: Vec<String>,
        #[serde(default)]
        memory_mib: u32,
        #[serde(default)]
        allow_expired: bool,
        #[serde(default)]
        layers: IndexMap<String, String>,
    }

    /// The errors of several bad texts, one a line; each text starts at line 3 of its file.
    fn errors(texts: &[&str]) -> String {
        let error = |text: &&str| {
            let read = parse::<Image>(Path::new("images/x.yaml"), text, 3);
            format!("{:#}", read.expect_err(text))
        };
        texts.iter().map(error).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn reads_a_good_text() {
        let text = "name: x\ncompiler: clang\npackages: [gcc, libc6-dev]\nmemory-mib: 512\nallow-expired: true\nlayers:\n  base: y\n";
        let image: Image = parse(Path::new("x"), text, 1).expect("a good text");
        assert_eq!(image.name, "x");
        assert!(matches!(image.compiler, Some(Compiler::Clang)));
        assert_eq!(image.packages, ["gcc", "libc6-dev"]);
        assert_eq!((image.memory_mib, image.allow_expired), (512, true));
        assert_eq!(image.layers["base"], "y");
    }

    #[test]
    fn positions_are_those_of_the_whole_file() {
        assert_snapshot!(errors(&[
            "name: x\ncompler: gcc\n",
            "name: x\r\ncompler: gcc\r\n",
        ]), @"
        images/x.yaml:4:1: unknown key `compler`; did you mean `compiler`? known keys: name, compiler, packages, memory-mib, allow-expired, layers
        images/x.yaml:4:1: unknown key `compler`; did you mean `compiler`? known keys: name, compiler, packages, memory-mib, allow-expired, layers
        ");
    }

    #[test]
    fn wrong_keys_and_values() {
        assert_snapshot!(errors(&[
            "name: x\nwhatever: gcc\n",
            "name: x\ncompiler: gc\n",
            "compiler: gcc\n",
            "name: x\nname: y\n",
            "name: x\nlayers:\n  a: b\n  a: c\n",
        ]), @"
        images/x.yaml:4:1: unknown key `whatever`; known keys: name, compiler, packages, memory-mib, allow-expired, layers
        images/x.yaml:4:11: unknown value `gc`; did you mean `gcc`? known values: gcc, clang
        images/x.yaml:3:1: missing key `name`
        images/x.yaml:4:1: duplicate key `name`: say it once
        images/x.yaml:6:3: duplicate key `a`: say it once
        ");
    }

    #[test]
    fn wrong_types() {
        assert_snapshot!(errors(&[
            "name: [a, b]\n",
            "name:\n  - a\n",
            "name:\n",
            "name: x\npackages: gcc\n",
            "name: x\npackages: [gcc, {a: b}]\n",
            "name: x\nmemory-mib: lots # of it\n",
            "name: x\nmemory-mib: -1\n",
            "name: x\nallow-expired: yes\n",
            "name: x\ncompiler: [gcc]\n",
            "- name\n",
            "only words\n",
            "# a comment\n",
        ]), @"
        images/x.yaml:3:7: expected a text, found a list
        images/x.yaml:4:3: expected a text, found a list
        images/x.yaml:3:5: expected a text, found nothing
        images/x.yaml:4:11: expected a list, like `[one, two]`, found `gcc`
        images/x.yaml:4:17: expected a text, found a map
        images/x.yaml:4:13: expected a whole number, 0 or more, found `lots`
        images/x.yaml:4:13: expected a whole number, 0 or more, found `-1`
        images/x.yaml:4:16: expected `true` or `false`, found `yes`
        images/x.yaml:4:11: expected one word, found a list
        images/x.yaml:3:1: expected keys with values, like `name: value`, found a list
        images/x.yaml:3:1: expected keys with values, like `name: value`, found `only words`
        images/x.yaml:4:1: nothing is written here, only comments or empty lines
        ");
    }

    #[test]
    fn not_yaml() {
        assert_snapshot!(errors(&[
            "name: x\n\tcompiler: gcc\n",
            "name: x\n compiler: gcc\n",
            "name: FreeBSD: a system\n",
            "name: x\ncompiler gcc\n",
            "name: @x\n",
            "name: \"x\n",
            "name: *x\n",
            "name: x\n---\nname: y\n",
        ]), @"
        images/x.yaml:3:7: this is not YAML: while scanning a plain scalar, found a tab; indent with spaces
        images/x.yaml:4:10: this is not YAML: mapping values are not allowed in this context; put quotes around a value that contains `: `, and give keys of one map the same indent
        images/x.yaml:3:14: this is not YAML: mapping values are not allowed in this context; put quotes around a value that contains `: `, and give keys of one map the same indent
        images/x.yaml:4:1: this is not YAML: simple key expected ':'; write `key: value`, and indent the lines that continue a value
        images/x.yaml:3:7: this is not YAML: unexpected character: `@'; put quotes around a value that starts with a special character
        images/x.yaml:3:7: this is not YAML: unclosed quote; close the quotes
        images/x.yaml:3:7: a value that starts with `*` or `&` needs quotes around it
        images/x.yaml:5:1: a second YAML document starts here: remove the `---` or `...` line
        ");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_snapshot!(errors(&[
            "name: x\n\"a\\e[31m\": y\n",
            "name: \u{1b}[31m\n",
        ]), @r"
        images/x.yaml:4:1: unknown key `a\u{1b}[31m`; known keys: name, compiler, packages, memory-mib, allow-expired, layers
        images/x.yaml:3:7: this is not YAML: unexpected character: `\u{1b}'; put quotes around a value that starts with a special character
        ");
        let file = Path::new("a\u{1b}]0;x\u{7}.yaml");
        let error = parse::<Image>(file, "x: y\n", 1).expect_err("a bad text");
        assert!(!format!("{error:#}").contains('\u{1b}'));
    }

    #[test]
    fn nearest_is_near() {
        assert_eq!(nearest("delivry", ["delivery", "masks"]), Some("delivery"));
        assert_eq!(nearest("gc", ["gcc", "clang"]), Some("gcc"));
        assert_eq!(nearest("zsh", ["gcc", "clang"]), None);
        assert_eq!(nearest("", ["gcc"]), None);
    }
}

//! The supervisor's JSON lines, as this side reads them: `tests/lib/supervise.c` writes one when a run starts and one
//! when it has ended. They come from a guest and are not trusted.

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A longer line is no line of the supervisor: it bounds a run's output to 64 KiB, at most six bytes each when escaped.
const LINE_MAX: usize = 1 << 20;

/// A line of the supervisor.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A run is about to start.
    Start(Start),
    /// A run has ended.
    End(Box<End>),
    /// The plan is through.
    Done(Done),
}

/// A run is about to start.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct Start {
    /// The name in the plan.
    pub cell: String,
    /// Counted from 0.
    pub run: u32,
}

/// A run has ended.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct End {
    /// The name in the plan.
    pub cell: String,
    /// Counted from 0.
    pub run: u32,
    /// `exit 0`, `signal TERM`, `hung in pause`…
    pub end: String,
    /// Where each thread waited.
    #[serde(rename = "where", default)]
    pub place: String,
    /// Standard output: each character is one byte.
    pub out: String,
    /// The end of standard error: each character is one byte.
    pub err: String,
    /// Milliseconds from start to end.
    pub ms: u64,
}

/// The plan is through.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct Done {
    /// How many runs were made.
    pub runs: u64,
}

/// Cuts a stream of bytes into the supervisor's lines.
#[derive(Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// Takes the next bytes of the stream, and gives each line that they complete to `take`.
    ///
    /// # Errors
    /// When a line is not the supervisor's, or `take` says so.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Line) -> Result<()>) -> Result<()> {
        self.rest.extend(bytes);
        let whole = self
            .rest
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |last| last + 1);
        if self.rest.len() - whole > LINE_MAX {
            bail!("the supervisor's channel carries a line without end");
        }
        let lines: Vec<u8> = self.rest.drain(..whole).collect();
        for line in lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let line = serde_json::from_slice(line).with_context(|| {
                let start = vm::text::harmless(&line[..line.len().min(80)]);
                format!("reading the supervisor's channel, which carries `{start}`")
            })?;
            take(line)?;
        }
        Ok(())
    }
}

/// The bytes that the supervisor's escaped text stands for.
#[must_use]
pub fn bytes(text: &str) -> Vec<u8> {
    // What is no byte cannot come from the supervisor; it shows as one that no observation contains.
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(0xff))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<Line>> {
        let mut lines = Lines::default();
        let mut read = Vec::new();
        for piece in pieces {
            lines.feed(piece, |line| {
                read.push(line);
                Ok(())
            })?;
        }
        Ok(read)
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let read = read(&[
            br#"{"start":{"cell":"a/b.c","#,
            b"\"run\":3}}\n{\"done\":{\"runs\":1}}\n",
        ])
        .unwrap();
        let start = Line::Start(Start {
            cell: "a/b.c".into(),
            run: 3,
        });
        assert_eq!(read, [start, Line::Done(Done { runs: 1 })]);
    }

    #[test]
    fn what_is_not_the_supervisors_is_an_error() {
        assert!(read(&[b"Segmentation fault\n"]).is_err());
        assert!(read(&[&vec![b'x'; LINE_MAX + 1]]).is_err());
    }

    #[test]
    fn each_character_is_a_byte() {
        assert_eq!(bytes("a\u{0}\u{ff}"), [b'a', 0, 0xff]);
    }
}

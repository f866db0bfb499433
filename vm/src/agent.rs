//! The host's end of the agent port: the protocol is told in `guest/agent.c`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;

/// The guest's end, built in the guest.
pub(crate) const SOURCE: &str = include_str!("../guest/agent.c");

/// Bytes sent before an acknowledgement is awaited; `PIECE` in `guest/agent.c`.
pub(crate) const PIECE: usize = 256;

/// A command longer than this is refused; `COMMAND_MAX` in `guest/agent.c`.
pub(crate) const COMMAND_MAX: usize = 1 << 16;

/// A frame's bytes at the most: the guest is untrusted, and sends pieces of 4,096.
const FRAME_MAX: usize = 1 << 16;

/// Which of a command's streams.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// What the agent says. `id` is the text of a request's ID.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Frame {
    Hello,
    Pong {
        nonce: String,
    },
    Go {
        id: String,
    },
    Ack {
        id: String,
    },
    Output {
        id: String,
        stream: Stream,
        bytes: Vec<u8>,
    },
    Exit {
        id: String,
        status: i32,
    },
    Signal {
        id: String,
        signal: i32,
    },
}

/// Reads frames until the port closes or says what no agent says; `take` gets each.
pub(crate) fn read_frames(port: UnixStream, mut take: impl FnMut(io::Result<Frame>)) {
    let mut port = BufReader::new(port);
    loop {
        match read_frame(&mut port) {
            Ok(frame) => take(Ok(frame)),
            Err(error) => return take(Err(error)),
        }
    }
}

fn read_frame(port: &mut impl BufRead) -> io::Result<Frame> {
    let mut line = Vec::new();
    port.by_ref().take(128).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let nonsense = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "the agent port carries what no agent says",
        )
    };
    let line = str::from_utf8(&line).map_err(|_| nonsense())?;
    let words: Vec<_> = line.trim_end().split(' ').collect();
    let number = |text: &str| text.parse::<i32>().map_err(|_| nonsense());
    Ok(match words[..] {
        ["hello", "1"] => Frame::Hello,
        ["pong", nonce] => Frame::Pong {
            nonce: nonce.to_owned(),
        },
        ["go", id] => Frame::Go { id: id.to_owned() },
        ["ack", id] => Frame::Ack { id: id.to_owned() },
        ["exit", id, status] => Frame::Exit {
            id: id.to_owned(),
            status: number(status)?,
        },
        ["signal", id, signal] => Frame::Signal {
            id: id.to_owned(),
            signal: number(signal)?,
        },
        [word @ ("out" | "err"), id, length] => {
            let length = length
                .parse::<usize>()
                .ok()
                .filter(|length| *length <= FRAME_MAX)
                .ok_or_else(nonsense)?;
            let mut bytes = vec![0; length];
            port.read_exact(&mut bytes)?;
            let stream = if word == "out" {
                Stream::Out
            } else {
                Stream::Err
            };
            Frame::Output {
                id: id.to_owned(),
                stream,
                bytes,
            }
        }
        _ => return Err(nonsense()),
    })
}

/// Sends one line of a request.
pub(crate) fn send_line(mut port: &UnixStream, line: &str) -> io::Result<()> {
    port.write_all(format!("{line}\n").as_bytes())
}

/// Sends a piece of a command's text.
pub(crate) fn send_piece(mut port: &UnixStream, piece: &[u8]) -> io::Result<()> {
    port.write_all(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<io::Result<Frame>> {
        let mut input = bytes;
        let mut frames = Vec::new();
        loop {
            let frame = read_frame(&mut input);
            let last = frame.is_err();
            frames.push(frame);
            if last {
                return frames;
            }
        }
    }

    #[test]
    fn frames_follow_one_another() {
        let read = frames(b"hello 1\nout 7 3\na\nbexit 7 2\n");
        let read: Vec<_> = read.into_iter().filter_map(Result::ok).collect();
        let output = Frame::Output {
            id: "7".into(),
            stream: Stream::Out,
            bytes: b"a\nb".to_vec(),
        };
        assert_eq!(
            read,
            [
                Frame::Hello,
                output,
                Frame::Exit {
                    id: "7".into(),
                    status: 2
                }
            ]
        );
    }

    #[test]
    fn what_no_agent_says_is_an_error() {
        for bytes in [
            &b"out 7 99999999\n"[..],
            b"Kernel panic\n",
            b"\xff\n",
            &[b'a'; 4096],
            b"exit 7 x\n",
        ] {
            let error = frames(bytes).pop().unwrap().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
    }
}

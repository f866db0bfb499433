//! Downloads: an official image from the network onto disk, resumed where it broke, and whole only by its digest.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use ureq::http::{Response, StatusCode, Uri, header};
use ureq::{Agent, Body, Error, Proxy, ResponseExt, Timeout};

use crate::bytes::{self, Pace, size};
use crate::text::visible;

/// The list of digests that lies beside each of FreeBSD's images.
const LIST: &str = "CHECKSUM.SHA256";

/// The longest list that is read, bytes. FreeBSD's have less than 10 KiB.
const LONGEST_LIST: u64 = 1 << 20;

/// How much is taken from the network at a time, bytes.
const PIECE: usize = 256 << 10;

/// What a download has to say while it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Word<'a> {
    /// How far it has come: at most five times a second, and once more when it is whole.
    Progress {
        /// Bytes that are on disk, those of earlier runs among them.
        done: u64,
        /// Bytes of the whole file, if the server has said.
        total: Option<u64>,
    },
    /// Something a person should know.
    Note(&'a str),
}

/// A file that cannot be had here and now, though nothing is wrong with it: no network leads to it, or its server does
/// not give it.
#[derive(Debug)]
pub struct Unreachable(pub(crate) String);

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// Fails with [`Unreachable`].
fn out_of_reach<T>(why: String) -> Result<T> {
    Err(Unreachable(why).into())
}

/// The SHA-256 that upstream publishes for `url`: what the `CHECKSUM.SHA256` beside it says. 64 lower-case digits.
///
/// # Errors
/// [`Unreachable`]; or the list is none, or does not name the file.
pub fn published_digest(url: &str, report: &dyn Fn(Word<'_>)) -> Result<String> {
    Client::default().published_digest(url, report)
}

/// Downloads `url` into the file `part`, going on after what an earlier run left there, until the file has the SHA-256
/// `sha256`. A file that has it already is only verified. The caller keeps others away from `part`.
///
/// # Errors
/// [`Unreachable`], when the server refuses or breaks off twice without having given anything new; else when it gives a
/// file with another digest, or the disk is full. What came is kept for the next run, but for a file with another digest: that is removed.
pub fn fetch(url: &str, sha256: &str, part: &Path, report: &dyn Fn(Word<'_>)) -> Result<()> {
    Client::default().fetch(url, sha256, part, report)
}

/// How patiently a download is made, and through what.
#[derive(Clone, Debug)]
pub struct Client {
    /// How long finding the host and connecting may take, each.
    pub connect: Duration,
    /// How long the server may be silent.
    pub stall: Duration,
    /// How long to wait before a request that follows one which gave nothing new.
    pub pause: Duration,
    /// How many requests are made before a download is given up.
    pub attempts: u32,
    /// The longest file that is taken, bytes.
    pub limit: u64,
    /// The proxy. By default what the first of `ALL_PROXY`, `HTTPS_PROXY` and `HTTP_PROXY` names, but for the hosts in
    /// `NO_PROXY`; lower-case names count as well.
    pub proxy: Option<Proxy>,
}

impl Default for Client {
    fn default() -> Self {
        Client {
            connect: Duration::from_secs(20),
            stall: Duration::from_secs(30),
            pause: Duration::from_secs(3),
            attempts: 100,
            limit: 16 << 30,
            proxy: Proxy::try_from_env(),
        }
    }
}

impl Client {
    /// See [`fetch`].
    ///
    /// # Errors
    /// See [`fetch`].
    pub fn fetch(
        &self,
        url: &str,
        sha256: &str,
        part: &Path,
        report: &dyn Fn(Word<'_>),
    ) -> Result<()> {
        if !is_digest(sha256) {
            bail!(
                "downloading {}: `{}` is no SHA-256: that has 64 hexadecimal digits",
                visible(url),
                visible(sha256)
            );
        }
        let part = Part::open(part)?;
        let download = Download {
            client: self,
            agent: self.agent(url),
            url,
            sha256: sha256.to_ascii_lowercase(),
            reach: part.length,
            part,
            total: None,
            resumed: false,
            restarted: false,
            requests: 0,
            fruitless: false,
            pace: Pace::default(),
            report,
        };
        download.run().with_context(|| self.downloading(url))
    }

    /// See [`published_digest`].
    ///
    /// # Errors
    /// See [`published_digest`].
    pub fn published_digest(&self, url: &str, report: &dyn Fn(Word<'_>)) -> Result<String> {
        let (list, name) = beside(url)?;
        let text = self
            .text(&list, report)
            .with_context(|| self.downloading(&list))?;
        listed(&text, name).with_context(|| format!("reading {}", visible(&list)))
    }

    /// What is being done, for an error: through a proxy, if so.
    fn downloading(&self, url: &str) -> String {
        let uri = url.parse::<Uri>().unwrap_or_default();
        match self.proxy.as_ref().filter(|proxy| !proxy.is_no_proxy(&uri)) {
            Some(proxy) => format!(
                "downloading {} through the proxy {}:{}",
                visible(url),
                visible(proxy.host()),
                proxy.port()
            ),
            None => format!("downloading {}", visible(url)),
        }
    }

    fn agent(&self, url: &str) -> Agent {
        let https = url.to_ascii_lowercase().starts_with("https:");
        Agent::config_builder()
            // A redirect must not lead from https to http.
            .https_only(https)
            .http_status_as_error(false)
            .max_redirects(10)
            .user_agent("sigmatrix")
            .accept_encoding("identity")
            .proxy(self.proxy.clone())
            // What follows a body on its connection may be anything: each request gets a connection of its own.
            .max_idle_connections(0)
            .timeout_resolve(Some(self.connect))
            .timeout_connect(Some(self.connect))
            .timeout_recv_response(Some(self.stall))
            .timeout_per_read(Some(self.stall))
            .timeout_per_write(Some(self.stall))
            .build()
            .new_agent()
    }

    /// A short text, asked for twice at most.
    fn text(&self, url: &str, report: &dyn Fn(Word<'_>)) -> Result<String> {
        let agent = self.agent(url);
        let why = match self.try_text(&agent, url)? {
            Ok(text) => return Ok(text),
            Err(why) => why,
        };
        report(Word::Note(&format!("{why}; trying once more")));
        thread::sleep(self.pause);
        match self.try_text(&agent, url)? {
            Ok(text) => Ok(text),
            Err(why) => out_of_reach(format!("{why}; check the network, then run it again")),
        }
    }

    /// The text, or why it may come at another time.
    fn try_text(&self, agent: &Agent, url: &str) -> Result<Result<String, String>> {
        let mut response = match self.answer(agent.get(url).call())? {
            Ok(response) => response,
            Err(why) => return Ok(Err(why)),
        };
        let status = response.status();
        if status != StatusCode::OK {
            return out_of_reach(answered(&response));
        }
        let body = response.body_mut().with_config().limit(LONGEST_LIST);
        match body.read_to_vec() {
            Ok(bytes) => Ok(Ok(String::from_utf8_lossy(&bytes).into_owned())),
            Err(Error::BodyExceedsLimit(_)) => bail!(
                "it is longer than {}: no list of digests is",
                size(LONGEST_LIST)
            ),
            Err(error) => Ok(Err(self.reason(&error))),
        }
    }

    /// What came of a request: a response, why there may be one at another time, or an error that will stay.
    fn answer(
        &self,
        result: Result<Response<Body>, Error>,
    ) -> Result<Result<Response<Body>, String>> {
        match result {
            Ok(response) if response.status().is_server_error() => Ok(Err(answered(&response))),
            // This one says no more than that there is no such rest.
            Ok(response) if response.status() == StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(Ok(response))
            }
            Ok(response) if response.status().is_client_error() => {
                out_of_reach(answered(&response))
            }
            Ok(response) => Ok(Ok(response)),
            Err(
                error @ (Error::BadUri(_)
                | Error::Http(_)
                | Error::InvalidProxyUrl
                | Error::RedirectFailed
                | Error::RequireHttpsOnly(_)
                | Error::TooManyRedirects),
            ) => out_of_reach(self.reason(&error)),
            Err(error) => Ok(Err(self.reason(&error))),
        }
    }

    /// Why a request or its answer broke off.
    fn reason(&self, error: &Error) -> String {
        match error {
            Error::Timeout(Timeout::PerRead | Timeout::PerWrite | Timeout::RecvResponse) => {
                format!("the server was silent for {:?}", self.stall)
            }
            Error::Timeout(_) => format!("no connection within {:?}", self.connect),
            Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "the connection ended early".to_owned()
            }
            // So rustls' errors come.
            Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => format!(
                "TLS failed, is something in between, or the clock wrong? {}",
                visible(&error.to_string())
            ),
            Error::Io(error) => visible(&error.to_string()),
            Error::Protocol(error) => {
                format!("the answer was not HTTP: {}", visible(&error.to_string()))
            }
            Error::RequireHttpsOnly(url) => {
                format!("it redirects from https to {}", visible(url))
            }
            Error::TooManyRedirects => "it redirects more than 10 times".to_owned(),
            error => visible(&error.to_string()),
        }
    }
}

/// How a response that is no file reads.
fn answered(response: &Response<Body>) -> String {
    let url = response.get_uri().to_string();
    format!(
        "the server answered {} for {}",
        response.status(),
        visible(&url)
    )
}

/// The list beside `url`, and the name that `url` has in it.
fn beside(url: &str) -> Result<(String, &str)> {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    let found = bare
        .parse::<Uri>()
        .ok()
        .filter(|uri| uri.scheme().is_some() && !uri.path().ends_with('/'))
        .and_then(|_| bare.rsplit_once('/'));
    let (folder, name) =
        found.with_context(|| format!("{} is not the URL of a file", visible(url)))?;
    Ok((format!("{folder}/{LIST}"), name))
}

/// The digest of the file `name` in a list of lines `SHA256 (FILE) = HEX`, as sha256(1) of FreeBSD writes them.
fn listed(list: &str, name: &str) -> Result<String> {
    let mut files = list.lines().filter_map(|line| {
        let (file, digest) = line.strip_prefix("SHA256 (")?.rsplit_once(") = ")?;
        Some((file, digest.trim_end()))
    });
    let Some(first) = files.clone().next() else {
        let start: String = list.chars().take(60).collect();
        bail!(
            "it is no list of digests: it begins with `{}`",
            visible(&start)
        );
    };
    let Some((_, digest)) = files.find(|(file, _)| *file == name) else {
        bail!(
            "it does not list {}; it lists {} and others",
            visible(name),
            visible(first.0)
        );
    };
    if !is_digest(digest) {
        bail!(
            "what it gives for {} is no SHA-256: `{}`",
            visible(name),
            visible(digest)
        );
    }
    Ok(digest.to_ascii_lowercase())
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The file on disk, hashed as far as it has come.
struct Part {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    length: u64,
}

impl Part {
    fn open(path: &Path) -> Result<Part> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(|| format!("opening {}", path.display()))?;
        let mut hasher = Sha256::new();
        let length = bytes::hash_all(&mut file, &mut hasher)
            .with_context(|| format!("reading {}", path.display()))?;
        Ok(Part {
            path: path.to_owned(),
            file,
            hasher,
            length,
        })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(|error| bytes::write_error(error, &self.path))?;
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn clear(&mut self) -> Result<()> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .with_context(|| format!("emptying {}", self.path.display()))?;
        self.hasher = Sha256::new();
        self.length = 0;
        Ok(())
    }

    fn digest(&self) -> String {
        bytes::hex(&self.hasher)
    }

    fn remove(&self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("removing {}", self.path.display()))
    }
}

/// One download on its way.
struct Download<'a> {
    client: &'a Client,
    agent: Agent,
    url: &'a str,
    sha256: String,
    part: Part,
    /// The length of the whole file, as the server last said.
    total: Option<u64>,
    /// The farthest that any request has brought it, bytes: what another gives is new only beyond that.
    reach: u64,
    /// Is what is there pieced together from several answers?
    resumed: bool,
    /// Was such a file found to be wrong, and started over?
    restarted: bool,
    /// How many requests were made.
    requests: u32,
    /// Did the last one give nothing new?
    fruitless: bool,
    pace: Pace,
    report: &'a dyn Fn(Word<'_>),
}

/// How an attempt ended that need not be the last.
enum End {
    /// The server says that this was all.
    Whole,
    /// It broke off, for this reason.
    Broke(String),
    /// The server gives no rest of a file, as this shows.
    NoRest(String),
}

impl Download<'_> {
    fn run(mut self) -> Result<()> {
        while self.part.digest() != self.sha256 {
            if self.requests == self.client.attempts {
                return out_of_reach(format!(
                    "after {} requests it is still not whole; {}",
                    self.requests,
                    self.kept()
                ));
            }
            self.requests += 1;
            match self.attempt()? {
                // The digest alone decides, however the answer ended.
                _ if self.part.digest() == self.sha256 => {}
                End::Whole => self.reject()?,
                End::Broke(why) => self.go_on(&why)?,
                End::NoRest(why) => self.start_over(&why)?,
            }
        }
        if self.requests == 0 {
            self.note("an earlier run has downloaded it whole");
        }
        self.total = Some(self.part.length);
        self.progress();
        Ok(())
    }

    /// Asks for what is missing and takes what comes.
    fn attempt(&mut self) -> Result<End> {
        let have = self.part.length;
        let mut request = self.agent.get(self.url);
        if have > 0 {
            request = request.header(header::RANGE, format!("bytes={have}-"));
        }
        let response = match self.client.answer(request.call())? {
            Ok(response) => response,
            Err(why) => return Ok(End::Broke(why)),
        };
        match response.status() {
            StatusCode::OK => {
                self.total = response.body().content_length();
                if have > 0 {
                    self.start_over("the server does not resume")?;
                }
            }
            StatusCode::PARTIAL_CONTENT => {
                let (start, total) = content_range(&response);
                if start != Some(have) {
                    return Ok(misplaced(have, start));
                }
                self.total = total;
                self.resumed |= have > 0;
                if self.requests == 1 && have > 0 {
                    self.note(&format!("resuming at {}", self.place()));
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => {
                let why = format!("the server has nothing beyond {}", size(have));
                return Ok(End::NoRest(why));
            }
            _ => return out_of_reach(answered(&response)),
        }
        self.take(response)
    }

    /// Writes what comes to disk until it ends, or there is more than any image has.
    fn take(&mut self, response: Response<Body>) -> Result<End> {
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; PIECE];
        loop {
            let limit = self.client.limit;
            if self.part.length > limit {
                self.part.remove()?;
                bail!(
                    "it is longer than {}, and no image is: nothing was kept",
                    size(limit)
                );
            }
            match body.read(&mut buffer) {
                Ok(0) if self.total.is_some_and(|total| self.part.length < total) => {
                    return Ok(End::Broke("the server gave only a piece".to_owned()));
                }
                Ok(0) => return Ok(End::Whole),
                Ok(count) => self.part.append(&buffer[..count])?,
                Err(error) => {
                    return Ok(End::Broke(self.client.reason(&Error::from(error))));
                }
            }
            if self.pace.is_due() {
                self.progress();
            }
        }
    }

    /// After a break: another request if the last one gave something new; else one more, and no other.
    fn go_on(&mut self, why: &str) -> Result<()> {
        if self.part.length > self.reach {
            self.reach = self.part.length;
            self.fruitless = false;
            self.note(&format!(
                "the connection broke after {} ({why}); going on from there",
                self.place()
            ));
        } else if self.fruitless {
            return out_of_reach(format!("{why}; {}", self.kept()));
        } else {
            self.fruitless = true;
            self.note(&format!("{why}; trying once more"));
            thread::sleep(self.client.pause);
        }
        Ok(())
    }

    /// Throws away a file with the wrong digest. One that was pieced together may be of two versions of the file: it is
    /// started over, once.
    fn reject(&mut self) -> Result<()> {
        let found = self.part.digest();
        if self.resumed && !self.restarted {
            self.restarted = true;
            self.reach = 0;
            return self.start_over(&format!(
                "what was resumed is another file now, its SHA-256 is {found}"
            ));
        }
        self.part.remove()?;
        bail!(
            "its SHA-256 is {found}, but {} is wanted: nothing was kept. If a second run says the same, the published file was \
             replaced: compare with the digest that upstream publishes now",
            self.sha256
        )
    }

    fn start_over(&mut self, why: &str) -> Result<()> {
        self.note(&format!("{why}; starting over"));
        self.resumed = false;
        if self.requests == 1 {
            // What an earlier run left says nothing of how far this server's answers go.
            self.reach = 0;
        }
        self.part.clear()
    }

    /// How far it has come, for people.
    fn place(&self) -> String {
        let done = size(self.part.length);
        match self.plausible_total() {
            Some(total) => format!("{done} of {}", size(total)),
            None => done,
        }
    }

    /// What an error leaves behind, and what to do then.
    fn kept(&self) -> String {
        match self.part.length {
            0 => "nothing has come: check the network, then run it again".to_owned(),
            length => format!(
                "{} are kept: run it again to go on from there",
                size(length)
            ),
        }
    }

    fn note(&self, text: &str) {
        (self.report)(Word::Note(text));
    }

    fn progress(&self) {
        (self.report)(Word::Progress {
            done: self.part.length,
            total: self.plausible_total(),
        });
    }

    /// What the server says of the whole length, unless more has come already.
    fn plausible_total(&self) -> Option<u64> {
        self.total.filter(|total| *total >= self.part.length)
    }
}

/// The first byte and the whole file's length in `Content-Range: bytes FIRST-LAST/LENGTH` (RFC 9110, 14.4).
fn content_range(response: &Response<Body>) -> (Option<u64>, Option<u64>) {
    let value = response.headers().get(header::CONTENT_RANGE);
    let range = value
        .and_then(|value| value.to_str().ok()?.strip_prefix("bytes "))
        .and_then(|range| range.split_once('/'));
    let Some((bytes, length)) = range else {
        return (None, None);
    };
    let first = bytes.split_once('-').map(|(first, _)| first);
    (
        first.and_then(|first| first.trim().parse().ok()),
        length.trim().parse().ok(),
    )
}

/// An answer that begins at `start`, where `have` was asked for.
fn misplaced(have: u64, start: Option<u64>) -> End {
    let start = match start {
        Some(start) => format!("byte {start}"),
        None => "an unknown byte".to_owned(),
    };
    let why = format!("the server was asked for bytes from {have} on and began at {start}");
    if have > 0 {
        End::NoRest(why)
    } else {
        End::Broke(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_never_becomes_http() {
        // ureq asks this of every URL, those of redirects among them.
        let agent = Client::default().agent("HTTPS://127.0.0.1:1/image");
        let refused = agent.get("http://127.0.0.1:1/image").call();
        assert!(
            matches!(refused, Err(Error::RequireHttpsOnly(_))),
            "{refused:?}"
        );
    }
}

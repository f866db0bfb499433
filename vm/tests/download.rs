//! Downloads from a server that does to them what networks do: breaks off, stalls, lies, redirects, and serves other bytes.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use vm::download::{Client, Word};

/// The published file, which fits on a screen when a test fails.
fn image() -> Vec<u8> {
    (0..1000_u32)
        .map(|place| (place * 31 % 251) as u8)
        .collect()
}

/// Other bytes of the same length.
fn other() -> Vec<u8> {
    image().iter().rev().copied().collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One answer of the server, to one connection.
#[derive(Clone)]
struct Answer {
    status: &'static str,
    headers: Vec<String>,
    body: Vec<u8>,
    /// How many bytes of the body are really sent; all, if `None`.
    sent: Option<usize>,
    then: Then,
    /// Is the connection a proxy's, on which the answer comes to the second request?
    tunnelled: bool,
}

/// What the server does after the bytes it sends.
#[derive(Clone, Copy)]
enum Then {
    Close,
    StaySilent,
    GoOnForever,
}

fn answer(status: &'static str, body: &[u8]) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: body.to_vec(),
        sent: None,
        then: Then::Close,
        tunnelled: false,
    }
    .claiming(body.len())
}

fn whole() -> Answer {
    answer("200 OK", &image())
}

/// What `bytes={from}-` asks for.
fn rest(from: usize) -> Answer {
    rest_of(&image(), from)
}

fn rest_of(file: &[u8], from: usize) -> Answer {
    let range = format!(
        "Content-Range: bytes {from}-{}/{}",
        file.len() - 1,
        file.len()
    );
    answer("206 Partial Content", &file[from..]).header(range)
}

fn redirect(location: &str) -> Answer {
    answer("302 Found", b"").header(format!("Location: {location}"))
}

/// Bytes that are sent as they are.
fn raw(bytes: &[u8]) -> Answer {
    Answer {
        status: "",
        ..answer("", bytes)
    }
}

impl Answer {
    fn header(mut self, line: String) -> Answer {
        self.headers.push(line);
        self
    }

    /// Says that its body has `length` bytes, true or not.
    fn claiming(mut self, length: usize) -> Answer {
        self = self.without_length();
        self.header(format!("Content-Length: {length}"))
    }

    fn without_length(mut self) -> Answer {
        self.headers
            .retain(|line| !line.starts_with("Content-Length"));
        self
    }

    /// Sends the body in chunks of 300 bytes.
    fn chunked(mut self) -> Answer {
        let chunks = self.body.chunks(300).chain([&[][..]]);
        self.body = chunks
            .flat_map(|chunk| {
                [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat()
            })
            .collect();
        self.without_length()
            .header("Transfer-Encoding: chunked".to_owned())
    }

    /// Breaks off after `sent` bytes of the body.
    fn cut(mut self, sent: usize) -> Answer {
        self.sent = Some(sent);
        self
    }

    fn then(mut self, then: Then) -> Answer {
        self.then = then;
        self
    }

    fn tunnelled(mut self) -> Answer {
        self.tunnelled = true;
        self
    }

    fn send(&self, connection: &mut TcpStream) -> std::io::Result<()> {
        if !self.status.is_empty() {
            let headers: String = self
                .headers
                .iter()
                .map(|line| format!("{line}\r\n"))
                .collect();
            write!(connection, "HTTP/1.1 {}\r\n{headers}\r\n", self.status)?;
        }
        connection.write_all(&self.body[..self.sent.unwrap_or(self.body.len())])?;
        match self.then {
            Then::Close => Ok(()),
            // Until the client hangs up.
            Then::StaySilent => connection.read(&mut [0]).map(|_| ()),
            Then::GoOnForever => loop {
                connection.write_all(&[b"ffff\r\n", &[0; 0xffff][..], b"\r\n"].concat())?;
            },
        }
    }
}

/// A server that gives each connection its answer, and after the last one takes no more.
struct Server {
    address: String,
    /// The head of every request.
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answers: Vec<Answer>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for answer in answers {
                let (mut connection, _) = listener.accept().unwrap();
                // A test that hangs fails within this time.
                connection
                    .set_read_timeout(Some(Duration::from_secs(20)))
                    .unwrap();
                seen.lock().unwrap().push(head(&connection));
                if answer.tunnelled {
                    connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
                    seen.lock().unwrap().push(head(&connection));
                }
                // The client may hang up before all is sent.
                let _ = answer.send(&mut connection);
            }
        });
        Server { address, requests }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked for, as `/image`, or as `/image 400-` for what is missing after 400 bytes.
    fn asked(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let short = |head: &String| {
            let path = head.split(' ').nth(1).unwrap_or("?").to_owned();
            match head.to_lowercase().split_once("range: bytes=") {
                Some((_, range)) => format!("{path} {}", range.lines().next().unwrap_or("?")),
                None => path,
            }
        };
        requests.iter().map(short).collect()
    }
}

/// A request, up to the empty line.
fn head(connection: &TcpStream) -> String {
    let mut lines = String::new();
    let mut reader = BufReader::new(connection);
    while !lines.ends_with("\r\n\r\n") && reader.read_line(&mut lines).unwrap_or(0) > 0 {}
    lines
}

/// A client that does not pause, and takes no proxy from this host.
fn client() -> Client {
    Client {
        pause: Duration::ZERO,
        limit: 4 << 20,
        proxy: None,
        ..Client::default()
    }
}

/// One that does not wait long for a silent server either.
fn impatient() -> Client {
    Client {
        stall: Duration::from_millis(300),
        ..client()
    }
}

/// What came of a download.
#[derive(Debug)]
struct Outcome {
    asked: Vec<String>,
    notes: Vec<String>,
    error: Option<String>,
    /// How many bytes are on disk, if there is a file.
    left: Option<usize>,
}

/// Downloads `/image` from a server with these answers; `there` is what an earlier run left.
fn download(there: &[u8], answers: Vec<Answer>) -> Outcome {
    download_with(&client(), there, answers)
}

fn download_with(client: &Client, there: &[u8], answers: Vec<Answer>) -> Outcome {
    let server = Server::start(answers);
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part");
    if !there.is_empty() {
        fs::write(&part, there).unwrap();
    }
    let notes = RefCell::new(Vec::new());
    let last = Cell::new(None);
    let result = client.fetch(
        &server.url("/image"),
        &sha256(&image()),
        &part,
        &|word| match word {
            Word::Note(note) => notes.borrow_mut().push(note.to_owned()),
            Word::Progress { done, total } => last.set(Some((done, total))),
        },
    );
    let left = fs::read(&part).ok();
    if result.is_ok() {
        assert_eq!(left, Some(image()), "what is on disk");
        assert_eq!(last.get(), Some((1000, Some(1000))), "the last progress");
    }
    let error = result.err().map(|error| format!("{error:#}"));
    if let Some(error) = &error {
        let start = format!("downloading {}: ", server.url("/image"));
        assert!(error.starts_with(&start), "names the URL: {error}");
    }
    Outcome {
        asked: server.asked(),
        notes: notes.into_inner(),
        error,
        left: left.map(|bytes| bytes.len()),
    }
}

impl Outcome {
    #[track_caller]
    fn asked<const N: usize>(self, expected: [&str; N]) -> Outcome {
        assert_eq!(self.asked, expected, "requests; {self:?}");
        self
    }

    #[track_caller]
    fn noted<const N: usize>(self, expected: [&str; N]) -> Outcome {
        assert_eq!(self.notes, expected, "notes; {self:?}");
        self
    }

    #[track_caller]
    fn came_whole(self) {
        assert_eq!(self.error, None, "{self:?}");
    }

    /// It failed with these words, and left so many bytes.
    #[track_caller]
    fn failed(self, words: &[&str], left: Option<usize>) {
        let error = self.error.expect("the download failed");
        for word in words {
            assert!(error.contains(word), "`{word}` in `{error}`");
        }
        assert_eq!(self.left, left, "bytes left");
    }
}

const GOING_ON: &str = "the connection broke after 400 bytes of 1000 bytes (the connection ended early); going on from there";

#[test]
fn a_file_comes_whole_at_once() {
    download(b"", vec![whole()])
        .asked(["/image"])
        .noted([])
        .came_whole();
    download(b"", vec![whole().without_length()])
        .asked(["/image"])
        .noted([])
        .came_whole();
    download(b"", vec![whole().chunked()])
        .asked(["/image"])
        .noted([])
        .came_whole();
}

#[test]
fn a_file_that_is_there_is_only_verified() {
    download(&image(), vec![])
        .asked([])
        .noted(["an earlier run has downloaded it whole"])
        .came_whole();
}

#[test]
fn an_earlier_run_is_resumed_and_only_what_is_missing_is_asked_for() {
    download(&image()[..400], vec![rest(400)])
        .asked(["/image 400-"])
        .noted(["resuming at 400 bytes of 1000 bytes"])
        .came_whole();
}

#[test]
fn a_break_is_said_and_the_download_goes_on_from_there() {
    download(b"", vec![whole().cut(400), rest(400)])
        .asked(["/image", "/image 400-"])
        .noted([GOING_ON])
        .came_whole();
    // Each answer brings something new: 8 breaks are not too many.
    let mut answers = vec![whole().cut(100)];
    answers.extend((1..9).map(|hundreds| rest(hundreds * 100).cut(100)));
    answers.push(rest(900));
    let outcome = download(b"", answers);
    assert_eq!(outcome.notes.len(), 9);
    assert_eq!(outcome.asked.last().unwrap(), "/image 900-");
    outcome.came_whole();
    // In the middle of a chunk.
    download(b"", vec![whole().chunked().cut(412), rest(400)])
        .asked(["/image", "/image 400-"])
        .noted(["the connection broke after 400 bytes (the connection ended early); going on from there"])
        .came_whole();
}

#[test]
fn a_break_that_brought_nothing_new_is_followed_by_one_more_request() {
    download(b"", vec![raw(b""), whole()])
        .asked(["/image", "/image"])
        .noted(["the connection ended early; trying once more"])
        .came_whole();
    download(b"", vec![whole().cut(0), raw(b"")])
        .asked(["/image", "/image"])
        .noted(["the connection ended early; trying once more"])
        .failed(
            &["the connection ended early; nothing has come: check the network, then run it again"],
            Some(0),
        );
    download(
        b"",
        vec![whole().cut(400), rest(400).cut(0), rest(400).cut(0)],
    )
    .asked(["/image", "/image 400-", "/image 400-"])
    .noted([GOING_ON, "the connection ended early; trying once more"])
    .failed(
        &["400 bytes are kept: run it again to go on from there"],
        Some(400),
    );
    // The server is not there any more.
    download(b"", vec![whole().cut(400)])
        .asked(["/image"])
        .failed(&["Connection refused", "400 bytes are kept"], Some(400));
}

#[test]
fn a_download_is_given_up_after_so_many_requests() {
    let client = Client {
        attempts: 3,
        ..client()
    };
    let answers = vec![whole().cut(100), rest(100).cut(100), rest(200).cut(100)];
    download_with(&client, b"", answers)
        .asked(["/image", "/image 100-", "/image 200-"])
        .failed(
            &["after 3 requests it is still not whole; 300 bytes are kept"],
            Some(300),
        );
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let silent = |answer: Answer| answer.then(Then::StaySilent);
    download_with(&impatient(), b"", vec![silent(whole().cut(400)), rest(400)])
        .asked(["/image", "/image 400-"])
        .noted(["the connection broke after 400 bytes of 1000 bytes (the server was silent for 300ms); going on from there"])
        .came_whole();
    // Before the answer's first byte, and in the middle of its head.
    download_with(
        &impatient(),
        b"",
        vec![
            silent(raw(b"")),
            silent(raw(b"HTTP/1.1 200 OK\r\nContent-")),
        ],
    )
    .asked(["/image", "/image"])
    .noted(["the server was silent for 300ms; trying once more"])
    .failed(
        &["the server was silent for 300ms; nothing has come"],
        Some(0),
    );
}

#[test]
fn what_the_server_says_of_the_length_decides_nothing() {
    // Too long a length, and the connection closed or left open after the last byte.
    let long = whole().claiming(2000);
    download(b"", vec![long.clone()])
        .asked(["/image"])
        .noted([])
        .came_whole();
    download_with(&impatient(), b"", vec![long.then(Then::StaySilent)])
        .asked(["/image"])
        .noted([])
        .came_whole();
    // Too short a length ends the file: what follows is not part of the answer.
    download(b"", vec![whole().claiming(600)])
        .asked(["/image"])
        .failed(
            &[
                "nothing was kept",
                &sha256(&image()[..600]),
                &sha256(&image()),
            ],
            None,
        );
    // Of the rest, it shows.
    download(&image()[..400], vec![rest(400).claiming(100), rest(500)])
        .asked(["/image 400-", "/image 500-"])
        .noted([
            "resuming at 400 bytes of 1000 bytes",
            "the connection broke after 500 bytes of 1000 bytes (the server gave only a piece); going on from there",
        ])
        .came_whole();
}

#[test]
fn an_endless_answer_is_stopped() {
    let endless = answer("200 OK", b"")
        .chunked()
        .cut(0)
        .then(Then::GoOnForever);
    download(b"", vec![endless]).asked(["/image"]).failed(
        &["it is longer than 4.0 MiB, and no image is: nothing was kept"],
        None,
    );
}

#[test]
fn a_redirect_is_followed_with_the_range() {
    for location in ["/mirror/image", "mirror/image"] {
        download(&image()[..400], vec![redirect(location), rest(400)])
            .asked(["/image 400-", "/mirror/image 400-"])
            .noted(["resuming at 400 bytes of 1000 bytes"])
            .came_whole();
    }
    download(b"", vec![redirect("/image"); 11])
        .asked(["/image"; 11])
        .noted([])
        .failed(&["it redirects more than 10 times"], Some(0));
    download(b"", vec![answer("302 Found", b"nowhere"); 2])
        .asked(["/image"; 2])
        .failed(&["missing a location header"], Some(0));
}

#[test]
fn wrong_bytes_are_not_kept() {
    let wrong = answer("200 OK", &other());
    download(b"", vec![wrong])
        .asked(["/image"])
        .noted([])
        .failed(
            &[
                &format!(
                    "its SHA-256 is {}, but {} is wanted",
                    sha256(&other()),
                    sha256(&image())
                ),
                "nothing was kept",
            ],
            None,
        );
}

#[test]
fn a_file_that_changed_between_two_runs_is_started_over_once() {
    let mixed = [&other()[..400], &image()[400..]].concat();
    let resuming = "resuming at 400 bytes of 1000 bytes";
    let changed = format!(
        "what was resumed is another file now, its SHA-256 is {}; starting over",
        sha256(&mixed)
    );
    download(&mixed[..400], vec![rest(400), whole()])
        .asked(["/image 400-", "/image"])
        .noted([resuming, &changed])
        .came_whole();
    // Between two answers of one run, and then the server is wrong again.
    let wrong = answer("200 OK", &other());
    let answers = vec![wrong.clone().cut(400), rest(400), wrong.cut(400), rest(400)];
    download(b"", answers)
        .asked(["/image", "/image 400-", "/image", "/image 400-"])
        .noted([GOING_ON, &changed, GOING_ON])
        .failed(
            &[&sha256(&mixed), &sha256(&image()), "nothing was kept"],
            None,
        );
    // What is there is longer than the file.
    let longer = [image(), image()].concat();
    download(
        &longer,
        vec![answer("416 Range Not Satisfiable", b""), whole()],
    )
    .asked(["/image 2000-", "/image"])
    .noted(["the server has nothing beyond 2.0 KiB; starting over"])
    .came_whole();
}

#[test]
fn a_server_that_does_not_resume_is_asked_for_all() {
    let there = &image()[..400];
    let not = "the server does not resume; starting over";
    download(there, vec![whole()])
        .asked(["/image 400-"])
        .noted([not])
        .came_whole();
    download(there, vec![rest(300), whole()])
        .asked(["/image 400-", "/image"])
        .noted(["the server was asked for bytes from 400 on and began at byte 300; starting over"])
        .came_whole();
    let no_range = answer("206 Partial Content", &image()[400..]);
    download(there, vec![no_range, whole()])
        .asked(["/image 400-", "/image"])
        .noted(["the server was asked for bytes from 400 on and began at an unknown byte; starting over"])
        .came_whole();
    // What it gives again is not new: this ends.
    download(b"", vec![whole().cut(400); 3])
        .asked(["/image", "/image 400-", "/image 400-"])
        .noted([
            GOING_ON,
            not,
            "the connection ended early; trying once more",
            not,
        ])
        .failed(&["400 bytes are kept"], Some(400));
    // How much an earlier run had does not count against the server.
    download(&image()[..900], vec![whole().cut(400), rest(400)])
        .asked(["/image 900-", "/image 400-"])
        .noted([not, GOING_ON])
        .came_whole();
}

#[test]
fn a_refusal_is_final_and_a_failure_of_the_server_is_not() {
    download(&image()[..400], vec![answer("404 Not Found", b"gone")])
        .asked(["/image 400-"])
        .noted([])
        .failed(
            &[
                "the server answered 404 Not Found for http://127.0.0.1:",
                "/image",
            ],
            Some(400),
        );
    let down = answer("503 Service Unavailable", b"");
    let outcome = download(b"", vec![down.clone(), whole()]).asked(["/image", "/image"]);
    let [note] = &outcome.notes[..] else {
        panic!("{outcome:?}")
    };
    assert!(
        note.starts_with("the server answered 503 Service Unavailable for http://127"),
        "{note}"
    );
    assert!(note.ends_with("; trying once more"), "{note}");
    outcome.came_whole();
    download(b"", vec![down.clone(), down])
        .asked(["/image", "/image"])
        .failed(&["the server answered 503 Service Unavailable"], Some(0));
    download(b"", vec![answer("204 No Content", b"")])
        .asked(["/image"])
        .failed(&["the server answered 204 No Content"], Some(0));
}

#[test]
fn what_is_not_http_is_said_harmlessly() {
    let outcome =
        download(b"", vec![raw(b"\x1b[2JSSH-2.0-OpenSSH\r\n\r\n"); 2]).asked(["/image"; 2]);
    assert!(
        outcome.notes[0].starts_with("the answer was not HTTP"),
        "{outcome:?}"
    );
    assert!(!format!("{:?}{:?}", outcome.notes, outcome.error).contains('\x1b'));
    outcome.failed(&["the answer was not HTTP"], Some(0));
}

#[test]
fn nothing_is_ever_decoded() {
    let server = Server::start(vec![whole().header("Content-Encoding: gzip".to_owned())]);
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part");
    client()
        .fetch(&server.url("/image"), &sha256(&image()), &part, &|_| ())
        .unwrap();
    let head = server.requests.lock().unwrap()[0].to_lowercase();
    assert!(head.contains("accept-encoding: identity"), "{head}");
}

#[test]
fn progress_is_told_at_a_pace() {
    // More than is written at once, many times over.
    let file: Vec<u8> = (0..3_000_000_u32).map(|place| (place / 7) as u8).collect();
    let server = Server::start(vec![answer("200 OK", &file)]);
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part");
    let start = Instant::now();
    let told = Cell::new(0);
    client()
        .fetch(&server.url("/image"), &sha256(&file), &part, &|word| {
            assert!(matches!(word, Word::Progress { .. }), "{word:?}");
            told.set(told.get() + 1);
        })
        .unwrap();
    assert!(fs::read(&part).unwrap() == file, "what is on disk");
    let most = 2 + start.elapsed().as_millis() / 200;
    assert!((2..=most).contains(&told.get()), "{} reports", told.get());
}

/// Asks a server with these answers for the published digest of `/images/disk.raw.xz`.
fn published(answers: Vec<Answer>) -> (Vec<String>, Result<String, String>) {
    let server = Server::start(answers);
    let digest = client().published_digest(&server.url("/images/disk.raw.xz?a=b"), &|_| ());
    (server.asked(), digest.map_err(|error| format!("{error:#}")))
}

#[test]
fn the_published_digest_is_in_the_list_beside_the_file() {
    let digest = sha256(b"a disk");
    let upper = digest.to_uppercase();
    let list = format!(
        "SHA256 (disk.raw) = {}\r\nSHA256 (disk.raw.xz) = {upper}\r\n",
        sha256(b"x")
    );
    let list = answer("200 OK", list.as_bytes());
    let (asked, found) = published(vec![list.clone().cut(20), list]);
    assert_eq!(asked, ["/images/CHECKSUM.SHA256"; 2]);
    assert_eq!(found, Ok(digest));
}

#[test]
fn a_list_without_the_digest_is_an_error() {
    let lists: [(Vec<u8>, &str); 5] = [
        (
            format!("SHA256 (disk.raw) = {}\n", sha256(b"x")).into(),
            "it does not list disk.raw.xz; it lists disk.raw and others",
        ),
        (
            b"SHA256 (disk.raw.xz) = d41d8\x1b[2J\n".into(),
            "what it gives for disk.raw.xz is no SHA-256: `d41d8\\u{1b}[2J`",
        ),
        (
            b"<html>Please log in".into(),
            "it is no list of digests: it begins with `<html>Please log in`",
        ),
        (b"".into(), "it is no list of digests"),
        (vec![b'x'; (1 << 20) + 1], "it is longer than 1.0 MiB"),
    ];
    for (list, words) in lists {
        let (asked, found) = published(vec![answer("200 OK", &list)]);
        assert_eq!(asked, ["/images/CHECKSUM.SHA256"]);
        let error = found.unwrap_err();
        assert!(error.contains("/images/CHECKSUM.SHA256: "), "{error}");
        assert!(error.contains(words), "`{words}` in `{error}`");
    }
    let (_, found) = published(vec![answer("404 Not Found", b"")]);
    assert!(
        found
            .unwrap_err()
            .contains("the server answered 404 Not Found")
    );
    for url in [
        "disk.raw.xz",
        "http://host",
        "http://host/",
        "http://host/images/",
    ] {
        let error = client().published_digest(url, &|_| ()).unwrap_err();
        assert!(
            error.to_string().contains("is not the URL of a file"),
            "{error:#}"
        );
    }
}

/// What [`in_a_child`] is to do: `URL SHA256 PART`.
const CHILD: &str = "SIGMATRIX_TEST_DOWNLOAD";

/// Not a test: a download in a process of its own, with an environment of its own, for the tests below.
#[test]
#[ignore = "it is run by other tests"]
fn in_a_child() {
    let Ok(order) = std::env::var(CHILD) else {
        return;
    };
    let [url, sha256, part] = order.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{CHILD} is `{order}`")
    };
    let client = Client {
        pause: Duration::ZERO,
        ..Client::default()
    };
    client.fetch(url, sha256, Path::new(part), &|_| ()).unwrap();
}

fn start_child(url: &str, part: &Path, environment: &[(&str, String)]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "in_a_child", "--ignored", "--nocapture"]);
    for proxy in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    let order = format!("{url} {} {}", sha256(&image()), part.display());
    command
        .env(CHILD, order)
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_download_is_resumed_where_it_was() {
    let server = Server::start(vec![whole().cut(400).then(Then::StaySilent), rest(400)]);
    let folder = tempfile::tempdir().unwrap();
    let part: PathBuf = folder.path().join("part");
    let mut child = start_child(&server.url("/image"), &part, &[]);
    let start = Instant::now();
    while fs::metadata(&part).map_or(0, |part| part.len()) < 400 {
        assert!(start.elapsed() < Duration::from_secs(20), "nothing comes");
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (url, digest) = (server.url("/image"), sha256(&image()));
    client().fetch(&url, &digest, &part, &|_| ()).unwrap();
    assert_eq!(server.asked(), ["/image", "/image 400-"]);
    assert_eq!(fs::read(&part).unwrap(), image());
}

/// Downloads in a child with this environment; what it said on stderr if it failed.
fn through(url: &str, environment: &[(&str, String)]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let child = start_child(url, &folder.path().join("part"), environment);
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    for variable in ["ALL_PROXY", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY"] {
        let proxy = Server::start(vec![whole().tunnelled()]);
        // A name that only the proxy could know: names under .invalid are never found (RFC 6761, 6.4).
        through("http://images.invalid/image", &[(variable, proxy.url(""))]).unwrap();
        assert_eq!(proxy.asked(), ["images.invalid:80", "/image"], "{variable}");
    }
    // https goes no other way.
    let proxy = Server::start(vec![answer("403 Forbidden", b""); 2]);
    let error = through(
        "https://images.invalid/image",
        &[("HTTPS_PROXY", proxy.url(""))],
    );
    assert_eq!(proxy.asked(), ["images.invalid:443"; 2]);
    let (error, words) = (error.unwrap_err(), "/image through the proxy 127.0.0.1:");
    assert!(error.contains(words), "`{words}` in `{error}`");
}

#[test]
fn hosts_without_a_proxy_are_asked_directly() {
    let server = Server::start(vec![whole()]);
    let environment = [
        ("ALL_PROXY", "http://proxy.invalid:3128".to_owned()),
        ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
    ];
    through(&server.url("/image"), &environment).unwrap();
    assert_eq!(server.asked(), ["/image"]);
}

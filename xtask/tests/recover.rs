//! What becomes of a run that is killed while it brings an image up, and of one whose images cannot be had: the next run
//! goes on where the killed one was, says what that had left, and nothing runs on.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use liblzma::read::XzEncoder;
use sha2::{Digest, Sha256};
use vm::{Cache, Image, layers};

use common::{Project, await_gone, await_that, text};

/// A test for images that never come up.
const TEST: &str = "/*---\ntitle: it is never built\n---*/\n";

/// What has to come soon: on a busy machine it does not come at once.
const SOON: Duration = Duration::from_secs(60);

/// Disks that no system is on, compressed: xz streams, one after the other, each of the same pseudo-random 4 MiB. Each
/// takes about a tenth of a second to unpack, which is why there are two bits to a byte.
fn compressed(streams: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let disk: Vec<u8> = (0..STREAM)
        .map(|_| {
            // xorshift64 (Marsaglia, 2003).
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state & 3) as u8 + 1
        })
        .collect();
    let mut stream = Vec::new();
    XzEncoder::new(&disk[..], 0)
        .read_to_end(&mut stream)
        .unwrap();
    stream.repeat(streams)
}

/// What is inside one of them, bytes.
const STREAM: u64 = 4 << 20;

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A server of one file, honest, that takes so many requests for it and is gone then. Requests for the list of digests
/// beside it do not count.
struct Server {
    url: String,
    /// From which byte on each request wanted the file.
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    /// `silent` has an item a request: after how many bytes of the file it goes silent, if it does.
    fn start(file: Vec<u8>, silent: Vec<Option<usize>>) -> Server {
        Server::with_list(file, silent, String::new())
    }

    /// The same, with what the list of digests says.
    fn with_list(file: Vec<u8>, silent: Vec<Option<usize>>, list: String) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/disk.raw.xz", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            let mut silent = silent.into_iter();
            while silent.len() > 0 {
                let (mut connection, _) = listener.accept().unwrap();
                // The client may be killed before all is sent.
                let _ = match wanted(&connection) {
                    None => serve(&mut connection, list.as_bytes(), 0, None),
                    Some(from) => {
                        seen.lock().unwrap().push(from);
                        serve(&mut connection, &file, from, silent.next().unwrap())
                    }
                };
            }
        });
        Server { url, asked }
    }

    /// The address of one that is gone already.
    fn gone() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/disk.raw.xz", listener.local_addr().unwrap());
        Server {
            url,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }
}

/// The first byte of the file that a request wants; `None`: it wants the list of digests.
fn wanted(connection: &TcpStream) -> Option<usize> {
    let lines = BufReader::new(connection).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    if head[0].contains("CHECKSUM.SHA256") {
        return None;
    }
    let range = head.iter().find_map(|line| {
        let line = line.to_lowercase();
        let range = line.strip_prefix("range: bytes=")?.strip_suffix('-')?;
        range.parse().ok()
    });
    Some(range.unwrap_or(0))
}

fn serve(
    connection: &mut TcpStream,
    file: &[u8],
    from: usize,
    silent: Option<usize>,
) -> std::io::Result<()> {
    let length = file.len();
    let status = match from {
        0 => "200 OK".to_owned(),
        from => format!(
            "206 Partial Content\r\nContent-Range: bytes {from}-{}/{length}",
            length - 1
        ),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
        length - from
    )?;
    connection.write_all(&file[from..silent.unwrap_or(length)])?;
    if silent.is_some() {
        // Until the client hangs up.
        connection.read_to_end(&mut Vec::new())?;
    }
    Ok(())
}

/// A checkout with one test, and a cache of its own in which nothing is.
fn project() -> Project {
    let mut project = Project::bare();
    project.write("tests/family/test.c", TEST);
    let cache = project.root().join("cache");
    keep_in(&mut project, &cache);
    project
}

/// Moves a project's cache, and takes it off whatever proxy this host has.
fn keep_in(project: &mut Project, cache: &Path) {
    project.environment = vec![
        (vm::cache::CACHE_VARIABLE, cache.into()),
        ("NO_PROXY", "127.0.0.1".into()),
        ("no_proxy", "127.0.0.1".into()),
    ];
}

/// Adds an image that is published by `server`, and is run by default.
fn publish(project: &Project, name: &str, server: &Server, sha256: &str) {
    let Server { url, .. } = server;
    let image = format!(
        "title: {name}\nos: freebsd\ndefault: true\nbase:\n  download: {{url: '{url}', sha256: {sha256}}}\n"
    );
    project.write(&format!("images/{name}.yaml"), &image);
}

/// The texts of the latest run's notes.
fn notes(project: &Project) -> Vec<String> {
    values(project, "note", "text")
}

/// The phases of the latest run.
fn phases(project: &Project) -> Vec<String> {
    values(project, "phase-started", "phase")
}

fn values(project: &Project, event: &str, key: &str) -> Vec<String> {
    let events = project.events().into_iter();
    events
        .filter(|happened| happened["event"] == event)
        .map(|happened| happened[key].as_str().unwrap().to_owned())
        .collect()
}

/// What the next run says of a killed one.
fn removed(what: &str) -> String {
    format!("a run that was killed had left {what}: removed")
}

/// The names in a folder of a cache.
fn names(cache: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(cache.join(folder)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// How long a file is; 0 if it is not there.
fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

#[test]
fn a_run_killed_while_it_downloads_is_followed_by_one_that_asks_for_the_rest() {
    let file = compressed(1);
    let (digest, half) = (sha256(&file), file.len() / 2);
    let server = Server::start(file, vec![Some(half), None]);
    let project = project();
    let cache = project.root().join("cache");
    publish(&project, "garbage", &server, &digest);
    let matrix = ["--image", "garbage", "--accel", "tcg"];

    let run = project.start(&matrix);
    let part = cache.join("downloads").join(&digest);
    await_that("half of it has come", SOON, || length(&part) == half as u64);
    run.kill();
    assert_eq!(phases(&project), ["download"]);

    let run = project.start(&matrix);
    run.await_event("phase-started", Some("prepare"));
    assert_eq!(server.asked(), [0, half]);
    assert_eq!(phases(&project), ["download", "unpack", "prepare"]);
    let [left, resuming] = &notes(&project)[..] else {
        panic!("{:?}", notes(&project))
    };
    assert_eq!(*left, removed("its base layer, half made"));
    assert!(resuming.starts_with("resuming at "), "{resuming}");
    assert!(names(&cache, "downloads").is_empty(), "it is a layer now");

    await_that("a guest runs", SOON, || !run.guests().is_empty());
    let guests = run.guests();
    run.interrupt();
    let (status, said) = run.end();
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("interrupted: ending the guests"), "{said}");
    await_gone(&guests);
}

#[test]
fn a_run_killed_while_it_unpacks_is_followed_by_one_that_needs_no_server() {
    let streams = 40;
    let file = compressed(streams);
    let digest = sha256(&file);
    let server = Server::start(file, vec![None]);
    let project = project();
    let cache = project.root().join("cache");
    publish(&project, "garbage", &server, &digest);
    let matrix = ["--image", "garbage", "--accel", "tcg"];
    let whole = streams as u64 * STREAM;
    let staged = || -> Option<PathBuf> {
        let [folder] = &names(&cache, "staging")[..] else {
            return None;
        };
        Some(cache.join("staging").join(folder).join("layer/disk"))
    };

    let run = project.start(&matrix);
    run.await_event("phase-started", Some("unpack"));
    await_that("some of it is unpacked", SOON, || {
        staged().is_some_and(|disk| length(&disk) > whole / 8)
    });
    run.kill();
    let disk = staged().unwrap();
    assert!(length(&disk) < whole, "killed too late for this test");

    let run = project.start(&matrix);
    run.await_event("phase-started", Some("prepare"));
    run.kill();
    assert_eq!(server.asked(), [0], "the server is gone, and not missed");
    assert_eq!(phases(&project), ["download", "unpack", "prepare"]);
    let expected = [
        removed("its base layer, half made"),
        "an earlier run has downloaded it whole".to_owned(),
    ];
    assert_eq!(notes(&project), expected);
    let [base] = &names(&cache, "base")[..] else {
        panic!("{:?}", names(&cache, "base"))
    };
    assert_eq!(length(&cache.join("base").join(base).join("disk")), whole);
}

/// The base layer of Debian 13 in the cache that all tests share, made if it is not there.
fn debian() -> (Cache, PathBuf) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../images");
    let images = Image::load_all(&real).unwrap();
    let image = images.iter().find(|image| image.name == "debian-13");
    let cache = Cache::open().unwrap();
    let keys = layers::keys(&cache, image.unwrap()).unwrap();
    let base = cache.root().join("base").join(&keys[0]);
    if !base.exists() {
        let made = Project::new(&[]).run(&["exec", "debian-13", "--", "true"]);
        assert!(made.status.success(), "{}", text(&made));
    }
    (cache, base)
}

#[test]
fn a_run_killed_while_it_prepares_a_guest_leaves_none_and_the_next_one_is_fine() {
    let (shared, base) = debian();
    // Beside the layers: what is linked must be on the same filesystem.
    let cache = tempfile::Builder::new()
        .prefix("test-")
        .tempdir_in(shared.root())
        .unwrap();
    let cache = cache.path();
    let linked = cache.join("base").join(base.file_name().unwrap());
    fs::create_dir_all(&linked).unwrap();
    for entry in fs::read_dir(&base).unwrap() {
        let entry = entry.unwrap();
        fs::hard_link(entry.path(), linked.join(entry.file_name())).unwrap();
    }
    // What runs guests here was proved already.
    let proofs = "accelerators.json";
    let _ = fs::copy(shared.root().join(proofs), cache.join(proofs));
    let mut project = Project::new(&[]);
    keep_in(&mut project, cache);
    project.copy("tests/delivery/self-worker.c");
    project.copy("snapshots/debian-13/delivery/self-worker.c.snap");
    let matrix = ["--image", "debian-13", "--repeat", "1"];

    let run = project.start(&matrix);
    run.await_event("phase-started", Some("prepare"));
    let console = project
        .root()
        .join("target/matrix/latest/debian-13.console.prepare.log");
    await_that("its kernel speaks", SOON, || length(&console) > 0);
    let guests = run.guests();
    assert!(!guests.is_empty());
    run.kill();
    await_gone(&guests);
    assert!(names(cache, "prepared").is_empty());

    let (status, said) = project.start(&matrix).end();
    assert_eq!(status, Some(0), "{said}");
    let expected = [
        removed("its prepared layer, half made"),
        removed("a guest, and what it had written"),
    ];
    // What follows may be of a proof.
    assert!(
        notes(&project).starts_with(&expected),
        "{:?}",
        notes(&project)
    );
    // Guests with tests are primed with what was built in another.
    let builds = ["prepare", "warm", "resume", "build"];
    assert_eq!(
        phases(&project),
        [&builds[..], &["warm", "resume", "run"]].concat()
    );
    assert_eq!(values(&project, "cell-ended", "verdict"), ["same"]);
    for folder in ["staging", "run"] {
        assert!(names(cache, folder).is_empty(), "{folder} is not empty");
    }
}

/// Runs the matrix with these arguments: its status, and what it said.
fn matrix(project: &Project, arguments: &[&str]) -> (Option<i32>, String) {
    let output = project.run(&[&["matrix"], arguments].concat());
    (output.status.code(), text(&output))
}

#[test]
fn offline_what_is_not_in_the_cache_is_not_available() {
    let project = project();
    publish(&project, "pinned", &Server::gone(), &sha256(b"a disk"));
    project.write(
        "images/newest.yaml",
        "title: T\nos: freebsd\nbase: {download: {url: 'http://127.0.0.1:1/disk'}}\n",
    );
    for (name, reason) in [
        (
            "pinned",
            "its base layer is not in the cache, and --offline was given",
        ),
        (
            "newest",
            "its digest is not pinned, upstream was never asked for it, and --offline was given",
        ),
    ] {
        let (status, said) = matrix(&project, &["--offline", "--image", name]);
        assert_eq!(status, Some(3), "{said}");
        assert!(
            said.contains(&format!("\n{name}: not available: ")),
            "{said}"
        );
        assert!(said.contains(reason), "{said}");
    }
    // Only `pinned` is run by default.
    for (arguments, expected) in [(&["--offline"][..], 0), (&["--offline", "--strict"], 3)] {
        let (status, said) = matrix(&project, arguments);
        assert_eq!(status, Some(expected), "{said}");
        assert!(said.contains("\npinned: not available: "), "{said}");
    }
}

#[test]
fn an_image_out_of_reach_fails_the_run_only_when_it_was_asked_for() {
    let project = project();
    publish(&project, "away", &Server::gone(), &sha256(b"a disk"));
    let runs = [(&[][..], 0), (&["--strict"], 3), (&["--image", "away"], 3)];
    thread::scope(|scope| {
        for (arguments, expected) in runs {
            let project = &project;
            scope.spawn(move || {
                let (status, said) = matrix(project, arguments);
                assert_eq!(status, Some(expected), "{said}");
                assert!(said.contains("\naway: not available: "), "{said}");
                assert!(said.contains("Connection refused"), "{said}");
                let cache = project.root().join("cache");
                assert!(names(&cache, "downloads").is_empty(), "nothing has come");
            });
        }
    });
}

#[test]
fn another_file_than_the_published_one_fails_every_run() {
    let (file, wanted) = (b"another file".to_vec(), sha256(b"the published one"));
    let found = sha256(&file);
    let server = Server::start(file, vec![None]);
    let project = project();
    publish(&project, "other", &server, &wanted);
    let (status, said) = matrix(&project, &[]);
    assert_eq!(status, Some(3), "{said}");
    let words = format!("its SHA-256 is {found}, but {wanted} is wanted: nothing was kept");
    assert!(said.contains(&words), "{said}");
    let cache = project.root().join("cache");
    for folder in ["downloads", "base", "staging"] {
        assert!(names(&cache, folder).is_empty(), "{folder} is not empty");
    }
}

#[test]
fn a_digest_that_upstream_does_not_publish_is_told_before_the_download() {
    let (file, pinned) = (b"the new one".to_vec(), sha256(b"the old one"));
    let published = sha256(&file);
    let list = format!("SHA256 (disk.raw.xz) = {published}\n");
    let server = Server::with_list(file, vec![None], list);
    let project = project();
    publish(&project, "replaced", &server, &pinned);
    let (status, said) = matrix(&project, &[]);
    assert_eq!(status, Some(3), "{said}");
    let words =
        format!("is {published} in upstream's CHECKSUM.SHA256, and {pinned} in the image file");
    assert!(said.contains(&words), "{said}");
    assert!(server.asked().is_empty());
}

#[test]
fn a_file_that_cannot_stand_in_is_an_error_of_the_command_line() {
    let project = Project::new(&[("test.c", TEST)]);
    for (image, words) in [
        (
            "freebsd-15.1=/nowhere/disk",
            "finding the image file /nowhere/disk: No such file",
        ),
        (
            "debian-13=x",
            "`debian-13` is not downloaded, so no file can stand in for it",
        ),
        ("freebds-15.1=x", "did you mean `freebsd-15.1`?"),
    ] {
        let (status, said) = matrix(&project, &["--image", image]);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn an_unfinished_download_is_kept_as_long_as_an_image_wants_it() {
    let file = compressed(1);
    let digest = sha256(&file);
    let server = Server::start(file, vec![Some(1 << 20)]);
    let project = project();
    // Digests are written either way.
    publish(&project, "wanted", &server, &digest.to_uppercase());
    let run = project.start(&[]);
    let part = project.root().join("cache/downloads").join(&digest);
    await_that("some of it has come", SOON, || length(&part) == 1 << 20);
    let images = |arguments: &[&str]| {
        let output = project.run(&[&["images"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    images(&["prune", "--all"]);
    assert!(part.exists(), "it is under way");
    run.kill();

    let listed = images(&[]);
    let download = format!("\ndownload of {digest}, 1.00 MiB so far\n");
    assert!(listed.contains(&download), "{listed}");
    let left = removed("its base layer, half made");
    assert!(listed.contains(&format!("wanted: {left}\n")), "{listed}");
    let pruned = images(&["prune"]);
    assert!(!pruned.contains("unfinished"), "{pruned}");
    assert!(part.exists(), "an image wants it");

    fs::remove_file(project.root().join("images/wanted.yaml")).unwrap();
    let pruned = images(&["prune"]);
    assert!(
        pruned.contains("removed unfinished downloads, 1.00 MiB\n"),
        "{pruned}"
    );
    assert!(!part.exists());
    assert!(!images(&[]).contains("so far"));
}

//! Guests for tests, and what every guest promises.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use vm::accel::{Accelerator, Clock};
use vm::layers::{self, Options};
use vm::{Cache, End, Guest, Image, Limit, Lost, Shell, Stream};

/// The image of that name.
pub fn image(name: &str) -> Image {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../images");
    let images = Image::load_all(&folder).unwrap();
    images.into_iter().find(|image| image.name == name).unwrap()
}

/// A guest of that image that boots, and the folder of its logs.
pub fn boot(image: &Image) -> (Guest, tempfile::TempDir) {
    let (guest, logs) = try_boot(&Cache::open().unwrap(), image, None);
    (guest.unwrap(), logs)
}

/// The same, which may fail.
pub fn try_boot(
    cache: &Cache,
    image: &Image,
    accelerator: Option<Accelerator>,
) -> (anyhow::Result<Guest>, tempfile::TempDir) {
    let cold = |options| Options {
        accelerator,
        cold: true,
        ..options
    };
    let (guest, logs, _) = bring_up(cache, image, cold);
    (guest, logs)
}

/// A guest that was saved when it was up, and goes on from there; what was said meanwhile.
pub fn resume(cache: &Cache, image: &Image, clock: Clock) -> (Guest, tempfile::TempDir, String) {
    let (guest, logs, said) = bring_up(cache, image, |options| Options { clock, ..options });
    (guest.unwrap(), logs, said)
}

/// A guest of that image, with options changed by `with`; the folder of its logs, and what was said meanwhile.
pub fn bring_up(
    cache: &Cache,
    image: &Image,
    with: impl FnOnce(Options) -> Options,
) -> (anyhow::Result<Guest>, tempfile::TempDir, String) {
    let logs = tempfile::tempdir().unwrap();
    let options = with(Options {
        accelerator: None,
        clock: Clock::Real,
        cold: false,
        console_log: logs.path().join("console.log"),
        cpus: None,
        offline: false,
        primer: None,
    });
    let said = RefCell::new(String::new());
    let guest = layers::boot(cache, image, &options, &|step| {
        eprintln!("{step:?}");
        writeln!(said.borrow_mut(), "{step:?}").unwrap();
    });
    (guest, logs, said.into_inner())
}

/// How a command ended, and what it wrote.
fn output(guest: &mut Guest, command: &str) -> (End, Vec<u8>, Vec<u8>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let end = guest
        .exec(
            command,
            Limit::Total(Duration::from_secs(120)),
            &mut |stream, bytes| match stream {
                Stream::Out => out.extend(bytes),
                Stream::Err => err.extend(bytes),
            },
        )
        .unwrap();
    (end, out, err)
}

/// Two guests that go on from one saved state share nothing, and leave nothing there; one promises what a guest that
/// booted does.
pub fn go_on_and_share_nothing(image: &Image, interfaces: &str) {
    let cache = Cache::open().unwrap();
    let saved = || resume(&cache, image, Clock::Real).0;
    let mut guests = [saved(), saved()];
    for (own, guest) in guests.iter_mut().enumerate() {
        read(
            guest,
            &format!("echo {own} > /root/disk; echo {own} > /tmp/memory"),
        );
    }
    for (own, guest) in guests.iter_mut().enumerate() {
        let both = read(guest, "cat /root/disk /tmp/memory");
        assert_eq!(both, format!("{own}\n{own}\n"));
    }
    drop(guests);
    let clean = read(&mut saved(), "ls /root/disk /tmp/memory 2>&1 || echo clean");
    assert!(clean.ends_with("clean\n"), "{clean}");
    promises(saved(), interfaces);
}

/// What a command that must succeed prints.
pub fn read(guest: &mut Guest, command: &str) -> String {
    guest.read(command, Duration::from_secs(60)).unwrap()
}

/// How the guest was lost.
pub fn lost(result: anyhow::Result<End>) -> Lost {
    result.unwrap_err().downcast::<Lost>().unwrap()
}

/// A guest runs commands, takes files and powers off; `interfaces` is the command that lists its network interfaces.
pub fn promises(mut guest: Guest, interfaces: &str) {
    assert_eq!(
        output(&mut guest, "echo out; echo err >&2; exit 3"),
        (End::Exit(3), b"out\n".into(), b"err\n".into())
    );
    assert_eq!(output(&mut guest, "kill -KILL $$").0, End::Signal(9));
    assert_eq!(guest.read("id -u", Duration::from_secs(10)).unwrap(), "0\n");

    // Any byte passes, in order.
    let (end, out, _) = output(
        &mut guest,
        "head -c 300000 /dev/zero | tr '\\0' '\\377'; printf 'a\\000\\r\\n\\033z'",
    );
    assert_eq!(end, End::Exit(0));
    assert_eq!(out.len(), 300_006);
    assert!(out[..300_000].iter().all(|byte| *byte == 0xff));
    assert_eq!(&out[300_000..], b"a\0\r\n\x1bz");

    // A long command goes in whole.
    let word = "x".repeat(20_000);
    let (_, out, _) = output(&mut guest, &format!("echo {word}"));
    assert_eq!(out.len(), 20_001);

    // A command that outstays its limit is killed, also while it prints, and the guest is none the worse.
    let start = Instant::now();
    for command in ["sleep 600", "yes"] {
        let end = guest
            .exec(
                command,
                Limit::Total(Duration::from_secs(1)),
                &mut |_, _| {},
            )
            .unwrap();
        assert_eq!(end, End::Deadline);
    }
    let end = guest
        .exec(
            "echo a; sleep 600",
            Limit::Silence(Duration::from_secs(1)),
            &mut |_, _| {},
        )
        .unwrap();
    assert_eq!(end, End::Deadline);
    assert!(start.elapsed() < Duration::from_secs(60));

    // Files go in, and those of a second time are not hidden by the first.
    for content in ["first", "second"] {
        guest
            .put(&layers::archive([("some/file", content.as_bytes())]).unwrap())
            .unwrap();
        let folder = guest.folder().to_owned();
        let (end, out, _) = output(&mut guest, &format!("cat {folder}/some/file"));
        assert_eq!((end, out), (End::Exit(0), content.into()));
    }

    // Files of any length and name, one that is in the way as well; what is no archive is refused.
    let deep = format!("{}{}", "folder/".repeat(16), "x".repeat(90));
    let large: Vec<u8> = (0..700_001).map(|n| (n % 251) as u8).collect();
    let files = [
        ("bin/program", "#!/bin/sh\necho runs".as_bytes()),
        ("empty", b""),
        (&deep, &large),
    ];
    guest.put(&layers::archive(files).unwrap()).unwrap();
    let folder = guest.folder().to_owned();
    let command = format!("cd {folder} && bin/program && wc -c < empty && cat {deep}");
    let (end, out, _) = output(&mut guest, &command);
    assert_eq!(end, End::Exit(0));
    let told = out.strip_suffix(&large[..]).unwrap();
    let told: Vec<_> = str::from_utf8(told).unwrap().split_whitespace().collect();
    assert_eq!(told, ["runs", "0"]);
    let refused = guest.put(&[b'x'; 10240]).unwrap_err().to_string();
    assert!(
        refused.contains("unpacking files in the guest failed: Invalid argument"),
        "{refused}"
    );

    // There is no network device but loopback.
    let interfaces = guest.read(interfaces, Duration::from_secs(10)).unwrap();
    assert!(
        ["lo\n", "lo0\n"].contains(&interfaces.as_str()),
        "{interfaces}"
    );

    let provenance = guest.provenance().unwrap();
    for key in [
        "kernel",
        "libc",
        "compiler",
        "python",
        "image",
        "accelerator",
        "qemu",
    ] {
        let value = provenance
            .iter()
            .find(|(found, _)| found == key)
            .map(|(_, value)| value.as_str());
        assert!(
            value.is_some_and(|value| !value.is_empty()),
            "{key} in {provenance:?}"
        );
    }
    guest.power_off().unwrap();
}

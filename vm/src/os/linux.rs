//! Linux: built from Debian's packages, its kernel booted directly, with a small init of ours.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::System;
use crate::console::{self, Console, Failure};
use crate::image::{Debian, Image};
use crate::process;
use crate::qemu::{Kernel, PAYLOAD_SERIAL};
use crate::tools;

/// The first process of a guest.
const INIT: &str = include_str!("../../guest/linux-init.sh");

/// The prompt of the console's shell, as the init sets it.
const PROMPT: &str = "sigmatrix console";

/// What a kernel need not do for a guest of a test. norandmaps: where QEMU translates instructions, it does so anew for each address
/// that they are seen at. The rest is work for each page that a process gets, and for each change between it and the kernel: a tenth
/// of the time of a fork or an exec.
const SPARED: &str = "norandmaps mitigations=off init_on_alloc=0 cgroup_disable=memory";

/// Free room in the guest's filesystem beyond what the packages take.
const FREE_ROOM: &str = "1G";

/// Linux as a guest.
pub(crate) struct Linux;

impl System for Linux {
    fn failures(&self) -> &'static [Failure] {
        &[
            ("Kernel panic", "the kernel panicked"),
            (
                "Unable to mount root",
                "the kernel found no root filesystem",
            ),
            (
                "(initramfs)",
                "the initial RAM disk found no root filesystem",
            ),
            ("run-init: ", "the root filesystem has no init"),
        ]
    }

    fn kernel(&self, base: &Path, talkative: bool) -> Option<Kernel> {
        // panic=-1 reboots at once, and QEMU runs with -no-reboot: a panic ends the guest without a wait. The kernel's boot
        // messages cost a second on a serial line, so they are left out where nobody waits for them.
        let words = if talkative {
            "earlyprintk=ttyS0,115200 ignore_loglevel"
        } else {
            "loglevel=4"
        };
        Some(Kernel {
            image: base.join("vmlinuz"),
            initrd: base.join("initrd"),
            arguments: format!(
                "console=ttyS0 root=/dev/vda rw init=/sbin/sigmatrix-init panic=-1 {SPARED} {words}"
            ),
        })
    }

    fn sign_of_life(&self) -> (&'static str, Duration) {
        // Where KVM works these come within 1 s.
        ("Linux version", Duration::from_secs(5))
    }

    fn log_in(&self, console: &Console, deadline: Duration) -> Result<()> {
        let mut session = console.session(deadline)?;
        session
            .exp_string(PROMPT)
            .map_err(|error| anyhow!("{}", console::short(&error)))?;
        Ok(())
    }

    fn payload(&self) -> (&'static str, String) {
        let find = format!(
            "s=$(grep -l {PAYLOAD_SERIAL} /sys/block/vd?/serial); s=${{s%/serial}}; ln -sf /dev/${{s##*/}} /run/payload"
        );
        ("/run/payload", find)
    }

    fn prepares_with_network(&self) -> bool {
        // The base has all its packages.
        false
    }

    fn prepare_script(&self, _: &Image) -> String {
        "set -e\n\
         gcc -std=c11 -D_GNU_SOURCE -O2 -o /usr/local/sbin/sigmatrix-agent agent.c\n\
         sync\n"
            .to_owned()
    }

    fn prepare_files(&self) -> Vec<(&'static str, &'static str)> {
        vec![("agent.c", crate::agent::SOURCE)]
    }

    fn clear_free_memory(&self) -> &'static str {
        r#"free=$(($(sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
dd if=/dev/zero of=/dev/null bs=$((free - 16))M count=1 2> /dev/null"#
    }

    fn power_off(&self) -> &'static str {
        // There is no init system to ask: sync, remount read-only, power off (Documentation/admin-guide/sysrq.rst).
        "sync; echo u > /proc/sysrq-trigger; echo o > /proc/sysrq-trigger"
    }

    fn resize_console(&self, rows: u16, columns: u16) -> String {
        format!("stty -F /dev/ttyS0 rows {rows} columns {columns}")
    }

    fn provenance(&self) -> &'static str {
        r#"echo "kernel: $(uname -sr) $(uname -v)"
if echo '#include <stdlib.h>' | $CC -dM -E - | grep -q __GLIBC__; then
	echo "libc: glibc $(ldd --version | sed -n '1s/^[^)]*) //p')"
else
	echo "libc: musl $(/lib/ld-musl-*.so.1 2>&1 | sed -n 's/^Version //p')"
fi"#
    }
}

/// What a base built from packages depends on besides the image file.
pub(crate) fn recipe(debian: &Debian) -> Result<Vec<u8>> {
    Ok([
        serde_json::to_vec(debian)?,
        INIT.as_bytes().to_vec(),
        FREE_ROOM.as_bytes().to_vec(),
    ]
    .concat())
}

/// Builds a base layer from Debian's packages: `disk` (ext2, raw, sparse), `vmlinuz`, `initrd`.
///
/// # Errors
/// What mmdebstrap says; an expired Release file among it.
pub(crate) fn build(debian: &Debian, folder: &Path) -> Result<Vec<(String, String)>> {
    let disk = folder.join("disk");
    let init = folder.join("sigmatrix-init");
    let boot = folder.join("boot");
    fs::write(&init, INIT)?;
    fs::create_dir(&boot)?;
    let include = format!("--include={}", debian.packages.join(","));
    let upload = format!(
        "--customize-hook=upload {} /sbin/sigmatrix-init",
        init.display()
    );
    let copy = format!("--customize-hook=copy-out /boot {}", folder.display());
    let mut arguments = vec![
        "--variant=minbase",
        "--format=ext2",
        // The disk's three drivers, and no others: a small initial RAM disk is up sooner.
        r#"--setup-hook=mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d""#,
        r#"--setup-hook=echo MODULES=list > "$1/etc/initramfs-tools/conf.d/sigmatrix""#,
        r#"--setup-hook=printf 'virtio_pci\nvirtio_blk\next4\n' > "$1/usr/share/initramfs-tools/modules.d/sigmatrix""#,
        // The init makes the rest; what has no network needs no documentation either.
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        &include,
        &upload,
        r#"--customize-hook=chmod 755 "$1/sbin/sigmatrix-init""#,
        &copy,
    ];
    if debian.allow_expired {
        arguments.push("--aptopt=Acquire::Check-Valid-Until \"false\"");
    }
    if !debian.security {
        arguments.push(r#"--setup-hook=sed -i /security/d "$1/etc/apt/sources.list""#);
    }
    let target = disk.to_string_lossy();
    arguments.extend([debian.suite.as_str(), &target]);
    process::run(
        tools::MMDEBSTRAP.program,
        &arguments,
        &tools::MMDEBSTRAP.remedy(),
    )
    .with_context(|| format!("building Debian {} from packages", debian.suite))
    .map_err(explain)?;
    grow(&disk)?;
    let version = take_kernel(&boot, folder)?;
    fs::remove_file(init)?;
    Ok(vec![
        ("suite".to_owned(), debian.suite.clone()),
        ("kernel".to_owned(), version),
    ])
}

/// Adds what to do to the failures that a person can do something about.
fn explain(error: anyhow::Error) -> anyhow::Error {
    let text = format!("{error:#}");
    if text.contains("is expired") || text.contains("not valid anymore") {
        return error.context(
            "the suite's Release file is past its Valid-Until date; \
             `allow-expired: true` under `base.debian` in the image file accepts that openly",
        );
    }
    error
}

/// Gives the filesystem room to work in; the file stays sparse.
fn grow(disk: &Path) -> Result<()> {
    let file = disk.to_string_lossy();
    process::run(
        tools::QEMU_IMG.program,
        &["resize", "-q", "-f", "raw", &file, &format!("+{FREE_ROOM}")],
        &tools::QEMU_IMG.remedy(),
    )?;
    let resize2fs = tools::RESIZE2FS.find().context(tools::RESIZE2FS.remedy())?;
    process::run(
        &resize2fs.to_string_lossy(),
        &["-f", &file],
        &tools::RESIZE2FS.remedy(),
    )?;
    Ok(())
}

/// Moves the kernel and its initial RAM disk out of a copy of `/boot`; answers the kernel's version.
fn take_kernel(boot: &Path, folder: &Path) -> Result<String> {
    let mut version = None;
    for entry in fs::read_dir(boot)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if let Some(found) = name.strip_prefix("vmlinuz-") {
            fs::rename(&path, folder.join("vmlinuz"))?;
            version = Some(found.to_owned());
        } else if name.starts_with("initrd.img-") {
            fs::rename(&path, folder.join("initrd"))?;
        }
    }
    fs::remove_dir_all(boot)?;
    if !folder.join("initrd").exists() {
        anyhow::bail!(
            "the packages brought no initial RAM disk: is `initramfs-tools` among `packages`?"
        );
    }
    version.context("the packages brought no kernel: is a `linux-image-…` among `packages`?")
}

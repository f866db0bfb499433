//! FreeBSD: official images, unmodified. Boot and login of those are still to come; the facts that hold are here.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};

use super::System;
use crate::console::{Console, Failure, Session};
use crate::image::Image;
use crate::qemu::Kernel;

/// FreeBSD as a guest, or as the host.
pub(crate) struct FreeBsd;

impl System for FreeBsd {
    fn failures(&self) -> &'static [Failure] {
        &[
            ("can't load 'kernel'", "the boot loader found no kernel"),
            ("mountroot>", "the kernel found no root filesystem"),
            (
                "Enter full pathname of shell",
                "the system came up in single-user mode",
            ),
            ("panic:", "the kernel panicked"),
        ]
    }

    fn kernel(&self, _: &Path, _: bool) -> Option<Kernel> {
        None
    }

    fn sign_of_life(&self) -> (&'static str, Duration) {
        // The boot loader reads the kernel first.
        ("The FreeBSD Project", Duration::from_secs(20))
    }

    fn log_in(&self, _: &Console, _: Duration) -> Result<Session> {
        bail!("logging in to a FreeBSD guest is not built yet")
    }

    fn read_payload(&self, _: u64) -> String {
        // A raw character device: nothing is cached between host and guest.
        "cat /dev/vtbd1".to_owned()
    }

    fn prepare_script(&self, _: &Image) -> String {
        "set -e\ncc -std=c11 -O2 -o /usr/local/sbin/sigmatrix-agent agent.c\n".to_owned()
    }

    fn prepare_files(&self) -> Vec<(&'static str, &'static str)> {
        vec![("agent.c", crate::agent::SOURCE)]
    }

    fn power_off(&self) -> &'static str {
        "shutdown -p now"
    }

    fn resize_console(&self, rows: u16, columns: u16) -> String {
        format!("stty -f /dev/ttyu0 rows {rows} columns {columns}")
    }

    fn provenance(&self) -> &'static str {
        r#"echo "kernel: $(uname -v)"
echo "libc: FreeBSD $(freebsd-version -u)""#
    }
}

//! FreeBSD: published images, unmodified; their own loader boots them, and the serial console is where they are prepared.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use super::System;
use crate::console::{self, Console, Failure, Session};
use crate::image::Image;
use crate::qemu::{Kernel, PAYLOAD_SERIAL};

/// Makes a base a prepared layer.
const PREPARE: &str = include_str!("../../guest/freebsd-prepare.sh");

/// What the console shows between the loader and a quiet shell: getty(8), login(1), the cursor-position query by which
/// resizewin(1) finds out how large the terminal is, the prompts of csh and sh, and what [`QUIET_SHELL`] prints.
const LOGIN: &str = r"login: |Password:|\x1b\[6n|[#%$] |READY";

/// ECMA-48, DSR 6: the answer is `ESC [ row ; column R`.
const CURSOR_QUERY: &str = "\x1b[6n";

/// Replaces root's shell (csh up to 13, sh from 14) by one without line editing, echo and prompt: then the console
/// carries nothing but what commands print.
const QUIET_SHELL: &str = "exec /bin/sh -c 'stty -echo; echo REA\"\"DY; PS1= exec sh +E'\n";

/// How often getty may ask before it is clear that root is refused.
const LOGINS: usize = 2;

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
        // The boot loader reads the kernel first: 6 s with TCG.
        ("The FreeBSD Project", Duration::from_secs(20))
    }

    fn log_in(&self, console: &Console, deadline: Duration) -> Result<()> {
        let mut session = console.session(deadline)?;
        let mut logins = 0;
        let mut replaced = false;
        loop {
            let (_, found) = session
                .exp_regex(LOGIN)
                .map_err(|error| anyhow!("{}", no_prompt(&error, logins)))?;
            match found.as_str() {
                "login: " if logins == LOGINS => {
                    bail!("login(1) does not let root in on the serial console")
                }
                "login: " => {
                    logins += 1;
                    type_text(&mut session, "root\n")?;
                }
                "Password:" => bail!("root has a password, and an image's root must have none"),
                CURSOR_QUERY => type_text(&mut session, "\x1b[24;80R")?,
                "READY" => return Ok(()),
                // The rest is a prompt; one before a login, or a second one, is a word of somebody's message.
                _ if logins > 0 && !replaced => {
                    replaced = true;
                    type_text(&mut session, QUIET_SHELL)?;
                }
                _ => {}
            }
        }
    }

    fn payload(&self) -> (&'static str, String) {
        let find = format!(
            "for d in /dev/vtbd?; do [ $(diskinfo -s $d) = {PAYLOAD_SERIAL} ] && break; done; ln -sf $d /var/run/payload"
        );
        ("/var/run/payload", find)
    }

    fn prepares_with_network(&self) -> bool {
        // The base system has a compiler, but no Python: pkg(8) fetches it.
        true
    }

    fn prepare_script(&self, _: &Image) -> String {
        PREPARE.to_owned()
    }

    fn prepare_files(&self) -> Vec<(&'static str, &'static str)> {
        vec![("agent.c", crate::agent::SOURCE)]
    }

    fn clear_free_memory(&self) -> &'static str {
        // Pages of 4 KiB.
        r#"free=$(($(sysctl -n vm.stats.vm.v_free_count) / 256))
dd if=/dev/zero of=/dev/null bs=$((free - 48))m count=1 2> /dev/null"#
    }

    fn power_off(&self) -> &'static str {
        // -q: there is nothing to end in order; the kernel itself syncs and unmounts (kern_shutdown.c, bufshutdown).
        "halt -pq"
    }

    fn resize_console(&self, rows: u16, columns: u16) -> String {
        format!("stty -f /dev/ttyu0 rows {rows} columns {columns}")
    }

    fn provenance(&self) -> &'static str {
        r#"echo "kernel: $(uname -v)"
echo "libc: FreeBSD $(freebsd-version -u)""#
    }
}

/// What is said when the console falls silent before a prompt.
fn no_prompt(error: &rexpect::error::Error, logins: usize) -> String {
    match error {
        rexpect::error::Error::Timeout { timeout, .. } if logins == 0 => format!(
            "no login prompt came within {} s; an image must have a console on its first serial port (`console=\"comconsole\"` \
             in /boot/loader.conf) and a getty there (ttyu0 in /etc/ttys)",
            timeout.as_secs()
        ),
        rexpect::error::Error::Timeout { timeout, .. } => format!(
            "root logged in, but no shell answered within {} s",
            timeout.as_secs()
        ),
        other => console::short(other),
    }
}

fn type_text(session: &mut Session, text: &str) -> Result<()> {
    session
        .send(text)
        .and_then(|_| session.flush())
        .context("typing on the console")
}

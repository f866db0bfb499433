//! QEMU's monitor (QMP): how a machine's state is saved and loaded. QEMU's docs/interop/qmp-spec tells the protocol.

use std::fs::File;
use std::io::{BufRead, BufReader, IoSlice, Read};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use serde_json::{Value, json};

use crate::text::harmless;

/// How long QEMU may take to answer: a state is written or read in a tenth of a second.
const ANSWER: Duration = Duration::from_secs(60);

/// A longer line is none of QEMU's, bytes.
const LINE_MAX: u64 = 1 << 20;

/// The name under which QEMU is handed the file of a state.
const STATE: &str = "state";

/// The monitor of one machine.
#[derive(Debug)]
pub(crate) struct Monitor {
    port: BufReader<UnixStream>,
}

impl Monitor {
    /// Takes the monitor's stream; nothing is said yet.
    pub(crate) fn new(port: UnixStream) -> Result<Monitor> {
        port.set_read_timeout(Some(ANSWER))?;
        Ok(Monitor {
            port: BufReader::new(port),
        })
    }

    /// Stops the machine, writes all of its state but its memory to `state`, and ends it. Its memory is in the file behind
    /// it (`x-ignore-shared`).
    ///
    /// # Errors
    /// When QEMU refuses, or does not answer.
    pub(crate) fn save(&mut self, state: &File) -> Result<()> {
        self.negotiate()?;
        self.execute("stop", &json!({}), None)?;
        self.migrate("migrate", state)?;
        self.execute("quit", &json!({}), None)?;
        Ok(())
    }

    /// Loads a state that [`Monitor::save`] wrote into a machine that waits for one, and lets it run.
    ///
    /// # Errors
    /// When QEMU refuses it, or does not answer.
    pub(crate) fn load(&mut self, state: &File) -> Result<()> {
        self.negotiate()?;
        self.migrate("migrate-incoming", state)?;
        self.execute("cont", &json!({}), None)?;
        Ok(())
    }

    /// Takes the greeting, and says what kind of state is meant.
    fn negotiate(&mut self) -> Result<()> {
        self.receive()?;
        self.execute("qmp_capabilities", &json!({}), None)?;
        let on = |name| json!({"capability": name, "state": true});
        let capabilities = [on("x-ignore-shared"), on("events")];
        let arguments = json!({"capabilities": capabilities});
        self.execute("migrate-set-capabilities", &arguments, None)?;
        Ok(())
    }

    /// To QEMU a state that is saved or loaded is a machine that migrates.
    fn migrate(&mut self, command: &str, state: &File) -> Result<()> {
        self.execute("getfd", &json!({"fdname": STATE}), Some(state))?;
        self.execute(command, &json!({"uri": format!("fd:{STATE}")}), None)?;
        loop {
            let said = self.receive()?;
            match (said["event"].as_str(), said["data"]["status"].as_str()) {
                (Some("MIGRATION"), Some("completed")) => return Ok(()),
                (Some("MIGRATION"), Some("failed")) => bail!("QEMU could not {command}"),
                _ => {}
            }
        }
    }

    /// Has QEMU execute a command, handing it `file` with it; answers what it returns.
    fn execute(&mut self, command: &str, arguments: &Value, file: Option<&File>) -> Result<Value> {
        let line = json!({"execute": command, "arguments": arguments}).to_string();
        let files = file.map(AsFd::as_fd);
        let files = files.as_slice();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !files.is_empty() {
            ancillary.push(SendAncillaryMessage::ScmRights(files));
        }
        // A command is far shorter than a socket's buffer, which is empty: it goes out whole.
        rustix::net::sendmsg(
            self.port.get_ref(),
            &[IoSlice::new(line.as_bytes())],
            &mut ancillary,
            SendFlags::NOSIGNAL,
        )
        .with_context(|| format!("asking QEMU to {command}"))?;
        loop {
            let said = self
                .receive()
                .with_context(|| format!("asking QEMU to {command}"))?;
            if let Some(error) = said.get("error") {
                let words = error["desc"].as_str().unwrap_or_default();
                bail!("QEMU refuses to {command}: {}", harmless(words.as_bytes()));
            }
            if let Some(answer) = said.get("return") {
                return Ok(answer.clone());
            }
        }
    }

    fn receive(&mut self) -> Result<Value> {
        let mut line = Vec::new();
        self.port
            .by_ref()
            .take(LINE_MAX)
            .read_until(b'\n', &mut line)
            .context("reading QEMU's monitor")?;
        if line.is_empty() {
            bail!("QEMU closed its monitor");
        }
        serde_json::from_slice(&line).context("reading QEMU's monitor")
    }
}

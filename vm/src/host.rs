//! The image `host`: this machine itself, no guest.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal};

use crate::agent::Stream;
use crate::image::Image;
use crate::os;
use crate::process;
use crate::shell::{End, Limit, Shell};

/// This machine, as somewhere that commands run.
#[derive(Debug)]
pub struct Host {
    image: Image,
    folder: tempfile::TempDir,
    path: String,
}

impl Host {
    /// Makes a folder that also other users may read, because tests run as one.
    ///
    /// # Errors
    /// When the system's folder for temporary files cannot be written.
    pub fn open(image: &Image) -> Result<Host> {
        let folder = tempfile::Builder::new().prefix("sigmatrix-").tempdir()?;
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))?;
        let path = folder
            .path()
            .to_str()
            .context("reading TMPDIR (it is not UTF-8)")?
            .to_owned();
        Ok(Host {
            image: image.clone(),
            folder,
            path,
        })
    }
}

impl Shell for Host {
    fn image(&self) -> &Image {
        &self.image
    }

    fn folder(&self) -> &str {
        &self.path
    }

    fn exec(
        &mut self,
        command: &str,
        limit: Limit,
        output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<End> {
        let mut until = limit.renewed(None);
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", command])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        process::die_with_parent(&mut shell, Signal::KILL);
        shell.process_group(0);
        let mut child = shell.spawn().context("running /bin/sh")?;
        let (sender, pieces) = mpsc::channel();
        copy(child.stdout.take(), Stream::Out, sender.clone());
        copy(child.stderr.take(), Stream::Err, sender);
        let mut killed = false;
        loop {
            let wait = until.map_or(Duration::MAX, |until| {
                until.saturating_duration_since(Instant::now())
            });
            match pieces.recv_timeout(if killed { Duration::from_secs(5) } else { wait }) {
                Ok((stream, bytes)) => {
                    until = limit.renewed(until);
                    output(stream, &bytes);
                }
                Err(RecvTimeoutError::Timeout) if !killed => {
                    killed = true;
                    let group = Pid::from_child(&child);
                    // It fails only when the group is gone already.
                    let _ = rustix::process::kill_process_group(group, Signal::KILL);
                }
                Err(_) => break,
            }
        }
        let status = child.wait()?;
        Ok(match (killed, status.code(), status.signal()) {
            (true, ..) => End::Deadline,
            (_, Some(code), _) => End::Exit(code),
            (_, _, signal) => End::Signal(signal.unwrap_or_default()),
        })
    }

    fn put(&mut self, archive: &[u8]) -> Result<()> {
        tar::Archive::new(archive)
            .unpack(self.folder.path())
            .context("unpacking files")
    }

    fn provenance(&mut self) -> Result<Vec<(String, String)>> {
        let question = self.provenance_script(os::system(self.image.os).provenance());
        self.ask_provenance(&question)
    }

    fn close(self: Box<Self>) -> Result<()> {
        self.folder.close().context("removing the run's folder")
    }
}

fn copy(
    from: Option<impl Read + Send + 'static>,
    stream: Stream,
    to: mpsc::Sender<(Stream, Vec<u8>)>,
) {
    let Some(mut from) = from else { return };
    std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if to.send((stream, bytes[..count].to_vec())).is_err() {
                break;
            }
        }
    });
}

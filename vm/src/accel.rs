//! Accelerators, proved by booting: a node that opens and creates machines can still never run one.

use std::fs;
use std::time::Instant;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::qemu;

/// What runs a guest's instructions.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accelerator {
    /// Linux's hypervisor.
    Kvm,
    /// macOS's hypervisor.
    Hvf,
    /// QEMU's own translator: works everywhere, and slowly.
    Tcg,
}

/// What a guest's time goes by.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Clock {
    /// The host's time.
    #[default]
    Real,
    /// The instructions that it has executed (QEMU's `-icount`, with [`Accelerator::Tcg`] and one CPU only): while it is
    /// idle its time jumps to what it waits for, so that sleeps and time-outs cost next to nothing.
    Virtual,
}

impl Clock {
    /// Its name on the command line and in provenance.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Clock::Real => "real",
            Clock::Virtual => "virtual",
        }
    }
}

/// Whether an accelerator runs guests here, and why not.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proof {
    /// Which accelerator.
    pub accelerator: Accelerator,
    /// `None`: a guest has run with it. Else what happened instead.
    pub failure: Option<String>,
    /// How long the proof took, seconds.
    pub seconds: f64,
}

impl Accelerator {
    /// Its name in QEMU's options and in ours.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Accelerator::Kvm => "kvm",
            Accelerator::Hvf => "hvf",
            Accelerator::Tcg => "tcg",
        }
    }

    /// The value of `-accel`. The translator's cache is bounded, or each guest comes to have a GiB of it (MiB).
    pub(crate) fn option(self, clock: Clock) -> &'static str {
        match (self, clock) {
            (Accelerator::Tcg, Clock::Real) => "tcg,thread=multi,tb-size=256",
            (Accelerator::Tcg, Clock::Virtual) => "tcg,thread=single,tb-size=256",
            (other, _) => other.name(),
        }
    }

    /// The value of `-cpu`.
    pub(crate) fn cpu(self) -> &'static str {
        match self {
            // What kernels use where they see it, and QEMU's own translator pays for. ERMS: it makes one round of a loop for each byte of a
            // `rep stosb`, by which pages are cleared: half of the time of a page fault. LA57: a fifth level of page tables to go through for
            // each address that is looked up anew, as all are after each switch between processes: a twentieth of the time of an exec. SMAP: what
            // the kernel reads of its own memory and of a process's is remembered apart, and so looked up twice: as much again.
            Accelerator::Tcg => "max,-erms,-la57,-smap",
            Accelerator::Kvm | Accelerator::Hvf => "host",
        }
    }

    /// Those that this host could have, the fastest first.
    fn candidates() -> &'static [Accelerator] {
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            &[Accelerator::Kvm, Accelerator::Tcg]
        } else if cfg!(all(target_os = "macos", target_arch = "x86_64")) {
            &[Accelerator::Hvf, Accelerator::Tcg]
        } else {
            &[Accelerator::Tcg]
        }
    }
}

/// What is known of every accelerator this host could have, the fastest first; `None`: nothing yet, because no guest
/// has been booted with it.
///
/// # Errors
/// When QEMU is not installed.
pub fn known(cache: &Cache) -> Result<Vec<(Accelerator, Option<Proof>)>> {
    let known = |accelerator: &Accelerator| Ok((*accelerator, recall(cache, *accelerator)?));
    Accelerator::candidates().iter().map(known).collect()
}

/// The fastest accelerator that runs guests here. One that nothing is known of is proved by `boot`, which boots a guest
/// with it and answers what went wrong, if anything did; the proof is remembered per host kernel and QEMU version.
///
/// # Errors
/// What `boot` says; or QEMU is not installed, or the cache cannot be written.
pub(crate) fn fastest(
    cache: &Cache,
    boot: impl Fn(Accelerator) -> Result<Option<String>>,
) -> Result<Accelerator> {
    for accelerator in Accelerator::candidates() {
        // QEMU's own translator needs nothing of the host; what it cannot boot, nothing can.
        if *accelerator == Accelerator::Tcg {
            break;
        }
        let proof = match recall(cache, *accelerator)? {
            Some(proof) => proof,
            None => {
                let start = Instant::now();
                let failure = boot(*accelerator)?;
                let proof = Proof {
                    accelerator: *accelerator,
                    failure,
                    seconds: start.elapsed().as_secs_f64(),
                };
                remember(cache, &proof)?;
                proof
            }
        };
        if proof.failure.is_none() {
            return Ok(*accelerator);
        }
    }
    Ok(Accelerator::Tcg)
}

/// Where proofs are remembered.
const NOTEBOOK: &str = "accelerators";

/// Remembers a proof, for this host kernel and QEMU version.
///
/// # Errors
/// When the cache cannot be written.
pub(crate) fn remember(cache: &Cache, proof: &Proof) -> Result<()> {
    cache.remember(NOTEBOOK, &key(proof.accelerator)?, proof)
}

/// What is known of an accelerator on this host kernel, with this QEMU.
fn recall(cache: &Cache, accelerator: Accelerator) -> Result<Option<Proof>> {
    // Permission is a matter of this user and moment, not of the host: it is looked at each time and not remembered.
    if let Some(failure) = not_permitted(accelerator) {
        return Ok(Some(Proof {
            accelerator,
            failure: Some(failure),
            seconds: 0.0,
        }));
    }
    Ok(cache.recall(NOTEBOOK, &key(accelerator)?))
}

fn key(accelerator: Accelerator) -> Result<String> {
    let host = rustix::system::uname();
    let kernel = [host.release(), host.version(), host.machine()]
        .map(|part| part.to_string_lossy())
        .join(" ");
    Ok(format!(
        "{kernel} / QEMU {} / {}",
        qemu::version()?,
        accelerator.name()
    ))
}

fn not_permitted(accelerator: Accelerator) -> Option<String> {
    if accelerator != Accelerator::Kvm {
        return None;
    }
    match fs::File::options().read(true).write(true).open("/dev/kvm") {
        Ok(_) => None,
        Err(error) => Some(format!("/dev/kvm cannot be opened: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_made_once_and_a_disproved_accelerator_is_not_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned()).unwrap();
        let tries = std::cell::Cell::new(0);
        let boot = |_| {
            tries.set(tries.get() + 1);
            Ok(Some("it hung".to_owned()))
        };
        for _ in 0..2 {
            assert_eq!(fastest(&cache, boot).unwrap(), Accelerator::Tcg);
        }
        assert!(tries.get() <= 1, "{} boots", tries.get());
    }
}

//! `--with-deps`: installs what this host lacks, or says how.

use std::io::IsTerminal;

use anyhow::{Context, Result, bail};
use vm::tools::{self, Manager, Tool};

/// How often packages are installed: to install one may remove another tool's, of a version that does not go with it
/// (Debian's qemu-utils and qemu-system-x86); asked for by name, that comes back in the right one.
const ROUNDS: usize = 2;

/// Makes sure that `tools` are here: installs those missing if `install`, else fails with the command that does.
///
/// # Errors
/// When a tool is missing and was not to be, or could not be, installed.
pub fn ensure(tools: &[Tool], install: bool) -> Result<()> {
    for _ in 0..ROUNDS {
        let missing = tools::missing(tools);
        if missing.is_empty() {
            return Ok(());
        }
        obtain(&missing, install)?;
    }
    let still = tools::missing(tools);
    if !still.is_empty() {
        let names: Vec<_> = still.iter().map(|tool| tool.program).collect();
        bail!(
            "installed, and still not found on PATH: {}",
            names.join(", ")
        );
    }
    Ok(())
}

/// Installs the tools that are missing, or fails with the command that does.
fn obtain(missing: &[Tool], install: bool) -> Result<()> {
    let wanted: Vec<_> = missing
        .iter()
        .map(|tool| format!("{} ({})", tool.program, tool.purpose))
        .collect();
    let wanted = wanted.join(", ");
    let line = Manager::detect().and_then(|manager| manager.install(missing));
    if !install {
        match line {
            Some(line) => bail!(
                "missing on this host: {wanted}. Install with: {line}\nor let it be done: the same command with --with-deps"
            ),
            None => bail!(
                "missing on this host: {wanted}. Install these with your system's package manager"
            ),
        }
    }
    match (Manager::detect(), line) {
        (Some(Manager::Apt), Some(line)) => apt(missing, &line),
        (Some(manager), Some(line)) => bail!(
            "missing on this host: {wanted}. --with-deps installs with apt only; with {manager} it is: {line}"
        ),
        _ => bail!(
            "missing on this host: {wanted}. No package manager is known here that has them all"
        ),
    }
}

/// Installs with apt: as root at once, else through sudo after asking.
fn apt(missing: &[Tool], line: &str) -> Result<()> {
    let packages = Manager::Apt
        .packages(missing)
        .context("naming the packages")?;
    let root = rustix::process::geteuid().is_root();
    if !root {
        if !std::io::stdin().is_terminal() {
            bail!(
                "packages are missing, and there is no terminal to ask for sudo on. Install them with: {line}"
            );
        }
        eprint!("This will run: {line}\nGo on? [y/N] ");
        let mut answer = String::new();
        std::io::stdin()
            .read_line(&mut answer)
            .context("reading the answer")?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            bail!("not installed. Install them with: {line}");
        }
    }
    eprintln!("installing {}", packages.join(" "));
    let apt = |arguments: &[&str]| -> Result<()> {
        let words = if root {
            vec!["apt-get"]
        } else {
            vec!["sudo", "apt-get"]
        };
        let words: Vec<&str> = words.into_iter().chain(arguments.iter().copied()).collect();
        // apt's own progress goes to stderr: stdout is the results'.
        let output = duct::cmd(words[0], &words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout_to_stderr()
            .unchecked()
            .run()
            .with_context(|| format!("running {}", words.join(" ")))?;
        if output.status.success() {
            Ok(())
        } else {
            bail!("{} ended with {}", words.join(" "), output.status)
        }
    };
    let install: Vec<&str> = ["install", "-y", "-q", "--no-install-recommends"]
        .into_iter()
        .chain(packages)
        .collect();
    // Package lists that are old or absent are the usual reason for a failure: they are fetched first.
    apt(&["update", "-q"])?;
    apt(&install)
}

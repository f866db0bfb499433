//! `cargo xtask test`: checks the project itself.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args as ClapArgs;
use console::style;
use vm::tools;

use crate::deps;
use crate::report::results::CHANGED;

/// Checks the project itself: format, clippy, docs, unit and integration tests
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Some of the tests boot real guests; the first run builds the default Linux image.

Exit status: 0 when all checks pass, 1 when one fails, 3 when something is missing for them.")]
pub struct Args {
    /// Install what is missing on this host first
    #[arg(long)]
    with_deps: bool,
}

/// A check.
struct Check {
    name: &'static str,
    /// What cargo is asked to do.
    arguments: &'static [&'static str],
}

const CHECKS: &[Check] = &[
    Check {
        name: "format",
        arguments: &["fmt", "--all", "--check"],
    },
    Check {
        name: "clippy",
        arguments: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    },
    Check {
        name: "docs",
        arguments: &["doc", "--workspace", "--no-deps", "--quiet"],
    },
    Check {
        name: "tests",
        arguments: &["test", "--workspace", "--no-fail-fast"],
    },
];

/// Runs the command.
///
/// # Errors
/// When a tool is missing, or cargo cannot be run.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let needed: Vec<_> = tools::FOR_GUESTS
        .iter()
        .chain(tools::FOR_PACKAGES)
        .chain(tools::FOR_TESTS)
        .copied()
        .collect();
    deps::ensure(&needed, args.with_deps)?;
    let mut failed = Vec::new();
    for Check { name, arguments } in CHECKS {
        let start = Instant::now();
        eprintln!(
            "{} cargo {}",
            style(name).bold().for_stderr(),
            arguments.join(" ")
        );
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(*arguments)
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(root)
            .status()
            .context("running cargo")?;
        let seconds = start.elapsed().as_secs_f64();
        if status.success() {
            eprintln!(
                "{} passed in {seconds:.1} s",
                style(name).green().for_stderr()
            );
        } else {
            eprintln!(
                "{} failed in {seconds:.1} s ({status})",
                style(name).red().bold().for_stderr()
            );
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "{} {}",
        style("failed:").red().bold().for_stderr(),
        failed.join(", ")
    );
    Ok(ExitCode::from(CHANGED))
}

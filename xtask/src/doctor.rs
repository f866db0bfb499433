//! `cargo xtask doctor`: what this host has, and what it lacks.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args as ClapArgs;
use console::style;
use vm::tools::{self, Tool};
use vm::{Cache, Image, accel, layers, qemu};

use crate::images;
use crate::report::results::COULD_NOT_RUN;

/// Says what this host has, and what it lacks
#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Exit status: 0 when guests can be run here, 3 when something is missing for that."
)]
pub struct Args {}

/// A finding's weight.
enum Sign {
    Good,
    Note,
    Bad,
}

/// Runs the command.
///
/// # Errors
/// When the cache or an image file cannot be read.
pub fn run(root: &Path, _: &Args) -> Result<ExitCode> {
    let mut lacking = false;
    println!("{}", style("tools").bold());
    for tool in tools::FOR_GUESTS.iter().chain(tools::FOR_PACKAGES) {
        lacking |= !say_tool(tool, &Sign::Bad);
    }
    for tool in tools::FOR_TESTS {
        say_tool(tool, &Sign::Note);
    }
    if lacking {
        say(
            &Sign::Bad,
            "",
            "install what is missing with: cargo xtask matrix --with-deps",
        );
    }
    let cache = Cache::open()?;
    images::say_leftovers(&cache);
    let images = Image::load_all(&root.join("images"))?;
    if tools::QEMU.find().is_some() {
        println!("{}", style("QEMU").bold());
        say_qemu(&cache, &images)?;
    }
    println!("{}", style("host").bold());
    say_host(&cache)?;
    println!("{}", style("images").bold());
    for image in &images {
        let sign = if layers::is_ready(&cache, image)? {
            Sign::Good
        } else {
            Sign::Note
        };
        say(&sign, &image.name, &images::state(&cache, image)?);
    }
    Ok(if lacking {
        ExitCode::from(COULD_NOT_RUN)
    } else {
        ExitCode::SUCCESS
    })
}

fn say(sign: &Sign, what: &str, text: &str) {
    let mark = match sign {
        Sign::Good => style("+").green(),
        Sign::Note => style("-").dim(),
        Sign::Bad => style("!").red().bold(),
    };
    let what = if what.is_empty() {
        String::new()
    } else {
        format!("{what}: ")
    };
    println!("  {mark} {what}{text}");
}

fn say_tool(tool: &Tool, absent: &Sign) -> bool {
    match tool.find() {
        Some(path) => say(&Sign::Good, tool.program, &path.display().to_string()),
        None => say(absent, tool.program, &format!("missing: {}", tool.remedy())),
    }
    tool.find().is_some()
}

fn say_qemu(cache: &Cache, images: &[Image]) -> Result<()> {
    say(&Sign::Good, "version", &qemu::version()?);
    let sandbox = if qemu::has_sandbox() {
        "guests run in QEMU's seccomp sandbox"
    } else {
        "this QEMU was built without it"
    };
    say(
        &if qemu::has_sandbox() {
            Sign::Good
        } else {
            Sign::Note
        },
        "sandbox",
        sandbox,
    );
    let log = tempfile::tempdir()?;
    layers::prove(cache, images, &log.path().join("console.log"))?;
    for (accelerator, proof) in accel::known(cache)? {
        match proof {
            Some(accel::Proof {
                failure: None,
                seconds,
                ..
            }) => {
                say(
                    &Sign::Good,
                    accelerator.name(),
                    &format!("proved by booting a guest ({seconds:.1} s)"),
                );
            }
            Some(accel::Proof {
                failure: Some(failure),
                ..
            }) => say(
                &Sign::Note,
                accelerator.name(),
                &format!("not usable: {failure}"),
            ),
            None => say(
                &Sign::Note,
                accelerator.name(),
                "not proved yet: the first guest that is booted proves it",
            ),
        }
    }
    Ok(())
}

fn say_host(cache: &Cache) -> Result<()> {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    say(&Sign::Good, "CPUs", &cpus.to_string());
    if let Some(memory) = free_memory() {
        let sign = if memory < 1 << 30 {
            Sign::Bad
        } else {
            Sign::Good
        };
        say(
            &sign,
            "memory",
            &format!("{} available (a guest takes 512 MiB)", images::size(memory)),
        );
    }
    let disk = rustix::fs::statvfs(cache.root()).context("asking for free disk space")?;
    let free = disk.f_bavail * disk.f_frsize;
    let sign = if free < 4 << 30 {
        Sign::Bad
    } else {
        Sign::Good
    };
    say(
        &sign,
        "disk",
        &format!(
            "{} free where the cache is (an image takes about 700 MiB)",
            images::size(free)
        ),
    );
    let kept: u64 = cache.list()?.iter().map(|layer| layer.size).sum();
    say(
        &Sign::Good,
        "cache",
        &format!("{}, {}", cache.root().display(), images::size(kept)),
    );
    Ok(())
}

/// `MemAvailable` of /proc/meminfo, bytes; `None` where there is no such file.
pub fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

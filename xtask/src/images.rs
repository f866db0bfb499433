//! `cargo xtask images`: the images, and the layers kept of them.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args as ClapArgs, Subcommand};
use comfy_table::{Table, presets};
use vm::cache::{Kind, Listed};
use vm::image::Base;
use vm::{Cache, Image, Programs, layers};

use crate::names;

/// Lists the images and the layers kept of them
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  cargo xtask images                        what there is, and what is ready
  cargo xtask images prune                  remove the layers that no image file leads to any more
  cargo xtask images prune 'freebsd-*'      remove what was prepared of these: the next run prepares them anew
  cargo xtask images prune --all            remove all layers")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Remove layers that no image file leads to any more, or what was prepared of some images
    Prune {
        /// Remove the prepared layers of these images, by glob, and nothing else
        #[arg(value_name = "GLOB", conflicts_with = "all")]
        image: Vec<String>,
        /// Remove every layer
        #[arg(long)]
        all: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When an image file is broken, or the cache cannot be read or written.
pub fn run(root: &Path, args: &Args) -> Result<ExitCode> {
    let images = Image::load_all(&root.join("images"))?;
    let cache = Cache::open()?;
    say_leftovers(&cache);
    match &args.command {
        None => list(&images, &cache)?,
        Some(Command::Prune { image, all }) if image.is_empty() => prune(&images, &cache, *all)?,
        Some(Command::Prune { image, .. }) => prune_prepared(image, &images, &cache)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says on stderr what runs that were killed had left.
pub fn say_leftovers(cache: &Cache) {
    for leftover in cache.leftovers() {
        eprintln!("{}: {leftover}", leftover.image);
    }
}

fn list(images: &[Image], cache: &Cache) -> Result<()> {
    let mut table = table(&["image", "title", "state"]);
    for image in images {
        let default = if image.default { " (default)" } else { "" };
        table.add_row([
            format!("{}{default}", image.name),
            image.title.clone(),
            state(cache, image)?,
        ]);
    }
    println!("{table}\n\nlayers in {}:", cache.root().display());
    let mut table = self::table(&["layer", "hash", "made for", "size", "age", ""]);
    let mut total = 0;
    for layer in cache.list()? {
        total += layer.size;
        table.add_row([
            layer.kind.name().to_owned(),
            layer.key,
            layer.image.unwrap_or_else(|| "not readable".to_owned()),
            size(layer.size),
            age(layer.age),
            if layer.in_use {
                "in use".to_owned()
            } else {
                String::new()
            },
        ]);
    }
    println!("{table}");
    for (digest, length) in cache.downloads()? {
        total += length;
        println!("download of {digest}, {} so far", size(length));
    }
    let programs = Programs::of(cache)?.size()?;
    total += programs;
    println!("programs built in guests, {}", size(programs));
    println!("{} in all", size(total));
    Ok(())
}

/// What stands between an image and a guest, in a few words.
///
/// # Errors
/// When the cache cannot be read.
pub fn state(cache: &Cache, image: &Image) -> Result<String> {
    if layers::is_ready(cache, image)? {
        return Ok("ready".to_owned());
    }
    Ok(match &image.base {
        Base::Host => "this machine, no guest",
        Base::Debian(_) => "built when it is first run",
        Base::Download(_) => "downloaded when it is first run",
        Base::File(_) => "prepared when it is first run",
    }
    .to_owned())
}

/// Removes what no image file leads to; everything if `all`.
fn prune(images: &[Image], cache: &Cache, all: bool) -> Result<()> {
    let mut wanted = Vec::new();
    if !all {
        for image in images {
            wanted.extend(layers::keys(cache, image)?);
        }
    }
    let downloads = cache.prune_downloads(|digest| wanted.iter().any(|key| key == digest))?;
    let programs = if all {
        Programs::of(cache)?.clear()?
    } else {
        0
    };
    let removed = cache.prune(|layer: &Listed| is_of(layer, &wanted))?;
    say_removed(
        &removed,
        &[("unfinished downloads", downloads), ("programs", programs)],
    );
    Ok(())
}

/// Removes the prepared layers of the images that `globs` name, and the warm ones above them.
fn prune_prepared(globs: &[String], images: &[Image], cache: &Cache) -> Result<()> {
    let mut keys = Vec::new();
    let chosen = names::select_images(globs, images)?;
    for image in &chosen {
        keys.extend(layers::keys(cache, image)?);
    }
    let is_chosen = |layer: &Listed| {
        let image = layer.image.as_deref().unwrap_or_default();
        is_of(layer, &keys) || chosen.iter().any(|chosen| chosen.name == image)
    };
    let removed = cache.prune(|layer| layer.kind == Kind::Base || !is_chosen(layer))?;
    say_removed(&removed, &[]);
    Ok(())
}

/// Is the layer one of `keys`, or saved of one of them?
fn is_of(layer: &Listed, keys: &[String]) -> bool {
    let parent = layer.parent.as_ref();
    keys.contains(&layer.key)
        || layer.kind == Kind::Warm && parent.is_some_and(|parent| keys.contains(parent))
}

fn say_removed(removed: &[Listed], others: &[(&str, u64)]) {
    for layer in removed {
        println!(
            "removed {} {} ({}), {}",
            layer.kind.name(),
            layer.key,
            layer.image.as_deref().unwrap_or("not readable"),
            size(layer.size)
        );
    }
    let mut freed = removed.iter().map(|layer| layer.size).sum::<u64>();
    for (what, length) in others.iter().filter(|(_, length)| *length > 0) {
        println!("removed {what}, {}", size(*length));
        freed += length;
    }
    println!("{} layers removed, {} freed", removed.len(), size(freed));
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}

/// Bytes for people.
#[must_use]
pub fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

fn age(age: Duration) -> String {
    indicatif::HumanDuration(age).to_string()
}

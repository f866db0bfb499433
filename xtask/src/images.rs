//! `cargo xtask images`: the images, and the layers kept of them.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args as ClapArgs, Subcommand};
use comfy_table::{Table, presets};
use vm::cache::Listed;
use vm::image::Base;
use vm::{Cache, Image, layers};

/// Lists the images and the layers kept of them
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  cargo xtask images                what there is, and what is ready
  cargo xtask images prune          remove the layers that no image file leads to any more
  cargo xtask images prune --all    remove all layers")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Remove layers that no image file leads to any more
    Prune {
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
    match args.command {
        None => list(&images, &cache)?,
        Some(Command::Prune { all }) => prune(&images, &cache, all)?,
    }
    Ok(ExitCode::SUCCESS)
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
    println!("{table}\n{} in all", size(total));
    Ok(())
}

/// What stands between an image and a guest, in a few words.
///
/// # Errors
/// When the cache cannot be read.
pub fn state(cache: &Cache, image: &Image) -> Result<String> {
    Ok(match (image.unavailable(), &image.base) {
        (Some(reason), _) => reason,
        (None, Base::Host) => "this machine, no guest".to_owned(),
        (None, _) if layers::is_ready(cache, image)? => "ready".to_owned(),
        (None, _) => "built when it is first run".to_owned(),
    })
}

fn prune(images: &[Image], cache: &Cache, all: bool) -> Result<()> {
    let mut wanted = Vec::new();
    if !all {
        for image in images {
            wanted.extend(layers::keys(image)?);
        }
    }
    let removed = cache.prune(|layer: &Listed| wanted.contains(&layer.key))?;
    for layer in &removed {
        println!(
            "removed {} {} ({}), {}",
            layer.kind.name(),
            layer.key,
            layer.image.as_deref().unwrap_or("not readable"),
            size(layer.size)
        );
    }
    println!(
        "{} layers removed, {} freed",
        removed.len(),
        size(removed.iter().map(|layer| layer.size).sum())
    );
    Ok(())
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

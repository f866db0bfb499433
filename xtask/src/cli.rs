//! The command line: what the commands are called, and what becomes of their errors.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::names::Misnamed;
use crate::report::results::{COULD_NOT_RUN, INTERRUPTED, USAGE};
use crate::{bench, check, doctor, explain, images, list, matrix, new, review, shell, suite};

/// What operating systems really do where signals, threads and fork meet, and whether that has changed
#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo xtask",
    version,
    after_help = "\
Examples:
  cargo xtask matrix --with-deps          install what is missing, run the default images
  cargo xtask matrix --test 'eintr/*'     one family
  cargo xtask review                      look at what changed, accept or reject
  cargo xtask explain pause-self-worker   what a test is about, and what each system does
  cargo xtask shell debian-13             a root shell in a guest

Exit status: 0 as accepted, 1 behaviour changed, 2 usage, 3 could not run something asked for."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the matrix: boot images, build and run the tests, hold what they observed against the snapshots
    Matrix(matrix::Args),
    /// Accept or reject what changed
    Review(review::Args),
    /// List the tests
    List(list::Args),
    /// Explain a test: what it does, what each system does, why, and what to write instead
    Explain(explain::Args),
    /// Start a new test from a skeleton
    New(new::Args),
    /// List the images and the layers kept of them; `images prune` removes layers
    Images(images::Args),
    /// Open an interactive root shell on a guest's console
    Shell(shell::ShellArgs),
    /// Run a command in a guest
    Exec(shell::ExecArgs),
    /// Say what this host has, and what it lacks
    Doctor(doctor::Args),
    /// Measure how long a guest, a cell and the matrix take, and what memory and disk they need
    Bench(bench::Args),
    /// Check the project itself: format, clippy, docs, unit and integration tests
    Test(check::Args),
}

/// Parses the command line, runs the command, and gives the status to exit with.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let root = root();
    // The one command that judges sets insta up, before there is any other thread.
    // SAFETY: main has started no thread yet.
    let snapshots = matches!(cli.command, Command::Matrix(_))
        .then(|| unsafe { crate::snapshot::Snapshots::configure(&root) });
    if let Err(error) = end_in_order_when_interrupted() {
        eprintln!("error: {error:#}");
        return ExitCode::from(COULD_NOT_RUN);
    }
    let done = match (&cli.command, snapshots) {
        (Command::Matrix(args), Some(snapshots)) => matrix::run(&root, &snapshots, args),
        (command, _) => run(&root, command),
    };
    done.unwrap_or_else(|error| {
        eprintln!(
            "{} {error:#}",
            console::style("error:").red().bold().for_stderr()
        );
        ExitCode::from(if error.is::<Misnamed>() {
            USAGE
        } else {
            COULD_NOT_RUN
        })
    })
}

fn run(root: &Path, command: &Command) -> Result<ExitCode> {
    if matches!(
        command,
        Command::List(_)
            | Command::Explain(_)
            | Command::Images(_)
            | Command::Doctor(_)
            | Command::Review(_)
    ) {
        end_quietly_with_the_pipe()?;
    }
    match command {
        Command::Matrix(_) => unreachable!("it is run where the snapshots are"),
        Command::Review(args) => review::run(root, args),
        Command::List(args) => {
            list::run(&suite::Suite::load(root)?, args).map(|()| ExitCode::SUCCESS)
        }
        Command::Explain(args) => explain::run(root, args).map(|()| ExitCode::SUCCESS),
        Command::New(args) => new::run(root, args),
        Command::Images(args) => images::run(root, args),
        Command::Shell(args) => shell::shell(root, args),
        Command::Exec(args) => shell::exec(root, args),
        Command::Doctor(args) => doctor::run(root, args),
        Command::Bench(args) => bench::run(root, args),
        Command::Test(args) => check::run(root, args),
    }
}

/// A command that only prints ends when nobody reads on, as `cargo xtask list | head` has it. One with guests must not:
/// a guest's closed line raises SIGPIPE as well.
fn end_quietly_with_the_pipe() -> Result<()> {
    let always = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    signal_hook::flag::register_conditional_default(signal_hook::consts::SIGPIPE, always)?;
    Ok(())
}

/// The checkout: cargo says where this package is when it runs it; the folder it was built in otherwise.
fn root() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    package
        .parent()
        .map_or_else(|| package.clone(), Path::to_path_buf)
}

/// On SIGINT or SIGTERM: says so, ends every guest, and exits as an interrupted command does. SIGHUP keeps its
/// disposition, which `nohup` sets; guests die with this process in any case.
fn end_in_order_when_interrupted() -> Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let terminal = console::Term::stderr();
            if terminal.is_term() {
                // A bar hides the cursor.
                let _ = terminal.show_cursor();
            }
            eprintln!("\ninterrupted: ending the guests; the results so far are kept");
            vm::process::end_all();
            vm::cache::abandon();
            let status = i32::from(INTERRUPTED) - SIGINT + signal;
            std::process::exit(status);
        }
    });
    Ok(())
}

//! The host's tools: which are needed, whether they are here, and the command that installs them.

use std::fmt;
use std::path::PathBuf;

use crate::image::{Base, Image};

/// A program that the host must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The program looked for on `PATH`.
    pub program: &'static str,
    /// What it is needed for, as a clause.
    pub purpose: &'static str,
    /// Its package's name for apt, dnf, pacman, pkg and brew; an empty name: not packaged there.
    packages: [&'static str; 5],
}

/// What boots guests.
pub const QEMU: Tool = Tool {
    program: "qemu-system-x86_64",
    purpose: "boots guests",
    packages: [
        "qemu-system-x86",
        "qemu-system-x86-core",
        "qemu-system-x86",
        "qemu-nox11",
        "qemu",
    ],
};
/// What makes disk overlays.
pub const QEMU_IMG: Tool = Tool {
    program: "qemu-img",
    purpose: "makes the guests' disks",
    packages: ["qemu-utils", "qemu-img", "qemu-img", "qemu-nox11", "qemu"],
};
/// What builds Linux images from Debian's packages.
pub const MMDEBSTRAP: Tool = Tool {
    program: "mmdebstrap",
    purpose: "builds Linux images from Debian's packages",
    packages: ["mmdebstrap", "mmdebstrap", "", "", ""],
};
/// What mmdebstrap makes a filesystem with.
pub const GENEXT2FS: Tool = Tool {
    program: "genext2fs",
    purpose: "makes the filesystem of a Linux image",
    packages: [
        "genext2fs",
        "genext2fs",
        "genext2fs",
        "genext2fs",
        "genext2fs",
    ],
};
/// What grows that filesystem.
pub const RESIZE2FS: Tool = Tool {
    program: "resize2fs",
    purpose: "grows the filesystem of a Linux image",
    packages: [
        "e2fsprogs",
        "e2fsprogs",
        "e2fsprogs",
        "e2fsprogs",
        "e2fsprogs",
    ],
};
/// The host's compilers, for the project's own tests and for the image `host`.
pub const GCC: Tool = Tool {
    program: "gcc",
    purpose: "builds the tests of the image `host`, and the supervisor's own tests",
    packages: ["gcc", "gcc", "gcc", "gcc", "gcc"],
};
/// See [`GCC`].
pub const CLANG: Tool = Tool {
    program: "clang",
    purpose: "builds the supervisor in its own tests",
    packages: ["clang", "clang", "clang", "llvm", "llvm"],
};
/// See [`GCC`].
pub const MUSL_GCC: Tool = Tool {
    program: "musl-gcc",
    purpose: "builds the supervisor in its own tests",
    packages: ["musl-tools", "musl-gcc", "musl", "", ""],
};
/// What runs the Python tests of the image `host`, and those of the supervisor's own.
pub const PYTHON: Tool = Tool {
    program: "python3",
    purpose: "runs the Python tests of the image `host`, and some of the supervisor's own",
    packages: ["python3", "python3", "python", "python3", "python"],
};
/// What guests need on any host.
pub const FOR_GUESTS: &[Tool] = &[QEMU, QEMU_IMG];
/// What images built from Debian's packages need besides.
pub const FOR_PACKAGES: &[Tool] = &[MMDEBSTRAP, GENEXT2FS, RESIZE2FS];
/// What the project's own tests need besides.
pub const FOR_TESTS: &[Tool] = &[GCC, CLANG, MUSL_GCC, PYTHON];

impl Tool {
    /// Where the program is, if it is: on `PATH`, or in the system folders that an ordinary user's `PATH` leaves out.
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from))
            .map(|folder| folder.join(self.program))
            .find(|candidate| candidate.is_file())
    }

    /// The one sentence an error gives: what is missing and how it is installed.
    #[must_use]
    pub fn remedy(&self) -> String {
        match Manager::detect().and_then(|manager| manager.install(&[*self])) {
            Some(line) => format!("it {}; install it with: {line}", self.purpose),
            None => format!("it {}; is it installed?", self.purpose),
        }
    }
}

/// A host's package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// Debian, Ubuntu.
    Apt,
    /// Fedora, RHEL.
    Dnf,
    /// Arch.
    Pacman,
    /// FreeBSD.
    Pkg,
    /// macOS.
    Brew,
}

impl Manager {
    /// The manager of this host, if it is one of those known.
    #[must_use]
    pub fn detect() -> Option<Manager> {
        let managers = [
            Manager::Apt,
            Manager::Dnf,
            Manager::Pacman,
            Manager::Pkg,
            Manager::Brew,
        ];
        let path = std::env::var_os("PATH").unwrap_or_default();
        managers.into_iter().find(|manager| {
            std::env::split_paths(&path).any(|folder| folder.join(manager.program()).is_file())
        })
    }

    /// The program that installs.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Manager::Apt => "apt-get",
            Manager::Dnf => "dnf",
            Manager::Pacman => "pacman",
            Manager::Pkg => "pkg",
            Manager::Brew => "brew",
        }
    }

    /// The packages of `tools`, each once; `None` when one of them is not packaged there.
    #[must_use]
    pub fn packages(self, tools: &[Tool]) -> Option<Vec<&'static str>> {
        let mut packages = Vec::new();
        for tool in tools {
            let package = tool.packages[self as usize];
            if package.is_empty() {
                return None;
            }
            if !packages.contains(&package) {
                packages.push(package);
            }
        }
        Some(packages)
    }

    /// The command line that installs `tools`, for a person to type.
    #[must_use]
    pub fn install(self, tools: &[Tool]) -> Option<String> {
        let packages = self.packages(tools)?.join(" ");
        Some(match self {
            Manager::Apt => format!("sudo apt-get install --no-install-recommends {packages}"),
            Manager::Dnf => format!("sudo dnf install {packages}"),
            Manager::Pacman => format!("sudo pacman -S {packages}"),
            Manager::Pkg => format!("sudo pkg install {packages}"),
            Manager::Brew => format!("brew install {packages}"),
        })
    }
}

impl fmt::Display for Manager {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.program())
    }
}

/// What it takes to bring `images` up.
#[must_use]
pub fn needed_by<'a>(images: impl IntoIterator<Item = &'a Image>) -> Vec<Tool> {
    let (mut guests, mut packages): (&[Tool], &[Tool]) = (&[], &[]);
    for image in images {
        if image.base != Base::Host {
            guests = FOR_GUESTS;
        }
        if matches!(image.base, Base::Debian(_)) {
            packages = FOR_PACKAGES;
        }
    }
    [guests, packages].concat()
}

/// Those of `tools` that this host lacks.
#[must_use]
pub fn missing(tools: &[Tool]) -> Vec<Tool> {
    tools
        .iter()
        .copied()
        .filter(|tool| tool.find().is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_each_package_once() {
        let line = Manager::Pkg.install(&[QEMU, QEMU_IMG]).unwrap();
        assert_eq!(line, "sudo pkg install qemu-nox11");
    }

    #[test]
    fn what_is_not_packaged_has_no_line() {
        assert_eq!(Manager::Brew.install(&[QEMU, MMDEBSTRAP]), None);
    }
}

//! Images: what `images/NAME.yaml` says, with what it extends folded in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_yaml::Spanned;

use crate::{text, yaml};

/// A guest operating system, described by `images/NAME.yaml`.
#[derive(Clone, Debug)]
pub struct Image {
    /// The file's stem.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Which module of `vm/src/os` knows this system.
    pub os: Os,
    /// Where the base layer comes from.
    pub base: Base,
    /// The C compiler's command in the guest.
    pub cc: String,
    /// The Python interpreter's command in the guest, or why there is none.
    pub python: Result<String, String>,
    /// Virtual CPUs.
    pub cpus: u32,
    /// Memory, MiB.
    pub memory: u32,
    /// Is it run when no image is asked for?
    pub default: bool,
}

/// The operating systems that have a module in `vm/src/os`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Linux.
    Linux,
    /// FreeBSD.
    Freebsd,
}

/// Where an image's base layer comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Base {
    /// Built from Debian's packages.
    Debian(Debian),
    /// An official image, downloaded.
    Download(Download),
    /// A file that a person gave in place of what the image file names.
    File(LocalFile),
    /// No guest: this machine.
    Host,
}

/// A Linux userland and kernel from Debian's packages.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Debian {
    /// The suite's codename.
    pub suite: String,
    /// The packages beyond `Essential: yes`, the kernel among them.
    pub packages: Vec<String>,
    /// May the suite's Release file be past its `Valid-Until`? (apt.conf(5), `Acquire::Check-Valid-Until`)
    pub allow_expired: bool,
    /// Are packages taken from the security archive too?
    pub security: bool,
}

/// An official image.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Download {
    /// Where it is published.
    pub url: String,
    /// The digest of the file as published, 64 lower-case hexadecimal digits; `None`: upstream's CHECKSUM file tells.
    pub sha256: Option<String>,
}

/// An image file on this host, which stands in for a published one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocalFile {
    /// Where it is: raw, raw compressed with xz, or qcow2.
    pub path: PathBuf,
    /// The digest that the image file pins: a file that has it is the published image.
    pub published: Option<String>,
}

/// An image file as written: every key but the title may come from the image that it extends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ImageFile {
    title: String,
    extends: Option<Spanned<String>>,
    os: Option<Os>,
    base: Option<BaseFile>,
    cc: Option<String>,
    python: Option<String>,
    without_python: Option<String>,
    cpus: Option<u32>,
    memory: Option<u32>,
    #[serde(default)]
    default: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
enum BaseFile {
    Debian(DebianFile),
    Download(DownloadFile),
    Host,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DebianFile {
    suite: Option<String>,
    packages: Option<Vec<String>>,
    allow_expired: Option<bool>,
    security: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DownloadFile {
    url: String,
    sha256: Option<String>,
}

impl BaseFile {
    /// This over what it extends: a Debian base takes each key it leaves out from another Debian base.
    fn over(self, parent: Option<BaseFile>) -> BaseFile {
        match (self, parent) {
            (BaseFile::Debian(own), Some(BaseFile::Debian(parent))) => {
                BaseFile::Debian(DebianFile {
                    suite: own.suite.or(parent.suite),
                    packages: own.packages.or(parent.packages),
                    allow_expired: own.allow_expired.or(parent.allow_expired),
                    security: own.security.or(parent.security),
                })
            }
            (own, _) => own,
        }
    }
}

impl ImageFile {
    /// This over the image that it extends. Its title and `default` are its own.
    fn over(self, parent: ImageFile) -> ImageFile {
        let own_python = self.python.is_some() || self.without_python.is_some();
        ImageFile {
            title: self.title,
            extends: parent.extends,
            os: self.os.or(parent.os),
            base: match self.base {
                Some(base) => Some(base.over(parent.base)),
                None => parent.base,
            },
            cc: self.cc.or(parent.cc),
            python: if own_python {
                self.python
            } else {
                parent.python
            },
            without_python: if own_python {
                self.without_python
            } else {
                parent.without_python
            },
            cpus: self.cpus.or(parent.cpus),
            memory: self.memory.or(parent.memory),
            default: self.default,
        }
    }

    /// The image, complete, or the key that nobody gave.
    fn resolve(self, name: &str) -> Result<Image> {
        let missing =
            |key: &str| format!("`{key}` is missing: give it here, or extend an image that has it");
        let base = match self.base.with_context(|| missing("base"))? {
            BaseFile::Host => Base::Host,
            BaseFile::Download(file) => {
                if let Some(digest) = &file.sha256
                    && (digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_hexdigit()))
                {
                    bail!("`base.download.sha256` is not 64 hexadecimal digits");
                }
                Base::Download(Download {
                    url: file.url,
                    sha256: file.sha256.map(|digest| digest.to_ascii_lowercase()),
                })
            }
            BaseFile::Debian(file) => Base::Debian(Debian {
                suite: file.suite.with_context(|| missing("base.debian.suite"))?,
                packages: file
                    .packages
                    .with_context(|| missing("base.debian.packages"))?,
                allow_expired: file.allow_expired.unwrap_or(false),
                security: file.security.unwrap_or(true),
            }),
        };
        if self.python.is_some() && self.without_python.is_some() {
            bail!("`python` and `without-python` exclude each other: keep one");
        }
        let cpus = self.cpus.unwrap_or(2);
        let memory = self.memory.unwrap_or(512);
        if !(1..=64).contains(&cpus) || !(128..=65536).contains(&memory) {
            bail!(
                "`cpus` is 1 to 64, and `memory` 128 to 65536 (MiB); here they are {cpus} and {memory}"
            );
        }
        Ok(Image {
            name: name.to_owned(),
            title: self.title,
            os: match base {
                Base::Host if cfg!(target_os = "freebsd") => Os::Freebsd,
                Base::Host => Os::Linux,
                _ => self.os.with_context(|| missing("os"))?,
            },
            base,
            cc: self.cc.unwrap_or_else(|| "cc".to_owned()),
            python: match self.without_python {
                Some(reason) => Err(reason),
                None => Ok(self.python.unwrap_or_else(|| "python3".to_owned())),
            },
            cpus,
            memory,
            default: self.default,
        })
    }
}

impl Image {
    /// Reads every image in `folder`, by name.
    ///
    /// # Errors
    /// An image file that cannot be read, has an unknown key or a wrong type (with line and column), extends an image
    /// that is not there or itself, or lacks a key. All files' errors are given, not the first alone.
    pub fn load_all(folder: &Path) -> Result<Vec<Image>> {
        let mut files = BTreeMap::new();
        let mut errors = Vec::new();
        for path in image_files(folder)? {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match read_file(&path) {
                Ok(file) => {
                    files.insert(name, (path, file));
                }
                Err(error) => errors.push(format!("{error:#}")),
            }
        }
        let mut images = Vec::new();
        for (name, (path, file)) in &files {
            let image = inherit(name, file.clone(), &files).and_then(|file| {
                file.resolve(name)
                    .with_context(|| path.display().to_string())
            });
            match image {
                Ok(image) => images.push(image),
                Err(error) => errors.push(format!("{error:#}")),
            }
        }
        if !errors.is_empty() {
            bail!("{}", errors.join("\n"));
        }
        Ok(images)
    }

    /// This image, its base made from the file at `path`.
    ///
    /// # Errors
    /// When the image is not one that a file can stand in for, or there is no such file.
    pub fn with_file(self, path: &Path) -> Result<Image> {
        let published = match &self.base {
            Base::Download(download) => download.sha256.clone(),
            Base::File(file) => file.published.clone(),
            Base::Debian(_) | Base::Host => bail!(
                "`{}` is not downloaded, so no file can stand in for it; images that are: see `cargo xtask images`",
                self.name
            ),
        };
        let path = path
            .canonicalize()
            .with_context(|| format!("finding the image file {}", path.display()))?;
        if !path.is_file() {
            bail!("{} is no regular file", path.display());
        }
        Ok(Image {
            base: Base::File(LocalFile { path, published }),
            ..self
        })
    }
}

/// The image files in `folder`, sorted.
fn image_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("reading {} (run it inside the checkout)", folder.display()))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    Ok(files)
}

fn read_file(path: &Path) -> Result<ImageFile> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    yaml::parse(path, &text, 1)
}

/// `file` over all that it extends.
fn inherit(
    name: &str,
    mut file: ImageFile,
    files: &BTreeMap<String, (PathBuf, ImageFile)>,
) -> Result<ImageFile> {
    let mut seen = vec![name.to_owned()];
    while let Some(extends) = file.extends.take() {
        let parent = extends.value;
        let place = || {
            let owner = seen
                .last()
                .and_then(|name| files.get(name))
                .map(|(path, _)| path.display().to_string());
            let location = &extends.defined;
            format!(
                "{}:{}:{}",
                owner.unwrap_or_default(),
                location.line(),
                location.column()
            )
        };
        if seen.contains(&parent) {
            bail!(
                "{}: `extends` goes in a circle: {} -> {parent}",
                place(),
                seen.join(" -> ")
            );
        }
        let Some((_, parent_file)) = files.get(&parent) else {
            let hint = match text::nearest(&parent, files.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "there are: {}",
                    files.keys().cloned().collect::<Vec<_>>().join(", ")
                ),
            };
            bail!(
                "{}: `extends: {}` names no image; {hint}",
                place(),
                text::visible(&parent)
            );
        };
        file = file.over(parent_file.clone());
        seen.push(parent);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)]) -> Result<Vec<Image>> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Image::load_all(folder.path())
    }

    const TRIXIE: &str =
        "title: T\nos: linux\nbase:\n  debian:\n    suite: trixie\n    packages: [gcc]\ncc: gcc\n";

    #[test]
    fn an_image_takes_what_it_leaves_out_from_the_image_it_extends() {
        let images = load(&[
            ("a.yaml", TRIXIE),
            (
                "b.yaml",
                "title: B\nextends: a\nbase: {debian: {suite: bookworm}}\n",
            ),
            (
                "c.yaml",
                "title: C\nextends: b\ncc: musl-gcc\nwithout-python: glibc's\n",
            ),
        ])
        .unwrap();
        let Base::Debian(debian) = &images[2].base else {
            panic!("not built from packages")
        };
        assert_eq!(debian.suite, "bookworm");
        assert_eq!(debian.packages, ["gcc"]);
        assert_eq!(images[2].cc, "musl-gcc");
        assert_eq!(images[2].python, Err("glibc's".to_owned()));
        assert_eq!(images[1].python, Ok("python3".to_owned()));
    }

    #[test]
    fn an_unknown_base_image_is_an_error_with_a_suggestion() {
        let error = load(&[
            ("debian-13.yaml", TRIXIE),
            ("b.yaml", "title: B\nextends: debian-3\n"),
        ])
        .unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.contains(
                "b.yaml:2:10: `extends: debian-3` names no image; did you mean `debian-13`?"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_circle_is_an_error() {
        let error = load(&[
            ("a.yaml", "title: A\nextends: b\n"),
            ("b.yaml", "title: B\nextends: a\n"),
        ])
        .unwrap_err();
        assert!(format!("{error:#}").contains("a -> b -> a"), "{error:#}");
    }

    #[test]
    fn an_unknown_key_names_its_file_line_and_column() {
        let error = load(&[("a.yaml", "title: A\nos: linux\ncompiler: gcc\n")]).unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.contains("a.yaml:3:1") && text.contains("compiler"),
            "{text}"
        );
    }

    #[test]
    fn every_broken_file_is_named() {
        let error = load(&[("a.yaml", "title: [\n"), ("b.yaml", "title: B\n")]).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("a.yaml") && text.contains("b.yaml"), "{text}");
    }
}

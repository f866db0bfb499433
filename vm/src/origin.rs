//! Origins: what a base layer is made from, found out as far as its key needs it, and the making.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::cache::{self, Cache};
use crate::download::{self, Client, Unreachable, Word};
use crate::image::{Base, Debian, Download, Image, LocalFile};
use crate::layers::Step;
use crate::os::linux;
use crate::{text, unpack};

/// Bumped when what is done to make a base changes in a way that none of its inputs shows.
const RECIPE: &[u8] = b"1";

/// The notebook of digests: of local files, and of published images that are not pinned.
const NOTEBOOK: &str = "digests";

/// The key in a layer's manifest of what provenance says of its origin.
pub(crate) const SOURCE: &str = "source";

/// What a base layer is made from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Debian's packages.
    Packages(Debian),
    /// A published image with this SHA-256.
    Published { url: String, sha256: String },
    /// A file on this host with this SHA-256.
    File { file: LocalFile, sha256: String },
}

/// A local file's digest, and what the file looked like when it was taken: as long as it looks so, it is the same.
#[derive(Deserialize, PartialEq, Serialize)]
struct Seen {
    sha256: String,
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Origin {
    /// Finds out an image's origin: asks upstream for the digest of an image that is not pinned, and takes a local
    /// file's digest if it may have changed since that was last done.
    ///
    /// # Errors
    /// [`Unreachable`] among others. The image `host` has no origin.
    pub(crate) fn find(
        cache: &Cache,
        image: &Image,
        offline: bool,
        say: &dyn Fn(Step<'_>),
    ) -> Result<Origin> {
        Ok(match &image.base {
            Base::Debian(debian) => Origin::Packages(debian.clone()),
            Base::Download(published) => Origin::Published {
                url: published.url.clone(),
                sha256: digest_of_published(cache, published, offline, say)?,
            },
            Base::File(file) => Origin::File {
                file: file.clone(),
                sha256: digest_of_file(cache, &file.path, say)?,
            },
            Base::Host => bail!("`{}` is this machine, and no guest", image.name),
        })
    }

    /// An image's origin as far as it is known without network and without reading files through.
    pub(crate) fn recall(cache: &Cache, image: &Image) -> Option<Origin> {
        match &image.base {
            Base::Debian(debian) => Some(Origin::Packages(debian.clone())),
            Base::Download(Download { url, sha256 }) => Some(Origin::Published {
                url: url.clone(),
                sha256: sha256.clone().or_else(|| cache.recall(NOTEBOOK, url))?,
            }),
            Base::File(file) => Some(Origin::File {
                file: file.clone(),
                sha256: recall_file(cache, &file.path)?,
            }),
            Base::Host => None,
        }
    }

    /// The base layer's key. A published image has the same one, downloaded or given as a file.
    ///
    /// # Errors
    /// When the recipe cannot be written down.
    pub(crate) fn key(&self) -> Result<String> {
        Ok(match self {
            Origin::Packages(debian) => cache::key(&[RECIPE, &linux::recipe(debian)?]),
            Origin::Published { sha256, .. } | Origin::File { sha256, .. } => {
                cache::key(&[RECIPE, b"disk", sha256.as_bytes()])
            }
        })
    }

    /// The digest under which a download of it is kept.
    pub(crate) fn download(&self) -> Option<&str> {
        match self {
            Origin::Published { sha256, .. } => Some(sha256),
            Origin::Packages(_) | Origin::File { .. } => None,
        }
    }

    /// Makes the base layer in `folder`: at least its raw disk, `disk`. Answers what it was made of. What was downloaded
    /// for it is kept: until the layer is in its place, another run may have to make it from that.
    ///
    /// # Errors
    /// [`Unreachable`]; a download whose digest is wrong; a file that is no disk; what mmdebstrap says.
    pub(crate) fn make(
        &self,
        cache: &Cache,
        folder: &Path,
        offline: bool,
        say: &dyn Fn(Step<'_>),
    ) -> Result<Vec<(String, String)>> {
        if offline && !matches!(self, Origin::File { .. }) {
            return Err(Unreachable(
                "its base layer is not in the cache, and --offline was given".to_owned(),
            )
            .into());
        }
        let disk = folder.join("disk");
        match self {
            Origin::Packages(debian) => {
                say(Step::Packages);
                linux::build(debian, folder)
            }
            Origin::Published { url, sha256 } => {
                let part = cache.download(sha256);
                let _lock = cache.lock_download(sha256)?;
                say(Step::Download);
                if !part.exists() {
                    compare_with_upstream(url, sha256)?;
                }
                let fetched = download::fetch(url, sha256, &part, &|word| match word {
                    Word::Progress { done, total } => say(Step::Progress { done, total }),
                    Word::Note(text) => say(Step::Note(text)),
                });
                if fs::metadata(&part).is_ok_and(|part| part.len() == 0) {
                    cache.discard_download(sha256)?;
                }
                fetched?;
                write_disk(&part, &disk, say)?;
                Ok(vec![source(sha256, true), ("url".to_owned(), url.clone())])
            }
            Origin::File { file, sha256 } => {
                write_disk(&file.path, &disk, say)?;
                if recall_file(cache, &file.path).as_ref() != Some(sha256) {
                    bail!("{} was written while it was read", file.path.display());
                }
                Ok(vec![source(
                    sha256,
                    file.published.as_ref() == Some(sha256),
                )])
            }
        }
    }
}

/// A digest that upstream does not publish (any more) is told before the image is downloaded. Where upstream has no list,
/// or gives none, the download alone decides.
fn compare_with_upstream(url: &str, sha256: &str) -> Result<()> {
    let client = Client {
        pause: Duration::ZERO,
        ..Client::default()
    };
    match client.published_digest(url, &|_| {}) {
        Ok(published) if published != sha256 => bail!(
            "the SHA-256 of {} is {published} in upstream's CHECKSUM.SHA256, and {sha256} in the image file: was it replaced? \
             Find out, then correct the image file",
            text::visible(url)
        ),
        _ => Ok(()),
    }
}

/// What provenance says of an image that was not built here.
fn source(sha256: &str, published: bool) -> (String, String) {
    let what = if published {
        "the published image"
    } else {
        "a file that stands in for the published image"
    };
    (SOURCE.to_owned(), format!("{what}, SHA-256 {sha256}"))
}

fn write_disk(source: &Path, disk: &Path, say: &dyn Fn(Step<'_>)) -> Result<()> {
    say(Step::Unpack);
    unpack::unpack(source, disk, &|done, total| {
        say(Step::Progress {
            done,
            total: Some(total),
        });
    })?;
    Ok(())
}

/// The pinned digest; else what upstream says now, which is remembered for when upstream cannot be asked.
fn digest_of_published(
    cache: &Cache,
    published: &Download,
    offline: bool,
    say: &dyn Fn(Step<'_>),
) -> Result<String> {
    if let Some(sha256) = &published.sha256 {
        return Ok(sha256.clone());
    }
    let asked = if offline {
        Err(Unreachable(
            "its digest is not pinned, upstream was never asked for it, and --offline was given"
                .to_owned(),
        )
        .into())
    } else {
        download::published_digest(&published.url, &|word| {
            if let Word::Note(text) = word {
                say(Step::Note(text));
            }
        })
    };
    match asked {
        Ok(sha256) => {
            cache.remember(NOTEBOOK, &published.url, &sha256)?;
            Ok(sha256)
        }
        Err(error) if error.is::<Unreachable>() => match cache.recall(NOTEBOOK, &published.url) {
            Some(sha256) => {
                if !offline {
                    say(Step::Note(&format!(
                        "the newest image is not known, and the one used last is taken: {error:#}"
                    )));
                }
                Ok(sha256)
            }
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

fn digest_of_file(cache: &Cache, path: &Path, say: &dyn Fn(Step<'_>)) -> Result<String> {
    if let Some(sha256) = recall_file(cache, path) {
        return Ok(sha256);
    }
    say(Step::Verify);
    let mut seen = see(path, String::new())?;
    let sha256 = unpack::digest(path, &|done, total| {
        say(Step::Progress {
            done,
            total: Some(total),
        });
    })?;
    if see(path, String::new())? != seen {
        bail!("{} was written while it was read", path.display());
    }
    seen.sha256.clone_from(&sha256);
    cache.remember(NOTEBOOK, &path.to_string_lossy(), &seen)?;
    Ok(sha256)
}

/// The digest taken before, if the file looks as it did then.
fn recall_file(cache: &Cache, path: &Path) -> Option<String> {
    let before: Seen = cache.recall(NOTEBOOK, &path.to_string_lossy())?;
    let now = see(path, before.sha256.clone()).ok()?;
    (now == before).then_some(before.sha256)
}

fn see(path: &Path, sha256: String) -> Result<Seen> {
    let found = fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?;
    Ok(Seen {
        sha256,
        device: found.dev(),
        inode: found.ino(),
        length: found.len(),
        modified: (found.mtime(), found.mtime_nsec()),
        changed: (found.ctime(), found.ctime_nsec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_kept_as_long_as_its_layer_is_not_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("cache")).unwrap();
        let image = folder.path().join("image");
        fs::write(&image, "a disk").unwrap();
        let sha256 = unpack::digest(&image, &|_, _| ()).unwrap();
        let part = cache.download(&sha256);
        fs::rename(&image, &part).unwrap();
        let url = "http://images.invalid/disk".to_owned();
        let origin = Origin::Published { url, sha256 };
        origin.make(&cache, folder.path(), false, &|_| ()).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("disk")).unwrap(),
            "a disk"
        );
        assert!(part.exists());
    }
}

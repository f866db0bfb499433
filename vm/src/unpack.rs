//! Unpacking: an image as published (xz, raw or qcow2, known by its first bytes) as a sparse raw disk.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Error, Result, bail};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{self, MtStreamBuilder};
use sha2::{Digest, Sha256};

use crate::bytes::{self, PIECE, Watched, size};
use crate::text::visible;
use crate::{process, tools};

/// What is a hole in the file when it is all zeros, bytes: a page of memory, and a block of most filesystems.
const BLOCK: usize = 4 << 10;

/// The memory that the xz decoder may take, bytes: beyond it, it uses fewer threads, and at last gives up. A thread takes about
/// 60 MiB for what `xz -6 -T0` made, and about 450 MiB for `xz -9 -T0`.
const MEMORY: u64 = 1 << 30;

/// How an image is published.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// A raw disk, compressed with xz.
    Xz,
    /// A raw disk.
    Raw,
    /// QEMU's own.
    Qcow2,
}

/// The first bytes of formats that are not taken. No raw disk begins so: there is a boot sector, or zeros.
const OTHERS: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"KDMV", "a VMDK image"),
    (b"vhdxfile", "a VHDX image"),
];

impl Format {
    /// The format of what begins with `start`; an error for those that are not taken.
    fn of(start: &[u8]) -> Result<Format> {
        if start.is_empty() {
            bail!("it is empty");
        }
        let other = OTHERS.iter().find(|(magic, _)| start.starts_with(magic));
        if let Some((_, name)) = other {
            bail!(
                "it is {name}, and what is taken is a raw disk, one compressed with xz, or qcow2"
            );
        }
        Ok(if start.starts_with(b"\xfd7zXZ\0") {
            Format::Xz
        } else if start.starts_with(b"QFI\xfb") {
            Format::Qcow2
        } else {
            Format::Raw
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Format::Xz => "xz",
            Format::Raw => "raw",
            Format::Qcow2 => "qcow2",
        })
    }
}

/// Makes the sparse raw disk `disk` of the image `source`, whose name says nothing of its format: its content does. `report`
/// is told how far it has come, in bytes of `source` done and in all, at most five times a second and at the end.
///
/// # Errors
/// When `source` is empty, cut off, damaged, of another format, or a qcow2 that refers to other files; when the disk is full.
/// What is at `disk` then is of no use.
pub fn unpack(source: &Path, disk: &Path, report: &dyn Fn(u64, u64)) -> Result<Format> {
    try_unpack(source, disk, report).with_context(|| format!("unpacking {}", source.display()))
}

/// The SHA-256 of the file `path`, as 64 lower-case hexadecimal digits; `report` as in [`unpack`].
///
/// # Errors
/// When the file cannot be read.
pub fn digest(path: &Path, report: &dyn Fn(u64, u64)) -> Result<String> {
    let (file, length) = open(path)?;
    let mut hasher = Sha256::new();
    bytes::hash_all(Watched::new(file, length, report), &mut hasher)
        .with_context(|| format!("reading {}", path.display()))?;
    Ok(bytes::hex(&hasher))
}

fn open(path: &Path) -> Result<(File, u64)> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

fn try_unpack(source: &Path, disk: &Path, report: &dyn Fn(u64, u64)) -> Result<Format> {
    let (file, length) = open(source)?;
    let mut reader = BufReader::with_capacity(PIECE, Watched::new(file, length, report));
    let format = Format::of(reader.fill_buf().context("reading it")?)?;
    match format {
        Format::Raw => {
            let mut disk = Sparse::create(disk)?;
            disk.copy(&mut reader, |_| Ok(()))?;
            disk.finish()?;
        }
        Format::Xz => decompress(&mut reader, disk)?,
        Format::Qcow2 => {
            convert(source, disk)?;
            report(length, length);
        }
    }
    Ok(format)
}

/// Unpacks xz streams, one after the other and with zeros between and after them, as the format allows
/// (The .xz File Format, 2.2).
fn decompress(reader: &mut impl BufRead, disk: &Path) -> Result<()> {
    let mut disk = Sparse::create(disk)?;
    let mut first = true;
    loop {
        let decoder = MtStreamBuilder::new()
            .threads(threads())
            .memlimit_threading(MEMORY)
            .memlimit_stop(MEMORY)
            .decoder()
            .context("starting the xz decoder")?;
        let mut stream = XzDecoder::new_stream(&mut *reader, decoder);
        let copied = disk.copy(&mut stream, inside);
        if !first && stream.total_out() == 0 {
            copied.context("looking at what follows the compressed disk (is it garbage?)")?;
        } else {
            copied?;
        }
        first = false;
        if at_end(reader)? {
            break;
        }
    }
    if disk.length == 0 {
        bail!("there is nothing inside");
    }
    disk.finish()
}

fn threads() -> u32 {
    thread::available_parallelism()
        .ok()
        .and_then(|count| u32::try_from(count.get()).ok())
        .unwrap_or(1)
}

/// Is what begins with `start`, out of an xz, a raw disk?
fn inside(start: &[u8]) -> Result<()> {
    match Format::of(start).context("looking inside the xz")? {
        Format::Raw => Ok(()),
        other => bail!(
            "inside the xz is {other}, and only a raw disk is taken there: unpack it with `xz -d` and give that file"
        ),
    }
}

/// Skips zeros; is there nothing else?
fn at_end(reader: &mut impl BufRead) -> Result<bool> {
    loop {
        let rest = reader.fill_buf().context("reading it")?;
        if rest.is_empty() {
            return Ok(true);
        }
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        let stop = zeros < rest.len();
        reader.consume(zeros);
        if stop {
            return Ok(false);
        }
    }
}

/// What the xz decoder says, if it is its error.
fn of_xz(error: &io::Error) -> Option<stream::Error> {
    error.get_ref()?.downcast_ref().copied()
}

/// What a failed read of an image means.
fn read_error(error: io::Error) -> Error {
    let meaning = match (of_xz(&error), error.kind()) {
        (Some(stream::Error::MemLimit), _) => {
            format!("it takes more than {} of memory to unpack", size(MEMORY))
        }
        (_, io::ErrorKind::UnexpectedEof) => "it is cut off: get it again, whole".to_owned(),
        (_, io::ErrorKind::InvalidData) => "it is damaged: get it again".to_owned(),
        (Some(_), _) => "it cannot be unpacked here".to_owned(),
        (None, _) => "reading it".to_owned(),
    };
    Error::new(error).context(meaning)
}

/// A disk being written, with holes where it is zero.
struct Sparse {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Sparse {
    fn create(path: &Path) -> Result<Sparse> {
        let file = File::create(path).with_context(|| format!("making {}", path.display()))?;
        Ok(Sparse {
            path: path.to_owned(),
            file,
            length: 0,
        })
    }

    /// Appends all that `reader` gives; `check` sees the disk's first bytes before they are written.
    fn copy(&mut self, reader: &mut impl Read, check: fn(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = Vec::with_capacity(PIECE);
        loop {
            buffer.clear();
            // Whole pieces, so that every block begins at a multiple of its length.
            reader
                .by_ref()
                .take(PIECE as u64)
                .read_to_end(&mut buffer)
                .map_err(read_error)?;
            if buffer.is_empty() {
                return Ok(());
            }
            if self.length == 0 {
                check(&buffer)?;
            }
            self.append(&buffer)
                .map_err(|error| bytes::write_error(error, &self.path))?;
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        static ZEROS: [u8; BLOCK] = [0; BLOCK];
        let is_hole = |block: &&[u8]| *block == &ZEROS[..block.len()];
        let blocks: Vec<&[u8]> = bytes.chunks(BLOCK).collect();
        let mut rest = bytes;
        for alike in blocks.chunk_by(|one, next| is_hole(one) == is_hole(next)) {
            let (run, after) = rest.split_at(alike.iter().map(|block| block.len()).sum());
            if !is_hole(&alike[0]) {
                self.file.write_all_at(run, self.length)?;
            }
            self.length += run.len() as u64;
            rest = after;
        }
        Ok(())
    }

    /// Gives the disk its length, which a hole at its end has not done.
    fn finish(self) -> Result<()> {
        self.file
            .set_len(self.length)
            .map_err(|error| bytes::write_error(error, &self.path))
    }
}

/// Makes holes of a file's blocks that are zero: it takes no more of the disk than what is in it.
///
/// # Errors
/// When the file cannot be read, or what takes its place cannot be written.
pub(crate) fn dig_holes(path: &Path) -> Result<()> {
    let (mut file, _) = open(path)?;
    let dug = path.with_extension("dug");
    let mut sparse = Sparse::create(&dug)?;
    sparse.copy(&mut file, |_| Ok(()))?;
    sparse.finish()?;
    fs::rename(&dug, path).with_context(|| format!("renaming {}", dug.display()))
}

/// Converts a qcow2 that stands on its own.
fn convert(source: &Path, disk: &Path) -> Result<()> {
    refuse_references(source)?;
    // A path that begins with a slash is never taken for one of QEMU's protocols.
    let source = std::path::absolute(source)?;
    let target = std::path::absolute(disk)?;
    let (Some(source), Some(target)) = (source.to_str(), target.to_str()) else {
        bail!("qemu-img takes paths in UTF-8 alone: move it");
    };
    let arguments = ["convert", "-f", "qcow2", "-O", "raw", source, target];
    let tool = tools::QEMU_IMG;
    match process::run(tool.program, &arguments, &tool.remedy()) {
        Err(error) if format!("{error:#}").contains("No space left") => {
            Err(error.context(bytes::room(disk)))
        }
        result => result.map(|_| ()),
    }
}

/// Refuses a qcow2 that names other files: QEMU would read any file of this host into the guest's disk.
///
/// The header is read here (QEMU, docs/interop/qcow2.rst), because `qemu-img info` opens what an image names, before it
/// tells of it (CVE-2024-4467).
fn refuse_references(source: &Path) -> Result<()> {
    let (file, length) = open(source)?;
    let mut header = [0; 80];
    file.read_exact_at(&mut header[..72], 0)
        .map_err(read_error)?;
    let version = number(&header[4..8]);
    if !(2..=3).contains(&version) {
        bail!("it is qcow2 of version {version}, and only 2 and 3 are known");
    }
    let (offset, name_length) = (number(&header[8..16]), number(&header[16..20]));
    if offset != 0 {
        // 1023 bytes at most, says the format.
        let mut name = vec![0; name_length.min(1023).min(length) as usize];
        let name = match file.read_exact_at(&mut name, offset) {
            Ok(()) => format!("`{}`", visible(&String::from_utf8_lossy(&name))),
            Err(_) => "unreadable".to_owned(),
        };
        bail!(
            "its contents are only what differs from a backing file ({name}), which could be any file of this host: \
             flatten it first with `qemu-img convert -O qcow2`"
        );
    }
    if version == 3 {
        file.read_exact_at(&mut header[72..], 72)
            .map_err(read_error)?;
        if number(&header[72..80]) & EXTERNAL_DATA_FILE != 0 {
            bail!(
                "its contents are in another file, which could be any file of this host: put them into one with \
                 `qemu-img convert -O qcow2`"
            );
        }
    }
    Ok(())
}

/// The incompatible feature bit of a qcow2 whose clusters are elsewhere.
const EXTERNAL_DATA_FILE: u64 = 1 << 2;

/// A big-endian number.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::MetadataExt;

    use liblzma::bufread::XzEncoder;
    use liblzma::stream::Check;

    use super::*;

    const MIB: usize = 1 << 20;

    /// Unpacks `content`, which lies in a file whose name misleads, and gives the disk.
    fn unpack_bytes(content: &[u8]) -> Result<(Format, Vec<u8>, fs::Metadata)> {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("image.txt");
        let disk = folder.path().join("disk");
        fs::write(&source, content).unwrap();
        let last = Cell::new((0, 0));
        let format = unpack(&source, &disk, &|done, total| last.set((done, total)))?;
        let whole = content.len() as u64;
        assert_eq!(last.get(), (whole, whole), "the last progress");
        let metadata = fs::metadata(&disk).unwrap();
        Ok((format, fs::read(&disk).unwrap(), metadata))
    }

    fn refusal(content: &[u8]) -> String {
        let error = format!("{:#}", unpack_bytes(content).unwrap_err());
        assert!(error.contains("image.txt: "), "names the file: {error}");
        error
    }

    /// 16 MiB with 4 MiB of holes at the start, in the middle and at the end each, and an odd length.
    fn holed() -> Vec<u8> {
        let mut data = vec![0; 16 * MIB + 512];
        for (place, byte) in data.iter_mut().enumerate() {
            if matches!(place / (2 * MIB), 2 | 5) {
                *byte = (place * 7 / 64) as u8 | 1;
            }
        }
        data
    }

    fn xz(data: &[u8]) -> Vec<u8> {
        let encoder = MtStreamBuilder::new()
            .preset(0)
            .check(Check::Crc64)
            .threads(2)
            .block_size(MIB as u64)
            .encoder()
            .unwrap();
        let mut packed = Vec::new();
        XzEncoder::new_stream(data, encoder)
            .read_to_end(&mut packed)
            .unwrap();
        packed
    }

    fn assert_sparse(disk: &[u8], metadata: &fs::Metadata) {
        assert!(disk == holed(), "the disk differs");
        let taken = metadata.blocks() * 512;
        assert!(
            (4 * MIB as u64..5 * MIB as u64).contains(&taken),
            "{taken} bytes taken for 4 MiB of data and 12 of zeros"
        );
    }

    #[test]
    fn a_raw_image_becomes_a_sparse_disk() {
        let (format, disk, metadata) = unpack_bytes(&holed()).unwrap();
        assert_eq!(format, Format::Raw);
        assert_sparse(&disk, &metadata);
    }

    #[test]
    fn an_xz_of_many_blocks_becomes_a_sparse_disk() {
        let (format, disk, metadata) = unpack_bytes(&xz(&holed())).unwrap();
        assert_eq!(format, Format::Xz);
        assert_sparse(&disk, &metadata);
    }

    #[test]
    fn xz_streams_in_a_row_with_padding_are_one_disk() {
        let (start, end) = (vec![1; 1000], vec![2; 3000]);
        let packed = [&xz(&start)[..], &[0; 8], &xz(&end), &[0; 4]].concat();
        let (_, disk, _) = unpack_bytes(&packed).unwrap();
        assert!(disk == [start, end].concat());
    }

    #[test]
    fn an_xz_that_is_not_whole_is_refused() {
        let packed = xz(&holed());
        let mut flipped = packed.clone();
        flipped[packed.len() / 2] ^= 1;
        let refusals = [
            (packed[..packed.len() / 2].to_vec(), "it is cut off"),
            // All the data is there, but for the index after it.
            (packed[..packed.len() - 20].to_vec(), "it is cut off"),
            (packed[..6].to_vec(), "it is cut off"),
            (flipped, "it is damaged"),
            (
                [&packed[..], b"garbage"].concat(),
                "looking at what follows the compressed disk (is it garbage?)",
            ),
            (xz(b""), "there is nothing inside"),
            (Vec::new(), "it is empty"),
        ];
        for (content, words) in refusals {
            let refusal = refusal(&content);
            assert!(refusal.contains(words), "{words} in {refusal}");
        }
    }

    #[test]
    fn what_is_not_taken_is_named() {
        let refusals = [
            (b"\x1f\x8b\x08\0 and so on".to_vec(), "compressed with gzip"),
            (xz(b"QFI\xfb\0\0\0\x03"), "inside the xz is qcow2"),
            (xz(&xz(b"a disk")), "inside the xz is xz"),
            (xz(b"KDMV"), "looking inside the xz: it is a VMDK image"),
        ];
        for (content, words) in refusals {
            let refusal = refusal(&content);
            assert!(refusal.contains(words), "{words} in {refusal}");
        }
    }

    // What is written to /dev/full finds no room.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_with_the_room_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("image");
        fs::write(&source, holed()).unwrap();
        let error = unpack(&source, Path::new("/dev/full"), &|_, _| ()).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("the disk is full: "), "{error}");
        assert!(error.contains(" free in /dev; make room there"), "{error}");
    }

    /// Makes a qcow2 with qemu-img.
    fn qcow2(path: &Path, arguments: &[&str]) {
        let path = path.to_str().unwrap();
        let mut all = vec!["create", "-q", "-f", "qcow2"];
        all.extend(arguments);
        all.extend([path, "1M"]);
        process::run("qemu-img", &all, "the project's tests need it").unwrap();
    }

    #[test]
    fn a_qcow2_becomes_a_raw_disk() {
        let folder = tempfile::tempdir().unwrap();
        let (raw, image) = (folder.path().join("raw"), folder.path().join("qcow2"));
        fs::write(&raw, holed()).unwrap();
        let (from, to) = (raw.to_str().unwrap(), image.to_str().unwrap());
        let arguments = ["convert", "-f", "raw", "-O", "qcow2", from, to];
        process::run("qemu-img", &arguments, "the project's tests need it").unwrap();
        let (format, disk, metadata) = unpack_bytes(&fs::read(&image).unwrap()).unwrap();
        assert_eq!(format, Format::Qcow2);
        assert_sparse(&disk, &metadata);
    }

    #[test]
    fn a_qcow2_that_refers_to_another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        fs::write(&secret, vec![7; MIB]).unwrap();
        let secret = secret.to_str().unwrap();
        let image = folder.path().join("image");
        for compat in ["compat=0.10", "compat=1.1"] {
            qcow2(&image, &["-o", compat, "-F", "raw", "-b", secret]);
            let refusal = refusal(&fs::read(&image).unwrap());
            assert!(
                refusal.contains(&format!("a backing file (`{secret}`)")),
                "{refusal}"
            );
        }
        let elsewhere = format!("data_file={secret}");
        qcow2(&image, &["-o", &elsewhere]);
        let refusal = refusal(&fs::read(&image).unwrap());
        assert!(
            refusal.contains("its contents are in another file"),
            "{refusal}"
        );
    }

    #[test]
    fn a_digest_is_that_of_the_standard() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"abc").unwrap();
        let last = Cell::new((0, 0));
        let digest = digest(file.path(), &|done, total| last.set((done, total))).unwrap();
        // FIPS 180-2, B.1.
        assert_eq!(
            digest,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(last.get(), (3, 3));
    }
}

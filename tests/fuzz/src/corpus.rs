//! The kept inputs of each target, in one archive: `tests/fuzz/corpus/<target>.zip`.
//!
//! The same inputs make the same bytes, so that a difference in the repository is one of inputs.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The most inputs that are kept of a target, and their most bytes together: `cargo test` runs them all.
const MAX_INPUTS: usize = 200;
const MAX_BYTES: usize = 300_000;

/// An input, and its name: the hash that libFuzzer gave it.
pub type Input = (String, Vec<u8>);

fn path(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format!("{target}.zip"))
}

/// The kept inputs of a target, by name.
///
/// # Errors
///
/// The archive is missing or broken.
pub fn read(target: &str) -> io::Result<Vec<Input>> {
    unpack(File::open(path(target))?)
}

/// Writes the kept inputs of a target into a folder, one file each.
///
/// # Errors
///
/// The archive cannot be read, or the folder cannot be written.
pub fn unpack_into(target: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    read(target)?.iter().try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))
}

/// Keeps the inputs in a folder, or of each size some where those are too many. Returns how many are kept,
/// and their bytes.
///
/// # Errors
///
/// The folder cannot be read, or the archive cannot be written.
pub fn pack_from(target: &str, folder: &Path) -> io::Result<(usize, usize)> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        inputs.push((name, fs::read(entry.path())?));
    }
    let kept = chosen(inputs);
    fs::write(path(target), pack(&kept)?)?;
    Ok((kept.len(), kept.iter().map(|it| it.1.len()).sum()))
}

/// The inputs of evenly spread sizes that fit the limits.
fn chosen(mut inputs: Vec<Input>) -> Vec<Input> {
    inputs.sort_by(|a, b| (a.1.len(), &a.0).cmp(&(b.1.len(), &b.0)));
    let step = inputs.len().div_ceil(MAX_INPUTS).max(1);
    let mut n_bytes = 0;
    let fits = |it: &Input| {
        n_bytes += it.1.len();
        n_bytes <= MAX_BYTES
    };
    inputs.into_iter().step_by(step).take_while(fits).collect()
}

/// An archive of the inputs in the order of their names, without times.
fn pack(inputs: &[Input]) -> io::Result<Vec<u8>> {
    let mut inputs = Vec::from_iter(inputs);
    inputs.sort();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in inputs {
        archive.start_file(name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn unpack(archive: impl io::Read + io::Seek) -> io::Result<Vec<Input>> {
    let mut archive = ZipArchive::new(archive)?;
    let mut inputs = Vec::new();
    for input_idx in 0..archive.len() {
        let mut file = archive.by_index(input_idx)?;
        let name = file.name()?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        inputs.push((name, bytes));
    }
    inputs.sort();
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(sizes: impl IntoIterator<Item = usize>) -> Vec<Input> {
        let input = |(input_idx, size)| (format!("{input_idx:03}"), vec![b'a'; size]);
        sizes.into_iter().enumerate().map(input).collect()
    }

    #[test]
    fn an_archive_depends_on_its_inputs_alone() {
        let inputs = inputs([3, 0, 1000]);
        let packed = pack(&inputs).unwrap();
        assert_eq!(unpack(Cursor::new(&packed)).unwrap(), inputs);
        let reversed: Vec<_> = inputs.iter().cloned().rev().collect();
        assert_eq!(pack(&reversed).unwrap(), packed);
    }

    #[test]
    fn of_too_many_inputs_some_of_each_size_are_kept() {
        assert_eq!(chosen(inputs([2, 1])).len(), 2);
        let sizes = |inputs: &[Input]| inputs.iter().map(|it| it.1.len()).collect::<Vec<_>>();
        let kept = chosen(inputs((0..3 * MAX_INPUTS).rev()));
        assert_eq!(sizes(&kept), Vec::from_iter((0..3 * MAX_INPUTS).step_by(3)));
        let large = MAX_BYTES / 2;
        assert_eq!(sizes(&chosen(inputs([large, large + 1, 1]))), [1, large]);
    }
}

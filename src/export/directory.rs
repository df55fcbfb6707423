//! The directory of the files. No file that exists is changed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::diagnostic::listed;

/// Whether these files can be written.
///
/// # Errors
/// What is in the way.
pub(super) fn check(directory: &Path, names: &[String]) -> Result<(), String> {
    if directory.symlink_metadata().is_ok() && !directory.is_dir() {
        return Err(format!("{} is not a directory", directory.display()));
    }
    let there: Vec<&String> = names.iter().filter(|name| directory.join(name).symlink_metadata().is_ok()).collect();
    if there.is_empty() {
        return Ok(());
    }
    let there = listed(there.into_iter());
    Err(format!("{} already contains {there}. No file is overwritten: choose another directory.", directory.display()))
}

/// Writes files that do not exist. If one cannot be written, none remains.
///
/// # Errors
/// Which one could not be written, and why.
pub(super) fn write(directory: &Path, files: &BTreeMap<String, String>) -> Result<(), String> {
    let failed = |what: &Path, error: &io::Error| format!("could not write {}: {error}", what.display());
    fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    let mut written = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        let created = File::create_new(&path);
        if created.is_ok() {
            written.push(path.clone());
        }
        if let Err(error) = created.and_then(|mut file| file.write_all(text.as_bytes())) {
            for path in written {
                // The error that is reported is the first one.
                let _ = fs::remove_file(path);
            }
            return Err(failed(&path, &error));
        }
    }
    Ok(())
}

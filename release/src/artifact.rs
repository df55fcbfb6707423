//! The files of a release of one provider: their names, what is in them, and the checksums over them.
//!
//! The same input makes the same bytes, on every machine: no time, no owner, no order of a directory.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::target::Target;

/// The file of the repository that says which protocol the providers speak.
pub const MANIFEST: &str = "terraform-registry-manifest.json";

/// A release of one provider, and the directory that its files are in.
#[derive(Debug, Clone)]
pub struct Release {
    /// `terraform-provider-…`
    pub program: String,
    pub version: String,
    pub directory: PathBuf,
}

impl Release {
    /// `parent` contains a directory for each provider.
    pub fn new(provider: &str, version: &str, parent: &Path) -> Self {
        let program = format!("terraform-provider-{provider}");
        Self { version: version.to_owned(), directory: parent.join(&program), program }
    }

    fn file(&self, rest: &str) -> PathBuf {
        self.directory.join(format!("{}_{}_{rest}", self.program, self.version))
    }

    pub fn zip(&self, target: &Target) -> PathBuf {
        self.file(&format!("{}.zip", target.name()))
    }

    pub fn manifest(&self) -> PathBuf {
        self.file("manifest.json")
    }

    pub fn sbom(&self) -> PathBuf {
        self.file("sbom.cdx.json")
    }

    pub fn checksums(&self) -> PathBuf {
        self.file("SHA256SUMS")
    }

    pub fn signature(&self) -> PathBuf {
        self.file("SHA256SUMS.sig")
    }

    /// The name of the program inside of a zip.
    pub fn entry(&self, target: &Target) -> String {
        format!("{}_v{}{}", self.program, self.version, target.suffix())
    }

    /// Writes the zip of a target with this program in it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn pack(&self, target: &Target, program: &[u8]) -> Result<PathBuf> {
        let path = self.zip(target);
        write(&path, &packed(&self.entry(target), program)?)?;
        Ok(path)
    }

    /// Writes the manifest and the checksums over it and all zips that are there.
    ///
    /// # Errors
    /// There is no zip, or a file of another version, which a release must not contain.
    pub fn assemble(&self, manifest: &[u8]) -> Result<()> {
        write(&self.manifest(), manifest)?;
        // One of an earlier time would not be of these checksums.
        if self.signature().exists() {
            fs::remove_file(self.signature())?;
        }
        let begin = format!("{}_{}_", self.program, self.version);
        let mut sums = BTreeMap::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            ensure!(name.starts_with(&begin), "{} is no file of version {}", path.display(), self.version);
            if name.ends_with(".zip") || path == self.manifest() {
                sums.insert(name, sha256(&fs::read(&path)?));
            }
        }
        ensure!(sums.len() > 1, "{} contains no zip", self.directory.display());
        let text: String = sums.into_iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        write(&self.checksums(), text.as_bytes())
    }
}

/// A zip with one file, as Terraform installs it: without a directory, which only one of Terraform's two hashes would
/// contain, and with the mode of a program, without which Terraform installs it and cannot start it.
fn packed(name: &str, program: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, options)?;
    zip.write_all(program)?;
    Ok(zip.finish()?.into_inner())
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(bytes).with_context(|| format!("{} cannot be written", path.display()))
}

/// In hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use tempfile::TempDir;
    use zip::ZipArchive;

    use super::*;

    fn release(directory: &TempDir) -> Release {
        Release::new("toy", "1.2.3", directory.path())
    }

    fn target(name: &str) -> &'static Target {
        Target::named(name).expect("a target")
    }

    #[test]
    fn a_zip_is_one_program_of_no_time() {
        let directory = TempDir::new().expect("a directory");
        let path = release(&directory).pack(target("windows_amd64"), b"program").expect("a zip");
        assert!(path.ends_with("terraform-provider-toy/terraform-provider-toy_1.2.3_windows_amd64.zip"), "{path:?}");
        let mut zip = ZipArchive::new(File::open(&path).expect("the zip")).expect("a zip");
        assert_eq!(zip.len(), 1);
        let mut entry = zip.by_index(0).expect("an entry");
        assert_eq!(entry.name().expect("a name"), "terraform-provider-toy_v1.2.3.exe");
        // S_IFREG and the mode.
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(entry.last_modified(), Some(DateTime::default()));
        assert_eq!(entry.extra_data(), None, "no owner, no time in another form");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("its content");
        assert_eq!(text, "program");
    }

    /// Whatever compresses must do so in the same way on every machine and at every time.
    #[test]
    fn the_bytes_of_a_zip_are_those_of_its_program() {
        let program: Vec<u8> = (0..50_000_u32).flat_map(|n| (n * n % 1021).to_le_bytes()).collect();
        let zip = packed("terraform-provider-toy_v1.2.3", &program).expect("a zip");
        assert_eq!(sha256(&zip), "aac4db3daf99c5befac284364e4f6fb67b547176bf0576a17e2abe3b017b88a3");
    }

    #[test]
    fn the_checksums_are_over_zips_and_manifest() {
        let directory = TempDir::new().expect("a directory");
        let release = release(&directory);
        for name in ["linux_arm64", "linux_amd64"] {
            release.pack(target(name), name.as_bytes()).expect("a zip");
        }
        for (path, text) in [(release.sbom(), "{}"), (release.signature(), "of an earlier time")] {
            write(&path, text.as_bytes()).expect("a file");
        }
        release.assemble(b"{}\n").expect("checksums");
        let text = fs::read_to_string(release.checksums()).expect("checksums");
        let names: Vec<&str> = text.lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name).collect();
        let name = |rest: &str| format!("terraform-provider-toy_1.2.3_{rest}");
        assert_eq!(names, [name("linux_amd64.zip"), name("linux_arm64.zip"), name("manifest.json")]);
        // As `printf '{}\n' | sha256sum` has it.
        let sum = "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356";
        assert!(text.contains(&format!("{sum}  {}\n", name("manifest.json"))), "{text}");
        assert!(!release.signature().exists());
    }

    #[test]
    fn a_release_without_a_zip_or_with_an_older_file_is_refused() {
        let directory = TempDir::new().expect("a directory");
        let release = release(&directory);
        assert!(release.assemble(b"{}").expect_err("no zip").to_string().contains("contains no zip"));
        let older = Release::new("toy", "1.2.2", directory.path());
        older.pack(target("linux_amd64"), b"").expect("a zip");
        let error = release.assemble(b"{}").expect_err("it is refused").to_string();
        assert!(error.contains("is no file of version 1.2.3"), "{error}");
    }
}

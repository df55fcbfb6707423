//! Makes the files of a release: for each provider and target a zip, then the checksums over all of them. `release/build`
//! is its command; the tests of `tests/it/release/` install what it makes.
//!
//! - `target`: the one table of what is released for. `artifact`: names, zips, manifests, checksums.
//! - `compile`: cargo without what is known to differ between builds. `binary`: what a program needs of its system.
//! - `sbom`, `signature`: of what is there, by the tools of others. `changelog`: the text of a release.
//!
//! What it must not do: upload anything, or be linked into a provider.
#![allow(
    clippy::disallowed_methods,
    reason = "the environment is the providers' main's to read; this is a command of developers"
)]

pub mod artifact;
pub mod binary;
pub mod changelog;
pub mod compile;
pub mod sbom;
pub mod signature;
pub mod target;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The providers of this repository: what follows `terraform-provider-` in their names.
pub const PROVIDERS: [&str; 2] = ["hoop", "lerian"];

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs a command to its end and returns what it printed, without the last line break.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    let stderr = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?} failed:\n{}", stderr.trim_end());
    Ok(String::from_utf8(done.stdout)?.trim_end().to_owned())
}

/// Runs a command whose progress the user sees.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// The command of a tool that `.ci/tool` installs.
///
/// # Errors
/// It cannot be installed.
pub(crate) fn tool(name: &str) -> Result<PathBuf> {
    // Through bash, which Windows cannot do for a script by itself.
    let script = root().join(".ci").join("tool");
    let path = output(
        Command::new("bash").args([script.as_os_str(), OsStr::new(name)]).stderr(std::process::Stdio::inherit()),
    )?;
    Ok(PathBuf::from(path))
}

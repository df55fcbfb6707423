//! The software bill of materials of a provider, by cargo-cyclonedx: every crate of any target, with its license and its
//! checksum.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::artifact::{Release, write};
use crate::{root, run, tool};

/// Writes the list of each of these releases, in CycloneDX's JSON.
///
/// # Errors
/// The tool is missing, or fails.
pub fn describe(releases: &[Release]) -> Result<()> {
    let root = root();
    let mut command = Command::new(tool("cargo-cyclonedx")?);
    command.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--describe", "binaries"]);
    command.args(["--target", "all", "--no-build-deps", "-q"]).current_dir(&root);
    // With a time of its own, the tool neither reads the clock nor draws a serial number.
    run(command.env("SOURCE_DATE_EPOCH", "0"))?;
    // It writes beside each manifest of the workspace, this package's included.
    let beside = |program: &str| format!("{program}_bin.cdx.json");
    fs::remove_file(root.join("release").join(beside("release")))?;
    for release in releases {
        let path = root.join(beside(&release.program));
        let text = fs::read_to_string(&path).with_context(|| format!("{} was not written", path.display()))?;
        fs::remove_file(path)?;
        // The identifier of our own package contains where it is.
        let here = format!("path+file://{}", root.display());
        write(&release.sbom(), text.replace(&here, "path+file:///source").as_bytes())?;
    }
    Ok(())
}

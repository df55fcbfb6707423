//! The signature of a release by gpg, as registries read it: detached, in binary form, by an RSA or DSA key.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::artifact::Release;
use crate::output;

/// The algorithms whose signatures Terraform's registry verifies, as gpg numbers them: RSA and DSA.
const ACCEPTED: [&str; 2] = ["1", "17"];

/// Signs the checksums of a release with this key, which is in gpg's directory or in the one of `home`.
///
/// # Errors
/// There is no such key, or no registry takes its signatures.
pub fn sign(release: &Release, key: &str, home: Option<&Path>) -> Result<()> {
    let gpg = || {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--no-tty", "--yes"]);
        if let Some(home) = home {
            gpg.arg("--homedir").arg(home);
        }
        gpg
    };
    let listed = output(gpg().args(["--list-secret-keys", "--with-colons", key]))?;
    let algorithm = listed.lines().find_map(|line| line.strip_prefix("sec:")?.split(':').nth(2));
    let algorithm = algorithm.with_context(|| format!("gpg has no secret key {key:?}"))?;
    ensure!(
        ACCEPTED.contains(&algorithm),
        "the key {key:?} is neither RSA nor DSA: the registry refuses its signatures. `gpg --full-generate-key` makes one"
    );
    let (checksums, signature) = (release.checksums(), release.signature());
    output(gpg().args(["--local-user", key, "--detach-sign", "--output"]).args([&signature, &checksums]))?;
    output(gpg().arg("--verify").args([&signature, &checksums]))?;
    Ok(())
}

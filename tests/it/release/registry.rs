//! A registry on this machine hands out a signed release, as the public ones do: Terraform itself verifies the signature and
//! the checksums. The key is made for the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ::release::artifact::{Release, sha256};
use ::release::signature;
use ::release::target::Target;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::website::Website;
use super::{VERSION, directory, gateway, other, works, workspace};
use crate::terraform::{Gateway, Terraform};

/// gpg with a directory of its own, whose agent ends with the test.
struct Gpg(TempDir);

impl Gpg {
    /// # Panics
    /// In CI, where gpg must be there. Elsewhere the test is left out without it, and says so.
    #[expect(clippy::print_stderr, reason = "what is left out must be seen")]
    fn new() -> Option<Self> {
        let starts = Command::new("gpg").arg("--version").stdout(Stdio::null()).status();
        if !starts.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("CI").is_none(), "gpg is not on PATH");
            eprintln!("SKIPPED: tests of signatures need gpg");
            return None;
        }
        Some(Self(TempDir::new().expect("a directory")))
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--homedir"]);
        let done = gpg.arg(self.0.path()).args(arguments).output().expect("gpg starts");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    }

    fn generate(&self, user: &str, algorithm: &str) {
        self.run(&["--quick-generate-key", user, algorithm, "sign", "never"]);
    }

    /// The armored public key, and the last digits of its fingerprint.
    fn public(&self, user: &str) -> (String, String) {
        let listed = String::from_utf8(self.run(&["--list-keys", "--with-colons", user])).expect("text");
        let id = listed.lines().find_map(|line| line.strip_prefix("pub:")?.split(':').nth(3)).expect("a key");
        (String::from_utf8(self.run(&["--armor", "--export", user])).expect("text"), id.to_owned())
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        drop(Command::new("gpgconf").arg("--homedir").arg(self.0.path()).args(["--kill", "all"]).status());
    }
}

const SIGNER: &str = "releases@example.com";

/// The documents of a registry beside the files of a release, in one website.
struct Registry {
    website: Website,
    files: PathBuf,
}

impl Registry {
    fn start(directory: &Path, release: &Release, key: &(String, String)) -> Self {
        let files = directory.to_owned();
        let website = Website::start(&files);
        let registry = Self { website, files };
        let platforms = [Target::host().expect("a target"), other()];
        let named = |target: &Target| json!({ "os": target.os, "arch": target.arch });
        registry.document(".well-known/terraform.json", &json!({ "providers.v1": "/v1/providers/" }));
        let version = json!({ "version": VERSION, "protocols": protocols(release), "platforms": platforms.map(named) });
        registry.document("v1/providers/hoophq/hoop/versions", &json!({ "versions": [version] }));
        for target in platforms {
            let url = |path: PathBuf| {
                let inside = path.strip_prefix(&registry.files).expect("a file of the website");
                format!("{}/{}", registry.website.address(), inside.display())
            };
            let zip = release.zip(target);
            let mut package = named(target);
            package["protocols"] = protocols(release);
            package["filename"] = json!(zip.file_name().and_then(|name| name.to_str()));
            package["shasum"] = json!(sha256(&fs::read(&zip).expect("the zip")));
            package["download_url"] = json!(url(zip));
            package["shasums_url"] = json!(url(release.checksums()));
            package["shasums_signature_url"] = json!(url(release.signature()));
            let (armor, id) = key;
            package["signing_keys"] = json!({ "gpg_public_keys": [{ "key_id": id, "ascii_armor": armor }] });
            let path = format!("v1/providers/hoophq/hoop/{VERSION}/download/{}/{}", target.os, target.arch);
            registry.document(&path, &package);
        }
        registry
    }

    fn document(&self, path: &str, document: &Json) {
        let path = self.files.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, document.to_string()).expect("a document");
    }

    fn init(&self, gateway: &Gateway) -> Terraform {
        let mut terraform = workspace(gateway, "  direct {}\n");
        let source = format!("{}/hoophq/hoop", self.website.host());
        let required = format!(
            "terraform {{\n  required_providers {{\n    hoop = {{\n      source = {source:?}\n    }}\n  }}\n}}\n"
        );
        terraform.file("versions.tf", &required);
        terraform.env("SSL_CERT_FILE", self.website.certificate());
        terraform
    }
}

/// As the registries take them from the manifest.
fn protocols(release: &Release) -> Json {
    let manifest: Json = serde_json::from_slice(&fs::read(release.manifest()).expect("the manifest")).expect("JSON");
    manifest["metadata"]["protocol_versions"].clone()
}

#[test]
fn a_registry_hands_out_a_signed_release() {
    let Some(gpg) = Gpg::new() else { return };
    let (directory, release) = directory();
    gpg.generate(SIGNER, "rsa2048");
    signature::sign(&release, SIGNER, Some(gpg.0.path())).expect("a signature");
    let signature = fs::read(release.signature()).expect("the signature");
    assert!(!signature.is_ascii(), "registries read signatures in binary form");
    let registry = Registry::start(directory.path(), &release, &gpg.public(SIGNER));
    let gateway = gateway();

    let terraform = registry.init(&gateway);
    let installed = terraform.run(&["init", "-no-color", "-input=false"]).ok();
    assert!(installed.text().contains("signed, key ID"), "{installed:#?}");
    // The checksums are signed, so that those of all systems are in the lock file at once.
    let lock = fs::read_to_string(terraform.path(".terraform.lock.hcl")).expect("the lock file");
    for target in [Target::host().expect("a target"), other()] {
        let sum = sha256(&fs::read(release.zip(target)).expect("the zip"));
        assert!(lock.contains(&format!("zh:{sum}")), "{}: {lock}", target.name());
    }
    works(&terraform);

    // Checksums that were changed after they were signed.
    let sums = fs::read_to_string(release.checksums()).expect("the checksums");
    fs::write(release.checksums(), format!("{sums}\n")).expect("a file");
    let refused = registry.init(&gateway).run(&["init", "-no-color", "-input=false"]);
    assert!(refused.code == 1 && refused.text().contains("signature"), "{refused:#?}");
}

#[test]
fn a_key_that_registries_refuse_does_not_sign() {
    let Some(gpg) = Gpg::new() else { return };
    let directory = TempDir::new().expect("a directory");
    let release = Release::new("hoop", VERSION, directory.path());
    gpg.generate(SIGNER, "ed25519");
    let error = |key| signature::sign(&release, key, Some(gpg.0.path())).expect_err("it is refused").to_string();
    assert!(error(SIGNER).contains("neither RSA nor DSA"), "{}", error(SIGNER));
    assert!(error("nobody@example.com").contains("nobody@example.com"), "{}", error("nobody@example.com"));
}

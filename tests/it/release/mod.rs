//! What a release contains is installed as users do it: from mirrors and from a registry, with a lock file, by the real
//! Terraform. Nothing here compiles or signs for a real release.
//!
//! `RELEASE_DIST` names a directory in which `release/build` has made one; without it the files are packed from the programs
//! of this build.

mod mirrors;
#[cfg(target_os = "linux")]
mod registry;
#[cfg(target_os = "linux")]
mod website;

use std::fs;
use std::path::{Path, PathBuf};

use ::release::artifact::{MANIFEST, Release};
use ::release::target::Target;
use tempfile::TempDir;

use crate::emulator::Emulator;
use crate::terraform::{Gateway, Terraform};
use crate::tidy;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where Terraform, and where OpenTofu looks for `hoophq/hoop`.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// A release of `terraform-provider-hoop` for this system and for another one.
fn release(parent: &Path) -> Release {
    let release = Release::new("hoop", VERSION, parent);
    let host = Target::host().expect("a system that is released for");
    match std::env::var_os("RELEASE_DIST") {
        Some(dist) => {
            let made = Release::new("hoop", VERSION, Path::new(&dist));
            fs::create_dir_all(&release.directory).expect("a directory");
            for (from, to) in [(made.zip(host), release.zip(host)), (made.manifest(), release.manifest())] {
                fs::copy(&from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
            }
        }
        None => {
            let program = fs::read(env!("CARGO_BIN_EXE_terraform-provider-hoop")).expect("the program");
            release.pack(host, &program).expect("a zip");
        }
    }
    release.pack(other(), b"for a system where no test runs").expect("a zip");
    let manifest = fs::read(tidy::root().join(MANIFEST)).expect("the manifest");
    release.assemble(&manifest).expect("checksums");
    release
}

/// A target that is not this system's.
fn other() -> &'static Target {
    let host = Target::host().expect("a system that is released for");
    Target::named(if host.name() == "linux_arm64" { "linux_amd64" } else { "linux_arm64" }).expect("a target")
}

/// An empty workspace that installs providers as this block of a CLI configuration says.
fn workspace(gateway: &Gateway, installation: &str) -> Terraform {
    let mut terraform = Terraform::new(gateway);
    terraform.file("cli.tfrc", &format!("provider_installation {{\n{installation}}}\n"));
    terraform.write("resource \"hoop_user_group\" \"it\" {\n  name = \"operators\"\n}\n");
    // Such a program is larger than what is read from the network in tests otherwise.
    terraform.env("TF_REGISTRY_CLIENT_TIMEOUT", "60");
    terraform
}

/// Plans and applies, and plans again: what was installed is a provider.
#[track_caller]
fn works(terraform: &Terraform) {
    assert_eq!(terraform.plan().changes.len(), 1);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
}

fn gateway() -> Gateway {
    Gateway::emulated(Emulator::start())
}

/// A temporary directory with a release in it.
fn directory() -> (TempDir, Release) {
    let directory = TempDir::new().expect("a directory");
    let release = release(directory.path());
    (directory, release)
}

/// Copies a directory with what is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target: PathBuf = to.join(path.file_name().expect("a name"));
        // Links of installed providers are followed.
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

//! Mirrors in all three layouts, and one lock file for two systems that fits all of them.

use std::fs;
use std::path::Path;

use ::release::artifact::Release;
#[cfg(target_os = "linux")]
use ::release::artifact::sha256;
use ::release::target::Target;
#[cfg(target_os = "linux")]
use serde_json::{Value as Json, json};

use super::{REGISTRIES, VERSION, copy, directory, gateway, other, works, workspace};
use crate::terraform::{Gateway, Host, Terraform};

/// Lays out zips as a filesystem mirror has them.
fn mirror(directory: &Path, release: &Release) {
    for registry in REGISTRIES {
        let packages = directory.join(registry).join("hoophq").join("hoop");
        fs::create_dir_all(&packages).expect("a directory");
        for target in [Target::host().expect("a target"), other()] {
            let zip = release.zip(target);
            fs::copy(&zip, packages.join(zip.file_name().expect("a name"))).expect("a copy");
        }
    }
}

fn from_files(gateway: &Gateway, mirror: &Path) -> Terraform {
    workspace(gateway, &format!("  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n"))
}

const LOCK: &str = ".terraform.lock.hcl";

/// What a lock file says of each package: the hashes, one for each system.
fn hashes(terraform: &Terraform) -> Vec<String> {
    let lock = fs::read_to_string(terraform.path(LOCK)).expect("the lock file");
    lock.lines().filter(|line| line.contains("\"h1:")).map(|line| line.trim().to_owned()).collect()
}

/// Installs exactly what the lock file says, or fails.
fn install(terraform: &Terraform, lock: &str) {
    terraform.file(LOCK, lock);
    terraform.run(&["init", "-no-color", "-input=false", "-lockfile=readonly"]).ok();
    works(terraform);
}

#[test]
fn one_lock_file_for_two_systems_fits_every_mirror() {
    let (directory, release) = directory();
    let host = Target::host().expect("a target");
    let packed = directory.path().join("packed");
    mirror(&packed, &release);
    let gateways = [gateway(), gateway(), gateway()];

    let terraform = from_files(&gateways[0], &packed);
    let platforms = [host, other()].map(|target| format!("-platform={}", target.name()));
    let files = format!("-fs-mirror={}", packed.display());
    let lock = |arguments: &[&str]| terraform.run(&[&["providers", "lock"], arguments].concat());
    lock(&[&platforms[0], &files]).ok();
    assert_eq!(hashes(&terraform).len(), 1);
    lock(&[&platforms[0], &platforms[1], &files]).ok();
    assert_eq!(hashes(&terraform).len(), 2);
    let lock = fs::read_to_string(terraform.path(LOCK)).expect("the lock file");
    install(&terraform, &lock);

    // Terraform unpacks into the layout of an unpacked mirror.
    let unpacked = directory.path().join("unpacked");
    copy(&terraform.path(".terraform").join("providers"), &unpacked);
    let installed = REGISTRIES.iter().map(|registry| unpacked.join(registry).join("hoophq").join("hoop").join(VERSION));
    let installed = installed.map(|version| version.join(host.name()).join(release.entry(host)));
    assert!(installed.clone().any(|program| program.exists()), "{:?}", installed.collect::<Vec<_>>());
    install(&from_files(&gateways[1], &unpacked), &lock);

    over_the_network(&gateways[2], &packed, &release, &lock);
}

/// The zips of a packed mirror with the two documents that a website needs.
#[cfg(target_os = "linux")]
fn over_the_network(gateway: &Gateway, packed: &Path, release: &Release, lock: &str) {
    let archive = |target: &Target| {
        let zip = release.zip(target);
        let hash = format!("zh:{}", sha256(&fs::read(&zip).expect("the zip")));
        (target.name(), json!({ "url": zip.file_name().and_then(|name| name.to_str()), "hashes": [hash] }))
    };
    let archives: Json = [Target::host().expect("a target"), other()].into_iter().map(archive).collect();
    for registry in REGISTRIES {
        let packages = packed.join(registry).join("hoophq").join("hoop");
        let versions = json!({ "versions": { VERSION: {} } });
        fs::write(packages.join("index.json"), versions.to_string()).expect("a document");
        let archives = json!({ "archives": archives });
        fs::write(packages.join(format!("{VERSION}.json")), archives.to_string()).expect("a document");
    }
    let website = super::website::Website::start(packed);
    let address = format!("{}/", website.address());
    let mut terraform = workspace(gateway, &format!("  network_mirror {{\n    url = {address:?}\n  }}\n"));
    terraform.env("SSL_CERT_FILE", website.certificate());
    install(&terraform, lock);
    let asked = website.requests();
    let zip = format!("{}.zip", Target::host().expect("a target").name());
    assert!(asked.iter().any(|path| path.ends_with(&zip)), "{asked:?}");
}

/// Terraform takes the certificates of the system elsewhere, which a test must not change.
#[cfg(not(target_os = "linux"))]
fn over_the_network(_: &Gateway, _: &Path, _: &Release, _: &str) {}

#[test]
fn open_tofu_installs_from_the_same_mirror() {
    let Some(tofu) = Host::tofu() else { return };
    let (directory, release) = directory();
    mirror(directory.path(), &release);
    let gateway = gateway();
    let terraform = from_files(&gateway, directory.path()).on(tofu);
    terraform.run(&["init", "-no-color", "-input=false"]).ok();
    works(&terraform);
}

#[test]
fn another_program_than_the_locked_one_is_refused() {
    let (directory, release) = directory();
    let host = Target::host().expect("a target");
    let packed = directory.path().join("packed");
    mirror(&packed, &release);
    let gateway = gateway();
    let terraform = from_files(&gateway, &packed);
    let (platform, files) = (format!("-platform={}", host.name()), format!("-fs-mirror={}", packed.display()));
    terraform.run(&["providers", "lock", &platform, &files]).ok();
    release.pack(host, b"another program").expect("a zip");
    mirror(&packed, &release);
    let outcome = terraform.run(&["init", "-no-color", "-input=false", "-lockfile=readonly"]);
    assert!(outcome.code == 1 && outcome.text().contains("match any of the checksums"), "{outcome:#?}");
}

//! The two programs that are measured: where they are, and how large.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::figures::{Report, Unit};

pub(crate) fn provider() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-hoop"))
}

/// Builds provider and floor as they are released, and says where the floor is. Cargo knows whether there is anything to
/// do. What `cargo bench` itself builds has the features of the tests and another profile.
pub(crate) fn programs() -> PathBuf {
    build(&["--bin", "terraform-provider-hoop"]);
    build(&["--example", "floor"]);
    folder().join("examples").join(format!("floor{}", std::env::consts::EXE_SUFFIX))
}

fn folder() -> &'static Path {
    provider().parent().expect("the profile's folder")
}

fn build(what: &[&str]) {
    let target = folder().parent().expect("the target folder");
    let profile = match folder().file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        name => name.expect("a profile"),
    };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", profile, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .args(what)
        .status();
    assert!(built.expect("cargo starts").success(), "cargo build of {what:?}");
}

pub(crate) fn size(report: &mut Report, floor: &Path) {
    let of = |path: &Path| path.metadata().expect("it has been built").len() as f64 / 1e6;
    report.one("binary", Unit::Megabytes, of(provider()), Some(9.0));
    report.one("binary of the floor", Unit::Megabytes, of(floor), None);
}

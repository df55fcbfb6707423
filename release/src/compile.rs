//! Compiles the providers for a target without what differs between two builds of one commit: directories, times, and what
//! the environment says about flags and profiles. `release/check` compares the bytes of two builds.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::target::{Linker, Target};
use crate::{PROVIDERS, output, root, run, tool};

/// Names the commit in an unpacked archive, which has no git.
const COMMIT: &str = "PROVIDER_COMMIT";

/// The arguments of cargo that cargo-auditable must know, in the form in which it passes them on to itself.
const AUDITABLE_ARGUMENTS: &str = r#"{"offline":false,"locked":true,"frozen":false,"config":[]}"#;

/// Compiles both providers. Returns the directory that they are in.
///
/// # Errors
/// A tool is missing, or does not compile.
pub fn compile(target: &Target) -> Result<PathBuf> {
    let root = root();
    add(target.triple)?;
    let target_dir = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&root).arg(match target.linker {
        Linker::Zig => "zigbuild",
        Linker::Own => "build",
    });
    cargo.args(["--release", "--locked", "--target", target.triple, "--target-dir"]).arg(&target_dir);
    for provider in PROVIDERS {
        cargo.args(["--bin", &format!("terraform-provider-{provider}")]);
    }
    // What else changes a build: flags, profiles, wrappers.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let is_of_cargo = ["CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "CARGO_TARGET_", "AWS_LC_"]
            .iter()
            .any(|begin| text.starts_with(begin));
        let is_of_tool = ["RUSTFLAGS", "RUSTC_", "CFLAGS", "CPPFLAGS", "LDFLAGS", "CARGO_INCREMENTAL"]
            .iter()
            .any(|begin| text.starts_with(begin));
        if is_of_cargo || is_of_tool {
            cargo.env_remove(&name);
        }
    }
    let paths = paths(&root, &target_dir)?;
    let mut rust: Vec<String> = paths.iter().map(|(path, name)| format!("--remap-path-prefix={path}={name}")).collect();
    if target.os == "linux" {
        // Rust asks for a static program at an address of the system's choice by an argument that Zig ignores.
        rust.extend(["-Clink-arg=-static", "-Clink-arg=-pie"].map(str::to_owned));
    }
    let c: Vec<String> = paths.iter().map(|(path, name)| format!("-ffile-prefix-map={path}={name}")).collect();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}"));
    cargo.env(format!("CFLAGS_{}", target.triple.replace('-', "_")), c.join(" "));
    // The oldest macOS that a program can start on; Rust's own default for the newer processor.
    cargo.env("MACOSX_DEPLOYMENT_TARGET", "11.0");
    // For whatever puts a time into a file.
    cargo.env("SOURCE_DATE_EPOCH", "0");
    cargo.env(COMMIT, commit(&root)?);
    // What `cargo auditable` does, but as a wrapper for all crates: the path of one that is for the workspace only becomes a
    // part of every symbol's name, so that each directory would make other bytes. `binary::check` finds it if the list of
    // crates is missing.
    cargo.env("RUSTC_WRAPPER", tool("cargo-auditable")?);
    cargo.env("CARGO_AUDITABLE_ORIG_ARGS", AUDITABLE_ARGUMENTS);
    if target.linker == Linker::Zig {
        let zigbuild = tool("cargo-zigbuild")?;
        let directory = zigbuild.parent().context("a command is in a directory")?.to_path_buf();
        let path = env::var_os("PATH").unwrap_or_default();
        cargo.env("PATH", env::join_paths([directory].into_iter().chain(env::split_paths(&path)))?);
    }
    run(&mut cargo)?;
    Ok(target_dir.join(target.triple).join("release"))
}

/// The standard library of a target comes with rustup, once for each version of Rust.
fn add(triple: &str) -> Result<()> {
    let directory = output(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?;
    if Path::new(&directory).exists() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", triple]))
}

/// The directories of this machine whose paths get into programs, and what stands there instead. The last one that fits
/// counts, so that the inner directories follow the outer ones.
fn paths(root: &Path, target_dir: &Path) -> Result<Vec<(String, &'static str)>> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().context("there is no home directory")?.join(".cargo"),
    };
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))?;
    let text = |path: &Path| path.display().to_string();
    Ok(vec![
        (text(&home), "/cargo"),
        // The sources of the standard library, where they are installed.
        (text(&Path::new(&sysroot).join("lib/rustlib/src/rust")), "/rust"),
        (text(root), "/source"),
        (text(target_dir), "/target"),
    ])
}

/// The commit that is built.
fn commit(root: &Path) -> Result<OsString> {
    if let Some(commit) = env::var_os(COMMIT) {
        return Ok(commit);
    }
    let git = |arguments: &[&str]| output(Command::new("git").args(arguments).current_dir(root));
    let commit = git(&["rev-parse", "HEAD"])
        .with_context(|| format!("the commit is not known: this is no clone, and {COMMIT} is not set"))?;
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Ok(OsString::from(if changed { format!("{commit}-changed") } else { commit }))
}

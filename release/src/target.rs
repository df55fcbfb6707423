//! The one table of what is released for, with the names that Go and Rust have for it.

use anyhow::{Context as _, Result};

/// A system that both providers are released for.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// As Go and the registries name it.
    pub os: &'static str,
    pub arch: &'static str,
    /// As Rust names it.
    pub triple: &'static str,
    pub linker: Linker,
}

/// What links for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linker {
    /// Zig, from any system: it brings the C library and the C compiler.
    Zig,
    /// That of the system itself: Apple's frameworks are only in its own SDK.
    Own,
}

/// Without the C library of a distribution, for Linux: one program for all of them.
pub const TARGETS: [Target; 7] = [
    Target::new("linux", "amd64", "x86_64-unknown-linux-musl", Linker::Zig),
    Target::new("linux", "arm64", "aarch64-unknown-linux-musl", Linker::Zig),
    Target::new("darwin", "amd64", "x86_64-apple-darwin", Linker::Own),
    Target::new("darwin", "arm64", "aarch64-apple-darwin", Linker::Own),
    Target::new("windows", "amd64", "x86_64-pc-windows-gnu", Linker::Zig),
    Target::new("windows", "arm64", "aarch64-pc-windows-gnullvm", Linker::Zig),
    Target::new("freebsd", "amd64", "x86_64-unknown-freebsd", Linker::Zig),
];

impl Target {
    const fn new(os: &'static str, arch: &'static str, triple: &'static str, linker: Linker) -> Self {
        Self { os, arch, triple, linker }
    }

    /// As in the names of files and in the mirrors of providers: `linux_amd64`.
    pub fn name(&self) -> String {
        format!("{}_{}", self.os, self.arch)
    }

    /// What the names of programs end with.
    pub fn suffix(&self) -> &'static str {
        if self.os == "windows" { ".exe" } else { "" }
    }

    /// The target of this name.
    ///
    /// # Errors
    /// Nothing is released for it.
    pub fn named(name: &str) -> Result<&'static Self> {
        let all = TARGETS.map(|target| target.name()).join(", ");
        TARGETS
            .iter()
            .find(|target| target.name() == name)
            .with_context(|| format!("{name:?} is no target of a release; these are: {all}"))
    }

    /// The target of the system that this runs on.
    ///
    /// # Errors
    /// Nothing is released for it.
    pub fn host() -> Result<&'static Self> {
        let os = match std::env::consts::OS {
            "macos" => "darwin",
            os => os,
        };
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            arch => arch,
        };
        Self::named(&format!("{os}_{arch}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_by_its_name_and_an_unknown_one_is_refused() {
        for target in &TARGETS {
            assert_eq!(Target::named(&target.name()).expect("a target"), target);
        }
        let error = Target::named("plan9_amd64").expect_err("no target").to_string();
        assert!(error.contains("\"plan9_amd64\"") && error.contains("windows_arm64, freebsd_amd64"), "{error}");
        assert!(Target::host().is_ok(), "the tests run on a system that is released for");
    }
}

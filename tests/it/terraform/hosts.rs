//! The hosts that tests run on: the one that every test uses, and further ones for what only newer versions know.

use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Further hosts, in a list like `PATH`.
const MORE: &str = "TERRAFORM_HOSTS";

/// A program that the tests can drive.
pub(crate) struct Host {
    pub(super) program: OsString,
    is_terraform: bool,
    /// Major and minor.
    version: (u32, u32),
}

/// The host of every test that asks for none: `TERRAFORM` names it, else it is `terraform`, else `tofu`.
///
/// # Panics
/// If there is none.
pub(super) fn program() -> OsString {
    if let Some(named) = std::env::var_os("TERRAFORM") {
        assert!(
            identify(&named).is_some(),
            "TERRAFORM={} cannot be started: it must name terraform or tofu",
            named.display()
        );
        return named;
    }
    let found = ["terraform", "tofu"].map(OsString::from).into_iter().find(|program| identify(program).is_some());
    found.expect(
        "neither `terraform` nor `tofu` is on the PATH. The lifecycle tests need one of them, Terraform 1.11 or OpenTofu \
         1.11 at least: see https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install, \
         or name the program in the environment variable TERRAFORM",
    )
}

/// What a test needs its host to support, and since which versions Terraform and OpenTofu do.
pub(crate) struct Feature {
    name: &'static str,
    terraform: (u32, u32),
    tofu: (u32, u32),
}

/// Later than any version.
const NEVER: (u32, u32) = (u32::MAX, 0);

impl Feature {
    /// Terraform 1.0 runs in a second process, which catches signals and leaves its log behind when it is killed.
    pub(crate) const ONE_PROCESS: Self = Self::since("signals to one process", (1, 1), (1, 6));
    pub(crate) const MOVED_BLOCKS: Self = Self::since("moved blocks", (1, 1), (1, 6));
    pub(crate) const TERRAFORM_DATA: Self = Self::since("terraform_data", (1, 4), (1, 6));
    pub(crate) const IMPORT_BLOCKS: Self = Self::since("import and check blocks", (1, 5), (1, 6));
    pub(crate) const FUNCTIONS: Self = Self::since("functions", (1, 8), (1, 7));
    pub(crate) const MOVES: Self = Self::since("moves between types", (1, 8), (1, 10));
    pub(crate) const EPHEMERAL: Self = Self::since("ephemeral resources", (1, 10), (1, 11));
    pub(crate) const WRITE_ONLY: Self = Self::since("write-only arguments", (1, 11), (1, 11));
    /// OpenTofu 1.12, when it is killed, can lose what it made before the write in question. A rule, whose name need not be
    /// unique, is then made again.
    pub(crate) const STATE_AT_ONCE: Self = Self::since("a state that is written after each object", (1, 1), NEVER);
    /// OpenTofu 1.12 refuses the reference in an assertion.
    pub(crate) const EARLIER_RUNS: Self = Self::since("outputs of earlier runs of a test", (1, 11), NEVER);

    const fn since(name: &'static str, terraform: (u32, u32), tofu: (u32, u32)) -> Self {
        Self { name, terraform, tofu }
    }

    /// Something if the host of every test supports it. Otherwise the test is left out, and a line on stderr says so.
    pub(crate) fn supported(&self) -> Option<()> {
        let host = all().first().expect("the host of every test");
        if self.is_in(host) {
            return Some(());
        }
        let thread = std::thread::current();
        let test = thread.name().unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "SKIPPED: {test}: this host does not support {}", self.name);
        None
    }

    fn is_in(&self, host: &Host) -> bool {
        host.version >= if host.is_terraform { self.terraform } else { self.tofu }
    }
}

impl Host {
    /// `None` if the program is neither Terraform nor OpenTofu.
    fn of(program: OsString) -> Option<Host> {
        identify(&program).map(|(is_terraform, version)| Host { program, is_terraform, version })
    }

    /// A Terraform of this version or a later one. Without one the test is left out, and a line on stderr says so.
    pub(crate) fn terraform(least: (u32, u32)) -> Option<&'static Host> {
        let found = all().iter().find(|host| host.is_terraform && host.version >= least);
        if found.is_none() {
            static SAID: OnceLock<()> = OnceLock::new();
            SAID.get_or_init(|| {
                let (major, minor) = least;
                // Not captured by the test runner: what is left out must be seen.
                let _ = writeln!(
                    std::io::stderr(),
                    "\nSKIPPED: tests that need Terraform {major}.{minor} or later. Name one in {MORE}, for example\n  \
                     {MORE}=$(tests/hosts/install target/hosts) cargo test\n"
                );
            });
        }
        found
    }

    /// An OpenTofu: one of the tests' hosts, or `tofu` on the `PATH`. Without one the test is left out, and a line on stderr
    /// says so.
    pub(crate) fn tofu() -> Option<&'static Host> {
        static ON_PATH: OnceLock<Option<Host>> = OnceLock::new();
        let on_path = ON_PATH.get_or_init(|| Host::of("tofu".into()));
        let found = all().iter().chain(on_path).find(|host| !host.is_terraform);
        if found.is_none() {
            let _ = writeln!(
                std::io::stderr(),
                "\nSKIPPED: a test that needs `tofu` on the PATH, or an OpenTofu in {MORE}"
            );
        }
        found
    }
}

fn all() -> &'static [Host] {
    static HOSTS: OnceLock<Vec<Host>> = OnceLock::new();
    HOSTS.get_or_init(|| {
        let more = std::env::var_os(MORE).unwrap_or_default();
        let named: Vec<OsString> = std::env::split_paths(&more).map(OsString::from).collect();
        let host = |program: OsString| {
            let name = program.clone();
            Host::of(program)
                .unwrap_or_else(|| panic!("{MORE} names {}, which is neither terraform nor tofu", name.display()))
        };
        [program()].into_iter().chain(named.into_iter().filter(|name| !name.is_empty())).map(host).collect()
    })
}

/// Whether a program is Terraform (else OpenTofu), and its version; `None` if it is neither.
fn identify(program: &OsString) -> Option<(bool, (u32, u32))> {
    let mut command = Command::new(program);
    command
        .arg("version")
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_CLI_CONFIG_FILE")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    parsed(&text)
}

/// The same from what `version` prints.
fn parsed(text: &str) -> Option<(bool, (u32, u32))> {
    let (name, version) = text.lines().next()?.split_once(" v")?;
    let is_terraform = match name {
        "Terraform" => true,
        "OpenTofu" => false,
        _ => return None,
    };
    let mut numbers = version.split(['.', '-']).map(|number| number.parse().ok());
    Some((is_terraform, (numbers.next()??, numbers.next()??)))
}

#[test]
fn a_feature_is_supported_from_its_version_on() {
    let host = |is_terraform, version| Host { program: OsString::new(), is_terraform, version };
    assert!(Feature::FUNCTIONS.is_in(&host(true, (1, 8))) && !Feature::FUNCTIONS.is_in(&host(true, (1, 7))));
    assert!(Feature::FUNCTIONS.is_in(&host(false, (1, 7))) && !Feature::FUNCTIONS.is_in(&host(false, (1, 6))));
}

#[test]
fn a_host_is_known_by_its_first_line() {
    assert_eq!(parsed("Terraform v1.15.5\non linux_amd64\n"), Some((true, (1, 15))));
    assert_eq!(parsed("OpenTofu v1.12.0-rc1\non linux_amd64\n"), Some((false, (1, 12))));
    for other in ["", "Terragrunt v0.1.0", "Terraform v1", "Terraform vx.y"] {
        assert_eq!(parsed(other), None, "{other:?}");
    }
}

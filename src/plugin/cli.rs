//! The command line: the arguments of the binary, and the texts for a person who starts it by hand. Printing them is for
//! the caller.

use super::handshake::PROTOCOL;

/// What hosts and users know about this provider.
pub struct Identity {
    /// The provider's type: what follows `terraform-provider-` in the binary's name, and in capitals `TF_LOG_PROVIDER_`.
    pub name: &'static str,
    /// The address in the registry, with its host: `registry.example.com/namespace/name`.
    pub address: &'static str,
    /// What it manages, in half a sentence.
    pub about: &'static str,
    /// First arguments that the caller handles itself, and what each of them does.
    pub commands: &'static [(&'static str, &'static str)],
    pub build: Build,
}

/// What was built.
pub struct Build {
    /// The release, without a `v`.
    pub version: &'static str,
    /// The commit that it was built from, where the build sets it: releases do. Otherwise each commit would mean another
    /// link of a developer's build.
    pub commit: Option<&'static str>,
    /// The target that it was built for, as Rust names it.
    pub target: &'static str,
    /// Where bugs are reported.
    pub issues: &'static str,
}

impl Build {
    /// The build of this package, the same for every program in it.
    pub const THIS: Build = Build {
        version: env!("CARGO_PKG_VERSION"),
        commit: option_env!("PROVIDER_COMMIT"),
        target: env!("PROVIDER_TARGET"),
        issues: concat!(env!("CARGO_PKG_REPOSITORY"), "/issues"),
    };

    fn commit(&self) -> &'static str {
        self.commit.filter(|commit| !commit.is_empty()).unwrap_or("not recorded")
    }
}

/// What the arguments select.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// No argument: how a host starts plugins.
    Plugin,
    Debug,
    Version,
    Help,
}

impl Mode {
    /// Both `-debug` and `--debug`, since Go's flags accept both.
    ///
    /// # Errors
    /// The first unknown argument.
    pub(super) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut mode = Self::Plugin;
        for arg in args {
            mode = match arg.strip_prefix('-').map(|rest| rest.strip_prefix('-').unwrap_or(rest)) {
                Some("debug") => Self::Debug,
                Some("version") => Self::Version,
                Some("help" | "h") => Self::Help,
                _ => return Err(arg),
            };
        }
        Ok(mode)
    }
}

/// The first line alone is what scripts read.
pub(super) fn version(Identity { name, build, .. }: &Identity) -> String {
    let (Build { version, target, .. }, commit) = (build, build.commit());
    format!("terraform-provider-{name} v{version}\ncommit: {commit}\nprotocol: {PROTOCOL}\ntarget: {target}\n")
}

/// The same in one line, for the log.
pub(super) fn version_line(Identity { name, build, .. }: &Identity) -> String {
    let (Build { version, target, .. }, commit) = (build, build.commit());
    format!("terraform-provider-{name} v{version}, commit: {commit}, protocol: {PROTOCOL}, target: {target}")
}

pub(super) fn help(identity: &Identity) -> String {
    let Identity { name, build: Build { version, .. }, about, commands, .. } = identity;
    let commands: String = commands.iter().map(|(command, does)| format!("  {command:<9}  {does}\n")).collect();
    format!(
        "terraform-provider-{name} v{version}: {about}.

Terraform and OpenTofu start this plugin themselves, without arguments.

{commands}  --debug    serve until interrupted, and print how to make Terraform use this process
  --version  print the version, the commit, the protocol and the target
  --help     print this text

{}",
        installation(identity)
    )
}

pub(super) fn unknown(identity: &Identity, argument: &str) -> String {
    format!("terraform-provider-{}: unknown argument {argument:?}; see --help", identity.name)
}

/// For a person who has no reason to know what a plugin is.
pub(super) fn started_by_hand(identity: &Identity) -> String {
    let Identity { name, build: Build { version, .. }, about, .. } = identity;
    format!(
        "This is terraform-provider-{name} v{version}: {about}.

It is a plugin: Terraform or OpenTofu starts it when a configuration needs it. What else it can do by hand, `--help` tells.

{}",
        installation(identity)
    )
}

fn installation(Identity { name, address, .. }: &Identity) -> String {
    // Without this host it is an address for OpenTofu, too, whose default is another one.
    let address = address.strip_prefix("registry.terraform.io/").unwrap_or(address);
    format!(
        "To use a release, add it to the configuration and run `terraform init`:

  terraform {{
    required_providers {{
      {name} = {{
        source = \"{address}\"
      }}
    }}
  }}

To use this file itself, name its folder in the CLI configuration (~/.terraformrc or ~/.tofurc, or the file that
TF_CLI_CONFIG_FILE names), and do not run `terraform init`:

  provider_installation {{
    dev_overrides {{
      \"{address}\" = \"/path/to/the/folder\"
    }}
    direct {{}}
  }}
"
    )
}

/// What a provider in debug mode prints: the text of the Go SDKs, which editors look for.
pub(super) fn attach(identity: &Identity, reattach: &str) -> String {
    // The value goes between single quotes, and a path may hold one.
    let quoted = reattach.replace('\'', r#"'"'"'"#);
    format!(
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment variable with the following:

\tTF_REATTACH_PROVIDERS='{quoted}'

terraform-provider-{} v{} serves without TLS until it is interrupted (Ctrl-C).
",
        identity.name, identity.build.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Identity = Identity {
        name: "toy",
        address: "registry.example.com/acme/toy",
        about: "manages toys",
        commands: &[("sort", "sort the toys")],
        build: BUILD,
    };

    const BUILD: Build =
        Build { version: "1.2.3", commit: None, target: "pdp-11", issues: "https://example.com/issues" };

    #[test]
    fn arguments() {
        let parse = |args: &[&str]| Mode::parse(args.iter().map(ToString::to_string));
        assert_eq!(parse(&[]), Ok(Mode::Plugin));
        assert_eq!(parse(&["--debug"]), Ok(Mode::Debug));
        assert_eq!(parse(&["-debug"]), Ok(Mode::Debug));
        assert_eq!(parse(&["--version"]), Ok(Mode::Version));
        assert_eq!(parse(&["-h"]), Ok(Mode::Help));
        assert_eq!(parse(&["--debug", "plan"]), Err("plan".to_owned()));
        assert_eq!(parse(&["---debug"]), Err("---debug".to_owned()));
    }

    #[test]
    fn started_by_hand_it_says_what_it_is_and_how_to_install_it() {
        let text = started_by_hand(&IDENTITY);
        for part in ["terraform-provider-toy v1.2.3: manages toys.", "Terraform or OpenTofu starts it"] {
            assert!(text.contains(part), "{text}");
        }
        for part in ["required_providers", "dev_overrides", "registry.example.com/acme/toy"] {
            assert!(text.contains(part) && help(&IDENTITY).contains(part), "{text}");
        }
        assert!(help(&IDENTITY).contains("\n  sort       sort the toys\n  --debug    "), "{}", help(&IDENTITY));
    }

    #[test]
    fn the_version_has_the_commit_only_if_the_build_sets_it() {
        let version_of = |commit| version(&Identity { build: Build { commit, ..BUILD }, ..IDENTITY });
        let unknown = "terraform-provider-toy v1.2.3\ncommit: not recorded\nprotocol: 6\ntarget: pdp-11\n";
        assert_eq!(version_of(None), unknown);
        assert_eq!(version_of(Some("")), unknown);
        assert_eq!(version_of(Some("0c0ffee")), unknown.replace("not recorded", "0c0ffee"));
        assert_eq!(version_line(&IDENTITY), unknown.trim_end().replace('\n', ", "));
    }

    #[test]
    fn a_quote_in_the_reattach_value_is_safe_in_a_shell() {
        assert!(attach(&IDENTITY, "{\"a\":\"it's\"}").contains(r#"='{"a":"it'"'"'s"}'"#));
    }
}

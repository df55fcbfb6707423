//! The command `release/build`: its arguments, and the steps of a release in their order. What a step does is the library's.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "these rules are for providers; this is a command of developers"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use release::artifact::{MANIFEST, Release};
use release::target::Target;
use release::{PROVIDERS, binary, changelog, compile, root, sbom, signature};

const HELP: &str = "usage:
  release/build [--out DIR] [--key KEY] [OS_ARCH...]  all steps, for this system unless targets are named
  release/build zip [--out DIR] OS_ARCH...            compile both providers and pack them
  release/build assemble [--out DIR] [--key KEY]      from the zips: manifests, checksums, lists of crates, signatures
  release/build notes TAG                             print what CHANGELOG.md says of the version, if the tag is its

DIR is target/dist; each provider has a directory there. KEY is an RSA key of gpg, by its ID or address; without one nothing
is signed. release/src/target.rs lists the targets. The name of the commit is asked from git, unless PROVIDER_COMMIT is set.
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("release: {error:#}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    out: PathBuf,
    key: Option<String>,
    words: Vec<String>,
}

impl Options {
    fn parse(arguments: Vec<String>) -> Result<Self> {
        let mut options = Self { out: root().join("target").join("dist"), key: None, words: Vec::new() };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--out" => options.out = PathBuf::from(value()?),
                "--key" => options.key = Some(value()?),
                _ if argument.starts_with('-') => bail!("unknown option {argument:?}; see --help"),
                _ => options.words.push(argument),
            }
        }
        Ok(options)
    }

    fn releases(&self) -> [Release; 2] {
        PROVIDERS.map(|provider| Release::new(provider, env!("CARGO_PKG_VERSION"), &self.out))
    }
}

fn run(arguments: Vec<String>) -> Result<()> {
    if arguments.iter().any(|argument| argument == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let options = Options::parse(arguments)?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["zip"] => bail!("`zip` needs a target; see --help"),
        ["zip", targets @ ..] => zip(&options, &named(targets)?),
        ["assemble"] => assemble(&options),
        ["notes", tag] => {
            let changelog = fs::read_to_string(root().join("CHANGELOG.md"))?;
            println!("{}", changelog::notes(&changelog, env!("CARGO_PKG_VERSION"), tag)?);
            Ok(())
        }
        targets => {
            let targets = if targets.is_empty() { vec![Target::host()?] } else { named(targets)? };
            for release in options.releases() {
                empty(&release.directory)?;
            }
            zip(&options, &targets)?;
            assemble(&options)
        }
    }
}

fn named(names: &[&str]) -> Result<Vec<&'static Target>> {
    names.iter().map(|name| Target::named(name)).collect()
}

/// A release contains nothing of an earlier build.
fn empty(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("{} cannot be removed", directory.display()))?;
    }
    Ok(())
}

fn zip(options: &Options, targets: &[&Target]) -> Result<()> {
    for target in targets {
        let programs = compile::compile(target)?;
        for release in options.releases() {
            let path = programs.join(format!("{}{}", release.program, target.suffix()));
            let program = fs::read(&path).with_context(|| format!("{} was not compiled", path.display()))?;
            binary::check(target, &program).with_context(|| path.display().to_string())?;
            println!("{}", release.pack(target, &program)?.display());
        }
    }
    Ok(())
}

fn assemble(options: &Options) -> Result<()> {
    let manifest = fs::read(root().join(MANIFEST))?;
    let releases = options.releases();
    for release in &releases {
        release.assemble(&manifest)?;
        println!("{}", release.checksums().display());
    }
    sbom::describe(&releases)?;
    if let Some(key) = &options.key {
        for release in &releases {
            signature::sign(release, key, None)?;
            println!("{}", release.signature().display());
        }
    }
    Ok(())
}

//! The command `export`: the configuration of what exists, written from the lists of the system, with references between
//! objects and import blocks. `terraform plan` of the result imports and changes nothing.
//!
//! - `cli`: arguments and help. `gather`: what exists. `directory`: the files on the disk.
//! - `choice`: what gets a block. `files`: the files as texts. `blocks`: one object. `references`: which object a value names. `label`: names of blocks.
//! - `hcl`: the language.
//!
//! What it must not do: write to the system, overwrite a file, or write or print a secret. Only `main` uses it.

mod blocks;
mod choice;
mod cli;
mod directory;
mod files;
mod gather;
mod hcl;
mod label;
mod references;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::diagnostic::{Diagnostic, counted, has_errors, without_userinfo};
use crate::engine::Engine;
use crate::value::Value;

use self::cli::{Options, Request};
use self::gather::Gathered;

/// Something could not be read: what was written is not complete.
const INCOMPLETE: u8 = 2;

/// Where the provider comes from, for the configuration that requires it.
pub struct Origin {
    /// The address in the registry, with its host.
    pub address: &'static str,
    pub version: &'static str,
}

/// Runs the command with the arguments after its name.
pub fn run(origin: &Origin, engine: &Engine, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let provider = engine.provider();
    let arguments: Result<Vec<String>, OsString> = arguments.into_iter().map(OsString::into_string).collect();
    let read = |path: &str| std::fs::read_to_string(path).map_err(|error| format!("could not read {path:?}: {error}"));
    let request = arguments.map_err(|argument| format!("the argument {argument:?} is not valid UTF-8"));
    match request.and_then(|arguments| cli::parse(provider, arguments, read)) {
        Ok(Request::Help) => print(&cli::help(provider)),
        Ok(Request::Export(options)) => match export(origin, engine, &options) {
            Ok(code) => code,
            Err(error) => failed(provider.name, &error),
        },
        Err(error) => failed(provider.name, &error),
    }
}

fn failed(provider: &str, error: &str) -> ExitCode {
    say(&format!("terraform-provider-{provider} export: {error}"));
    ExitCode::FAILURE
}

fn export(origin: &Origin, engine: &Engine, options: &Options) -> Result<ExitCode, String> {
    directory::check(&options.out, &files::names(&options.types))?;
    options.visible.iter().for_each(|flag| say(&cli::is_visible(flag)));
    let settings = Value::Object(options.settings.clone());
    let wrong = engine.validate_provider(&settings);
    if has_errors(&wrong) {
        return Err(wrong.iter().map(text).collect::<Vec<_>>().join("\n"));
    }
    engine.configure(&settings, "export");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let gathered = runtime.block_on(async {
        engine.ready().await.map_err(|error| text(&error))?;
        let terminal = io::stderr().is_terminal();
        let gathered = gather::gather(engine, &options.types, |name, count| progress(terminal, name, count)).await;
        clear(terminal);
        Ok::<_, String>(gathered)
    })?;
    let files = files::files(engine, origin, &options.types, &options.settings, &gathered);
    directory::write(&options.out, &files.texts)?;
    say(&summary(&files, options));
    Ok(complain(&gathered))
}

/// Prints what could not be read; the exit code of the command.
fn complain(gathered: &Gathered) -> ExitCode {
    let unread = || gathered.messages.iter().filter(|message| message.is_incomplete);
    for message in unread() {
        say(&format!("\nNot complete: {}\n{}", message.resource.name, text(&message.diagnostic)));
    }
    if unread().next().is_some() { ExitCode::from(INCOMPLETE) } else { ExitCode::SUCCESS }
}

fn summary(files: &files::Files, options: &Options) -> String {
    let mut lines = vec![format!(
        "Wrote {} to {}: {}.",
        counted(files.texts.len(), "file"),
        options.out.display(),
        counted(files.blocks, "object"),
    )];
    if files.left_out > 0 {
        lines.push(format!("Without a block: {}. Comments in the files say why.", counted(files.left_out, "object")));
    }
    lines.push("Next, run `terraform init` and `terraform plan` there.".to_owned());
    if files.variables.is_empty() {
        lines.push("The plan imports these objects and changes nothing.".to_owned());
    } else {
        lines.push("Terraform asks for these values, which cannot be read, and sends them once:".to_owned());
        lines.extend(files.variables.iter().map(|name| format!("  {name}")));
    }
    lines.join("\n")
}

fn text(diagnostic: &Diagnostic) -> String {
    without_userinfo(&format!("{}\n{}", diagnostic.summary, diagnostic.detail))
}

/// One line that changes, on a terminal only.
fn progress(terminal: bool, name: &str, count: usize) {
    if terminal {
        let _ = write!(io::stderr(), "\r{:<70}", format!("Reading {name}: {count}"));
    }
}

fn clear(terminal: bool) {
    if terminal {
        let _ = write!(io::stderr(), "\r{:<70}\r", "");
    }
}

/// If stderr is closed, nobody reads it.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn print(text: &str) -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "output that was requested on the command line")]
    let printed = io::stdout().lock().write_all(text.as_bytes());
    if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! The arguments of the command, and its help. Printing is for the caller.

use std::path::PathBuf;

use crate::schema::{Attr, Kind, Provider, Resource};
use crate::value::{Number, Object, Value};

/// What to export, and how to reach the system.
pub(super) struct Options {
    pub(super) out: PathBuf,
    pub(super) types: Vec<&'static Resource>,
    /// The settings of the provider block: all of them, null if they are not given.
    pub(super) settings: Object,
    /// The flags with which secrets were passed on the command line.
    pub(super) visible: Vec<String>,
}

/// What the arguments ask for.
pub(super) enum Request {
    Help,
    Export(Options),
}

/// The flag for a setting of the provider block.
fn flag_of(attr: &Attr) -> String {
    attr.name.replace('_', "-")
}

/// The flag that names the file with a secret.
fn file_flag_of(attr: &Attr) -> Option<String> {
    attr.is_sensitive().then(|| format!("{}-file", flag_of(attr)))
}

/// What to do about a secret that every user of the machine can see.
pub(super) fn is_visible(flag: &str) -> String {
    format!(
        "Warning: every user of this machine can see the value of `--{flag}` while the command runs. Set the environment \
         variable or use `--{flag}-file` instead."
    )
}

/// Reads the arguments after the name of the command. `read` reads a file with a secret.
///
/// # Errors
/// What is wrong with them.
pub(super) fn parse(
    provider: &'static Provider,
    arguments: impl IntoIterator<Item = String>,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Request, String> {
    let mut settings: Object = provider.attributes().map(|attr| (attr.name.to_owned(), Value::Null)).collect();
    let (mut out, mut types, mut visible) = (None, Vec::new(), Vec::new());
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(flag) = argument.strip_prefix('-') else {
            return Err("unexpected argument: each setting begins with `--`; see --help".to_owned());
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, attached) =
            flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value.to_owned())));
        let mut value = || {
            let value = attached.clone().or_else(|| arguments.next()).filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("`--{name}` needs a value"))
        };
        match name {
            "help" | "h" => return Ok(Request::Help),
            "out" => out = Some(PathBuf::from(value()?)),
            "type" => {
                types.push(type_named(provider, &value()?)?);
                while let Some(more) = arguments.next_if(|argument| !argument.starts_with('-')) {
                    types.push(type_named(provider, &more)?);
                }
            }
            name => {
                let is_file = |attr: &Attr| file_flag_of(attr).is_some_and(|flag| flag == name);
                let attr = provider.attributes().find(|attr| flag_of(attr) == name || is_file(attr));
                // Its value is not repeated: it may be a secret.
                let attr = attr.ok_or_else(|| format!("unknown argument `--{name}`; see --help"))?;
                if attr.is_sensitive() && !is_file(attr) {
                    visible.push(name.to_owned());
                }
                let value = match attr.kind {
                    Kind::Bool => switch(name, attached.as_deref())?,
                    _ if is_file(attr) => {
                        let path = value()?;
                        let text = read(&path)?;
                        // An empty setting would count as missing, and the environment would be used.
                        match text.trim_end_matches(['\r', '\n']) {
                            "" => return Err(format!("the file {path:?} of `--{name}` is empty")),
                            text => Value::string(text),
                        }
                    }
                    Kind::Str => Value::string(value()?),
                    _ => {
                        let text = value()?;
                        let number =
                            Number::parse(&text).map_err(|_| format!("`--{name}` needs a number, not {text:?}"));
                        Value::Number(number?)
                    }
                };
                settings.insert(attr.name.to_owned(), value);
            }
        }
    }
    let out = out.ok_or("`--out` is missing: the directory for the files")?;
    let wanted = |resource: &&&'static Resource| types.is_empty() || types.contains(&resource.name);
    let types = provider.resources.iter().filter(wanted).copied().collect();
    Ok(Request::Export(Options { out, types, settings, visible }))
}

fn switch(name: &str, attached: Option<&str>) -> Result<Value, String> {
    match attached {
        None | Some("true") => Ok(Value::Bool(true)),
        Some("false") => Ok(Value::Bool(false)),
        Some(other) => Err(format!("`--{name}` is `true` or `false`, not {other:?}")),
    }
}

fn type_named(provider: &'static Provider, name: &str) -> Result<&'static str, String> {
    let known = || provider.resources.iter().map(|resource| resource.name).collect::<Vec<_>>().join(", ");
    let found = provider.resource(name).map(|resource| resource.name);
    found.ok_or_else(|| format!("there is no type {name:?}; the types are {}", known()))
}

pub(super) fn help(provider: &'static Provider) -> String {
    let mut text = format!(
        "Usage: terraform-provider-{name} export --out DIR [--type TYPE ...] [settings]

Writes the Terraform configuration of what exists at the {title}, with import blocks. `terraform plan` of
the result imports everything and changes nothing. The {title} itself is only read.

  --out DIR
      Directory for the files. It is created if it does not exist. No file is overwritten.
  --type TYPE
      Only objects of this type. Several types can follow it. Without it, all types are exported:
{types}  --help
      Print this text.

The settings are those of the provider block. What is not given is taken from the same environment variables. Every
user of the machine can see a command line: for a secret, set the environment variable, or name a file that contains
the secret and nothing else.

",
        name = provider.name,
        title = provider.system.title,
        types = wrapped(&provider.resources.iter().map(|it| it.name).collect::<Vec<_>>().join(", ")),
    );
    for attr in provider.attributes() {
        let value = match attr.kind {
            Kind::Bool => "",
            Kind::Str => " TEXT",
            _ => " NUMBER",
        };
        let file = file_flag_of(attr).map_or_else(String::new, |flag| format!(", --{flag} FILE"));
        text.push_str(&format!("  --{}{value}{file}\n{}", flag_of(attr), wrapped(attr.doc)));
    }
    text.push_str(
        "
Exit code: 0 if everything was written, 2 if something could not be read (comments in the files name it), 1 if nothing
was written.
",
    );
    text
}

/// Indented lines of at most 100 columns.
fn wrapped(text: &str) -> String {
    const INDENT: &str = "      ";
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && INDENT.len() + line.len() + 1 + word.len() > 100 {
            lines.extend([INDENT, &line, "\n"]);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.extend([INDENT, &line, "\n"]);
    lines
}

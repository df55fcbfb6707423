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
}

/// What the arguments ask for.
pub(super) enum Request {
    Help,
    Export(Options),
}

/// A flag for a setting of the provider block.
fn flag_of(attr: &Attr) -> String {
    let name = attr.name.replace('_', "-");
    if attr.is_sensitive() { format!("{name}-file") } else { name }
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
    let (mut out, mut types) = (None, Vec::new());
    let mut arguments = arguments.into_iter();
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
            "type" => types.push(type_named(provider, &value()?)?),
            name => {
                let attr = provider.attributes().find(|attr| flag_of(attr) == name);
                let attr = attr.ok_or_else(|| unknown(provider, name))?;
                let value = match attr.kind {
                    Kind::Bool => switch(name, attached.as_deref())?,
                    _ if attr.is_sensitive() => Value::string(read(&value()?)?.trim_end_matches(['\r', '\n'])),
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
    Ok(Request::Export(Options { out, types, settings }))
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

/// A flag that nobody knows. Its value is not repeated: it may be a secret.
fn unknown(provider: &'static Provider, name: &str) -> String {
    match provider.attributes().find(|attr| attr.name.replace('_', "-") == name) {
        Some(secret) => format!(
            "a secret on the command line is visible to every user of this machine, so there is no `--{name}`: write it into \
             a file and use `--{}`, or set the environment variable",
            flag_of(secret)
        ),
        None => format!("unknown argument `--{name}`; see --help"),
    }
}

pub(super) fn help(provider: &'static Provider) -> String {
    let mut text = format!(
        "Usage: terraform-provider-{name} export --out DIR [--type TYPE ...] [settings]

Writes the Terraform configuration of what exists at the {title}, with import blocks. `terraform plan` of
the result imports everything and changes nothing. The {title} itself is only read.

  --out DIR
      Directory for the files. It is created if it does not exist. No file is overwritten.
  --type TYPE
      Only objects of this type. It can be repeated. Without it, all types are exported:
{types}  --help
      Print this text.

The settings are those of the provider block. What is not given is taken from the same environment variables. There are
no flags for secrets, since every user of the machine can see a command line: set the environment variable, or name a
file that contains the secret and nothing else.

",
        name = provider.name,
        title = provider.system.title,
        types = wrapped(&provider.resources.iter().map(|it| it.name).collect::<Vec<_>>().join(", ")),
    );
    for attr in provider.attributes() {
        let value = match attr.kind {
            _ if attr.is_sensitive() => " FILE",
            Kind::Bool => "",
            Kind::Str => " TEXT",
            _ => " NUMBER",
        };
        text.push_str(&format!("  --{}{value}\n{}", flag_of(attr), wrapped(attr.doc)));
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

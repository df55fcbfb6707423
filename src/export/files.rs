//! The files of a configuration as texts: one for each type, the imports, the provider, the variables. It reads and writes
//! nothing.

use std::collections::BTreeMap;

use super::Origin;
use super::blocks::{Missing, Writer};
use super::choice::{Chosen, LeftOut, Why, choose};
use super::gather::{Exists, Gathered, Message};
use super::hcl::{Expr, block, comment, header};
use super::label::{Labels, label};
use super::references::References;
use crate::diagnostic::quoted;
use crate::engine::Engine;
use crate::schema::{Kind, Provider, Resource};
use crate::value::{Object, Step, Value};

const PROVIDER: &str = "provider.tf";
const IMPORTS: &str = "imports.tf";
const VARIABLES: &str = "variables.tf";

/// Every file that an export of these types can have.
pub(super) fn names(selected: &[&'static Resource]) -> Vec<String> {
    let fixed = [PROVIDER, IMPORTS, VARIABLES].map(str::to_owned);
    fixed.into_iter().chain(selected.iter().map(|resource| file_of(resource))).collect()
}

fn file_of(resource: &Resource) -> String {
    format!("{}.tf", resource.name)
}

/// Files by name, and what is in them.
#[derive(Default)]
pub(super) struct Files {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) blocks: usize,
    pub(super) left_out: usize,
    /// The variables without which there is no plan.
    pub(super) variables: Vec<String>,
}

pub(super) fn files(
    engine: &Engine,
    origin: &Origin,
    selected: &[&'static Resource],
    settings: &Object,
    gathered: &Gathered,
) -> Files {
    let provider = engine.provider();
    let mut references = References::new(provider);
    let (chosen, left_out) = choose(engine, selected, gathered);
    let mut labels = BTreeMap::<&str, Labels>::new();
    let mut blocks = Vec::new();
    for chosen in chosen {
        let Exists { resource, state, .. } = chosen.exists;
        let label = labels.entry(resource.name).or_default().take(label_of(chosen.exists));
        references.add(resource, &label, state);
        blocks.push((label, chosen));
    }
    let mut files = Files { blocks: blocks.len(), left_out: left_out.len(), ..Files::default() };
    let (mut imports, mut variables) = (Vec::new(), Vec::new());
    let (mut names, writer) = (Labels::default(), Writer { references: &references });
    for resource in selected {
        let is_own = |exists: &Exists| exists.resource.name == resource.name;
        let mut parts: Vec<String> =
            notes(provider, resource, gathered, left_out.iter().filter(|it| is_own(it.exists)));
        for (label, Chosen { exists, configuration }) in blocks.iter().filter(|(_, it)| is_own(it.exists)) {
            let wanted = configuration.missing.iter().map(|missing| names.take(variable_name(exists, label, missing)));
            let own: Vec<String> = wanted.collect();
            variables.extend(own.iter().zip(&configuration.missing).map(|(name, it)| variable(name, exists, it)));
            let attributes = writer.attributes(resource, configuration, &own);
            files.variables.extend(own);
            parts.push(block(&header("resource", &[resource.name, label]), &attributes));
            imports.push(import(exists, label));
        }
        if !parts.is_empty() {
            files.texts.insert(file_of(resource), parts.join("\n"));
        }
    }
    let asks = !variables.is_empty();
    files.texts.insert(PROVIDER.to_owned(), provider_file(provider, origin, settings, asks));
    for (name, parts) in [(IMPORTS, imports), (VARIABLES, variables)] {
        if !parts.is_empty() {
            files.texts.insert(name.to_owned(), parts.join("\n"));
        }
    }
    files
}

/// What is not in the file of a type, as comments.
fn notes<'a>(
    provider: &Provider,
    resource: &Resource,
    gathered: &Gathered,
    left_out: impl Iterator<Item = &'a LeftOut<'a>>,
) -> Vec<String> {
    let mut names = BTreeMap::<&Why, Vec<&str>>::new();
    for LeftOut { exists, why } in left_out {
        names.entry(why).or_default().push(&exists.name);
    }
    let messages = gathered.messages.iter().filter(|message| message.resource.name == resource.name);
    let messages = messages.map(|Message { is_incomplete, diagnostic, .. }| {
        let before = if *is_incomplete { "Incomplete: " } else { "" };
        comment(&format!("{before}{}. {}", diagnostic.summary, diagnostic.detail))
    });
    let left_out = names.into_iter().map(|(why, names)| {
        let names: String = names.iter().map(|name| format!("  {}\n", quoted(name))).collect();
        comment(&format!("{}\n{names}", why.text(provider)))
    });
    messages.chain(left_out).collect()
}

fn label_of(exists: &Exists) -> String {
    match exists.resource.only_id() {
        Some(_) => "this".to_owned(),
        None => label(&exists.name, &exists.resource.noun().replace(' ', "_")),
    }
}

fn import(exists: &Exists, label: &str) -> String {
    let to = Expr::Bare(format!("{}.{label}", exists.resource.name));
    block("import", &[("to".to_owned(), to), ("id".to_owned(), Expr::Text(exists.id.clone()))])
}

fn variable_name(exists: &Exists, name: &str, missing: &Missing) -> String {
    let mut words = vec![exists.resource.only_id().map_or_else(|| name.to_owned(), |_| exists.resource.noun())];
    words.extend(missing.path.0.iter().map(|step| match step {
        Step::Attribute(name) | Step::Key(name) => name.clone(),
        Step::Index(index) => index.to_string(),
    }));
    label(&words.join("_"), "value")
}

fn variable(name: &str, exists: &Exists, missing: &Missing) -> String {
    let of = if exists.resource.only_id().is_some() { String::new() } else { format!(" {}", quoted(&exists.name)) };
    let described = format!("`{}` of the {}{of}. {}", missing.path, exists.resource.noun(), missing.attr.doc);
    let kind = if matches!(missing.attr.kind, Kind::Map(_)) { "map(string)" } else { "string" };
    let entries = [
        ("description", Expr::Text(described)),
        ("type", Expr::Bare(kind.to_owned())),
        ("sensitive", Expr::Bare("true".to_owned())),
    ];
    block(&header("variable", &[name]), &entries.map(|(name, value)| (name.to_owned(), value)))
}

/// What Terraform needs to know first, and for people what to do with the files. `asks`: there are variables.
fn provider_file(provider: &Provider, origin: &Origin, settings: &Object, asks: bool) -> String {
    let system = &provider.system;
    let about = format!(
        "Written by `terraform-provider-{name} export` {version}.\n\
         \n\
         `terraform plan` imports what is in {IMPORTS} and {does}. After `terraform apply`, delete {IMPORTS}.\n\
         Secrets are not in these files: what is not configured stays as it is at the {title}.",
        name = provider.name,
        version = origin.version,
        title = system.title,
        does = if asks { "sends the values in variables.tf once" } else { "changes nothing" },
    );
    let text = |text: &str| Expr::Text(text.to_owned());
    let source = origin.address.strip_prefix("registry.terraform.io/").unwrap_or(origin.address);
    let own = Expr::Object(vec![
        ("source".to_owned(), text(source)),
        ("version".to_owned(), text(&format!(">= {}", origin.version))),
    ]);
    let required = block("required_providers", &[(provider.name.to_owned(), own)]);
    let required: String = required.lines().map(|line| format!("  {line}\n")).collect();
    let settings: Vec<(String, Expr)> = provider
        .attributes()
        .filter(|attr| !attr.is_sensitive())
        .filter_map(|attr| Some((attr.name, settings.get(attr.name)?)))
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value): (&str, &Value)| (name.to_owned(), Expr::literal(value)))
        .collect();
    let elsewhere = "Settings that are not here, and all secrets, come from the environment.";
    format!(
        "{}\nterraform {{\n  required_version = \">= 1.5\"\n\n{required}}}\n\n{}{}",
        comment(&about),
        comment(elsewhere),
        block(&header("provider", &[provider.name]), &settings),
    )
}

//! The pages of functions, ephemeral resources, list resources and actions, and their share of the index.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{Action, Attr, Ephemeral, Function, Kind, Parameter, Provider, Resource, Rights};

use super::page::{code, fenced, first_sentence, opening, push_example, push_note, push_notes, since_note};
use super::rights;
use super::schema::{Entry, Group, lines, render, shown, type_name, views};

/// A family: its folders under docs and examples, its heading on the index page, and the hosts that have it.
pub(super) struct Family {
    pub(super) folder: &'static str,
    heading: &'static str,
    hosts: &'static str,
}

pub(super) const FUNCTIONS: Family = Family {
    folder: "functions",
    heading: "Functions",
    hosts: "Functions of a provider require Terraform 1.8 or later, or OpenTofu 1.7 or later.",
};

pub(super) const EPHEMERALS: Family = Family {
    folder: "ephemeral-resources",
    heading: "Ephemeral resources",
    hosts: "Ephemeral resources require Terraform 1.10 or later, or OpenTofu 1.11 or later.",
};

pub(super) const ACTIONS: Family = Family {
    folder: "actions",
    heading: "Actions",
    hosts: "Actions require Terraform 1.14 or later. OpenTofu does not have them.",
};

pub(super) const LISTS: Family = Family {
    folder: "list-resources",
    heading: "List resources",
    hosts: "List resources require Terraform 1.14 or later. OpenTofu does not have them.",
};

const QUERY: &str = "[`terraform query`](https://developer.hashicorp.com/terraform/cli/commands/query)";

pub(super) fn function(provider: &Provider, function: &'static Function) -> String {
    let Function { name, summary, doc, parameters, returns, result, .. } = function;
    let mut page = format!(
        "---\npage_title: \"{name} function - terraform-provider-{provider}\"\nsubcategory: \"\"\ndescription: |-\n  \
         {summary}\n---\n\n# function: {name}\n\n{doc}\n\n",
        provider = provider.name
    );
    push_note(&mut page, "->", Some(FUNCTIONS.hosts));
    push_example(&mut page, &format!("functions/{name}/function.tf"));
    let _ = write!(page, "## Signature\n\n{}", fenced("text", &signature(function)));
    page.push_str("## Arguments\n\n");
    for Parameter { name, kind, doc, nullable } in *parameters {
        let mark = if *nullable { ", Nullable" } else { "" };
        let _ = writeln!(page, "1. `{name}` ({}{mark}) {doc}", type_name(kind));
    }
    let returned = if returns.nested().is_some() { "Object".to_owned() } else { type_name(returns) };
    let _ = write!(page, "\n## Return Value\n\n({returned}) {result}\n");
    if let Some(attrs) = returns.nested() {
        page.push('\n');
        page.push_str(&lines(attrs.iter().map(shown)));
    }
    page
}

/// As Terraform's own tools write it: `parse(text string, count number) object`.
fn signature(function: &Function) -> String {
    let parameter = |Parameter { name, kind, .. }: &Parameter| format!("{name} {}", keyword(kind));
    let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
    format!("{}({}) {}", function.name, parameters.join(", "), keyword(&function.returns))
}

fn keyword(kind: &Kind) -> String {
    match kind {
        Kind::Str => "string".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Int32 | Kind::Int64 | Kind::Float64 => "number".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::List(of) => format!("list of {}", keyword(of)),
        Kind::Set(of) => format!("set of {}", keyword(of)),
        Kind::Map(of) => format!("map of {}", keyword(of)),
    }
}

pub(super) fn ephemeral(provider: &Provider, ephemeral: &'static Ephemeral) -> String {
    let Ephemeral { name, doc, subcategory, since, attrs, .. } = ephemeral;
    let mut page = opening(provider, name, "Ephemeral Resource", subcategory, doc);
    push_note(&mut page, "->", Some(&with_version(EPHEMERALS.hosts, *since)));
    push_example(&mut page, &format!("ephemeral-resources/{name}/ephemeral-resource.tf"));
    page.push_str(&render(attrs.iter().map(|attr| Entry::of_attribute(attr, Group::of(attr))).collect()));
    page
}

pub(super) fn action(provider: &Provider, action: &'static Action) -> String {
    let Action { name, doc, subcategory, since, attrs, .. } = action;
    let mut page = opening(provider, name, "Action", subcategory, doc);
    push_note(&mut page, "->", Some(&with_version(ACTIONS.hosts, *since)));
    let roles = provider.system.roles.as_ref().filter(|_| action.rights > Rights::Standard);
    push_note(
        &mut page,
        "->",
        roles.map(|roles| format!("The key needs {}.", roles.that_give(action.rights))).as_deref(),
    );
    push_example(&mut page, &format!("actions/{name}/action.tf"));
    page.push_str(&render(attrs.iter().map(Entry::of_argument).collect()));
    page
}

pub(super) fn list(provider: &Provider, resource: &'static Resource) -> String {
    let mut page = opening(provider, resource.name, "List Resource", resource.subcategory, resource.doc);
    let _ = write!(
        page,
        "Finds the objects of this type that exist, for {QUERY}. With `-generate-config-out`, Terraform writes their \
         configuration and their `import` blocks.\n\n"
    );
    push_note(&mut page, "->", Some(LISTS.hosts));
    push_note(&mut page, "->", since_note(resource).as_deref());
    if resource.managed_by.is_some() {
        page.push_str(
            "What another system manages is not listed, since Terraform cannot change it; a warning names it.\n\n",
        );
    }
    if resource.attrs.iter().any(Attr::is_sensitive) {
        page.push_str("The results contain no secrets.\n\n");
    }
    push_example(&mut page, &format!("list-resources/{}/list-resource.tfquery.hcl", resource.name));
    push_notes(&mut page, [rights::of_list(provider, resource)]);
    match resource.list_views() {
        filters if filters.is_empty() => page.push_str("## Schema\n\nThere are no filters: all objects are listed.\n"),
        filters => page.push_str(&render(views(&filters))),
    }
    page
}

fn with_version(hosts: &str, since: Option<&str>) -> String {
    since.map_or(hosts.to_owned(), |version| format!("{hosts} Requires server version {version} or later."))
}

/// The sections of the index page with every entry of these families.
pub(super) fn sections(provider: &Provider) -> String {
    let functions = provider.functions.iter().map(|function| (function.name, function.summary));
    let ephemerals = provider.ephemerals.iter().map(|ephemeral| (ephemeral.name, ephemeral.doc));
    let actions = provider.actions.iter().map(|action| (action.name, action.doc));
    let mut text = lists(provider);
    text.push_str(&section(provider, &EPHEMERALS, ephemerals.collect()));
    text.push_str(&section(provider, &ACTIONS, actions.collect()));
    text.push_str(&section(provider, &FUNCTIONS, functions.collect()));
    text
}

fn lists(provider: &Provider) -> String {
    let others = provider.resources.iter().filter(|resource| !resource.is_listable());
    let others: Vec<String> = others.map(|resource| code(resource.name)).collect();
    let except = if others.is_empty() { String::new() } else { format!(", except {}", others.join(", ")) };
    let Family { heading, hosts, .. } = LISTS;
    format!("## {heading}\n\n{QUERY} finds the objects of every resource type{except}. {hosts}\n\n")
}

pub(super) fn listable(provider: &Provider) -> impl Iterator<Item = &'static Resource> {
    provider.resources.iter().copied().filter(|resource| resource.is_listable())
}

fn section(provider: &Provider, family: &Family, entries: Vec<(&str, &str)>) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut text = format!("## {}\n\n{}\n\n| | |\n|---|---|\n", family.heading, family.hosts);
    for (name, doc) in entries {
        let _ = writeln!(text, "| {} | {} |", link(provider, family, name), first_sentence(doc));
    }
    text.push('\n');
    text
}

fn link(provider: &Provider, family: &Family, name: &str) -> String {
    let page = name.strip_prefix(&format!("{}_", provider.name)).unwrap_or(name);
    format!("[{}]({}/{page}.md)", code(name), family.folder)
}

#[test]
fn signatures_are_written_as_terraform_does() {
    const PARAMETERS: &[Parameter] =
        &[Parameter::new("text", Kind::Str, ""), Parameter::new("words", Kind::List(&Kind::Str), "")];
    let function = Function {
        name: "parse",
        summary: "",
        doc: "",
        parameters: PARAMETERS,
        returns: Kind::Object(&[]),
        result: "",
        call: |_| unreachable!("it is not called"),
    };
    assert_eq!(signature(&function), "parse(text string, words list of string) object");
}

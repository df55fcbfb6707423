//! What the guides, the indices and the README contain that follows from the tables and the examples, between
//! `<!-- generated: … -->` and `<!-- end -->`. The rest of them is written by hand and never touched.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{Attr, Provider, Resource};

use super::page::{code, fenced, first_sentence};
use super::schema::{Entry, Group, render};
use super::{example, families, rights, types};

const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// The text with everything that is generated as it should be.
///
/// # Panics
/// If the text asks for something that there is not.
pub(super) fn filled(text: &str, provider: &Provider) -> String {
    let mut parts = text.split(BEGIN);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (what, rest) = part.split_once(" -->\n").expect("the end of a mark");
        let (_, after) = rest.split_once(END).expect("an end");
        let _ = write!(filled, "{BEGIN}{what} -->\n{}{END}{after}", generated(what, provider));
    }
    filled
}

fn generated(what: &str, provider: &Provider) -> String {
    let attributes = |is_wanted: fn(&Attr) -> bool, shown: fn(&str, &Attr) -> String| {
        table(provider, |resource| named(resource.attrs, "", is_wanted, shown))
    };
    match what {
        "left alone" => attributes(Attr::is_left_alone, plain),
        "write-only" => attributes(Attr::is_secret, |at, attr| code(&format!("{at}{}", attr.write_only_name()))),
        "shown once" => attributes(|attr| attr.is_sensitive() && attr.is_shown_once(), plain),
        "ephemeral" => {
            let mut table = "\n| type | |\n|---|---|\n".to_owned();
            for ephemeral in provider.ephemerals {
                let sentence = first_sentence(ephemeral.doc);
                let page = ephemeral.name.strip_prefix(&format!("{}_", provider.name)).unwrap_or(ephemeral.name);
                let link = format!("[{}](../ephemeral-resources/{page}.md)", code(ephemeral.name));
                let _ = writeln!(table, "| {link} | {sentence} |");
            }
            table + "\n"
        }
        "types" => format!("\n{}", types::section(provider)),
        "other types" => format!("\n{}", families::sections(provider)),
        "rights" => format!("\n{}", rights::section(provider)),
        "environment" => environment(provider),
        "schema" => {
            let entries = provider.attributes().map(|attr| Entry::of_attribute(attr, Group::of(attr))).collect();
            format!("\n{}", render(entries))
        }
        other => match other.split_once(' ') {
            Some(("arguments", names)) => arguments(provider, names),
            Some(("example", path)) => format!("\n{}", fenced("terraform", without_requirements(&example_at(path)))),
            Some(("whole", path)) => format!("\n{}", fenced("terraform", &example_at(path))),
            _ => panic!("nothing generates {other}"),
        },
    }
}

fn example_at(path: &str) -> String {
    example(path).unwrap_or_else(|| panic!("there is no example {path}"))
}

/// The environment variables that stand for arguments of the provider block.
fn environment(provider: &Provider) -> String {
    let Provider { system, defaults, .. } = provider;
    let exchange = system.credentials.exchange.iter().flat_map(|exchange| exchange.inputs());
    let headers = system.headers.iter().map(|(input, _)| input);
    let inputs = [&system.url, &system.credentials.key].into_iter().chain(exchange).chain(headers).chain(*defaults);
    let rows = inputs.map(|input| format!("| `{}` | `{}` |\n", input.variable, input.attribute));
    format!("\n| variable | argument |\n|---|---|\n{}\n", rows.collect::<String>())
}

/// Some arguments of the provider block, in this order.
fn arguments(provider: &Provider, names: &str) -> String {
    let of = |name: &str| provider.attributes().find(|attr| attr.name == name);
    let row = |name: &str| {
        let attr = of(name).unwrap_or_else(|| panic!("the provider has no argument {name}"));
        format!("| `{name}` | {} |\n", attr.doc)
    };
    format!("\n| argument | |\n|---|---|\n{}\n", names.split(' ').map(row).collect::<String>())
}

/// An example without the block that every configuration begins with.
fn without_requirements(text: &str) -> &str {
    let block = text.starts_with("terraform {\n").then(|| text.split_once("\n}\n\n")).flatten();
    block.map_or(text, |(_, rest)| rest)
}

fn table(provider: &Provider, names: impl Fn(&'static Resource) -> Vec<String>) -> String {
    let mut table = "\n| type | attributes |\n|---|---|\n".to_owned();
    for resource in provider.resources {
        let names = names(resource);
        if !names.is_empty() {
            let _ = writeln!(table, "| `{}` | {} |", resource.name, names.join(", "));
        }
    }
    table + "\n"
}

fn plain(at: &str, attr: &Attr) -> String {
    code(&format!("{at}{}", attr.name))
}

/// The attributes of a managed object that are wanted, nested ones with their path.
fn named(
    attrs: &'static [Attr],
    at: &str,
    is_wanted: fn(&Attr) -> bool,
    shown: fn(&str, &Attr) -> String,
) -> Vec<String> {
    let inside = |attr: &'static Attr| {
        let at = format!("{at}{}.", attr.name);
        attr.kind.nested().into_iter().flat_map(move |nested| named(nested, &at, is_wanted, shown))
    };
    let own = |attr: &Attr| is_wanted(attr).then(|| shown(at, attr));
    attrs.iter().filter(|attr| attr.is_managed()).flat_map(|attr| own(attr).into_iter().chain(inside(attr))).collect()
}

#[test]
fn what_is_generated_is_replaced_and_the_rest_is_kept() {
    use crate::subject::PROVIDERS;
    let filled = |text: &str| filled(text, PROVIDERS[0]);
    let once = filled("a\n<!-- generated: left alone -->\nold\n<!-- end -->\nb\n");
    assert!(once.starts_with("a\n") && !once.contains("old") && once.ends_with("<!-- end -->\nb\n"), "{once}");
    assert!(once.contains("`hoop_connection`"), "{once}");
    assert_eq!(filled(&once), once);
    assert_eq!(without_requirements("terraform {\n  a {\n  }\n}\n\nb {}\n"), "b {}\n");
}

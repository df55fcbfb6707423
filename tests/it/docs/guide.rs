//! What the guides contain that follows from the tables and the examples, between `<!-- generated: … -->` and `<!-- end -->`.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{Attr, Provider, Resource};

use super::example;
use super::page::{code, fenced, first_sentence};

const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// The guide with everything that is generated as it should be.
///
/// # Panics
/// If the guide asks for something that there is not.
pub(super) fn filled(text: &str, provider: &Provider) -> String {
    let mut parts = text.split(BEGIN);
    let mut guide = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (what, rest) = part.split_once(" -->\n").expect("the end of a mark");
        let (_, after) = rest.split_once(END).expect("an end");
        let _ = write!(guide, "{BEGIN}{what} -->\n{}{END}{after}", generated(what, provider));
    }
    guide
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
        path => {
            let path = path.strip_prefix("example ").unwrap_or_else(|| panic!("nothing generates {path}"));
            let text = example(path).unwrap_or_else(|| panic!("there is no example {path}"));
            format!("\n{}", fenced("terraform", without_requirements(&text)))
        }
    }
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

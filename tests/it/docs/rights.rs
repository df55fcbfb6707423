//! The notes of a page about keys with fewer rights, derived from the roles of a system and the tables.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{Attr, Provider, Resource, Rights, Roles};

/// The section of the index page on which key does what.
pub(super) fn section(provider: &Provider) -> String {
    let Some(roles) = &provider.system.roles else { return String::new() };
    let Roles { admin, auditor, .. } = roles;
    let mut text = format!(
        "## Rights of the key\n\nAn apply needs a key with {admin}. A plan works with fewer rights: a key with \
         {auditor} can read most types. An apply with a key that lacks rights fails before anything is sent.\n\n"
    );
    for rights in Rights::LIMITED {
        let _ = writeln!(text, "- {}", of_role(provider, roles, rights));
    }
    let _ = write!(
        text,
        "\nIf the key cannot see a value, the state keeps the value that it has. If a timestamp shows that the \
         value has changed since, the next plan shows an update. An object that may be hidden from the key is not \
         treated as deleted: the refresh reports one error and keeps the state. An import omits what the key \
         cannot see and names it in a warning; the first plan with a key with {admin} adds it. Data sources \
         return what the key can see: values can be empty and lists incomplete.\n\n"
    );
    text
}

fn of_role(provider: &Provider, roles: &Roles, rights: Rights) -> String {
    let unreadable = provider.resources.iter().filter(|resource| rights < resource.readable_by);
    let unreadable: Vec<String> = unreadable.map(|resource| format!("`{}`", resource.name)).collect();
    let unseen = provider.resources.iter().filter(|resource| rights >= resource.readable_by);
    let unseen: Vec<String> = unseen
        .flat_map(|resource| veiled(resource, rights).into_iter().map(|name| format!("`{}.{name}`", resource.name)))
        .collect();
    let hidden = provider.resources.iter().filter_map(|resource| Some((resource.name, resource.hidden_by?)));
    let mut parts = Vec::new();
    if !unreadable.is_empty() {
        parts.push(format!("cannot read {}", unreadable.join(", ")));
    }
    if !unseen.is_empty() {
        parts.push(format!("does not see {}", unseen.join(", ")));
    }
    for (name, hiding) in hidden.filter(|(_, hiding)| rights < hiding.from_fewer_than) {
        parts.push(format!("sees only some objects of `{name}` while {}", hiding.when));
    }
    format!("A key with the role `{}` {}.", roles.name_of(rights), parts.join("; it "))
}

/// The attributes that answers do not show to keys with no more than these rights, those of children included.
fn veiled(resource: &Resource, rights: Rights) -> Vec<String> {
    let of =
        |attrs: &'static [Attr]| attrs.iter().filter(move |attr| attr.is_managed() && attr.least_rights() > rights);
    let own = of(resource.attrs).map(|attr| attr.name.to_owned());
    let inside = resource.attrs.iter().filter_map(|attr| Some((attr.name, attr.kind.nested()?)));
    own.chain(inside.flat_map(|(name, nested)| of(nested).map(move |attr| format!("{name}.{}", attr.name)))).collect()
}

/// The note of a resource's page about the rights that are needed to read all of it.
pub(super) fn of_resource(provider: &Provider, resource: &Resource) -> Option<String> {
    note(provider, resource, |rights| veiled(resource, rights))
}

/// The same for its data source.
pub(super) fn of_data_source(provider: &Provider, resource: &Resource) -> Option<String> {
    let names =
        |rights| resource.shown().filter(move |attr| attr.least_rights() > rights).map(|attr| attr.name.to_owned());
    note(provider, resource, |rights| names(rights).collect())
}

/// The same for its list.
pub(super) fn of_list(provider: &Provider, resource: &Resource) -> Option<String> {
    let names = |rights| resource.shown_in_list().filter(move |attr| attr.least_rights() > rights);
    note(provider, resource, |rights| names(rights).map(|attr| attr.name.to_owned()).collect())
}

/// `veiled`: the names of what is not shown to keys with no more than these rights.
fn note(provider: &Provider, resource: &Resource, veiled: impl Fn(Rights) -> Vec<String>) -> Option<String> {
    let roles = provider.system.roles.as_ref()?;
    let mut sentences = Vec::new();
    if resource.readable_by > Rights::Standard {
        sentences.push(format!("Reading requires a key with {}.", roles.that_give(resource.readable_by)));
    }
    for (rights, more) in [(Rights::Standard, Rights::Auditor), (Rights::Auditor, Rights::Admin)] {
        let seen_then = veiled(more);
        let names = veiled(rights).into_iter().filter(|name| !seen_then.contains(name));
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        if !names.is_empty() {
            sentences.push(format!("A key without {} does not see {}.", roles.that_give(more), names.join(" and ")));
        }
    }
    if let Some(hiding) = resource.hidden_by {
        let needs = roles.that_give(hiding.from_fewer_than);
        sentences.push(format!("While {}, a key without {needs} sees only {}.", hiding.when, hiding.shown));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

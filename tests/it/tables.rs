//! Tests over every table of every provider: documentation and names; and of the first, against the gateway's API (`data/gateway-api.json`,
//! its OpenAPI document cut to the operations that we use) and against the official provider's schema.

mod answers;
mod entries;
mod gateway;
mod left_out;
mod objects;
mod official;
mod openapi;
mod recorded;
mod references;

use std::collections::BTreeSet;

use terraform_provider_hoop::schema::{Attr, Update, schema_attributes};

use crate::subject::PROVIDERS;

/// The attributes of an object and of everything nested in it.
fn all(attrs: &'static [Attr]) -> Vec<&'static Attr> {
    attrs.iter().flat_map(|attr| std::iter::once(attr).chain(attr.kind.nested().map(all).unwrap_or_default())).collect()
}

#[test]
fn types_have_one_table_each() {
    for provider in PROVIDERS {
        let mut names = BTreeSet::new();
        let prefix = format!("{}_", provider.name);
        for resource in provider.readable() {
            assert!(names.insert(resource.name), "{} is listed twice", resource.name);
            assert!(resource.name.starts_with(&prefix), "{} begins with {prefix}", resource.name);
            let lists = resource.list.as_ref().map(|list| list.name);
            assert!(lists.is_none_or(|list| names.insert(list)), "{lists:?} is taken");
        }
        for query in provider.queries {
            assert!(names.insert(query.name) && query.name.starts_with(&prefix), "{} is taken", query.name);
        }
        for setting in provider.defaults {
            let known = provider.attributes().any(|attr| attr.name == setting.attribute);
            assert!(known, "{}: the provider block has no `{}`", provider.name, setting.attribute);
        }
    }
}

/// A PATCH has no word for what is taken away, unless its kind has an empty form.
#[test]
fn what_only_a_patch_changes_can_be_taken_away() {
    use terraform_provider_hoop::schema::Kind;
    let resources = || PROVIDERS.iter().flat_map(|provider| provider.resources.iter());
    for resource in resources().filter(|resource| resource.update == Update::Patch) {
        for attr in resource.managed().filter(|attr| attr.settable() && !attr.is_required()) {
            let has_empty_form =
                !matches!(attr.kind, Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 | Kind::Object(_));
            let never_sent = attr.is_client_only() || attr.is_required_on_create() || attr.header_name().is_some();
            let said = has_empty_form || never_sent || attr.replaces_on().is_some();
            assert!(said, "{}.{} could never be taken away", resource.name, attr.name);
        }
    }
}

#[test]
fn columns_of_an_object_have_different_names() {
    for resource in PROVIDERS.iter().flat_map(|provider| provider.resources) {
        let mut names = BTreeSet::new();
        for column in schema_attributes(resource.attrs) {
            assert!(names.insert(column.name.to_string()), "{}: `{}` twice", resource.name, column.name);
        }
    }
}

#[test]
fn everything_is_documented_in_sentences() {
    let sentence = |text: &str| text.ends_with('.') && !text.contains("  ") && !text.contains('\n');
    let begins = |text: &str| text.starts_with(|c: char| c.is_uppercase() || c == '`');
    for resource in PROVIDERS.iter().flat_map(|provider| provider.resources) {
        let notes = [Some(resource.doc), resource.import_note, resource.destroy_note];
        for text in notes.into_iter().flatten() {
            assert!(sentence(text) && begins(text), "{}: {text:?}", resource.name);
        }
        for attr in all(resource.attrs) {
            assert!(sentence(attr.doc) && begins(attr.doc), "{}.{}: {:?}", resource.name, attr.name, attr.doc);
        }
        for filter in resource.list.iter().flat_map(|list| list.filters) {
            assert!(sentence(filter.attr.doc), "{}.{}: {:?}", resource.name, filter.name(), filter.attr.doc);
        }
    }
    for attr in PROVIDERS.iter().flat_map(|provider| provider.attributes()) {
        assert!(sentence(attr.doc), "{}: {:?}", attr.name, attr.doc);
    }
    for query in PROVIDERS.iter().flat_map(|provider| provider.queries) {
        assert!(sentence(query.doc) && begins(query.doc), "{}: {:?}", query.name, query.doc);
        for attr in all(query.attrs) {
            assert!(sentence(attr.doc) && begins(attr.doc), "{}.{}: {:?}", query.name, attr.name, attr.doc);
        }
    }
}

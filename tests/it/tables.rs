//! Tests over every table of the provider: documentation and names, against the gateway's API (`data/gateway-api.json`,
//! its OpenAPI document cut to the operations that we use) and against the official provider's schema.

mod gateway;
mod official;

use std::collections::BTreeSet;

use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Attr, columns};

/// The attributes of an object and of everything nested in it.
fn all(attrs: &'static [Attr]) -> Vec<&'static Attr> {
    attrs.iter().flat_map(|attr| std::iter::once(attr).chain(attr.kind.nested().map(all).unwrap_or_default())).collect()
}

#[test]
fn types_have_one_table_each() {
    let mut names = BTreeSet::new();
    let prefix = format!("{}_", PROVIDER.name);
    for resource in PROVIDER.resources {
        assert!(names.insert(resource.name), "{} is listed twice", resource.name);
        assert!(resource.name.starts_with(&prefix), "{} begins with {prefix}", resource.name);
        let lists = resource.list.as_ref().map(|list| list.name);
        assert!(lists.is_none_or(|list| names.insert(list)), "{lists:?} is taken");
    }
}

#[test]
fn columns_of_an_object_have_different_names() {
    for resource in PROVIDER.resources {
        let mut names = BTreeSet::new();
        for column in columns(resource.attrs) {
            assert!(names.insert(column.name.to_string()), "{}: `{}` twice", resource.name, column.name);
        }
    }
}

#[test]
fn everything_is_documented_in_sentences() {
    let sentence = |text: &str| text.ends_with('.') && !text.contains("  ") && !text.contains('\n');
    let begins = |text: &str| text.starts_with(|c: char| c.is_uppercase() || c == '`');
    for resource in PROVIDER.resources {
        let notes = [Some(resource.doc), resource.import_note, resource.destroy_note];
        for text in notes.into_iter().flatten() {
            assert!(sentence(text) && begins(text), "{}: {text:?}", resource.name);
        }
        for attr in all(resource.attrs) {
            assert!(sentence(attr.doc) && begins(attr.doc), "{}.{}: {:?}", resource.name, attr.name, attr.doc);
        }
        for filter in resource.list.iter().flat_map(|list| list.filters) {
            assert!(sentence(filter.doc), "{}.{}: {:?}", resource.name, filter.name, filter.doc);
        }
    }
    for attr in PROVIDER.attributes() {
        assert!(sentence(attr.doc), "{}: {:?}", attr.name, attr.doc);
    }
}

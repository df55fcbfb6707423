//! The documentation pages under docs/, generated from the tables and the examples in the layout that registries expect.
//! `UPDATE_DOCS=1 cargo test --test it docs` writes them; without it the test fails and names the stale pages.

mod blocks;
mod families;
mod links;
mod page;
mod prose;
mod rights;
mod schema;
mod snippets;
mod summaries;
mod types;

use std::collections::BTreeMap;
use std::fs;

use terraform_provider_hoop::schema::Provider;

use self::families::{ACTIONS, EPHEMERALS, FUNCTIONS, LISTS};
use super::subject::PROVIDERS;
use super::tidy::root;

/// The folders of the pages, and the largest page in bytes that a registry accepts.
const FOLDERS: [&str; 6] =
    ["resources", "data-sources", FUNCTIONS.folder, EPHEMERALS.folder, ACTIONS.folder, LISTS.folder];
const MOST_BYTES: usize = 500_000;

/// Written by hand, except for what `prose` fills in; beside these, the index of each provider.
const GUIDES: &str = "docs/guides";
const PROSE: [&str; 3] = ["README.md", "examples/modules/database/README.md", "examples/organization/README.md"];

/// A registry reads one provider from `docs`: the first one's pages are there, the others' in folders of their names.
fn home(provider: &Provider) -> String {
    if provider.name == PROVIDERS[0].name { "docs".to_owned() } else { format!("docs/{}", provider.name) }
}

/// Every page, by its path from the root.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for provider in PROVIDERS {
        let prefix = format!("{}_", provider.name);
        // Pages are called by the type without the provider's name.
        let path = |folder: &str, name: &str| {
            format!("{}/{folder}/{}.md", home(provider), name.strip_prefix(&prefix).unwrap_or(name))
        };
        let index = format!("{}/index.md", home(provider));
        let text = fs::read_to_string(root().join(&index)).expect("a provider has an index");
        pages.insert(index, prose::filled(&text, provider));
        for resource in provider.resources {
            pages.insert(path("resources", resource.name), page::resource(provider, resource));
        }
        for resource in provider.readable() {
            if resource.data_source {
                pages.insert(path("data-sources", resource.name), page::data_source(provider, resource));
            }
            if let Some(list) = &resource.list {
                pages.insert(path("data-sources", list.name), page::data_list(provider, resource, list));
            }
        }
        for query in provider.queries {
            pages.insert(path("data-sources", query.name), page::query(provider, query));
        }
        for function in provider.functions {
            pages.insert(path(FUNCTIONS.folder, function.name), families::function(provider, function));
        }
        for resource in families::listable(provider) {
            pages.insert(path(LISTS.folder, resource.name), families::list(provider, resource));
        }
        for ephemeral in provider.ephemerals {
            pages.insert(path(EPHEMERALS.folder, ephemeral.name), families::ephemeral(provider, ephemeral));
        }
        for action in provider.actions {
            pages.insert(path(ACTIONS.folder, action.name), families::action(provider, action));
        }
    }
    pages.extend(handwritten().into_iter().map(|(path, text)| (path, prose::filled(&text, PROVIDERS[0]))));
    pages
}

/// The text of an example; none is an error of `tidy`, not of the page.
fn example(path: &str) -> Option<String> {
    fs::read_to_string(root().join("examples").join(path)).ok()
}

fn stored() -> BTreeMap<String, String> {
    let listed = PROVIDERS.iter().flat_map(|provider| FOLDERS.map(|folder| format!("{}/{folder}", home(provider))));
    let indices = PROVIDERS.iter().map(|provider| format!("{}/index.md", home(provider)));
    let indices = indices.filter_map(|path| Some((path.clone(), fs::read_to_string(root().join(&path)).ok()?)));
    listed.flat_map(|folder| files(&folder)).chain(indices).chain(handwritten()).collect()
}

/// The guides and the other texts, as they are stored.
fn handwritten() -> BTreeMap<String, String> {
    let text = |path: &str| fs::read_to_string(root().join(path)).expect("a text of the repository");
    let others = PROSE.iter().map(|path| ((*path).to_owned(), text(path)));
    files(GUIDES).into_iter().chain(others).collect()
}

/// The files of a folder, by their paths from the root.
fn files(folder: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let paths = entries.filter_map(|entry| Some(format!("{folder}/{}", entry.file_name().to_str()?)));
    paths.filter_map(|path| Some((path.clone(), fs::read_to_string(root().join(&path)).ok()?))).collect()
}

/// The paths that `wanted` and `there` do not agree on.
fn stale(wanted: &BTreeMap<String, String>, there: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |path: &&String| wanted.get(*path) != there.get(*path);
    let mut paths: Vec<String> = wanted.keys().chain(there.keys()).filter(differs).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

fn write(wanted: &BTreeMap<String, String>, there: &BTreeMap<String, String>) {
    for path in there.keys().filter(|path| !wanted.contains_key(*path)) {
        fs::remove_file(root().join(path)).expect("a page can be removed");
    }
    for (path, text) in wanted {
        let folder = root().join(path).parent().expect("a folder").to_owned();
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(root().join(path), text).expect("a page can be written");
    }
}

#[test]
fn pages_are_what_the_tables_and_examples_say() {
    let wanted = pages();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        write(&wanted, &stored());
    }
    let stale = stale(&wanted, &stored());
    assert!(stale.is_empty(), "stale, run `UPDATE_DOCS=1 cargo test --test it docs`: {stale:?}");
}

#[test]
fn pages_keep_the_rules_of_registries() {
    for (path, text) in pages().into_iter().filter(|(path, _)| path.starts_with("docs/")) {
        assert!(text.len() < MOST_BYTES, "{path} has {} bytes", text.len());
        let front = text.strip_prefix("---\n").and_then(|rest| rest.split("\n---\n").next());
        let front = front.unwrap_or_else(|| panic!("{path} has no front matter"));
        assert!(front.contains("page_title: "), "{path} has a title");
        assert_eq!(front.contains("subcategory"), !path.ends_with("/index.md"), "{path}: subcategory");
        for forbidden in ["layout:", "sidebar_current:"] {
            assert!(!front.contains(forbidden), "{path}: {forbidden}");
        }
        assert!(!text.contains("\n\n\n"), "{path} has single blank lines");
        assert!(!text.contains(". ."), "{path} has an empty sentence");
    }
}

#[test]
fn a_stale_page_is_found() {
    let page = |path: &str, text: &str| BTreeMap::from([(path.to_owned(), text.to_owned())]);
    assert_eq!(stale(&page("a", "new"), &page("a", "old")), ["a"]);
    assert_eq!(stale(&page("a", "new"), &page("b", "new")), ["a", "b"]);
    assert!(stale(&page("a", "x"), &page("a", "x")).is_empty());
}

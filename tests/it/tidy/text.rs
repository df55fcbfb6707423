//! Files as texts: their openings, their sizes, what must stand in none of them, links that lead somewhere, and an
//! example for each type.

use std::collections::BTreeSet;

use crate::subject::PROVIDERS;

use super::{Source, assert_none, repository, sample};

const MOST_LINES: usize = 350;

/// What betrays the machine or the workplace that a file was written at. Split, so that this file does not.
const PRIVATE: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/tmp/", "wt"),
    concat!("/ro", "ot/"),
    concat!("far", "m-"),
    concat!("sha", "red/hoop"),
];

fn unopened(sources: &[Source]) -> Vec<String> {
    let without = sources.iter().filter(|source| source.is_rust() && !source.text.starts_with("//! "));
    without.map(|source| format!("{}: does not say what it is for (`//!`)", source.path)).collect()
}

fn too_long(sources: &[Source]) -> Vec<String> {
    let count = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| source.is_rust() && count(source) > MOST_LINES);
    long.map(|source| format!("{}: {} lines, more than {MOST_LINES}", source.path, count(source))).collect()
}

fn private(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let words = PRIVATE.iter().filter(|word| line.contains(**word));
            found.extend(words.map(|word| format!("{}:{}: `{word}`", source.path, number + 1)));
        }
    }
    found
}

fn untidy(sources: &[Source]) -> Vec<String> {
    let kept = |source: &&Source| !source.path.ends_with(".jsonl") && !source.path.ends_with(".json");
    let mut found = Vec::new();
    for source in sources.iter().filter(kept) {
        let trailing = source.text.lines().position(|line| line.ends_with([' ', '\t']));
        found.extend(trailing.map(|at| format!("{}:{}: blanks at the end of the line", source.path, at + 1)));
        if !source.text.is_empty() && !source.text.ends_with('\n') {
            found.push(format!("{}: no newline at the end", source.path));
        }
    }
    found
}

/// Relative links of our prose, and source files that it names, that are not there.
fn broken_links(sources: &[Source], prose: &[Source]) -> Vec<String> {
    let paths: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    let exists = |path: &str| {
        let folder = format!("{}/", path.trim_end_matches('/'));
        paths.contains(path) || paths.iter().any(|known| known.starts_with(&folder))
    };
    let mut found = Vec::new();
    for source in prose.iter().filter(|source| source.path.ends_with(".md")) {
        for target in links(&source.text).filter_map(|target| target.split('#').next()) {
            if !target.is_empty() && !exists(&resolve(source.folder(), target)) {
                found.push(format!("{}: the link to {target} leads nowhere", source.path));
            }
        }
        let named = source.text.split('`').skip(1).step_by(2);
        for path in named.filter(|word| word.starts_with("src/") && word.ends_with(".rs") && !word.contains(['<', '{']))
        {
            if !exists(path) {
                found.push(format!("{}: there is no {path}", source.path));
            }
        }
    }
    found
}

/// The targets of the relative links of a text, with their anchors.
pub(crate) fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|target| !target.contains("://"))
}

pub(crate) fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// The examples that every type has, and those that belong to no type.
fn examples(sources: &[Source]) -> Vec<String> {
    const FAMILIES: [&str; 6] =
        ["resources", "data-sources", "functions", "ephemeral-resources", "list-resources", "actions"];
    const RESOURCE: [&str; 4] = ["resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"];
    let all = || PROVIDERS.iter().flat_map(|provider| provider.resources.iter().copied());
    let resources = all().map(|resource| ("resources", resource.name, &RESOURCE[..]));
    let read = || all().chain(PROVIDERS.iter().flat_map(|provider| provider.data.iter().copied()));
    let one = read().filter(|resource| resource.data_source).map(|resource| resource.name);
    let many = read().filter_map(|resource| resource.list.as_ref()).map(|list| list.name);
    let queries = PROVIDERS.iter().flat_map(|provider| provider.queries).map(|query| query.name);
    let data = one.chain(many).chain(queries).map(|name| ("data-sources", name, &["data-source.tf"][..]));
    let providers = || PROVIDERS.iter();
    let functions =
        providers().flat_map(|provider| provider.functions).map(|it| ("functions", it.name, &["function.tf"][..]));
    let ephemerals = providers().flat_map(|provider| provider.ephemerals);
    let ephemerals = ephemerals.map(|it| ("ephemeral-resources", it.name, &["ephemeral-resource.tf"][..]));
    let listable = all().filter(|resource| resource.is_listable());
    let lists = listable.map(|resource| ("list-resources", resource.name, &["list-resource.tfquery.hcl"][..]));
    let actions = providers().flat_map(|provider| provider.actions).map(|it| ("actions", it.name, &["action.tf"][..]));
    let wanted: BTreeSet<String> = resources
        .chain(data)
        .chain(functions)
        .chain(ephemerals)
        .chain(lists)
        .chain(actions)
        .flat_map(|(kind, name, files)| files.iter().map(move |file| format!("examples/{kind}/{name}/{file}")))
        .collect();
    let there: BTreeSet<&str> = sources
        .iter()
        .map(|source| source.path.as_str())
        .filter(|path| FAMILIES.iter().any(|family| path.starts_with(&format!("examples/{family}/"))))
        .collect();
    let missing = wanted.iter().filter(|path| !there.contains(path.as_str())).map(|path| format!("{path}: missing"));
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let folders: BTreeSet<Option<String>> = wanted.iter().map(|path| folder(path)).collect();
    let strays =
        there.iter().filter(|path| !folders.contains(&folder(path))).map(|path| format!("{path}: no such type"));
    missing.chain(strays).collect()
}

/// Articles and plurals of words that are put in: `diagnostic` has functions for them, since "a agent" and "1 connections"
/// are what comes of anything else.
fn ungrammatical(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("src/") && source.path != "src/diagnostic.rs")
    {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let words: Vec<&str> = line.split([' ', '"', '(']).collect();
            let is_put_in = |word: &str| word.starts_with('{') && word[1..].contains('}');
            let article = words.windows(2).any(|pair| matches!(pair[0], "a" | "A") && is_put_in(pair[1]));
            let plural =
                words.iter().any(|word| is_put_in(word) && word.trim_end_matches(['.', ',', ':']).ends_with("}s"));
            if article || plural {
                found.push(format!("{}:{}: an article or a plural of what is put in", source.path, number + 1));
            }
        }
    }
    found
}

#[test]
fn what_is_put_into_a_message_has_its_article_and_its_plural() {
    assert_none(&ungrammatical(&repository()));
    let wrong = ["format!(\"A {noun} is gone\")", "\"these {}s, which\"", "(\"{} {noun}s: {}\")"];
    for wrong in wrong {
        assert_eq!(ungrammatical(&[sample("src/x.rs", wrong)]).len(), 1, "{wrong}");
    }
    assert_none(&ungrammatical(&[sample("src/x.rs", "impl A {\n// a {noun}\nformat!(\"{} of {}\")")]));
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let sources = repository();
    assert_none(&unopened(&sources));
    assert_none(&too_long(&sources));
    assert_none(&untidy(&sources));
}

#[test]
fn no_file_tells_where_it_was_written() {
    assert_none(&private(&repository()));
}

#[test]
fn prose_points_at_what_exists() {
    let sources = repository();
    assert_none(&broken_links(&sources, &sources));
}

#[test]
fn every_type_has_its_examples() {
    assert_none(&examples(&repository()));
}

#[test]
fn each_check_of_texts_can_fail() {
    assert_eq!(unopened(&[sample("src/x.rs", "use a;")]).len(), 1);
    assert_eq!(too_long(&[sample("src/x.rs", &"//!\n".repeat(MOST_LINES + 1))]).len(), 1);
    assert_eq!(private(&[sample("README.md", PRIVATE[0])]).len(), 1);
    assert_eq!(untidy(&[sample("README.md", "a \nb")]).len(), 2);
    let sources = [sample("docs/a.md", ""), sample("src/x.rs", "")];
    let good = sample("docs/b.md", "[a](a.md#x) [b](../src/) [c](https://x.y) `src/x.rs`");
    let bad = sample("docs/b.md", "[a](c.md) `src/y.rs`");
    assert_none(&broken_links(&sources, &[good]));
    assert_eq!(broken_links(&sources, &[bad]).len(), 2);
    assert!(!examples(&[]).is_empty());
    let stray = sample("examples/resources/hoop_nothing/resource.tf", "");
    assert!(examples(&[stray]).iter().any(|found| found.contains("no such type")));
}

//! Identifiers of `src/` use the terms of the glossary in docs/STYLE.md. Its last column has the terms that are replaced;
//! those in backticks are in no identifier. The others are ordinary words, which only a reader can judge.

use std::collections::BTreeMap;

use super::imports::quoted;
use super::names::Modules;
use super::{Source, assert_none, root, rust, sample};

/// The replaced terms in backticks, each with the term to use.
fn replaced(style: &str) -> BTreeMap<String, &str> {
    let glossary = style.split("\n## ").find(|section| section.starts_with("Glossary")).unwrap_or_default();
    let rows = glossary.lines().filter_map(|line| line.strip_prefix("| ")?.trim_end_matches('|').rsplit_once(" | "));
    rows.flat_map(|(row, not)| quoted(not).into_iter().map(move |term| (term, row.split(" | ").next().unwrap_or(row))))
        .collect()
}

/// The words of an identifier: `is_told` and `IsTold` are `is told`.
fn words(identifier: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in identifier.chars() {
        let begins = c == '_' || (c.is_uppercase() && spaced.ends_with(|before: char| before.is_lowercase()));
        spaced.extend(begins.then_some(' '));
        spaced.push(c);
    }
    spaced.split([' ', '_']).map(str::to_lowercase).collect()
}

/// Identifiers with a replaced term. What follows a dot may be from another crate, and its definition is read as well.
fn outdated(style: &str, sources: &[Source]) -> Vec<String> {
    let (replaced, mut found) = (replaced(style), BTreeMap::new());
    for module in Modules::without_tests(sources).0.values() {
        for path in module.paths.iter().filter(|path| !path.member) {
            for name in &path.parts {
                let terms = words(name).into_iter().filter_map(|word| replaced.get(&word));
                found.extend(terms.map(|term| ((module.file.clone(), name.clone()), (path.line, *term))));
            }
        }
    }
    found.iter().map(|((file, name), (line, term))| format!("{file}:{line}: `{name}`: the term is {term}")).collect()
}

#[test]
fn identifiers_use_the_terms_of_the_glossary() {
    let style = std::fs::read_to_string(root().join("docs/STYLE.md")).expect("docs/STYLE.md");
    assert!(replaced(&style).len() > 10, "the glossary is there");
    assert_none(&outdated(&style, &rust(&["src"])));
}

#[test]
fn an_outdated_identifier_is_found() {
    let style = "# S\n\n## Glossary\n\n| term | meaning | not |\n|---|---|---|\n| budget | time | `patience`, time |\n";
    let check = |text: &str| outdated(style, &[sample("src/x.rs", text)]);
    assert_none(&check("// patience\nfn f(time: &str) -> X { time.patience(\"patience\") }"));
    for (bad, name) in [("fn f(patience: u8) {}", "patience"), ("struct LongPatience;", "LongPatience")] {
        assert_eq!(check(bad), [format!("src/x.rs:1: `{name}`: the term is budget")]);
    }
}

//! The summaries of all errors and warnings, as the source has them, against the headings of the guide that explains them:
//! each summary has an entry, and each entry is about a summary that exists.
//!
//! A summary is the first argument of `Diagnostic::error` or `Diagnostic::warning`, or a variable of the name `summary`. A
//! part that is filled in is `…`; that of the name `title` is what the provider of the guide calls its system.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::subject::PROVIDERS;
use crate::tidy::{Source, repository};

const GUIDE: &str = "docs/guides/troubleshooting.md";
/// Its sections have a summary in each heading of this level.
const HEADING: &str = "### ";
/// The section with headings of other things.
const QUESTIONS: &str = "\n## Questions\n";

/// What is found, by its text, and where.
type Summaries = BTreeMap<String, String>;

/// The summaries in a file, and expressions that are none that a reader of the source can tell.
#[derive(Default)]
struct Found {
    summaries: Vec<(String, usize)>,
    untold: Vec<(String, usize)>,
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    token.is_some_and(|token| !matches!(token, TokenTree::Group(_)) && token.to_string() == text)
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<TokenStream> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group.stream()),
        _ => None,
    }
}

fn scan(tokens: TokenStream, found: &mut Found) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        let line = rest[0].span().start().line;
        // Tests make diagnostics of their own.
        if is(rest.first(), "#")
            && group(rest.get(1), Delimiter::Bracket).is_some_and(|attribute| attribute.to_string().contains("test"))
        {
            let body =
                rest.iter().position(|token| group(Some(token), Delimiter::Brace).is_some() || is(Some(token), ";"));
            at += body.map_or(rest.len(), |body| body + 1);
            continue;
        }
        let makes = is(rest.first(), "Diagnostic")
            && is(rest.get(1), ":")
            && ["error", "warning"].iter().any(|name| is(rest.get(3), name));
        if let Some(arguments) = makes.then(|| group(rest.get(4), Delimiter::Parenthesis)).flatten() {
            first_argument(arguments, line, found);
        }
        if is(rest.first(), "let") && is(rest.get(1), "summary") {
            let end = rest.iter().position(|token| is(Some(token), ";")).unwrap_or(rest.len());
            let texts = texts(&rest[2..end]);
            if texts.is_empty() {
                found.untold.push(("let summary".to_owned(), line));
            }
            found.summaries.extend(texts.into_iter().map(|text| (text, line)));
        }
        if let TokenTree::Group(inner) = &rest[0] {
            scan(inner.stream(), found);
        }
        at += 1;
    }
}

fn first_argument(arguments: TokenStream, line: usize, found: &mut Found) {
    let argument: Vec<TokenTree> = arguments.into_iter().take_while(|token| !is(Some(token), ",")).collect();
    let shown: String = argument.iter().map(ToString::to_string).collect();
    match texts(&argument).into_iter().next() {
        Some(text) => found.summaries.push((text, line)),
        // The summary of another diagnostic, or one that was found where it is made.
        None if shown.ends_with(".summary") || shown.contains("summary") => {}
        None => found.untold.push((shown, line)),
    }
}

/// The texts in an expression, without what formats their parts.
fn texts(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    let mut formats = false;
    for token in tokens {
        match token {
            TokenTree::Literal(literal) if literal.to_string().starts_with('"') => {
                found.push(text(&literal.to_string()))
            }
            TokenTree::Group(inner) if formats => {
                found.extend(inner.stream().into_iter().next().map(|first| text(&first.to_string())));
            }
            TokenTree::Group(inner) if inner.delimiter() != Delimiter::Bracket => {
                found.extend(texts(&inner.stream().into_iter().collect::<Vec<_>>()));
            }
            _ => {}
        }
        formats = is(Some(token), "!") || (formats && !matches!(token, TokenTree::Group(_)));
    }
    found
}

/// A literal as the guide spells it.
fn text(literal: &str) -> String {
    let mut text = String::new();
    let mut rest = literal.trim_matches('"');
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("the end of a part");
        text.push_str(before);
        text.push_str(if name == "title" { PROVIDERS[0].system.title } else { "…" });
        rest = after;
    }
    text.push_str(rest);
    while text.contains("… …") {
        text = text.replace("… …", "…");
    }
    text
}

/// The summaries of the first provider and the engine: the guide is about that provider.
fn summaries(sources: &[Source]) -> (Summaries, Vec<String>) {
    let (mut all, mut untold) = (Summaries::new(), Vec::new());
    let others: Vec<String> = PROVIDERS[1..].iter().map(|other| format!("src/{}", other.name)).collect();
    let is_ours = |path: &str| path.starts_with("src/") && !others.iter().any(|other| path.starts_with(other.as_str()));
    for source in
        sources.iter().filter(|source| is_ours(&source.path) && source.path.ends_with(".rs") && !source.is_test())
    {
        let tokens = TokenStream::from_str(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
        let mut found = Found::default();
        scan(tokens, &mut found);
        all.extend(found.summaries.into_iter().map(|(text, line)| (text, format!("{}:{line}", source.path))));
        untold.extend(found.untold.into_iter().map(|(shown, line)| format!("{}:{line}: {shown}", source.path)));
    }
    (all, untold)
}

/// The text of the guide.
fn guide(sources: &[Source]) -> &str {
    sources.iter().find(|source| source.path == GUIDE).map(|source| source.text.as_str()).unwrap_or_default()
}

/// The headings of a guide that are summaries.
fn entries(guide: &str) -> BTreeSet<String> {
    let explained = guide.split(QUESTIONS).next().unwrap_or_default();
    explained.lines().filter_map(|line| line.strip_prefix(HEADING)).map(str::to_owned).collect()
}

#[test]
fn each_summary_has_an_entry_in_the_guide_and_each_entry_a_summary() {
    let sources = repository();
    let (summaries, untold) = summaries(&sources);
    assert_eq!(
        untold,
        Vec::<String>::new(),
        "give a text, or a variable `summary`, so that a reader finds the message"
    );
    assert!(summaries.len() > 50, "{summaries:?}");
    let entries = entries(guide(&sources));
    let missing: Vec<String> = summaries
        .iter()
        .filter(|(text, _)| !entries.contains(*text))
        .map(|(text, place)| format!("{GUIDE} has no entry `{HEADING}{text}` ({place})"))
        .collect();
    let obsolete: Vec<String> = entries
        .iter()
        .filter(|entry| !summaries.contains_key(*entry))
        .map(|entry| format!("{GUIDE}: no message has the summary {entry:?}"))
        .collect();
    assert_eq!([missing, obsolete].concat(), Vec::<String>::new());
}

/// An entry is worth nothing without its text.
#[test]
fn each_entry_says_something() {
    let sources = repository();
    let mut lines = guide(&sources).lines().filter(|line| !line.trim().is_empty()).peekable();
    while let Some(line) = lines.next() {
        let says = lines.peek().is_some_and(|next| !next.starts_with('#'));
        assert!(!line.starts_with(HEADING) || says, "{GUIDE}: nothing below {line:?}");
    }
}

#[test]
fn summaries_are_found_however_they_are_written() {
    let source = r#"
        fn one() { Diagnostic::error("Plain", detail).at(path); Diagnostic::warning(format!("A {b} of {c:?}", b = "x"), "no"); }
        fn two() { let summary = match x { A => "In a `match`".to_owned(), B => format!("The {title} {} {y}", z("no")) };
                   let more = if x { Diagnostic::error } else { Diagnostic::warning }; more(summary, detail) }
        fn three() { Diagnostic::error(other.summary, "no"); Diagnostic::error(name, "no"); }
        #[cfg(test)] mod tests { fn four() { Diagnostic::error("Of a test", "no") } }
    "#;
    let mut found = Found::default();
    scan(TokenStream::from_str(source).expect("Rust"), &mut found);
    let texts: Vec<&str> = found.summaries.iter().map(|(text, _)| text.as_str()).collect();
    let title = PROVIDERS[0].system.title;
    assert_eq!(texts, ["Plain", "A … of …", "In a `match`", &format!("The {title} …")]);
    assert_eq!(found.untold.iter().map(|(shown, _)| shown.as_str()).collect::<Vec<_>>(), ["name"]);
    let guide = "# G\n## S\n### One\nx\n### Two\ny\n\n## Questions\n\n### Why?\nz\n";
    assert_eq!(entries(guide).into_iter().collect::<Vec<_>>(), ["One", "Two"]);
}

//! The builder methods of the tables: each has three uses, or decision 19 says why it stays with fewer.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Modules;
use super::{Source, assert_none, repository, sample};

const BUILDERS: [&str; 5] = [
    "src/schema/builder.rs",
    "src/schema/builder_wire.rs",
    "src/schema/list.rs",
    "src/schema/query.rs",
    "src/schema/resource.rs",
];
const DECISION: &str = "docs/decisions/0019-builder-methods-with-few-uses.md";
const USES: usize = 3;

/// The names that start after this text, one for each line that has it.
fn names_after(text: &str, start: &str) -> Vec<(String, String)> {
    let name = |line: &str| {
        let (_, rest) = line.split_once(start)?;
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        Some((rest[..end].to_owned(), rest[end..].to_owned()))
    };
    text.lines().filter_map(name).collect()
}

fn text<'a>(sources: &'a [Source], path: &str) -> &'a str {
    sources.iter().find(|source| source.path == path).map_or("", |source| &source.text)
}

/// The builder methods that take data. Those that take a function are hooks.
fn builder_methods(sources: &[Source]) -> BTreeSet<String> {
    let functions: Vec<String> =
        names_after(text(sources, "src/hooks.rs"), "pub type ").into_iter().map(|(name, _)| name).collect();
    let is_hook = |rest: &str| rest.contains("fn(") || functions.iter().any(|name| rest.contains(name.as_str()));
    let is_method = |rest: &str| rest.starts_with("(self") || rest.starts_with("(mut self");
    let methods = BUILDERS.iter().flat_map(|path| names_after(text(sources, path), "    pub const fn "));
    methods.filter(|(_, rest)| is_method(rest) && !is_hook(rest)).map(|(name, _)| name).collect()
}

/// How often the tables of the systems use each method.
fn uses(sources: &[Source]) -> BTreeMap<String, usize> {
    let is_table = |file: &str| file.starts_with("src/hoop") || file.starts_with("src/lerian");
    let modules = Modules::without_tests(sources);
    let tables = modules.0.values().filter(|module| is_table(&module.file));
    let mut uses = BTreeMap::new();
    for path in tables.flat_map(|module| &module.paths).filter(|path| path.member) {
        *uses.entry(path.parts.concat()).or_default() += 1;
    }
    uses
}

/// The names in the first column of the decision's table.
fn excused(decision: &str) -> BTreeSet<String> {
    let rows = decision.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let names = rows.flat_map(|cell| cell.split(',').map(|name| name.trim_matches([' ', '`', '|']).to_owned()));
    names.collect()
}

fn unaccounted(code: &[Source], decision: &str) -> Vec<String> {
    let uses = uses(code);
    let count = |name: &String| uses.get(name).copied().unwrap_or_default();
    let few: BTreeSet<String> = builder_methods(code).into_iter().filter(|name| count(name) < USES).collect();
    let excused = excused(decision);
    let unexplained =
        few.difference(&excused).map(|name| format!("{DECISION}: `{name}` has {} uses and no reason", count(name)));
    let obsolete = excused.difference(&few).map(|name| format!("{DECISION}: `{name}` needs no reason any more"));
    unexplained.chain(obsolete).collect()
}

#[test]
fn each_builder_method_has_three_uses_or_a_reason() {
    let sources = repository();
    let decision = text(&sources, DECISION).to_owned();
    let code: Vec<Source> = sources.into_iter().filter(|source| source.is_rust() && source.is_under("src")).collect();
    assert!(builder_methods(&code).len() > 40, "the builder methods are found");
    assert_none(&unaccounted(&code, &decision));
}

#[test]
fn a_method_with_few_uses_and_an_obsolete_reason_are_found() {
    let builder = "impl Attr {\n    pub const fn often(mut self) -> Attr {}\n    pub const fn rare(self) -> Attr {}\n    \
                   pub const fn hook(mut self, f: fn()) -> Attr {}\n    pub const fn new(name: u8) -> Attr {}\n}\n";
    let table = "static A: &[Attr] = &[a().often(), b().often(), c().often().rare()];\n";
    let code = [sample("src/schema/builder.rs", builder), sample("src/hoop/x.rs", table)];
    assert_none(&unaccounted(&code, "| `rare` | 1 |\n"));
    assert_eq!(unaccounted(&code, "").len(), 1);
    assert_eq!(unaccounted(&code, "| `rare`, `often` | why |\n").len(), 1);
}

//! The names in Rust source: modules, what each of them defines and imports, and every path with its line. Comments and
//! literals contain no names. Tokens are read, not types: the meaning of a method call is not known.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::Source;

/// The path of a module from the root of the crate, without `crate`.
pub(super) type Name = Vec<String>;

/// A source file, or a `mod x { … }` in one.
#[derive(Default)]
pub(super) struct Module {
    pub(super) file: String,
    pub(super) paths: Vec<Path>,
    defined: BTreeSet<String>,
    /// What each name in a `use` stands for.
    used: BTreeMap<String, Vec<String>>,
    /// All functions, also methods and those inside other functions.
    functions: BTreeSet<String>,
    /// The types of inherent `impl`s, with the names of the methods.
    methods: Vec<(Path, BTreeSet<String>)>,
}

/// A path as it is written; groups in a `use` are expanded. A single name is a path as well.
pub(super) struct Path {
    pub(super) parts: Vec<String>,
    pub(super) line: usize,
    /// A field or a method, after a dot.
    pub(super) member: bool,
    alias: Option<String>,
}

/// The modules of the library.
pub(super) struct Modules(pub(super) BTreeMap<Name, Module>);

impl Modules {
    pub(super) fn with_tests(sources: &[Source]) -> Self {
        Self::read(sources.iter(), |words| words)
    }

    /// Without test files and without what is under `#[cfg(test)]`.
    pub(super) fn without_tests(sources: &[Source]) -> Self {
        Self::read(sources.iter().filter(|source| !source.is_test()), without_tests)
    }

    fn read<'a>(sources: impl Iterator<Item = &'a Source>, strip: impl Fn(Vec<Word>) -> Vec<Word>) -> Self {
        let mut modules = Self(BTreeMap::new());
        for source in sources.filter(|source| source.path != "src/main.rs" && !source.is_under("src/bin")) {
            let tokens: TokenStream = source.text.parse().unwrap_or_else(|error| panic!("{}: {error}", source.path));
            let mut words = Vec::new();
            flatten(tokens, &mut words);
            modules.add(module_name(&source.path), &source.path, &strip(words));
        }
        modules
    }

    fn add(&mut self, name: Name, file: &str, words: &[Word]) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let mut rest = words;
        while let Some(item) = Item::first_of(rest) {
            rest = &rest[item.all.len()..];
            let mut own = item.all;
            match item.keyword() {
                Some(("use", _)) => {
                    for path in paths(item.all).into_iter().filter(|path| path.parts.len() > 1) {
                        let name = path.alias.as_ref().or(path.parts.last()).cloned();
                        module.used.extend(name.map(|name| (name, path.parts)));
                    }
                }
                Some(("mod", inner)) if !item.block.is_empty() => {
                    self.add(child(&name, inner), file, item.block);
                    own = item.head;
                }
                Some(("impl", _)) => {
                    module.methods.extend(item.inherent_type().map(|of| (of, functions(&paths(item.block)))));
                }
                Some((_, name)) => module.defined.extend([name.to_owned()]),
                None => {}
            }
            module.paths.extend(paths(own));
        }
        module.functions = functions(&module.paths);
        self.0.insert(name, module);
    }

    /// The module that defines what a path in `module` refers to, re-exports followed; `None` for other crates and for
    /// what is no path.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Option<Name> {
        self.resolve_within(module, path, 32)
    }

    fn resolve_within(&self, module: &[String], path: &[String], steps: usize) -> Option<Name> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.descend(&[], rest, steps),
            "self" => self.descend(module, rest, steps),
            "super" if rest.first().is_some_and(|next| next == "super") => {
                self.resolve_within(module.split_last()?.1, rest, steps)
            }
            "super" => self.descend(module.split_last()?.1, rest, steps),
            _ if self.0.contains_key(&child(module, first)) => self.descend(module, path, steps),
            _ => {
                let used = self.0.get(module)?.used.get(first)?;
                self.resolve_within(module, &[used, rest].concat(), steps.checked_sub(1)?)
            }
        }
    }

    fn descend(&self, module: &[String], path: &[String], steps: usize) -> Option<Name> {
        let Some((first, rest)) = path.split_first() else { return Some(module.to_vec()) };
        let child = child(module, first);
        if self.0.contains_key(&child) {
            return self.descend(&child, rest, steps);
        }
        let here = self.0.get(module)?;
        match here.used.get(first).filter(|_| !here.defined.contains(first)) {
            Some(used) => self.resolve_within(module, &[used, rest].concat(), steps.checked_sub(1)?),
            None => Some(module.to_vec()),
        }
    }

    /// Methods in another module than their type, with the module of the type and the file of the method: they are
    /// called without an import. Only names that no function of another file has, since a call does not show which one
    /// is meant.
    pub(super) fn methods_away(&self) -> BTreeMap<&str, (Name, &str)> {
        let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for module in self.0.values() {
            for function in &module.functions {
                files.entry(function).or_default().insert(&module.file);
            }
        }
        let mut found = BTreeMap::new();
        for (name, module) in &self.0 {
            for (of, methods) in &module.methods {
                let Some(home) = self.resolve(name, &of.parts).filter(|home| home != name) else { continue };
                let unique = methods.iter().filter(|method| files[method.as_str()].len() == 1);
                found.extend(unique.map(|method| (method.as_str(), (home.clone(), module.file.as_str()))));
            }
        }
        found
    }
}

/// `src/engine/plan.rs` is `engine::plan`, `src/api/mod.rs` is `api`, `src/lib.rs` is the root.
fn module_name(path: &str) -> Name {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
}

fn child(module: &[String], name: &str) -> Name {
    module.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
}

/// A token: a name, a lifetime, a literal (`""`), `::`, a delimiter or another sign.
#[derive(Clone)]
struct Word {
    text: String,
    line: usize,
}

fn flatten(tokens: TokenStream, words: &mut Vec<Word>) {
    let mut joint = false;
    for token in tokens {
        let line = token.span().start().line;
        let mut text = token.to_string();
        if let TokenTree::Group(group) = &token {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Brace | Delimiter::None => ("{", "}"),
            };
            words.push(Word { text: open.to_owned(), line });
            flatten(group.stream(), words);
            text = close.to_owned();
        } else if let TokenTree::Literal(_) = token {
            text = "\"\"".to_owned();
        }
        match words.last_mut() {
            Some(last) if joint && (last.text == "'" || (last.text == ":" && text == ":")) => last.text.push_str(&text),
            _ => words.push(Word { text, line }),
        }
        joint = matches!(&token, TokenTree::Punct(sign) if sign.spacing() == Spacing::Joint);
    }
}

fn is_name(word: &Word) -> bool {
    word.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The length of what begins here: a group with its delimiters, or one word.
fn length(words: &[Word]) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    words.len()
}

fn without_tests(words: Vec<Word>) -> Vec<Word> {
    let mut kept = Vec::new();
    let mut rest = &words[..];
    while let [first, after @ ..] = rest {
        let attribute = after[..length(after)].iter().filter(|_| first.text == "#").map(|word| word.text.as_str());
        let attribute: String = attribute.collect();
        if attribute == "[cfg(test)]" || attribute.starts_with("[cfg(all(test,") {
            rest = &rest[Item::first_of(rest).map_or(1, |item| item.all.len())..];
        } else {
            kept.push(first.clone());
            rest = after;
        }
    }
    kept
}

/// An item or a statement, up to its `;` or its block.
struct Item<'a> {
    all: &'a [Word],
    head: &'a [Word],
    /// What is between the braces.
    block: &'a [Word],
}

impl<'a> Item<'a> {
    fn first_of(words: &'a [Word]) -> Option<Self> {
        let (mut at, mut is_use) = (0, false);
        while let Some(word) = words.get(at) {
            is_use |= word.text == "use";
            let end = at + length(&words[at..]);
            if word.text == ";" || (word.text == "{" && !is_use) {
                let block = if word.text == "{" { &words[at + 1..end - 1] } else { &[] };
                return Some(Self { all: &words[..end], head: &words[..at], block });
            }
            at = end;
        }
        Some(Self { all: words, head: words, block: &[] }).filter(|_| !words.is_empty())
    }

    /// What kind of item it is, and the word after that.
    fn keyword(&self) -> Option<(&str, &str)> {
        let mut pairs = self.head.windows(2).map(|two| (two[0].text.as_str(), two[1].text.as_str()));
        pairs.find(|(keyword, next)| ITEMS.contains(keyword) && !ITEMS.contains(next))
    }

    /// The type of an `impl` without a trait.
    fn inherent_type(&self) -> Option<Path> {
        let head = &self.head[self.head.iter().position(|word| word.text == "impl")? + 1..];
        let mut open = 0_usize;
        let generic = head.iter().take_while(|word| {
            open += usize::from(word.text == "<");
            let inside = open > 0;
            open -= usize::from(inside && word.text == ">");
            inside
        });
        let of_trait = head.windows(2).any(|two| two[0].text == "for" && two[1].text != "<");
        paths(&head[generic.count()..]).into_iter().next().filter(|_| !of_trait)
    }
}

const ITEMS: [&str; 11] = ["use", "mod", "impl", "fn", "struct", "enum", "trait", "type", "const", "static", "union"];

/// All paths, in their order.
fn paths(words: &[Word]) -> Vec<Path> {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let name = |at: usize| words.get(at).filter(|word| is_name(word)).map(|word| word.text.clone());
    let mut found = Vec::new();
    // For each open delimiter the path before it, empty but for the group of a `use`.
    let mut leads = vec![Vec::new()];
    let mut at = 0;
    while at < words.len() {
        if let Some(first) = name(at) {
            let (line, member) = (words[at].line, at > 0 && text(at - 1) == ".");
            let mut parts = leads.last().cloned().unwrap_or_default();
            parts.push(first);
            while let Some(next) = name(at + 2).filter(|_| text(at + 1) == "::") {
                parts.push(next);
                at += 2;
            }
            if text(at + 1) == "::" && text(at + 2) == "{" {
                leads.push(parts);
                at += 2;
            } else {
                parts.truncate(parts.len() - usize::from(parts.len() > 1 && parts.ends_with(&["self".to_owned()])));
                let alias = name(at + 2).filter(|_| text(at + 1) == "as" && text(at + 3) != "::");
                at += if alias.is_some() { 2 } else { 0 };
                found.push(Path { parts, line, member, alias });
            }
        } else if matches!(text(at), "(" | "[" | "{") {
            leads.push(Vec::new());
        } else if matches!(text(at), ")" | "]" | "}") {
            leads.pop();
        }
        at += 1;
    }
    found
}

fn functions(paths: &[Path]) -> BTreeSet<String> {
    let named = paths.windows(2).filter(|two| two[0].parts == ["fn"]);
    named.filter_map(|two| two[1].parts.first().cloned()).collect()
}

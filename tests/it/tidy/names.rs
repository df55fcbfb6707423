//! Rust source as the names in it: which modules there are, what each defines, what it brings in by `use`, which paths
//! it names and where. Comments and literals hold no names, and what only tests see is left out. It reads tokens, not
//! types: which method a call means, it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

use super::Source;

/// A module's path from the crate's root, without `crate`.
pub(super) type Name = Vec<String>;

/// What a source file or a `mod x { … }` says.
pub(super) struct Module {
    pub(super) file: String,
    pub(super) paths: Vec<Path>,
    /// The types that get methods here, with the names of these methods.
    pub(super) methods: Vec<(Path, BTreeSet<String>)>,
    /// The names of all functions, methods and what is inside functions too.
    pub(super) functions: BTreeSet<String>,
    defined: BTreeSet<String>,
    used: BTreeMap<String, Vec<String>>,
}

/// A path as it is written, groups of `use` taken apart.
pub(super) struct Path {
    pub(super) parts: Vec<String>,
    pub(super) line: usize,
    /// A field or a method: it follows a dot.
    pub(super) member: bool,
    /// The name after `as`.
    alias: Option<String>,
}

/// The modules of `src/` but for the programs.
pub(super) struct Modules(pub(super) BTreeMap<Name, Module>);

/// `src/engine/plan.rs` is `engine::plan`, `src/api/mod.rs` is `api`, `src/lib.rs` the root.
fn module_name(path: &str) -> Name {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
}

impl Modules {
    pub(super) fn with_tests(sources: &[Source]) -> Self {
        Self::read(sources, |_| true, |tokens| tokens)
    }

    /// Without test files and without items under `#[cfg(test)]`.
    pub(super) fn without_tests(sources: &[Source]) -> Self {
        Self::read(sources, |source| !source.is_test(), without_tests)
    }

    fn read(sources: &[Source], is_read: impl Fn(&Source) -> bool, strip: impl Fn(TokenStream) -> TokenStream) -> Self {
        let mut modules = BTreeMap::new();
        let is_program = |source: &Source| source.path == "src/main.rs" || source.is_under("src/bin");
        for source in sources.iter().filter(|source| is_read(source) && !is_program(source)) {
            let tokens: TokenStream = source.text.parse().unwrap_or_else(|error| panic!("{}: {error}", source.path));
            add_module(&mut modules, module_name(&source.path), &source.path, strip(tokens));
        }
        Self(modules)
    }

    /// The module that defines what a path in `module` names, however many re-exports lead there; none for what is not
    /// this crate's or not a path.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Option<Name> {
        self.resolve_within(module, path, 32)
    }

    /// Methods that stand in another module than their type, each with the type's module and its own file: whoever has
    /// the type calls them without an import. Without those whose name another file has for a function too, since a call
    /// does not say which it means.
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

    fn resolve_within(&self, module: &[String], path: &[String], steps: usize) -> Option<Name> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => return self.descend(&[], rest, steps),
            "self" => return self.descend(module, rest, steps),
            "super" => return self.resolve_within(module.split_last()?.1, &self_then(rest), steps),
            _ => {}
        }
        if self.0.contains_key(&child(module, first)) {
            return self.descend(module, path, steps);
        }
        let used = self.0.get(module)?.used.get(first)?;
        self.resolve_within(module, &[used, rest].concat(), steps)
    }

    fn descend(&self, module: &[String], path: &[String], steps: usize) -> Option<Name> {
        let Some((first, rest)) = path.split_first() else { return Some(module.to_vec()) };
        let child = child(module, first);
        if first == "super" {
            return self.resolve_within(module, path, steps);
        }
        if self.0.contains_key(&child) {
            return self.descend(&child, rest, steps);
        }
        let here = self.0.get(module)?;
        match here.used.get(first).filter(|_| !here.defined.contains(first)) {
            Some(used) => self.resolve_within(module, &[used, rest].concat(), steps),
            None => Some(module.to_vec()),
        }
    }
}

fn child(module: &[String], name: &str) -> Name {
    module.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
}

fn self_then(path: &[String]) -> Vec<String> {
    iter::once("self".to_owned()).chain(path.iter().cloned()).collect()
}

/// Tokens without the items, statements and fields under `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) if is_for_tests(&group) && kept.last().is_some_and(|last| is(last, '#')) => {
                kept.pop();
                let item = tokens.by_ref();
                let mut is_use = false;
                for token in item {
                    is_use |= word(&token).is_some_and(|word| word == "use");
                    if is(&token, ';') || (!is_use && braces(&token).is_some()) {
                        break;
                    }
                }
            }
            TokenTree::Group(group) => {
                kept.push(Group::new(group.delimiter(), without_tests(group.stream())).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn is_for_tests(group: &Group) -> bool {
    let text = group.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn word(token: &TokenTree) -> Option<String> {
    if let TokenTree::Ident(ident) = token { Some(ident.to_string()) } else { None }
}

fn braces(token: &TokenTree) -> Option<&Group> {
    if let TokenTree::Group(group) = token { Some(group).filter(|it| it.delimiter() == Delimiter::Brace) } else { None }
}

fn add_module(modules: &mut BTreeMap<Name, Module>, name: Name, file: &str, tokens: TokenStream) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut defined, mut used, mut methods) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
    let mut inside = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(keyword) = word(token).filter(|_| at == 0 || !is(&tokens[at - 1], '\'')) else { continue };
        match keyword.as_str() {
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                defined.extend(tokens.get(at + 1).and_then(word));
            }
            "use" => {
                let end = tokens[at..].iter().position(|token| is(token, ';')).map_or(tokens.len(), |end| at + end);
                for path in paths(&tokens[at + 1..end]) {
                    let name = path.alias.as_ref().or(path.parts.last()).cloned();
                    used.extend(name.map(|name| (name, path.parts)));
                }
            }
            // After a sign it is a type: `-> impl Iterator`.
            "impl" if at == 0 || !matches!(&tokens[at - 1], TokenTree::Punct(sign) if sign.as_char() != ';') => {
                let body = tokens[at..].iter().enumerate().find_map(|(length, it)| Some((at + length, braces(it)?)));
                let Some((end, body)) = body else { continue };
                let names = functions(&paths(&body.stream().into_iter().collect::<Vec<_>>()));
                methods.extend(extended_type(&tokens[at + 1..end]).map(|of| (of, names)));
            }
            "mod" => {
                if let (Some(name_inside), Some(body)) =
                    (tokens.get(at + 1).and_then(word), tokens.get(at + 2).and_then(braces))
                {
                    add_module(modules, child(&name, &name_inside), file, body.stream());
                    inside.push(at + 2);
                }
            }
            _ => {}
        }
    }
    let own = tokens.into_iter().enumerate().filter(|(at, _)| !inside.contains(at)).map(|(_, token)| token);
    let paths = paths(&own.collect::<Vec<_>>());
    let functions = functions(&paths);
    modules.insert(name, Module { file: file.to_owned(), paths, methods, functions, defined, used });
}

fn functions(paths: &[Path]) -> BTreeSet<String> {
    let named = paths.windows(2).filter(|two| two[0].parts == ["fn"]);
    named.filter_map(|two| two[1].parts.first().cloned()).collect()
}

/// The type of an `impl` without a trait, from what stands between `impl` and its body.
fn extended_type(head: &[TokenTree]) -> Option<Path> {
    let is_of_trait = head.windows(2).any(|two| word(&two[0]).is_some_and(|it| it == "for") && !is(&two[1], '<'));
    let mut open = 0_usize;
    let generics = head.iter().take_while(|token| {
        open += usize::from(is(token, '<'));
        let within = open > 0;
        open -= usize::from(within && is(token, '>'));
        within
    });
    let start = generics.count();
    paths(&head[start..]).into_iter().next().filter(|_| !is_of_trait)
}

/// All paths that tokens name, single names too, in their order.
pub(super) fn paths(tokens: &[TokenTree]) -> Vec<Path> {
    let mut reader = Reader { found: Vec::new(), renames: false, dot: false };
    reader.read(tokens.iter().cloned(), &[]);
    reader.found
}

struct Reader {
    found: Vec<Path>,
    /// The path before this one is followed by `as`.
    renames: bool,
    /// A dot stands before the path.
    dot: bool,
}

impl Reader {
    /// Reads tokens; `lead` is what stands before the group of a `use`.
    fn read(&mut self, tokens: impl Iterator<Item = TokenTree>, lead: &[String]) {
        let (mut parts, mut line, mut colons) = (lead.to_vec(), 0, 0);
        let mut goes_on = true;
        for token in tokens {
            if is(&token, ':') {
                colons += 1;
                goes_on = colons == 2;
                if colons == 1 && !matches!(&token, TokenTree::Punct(colon) if colon.spacing() == Spacing::Joint) {
                    self.end(&mut parts, lead, line);
                }
                continue;
            }
            colons = 0;
            match &token {
                TokenTree::Ident(ident) => {
                    if !goes_on {
                        self.end(&mut parts, lead, line);
                    }
                    line = ident.span().start().line;
                    parts.push(ident.to_string());
                }
                TokenTree::Group(group) => {
                    let is_of_use = goes_on && !parts.is_empty() && braces(&token).is_some();
                    let before = if is_of_use { std::mem::take(&mut parts) } else { Vec::new() };
                    self.end(&mut parts, lead, line);
                    self.read(group.stream().into_iter(), &before);
                }
                _ => {
                    self.end(&mut parts, lead, line);
                    self.dot = is(&token, '.');
                    if is(&token, ',') {
                        parts = lead.to_vec();
                    }
                }
            }
            goes_on = !matches!(token, TokenTree::Ident(_)) && !parts.is_empty();
        }
        self.end(&mut parts, lead, line);
    }

    /// Keeps the path that was under way, if it says more than `lead`.
    fn end(&mut self, parts: &mut Vec<String>, lead: &[String], line: usize) {
        let mut parts = std::mem::take(parts);
        if parts == lead {
            return;
        }
        let renames = std::mem::replace(&mut self.renames, parts == ["as"]);
        if parts.len() > 1 && parts.last().is_some_and(|last| last == "self") {
            parts.pop();
        }
        match (parts.as_slice(), self.found.last_mut()) {
            ([keyword], _) if keyword == "as" => {}
            ([alias], Some(path)) if renames => path.alias = Some(alias.clone()),
            _ => self.found.push(Path { parts, line, member: std::mem::take(&mut self.dot), alias: None }),
        }
    }
}

//! No dependency cycles between the modules of a folder, so that each can be read and changed after the ones that it
//! depends on. A dependency is a path to something that the other module defines, or a call of a method that the other
//! module adds to a type. `mod.rs` composes the modules of its folder and is not one of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::names::Modules;
use super::{Source, assert_none, rust, sample};

/// Folders whose modules are recursive by nature, with the reason.
const RECURSIVE: &[(&str, &str)] = &[
    ("src/schema", "one recursive type in several files: an attribute contains attributes and refers to resources"),
    ("src/engine/write", "a child object is created, updated and destroyed by the same code as its parent"),
];

/// The dependencies in one folder, each with the first place that has it.
type Edges<'a> = BTreeMap<(&'a str, &'a str), String>;

/// The module of `folder` that a file belongs to: the file itself, or a subfolder.
fn member<'a>(folder: &str, file: &'a str) -> Option<&'a str> {
    let inside = file.strip_prefix(folder)?.strip_prefix('/')?;
    let first = inside.split('/').next()?.trim_end_matches(".rs");
    (!matches!(first, "mod" | "lib")).then_some(first)
}

fn folders(modules: &Modules) -> BTreeSet<&str> {
    let files = modules.0.values().map(|module| module.file.as_str());
    files.flat_map(|file| file.match_indices('/').map(|(end, _)| &file[..end])).collect()
}

fn edges<'a>(modules: &'a Modules, folder: &str) -> Edges<'a> {
    let mut edges = BTreeMap::new();
    let methods = modules.methods_away();
    for (name, module) in &modules.0 {
        let Some(from) = member(folder, &module.file) else { continue };
        let mut add = |file: &'a str, line: usize, what: &str| {
            if let Some(to) = member(folder, file).filter(|to| *to != from) {
                edges.entry((from, to)).or_insert_with(|| format!("{}:{line}: `{what}`", module.file));
            }
        };
        let mut known = BTreeSet::from([name.clone()]);
        for path in module.paths.iter().filter(|path| path.parts.len() > 1) {
            let Some(defining) = modules.resolve(name, &path.parts) else { continue };
            if let Some(to) = modules.0.get(&defining) {
                add(&to.file, path.line, &path.parts.join("::"));
            }
            known.insert(defining);
        }
        for path in module.paths.iter().filter(|path| path.member) {
            let method = methods.get(path.parts[0].as_str());
            if let Some((_, file)) = method.filter(|(home, _)| known.contains(home)) {
                add(file, path.line, &path.parts[0]);
            }
        }
    }
    edges
}

/// The shortest way from one to another.
fn way<'a>(edges: &Edges<'a>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![from]]);
    let mut reached = BTreeSet::from([from]);
    while let Some(way) = ways.pop_front() {
        let last = *way.last()?;
        if last == to {
            return Some(way);
        }
        let next = edges.keys().filter(|(start, _)| *start == last).map(|(_, next)| *next);
        ways.extend(next.filter(|next| reached.insert(next)).map(|next| [&way[..], &[next]].concat()));
    }
    None
}

/// Cycles, the shortest first, until each edge of a cycle is shown.
fn cycles(folder: &str, edges: &Edges<'_>) -> Vec<String> {
    let mut cycles: Vec<_> = edges.keys().filter_map(|(from, to)| way(edges, to, from)).collect();
    cycles.sort_by_key(Vec::len);
    let mut shown = BTreeSet::new();
    let mut found = Vec::new();
    for mut cycle in cycles {
        cycle.insert(0, cycle[cycle.len() - 1]);
        let steps: Vec<_> = cycle.windows(2).map(|two| (two[0], two[1])).collect();
        if steps.iter().filter(|step| shown.insert(**step)).count() > 0 {
            let steps = steps.iter().map(|step| format!("\n    {} → {}: {}", step.0, step.1, edges[step]));
            found.push(format!("{folder}: {}{}", cycle.join(" → "), steps.collect::<String>()));
        }
    }
    found
}

fn found(sources: &[Source], exempt: &[(&str, &str)]) -> Vec<String> {
    let modules = Modules::without_tests(sources);
    let mut found = Vec::new();
    for folder in folders(&modules) {
        let cycles = cycles(folder, &edges(&modules, folder));
        if !exempt.iter().any(|(exempt, _)| *exempt == folder) {
            found.extend(cycles);
        } else if cycles.is_empty() {
            found.push(format!("{folder}: has no cycle any more, delete it from RECURSIVE"));
        }
    }
    found
}

#[test]
fn modules_of_a_folder_have_no_dependency_cycle() {
    assert_none(&found(&rust(&["src"]), RECURSIVE));
}

#[test]
fn every_form_of_a_dependency_is_found() {
    let check = |files: &[(&str, &str)]| {
        let sources: Vec<_> = files.iter().map(|(path, text)| sample(path, text)).collect();
        found(&sources, &[])
    };
    let root = ("src/m/mod.rs", "mod a; mod b; mod c;\npub use a::A;\npub(super) use b::{B as Renamed, f};");
    let b = ("src/m/b.rs", "use super::A;\npub struct B; impl B { fn own(&self) {} } pub fn f(_: A) {}");
    for (path, to_b) in [
        ("src/m/a.rs", "use super::b::B; pub struct A;"),
        ("src/m/a.rs", "use super::Renamed; pub struct A;"),
        ("src/m/a.rs", "use super::{c::{self, C}, f}; pub struct A;"),
        ("src/m/a.rs", "pub struct A; fn g() { crate::m::b::f(A) }"),
        ("src/m/a.rs", "pub struct A; fn g() { assert!(matches!(x, super::Renamed { .. })) }"),
        ("src/m/a.rs", "use super::c; pub struct A; fn g() { c::again() }"),
        ("src/m/a/deep.rs", "use super::super::b; pub struct A;"),
        ("src/m/a.rs", "pub struct A; mod inner { use super::super::b::B; }"),
        ("src/m/a.rs", "pub struct A; #[cfg(test)] use x; fn g() -> impl super::f {}"),
    ] {
        let c = ("src/m/c.rs", "pub use super::b::f as again; pub struct C;");
        let a = ("src/m/a.rs", "mod deep; pub struct A;");
        let found = check(&[root, a, (path, to_b), b, c]);
        let both = ["\n    a → b: src/m/a", "\n    b → a: src/m/b.rs:1: `super::A`"];
        assert!(found.iter().any(|cycle| both.iter().all(|edge| cycle.contains(edge))), "{to_b}: {found:?}");
    }

    let three = [("src/m/a.rs", "use super::c::C; pub struct A;"), b, ("src/m/c.rs", "use super::b; pub struct C;")];
    let through_three = check(&[&three[..], &[root]].concat());
    assert!(through_three[0].starts_with("src/m: a → c → b → a\n    a → c: src/m/a.rs:1: `super::c::C`\n"));

    let method = "use super::b::B; pub struct A; fn g(b: &B) { b.added() }";
    let added = "use super::{A, b::B}; impl<'a, T: 'a> B<T> { fn added(&self) {} }";
    let plain = ("src/m/b.rs", "pub struct B<T>;");
    let found = check(&[root, ("src/m/a.rs", method), plain, ("src/m/c.rs", added)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("a → c: src/m/a.rs:1: `added`"), "{found:?}");
}

#[test]
fn a_tree_has_no_cycle() {
    let tree = [
        sample("src/lib.rs", "pub mod m; pub mod n;"),
        sample("src/m/mod.rs", "mod a; mod b; pub use a::A; pub use b::B; pub struct Root(A, B);"),
        sample(
            "src/m/a.rs",
            "//! [`super::B`]\n/// [`super::B`]\npub struct A; // super::B\nconst T: &str = \"super::B\";",
        ),
        sample("src/m/b.rs", "use super::{A, Root}; pub struct B; impl From<A> for B { }"),
        sample("src/m/a/tests.rs", "use super::super::B;"),
        sample("src/n.rs", "use crate::m; #[cfg(test)] mod tests { use crate::n; }"),
        sample(
            "src/m/c.rs",
            "#[cfg(all(test, unix))]\nuse super::d::{D, E};\npub struct C; #[cfg(test)] fn f() { super::d::g() }",
        ),
        sample("src/m/d.rs", "use super::c::C;"),
    ];
    assert_none(&found(&tree, &[]));
    assert_eq!(found(&tree, &[("src/m", "")]), ["src/m: has no cycle any more, delete it from RECURSIVE"]);
}

//! Who may import whom: the table of docs/ARCHITECTURE.md, read from there, against the source.

use std::collections::BTreeSet;

use super::code::{code, code_without_tests};
use super::{Source, assert_none, root, rust, sample};

/// One row of the table.
struct Row {
    /// Modules that it is about, as paths: `engine/plan` is one file, `engine` all of it that has no row of its own.
    modules: Vec<String>,
    may_import: Vec<String>,
    /// Words of code that must not stand there.
    never: Vec<String>,
}

/// The rows of the table below the heading "Imports".
fn table(document: &str) -> Vec<Row> {
    let section = document.split("\n## ").find(|section| section.starts_with("Imports")).unwrap_or_default();
    let cells = |line: &str| line.trim_matches('|').split('|').map(quoted).collect::<Vec<_>>();
    let rows = section.lines().filter(|line| line.starts_with("| `")).map(cells);
    rows.filter_map(|cells| match <[Vec<String>; 3]>::try_from(cells) {
        Ok([modules, may_import, never]) => Some(Row { modules, may_import, never }),
        Err(_) => None,
    })
    .collect()
}

/// The words between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The path of a file's module: `src/engine/plan.rs` is `engine/plan`, `src/api/mod.rs` is `api`.
fn module(path: &str) -> String {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).to_owned()
}

/// The row that says most about a module: its own, else its parent's.
fn row<'a>(rows: &'a [Row], module: &str) -> Option<&'a Row> {
    let covers = |name: &str| module.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let depth = |row: &&Row| row.modules.iter().filter(|name| covers(name)).map(String::len).max();
    rows.iter().filter(|row| depth(row).is_some()).max_by_key(depth)
}

/// The modules of the crate that a file names directly: `crate::x`, or as many `super` as it takes.
fn imports(source: &Source, top: &BTreeSet<String>) -> BTreeSet<String> {
    let code = code(&source.text);
    let depth = module(&source.path).split('/').count();
    let way_up = "super::".repeat(depth);
    let mut found = BTreeSet::new();
    for root in ["crate::", &way_up] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') && root == "crate::" {
                continue;
            }
            found.extend(named(&code[at + root.len()..]).into_iter().filter(|name| top.contains(name)));
        }
    }
    found
}

/// The first names of a path or of a group of paths.
fn named(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = text.strip_prefix('{') else { return vec![word(text)] };
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                names.push(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn forbidden_imports(document: &str, sources: &[Source]) -> Vec<String> {
    let rows = table(document);
    let top: BTreeSet<String> =
        sources.iter().filter_map(|source| module(&source.path).split('/').next().map(str::to_owned)).collect();
    let mut found = Vec::new();
    for source in sources {
        let module = module(&source.path);
        if matches!(module.as_str(), "lib" | "main") || module.starts_with("bin/") {
            continue;
        }
        let Some(row) = row(&rows, &module) else {
            found.push(format!("{}: no row of the import table is about it", source.path));
            continue;
        };
        let own = module.split('/').next().unwrap_or_default();
        for import in imports(source, &top) {
            if import != own && !row.may_import.contains(&import) {
                found.push(format!("{}: imports `{import}`, which its row does not allow", source.path));
            }
        }
        let code = code_without_tests(&source.text);
        let never = row.never.iter().filter(|word| !source.is_test() && code.contains(word.as_str()));
        found.extend(never.map(|word| format!("{}: must never see `{word}`", source.path)));
    }
    found
}

#[test]
fn modules_import_what_the_architecture_allows() {
    let document = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("docs/ARCHITECTURE.md");
    assert!(table(&document).len() > 8, "the table is there");
    assert_none(&forbidden_imports(&document, &rust(&["src"])));
}

#[test]
fn a_forbidden_import_is_found() {
    let document = "# A\n\n## Imports\n\n| module | may import | never |\n|---|---|---|\n| `a` | `b` | `tokio` |\n\
                    | `a/pure` | | `clock` |\n| `b` | | |\n";
    let check = |path: &str, text: &str| {
        let all = [sample("src/b.rs", ""), sample("src/c.rs", "// c"), sample(path, text)];
        forbidden_imports(document, &all).into_iter().filter(|found| found.starts_with(path)).collect::<Vec<_>>()
    };
    assert_none(&check("src/a/x.rs", "use crate::b; // crate::c\nlet t = \"crate::c\"; use crate::a::y;"));
    for (path, bad) in [
        ("src/a/x.rs", "use crate::c::D;"),
        ("src/a/x.rs", "use crate::{b, c::{D, e}};"),
        ("src/a/x.rs", "fn f() { super::super::c::g() }"),
        ("src/a/x.rs", "use tokio::sync;"),
        ("src/a/pure.rs", "use crate::b;"),
        ("src/a/pure.rs", "clock::now()"),
        ("src/new.rs", ""),
    ] {
        assert_eq!(check(path, bad).len(), 1, "{path}: {bad}");
    }
}

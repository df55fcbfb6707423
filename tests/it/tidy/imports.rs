//! Who may import whom: the table of docs/ARCHITECTURE.md, read from there, against the source.

use super::names::Modules;
use super::{Source, assert_none, root, rust, sample};

/// One row of the table.
struct Row {
    /// Modules that it is about, as paths: `engine/plan` is one file, `engine` all of it that has no row of its own.
    modules: Vec<String>,
    may_import: Vec<String>,
    /// What no path in them may contain, neither as it is written nor as the module that it leads to.
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

/// What stands between backticks.
pub(super) fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The row that says most about a module: its own, else its parent's.
fn row<'a>(rows: &'a [Row], module: &str) -> Option<&'a Row> {
    let covers = |name: &str| module.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let depth = |row: &&Row| row.modules.iter().filter(|name| covers(name)).map(String::len).max();
    rows.iter().filter(|row| depth(row).is_some()).max_by_key(depth)
}

fn forbidden_imports(document: &str, sources: &[Source]) -> Vec<String> {
    let rows = table(document);
    let mut found = Vec::new();
    let all = Modules::with_tests(sources);
    for (name, module) in all.0.iter().filter(|(name, _)| !name.is_empty()) {
        let Some(row) = row(&rows, &name.join("/")) else {
            found.push(format!("{}: no row of the import table is about it", module.file));
            continue;
        };
        for path in module.paths.iter().filter(|path| path.parts.len() > 1) {
            let import = all.resolve(name, &path.parts).and_then(|defining| defining.into_iter().next());
            if let Some(import) = import.filter(|import| *import != name[0] && !row.may_import.contains(import)) {
                found.push(format!("{}:{}: imports `{import}`, which its row does not allow", module.file, path.line));
            }
        }
    }
    let untested = Modules::without_tests(sources);
    for (name, module) in &untested.0 {
        let Some(row) = row(&rows, &name.join("/")) else { continue };
        for path in &module.paths {
            let leads_to = untested.resolve(name, &path.parts).filter(|_| path.parts.len() > 1).unwrap_or_default();
            let (written, leads_to) = (path.parts.join("::"), leads_to.join("::"));
            let never = row.never.iter().filter(|never| written.contains(*never) || leads_to.contains(*never));
            found.extend(never.map(|never| format!("{}:{}: must never see `{never}`", module.file, path.line)));
        }
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
        let y = sample("src/a/y.rs", "pub use crate::c::d as again;");
        let all = [sample("src/b.rs", ""), sample("src/c.rs", "// c"), y, sample(path, text)];
        forbidden_imports(document, &all).into_iter().filter(|found| found.starts_with(path)).collect::<Vec<_>>()
    };
    assert_none(&check("src/a/x.rs", "use crate::b; // crate::c\nconst T: &str = \"crate::c\"; use crate::a::y;"));
    assert_none(&check("src/a/x.rs", "#[cfg(test)]\nmod tests { use tokio::sync; }"));
    for (path, bad) in [
        ("src/a/x.rs", "use crate::c::D;"),
        ("src/a/x.rs", "use crate::{b, c::{D, e}};"),
        ("src/a/x.rs", "fn f() { super::super::c::g() }"),
        ("src/a/x.rs", "#[cfg(test)]\nmod tests { use crate::c::D; }"),
        ("src/a/tests.rs", "use crate::c::D;"),
        ("src/a/x.rs", "use tokio::sync;"),
        ("src/a/x.rs", "fn f() { super::y::again() }"),
        ("src/a/pure.rs", "use crate::b;"),
        ("src/a/pure.rs", "clock::now()"),
        ("src/new.rs", ""),
    ] {
        assert!(!check(path, bad).is_empty(), "{path}: {bad}");
    }
}

//! What the provider is built from, as far as it can be told without a network: one TLS stack, and which targets are
//! looked at. Licenses, sources and advisories are cargo-deny's, which reads the same `deny.toml`.

use std::collections::BTreeSet;
use std::process::Command;

use super::root;

/// The crates, with their versions, that become part of any of our programs, as cargo resolves them for this machine.
fn tree() -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let told = Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let text = String::from_utf8(told.stdout).expect("text");
    // A crate that is told twice has the words `(proc-macro)` or `(*)` after its version.
    text.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

/// The crates that `deny.toml` bans whatever their version.
fn banned() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let name = |line: &str| {
        let rest = line.trim().strip_prefix("{ name = \"")?;
        rest.strip_suffix("\" },").map(str::to_owned)
    };
    text.lines().filter_map(name).collect()
}

fn versions<'a>(tree: &'a BTreeSet<String>, name: &str) -> Vec<&'a str> {
    tree.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).collect()
}

#[test]
fn there_is_one_tls_stack() {
    let (tree, banned) = (tree(), banned());
    assert!(tree.len() > 50 && banned.len() > 3, "{tree:?}\n{banned:?}");
    for name in ["rustls", "aws-lc-rs", "tokio-rustls"] {
        assert_eq!(versions(&tree, name).len(), 1, "{name}: {tree:?}");
    }
    for name in banned {
        assert!(versions(&tree, &name).is_empty(), "{name} is linked in; deny.toml says why it must not be");
    }
}

/// The targets that `deny.toml` looks at.
fn looked_at() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let list = text.split_once("\ntargets = [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn dependencies_are_checked_for_what_is_released() {
    let released: BTreeSet<String> = release::target::TARGETS.iter().map(|target| target.triple.to_owned()).collect();
    assert_eq!(looked_at(), released);
}

//! What must not be seen where: names of systems, and the provider's code in the emulator.

use super::{Source, assert_none, repository, rust, sample};

/// The modules that know no system.
const GENERAL: [&str; 7] =
    ["src/value", "src/schema", "src/engine", "src/api", "src/protocol", "src/plugin", "src/export"];
const SYSTEMS: [&str; 2] = ["hoop", "lerian"];

fn named_systems(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| GENERAL.iter().any(|folder| source.is_under(folder))) {
        for (number, line) in source.text.lines().enumerate() {
            if SYSTEMS.iter().any(|system| line.to_lowercase().contains(system)) {
                found.push(format!("{}:{}: names a system: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    found
}

fn emulator_sharing(sources: &[Source]) -> Vec<String> {
    let emulator = |source: &&Source| source.is_under("tests/it/emulator") || source.is_under("examples/emulator");
    let shares = |source: &&Source| ["terraform_provider_hoop", "src/"].iter().any(|name| source.text.contains(name));
    let sharing = sources.iter().filter(emulator).filter(shares);
    sharing.map(|source| format!("{}: an emulator that shares our code mirrors our bugs", source.path)).collect()
}

fn lines(sources: &[Source], folder: &str) -> usize {
    sources.iter().filter(|source| source.is_under(folder)).map(|source| source.text.lines().count()).sum()
}

#[test]
fn general_modules_name_no_system() {
    assert_none(&named_systems(&rust(&GENERAL)));
}

#[test]
fn the_emulator_is_small_and_shares_no_code() {
    let sources = repository();
    assert_none(&emulator_sharing(&sources));
    let (emulator, provider) = (lines(&sources, "tests/it/emulator"), lines(&sources, "src"));
    assert!(emulator * 2 < provider, "the emulator has {emulator} lines, src/ only {provider}");
}

#[test]
fn each_boundary_can_be_crossed() {
    assert_eq!(named_systems(&[sample("src/engine/x.rs", "\n// as Hoop does")]).len(), 1);
    for bad in ["use terraform_provider_hoop::schema;", "#[path = \"../../../src/value/mod.rs\"]\nmod value;"] {
        assert_eq!(emulator_sharing(&[sample("tests/it/emulator/x.rs", bad)]).len(), 1);
    }
}

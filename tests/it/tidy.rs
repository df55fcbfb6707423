//! Reads the repository and holds it to the rules of docs/ARCHITECTURE.md: who imports whom, what must not be seen
//! where, sizes, openings, links. Each check is a function over texts that returns what it found, so that a bad
//! snippet shows that it can fail. Nothing here runs the provider.

mod boundaries;
mod cycles;
mod glossary;
mod imports;
mod names;
mod supply;
mod text;
mod vocabulary;
mod workflows;

pub(crate) use text::{links, resolve};

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository, with its path from the root, `/` between the parts.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// True for code that only tests see.
    pub(crate) fn is_test(&self) -> bool {
        let stem = self.path.trim_end_matches(".rs");
        stem.ends_with("tests") || stem.contains("/tests/") || self.path.starts_with("tests/")
    }

    /// The folder that it is in; empty for the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    }
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What git or a build puts beside the sources.
const NOT_OURS: [&str; 4] = ["target", ".git", ".terraform", ".terraform.lock.hcl"];

/// Every text file of the repository, in the order of their paths.
pub(crate) fn repository() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&root(), &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.iter().any(|source| source.path == "src/main.rs"), "the repository is there");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if NOT_OURS.contains(&name) || name.contains(".tfstate") {
            continue;
        }
        if path.is_dir() {
            collect(&path, sources);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root()).expect("a path under the root");
            sources.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// The Rust files under these folders.
fn rust(folders: &[&str]) -> Vec<Source> {
    let under = |source: &Source| folders.iter().any(|folder| source.is_under(folder));
    repository().into_iter().filter(|source| source.is_rust() && under(source)).collect()
}

/// A file for the tests of the checks.
#[cfg(test)]
fn sample(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

#[track_caller]
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

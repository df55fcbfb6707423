//! What CHANGELOG says of one version: the text of its release.

use anyhow::{Context as _, Result, ensure};

/// The section of the version that a tag is for.
///
/// # Errors
/// The tag is not `v` and this version, or CHANGELOG has nothing of it.
pub fn notes<'a>(changelog: &'a str, version: &str, tag: &str) -> Result<&'a str> {
    ensure!(tag == format!("v{version}"), "the tag is {tag}, but the version in Cargo.toml is {version}");
    let begin = changelog.find(&format!("\n## [{version}]")).or_else(|| changelog.find(&format!("\n## {version}")));
    let section = begin.map(|begin| &changelog[begin + 1..]);
    let section = section.with_context(|| format!("CHANGELOG.md has no section `## [{version}]`"))?;
    let (_, rest) = section.split_once('\n').unwrap_or_default();
    // The links at the end of the file follow the last section.
    let end = ["\n## ", "\n["].iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let notes = rest[..end].trim();
    ensure!(!notes.is_empty(), "CHANGELOG.md says nothing of {version}");
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2030-01-02\n\n### Added\n\n- That.\n\n## [1.1.0]\n\n\
                             ## 1.0.0\n\n- All.\n\n[1.2.0]: https://example.com\n";

    #[test]
    fn a_release_has_a_section() {
        assert_eq!(notes(CHANGELOG, "1.2.0", "v1.2.0").expect("a section"), "### Added\n\n- That.");
        assert_eq!(notes(CHANGELOG, "1.0.0", "v1.0.0").expect("a section"), "- All.");
        for (version, tag, reason) in [
            ("1.2.0", "1.2.0", "the tag is 1.2.0"),
            ("1.2.0", "v1.2.1", "the version in Cargo.toml is 1.2.0"),
            ("1.1.0", "v1.1.0", "says nothing"),
            ("0.9.0", "v0.9.0", "no section"),
            ("1.2", "v1.2", "no section"),
        ] {
            let error = notes(CHANGELOG, version, tag).expect_err("it is refused").to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}

//! Links between pages, with their anchors, and what a registry can follow: it has the pages of one provider and nothing
//! beside them. That a linked file exists is a rule for all prose (`tidy`).

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::home_of_page;
use super::{GUIDES, PROVIDERS, home};
use crate::tidy::{Source, links, repository, resolve};

/// The texts between the headings that a link can name, as GitHub and the registries make them, and explicit ones.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !is_code) {
            found.insert(anchor(heading.trim_start_matches('#').trim()));
        }
        found.extend(line.split("<a id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    found
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// Links whose page exists and has no such anchor.
fn lost_anchors(pages: &[Source]) -> Vec<String> {
    let known: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|page| (page.path.as_str(), anchors(&page.text))).collect();
    let mut found = Vec::new();
    for page in pages {
        for (target, wanted) in links(&page.text).filter_map(|target| target.split_once('#')) {
            let path = if target.is_empty() { page.path.clone() } else { resolve(page.folder(), target) };
            if known.get(path.as_str()).is_some_and(|anchors| !anchors.contains(wanted)) {
                found.push(format!("{}: {path} has no anchor #{wanted}", page.path));
            }
        }
    }
    found
}

/// The home of the provider that a registry publishes this page of.
fn published(path: &str) -> Option<String> {
    let is_prose = |home: &str| path == format!("{home}/index.md") || path.starts_with(&format!("{GUIDES}/"));
    home_of_page(path).or_else(|| PROVIDERS.iter().map(|provider| home(provider)).find(|home| is_prose(home)))
}

/// Relative links of published pages to what is not published with them.
fn leading_out(pages: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for page in pages {
        let Some(home) = published(&page.path) else { continue };
        let paths = links(&page.text).map(|target| target.split('#').next().unwrap_or_default());
        for target in paths.filter(|target| !target.is_empty()) {
            if published(&resolve(page.folder(), target)).as_ref() != Some(&home) {
                found.push(format!("{}: a registry has no {target}; link to the repository by its URL", page.path));
            }
        }
    }
    found
}

fn pages() -> Vec<Source> {
    repository().into_iter().filter(|source| source.path.ends_with(".md")).collect()
}

#[test]
fn links_lead_to_headings_and_stay_among_the_published_pages() {
    let pages = pages();
    assert!(pages.len() > 150, "the pages are there");
    let found: Vec<String> = lost_anchors(&pages).into_iter().chain(leading_out(&pages)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_check_of_links_can_fail() {
    let page = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let there = page("docs/index.md", "# `a.b`, C-d\n<a id=\"x--y\"></a>\n```\n# no heading\n```\n");
    let good = page("docs/guides/a.md", "[1](../index.md#ab-c-d) [2](../index.md#x--y) [3](#e)\n## E\n");
    let bad = page("docs/guides/b.md", "[1](../index.md#no-heading) [2](#e) [3](../STYLE.md) [4](../lerian/index.md)");
    assert_eq!(lost_anchors(&[there, good]), [""; 0]);
    let there = page("docs/index.md", "```\n# no heading\n```\n");
    assert_eq!(lost_anchors(&[there, bad]).len(), 2);
    let bad = page("docs/guides/b.md", "[3](../STYLE.md) [4](../lerian/index.md) [5](../resources/agent.md)");
    assert_eq!(leading_out(&[bad]).len(), 2);
    let free = page("CONTRIBUTING.md", "[3](docs/STYLE.md)");
    assert_eq!(leading_out(&[free, page("docs/lerian/index.md", "[1](resources/a.md)")]), [""; 0]);
}

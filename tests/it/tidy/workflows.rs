//! The workflows of GitHub, for what actionlint does not check: actions of others are pinned, each job has the least rights
//! and an end, no checkout leaves its token behind, and the documents name the hosts that are tried.

use super::{Source, assert_none, repository, sample};

/// The documents that say which hosts are tried.
const DOCUMENTS: &[&str] = &["CONTRIBUTING.md", "docs/guides/upgrading.md"];

fn workflows() -> Vec<Source> {
    let is_workflow = |source: &Source| source.is_under(".github") && source.path.ends_with(".yml");
    let found: Vec<Source> = repository().into_iter().filter(is_workflow).collect();
    assert!(found.iter().any(|source| source.path == ".github/workflows/ci.yml"), "the workflows are there");
    found
}

/// A reference `owner/name@digest # vVERSION`.
fn is_pinned(reference: &str) -> bool {
    let Some((action, comment)) = reference.split_once(" # ") else { return false };
    let digest = action.rsplit_once('@').map_or("", |(_, digest)| digest);
    digest.len() == 40
        && digest.chars().all(|c| c.is_ascii_hexdigit())
        && comment.strip_prefix('v').is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}

fn uses(line: &str) -> Option<&str> {
    line.trim_start().trim_start_matches("- ").strip_prefix("uses: ")
}

/// Actions that are not pinned, and checkouts that leave a token in the repository.
fn loose_actions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(action) = uses(line).filter(|action| !action.starts_with("./")) else { continue };
        if !is_pinned(action) {
            found.push(format!("{}:{}: not pinned by a digest with its version: {action}", source.path, at + 1));
        }
        let settings = lines[at + 1..].iter().take_while(|line| !line.trim_start().starts_with("- "));
        // One with a token of its own, for a push, is meant to keep it.
        let is_meant = |line: &str| line == "persist-credentials: false" || line.starts_with("token: ${{ secrets.");
        let keeps = !settings.clone().any(|line| is_meant(line.trim()));
        if action.starts_with("actions/checkout@") && keeps {
            found.push(format!("{}:{}: the checkout leaves its token behind", source.path, at + 1));
        }
    }
    found
}

/// The lines below a key of this depth, up to the next one.
fn below<'a>(lines: &[&'a str], depth: usize) -> Vec<&'a str> {
    let deeper = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > depth;
    lines.iter().take_while(deeper).copied().collect()
}

/// Workflows that have rights by default, and jobs without rights of their own or without an end.
fn loose_jobs(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let Some(jobs) = lines.iter().position(|line| *line == "jobs:") else { return Vec::new() };
    let mut found = Vec::new();
    if !lines[..jobs].contains(&"permissions: {}") {
        found.push(format!("{}: jobs have rights by default", source.path));
    }
    for (at, line) in lines.iter().enumerate().skip(jobs + 1) {
        let Some(name) = line.strip_prefix("  ").filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        else {
            continue;
        };
        let job = below(&lines[at + 1..], 2);
        let has =
            |key: &str| job.iter().any(|line| line.strip_prefix("    ").is_some_and(|rest| rest.starts_with(key)));
        if !has("permissions:") {
            found.push(format!("{}: the job {name} has no rights of its own", source.path));
        }
        // A workflow that is called has jobs with ends of their own.
        if !has("timeout-minutes:") && !has("uses: ./") {
            found.push(format!("{}: the job {name} has no timeout", source.path));
        }
    }
    found
}

/// The minor versions in the matrix of a job, in words: `1.0, 1.5 and the newest`.
fn tried(workflow: &str, job: &str) -> Option<String> {
    let (_, rest) = workflow.split_once(&format!("\n  {job}:\n"))?;
    let (_, rest) = rest.split_once("version: [")?;
    let (list, _) = rest.split_once(']')?;
    let minor = |entry: &str| Some(entry.trim().strip_prefix("\"~")?.strip_suffix(".0\"")?.to_owned());
    let (last, others) =
        list.split(',').collect::<Vec<_>>().split_last().map(|(last, rest)| (last.trim().to_owned(), rest.to_vec()))?;
    let minors: Option<Vec<String>> = others.into_iter().map(minor).collect();
    (last == "latest").then_some(())?;
    Some(format!("{} and the newest", minors?.join(", ")))
}

#[test]
fn actions_are_pinned_and_jobs_are_bounded() {
    let found: Vec<String> =
        workflows().iter().flat_map(|source| [loose_actions(source), loose_jobs(source)].concat()).collect();
    assert_none(&found);
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

#[test]
fn releases_are_built_with_the_rust_of_all_other_jobs() {
    let workflows = workflows();
    let text = |path: &str| workflows.iter().find(|source| source.path == path).map(|source| source.text.as_str());
    let prepare = text(".github/actions/prepare/action.yml").and_then(|text| between(text, "default: ", "\n"));
    let release = text(".github/workflows/release.yml").and_then(|text| between(text, "RUST: ", "\n"));
    assert!(prepare.is_some() && prepare == release, "{prepare:?}, {release:?}");
}

#[test]
fn the_documents_name_the_hosts_that_are_tried() {
    let repository = repository();
    let text = |path: &str| {
        let found = repository.iter().find(|source| source.path == path);
        found.map(|source| source.text.clone()).unwrap_or_else(|| panic!("{path} is in the repository"))
    };
    let workflow = text(".github/workflows/hosts.yml");
    for (name, job) in [("Terraform", "terraform"), ("OpenTofu", "opentofu")] {
        let versions = tried(&workflow, job).expect("a matrix of minor versions, then `latest`");
        for document in DOCUMENTS {
            let words = text(document).split_whitespace().collect::<Vec<_>>().join(" ");
            let expected = format!("{name} {versions}");
            assert!(words.contains(&expected), "{document} does not say what hosts.yml tries: {expected:?}");
        }
    }
}

#[test]
fn a_loose_workflow_is_found() {
    let digest = "3d3c42e5aac5ba805825da76410c181273ba90b1";
    for loose in [
        "actions/cache@v5",
        "actions/cache@3d3c42e # v5",
        &format!("actions/cache@{digest}"),
        &format!("a/b@{digest} # main"),
    ] {
        assert_eq!(loose_actions(&sample("a.yml", &format!("      - uses: {loose}\n"))).len(), 1, "{loose}");
    }
    let checkout = format!("      - uses: actions/checkout@{digest} # v7.0.1\n");
    let settings = "        with:\n          persist-credentials: false\n      - run: make\n";
    assert_eq!(loose_actions(&sample("a.yml", &format!("{checkout}      - run: make\n{settings}"))).len(), 1);
    assert!(loose_actions(&sample("a.yml", &format!("{checkout}{settings}"))).is_empty());

    let called = "  called:\n    permissions:\n      contents: read\n    uses: ./.github/workflows/b.yml\n";
    let bounded = "  build:\n    timeout-minutes: 5\n    permissions:\n      contents: read\n    steps: []\n";
    let workflow = |jobs: &str| sample("a.yml", &format!("name: a\npermissions: {{}}\njobs:\n{jobs}"));
    assert!(loose_jobs(&workflow(&format!("{called}\n{bounded}"))).is_empty());
    assert_eq!(loose_jobs(&workflow("  build:\n    steps:\n      - uses: a\n        timeout-minutes: 5\n")).len(), 2);
    assert_eq!(loose_jobs(&sample("a.yml", "name: a\njobs:\n")).len(), 1);
    assert_eq!(
        tried("jobs:\n  a:\n    version: [\"~1.0.0\", \"~1.5.0\", latest]\n", "a").as_deref(),
        Some("1.0, 1.5 and the newest")
    );
    assert_eq!(tried("jobs:\n  a:\n    version: [1.0.0, latest]\n", "a"), None);
}

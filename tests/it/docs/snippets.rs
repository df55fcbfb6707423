//! Every code block of the documentation: its language is one that is checked here, it is formatted, and what it names
//! exists. A configuration is either the text of an example, which other tests apply, or it is a fragment: a block that
//! says what exists at a gateway is never written into a text by hand.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::blocks::{Block, blocks};
use crate::subject::PROVIDERS;
use crate::terraform::Terraform;
use crate::tidy::{repository, root};

/// What may be written by hand: what configures Terraform itself, or says where something is that exists already.
const FRAGMENTS: [&str; 6] = ["terraform", "import", "moved", "removed", "variable", "mock_provider"];

const DIAGRAMS: [&str; 4] = ["flowchart ", "sequenceDiagram", "classDiagram", "stateDiagram-v2"];

/// `hcl` is a CLI configuration of Terraform. `rego` and `sentinel` are held to the names.
const LANGUAGES: [&str; 8] = ["terraform", "hcl", "shell", "json", "mermaid", "text", "rego", "sentinel"];

fn all() -> Vec<Block> {
    let prose = repository().into_iter().filter(|source| source.path.ends_with(".md"));
    prose.flat_map(|source| blocks(&source.path, &source.text)).collect()
}

fn in_language<'a>(blocks: &'a [Block], language: &'a str) -> impl Iterator<Item = &'a Block> {
    blocks.iter().filter(move |block| block.language == language)
}

fn unknown_languages(blocks: &[Block]) -> Vec<String> {
    let unknown = blocks.iter().filter(|block| !LANGUAGES.contains(&block.language.as_str()));
    unknown.map(|block| format!("{}: the language {:?}", block.at, block.language)).collect()
}

/// One run of Terraform parses and formats all of them.
fn unformatted(blocks: &[Block]) -> Vec<String> {
    let terraform = Terraform::offline();
    let all: Vec<&Block> = in_language(blocks, "terraform").collect();
    fs::create_dir(terraform.path("blocks")).expect("a directory for the blocks");
    for (number, block) in all.iter().enumerate() {
        terraform.file(&format!("blocks/{number:04}.tf"), &block.text);
    }
    let printed = terraform.run(&["fmt", "-check", "-no-color", "blocks"]).everything();
    let is_named = |number: usize| printed.contains(&format!("{number:04}.tf"));
    let wrong = all.iter().enumerate().filter(|(number, _)| is_named(*number));
    wrong.map(|(_, block)| format!("{}: not parsed or not formatted: {}", block.at, block.text)).collect()
}

/// A syntax of its own, which Terraform reads whenever it starts.
fn refused_as_cli_configuration(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in in_language(blocks, "hcl") {
        let terraform = Terraform::offline();
        terraform.file("cli.tfrc", &block.text);
        if terraform.run(&["version"]).everything().contains("problems with the CLI configuration") {
            found.push(format!("{}: no CLI configuration", block.at));
        }
    }
    found
}

/// The types of the blocks at the top level.
fn top_level(text: &str) -> impl Iterator<Item = &str> {
    let opening = |line: &&str| line.ends_with('{') && line.starts_with(|c: char| c.is_ascii_lowercase());
    text.lines().filter(opening).filter_map(|line| line.split([' ', '{']).next())
}

fn unapplied(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in in_language(blocks, "terraform").filter(|block| !block.is_generated) {
        let whole = top_level(&block.text).filter(|kind| !FRAGMENTS.contains(kind));
        found.extend(whole.map(|kind| format!("{}: `{kind}` is not part of an example that is applied", block.at)));
    }
    found
}

/// Every system but Windows has a shell of this name.
fn unparsed_by_shell(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    if cfg!(windows) {
        return found;
    }
    for block in in_language(blocks, "shell") {
        let mut shell = Command::new("sh");
        shell.arg("-n").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = shell.spawn().expect("a shell");
        child.stdin.take().expect("a pipe").write_all(block.text.as_bytes()).expect("the shell reads");
        if !child.wait().expect("the shell ends").success() {
            found.push(format!("{}: a shell does not parse it", block.at));
        }
    }
    found
}

/// The words of each line of a shell, without its comment, with the place of its block.
fn commands(blocks: &[Block]) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let lines = in_language(blocks, "shell").flat_map(|block| block.text.lines().map(|line| (block.at.as_str(), line)));
    lines.map(|(at, line)| (at, line.split('#').next().unwrap_or_default().split_whitespace().collect()))
}

/// Commands and options that this provider does not have.
fn unknown_options(blocks: &[Block]) -> Vec<String> {
    const PROGRAM: &str = "terraform-provider-hoop";
    let help = |arguments: &[&str]| Terraform::offline().run_provider("hoop", arguments).stdout_text().to_owned();
    let help = format!("{} {}", help(&["--help"]), help(&["export", "--help"]));
    let known: BTreeSet<&str> = help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    let mut found = Vec::new();
    for (at, words) in commands(blocks) {
        // The command comes after the variables of its environment.
        let mut words = words.into_iter().skip_while(|word| word.contains('='));
        if words.next().and_then(|command| command.rsplit('/').next()) == Some(PROGRAM) {
            let named = words.enumerate().filter(|(index, word)| *index == 0 || word.starts_with('-'));
            let names = named.map(|(_, word)| word.split('=').next().unwrap_or_default());
            found.extend(
                names.filter(|name| !known.contains(name)).map(|name| format!("{at}: {PROGRAM} has no {name}")),
            );
        }
    }
    found
}

/// Examples of cargo that do not exist.
fn unknown_examples(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, words) in commands(blocks) {
        let named = words.windows(2).filter(|pair| pair[0] == "--example").map(|pair| pair[1]);
        let unknown = named.filter(|example| !exists(&format!("examples/{example}/main.rs")));
        found.extend(unknown.map(|example| format!("{at}: there is no example {example}")));
    }
    found
}

/// Scripts and tests of the repository that do not exist.
fn unknown_files(blocks: &[Block]) -> Vec<String> {
    const OURS: [&str; 3] = [".ci/", "tests/", "release/"];
    let mut found = Vec::new();
    // A module has tests of its own.
    for (at, words) in commands(blocks).filter(|(at, _)| !at.contains("modules/")) {
        let ours = words.into_iter().filter(|word| OURS.iter().any(|folder| word.starts_with(folder)));
        let unknown = ours.filter(|word| !word.contains('*') && !exists(word));
        found.extend(unknown.map(|word| format!("{at}: there is no {word}")));
    }
    found
}

fn exists(path: &str) -> bool {
    root().join(path).exists()
}

fn unreadable(blocks: &[Block]) -> Vec<String> {
    let json = in_language(blocks, "json").filter(|it| serde_json::from_str::<serde_json::Value>(&it.text).is_err());
    let json = json.map(|block| format!("{}: no JSON", block.at));
    let begins = |block: &Block| DIAGRAMS.iter().any(|kind| block.text.starts_with(kind));
    let is_balanced = |line: &str| {
        let count = |of: char| line.chars().filter(|c| *c == of).count();
        count('[') == count(']') && count('(') == count(')') && count('{') == count('}') && count('"') % 2 == 0
    };
    // A diagram of the code names folders of it.
    let folders = |block: &Block| block.text.split(['"', ' ', '<']).filter(|word| word.starts_with("src/")).all(exists);
    let is_diagram = |block: &Block| begins(block) && block.text.lines().all(is_balanced) && folders(block);
    let diagrams = in_language(blocks, "mermaid").filter(|block| !is_diagram(block));
    json.chain(diagrams.map(|block| format!("{}: no diagram", block.at))).collect()
}

/// Everything with the prefix of a provider that the documentation can name.
fn names() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for provider in PROVIDERS {
        names.extend(provider.resources.iter().map(|resource| resource.name));
        names.extend(provider.readable().map(|resource| resource.name));
        names.extend(provider.readable().filter_map(|resource| resource.list.as_ref()).map(|list| list.name));
        names.extend(provider.queries.iter().map(|query| query.name));
        names.extend(provider.ephemerals.iter().map(|ephemeral| ephemeral.name));
        names.extend(provider.actions.iter().map(|action| action.name));
    }
    names
}

/// Words that look like a type of a provider, and are none.
fn unknown_names(blocks: &[Block]) -> Vec<String> {
    let names = names();
    let is_type = |word: &&str| PROVIDERS.iter().any(|provider| word.starts_with(&format!("{}_", provider.name)));
    let mut found = Vec::new();
    for block in blocks {
        // The name of a binary or a zip is no type.
        let text = block.text.replace("terraform-provider-", "terraform_provider_");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(is_type);
        let unknown = words.filter(|word| !names.contains(word));
        found.extend(unknown.map(|word| format!("{}: there is no {word}", block.at)));
    }
    found
}

/// What is wrong with these blocks, a line each.
type Check = fn(&[Block]) -> Vec<String>;

/// Each with its name.
const CHECKS: [(&str, Check); 10] = [
    ("language", unknown_languages),
    ("format", unformatted),
    ("applied", unapplied),
    (SHELL, unparsed_by_shell),
    ("options", unknown_options),
    ("examples", unknown_examples),
    ("files", unknown_files),
    ("readable", unreadable),
    ("names", unknown_names),
    ("CLI configuration", refused_as_cli_configuration),
];

/// Windows does not have this one.
const SHELL: &str = "shell";

/// What is wrong with these blocks, with the name of the check.
fn wrong(blocks: &[Block]) -> Vec<(&'static str, String)> {
    let each = |(name, check): &(&'static str, Check)| -> Vec<_> {
        check(blocks).into_iter().map(|found| (*name, found)).collect()
    };
    CHECKS.iter().flat_map(each).collect()
}

#[test]
fn every_snippet_is_parsed_formatted_and_names_what_exists() {
    let blocks = all();
    assert!(blocks.len() > 250, "the blocks are found: {}", blocks.len());
    let found = wrong(&blocks);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_check_of_snippets_can_fail() {
    let of = |language: &str, text: &str| blocks("a.md", &format!("```{language}\n{text}\n```\n"));
    let fails: [(&str, &str, &str); 15] = [
        ("", "x", "language"),
        ("terrafrom", "x", "language"),
        ("terraform", "moved {\n  from=a.b\n}", "format"),
        ("terraform", "variable \"x\" {\n  ...\n}", "format"),
        ("terraform", "resource \"hoop_agent\" \"it\" {\n  name = \"it\"\n}", "applied"),
        ("hcl", "provider_installation {\n  developer_overrides {}\n}", "CLI configuration"),
        ("shell", "if true; then", SHELL),
        ("shell", "KEY=x terraform-provider-hoop export --into x", "options"),
        ("shell", "/x/terraform-provider-hoop transfer", "options"),
        ("shell", "cargo run --example nothing", "examples"),
        ("shell", ".ci/nothing", "files"),
        ("json", "{\"a\": }", "readable"),
        ("mermaid", "flowchart LR\n  a[\"x\" --> b", "readable"),
        ("mermaid", "flowchart LR\n  a[\"src/nothing/<br>x\"]", "readable"),
        ("rego", "type == \"hoop_conection\"", "names"),
    ];
    for (language, text, check) in fails.into_iter().filter(|(_, _, check)| !cfg!(windows) || *check != SHELL) {
        let found: BTreeSet<&str> = wrong(&of(language, text)).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, BTreeSet::from([check]), "{language} {text}");
    }
    let good = [
        ("terraform", "import {\n  to = hoop_agent.it\n  id = \"it\"\n}"),
        ("shell", "HOOP_APIKEY=x terraform-provider-hoop export --out x # --no"),
        ("mermaid", "flowchart LR\n  a[\"x\"] --> b"),
    ];
    for (language, text) in good {
        let found = wrong(&of(language, text));
        assert!(found.is_empty(), "{found:?}");
    }
}

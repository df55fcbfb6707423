//! What must not be seen where: names of systems, the environment, sockets, generated types, unordered maps, printing.

use super::code::{code, code_without_tests};
use super::{Source, assert_none, repository, rust, sample};

/// The modules that know no system.
const GENERAL: [&str; 6] = ["src/value", "src/schema", "src/engine", "src/api", "src/protocol", "src/plugin"];
const SYSTEMS: [&str; 2] = ["hoop", "lerian"];

/// A rule on the code of some files: the words, where they may stand, and why not elsewhere.
struct Ban {
    words: &'static [&'static str],
    allowed: &'static [&'static str],
    /// Whether tests inside src/ may use them.
    tests: bool,
    reason: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        words: &["env::var", "env::vars", "env::var_os"],
        allowed: &["src/main", "src/bin"],
        tests: true,
        reason: "only main reads the environment; others are handed what they need",
    },
    Ban {
        words: &["reqwest", "TcpStream::connect", "UnixStream::connect", "UdpSocket", "TcpSocket"],
        allowed: &["src/api"],
        tests: true,
        reason: "only the client opens outward sockets",
    },
    Ban {
        words: &["HashMap"],
        // Locks and shared answers of one process: looked up by name, never listed.
        allowed: &["src/engine/session", "src/engine/shared"],
        tests: false,
        reason: "an order that changes from run to run could reach Terraform; use BTreeMap",
    },
    Ban {
        words: &["println!", "eprintln!", "print!", "eprint!", "dbg!"],
        allowed: &[],
        tests: false,
        reason: "stdout belongs to the handshake, stderr to the log",
    },
    Ban {
        words: &["include_proto!", "pub mod pb", "pub(crate) mod pb"],
        allowed: &["src/protocol/mod", "src/plugin/services"],
        tests: true,
        reason: "generated types are private to the modules that speak them",
    },
    Ban {
        words: &["thread::sleep", "process::exit", "process::abort"],
        allowed: &[],
        tests: true,
        reason: "one thread serves everything, and the socket must be removed at the end",
    },
];

/// True when `word` stands there as a whole: `print!` is not in `eprint!`, nor `env::var` in `env::var_os`.
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let ends_open = word.ends_with(|c: char| c.is_alphanumeric());
    code.match_indices(word).any(|(at, _)| {
        !part(code[..at].chars().next_back()) && !(ends_open && part(code[at + word.len()..].chars().next()))
    })
}

fn banned(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let (all, untested) = (code(&source.text), code_without_tests(&source.text));
        for ban in BANS {
            if (ban.tests && source.is_test()) || ban.allowed.iter().any(|allowed| source.is_under(allowed)) {
                continue;
            }
            let code = if ban.tests { &untested } else { &all };
            let words = ban.words.iter().filter(|word| has_word(code, word));
            found.extend(words.map(|word| format!("{}: `{word}`: {}", source.path, ban.reason)));
        }
    }
    found
}

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

/// Generated types are named only where they are made.
fn strayed_types(sources: &[Source]) -> Vec<String> {
    let speaks = |source: &&Source| source.is_under("src/protocol") || source.is_under("src/plugin");
    let strays = sources.iter().filter(|source| !speaks(source) && has_word(&code(&source.text), "pb::"));
    strays.map(|source| format!("{}: a generated type has left its module", source.path)).collect()
}

fn emulator_sharing(sources: &[Source]) -> Vec<String> {
    let emulator = |source: &&Source| source.is_under("tests/it/emulator") || source.is_under("examples/emulator");
    let sharing = sources.iter().filter(emulator).filter(|source| {
        let code = code(&source.text);
        has_word(&code, "terraform_provider_hoop") || code.contains("src/")
    });
    sharing.map(|source| format!("{}: an emulator that shares our code mirrors our bugs", source.path)).collect()
}

fn lines(sources: &[Source], folder: &str) -> usize {
    sources.iter().filter(|source| source.is_under(folder)).map(|source| source.text.lines().count()).sum()
}

#[test]
fn words_stand_only_where_they_may() {
    assert_none(&banned(&rust(&["src"])));
    assert_none(&strayed_types(&rust(&["src"])));
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
fn each_ban_can_fail() {
    for (path, bad) in [
        ("src/engine/x.rs", "fn f() { std::env::var_os(name); }"),
        ("src/engine/x.rs", "fn f() { std::env::var(name); }"),
        ("src/plugin/x.rs", "let s = TcpStream::connect(address);"),
        ("src/protocol/x.rs", "use reqwest::Client;"),
        ("src/engine/x.rs", "use std::collections::HashMap;"),
        ("src/engine/tests.rs", "fn f() { println!(\"x\"); }"),
        ("src/schema/x.rs", "pub mod pb { tonic::include_proto!(\"x\"); }"),
        ("src/api/x.rs", "std::thread::sleep(t);"),
    ] {
        assert!(!banned(&[sample(path, bad)]).is_empty(), "{path}: {bad}");
    }
    assert_none(&banned(&[
        sample("src/main.rs", "fn main() { std::env::var_os(name); }"),
        sample("src/engine/session.rs", "use std::collections::HashMap;"),
        sample("src/api/tests/x.rs", "std::env::var(name);"),
        sample("src/plugin/x.rs", "fn f() {}\n#[cfg(test)]\nmod tests { UnixStream::connect(path); }"),
        sample("src/engine/x.rs", "// println!(HashMap)\nlet t = \"env::var\";"),
    ]));
    assert_eq!(named_systems(&[sample("src/engine/x.rs", "\n// as Hoop does")]).len(), 1);
    assert_eq!(strayed_types(&[sample("src/engine/x.rs", "fn f(x: pb::Schema) {}")]).len(), 1);
    let share = [sample("tests/it/emulator/x.rs", "use terraform_provider_hoop::schema;")];
    assert_eq!(emulator_sharing(&share).len(), 1);
}

//! How many requests an object costs, verb by verb and type by type: the table in docs/PERFORMANCE.md, which is
//! compared with what is asked (`UPDATE_DOCS=1` writes it).

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use super::case::run;
use super::verbs::{self, Verb};
use crate::subject::cases::{Make, alone};
use crate::subject::subjects;

const BEGIN: &str = "<!-- requests: begin -->\n";
const END: &str = "<!-- requests: end -->";

/// The methods in order, repetitions counted: `GET, 2 PUT`.
fn methods(requests: &[String]) -> String {
    let mut counted: Vec<(usize, &str)> = Vec::new();
    for method in requests.iter().filter_map(|request| request.split(' ').next()) {
        match counted.last_mut() {
            Some((count, last)) if *last == method => *count += 1,
            _ => counted.push((1, method)),
        }
    }
    let words = |(count, method): &(usize, &str)| match count {
        1 => (*method).to_owned(),
        count => format!("{count} {method}"),
    };
    counted.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// What these verbs of the type ask; where it depends on the attribute, each way there is.
fn cell(make: Make, type_name: &str, verbs: &[Verb], wanted: impl Fn(&Verb) -> bool) -> String {
    let wanted = verbs.iter().filter(|verb| wanted(verb));
    let ways = wanted.map(|verb| methods(&alone(run(make, type_name, verb, None)))).collect::<BTreeSet<_>>();
    let mut ways: Vec<String> = ways.into_iter().collect();
    ways.sort_by_key(String::len);
    if ways.is_empty() { "–".to_owned() } else { ways.join("; or ") }
}

fn table() -> String {
    let mut text =
        "| | create | create, all attributes | update | refresh | destroy |\n|---|---|---|---|---|---|\n".to_owned();
    for make in subjects() {
        let (types, verbs) = alone(async {
            let subject = make();
            let types: Vec<&str> = subject.provider().resources.iter().map(|resource| resource.name).collect();
            (types, verbs::all(subject.as_ref()))
        });
        for name in types {
            let verbs: Vec<Verb> = verbs.iter().filter(|(of, _)| *of == name).map(|(_, verb)| verb.clone()).collect();
            let is_update = |verb: &Verb| matches!(verb, Verb::Update(_));
            let cells = [
                cell(make, name, &verbs, |verb| *verb == Verb::Create),
                cell(make, name, &verbs, |verb| *verb == Verb::CreateFull),
                cell(make, name, &verbs, is_update),
                cell(make, name, &verbs, |verb| *verb == Verb::Read),
                cell(make, name, &verbs, |verb| *verb == Verb::Delete),
            ];
            text.push_str(&format!("| `{name}` | {} |\n", cells.join(" | ")));
        }
    }
    text
}

#[test]
fn the_requests_of_each_verb_are_as_documented() {
    let page = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/PERFORMANCE.md"));
    let text = fs::read_to_string(page).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (documented, after) = rest.split_once(END).expect("where the table ends");
    let table = table();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(page, format!("{before}{BEGIN}{table}{END}{after}")).expect("the page");
    } else {
        assert_eq!(documented, table, "run `UPDATE_DOCS=1 cargo test --test it requests`");
    }
}

//! What the tables say of the answers of writes, held to all recorded ones: a write and the next read of the same
//! object, with no other write between them, show the same wherever a table says so.

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Answers, Attr, Reads, Resource, WriteMethod};

use super::recorded::{Step, at, names, normal, own_path, suites};

/// The object that was written, as this read shows it, if it does.
fn shown(resource: &Resource, write: &Step, read: &Step) -> Option<Json> {
    let own = own_path(resource);
    let written = names(&own, &write.path).unwrap_or_default();
    let seen_at = |template: &str| {
        names(template, &read.path)
            .is_some_and(|seen| seen.iter().all(|(name, text)| written.get(name).is_none_or(|it| it == text)))
    };
    match resource.reads {
        Reads::One => {
            let keys: Vec<&str> = resource.keys().map(|key| key.name).collect();
            let is_key = |text: &String| {
                let mut names = keys.iter().chain(resource.alternative_keys).chain(resource.named_by);
                names.any(|key| write.answer[*key] == text.as_str())
            };
            let is_only = resource.only_id().is_some();
            let is_it = names(&own, &read.path).is_some() && (is_only || read.path.last().is_some_and(is_key));
            // A PUT of a path and a GET of the same one are about the same object.
            let is_it = is_it || (read.path == write.path && names(&own, &write.path).is_some());
            is_it.then(|| read.answer.clone())
        }
        Reads::At(template) => seen_at(template).then(|| read.answer.clone()),
        Reads::Find { own: Some(_), .. } if read.path == write.path => Some(read.answer.clone()),
        Reads::Find { path, at: place, wire, own, .. } => {
            let key = &write.answer[own.unwrap_or(wire)];
            let list = if place.is_empty() { &read.answer } else { at(&read.answer, place) };
            let list = list.as_array().filter(|_| seen_at(path))?;
            // Some lists consist of the keys alone.
            let mut entry = match list.iter().find(|entry| entry.get(wire).unwrap_or(entry) == key)? {
                Json::String(key) => json!({ wire: key }),
                entry => entry.clone(),
            };
            if let Some(own) = own {
                entry[own] = key.clone();
            }
            Some(entry)
        }
    }
}

/// True when one is the other with more in it.
fn holds(more: &Json, less: &Json) -> bool {
    let empty = Map::new();
    match (more, less) {
        (_, Json::Null) => true,
        (Json::Object(more), less) => {
            less.as_object().unwrap_or(&empty).iter().all(|(key, value)| more.get(key) == Some(value))
        }
        (more, less) => more == less,
    }
}

/// Why the answer of the write does not show the attribute as its word says.
fn untrue(resource: &Resource, attr: &Attr, write: &Step, read: &Json) -> Option<String> {
    // The key in a row's own answer has another name; that it is the row is how the read was found.
    if attr.is_key() && matches!(resource.reads, Reads::Find { .. }) {
        return None;
    }
    let [answer, sent, read] = [&write.answer, &write.sent, read].map(|json| normal(attr, at(json, attr.wire_name())));
    let carries = |attr: &&'static Attr| {
        attr.answers() == Answers::Echoed && !normal(attr, at(&write.sent, attr.wire_name())).is_null()
    };
    // A change of what is echoed is read back; of a write that carries it unchanged, nothing is taken that no change moves.
    let is_not_asked =
        || !attr.settable() && attr.followed().is_empty() && resource.attrs.iter().any(|it| carries(&it));
    // An update never carries another value of it: the object is replaced instead.
    let is_not_changed = write.method != "POST" && attr.replaces_on().is_some();
    let is_true = match attr.answers() {
        _ if is_not_changed => true,
        Answers::Echoed => true,
        Answers::AsRead | Answers::Never => answer == read || is_not_asked(),
        Answers::Merged => holds(&answer, &read) && (answer != sent || read == sent),
    };
    (!is_true).then(|| format!("{}: `{}` is {read}, but the answer said {answer}", write.at, attr.name))
}

/// How many recorded answers of this write there are that a read follows, and what in them is not so.
fn judge(resource: &'static Resource, method: WriteMethod) -> (usize, Vec<String>) {
    let template = if method == WriteMethod::Post { resource.collection.to_owned() } else { own_path(resource) };
    let verb = format!("{method:?}").to_uppercase();
    let (mut count, mut found) = (0, Vec::new());
    for suite in suites() {
        for (index, write) in suite.iter().enumerate() {
            let is_it = write.method == verb && names(&template, &write.path).is_some() && write.answer.is_object();
            if !is_it || write.raced {
                continue;
            }
            let reads = suite[index + 1..].iter().take_while(|step| step.method == "GET");
            let mut reads = reads.filter(|read| read.auth == write.auth && !read.answer.is_null());
            let Some(read) = reads.find_map(|read| shown(resource, write, read)) else { continue };
            count += 1;
            let attrs = resource
                .managed()
                .filter(|attr| attr.fixed_text().is_none())
                .filter(|attr| attr.is_readable() && attr.child_objects().is_none() && !attr.is_shown_once());
            found.extend(attrs.filter_map(|attr| untrue(resource, attr, write, &read)));
        }
    }
    (count, found)
}

#[test]
fn an_answer_that_a_table_vouches_for_shows_what_a_read_shows() {
    for resource in PROVIDER.resources {
        let nested = resource.managed().filter_map(|attr| attr.child_objects()).map(|children| children.table);
        for resource in [*resource].into_iter().chain(nested) {
            for method in resource.complete_answers {
                let (count, found) = judge(resource, *method);
                assert!(count > 0, "{} {method:?}: no recorded answer shows it", resource.name);
                assert!(found.is_empty(), "{} {method:?}:\n{}", resource.name, found.join("\n"));
            }
        }
    }
}

/// What the elements of a set show in the answers to their own requests is believed: another table has the same requests, and
/// vouches for them.
#[test]
fn the_answers_for_the_elements_of_a_set_are_vouched_for_by_the_table_of_one() {
    let shape = |path: &str| {
        path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    };
    let paths: Vec<&str> = PROVIDER.resources.iter().filter_map(|it| Some(it.partial()?.1)).collect();
    assert!(!paths.is_empty());
    for path in paths {
        let vouches =
            |it: &&&Resource| shape(&own_path(it)) == shape(path) && it.complete_answers.contains(&WriteMethod::Put);
        assert!(PROVIDER.resources.iter().any(|it| vouches(&it)), "{path}");
    }
}

/// The words of the tables are needed: without them the recorded answers say otherwise.
#[test]
fn an_answer_that_lies_is_found() {
    for (name, method, lie) in [
        ("hoop_user", WriteMethod::Post, "`id`"),
        ("hoop_user", WriteMethod::Post, "`role`"),
        ("hoop_attribute", WriteMethod::Put, "`connection_names`"),
    ] {
        let resource = PROVIDER.resource(name).expect("a table");
        assert!(!resource.complete_answers.contains(&method));
        let (_, found) = judge(resource, method);
        assert!(found.iter().any(|found| found.contains(lie)), "{name} {method:?} {lie}: {found:#?}");
    }
    let secrets = PROVIDER.resource("hoop_connection").and_then(|it| it.attr("secrets")).expect("an attribute");
    let merged = |answer: Json, read: Json| {
        let step = Step {
            at: String::new(),
            method: String::new(),
            path: Vec::new(),
            query: String::new(),
            auth: Json::Null,
            sent: json!({"secret": {"A": "1"}}),
            answer: json!({"secret": answer}),
            raced: false,
        };
        untrue(PROVIDER.resources[0], secrets, &step, &json!({"secret": read})).is_none()
    };
    let (own, more) = (json!({"A": "1"}), json!({"A": "1", "B": "2"}));
    assert!(merged(more.clone(), own.clone()) && merged(own.clone(), own.clone()));
    assert!(!merged(own.clone(), more.clone()) && !merged(own, json!({})));
}

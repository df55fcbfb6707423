//! Names that would lead elsewhere: import ids, identities, and what a data source looks for. Each names the object that
//! it says or none, and no request asks for another one.

use terraform_provider_hoop::schema::{Reads, Resource};
use terraform_provider_hoop::value::{Object, Type, Value, nfc};

use super::inside::{Inside, checked, packed};
use super::server::{Answer, Asked};
use super::tape::Tape;
use super::{PROVIDERS, each, per_table, tables};
use crate::host::pb;

/// Names that are worse than what a tape says.
fn worse(tape: &mut Tape<'_>) -> String {
    let plain = tape.text();
    match tape.below(16) {
        0 => "/".repeat(1 + tape.below(5)),
        1 => format!("{plain}/../{plain}"),
        2 => format!("../{plain}"),
        3 => format!("{plain}%2f{plain}"),
        4 => "a".repeat(1 << 14),
        5 => "/a".repeat(1 << 10),
        6 => format!("{plain}\u{2028}\u{feff}\u{2067}"),
        7 => format!("{plain}/{plain}"),
        8 => ".".to_owned(),
        9 => format!(" {plain}\t"),
        10 => format!("{plain}%00"),
        11 => "%2E%2E".to_owned(),
        12 => "\u{ff0e}\u{ff0e}\u{2215}\u{ff0f}".to_owned(),
        _ => plain,
    }
}

/// A key that the rules may accept, or one that is worse.
fn some_key(tape: &mut Tape<'_>, resource: &'static Resource) -> Vec<String> {
    resource.keys().map(|key| if tape.once_in(3) { tables::fresh_key(key) } else { worse(tape) }).collect()
}

fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let hex = [*high, *low];
                let hex = std::str::from_utf8(&hex).expect("ASCII");
                bytes.push(u8::from_str_radix(hex, 16).expect("an escape"));
                rest = after;
            }
            (plain, after) => {
                bytes.push(*plain);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The paths that a table can ask for: each part a word, or `None` for a name.
fn paths(resource: &'static Resource) -> Vec<Vec<Option<&'static str>>> {
    let template = |template: &'static str| -> Vec<Option<&'static str>> {
        template.split('/').map(|part| (!part.starts_with('{')).then_some(part)).collect()
    };
    let keys = resource.keys().map(|_| None);
    let own = resource.path.map_or_else(|| template(resource.collection).into_iter().chain(keys).collect(), template);
    let read = match resource.reads {
        Reads::One => None,
        Reads::At(path) | Reads::Find { path, .. } => Some(template(path)),
    };
    let list = resource.list.as_ref().and_then(|list| list.path).map(template);
    let switch = resource.hidden_by.map(|hiding| template(hiding.switch));
    [own, template(resource.collection)].into_iter().chain(read).chain(list).chain(switch).collect()
}

/// Holds every request to the names that were given: it asks for what a table has, and a name in it is one of those.
fn astray(inside: &Inside, resource: &'static Resource, names: &[String]) {
    let address = format!("http://{}", inside.server.address);
    let base = (inside.provider.system.endpoint)(&address);
    let base = base.strip_prefix(&address).expect("an address below the host").trim_matches('/').to_owned();
    let names: Vec<String> = names.iter().map(|name| nfc(name.clone())).collect();
    // What a request is made of beside names, for an object that does not have one of its own.
    let computed = resource.hooks.path_part.is_some();
    let children = resource.managed().find_map(|attr| Some(attr.child_objects()?.table));
    // What the rights of the key are, where an answer gave a reason to ask.
    let check = inside.provider.system.check.path.iter().copied().map(Some).collect();
    let known: Vec<_> = [resource].into_iter().chain(children).flat_map(paths).chain([check]).collect();
    for Asked { method, path } in inside.server.take_asked() {
        assert!(method == "GET", "{method} {path}");
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
        let path = path.split('?').next().unwrap_or_default();
        let below = path.strip_prefix('/').and_then(|path| path.strip_prefix(&base)).expect("below the base");
        let parts: Vec<String> = below.trim_start_matches('/').split('/').map(decoded).collect();
        let fits = |known: &&Vec<Option<&str>>| {
            let fits = |(part, known): (&String, &Option<&str>)| match known {
                Some(word) => part == word,
                None => names.contains(part) || computed,
            };
            parts.len() == known.len() && parts.iter().zip(known.iter()).all(fits)
        };
        assert!(known.iter().any(|known| fits(&known)), "{path} is asked for {names:?}");
        assert!(!parts.iter().any(|part| part.is_empty() || part == "." || part == ".."), "{path}");
    }
}

fn each_table(test: impl Fn(&Inside, &'static Resource, &mut Tape<'_>)) {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for resource in provider.resources {
            each(per_table(1800), |tape| {
                let found = tape.once_in(2);
                inside.answer(move |_| match found {
                    true => Answer::json(200, &serde_json::json!({})),
                    false => Answer::json(404, &serde_json::json!({"message": "not found"})),
                });
                test(&inside, resource, tape);
            });
        }
    }
}

/// Imports what these names name, which ends in an error or an object, and in nobody else's.
fn import(inside: &Inside, resource: &'static Resource, request: pb::import_resource_state::Request, names: &[String]) {
    let answer = inside.ask(async |mut client| client.import_resource_state(request).await);
    assert!(checked(&answer.diagnostics) || !answer.imported_resources.is_empty(), "neither an error nor an object");
    astray(inside, resource, names);
}

#[test]
fn an_import_asks_for_what_its_id_names_or_for_nothing() {
    each_table(|inside, resource, tape| {
        let id = some_key(tape, resource).join("/");
        let count = resource.keys().count();
        let names: Vec<String> = id.splitn(count, '/').map(str::to_owned).collect();
        let request =
            pb::import_resource_state::Request { type_name: resource.name.to_owned(), id, ..Default::default() };
        import(inside, resource, request, &names);
    });
}

#[test]
fn an_identity_asks_for_what_it_names_or_for_nothing() {
    each_table(|inside, resource, tape| {
        let names = some_key(tape, resource);
        let value = |name: &String| if name == "null" { Value::Null } else { Value::string(name.as_str()) };
        let identity: Object = resource.keys().map(|key| key.name.to_owned()).zip(names.iter().map(value)).collect();
        let identity_data = packed(&Value::Object(identity), &tables::identity_type(resource));
        let request = pb::import_resource_state::Request {
            type_name: resource.name.to_owned(),
            identity: Some(pb::ResourceIdentityData { identity_data }),
            ..Default::default()
        };
        import(inside, resource, request, &names);
    });
}

#[test]
fn a_data_source_asks_for_what_it_names_or_for_nothing() {
    each_table(|inside, resource, tape| {
        let types = tables::data_types(inside.provider);
        let lookups: Vec<&str> = resource.lookups().collect();
        let list = resource.list.as_ref();
        for (name, ty) in
            types.iter().filter(|(name, _)| *name == resource.name || list.is_some_and(|it| it.name == *name))
        {
            let mut names = Vec::new();
            let mut config = tables::nothing(ty);
            let filters = list.filter(|list| list.name == *name).into_iter().flat_map(|list| list.filters);
            let given: Vec<(&str, Type)> = match *name == resource.name {
                true => lookups.iter().map(|name| (*name, Type::String)).filter(|_| tape.once_in(2)).collect(),
                false => {
                    filters.map(|filter| (filter.name(), filter.attr.kind.ty())).filter(|_| tape.once_in(2)).collect()
                }
            };
            for (attribute, ty) in given {
                let text = worse(tape);
                names.push(text.clone());
                let value = if ty == Type::String { Value::string(text) } else { tape.value(&ty, false) };
                config.insert(attribute.to_owned(), value);
            }
            let config = packed(&Value::Object(config), ty);
            let request =
                pb::validate_data_resource_config::Request { type_name: (*name).to_owned(), config: config.clone() };
            let answer = inside.ask(async |mut client| client.validate_data_resource_config(request).await);
            checked(&answer.diagnostics);
            let request = pb::read_data_source::Request { type_name: (*name).to_owned(), config, ..Default::default() };
            let answer = inside.ask(async |mut client| client.read_data_source(request).await);
            checked(&answer.diagnostics);
            astray(inside, resource, &names);
        }
    });
}

//! What a list can say that is not so. A new lie is a line here and is tried on every list.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};

use crate::emulator::Fault;

pub(super) struct Lie {
    pub(super) name: &'static str,
    pub(super) fault: fn() -> Fault,
}

pub(super) const LIES: &[Lie] = &[
    Lie {
        name: "every entry twice",
        fault: || entries(|all| all.iter().flat_map(|it| [it.clone(), it.clone()]).collect()),
    },
    Lie {
        name: "every entry again and different",
        fault: || entries(|all| all.iter().cloned().chain(all.iter().map(different)).collect()),
    },
    Lie { name: "half of the entries", fault: || entries(|all| all.into_iter().step_by(2).collect()) },
    Lie { name: "no entries", fault: || entries(|_| Vec::new()) },
    Lie {
        name: "of another organization",
        fault: || entries(|all| all.iter().map(different).map(of_another).collect()),
    },
    Lie { name: "null entries", fault: || entries(|all| all.iter().map(|_| Json::Null).collect()) },
    Lie { name: "one entry of another kind", fault: || entries(|all| all.into_iter().chain([json!(7)]).collect()) },
    Lie { name: "a page that is missing", fault: || pages(|_, body| with_total(body, 300)) },
    Lie { name: "a total that moves", fault: || pages(|call, body| with_total(body, 101 + 50 * call)) },
    Lie { name: "a total that is too small", fault: || pages(|_, body| with_total(body, 1)) },
    Lie {
        name: "a third page that fails",
        fault: || pages(|call, body| if call == 2 { Json::Null } else { long(call, body) }),
    },
    Lie { name: "three pages", fault: || pages(long) },
    Lie { name: "the first page three times", fault: first_page_again },
];

/// The entries changed, wherever the answer has them, and those of lists inside of them too.
fn entries(change: fn(Vec<Json>) -> Vec<Json>) -> Fault {
    Fault::garbled(move |mut body| {
        if let Some(all) = entries_of(&mut body) {
            for inside in all.iter_mut().filter_map(|entry| entry.get_mut("roles")?.as_array_mut()) {
                *inside = change(std::mem::take(inside));
            }
            *all = change(std::mem::take(all));
        }
        body
    })
}

/// The answers changed, by how many there were before.
fn pages(change: fn(usize, Json) -> Json) -> Fault {
    let calls = Arc::new(AtomicUsize::new(0));
    Fault::garbled(move |body| change(calls.fetch_add(1, Ordering::Relaxed), body))
}

/// A server that does not look at the number of the page.
fn first_page_again() -> Fault {
    let first = std::sync::Mutex::new(None);
    Fault::garbled(move |body| with_total(first.lock().expect("the page").get_or_insert(body).clone(), 300))
}

fn entries_of(body: &mut Json) -> Option<&mut Vec<Json>> {
    if body.is_array() {
        return body.as_array_mut();
    }
    let name = ["data", "items", "connections"].into_iter().find(|name| body[*name].is_array())?;
    body[name].as_array_mut()
}

fn with_total(mut body: Json, total: usize) -> Json {
    if body["pages"].is_object() {
        body["pages"]["total"] = json!(total);
    }
    body
}

/// The page with a hundred entries and more pages behind it: what is there on the first one, and strangers.
fn long(call: usize, mut body: Json) -> Json {
    if !body["pages"].is_object() {
        return body;
    }
    body["pages"]["page"] = json!(call + 1);
    let there = entries_of(&mut body).map_or(0, |all| all.len());
    let stranger = |index: usize| {
        let id = format!("00000000-0000-4000-8000-{index:012}");
        let name = format!("stranger-{index}");
        json!({ "id": id, "name": name, "email": format!("{name}@example.com"), "subject": name, "spiffe_id": name })
    };
    let strangers: Vec<Json> = (there..100).map(|index| stranger(100 * call + index)).collect();
    if body["data"].is_array() || body["data"].is_null() {
        let all = body["data"].as_array().cloned().unwrap_or_default();
        body["data"] = all.into_iter().chain(strangers).collect();
    }
    with_total(body, 300)
}

/// The same object with other contents.
fn different(entry: &Json) -> Json {
    let mut entry = entry.clone();
    for (name, value) in entry.as_object_mut().into_iter().flatten() {
        match value {
            Json::Bool(flag) => *flag = !*flag,
            Json::Array(items) => items.clear(),
            Json::String(text) if name == "description" => text.push_str(" of another"),
            _ => {}
        }
    }
    entry
}

fn of_another(mut entry: Json) -> Json {
    if entry["id"].is_string() {
        entry["id"] = json!("00000000-0000-4000-8000-00000000a0a0");
    }
    entry
}

//! One object as those see it who change it outside Terraform: its path, what the system shows, and the requests of the
//! API that can change it. The bodies are what the system itself shows, so that no encoding of the provider is trusted.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Resource};
use terraform_provider_hoop::value::Value;

use crate::subject::Subject;

pub(super) struct Site<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) resource: &'static Resource,
    /// As Terraform has it stored.
    pub(super) state: &'a Json,
    /// As the system shows it.
    pub(super) raw: Json,
}

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Accepted,
    /// The system has no such request, or refuses it.
    Refused(u16),
    /// It refused the second of two requests.
    Half,
}

impl Done {
    fn of(status: u16) -> Self {
        if (200..300).contains(&status) { Done::Accepted } else { Done::Refused(status) }
    }

    /// Both of two requests.
    pub(super) fn and(self, next: impl FnOnce() -> Done) -> Done {
        match self {
            Done::Accepted if next() == Done::Accepted => Done::Accepted,
            Done::Accepted => Done::Half,
            refused => refused,
        }
    }

    /// Another request if this one is refused.
    pub(super) fn or(self, next: impl FnOnce() -> Done) -> Done {
        if self == Done::Accepted { self } else { next() }
    }
}

/// The text as one segment of a path.
fn segment(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~@".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The path of the object with these attributes.
pub(crate) fn own_path(resource: &'static Resource, attributes: &Json) -> String {
    let keys = resource.given_keys().map(|key| format!("/{{{}}}", key.name));
    let collection = resource.collection.to_owned();
    let template = resource.path.map_or_else(|| keys.fold(collection, |path, key| path + &key), str::to_owned);
    let computed = || {
        let texts = attributes.as_object().into_iter().flatten();
        let texts = texts.filter_map(|(name, value)| Some((name.clone(), Value::string(value.as_str()?))));
        resource.hooks.path_part.and_then(|part| part(&texts.collect::<BTreeMap<_, _>>())).unwrap_or_default()
    };
    let part = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some("") => segment(&computed()),
        Some(name) => segment(attributes[name].as_str().unwrap_or_default()),
        None => part.to_owned(),
    };
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// What a system shows at the name of an attribute, which may be nested.
pub(super) fn at<'a>(raw: &'a Json, wire: &str) -> &'a Json {
    wire.split('.').fold(raw, |at, step| at.get(step).unwrap_or(&Json::Null))
}

/// The object with this value there.
pub(super) fn with(raw: &Json, wire: &str, value: &Json) -> Json {
    let mut raw = raw.clone();
    *wire.split('.').fold(&mut raw, |at, step| &mut at[step]) = value.clone();
    raw
}

/// Whether it means that there is nothing.
pub(super) fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.values().all(is_nothing),
        _ => false,
    }
}

/// Whether both say the same where order says nothing.
pub(super) fn same(one: &Json, other: &Json) -> bool {
    fn sorted(value: &Json) -> Json {
        match value {
            Json::Array(items) => {
                let mut items: Vec<Json> = items.iter().map(sorted).collect();
                items.sort_by_cached_key(Json::to_string);
                Json::Array(items)
            }
            Json::Object(entries) => {
                let told = entries.iter().filter(|(_, value)| !is_nothing(value));
                Json::Object(told.map(|(key, value)| (key.clone(), sorted(value))).collect())
            }
            value => value.clone(),
        }
    }
    (is_nothing(one) && is_nothing(other)) || sorted(one) == sorted(other)
}

impl Site<'_> {
    pub(super) fn ask(&self, method: &str, path: &str, body: Json) -> Done {
        Done::of(self.subject.ask(method, path, body).0)
    }

    pub(super) fn path(&self) -> String {
        own_path(self.resource, self.state)
    }

    /// A PUT of everything that is shown, with another value there.
    pub(super) fn put(&self, wire: &str, value: &Json) -> Done {
        self.ask("PUT", &self.path(), with(&self.raw, wire, value))
    }

    pub(super) fn patch(&self, wire: &str, value: &Json) -> Done {
        self.ask("PATCH", &self.path(), with(&json!({}), wire, value))
    }

    /// A tool of the gateway's MCP server.
    pub(super) fn mcp(&self, tool: &str, arguments: &Json) -> Done {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}});
        let (status, answer) = self.subject.ask("POST", "mcp", call);
        let is_refused = answer["error"].is_object() || answer["result"]["isError"] == true;
        if is_refused { Done::Refused(400) } else { Done::of(status) }
    }

    pub(super) fn delete(&self) -> Done {
        self.ask("DELETE", &self.path(), Json::Null)
    }

    /// Made anew, as it was.
    pub(super) fn recreate(&self) -> Done {
        let made = || self.ask("POST", self.resource.collection, self.raw.clone());
        self.delete().and(|| made().or(|| self.ask("PUT", &self.path(), self.raw.clone())))
    }

    /// The object of another type whose attribute has this value, which its own path may not contain.
    pub(super) fn other(&self, table: &'static Resource, attr: &'static Attr, value: &Json) -> Option<Json> {
        let text = value.as_str()?;
        let own = self.subject.ask("GET", &format!("{}/{}", table.collection, segment(text)), Json::Null);
        let is_it = |object: &Json| object[attr.wire_name()] == *value;
        if own.0 == 200 && is_it(&own.1) {
            return Some(own.1);
        }
        let (_, list) = self.subject.ask("GET", table.collection, Json::Null);
        let list = list.as_array().or_else(|| list["data"].as_array());
        let whole = |entry: &Json| match entry {
            Json::String(key) => json!({ attr.wire_name(): key }),
            entry => entry.clone(),
        };
        list.into_iter().flatten().map(whole).find(is_it)
    }

    /// The path of an object of another type that is shown like this.
    pub(super) fn path_of(&self, table: &'static Resource, object: &Json) -> String {
        let keys = table.keys().map(|key| (key.name.to_owned(), object[key.wire_name()].clone()));
        own_path(table, &Json::Object(keys.collect()))
    }
}

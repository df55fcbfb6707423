//! The configurations that unknown values are put into.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Kind, Resource};

use crate::subject::Subject;
use crate::subject::places::{hidden, turned};
use crate::subject::samples::full;

/// A way to configure an object of any type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// What is required.
    Minimal,
    /// Every attribute.
    Full,
    /// The same, with every list whose order means nothing in another order.
    Turned,
    /// Every attribute that has an empty value is empty.
    Emptied,
    /// Secrets as write-only values.
    Hidden,
    /// What the system adds by itself is configured.
    Spelt,
    /// The same object, and nobody names what the system adds.
    Bare,
}

impl Base {
    /// The configuration for an object of this name; none where the type has no such thing.
    pub(super) fn of(self, subject: &dyn Subject, resource: &'static Resource, name: &str) -> Option<Json> {
        let minimal = || subject.minimal(resource.name, name);
        match self {
            Base::Minimal => Some(minimal()),
            Base::Full => Some(full(subject, resource, &minimal())),
            Base::Turned => {
                let full = full(subject, resource, &minimal());
                Some(turned(resource.attrs, &full)).filter(|turned| *turned != full)
            }
            Base::Emptied => Some(emptied(resource, minimal())),
            Base::Hidden => {
                let full = full(subject, resource, &minimal());
                Some(hidden(resource.attrs, &full)).filter(|hidden| *hidden != full)
            }
            Base::Spelt => subject.additions(resource.name, name).map(|(spelt, _)| spelt),
            Base::Bare => subject.additions(resource.name, name).map(|(_, bare)| bare),
        }
    }
}

fn emptied(resource: &'static Resource, mut config: Json) -> Json {
    // What one attribute requires of another may be what the least configuration has.
    let is_free = |name: &str| !resource.requires.iter().any(|requirement| requirement.concerns(name));
    let optional = resource.managed().filter(|attr| attr.is_optional() && !attr.is_secret() && is_free(attr.name));
    // What the provider block says in its place is not empty.
    for attr in optional.filter(|attr| attr.default_setting().is_none()) {
        let accepts = |text: &str| attr.rules.iter().all(|rule| rule.accepts_text(text));
        config[attr.name] = match attr.kind {
            Kind::Str if accepts("") => json!(""),
            Kind::List(_) | Kind::Set(_) => json!([]),
            Kind::Map(_) => json!({}),
            _ => Json::Null,
        };
    }
    config
}

//! What no configuration may say, whatever the entry: told from the published schemas and the tables of every provider,
//! so that an entry to come is in it by itself. A refusal names the place, and no request is sent for it.

mod at_once;
mod nulls;
mod numbers;
mod presence;
mod texts;

use serde_json::{Value as Json, json};

use crate::host::{Diagnostics, Session, Shape, path_text};
use crate::subject::cases::alone;
use crate::subject::{Subject, configured, subjects};

/// An entry of a provider's schema: what a block of a configuration is about.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Provider,
    Resource(String),
    Data(String),
}

/// Every entry of a provider, with what its schema says.
pub(super) fn entries(session: &Session) -> Vec<(Entry, Shape)> {
    let of = |schema| Shape::of(schema);
    let provider = session.schema.provider.iter().map(|schema| (Entry::Provider, of(schema)));
    let resources = session.schema.resource_schemas.iter();
    let resources = resources.map(|(name, schema)| (Entry::Resource(name.clone()), of(schema)));
    let data = session.schema.data_source_schemas.iter();
    provider.chain(resources).chain(data.map(|(name, schema)| (Entry::Data(name.clone()), of(schema)))).collect()
}

pub(super) async fn validate(session: &Session, entry: &Entry, config: &Json) -> Diagnostics {
    match entry {
        Entry::Provider => session.validate_provider(config.clone()).await,
        Entry::Resource(name) => session.validate(name, config).await,
        Entry::Data(name) => session.validate_data(name, config).await,
    }
}

/// Runs a test against every system with its provider.
pub(super) fn each_system(test: impl AsyncFn(&dyn Subject, &Session)) {
    for make in subjects() {
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            subject.clear_requests();
            test(subject.as_ref(), &session).await;
        });
    }
}

/// Holds a refusal to what a user needs: at this place, in these words.
#[track_caller]
pub(super) fn assert_refused(found: &Diagnostics, path: &str, words: &str, what: &str) {
    let says = found.errors().any(|error| {
        let at = error.attribute.as_ref().map(path_text).unwrap_or_default();
        at == path && (error.summary.contains(words) || error.detail.contains(words))
    });
    assert!(says, "{what}: no error at {path:?} says {words:?}: {found}");
}

/// The object with one attribute in it.
pub(super) fn holding(name: &str, value: Json) -> Json {
    json!({ name: value })
}

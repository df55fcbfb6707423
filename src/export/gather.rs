//! Reads what exists: every list, each object as it would be imported. It writes nothing.

use tokio::sync::mpsc;

use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, ListRequest, ListResult};
use crate::schema::Resource;
use crate::value::{Object, Value};

/// How many objects may wait to be taken.
const WAITING: usize = 100;

/// An object that can be imported.
pub(super) struct Exists {
    pub(super) resource: &'static Resource,
    pub(super) id: String,
    /// By which people recognize it.
    pub(super) name: String,
    pub(super) state: Object,
}

/// What there is to say about the objects of a type.
pub(super) struct Message {
    pub(super) resource: &'static Resource,
    /// Some of them could not be read.
    pub(super) is_incomplete: bool,
    pub(super) diagnostic: Diagnostic,
}

#[derive(Default)]
pub(super) struct Gathered {
    pub(super) objects: Vec<Exists>,
    pub(super) messages: Vec<Message>,
}

/// Reads the objects of these types. `progress` is called with the type and the number of its objects so far.
pub(super) async fn gather(
    engine: &Engine,
    types: &[&'static Resource],
    mut progress: impl FnMut(&'static str, usize),
) -> Gathered {
    let mut all = Gathered::default();
    for resource in types {
        progress(resource.name, 0);
        let (results, mut received) = mpsc::channel(WAITING);
        let request = ListRequest { filters: &Value::Null, limit: None, with_objects: true };
        let mut found = Vec::new();
        let receiving = async {
            while let Some(result) = received.recv().await {
                let ListResult { identity, display_name: name, state, diagnostics, is_incomplete, refused: _ } = result;
                let Some(identity) = identity else {
                    let message = |diagnostic| Message { resource, is_incomplete, diagnostic };
                    all.messages.extend(diagnostics.into_iter().map(message));
                    continue;
                };
                // The diagnostics of an object are about a configuration without variables.
                if let (Some(id), Value::Object(state)) = (import_id(resource, &identity), state) {
                    found.push(Exists { resource, id, name, state });
                    progress(resource.name, found.len());
                }
            }
        };
        tokio::join!(engine.list(resource, request, results), receiving);
        // The order of a list may be that of its last changes.
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all.objects.append(&mut found);
    }
    all
}

/// The import ID: the values of the keys.
fn import_id(resource: &'static Resource, identity: &Value) -> Option<String> {
    let keys = resource.keys().map(|key| identity.as_object()?.get(key.name)?.as_str());
    Some(keys.collect::<Option<Vec<_>>>()?.join("/"))
}

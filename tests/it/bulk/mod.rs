//! Bad input to refreshes that read many objects at once: lists that lie or fail, a log that does. Whatever happens to what
//! serves many, the states afterwards are those of single reads, byte for byte; a list only ever saves reads.

mod lies;
mod lists;
mod log;
mod ways;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Provider;

use crate::host::{Object, Session};

/// Refreshes that wait at once: enough for any list to be read, and for each of three if the objects are in different ones.
const WAITING: usize = 12;

/// The provider block with the attribute that has every object read by itself.
fn each(mut settings: Json) -> Json {
    settings["refresh"] = json!("each");
    settings
}

async fn session(provider: &'static Provider, settings: Json) -> Arc<Session> {
    let session = Session::inside(provider).await;
    let found = session.configure(settings).await;
    assert!(found.is_clean(), "{found}");
    Arc::new(session)
}

/// All at once, as Terraform reads them. Nothing is said of any of them.
async fn read(session: &Arc<Session>, objects: &[Object]) -> Vec<Object> {
    let all = session.read_together(objects.iter().cloned(), objects.len()).await;
    let quiet = |(object, found): (Object, crate::host::Diagnostics)| {
        assert!(found.is_clean(), "{} {}: {found}", object.type_name, object.identity);
        object
    };
    all.into_iter().map(quiet).collect()
}

/// The states and identities are these; what is kept privately may differ.
fn assert_shown(wanted: &[Object], found: &[Object], what: &str) {
    for (wanted, found) in wanted.iter().zip(found) {
        assert_eq!((&wanted.state, &wanted.identity), (&found.state, &found.identity), "{what}");
    }
}

//! What the user is told, over every table of every system: warnings of what a plan does not show, values that a filter
//! cannot have, names that are taken, references that lead nowhere, settings that cannot be used.

mod filters;
mod names;
mod references;
mod secrets;
mod settings;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Resource;

use crate::host::Session;
use crate::subject::cases::alone;
use crate::subject::{Subject, configured, subjects, types};

/// The configuration with one attribute set, or taken out by null.
fn with(config: &Json, name: &str, value: Json) -> Json {
    let mut config = config.clone();
    config[name] = value;
    config
}

/// The word, wherever it is.
fn nowhere() -> Json {
    json!("00000000-0000-4000-8000-00000000dead")
}

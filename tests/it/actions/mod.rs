//! Actions: all of them over RPC with core's rules, every fault of every request of theirs, interruptions, and what they
//! say. The cases are told from the registries, so that a new action is in them by itself.

mod faults;
mod interrupted;
mod laws;
mod runs;

use serde_json::Value as Json;
use terraform_provider_hoop::schema::{Action, RequestMethod};

use crate::emulator::Logged;
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::of_all;

/// Each action of each system, with what makes a fresh one.
fn actions() -> Vec<(Make, &'static Action)> {
    of_all(|provider| provider.actions)
}

/// Tries each action with what makes a fresh system, in a runtime of its own.
fn each_action(test: impl AsyncFn(Make, &'static Action) + Sync) {
    try_each(
        &actions(),
        |(_, action)| action.name.to_owned(),
        |(make, action)| {
            alone(test(*make, action));
        },
    );
}

/// Whether a request is the one that does the work.
fn is_the_work(action: &Action, asked: &Logged) -> bool {
    let method = match action.request.method {
        RequestMethod::Get => "GET",
        RequestMethod::Post => "POST",
        RequestMethod::Put => "PUT",
        RequestMethod::Delete => "DELETE",
    };
    let path = asked.path.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("/api/").or(path.strip_prefix('/')).unwrap_or(path).split('/');
    let parts: Vec<&str> = action.request.path.split('/').collect();
    let fits = |(part, found): (&&str, &str)| part.starts_with('{') || *part == found;
    asked.method == method && path.clone().count() == parts.len() && parts.iter().zip(path).all(fits)
}

/// A value of this attribute in place of the configured one.
fn with(config: &Json, name: &str, value: Json) -> Json {
    let mut config = config.clone();
    config[name] = value;
    config
}

//! How long the real gateway takes for a request, in milliseconds, as data: measured with 300 connections, on two cores
//! with its database beside it. Nothing here depends on what a request does.
//!
//! Requests do not wait for the store, but for their turn at work: the gateway completes no more GETs of connections in a
//! second when ten are sent at once than one after the other.

use std::time::Duration;

use tokio::time::Instant;

use super::http::{Asked, split_target};
use super::routes::params;
use super::store::Store;

/// A method, a pattern of paths, and what it takes; the argument is the first `{}` of the path. `?page` at the end is for
/// requests of one page.
type Cost = (&'static str, &'static str, fn(&Store, &str) -> f64);

const COSTS: &[Cost] = &[
    ("GET", "connections/{}", |_, _| 23.0),
    ("POST", "connections", |_, _| 12.0),
    ("PUT", "connections/{}", |_, _| 12.0),
    ("PATCH", "connections/{}", |_, _| 10.0),
    ("GET", "connections?page", |_, _| 35.0),
    ("GET", "connections", |store, _| 3.0 + 0.1 * store.connections.len() as f64),
    ("GET", "resources?page", |_, _| 35.0),
    ("GET", "resources", |store, _| 3.0 + 0.3 * store.resources.len() as f64),
    ("GET", "audit/logs?page", |_, _| 3.0),
    ("GET", "plugins/{}", |store, plugin| 3.0 + 0.15 * rows(store, plugin)),
    ("GET", "plugins/{}/conn/{}", |_, _| 1.1),
    ("GET", "users", |store, _| 2.0 + 0.03 * store.users.len() as f64),
    ("POST", "users", |_, _| 30.0),
];

/// Of everything else.
const READ: f64 = 1.5;
const WRITE: f64 = 3.0;

fn rows(store: &Store, plugin: &str) -> f64 {
    store.plugins.get(plugin).map_or(0, |plugin| plugin.rows.len()) as f64
}

fn milliseconds(store: &Store, asked: &Asked) -> f64 {
    let (path, query) = split_target(&asked.target);
    let path = path.strip_prefix("/api/").unwrap_or(&path);
    let is_page = query.iter().any(|(name, _)| name.starts_with("page"));
    let cost = |(method, pattern, cost): &Cost| {
        let (plain, wants_page) = pattern.strip_suffix("?page").map_or((*pattern, false), |plain| (plain, true));
        let fits = *method == asked.method && (is_page || !wants_page);
        let found = params(plain, path).filter(|_| fits)?;
        Some(cost(store, found.first().map_or("", String::as_str)))
    };
    let other = if asked.method == "GET" { READ } else { WRITE };
    COSTS.iter().find_map(cost).unwrap_or(other)
}

/// When the gateway will have done all that it was asked.
#[derive(Clone, Debug)]
pub(super) struct Delays {
    idle_from: Instant,
}

impl Delays {
    pub(super) fn new() -> Self {
        Self { idle_from: Instant::now() }
    }

    /// How long this request takes from now on, after those that came before it.
    pub(super) fn pause(&mut self, store: &Store, asked: &Asked) -> Duration {
        let now = Instant::now();
        let work = Duration::from_secs_f64(milliseconds(store, asked) / 1e3);
        self.idle_from = self.idle_from.max(now) + work;
        self.idle_from - now
    }
}

#[cfg(test)]
mod tests {
    use super::super::routes::ROUTES;
    use super::super::store::Plugin;
    use super::*;

    fn get(target: &str) -> Asked {
        Asked { method: "GET".into(), target: format!("/api/{target}"), headers: Vec::new(), body: Vec::new() }
    }

    #[test]
    fn a_request_takes_what_its_route_and_the_rows_of_its_plugin_take() {
        let mut store = Store::fresh();
        store.plugins.insert("many".into(), Plugin::default());
        for row in 0..300 {
            store.put_plugin_row("many", &row.to_string(), None);
        }
        for (target, wanted) in [
            ("connections/a", 23.0),
            ("connections?page=2&page_size=100", 35.0),
            ("connections?subtype=ssh", 3.0),
            ("plugins/many", 48.0),
            ("plugins/none", 3.0),
            ("plugins/many/conn/7", 1.1),
            ("guardrails", READ),
        ] {
            assert_eq!(milliseconds(&store, &get(target)), wanted, "{target}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_take_turns_and_none_waits_for_an_idle_gateway() {
        let (store, mut delays) = (Store::fresh(), Delays::new());
        let mut pause = || delays.pause(&store, &get("connections/a")).as_millis();
        assert_eq!((pause(), pause()), (23, 46));
        tokio::time::advance(Duration::from_millis(100)).await;
        assert_eq!(pause(), 23);
    }

    #[test]
    fn every_cost_is_that_of_a_route() {
        for (method, pattern, _) in COSTS {
            let plain = pattern.trim_end_matches("?page");
            assert!(ROUTES.iter().any(|route| (route.0, route.1) == (*method, plain)), "{method} {plain}");
        }
    }
}

//! What must hold after a refresh of many objects: it shows what the system shows, the plan after it sets what has changed
//! and nothing else, and the objects were not read one by one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::objects::Managed;
use super::round::{BULK, Round};
use super::site::{at, own_path, same};
use crate::host::{Action, Object, Session};
use crate::subject::PROVIDERS;

impl Round<'_> {
    /// That most objects were not read one by one, where the table says so.
    pub(super) fn assert_bulk(&self, all: &[Managed], alone: usize) {
        let requests = self.subject.requests();
        let may_be_bulk = PROVIDERS.iter().flat_map(|it| it.attrs).any(|attr| attr.name == BULK);
        if !may_be_bulk || !self.resource.list_shows_all || requests.is_empty() {
            return;
        }
        let own: BTreeSet<String> = all.iter().map(|managed| own_path(self.resource, &managed.object.state)).collect();
        let path =
            |path: &str| own.iter().any(|own| path.split('?').next().unwrap_or_default().ends_with(&format!("/{own}")));
        let single = requests.iter().filter(|it| it.method == "GET" && path(&it.path)).count();
        assert!(
            single <= alone + 2,
            "{}: {single} of {} were read one by one, among {:?}",
            self.resource.name,
            all.len(),
            requests.iter().take(20).map(|it| (&it.method, &it.path, it.status)).collect::<Vec<_>>()
        );
    }

    /// Where the state differs from the one before, or why it should, or should not. Both shown as they were before and
    /// after the change.
    pub(super) fn differing(
        &self,
        managed: &Managed,
        now: &Json,
        (before, after): (&Json, &Json),
    ) -> Vec<Result<&'static str, String>> {
        if now.is_null() || after["object"].is_null() {
            let both = now.is_null() && after["object"].is_null();
            return if both { Vec::new() } else { vec![Err(format!("it is shown as {after}, and read as {now}"))] };
        }
        let mut found = Vec::new();
        for attr in
            self.resource.managed().filter(|attr| attr.is_readable() && !attr.is_client_only() && !attr.is_fixed())
        {
            let part = |shown: &Json| match attr.child_objects() {
                Some(_) => shown["children"].clone(),
                None => at(&shown["object"], attr.wire_name()).clone(),
            };
            let is_changed = !same(&part(before), &part(after));
            let is_seen = now[attr.name] != managed.object.state[attr.name];
            let says = || {
                format!(
                    "`{}` is shown as {} after {}, and is {} in the state",
                    attr.name,
                    part(after),
                    part(before),
                    now[attr.name]
                )
            };
            match (is_changed, is_seen) {
                (true, true) => found.push(Ok(attr.name)),
                (false, false) => {}
                // Elements of others, and of a state that does not contain them.
                (true, false) if attr.element_path().is_some() || attr.child_objects().is_some() => {}
                // What the system adds by itself to some values of another attribute.
                (false, true) if attr.has_server_defaults() => {}
                (true, false) if managed.object.state[attr.name].is_null() && now[attr.name].is_null() => {}
                _ => found.push(Err(says())),
            }
        }
        found
    }

    /// What is wrong with the plan after a refresh: it must set what is configured and has become something else, and
    /// nothing more.
    pub(super) async fn wrong_plan(&self, session: &Session, managed: &Managed, read: &Object) -> Option<String> {
        let planned = session.plan(read, &managed.config).await;
        if read.state.is_null() {
            return (planned.action != Action::Create).then(|| format!("{:?}", planned.action));
        }
        if planned.diagnostics.has_errors() {
            return None;
        }
        let configured = |name: &&str| !managed.config[*name].is_null();
        let names = || self.resource.managed().map(|attr| attr.name).filter(configured);
        let added = |name: &&str| self.resource.attr(name).is_some_and(|attr| attr.has_server_defaults());
        let names = || names().filter(|name| !added(name) || planned.state[*name] != read.state[*name]);
        let drifted: Vec<&str> = names().filter(|name| managed.object.state[*name] != read.state[*name]).collect();
        let set: Vec<&str> = names().filter(|name| planned.state[*name] != read.state[*name]).collect();
        (planned.action != Action::Replace && drifted != set)
            .then(|| format!("{drifted:?} changed, and {set:?} is planned"))
    }
}

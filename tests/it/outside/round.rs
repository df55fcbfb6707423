//! One round: many objects of one type, each of them changed in another way between two refreshes of all of them at once.
//! What the second one finds must be what a read of each object by itself finds, and what the system shows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hooks::JsonObject;
use terraform_provider_hoop::schema::{Attr, Reads, Resource};

use super::changes::{self, Change, is_seen};
use super::gateway;
use super::objects::Managed;
use super::site::{Done, Site, at, is_nothing};
use crate::host::{AT_ONCE, Action, Object, Session};
use crate::subject::Subject;

/// The setting of a provider that switches bulk reads off.
pub(super) const BULK: &str = "refresh";

/// Where objects of a type are made, and how they are told from others.
pub(super) struct Round<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) resource: &'static Resource,
    pub(super) prefix: String,
    /// The number of the first sample; even.
    pub(super) base: usize,
    /// Whether no two objects need to refer to the same one.
    pub(super) isolated: bool,
    /// What a system needs to write down what it did.
    pub(super) settles: Duration,
}

/// What was tried.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) accepted: usize,
    pub(super) seen: usize,
    /// Attributes that no way has changed.
    pub(super) unchanged: Vec<&'static str>,
}

/// The state and what was said.
type Found = (Object, String);

impl Round<'_> {
    /// The provider, new and knowing of nothing, with bulk reads or without.
    pub(super) async fn session(&self, bulk: bool) -> Arc<Session> {
        let session = Session::inside(self.subject.provider()).await;
        let mut settings = self.subject.settings();
        if !bulk && self.subject.provider().attrs.iter().any(|attr| attr.name == BULK) {
            settings[BULK] = json!("each");
        }
        let found = session.configure(settings).await;
        assert!(found.is_clean(), "{found}");
        Arc::new(session)
    }

    /// Reads all, as many at once as Terraform does.
    pub(super) async fn refresh(&self, session: &Arc<Session>, objects: impl Iterator<Item = Object>) -> Vec<Found> {
        let found = session.read_together(objects, AT_ONCE).await;
        found.into_iter().map(|(read, found)| (read, found.to_string())).collect()
    }

    /// With a null object if it counts as gone.
    pub(super) fn shown(&self, managed: &Managed) -> Json {
        let mut shown = self.subject.shown(self.resource, &managed.object.state);
        if let (Json::String(key), Reads::Find { wire, .. }) = (&shown["object"], self.resource.reads) {
            shown["object"] = json!({ wire: key });
        }
        let is_gone = |object: &JsonObject| self.resource.hooks.absent_when.is_some_and(|absent| absent(object));
        if shown["object"].as_object().is_some_and(is_gone) {
            shown["object"] = Json::Null;
        }
        shown
    }

    /// # Errors
    /// If the system cannot have so many objects of the type.
    pub(super) async fn run(&self) -> Result<Tried, String> {
        let session = self.session(false).await;
        let mut all = Vec::new();
        let tried = self.run_with(&session, &mut all).await;
        self.destroy(&session, &all).await;
        tried
    }

    async fn run_with(&self, session: &Session, all: &mut Vec<Managed>) -> Result<Tried, String> {
        self.donors(session, all).await?;
        let shown: Vec<Json> = all.iter().map(|managed| self.shown(managed)).collect();
        let first = all.len();
        for config in gateway::neighbours(self.resource.name, |index| self.config(first + index, self.base, false)) {
            all.push(self.create(session, config).await?);
        }
        let donors = all.len();
        let mut changes = changes::all(self.subject.provider(), self.resource, &shown[0], &shown[1..]);
        for (index, _) in changes.iter().enumerate() {
            let config = self.config(donors + index, self.base + 32 + 4 * index, true);
            if self.resource.name == "hoop_feature_flag" && config["name"].is_null() {
                break;
            }
            all.push(self.create(session, config).await?);
        }
        changes.truncate(all.len() - donors);
        for (change, managed) in changes.iter().zip(&all[donors..]) {
            if let Some(before) = &change.before {
                let done = before(&self.site(managed, self.shown(managed)["object"].clone()));
                assert_eq!(done, Done::Accepted, "before {}", self.label(change));
            }
        }
        tokio::time::sleep(self.settles).await;
        self.refresh_all_before(all).await;

        let before: Vec<Json> = all.iter().map(|managed| self.shown(managed)).collect();
        let changed = changes.iter().zip(&all[donors..]).zip(&before[donors..]);
        let done: Vec<Done> = changed
            .map(|((change, managed), shown)| (change.act)(&self.site(managed, shown["object"].clone())))
            .collect();
        tokio::time::sleep(self.settles).await;
        let after: Vec<Json> = all.iter().map(|managed| self.shown(managed)).collect();

        let objects = || all.iter().map(|managed| managed.object.clone());
        let each = self.refresh(&self.session(false).await, objects()).await;
        self.subject.clear_requests();
        let bulk = self.session(true).await;
        let found = self.refresh(&bulk, objects()).await;
        let gone = after.iter().filter(|shown| shown["object"].is_null()).count();
        self.assert_bulk(all, gone + changes.iter().filter(|change| change.attr.is_none()).count());

        let (mut tried, mut covered, mut wrong) = (Tried::default(), BTreeSet::new(), Vec::new());
        for (index, managed) in all.iter().enumerate() {
            let change = index.checked_sub(donors).map(|nth| (&changes[nth], done[nth]));
            let label = change.map_or_else(|| format!("neighbour {index}"), |(change, _)| self.label(change));
            if found[index].0.state != each[index].0.state || found[index].1 != each[index].1 {
                wrong.push(format!(
                    "{label}: all at once {found:?}\nby itself {each:?}",
                    found = found[index],
                    each = each[index]
                ));
                continue;
            }
            let now = &each[index].0.state;
            let differing = self.differing(managed, now, (&before[index], &after[index]));
            wrong
                .extend(differing.iter().filter_map(|found| found.as_ref().err()).map(|why| format!("{label}: {why}")));
            let is_accepted = change.is_some_and(|(_, done)| done == Done::Accepted);
            // The others give their values to those that are changed, and with them what only one can have.
            if index == 0 && self.isolated && *now != managed.object.state {
                wrong.push(format!("{label}: nothing was changed, and it became {now}"));
            }
            tried.accepted += usize::from(is_accepted);
            if *now != managed.object.state {
                tried.seen += 1;
                covered.extend(
                    change.and_then(|(change, _)| change.attr).filter(|attr| now[*attr] != managed.object.state[*attr]),
                );
            }
            wrong.extend(self.wrong_plan(&bulk, managed, &found[index].0).await.map(|why| format!("{label}: {why}")));
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
        let is_shown = |attr: &Attr| shown.iter().any(|shown| !is_nothing(at(&shown["object"], attr.wire_name())));
        let attrs = self.resource.managed().filter(|attr| is_seen(attr) && (is_shown(attr) || !attr.is_secret()));
        tried.unchanged = attrs.map(|attr| attr.name).filter(|name| !covered.contains(name)).collect();
        Ok(tried)
    }

    fn label(&self, change: &Change) -> String {
        format!("{}.{} {}", self.resource.name, change.attr.unwrap_or("*"), change.way)
    }

    pub(super) fn site<'s>(&'s self, managed: &'s Managed, raw: Json) -> Site<'s> {
        Site { subject: self.subject, resource: self.resource, state: &managed.object.state, raw }
    }

    /// The refresh that the changes come after; it finds nothing to do.
    async fn refresh_all_before(&self, all: &mut [Managed]) {
        let bulk = self.session(true).await;
        self.subject.clear_requests();
        let found = self.refresh(&bulk, all.iter().map(|managed| managed.object.clone())).await;
        self.assert_bulk(all, 0);
        for (managed, (object, said)) in all.iter_mut().zip(found) {
            assert_eq!(said, "", "{}", managed.config);
            let planned = bulk.plan(&object, &managed.config).await;
            assert_eq!(planned.action, Action::NoOp, "{}\n{}\n{}", managed.config, object.state, planned.state);
            managed.object = object;
        }
    }
}

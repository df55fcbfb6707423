//! Reads one object. An object that does not exist is a value, everything else an error. The table says which request
//! shows it.

use crate::api::{Answer, Budget, Call, Json};
use crate::engine::session::Session;
use crate::engine::session::shared_reads::Freshness;
use crate::engine::values::address::{object_path, render};
use crate::engine::values::body::DecodeError;
use crate::engine::values::observed::{Observed, ReadError, is_absent, only_key, own_view, place, see};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Reads, Resource, Rights};
use crate::value::Object;

impl Session {
    /// The object with these keys; `None` when the system does not have it. A shared answer may be a few seconds old.
    pub(crate) async fn fetch(
        &self,
        resource: &'static Resource,
        keys: &Object,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        self.look(resource, keys, Freshness::Recent, budget).await
    }

    /// The same with an answer that is requested now: for what is about to be overwritten.
    pub(crate) async fn fetch_anew(
        &self,
        resource: &'static Resource,
        keys: &Object,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        self.look(resource, keys, Freshness::Anew, budget).await
    }

    async fn look(
        &self,
        resource: &'static Resource,
        keys: &Object,
        freshness: Freshness,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        if let Some(why) = self.lacks(resource) {
            return Err(ReadError::Unsupported(why));
        }
        let path = match (resource.reads, freshness) {
            (Reads::One, _) | (Reads::Find { own: Some(_), .. }, Freshness::Anew) => {
                return self.look_at_own_path(resource, keys, budget).await;
            }
            (Reads::At(path) | Reads::Find { path, .. }, _) => path,
        };
        let Some(path) = render(path, keys, None) else { return Ok(None) };
        let call = Call::get(path);
        let place = place(&call);
        let body = match self.ask_shared(call, freshness, budget).await {
            Ok(body) => body,
            Err(error) if error.is_not_found() => return self.absent(resource, &error, budget).await,
            Err(error) => return Err(self.denied(resource, error.into())),
        };
        let found = match resource.reads {
            Reads::Find { at, wire, attr, .. } => {
                let entry = body.entry(at, wire, get(keys, attr).as_str());
                match entry.map_err(|error| ReadError::Decode { place: place.clone(), error })?.last() {
                    None => return Ok(None),
                    Some(Json::String(key)) => Json::Object(only_key(wire, &key)),
                    Some(found) => found,
                }
            }
            _ => body.json(),
        };
        self.seen_in(resource, keys, found, place, budget).await
    }

    /// What the state needs of one object, with as little as possible: where an object is part of a response with many, and
    /// this key may read its own path, from there.
    pub(crate) async fn fetch_alone(
        &self,
        resource: &'static Resource,
        keys: &Object,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        match resource.reads {
            Reads::Find { own: Some(_), .. } if self.rights(budget).await == Rights::Admin => {
                self.look_at_own_path(resource, keys, budget).await
            }
            _ => self.fetch(resource, keys, budget).await,
        }
    }

    async fn look_at_own_path(
        &self,
        resource: &'static Resource,
        keys: &Object,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        let Some(path) = object_path(resource, keys) else { return Ok(None) };
        let call = Call::get(path);
        let place = place(&call);
        let answer = match self.ask(call, budget).await {
            Ok(answer) => answer,
            Err(error) if error.is_not_found() => return self.absent(resource, &error, budget).await,
            Err(error) => return Err(self.denied(resource, error.into())),
        };
        let time = answer.time();
        let Answer { body, .. } = answer;
        let body = match body {
            Json::Object(json) => Json::Object(own_view(resource, json)),
            body => body,
        };
        let seen = self.seen_in(resource, keys, body, place, budget).await?;
        Ok(seen.map(|seen| seen.read_at(resource, time)))
    }

    /// The object in a response, or in an entry of a list; `None` when it means that there is none.
    pub(crate) async fn seen_in(
        &self,
        resource: &'static Resource,
        keys: &Object,
        found: Json,
        place: String,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        // The table says what an empty object means.
        let is_own = matches!(resource.reads, Reads::One);
        if is_own && found.is_null() && resource.hooks.absent_when.is_some_and(|absent| absent(&JsonObject::new())) {
            return Ok(None);
        }
        let Json::Object(json) = found else {
            return Err(ReadError::Decode { place, error: DecodeError::no_object() });
        };
        let mut seen = see(resource, keys, json, place)?;
        self.veil(resource, &mut seen, budget).await;
        self.keep(resource, &seen.object);
        Ok((!is_absent(resource, &seen.json)).then_some(seen))
    }
}

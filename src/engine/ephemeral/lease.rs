//! What is kept of an opened ephemeral resource: the attributes that a renewal and a close need, and until when the values
//! are valid. Pure, but for the list of what is open.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::Json;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::values::body::{decode, encode, insert};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Close, Ephemeral};
use crate::value::{Object, Value};

/// The attributes that are kept.
pub(super) struct Lease {
    pub(super) object: Object,
}

impl Lease {
    pub(super) fn of(ephemeral: &'static Ephemeral, object: &Object) -> Lease {
        let kept = |attr: &Attr| (attr.name.to_owned(), get(object, attr.name).clone());
        Lease { object: ephemeral.kept().map(kept).collect() }
    }

    /// Empty when nothing is kept.
    pub(super) fn to_bytes(&self, ephemeral: &'static Ephemeral) -> Vec<u8> {
        let mut json = JsonObject::new();
        for attr in ephemeral.kept().filter(|attr| !get(&self.object, attr.name).is_null()) {
            insert(&mut json, attr.wire_name(), encode(attr, get(&self.object, attr.name)));
        }
        if json.is_empty() { Vec::new() } else { Json::Object(json).to_string().into_bytes() }
    }

    pub(super) fn parse(ephemeral: &'static Ephemeral, bytes: &[u8]) -> Result<Lease, Diagnostic> {
        let json = serde_json::from_slice::<JsonObject>(bytes).ok();
        let object = json.and_then(|json| decode(ephemeral.kept(), &json, &mut Diagnostics::new()).ok());
        object.map(|object| Lease { object }).ok_or_else(|| {
            let detail = "Terraform did not return what this provider stored when it opened it. This is a bug in the \
                 provider or in Terraform. Please report it.";
            Diagnostic::error(format!("Could not find the {} again", ephemeral.noun()), detail)
        })
    }

    /// Until when the values are valid, to follow "valid".
    pub(super) fn valid_until(&self, ephemeral: &'static Ephemeral) -> String {
        let end = ephemeral.renewable_until.and_then(|name| get(&self.object, name).as_str());
        end.map_or_else(|| "without a limit".to_owned(), |end| format!("until {end}"))
    }

    /// The request that ends the validity, if the configuration asks for it.
    pub(super) fn wanted_close(&self, ephemeral: &'static Ephemeral) -> Option<&'static Close> {
        ephemeral.close.as_ref().filter(|close| *get(&self.object, close.when) == Value::Bool(true))
    }

    /// What stays the same in a renewal. Two leases of the same values differ if only one of them is to be closed.
    fn name(&self, ephemeral: &'static Ephemeral) -> String {
        let keys = ephemeral.kept().filter(|attr| attr.is_key());
        let keys: Vec<&str> = keys.filter_map(|attr| get(&self.object, attr.name).as_str()).collect();
        format!("{} {} {}", ephemeral.name, keys.join(" "), self.wanted_close(ephemeral).is_some())
    }
}

/// What is open, as it was renewed last, by the name of its lease.
#[derive(Default)]
pub(crate) struct Leases(Mutex<BTreeMap<String, (&'static Ephemeral, Lease)>>);

impl Leases {
    pub(super) fn hold(&self, ephemeral: &'static Ephemeral, lease: Lease) {
        self.with(|open| drop(open.insert(lease.name(ephemeral), (ephemeral, lease))));
    }

    pub(super) fn release(&self, ephemeral: &'static Ephemeral, lease: &Lease) -> Option<Lease> {
        self.with(|open| open.remove(&lease.name(ephemeral))).map(|(_, lease)| lease)
    }

    pub(super) fn release_all(&self) -> Vec<(&'static Ephemeral, Lease)> {
        self.with(std::mem::take).into_values().collect()
    }

    fn with<T>(&self, change: impl FnOnce(&mut BTreeMap<String, (&'static Ephemeral, Lease)>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// When to renew: after two thirds of the time that is left. Nothing is renewed that has no end, or an end that is over.
pub(super) fn renewal_time(ephemeral: &'static Ephemeral, object: &Object, now: SystemTime) -> Option<SystemTime> {
    let end = get(object, ephemeral.renewable_until?).as_str()?;
    let end = SystemTime::from(OffsetDateTime::parse(end, &Rfc3339).ok()?);
    let left = end.duration_since(now).ok()?;
    now.checked_add(left * 2 / 3)
}

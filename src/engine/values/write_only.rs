//! A secret is configured by its plain attribute X, which is stored in the state, by the write-only X_wo, which is not
//! stored, or, for a map, by both with different keys. This file checks configurations and plans for this, and finds
//! the entries of a request that are copied from the system because they are not changed. Pure; no message contains a
//! value.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, listed};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::values::walk::{beside, objects};
use crate::schema::{Attr, Kind};
use crate::value::{At, Object, Value};

/// Errors in the configuration of one secret.
pub(crate) fn check(attr: &Attr, config: &Object, at: &At<'_>) -> Option<Diagnostic> {
    let (argument, version) = (attr.write_only_name(), attr.version_name());
    let (plain, write_only) = (get(config, attr.name), get(config, &argument));
    let is_set = |value: &Value| !value.is_null() && !value.is_unknown();
    let set = [(attr.name, plain), (&argument, write_only)].into_iter().filter(|(_, value)| is_set(value));
    if attr.is_required_on_create()
        && set.clone().all(|(_, value)| value.is_empty())
        && let Some((name, value)) = set.clone().next()
        // A rule of the attribute may have reported it already.
        && value.as_str().is_none_or(|text| attr.rules.iter().all(|rule| rule.accepts_text(text)))
    {
        let detail =
            format!("An empty `{name}` would leave the object without `{}`. Destroy the object instead.", attr.name);
        return Some(Diagnostic::error(format!("`{name}` is empty"), detail).at(at.then(name).path()));
    }
    if !is_set(write_only) {
        return None;
    }
    if is_set(plain)
        && let Some(found) = check_both(attr, plain, write_only, at)
    {
        return Some(found);
    }
    get(config, &version).is_null().then(|| {
        let detail = format!(
            "Terraform does not store `{argument}` and cannot detect its changes. Set `{version}`, and change it \
             whenever `{argument}` changes."
        );
        Diagnostic::error(format!("`{version}` is missing"), detail).at(at.then(&version).path())
    })
}

/// A map may be configured by both; a single value, or a key, only by one of them.
fn check_both(attr: &Attr, plain: &Value, write_only: &Value, at: &At<'_>) -> Option<Diagnostic> {
    let argument = attr.write_only_name();
    let (Value::Map(plain), Value::Map(write_only)) = (plain, write_only) else {
        let detail =
            format!("`{}` is stored in the state, `{argument}` is not. Configure only one of them.", attr.name);
        return Some(
            Diagnostic::error(format!("Both `{}` and `{argument}` are set", attr.name), detail)
                .at(at.then(&argument).path()),
        );
    };
    let key = plain.keys().find(|key| write_only.contains_key(*key))?;
    let argument_at = at.then(&argument);
    let path = argument_at.key(key);
    let detail = format!(
        "`{path}` is also a key of `{}`, which is stored in the state. Configure each key in only one of them.",
        at.then(attr.name)
    );
    Some(Diagnostic::error(format!("A key of `{argument}` is configured twice"), detail).at(path.path()))
}

/// The planned version, if it is the one that was last sent.
fn has_same_version(attr: &Attr, config: &Object, prior: &Object) -> bool {
    let (was, is) = (get(prior, &attr.version_name()), get(config, &attr.version_name()));
    !is.is_null() && is.is_known() && was == is
}

/// How the keys of a write-only map differ from those that were last sent, under the same version.
pub(crate) struct MovedKeys {
    new: Vec<String>,
    gone: Vec<String>,
}

/// `None` if no key was added or removed, if the version has changed anyway, or if it is unknown.
pub(crate) fn moved_keys(
    attr: &Attr,
    config: &Object,
    prior: &Object,
    private: &PrivateState,
    at: &At<'_>,
) -> Option<MovedKeys> {
    if !attr.is_secret() || !has_same_version(attr, config, prior) {
        return None;
    }
    let Value::Map(entries) = get(config, &attr.write_only_name()) else { return None };
    let sent = private.write_only_keys(&at.then(attr.name))?;
    let new: Vec<String> = entries.keys().filter(|key| !sent.contains(*key)).cloned().collect();
    let gone: Vec<String> = sent.iter().filter(|key| !entries.contains_key(*key)).cloned().collect();
    (!(new.is_empty() && gone.is_empty())).then_some(MovedKeys { new, gone })
}

/// True if this is unknown.
pub(crate) fn may_move_keys(attr: &Attr, config: &Object, prior: &Object, private: &PrivateState, at: &At<'_>) -> bool {
    let is_open = get(config, &attr.write_only_name()).is_unknown() && has_same_version(attr, config, prior);
    attr.is_secret() && is_open && private.write_only_keys(&at.then(attr.name)).is_some()
}

/// The keys of a write-only map whose values a request copies from the system, since the version is unchanged. Keys
/// that were never sent are not included.
pub(crate) fn carried(attr: &Attr, config: &Object, prior: &Object, private: &PrivateState) -> BTreeSet<String> {
    if !attr.is_secret() || !matches!(attr.kind, Kind::Map(_)) || !has_same_version(attr, config, prior) {
        return BTreeSet::new();
    }
    let sent = private.write_only_keys(&At::Root.then(attr.name));
    match get(config, &attr.write_only_name()) {
        Value::Map(entries) => {
            let was_sent = |key: &&String| sent.is_none_or(|sent| sent.contains(*key));
            entries.keys().filter(was_sent).cloned().collect()
        }
        _ => sent.cloned().unwrap_or_default(),
    }
}

/// A map without the entries that came from a write-only map and are not in `named`.
pub(crate) fn without_write_only(value: Value, keys: Option<&BTreeSet<String>>, named: &Value) -> Value {
    let named = |key: &String| matches!(named, Value::Map(named) if named.contains_key(key));
    match (keys, value) {
        (Some(keys), Value::Map(mut entries)) => {
            entries.retain(|key, _| !keys.contains(key) || named(key));
            Value::Map(entries)
        }
        (_, value) => value,
    }
}

/// Collects the reasons to refuse a plan because of write-only secrets: a new version without a value, and keys that
/// are added or removed although the plan cannot show it.
pub(crate) struct Refusals<'a> {
    pub(crate) private: &'a PrivateState,
    pub(crate) found: &'a mut Diagnostics,
}

impl Refusals<'_> {
    pub(crate) fn object(
        &mut self,
        attrs: &'static [Attr],
        config: &Object,
        prior: Option<&Object>,
        planned: &Object,
        at: &At<'_>,
    ) {
        for attr in attrs.iter().filter(|attr| attr.is_managed()) {
            if attr.is_secret() {
                self.secret(attrs, attr, config, prior, planned, at);
            } else if attr.kind.nested().is_some() {
                self.nested(attr, config, prior, planned, &at.then(attr.name));
            }
        }
    }

    fn secret(
        &mut self,
        attrs: &'static [Attr],
        attr: &'static Attr,
        config: &Object,
        prior: Option<&Object>,
        planned: &Object,
        at: &At<'_>,
    ) {
        let version = get(config, &attr.version_name());
        let is_new = prior.is_none_or(|prior| get(prior, &attr.version_name()) != version);
        if !version.is_null() && version.is_known() && is_new && get(config, &attr.write_only_name()).is_null() {
            self.found.push(nothing_to_send(attr, prior.is_some(), at));
        }
        let Some(prior) = prior.filter(|_| !attr.is_fixed()) else { return };
        let is_shown = is_stamped(attrs, attr) || get(prior, attr.name) != get(planned, attr.name);
        if let Some(moved) = moved_keys(attr, config, prior, self.private, at).filter(|_| !is_shown) {
            self.found.push(unseen_keys(attr, &moved, at));
        }
    }

    /// Each object with its prior one: by key or position, as in the plan.
    fn nested(&mut self, attr: &'static Attr, config: &Object, prior: Option<&Object>, planned: &Object, at: &At<'_>) {
        let Some(nested) = attr.kind.nested() else { return };
        let before = prior.map_or(&Value::Null, |prior| get(prior, attr.name));
        let after = get(planned, attr.name);
        objects(get(config, attr.name), at, &mut |config, at| {
            let [before, after] = [before, after].map(|other| beside(other, at).and_then(Value::as_object));
            if let Some(after) = after {
                self.object(nested, config, before, after, at);
            }
        });
    }
}

/// True if the object has a stamp for this secret: then a plan can show a change by it.
pub(crate) fn is_stamped(attrs: &'static [Attr], attr: &Attr) -> bool {
    attr.stamp().is_some_and(|stamp| attrs.iter().any(|other| other.is_managed() && other.name == stamp))
}

fn nothing_to_send(attr: &Attr, exists: bool, at: &At<'_>) -> Diagnostic {
    let (argument, version) = (attr.write_only_name(), attr.version_name());
    let reason = if exists {
        "is not the last version that was sent, or the secret was changed outside Terraform since"
    } else {
        "is set for a new object"
    };
    let detail = format!(
        "`{version}` {reason}, so `{argument}` must be sent, but it is null. Set `{argument}`, or keep the \
         previous `{version}` until it has a value."
    );
    Diagnostic::error(format!("`{argument}` has no value for this `{version}`"), detail).at(at.then(&version).path())
}

fn unseen_keys(attr: &Attr, moved: &MovedKeys, at: &At<'_>) -> Diagnostic {
    let (argument, version) = (attr.write_only_name(), attr.version_name());
    let keys = |what: &str, keys: &[String]| match keys {
        [] => String::new(),
        keys => format!(" {what}: {}.", listed(keys.iter())),
    };
    let detail = format!(
        "The keys of `{argument}` differ from those that were last sent, which a plan cannot show.{}{} Change \
         `{version}` to send the map again.",
        keys("New", &moved.new),
        keys("Removed", &moved.gone),
    );
    Diagnostic::error(format!("`{version}` must change"), detail).at(at.then(&version).path())
}

#[cfg(test)]
mod tests;

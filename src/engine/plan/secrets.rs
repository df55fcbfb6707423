//! What a plan says about secrets that Terraform cannot show: it refuses a new version without a value, and keys that are
//! added or removed without a new version; it warns of keys that the first configuration of a map removes. Pure; no message
//! contains a value.

use crate::diagnostic::{Diagnostic, Diagnostics, listed};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::values::walk::{beside, objects};
use crate::engine::values::write_only::{MovedKeys, is_stamped, moved_keys};
use crate::schema::Attr;
use crate::value::{At, Object, Value};

/// Collects the refusals.
pub(super) struct SecretRefusals<'a> {
    pub(super) private: &'a PrivateState,
    pub(super) found: &'a mut Diagnostics,
}

impl SecretRefusals<'_> {
    pub(super) fn object(
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
        let removed = self.removed_at_first(attr, config, prior, planned, at);
        if !removed.is_empty() {
            self.found.push(removes(attr, &removed, at));
        }
    }

    /// The keys of a map that nothing configured until now, and that the configuration lacks: the map is replaced as a
    /// whole.
    fn removed_at_first(
        &self,
        attr: &'static Attr,
        config: &Object,
        prior: &Object,
        planned: &Object,
        at: &At<'_>,
    ) -> Vec<String> {
        let (at, write_only) = (at.then(attr.name), get(config, &attr.write_only_name()));
        let is_first = !self.private.was_configured(&at) && self.private.write_only_keys(&at).is_none();
        let is_configured = !get(config, attr.name).is_null() || !write_only.is_null();
        let Value::Map(entries) = get(prior, attr.name) else { return Vec::new() };
        if !is_first || !is_configured || write_only.is_unknown() || get(planned, attr.name).is_unknown() {
            return Vec::new();
        }
        let added = attr.added_by_server(prior).unwrap_or(Value::Null);
        let stays = [get(planned, attr.name), write_only, &added];
        let is_removed =
            |key: &&String| !stays.iter().any(|map| matches!(map, Value::Map(map) if map.contains_key(*key)));
        entries.keys().filter(is_removed).cloned().collect()
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

fn removes(attr: &Attr, keys: &[String], at: &At<'_>) -> Diagnostic {
    let (plain, argument) = (attr.name, attr.write_only_name());
    let detail = format!(
        "`{plain}` was not configured until now. Its keys are replaced as a whole, so the apply removes those that are neither \
         in `{plain}` nor in `{argument}`: {}. Add a key there to keep it.",
        listed(keys.iter())
    );
    Diagnostic::warning(format!("The apply removes keys of `{plain}`"), detail).at(at.then(plain).path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::planner::{Inputs, Plan, plan};
    use crate::engine::tests::{THING, map, text, thing};

    fn private(keys: &[&str]) -> PrivateState {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        PrivateState { write_only: [("secrets".to_owned(), keys)].into(), ..PrivateState::default() }
    }

    fn config(write_only: Value, version: &str) -> Object {
        thing(&[("secrets_wo", write_only), ("secrets_wo_version", text(version))])
    }

    fn planned(config: &Object, prior: Option<&Object>, private: &PrivateState) -> Plan {
        plan(&Inputs { resource: &THING, config, prior, private, version: None, defaults: None, first: None })
    }

    #[test]
    fn a_version_that_is_new_needs_a_value() {
        let (nothing, value) = (Value::Null, map(&[("A", "1")]));
        let prior = thing(&[("secrets_wo_version", text("1")), ("owner", text(""))]);
        let private = PrivateState::default();
        let refused =
            |config: &Object, prior: Option<&Object>| !planned(config, prior, &private).diagnostics.is_empty();
        assert!(refused(&config(nothing.clone(), "1"), None), "a create");
        assert!(refused(&config(nothing.clone(), "2"), Some(&prior)), "raised");
        assert!(refused(&config(nothing.clone(), "1"), Some(&thing(&[]))), "first set");
        assert!(!refused(&config(nothing, "1"), Some(&prior)), "as it was");
        assert!(!refused(&config(Value::Unknown, "2"), Some(&prior)), "not known yet");
        assert!(!refused(&config(value, "2"), Some(&prior)));
    }

    #[test]
    fn keys_that_the_first_configuration_lacks_are_named() {
        let prior = thing(&[("secrets", map(&[("A", "1"), ("B", "1"), ("C", "1")]))]);
        let warned = |config: &Object, private: &PrivateState| {
            let found = planned(config, Some(&prior), private).diagnostics;
            found.into_iter().map(|it| it.detail).collect::<String>()
        };
        let both = |plain: &[(&str, &str)], write_only: &[(&str, &str)]| {
            let mut config = config(map(write_only), "1");
            config.insert("secrets".to_owned(), map(plain));
            config
        };
        let fresh = PrivateState::default();
        assert!(warned(&config(map(&[("B", "2")]), "1"), &fresh).contains(r#"in `secrets_wo`: "A", "C"."#));
        assert!(warned(&both(&[("A", "1")], &[("B", "2")]), &fresh).contains(r#"in `secrets_wo`: "C"."#));
        assert_eq!(warned(&both(&[("A", "1"), ("C", "2")], &[("B", "2")]), &fresh), "");
        assert_eq!(warned(&config(Value::Unknown, "1"), &fresh), "");
        assert_eq!(warned(&thing(&[]), &fresh), "", "nothing is configured");
        let known = PrivateState { configured: ["secrets".to_owned()].into(), ..PrivateState::default() };
        assert_eq!(warned(&both(&[("A", "1")], &[("B", "2")]), &known), "", "the plan shows a key that is taken out");
    }

    #[test]
    fn keys_that_come_or_go_are_shown_by_the_time_of_the_change() {
        let prior = thing(&[("secrets_wo_version", text("1")), ("stamp", text("t")), ("touched", text("t"))]);
        let shows = |keys: &[(&str, &str)], private: &PrivateState| {
            planned(&config(map(keys), "1"), Some(&prior), private).planned["stamp"].is_unknown()
        };
        assert!(!shows(&[("A", "other")], &private(&["A"])));
        assert!(shows(&[("A", "1"), ("B", "1")], &private(&["A"])));
        assert!(shows(&[("A", "1")], &private(&["A", "B"])));
        assert!(!shows(&[("A", "1")], &PrivateState::default()), "nobody knows what was sent");
    }
}

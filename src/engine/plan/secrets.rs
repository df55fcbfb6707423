//! Why a plan is refused because of write-only secrets: a new version without a value, and keys that are added or removed
//! although the plan cannot show it. Pure; no message contains a value.

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

//! The objects of a round: their configurations, told from the table, and those that the others get their values from.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Requirement, Rule};

use super::changes::{is_name, is_seen};
use super::round::Round;
use crate::host::{Object, Session};
use crate::subject::samples::sample;

/// A type whose other attributes depend on one with fixed values.
pub(super) const TYPES_DIFFER: &str = "lerian_reporter_connection";

/// An object with its configuration.
pub(super) struct Managed {
    pub(super) config: Json,
    pub(super) object: Object,
}

impl Round<'_> {
    /// The configuration of one of several objects. `full`: with everything that it can have.
    pub(super) fn config(&self, index: usize, nth: usize, full: bool) -> Json {
        let (name, subject) = (self.resource.name, self.subject);
        let mut config = subject.minimal(name, &format!("{}{index}", self.prefix));
        match name {
            // The gateway has a fixed list of them.
            "hoop_feature_flag" => {
                config["name"] = subject.reference(name, "name", index).unwrap_or_default();
                config["enabled"] = json!(nth.is_multiple_of(2));
            }
            // Rows of one plugin.
            "hoop_plugin_connection" => {
                config["plugin_name"] = subject.minimal(name, &format!("{}0", self.prefix))["plugin_name"].clone();
            }
            _ => {}
        }
        let left_out = subject.left_out(name);
        let is_kept = |attr: &Attr| attr.is_key() || is_name(self.resource, attr) || left_out.contains(&attr.name);
        for attr in self.resource.managed().filter(|attr| full && is_seen(attr) && !is_kept(attr)) {
            // What is required is the same in each of them, or what no two objects can share.
            let stays =
                attr.is_required() && (self.stays(attr) || config[attr.name].to_string().contains(&self.prefix));
            if !stays {
                config[attr.name] = sample(subject, self.resource, attr, nth);
            }
        }
        config
    }

    /// Settings of a manager's connections depend on the type.
    pub(super) fn stays(&self, attr: &Attr) -> bool {
        self.resource.name == TYPES_DIFFER && attr.rules.iter().any(|rule| matches!(rule, Rule::OneOf(_)))
    }

    pub(super) async fn create(&self, session: &Session, config: Json) -> Result<Managed, String> {
        let absent = Object::absent(self.resource.name);
        let planned = session.plan(&absent, &config).await;
        if planned.diagnostics.has_errors() {
            return Err(planned.diagnostics.to_string());
        }
        let applied = session.apply(&absent, &planned).await;
        if applied.diagnostics.has_errors() {
            return Err(applied.diagnostics.to_string());
        }
        Ok(Managed { config, object: applied.object })
    }

    /// Objects whose values the others get: one like those that are changed, one with other values everywhere, one with
    /// as little as possible, and one with each attribute that excludes others.
    pub(super) async fn donors(&self, session: &Session, made: &mut Vec<Managed>) -> Result<(), String> {
        let mut configs = vec![
            self.config(0, self.base, true),
            self.config(1, self.base + 5, true),
            self.config(2, self.base + 8, false),
        ];
        for (index, name) in self.subject.left_out(self.resource.name).iter().enumerate() {
            let attr = self.resource.attr(name).expect("the table has it");
            let mut config = self.config(3 + index, self.base + 12, false);
            for requirement in self.resource.requires {
                if let Requirement::ExactlyOneOf(names) = requirement
                    && names.contains(name)
                {
                    names.iter().for_each(|name| config[*name] = Json::Null);
                }
            }
            config[*name] = sample(self.subject, self.resource, attr, self.base + 12 + 4 * index);
            configs.push(config);
        }
        let optional = 3;
        for (index, config) in configs.into_iter().enumerate() {
            match self.create(session, config).await {
                Ok(managed) => made.push(managed),
                // What excludes others may need more than this.
                Err(_) if index >= optional => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is left behind matters at a real system only.
    pub(super) async fn destroy(&self, session: &Session, all: &[Managed]) {
        for managed in all {
            let (read, _) = session.read(&managed.object).await;
            if !read.state.is_null() {
                session.destroy(&read).await;
            }
        }
    }
}

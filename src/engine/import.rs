//! Import: an object that exists, found by the id or identity that the user gives, as the state of a resource.

use super::children::observe_children;
use super::memory::Memory;
use super::observe::{known, observe};
use super::place::{described, from_import_id, has_key, identity, import_form};
use super::trouble::explain_fault;
use super::validate::validate;
use super::{Engine, Outcome, Stored};
use crate::api::Patience;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Attr, Resource};
use crate::value::{Object, Path, Value};

/// What the user names the object by.
pub enum ImportTarget {
    Id(String),
    Identity(Value),
}

impl Engine {
    pub async fn import(&self, name: &str, target: ImportTarget) -> Outcome {
        let nothing = || Stored { state: Value::Null, private: Vec::new(), identity: None };
        match self.resource(name) {
            Err(unknown) => Outcome::new(nothing(), vec![unknown]),
            Ok(resource) => match self.import_object(resource, target).await {
                Ok((stored, warnings)) => Outcome::new(stored, warnings),
                Err(error) => Outcome::new(nothing(), vec![error]),
            },
        }
    }

    async fn import_object(
        &self,
        resource: &'static Resource,
        target: ImportTarget,
    ) -> Result<(Stored, Diagnostics), Diagnostic> {
        let keys = wanted_keys(resource, target)?;
        let patience = Patience::new(self.stop.clone());
        let access = self.access();
        let session = access.demand(&patience).await?;
        let what = described(resource, &keys);
        let seen = session.fetch(resource, &keys, &patience).await;
        let seen = seen.map_err(|fault| explain_fault(session.system, &format!("import the {what}"), &fault))?;
        let Some(seen) = seen else {
            let also = resource.also_found_by.iter().map(|name| format!(" (or its `{name}`)")).collect::<String>();
            let detail = format!(
                "The {title} has none. An import takes {form}{also}; the comparison is exact, upper and lower case are \
                 not the same.",
                title = session.system.title,
                form = import_form(resource),
            );
            return Err(Diagnostic::error(format!("There is no {what} to import"), detail));
        };
        let mut memory = Memory::default();
        let mut state = known(observe(resource, &seen.object, None, &mut memory));
        observe_children(session, resource, &mut state, None, &patience).await?;
        memory.note_keys(resource, &state);
        let identity = identity(resource, &state);
        Ok((Stored { state: Value::Object(state), private: memory.to_bytes(), identity }, seen.warnings))
    }
}

fn wanted_keys(resource: &'static Resource, target: ImportTarget) -> Result<Object, Diagnostic> {
    let keys = match target {
        ImportTarget::Id(id) => from_import_id(resource, &id),
        ImportTarget::Identity(identity) => identity.into_object().filter(|identity| has_key(resource, identity)),
    };
    let keys = keys.ok_or_else(|| {
        let detail = format!("An import takes {}.", import_form(resource));
        Diagnostic::error("The import names no object", detail)
    })?;
    // The rules of a key hold for an import too, unless the path takes something else in its place.
    let attrs: Vec<&'static Attr> = resource.keys().filter(|_| resource.also_found_by.is_empty()).collect();
    match validate(&attrs, &keys, &Path::root()).into_iter().next() {
        None => Ok(keys),
        Some(wrong) => {
            let detail = format!("{} An import takes {}.", wrong.detail, import_form(resource));
            Err(Diagnostic::error("The import id has another form", detail))
        }
    }
}

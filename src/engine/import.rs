//! Import: an object that exists, found by the id or identity that the user gives, as the state of a resource.

use super::memory::Memory;
use super::observe::{known, observe};
use super::same::get;
use super::trouble::explain_fault;
use super::upgrade::identity;
use super::{Engine, Outcome, Stored};
use crate::api::Patience;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::Resource;
use crate::value::Value;

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
        let key = wanted_key(resource, target)?;
        let patience = Patience::new(self.stop.clone());
        let access = self.access();
        let session = access.demand(&patience).await?;
        let doing = format!("import the {} {key:?}", resource.noun());
        let seen = session.fetch(resource, &key, &patience).await;
        let seen = seen.map_err(|fault| explain_fault(session.system, &doing, &fault))?;
        let Some(seen) = seen else {
            let forms: Vec<String> = resource.lookups().map(|name| format!("`{name}`")).collect();
            let detail = format!(
                "The {title} has no {noun} whose {forms} is {key:?}. The comparison is exact: upper and lower case \
                 are not the same.",
                title = session.system.title,
                noun = resource.noun(),
                forms = forms.join(" or "),
            );
            return Err(Diagnostic::error(format!("There is no {} {key:?} to import", resource.noun()), detail));
        };
        let mut memory = Memory::default();
        let state = known(observe(resource, &seen.object, None, &mut memory));
        let identity = identity(resource, &state);
        Ok((Stored { state: Value::Object(state), private: memory.to_bytes(), identity }, seen.warnings))
    }
}

fn wanted_key(resource: &'static Resource, target: ImportTarget) -> Result<String, Diagnostic> {
    let name = resource.key().name;
    let key = match &target {
        ImportTarget::Id(id) => Some(id.as_str()),
        ImportTarget::Identity(identity) => identity.as_object().and_then(|identity| get(identity, name).as_str()),
    }
    .map(str::to_owned);
    key.filter(|key| !key.is_empty()).ok_or_else(|| {
        let detail = format!("A {} is imported by its `{name}`.", resource.noun());
        Diagnostic::error("The import names no object", detail)
    })
}

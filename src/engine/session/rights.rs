//! The rights of the session's key: requested once, and their consequences for reads and writes. A value that the key
//! cannot see is not a difference, and an object that it cannot see is not deleted.

use crate::api::{Answer, Budget, Call, Error, ErrorKind, Json};
use crate::diagnostic::{Diagnostic, plural, with_article};
use crate::schema::{Hiding, Resource, Rights, Roles};
use crate::value::Value;

use super::Session;
use crate::engine::report::errors::explain_read;
use crate::engine::session::shared_reads::Freshness;
use crate::engine::values::observed::{Observed, ReadError};
use crate::engine::values::version::Version;

/// The result of the credential check.
pub(crate) struct Facts {
    pub(crate) version: Option<Version>,
    rights: Option<Rights>,
}

impl Facts {
    /// Nothing is known before the check.
    pub(crate) fn none() -> Facts {
        Facts { version: None, rights: None }
    }
}

fn rights_of(roles: &Roles, answer: &Json) -> Option<Rights> {
    roles.of(answer.get(roles.at)?.as_str()?)
}

impl Session {
    /// Sends the request of the credential check, and a second one only if the first response does not contain the
    /// version.
    pub(crate) async fn ask_facts(&self, budget: &Budget) -> Result<Facts, Error> {
        let check = &self.system.check;
        let checked = self.ask(self.check_call(), budget).await?;
        let in_response =
            |answer: &Answer| Version::parse(&(self.system.version)(&answer.body, answer.header("server"))?);
        let mut version = in_response(&checked);
        if version.is_none() && !check.version_path.is_empty() {
            // The credentials are valid; an unknown version is treated as the latest.
            let asked = self.ask(Call::get(check.version_path.iter().copied()), budget).await;
            version = asked.ok().as_ref().and_then(in_response);
        }
        Ok(Facts { version, rights: self.system.roles.as_ref().and_then(|roles| rights_of(roles, &checked.body)) })
    }

    fn check_call(&self) -> Call {
        let mut call = Call::get(self.system.check.path.iter().copied());
        for (name, value) in self.system.check.query {
            call = call.query(*name, *value);
        }
        call
    }

    /// The rights of the key, if they are known from the check or were requested later. A key whose rights are unknown
    /// is treated as one with all rights: refusals of the system are reported as they occur.
    pub(crate) fn known_rights(&self) -> Rights {
        let checked = self.checked.get().and_then(|checked| checked.as_ref().ok()).and_then(|facts| facts.rights);
        checked.or_else(|| self.asked_rights.get().copied().flatten()).unwrap_or(Rights::Admin)
    }

    /// The same for a response that has different meanings for keys with all rights and with fewer: if the check was
    /// skipped, the rights are requested now.
    pub(crate) async fn rights(&self, budget: &Budget) -> Rights {
        if let (true, Some(roles)) = (self.skip_check, &self.system.roles) {
            let ask = async || {
                let answer = self.ask(self.check_call(), budget).await.ok();
                answer.and_then(|answer| rights_of(roles, &answer.body))
            };
            self.asked_rights.get_or_init(ask).await;
        }
        self.known_rights()
    }

    /// Marks the attributes as unknown that the response does not show to this key: their values in it are meaningless.
    pub(crate) async fn veil(&self, resource: &'static Resource, seen: &mut Observed, budget: &Budget) {
        for attr in resource.managed().filter(|attr| attr.least_rights() > Rights::Standard) {
            let shows = seen.object.get(attr.name).is_some_and(|value| !value.is_empty());
            if !shows && self.rights(budget).await < attr.least_rights() {
                seen.object.insert(attr.name.to_owned(), Value::Unknown);
            }
        }
    }

    /// What a 404 for an object means: for a key that may not see the object it proves nothing.
    pub(crate) async fn absent(
        &self,
        resource: &'static Resource,
        error: &Error,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        let (Some(hiding), Some(roles)) = (resource.hidden_by, &self.system.roles) else { return Ok(None) };
        match self.may_hide(&hiding, budget).await? {
            true => Err(ReadError::Hidden(hidden(resource, &hiding, roles, error))),
            false => Ok(None),
        }
    }

    /// Whether the system may hide the existence of objects from this key.
    async fn may_hide(&self, hiding: &Hiding, budget: &Budget) -> Result<bool, Error> {
        if self.rights(budget).await >= hiding.from_fewer_than {
            return Ok(false);
        }
        // That the switch exists may come from a recent response; that it does not exist is proven only by a new
        // request.
        Ok(self.is_there(hiding.switch, Freshness::Recent, budget).await?
            && self.is_there(hiding.switch, Freshness::Anew, budget).await?)
    }

    async fn is_there(&self, path: &str, freshness: Freshness, budget: &Budget) -> Result<bool, Error> {
        match self.ask_shared(Call::get(path.split('/')), freshness, budget).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Why the list of these objects may be incomplete, if it may.
    pub(crate) async fn hides_some(
        &self,
        resource: &'static Resource,
        budget: &Budget,
    ) -> Result<Option<String>, ReadError> {
        let (Some(hiding), Some(roles)) = (resource.hidden_by, &self.system.roles) else { return Ok(None) };
        let hides = self.may_hide(&hiding, budget).await?;
        Ok(hides.then(|| sees_only(&hiding, roles)))
    }

    /// A failed read, with the required rights if this key does not have them.
    pub(crate) fn denied(&self, resource: &'static Resource, error: ReadError) -> ReadError {
        match (error, &self.system.roles) {
            (ReadError::Api(error), Some(roles))
                if error.kind() == Some(ErrorKind::Forbidden) && resource.readable_by > Rights::Standard =>
            {
                ReadError::Hidden(format!("{error}\n\n{}", needs_rights(resource, roles)))
            }
            (error, _) => error,
        }
    }

    /// Why this key cannot read these objects, if it cannot. A list may show them nevertheless.
    pub(crate) async fn may_not_read(&self, resource: &'static Resource, budget: &Budget) -> Option<ReadError> {
        let roles = self.system.roles.as_ref()?;
        let lacks = self.rights(budget).await < resource.readable_by;
        lacks.then(|| ReadError::Hidden(needs_rights(resource, roles)))
    }

    /// The error of a refresh. Missing rights are reported once for each type; everything else every time.
    pub(crate) fn explain_refresh(
        &self,
        resource: &'static Resource,
        doing: &str,
        error: &ReadError,
    ) -> Option<Diagnostic> {
        let mut diagnostic = explain_read(self.system, doing, error);
        if let ReadError::Hidden(_) = error {
            if !self.tells(resource.name) {
                return None;
            }
            diagnostic.detail.push_str(&format!(
                "\n\nThe state is kept unchanged. This error is reported only once for all {} that are affected.",
                plural(2, &resource.noun()),
            ));
        }
        Some(diagnostic)
    }

    /// True the first time that something is reported.
    fn tells(&self, what: &'static str) -> bool {
        self.reported.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(what)
    }

    /// Why this key cannot write, if it cannot. `doing` completes "Could not …".
    pub(crate) fn may_not_write(&self, doing: &str) -> Option<Diagnostic> {
        let (roles, rights) = (self.system.roles.as_ref()?, self.known_rights());
        (rights < Rights::Admin).then(|| {
            let detail = format!(
                "A change requires {needs}, but the key has the role `{role}`, which allows plans but no applies. \
                 Nothing was sent. Apply with a key that has {needs}.",
                needs = roles.admin,
                role = roles.name_of(rights),
            );
            Diagnostic::error(format!("Could not {doing}"), detail)
        })
    }

    /// The same for a plan, which is possible nevertheless: a warning, reported once.
    pub(crate) fn cannot_apply(&self) -> Option<Diagnostic> {
        let (roles, rights) = (self.system.roles.as_ref()?, self.known_rights());
        (rights < Rights::Admin && self.tells("the plan")).then(|| {
            let detail = format!(
                "The key has the role `{role}`. It can create this plan, but applying it requires {needs}.",
                needs = roles.admin,
                role = roles.name_of(rights),
            );
            Diagnostic::warning("This key cannot apply the plan", detail)
        })
    }

    /// Why this key cannot start an action that requires these rights, if it cannot. `doing` completes "Could not …".
    pub(crate) fn may_not_invoke(&self, rights: Rights, doing: &str) -> Option<Diagnostic> {
        let (roles, own) = (self.system.roles.as_ref()?, self.known_rights());
        (own < rights).then(|| {
            let detail = format!(
                "This action requires {needs}, but the key has the role `{role}`. Nothing was sent. Use a key that has \
                 {needs}.",
                needs = roles.that_give(rights),
                role = roles.name_of(own),
            );
            Diagnostic::error(format!("Could not {doing}"), detail)
        })
    }

    /// What gives a key the rights to see everything, to follow "requires".
    pub(crate) fn all_rights(&self) -> &'static str {
        self.system.roles.as_ref().map_or("", |roles| roles.admin)
    }
}

fn needs_rights(resource: &Resource, roles: &Roles) -> String {
    let needs = roles.that_give(resource.readable_by);
    format!("The key is valid, but reading {} requires {needs}.", with_article(&resource.noun()))
}

fn sees_only(hiding: &Hiding, roles: &Roles) -> String {
    format!(
        "While {when}, a key without {needs} sees only {shown}.",
        when = hiding.when,
        needs = roles.that_give(hiding.from_fewer_than),
        shown = hiding.shown,
    )
}

fn hidden(resource: &'static Resource, hiding: &Hiding, roles: &Roles, error: &Error) -> String {
    format!(
        "{error}\n\nThis does not mean that the {noun} was deleted: it may be hidden from this key. {why} Use a \
         key with {needs}, or give one of the groups of this key access to the {noun}.",
        noun = resource.noun(),
        why = sees_only(hiding, roles),
        needs = roles.that_give(hiding.from_fewer_than),
    )
}

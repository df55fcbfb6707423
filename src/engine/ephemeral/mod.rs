//! Ephemeral resources: opened when a run needs their values, renewed while it lasts, closed afterwards. No value is stored:
//! what Terraform keeps between these requests contains only what a renewal and a close need.

mod lease;
mod sender;

use std::time::SystemTime;

use tokio_util::sync::CancellationToken;

pub(crate) use self::lease::Leases;

use self::lease::{Lease, renewal_time};
use self::sender::Sender;
use crate::api::{Answer, Budget, Json};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::read::request;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::report::redaction;
use crate::engine::values::body::DecodeError;
use crate::engine::values::observed::{ReadError, place};
use crate::engine::values::same::get;
use crate::engine::{Engine, validate};
use crate::hooks::JsonObject;
use crate::schema::{Close, Ephemeral, Response};
use crate::value::{Object, Path, Value};

const NOT_YET: &str = "Ephemeral resources are opened during the plan too. If this run creates the object, refer to it by an \
     attribute that is known only after the apply, such as its `id`: then the plan opens nothing.";

/// The answer to an open, or to a renewal, whose result is null.
pub struct Opened {
    /// Null exactly when there is an error.
    pub result: Value,
    /// What a renewal and a close need.
    pub private: Vec<u8>,
    pub renew_at: Option<SystemTime>,
    pub diagnostics: Diagnostics,
}

impl Opened {
    fn without_values(diagnostics: Diagnostics) -> Opened {
        Opened { result: Value::Null, private: Vec::new(), renew_at: None, diagnostics }
    }
}

impl Engine {
    /// The table of an ephemeral resource.
    ///
    /// # Errors
    /// A diagnostic, when the provider has no such type.
    pub fn ephemeral(&self, name: &str) -> Result<&'static Ephemeral, Diagnostic> {
        self.provider.ephemeral(name).ok_or_else(|| self.unknown("ephemeral resource type", name))
    }

    /// Checks a configuration without any request.
    pub fn validate_ephemeral(&self, ephemeral: &'static Ephemeral, config: &Value) -> Diagnostics {
        let Some(config) = config.as_object() else { return Diagnostics::new() };
        redaction::add_from_config(&self.redactor, ephemeral.attrs, config);
        validate::entry(ephemeral.views(), config, validate::Identifiers::Mocked)
    }

    /// Requests the values. `config` is wholly known.
    pub async fn open(&self, ephemeral: &'static Ephemeral, config: &Value) -> Opened {
        let empty = Object::new();
        let config = config.as_object().unwrap_or(&empty);
        redaction::add_from_config(&self.redactor, ephemeral.attrs, config);
        let wrong = validate::entry(ephemeral.views(), config, validate::Identifiers::Real);
        let wrong: Diagnostics = wrong.into_iter().filter(Diagnostic::is_error).collect();
        if !wrong.is_empty() {
            return Opened::without_values(wrong);
        }
        let mut diagnostics = Diagnostics::new();
        let doing = format!("open the {}", ephemeral.noun());
        match self.values(ephemeral, config, &doing, &mut diagnostics).await {
            Ok((returned, renews)) => {
                let object = request::completed(ephemeral.attrs, config, &returned);
                let renew_at = renewal_time(ephemeral, &object, SystemTime::now()).filter(|_| renews);
                let lease = Lease::of(ephemeral, &object);
                let private = lease.to_bytes(ephemeral);
                self.leases.hold(ephemeral, lease);
                Opened { result: Value::Object(object), private, renew_at, diagnostics }
            }
            Err(error) => {
                diagnostics.push(error);
                Opened::without_values(diagnostics)
            }
        }
    }

    /// Extends the validity of the values by opening them once more. Terraform keeps the values that it has, so they must
    /// be the same.
    pub async fn renew(&self, ephemeral: &'static Ephemeral, private: &[u8]) -> Opened {
        let mut diagnostics = Diagnostics::new();
        match self.renewed(ephemeral, private, &mut diagnostics).await {
            Ok((private, renew_at)) => Opened { private, renew_at, ..Opened::without_values(diagnostics) },
            Err(error) => {
                diagnostics.push(error);
                Opened::without_values(diagnostics)
            }
        }
    }

    async fn renewed(
        &self,
        ephemeral: &'static Ephemeral,
        private: &[u8],
        warnings: &mut Diagnostics,
    ) -> Result<(Vec<u8>, Option<SystemTime>), Diagnostic> {
        let before = Lease::parse(ephemeral, private)?;
        if ephemeral.renewable_until.is_none() {
            return Ok((private.to_vec(), None));
        }
        let (noun, until) = (ephemeral.noun(), before.valid_until(ephemeral));
        let doing = format!("renew the {noun}");
        let still = |error: Diagnostic| Diagnostic {
            detail: format!("{}\n\nThe values that were opened are valid {until}.", error.detail),
            ..error
        };
        let (returned, _) = self.values(ephemeral, &before.object, &doing, warnings).await.map_err(still)?;
        if ephemeral
            .attrs
            .iter()
            .any(|attr| attr.is_key() && get(&returned, attr.name) != get(&before.object, attr.name))
        {
            let detail = format!("The {} issued others in place of them.", self.provider.system.title);
            return Err(still(Diagnostic::error(format!("Could not {doing}"), detail)));
        }
        let object = request::completed(ephemeral.attrs, &before.object, &returned);
        let lease = Lease::of(ephemeral, &object);
        let kept = lease.to_bytes(ephemeral);
        self.leases.hold(ephemeral, lease);
        Ok((kept, renewal_time(ephemeral, &object, SystemTime::now())))
    }

    /// Ends the validity of the values if the configuration asks for it. A failure is a warning: the run is over.
    pub async fn close(&self, ephemeral: &'static Ephemeral, private: &[u8]) -> Diagnostics {
        if ephemeral.close.is_none() {
            return Diagnostics::new();
        }
        let opened = match Lease::parse(ephemeral, private) {
            Ok(lease) => lease,
            Err(error) => return vec![error],
        };
        // Terraform passes what the open returned, not what the last renewal did.
        let lease = self.leases.release(ephemeral, &opened).unwrap_or(opened);
        self.close_lease(ephemeral, &lease).await.err().into_iter().collect()
    }

    /// Closes what is still open. After an interruption, Terraform ends the process without closing anything.
    pub async fn end(&self) {
        for (ephemeral, lease) in self.leases.release_all() {
            if let Err(warning) = self.close_lease(ephemeral, &lease).await {
                log::warn!("{}: {}", warning.summary, warning.detail);
            }
        }
    }

    async fn close_lease(&self, ephemeral: &'static Ephemeral, lease: &Lease) -> Result<(), Diagnostic> {
        let Some(close) = lease.wanted_close(ephemeral) else { return Ok(()) };
        self.close_now(ephemeral, close, lease).await.map_err(|error| {
            let until = lease.valid_until(ephemeral);
            let detail = format!("{}\n\nThe values that were opened are still valid {until}.", error.detail);
            Diagnostic::warning(error.summary, detail)
        })
    }

    async fn close_now(&self, ephemeral: &'static Ephemeral, close: &Close, lease: &Lease) -> Result<(), Diagnostic> {
        // Also after an interruption: that is when credentials are left behind.
        let budget = Budget::new(CancellationToken::new());
        let access = self.access();
        let session = access.demand(&budget).await?;
        let call = request::call(&close.request, ephemeral.attrs, &lease.object);
        match session.ask(call, &budget).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(explain(session.system, &format!("close the {}", ephemeral.noun()), &error)),
        }
    }

    /// Sends the request of an open. Returns the computed attributes, and whether they can be renewed.
    async fn values(
        &self,
        ephemeral: &'static Ephemeral,
        config: &Object,
        doing: &str,
        warnings: &mut Diagnostics,
    ) -> Result<(Object, bool), Diagnostic> {
        let budget = self.budget();
        let access = self.access();
        let sender = Sender::find(&access, ephemeral, config, doing, &budget).await?;
        let call = sender.call.clone();
        let system = &self.provider.system;
        let lost = |error: Diagnostic| match ephemeral.lost {
            "" => error,
            text => Diagnostic { detail: format!("{}\n\n{text}", error.detail), ..error },
        };
        let answer = sender.send(&budget).await.map_err(|error| {
            let mut explained = sender.explain(system, doing, &error);
            if error.is_not_found() {
                explained.detail.push_str(&format!("\n\n{NOT_YET}"));
            }
            if error.may_have_acted() { lost(explained) } else { explained }
        })?;
        let withheld = |json: &JsonObject| ephemeral.withheld.and_then(|because| because(json));
        if let Some(why) = answer.body.as_object().and_then(withheld) {
            return Err(Diagnostic::error(format!("Could not {doing}"), self.redactor.redact(&why)));
        }
        let returned = match ephemeral.response {
            Response::Object => request::returned(ephemeral.attrs, &answer.body, warnings),
            Response::List(name) => request::returned(ephemeral.attrs, &under(name, answer.body), warnings),
            Response::Header { attribute, name } => in_header(attribute, name, &answer),
        };
        let returned = returned
            .map_err(|error| lost(explain_read(system, doing, &ReadError::Decode { place: place(&call), error })))?;
        redaction::add_values(&self.redactor, ephemeral.attrs, &returned);
        Ok((returned, sender.renews(ephemeral)))
    }
}

fn under(name: &str, body: Json) -> Json {
    Json::Object([(name.to_owned(), body)].into_iter().collect())
}

fn in_header(attribute: &'static str, name: &str, answer: &Answer) -> Result<Object, DecodeError> {
    let text = answer.header(name).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| DecodeError { path: Path::attribute(attribute), expected: "there" })?;
    Ok([(attribute.to_owned(), Value::string(text))].into())
}

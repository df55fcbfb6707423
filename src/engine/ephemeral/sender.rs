//! How the request of an open is sent: by the session, or without the provider's credentials. It knows nothing of what the
//! response contains.

use crate::api::{Answer, Budget, Call, Client, Error, ErrorKind};
use crate::diagnostic::{Diagnostic, plural};
use crate::engine::read::request;
use crate::engine::report::errors::{explain, explain_without_hint};
use crate::engine::session::Session;
use crate::engine::session::access::Access;
use crate::schema::{Ephemeral, Open, System};
use crate::value::Object;

/// A request and who sends it.
pub(super) struct Sender<'a> {
    pub(super) call: Call,
    via: Via<'a>,
}

enum Via<'a> {
    Session(&'a Session),
    /// Without the provider's credentials.
    Unauthenticated(Box<Client>),
    /// To the server that issues tokens.
    Tokens(Box<Client>),
}

impl<'a> Sender<'a> {
    pub(super) async fn find(
        access: &'a Access,
        ephemeral: &'static Ephemeral,
        config: &Object,
        doing: &str,
        budget: &Budget,
    ) -> Result<Sender<'a>, Diagnostic> {
        let call = |request| request::call(request, ephemeral.attrs, config);
        Ok(match &ephemeral.open {
            Open::Request(request) => {
                let session = access.demand(budget).await?;
                admits(session, ephemeral, doing, budget).await?;
                Sender { call: call(request), via: Via::Session(session) }
            }
            Open::Unauthenticated(request) => {
                let client = access.connector()?.unauthenticated()?;
                Sender { call: call(request), via: Via::Unauthenticated(Box::new(client)) }
            }
            Open::Token => {
                let connector = access.connector()?;
                let endpoint = connector.token_endpoint(config)?;
                let client = connector.token_client(&endpoint)?;
                Sender { call: endpoint.call, via: Via::Tokens(Box::new(client)) }
            }
        })
    }

    pub(super) async fn send(&self, budget: &Budget) -> Result<Answer, Error> {
        let call = self.call.clone();
        match &self.via {
            Via::Session(session) => {
                // Two opens at once would be two values where the system has one for all who ask.
                let _held = if call.method.writes() { Some(session.hold(&call.path).await) } else { None };
                session.ask(call, budget).await
            }
            Via::Unauthenticated(client) | Via::Tokens(client) => client.send(call, budget).await,
        }
    }

    /// Whether the system extends the validity of the values when they are opened again.
    pub(super) fn renews(&self, ephemeral: &'static Ephemeral) -> bool {
        let is_old = |session: &Session| session.is_older(ephemeral.name, ephemeral.renewable_since).is_some();
        ephemeral.renewable_until.is_some() && !matches!(&self.via, Via::Session(session) if is_old(session))
    }

    /// The error of a request. A refusal concerns the provider's credentials only if they were sent.
    pub(super) fn explain(&self, system: &System, doing: &str, error: &Error) -> Diagnostic {
        let refused = matches!(error.kind(), Some(ErrorKind::Unauthorized | ErrorKind::Forbidden));
        match &self.via {
            Via::Unauthenticated(_) if refused => explain_without_hint(doing, error),
            // Of what the client sends, only its credentials can be wrong.
            Via::Tokens(_) if refused || error.kind() == Some(ErrorKind::Rejected) => Diagnostic {
                detail: format!("{error}\n\n{}", system.hints.no_token),
                ..explain_without_hint(doing, error)
            },
            Via::Tokens(_) => explain_without_hint(doing, error),
            _ => explain(system, doing, error),
        }
    }
}

/// Refuses what this version of the system does not have, and what the key may not read: the system may return nothing in
/// place of a value.
async fn admits(
    session: &Session,
    ephemeral: &'static Ephemeral,
    doing: &str,
    budget: &Budget,
) -> Result<(), Diagnostic> {
    if let Some(why) = session.is_older(ephemeral.name, ephemeral.since) {
        let title = session.system.title;
        let summary = format!("The {title} has no {}", plural(2, &ephemeral.noun()));
        return Err(Diagnostic::error(summary, why));
    }
    let Some(roles) = &session.system.roles else { return Ok(()) };
    let rights = session.rights(budget).await;
    if rights < ephemeral.readable_by {
        let detail = format!(
            "The key has the role `{role}`, and this requires {needs}.",
            role = roles.name_of(rights),
            needs = roles.that_give(ephemeral.readable_by),
        );
        return Err(Diagnostic::error(format!("Could not {doing}"), detail));
    }
    Ok(())
}

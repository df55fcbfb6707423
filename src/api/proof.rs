//! What proves who we are: a header that is given, or one that is fetched with the credentials of a client, kept while it
//! is good and fetched anew when it is not. It decides nothing about the calls that carry it.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::Client;
use super::{Call, Cause, Credential, Error, Fetch, Patience, Setting, SettingsError};

/// A token is not used any more when it has less than this left: the request must arrive while it is good.
const MARGIN: Duration = Duration::from_secs(30);

/// A credential, ready to be sent.
#[derive(Clone)]
pub(super) struct Proof {
    pub(super) header: HeaderName,
    pub(super) value: HeaderValue,
}

impl Proof {
    pub(super) fn new(credential: &Credential) -> Result<Proof, SettingsError> {
        let bad = |reason| SettingsError::new(Setting::Credential, reason);
        let header = HeaderName::from_bytes(credential.header.as_bytes())
            .map_err(|_| bad("has a header name that is not valid"))?;
        let mut value = HeaderValue::from_str(credential.value.expose())
            .map_err(|_| bad("holds characters that a header cannot carry, such as a line break"))?;
        value.set_sensitive(true);
        Ok(Proof { header, value })
    }
}

/// Where the proof of a request comes from.
pub(super) enum Proofs {
    None,
    Fixed(Proof),
    Fetched(Box<Fetched>),
}

/// One client fetches for all calls: they wait for each other, so that a token is fetched once.
pub(super) struct Fetched {
    client: Client,
    fetch: Fetch,
    current: Mutex<Option<Current>>,
}

struct Current {
    proof: Proof,
    good_until: Option<Instant>,
}

impl Proofs {
    pub(super) fn fetched(client: Client, fetch: Fetch) -> Proofs {
        Proofs::Fetched(Box::new(Fetched { client, fetch, current: Mutex::default() }))
    }

    /// A proof that is good as far as we know.
    pub(super) async fn get(&self, patience: &Patience) -> Result<Option<Proof>, Cause> {
        match self {
            Proofs::None => Ok(None),
            Proofs::Fixed(proof) => Ok(Some(proof.clone())),
            Proofs::Fetched(fetched) => fetched.get(patience).await.map(Some),
        }
    }

    /// The server does not take this proof. True when there may be another one.
    pub(super) async fn refused(&self, proof: &Proof) -> bool {
        let Proofs::Fetched(fetched) = self else { return false };
        let mut current = fetched.current.lock().await;
        // Somebody else may have fetched another one meanwhile.
        if current.as_ref().is_some_and(|current| current.proof.value == proof.value) {
            *current = None;
        }
        true
    }
}

impl Fetched {
    async fn get(&self, patience: &Patience) -> Result<Proof, Cause> {
        let mut current = self.current.lock().await;
        if let Some(Current { proof, good_until }) = current.as_ref()
            && good_until.is_none_or(|end| Instant::now() + MARGIN < end)
        {
            return Ok(proof.clone());
        }
        let begun = Instant::now();
        // Boxed, since fetching sends a request, which asks for a proof: none, in that client.
        let answer = Box::pin(self.client.send(self.call(), patience)).await.map_err(no_token)?;
        let unreadable = |reason: &str| Cause::NoCredential { reason: reason.to_owned(), refused: false };
        let token = (self.fetch.read)(&answer.body).ok_or_else(|| unreadable("the answer holds no token"))?;
        self.client.secrets().keep(token.credential.token());
        let proof =
            Proof::new(&token.credential).map_err(|error| unreadable(&format!("the token {}", error.reason)))?;
        let good_until = token.lives.and_then(|lives| begun.checked_add(lives));
        *current = Some(Current { proof: proof.clone(), good_until });
        log::debug!("a new token, good for {} s", token.lives.unwrap_or_default().as_secs());
        Ok(proof)
    }

    fn call(&self) -> Call {
        self.fetch.call.clone()
    }
}

fn no_token(error: Error) -> Cause {
    if error.is_cancelled() {
        return Cause::Cancelled;
    }
    // The server of tokens said no, in whatever words: its refusals are about the client that asks. That a path is not
    // there is no refusal.
    let refused = matches!(error.cause, Cause::Refused { status: 400..=403 | 406..=499, .. });
    Cause::NoCredential { reason: error.with_origin().trim_end_matches('.').to_owned(), refused }
}

//! What proves who we are: a header that is given, or one that is fetched with the credentials of a client, kept while it
//! is good and fetched anew when it is not. It decides nothing about the calls that carry it.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::Client;
use super::{Budget, Call, Credential, Error, Fetch, SendError, Setting, SettingsError};

/// A token is not used any more when it has less than this left: the request must arrive while it is good.
const MARGIN: Duration = Duration::from_secs(30);

/// A credential, ready to be sent.
#[derive(Clone)]
pub(super) struct AuthHeader {
    pub(super) header: HeaderName,
    pub(super) value: HeaderValue,
}

impl AuthHeader {
    pub(super) fn new(credential: &Credential) -> Result<AuthHeader, SettingsError> {
        let bad = |reason| SettingsError::new(Setting::Credential, reason);
        let header = HeaderName::from_bytes(credential.header.as_bytes())
            .map_err(|_| bad("has a header name that is not valid"))?;
        let mut value = HeaderValue::from_str(credential.value.expose())
            .map_err(|_| bad("holds characters that a header cannot carry, such as a line break"))?;
        value.set_sensitive(true);
        Ok(AuthHeader { header, value })
    }
}

/// Where the auth_header of a request comes from.
pub(super) enum Auth {
    None,
    Fixed(AuthHeader),
    Fetched(Box<Fetched>),
}

/// One client fetches for all calls: they wait for each other, so that a token is fetched once.
pub(super) struct Fetched {
    client: Client,
    fetch: Fetch,
    current: Mutex<Option<Current>>,
}

struct Current {
    auth_header: AuthHeader,
    good_until: Option<Instant>,
}

impl Auth {
    pub(super) fn fetched(client: Client, fetch: Fetch) -> Auth {
        Auth::Fetched(Box::new(Fetched { client, fetch, current: Mutex::default() }))
    }

    /// A auth_header that is good as far as we know.
    pub(super) async fn get(&self, budget: &Budget) -> Result<Option<AuthHeader>, SendError> {
        match self {
            Auth::None => Ok(None),
            Auth::Fixed(auth_header) => Ok(Some(auth_header.clone())),
            Auth::Fetched(fetched) => fetched.get(budget).await.map(Some),
        }
    }

    /// The server does not take this auth_header. True when there may be another one.
    pub(super) async fn refused(&self, auth_header: &AuthHeader) -> bool {
        let Auth::Fetched(fetched) = self else { return false };
        let mut current = fetched.current.lock().await;
        // Somebody else may have fetched another one meanwhile.
        if current.as_ref().is_some_and(|current| current.auth_header.value == auth_header.value) {
            *current = None;
        }
        true
    }
}

impl Fetched {
    async fn get(&self, budget: &Budget) -> Result<AuthHeader, SendError> {
        let mut current = self.current.lock().await;
        if let Some(Current { auth_header, good_until }) = current.as_ref()
            && good_until.is_none_or(|end| Instant::now() + MARGIN < end)
        {
            return Ok(auth_header.clone());
        }
        let begun = Instant::now();
        // Boxed, since fetching sends a request, which asks for a auth_header: none, in that client.
        let answer = Box::pin(self.client.send(self.call(), budget)).await.map_err(no_token)?;
        let unreadable = |reason: &str| SendError::NoCredential { reason: reason.to_owned(), refused: false };
        let token = (self.fetch.read)(&answer.body).ok_or_else(|| unreadable("the answer holds no token"))?;
        self.client.redactor().add(token.credential.token());
        let auth_header =
            AuthHeader::new(&token.credential).map_err(|error| unreadable(&format!("the token {}", error.reason)))?;
        let good_until = token.lives.and_then(|lives| begun.checked_add(lives));
        *current = Some(Current { auth_header: auth_header.clone(), good_until });
        log::debug!("a new token, good for {} s", token.lives.unwrap_or_default().as_secs());
        Ok(auth_header)
    }

    fn call(&self) -> Call {
        self.fetch.call.clone()
    }
}

fn no_token(error: Error) -> SendError {
    if error.is_cancelled() {
        return SendError::Cancelled;
    }
    // The server of tokens said no, in whatever words: its refusals are about the client that asks. That a path is not
    // there is no refusal.
    let refused = matches!(error.error, SendError::Refused { status: 400..=403 | 406..=499, .. });
    SendError::NoCredential { reason: error.with_origin().trim_end_matches('.').to_owned(), refused }
}

//! The header that authenticates requests: a given one, or one made of a token that is requested when it is needed, kept
//! while it is valid and renewed when it is not. It decides nothing about the calls that carry it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::budget::Budget;
use super::error::SendError;
use super::settings::{Credential, Setting, SettingsError, Token};

/// A token is not used any more when it is valid for less than this: the request must arrive while it is.
const MARGIN: Duration = Duration::from_secs(30);

/// A credential, ready to be sent.
#[derive(Clone)]
pub(super) struct AuthHeader {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl AuthHeader {
    /// # Errors
    /// The credential holds what a header cannot carry.
    pub(super) fn new(credential: &Credential) -> Result<AuthHeader, SettingsError> {
        let bad = |reason| SettingsError::new(Setting::Credential, reason);
        let name = HeaderName::from_bytes(credential.header.as_bytes())
            .map_err(|_| bad("has a header name that is not valid"))?;
        let mut value = HeaderValue::from_str(credential.value.expose())
            .map_err(|_| bad("contains characters that a header cannot carry, such as a line break"))?;
        value.set_sensitive(true);
        Ok(AuthHeader { name, value })
    }
}

/// Where the header of a request comes from.
pub(super) enum Auth {
    None,
    Fixed(AuthHeader),
    Fetched(TokenSource),
}

impl Auth {
    /// A header that is valid as far as we know; none where the server needs none.
    ///
    /// # Errors
    /// No token could be obtained.
    pub(super) async fn header(&self, budget: &Budget) -> Result<Option<AuthHeader>, SendError> {
        match self {
            Auth::None => Ok(None),
            Auth::Fixed(header) => Ok(Some(header.clone())),
            Auth::Fetched(source) => source.header(budget).await.map(Some),
        }
    }

    /// The server rejected this header. True when there may be another one.
    pub(super) async fn invalidate(&self, header: &AuthHeader) -> bool {
        let Auth::Fetched(source) = self else { return false };
        let mut cached = source.cached.lock().await;
        // Another call may have renewed it meanwhile.
        if cached.as_ref().is_some_and(|cached| cached.header.value == header.value) {
            *cached = None;
        }
        true
    }
}

/// Requests a token. It is a function, since it sends its request through a client, and that has an [`Auth`] too.
pub(super) type RequestToken = Box<
    dyn for<'a> Fn(&'a Budget) -> Pin<Box<dyn Future<Output = Result<Token, SendError>> + Send + 'a>> + Send + Sync,
>;

/// Calls that need a token wait for each other, so that it is requested once.
pub(super) struct TokenSource {
    request: RequestToken,
    cached: Mutex<Option<CachedToken>>,
}

struct CachedToken {
    header: AuthHeader,
    expires: Option<Instant>,
}

impl TokenSource {
    pub(super) fn new(request: RequestToken) -> TokenSource {
        TokenSource { request, cached: Mutex::default() }
    }

    async fn header(&self, budget: &Budget) -> Result<AuthHeader, SendError> {
        let mut cached = self.cached.lock().await;
        if let Some(CachedToken { header, expires }) = cached.as_ref()
            && expires.is_none_or(|expires| Instant::now() + MARGIN < expires)
        {
            return Ok(header.clone());
        }
        let begun = Instant::now();
        let token = (self.request)(budget).await?;
        let unusable = |error: SettingsError| SendError::NoCredential {
            reason: format!("the token {}", error.reason),
            refused: false,
        };
        let header = AuthHeader::new(&token.credential).map_err(unusable)?;
        let expires = token.lifetime.and_then(|lifetime| begun.checked_add(lifetime));
        *cached = Some(CachedToken { header: header.clone(), expires });
        log::debug!("new token, valid for {} s", token.lifetime.unwrap_or_default().as_secs());
        Ok(header)
    }
}

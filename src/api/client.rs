//! [`Client::send`]: a call from the queue through tries and waits to a response or an error. What a single try ends in is
//! decided in `exchange`, and whether there is another in `retry`.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use tokio::time::Instant;

use super::auth::{Auth, AuthHeader, TokenSource};
use super::budget::Budget;
use super::call::{Answer, Call, FromBody, Repeat};
use super::classifier::{ErrorClassifier, ErrorKind};
use super::error::{Error, SendError};
use super::exchange::{Request, exchange};
use super::limits::Limits;
use super::progress::Progress;
use super::redactor::Redactor;
use super::settings::{Credentials, Setting, Settings, SettingsError, Token, TokenEndpoint};
use super::transport::Transport;
use super::{address, connection_error, retry};
use crate::secret::Secret;

/// No try begins with less time than this left in the budget: it could connect, write and never learn the outcome.
const LEAST_TIME: Duration = Duration::from_secs(12);

pub struct Client {
    base: Url,
    auth: Auth,
    headers: HeaderMap,
    redactor: Redactor,
    user_agent: HeaderValue,
    request_timeout: Duration,
    max_retries: u32,
    classify: ErrorClassifier,
    limits: Limits,
    transport: Transport,
}

impl Client {
    /// Checks all settings and opens no connection.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn new(settings: Settings) -> Result<Client, SettingsError> {
        let base =
            address::parse_base(&settings.base_url).map_err(|reason| SettingsError::new(Setting::BaseUrl, reason))?;
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| SettingsError::new(Setting::UserAgent, "contains characters that a header cannot carry"))?;
        Ok(Client {
            auth: auth(&settings)?,
            headers: headers(&settings.headers)?,
            redactor: redactor(&settings),
            user_agent,
            request_timeout: settings.request_timeout,
            max_retries: settings.max_retries,
            classify: settings.classify,
            limits: Limits::new(&settings)?,
            transport: Transport::new(&settings, &base)?,
            base,
        })
    }

    /// Removes secrets from the errors of this client. The caller adds those that it knows.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The path of the base address.
    pub fn base_path(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }

    /// Sends a call, as often as is safe and the budget allows.
    ///
    /// # Errors
    /// What the last try ended in. See [`Error::may_have_acted`]: the server may have executed the call all the same.
    pub async fn send(&self, call: Call, budget: &Budget) -> Result<Answer, Error> {
        self.send_for(call, budget).await
    }

    /// The same, with the body of the response in this form.
    ///
    /// # Errors
    /// As those of [`Client::send`].
    pub async fn send_for<B: FromBody>(&self, call: Call, budget: &Budget) -> Result<Answer<B>, Error> {
        self.attempt(call, budget).await.map_err(|error| error.redacted(&self.redactor))
    }

    async fn attempt<B: FromBody>(&self, mut call: Call, budget: &Budget) -> Result<Answer<B>, Error> {
        let mut progress = Progress::new(&call, &self.base);
        let request = self.request(&mut call).map_err(|reason| progress.error(SendError::Unsendable { reason }))?;
        progress.path = request.url.path().to_owned();
        budget.call_started();
        let mut renewed = false;
        loop {
            let error = match self.one_try(&request, budget, &mut progress).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // A request that was rejected as unauthorized had no effect, so even a write may be sent with another header.
            if !renewed && self.renew_auth(&error, &progress).await {
                renewed = true;
                continue;
            }
            let Some(wait) = self.wait(&error, (call.repeat, request.timeout), budget, &progress) else {
                return Err(progress.error(error));
            };
            log::debug!("{} {}: retrying in {} ms", call.method.name(), progress.path, wait.as_millis());
            progress.failed(error);
            if !budget.sleep(wait).await {
                return Err(progress.error(SendError::Cancelled));
            }
        }
    }

    /// Takes the body out of the call: it is needed in one form only. The error follows "was not sent".
    fn request(&self, call: &mut Call) -> Result<Request, String> {
        let url = address::join(&self.base, &call.path, &call.query)?;
        let mut headers = self.headers.clone();
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &call.headers {
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header's name is not valid")?;
            let value =
                HeaderValue::from_str(value).map_err(|_| format!("the header {name} cannot carry its value"))?;
            headers.insert(header, value);
        }
        let body =
            call.body.take().as_ref().map(serde_json::to_vec).transpose().map_err(|_| "its body is not valid JSON")?;
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let timeout = call.within.unwrap_or(self.request_timeout);
        Ok(Request { method: call.method, url, headers, body, timeout, redactor: self.redactor.clone() })
    }

    async fn one_try<B: FromBody>(
        &self,
        request: &Request,
        budget: &Budget,
        progress: &mut Progress,
    ) -> Result<Answer<B>, SendError> {
        let _permit = self.limits.acquire(budget, request.timeout).await?;
        let pool = self.transport.pool().await.map_err(|error| connection_error::of_building(&error))?;
        progress.auth_header = self.auth.header(budget).await?;
        progress.begun = Instant::now();
        let deadline = budget.response_deadline(request.timeout).min(progress.begun + request.timeout);
        if deadline < progress.begun + LEAST_TIME.min(request.timeout) {
            return Err(SendError::server_silent());
        }
        progress.tries += 1;
        log::trace!("{} {}: try {}", request.method.name(), progress.path, progress.tries);
        let exchange = exchange(pool, request, progress.auth_header.as_ref(), self.classify, deadline);
        let result = if request.method.writes() {
            // The server may act as soon as it is sent, so the outcome matters more than an immediate end.
            exchange.await
        } else {
            tokio::select! {
                biased;
                () = budget.cancelled() => Err(SendError::Cancelled),
                result = exchange => result,
            }
        };
        let result = result.map_err(|error| self.transport.with_proxy(error));
        self.note(&result, budget, progress);
        result
    }

    /// True when the server rejected the request's header, and there may be another.
    async fn renew_auth(&self, error: &SendError, progress: &Progress) -> bool {
        match (error, &progress.auth_header) {
            (SendError::Refused { kind: ErrorKind::Unauthorized, .. }, Some(header)) => {
                self.auth.invalidate(header).await
            }
            _ => false,
        }
    }

    /// Records the outcome of a try.
    fn note<B>(&self, result: &Result<Answer<B>, SendError>, budget: &Budget, progress: &Progress) {
        let (useful, outcome) = match result {
            Ok(answer) => (true, answer.status.to_string()),
            Err(error) => (error.is_useful_response(), error.label()),
        };
        if useful {
            budget.response_received();
            self.limits.response_received();
        }
        let ms = progress.begun.elapsed().as_millis();
        let Progress { path, tries, .. } = progress;
        log::debug!("{} {path}: {outcome} in {ms} ms (try {tries})", progress.method.name());
    }

    /// How long until the next try; none if there is none.
    fn wait(
        &self,
        error: &SendError,
        (repeat, timeout): (Repeat, Duration),
        budget: &Budget,
        progress: &Progress,
    ) -> Option<Duration> {
        let retry_after = error.retry_after();
        let wait = retry::wait_before_next(progress.tries, retry_after);
        if let SendError::Refused { kind: ErrorKind::InUse, .. } = error {
            let left = budget.in_use_deadline()?.saturating_duration_since(Instant::now());
            if left.is_zero() || retry_after.is_some_and(|asked| asked > left) {
                return None;
            }
            log::info!("{} {}: in use; waiting up to {} s", progress.method.name(), progress.path, left.as_secs());
            // The last try is made when the time is up, however soon that is after the one before it.
            return Some(wait.min(left));
        }
        if !retry::may_try_again(error, repeat, progress.tries, self.max_retries) || progress.tries == 0 {
            return None;
        }
        let (next, deadline) = match error {
            // The next try is likely to take as long as this one did.
            SendError::Unreachable { .. } => (progress.begun.elapsed(), budget.connect_deadline()),
            _ => (LEAST_TIME.min(timeout), budget.response_deadline(timeout)),
        };
        (Instant::now() + wait + next <= deadline).then_some(wait)
    }

    /// A new token, from the endpoint that this client is for.
    async fn request_token(&self, endpoint: &TokenEndpoint, budget: &Budget) -> Result<Token, SendError> {
        let answer = self.send(endpoint.call.clone(), budget).await.map_err(|error| no_token(&error))?;
        let token = (endpoint.read_token)(&answer.body).ok_or_else(|| SendError::NoCredential {
            reason: "the response does not contain a token".to_owned(),
            refused: false,
        })?;
        self.redactor.add(token.credential.token());
        Ok(token)
    }
}

fn no_token(error: &Error) -> SendError {
    if error.is_cancelled() {
        return SendError::Cancelled;
    }
    // Any error of the endpoint is about the client that asks, except that its path may be wrong.
    let refused = matches!(error.cause, SendError::Refused { status: 400..=403 | 406..=499, .. });
    SendError::NoCredential { reason: error.with_origin().trim_end_matches('.').to_owned(), refused }
}

/// The secrets of the connection itself, beside those that the caller knows.
fn redactor(settings: &Settings) -> Redactor {
    let redactor = settings.redactor.clone();
    if let Credentials::Given(credential) = &settings.credentials {
        redactor.add(credential.token());
    }
    settings.client_certificate.iter().for_each(|(_, key)| redactor.add(key.expose()));
    // The address of a proxy is no secret unless it contains a password.
    let proxy = settings.proxy.iter().map(Secret::expose).filter(|address| address.contains('@'));
    proxy.for_each(|address| redactor.add(address));
    redactor
}

fn auth(settings: &Settings) -> Result<Auth, SettingsError> {
    Ok(match &settings.credentials {
        Credentials::None => Auth::None,
        Credentials::Given(credential) => Auth::Fixed(AuthHeader::new(credential)?),
        Credentials::Fetched(endpoint) => Auth::Fetched(token_source(settings, endpoint)?),
    })
}

/// Tokens are requested by a client of their own, which sends no credentials in a header.
fn token_source(settings: &Settings, endpoint: &TokenEndpoint) -> Result<TokenSource, SettingsError> {
    settings.redactor.add(endpoint.secret.expose());
    let client = Client::new(Settings {
        base_url: endpoint.base_url.clone(),
        credentials: Credentials::None,
        headers: Vec::new(),
        classify: endpoint.classify,
        ..settings.clone()
    })
    .map_err(|error| match error.setting {
        Setting::BaseUrl => SettingsError { setting: Setting::TokenUrl, ..error },
        _ => error,
    })?;
    let shared = Arc::new((client, endpoint.clone()));
    Ok(TokenSource::new(Box::new(move |budget| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { shared.0.request_token(&shared.1, budget).await })
    })))
}

fn headers(given: &[(&'static str, String)]) -> Result<HeaderMap, SettingsError> {
    let header = |(name, value): &(&'static str, String)| {
        let bad = || SettingsError::new(Setting::Header(name), "contains characters that a header cannot carry");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        Ok((name, HeaderValue::from_str(value).map_err(|_| bad())?))
    };
    given.iter().map(header).collect()
}

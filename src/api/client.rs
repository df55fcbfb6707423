//! The one way out: [`Client::send`]. It takes a call through turns, tries and waits to an answer or an error; what a
//! single try is worth is decided in `exchange`, and whether there is another in `retry`.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use tokio::time::Instant;

use super::auth::{Auth, AuthHeader};
use super::exchange::{Failure, Request, exchange};
use super::limits::{Limits, NoTurn};
use super::transport::Transport;
use super::{
    Answer, Budget, Call, Credentials, Error, ErrorClassifier, ErrorKind, Redactor, SendError, Setting, Settings,
    SettingsError,
};
use super::{address, connection_error, retry, text};
use crate::secret::Secret;

/// A try that has less time than this before budget ends is not begun: it could connect, write and never know.
const LEAST_TIME: Duration = Duration::from_secs(12);

pub struct Client {
    base: Url,
    auth: Auth,
    headers: HeaderMap,
    /// What no error may repeat, whoever said it.
    redactor: Redactor,
    user_agent: HeaderValue,
    request_timeout: Duration,
    max_retries: u32,
    classifier: ErrorClassifier,
    limits: Limits,
    transport: Transport,
}

impl Client {
    /// Checks everything, opens nothing.
    pub fn new(settings: Settings) -> Result<Client, SettingsError> {
        let base =
            address::parse_base(&settings.base_url).map_err(|reason| SettingsError::new(Setting::BaseUrl, reason))?;
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| SettingsError::new(Setting::UserAgent, "holds characters that a header cannot carry"))?;
        Ok(Client {
            auth: auth(&settings)?,
            headers: headers(&settings.headers)?,
            redactor: known(&settings),
            user_agent,
            request_timeout: settings.request_timeout,
            max_retries: settings.max_retries,
            classifier: settings.classifier,
            limits: Limits::new(&settings)?,
            transport: Transport::new(&settings, &base)?,
            base,
        })
    }

    /// What no error of this client repeats. The caller adds what it learns.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub async fn send(&self, call: Call, budget: &Budget) -> Result<Answer, Error> {
        self.attempt(call, budget).await.map_err(|error| error.redacted(&self.redactor))
    }

    async fn attempt(&self, mut call: Call, budget: &Budget) -> Result<Answer, Error> {
        let mut progress = Progress::new(&call, &self.base);
        let request = self.request(&mut call).map_err(|reason| progress.fail(SendError::Unsendable { reason }))?;
        progress.path = request.url.path().to_owned();
        budget.ask();
        let mut renewed = false;
        loop {
            let failure = match self.one_try(&request, budget, &mut progress).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            // What is not let in does nothing, so the same call may be sent with another auth_header, whatever it is.
            if !renewed && self.may_renew(&failure, &progress).await {
                renewed = true;
                continue;
            }
            let Some(wait) = self.wait(&failure, &call, budget, &progress) else {
                return Err(progress.give_up(failure));
            };
            log::debug!("{} {}: again in {} ms", call.method.name(), progress.path, wait.as_millis());
            progress.after(failure.error);
            if !budget.sleep(wait).await {
                return Err(progress.fail(SendError::Cancelled));
            }
        }
    }

    /// Takes the body out of the call: it is needed in one form only.
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
        Ok(Request { method: call.method, url, headers, body, redactor: self.redactor.clone() })
    }

    async fn one_try(&self, request: &Request, budget: &Budget, progress: &mut Progress) -> Result<Answer, Failure> {
        let _place = match self.limits.turn(budget, self.request_timeout).await {
            Ok(place) => place,
            Err(NoTurn::Cancelled) => return Err(SendError::Cancelled.into()),
            Err(NoTurn::Silence) => return Err(silence()),
        };
        let pool = self.transport.get().await.map_err(|error| connection_error::of_building(&error))?;
        progress.auth_header = self.auth.get(budget).await?;
        progress.begun = Instant::now();
        let deadline = budget.silent_deadline(self.request_timeout).min(progress.begun + self.request_timeout);
        if deadline < progress.begun + LEAST_TIME.min(self.request_timeout) {
            return Err(silence());
        }
        progress.tries += 1;
        let exchange = exchange(pool, request, progress.auth_header.as_ref(), self.classifier, deadline);
        let result = if request.method.writes() {
            // It may be acted on as soon as it is sent: what came of it matters more than stopping at once.
            exchange.await
        } else {
            tokio::select! {
                biased;
                () = budget.cancelled() => Err(SendError::Cancelled.into()),
                result = exchange => result,
            }
        };
        let result = result.map_err(|failure| self.transport.located(failure));
        self.note(&result, budget, progress);
        result
    }

    /// True when the server does not take the auth_header, and there may be another.
    async fn may_renew(&self, failure: &Failure, progress: &Progress) -> bool {
        match (&failure.error, &progress.auth_header) {
            (SendError::Refused { kind: ErrorKind::Unauthorised, .. }, Some(auth_header)) => {
                self.auth.refused(auth_header).await
            }
            _ => false,
        }
    }

    fn note(&self, result: &Result<Answer, Failure>, budget: &Budget, progress: &Progress) {
        let (useful, outcome) = match result {
            Ok(answer) => (true, answer.status.to_string()),
            Err(failure) => (failure.error.is_useful_answer(), failure.error.label()),
        };
        if useful {
            budget.answered();
            self.limits.answered();
        }
        let ms = progress.begun.elapsed().as_millis();
        let Progress { path, tries, .. } = progress;
        log::debug!("{} {path}: {outcome} in {ms} ms (try {tries})", progress.method.name());
    }

    /// How long until the next try; none if there is none.
    fn wait(&self, failure: &Failure, call: &Call, budget: &Budget, progress: &Progress) -> Option<Duration> {
        if let SendError::Refused { kind: ErrorKind::InUse, .. } = failure.error {
            let left = budget.in_use_deadline()?.saturating_duration_since(Instant::now());
            // The last try comes when the time is up, however soon that is after the one before it.
            let wait = retry::wait_before_next(progress.tries, failure.asked).min(left);
            if left.is_zero() || failure.asked.is_some_and(|asked| asked > left) {
                return None;
            }
            log::info!("{} {}: in use; waiting, for {} s at most", call.method.name(), progress.path, left.as_secs());
            return Some(wait);
        }
        if !retry::may_try_again(&failure.error, call.repeat, progress.tries, self.max_retries) || progress.tries == 0 {
            return None;
        }
        let wait = retry::wait_before_next(progress.tries, failure.asked);
        let (next, deadline) = match failure.error {
            // The next try is likely to take as long as this one did.
            SendError::Unreachable { .. } => (progress.begun.elapsed(), budget.unreachable_deadline()),
            _ => (LEAST_TIME.min(self.request_timeout), budget.silent_deadline(self.request_timeout)),
        };
        (Instant::now() + wait + next <= deadline).then_some(wait)
    }
}

/// The operation's budget was used up by its earlier calls, or by those of others.
fn silence() -> Failure {
    SendError::Unreachable { reason: "the server has not answered any request for too long".into() }.into()
}

/// The redactor of the connection itself, beside those that the caller knows.
fn known(settings: &Settings) -> Redactor {
    let redactor = settings.redactor.clone();
    if let Credentials::Given(credential) = &settings.credentials {
        redactor.add(credential.token());
    }
    settings.client_certificate.iter().for_each(|(_, key)| redactor.add(key.expose()));
    // Its address is no secret where it has no password.
    let proxy = settings.proxy.iter().map(Secret::expose).filter(|address| address.contains('@'));
    proxy.for_each(|address| redactor.add(address));
    redactor
}

fn auth(settings: &Settings) -> Result<Auth, SettingsError> {
    Ok(match &settings.credentials {
        Credentials::None => Auth::None,
        Credentials::Given(credential) => Auth::Fixed(AuthHeader::new(credential)?),
        Credentials::Fetched(fetch) => {
            settings.redactor.add(fetch.secret.expose());
            let client = Client::new(Settings {
                base_url: fetch.base_url.clone(),
                credentials: Credentials::None,
                headers: Vec::new(),
                classifier: fetch.classifier,
                ..settings.clone()
            })
            .map_err(|error| match error.setting {
                Setting::BaseUrl => SettingsError { setting: Setting::TokenUrl, ..error },
                _ => error,
            })?;
            Auth::fetched(client, fetch.clone())
        }
    })
}

fn headers(given: &[(&'static str, String)]) -> Result<HeaderMap, SettingsError> {
    let header = |(name, value): &(&'static str, String)| {
        let bad = || SettingsError::new(Setting::Header(name), "holds characters that a header cannot carry");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        Ok((name, HeaderValue::from_str(value).map_err(|_| bad())?))
    };
    given.iter().map(header).collect()
}

/// What an error will have to tell.
struct Progress {
    method: super::Method,
    origin: String,
    path: String,
    tries: u32,
    /// The latest try.
    begun: Instant,
    may_have_acted: bool,
    previous: Option<SendError>,
    /// What the latest try proved itself with.
    auth_header: Option<AuthHeader>,
}

impl Progress {
    fn new(call: &Call, base: &Url) -> Progress {
        Progress {
            method: call.method,
            origin: address::origin(base),
            path: text::plain(&format!("{}/{}", base.path().trim_end_matches('/'), call.path.join("/"))),
            tries: 0,
            begun: Instant::now(),
            may_have_acted: false,
            previous: None,
            auth_header: None,
        }
    }

    fn after(&mut self, error: SendError) {
        self.may_have_acted |= error.may_have_acted();
        self.previous = Some(error);
    }

    fn give_up(&mut self, failure: Failure) -> Error {
        let mut error = failure.error;
        if let SendError::Refused { retry_after, .. } = &mut error {
            *retry_after = failure.asked;
        }
        Error { request_id: failure.request_id, ..self.fail(error) }
    }

    /// A call that was cut off between two tries tells what the last one met, if that leaves something to find out.
    fn fail(&mut self, error: SendError) -> Error {
        let cut_off = matches!(error, SendError::Cancelled) && self.may_have_acted && self.method.writes();
        let error = if cut_off { self.previous.take().unwrap_or(error) } else { error };
        Error {
            method: self.method,
            origin: self.origin.clone(),
            path: self.path.clone(),
            error,
            tries: self.tries,
            request_id: None,
            earlier_try_may_have_acted: self.may_have_acted,
        }
    }
}

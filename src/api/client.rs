//! The one way out: [`Client::send`]. It takes a call through turns, tries and waits to an answer or an error; what a
//! single try is worth is decided in `exchange`, and whether there is another in `retry`.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use tokio::time::Instant;

use super::exchange::{Failure, Request, exchange};
use super::limits::{Limits, NoTurn};
use super::proof::{Proof, Proofs};
use super::transport::Transport;
use super::{
    Answer, Call, Cause, Credentials, Dialect, Error, Meaning, Patience, Secrets, Setting, Settings, SettingsError,
};
use super::{address, failure, retry, words};
use crate::secret::Secret;

/// A try that has less time than this before patience ends is not begun: it could connect, write and never know.
const LEAST_TIME: Duration = Duration::from_secs(12);

pub struct Client {
    base: Url,
    proofs: Proofs,
    headers: HeaderMap,
    /// What no error may repeat, whoever said it.
    secrets: Secrets,
    user_agent: HeaderValue,
    request_timeout: Duration,
    max_retries: u32,
    dialect: Dialect,
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
            proofs: proofs(&settings)?,
            headers: headers(&settings.headers)?,
            secrets: known(&settings),
            user_agent,
            request_timeout: settings.request_timeout,
            max_retries: settings.max_retries,
            dialect: settings.dialect,
            limits: Limits::new(&settings)?,
            transport: Transport::new(&settings, &base)?,
            base,
        })
    }

    /// What no error of this client repeats. The caller adds what it learns.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub async fn send(&self, call: Call, patience: &Patience) -> Result<Answer, Error> {
        self.attempt(call, patience).await.map_err(|error| error.discreet(&self.secrets))
    }

    async fn attempt(&self, mut call: Call, patience: &Patience) -> Result<Answer, Error> {
        let mut progress = Progress::new(&call, &self.base);
        let request = self.request(&mut call).map_err(|reason| progress.fail(Cause::Unsendable { reason }))?;
        progress.path = request.url.path().to_owned();
        patience.ask();
        let mut renewed = false;
        loop {
            let failure = match self.one_try(&request, patience, &mut progress).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            // What is not let in does nothing, so the same call may be sent with another proof, whatever it is.
            if !renewed && self.may_renew(&failure, &progress).await {
                renewed = true;
                continue;
            }
            let Some(wait) = self.wait(&failure, &call, patience, &progress) else {
                return Err(progress.give_up(failure));
            };
            log::debug!("{} {}: again in {} ms", call.method.name(), progress.path, wait.as_millis());
            progress.after(failure.cause);
            if !patience.sleep(wait).await {
                return Err(progress.fail(Cause::Cancelled));
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
        Ok(Request { method: call.method, url, headers, body, secrets: self.secrets.clone() })
    }

    async fn one_try(
        &self,
        request: &Request,
        patience: &Patience,
        progress: &mut Progress,
    ) -> Result<Answer, Failure> {
        let _place = match self.limits.turn(patience, self.request_timeout).await {
            Ok(place) => place,
            Err(NoTurn::Cancelled) => return Err(Cause::Cancelled.into()),
            Err(NoTurn::Silence) => return Err(silence()),
        };
        let pool = self.transport.get().await.map_err(|error| failure::of_building(&error))?;
        progress.proof = self.proofs.get(patience).await?;
        progress.begun = Instant::now();
        let deadline = patience.silent_deadline(self.request_timeout).min(progress.begun + self.request_timeout);
        if deadline < progress.begun + LEAST_TIME.min(self.request_timeout) {
            return Err(silence());
        }
        progress.tries += 1;
        let exchange = exchange(pool, request, progress.proof.as_ref(), self.dialect, deadline);
        let result = if request.method.writes() {
            // It may be acted on as soon as it is sent: what came of it matters more than stopping at once.
            exchange.await
        } else {
            tokio::select! {
                biased;
                () = patience.cancelled() => Err(Cause::Cancelled.into()),
                result = exchange => result,
            }
        };
        let result = result.map_err(|failure| self.transport.located(failure));
        self.note(&result, patience, progress);
        result
    }

    /// True when the server does not take the proof, and there may be another.
    async fn may_renew(&self, failure: &Failure, progress: &Progress) -> bool {
        match (&failure.cause, &progress.proof) {
            (Cause::Refused { meaning: Meaning::Unauthorised, .. }, Some(proof)) => self.proofs.refused(proof).await,
            _ => false,
        }
    }

    fn note(&self, result: &Result<Answer, Failure>, patience: &Patience, progress: &Progress) {
        let (useful, outcome) = match result {
            Ok(answer) => (true, answer.status.to_string()),
            Err(failure) => (failure.cause.is_useful_answer(), failure.cause.label()),
        };
        if useful {
            patience.answered();
            self.limits.answered();
        }
        let ms = progress.begun.elapsed().as_millis();
        let Progress { path, tries, .. } = progress;
        log::debug!("{} {path}: {outcome} in {ms} ms (try {tries})", progress.method.name());
    }

    /// How long until the next try; none if there is none.
    fn wait(&self, failure: &Failure, call: &Call, patience: &Patience, progress: &Progress) -> Option<Duration> {
        if let Cause::Refused { meaning: Meaning::InUse, .. } = failure.cause {
            let left = patience.in_use_deadline()?.saturating_duration_since(Instant::now());
            // The last try comes when the time is up, however soon that is after the one before it.
            let wait = retry::wait_before_next(progress.tries, failure.asked).min(left);
            if left.is_zero() || failure.asked.is_some_and(|asked| asked > left) {
                return None;
            }
            log::info!("{} {}: in use; waiting, for {} s at most", call.method.name(), progress.path, left.as_secs());
            return Some(wait);
        }
        if !retry::may_try_again(&failure.cause, call.repeat, progress.tries, self.max_retries) || progress.tries == 0 {
            return None;
        }
        let wait = retry::wait_before_next(progress.tries, failure.asked);
        let (next, deadline) = match failure.cause {
            // The next try is likely to take as long as this one did.
            Cause::Unreachable { .. } => (progress.begun.elapsed(), patience.unreachable_deadline()),
            _ => (LEAST_TIME.min(self.request_timeout), patience.silent_deadline(self.request_timeout)),
        };
        (Instant::now() + wait + next <= deadline).then_some(wait)
    }
}

/// The operation's patience was used up by its earlier calls, or by those of others.
fn silence() -> Failure {
    Cause::Unreachable { reason: "the server has not answered any request for too long".into() }.into()
}

/// The secrets of the connection itself, beside those that the caller knows.
fn known(settings: &Settings) -> Secrets {
    let secrets = settings.secrets.clone();
    if let Credentials::Given(credential) = &settings.credentials {
        secrets.keep(credential.token());
    }
    settings.client_certificate.iter().for_each(|(_, key)| secrets.keep(key.expose()));
    // Its address is no secret where it has no password.
    let proxy = settings.proxy.iter().map(Secret::expose).filter(|address| address.contains('@'));
    proxy.for_each(|address| secrets.keep(address));
    secrets
}

fn proofs(settings: &Settings) -> Result<Proofs, SettingsError> {
    Ok(match &settings.credentials {
        Credentials::None => Proofs::None,
        Credentials::Given(credential) => Proofs::Fixed(Proof::new(credential)?),
        Credentials::Fetched(fetch) => {
            settings.secrets.keep(fetch.secret.expose());
            let client = Client::new(Settings {
                base_url: fetch.base_url.clone(),
                credentials: Credentials::None,
                headers: Vec::new(),
                dialect: fetch.dialect,
                ..settings.clone()
            })
            .map_err(|error| match error.setting {
                Setting::BaseUrl => SettingsError { setting: Setting::TokenUrl, ..error },
                _ => error,
            })?;
            Proofs::fetched(client, fetch.clone())
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
    previous: Option<Cause>,
    /// What the latest try proved itself with.
    proof: Option<Proof>,
}

impl Progress {
    fn new(call: &Call, base: &Url) -> Progress {
        Progress {
            method: call.method,
            origin: address::origin(base),
            path: words::plain(&format!("{}/{}", base.path().trim_end_matches('/'), call.path.join("/"))),
            tries: 0,
            begun: Instant::now(),
            may_have_acted: false,
            previous: None,
            proof: None,
        }
    }

    fn after(&mut self, cause: Cause) {
        self.may_have_acted |= cause.may_have_acted();
        self.previous = Some(cause);
    }

    fn give_up(&mut self, failure: Failure) -> Error {
        let mut cause = failure.cause;
        if let Cause::Refused { retry_after, .. } = &mut cause {
            *retry_after = failure.asked;
        }
        Error { request_id: failure.request_id, ..self.fail(cause) }
    }

    /// A call that was cut off between two tries tells what the last one met, if that leaves something to find out.
    fn fail(&mut self, cause: Cause) -> Error {
        let cut_off = matches!(cause, Cause::Cancelled) && self.may_have_acted && self.method.writes();
        let cause = if cut_off { self.previous.take().unwrap_or(cause) } else { cause };
        Error {
            method: self.method,
            origin: self.origin.clone(),
            path: self.path.clone(),
            cause,
            tries: self.tries,
            request_id: None,
            earlier_try_may_have_acted: self.may_have_acted,
        }
    }
}

//! A request and its response as callers see them. The base address and the headers of the connection are not part of it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::HeaderMap;
use serde_json::value::RawValue;

/// A JSON body. Numbers keep the digits that were sent.
pub type Json = serde_json::Value;

/// A JSON body as it was sent: a long list takes a tenth of the memory that its values would. Clones share it.
#[derive(Clone)]
pub struct JsonText(Arc<String>);

impl JsonText {
    /// `None` if this is not JSON.
    pub fn new(text: impl Into<String>) -> Option<JsonText> {
        let text = text.into();
        serde_json::from_str::<&RawValue>(&text).is_ok().then(|| JsonText(Arc::new(text)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without its text: it may contain secrets.
impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}

/// A form in which the body of a response is read.
pub trait FromBody: Sized {
    /// The body of a response that has none.
    fn empty() -> Self;

    /// `None` if this is not JSON.
    fn parse(bytes: Vec<u8>) -> Option<Self>;
}

impl FromBody for Json {
    fn empty() -> Json {
        Json::Null
    }

    fn parse(bytes: Vec<u8>) -> Option<Json> {
        serde_json::from_slice(&bytes).ok()
    }
}

impl FromBody for JsonText {
    fn empty() -> JsonText {
        JsonText(Arc::new("null".to_owned()))
    }

    fn parse(bytes: Vec<u8>) -> Option<JsonText> {
        JsonText::new(String::from_utf8(bytes).ok()?)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whether the request may change something.
    pub fn writes(self) -> bool {
        self != Method::Get
    }
}

/// Whether a request that may have arrived may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Idempotent: it may be sent again.
    Safe,
    /// Only when it is certain that the server did not act on the first one.
    OnlyIfUnsent,
}

/// One request.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    /// Below the base address; each segment is encoded on its own.
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    /// In addition to those of every request. Never for credentials.
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Json>,
    pub repeat: Repeat,
    /// How long a response may take, if it is not the time of every request.
    pub within: Option<Duration>,
}

impl Call {
    /// A POST is not safe to repeat, the other methods are; [`Call::repeat`] overrides that.
    pub fn new<S: Into<String>>(method: Method, path: impl IntoIterator<Item = S>) -> Call {
        let repeat = if method == Method::Post { Repeat::OnlyIfUnsent } else { Repeat::Safe };
        let path = path.into_iter().map(Into::into).collect();
        Call { method, path, query: Vec::new(), headers: Vec::new(), body: None, repeat, within: None }
    }

    pub fn get<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Call {
        Call::new(Method::Get, path)
    }

    #[must_use]
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Call {
        self.query.push((key.into(), value.into()));
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn body(mut self, body: Json) -> Call {
        self.body = Some(body);
        self
    }

    /// The server may take this long to respond.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Call {
        self.within = Some(time);
        self
    }

    #[must_use]
    pub fn repeat(mut self, repeat: Repeat) -> Call {
        self.repeat = repeat;
        self
    }
}

/// Without query, headers and body: they may contain secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} /{}, {:?})", self.method.name(), self.path.join("/"), self.repeat)
    }
}

/// A response with a status of success.
#[derive(Clone)]
pub struct Answer<B = Json> {
    pub status: u16,
    /// `null` when the body is empty.
    pub body: B,
    pub(super) headers: HeaderMap,
}

impl<B> Answer<B> {
    pub fn new(status: u16, body: B) -> Answer<B> {
        Answer { status, body, headers: HeaderMap::new() }
    }

    /// The server's time at the response, in whole seconds since 1970, if it says so.
    pub fn time(&self) -> Option<i64> {
        let date = httpdate::parse_http_date(self.header("date")?).ok()?;
        i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
    }

    /// The header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Without headers and body: they may contain secrets.
impl<B> fmt::Debug for Answer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}

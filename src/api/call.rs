//! A request and its response as callers see them. The base address and the headers of the connection are not part of it.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;

/// A JSON body. Numbers keep the digits that were sent.
pub type Json = serde_json::Value;

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
pub struct Answer {
    pub status: u16,
    /// `Null` when the body is empty.
    pub body: Json,
    pub(super) headers: HeaderMap,
}

impl Answer {
    pub fn new(status: u16, body: Json) -> Answer {
        Answer { status, body, headers: HeaderMap::new() }
    }

    /// The header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Without headers and body: they may contain secrets.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}

//! One request and one answer, without sockets: what the handlers of the emulator see and give.
//! It must not know any object of the gateway.

use serde_json::{Value, json};

use super::auth::Caller;

/// A request as it came in.
pub(crate) struct Asked {
    pub(super) method: String,
    /// Path and query, as sent.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// The first header of this name, given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A request that has been read to its end and routed.
pub(super) struct Request {
    pub(super) caller: Caller,
    /// Whether secrets are masked for the caller.
    pub(super) masked: bool,
    /// Decoded segments that stand where the route's pattern has `{}`.
    pub(super) params: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn param(&self, index: usize) -> &str {
        self.params.get(index).map_or("", String::as_str)
    }

    pub(super) fn has_nul(&self) -> bool {
        self.asks_for_nul() || std::str::from_utf8(&self.body).is_ok_and(|body| body.contains("\\u0000"))
    }

    /// In the path or in the query.
    pub(super) fn asks_for_nul(&self) -> bool {
        self.params.iter().chain(self.query.iter().map(|(_, value)| value)).any(|text| text.contains('\0'))
    }

    /// First value of a query parameter; present and empty is `Some("")`.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Handlers return early with a refusal, which is an answer too.
pub(super) type Outcome = Result<Answer, Answer>;

impl Answer {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type".into(), content_type.into())], body: body.into() }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Facts §1: an unknown route, or a known one with another method, is this text, never a 405.
    pub(super) fn no_route() -> Self {
        Self::new(404, "text/plain", "404 page not found")
    }

    /// Facts §1: a panic of a handler is a 500 without a body.
    pub(super) fn panicked() -> Self {
        Self::empty(500)
    }

    pub(super) fn moved(to: &str) -> Self {
        let mut answer =
            Self::new(301, "text/html; charset=utf-8", format!("<a href=\"{to}\">Moved Permanently</a>.\n\n"));
        answer.headers.push(("location".into(), to.into()));
        answer
    }
}

pub(super) fn ok(body: &Value) -> Outcome {
    Ok(Answer::json(200, body))
}

pub(super) fn created(body: &Value) -> Outcome {
    Ok(Answer::json(201, body))
}

pub(super) fn deleted() -> Outcome {
    Ok(Answer::empty(204))
}

pub(super) fn refuse(status: u16, message: impl Into<String>) -> Answer {
    Answer::json(status, &json!({ "message": message.into() }))
}

/// Splits a request target into decoded path and decoded query pairs. The path is decoded as a whole and once, so
/// that `%2F` splits a segment as it does in the gateway (facts §1).
pub(super) fn split_target(target: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
    });
    (decode(path), pairs.collect())
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |index: usize| bytes.get(index).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match (bytes[index], hex(index + 1), hex(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                index += 3;
            }
            (byte, ..) => {
                out.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_decoded_once_and_plus_is_a_blank_only_in_the_query() {
        let (path, query) = split_target("/api/a%20b%2Fc+%2525/caf%C3%A9?x=1+2&y=%3D&z&=");
        assert_eq!(path, "/api/a b/c+%25/café");
        let pairs: Vec<_> = query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("x", "1 2"), ("y", "="), ("z", ""), ("", "")]);
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(split_target("/a%2/b%zz").0, "/a%2/b%zz");
    }
}

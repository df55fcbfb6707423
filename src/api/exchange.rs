//! One try: a request out, an answer in, and what that answer is worth. No repeating and no waiting here.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER, SERVER};
use reqwest::{Response, Url};
use tokio::time::{Instant, timeout_at};

use super::address::{origin, same_origin};
use super::auth::AuthHeader;
use super::classifier::{ErrorBody, ErrorClassifier, ErrorKind};
use super::connection_error::{innermost, of_sending};
use super::error::SendError;
use super::text::{outside_texts, presentable};
use super::{Answer, Json, Method, Redactor, retry};

/// What many servers and proxies call their name for a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LARGEST_BODY: usize = 64 << 20;
/// Of lists, objects and their elements: each costs a hundred times its own size once it is read, where a text costs
/// its size.
const MOST_PARTS: usize = 2_000_000;
const MOST_REDIRECTS: usize = 3;

/// A call in the form in which it is sent, as often as need be; what proves it may be another each time.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// Never shown, should the server repeat them.
    pub(super) redactor: Redactor,
}

/// What came of a try that was no success.
pub(super) struct Failure {
    pub(super) error: SendError,
    /// How long the server asks us to wait.
    pub(super) asked: Option<Duration>,
    pub(super) request_id: Option<String>,
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Failure {
        Failure { error, asked: None, request_id: None }
    }
}

/// An answer whose body may not have come in whole.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Result<Vec<u8>, SendError>,
}

pub(super) async fn exchange(
    pool: &reqwest::Client,
    request: &Request,
    auth_header: Option<&AuthHeader>,
    classifier: ErrorClassifier,
    deadline: Instant,
) -> Result<Answer, Failure> {
    let response = response(pool, request, auth_header, deadline).await?;
    let status = response.status().as_u16();
    if (300..400).contains(&status) {
        return Err(SendError::NotTheApi { status }.into());
    }
    let headers = response.headers().clone();
    let body = read_body(response, deadline).await;
    log::trace!("{} {}: {} bytes", request.method.name(), request.url.path(), size(&body));
    judge(Reply { status, headers, body }, &request.redactor, classifier)
}

/// The head of the answer, after redirects that stay where they are.
async fn response(
    pool: &reqwest::Client,
    request: &Request,
    auth_header: Option<&AuthHeader>,
    deadline: Instant,
) -> Result<Response, SendError> {
    let mut url = request.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let sent = pool.execute(build(request, auth_header, url.clone()));
        let response = match timeout_at(deadline, sent).await {
            Ok(response) => response.map_err(|error| of_sending(&error))?,
            Err(_) => return Err(SendError::Lost { reason: "it did not come in time".into() }),
        };
        let Some(target) = redirect_target(&response, &url) else { return Ok(response) };
        if request.method.writes() || !same_origin(&request.url, &target) {
            return Err(SendError::Redirected { status: response.status().as_u16(), to: origin(&target) });
        }
        url = target;
    }
    Err(SendError::Redirected { status: 302, to: format!("{}, again and again", origin(&url)) })
}

fn build(request: &Request, auth_header: Option<&AuthHeader>, url: Url) -> reqwest::Request {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut built = reqwest::Request::new(method, url);
    built.headers_mut().clone_from(&request.headers);
    if let Some(auth_header) = auth_header {
        built.headers_mut().insert(auth_header.header.clone(), auth_header.value.clone());
    }
    *built.body_mut() = request.body.clone().map(Into::into);
    built
}

fn redirect_target(response: &Response, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

async fn read_body(mut response: Response, deadline: Instant) -> Result<Vec<u8>, SendError> {
    let status = response.status().as_u16();
    let garbled = |reason: String| SendError::Garbled { status, reason };
    let mut body = Vec::new();
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() > LARGEST_BODY => {
                return Err(SendError::TooLarge { status });
            }
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
            Ok(Ok(None)) => return Ok(body),
            Ok(Err(error)) => return Err(garbled(format!("it broke off ({})", innermost(&error)))),
            Err(_) => return Err(garbled("it did not come to its end in time".into())),
        }
    }
}

fn size(body: &Result<Vec<u8>, SendError>) -> usize {
    body.as_ref().map_or(0, Vec::len)
}

fn judge(reply: Reply, redactor: &Redactor, classifier: ErrorClassifier) -> Result<Answer, Failure> {
    if (200..300).contains(&reply.status) {
        Ok(success(reply, redactor)?)
    } else {
        Err(refusal(&reply, redactor, classifier))
    }
}

fn success(reply: Reply, redactor: &Redactor) -> Result<Answer, SendError> {
    let Reply { status, headers, body } = reply;
    let body = body?;
    if parts(&body) > MOST_PARTS {
        return Err(SendError::TooLarge { status });
    }
    // Only these may say nothing: whatever else is silent is not the API, or lost its words on the way.
    let may_be_empty = matches!(status, 204 | 205);
    let body = if may_be_empty && body.trim_ascii().is_empty() {
        Json::Null
    } else if body.trim_ascii().is_empty() {
        return Err(SendError::Garbled { status, reason: "it is empty".into() });
    } else {
        match serde_json::from_slice(&body) {
            Ok(body) => body,
            // Without the parser's own words: they may quote the body.
            Err(_) if claims_json(&headers, &body) => {
                return Err(SendError::Garbled { status, reason: "it is not valid JSON".into() });
            }
            Err(_) => return Err(SendError::NotTheApi { status }),
        }
    };
    Ok(Answer { status, body, server: text_of(&headers, &SERVER).map(|server| presentable(server, redactor)) })
}

fn refusal(reply: &Reply, redactor: &Redactor, classifier: ErrorClassifier) -> Failure {
    let status = reply.status;
    // A body that broke off takes nothing from what the status says.
    let body = reply.body.as_deref().unwrap_or_default();
    // Proxies in front of an API report with pages that they cannot reach it; that is a failure, not a wrong address.
    let page = is_page(&reply.headers, body);
    if page && status < 500 && status != 429 {
        return SendError::NotTheApi { status }.into();
    }
    let json: Option<Json> = (parts(body) <= MOST_PARTS).then(|| serde_json::from_slice(body).ok()).flatten();
    let json = json.filter(|json| json.is_object() || json.is_array());
    // An answer that calls itself JSON is the API's own, even if its body arrived in pieces.
    if status == 404 && json.is_none() && !claims_json(&reply.headers, body) {
        return SendError::NoSuchRoute.into();
    }
    let said = match (&json, std::str::from_utf8(body)) {
        (Some(json), _) => ErrorBody::Json(json),
        (None, Ok(text)) if !page && !text.trim().is_empty() => ErrorBody::Text(text),
        _ => ErrorBody::Nothing,
    };
    let said = (classifier.refusal)(status, said);
    if said.kind == ErrorKind::NoSuchRoute {
        return SendError::NoSuchRoute.into();
    }
    let asked = match said.kind {
        ErrorKind::Busy | ErrorKind::InUse | ErrorKind::Failed => text_of(&reply.headers, &RETRY_AFTER),
        _ => None,
    };
    let message = presentable(&said.message, redactor);
    let request_id = text_of(&reply.headers, &REQUEST_ID).map(|id| presentable(id, redactor));
    Failure {
        error: SendError::Refused { status, kind: said.kind, message, field: said.field, retry_after: None },
        asked: asked.and_then(|header| retry::retry_after(header, SystemTime::now())).or(said.wait),
        request_id: request_id.filter(|id| !id.is_empty()),
    }
}

/// How many parts JSON has at most, without decoding it.
fn parts(body: &[u8]) -> usize {
    // No part is shorter than what sets it apart.
    if body.len() <= MOST_PARTS {
        return 0;
    }
    outside_texts(body).filter(|(_, byte)| matches!(byte, b',' | b'[' | b'{')).count()
}

fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    text_of(headers, &CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
        || body.trim_ascii_start().starts_with(b"<")
}

fn claims_json(headers: &HeaderMap, body: &[u8]) -> bool {
    match text_of(headers, &CONTENT_TYPE) {
        Some(kind) => kind.to_ascii_lowercase().contains("json") && !is_page(headers, body),
        None => body.trim_ascii_start().starts_with(b"{") || body.trim_ascii_start().starts_with(b"["),
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_and_text_is_not() {
        let many = |part: &str| format!("[{}0]", part.repeat(MOST_PARTS)).into_bytes();
        assert_eq!(parts(&many("0,")), MOST_PARTS + 1);
        assert_eq!(parts(&many("{},")), 2 * MOST_PARTS + 1);
        let text = format!(r#"["{}\\\"",{{"a":"\\\\"}}]"#, ",[{".repeat(MOST_PARTS)).into_bytes();
        assert_eq!(parts(&text), 3);
        assert_eq!(parts(b"[0,0]"), 0, "a short body is not looked through");
    }
}

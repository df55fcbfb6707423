//! One try: a request out, a response in, and what that response means. No repeating and no waiting here.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};
use tokio::time::{Instant, timeout_at};

use super::address::{origin, same_origin};
use super::auth::AuthHeader;
use super::call::{Answer, FromBody, Json, Method};
use super::classifier::{ErrorBody, ErrorClassifier, ErrorKind};
use super::connection_error::{innermost, of_sending};
use super::error::SendError;
use super::redactor::Redactor;
use super::retry;
use super::text::outside_strings;

/// The header in which many servers and proxies name the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LARGEST_BODY: usize = 64 << 20;
/// Of JSON values: each takes a hundred times its own size once it is parsed, where a string takes its size.
const MOST_VALUES: usize = 2_000_000;
const MOST_REDIRECTS: usize = 3;

/// A call in the form in which it is sent, as often as needed; the authentication may be another each time.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// How long the response may take.
    pub(super) timeout: Duration,
    /// Removes secrets from what the server returns.
    pub(super) redactor: Redactor,
}

/// A response whose body may be incomplete.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Result<Vec<u8>, SendError>,
}

/// # Errors
/// Everything but a response with a status of success and a readable body.
pub(super) async fn exchange<B: FromBody>(
    pool: &reqwest::Client,
    request: &Request,
    auth_header: Option<&AuthHeader>,
    classify: ErrorClassifier,
    deadline: Instant,
) -> Result<Answer<B>, SendError> {
    let response = response(pool, request, auth_header, deadline).await?;
    let status = response.status().as_u16();
    if (300..400).contains(&status) {
        return Err(SendError::NotTheApi { status });
    }
    let headers = response.headers().clone();
    let body = read_body(response, deadline).await;
    log::trace!("{} {}: {} bytes", request.method.name(), request.url.path(), size(&body));
    let reply = Reply { status, headers, body };
    if (200..300).contains(&status) { success(reply) } else { Err(refusal(&reply, &request.redactor, classify)) }
}

/// The head of the response, after redirects on the same origin.
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
            Err(_) => return Err(SendError::NoResponse { reason: "timed out".into() }),
        };
        let Some(target) = redirect_target(&response, &url) else { return Ok(response) };
        if request.method.writes() || !same_origin(&request.url, &target) {
            return Err(SendError::Redirected { status: response.status().as_u16(), to: origin(&target) });
        }
        url = target;
    }
    Err(SendError::Redirected { status: 302, to: format!("{} and so on", origin(&url)) })
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
        built.headers_mut().insert(auth_header.name.clone(), auth_header.value.clone());
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
    let bad = |reason: String| SendError::BadBody { status, reason };
    let mut body = Vec::new();
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() > LARGEST_BODY => {
                return Err(SendError::BodyTooLarge { status });
            }
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
            Ok(Ok(None)) => return Ok(body),
            Ok(Err(error)) => return Err(bad(format!("it is incomplete ({})", innermost(&error)))),
            Err(_) => return Err(bad("it timed out".into())),
        }
    }
}

fn size(body: &Result<Vec<u8>, SendError>) -> usize {
    body.as_ref().map_or(0, Vec::len)
}

fn success<B: FromBody>(reply: Reply) -> Result<Answer<B>, SendError> {
    let Reply { status, headers, body } = reply;
    let body = body?;
    if count_values(&body) > MOST_VALUES {
        return Err(SendError::BodyTooLarge { status });
    }
    // Only these may be empty: any other empty response is not the API's, or was lost on the way.
    let may_be_empty = matches!(status, 204 | 205);
    let body = if may_be_empty && body.trim_ascii().is_empty() {
        B::empty()
    } else if body.trim_ascii().is_empty() {
        return Err(SendError::BadBody { status, reason: "it is empty".into() });
    } else {
        let claims_json = claims_json(&headers, &body);
        match B::parse(body) {
            Some(body) => body,
            // Without the parser's message, which may quote the body.
            None if claims_json => return Err(SendError::BadBody { status, reason: "it is not valid JSON".into() }),
            None => return Err(SendError::NotTheApi { status }),
        }
    };
    Ok(Answer { status, body, headers })
}

fn refusal(reply: &Reply, redactor: &Redactor, classify: ErrorClassifier) -> SendError {
    let status = reply.status;
    // An incomplete body changes nothing about what the status means.
    let body = reply.body.as_deref().unwrap_or_default();
    // Proxies in front of an API report with HTML that they cannot reach it; that is a failure, not a wrong address.
    let page = is_page(&reply.headers, body);
    if page && status < 500 && status != 429 {
        return SendError::NotTheApi { status };
    }
    let json: Option<Json> = (count_values(body) <= MOST_VALUES).then(|| serde_json::from_slice(body).ok()).flatten();
    let json = json.filter(|json| json.is_object() || json.is_array());
    // A response that claims to be JSON is the API's own, even if its body is incomplete.
    if status == 404 && json.is_none() && !claims_json(&reply.headers, body) {
        return SendError::NoSuchRoute;
    }
    let body = match (&json, std::str::from_utf8(body)) {
        (Some(json), _) => ErrorBody::Json(json),
        (None, Ok(text)) if !page && !text.trim().is_empty() => ErrorBody::Text(text),
        _ => ErrorBody::Empty,
    };
    let refusal = classify(status, body);
    let header = match refusal.kind {
        ErrorKind::NoSuchRoute => return SendError::NoSuchRoute,
        ErrorKind::Busy | ErrorKind::InUse | ErrorKind::ServerError => text_of(&reply.headers, &RETRY_AFTER),
        _ => None,
    };
    let request_id = text_of(&reply.headers, &REQUEST_ID).map(|id| redactor.quote(id));
    SendError::Refused {
        status,
        kind: refusal.kind,
        message: redactor.quote(&refusal.message),
        field: refusal.field,
        retry_after: header.and_then(|text| retry::retry_after(text, SystemTime::now())).or(refusal.retry_after),
        request_id: request_id.filter(|id| !id.is_empty()),
    }
}

/// How many values JSON has at most, without parsing it.
fn count_values(body: &[u8]) -> usize {
    // Each value has a character before it that sets it apart.
    if body.len() <= MOST_VALUES {
        return 0;
    }
    outside_strings(body).filter(|(_, byte)| matches!(byte, b',' | b'[' | b'{')).count()
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
    fn values_are_counted_and_strings_are_not_looked_into() {
        let many = |value: &str| format!("[{}0]", value.repeat(MOST_VALUES)).into_bytes();
        assert_eq!(count_values(&many("0,")), MOST_VALUES + 1);
        assert_eq!(count_values(&many("{},")), 2 * MOST_VALUES + 1);
        let text = format!(r#"["{}\\\"",{{"a":"\\\\"}}]"#, ",[{".repeat(MOST_VALUES)).into_bytes();
        assert_eq!(count_values(&text), 3);
        assert_eq!(count_values(b"[0,0]"), 0, "a short body is not searched");
    }
}

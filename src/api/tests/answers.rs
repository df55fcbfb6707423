//! What a response means.

use super::server::{Act, Server, answer, json};
use super::*;
use crate::api::{Answer, Error, SendError};

async fn once(act: Act, call: Call) -> (Result<Answer, Error>, Server) {
    let server = Server::start([act]).await;
    let result = client(&format!("{}/api/", server.url)).send(call, &budget()).await;
    (result, server)
}

async fn refused(act: Act, call: Call) -> Error {
    once(act, call).await.0.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_what_it_should_and_an_answer_comes_back() {
    let call = Call::new(Method::Patch, ["things", "a b"]).query("q", "1&2").header("x-kind", "k").body(Json::from(7));
    let (answer, server) = once(json(201, r#"{"a": 1.10, "n": 12345678901234567890123}"#), call).await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.header("server")), (201, Some("box/1.2")));
    assert_eq!(answer.body.to_string(), r#"{"a":1.10,"n":12345678901234567890123}"#);
    let request = &server.seen()[0];
    assert!(request.starts_with("PATCH /api/things/a%20b?q=1%262 HTTP/1.1\r\n"), "{request}");
    for part in
        ["authorization: Bearer canary-key", "user-agent: tester/1.0", "accept: application/json", "x-kind: k", "\n7"]
    {
        assert!(request.contains(part), "{part}: {request}");
    }
    assert!(request.contains("content-type: application/json"));
    assert!(!request.contains("accept-encoding"), "nothing here decompresses");
}

#[tokio::test(start_paused = true)]
async fn only_a_status_that_says_so_allows_an_empty_body() {
    for act in [answer(204, &[], ""), json(200, "null")] {
        assert_eq!(once(act, get()).await.0.unwrap().body, Json::Null);
    }
    for act in [answer(200, &[], ""), json(201, " \n")] {
        let error = once(act, get()).await.0.unwrap_err();
        assert!(error.to_string().contains("it is empty"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn json_is_read_whatever_its_content_type() {
    for kind in ["text/plain", "application/problem+json", "application/octet-stream"] {
        assert_eq!(once(answer(200, &[("content-type", kind)], "[1]"), get()).await.0.unwrap().body[0], 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_is_not_the_api_and_is_never_shown() {
    let html = [("content-type", "text/html; charset=utf-8")];
    for act in [
        answer(200, &html, "<html>canary-page"),
        answer(200, &[], " <!doctype html>canary-page"),
        answer(200, &[("content-type", "application/json")], "<html>canary-page"),
        answer(200, &[("content-type", "text/plain")], "canary-page"),
        answer(401, &html, "<html>canary-page"),
        answer(403, &html, "<html>canary-page"),
        answer(404, &html, "<html>canary-page"),
        answer(304, &[], ""),
    ] {
        let (result, server) = once(act, get()).await;
        let error = result.unwrap_err();
        assert!(matches!(error.cause, SendError::NotTheApi { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert!(error.to_string().starts_with(&format!("GET {}/api/things/one returned ", server.url)), "{error}");
        assert_eq!(server.count(), 1, "asking again would not help");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_that_cannot_reach_the_api_is_a_failure() {
    let act = answer(502, &[("content-type", "text/html")], "<html>canary-page");
    let (result, server) = once(act, get()).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::ServerError));
    assert_eq!(error.to_string(), "GET /api/things/one returned 502 without a message. (5 tries)");
    assert_eq!(server.count(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_route_is_not_a_missing_object() {
    for act in [
        answer(404, &[("content-type", "text/plain")], "404 page not found"),
        answer(404, &[], ""),
        answer(404, &[], "404"),
    ] {
        let error = refused(act, get()).await;
        assert_eq!((&error.cause, error.is_not_found()), (&SendError::NoSuchRoute, false));
    }
    for body in [r#"{"message":"not found"}"#, r#"{"message":"not"#, ""] {
        assert!(refused(json(404, body), get()).await.is_not_found(), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_what_it_claims_to_be_is_bad() {
    let deep = "[".repeat(100_000);
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"canary\": ".to_owned();
    let text = |body: &str| answer(200, &[("content-type", "application/json")], body);
    for act in [text(r#"{"canary": "#), text("[1] [canary]"), text(&deep), answer(200, &[], "{canary"), Act::Break(cut)]
    {
        let (result, server) = once(act.clone(), get()).await;
        let error = result.unwrap_err();
        assert!(matches!(error.cause, SendError::BadBody { status: 200, .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert_eq!(server.count(), 5, "a read is tried again");
        let (result, server) = once(act, post()).await;
        assert!(result.unwrap_err().may_have_acted());
        assert_eq!(server.count(), 1, "a write that may have acted is not");
    }
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n\"";
    let (result, server) = once(Act::Break(format!("{head}{}", "x".repeat(65 << 20))), get()).await;
    assert_eq!(result.unwrap_err().cause, SendError::BodyTooLarge { status: 200 });
    assert_eq!(server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_has_its_kind_and_the_servers_message() {
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (409, ErrorKind::AlreadyExists),
        (410, ErrorKind::NotFound),
        (422, ErrorKind::Rejected),
    ] {
        let (result, server) = once(json(status, r#"{"message":"no such luck."}"#), post()).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.may_have_acted(), server.count()), (Some(kind), false, 1));
        assert_eq!(error.to_string(), format!("POST /api/things returned {status}: no such luck."));
    }
    let error = refused(answer(403, &[("content-type", "text/plain")], "go away"), get()).await;
    assert_eq!(error.to_string(), "GET /api/things/one returned 403: go away.");
}

#[tokio::test(start_paused = true)]
async fn a_servers_message_is_made_fit_to_be_shown() {
    let long = format!(r#"{{"message":"one\ntwo\u001b[31m\u202e key canary-key {}"}}"#, "ö".repeat(2000));
    let text = refused(json(422, &long), get()).await.to_string();
    assert!(text.contains("422: one two[31m key (secret) öö"), "{text}");
    assert!(text.ends_with("ö…."), "{text}");
    assert!(text.chars().count() < 560);
}

#[tokio::test(start_paused = true)]
async fn an_error_response_with_an_incomplete_body_is_classified_by_its_status() {
    let cut = "HTTP/1.1 409 Conflict\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"mess";
    let error = refused(Act::Break(cut.to_owned()), post()).await;
    assert_eq!((error.kind(), error.may_have_acted()), (Some(ErrorKind::AlreadyExists), false));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_not_sent() {
    let server = Server::start([json(200, "1")]).await;
    let client = client(&server.url);
    for call in [
        Call::get(["a", "b/c"]),
        Call::get(["a", ""]),
        Call::get(["a", ".."]),
        Call::get(["a"]).header("x-kind", "canary\nvalue"),
    ] {
        let error = client.send(call, &budget()).await.unwrap_err();
        assert!(matches!(error.cause, SendError::Unsendable { .. }), "{error}");
        assert!(!error.may_have_acted() && !error.to_string().contains("canary"));
        assert_eq!(error.tries, 0);
    }
    assert_eq!(server.count(), 0);
}

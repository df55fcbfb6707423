//! The credential goes to the one server that it was given for.

use super::server::{Act, Server, answer, json};
use super::*;
use crate::api::SendError;

fn redirect(status: u16, to: &str) -> Act {
    answer(status, &[("location", to)], "")
}

#[tokio::test(start_paused = true)]
async fn a_redirect_on_the_same_server_is_followed_for_a_read() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([redirect(status, "/elsewhere?a=b"), json(200, "1")]).await;
        assert_eq!(client(&server.url).send(get(), &budget()).await.unwrap().body, 1);
        assert!(server.seen()[1].starts_with("GET /elsewhere?a=b HTTP/1.1"));
        assert!(server.seen()[1].contains(KEY));
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_to_another_origin_gets_nothing_and_is_named_without_its_query() {
    let other = Server::start([json(200, "1")]).await;
    for status in [301, 302, 307, 308] {
        let server = Server::start([redirect(status, &format!("{}/login?state=canary-query", other.url))]).await;
        for call in [get(), post(), put()] {
            let error = client(&server.url).send(call, &budget()).await.unwrap_err();
            assert_eq!(error.cause, SendError::Redirected { status, to: other.url.clone() });
            assert!(error.to_string().contains("correct the API's address"));
            assert!(!format!("{error} {error:?}").contains("canary"));
            assert!(!error.may_have_acted());
        }
    }
    assert_eq!((other.count(), other.connections()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn another_scheme_is_another_origin() {
    let server = Server::start([json(200, "1")]).await;
    let https = server.url.replace("http:", "https:");
    let first = Server::start([redirect(302, &https)]).await;
    let error = client(&first.url).send(get(), &budget()).await.unwrap_err();
    assert_eq!(error.cause, SendError::Redirected { status: 302, to: https });
    assert_eq!(server.connections(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_write_follows_no_redirect() {
    let server = Server::start([redirect(307, "/elsewhere")]).await;
    let error = client(&server.url).send(post(), &budget()).await.unwrap_err();
    assert_eq!(error.cause, SendError::Redirected { status: 307, to: server.url.clone() });
    assert_eq!(server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn redirects_in_a_circle_end() {
    let server = Server::start([redirect(302, "/again")]).await;
    let error = client(&server.url).send(get(), &budget()).await.unwrap_err();
    assert!(matches!(error.cause, SendError::Redirected { .. }), "{error}");
    assert_eq!(server.count(), 4);
}

//! Limits: how many requests at once, how quickly, and what happens to a queue if the server does not respond.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::server::{Act, Server, json, text};
use super::*;

async fn many(client: Client, count: usize) -> Vec<bool> {
    let client = Arc::new(client);
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let client = Arc::clone(&client);
        calls.spawn(async move { client.send(get(), &budget()).await.is_ok() });
    }
    calls.join_all().await
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_at_once_than_allowed() {
    let server = Server::start([Act::Later(Duration::from_secs(1), text(200, &[], "1"))]).await;
    let limited = Settings { max_concurrent_requests: 3, ..settings(&server.url) };
    let begin = Instant::now();
    assert!(many(Client::new(limited).unwrap(), 12).await.iter().all(|ok| *ok));
    assert_eq!((begin.elapsed().as_secs(), server.connections()), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_is_no_reason_to_give_up() {
    let server = Server::start([Act::Later(Duration::from_secs(20), text(200, &[], "1"))]).await;
    let limited = Settings { max_concurrent_requests: 1, ..settings(&server.url) };
    assert!(many(Client::new(limited).unwrap(), 10).await.iter().all(|ok| *ok), "200 s of waiting, all answered");
}

#[tokio::test(start_paused = true)]
async fn a_queue_behind_a_server_that_hangs_ends_with_it() {
    let server = Server::start([Act::Hang]).await;
    let limited = Settings { max_concurrent_requests: 2, ..settings(&server.url) };
    let begin = Instant::now();
    assert!(many(Client::new(limited).unwrap(), 10).await.iter().all(|ok| !*ok));
    assert!(begin.elapsed().as_secs() <= 80, "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn requests_are_spaced() {
    let server = Server::start([json(200, "1")]).await;
    let paced = Settings { requests_per_second: Some(0.1), ..settings(&server.url) };
    let begin = Instant::now();
    assert!(
        many(Client::new(paced).unwrap(), 13).await.iter().all(|ok| *ok),
        "the client's own waiting does not count"
    );
    assert_eq!(begin.elapsed().as_secs(), 120);
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_queueing() {
    let server = Server::start([Act::Hang]).await;
    let client = Client::new(Settings { max_concurrent_requests: 1, ..settings(&server.url) }).unwrap();
    let (stop, other) = (CancellationToken::new(), budget());
    let queued = Budget::new(stop.clone());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.cancel();
    });
    tokio::select! {
        // The first one gets the only permit.
        biased;
        _ = client.send(get(), &other) => panic!("it hangs"),
        result = client.send(post(), &queued) => assert!(result.unwrap_err().is_cancelled()),
    }
    assert_eq!(server.count(), 1);
}

#[test]
fn invalid_settings_are_named() {
    let wrong = |change: fn(&mut Settings)| {
        let mut settings = settings("http://h");
        change(&mut settings);
        Client::new(settings).err().unwrap().setting
    };
    assert_eq!(wrong(|s| s.base_url = "h".into()), Setting::BaseUrl);
    assert_eq!(wrong(|s| s.max_concurrent_requests = 0), Setting::MaxConcurrentRequests);
    assert_eq!(wrong(|s| s.requests_per_second = Some(0.0)), Setting::RequestsPerSecond);
    assert_eq!(wrong(|s| s.requests_per_second = Some(f64::NAN)), Setting::RequestsPerSecond);
    assert_eq!(wrong(|s| s.request_timeout = Duration::ZERO), Setting::RequestTimeout);
    assert_eq!(wrong(|s| s.user_agent = "a\nb".into()), Setting::UserAgent);
    assert_eq!(wrong(|s| s.ca_certificates = Some("nothing".into())), Setting::CaCertificates);
    assert_eq!(wrong(|s| s.client_certificate = Some(("nothing".into(), Secret::new("")))), Setting::ClientCertificate);
    assert_eq!(wrong(|s| s.proxy = Some(Secret::new("socks5://h"))), Setting::Proxy);
    assert_eq!(wrong(|s| s.credentials = given("x-key", "a\nb")), Setting::Credential);
    assert_eq!(wrong(|s| s.credentials = given("a b", "x")), Setting::Credential);
    assert_eq!(wrong(|s| s.headers.push(("x-kind", "a\nb".into()))), Setting::Header("x-kind"));
}

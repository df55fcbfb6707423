//! Secrets are not shown: not in an error, not in `Debug`, not in a log of any level.

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};

use super::server::{Act, Server, answer, json, unused_address};
use super::*;

struct Captured(Mutex<Vec<String>>);

static LOG: Captured = Captured(Mutex::new(Vec::new()));

impl Log for Captured {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// In a process of its own: a logger is for a whole process.
#[test]
fn no_log_no_error_and_no_debug_shows_a_secret() {
    if !alone("secrecy::no_log_no_error_and_no_debug_shows_a_secret", &[]) {
        return;
    }
    log::set_logger(&LOG).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let shown = runtime.block_on(everything());
    let logged = LOG.0.lock().unwrap().join("\n");
    for text in [&shown, &logged] {
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("dXNlcjpjYW5hcn"), "a proxy's password in base64: {text}");
    }
    for line in [
        "api::client POST /things: 200 in 0 ms (try 1)",
        "api::client GET /things/one: no response, the connection was lost",
        "api::exchange POST /things: 26 bytes",
    ] {
        assert!(logged.contains(line), "{line}: {logged}");
    }
    assert!(shown.contains("(secret)"), "the credential that a server repeats: {shown}");
}

/// An example of each outcome, as it would be shown.
async fn everything() -> String {
    let acts = [
        json(200, r#"{"secret": "canary-value"}"#),
        json(401, r#"{"message": "unknown key canary-key"}"#),
        answer(200, &[("content-type", "text/html")], "canary-page"),
        json(200, "{canary"),
        json(500, r#"{"message": "it broke", "detail": "canary-detail"}"#),
        answer(302, &[("location", "https://user:canary@elsewhere.example/canary?canary")], "canary"),
    ];
    let mut shown = Vec::new();
    for act in acts {
        let server = Server::start([act]).await;
        let settings = settings(&server.url);
        shown.push(format!("{settings:?}"));
        let call = post().query("q", "canary-query").header("x-kind", "canary-header");
        let budget = budget();
        shown.push(format!("{call:?} {budget:?}"));
        match Client::new(settings).unwrap().send(call, &budget).await {
            Ok(answer) => shown.push(format!("{answer:?}")),
            Err(error) => shown.push(format!("{error} {error:?}")),
        }
    }
    let broken = Server::start([Act::Break(String::new())]).await;
    let proxy = format!("{}/", broken.url.replace("http://", "http://user:canary-proxy@"));
    for (url, proxy) in
        [(unused_address(), None), (broken.url, None), ("http://h.example".into(), Some(Secret::new(proxy)))]
    {
        let settings = Settings { proxy, ..settings(&url) };
        shown.push(format!("{settings:?}"));
        let error = Client::new(settings).unwrap().send(get().query("q", "canary"), &budget()).await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    for url in ["https://user:canary@h.example", "canary", "http://h.example/?canary", "http://canary:99999"] {
        let error = Client::new(settings(url)).err().unwrap();
        shown.push(format!("{error} {error:?}"));
    }
    shown.join("\n")
}

//! Proxies: of the environment, of the settings, and never for this machine.

use super::server::{Server, json};
use super::*;

const ELSEWHERE: &str = "http://api.example.test/base";

async fn through(settings: Settings, proxy: &Server) {
    assert_eq!(Client::new(settings).unwrap().send(get(), &budget()).await.unwrap().body, 7);
    let request = &proxy.seen()[0];
    assert!(request.starts_with("GET http://api.example.test/base/things/one HTTP/1.1"), "{request}");
}

#[tokio::test(start_paused = true)]
async fn a_proxy_setting_is_used_even_for_this_machine() {
    let proxy = Server::start([json(200, "7")]).await;
    let address = Some(Secret::new(proxy.url.clone()));
    through(Settings { proxy: address.clone(), ..settings(ELSEWHERE) }, &proxy).await;
    let here = Settings { proxy: address, ..settings("http://127.0.0.1:9") };
    assert_eq!(Client::new(here).unwrap().send(get(), &budget()).await.unwrap().body, 7);
}

#[test]
fn the_environments_proxy_is_used() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let serve = std::thread::spawn(move || {
        let _ = std::env::var_os("API_TEST_ALONE").is_none().then(|| answer_once(&proxy));
    });
    if !alone("proxies::the_environments_proxy_is_used", &[("HTTP_PROXY", &address), ("NO_PROXY", "")]) {
        return serve.join().unwrap();
    }
    run(async {
        let url = ELSEWHERE;
        assert_eq!(client(url).send(get(), &budget()).await.unwrap().body, 7);
        let here = Server::start([json(200, "8")]).await;
        assert_eq!(client(&here.url).send(get(), &budget()).await.unwrap().body, 8, "not for this machine");
    });
}

#[test]
fn the_environments_exceptions_are_kept() {
    let variables = [("HTTP_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "example.invalid")];
    if alone("proxies::the_environments_exceptions_are_kept", &variables) {
        run(async {
            let once = Settings { max_retries: 0, ..settings("http://api.example.invalid") };
            let error = Client::new(once).unwrap().send(get(), &budget()).await.unwrap_err().to_string();
            assert!(!error.contains("refused"), "the proxy was asked: {error}");
        });
    }
}

/// A dead proxy looks like a dead server: it is named, by what brought it in, without its password.
#[test]
fn a_dead_proxy_is_named() {
    let variables = [("HTTPS_PROXY", "http://user:canary@127.0.0.1:9"), ("NO_PROXY", "example.invalid")];
    if alone("proxies::a_dead_proxy_is_named", &variables) {
        run(async {
            let error_of = async |proxy: Option<&str>, url: &str| {
                let proxy = proxy.map(Secret::new);
                let proxy_variables = variables.map(|(name, text)| (name, text.to_owned())).to_vec();
                let settings = Settings { max_retries: 0, proxy, proxy_variables, ..settings(url) };
                let error = Client::new(settings).unwrap().send(get(), &budget()).await.unwrap_err();
                assert!(!error.to_string().contains("canary"), "{error}");
                error.to_string()
            };
            let named = ", through the proxy http://127.0.0.1:9 (HTTPS_PROXY).";
            let error = error_of(None, "https://api.example.test").await;
            assert!(error.starts_with("GET https://api.example.test/things/one failed to connect"), "{error}");
            assert!(error.ends_with(named), "{error}");
            // The variable does not apply to this address, and the settings take precedence.
            assert!(!error_of(None, "https://api.example.invalid").await.contains("proxy"));
            let error = error_of(Some("http://other:canary@127.0.0.1:10"), "https://api.example.test").await;
            assert!(error.ends_with(", through the proxy http://127.0.0.1:10."), "{error}");
        });
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

/// A server for the other process.
fn answer_once(listener: &std::net::TcpListener) {
    use std::io::{Read, Write};
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = [0; 4096];
    let count = stream.read(&mut request).unwrap();
    assert!(request[..count].starts_with(b"GET http://api.example.test/base/things/one HTTP/1.1"));
    stream.write_all(server::text(200, &[], "7").as_bytes()).unwrap();
}

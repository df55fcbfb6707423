//! Tests of the client against small servers in this process. Most of them run on a paused clock, which advances when
//! everything waits, so nothing here sleeps.

mod answers;
mod budget;
mod limits;
mod proxies;
mod redirects;
mod repeats;
mod secrecy;
mod secure;
mod server;
mod tokens;
mod waiting;

use tokio_util::sync::CancellationToken;

use super::{
    Budget, Call, Client, Credential, Credentials, ErrorBody, ErrorKind, Json, Method, Refusal, Setting, Settings,
};
use crate::secret::Secret;

const KEY: &str = "Bearer canary-key";

/// Of a system whose errors are `{"message": …}` and permanent where a 500 contains the word "constraint".
fn classify(status: u16, body: ErrorBody<'_>) -> Refusal {
    let message = match body {
        ErrorBody::Json(json) => json["message"].as_str().unwrap_or_default().to_owned(),
        ErrorBody::Text(text) => text.to_owned(),
        ErrorBody::Empty => String::new(),
    };
    let kind = match status {
        500 if message.contains("constraint") => ErrorKind::Rejected,
        _ => ErrorKind::of_status(status),
    };
    Refusal::new(kind, message)
}

fn settings(url: &str) -> Settings {
    Settings { credentials: given("authorization", KEY), ..Settings::new(url, "tester/1.0", classify) }
}

fn given(header: &'static str, value: &str) -> Credentials {
    Credentials::Given(Credential { header, value: Secret::new(value) })
}

fn client(url: &str) -> Client {
    Client::new(settings(url)).unwrap()
}

fn budget() -> Budget {
    Budget::new(CancellationToken::new())
}

fn get() -> Call {
    Call::get(["things", "one"])
}

fn post() -> Call {
    Call::new(Method::Post, ["things"]).body(serde_json::json!({"secret": "canary-body"}))
}

fn put() -> Call {
    Call::new(Method::Put, ["things", "one"]).body(Json::Null)
}

/// Runs the calling test again, alone in a process of its own with these variables. True: we are that process.
fn alone(test: &str, variables: &[(&str, &str)]) -> bool {
    const MARK: &str = "API_TEST_ALONE";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let name = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([&name, "--exact", "--nocapture"])
        .env(MARK, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
    false
}

//! Data sources about the gateway itself and the owner of the key.

use serde_json::{Value as Json, json};

use crate::emulator::{Emulator, Fault, Role};
use crate::host::{Session, settings};

async fn asked(emulator: &Emulator, settings: Json, name: &str) -> Json {
    let session = Session::start().await;
    assert!(session.configure(settings).await.is_clean());
    let (state, found) = session.read_data(name, &json!({})).await;
    assert!(found.is_clean(), "{found}");
    session.shutdown().await;
    assert!(emulator.requests().iter().all(|request| request.method == "GET"));
    state
}

#[tokio::test]
async fn the_gateway_tells_what_it_is() {
    let emulator = Emulator::builder().version("1.148.0").masking(true).start();
    let told = asked(&emulator, settings(&emulator), "hoop_server_info").await;
    assert_eq!(told["version"], "1.148.0");
    assert_eq!((&told["auth_method"], &told["has_redact_credentials"]), (&json!("local"), &json!(true)));
    assert_eq!(told["license_info"], json!({"type": "oss", "is_valid": true, "verify_error": "", "features": []}));
}

/// Older gateways answer with less.
#[tokio::test]
async fn what_the_gateway_does_not_tell_is_null() {
    let emulator = Emulator::start();
    let old = json!({"version": "1.36.0", "auth_method": "oidc", "license_info": null});
    emulator.fault(Fault::answer(200).body(&old.to_string()).on("GET", "/api/serverinfo").forever());
    let told = asked(&emulator, settings(&emulator), "hoop_server_info").await;
    assert_eq!((&told["version"], &told["auth_method"]), (&json!("1.36.0"), &json!("oidc")));
    assert!(told["license_info"].is_null() && told["feature_flags"].is_null() && told["grpc_url"].is_null());
}

#[tokio::test]
async fn the_owner_of_the_key_is_told() {
    let emulator = Emulator::start();
    let told = asked(&emulator, settings(&emulator), "hoop_user_info").await;
    assert_eq!((&told["role"], &told["is_admin"], &told["groups"]), (&json!("admin"), &json!(true), &json!(["admin"])));
    let key = emulator.add_api_key("someone", Role::Standard);
    let told = asked(&emulator, json!({"api_url": emulator.api_url(), "api_key": key}), "hoop_user_info").await;
    assert_eq!((&told["role"], &told["is_admin"]), (&json!("standard"), &json!(false)));
}

//! The binary itself, started and asked as Terraform does it.

use std::path::Path;

use super::*;

async fn start(level: &str) -> Session {
    let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-lerian"));
    Session::start_with(|launch| launch.program(program).env("TF_LOG_PROVIDER_LERIAN", level)).await
}

#[tokio::test]
async fn it_offers_reporter_and_nothing_of_another_system() {
    let session = start("").await;
    assert_eq!(session.resource_types(), [TYPE]);
    assert!(session.schema.data_source_schemas.keys().all(|name| name.starts_with("lerian_")));
    session.shutdown().await;
}

#[tokio::test]
async fn a_wait_is_logged_and_no_secret_is() {
    let manager = ManagerEmulator::builder().start();
    let session = start("TRACE").await;
    assert!(session.configure(json!({"endpoint": manager.url()})).await.is_clean());
    let object = session.create(TYPE, &minimal("orders")).await;
    manager.with(|manager| manager.start_job("orders", Some(1)));
    let config = with(&minimal("orders"), &json!({"port": 1, "password": "second", "timeouts": {"update": "30s"}}));
    let object = session.converge(&object, &config).await;
    assert!(session.destroy(&object).await.diagnostics.is_clean());
    let ended = session.shutdown().await;
    assert!(ended.stderr.contains("in use; waiting"), "{}", ended.stderr);
    for secret in ["first", "second"] {
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }
}

/// A Terraform that would store what must not be stored.
#[tokio::test]
async fn an_old_terraform_is_not_given_what_it_would_store() {
    let session = start("").await;
    let ssl = json!({"mode": "require", "ca": "CA", "key_wo": "KEY", "key_wo_version": 1});
    let config = with(&minimal("orders"), &json!({"ssl": ssl}));
    assert!(session.validate(TYPE, &config).await.is_clean());
    let found = session.validate_as(TYPE, &config, None).await;
    assert_eq!(found.error_paths(), ["ssl.key_wo"], "{found}");
    session.shutdown().await;
}

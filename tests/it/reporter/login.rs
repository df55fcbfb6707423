//! Tokens of Access Manager, given or got, and the organization that old managers want.

use std::time::Duration;

use super::*;

fn guarded() -> ManagerEmulator {
    ManagerEmulator::builder().with(|manager| manager.requires_token = true).start_here()
}

fn client(manager: &ManagerEmulator) -> Json {
    let (id, secret) = manager.client();
    json!({"client_id": id, "client_secret": secret, "auth_url": manager.auth_url()})
}

fn logins(manager: &ManagerEmulator) -> usize {
    manager.requests().iter().filter(|it| it.path.contains("access_token")).count()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_got_once_and_used_by_all() {
    let manager = guarded();
    let settings = client(&manager);
    let reporter = Reporter::of(manager, settings).await;
    for name in ["one", "two", "three"] {
        reporter.create(&minimal(name)).await;
    }
    assert_eq!(logins(&reporter.manager), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_in_the_middle_is_renewed() {
    let manager = guarded();
    manager.with(|manager| manager.set_token_lifetime(Duration::from_secs(300)));
    let settings = client(&manager);
    let reporter = Reporter::of(manager, settings).await;
    let object = reporter.create(&minimal("orders")).await;
    tokio::time::sleep(Duration::from_secs(290)).await;
    let object = reporter.session.converge(&object, &with(&minimal("orders"), &json!({"port": 1}))).await;
    assert_eq!(logins(&reporter.manager), 2, "its end was known");
    reporter.manager.with(|manager| manager.revoke_tokens());
    reporter.session.converge(&object, &minimal("orders")).await;
    assert_eq!(logins(&reporter.manager), 3, "its end was met");
}

#[tokio::test(start_paused = true)]
async fn a_token_may_be_given() {
    let manager = guarded();
    let token = manager.with(|manager| manager.give_token());
    let reporter = Reporter::of(manager, json!({"token": token})).await;
    reporter.create(&minimal("orders")).await;
    assert_eq!(logins(&reporter.manager), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_client_or_token_is_one_error_that_says_what_to_set() {
    let manager = guarded();
    let (id, _) = manager.client();
    let wrong = json!({"client_id": id, "client_secret": "canary-secret", "auth_url": manager.auth_url()});
    let mut reporter = Reporter::of(manager, wrong).await;
    for (settings, words) in [
        (None, "LERIAN_CLIENT_SECRET"),
        (Some(json!({"token": "canary-token"})), "LERIAN_TOKEN"),
        (Some(json!({})), "LERIAN_TOKEN"),
    ] {
        if let Some(settings) = settings {
            reporter = Reporter::of(reporter.manager, settings).await;
        }
        let absent = Object::absent(TYPE);
        let found = reporter.session.plan(&absent, &minimal("orders")).await.diagnostics;
        assert!(found.errors().count() == 1 && found.say(words), "{words}: {found}");
        let again = reporter.session.plan(&absent, &minimal("other")).await.diagnostics;
        assert!(again.is_clean(), "one error for all: {again}");
        assert!(!reporter.session.said().contains("canary"), "{}", reporter.session.said());
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_cannot_be_reached_is_told_by_its_address_and_setting() {
    let manager = guarded();
    let (id, secret) = manager.client();
    for (url, said) in [("http://127.0.0.1:9", "failed to connect"), (&format!("{}/nowhere", manager.url()), "404")] {
        let session = Session::inside(&PROVIDER).await;
        let settings = json!({"endpoint": manager.url(), "client_id": id, "client_secret": secret, "auth_url": url, "max_retries": 0});
        assert!(session.configure(settings).await.is_clean());
        let found = session.plan(&Object::absent(TYPE), &minimal("orders")).await.diagnostics;
        assert!(found.say("Could not get a token") && found.say(said), "{found}");
        assert!(found.say(url) && found.say("`auth_url` (LERIAN_AUTH_URL)"), "{found}");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_that_do_not_go_together_are_told() {
    let session = Session::inside(&PROVIDER).await;
    let both = json!({"endpoint": "https://h", "token": "t", "client_id": "c"});
    let found = session.validate_provider(both).await;
    assert_eq!(found.error_paths(), ["client_id"], "{found}");
    // What the environment may still give is told by who needs it.
    let half = json!({"endpoint": "https://h", "client_id": "c"});
    assert!(session.validate_provider(half.clone()).await.is_clean());
    assert!(session.configure(half).await.is_clean());
    let found = session.plan(&Object::absent(TYPE), &minimal("orders")).await.diagnostics;
    assert!(found.say("LERIAN_AUTH_URL") && found.error_paths() == ["auth_url"], "{found}");
}

#[tokio::test(start_paused = true)]
async fn an_old_manager_is_told_the_organization() {
    let manager = ManagerEmulator::builder().with(|manager| manager.requires_organization = true).start_here();
    let reporter = Reporter::of(manager, json!({})).await;
    let planned = reporter.session.plan(&Object::absent(TYPE), &minimal("orders")).await;
    assert!(planned.diagnostics.has_errors());
    let organization = json!({"organization_id": "019996b8-f3d1-7d2b-a192-6e91464d82fc"});
    let reporter = Reporter::of(reporter.manager, organization).await;
    reporter.create(&minimal("orders")).await;
}

//! Tokens: requested without the provider's credentials, and a provider that is configured with one.

use serde_json::json;

use crate::emulator::manager::ManagerEmulator;
use crate::emulator::{AuthKind, Emulator, Fault};
use crate::host::Session;
use crate::subject::cases::alone;

const LOGIN: &str = "hoop_login_token";
const ACCESS: &str = "lerian_access_token";

#[test]
fn a_login_needs_only_the_url_and_its_token_configures_a_provider() {
    alone(async {
        let emulator = Emulator::builder().start_here();
        let login = json!({"email": "admin@example.test", "password": emulator.password()});
        for settings in
            [json!({"api_url": emulator.api_url()}), json!({"api_url": emulator.api_url(), "api_key": "hpk_wrong"})]
        {
            let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
            assert!(session.configure(settings).await.is_clean());
            let opened = session.open(LOGIN, &login).await;
            assert!(opened.diagnostics.is_clean() && opened.private.is_empty(), "{}", opened.diagnostics);
            assert!(emulator.requests().iter().all(|request| request.auth == AuthKind::None));
            let other = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
            let settings = json!({"api_url": emulator.api_url(), "api_key": opened.result["token"]});
            assert!(other.configure(settings).await.is_clean());
            let (agents, found) = other.read_data("hoop_agents", &json!({})).await;
            assert!(found.is_clean() && agents["agents"].is_array(), "{found}");
            emulator.clear_requests();
        }
    });
}

#[test]
fn a_refused_login_says_nothing_of_the_key_of_the_provider() {
    alone(async {
        let emulator = Emulator::builder().start_here();
        let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        assert!(session.configure(json!({"api_url": emulator.api_url()})).await.is_clean());
        for (email, words) in [("admin@example.test", "invalid credentials"), ("nobody@example.test", "user not found")]
        {
            let opened = session.open(LOGIN, &json!({"email": email, "password": "wrong-password-1"})).await;
            assert!(opened.diagnostics.say(words), "{}", opened.diagnostics);
            assert!(!opened.diagnostics.say("HOOP_APIKEY") && !opened.diagnostics.say("wrong-password-1"));
        }
        // An answer without the header.
        emulator.fault(Fault::answer(200).on("POST", "/api/localauth/login"));
        let login = json!({"email": "admin@example.test", "password": emulator.password()});
        let opened = session.open(LOGIN, &login).await;
        assert!(opened.diagnostics.say("`token` is not there"), "{}", opened.diagnostics);
        let none = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        assert!(none.configure(json!({})).await.is_clean());
        assert!(none.open(LOGIN, &login).await.diagnostics.say("HOOP_APIURL"));
    });
}

#[test]
fn client_credentials_are_those_of_the_provider_or_others() {
    alone(async {
        let manager = ManagerEmulator::builder().start_here();
        let (id, secret) = manager.client();
        let own = json!({"client_id": id, "client_secret": secret, "auth_url": manager.auth_url()});
        let mut settings = own.clone();
        settings["endpoint"] = json!(manager.url());
        // The URL of the manager is not needed for a token.
        for (settings, config) in [(settings, json!({})), (json!({}), own.clone())] {
            let session = Session::inside(&terraform_provider_hoop::lerian::PROVIDER).await;
            assert!(session.configure(settings).await.is_clean());
            let opened = session.open(ACCESS, &config).await;
            assert!(opened.diagnostics.is_clean(), "{}", opened.diagnostics);
            assert_eq!((&opened.result["token_type"], &opened.result["expires_in"]), (&json!("Bearer"), &json!(3600)));
            let other = Session::inside(&terraform_provider_hoop::lerian::PROVIDER).await;
            let settings = json!({"endpoint": manager.url(), "token": opened.result["token"]});
            assert!(other.configure(settings).await.is_clean());
            let (_, found) = other.read_data("lerian_reporter_connections", &json!({})).await;
            assert!(found.is_clean(), "{found}");
        }
        let session = Session::inside(&terraform_provider_hoop::lerian::PROVIDER).await;
        assert!(session.configure(json!({})).await.is_clean());
        let mut wrong = own;
        wrong["client_secret"] = json!("wrong-client-secret");
        let opened = session.open(ACCESS, &wrong).await;
        assert!(opened.diagnostics.say("does not accept the client"), "{}", opened.diagnostics);
        assert!(!opened.diagnostics.say("wrong-client-secret"), "{}", opened.diagnostics);
        let opened = session.open(ACCESS, &json!({})).await;
        assert!(opened.diagnostics.say("LERIAN_AUTH_URL"), "{}", opened.diagnostics);
    });
}

//! Bad input: each one clear error, on the attribute that is wrong, and as early as it can be told.

use serde_json::{Value as Json, json};

use crate::emulator::{Emulator, Fault};
use crate::terraform::{Feature, Gateway, Outcome, Terraform, control};

/// Three connections and an agent: a wrong credential must not be four errors.
const SEVERAL: &str = r#"
resource "hoop_agent" "it" {
  name = "tf-agent"
}
resource "hoop_connection" "several" {
  count    = 3
  name     = "tf-${count.index}"
  type     = "custom"
  agent_id = "00000000-0000-4000-8000-000000000001"
}
"#;

#[track_caller]
fn assert_one_error(outcome: &Outcome, says: &[&str]) {
    let error = outcome.one_error();
    for text in says {
        assert!(error.says(text), "{text:?} is missing: {error:#?}");
    }
}

/// A connection with one more line, for `terraform validate`.
fn with_line(line: &str) -> String {
    let fixed =
        [("name", "\"tf-one\""), ("type", "\"custom\""), ("agent_id", "\"00000000-0000-4000-8000-000000000001\"")];
    let mut lines = vec![line.to_owned()];
    let attribute = line.split_whitespace().next().expect("a line");
    lines.extend(fixed.iter().filter(|(name, _)| *name != attribute).map(|(name, value)| format!("{name} = {value}")));
    format!("resource \"hoop_connection\" \"one\" {{\n  {}\n}}\n", lines.join("\n  "))
}

/// The gateway takes them, and so does the official provider.
#[test]
fn keys_that_nothing_reads_are_a_warning() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let terraform = Terraform::offline();
    for line in ["secrets = { PASS = \"p\" }", "secrets_wo = { PASS = \"p\" }\n  secrets_wo_version = 1"] {
        terraform.write(&with_line(line));
        let outcome = terraform.validate().ok();
        assert!(outcome.warnings().any(|warning| warning.says("envvar:NAME")), "{line}: {outcome:#?}");
        assert!(outcome.warnings().all(|warning| !warning.says("\"p\"")), "{line}: {outcome:#?}");
    }
}

#[test]
fn static_mistakes_are_found_by_validate_on_their_line() {
    // No address and no key: a request could not even be sent.
    let terraform = Terraform::offline();
    let long = format!("name = \"{}\"", "n".repeat(129));
    let cases = [
        ("type = \"databse\"", "one of"),
        ("name = \"ab\"", "3 to 254"),
        ("name = \"a--b\"", "3 to 254"),
        (&long, "resource_name"),
        ("agent_id = \"eu-west-1\"", "UUID"),
        ("access_mode_exec = \"on\"", "enabled"),
        ("access_schema = \"yes\"", "enabled"),
        ("tags = { \"a b\" = \"c\" }", "a b"),
        ("tags = { version = \"1.2\" }", "dots"),
        ("tags = { a = \"\" }", "1 to 255"),
        ("tags = { for n in range(11) : \"k${n}\" => \"v\" }", "10"),
        ("guardrail_rules = [\"no-drop\"]", "UUID"),
        ("jira_issue_template_id = \"x\"", "UUID"),
        ("min_review_approvals = 0", "1"),
        ("resource_name = \"..\"", "not `.` or `..`"),
        ("resource_name = \"a/b\"", "slashes"),
        ("access_max_duration = 1.5", "whole number"),
        ("attributes = [\"\"]", "1"),
    ];
    for (line, says) in cases {
        terraform.write(&with_line(line));
        let outcome = terraform.validate();
        let error = outcome.one_error();
        assert!(error.says(says), "{line}: {error:#?}");
        let attribute = line.split_whitespace().next().expect("a line");
        let code = error.code.as_deref().unwrap_or_default();
        // An attribute that should be there has no line: then the block is shown.
        assert!(code.starts_with(attribute) || says == "resource_name", "{line}: it points at {code:?}");
        assert_eq!(error.address.as_deref(), Some("hoop_connection.one"), "{line}");
    }
}

#[test]
fn both_forms_of_a_secret_are_refused_and_the_write_only_one_needs_its_version() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let terraform = Terraform::offline();
    let both = "secrets = { \"envvar:A\" = \"a\" }\n  secrets_wo = { \"envvar:A\" = \"a\" }\n  secrets_wo_version = 1";
    terraform.write(&with_line(both));
    assert_one_error(&terraform.validate(), &["A key of `secrets_wo` is configured twice", "envvar:A"]);
    terraform.write(&with_line("secrets_wo = { \"envvar:A\" = \"canary-value\" }"));
    let outcome = terraform.validate();
    assert_one_error(&outcome, &["`secrets_wo_version` is missing"]);
    assert!(!outcome.one_error().says("canary-value"));
}

#[test]
fn missing_and_wrong_credentials_are_one_error() {
    let Some(gateway) = control(Emulator::start) else { return };
    let key = "hpk_c4nary-no-such-key";
    type Case<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        ("no key", Some(gateway.api_url()), None, &["api_key", "HOOP_APIKEY"]),
        ("no address", None, Some(gateway.api_key()), &["api_url", "HOOP_APIURL"]),
        ("wrong key", Some(gateway.api_url()), Some(key), &["401", "Authorization", "access denied"]),
        ("wrong legacy key", Some(gateway.api_url()), Some("xapi-c4nary"), &["401", "Api-Key", "unauthorize"]),
        ("no scheme", Some("hoop.example.com/api"), Some(key), &["api_url", "https://"]),
        ("no address at all", Some("http://"), Some(key), &["api_url"]),
    ];
    for (what, url, key, says) in cases {
        let mut terraform = Terraform::offline();
        for (name, value) in [("HOOP_APIURL", url), ("HOOP_APIKEY", key)] {
            if let Some(value) = value {
                terraform.env(name, value);
            }
        }
        terraform.write(SEVERAL);
        let plan = terraform.plan();
        let error = plan.outcome.one_error();
        for text in says {
            assert!(error.says(text), "{what}: {text:?} is missing: {error:#?}");
        }
        assert!(!plan.outcome.text().contains("c4nary"), "{what}: the key is shown");
    }
    assert!(gateway.emulator().requests().iter().all(|request| request.method == "GET"));
}

#[test]
fn a_malformed_address_in_the_provider_block_is_found_by_validate() {
    let terraform = Terraform::offline();
    for url in ["hoop.example.com", "ftp://hoop.example.com/api", "https://", "https://h/api?x=1"] {
        terraform.write(&format!("provider \"hoop\" {{\n  api_url = \"{url}\"\n}}\n{SEVERAL}"));
        let outcome = terraform.validate();
        let error = outcome.one_error();
        assert!(error.code.as_deref().is_some_and(|code| code.starts_with("api_url")), "{url}: {error:#?}");
    }
}

#[test]
fn an_address_without_its_api_path_works() {
    let Some(gateway) = control(Emulator::start) else { return };
    let host = gateway.api_url().trim_end_matches("/api").to_owned();
    for url in [host.clone(), format!("{host}/"), format!("{host}/api/")] {
        let mut terraform = Terraform::new(&gateway);
        terraform.env("HOOP_APIURL", url);
        terraform.write(SEVERAL);
        terraform.apply().ok();
        terraform.second_plan_is_empty();
        terraform.destroy().ok();
    }
}

#[test]
fn a_page_instead_of_the_api_is_one_error_that_does_not_show_it() {
    let Some(gateway) = control(Emulator::start) else { return };
    gateway.emulator().fault(Fault::html(200).forever());
    let terraform = Terraform::new(&gateway);
    terraform.write(SEVERAL);
    let outcome = terraform.plan().outcome;
    assert_one_error(&outcome, &["api_url", "/api"]);
    assert!(!outcome.text().contains("Sign in"), "{outcome:#?}");
}

#[test]
fn a_gateway_that_refuses_connections_is_one_error() {
    let Some(gateway) = control(Emulator::start) else { return };
    gateway.emulator().stop();
    let terraform = Terraform::new(&gateway);
    terraform.write(SEVERAL);
    assert_one_error(&terraform.plan().outcome, &["api_url", "refused"]);
}

#[test]
fn a_key_without_rights_is_told_what_it_lacks() {
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = Terraform::new(&gateway);
    terraform.env("HOOP_APIKEY", gateway.emulator().add_api_key("dev", crate::emulator::Role::Standard));
    terraform.write("resource \"hoop_agent\" \"it\" {\n  name = \"tf-agent\"\n}\n");
    assert_one_error(&terraform.apply(), &["`standard`", "the group `admin`", "Nothing was sent"]);
}

/// A taken name and an unknown id say how to go on.
#[test]
fn a_taken_name_and_an_unknown_id_say_what_to_do() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let theirs = json!({ "name": "tf-one", "type": "custom", "agent_id": emulator.agent_id(),
        "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
        "access_schema": "disabled" });
    assert_eq!(emulator.call("POST", "/api/connections", theirs).0, 201);
    let terraform = Terraform::new(&gateway);
    let connection = with_line("name = \"tf-one\"");
    terraform.write(&format!("{connection}resource \"hoop_agent\" \"taken\" {{\n  name = \"default\"\n}}\n"));
    let outcome = terraform.apply();
    let errors: Vec<_> = outcome.errors().collect();
    assert_eq!(errors.len(), 2, "{errors:#?}");
    for (address, import) in [
        ("hoop_connection.one", "terraform import hoop_connection.NAME 'tf-one'"),
        ("hoop_agent.taken", "terraform import hoop_agent.NAME 'default'"),
    ] {
        let error = errors.iter().find(|error| error.address.as_deref() == Some(address)).expect(address);
        assert!(error.says(import) && error.code.as_deref().is_some_and(|it| it.starts_with("name")), "{error:#?}");
    }
    assert_eq!(terraform.state(), Vec::<(String, Json)>::new());

    terraform.import("hoop_connection.one", "tf-one").ok();
    let failed = terraform.import("hoop_agent.taken", "no-such-agent");
    let text = failed.text();
    assert!(
        failed.code == 1 && text.contains("no-such-agent") && text.contains("must have the form NAME (or its"),
        "{failed:#?}"
    );
}

#[test]
fn an_unused_provider_needs_no_credentials() {
    let terraform = Terraform::offline();
    terraform.write("provider \"hoop\" {}\noutput \"x\" {\n  value = 1\n}\n");
    terraform.apply().ok();
}

/// Values that are known only at apply are checked then.
#[test]
fn what_was_unknown_at_plan_is_checked_before_anything_is_sent() {
    let Some(()) = Feature::TERRAFORM_DATA.supported() else { return };
    let Some(gateway) = Some(Gateway::any()).filter(|gateway| !gateway.is_real()) else { return };
    let terraform = Terraform::new(&gateway);
    terraform.write(
        "resource \"terraform_data\" \"late\" {\n  input = \"on\"\n}\nresource \"hoop_connection\" \"one\" {\n  name = \
         \"tf-one\"\n  type = \"custom\"\n  agent_id = \"00000000-0000-4000-8000-000000000001\"\n  access_mode_exec = \
         terraform_data.late.output\n}\n",
    );
    terraform.plan().ok();
    assert_one_error(&terraform.apply(), &["access_mode_exec", "enabled"]);
    assert!(gateway.emulator().requests().iter().all(|request| request.method == "GET"));
}

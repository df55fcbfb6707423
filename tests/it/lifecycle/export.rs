//! The command `export`: what it writes is imported by the real Terraform without any change, and then plans empty. Over the
//! organization of the examples, over systems with objects of every type, and where it cannot do its work.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Provider, Resource};

use super::examples::copy;
use crate::emulator::{Emulator, Fault, Role};
use crate::subject::samples::full;
use crate::subject::{PROVIDERS, Subject, import_id, subjects_beside};
use crate::terraform::{Change, Feature, Outcome, Terraform, control, type_of};

const IMPORTS: &str = "imports.tf";

/// An export into a workspace of its own. The settings are flags, the secrets files.
fn export(subject_settings: &Json, provider: &str, more: &[&str]) -> (Terraform, Outcome) {
    let provider = PROVIDERS.into_iter().find(|known| known.name == provider).expect("a provider");
    let mut terraform = Terraform::named(provider.name);
    terraform.remove("versions.tf");
    let mut arguments = vec!["export".to_owned(), "--out".to_owned(), terraform.path(".").display().to_string()];
    for attr in provider.attributes() {
        let Some(value) = subject_settings[attr.name].as_str() else { continue };
        let flag = attr.name.replace('_', "-");
        if attr.is_sensitive() {
            terraform.file("secret", &format!("{value}\n"));
            arguments.push(format!("--{flag}-file={}", terraform.path("secret").display()));
            terraform.env(provider.system.credentials.key.variable, value);
        } else {
            arguments.push(format!("--{flag}={value}"));
        }
    }
    arguments.extend(more.iter().map(ToString::to_string));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = terraform.run_provider(provider.name, &arguments);
    assert_eq!(outcome.stdout_text(), "", "only help is printed there");
    (terraform, outcome)
}

/// Everything that was written, imports aside.
fn written(terraform: &Terraform) -> String {
    let files = fs::read_dir(terraform.path(".")).expect("a workspace").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "tf")).collect();
    files.sort();
    let own = files.iter().filter(|path| !path.ends_with(IMPORTS));
    own.map(|path| fs::read_to_string(path).expect("a file")).collect()
}

/// Imports everything, changes nothing, and has nothing left to do.
#[track_caller]
fn takes_over(terraform: &Terraform) -> usize {
    terraform.run(&["fmt", "-check", "-diff"]).ok();
    let warnings = |outcome: &Outcome| outcome.warnings().map(|it| it.summary.clone()).collect::<Vec<_>>();
    let validated = terraform.validate().ok();
    // What is deprecated is exported nevertheless, since it exists.
    assert!(warnings(&validated).iter().all(|summary| summary.contains("deprecated")), "{validated:#?}");
    let variables = fs::read_to_string(terraform.path("variables.tf")).unwrap_or_default();
    let names = variables.lines().filter_map(|line| line.strip_prefix("variable \"")?.strip_suffix("\" {"));
    let values: Map<String, Json> = names.map(|name| (name.to_owned(), json!("-----BEGIN CERTIFICATE-----"))).collect();
    terraform.file("terraform.tfvars.json", &Json::Object(values.clone()).to_string());
    let plan = terraform.plan().ok();
    let (idle, busy): (Vec<_>, Vec<_>) = plan.changes.iter().partition(|change| change.is(&["no-op"]));
    assert!(idle.iter().all(|change| change.importing), "{idle:#?}");
    // What nobody can read is sent once.
    let is_asked = |change: &&&Change| change.importing && change.is(&["update"]) && !values.is_empty();
    let asked = busy.iter().filter(is_asked).count();
    assert!(asked == busy.len() && asked <= values.len(), "{busy:#?}");
    terraform.apply_saved().ok();
    terraform.remove(IMPORTS);
    terraform.second_plan_is_empty();
    plan.changes.len()
}

#[test]
fn an_organization_is_exported_and_taken_over() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    let author = Terraform::new(&gateway);
    copy(&author, ".", &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/organization"));
    author.apply().ok();
    gateway.take_writes();
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &[]);
    outcome.ok();
    let text = written(&terraform);
    for reference in [
        "agent_id             = hoop_agent.office.id",
        "guardrail_rules        = [hoop_guardrail_rule.no_truncate.id]",
        "connection_names         = [hoop_connection.billing.name, hoop_connection.orders.name]",
        "access_request_rule_name = hoop_access_request_rule.payments.name",
        "attributes    = [hoop_attribute.platform.name]",
        "groups = [hoop_user_group.machines.name]",
        "runbook_repository = hoop_runbook_configuration.https_github_com_example_runbooks.repository",
        "groups = [\"admin\"]",
    ] {
        assert!(text.contains(reference), "{reference}:\n{text}");
    }
    let is_named = |line: &str| line.starts_with("# ") && line.contains("\"admin\"");
    assert!(text.lines().any(is_named), "the group that always exists is left out: {text}");
    for secret in ["_aws:", "an-example", gateway.api_key()] {
        assert!(!text.contains(secret), "{secret}");
    }
    takes_over(&terraform);
    assert_eq!(gateway.take_writes(), Vec::<String>::new(), "nothing is written to the gateway");

    assert_eq!(missing(PROVIDERS[0], &author, &terraform), Vec::<(&str, String)>::new(), "not exported");
}

/// The objects of the one that the other neither has nor names as left out.
fn missing(provider: &'static Provider, author: &Terraform, terraform: &Terraform) -> Vec<(&'static str, String)> {
    let keys = |terraform: &Terraform| {
        let key = |(address, attributes): &(String, Json)| {
            let resource = provider.resource(type_of(address)).expect("a type");
            (resource.name, import_id(resource, attributes))
        };
        terraform.state().iter().map(key).collect::<Vec<_>>()
    };
    let (taken, text) = (keys(terraform), written(terraform));
    let is_named = |id: &str| text.contains(&format!("\n#   {id:?}\n"));
    keys(author).into_iter().filter(|it| !taken.contains(it) && !is_named(&it.1)).collect()
}

#[test]
fn the_guide_shows_what_an_export_writes() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let author = Terraform::new(&gateway);
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/guides/taking-over");
    copy(&author, ".", &guide);
    author.apply().ok();
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &[]);
    outcome.ok();
    let [shown, written] = [guide, terraform.path(".")].map(|path| fs::read_to_string(path.join("hoop_connection.tf")));
    assert_eq!(written.expect("an export"), shown.expect("an example"));
}

/// What can be misread in a text of HCL.
const HOSTILE: &str = "${a} $${b} $$${c} %{ if d } %%{e} \"q\" \\ \\n \n\t\r é 😀 \u{2028} # // /* <<EOT $";

/// Three objects of each type, two of them with everything that they can have.
fn filled(subject: &dyn Subject) -> Terraform {
    let provider = subject.provider();
    let mut terraform = Terraform::named(provider.name);
    let mut resources = Map::new();
    let mut count = 0;
    // A licence of the emulator would end the one that the other objects need.
    for resource in provider.resources.iter().filter(|resource| resource.name != "hoop_org_license") {
        let labels = if resource.only_id().is_some() { &["full"][..] } else { &["full", "more", "least"] };
        let mut objects = Map::new();
        for label in labels {
            let least = subject.minimal(resource.name, &format!("{label}-{}", resource.noun().replace(' ', "-")));
            let config = if *label == "least" { least } else { full(subject, resource, &least) };
            let mut config = adapted(resource, config, label);
            if resource.name == "hoop_feature_flag" {
                config["name"] = subject.reference(resource.name, "name", count % 3).expect("a flag");
            }
            objects.insert((*label).to_owned(), config);
            count += 1;
        }
        resources.insert(resource.name.to_owned(), Json::Object(objects));
    }
    let config = json!({"provider": {provider.name: subject.settings()}, "resource": resources});
    terraform.file("main.tf.json", &serde_json::to_string_pretty(&config).expect("JSON"));
    terraform.env("TF_CLI_ARGS_apply", "-parallelism=1");
    let outcome = terraform.apply();
    let errors: Vec<_> = outcome.errors().map(|error| (&error.address, &error.summary, &error.detail)).collect();
    assert_eq!(errors, []);
    terraform
}

/// A configuration that several objects can have beside each other.
fn adapted(resource: &'static Resource, mut config: Json, label: &str) -> Json {
    for attr in resource.managed() {
        let name = attr.name;
        // Connections inside have names of their own, and links are set at one end.
        let linked_twice = attr.link().is_some() && label == "more";
        if attr.child_objects().is_some() || attr.element_path().is_some() || linked_twice {
            config[name] = Json::Null;
        }
        if name == "description" && attr.settable() {
            config[name] = json!(HOSTILE);
        }
    }
    escaped(config)
}

/// Terraform's JSON syntax has templates in texts.
fn escaped(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(text.replace("${", "$${").replace("%{", "%%{")),
        Json::Array(items) => Json::Array(items.into_iter().map(escaped).collect()),
        Json::Object(entries) => Json::Object(entries.into_iter().map(|(key, value)| (key, escaped(value))).collect()),
        other => other,
    }
}

#[test]
fn objects_of_every_type_are_exported_and_taken_over() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    for subject in subjects_beside() {
        let author = filled(&*subject);
        let provider = subject.provider();
        let (terraform, outcome) = export(&subject.settings(), provider.name, &[]);
        outcome.ok();
        takes_over(&terraform);
        assert_eq!(missing(provider, &author, &terraform), Vec::<(&str, String)>::new(), "not exported");
    }
}

/// A connection without an agent of its own is valid only inside its resource.
#[test]
fn connections_that_need_their_resource_are_written_inside_it() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let (emulator, agent) = (gateway.emulator(), gateway.emulator().agent_id());
    for (name, own) in [("host", None), ("other", Some(&agent))] {
        let role = |role: &str, agent: Option<&String>| {
            let mut role = json!({"name": format!("{name}-{role}"), "type": "custom", "secret": {}});
            role["agent_id"] = agent.map_or(Json::Null, |agent| json!(agent));
            role
        };
        let roles = [role("ro", own), role("rw", Some(&agent))];
        let body =
            json!({"name": name, "type": "custom", "subtype": "", "agent_id": agent, "env_vars": {}, "roles": roles});
        let (status, answer) = emulator.call("POST", "/api/resources", body);
        assert_eq!(status, 201, "{answer}");
    }
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &["--type=hoop_resource", "--type=hoop_connection"]);
    outcome.ok();
    takes_over(&terraform);
    let inside =
        "Left out, because they are in the block of the resource \"host\":\n#   \"host-ro\"\n#   \"host-rw\"\n";
    assert!(written(&terraform).contains(inside), "{}", written(&terraform));
    let addresses: Vec<_> = terraform.state().into_iter().map(|(address, _)| address).collect();
    let own = ["hoop_connection.other_ro", "hoop_connection.other_rw", "hoop_resource.host", "hoop_resource.other"];
    assert_eq!(addresses, own);
}

#[test]
fn what_exists_is_never_overwritten() {
    let Some(gateway) = control(Emulator::start) else { return };
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &["--type", "hoop_agent"]);
    outcome.ok();
    let before = written(&terraform);
    terraform.remove("provider.tf");
    gateway.emulator().clear_requests();
    let key = terraform.path("secret").display().to_string();
    let out = terraform.path(".").display().to_string();
    let again = ["export", "--out", &out, "--api-url", gateway.api_url(), "--api-key-file", &key];
    let outcome = terraform.run_provider("hoop", &again);
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    assert!(outcome.text().contains("already contains \"imports.tf\", \"hoop_agent.tf\""), "{outcome:#?}");
    assert!(!terraform.path("provider.tf").exists() && before.contains(&written(&terraform)));
    assert_eq!(gateway.emulator().requests().len(), 0, "nothing is read for it");
}

#[test]
fn several_types_follow_one_flag_and_a_key_that_others_can_see_is_warned_of() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::offline();
    let out = terraform.path("gateway").display().to_string();
    let arguments = ["export", "--out", &out, "--api-url", gateway.api_url(), "--api-key", gateway.api_key()];
    let outcome =
        terraform.run_provider("hoop", &[&arguments[..], &["--type", "hoop_agent", "hoop_user"]].concat()).ok();
    assert!(outcome.text().contains("can see the value of `--api-key`"), "{outcome:#?}");
    assert!(!outcome.everything().contains(gateway.api_key()));
    let is_there = |name: &str| terraform.path("gateway").join(name).exists();
    assert!(is_there("hoop_agent.tf") && is_there("hoop_user.tf") && !is_there("hoop_connection.tf"));
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_written() {
    let Some(gateway) = control(Emulator::start) else { return };
    gateway.emulator().fault(Fault::answer(500).on("GET", "/api/users").forever());
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key(), "max_retries": 0});
    let (terraform, outcome) = export(&settings, "hoop", &["--max-retries=0"]);
    assert_eq!(outcome.code, 2, "{outcome:#?}");
    assert!(outcome.text().contains("Not complete: hoop_user"), "{outcome:#?}");
    let file = fs::read_to_string(terraform.path("hoop_user.tf")).expect("a file");
    assert!(file.starts_with("# Incomplete: ") && !file.contains("resource "), "{file}");
    assert!(terraform.path("hoop_agent.tf").exists());
}

#[test]
fn a_secret_without_which_there_is_no_configuration_is_a_variable() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let author = Terraform::new(&gateway);
    let oidc = json!({"issuer_url": "https://login.example.com", "client_id": "hoop", "client_secret": "canary-5f"});
    let config = json!({"auth_method": "oidc", "webapp_users_management_status": "active", "oidc_config": oidc});
    let config = json!({"resource": {"hoop_server_auth_config": {"it": config}}});
    author.file("main.tf.json", &config.to_string());
    author.apply().ok();
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &["--type=hoop_server_auth_config"]);
    let outcome = outcome.ok();
    let (name, text) = ("server_auth_config_oidc_config_client_secret", written(&terraform));
    assert!(outcome.text().contains(name) && text.contains(&format!("client_secret = var.{name}\n")), "{text}");
    assert!(text.contains("sensitive   = true") && !text.contains("canary-5f"), "{text}");
    takes_over(&terraform);
}

#[test]
fn what_a_gateway_is_too_old_for_is_not_missing() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = control(|| Emulator::builder().version("1.49.10").start()) else { return };
    let settings = json!({"api_url": gateway.api_url(), "api_key": gateway.emulator().legacy_api_key()});
    let (terraform, outcome) = export(&settings, "hoop", &[]);
    outcome.ok();
    assert!(written(&terraform).contains("`hoop_attribute` requires version 1.53.0 or later"));
    takes_over(&terraform);
}

#[test]
fn a_key_that_is_refused_writes_nothing_and_one_that_may_not_read_says_so() {
    let Some(gateway) = control(Emulator::start) else { return };
    let with = |key: &str| json!({"api_url": gateway.api_url(), "api_key": key});
    let (terraform, outcome) = export(&with("hpk_nobody"), "hoop", &[]);
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    assert!(!outcome.everything().contains("hpk_nobody"));
    assert!(!terraform.path("provider.tf").exists());

    let standard = gateway.emulator().add_api_key("reader", Role::Standard);
    let (terraform, outcome) = export(&with(&standard), "hoop", &[]);
    assert_eq!(outcome.code, 2, "{outcome:#?}");
    assert!(outcome.text().contains("Not complete: hoop_guardrail_rule"), "{outcome:#?}");
    assert!(terraform.path("hoop_agent.tf").exists());
}

//! The actions of the gateway. What a key may start, and what happens a second time, was measured.

use super::api_key::{AI_AGENT, API_KEY};
use super::connection::CONNECTION;
use super::event::SUBSCRIPTION;
use super::machine_identity::IDENTITY;
use super::names::{NAME, SECRET_KEY, is_name, is_secret_key};
use super::resource::RESOURCE;
use super::shared::SOME_TEXT;
use crate::api::Json;
use crate::hooks::{JsonObject, Work};
use crate::schema::Kind::{List, Map, Str};
use crate::schema::{
    Action, Attr, Codec, Goal, INVOKE_TIMEOUT, Request, Resource, Rights, Rule, computed, optional, required,
};

pub(super) static ACTIONS: &[&Action] =
    &[&TEST, &ROTATE, &REACTIVATE_KEY, &REACTIVATE_AGENT, &REVOKE, &PAUSE, &RESUME, &REPLAY, &RUN];

const CONNECTION_NAME: Attr =
    required("connection_name", Str, "Name of the connection.").rules(&[Rule::Matches(NAME, is_name)]);

static TEST: Action = Action::new(
    "hoop_connection_test",
    "Tests whether the agent of a connection can reach its database. The gateway tests connections to databases only.",
    Request::get("connections/{connection_name}/test"),
    &[CONNECTION_NAME, INVOKE_TIMEOUT],
    ("test the connection {connection_name}", "The connection {connection_name} works."),
)
.subcategory("Connections")
.allowed_for(Rights::Standard)
.locks(&CONNECTION, "connection_name")
.work(tested);

fn tested(answer: &JsonObject) -> Option<Work> {
    let is_success = answer.get("success")?.as_bool()?;
    let failed = || "The gateway reports that the test has failed.".to_owned();
    Some(Work { end: Some(if is_success { Ok(()) } else { Err(failed()) }), output: None })
}

static ROTATE: Action = Action::new(
    "hoop_machine_identity_rotate",
    "Replaces the credential of a machine identity for one connection. The previous credential is invalid at once. The new one \
     is neither shown nor stored: the ephemeral resource `hoop_machine_identity_credentials` returns it.",
    Request::post("machineidentities/{name}/credentials/{connection_name}/rotate"),
    &[required("name", Str, "Name of the machine identity.").rules(&[Rule::Length(1, 4096)]), CONNECTION_NAME],
    (
        "rotate the credential of the machine identity {name} for the connection {connection_name}",
        "The machine identity {name} has a new credential for the connection {connection_name}.",
    ),
)
.subcategory("People and keys")
.since("1.63.0")
.locks(&IDENTITY, "name");

static REACTIVATE_KEY: Action = reactivate(
    "hoop_api_key_reactivate",
    "Makes a revoked API key valid again. The key itself does not change, and the gateway does not show it. A key that is \
     active already stays so. A reactivated key can be imported as `hoop_api_key`.",
    Request::post("api-keys/{id}/reactivate"),
    Request::get("api-keys/{id}"),
    ("reactivate the API key {id}", "The API key {id} is active again."),
    "The API key {id} is active already.",
    &API_KEY,
)
.since("1.59.0");

static REACTIVATE_AGENT: Action = reactivate(
    "hoop_ai_agent_reactivate",
    "Makes the revoked key of an AI agent valid again. The key itself does not change, and the gateway does not show it. An \
     agent that is active already stays so. A reactivated agent can be imported as `hoop_ai_agent`.",
    Request::post("ai-agents/{id}/reactivate"),
    Request::get("ai-agents/{id}"),
    ("reactivate the AI agent {id}", "The AI agent {id} is active again."),
    "The AI agent {id} is active already.",
    &AI_AGENT,
)
.since("1.89.0");

const fn reactivate(
    name: &'static str,
    doc: &'static str,
    request: Request,
    shown: Request,
    messages: (&'static str, &'static str),
    already: &'static str,
    resource: &'static Resource,
) -> Action {
    const ATTRS: &[Attr] = &[required("id", Str, "Identifier or name.").rules(&[Rule::Length(1, 255)])];
    // The gateway refuses an active key, so that a second try shows what the first one did.
    Action::new(name, doc, request.repeatable(), ATTRS, messages)
        .subcategory("People and keys")
        .locks(resource, "id")
        .goal(Goal { request: shown, wire: "status", text: "active", already })
}

static REVOKE: Action = Action::new(
    "hoop_credential_revoke",
    "Revokes a credential for a connection, for example one of the ephemeral resource `hoop_connection_credentials`, and ends \
     the sessions that use it. The gateway gives the same credential to everyone who requests one as the same user while \
     it is active, so it is revoked for all of them.",
    Request::post("connections/{connection_name}/credentials/{id}/revoke").repeatable(),
    &[CONNECTION_NAME, required("id", Str, "Identifier of the credential.").rules(&[Rule::Uuid])],
    (
        "revoke the credential {id} of the connection {connection_name}",
        "The credential {id} of the connection {connection_name} is revoked.",
    ),
)
.subcategory("Connections")
.since("1.55.3")
.allowed_for(Rights::Standard)
.locks(&CONNECTION, "connection_name");

static PAUSE: Action = set_status(
    "hoop_event_subscription_pause",
    "Pauses an event subscription: its runbook does not run until it is resumed. A subscription that is paused already stays \
     so. The next apply of a `hoop_event_subscription` restores its `status`, unless its `lifecycle` ignores changes of it.",
    Request::post("event-routing/subscriptions/{id}/pause"),
    ("pause the event subscription {id}", "The event subscription {id} is paused."),
    "paused",
);

static RESUME: Action = set_status(
    "hoop_event_subscription_resume",
    "Resumes an event subscription that was paused. A subscription that is active already stays so. The next apply of a \
     `hoop_event_subscription` restores its `status`, unless its `lifecycle` ignores changes of it.",
    Request::post("event-routing/subscriptions/{id}/resume"),
    ("resume the event subscription {id}", "The event subscription {id} is active."),
    "active",
);

const fn set_status(
    name: &'static str,
    doc: &'static str,
    request: Request,
    messages: (&'static str, &'static str),
    status: &'static str,
) -> Action {
    const ATTRS: &[Attr] = &[required("id", Str, "Identifier of the subscription.").rules(&[Rule::Uuid])];
    let shown = Request::get("event-routing/subscriptions/{id}");
    Action::new(name, doc, request.repeatable(), ATTRS, messages)
        .subcategory("Integrations")
        .since("1.75.0")
        .locks(&SUBSCRIPTION, "id")
        .goal(Goal { request: shown, wire: "status", text: status, already: messages.1 })
}

static REPLAY: Action = Action::new(
    "hoop_event_replay",
    "Runs the runbook of an event subscription once more for an event that happened. The gateway queues it and does not wait \
     for its end. It refuses to replay a dispatch that has not ended.",
    Request::post("event-routing/dispatches/{dispatch_id}/replay"),
    &[required(
        "dispatch_id",
        Str,
        "Identifier of the dispatch, as the gateway's web interface shows it for a subscription.",
    )
    .rules(&[Rule::Uuid])],
    ("replay the dispatch {dispatch_id}", "The dispatch {dispatch_id} is replayed as {id}."),
)
.subcategory("Integrations")
.since("1.75.0")
.response(&[computed("id", Str, "Identifier of the new dispatch.").key()]);

static RUN: Action = Action::new(
    "hoop_runbook_exec",
    "Runs a runbook on a connection and waits for its end. A run that fails, that the gateway blocks, or that requires a \
     review is an error. The end of its output is shown, 4 KiB at most, without the secrets of the connection, of its \
     resource and those in `env_vars`, unless they are shorter than four characters or the run changes them before it prints \
     them; with a key that may not read them it is not shown. An interruption or the timeout ends the wait and not the run.",
    Request::post("runbooks/exec").body(&[
        "connection_name",
        "repository",
        "file_name",
        "parameters",
        "env_vars",
        "client_args",
        "metadata",
        "jira_fields",
    ]),
    RUN_ATTRS,
    (
        "run the runbook {file_name} on the connection {connection_name}",
        "The runbook {file_name} has ended on the connection {connection_name} (session {session_id}).",
    ),
)
.subcategory("Integrations")
.allowed_for(Rights::Standard)
.response(&[computed("session_id", Str, "Identifier of the session.").key()])
.work(run)
.follow(
    Request::get("sessions/{session_id}").query(&[("expand", "event_stream"), ("event_stream", "utf8")]),
)
.uses(&[(&CONNECTION, "connection_name"), (&RESOURCE, "resource_name")]);

static RUN_ATTRS: &[Attr] = &[
    CONNECTION_NAME,
    required(
        "repository",
        Str,
        "Repository of the runbook, as in the attribute `repository` of `hoop_runbook_configuration`.",
    )
    .rules(SOME_TEXT),
    required("file_name", Str, "Path of the runbook in the repository.").rules(SOME_TEXT),
    optional(
        "parameters",
        Map(&Str),
        "Parameters of the runbook. The gateway stores and shows them with the session: pass secrets in `env_vars`.",
    ),
    optional(
        "env_vars",
        Map(&Str),
        "Secrets for this run: `envvar:NAME` is an environment variable, `filesystem:NAME` a file whose path is in the \
         variable `NAME`. They do not replace those of the connection. Ephemeral values are in no plan, but Terraform 1.16 passes \
         them only to an action that a trigger starts: with `-invoke`, it passes null.",
    )
    .sensitive()
    .codec(Codec::Base64)
    .rules(&[Rule::Keys(&[Rule::Matches(SECRET_KEY, is_secret_key)])]),
    optional("client_args", List(&Str), "Arguments that are added to the command of the connection."),
    optional(
        "metadata",
        Map(&Str),
        "Metadata of the session. Must contain the `mandatory_metadata_fields` of the connection.",
    ),
    optional("jira_fields", Map(&Str), "Values for the Jira issue template of the connection."),
    INVOKE_TIMEOUT,
];

/// The answer to the request has `output_status`; the session, which the gateway returns for longer runs, has `status`.
fn run(answer: &JsonObject) -> Option<Work> {
    let text = |name: &str| answer.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let printed = || answer.get("event_stream").and_then(|events| events.get(0)).and_then(Json::as_str);
    let output = text("output").or_else(printed).map(str::to_owned);
    if answer.get("has_review").and_then(Json::as_bool) == Some(true) {
        let place = output.map_or_else(String::new, |place| format!(": {place}"));
        let refused = format!("It was not run, because it requires a review{place}.");
        return Some(Work { end: Some(Err(refused)), output: None });
    }
    let code = answer.get("exit_code").and_then(Json::as_i64);
    let failed = || match code {
        Some(code) if code > 0 => format!("It failed with exit code {code}."),
        _ => "It failed without an exit code.".to_owned(),
    };
    let end = match (text("output_status"), text("status")) {
        (Some("running"), _) | (None, Some("open" | "ready")) => None,
        (Some("success"), _) => Some(Ok(())),
        (None, Some("done")) if code == Some(0) => Some(Ok(())),
        (Some("failed"), _) | (None, Some("done")) => Some(Err(failed())),
        (Some("blocked"), _) => Some(Err("The gateway has blocked it.".to_owned())),
        _ => return None,
    };
    Some(Work { end, output })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn end(answer: &Json) -> Option<Result<(), String>> {
        run(answer.as_object().expect("an object")).expect("it says something").end
    }

    #[test]
    fn a_run_ends_as_its_answer_or_its_session_says() {
        for running in [json!({"output_status": "running", "exit_code": -2}), json!({"status": "open"})] {
            assert_eq!(end(&running), None);
        }
        for ended in [json!({"output_status": "success", "exit_code": 0}), json!({"status": "done", "exit_code": 0})] {
            assert_eq!(end(&ended), Some(Ok(())));
        }
        for (failed, why) in [
            (json!({"output_status": "failed", "exit_code": 3}), "exit code 3"),
            (json!({"output_status": "failed", "exit_code": -2}), "without an exit code"),
            (json!({"status": "done", "exit_code": 3}), "exit code 3"),
            (json!({"status": "done", "exit_code": null}), "without an exit code"),
            (json!({"output_status": "blocked", "exit_code": 254}), "blocked"),
            (json!({"has_review": true, "output_status": "success", "output": "https://x"}), "review: https://x"),
        ] {
            assert!(end(&failed).is_some_and(|end| end.is_err_and(|text| text.contains(why))), "{failed}");
        }
    }

    #[test]
    fn of_an_answer_in_another_form_nothing_is_known() {
        for other in [json!({}), json!({"output_status": 7}), json!({"status": "elsewhere", "exit_code": 0})] {
            assert!(run(other.as_object().expect("an object")).is_none(), "{other}");
        }
    }

    #[test]
    fn what_it_printed_is_in_the_answer_or_in_the_session() {
        let output = |answer: &Json| run(answer.as_object().expect("an object")).and_then(|work| work.output);
        assert_eq!(output(&json!({"output_status": "success", "output": "a"})).as_deref(), Some("a"));
        assert_eq!(output(&json!({"status": "done", "event_stream": ["b"]})).as_deref(), Some("b"));
        assert_eq!(output(&json!({"status": "done", "event_stream": []})), None);
    }
}

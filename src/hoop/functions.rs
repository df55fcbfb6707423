//! The functions of the provider: texts of the gateway that a configuration puts together or takes apart.

use super::agent_token::AgentToken;
use super::git_url::{GIT_URL, configuration_id, repository};
use crate::diagnostic::alternatives;
use crate::schema::Kind::{Bool, Int64, Object, Str};
use crate::schema::{ArgumentError, Attr, Function, Parameter, computed};
use crate::value::Value;

pub(super) static FUNCTIONS: &[&Function] =
    &[&SECRET_REFERENCE, &RUNBOOK_REPOSITORY, &RUNBOOK_CONFIGURATION_ID, &PARSE_AGENT_TOKEN];

static SECRET_REFERENCE: Function = Function {
    name: "secret_reference",
    summary: "Reference to a secret in an external store.",
    doc: "Returns a reference to a secret in an external store, for a value of `secrets` or `env_vars`. The agent reads \
          the secret when a session begins, so that neither the gateway nor the state contains it.",
    parameters: &[
        Parameter::new(
            "kind",
            Str,
            "Kind of the store: `aws` for AWS Secrets Manager, `vaultkv1` or `vaultkv2` for the key/value engine of \
             Vault, `envjson` for an environment variable of the agent that contains a JSON object. With \
             `aws_iam_rds`, the reference is the value of `envvar:USER`, and the agent gets a password for that user \
             from AWS IAM.",
        ),
        Parameter::new(
            "path",
            Str,
            "For `aws`, the name of the secret (an ARN cannot be used). For `vaultkv1` and `vaultkv2`, the path in the \
             API of Vault, for example `secret/data/orders`; for `vaultkv2`, a name without a slash is below \
             `secret/data/`. For `envjson`, the name of the environment variable. For `aws_iam_rds`, the database \
             user. Must not contain a colon.",
        ),
        Parameter::new(
            "key",
            Str,
            "Key of the value in the secret. Must not contain a colon. Null for `aws_iam_rds`, which has no key.",
        )
        .nullable(),
    ],
    returns: Str,
    result: "Reference, for example `_aws:orders-db:password`.",
    call: secret_reference,
};

const STORES: &[&str] = &["aws", "vaultkv1", "vaultkv2", "envjson"];
const IAM: &str = "aws_iam_rds";

/// The agent splits a value at its colons. With another number of parts, it takes the text itself for the secret.
fn secret_reference(arguments: &[Value]) -> Result<Value, ArgumentError> {
    let [kind, path, key] = arguments else { unreachable!("the table has three parameters") };
    let (kind, path) = (text(kind), part(1, path)?);
    if kind == IAM {
        let error = "must be null for `aws_iam_rds`, which has no key";
        return if key.is_null() { Ok(Value::string(format!("_{IAM}:{path}"))) } else { Err(invalid(2, error)) };
    }
    if !STORES.contains(&kind) {
        return Err(invalid(0, format!("must be {}", alternatives(&[STORES, &[IAM]].concat()))));
    }
    if key.is_null() {
        return Err(invalid(2, "must not be null: only a reference of the kind `aws_iam_rds` has no key"));
    }
    Ok(Value::string(format!("_{kind}:{path}:{}", part(2, key)?)))
}

fn part(index: usize, argument: &Value) -> Result<&str, ArgumentError> {
    let part = text(argument);
    let error = match part {
        "" => "must not be empty",
        _ if part.contains(':') => {
            "must not contain a colon, which separates the parts of a reference: the agent would take the whole text for \
             the secret itself. Instead of an ARN, use the name of the secret"
        }
        _ if part.chars().any(char::is_control) => "must not contain line breaks or other control characters",
        _ => return Ok(part),
    };
    Err(invalid(index, error))
}

static RUNBOOK_REPOSITORY: Function = Function {
    name: "runbook_repository",
    summary: "Name of a repository of runbooks from its URL.",
    doc: "Returns the name by which the gateway refers to a Git repository, in the attribute `repository` of \
          `hoop_runbook_rule`, `hoop_runbook_configuration` and other types. URLs that differ only in scheme, user, port \
          or the suffix `.git` have the same name.",
    parameters: &[GIT_URL_PARAMETER],
    returns: Str,
    result: "Host and path of the repository, for example `github.com/example/runbooks`.",
    call: |arguments| match repository(text(&arguments[0])) {
        Some(repository) => Ok(Value::string(repository)),
        None => Err(invalid(0, format!("must be {GIT_URL}"))),
    },
};

static RUNBOOK_CONFIGURATION_ID: Function = Function {
    name: "runbook_configuration_id",
    summary: "Identifier of a configuration of runbooks from its URL.",
    doc: "Returns the identifier that the gateway gives to the configuration of a Git repository, for requests to \
          `/runbooks/configurations/{id}`. It depends on every character of the URL.",
    parameters: &[GIT_URL_PARAMETER],
    returns: Str,
    result: "UUID of the configuration.",
    call: |arguments| match text(&arguments[0]) {
        url if repository(url).is_some() => Ok(Value::string(configuration_id(url))),
        _ => Err(invalid(0, format!("must be {GIT_URL}"))),
    },
};

const GIT_URL_PARAMETER: Parameter =
    Parameter::new("git_url", Str, "URL of the repository, as in `git_url` of `hoop_runbook_configuration`.");

static PARSE_AGENT_TOKEN: Function = Function {
    name: "parse_agent_token",
    summary: "Parts of the token of an agent.",
    doc: "Returns the parts of the token of an agent or of the agent key of the organization. If the token is sensitive \
          or ephemeral, so is the whole result: use `nonsensitive` for a part that is not secret, such as the host.",
    parameters: &[Parameter::new(
        "dsn",
        Str,
        "The token, as in `token` of `hoop_agent` or `key` of `hoop_org_agent_key`: a URL of the form \
         `grpcs://name:secret@host:port?mode=standard`. Early gateways returned `grpcs://host:port/secret`, with a secret of 64 characters.",
    )],
    returns: Object(AGENT_TOKEN),
    result: "Parts of the token:",
    call: parse_agent_token,
};

static AGENT_TOKEN: &[Attr] = &[
    computed("name", Str, "Name of the agent; null in the token of an early gateway."),
    computed("secret", Str, "Secret that the agent authenticates with. It is sensitive only if the token is."),
    computed("host", Str, "Host of the gateway."),
    computed("port", Int64, "Port of the gateway; null if the token contains none."),
    computed("mode", Str, "Mode of the agent, `standard` or `embedded`; null in the agent key of the organization."),
    computed("tls", Bool, "Whether the agent connects to the gateway with TLS."),
];

fn parse_agent_token(arguments: &[Value]) -> Result<Value, ArgumentError> {
    // The argument is a secret, so the error does not quote any part of it.
    let Some(token) = AgentToken::parse(text(&arguments[0])) else {
        return Err(invalid(
            0,
            "must be the token of an agent: a URL with a host and a secret, for example \
             `grpcs://name:secret@host:port?mode=standard`",
        ));
    };
    let optional = |text: Option<String>| text.map_or(Value::Null, Value::string);
    let parts = [
        ("name", optional(token.name)),
        ("secret", Value::string(token.secret)),
        ("host", Value::string(token.host)),
        ("port", token.port.map_or(Value::Null, |port| Value::int(port.into()))),
        ("mode", optional(token.mode)),
        ("tls", Value::Bool(token.tls)),
    ];
    Ok(Value::Object(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

fn text(argument: &Value) -> &str {
    argument.as_str().unwrap_or_else(|| unreachable!("arguments have the types of the table"))
}

fn invalid(argument: usize, text: impl Into<String>) -> ArgumentError {
    ArgumentError { argument, text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, PARSE_AGENT_TOKEN, SECRET_REFERENCE};
    use crate::schema::{ArgumentError, Function};
    use crate::value::Value;

    fn call(function: &Function, arguments: &[Option<&str>]) -> Result<Value, ArgumentError> {
        let arguments: Vec<Value> =
            arguments.iter().map(|argument| argument.map_or(Value::Null, Value::string)).collect();
        (function.call)(&arguments)
    }

    #[test]
    fn a_reference_has_the_form_of_its_store() {
        for (kind, path, key, reference) in [
            ("aws", "orders-db", Some("password"), "_aws:orders-db:password"),
            ("envjson", "ORDERS", Some("PASS"), "_envjson:ORDERS:PASS"),
            ("vaultkv1", "kv/orders", Some("pass word"), "_vaultkv1:kv/orders:pass word"),
            ("vaultkv2", "secret/data/orders", Some("é"), "_vaultkv2:secret/data/orders:é"),
            ("aws_iam_rds", "hoop", None, "_aws_iam_rds:hoop"),
        ] {
            let result = call(&SECRET_REFERENCE, &[Some(kind), Some(path), key]);
            assert_eq!(result.ok().as_ref().and_then(Value::as_str), Some(reference));
        }
    }

    /// The agent takes a value with another number of parts for the secret itself.
    #[test]
    fn what_the_agent_would_not_take_for_a_reference_is_refused() {
        for (kind, path, key, argument) in [
            ("AWS", "orders", Some("password"), 0),
            ("_aws", "orders", Some("password"), 0),
            ("", "orders", Some("password"), 0),
            ("aws", "", Some("password"), 1),
            ("aws", "arn:aws:secretsmanager:eu-west-1:1:secret:orders", Some("password"), 1),
            ("envjson", "ORDERS\n", Some("PASS"), 1),
            ("aws", "orders", Some(""), 2),
            ("aws", "orders", Some("pass:word"), 2),
            ("vaultkv2", "orders", Some("password\0"), 2),
            ("vaultkv1", "kv/orders", None, 2),
            ("aws_iam_rds", "hoop", Some("password"), 2),
            ("aws_iam_rds", "hoop:x", None, 1),
        ] {
            let error = call(&SECRET_REFERENCE, &[Some(kind), Some(path), key]).expect_err(kind);
            assert_eq!(error.argument, argument, "{kind} {path}: {}", error.text);
        }
    }

    #[test]
    fn a_token_is_taken_apart() {
        let old = format!("grpc://10.0.0.1:8010/{}", "f".repeat(64));
        // name, secret, host, port, mode, tls
        for (token, parts) in [
            (
                "grpc://eu-west-1:xagt-KcIUrh2Oe3dLosX_xuIjzVeZTC5jp0dlx6eG1tDsq_0@127.0.0.1:8010?mode=standard",
                "eu-west-1 xagt-KcIUrh2Oe3dLosX_xuIjzVeZTC5jp0dlx6eG1tDsq_0 127.0.0.1 8010 standard false",
            ),
            (
                "grpcs://emb_1:s@gateway.example.com:8443?mode=embedded",
                "emb_1 s gateway.example.com 8443 embedded true",
            ),
            ("grpcs://default:s@gateway.example.com:8443", "default s gateway.example.com 8443 - true"),
            ("https://a:s%40%3A@h:?x=1&mode=standard&mode=embedded#f", "a s@: h - standard true"),
            ("wss://:s@[::1]:443", "- s ::1 443 - true"),
            (&old, &format!("- {} 10.0.0.1 8010 embedded false", "f".repeat(64))),
        ] {
            let result = call(&PARSE_AGENT_TOKEN, &[Some(token)]).expect(token);
            let result = result.as_object().expect("an object");
            let shown = |name: &str| match &result[name] {
                Value::Null => "-".to_owned(),
                Value::Bool(flag) => flag.to_string(),
                Value::Number(number) => number.to_string(),
                text => text.as_str().expect("a text").to_owned(),
            };
            assert_eq!(["name", "secret", "host", "port", "mode", "tls"].map(shown).join(" "), parts);
        }
    }

    #[test]
    fn what_is_no_token_is_refused_without_a_word_of_it() {
        for token in [
            "",
            "xagt-KcIUrh2Oe3dLosX",
            "x-agt-KcIUrh2Oe3dLosX",
            "grpc://name@host:8010",
            "grpc://name:@host:8010",
            "grpc://name:secret@",
            "grpc://name:secret@host:70000",
            "grpc://name:secret@host:port",
            "grpc://name:sec ret@host:8010",
            "name:secret@host:8010",
        ] {
            let error = call(&PARSE_AGENT_TOKEN, &[Some(token)]).expect_err(token);
            assert!(error.argument == 0 && !error.text.contains("KcIU") && !error.text.contains("8010"), "{token}");
        }
    }

    #[test]
    fn texts_of_errors_fit_into_the_sentence_of_the_host() {
        for function in FUNCTIONS {
            let arguments = vec![Some(""); function.parameters.len()];
            let error = call(function, &arguments).expect_err("nothing is empty");
            assert!(error.text.starts_with("must ") && !error.text.ends_with('.'), "{}", error.text);
        }
    }
}

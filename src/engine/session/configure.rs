//! Creates the session from the provider block. It never fails: the first operation that needs the system reports what is
//! wrong.

use crate::api::{self, Redactor};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::Environment;
use crate::engine::report::redaction;
use crate::engine::session::Session;
use crate::engine::session::access::Access;
use crate::engine::session::connector::{Connector, missing};
use crate::engine::session::settings;
use crate::engine::session::settings::Given;
use crate::engine::validate;
use crate::engine::values::same::get;
use crate::schema::{Exchange, Input, Provider, View};
use crate::secret::Secret;
use crate::value::{Object, Path, Value};

/// Validates the known values of the provider block without any request.
pub(crate) fn validate(provider: &'static Provider, config: &Object) -> Diagnostics {
    let mut found = validate::entry(provider.attributes().map(View::of), config, validate::Identifiers::Real);
    // At most one error for each setting.
    let is_new = |wrong: &Diagnostic| found.iter().all(|other| other.path != wrong.path);
    let wrong: Diagnostics = settings::check(provider, config).into_iter().filter(is_new).collect();
    found.extend(wrong);
    found.extend(
        provider.system.credentials.exchange.as_ref().and_then(|exchange| two_ways(provider, exchange, config)),
    );
    for (one, other) in [("client_cert_pem", "client_key_pem"), ("client_key_pem", "client_cert_pem")] {
        if !get(config, one).is_null() && get(config, other).is_null() {
            let detail = format!("`{one}` requires `{other}`.");
            found.push(Diagnostic::error(format!("`{other}` is missing"), detail).at(Path::attribute(other)));
        }
    }
    found
}

/// A key and the settings to request a token exclude each other.
fn two_ways(provider: &'static Provider, exchange: &Exchange, config: &Object) -> Option<Diagnostic> {
    let key = provider.system.credentials.key.attribute;
    let is_set = |name: &str| !get(config, name).is_null() && !get(config, name).is_unknown();
    let other = exchange.inputs().into_iter().find(|input| is_set(input.attribute)).filter(|_| is_set(key))?;
    let detail =
        format!("`{key}` is a token, and `{}` is used to request one. Configure only one of them.", other.attribute);
    let path = Path::attribute(other.attribute);
    Some(Diagnostic::error(format!("Both `{key}` and `{}` are set", other.attribute), detail).at(path))
}

/// The access to the system, or why there is none.
pub(crate) fn access(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
    redactor: &Redactor,
) -> Access {
    // Not at the start of the process: most processes that Terraform starts send no request.
    redaction::allow_table_terms(redactor, provider);
    redaction::add_values(redactor, provider.attributes(), config);
    if provider.attributes().any(|attr| get(config, attr.name).is_unknown()) {
        return Access::unknown();
    }
    let given = Given { provider, config: config.clone(), environment };
    let connector = Connector { given, terraform: terraform.to_owned(), redactor: redactor.clone() };
    let session = session(&connector);
    Access::known(session, connector)
}

fn session(connector: &Connector) -> Result<Session, Diagnostic> {
    let given = &connector.given;
    let url = connector.url()?;
    given.check_variables()?;
    let mut settings = connector.settings(url)?;
    settings.credentials = credentials(connector)?;
    let client = connector.client(settings)?;
    let default = |input: &Input| Some((input.attribute.to_owned(), Value::string(given.of(input)?)));
    let defaults = given.provider.defaults.iter().filter_map(default).collect();
    let reads_in_bulk = given.configured("refresh").is_none_or(|refresh| refresh != "each");
    let skip_check = given.flag("skip_credentials_validation");
    Ok(Session::new(given.provider, client, skip_check, reads_in_bulk, defaults))
}

/// The configuration takes precedence over the environment, and a key over the settings to request a token.
fn credentials(connector: &Connector) -> Result<api::Credentials, Diagnostic> {
    let given = &connector.given;
    let ways = &given.provider.system.credentials;
    let scheme = ways.scheme.and_then(|name| given.configured(name));
    let key = |text: String| match settings::key(&text) {
        Ok(key) => Ok(api::Credentials::Given((ways.header)(&Secret::new(key), scheme.as_deref()))),
        Err(reason) => Err(given.wrong(ways.key.attribute, &reason)),
    };
    let fetched = || connector.token_endpoint(&Object::new()).map(api::Credentials::Fetched);
    if let Some(text) = given.configured(ways.key.attribute) {
        return key(text);
    }
    let exchange = ways.exchange.as_ref();
    let named = |exchange: &Exchange| exchange.inputs().iter().any(|input| given.configured(input.attribute).is_some());
    if exchange.is_some_and(named) {
        return fetched();
    }
    match given.of(&ways.key) {
        Some(text) => key(text),
        None if exchange.is_some_and(|exchange| given.of(&exchange.id).is_some()) => fetched(),
        None if ways.demanded => Err(missing(given.provider, &ways.key)),
        None => Ok(api::Credentials::None),
    }
}

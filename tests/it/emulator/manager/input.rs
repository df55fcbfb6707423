//! Bodies read as the manager's language reads them (manager facts §3): keys match whatever their case, unknown ones are
//! ignored, null is absent, numbers are whole. Then the rules of single fields, which have the JSON names.

use serde_json::{Map, Value};

use super::super::http::Asked;
use super::guard;
use super::refusal::{Fields, Refusal};
use super::rules::{is_host, is_type, type_names};
use super::store::{Connection, Ssl};

/// A JSON object of any type's.
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn read(asked: &Asked) -> Result<Self, Refusal> {
        let content_type = asked.header("content-type").unwrap_or_default();
        let is_json = content_type.split(';').next().is_some_and(|kind| kind.trim().ends_with("json"));
        let value = if is_json { serde_json::from_slice(&asked.body).ok() } else { None };
        Self::of(value.ok_or_else(Refusal::unparsable)?)
    }

    fn of(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            Value::Null => Ok(Self(Map::new())),
            _ => Err(Refusal::unparsable()),
        }
    }

    pub(super) fn any(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// Present, of another type than asked for: the whole body is refused.
    fn typed<'a, T>(&'a self, name: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, Refusal> {
        self.any(name).map(|value| read(value).ok_or_else(Refusal::unparsable)).transpose()
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.typed(name, |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn map(&self, name: &str) -> Result<Option<&Map<String, Value>>, Refusal> {
        self.typed(name, Value::as_object)
    }

    fn object(&self, name: &str) -> Result<Option<Self>, Refusal> {
        Ok(self.map(name)?.map(|fields| Self(fields.clone())))
    }
}

/// What a create or an update says of a connection.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Input {
    config_name: Option<String>,
    kind: Option<String>,
    host: Option<String>,
    port: Option<i64>,
    database: Option<String>,
    schema: Option<String>,
    user: Option<String>,
    password: Option<String>,
    ssl: Option<SslInput>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Default, PartialEq)]
struct SslInput {
    mode: Option<String>,
    ca: Option<String>,
    cert: Option<String>,
    key: Option<String>,
}

impl SslInput {
    fn of(object: &Object) -> Result<Option<Self>, Refusal> {
        let text = |name| object.text(name);
        let ssl = Self { mode: text("mode")?, ca: text("ca")?, cert: text("cert")?, key: text("key")? };
        // An empty object is as good as none.
        Ok(Some(ssl).filter(|ssl| *ssl != Self::default()))
    }
}

impl Input {
    /// An update's: what is empty is there.
    pub(super) fn of_update(asked: &Asked) -> Result<Self, Refusal> {
        let body = Object::read(asked)?;
        let text = |name| body.text(name);
        let input = Self {
            config_name: text("configName")?,
            kind: text("type")?,
            host: text("host")?,
            port: body.typed("port", Value::as_i64)?,
            database: text("databaseName")?,
            schema: text("schema")?,
            user: text("userName")?,
            password: text("password")?,
            ssl: body.object("ssl")?.as_ref().map(SslInput::of).transpose()?.flatten(),
            metadata: body.map("metadata")?.map(stored_map),
        };
        if input == Self::default() { Err(Refusal::empty_body()) } else { Ok(input) }
    }

    /// A create's: what is empty is absent.
    pub(super) fn of_create(asked: &Asked) -> Result<Self, Refusal> {
        let mut input = Self::of_update(asked)?;
        let texts = [&mut input.config_name, &mut input.kind, &mut input.host, &mut input.database, &mut input.schema];
        for text in texts.into_iter().chain([&mut input.user, &mut input.password]) {
            text.take_if(|text| text.is_empty());
        }
        input.port.take_if(|port| *port == 0);
        let blank = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        input.ssl.take_if(|ssl| [&ssl.mode, &ssl.ca, &ssl.cert, &ssl.key].into_iter().all(blank));
        if input == Self::default() {
            return Err(Refusal::empty_body());
        }
        if let Some(ssl) = &mut input.ssl {
            // Without a mode they are refused, where an update ignores them.
            ssl.mode.get_or_insert_default();
        }
        Ok(input)
    }

    /// The rules of single fields. An address that the guard blocks is reported before all else.
    pub(super) fn check(&self, creates: bool, host_guard: bool) -> Result<(), Refusal> {
        let (mut missing, mut invalid) = (Fields::new(), Fields::new());
        let required = [
            ("configName", self.config_name.is_none()),
            ("type", self.kind.is_none()),
            ("host", self.host.is_none()),
            ("port", self.port.is_none()),
            ("databaseName", self.database.is_none()),
            ("userName", self.user.is_none()),
            ("password", self.password.is_none()),
        ];
        for (field, _) in required.iter().filter(|(_, absent)| creates && *absent) {
            missing.insert(field, format!("{field} is a required field"));
        }
        if let Some(host) = &self.host {
            if host_guard && guard::blocks_address(host) {
                return Err(Refusal::forbidden_host());
            }
            if !is_host(host) {
                let input = if creates { "ConnectionInput" } else { "ConnectionUpdateInput" };
                let message =
                    format!("Key: '{input}.host' Error:Field validation for 'host' failed on the 'hostname|ip' tag");
                invalid.insert("host", message);
            }
        }
        if self.kind.as_deref().is_some_and(|kind| !is_type(kind)) {
            invalid.insert("type", format!("type must be one of [{}]", type_names()));
        }
        match self.port {
            Some(..1) => drop(invalid.insert("port", "port must be 1 or greater".into())),
            Some(65_536..) => drop(invalid.insert("port", "port must be 65,535 or less".into())),
            _ => {}
        }
        // A create leaves the length to the rules of the whole object.
        let message = match self.config_name.as_ref().filter(|_| !creates).map(|name| name.chars().count()) {
            Some(..3) => Some("configName must be at least 3 characters in length"),
            Some(101..) => Some("configName must be a maximum of 100 characters in length"),
            _ => None,
        };
        invalid.extend(message.map(|message| ("configName", message.to_owned())));
        Refusal::of_fields(missing, invalid, false)
    }

    /// Lays what is said over the object. A new TLS mode replaces all of the TLS settings; without one they are ignored.
    pub(super) fn apply(self, connection: &mut Connection) {
        let put = |place: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *place = value;
            }
        };
        let trimmed = |value: Option<String>| value.map(|value| value.trim().to_owned());
        put(&mut connection.config_name, trimmed(self.config_name));
        put(&mut connection.kind, self.kind);
        put(&mut connection.host, self.host);
        put(&mut connection.database, trimmed(self.database));
        put(&mut connection.user, trimmed(self.user));
        put(&mut connection.password, self.password);
        connection.port = self.port.unwrap_or(connection.port);
        connection.schema = self.schema.or(connection.schema.take());
        connection.metadata = self.metadata.or(connection.metadata.take());
        if let Some(SslInput { mode: Some(mode), ca, cert, key }) = self.ssl {
            let [ca, cert, key] = [ca, cert, key].map(Option::unwrap_or_default);
            connection.ssl = Some(Ssl { mode, ca, cert, key });
        }
    }
}

/// Metadata goes through a type whose numbers are floating-point.
fn stored_map(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(key, value)| (key.clone(), stored(value))).collect()
}

fn stored(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            let text = number.as_f64().unwrap_or_default().to_string();
            serde_json::from_str(&text).unwrap_or_default()
        }
        Value::Array(items) => items.iter().map(stored).collect(),
        Value::Object(map) => Value::Object(stored_map(map)),
        other => other.clone(),
    }
}

//! What the manager remembers of connections: plain data, the JSON that shows it, and the JSON by which tests prepare it.
//! Rules live elsewhere.

use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::clock::{Clock, in_millis, parse, precise, zero};

#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) id: Uuid,
    pub(super) product: Option<String>,
    pub(super) config_name: String,
    pub(super) kind: String,
    pub(super) host: String,
    pub(super) port: i64,
    pub(super) database: String,
    pub(super) schema: Option<String>,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) ssl: Option<Ssl>,
    pub(super) metadata: Option<Map<String, Value>>,
    pub(super) created_at: OffsetDateTime,
    pub(super) updated_at: OffsetDateTime,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ssl {
    pub(super) mode: String,
    pub(super) ca: String,
    pub(super) cert: String,
    pub(super) key: String,
}

/// Which answer an object is in: each has other time stamps, and a write shows what a read leaves out (manager facts §3).
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shown {
    Created,
    Patched,
    Read,
}

impl Connection {
    /// What a record has that nothing is said of.
    pub(super) fn at(clock: &mut Clock) -> Self {
        let created_at = clock.stamp();
        Self {
            id: id_at(created_at),
            product: None,
            config_name: String::new(),
            kind: "POSTGRESQL".into(),
            host: "db.example.com".into(),
            port: 5432,
            database: "app".into(),
            schema: None,
            user: "report_user".into(),
            password: "dummy-secret-1".into(),
            ssl: None,
            metadata: None,
            created_at,
            updated_at: created_at + Duration::nanoseconds(40),
        }
    }

    /// One that the operator configured: no store keeps it.
    pub(super) fn internal(fields: &Value) -> Self {
        let mut connection = Self::at(&mut Clock::default());
        connection.prepare(fields);
        if fields.get("id").is_none() {
            connection.id = Uuid::new_v5(&Uuid::NAMESPACE_OID, connection.config_name.as_bytes());
        }
        Self { created_at: zero(), updated_at: zero(), ..connection }
    }

    pub(super) fn show(&self, shown: Shown) -> Value {
        let created = if shown == Shown::Created { precise } else { in_millis };
        let updated = if shown == Shown::Read { in_millis } else { precise };
        let mut body = json!({
            "id": self.id.to_string(), "configName": self.config_name, "type": self.kind, "host": self.host, "port": self.port,
            "databaseName": self.database, "userName": self.user, "createdAt": created(self.created_at),
            "updatedAt": updated(self.updated_at),
        });
        if let Some(product) = &self.product {
            body["productName"] = json!(product);
        }
        if let Some(schema) = &self.schema {
            body["schema"] = json!(schema);
        }
        if let Some(ssl) = &self.ssl {
            body["ssl"] = json!({ "mode": ssl.mode });
        }
        if let Some(metadata) = self.metadata.as_ref().filter(|map| shown != Shown::Read || !map.is_empty()) {
            body["metadata"] = json!(metadata);
        }
        body
    }

    /// What no answer shows.
    pub(super) fn secrets(&self) -> Value {
        let ssl = self.ssl.as_ref();
        let ssl = ssl.map(|ssl| json!({ "mode": ssl.mode, "ca": ssl.ca, "cert": ssl.cert, "key": ssl.key }));
        json!({ "password": self.password, "ssl": ssl })
    }

    /// Sets fields by hand, under the API's names and past its rules: `productName` null takes the product away, and the
    /// time stamps can be set too.
    ///
    /// # Panics
    /// For a field that cannot be set so, or a value of another type: the test is wrong.
    pub(super) fn prepare(&mut self, fields: &Value) {
        for (name, value) in fields.as_object().expect("the fields of a record") {
            let text = || value.as_str().unwrap_or_else(|| panic!("`{name}` is a text")).to_owned();
            let time = || parse(&text()).unwrap_or_else(|| panic!("`{name}` is a time"));
            match name.as_str() {
                "id" => self.id = text().parse().expect("an id"),
                "productName" => self.product = value.as_str().map(str::to_owned),
                "configName" => self.config_name = text(),
                "type" => self.kind = text(),
                "host" => self.host = text(),
                "port" => self.port = value.as_i64().expect("a port"),
                "databaseName" => self.database = text(),
                "schema" => self.schema = value.as_str().map(str::to_owned),
                "userName" => self.user = text(),
                "password" => self.password = text(),
                "metadata" => self.metadata = value.as_object().cloned(),
                "createdAt" => self.created_at = time(),
                "updatedAt" => self.updated_at = time(),
                other => panic!("a record has no `{other}` that can be prepared"),
            }
        }
    }
}

/// Ids of version 7 begin with the time.
pub(super) fn id_at(time: OffsetDateTime) -> Uuid {
    let millis = u64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
    let random = Uuid::new_v4();
    let random = random.as_bytes().first_chunk::<10>().expect("sixteen bytes");
    uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}

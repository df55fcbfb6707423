//! Who is asking: credentials, roles and the texts of a 401 (facts §2). It must not know any object of the gateway.

use super::http::{Answer, Asked, refuse};
use super::store::{new_id, secret_text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Admin,
    Auditor,
    Standard,
}

impl Role {
    /// The group that gives the role; others make a standard user.
    pub(super) fn group(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Standard => "dev",
        }
    }

    pub(super) fn of(groups: &[String]) -> Self {
        let has = |role: &Self| groups.iter().any(|group| group == role.group());
        [Self::Admin, Self::Auditor].into_iter().find(has).unwrap_or(Self::Standard)
    }

    pub(super) fn name(self) -> &'static str {
        if self == Self::Standard { "standard" } else { self.group() }
    }
}

#[derive(Clone)]
pub(super) struct Caller {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) groups: Vec<String>,
}

/// The two headers that can carry a credential.
#[derive(Clone, Debug, Default)]
pub(super) struct Credentials {
    pub(super) authorization: Option<String>,
    pub(super) api_key: Option<String>,
}

/// The kind of credential a request came with, for the log: never the credential itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthKind {
    None,
    Bearer,
    ApiKey,
    Other,
}

impl Credentials {
    pub(super) fn of(asked: &Asked) -> Self {
        let text = |name| asked.header(name).map(str::to_owned);
        Self { authorization: text("authorization"), api_key: text("api-key") }
    }

    pub(super) fn kind(&self) -> AuthKind {
        match (self.api_key.as_deref(), self.authorization.as_deref()) {
            (Some(key), _) if !key.is_empty() => AuthKind::ApiKey,
            (_, Some(value)) if value.starts_with("Bearer ") => AuthKind::Bearer,
            (_, Some(_)) => AuthKind::Other,
            (_, None) => AuthKind::None,
        }
    }
}

#[derive(Clone)]
pub(super) struct Keys {
    pub(super) legacy: String,
    named: Vec<(String, Caller)>,
}

impl Keys {
    /// One admin key named `tf` and the legacy key. The key of the first is `first()`.
    pub(super) fn fresh() -> Self {
        let mut keys = Self { legacy: secret_text("xapi-"), named: Vec::new() };
        keys.add("tf", vec![Role::Admin.group().into()]);
        keys
    }

    /// The key, and the id of its owner, which is the key's own.
    pub(super) fn add(&mut self, name: &str, groups: Vec<String>) -> (String, String) {
        let (key, id) = (secret_text("hpk_"), new_id());
        let caller = Caller { id: id.clone(), name: name.into(), role: Role::of(&groups), groups };
        self.named.push((key.clone(), caller));
        (key, id)
    }

    pub(super) fn of_name(&self, name: &str) -> Option<String> {
        self.named.iter().find(|(_, caller)| caller.name == name).map(|(key, _)| key.clone())
    }

    pub(super) fn first(&self) -> String {
        self.named.first().map(|(key, _)| key.clone()).unwrap_or_default()
    }

    /// A non-empty `Api-Key` wins and the bearer is not looked at. Old gateways know no named keys (facts §10).
    pub(super) fn authenticate(&self, credentials: &Credentials, named_keys: bool) -> Result<Caller, Answer> {
        if let Some(key) = credentials.api_key.as_deref().filter(|key| !key.is_empty()) {
            return if key == self.legacy { Ok(legacy_caller()) } else { Err(refuse(401, "unauthorize")) };
        }
        let bearer = credentials.authorization.as_deref().and_then(|value| value.strip_prefix("Bearer "));
        let named = self.named.iter().find(|(key, _)| named_keys && Some(key.as_str()) == bearer);
        named.map(|(_, caller)| caller.clone()).ok_or_else(|| refuse(401, "access denied"))
    }
}

pub(super) fn legacy_caller() -> Caller {
    Caller { id: "API_KEY".into(), name: "API_KEY".into(), role: Role::Admin, groups: vec![Role::Admin.group().into()] }
}

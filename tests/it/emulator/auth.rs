//! Who is asking: credentials, roles and the texts of a 401 (facts §2). It must not know any object of the gateway.

use std::collections::BTreeMap;

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

/// Who may use a route.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Access {
    Open,
    /// Any credential.
    Reader,
    /// Admins and auditors.
    Auditor,
    /// Everybody but auditors, who change nothing.
    Member,
    Admin,
}

pub(super) fn allowed(access: Access, role: Role) -> bool {
    match access {
        Access::Open | Access::Reader => true,
        Access::Auditor => role != Role::Standard,
        Access::Member => role != Role::Auditor,
        Access::Admin => role == Role::Admin,
    }
}

#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) groups: Vec<String>,
    /// Whether it is a user who logged in, not a key.
    pub(super) is_user: bool,
}

/// The user who set up the gateway.
pub(super) const ADMINISTRATOR: &str = "admin@example.test";

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

/// A key that a request made. A revoked one stays, and its name stays taken.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Whether it is an AI agent's; the names of both kinds are apart.
    pub(super) of_agent: bool,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) groups: Vec<String>,
    pub(super) created_by: String,
    pub(super) created_at: String,
    /// By whom, and when.
    pub(super) revoked: Option<(String, String)>,
    pub(super) used: bool,
}

impl Key {
    pub(super) fn new(of_agent: bool, name: &str, groups: Vec<String>, created_by: &str, created_at: String) -> Self {
        let (id, text) = (new_id(), secret_text("hpk_"));
        let (name, created_by) = (name.to_owned(), created_by.to_owned());
        Self { of_agent, id, name, text, groups, created_by, created_at, revoked: None, used: false }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) legacy: String,
    /// What the administrator has after a login.
    pub(super) token: String,
    /// With which users log in, by their e-mail.
    pub(super) passwords: BTreeMap<String, String>,
    pub(super) named: Vec<Key>,
}

impl Keys {
    /// One admin key named `tf` and the legacy key. The text of the first is `first()`.
    pub(super) fn fresh(created_at: String) -> Self {
        let tf = Key::new(false, "tf", vec![Role::Admin.group().into()], ADMINISTRATOR, created_at);
        let passwords = BTreeMap::from([(ADMINISTRATOR.to_owned(), secret_text("pw-"))]);
        Self { legacy: secret_text("xapi-"), token: secret_text("eyJ.e."), passwords, named: vec![tf] }
    }

    pub(super) fn of_name(&self, name: &str) -> Option<String> {
        self.named.iter().find(|key| key.name == name).map(|key| key.text.clone())
    }

    pub(super) fn first(&self) -> String {
        self.named.first().map(|key| key.text.clone()).unwrap_or_default()
    }

    /// A non-empty `Api-Key` wins and the bearer is not looked at. Old gateways know no named keys (facts §10).
    pub(super) fn authenticate(&mut self, credentials: &Credentials, named_keys: bool) -> Result<Caller, Answer> {
        if let Some(key) = credentials.api_key.as_deref().filter(|key| !key.is_empty()) {
            return if key == self.legacy { Ok(legacy_caller()) } else { Err(refuse(401, "unauthorize")) };
        }
        let bearer = credentials.authorization.as_deref().and_then(|value| value.strip_prefix("Bearer "));
        if bearer == Some(self.token.as_str()) {
            return Ok(administrator(ADMINISTRATOR, true));
        }
        let is_it = |key: &&mut Key| named_keys && key.revoked.is_none() && Some(key.text.as_str()) == bearer;
        let key = self.named.iter_mut().find(is_it).ok_or_else(|| refuse(401, "access denied"))?;
        key.used = true;
        let (id, name, groups) = (key.id.clone(), key.name.clone(), key.groups.clone());
        Ok(Caller { id, name, role: Role::of(&groups), groups, is_user: false })
    }
}

pub(super) fn legacy_caller() -> Caller {
    administrator("API_KEY", false)
}

fn administrator(name: &str, is_user: bool) -> Caller {
    let groups = vec![Role::Admin.group().into()];
    Caller { id: name.into(), name: name.into(), role: Role::Admin, groups, is_user }
}

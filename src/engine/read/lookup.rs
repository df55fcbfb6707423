//! Finds one object by its key, by an attribute that the system accepts in place of the key, or by its names.

use crate::api::Budget;
use crate::diagnostic::{Diagnostic, attributes, listed, with_article};
use crate::engine::read::lists::Named;
use crate::engine::report::errors::explain_read;
use crate::engine::session::Session;
use crate::engine::values::address::{described, has_key, names_of};
use crate::engine::values::observed::{Observed, ReadError};
use crate::engine::values::same::get;
use crate::schema::Resource;
use crate::value::{Object, Path, Value};

/// What identifies the object.
pub(crate) enum Wanted {
    Keys(Object),
    Names(Object),
}

impl Wanted {
    /// For messages: `connection "orders"`.
    pub(crate) fn describe(&self, resource: &'static Resource) -> String {
        described(resource, self.known())
    }

    /// What is known of the object.
    pub(crate) fn known(&self) -> &Object {
        let (Wanted::Keys(known) | Wanted::Names(known)) = self;
        known
    }
}

/// The object; `None` when the system does not have it. `doing`: the verb for error messages.
pub(crate) async fn find(
    session: &Session,
    resource: &'static Resource,
    wanted: Wanted,
    doing: &str,
    budget: &Budget,
) -> Result<Option<Observed>, Diagnostic> {
    let what = wanted.describe(resource);
    let failed = |error: ReadError| explain_read(session.system, &format!("{doing} the {what}"), &error);
    let keys = match wanted {
        Wanted::Keys(keys) => keys,
        Wanted::Names(names) => match session.named(resource, &names, budget).await.map_err(failed)? {
            Named::One(object) => object,
            Named::Nobody => return Ok(None),
            Named::Several(keys) => return Err(ambiguous(resource, &what, &keys)),
        },
    };
    session.fetch(resource, &keys, budget).await.map_err(failed)
}

/// The error for names that several objects have.
fn ambiguous(resource: &'static Resource, what: &str, keys: &[String]) -> Diagnostic {
    let key = resource.keys().next().map_or("key", |key| key.name);
    let detail = format!("Several objects have this name. Use the `{key}` of one of them: {}.", listed(keys.iter()));
    Diagnostic::error(format!("There is more than one {what}"), detail)
}

/// Checks that a configuration identifies one object in exactly one way. A value that has a default in the provider
/// block may be left out.
pub(crate) fn lookup_keys(resource: &'static Resource, config: &Object) -> Result<(), Diagnostic> {
    let given = |name: &&str| !get(config, name).is_null();
    let keys: Vec<&str> = resource.given_keys().map(|attr| attr.name).collect();
    let count = |names: &[&str]| names.iter().filter(|name| given(name)).count();
    let has_default = |name: &str| resource.attr(name).is_some_and(|attr| attr.default_setting().is_some());
    let named = count(resource.named_by);
    let by_name = named > 0 && resource.named_by.iter().all(|name| given(name) || has_default(name));
    let ways = [(count(&keys) == keys.len(), keys.len()), (count(resource.alternative_keys) == 1, 1), (by_name, named)];
    let all = count(&keys) + count(resource.alternative_keys) + named;
    if ways.iter().any(|(complete, part)| *complete && *part == all) {
        return Ok(());
    }
    let together = |names: &[&str]| match names {
        [name] => format!("`{name}`"),
        [one, other] => format!("both `{one}` and `{other}`"),
        names => format!("all of {}", attributes(names)),
    };
    let mut ways = vec![together(&keys)];
    ways.extend(resource.alternative_keys.iter().map(|name| format!("`{name}`")));
    ways.extend((!resource.named_by.is_empty()).then(|| together(resource.named_by)));
    let either = if ways.len() == 1 { "" } else { "either " };
    let detail = format!("Set {either}{} to look up {}.", ways.join(", or "), with_article(&resource.noun()));
    let path = resource.lookups().filter(given).last().or_else(|| resource.lookups().next()).unwrap_or_default();
    Err(Diagnostic::error("The data source requires exactly one key", detail).at(Path::attribute(path)))
}

/// What a checked configuration identifies.
pub(crate) fn looked_up(session: &Session, resource: &'static Resource, config: &Object) -> Result<Wanted, Diagnostic> {
    let other = resource.alternative_keys.iter().find_map(|name| get(config, name).as_str());
    // The path accepts the other attribute in place of the key.
    if let (Some(text), Some(key)) = (other, resource.keys().next()) {
        return Ok(Wanted::Keys([(key.name.to_owned(), Value::string(text))].into()));
    }
    if has_key(resource, config) {
        return Ok(Wanted::Keys(config.clone()));
    }
    let mut known = config.clone();
    for attr in resource.named_by.iter().filter_map(|name| resource.attr(name)) {
        if let (Some(setting), true) = (attr.default_setting(), get(&known, attr.name).is_null()) {
            known.insert(attr.name.to_owned(), get(&session.defaults, setting).clone());
        }
    }
    let missing = |name: &&&str| get(&known, name).is_null();
    names_of(resource, &known).map(Wanted::Names).ok_or_else(|| {
        let name = resource.named_by.iter().find(missing).copied().unwrap_or_default();
        let detail = format!("Set `{name}` here, or in the provider block for all objects.");
        Diagnostic::error(format!("`{name}` is missing"), detail).at(Path::attribute(name))
    })
}

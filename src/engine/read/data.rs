//! Data sources: one object by its key, lists that are read to their end, and queries.

use crate::api::Budget;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::read::lists::{misplaced, passes};
use crate::engine::read::lookup::{find, looked_up, lookup_keys};
use crate::engine::read::request;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::session::Session;
use crate::engine::validate::Identifiers;
use crate::engine::values::address::label;
use crate::engine::values::body::decode;
use crate::engine::values::observed::{ReadError, place};
use crate::engine::values::same::get;
use crate::engine::values::walk::rebuilt;
use crate::engine::{Engine, validate};
use crate::rpc;
use crate::schema::{Attr, Listing, Query, Resource, visible};
use crate::value::{At, Object, Path, Value};

/// The kind of a data source.
enum Source {
    One(&'static Resource),
    Many(&'static Resource, &'static Listing),
    Query(&'static Query),
}

impl Source {
    /// Checks the configuration without any request.
    fn check(&self, config: &Object, identifiers: Identifiers) -> Diagnostics {
        match self {
            Source::One(resource) => {
                let mut found = validate::entry(resource.views(), config, identifiers);
                found.extend(lookup_keys(resource, config).err());
                found
            }
            Source::Many(resource, list) => {
                let items =
                    (!get(config, list.items).is_null()).then(|| validate::read_only(&At::Root.then(list.items)));
                validate::entry(list.views(resource), config, identifiers).into_iter().chain(items).collect()
            }
            Source::Query(query) => validate::entry(query.views(), config, identifiers),
        }
    }
}

impl Engine {
    fn source(&self, name: &str) -> Result<Source, Diagnostic> {
        let one = |resource: &&Resource| resource.data_source && resource.name == name;
        let many = |resource: &'static Resource| {
            resource.list.as_ref().filter(|list| list.name == name).map(|list| Source::Many(resource, list))
        };
        let resources = self.provider.readable();
        let found = resources.clone().find(one).map(Source::One).or_else(|| resources.clone().find_map(many));
        let query = || self.provider.queries.iter().copied().find(|query| query.name == name).map(Source::Query);
        found.or_else(query).ok_or_else(|| self.unknown("data source", name))
    }

    /// Checks a data source's configuration without any request.
    pub fn validate_data(&self, name: &str, config: &Value) -> Diagnostics {
        let (source, config) = match (self.source(name), config.as_object()) {
            (Ok(source), Some(config)) => (source, config),
            (Err(unknown), _) => return vec![unknown],
            (Ok(_), None) => return Diagnostics::new(),
        };
        source.check(config, Identifiers::Mocked)
    }

    /// Reads a data source. The value is null exactly when there is an error.
    pub async fn read_data(&self, name: &str, config: &Value) -> (Value, Diagnostics) {
        let empty = Object::new();
        let config = config.as_object().unwrap_or(&empty);
        let source = match self.source(name) {
            Ok(source) => source,
            Err(unknown) => return (Value::Null, vec![unknown]),
        };
        // Values that were unknown when the configuration was validated are known now.
        let wrong: Diagnostics =
            source.check(config, Identifiers::Real).into_iter().filter(Diagnostic::is_error).collect();
        if !wrong.is_empty() {
            return (Value::Null, wrong);
        }
        let mut warnings = Diagnostics::new();
        match self.read_source(source, config, &mut warnings).await {
            Ok(object) => (Value::Object(object), warnings),
            Err(error) => {
                warnings.push(error);
                (Value::Null, warnings)
            }
        }
    }

    async fn read_source(
        &self,
        source: Source,
        config: &Object,
        warnings: &mut Diagnostics,
    ) -> Result<Object, Diagnostic> {
        let budget = self.budget();
        let access = self.access();
        let session = access.demand(&budget).await?;
        match source {
            Source::One(resource) => {
                rpc::is_about(|| label(resource, config));
                read_one(session, resource, config, warnings, &budget).await
            }
            Source::Many(resource, list) => read_many(session, resource, list, config, warnings, &budget).await,
            Source::Query(query) => ask(session, query, config, warnings, &budget).await,
        }
    }
}

async fn read_one(
    session: &Session,
    resource: &'static Resource,
    config: &Object,
    warnings: &mut Diagnostics,
    budget: &Budget,
) -> Result<Object, Diagnostic> {
    let wanted = looked_up(session, resource, config)?;
    let what = wanted.describe(resource);
    let seen = find(session, resource, wanted, "read", budget).await?;
    // An object that matches only some of the given keys is not the requested one.
    let fits = |seen: &Object| {
        resource.lookups().all(|name| get(config, name).is_null() || get(config, name) == get(seen, name))
    };
    let Some(seen) = seen.filter(|seen| fits(&seen.object)) else {
        let (title, noun) = (session.system.title, resource.noun());
        let missing = |detail: String| Diagnostic::error(format!("There is no {what}"), detail);
        return Err(match resource.lookups().find(|name| !get(config, name).is_null()) {
            Some(by) => missing(format!("The {title} has no {noun} with this `{by}`.")).at(Path::attribute(by)),
            None => missing(format!("The {title} has none.")),
        });
    };
    let shown = |name: &str| resource.shown().any(|attr| attr.name == name);
    // Attributes that the data source does not have give no warnings.
    let is_shown = |diagnostic: &Diagnostic| diagnostic.path.as_ref().is_none_or(|path| shown(&path.to_string()));
    warnings.extend(seen.warnings.into_iter().filter(is_shown));
    // Values that the key may not read are null.
    let shown = visible_part(resource.shown(), &seen.object);
    Ok(shown.into_iter().map(|(name, value)| (name, value.unknown_to_null())).collect())
}

/// The object with the attributes of a data source only, at every depth.
fn visible_part(attrs: impl Iterator<Item = &'static Attr>, object: &Object) -> Object {
    attrs.map(|attr| (attr.name.to_owned(), visible_value(attr, get(object, attr.name)))).collect()
}

fn visible_value(attr: &'static Attr, value: &Value) -> Value {
    let Some(nested) = attr.kind.nested() else { return value.clone() };
    rebuilt(value, &Value::Null, None, &At::Root, &mut |value, _, _| match value {
        Value::Object(object) => Value::Object(visible_part(visible(nested), object)),
        other => other.clone(),
    })
}

/// The answer to a query, with its arguments.
async fn ask(
    session: &Session,
    query: &'static Query,
    config: &Object,
    warnings: &mut Diagnostics,
    budget: &Budget,
) -> Result<Object, Diagnostic> {
    let call = request::call(&query.request, query.attrs, config);
    let (doing, place) = (format!("read the {}", query.noun()), place(&call));
    let returned = match session.ask(call, budget).await {
        Ok(answer) => request::returned(query.attrs, &answer.body, warnings)
            .map_err(|error| explain_read(session.system, &doing, &ReadError::Decode { place, error }))?,
        Err(error) => match query.refused.and_then(|result| result(&error)) {
            Some(result) => result,
            None => return Err(explain(session.system, &doing, &error)),
        },
    };
    Ok(request::completed(query.attrs, config, &returned))
}

async fn read_many(
    session: &Session,
    resource: &'static Resource,
    list: &'static Listing,
    config: &Object,
    warnings: &mut Diagnostics,
    budget: &Budget,
) -> Result<Object, Diagnostic> {
    let doing = format!("list `{}`", list.name);
    let entries = session.list(resource, config, budget).await;
    let mut items = Vec::new();
    for json in entries.map_err(|error| explain_read(session.system, &doing, &error))? {
        let decoded = decode(resource.shown_in_list(), &json, warnings);
        let decoded = decoded.map_err(|error| explain_read(session.system, &doing, &misplaced(resource, error)))?;
        if !passes(list, config, &decoded) {
            continue;
        }
        let mut object = visible_part(resource.shown_in_list(), &decoded);
        // A part of the list's path has the same value in each of its entries.
        for name in list.required().filter(|name| object.contains_key(*name)).collect::<Vec<_>>() {
            object.insert(name.to_owned(), get(config, name).clone());
        }
        items.push(Value::Object(object));
    }
    let mut object: Object =
        list.filters.iter().map(|filter| (filter.name().to_owned(), get(config, filter.name()).clone())).collect();
    object.insert(list.items.to_owned(), Value::List(items));
    Ok(object)
}

//! Data sources: one object by what finds it, and lists, read to their last page and filtered by the system.

use super::Engine;
use super::body::decode;
use super::same::get;
use super::session::{Fault, Session, place};
use super::trouble::{explain, explain_fault};
use crate::api::{Call, Json, Patience};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{DataSource, Resource};
use crate::value::{Object, Path, Value};

/// The largest page that the system gives.
const PAGE_SIZE: usize = 100;

/// What a data source's name stands for.
enum Source {
    One(&'static Resource),
    Many(&'static Resource, &'static DataSource),
}

impl Engine {
    fn source(&self, name: &str) -> Result<Source, Diagnostic> {
        let one = |resource: &&Resource| resource.data_source && resource.name == name;
        let many = |resource: &'static Resource| {
            resource.list.as_ref().filter(|list| list.name == name).map(|list| Source::Many(resource, list))
        };
        let resources = self.provider.resources.iter().copied();
        let found = resources.clone().find(one).map(Source::One).or_else(|| resources.clone().find_map(many));
        found.ok_or_else(|| {
            let detail = format!("The provider `{}` has no data source `{name}`.", self.provider.name);
            Diagnostic::error("Unknown data source", detail)
        })
    }

    /// Checks a data source's configuration without any request.
    pub fn validate_data(&self, name: &str, config: &Value) -> Diagnostics {
        let (source, config) = match (self.source(name), config.as_object()) {
            (Ok(source), Some(config)) => (source, config),
            (Err(unknown), _) => return vec![unknown],
            (Ok(_), None) => return Diagnostics::new(),
        };
        match source {
            Source::One(resource) => lookup_count(resource, config).into_iter().collect(),
            Source::Many(..) => Diagnostics::new(),
        }
    }

    /// Reads a data source. The value is null exactly when there is an error.
    pub async fn read_data(&self, name: &str, config: &Value) -> (Value, Diagnostics) {
        let empty = Object::new();
        let config = config.as_object().unwrap_or(&empty);
        let mut warnings = Diagnostics::new();
        match self.read_source(name, config, &mut warnings).await {
            Ok(object) => (Value::Object(object), warnings),
            Err(error) => {
                warnings.push(error);
                (Value::Null, warnings)
            }
        }
    }

    async fn read_source(&self, name: &str, config: &Object, warnings: &mut Diagnostics) -> Result<Object, Diagnostic> {
        let source = self.source(name)?;
        let patience = Patience::new(self.stop.clone());
        let access = self.access();
        let session = access.demand(&patience).await?;
        match source {
            Source::One(resource) => read_one(session, resource, config, warnings, &patience).await,
            Source::Many(resource, list) => read_many(session, resource, list, config, warnings, &patience).await,
        }
    }
}

fn lookup_count(resource: &'static Resource, config: &Object) -> Option<Diagnostic> {
    let given: Vec<&str> = resource.lookups().filter(|name| !get(config, name).is_null()).collect();
    if given.len() == 1 {
        return None;
    }
    let names: Vec<String> = resource.lookups().map(|name| format!("`{name}`")).collect();
    let detail = format!("A {} is looked up by exactly one of {}.", resource.noun(), names.join(", "));
    let path = given.last().copied().unwrap_or(resource.key().name);
    Some(Diagnostic::error("The data source needs exactly one key", detail).at(Path::attribute(path)))
}

async fn read_one(
    session: &Session,
    resource: &'static Resource,
    config: &Object,
    warnings: &mut Diagnostics,
    patience: &Patience,
) -> Result<Object, Diagnostic> {
    if let Some(wrong) = lookup_count(resource, config) {
        return Err(wrong);
    }
    let lookup = resource.lookups().find_map(|name| get(config, name).as_str().map(|key| (name, key)));
    let (by, key) = lookup.unwrap_or((resource.key().name, ""));
    let doing = format!("read the {} {key:?}", resource.noun());
    let seen = session.fetch(resource, key, patience).await;
    // The path takes any of the keys: an object that only another of them fits is not the one that was asked for.
    let seen = seen
        .map_err(|fault| explain_fault(session.system, &doing, &fault))?
        .filter(|seen| get(&seen.object, by).as_str() == Some(key));
    let Some(seen) = seen else {
        let detail = format!("The {} has no {} whose `{by}` is {key:?}.", session.system.title, resource.noun());
        return Err(
            Diagnostic::error(format!("There is no {} {key:?}", resource.noun()), detail).at(Path::attribute(by))
        );
    };
    let shown = |name: &str| resource.shown().any(|attr| attr.name == name);
    // What the data source leaves out is no reason for a warning.
    let said = |diagnostic: &Diagnostic| diagnostic.path.as_ref().is_none_or(|path| shown(&path.to_string()));
    warnings.extend(seen.warnings.into_iter().filter(said));
    Ok(seen.object.into_iter().filter(|(name, _)| shown(name)).collect())
}

async fn read_many(
    session: &Session,
    resource: &'static Resource,
    list: &'static DataSource,
    config: &Object,
    warnings: &mut Diagnostics,
    patience: &Patience,
) -> Result<Object, Diagnostic> {
    let query: Vec<(String, String)> = list
        .filters
        .iter()
        .filter_map(|filter| Some((filter.name.to_owned(), query_text(get(config, filter.name))?)))
        .collect();
    let doing = format!("list `{}`", list.name);
    let mut items = Vec::new();
    let mut page = 1;
    loop {
        let mut call = Call::get(resource.collection.split('/'));
        call.query.clone_from(&query);
        if list.paged {
            call.query.push(("page".to_owned(), page.to_string()));
            call.query.push(("page_size".to_owned(), PAGE_SIZE.to_string()));
        }
        let place = place(&call);
        let answer = session.send(call, patience).await.map_err(|error| explain(session.system, &doing, &error))?;
        let (entries, more) = entries(answer.body, items.len());
        for entry in entries {
            let object = match entry {
                Json::Object(json) => decode(resource.shown_in_list(), &json, warnings),
                _ => Err(super::body::Misfit::no_object()),
            };
            let object = object.map_err(|misfit| {
                explain_fault(session.system, &doing, &Fault::Misfit { place: place.clone(), misfit })
            })?;
            items.push(Value::Object(object));
        }
        if !more {
            break;
        }
        page += 1;
    }
    let mut object: Object =
        list.filters.iter().map(|filter| (filter.name.to_owned(), get(config, filter.name).clone())).collect();
    object.insert(list.items.to_owned(), Value::List(items));
    Ok(object)
}

fn query_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::List(items) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(words.join(","))
        }
        _ => None,
    }
}

/// The entries of one answer, and whether another page follows. Both shapes of a list are understood: the plain one
/// holds everything. An empty page ends the list, whatever its total says.
fn entries(body: Json, before: usize) -> (Vec<Json>, bool) {
    match body {
        Json::Array(entries) => (entries, false),
        Json::Object(mut envelope) => {
            let total = envelope.get("pages").and_then(|pages| pages.get("total")).and_then(Json::as_u64).unwrap_or(0);
            let entries = match envelope.remove("data") {
                Some(Json::Array(entries)) => entries,
                _ => Vec::new(),
            };
            let more = !entries.is_empty() && ((before + entries.len()) as u64) < total;
            (entries, more)
        }
        _ => (Vec::new(), false),
    }
}

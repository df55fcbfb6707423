//! Data sources: one object by what finds it, and lists, read to their last page and filtered by the system.

use super::Engine;
use super::body::{Misfit, decode};
use super::place::{described, render};
use super::same::get;
use super::session::{Fault, Session};
use super::trouble::explain_fault;
use super::validate::validate;
use crate::api::{Call, Json, Patience};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Attr, DataSource, Resource};
use crate::value::{Object, Path, Value};

/// The largest page that the system gives.
const PAGE_SIZE: usize = 100;

/// A list of a million objects; one that goes on has no end.
const MOST_PAGES: usize = 10_000;

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
            Source::One(resource) => lookup_keys(resource, config).err().into_iter().collect(),
            Source::Many(_, list) => list.required().filter_map(|name| needed(config, name)).collect(),
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

/// Every key, or what the path takes instead of the only one.
fn lookup_keys(resource: &'static Resource, config: &Object) -> Result<(), Diagnostic> {
    let given = |name: &&str| !get(config, name).is_null();
    let keys: Vec<&str> = resource.keys().map(|attr| attr.name).collect();
    let given_keys = keys.iter().copied().filter(given).count();
    let given_other = resource.also_found_by.iter().copied().filter(given).count();
    if (given_keys == keys.len() && given_other == 0) || (given_keys == 0 && given_other == 1) {
        let attrs: Vec<&'static Attr> = resource.keys().collect();
        return validate(&attrs, config, &Path::root()).into_iter().next().map_or(Ok(()), Err);
    }
    let words = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let mut ways = vec![words(keys).join(" and ")];
    ways.extend(words(resource.also_found_by.to_vec()));
    let detail = match ways.as_slice() {
        [keys] => format!("A look-up of the {} needs {keys}.", resource.noun()),
        ways => format!("Exactly one of these looks up the {}: {}.", resource.noun(), ways.join(", ")),
    };
    let path = resource.lookups().filter(given).last().or_else(|| resource.lookups().next()).unwrap_or_default();
    Err(Diagnostic::error("The data source needs exactly one key", detail).at(Path::attribute(path)))
}

async fn read_one(
    session: &Session,
    resource: &'static Resource,
    config: &Object,
    warnings: &mut Diagnostics,
    patience: &Patience,
) -> Result<Object, Diagnostic> {
    lookup_keys(resource, config)?;
    let other = resource.also_found_by.iter().find_map(|name| Some((*name, get(config, name).as_str()?)));
    // The path takes the other attribute in the place of the key.
    let keys: Object = match (other, resource.keys().next()) {
        (Some((_, text)), Some(key)) => [(key.name.to_owned(), Value::string(text))].into(),
        _ => config.clone(),
    };
    let what = described(resource, &keys);
    let seen = session.fetch(resource, &keys, patience).await;
    // An object that only another of its keys fits is not the one that was asked for.
    let fits = |seen: &Object| {
        resource.lookups().all(|name| get(config, name).is_null() || get(config, name) == get(seen, name))
    };
    let seen = seen
        .map_err(|fault| explain_fault(session.system, &format!("read the {what}"), &fault))?
        .filter(|seen| fits(&seen.object));
    let Some(seen) = seen else {
        let by = other.map(|(name, _)| name).or_else(|| resource.lookups().next()).unwrap_or_default();
        let detail = format!("The {} has no {} with this `{by}`.", session.system.title, resource.noun());
        return Err(Diagnostic::error(format!("There is no {what}"), detail).at(Path::attribute(by)));
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
    if let Some(missing) = list.required().find_map(|name| needed(config, name)) {
        return Err(missing);
    }
    let queried = list.filters.iter().filter(|filter| list.required().all(|name| name != filter.name));
    let query: Vec<(String, String)> =
        queried.filter_map(|filter| Some((filter.name.to_owned(), query_text(get(config, filter.name))?))).collect();
    let template = list.path.unwrap_or(resource.collection);
    let doing = format!("list `{}`", list.name);
    // Without all parts of the path it would lead to another list.
    let unknown = || Diagnostic::error(format!("Could not {doing}"), "What it is to be read for is not known.");
    let path = render(template, config, None).ok_or_else(unknown)?;
    let place = format!("GET /{}", path.join("/"));
    let entries = read_list(session, path, query, list.paged, list.at, patience).await;
    let mut items = Vec::new();
    for entry in entries.map_err(|fault| explain_fault(session.system, &doing, &fault))? {
        let object = match entry {
            Json::Object(json) => decode(resource.shown_in_list(), &json, warnings),
            _ => Err(Misfit::no_object()),
        };
        let mut object = object
            .map_err(|misfit| explain_fault(session.system, &doing, &Fault::Misfit { place: place.clone(), misfit }))?;
        // What stands in the path stands in each of its entries.
        for name in list.required().filter(|name| object.contains_key(*name)).collect::<Vec<_>>() {
            object.insert(name.to_owned(), get(config, name).clone());
        }
        items.push(Value::Object(object));
    }
    let mut object: Object =
        list.filters.iter().map(|filter| (filter.name.to_owned(), get(config, filter.name).clone())).collect();
    object.insert(list.items.to_owned(), Value::List(items));
    Ok(object)
}

/// Every entry of a list, read to its last page. What goes on without an end is no list.
pub(super) async fn read_list(
    session: &Session,
    path: Vec<String>,
    query: Vec<(String, String)>,
    paged: bool,
    at: &str,
    patience: &Patience,
) -> Result<Vec<Json>, Fault> {
    let misfit = |misfit| Fault::Misfit { place: format!("GET /{}", path.join("/")), misfit };
    let mut found = Vec::new();
    for page in 1..=MOST_PAGES {
        let mut call = Call::get(path.iter().cloned());
        call.query.clone_from(&query);
        if paged {
            call = call.query("page", page.to_string()).query("page_size", PAGE_SIZE.to_string());
        }
        let answer = session.ask(call, patience).await.map_err(Fault::Api)?;
        let (entries, more) = entries(answer.body, at, found.len()).map_err(misfit)?;
        found.extend(entries);
        if !(paged && more) {
            return Ok(found);
        }
    }
    Err(misfit(Misfit { path: Path::root(), expected: "a list that ends" }))
}

fn needed(config: &Object, name: &str) -> Option<Diagnostic> {
    let detail = format!("The list is read for one `{name}` at a time.");
    get(config, name)
        .is_empty()
        .then(|| Diagnostic::error(format!("`{name}` is missing"), detail).at(Path::attribute(name)))
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

/// The entries of one answer, and whether another page follows. Both shapes of a paged list are understood: the plain
/// one holds everything. An empty page ends the list, whatever its total says, and nothing at all is an empty one.
fn entries(mut body: Json, at: &str, before: usize) -> Result<(Vec<Json>, bool), Misfit> {
    let total = body.get("pages").and_then(|pages| pages.get("total")).and_then(Json::as_u64).unwrap_or(0);
    let at = if at.is_empty() && body.is_object() { "data" } else { at };
    let list = match at {
        "" => Some(&mut body),
        _ if !(body.is_object() || body.is_null()) => return Err(Misfit::no_object()),
        at => at.split('.').try_fold(&mut body, |json, step| json.get_mut(step)),
    };
    let entries = match list.map(Json::take) {
        Some(Json::Array(entries)) => entries,
        None | Some(Json::Null) => Vec::new(),
        Some(_) => return Err(Misfit::no_list_at(at)),
    };
    let more = !entries.is_empty() && ((before + entries.len()) as u64) < total;
    Ok((entries, more))
}

//! Data sources: one object by what finds it, and lists, read to their last page and filtered by the system.

use super::Engine;
use super::body::decode;
use super::import::ambiguous;
use super::lists::{Named, misplaced};
use super::place::{has_key, label, names_of};
use super::same::get;
use super::session::{Fault, Session};
use super::trouble::explain_fault;
use super::validate::validate;
use crate::api::Patience;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Attr, DataSource, Resource};
use crate::value::{Object, Path, Value};

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
    let count = |names: &[&str]| names.iter().copied().filter(given).count();
    let counts = [count(&keys), count(resource.also_found_by), count(resource.named_by)];
    let ways = [
        (keys.len(), [keys.len(), 0, 0]),
        (resource.also_found_by.len(), [0, 1, 0]),
        (resource.named_by.len(), [0, 0, resource.named_by.len()]),
    ];
    if ways.iter().any(|(there, way)| *there > 0 && counts == *way) {
        let attrs: Vec<&'static Attr> = resource.keys().collect();
        return validate(&attrs, config, &Path::root()).into_iter().next().map_or(Ok(()), Err);
    }
    let words = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let mut ways = vec![words(&keys).join(" and ")];
    ways.extend(words(resource.also_found_by));
    ways.extend((!resource.named_by.is_empty()).then(|| words(resource.named_by).join(" and ")));
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
    let what = format!("{} {:?}", resource.noun(), label(resource, &keys));
    let failed = |fault: &Fault| explain_fault(session.system, &format!("read the {what}"), fault);
    let keys = match names_of(resource, config).filter(|_| !has_key(resource, &keys)) {
        None => Some(keys),
        Some(names) => match session.named(resource, &names, patience).await.map_err(|fault| failed(&fault))? {
            Named::One(object) => Some(object),
            Named::Nobody => None,
            Named::Several(keys) => return Err(ambiguous(resource, &what, &keys)),
        },
    };
    let seen = match keys {
        Some(keys) => session.fetch(resource, &keys, patience).await.map_err(|fault| failed(&fault))?,
        None => None,
    };
    // An object that only another of its keys fits is not the one that was asked for.
    let fits = |seen: &Object| {
        resource.lookups().all(|name| get(config, name).is_null() || get(config, name) == get(seen, name))
    };
    let Some(seen) = seen.filter(|seen| fits(&seen.object)) else {
        let by = resource.lookups().find(|name| !get(config, name).is_null()).unwrap_or_default();
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
    let doing = format!("list `{}`", list.name);
    let entries = session.list(resource, config, patience).await;
    let mut items = Vec::new();
    for json in entries.map_err(|fault| explain_fault(session.system, &doing, &fault))? {
        let decoded = decode(resource.shown_in_list(), &json, warnings);
        let mut object =
            decoded.map_err(|misfit| explain_fault(session.system, &doing, &misplaced(resource, misfit)))?;
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

fn needed(config: &Object, name: &str) -> Option<Diagnostic> {
    let detail = format!("The list is read for one `{name}` at a time.");
    get(config, name)
        .is_null()
        .then(|| Diagnostic::error(format!("`{name}` is missing"), detail).at(Path::attribute(name)))
}

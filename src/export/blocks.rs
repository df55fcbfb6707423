//! Objects as blocks of a configuration: what of an object is written, with references and variables.

use super::hcl::Expr;
use super::references::{References, sets_link};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::Engine;
use crate::schema::{Attr, Kind, Resource, SchemaAttribute, schema_attributes};
use crate::value::{Object, Path, Step, Value};

/// The configuration of one object.
pub(super) struct Configuration {
    values: Object,
    /// The values that the user must provide: no response contains them, and without them the configuration is not valid.
    pub(super) missing: Vec<Missing>,
}

/// A value that the system does not show and the configuration needs.
pub(super) struct Missing {
    pub(super) path: Path,
    pub(super) attr: &'static Attr,
}

/// A configuration that imports the object and changes nothing. `with_children`: with the objects inside it.
///
/// # Errors
/// Why there is none.
pub(super) fn configuration(
    engine: &Engine,
    resource: &'static Resource,
    state: &Object,
    selected: &[&'static Resource],
    with_children: bool,
) -> Result<Configuration, String> {
    let whole = Value::Object(state.clone());
    let generated = match with_children {
        false => engine.generate(resource, &whole),
        true => engine.generate_with_children(resource, &whole),
    };
    let Value::Object(mut values) = generated else { return Err("It has no attributes.".to_owned()) };
    for attr in resource.managed() {
        if !sets_link(engine.provider(), resource, attr, selected) {
            values.insert(attr.name.to_owned(), Value::Null);
        }
    }
    let mut missing = Vec::new();
    mark(resource.attrs, &mut values, &Path::root(), &mut missing);
    let errors = |values: &Object| -> Diagnostics {
        let found = engine.validate_resource(resource, &Value::Object(values.clone()), true);
        found.into_iter().filter(Diagnostic::is_error).collect()
    };
    for error in errors(&values) {
        let secret = error.path.and_then(|path| Some((secret_at(resource, &path)?, path)));
        if let Some((attr, path)) = secret.filter(|(_, path)| set(&mut values, &path.0, Value::Unknown)) {
            missing.push(Missing { path, attr });
        }
    }
    match errors(&values).into_iter().next() {
        None => Ok(Configuration { values, missing }),
        Some(error) => Err(format!("{}. {}", error.summary, error.detail)),
    }
}

/// Marks required values that no response contains.
fn mark(attrs: &'static [Attr], object: &mut Object, path: &Path, missing: &mut Vec<Missing>) {
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let path = path.then(attr.name);
        if attr.is_required() && !attr.is_readable() && object.get(attr.name).is_none_or(Value::is_null) {
            object.insert(attr.name.to_owned(), Value::Unknown);
            missing.push(Missing { path: path.clone(), attr });
        }
        let Some(nested) = attr.kind.nested() else { continue };
        match object.get_mut(attr.name) {
            Some(Value::Object(inner)) => mark(nested, inner, &path, missing),
            Some(Value::List(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    mark_in(nested, item, &path.index(index), missing);
                }
            }
            Some(Value::Map(entries)) => {
                for (key, item) in entries {
                    mark_in(nested, item, &path.key(key), missing);
                }
            }
            _ => {}
        }
    }
}

fn mark_in(attrs: &'static [Attr], item: &mut Value, path: &Path, missing: &mut Vec<Missing>) {
    if let Value::Object(inner) = item {
        mark(attrs, inner, path, missing);
    }
}

/// The secret at this path, if there is one.
fn secret_at(resource: &'static Resource, path: &Path) -> Option<&'static Attr> {
    let (mut attrs, mut found) = (resource.attrs, None);
    for step in &path.0 {
        let Step::Attribute(name) = step else { continue };
        let attr = attrs.iter().find(|attr| attr.name == name)?;
        attrs = attr.kind.nested().unwrap_or_default();
        found = Some(attr);
    }
    found.filter(|attr| attr.is_secret())
}

/// Replaces the value at a path; false if nothing is there.
fn set(object: &mut Object, path: &[Step], new: Value) -> bool {
    let Some((Step::Attribute(name), rest)) = path.split_first() else { return false };
    if rest.is_empty() {
        object.insert(name.clone(), new);
        return true;
    }
    let mut value = object.get_mut(name);
    for (at, step) in rest.iter().enumerate() {
        value = match (value, step) {
            (Some(Value::Object(inner)), Step::Attribute(_)) => return set(inner, &rest[at..], new),
            (Some(Value::List(items)), Step::Index(index)) => items.get_mut(*index),
            (Some(Value::Map(entries)), Step::Key(key)) => entries.get_mut(key),
            _ => return false,
        };
    }
    false
}

/// Writes configurations with references to other objects.
pub(super) struct Writer<'a> {
    pub(super) references: &'a References,
}

impl Writer<'_> {
    /// The attributes of a block. `variables`: the names of the variables for what is missing.
    pub(super) fn attributes(
        &self,
        resource: &'static Resource,
        configuration: &Configuration,
        variables: &[String],
    ) -> Vec<(String, Expr)> {
        let paths = configuration.missing.iter().map(|missing| &missing.path);
        let variables: Vec<(&Path, &str)> = paths.zip(variables.iter().map(String::as_str)).collect();
        self.object(resource.attrs, &configuration.values, &Path::root(), &variables)
    }

    fn object(
        &self,
        attrs: &'static [Attr],
        values: &Object,
        path: &Path,
        variables: &[(&Path, &str)],
    ) -> Vec<(String, Expr)> {
        let entry = |attribute: SchemaAttribute| {
            let value = values.get(attribute.name.as_ref()).filter(|value| !value.is_null())?;
            let path = path.then(&attribute.name);
            let expr = self.value(attribute.attr, &attribute.attr.kind, value, &path, variables);
            Some((attribute.name.into_owned(), expr))
        };
        schema_attributes(attrs).filter_map(entry).collect()
    }

    fn value(&self, attr: &'static Attr, kind: &Kind, value: &Value, path: &Path, variables: &[(&Path, &str)]) -> Expr {
        let inner = |of: &Kind, value: &Value, path: &Path| self.value(attr, of, value, path, variables);
        match (kind, value) {
            (_, Value::Unknown) => {
                let name = variables.iter().find(|(at, _)| *at == path).map_or("", |(_, name)| *name);
                Expr::Bare(format!("var.{name}"))
            }
            (Kind::Str, Value::String(text)) => match self.references.find(attr, text) {
                Some(reference) => Expr::Bare(reference),
                None => Expr::Text(text.clone()),
            },
            (Kind::Object(attrs), Value::Object(values)) => Expr::Object(self.object(attrs, values, path, variables)),
            (Kind::List(of), Value::List(items)) => {
                let items = items.iter().enumerate().map(|(index, item)| inner(of, item, &path.index(index)));
                Expr::List(items.collect())
            }
            (Kind::Set(of), Value::Set(items)) => {
                let mut items: Vec<&Value> = items.iter().collect();
                items.sort_by_key(|item| item.as_str().map(str::to_owned));
                Expr::List(items.into_iter().map(|item| inner(of, item, path)).collect())
            }
            (Kind::Map(of), Value::Map(entries)) => {
                Expr::Object(entries.iter().map(|(key, item)| (key.clone(), inner(of, item, &path.key(key)))).collect())
            }
            (_, other) => Expr::literal(other),
        }
    }
}

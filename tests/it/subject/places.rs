//! The places of a configuration: attributes at every depth, elements of lists and sets, entries of maps. Told from the
//! table and from what the configuration holds.

use std::fmt;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Role, SchemaAttribute, schema_attributes};

/// One step into a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    Key(String),
    Index(usize),
}

/// One place that a user can fill.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) path: Vec<Step>,
    /// The attribute that it is, or is an element of.
    pub(crate) attr: &'static Attr,
    pub(crate) role: Role,
    /// An element or entry, which cannot be left out.
    pub(crate) is_element: bool,
    /// It is secret, or a part of something that is.
    pub(crate) is_sensitive: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.path.iter().enumerate() {
            match step {
                Step::Name(name) if position == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Step {
    /// The attribute's name, of a step to one.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Step::Name(name) => Some(name),
            Step::Key(_) | Step::Index(_) => None,
        }
    }

    fn of<'a>(&self, value: &'a Json) -> Option<&'a Json> {
        match self {
            Step::Name(name) | Step::Key(name) => value.get(name),
            Step::Index(index) => value.get(index),
        }
    }

    fn of_mut<'a>(&self, value: &'a mut Json) -> &'a mut Json {
        match self {
            Step::Name(name) | Step::Key(name) => &mut value[name],
            Step::Index(index) => &mut value[index],
        }
    }
}

impl Place {
    pub(crate) fn may_be_null(&self) -> bool {
        !self.is_element && (self.attr.is_optional() || self.role != Role::Plain)
    }

    /// True when one is a part of the other.
    pub(crate) fn overlaps(&self, other: &Place) -> bool {
        self.path.starts_with(&other.path) || other.path.starts_with(&self.path)
    }

    pub(crate) fn value<'a>(&self, config: &'a Json) -> Option<&'a Json> {
        self.path.iter().try_fold(config, |at, step| step.of(at))
    }

    /// The configuration with this value there.
    ///
    /// # Panics
    /// If it has no such place.
    pub(crate) fn with(&self, config: &Json, value: Json) -> Json {
        let mut config = config.clone();
        *self.path.iter().fold(&mut config, |at, step| step.of_mut(at)) = value;
        config
    }

    /// What stands at the like place of another configuration of the same type, which may have other keys and keeps its
    /// secrets in the state.
    pub(crate) fn like<'a>(&self, other: &'a Json) -> Option<&'a Json> {
        self.path.iter().try_fold(other, |at, step| match step {
            Step::Name(name) if self.role == Role::WriteOnly => at.get(name.strip_suffix("_wo").unwrap_or(name)),
            Step::Key(_) => at.as_object()?.values().next(),
            step => step.of(at),
        })
    }
}

/// Every place of a configuration of this resource.
pub(crate) fn places(resource: &'static Resource, config: &Json) -> Vec<Place> {
    let mut found = Vec::new();
    of_object(resource.attrs, config, (&[], false), &mut found);
    found
}

fn of_object(attrs: &'static [Attr], object: &Json, (at, hidden): (&[Step], bool), found: &mut Vec<Place>) {
    for SchemaAttribute { name, attr, role } in schema_attributes(attrs).filter(|column| column.attr.settable()) {
        let path = [at, &[Step::Name(name.to_string())]].concat();
        let is_sensitive = (hidden || attr.is_sensitive()) && role != Role::Version;
        let place = Place { path, attr, role, is_element: false, is_sensitive };
        found.push(place.clone());
        if role != Role::Version {
            of_value(&attr.kind, &object[name.as_ref()], &place, found);
        }
    }
}

fn of_value(kind: &'static Kind, value: &Json, place: &Place, found: &mut Vec<Place>) {
    let mut element = |step: Step, of: &'static Kind, item: &Json| {
        let path = [place.path.as_slice(), &[step]].concat();
        let place = Place { path, is_element: true, ..place.clone() };
        found.push(place.clone());
        of_value(of, item, &place, found);
    };
    match (kind, value) {
        (Kind::Object(attrs), Json::Object(_)) => of_object(attrs, value, (&place.path, place.is_sensitive), found),
        (Kind::List(of) | Kind::Set(of), Json::Array(items)) => {
            items.iter().enumerate().for_each(|(index, item)| element(Step::Index(index), of, item));
        }
        (Kind::Map(of), Json::Object(entries)) => {
            entries.iter().for_each(|(key, item)| element(Step::Key(key.clone()), of, item));
        }
        _ => {}
    }
}

/// The value with every list whose order means nothing turned round.
pub(crate) fn turned(attrs: &'static [Attr], object: &Json) -> Json {
    let mut object = object.clone();
    for column in schema_attributes(attrs).filter(|column| column.attr.settable() && column.role == Role::Plain) {
        let attr = column.attr;
        let Some(value) = object.get_mut(attr.name) else { continue };
        match (value, attr.kind.nested()) {
            (Json::Array(items), nested) => {
                items.iter_mut().for_each(|item| *item = nested.map_or(item.clone(), |nested| turned(nested, item)));
                if attr.is_unordered_list() {
                    items.reverse();
                }
            }
            (Json::Object(entries), Some(nested)) if matches!(attr.kind, Kind::Map(_)) => {
                entries.values_mut().for_each(|entry| *entry = turned(nested, entry));
            }
            (value @ Json::Object(_), Some(nested)) => *value = turned(nested, value),
            _ => {}
        }
    }
    object
}

/// The object with every secret write-only, at whatever depth.
pub(crate) fn hidden(attrs: &'static [Attr], object: &Json) -> Json {
    let mut object = object.clone();
    for attr in attrs.iter().filter(|attr| attr.settable()) {
        let Some(value) = object.get_mut(attr.name).map(Json::take) else { continue };
        if attr.is_secret() && !value.is_null() {
            object[attr.write_only_name()] = value;
            object[attr.version_name()] = json!(1);
            continue;
        }
        object[attr.name] = match (attr.kind.nested(), value) {
            (Some(nested), Json::Array(items)) => items.iter().map(|item| hidden(nested, item)).collect(),
            (Some(nested), Json::Object(entries)) if matches!(attr.kind, Kind::Map(_)) => {
                Json::Object(entries.iter().map(|(key, entry)| (key.clone(), hidden(nested, entry))).collect())
            }
            (Some(nested), value @ Json::Object(_)) => hidden(nested, &value),
            (_, value) => value,
        };
    }
    object
}

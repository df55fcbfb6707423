//! What an apply will do, told from the table, the configuration, the prior state and what was configured before.
//! Pure: no request, no clock. The order of the steps is the contract (docs/ARCHITECTURE.md, "Plan").

use super::memory::{Memory, is_configured};
use super::same::{extras, get, same};
use super::version::Version;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Absent, Attr, Kind, Presence, Resource, Role, columns};
use crate::value::{Object, Path, Value};

/// Everything that a plan is made of.
pub(super) struct Inputs<'a> {
    pub(super) resource: &'static Resource,
    pub(super) config: &'a Object,
    /// `None` on create.
    pub(super) prior: Option<&'a Object>,
    pub(super) memory: &'a Memory,
    /// The system's version, where it is known.
    pub(super) version: Option<&'a Version>,
}

/// The planned object, what makes it a replacement, and why it is refused, if it is.
pub(super) struct Plan {
    pub(super) planned: Object,
    pub(super) replaces: Vec<Path>,
    pub(super) diagnostics: Diagnostics,
}

pub(super) fn plan(inputs: &Inputs<'_>) -> Plan {
    let Inputs { resource, config, prior, memory, .. } = inputs;
    let settling = Settling { memory, whole: prior.unwrap_or(config) };
    let mut planned = settling.object(resource.attrs, config, *prior, &Path::root());
    let mut diagnostics = too_new(inputs);
    if prior.is_none() {
        diagnostics.extend(resource.managed().filter_map(|attr| missing_secret(attr, config)));
    }
    let mut replaces = Vec::new();
    if let Some(prior) = prior {
        if planned == **prior {
            return Plan { planned, replaces, diagnostics };
        }
        mark_followers(resource.attrs, config, prior, &mut planned);
        for attr in resource.managed().filter(|attr| attr.settable()) {
            if get(&planned, attr.name) == get(prior, attr.name) {
                continue;
            }
            if attr.replaces {
                replaces.push(Path::attribute(attr.name));
            }
        }
        diagnostics.extend(resource.managed().filter_map(|attr| fixed(attr, config, prior)));
        diagnostics.extend(managed_elsewhere(resource, prior, &planned));
    }
    Plan { planned, replaces, diagnostics }
}

struct Settling<'a> {
    memory: &'a Memory,
    /// The object that tells what the system adds by itself.
    whole: &'a Object,
}

impl Settling<'_> {
    fn object(&self, attrs: &'static [Attr], config: &Object, prior: Option<&Object>, at: &Path) -> Object {
        let mut planned = Object::new();
        for column in columns(attrs) {
            let wanted = get(config, &column.name);
            let value = match column.role {
                Role::WriteOnly => Value::Null,
                Role::Version => wanted.clone(),
                Role::Plain if column.attr.secret && !get(config, &column.attr.write_only_name()).is_null() => {
                    Value::Null
                }
                Role::Plain => {
                    let before = prior.map(|prior| get(prior, &column.name));
                    self.value(column.attr, wanted, before, &at.then(&column.name))
                }
            };
            planned.insert(column.name.into_owned(), value);
        }
        for attr in attrs {
            if let (Some(initial), Some(Value::Unknown)) = (attr.initial, planned.get(attr.name))
                && !get(config, attr.name).is_unknown()
                && let Some(value) = initial(&planned)
            {
                planned.insert(attr.name.to_owned(), value);
            }
        }
        planned
    }

    fn value(&self, attr: &'static Attr, wanted: &Value, prior: Option<&Value>, at: &Path) -> Value {
        match wanted {
            Value::Null => self.absent(attr, prior, at),
            Value::Unknown => Value::Unknown,
            wanted => self.configured(attr, wanted, prior, at),
        }
    }

    /// The three meanings of absent.
    fn absent(&self, attr: &'static Attr, prior: Option<&Value>, at: &Path) -> Value {
        match (attr.presence, attr.absent, prior) {
            (Presence::Computed, _, None) => Value::Unknown,
            (Presence::Computed, _, Some(prior)) => prior.clone(),
            (_, Absent::Null, _) => Value::Null,
            (_, Absent::Empty, Some(prior)) if prior.is_empty() => prior.clone(),
            (_, Absent::Empty, _) => Value::Null,
            (_, Absent::Computed, Some(prior)) if !self.memory.was_configured(at) => prior.clone(),
            (_, Absent::Computed, _) => system_default(attr),
        }
    }

    fn configured(&self, attr: &'static Attr, wanted: &Value, prior: Option<&Value>, at: &Path) -> Value {
        if let Some(prior) = prior.filter(|prior| !prior.is_null()) {
            // An empty value that stands for the default asks for nothing that is not there already.
            let leaves_alone = !is_configured(attr, wanted) && !self.memory.was_configured(at);
            if leaves_alone || same(attr, wanted, prior, extras(attr, self.whole).as_ref()) {
                return prior.clone();
            }
        }
        let Some(nested) = attr.kind.nested() else { return wanted.clone() };
        let element = |wanted: &Value, prior: Option<&Value>, at: &Path| match wanted {
            Value::Object(object) => Value::Object(self.object(nested, object, prior.and_then(Value::as_object), at)),
            other => other.clone(),
        };
        match (attr.kind, wanted, prior) {
            (Kind::Object(_), wanted, prior) => element(wanted, prior, at),
            (Kind::Map(_), Value::Map(entries), prior) => {
                let before = |key: &String| match prior {
                    Some(Value::Map(prior)) => prior.get(key),
                    _ => None,
                };
                let entry = |(key, item): (&String, &Value)| (key.clone(), element(item, before(key), &at.key(key)));
                Value::Map(entries.iter().map(entry).collect())
            }
            (Kind::List(_), Value::List(items), prior) => {
                let before = |index: usize| prior.and_then(Value::items).and_then(|items| items.get(index));
                let each = items.iter().enumerate();
                Value::List(each.map(|(index, item)| element(item, before(index), &at.index(index))).collect())
            }
            _ => wanted.clone(),
        }
    }
}

/// What an `or_computed` attribute becomes when nobody configures it any more, or not yet: the default is empty,
/// unless it depends on other attributes; then only the system knows it.
fn system_default(attr: &Attr) -> Value {
    if attr.follows.is_empty() && attr.initial.is_none() { Value::Null } else { Value::Unknown }
}

/// Marks what changes along: volatile values, and unset ones that follow what changes. Until nothing is added, since
/// a follower may be followed. Children follow by themselves, each its own.
fn mark_followers(attrs: &'static [Attr], config: &Object, prior: &Object, planned: &mut Object) {
    let unset = |attr: &&Attr| attr.watched && !is_configured(attr, get(config, attr.name));
    loop {
        let mut moved = false;
        for attr in attrs.iter().filter(unset) {
            if !attr.volatile && !attr.follows.iter().any(|name| changes(attrs, name, prior, planned)) {
                continue;
            }
            let value = match (get(config, attr.name), attr.initial) {
                (Value::Null, Some(initial)) => initial(planned).unwrap_or(Value::Unknown),
                (Value::Null, None) => Value::Unknown,
                // A configured empty value stands for the default, and Terraform wants to see it as configured.
                (empty, _) => empty.clone(),
            };
            moved |= planned.insert(attr.name.to_owned(), value.clone()).as_ref() != Some(&value);
        }
        if !moved {
            break;
        }
    }
    for attr in attrs.iter().filter(|attr| attr.children.is_some()) {
        let (Value::Map(wanted), Value::Map(before)) = (get(config, attr.name), get(prior, attr.name)) else {
            continue;
        };
        let (Some(nested), Some(Value::Map(planned))) = (attr.kind.nested(), planned.get_mut(attr.name)) else {
            continue;
        };
        for (name, child) in planned {
            let (Some(wanted), Some(before)) = (wanted.get(name), before.get(name)) else { continue };
            if let (Value::Object(child), Some(wanted), Some(before)) = (child, wanted.as_object(), before.as_object())
            {
                mark_followers(nested, wanted, before, child);
            }
        }
    }
}

/// True when the plan changes the attribute; a secret changes with its version too.
fn changes(attrs: &'static [Attr], name: &str, prior: &Object, planned: &Object) -> bool {
    let differs = |name: &str| get(prior, name) != get(planned, name);
    let secret = || attrs.iter().find(|attr| attr.name == name && attr.secret);
    differs(name) || secret().is_some_and(|attr| differs(&attr.version_name()))
}

/// A change of what cannot change. A write-only value changes with its version.
fn fixed(attr: &Attr, config: &Object, prior: &Object) -> Option<Diagnostic> {
    let instead = attr.fixed?;
    let differs = |name: &str| {
        let (wanted, before) = (get(config, name), get(prior, name));
        !wanted.is_null() && wanted.is_known() && !same(attr, wanted, before, None)
    };
    if !(differs(attr.name) || (attr.secret && differs(&attr.version_name()))) {
        return None;
    }
    let detail = format!(
        "`{name}` cannot be changed once the object exists. {instead} Leaving `{name}` out of the configuration is \
         always allowed and changes nothing.",
        name = attr.name
    );
    Some(Diagnostic::error(format!("`{}` cannot be changed", attr.name), detail).at(Path::attribute(attr.name)))
}

fn managed_elsewhere(resource: &'static Resource, prior: &Object, planned: &Object) -> Option<Diagnostic> {
    let owner = get(prior, resource.managed_by?).as_str().filter(|owner| !owner.is_empty())?;
    let changed = resource.managed().find(|attr| attr.settable() && get(prior, attr.name) != get(planned, attr.name));
    let noun = resource.noun();
    let detail = format!(
        "This {noun} is managed by {owner:?} and refuses every change. Change it there, or take it out of this \
         configuration (a `removed` block keeps the object)."
    );
    let diagnostic = Diagnostic::error(format!("The {noun} is managed elsewhere"), detail);
    Some(match changed {
        Some(attr) => diagnostic.at(Path::attribute(attr.name)),
        None => diagnostic,
    })
}

/// A secret that a create must give, by one twin or the other. Afterwards the write-only one may be left out.
fn missing_secret(attr: &'static Attr, config: &Object) -> Option<Diagnostic> {
    let write_only = attr.write_only_name();
    if !attr.needed || !get(config, attr.name).is_null() || !get(config, &write_only).is_null() {
        return None;
    }
    let detail = format!("A new object needs `{}`, or `{write_only}` to keep it out of the state.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// Configured attributes that this version of the system does not know: it would drop them without a word.
fn too_new(inputs: &Inputs<'_>) -> Diagnostics {
    let Some(version) = inputs.version else { return Diagnostics::new() };
    let unknown_there = |attr: &&Attr| {
        let wanted = get(inputs.config, attr.name);
        !wanted.is_empty() && attr.since.and_then(Version::parse).is_some_and(|since| *version < since)
    };
    let refusal = |attr: &Attr| {
        let detail = format!(
            "`{}` needs version {} or newer; this one is {version} and would ignore it. Upgrade it, or take the \
             attribute out of the configuration.",
            attr.name,
            attr.since.unwrap_or_default(),
        );
        Diagnostic::error(format!("`{}` is not known to this version", attr.name), detail)
            .at(Path::attribute(attr.name))
    };
    inputs.resource.managed().filter(|attr| attr.settable()).filter(unknown_there).map(refusal).collect()
}

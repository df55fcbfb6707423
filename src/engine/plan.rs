//! What an apply will do, told from the table, the configuration, the prior state and what was configured before.
//! Pure: no request, no clock. The order of the steps is the contract (docs/ARCHITECTURE.md, "Plan").

use super::correlate::{Terms, objects, pairs};
use super::memory::{Memory, is_configured};
use super::same::{extras, get, same};
use super::version::Version;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Absent, Attr, Column, Kind, Presence, Replaces, Resource, Role, columns};
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
    /// What the provider's settings say in place of attributes, once they are known.
    pub(super) defaults: Option<&'a Object>,
}

/// The planned object, what makes it a replacement, and why it is refused, if it is.
pub(super) struct Plan {
    pub(super) planned: Object,
    pub(super) replaces: Vec<Path>,
    pub(super) diagnostics: Diagnostics,
}

pub(super) fn plan(inputs: &Inputs<'_>) -> Plan {
    let Inputs { resource, config, prior, memory, .. } = inputs;
    let whole = as_it_will_be(config, *prior);
    let settling = Settling { memory, whole: &whole, defaults: inputs.defaults };
    let planned = settling.object(resource.attrs, config, *prior, &Path::root());
    let mut diagnostics = Diagnostics::new();
    if let Some(version) = inputs.version {
        too_new(resource.attrs, config, version, &Path::root(), &mut diagnostics);
    }
    if prior.is_none() {
        diagnostics.extend(resource.managed().filter_map(|attr| missing_secret(attr, config)));
        diagnostics.extend(resource.managed().filter_map(|attr| missing_default(attr, &planned)));
    }
    let mut replaces = Vec::new();
    if let Some(prior) = prior {
        if !differs(&planned, prior) {
            return Plan { planned, replaces, diagnostics };
        }
        for attr in resource.managed().filter(|attr| attr.settable()) {
            let (before, after) = (get(prior, attr.name), get(&planned, attr.name));
            let replaced = match attr.replaces {
                Replaces::Never => false,
                Replaces::Always => true,
                Replaces::OnceSet => !before.is_null(),
                Replaces::OnRemoval => after.is_null(),
            };
            if replaced && before != after {
                replaces.push(Path::attribute(attr.name));
            }
        }
        diagnostics.extend(resource.managed().filter_map(|attr| fixed(attr, config, prior)));
        diagnostics.extend(managed_elsewhere(resource, prior, &planned));
    }
    Plan { planned, replaces, diagnostics }
}

/// The object as far as it can be told before it is planned: what the system adds by itself depends on it.
fn as_it_will_be(config: &Object, prior: Option<&Object>) -> Object {
    let mut whole = prior.cloned().unwrap_or_default();
    let configured = config.iter().filter(|(_, value)| !value.is_null());
    whole.extend(configured.map(|(name, value)| (name.clone(), value.clone())));
    whole
}

struct Settling<'a> {
    memory: &'a Memory,
    /// The object that tells what the system adds by itself.
    whole: &'a Object,
    defaults: Option<&'a Object>,
}

impl Settling<'_> {
    fn object(&self, attrs: &'static [Attr], config: &Object, prior: Option<&Object>, at: &Path) -> Object {
        let mut planned = Object::new();
        let write_only = |column: &Column| get(config, &column.attr.write_only_name());
        for column in columns(attrs) {
            let wanted = get(config, &column.name);
            let value = match column.role {
                Role::WriteOnly => Value::Null,
                Role::Version => wanted.clone(),
                Role::Plain if column.attr.secret && wanted.is_null() && !write_only(&column).is_null() => {
                    // A twin that may turn out to be null leaves open whether the stored value stays.
                    let stored = prior.is_some_and(|prior| !get(prior, &column.name).is_null());
                    if stored && write_only(&column).is_unknown() { Value::Unknown } else { Value::Null }
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
        for attr in attrs {
            if let (Some(setting), true) = (attr.default_from, get(config, attr.name).is_null())
                && get(&planned, attr.name).is_empty()
            {
                let value = self.defaults.map_or(Value::Unknown, |defaults| get(defaults, setting).clone());
                planned.insert(attr.name.to_owned(), value);
            }
        }
        if let Some(prior) = prior
            && differs(&planned, prior)
        {
            mark_followers(attrs, config, prior, &mut planned);
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
            // Leaving out what is fixed is always allowed and changes nothing.
            (_, _, Some(prior)) if attr.fixed.is_some() => prior.clone(),
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
            let is_same = || same(attr, wanted, prior, extras(attr, self.whole).as_ref());
            if leaves_alone || (is_same() && versions(attr, wanted) == versions(attr, prior)) {
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
            (Kind::Set(_), Value::Set(items), prior) => self.set(nested, items, prior, at),
            _ => wanted.clone(),
        }
    }

    /// Elements of a set have no name: a configured one is the prior one that it would not change.
    fn set(&self, nested: &'static [Attr], items: &[Value], prior: Option<&Value>, at: &Path) -> Value {
        let over = |item: &Value, prior: Option<&Value>| match item {
            Value::Object(wanted) => Value::Object(self.object(nested, wanted, prior.and_then(Value::as_object), at)),
            other => other.clone(),
        };
        let fits = |item: &Value, prior: &Value| item.is_known() && over(item, Some(prior)) == *prior;
        let exactly = |item: &Value, prior: &Value| fits(item, prior) && !leaves_open(nested, item, prior);
        // While a part is unknown it may still turn out to be the better match for a prior element.
        let settled = items.iter().all(Value::is_known);
        let loosely = |item: &Value, prior: &Value| settled && fits(item, prior);
        // What is configured stays as it is over a prior element only if it means the same there. What is not known
        // yet fits none.
        let binds = |attr: &Attr, wanted: &Value| {
            let settled = attr.kind.nested().is_none() && attr.tolerates.is_none() && is_configured(attr, wanted);
            settled || !wanted.is_known()
        };
        let terms = Terms { attrs: nested, binds: &binds };
        let found = pairs(items, prior.and_then(Value::items).unwrap_or_default(), &terms, &[&exactly, &loosely]);
        let element = |(item, prior): (&Value, Option<&Value>)| match over(item, prior) {
            Value::Object(planned) if prior.is_none() && !settled => Value::Object(open_up(nested, item, planned)),
            planned => planned,
        };
        Value::Set(items.iter().zip(found).map(element).collect())
    }
}

/// The versions inside: all that tells of a change of a write-only secret there.
pub(super) fn versions<'a>(attr: &Attr, value: &'a Value) -> Vec<(Path, &'a Value)> {
    let nested = || attr.kind.nested().unwrap_or_default().iter().filter(|attr| attr.secret);
    let version = |(object, at): (&'a Object, Path)| {
        nested().map(move |attr| (at.then(&attr.version_name()), get(object, &attr.version_name())))
    };
    objects(value, &Path::root()).flat_map(version).collect()
}

/// True when the prior element has values that the configured one leaves to the system.
fn leaves_open(nested: &'static [Attr], item: &Value, prior: &Value) -> bool {
    let (Some(item), Some(prior)) = (item.as_object(), prior.as_object()) else { return false };
    let open = |attr: &Attr| attr.settable() && get(item, attr.name).is_null() && !get(prior, attr.name).is_null();
    nested.iter().any(open)
}

/// What the system decides in an element of a set that may still turn out to be a prior one.
fn open_up(nested: &'static [Attr], item: &Value, mut planned: Object) -> Object {
    for attr in nested.iter().filter(|attr| attr.absent == Absent::Computed) {
        if item.as_object().is_some_and(|item| get(item, attr.name).is_null()) {
            planned.insert(attr.name.to_owned(), Value::Unknown);
        }
    }
    planned
}

/// True when the plan changes anything. What a state holds beside today's attributes is nobody's.
fn differs(planned: &Object, prior: &Object) -> bool {
    planned.iter().any(|(name, value)| get(prior, name) != value)
}

/// What an `or_computed` attribute becomes when nobody configures it any more, or not yet: the default is empty,
/// unless it depends on other attributes; then only the system knows it.
fn system_default(attr: &Attr) -> Value {
    if attr.follows.is_empty() && attr.initial.is_none() { Value::Null } else { Value::Unknown }
}

/// Marks what changes along: volatile values, and unset ones that follow what changes. Until nothing is added, since
/// a follower may be followed. Nested objects follow by themselves, each its own.
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
            return;
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
    let settable = || resource.managed().filter(|attr| attr.settable() && !attr.local);
    let moved = |name: &str| get(prior, name) != get(planned, name);
    // Another spelling sends nothing, so there is nothing to refuse.
    let changed = settable().find(|attr| !same(attr, get(prior, attr.name), get(planned, attr.name), None));
    let versioned = settable().find(|attr| attr.secret && moved(&attr.version_name()));
    let changed = changed.or(versioned)?;
    let noun = resource.noun();
    let detail = format!(
        "This {noun} is managed by {owner:?} and refuses every change. Change it there, or take it out of this \
         configuration (a `removed` block keeps the object)."
    );
    let diagnostic = Diagnostic::error(format!("The {noun} is managed elsewhere"), detail);
    Some(diagnostic.at(Path::attribute(changed.name)))
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

/// What every new object has, from its own configuration or from the provider's.
fn missing_default(attr: &'static Attr, planned: &Object) -> Option<Diagnostic> {
    let setting = attr.default_from.filter(|_| get(planned, attr.name).is_null())?;
    let detail =
        format!("A new object needs `{}`: set it here, or `{setting}` in the provider block for all.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// Configured attributes that this version of the system does not know: it would drop them without a word. What is
/// not known yet may turn out to be null, and is looked at again when it is known.
fn too_new(attrs: &'static [Attr], config: &Object, version: &Version, at: &Path, found: &mut Diagnostics) {
    for attr in attrs.iter().filter(|attr| attr.watched && attr.settable()) {
        let twin = attr.secret.then(|| attr.write_only_name());
        for name in [Some(attr.name.to_owned()), twin].into_iter().flatten() {
            let wanted = get(config, &name);
            if wanted.is_empty() || wanted.is_unknown() {
                continue;
            }
            let path = at.then(&name);
            if attr.since.and_then(Version::parse).is_some_and(|since| *version < since) {
                found.push(not_known_to(attr, version, &path));
                continue;
            }
            let Some(nested) = attr.kind.nested() else { continue };
            objects(wanted, &path).for_each(|(object, path)| too_new(nested, object, version, &path, found));
        }
    }
}

fn not_known_to(attr: &Attr, version: &Version, path: &Path) -> Diagnostic {
    let detail = format!(
        "`{path}` needs version {} or newer; this one is {version} and would ignore it. Upgrade it, or take the \
         attribute out of the configuration.",
        attr.since.unwrap_or_default(),
    );
    Diagnostic::error(format!("`{}` is not known to this version", attr.name), detail).at(path.clone())
}

#[cfg(test)]
mod tests;

//! Why a plan is refused, as far as it follows from the table, the configuration, the prior state and the version of the
//! system. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics, attributes, quoted};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, same};
use crate::engine::values::version::Version;
use crate::engine::values::walk::objects;
use crate::engine::values::write_only::{is_given, moved_keys};
use crate::schema::{Attr, Replaces, Resource, Rule};
use crate::value::{At, Object, Path};

/// A change of a fixed attribute. A write-only value changes with its version.
pub(crate) fn fixed(attr: &Attr, config: &Object, prior: &Object, private: &PrivateState) -> Option<Diagnostic> {
    let instead = attr.instead_of_change()?;
    let differs = |name: &str| {
        let (wanted, before) = (get(config, name), get(prior, name));
        !wanted.is_null() && wanted.is_known() && !same(attr, wanted, before, None)
    };
    let moved = || moved_keys(attr, config, prior, private, &At::Root).is_some();
    if !(differs(attr.name) || (attr.is_secret() && differs(&attr.version_name())) || moved()) {
        return None;
    }
    let detail = format!(
        "`{name}` cannot be changed after the object is created. {instead} Removing `{name}` from the configuration is \
         always possible and changes nothing.",
        name = attr.name
    );
    Some(Diagnostic::error(format!("`{}` cannot be changed", attr.name), detail).at(Path::attribute(attr.name)))
}

pub(crate) fn managed_elsewhere(
    resource: &'static Resource,
    config: &Object,
    prior: &Object,
    planned: &Object,
) -> Option<Diagnostic> {
    let owner = get(prior, resource.managed_by?).as_str().filter(|owner| !owner.is_empty())?;
    // An unknown value may become equivalent to the prior one.
    let known = |attr: &&'static Attr| {
        let names = [attr.name.to_owned(), attr.write_only_name(), attr.version_name()];
        names.iter().all(|name| get(config, name).is_known())
    };
    let settable = || resource.managed().filter(|attr| attr.settable() && !attr.is_client_only()).filter(known);
    let moved = |name: &str| get(prior, name) != get(planned, name);
    // An equivalent value is not sent, so there is nothing to refuse.
    let changes = |attr: &&'static Attr| !same(attr, get(prior, attr.name), get(planned, attr.name), None);
    let own = |attr: &&'static Attr| !resource.changeable_when_managed.contains(&attr.name);
    let changed = settable().filter(changes).find(own);
    let versioned = settable().find(|attr| attr.is_secret() && moved(&attr.version_name()));
    let changed = changed.or(versioned)?;
    let noun = resource.noun();
    let allowed = match resource.changeable_when_managed {
        [] => String::new(),
        names => format!(" Only {} can be changed.", attributes(names)),
    };
    let detail = format!(
        "This {noun} is managed by {owner:?} and cannot be changed here.{allowed} Change it there, or remove it from this \
         configuration (a `removed` block keeps the object)."
    );
    let diagnostic = Diagnostic::error(format!("The {noun} is managed by another system"), detail);
    Some(diagnostic.at(Path::attribute(changed.name)))
}

/// The destroy of an object that another system manages.
pub(crate) fn managed_destroy(resource: &'static Resource, prior: &Object) -> Option<Diagnostic> {
    let owner = get(prior, resource.managed_by?).as_str().filter(|owner| !owner.is_empty())?;
    let noun = resource.noun();
    let detail = format!(
        "This {noun} is managed by {owner:?} and cannot be destroyed here. To remove it from Terraform only, use a `removed` \
         block with `destroy = false`, or `terraform state rm`."
    );
    Some(Diagnostic::error(format!("The {noun} is managed by another system"), detail))
}

/// A secret that is required on create and not configured. Later the write-only argument may be removed.
pub(crate) fn missing_secret(attr: &'static Attr, config: &Object) -> Option<Diagnostic> {
    let write_only = attr.write_only_name();
    if !attr.is_required_on_create() || !get(config, attr.name).is_null() || !get(config, &write_only).is_null() {
        return None;
    }
    let detail = format!("A new object requires `{}`, or `{write_only}` to keep it out of the state.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A secret that is required on create and no longer configured keeps its value, which a plan does not show.
pub(crate) fn kept_secret(attr: &'static Attr, prior: &Object, planned: &Object) -> Option<Diagnostic> {
    if !attr.is_required_on_create() || !is_given(attr, prior) || is_given(attr, planned) {
        return None;
    }
    let write_only = attr.write_only_name();
    let detail = format!(
        "`{name}` is no longer configured. It is not removed, because an object cannot exist without it: the value that \
         was sent last stays in use. To change it, configure `{name}` or `{write_only}` again.",
        name = attr.name,
    );
    let summary = format!("`{}` is not changed", attr.name);
    Some(Diagnostic::warning(summary, detail).at(Path::attribute(attr.name)))
}

/// A value that a new object requires, from its own configuration or from the provider's.
pub(crate) fn missing_default(attr: &'static Attr, planned: &Object) -> Option<Diagnostic> {
    let setting = attr.default_setting().filter(|_| get(planned, attr.name).is_null())?;
    let detail =
        format!("A new object requires `{}`. Set it here, or set `{setting}` in the provider block.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A removal that replaces the object, found by the final plan: the first one could not plan it, because the value was
/// unknown.
pub(crate) fn became_null(attr: &'static Attr, resource: &'static Resource) -> Option<Diagnostic> {
    if attr.replaces_on() != Some(Replaces::OnRemoval) {
        return None;
    }
    let detail = format!(
        "`{}` was unknown when this was planned. Because it is null, the {} must be replaced, which is not in the plan. \
         Nothing was changed. Plan and apply again.",
        attr.name,
        resource.noun(),
    );
    Some(
        Diagnostic::error(format!("`{}` became null after planning", attr.name), detail).at(Path::attribute(attr.name)),
    )
}

/// Configured attributes that this version of the system does not have and would ignore. An unknown value may become null;
/// it is checked by the final plan.
pub(crate) fn too_new(
    attrs: &'static [Attr],
    config: &Object,
    version: &Version,
    at: &At<'_>,
    found: &mut Diagnostics,
) {
    for attr in attrs.iter().filter(|attr| attr.is_managed() && attr.settable()) {
        let nested = attr.kind.nested();
        let is_later = |since: &str| Version::parse(since).is_some_and(|since| *version < since);
        for rule in attr.rules {
            let (Rule::ValueSince(text, since), Some(given)) = (rule, get(config, attr.name).as_str()) else {
                continue;
            };
            if given == *text && is_later(since) {
                found.push(value_requires_later(text, since, version, &at.then(attr.name)));
            }
        }
        let is_new = attr.since.is_some_and(is_later);
        if !is_new && nested.is_none() {
            continue;
        }
        let is_given = |name| {
            let wanted = get(config, name);
            !wanted.is_empty() && !wanted.is_unknown()
        };
        let write_only = attr.write_only_name();
        for name in [attr.name, &write_only].into_iter().filter(|name| is_given(name)) {
            let at = at.then(name);
            match nested {
                _ if is_new => found.push(requires_later(attr, version, at.path())),
                Some(nested) => objects(get(config, name), &at, &mut |object, at| {
                    too_new(nested, object, version, at, found);
                }),
                None => {}
            }
        }
    }
}

fn value_requires_later(text: &str, since: &str, version: &Version, at: &At<'_>) -> Diagnostic {
    let detail = format!(
        "The value {} of `{at}` requires version {since} or later of the system. This one has version {version}. Upgrade the \
         system, or configure another value.",
        quoted(text),
    );
    Diagnostic::error(format!("Invalid value for `{}`", at.name()), detail).at(at.path())
}

fn requires_later(attr: &Attr, version: &Version, path: Path) -> Diagnostic {
    let since = attr.since.unwrap_or_default();
    let detail = format!(
        "`{path}` requires version {since} or later of the system. This one has version {version} and would ignore it. \
         Upgrade the system, or remove the attribute from the configuration.",
    );
    Diagnostic::error(format!("`{}` requires version {since} or later", attr.name), detail).at(path)
}

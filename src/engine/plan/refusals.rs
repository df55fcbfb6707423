//! The reasons for which a plan is refused, as far as they follow from the table, the configuration, the prior state
//! and the system's version. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, same};
use crate::engine::values::version::Version;
use crate::engine::values::walk::objects;
use crate::engine::values::write_only::moved_keys;
use crate::schema::{Attr, Replaces, Resource};
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
        "`{name}` cannot be changed after the object was created. {instead} Removing `{name}` from the \
         configuration is always possible and changes nothing.",
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
    // An unknown value may turn out to be equal.
    let known = |attr: &&'static Attr| {
        let names = [attr.name.to_owned(), attr.write_only_name(), attr.version_name()];
        names.iter().all(|name| get(config, name).is_known())
    };
    let settable = || resource.managed().filter(|attr| attr.settable() && !attr.is_client_only()).filter(known);
    let moved = |name: &str| get(prior, name) != get(planned, name);
    // An equivalent value sends nothing, so there is nothing to refuse.
    let changed = settable().find(|attr| !same(attr, get(prior, attr.name), get(planned, attr.name), None));
    let versioned = settable().find(|attr| attr.is_secret() && moved(&attr.version_name()));
    let changed = changed.or(versioned)?;
    let noun = resource.noun();
    let detail = format!(
        "This {noun} is managed by {owner:?}, and the system refuses every change of it. Change it there, or \
         remove it from this configuration (a `removed` block keeps the object)."
    );
    let diagnostic = Diagnostic::error(format!("The {noun} is managed by another system"), detail);
    Some(diagnostic.at(Path::attribute(changed.name)))
}

/// A secret that a create requires, plain or write-only. Afterwards the write-only argument may be removed.
pub(crate) fn missing_secret(attr: &'static Attr, config: &Object) -> Option<Diagnostic> {
    let write_only = attr.write_only_name();
    if !attr.is_required_on_create() || !get(config, attr.name).is_null() || !get(config, &write_only).is_null() {
        return None;
    }
    let detail =
        format!("Creating the object requires `{}`, or `{write_only}` to keep the value out of the state.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A required secret that is no longer configured keeps its value, which no plan shows.
pub(crate) fn kept_secret(attr: &'static Attr, prior: &Object, planned: &Object) -> Option<Diagnostic> {
    let (write_only, version) = (attr.write_only_name(), attr.version_name());
    let is_given = |object: &Object| [attr.name, &version].iter().any(|name| !get(object, name).is_null());
    if !attr.is_required_on_create() || !is_given(prior) || is_given(planned) {
        return None;
    }
    let detail = format!(
        "`{name}` is no longer configured, but the object cannot exist without it. Nothing is sent, and the last \
         value stays in use. To change it, configure `{name}` or `{write_only}` again.",
        name = attr.name,
    );
    let summary = format!("`{}` is not removed", attr.name);
    Some(Diagnostic::warning(summary, detail).at(Path::attribute(attr.name)))
}

/// An attribute that a create requires, from the configuration of the object or of the provider.
pub(crate) fn missing_default(attr: &'static Attr, planned: &Object) -> Option<Diagnostic> {
    let setting = attr.default_setting().filter(|_| get(planned, attr.name).is_null())?;
    let detail = format!(
        "Creating the object requires `{}`. Set it here, or set `{setting}` in the provider block for all \
             objects.",
        attr.name
    );
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A removal that requires a replacement and is detected in the final plan: the first plan could not include it, since
/// the value was unknown.
pub(crate) fn became_null(attr: &'static Attr, resource: &'static Resource) -> Option<Diagnostic> {
    if attr.replaces_on() != Some(Replaces::OnRemoval) {
        return None;
    }
    let detail = format!(
        "`{}` was unknown when this was planned. It became null, so the {} must be replaced, which is not part of \
         the plan. Nothing was changed. Plan and apply again.",
        attr.name,
        resource.noun(),
    );
    Some(
        Diagnostic::error(format!("`{}` became null after planning", attr.name), detail).at(Path::attribute(attr.name)),
    )
}

/// Configured attributes that this version of the system does not support and would ignore. An unknown value may become
/// null, and is checked again when it is known.
pub(crate) fn too_new(
    attrs: &'static [Attr],
    config: &Object,
    version: &Version,
    at: &At<'_>,
    found: &mut Diagnostics,
) {
    for attr in attrs.iter().filter(|attr| attr.is_managed() && attr.settable()) {
        let nested = attr.kind.nested();
        let is_new = attr.since.and_then(Version::parse).is_some_and(|since| *version < since);
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
                _ if is_new => found.push(not_known_to(attr, version, at.path())),
                Some(nested) => objects(get(config, name), &at, &mut |object, at| {
                    too_new(nested, object, version, at, found);
                }),
                None => {}
            }
        }
    }
}

fn not_known_to(attr: &Attr, version: &Version, path: Path) -> Diagnostic {
    let detail = format!(
        "`{path}` requires server version {} or later. This server has version {version} and would ignore it. \
         Upgrade the server, or remove the attribute from the configuration.",
        attr.since.unwrap_or_default(),
    );
    Diagnostic::error(format!("`{}` requires a later server version", attr.name), detail).at(path)
}

//! What a plan is refused for, as far as table, configuration, prior state and the system's version tell. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, same};
use crate::engine::values::version::Version;
use crate::engine::values::walk::objects;
use crate::engine::values::write_only::moved_keys;
use crate::schema::{Attr, Replaces, Resource};
use crate::value::{At, Object, Path};

/// A change of what cannot change. A write-only value changes with its version.
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
        "`{name}` cannot be changed once the object exists. {instead} Leaving `{name}` out of the configuration is \
         always allowed and changes nothing.",
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
    // What is not known yet may turn out to be no change.
    let known = |attr: &&'static Attr| {
        let names = [attr.name.to_owned(), attr.write_only_name(), attr.version_name()];
        names.iter().all(|name| get(config, name).is_known())
    };
    let settable = || resource.managed().filter(|attr| attr.settable() && !attr.is_client_only()).filter(known);
    let moved = |name: &str| get(prior, name) != get(planned, name);
    // Another notes sends nothing, so there is nothing to refuse.
    let changed = settable().find(|attr| !same(attr, get(prior, attr.name), get(planned, attr.name), None));
    let versioned = settable().find(|attr| attr.is_secret() && moved(&attr.version_name()));
    let changed = changed.or(versioned)?;
    let noun = resource.noun();
    let detail = format!(
        "This {noun} is managed by {owner:?} and refuses every change. Change it there, or take it out of this \
         configuration (a `removed` block keeps the object)."
    );
    let diagnostic = Diagnostic::error(format!("The {noun} is managed elsewhere"), detail);
    Some(diagnostic.at(Path::attribute(changed.name)))
}

/// A secret that a create must give, by one argument or the other. Afterwards the write-only one may be left out.
pub(crate) fn missing_secret(attr: &'static Attr, config: &Object) -> Option<Diagnostic> {
    let write_only = attr.write_only_name();
    if !attr.is_required_on_create() || !get(config, attr.name).is_null() || !get(config, &write_only).is_null() {
        return None;
    }
    let detail = format!("A new object needs `{}`, or `{write_only}` to keep it out of the state.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A secret that every object needs and that the configuration no longer gives stays what it is, which no plan shows.
pub(crate) fn kept_secret(attr: &'static Attr, prior: &Object, planned: &Object) -> Option<Diagnostic> {
    let (write_only, version) = (attr.write_only_name(), attr.version_name());
    let is_given = |object: &Object| [attr.name, &version].iter().any(|name| !get(object, name).is_null());
    if !attr.is_required_on_create() || !is_given(prior) || is_given(planned) {
        return None;
    }
    let detail = format!(
        "`{name}` is no longer configured. It is not removed, since no object can be without it: nothing is sent, and \
         the value that was sent last stays in use. To change it, configure `{name}` or `{write_only}` again.",
        name = attr.name,
    );
    let summary = format!("`{}` stays as it is", attr.name);
    Some(Diagnostic::warning(summary, detail).at(Path::attribute(attr.name)))
}

/// What every new object has, from its own configuration or from the provider's.
pub(crate) fn missing_default(attr: &'static Attr, planned: &Object) -> Option<Diagnostic> {
    let setting = attr.default_setting().filter(|_| get(planned, attr.name).is_null())?;
    let detail =
        format!("A new object needs `{}`: set it here, or `{setting}` in the provider block for all.", attr.name);
    Some(Diagnostic::error(format!("`{}` is missing", attr.name), detail).at(Path::attribute(attr.name)))
}

/// A removal that replaces the object, found when the first plan is completed: that one could not plan it, since the
/// value was not known.
pub(crate) fn turned_out_absent(attr: &'static Attr, resource: &'static Resource) -> Option<Diagnostic> {
    if attr.replaces_on() != Some(Replaces::OnRemoval) {
        return None;
    }
    let detail = format!(
        "`{}` was not known when this was planned. Now that it is absent, the {} has to be replaced, which is not in \
         the plan. Nothing was changed: plan and apply once more.",
        attr.name,
        resource.noun(),
    );
    Some(Diagnostic::error(format!("`{}` turned out to be absent", attr.name), detail).at(Path::attribute(attr.name)))
}

/// Configured attributes that this version of the system does not know: it would drop them without a word. What is
/// not known yet may turn out to be null, and is looked at again when it is known.
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
        "`{path}` needs version {} or newer; this one is {version} and would ignore it. Upgrade it, or take the \
         attribute out of the configuration.",
        attr.since.unwrap_or_default(),
    );
    Diagnostic::error(format!("`{}` is not known to this version", attr.name), detail).at(path)
}

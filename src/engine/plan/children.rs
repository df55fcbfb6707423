//! Warnings of a plan about children, the objects that are configured inside another. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics, counted, listed};
use crate::engine::values::children::entries;
use crate::schema::Resource;
use crate::value::{Object, Path};

/// Warnings about children that a change of the map or of the parent destroys or replaces.
pub(crate) fn warnings(resource: &'static Resource, prior: &Object, planned: &Object, replaced: bool) -> Diagnostics {
    let Some((attr, of)) = resource.children() else { return Diagnostics::new() };
    let (before, after) = (entries(prior, attr), entries(planned, attr));
    let noun = of.table.noun();
    let list = |names: Vec<&String>| listed(names.into_iter());
    let gone: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let new: Vec<&String> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    let mut found = Diagnostics::new();
    if replaced && !before.is_empty() {
        let detail = format!(
            "Replacing the {parent} destroys its {own} and creates {them} again, with {identifiers}: {names}. If \
             another {noun} belongs to it, the apply is refused before anything is changed.",
            own = counted(before.len(), &noun),
            them = if before.len() == 1 { "it" } else { "them" },
            identifiers = if before.len() == 1 { "a new identifier" } else { "new identifiers" },
            names = list(before.keys().collect()),
            parent = resource.noun(),
        );
        found.push(Diagnostic::warning(
            format!("{} {} replaced too", counted(before.len(), &noun), if before.len() == 1 { "is" } else { "are" }),
            detail,
        ));
    } else if !gone.is_empty() && !new.is_empty() {
        let detail = format!(
            "{} will be destroyed and {} created, since renaming is not possible. References to the old {noun} \
             become invalid.",
            list(gone),
            list(new)
        );
        let warning = Diagnostic::warning(format!("One {noun} is destroyed and another created"), detail);
        found.push(warning.at(Path::attribute(attr.name)));
    }
    found
}

//! Warnings about links that two objects set differently, as far as the configurations planned so far show them.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::session::links::{Contradiction, Links};
use crate::engine::values::address::described;
use crate::engine::values::same::get;
use crate::schema::{Attr, Link, Resource};
use crate::value::{Object, Path, Value};

/// Declares the links of this object and compares them with those of the other ends. An object whose identifier is not known
/// yet is compared by the next plan.
pub(super) fn warnings(resource: &'static Resource, config: &Object, planned: &Object, links: &Links) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (attr, link) in resource.managed().filter_map(|attr| Some((attr, attr.link()?))) {
        let wanted = get(config, attr.name);
        let Some(own) = get(planned, link.own).as_str().filter(|_| !wanted.is_null() && wanted.is_known()) else {
            continue;
        };
        let end = (resource.name, attr.name);
        for contradiction in links.declare(end, link, own, described(resource, planned), names(wanted)) {
            found.push(contradicts(attr, link, &described(resource, planned), &contradiction));
        }
    }
    found
}

fn names(value: &Value) -> BTreeSet<String> {
    let items = value.items().map_or(std::slice::from_ref(value), |items| items);
    items.iter().filter_map(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn contradicts(attr: &Attr, link: Link, called: &str, contradiction: &Contradiction) -> Diagnostic {
    let (name, other) = (attr.name, link.attribute);
    let (has, lacks) = match contradiction.is_here {
        true => (
            format!("`{name}` of the {called} contains it"),
            format!("`{other}` of the {} does not", contradiction.called),
        ),
        false => (
            format!("`{other}` of the {} contains it", contradiction.called),
            format!("`{name}` of the {called} does not"),
        ),
    };
    let detail = format!(
        "Both objects set the link between the {called} and the {}, and they differ: {has}, {lacks}. Each apply would change \
         what the other one has set. Set it on one side only, or alike on both.",
        contradiction.called,
    );
    Diagnostic::warning("Two objects set a link differently", detail).at(Path::attribute(name))
}

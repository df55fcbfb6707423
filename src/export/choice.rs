//! Which objects get a block of their own, and why the others do not.

use std::collections::BTreeSet;

use super::blocks::{Configuration, configuration};
use super::gather::{Exists, Gathered};
use crate::diagnostic::quoted;
use crate::engine::Engine;
use crate::schema::{Provider, Resource};
use crate::value::Value;

/// An object with a block.
pub(super) struct Chosen<'a> {
    pub(super) exists: &'a Exists,
    pub(super) configuration: Configuration,
}

/// An object without one.
pub(super) struct LeftOut<'a> {
    pub(super) exists: &'a Exists,
    pub(super) why: Why,
}

/// Why an object has no block.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// The system has it like this by itself.
    Untouched,
    /// It is in the block of this object.
    Inside(String),
    /// No configuration describes it.
    Refused(String),
}

impl Why {
    pub(super) fn text(&self, provider: &Provider) -> String {
        match self {
            Why::Untouched => format!("Left out, because the {} has them by itself:", provider.system.title),
            Why::Inside(object) => format!("Left out, because they are in the block of the {object}:"),
            Why::Refused(reason) => format!("Left out, because no valid configuration describes them. {reason}"),
        }
    }
}

pub(super) fn choose<'a>(
    engine: &Engine,
    selected: &[&'static Resource],
    gathered: &'a Gathered,
) -> (Vec<Chosen<'a>>, Vec<LeftOut<'a>>) {
    let (mut chosen, mut left_out) = (Vec::new(), Vec::new());
    for exists in &gathered.objects {
        let Exists { resource, state, .. } = exists;
        if resource.hooks.is_untouched.is_some_and(|is_untouched| is_untouched(state)) {
            left_out.push(LeftOut { exists, why: Why::Untouched });
            continue;
        }
        match configuration(engine, resource, state, selected, false) {
            Ok(configuration) => chosen.push(Chosen { exists, configuration }),
            Err(reason) => left_out.push(LeftOut { exists, why: Why::Refused(reason) }),
        }
    }
    let around: Vec<&Exists> =
        chosen.iter().map(|it| it.exists).filter(|it| it.resource.children().is_some()).collect();
    for parent in around {
        put_inside(engine, selected, parent, &mut chosen, &mut left_out);
    }
    (chosen, left_out)
}

/// An object that is not valid without the one around it is configured in there. Since that block then names all objects inside,
/// none of them has its own.
fn put_inside<'a>(
    engine: &Engine,
    selected: &[&'static Resource],
    parent: &'a Exists,
    chosen: &mut Vec<Chosen<'a>>,
    left_out: &mut Vec<LeftOut<'a>>,
) {
    let Some((attr, of)) = parent.resource.children() else { return };
    let Some(Value::Map(children)) = parent.state.get(attr.name) else { return };
    let names: BTreeSet<&str> = children.keys().map(String::as_str).collect();
    let is_inside = |exists: &Exists| exists.resource.name == of.table.name && names.contains(exists.id.as_str());
    if !left_out.iter().any(|it| is_inside(it.exists) && matches!(it.why, Why::Refused(_))) {
        return;
    }
    let Ok(whole) = configuration(engine, parent.resource, &parent.state, selected, true) else { return };
    let object = format!("{} {}", parent.resource.noun(), quoted(&parent.name));
    let (inside, mut own): (Vec<_>, Vec<_>) = chosen.drain(..).partition(|it| is_inside(it.exists));
    if let Some(around) = own.iter_mut().find(|it| std::ptr::eq(it.exists, parent)) {
        around.configuration = whole;
    }
    *chosen = own;
    left_out.extend(inside.into_iter().map(|it| LeftOut { exists: it.exists, why: Why::Untouched }));
    for it in left_out.iter_mut().filter(|it| is_inside(it.exists)) {
        it.why = Why::Inside(object.clone());
    }
}

//! A plan: what an apply will do. It enters here and leaves here; `planner` is pure.

pub(crate) mod notes;
pub(crate) mod planner;
mod refusals;

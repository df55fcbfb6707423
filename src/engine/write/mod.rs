//! An apply: one write from start to state. `run` is read from top to bottom; the other files are its steps.

pub(crate) mod adopt;
pub(crate) mod answer;
pub(crate) mod children;
pub(crate) mod create;
pub(crate) mod create_failed;
pub(crate) mod destroy;
pub(crate) mod elements;
pub(crate) mod name_conflict;
pub(crate) mod recover;
pub(crate) mod run;
pub(crate) mod settle;
pub(crate) mod update;

//! The actions of the manager.

use crate::schema::Action;

pub(super) static ACTIONS: &[&Action] = &[];

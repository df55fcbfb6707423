//! The actions of the gateway.

use crate::schema::Action;

pub(super) static ACTIONS: &[&Action] = &[];

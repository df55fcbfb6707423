//! The ephemeral resources of the manager.

use crate::schema::Ephemeral;

pub(super) static EPHEMERALS: &[&Ephemeral] = &[];

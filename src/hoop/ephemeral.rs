//! The ephemeral resources of the gateway.

use crate::schema::Ephemeral;

pub(super) static EPHEMERALS: &[&Ephemeral] = &[];

//! The functions of the provider: forms of the gateway that a configuration has to write.

use crate::schema::Function;

pub(super) static FUNCTIONS: &[&Function] = &[];

//! What the user reads when something failed, and what must never be read. No request is made here.

pub(crate) mod catch_panic;
pub(crate) mod errors;
pub(crate) mod redaction;

//! Diagnostics for errors and panics, and the redaction of secrets. No request is made here.

pub(crate) mod catch_panic;
pub(crate) mod errors;
pub(crate) mod redaction;

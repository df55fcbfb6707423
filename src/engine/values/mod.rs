//! What follows from values and tables alone: comparison, pairing, JSON, addresses, private state. Pure: no request, no
//! clock, no environment.

pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod change;
pub(crate) mod changes;
pub(crate) mod children;
pub(crate) mod correlate;
pub(crate) mod full_read;
pub(crate) mod indexed;
pub(crate) mod json_list;
pub(crate) mod merge;
pub(crate) mod observed;
pub(crate) mod private_state;
pub(crate) mod same;
pub(crate) mod version;
pub(crate) mod walk;
pub(crate) mod write_only;

//! Terraform's values in MessagePack, as in `DynamicValue.msgpack`, read and written by their type. It must not know
//! schemas or RPCs. No input may make it panic, recurse deeper than its type or allocate more memory than its size
//! justifies.
//!
//! The crate `rmp` reads and writes markers, widths and lengths: it accepts any bytes and allocates nothing. What they
//! mean for Terraform is implemented here.

mod decode;
mod encode;
#[cfg(test)]
pub(super) mod strategies;
#[cfg(test)]
mod tests;
mod type_json;

pub use decode::decode;
#[cfg(test)]
pub(super) use encode::check_names;
pub use encode::encode;
pub(crate) use type_json::type_json;

use std::fmt;

use crate::value::{Path, Step};

/// An unknown value. Refined ones exist too (extension type 12), but this one is always valid.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// Bytes that are not a value of the expected type, with the path. It never contains the content: any part may be a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub path: Path,
    pub what: String,
}

/// A value that does not have the type in which it should be written, with the path: a bug in this provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    pub path: Path,
    pub what: String,
}

impl DecodeError {
    pub(super) fn new(what: impl Into<String>) -> DecodeError {
        DecodeError { path: Path::root(), what: what.into() }
    }

    /// The same error with a path from one level further out. Paths are built only for errors, so that success costs
    /// nothing.
    pub(super) fn within(mut self, step: Step) -> DecodeError {
        self.path.0.insert(0, step);
        self
    }

    /// The same error with the path of the set that contains the element: elements of a set have no path.
    pub(super) fn within_set(self) -> DecodeError {
        DecodeError::new(self.what)
    }
}

impl EncodeError {
    pub(super) fn new(what: impl Into<String>) -> EncodeError {
        EncodeError { path: Path::root(), what: what.into() }
    }

    pub(super) fn within(mut self, step: Step) -> EncodeError {
        self.path.0.insert(0, step);
        self
    }

    pub(super) fn within_set(self) -> EncodeError {
        EncodeError::new(self.what)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.path, &self.what, f)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.path, &self.what, f)
    }
}

/// One sentence for the detail of a diagnostic.
fn show(path: &Path, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if path.0.is_empty() { write!(f, "{what}.") } else { write!(f, "{path}: {what}.") }
}

impl std::error::Error for DecodeError {}
impl std::error::Error for EncodeError {}

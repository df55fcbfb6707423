//! Functions: pure computations that a configuration calls. They send no request, and equal arguments give equal results.

use super::kind::Kind;
use crate::value::Value;

/// A function.
pub struct Function {
    /// Without the name of the provider.
    pub name: &'static str,
    pub summary: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub returns: Kind,
    /// The result for known arguments that are not null, in the order of the parameters.
    pub call: fn(&[Value]) -> Result<Value, ArgumentError>,
}

/// A parameter of a function.
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
}

/// An argument that has no result.
#[derive(Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// Its index.
    pub argument: usize,
    /// What is wrong, and what is expected. It does not contain the argument if that may be a secret.
    pub text: String,
}

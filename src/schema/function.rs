//! Functions: pure computations that a configuration calls. They send no request, and equal arguments give equal results.

use super::kind::Kind;
use crate::value::Value;

/// A function.
pub struct Function {
    /// Without the name of the provider.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub returns: Kind,
    /// What the result is.
    pub result: &'static str,
    /// The result, in the order of the parameters. The arguments are known, have the types of the parameters, and are null
    /// only where the parameter is nullable.
    pub call: fn(&[Value]) -> Result<Value, ArgumentError>,
}

/// A parameter of a function.
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    /// Whether the argument may be null.
    pub nullable: bool,
}

impl Parameter {
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Parameter {
        Parameter { name, kind, doc, nullable: false }
    }

    /// The argument may be null.
    pub const fn nullable(mut self) -> Parameter {
        self.nullable = true;
        self
    }
}

/// An argument that has no result.
#[derive(Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// Its index.
    pub argument: usize,
    /// What is expected, to follow the name of the parameter: without a capital letter and a full stop. It never contains
    /// the argument: Terraform shows it, unless it is sensitive.
    pub text: String,
}

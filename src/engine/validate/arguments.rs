//! The arguments of a function. Terraform itself passes only such null and unknown values as the schema of the function
//! allows; here this is guaranteed for every caller, so that a function needs no such checks.

use crate::schema::{ArgumentError, Function};
use crate::value::Value;

/// # Errors
/// The first argument that is null although its parameter is not nullable, or not wholly known.
pub(crate) fn check(function: &Function, arguments: &[Value]) -> Result<(), ArgumentError> {
    for (argument, (parameter, value)) in function.parameters.iter().zip(arguments).enumerate() {
        let text = match value {
            value if !value.is_known() => "must be known",
            Value::Null if !parameter.nullable => "must not be null",
            _ => continue,
        };
        return Err(ArgumentError { argument, text: text.to_owned() });
    }
    Ok(())
}

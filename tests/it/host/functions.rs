//! Calls of functions with core's rules: what core passes, what it takes back, and that equal arguments give equal results.

use serde_json::Value as Json;

use super::codec::{decode, encode};
use super::pb;
use super::session::Session;
use super::shape::{Type, is_wholly_known};

/// Why there is no result, and the index of the argument that core shows beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FunctionError {
    pub(crate) argument: Option<usize>,
    pub(crate) text: String,
}

impl Session {
    /// Called twice as Terraform does it, and once as OpenTofu does it, whose null is an empty message.
    pub(crate) async fn call(&self, name: &str, arguments: &[Json]) -> Result<Json, FunctionError> {
        let function = self.function(name);
        let pairs = arguments.iter().zip(&function.parameters);
        let packed = pairs.map(|(argument, parameter)| encode(argument, &ty(&parameter.r#type)));
        let packed: Vec<_> = packed.collect();
        let result = self.call_with(name, packed.clone()).await;
        assert_eq!(self.call_with(name, packed.clone()).await, result, "{name} returned an inconsistent result");
        let empty = |(argument, packed): (&Json, pb::DynamicValue)| match argument {
            Json::Null => pb::DynamicValue::default(),
            _ => packed,
        };
        let of_tofu = arguments.iter().zip(packed).map(empty).collect();
        assert_eq!(self.call_with(name, of_tofu).await, result, "{name} reads the two forms of null differently");
        result
    }

    /// Called with what no host sends.
    pub(crate) async fn call_with(&self, name: &str, arguments: Vec<pb::DynamicValue>) -> Result<Json, FunctionError> {
        let count = arguments.len();
        let request = pb::call_function::Request { name: name.to_owned(), arguments };
        let answer = self.client().call_function(request).await.expect("an answer").into_inner();
        assert_eq!(answer.result.is_some(), answer.error.is_none(), "{name}: a result or an error");
        if let Some(pb::FunctionError { text, function_argument }) = answer.error {
            // Core puts the text into a sentence of its own.
            assert!(!text.is_empty() && !text.ends_with('.'), "{name}: {text}");
            let argument = function_argument.map(|index| usize::try_from(index).expect("an index"));
            assert!(argument.is_none_or(|index| index < count), "{name}: there is no argument {argument:?}");
            return Err(FunctionError { argument, text });
        }
        let returns = self.function(name).r#return.as_ref().expect("core follows it unasked");
        let value = decode(answer.result.as_ref(), &ty(&returns.r#type)).expect("the type of the function");
        assert!(is_wholly_known(&value), "{name} returned an unknown value");
        Ok(value)
    }

    fn function(&self, name: &str) -> &pb::Function {
        self.schema.functions.get(name).unwrap_or_else(|| panic!("no function {name}"))
    }
}

fn ty(json: &[u8]) -> Type {
    Type::parse(json).expect("a type")
}

//! What the engine's pure tests share: a table that uses every builder method, Terraform's own rules about plans, and
//! a system that answers with other spellings of the same values. And the laws that hold for every configuration.

mod laws;
mod rules;
mod scale;
mod system;
mod thing;

pub(crate) use rules::{check_plan, completes};
pub(crate) use thing::{PART, THING, labels, map, object, text, texts, thing};

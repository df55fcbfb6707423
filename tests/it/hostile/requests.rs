//! Requests that no host makes: any field of any RPC holds anything. Each is answered, and never by a status: that would
//! lose the state of an object that exists.

use serde_json::json;
use terraform_provider_hoop::schema::Kind;
use terraform_provider_hoop::value::{Type, Value};

use super::inside::{Inside, checked, packed, unpacked};
use super::server::Answer;
use super::tape::Tape;
use super::{PANIC, PROVIDERS, each, per_table, tables};
use crate::host::pb;

/// A value as it might travel: whole, damaged, as JSON, twice, not at all.
pub(super) fn dynamic(tape: &mut Tape<'_>, ty: &Type) -> Option<pb::DynamicValue> {
    let value = match ty {
        Type::Object(types) if !tape.once_in(4) => tape.object(types, true),
        ty => tape.value(ty, true),
    };
    let mut msgpack = packed(&value, ty).expect("a value").msgpack;
    let json = tape.json(3).to_string().into_bytes();
    match tape.below(12) {
        0 => return None,
        1 => return Some(pb::DynamicValue::default()),
        2 => return Some(pb::DynamicValue { msgpack: Vec::new(), json }),
        3 => return Some(pb::DynamicValue { msgpack, json }),
        4 => msgpack = tape.bytes(60),
        5 => msgpack = tape.damaged(&msgpack),
        6 => msgpack = packed(&Value::Null, ty).expect("a value").msgpack,
        _ => {}
    }
    Some(pb::DynamicValue { msgpack, json: Vec::new() })
}

fn identity(tape: &mut Tape<'_>, ty: &Type) -> Option<pb::ResourceIdentityData> {
    (!tape.once_in(3)).then(|| pb::ResourceIdentityData { identity_data: dynamic(tape, ty) })
}

fn raw(tape: &mut Tape<'_>) -> Option<pb::RawState> {
    let flatmap = if tape.once_in(6) { [(tape.text(), tape.text())].into() } else { Default::default() };
    (!tape.once_in(6)).then(|| pb::RawState { json: tape.json(3).to_string().into_bytes(), flatmap })
}

pub(super) fn capabilities(tape: &mut Tape<'_>) -> Option<pb::ClientCapabilities> {
    (!tape.once_in(3)).then(|| pb::ClientCapabilities {
        deferral_allowed: tape.once_in(2),
        write_only_attributes_allowed: tape.once_in(2),
        ..Default::default()
    })
}

/// Answers in a row, none of which a host would choke on.
struct Asking<'a> {
    inside: &'a Inside,
    type_name: String,
    ty: Type,
    identity: Type,
}

macro_rules! ask {
    ($asking:expr, $method:ident, $module:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        #[allow(clippy::needless_update, reason = "some requests have no other field")]
        let request = pb::$module::Request { $($field: $value,)* ..Default::default() };
        let answer = $asking.inside.ask(async |mut client| client.$method(request).await);
        checked(&answer.diagnostics);
        answer
    }};
}

impl Asking<'_> {
    fn before_a_plan(&self, tape: &mut Tape<'_>) {
        let name = || self.type_name.clone();
        ask!(
            self,
            validate_resource_config,
            validate_resource_config {
                type_name: name(),
                config: dynamic(tape, &self.ty),
                client_capabilities: capabilities(tape),
            }
        );
        let upgraded = ask!(
            self,
            upgrade_resource_state,
            upgrade_resource_state { type_name: name(), version: i64::from(tape.byte()) - 9, raw_state: raw(tape) }
        );
        unpacked(upgraded.upgraded_state.as_ref(), &self.ty);
        ask!(
            self,
            upgrade_resource_identity,
            upgrade_resource_identity { type_name: name(), version: i64::MAX, raw_identity: raw(tape) }
        );
        let moved = ask!(
            self,
            move_resource_state,
            move_resource_state {
                source_provider_address: tape.text(),
                source_type_name: name(),
                source_state: raw(tape),
                target_type_name: name(),
                source_private: tape.bytes(20),
                source_schema_version: i64::MIN,
                source_identity: raw(tape),
            }
        );
        unpacked(moved.target_state.as_ref(), &self.ty);
        let imported = ask!(
            self,
            import_resource_state,
            import_resource_state {
                type_name: name(),
                id: tape.text(),
                client_capabilities: capabilities(tape),
                identity: identity(tape, &self.identity),
            }
        );
        imported.imported_resources.iter().for_each(|it| drop(unpacked(it.state.as_ref(), &self.ty)));
        let generated = ask!(
            self,
            generate_resource_config,
            generate_resource_config { type_name: name(), state: dynamic(tape, &self.ty) }
        );
        unpacked(generated.config.as_ref(), &self.ty);
    }

    fn life(&self, tape: &mut Tape<'_>) {
        let name = || self.type_name.clone();
        let read = ask!(
            self,
            read_resource,
            read_resource {
                type_name: name(),
                current_state: dynamic(tape, &self.ty),
                private: tape.bytes(40),
                provider_meta: dynamic(tape, &self.ty),
                client_capabilities: capabilities(tape),
                current_identity: identity(tape, &self.identity),
            }
        );
        unpacked(read.new_state.as_ref(), &self.ty);
        let planned = ask!(
            self,
            plan_resource_change,
            plan_resource_change {
                type_name: name(),
                prior_state: dynamic(tape, &self.ty),
                proposed_new_state: dynamic(tape, &self.ty),
                config: dynamic(tape, &self.ty),
                prior_private: tape.bytes(40),
                provider_meta: dynamic(tape, &self.ty),
                client_capabilities: capabilities(tape),
                prior_identity: identity(tape, &self.identity),
            }
        );
        unpacked(planned.planned_state.as_ref(), &self.ty);
        let applied = ask!(
            self,
            apply_resource_change,
            apply_resource_change {
                type_name: name(),
                prior_state: dynamic(tape, &self.ty),
                planned_state: dynamic(tape, &self.ty),
                config: dynamic(tape, &self.ty),
                planned_private: tape.bytes(40),
                provider_meta: dynamic(tape, &self.ty),
                planned_identity: identity(tape, &self.identity),
            }
        );
        assert!(unpacked(applied.new_state.as_ref(), &self.ty).is_known());
    }
}

#[test]
fn every_request_is_answered() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for resource in provider.resources {
            each(per_table(1800), |tape| {
                let body = tables::read_answer(resource, tape.json(3));
                let found = tape.once_in(2);
                inside.answer(move |_| match found {
                    true => Answer::json(200, &body),
                    false => Answer::json(404, &json!({"message": "not found"})),
                });
                let type_name = if tape.once_in(12) { tape.text() } else { resource.name.to_owned() };
                let (ty, identity) = (resource.ty(), tables::identity_type(resource));
                let asking = Asking { inside: &inside, type_name, ty, identity };
                asking.before_a_plan(tape);
                asking.life(tape);
            });
        }
        for (name, ty) in tables::data_types(provider) {
            each(per_table(1000), |tape| {
                let body = tape.json(3);
                inside.answer(move |_| Answer::json(200, &body));
                let asking =
                    Asking { inside: &inside, type_name: name.to_owned(), ty: ty.clone(), identity: Type::Bool };
                let config = dynamic(tape, &ty);
                ask!(
                    asking,
                    validate_data_resource_config,
                    validate_data_resource_config { type_name: name.to_owned(), config: config.clone() }
                );
                let read = ask!(
                    asking,
                    read_data_source,
                    read_data_source {
                        type_name: name.to_owned(),
                        config: config,
                        client_capabilities: capabilities(tape)
                    }
                );
                unpacked(read.state.as_ref(), &ty);
            });
        }
    }
}

/// Of a function that no configuration stands behind.
#[test]
fn every_call_of_a_function_is_answered() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for function in provider.functions {
            each(96, |tape| {
                let name = if tape.once_in(12) { tape.text() } else { function.name.to_owned() };
                let mut arguments = Vec::new();
                while arguments.len() < function.parameters.len() || tape.once_in(20) {
                    let kind = function.parameters.get(arguments.len()).map_or(&Kind::Str, |parameter| &parameter.kind);
                    arguments.push(dynamic(tape, &kind.ty()).unwrap_or_default());
                }
                let request = pb::call_function::Request { name, arguments };
                let answer = inside.ask(async |mut client| client.call_function(request).await);
                match answer.error {
                    None => drop(unpacked(answer.result.as_ref(), &function.returns.ty())),
                    Some(error) => assert!(!error.text.is_empty() && !error.text.contains(PANIC), "{}", error.text),
                }
            });
        }
    }
}

/// A provider that is configured by anything, or not at all, answers as one that is not.
#[test]
fn every_configuration_is_answered() {
    for provider in PROVIDERS {
        let (ty, resource) = (tables::provider_type(provider), provider.resources[0]);
        each(192, |tape| {
            let inside = Inside::new(provider);
            let asking = Asking {
                inside: &inside,
                type_name: resource.name.to_owned(),
                ty: resource.ty(),
                identity: tables::identity_type(resource),
            };
            let config = dynamic(tape, &ty);
            ask!(asking, validate_provider_config, validate_provider_config { config: config.clone() });
            ask!(
                asking,
                configure_provider,
                configure_provider {
                    terraform_version: tape.text(),
                    config: config,
                    client_capabilities: capabilities(tape)
                }
            );
            asking.life(tape);
            let stopped = inside.ask(async |mut client| client.stop_provider(pb::stop_provider::Request {}).await);
            assert_eq!(stopped.error, "");
            asking.life(tape);
        });
    }
}

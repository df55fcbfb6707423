//! What the provider's own work costs without a process or a socket: plans by the engine, and the codec.

use std::collections::BTreeMap;
use std::time::Instant;

use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::protocol::codec;
use terraform_provider_hoop::value::Value;

use super::figures::{Report, Unit};
use super::objects::{CONNECTION, connection, large, nothing, settings, table};

const ROUNDS: usize = 31;
const CONNECTIONS: usize = 1_000;
const SECRETS: usize = 2_000;

/// Creates first, then the same connections as they would be stored, unchanged.
pub(crate) async fn engine(report: &mut Report) {
    let engine = Engine::new(&PROVIDER, |_| None);
    // Nobody listens there, and without the check nobody is asked.
    let config = settings(BTreeMap::from([
        ("api_url", Value::string("http://127.0.0.1:9/api")),
        ("api_key", Value::string("hpk_benchmark")),
        ("skip_credentials_validation", Value::Bool(true)),
    ]));
    engine.configure(&config, "");
    let table = engine.resource(CONNECTION).expect("the table");
    let configs: Vec<Value> = (0..CONNECTIONS).map(connection).collect();
    let (mut creates, mut refreshes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut stored = Vec::with_capacity(CONNECTIONS);
        let begun = Instant::now();
        for config in &configs {
            let outcome = engine.plan(table, nothing(), config, &[]).await;
            assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics.first().map(|first| &first.summary));
            stored.push(outcome.stored);
        }
        creates.push(begun.elapsed());
        for object in &mut stored {
            object.state = std::mem::replace(&mut object.state, Value::Null).unknown_to_null();
        }
        let begun = Instant::now();
        for (config, object) in configs.iter().zip(stored) {
            let outcome = engine.plan(table, object, config, &[]).await;
            assert!(outcome.diagnostics.is_empty() && outcome.replaces.is_empty());
        }
        refreshes.push(begun.elapsed());
    }
    report.times("1,000 connections planned, created", Unit::Milliseconds, &creates, None);
    report.times("1,000 connections planned, unchanged", Unit::Milliseconds, &refreshes, None);
}

/// Of an object that users have, and of one that shows what each entry costs.
pub(crate) fn msgpack(report: &mut Report) {
    let mut types = Vec::new();
    for _ in 0..ROUNDS * ROUNDS {
        let begun = Instant::now();
        std::hint::black_box(table().ty());
        types.push(begun.elapsed());
    }
    report.times("type of a connection", Unit::Microseconds, &types, None);
    codec_of(report, &connection(1), ROUNDS * ROUNDS);
    codec_of(report, &large(SECRETS), ROUNDS);
}

fn codec_of(report: &mut Report, value: &Value, rounds: usize) {
    let ty = table().ty();
    let bytes = codec::encode(value, &ty).expect("it has its table's type");
    let (mut encoded, mut decoded) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begun = Instant::now();
        let again = codec::encode(value, &ty).expect("it has its table's type");
        encoded.push(begun.elapsed());
        assert_eq!(again.len(), bytes.len());
        let begun = Instant::now();
        let back = codec::decode(&bytes, &ty).expect("it has been encoded");
        decoded.push(begun.elapsed());
        assert!(back == *value, "what was encoded comes back");
    }
    let size = bytes.len() as f64 / 1000.0;
    report.times(&format!("msgpack of {size:.1} kB, written"), Unit::Microseconds, &encoded, None);
    report.times(&format!("msgpack of {size:.1} kB, read"), Unit::Microseconds, &decoded, None);
}

//! Hostile input: bytes, states, names, answers and requests that nobody means well. Whatever arrives is answered, with
//! a diagnostic that a person can read; nothing panics, and nothing is believed that was only claimed.
//!
//! Everything is told from the tables of `PROVIDERS`, so that a new table is tried by itself. Of such cases there is no end:
//! `HOOP_TEST_ALL=50` tries fifty times as many, and `HOOP_TEST_SEED=7` others. A case that fails is shown as the bytes
//! that it was drawn from.

mod answers;
mod edited;
mod families;
mod inside;
mod keyless;
mod names;
mod packed;
mod queries;
mod requests;
mod server;
mod sizes;
mod states;
mod tables;
mod tape;

use proptest::prelude::{ProptestConfig, any, prop};
use proptest::test_runner::{RngSeed, TestRunner};
use terraform_provider_hoop::schema::Provider;
use terraform_provider_hoop::{hoop, lerian};

use self::tape::Tape;
use crate::draw;
use crate::figure::figure;

/// The providers whose tables are tried.
const PROVIDERS: &[&Provider] = &[&hoop::PROVIDER, &lerian::PROVIDER];

/// Whatever a fault of ours shows that should have been said politely.
const PANIC: &str = "The provider failed in";

/// The share of one table in as many cases: what it takes to try them all does not grow with every table.
fn per_table(cases: usize) -> u32 {
    const LEAST: usize = 24;
    let tables = PROVIDERS.iter().map(|provider| provider.resources.len()).sum();
    u32::try_from(draw::share(cases, tables).max(LEAST)).expect("a small number")
}

/// Tries this many cases, or a multiple.
///
/// # Panics
/// If one of them does, with the plainest that does.
fn each(cases: u32, test: impl Fn(&mut Tape<'_>)) {
    let config = ProptestConfig {
        cases: draw::endless(cases),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(draw::seed()),
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    figure("hostile inputs", config.cases as usize);
    let bytes = prop::collection::vec(any::<u8>(), 0..600);
    let tried = TestRunner::new(config).run(&bytes, |bytes| {
        test(&mut Tape::new(&bytes));
        Ok(())
    });
    if let Err(failed) = tried {
        panic!("with {}: {failed}", draw::settings());
    }
}

//! How much a test that is generated from the tables has tried. The figures of docs/RELIABILITY.md come from here:
//! `cargo test --test it -- --nocapture` prints them in lines that begin with `figure:`.

use crate::draw;

#[expect(clippy::print_stdout, reason = "shown when somebody asks for it")]
pub(crate) fn figure(what: &str, count: usize) {
    println!("figure: {what}: {count}");
}

/// The same, and a test that tried less has tried nothing worth the name: what it is made from has gone.
#[track_caller]
pub(crate) fn at_least(least: usize, what: &str, count: usize) {
    figure(what, count);
    assert!(count >= least || draw::is_partial(), "{what}: only {count}");
}

//! How much a test that is generated from the tables has tried. The figures of docs/RELIABILITY.md come from here:
//! `cargo test --test it -- --nocapture` prints them in lines that begin with `figure:`.

#[expect(clippy::print_stdout, reason = "shown when somebody asks for it")]
pub(crate) fn figure(what: &str, count: usize) {
    println!("figure: {what}: {count}");
}

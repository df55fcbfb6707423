//! Benchmarks of the provider.

fn main() {}

//! Secrets stay secret: a canary in every sensitive and every write-only place of every table, in the provider's settings
//! and in what systems say, and then a search for all of them in logs, diagnostics, plans and states. The places are told
//! from the tables, so that a new attribute is in it by itself.

mod actions;
mod cage;
mod deeds;
mod echoes;
mod ephemeral;
mod life;
mod settings;
mod shapes;
mod terraform;
mod words;

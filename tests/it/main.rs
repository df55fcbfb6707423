//! The one integration test binary. `emulator` plays the gateway and shares no code with the provider; everything
//! else drives the real binary or the real Terraform against it.

mod conformance;
mod emulator;
mod lifecycle;
mod terraform;

//! Turns `proto/` into Rust, without a protoc to install: protox parses, tonic-prost-build writes.
//!
//! Servers and clients are generated, the clients for the tests that play the host; each module is included only by
//! the part that speaks it, which allows there what the generator does and people may not. The output depends on
//! nothing but the files named here, and on the target, which the option `--version` shows.

use std::error::Error;

const PROTOS: [&str; 3] = ["tfplugin6.proto", "plugin.proto", "health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for proto in PROTOS {
        println!("cargo::rerun-if-changed=proto/{proto}");
    }
    #[expect(clippy::disallowed_methods, reason = "Cargo passes the target to a build script in no other way")]
    let target = std::env::var("TARGET")?;
    println!("cargo::rustc-env=PROVIDER_TARGET={target}");
    let descriptors = protox::compile(PROTOS, ["proto"])?;
    tonic_prost_build::configure()
        .build_server(true)
        .build_client(true)
        .build_transport(false)
        // RPCs that a service does not implement answer so, for example those of state stores.
        .generate_default_stubs(true)
        .emit_rerun_if_changed(false)
        .btree_map(".")
        .compile_fds(descriptors)?;
    Ok(())
}

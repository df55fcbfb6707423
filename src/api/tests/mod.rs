//! Tests of the client against small servers in this process.

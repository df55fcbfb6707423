//! Reports panics on stderr in a form that go-plugin recognizes.
//!
//! It changes nothing about the panic: it unwinds, and the code that catches it responds to the host.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic;

/// Hosts do not recognize the beginning of Rust's own report, and it would be lost in the log.
///
/// `advice`: what to do with the report.
pub(super) fn install(advice: String) {
    panic::set_hook(Box::new(move |info| {
        let location = info.location().map(ToString::to_string);
        let text = report(info.payload(), location.as_deref(), &Backtrace::capture(), &advice);
        // One write, so that nothing comes between the lines. An error is ignored: a panic here would abort.
        let _ = io::stderr().write_all(text.as_bytes());
    }));
}

/// Replaces a message that was formatted at the panic: a string that is cut in the middle of a character prints itself,
/// `expect` prints the error, and both may be a secret. Location and backtrace suffice for a report.
const WITHHELD: &str = "a message that may contain values is not shown";

/// go-plugin looks for the first line and treats the following lines as part of the report, and Terraform shows them to the
/// user. The message is shown only if it is a constant of the code.
fn report(payload: &dyn Any, location: Option<&str>, backtrace: &Backtrace, advice: &str) -> String {
    let message = payload.downcast_ref::<&'static str>().copied().unwrap_or(WITHHELD);
    let location = location.unwrap_or("an unknown location");
    let mut report = format!("panic: {message}\n\nat {location}\n\n{advice}\n");
    // Captured only when the user has set RUST_BACKTRACE.
    if backtrace.status() == BacktraceStatus::Captured {
        report.extend([backtrace.to_string().as_str(), "\n"]);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_one_that_hosts_recognize() {
        let none = Backtrace::disabled();
        assert_eq!(
            report(&"lost", Some("src/a.rs:1:2"), &none, "Tell us."),
            "panic: lost\n\nat src/a.rs:1:2\n\nTell us.\n"
        );
        assert_eq!(report(&"two\nlines", None, &none, ""), "panic: two\nlines\n\nat an unknown location\n\n\n");
    }

    /// What a panic carries when this code panics.
    fn payload(code: impl FnOnce() + panic::UnwindSafe) -> Box<dyn Any + Send> {
        panic::catch_unwind(code).expect_err("a panic")
    }

    #[test]
    fn a_message_with_values_in_it_is_not_shown() {
        let secret = "cänary".to_owned();
        let failed = "x".parse::<u8>().map_err(|_| &secret);
        let panics = [
            payload(|| panic!("{secret}")),
            payload(|| drop(secret[..2].to_owned())),
            payload(|| _ = failed.expect("text")),
            payload(|| panic::panic_any(secret.clone())),
            payload(|| panic::panic_any(Some("canary"))),
        ];
        for payload in &panics {
            let text = report(&**payload, Some("src/a.rs:1:2"), &Backtrace::disabled(), "Tell us.");
            assert_eq!(text, format!("panic: {WITHHELD}\n\nat src/a.rs:1:2\n\nTell us.\n"));
        }
    }

    #[test]
    fn constant_messages_are_shown() {
        for panic in [payload(|| panic!("lost")), payload(|| unreachable!("lost"))] {
            let text = report(&*panic, None, &Backtrace::disabled(), "");
            assert!(text.starts_with("panic: ") && text.contains("lost\n"), "{text}");
        }
    }

    #[test]
    fn a_backtrace_follows_when_there_is_one() {
        let text = report(&"lost", None, &Backtrace::force_capture(), "");
        assert!(text.lines().count() > 4, "{text}");
    }
}

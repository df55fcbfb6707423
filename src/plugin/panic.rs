//! What a panic leaves on stderr: a report that go-plugin knows for one.
//!
//! It reports and decides nothing: the panic unwinds, and whoever catches it answers the host.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic;

/// Rust's own report begins with words that a host does not recognise, and would be lost in the log.
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map(ToString::to_string);
        let text = report(info.payload(), location.as_deref(), &Backtrace::capture());
        // One write, so that nothing comes between the lines; and no panic about it, which would abort.
        let _ = io::stderr().write_all(text.as_bytes());
    }));
}

/// The first line is what go-plugin looks for; it takes the following lines for the rest of the report, and Terraform
/// shows them to the user. The message is what the code says as text; any other payload may hold values.
fn report(payload: &dyn Any, location: Option<&str>, backtrace: &Backtrace) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let message = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let mut report = format!("panic: {message}\n\nat {}\n", location.unwrap_or("an unknown place"));
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
    fn the_first_line_is_the_one_that_hosts_look_for() {
        let none = Backtrace::disabled();
        assert_eq!(report(&"lost", Some("src/a.rs:1:2"), &none), "panic: lost\n\nat src/a.rs:1:2\n");
        assert_eq!(report(&"two\nlines".to_owned(), None, &none), "panic: two\nlines\n\nat an unknown place\n");
    }

    #[test]
    fn a_payload_that_is_no_text_is_not_shown() {
        assert!(report(&Some("value"), None, &Backtrace::disabled()).starts_with("panic: no message\n"));
    }

    #[test]
    fn a_backtrace_follows_when_there_is_one() {
        let text = report(&"lost", None, &Backtrace::force_capture());
        assert!(text.lines().count() > 4, "{text}");
    }
}

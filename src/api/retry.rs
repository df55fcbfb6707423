//! Whether and when a call is tried again. Pure except for the jitter.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime};

use super::call::Repeat;
use super::classifier::ErrorKind;
use super::error::SendError;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Most errors with status 500 are permanent; a few more tries are for those that are not.
const TRIES_OF_A_500: u32 = 3;

/// Under which condition the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Never,
    /// The server certainly did nothing.
    Always,
    /// If the call is safe to repeat.
    IfSafe,
    IfSafeAFewTimes,
}

/// `tries`: so far, the failed one included.
pub(super) fn may_try_again(error: &SendError, repeat: Repeat, tries: u32, max_retries: u32) -> bool {
    let allowed = match again(error) {
        Again::Never => false,
        Again::Always => true,
        Again::IfSafe => repeat == Repeat::Safe,
        Again::IfSafeAFewTimes => repeat == Repeat::Safe && tries < TRIES_OF_A_500,
    };
    allowed && tries <= max_retries
}

fn again(error: &SendError) -> Again {
    match error {
        SendError::Unreachable { .. } => Again::Always,
        SendError::NoResponse { .. } | SendError::BadBody { .. } => Again::IfSafe,
        SendError::Refused { kind: ErrorKind::Busy, .. } => Again::Always,
        SendError::Refused { kind: ErrorKind::ServerError, status: 408 | 502..=504, .. } => Again::IfSafe,
        SendError::Refused { kind: ErrorKind::ServerError, .. } => Again::IfSafeAFewTimes,
        _ => Again::Never,
    }
}

/// Exponential up to a maximum; the jitter, down to half, keeps parallel callers apart. What the server asks for is added:
/// it is the least that we may wait.
pub(super) fn wait_before_next(tries: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    (doubled / 2 + (doubled / 2).mul_f64(jitter())).saturating_add(retry_after.unwrap_or_default())
}

/// From 0 to 1. The keys of a fresh hash state are random enough for this, and cost no dependency.
fn jitter() -> f64 {
    f64::from((RandomState::new().build_hasher().finish() >> 32) as u32) / f64::from(u32::MAX)
}

/// A `Retry-After` header: seconds, or a date as HTTP writes it.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn refused(status: u16) -> SendError {
        SendError::Refused {
            status,
            kind: ErrorKind::of_status(status),
            message: String::new(),
            field: None,
            retry_after: None,
            request_id: None,
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_negative() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_770);
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Thu, 01 Jan 1970 00:00:00 GMT", now), Some(Duration::ZERO));
        for bad in ["", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT", "-3", "1.5"] {
            assert_eq!(retry_after(bad, UNIX_EPOCH), None, "{bad}");
        }
    }

    #[test]
    fn waits_grow_up_to_a_maximum_and_differ() {
        for (tries, longest) in [(1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (40, 10.0), (u32::MAX, 10.0)] {
            let wait = wait_before_next(tries, None).as_secs_f64();
            assert!(wait >= longest / 2.0 && wait <= longest, "{tries}: {wait}");
        }
        let waits: Vec<_> = (0..20).map(|_| wait_before_next(5, None)).collect();
        assert!(waits.iter().any(|wait| *wait != waits[0]));
        assert!(wait_before_next(1, Some(Duration::from_secs(9))) >= Duration::from_millis(9_500));
        assert_eq!(wait_before_next(1, Some(Duration::MAX)), Duration::MAX, "no overflow");
    }

    #[test]
    fn what_may_be_sent_again() {
        let reason = String::new;
        for (error, safe, unsent) in [
            (SendError::Unreachable { reason: reason() }, true, true),
            (refused(429), true, true),
            (refused(502), true, false),
            (refused(503), true, false),
            (refused(504), true, false),
            (refused(500), true, false),
            (SendError::NoResponse { reason: reason() }, true, false),
            (SendError::BadBody { status: 200, reason: reason() }, true, false),
            (refused(400), false, false),
            (refused(401), false, false),
            (refused(404), false, false),
            (refused(409), false, false),
            (SendError::Untrusted { reason: reason() }, false, false),
            (SendError::NotTheApi { status: 200 }, false, false),
            (SendError::NoSuchRoute, false, false),
            (SendError::Cancelled, false, false),
        ] {
            assert_eq!(may_try_again(&error, Repeat::Safe, 1, 4), safe, "{error:?}");
            assert_eq!(may_try_again(&error, Repeat::OnlyIfUnsent, 1, 4), unsent, "{error:?}");
            assert!(!may_try_again(&error, Repeat::Safe, 1, 0), "no retries allowed");
        }
    }

    #[test]
    fn a_500_is_tried_three_times_and_a_permanent_one_once() {
        assert!(may_try_again(&refused(500), Repeat::Safe, 2, 9));
        assert!(!may_try_again(&refused(500), Repeat::Safe, 3, 9));
        assert!(may_try_again(&refused(503), Repeat::Safe, 9, 9));
        assert!(!may_try_again(&refused(503), Repeat::Safe, 10, 9));
        let permanent = SendError::Refused {
            status: 500,
            kind: ErrorKind::Rejected,
            message: String::new(),
            field: None,
            retry_after: None,
            request_id: None,
        };
        assert!(!may_try_again(&permanent, Repeat::Safe, 1, 9));
    }
}

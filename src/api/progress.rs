//! What has happened to a call so far, and the error that is made of it when there is no further try.

use reqwest::Url;
use tokio::time::Instant;

use super::address;
use super::auth::AuthHeader;
use super::call::{Call, Method};
use super::error::{Error, SendError};
use super::text;

pub(super) struct Progress {
    pub(super) method: Method,
    origin: String,
    pub(super) path: String,
    pub(super) tries: u32,
    /// When the latest try began, and how it was authenticated.
    pub(super) begun: Instant,
    pub(super) auth_header: Option<AuthHeader>,
    may_have_acted: bool,
    previous: Option<SendError>,
}

impl Progress {
    pub(super) fn new(call: &Call, base: &Url) -> Progress {
        Progress {
            method: call.method,
            origin: address::origin(base),
            path: text::plain(&format!("{}/{}", base.path().trim_end_matches('/'), call.path.join("/"))),
            tries: 0,
            begun: Instant::now(),
            auth_header: None,
            may_have_acted: false,
            previous: None,
        }
    }

    /// A try failed, and there will be another.
    pub(super) fn failed(&mut self, error: SendError) {
        self.may_have_acted |= error.may_have_acted();
        self.previous = Some(error);
    }

    /// The call's error. One that was canceled between two tries ends with the error of the last one if that may have
    /// acted, since there is something to find out then.
    pub(super) fn error(&mut self, last: SendError) -> Error {
        let is_cut_off = last == SendError::Cancelled && self.may_have_acted && self.method.writes();
        let cause = if is_cut_off { self.previous.take().unwrap_or(last) } else { last };
        Error {
            method: self.method,
            origin: self.origin.clone(),
            path: self.path.clone(),
            cause,
            tries: self.tries,
            earlier_try_may_have_acted: self.may_have_acted,
        }
    }
}

//! Scripted misbehaviour: which requests it hits and what happens to them. Carrying it out is the server's business.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::http::Answer;

/// An answer told from the request's body.
type Echo = dyn Fn(&[u8]) -> Answer + Send + Sync;

#[derive(Clone)]
pub(super) enum Kind {
    /// Answers this; the system never sees the request.
    Answer(Answer),
    /// Answers what this makes of the request's body; the system never sees the request.
    Echo(Arc<Echo>),
    /// Does what is asked, and answers this.
    ActAndAnswer(Answer),
    /// Does what is asked, and answers something else instead.
    Change(Arc<dyn Fn(Answer) -> Answer + Send + Sync>),
    /// Waits, then does what is asked, unless the client has gone away.
    Delay(Duration),
    /// Waits, then does what is asked even if nobody waits for it any more.
    Late(Duration),
    /// Resets the connection; the system never sees the request.
    Reset,
    /// Does what is asked, then resets the connection instead of answering.
    LoseAnswer,
    /// Never answers; the system never sees the request.
    Hang,
    /// Does what is asked, and never answers.
    ActAndHang,
    /// Goes down instead: every connection is reset, new ones are refused for this long.
    Down(Duration),
    /// Waits at the gate, then does what is asked.
    Hold(Gate),
    /// Does what is asked, and waits at the gate with the answer.
    ActAndHold(Gate),
}

/// Where requests wait until the test lets them go: all those that come to it, and from then on none.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    reached: CancellationToken,
    open: CancellationToken,
}

impl Gate {
    pub(crate) fn is_reached(&self) -> bool {
        self.reached.is_cancelled()
    }

    pub(crate) fn open(&self) {
        self.open.cancel();
    }

    pub(super) async fn pass(&self) {
        self.reached.cancel();
        self.open.cancelled().await;
    }
}

/// One scripted fault: a kind, the requests that it matches, and how often. By default it hits the next request,
/// whatever it is, once.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(super) kind: Kind,
    method: Option<String>,
    path_prefix: String,
    /// The path has to be this one, and not only to begin so.
    is_whole: bool,
    skip: usize,
    times: usize,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, method: None, path_prefix: String::new(), is_whole: false, skip: 0, times: 1 }
    }

    /// An answer with this status and a JSON message, or with `body` and `header`.
    pub(crate) fn answer(status: u16) -> Self {
        Self::new(Kind::Answer(super::http::refuse(status, "a scripted fault")))
    }

    /// A refusal with this status whose message is told from the request's body: a server that repeats what it does not
    /// like.
    pub(crate) fn echo(status: u16, words: impl Fn(&[u8]) -> String + Send + Sync + 'static) -> Self {
        Self::new(Kind::Echo(Arc::new(move |body| super::http::refuse(status, words(body)))))
    }

    /// A page such as a proxy or a login screen sends.
    pub(crate) fn html(status: u16) -> Self {
        let page = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>";
        Self::new(Kind::Answer(Answer::new(status, "text/html; charset=utf-8", page)))
    }

    /// Plain text in place of JSON.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(Kind::Answer(Answer::new(status, "text/plain", text)))
    }

    /// Half of the answer's body, as if it were all.
    pub(crate) fn truncated() -> Self {
        Self::changed(|mut answer| {
            answer.body.truncate(answer.body.len() / 2);
            answer
        })
    }

    /// The answer with another JSON in it. An answer that holds none stays as it is.
    pub(crate) fn garbled(change: impl Fn(Value) -> Value + Send + Sync + 'static) -> Self {
        Self::changed(move |mut answer| {
            if let Ok(body) = serde_json::from_slice(&answer.body) {
                answer.body = change(body).to_string().into();
            }
            answer
        })
    }

    fn changed(change: impl Fn(Answer) -> Answer + Send + Sync + 'static) -> Self {
        Self::new(Kind::Change(Arc::new(change)))
    }

    /// What a proxy says that lost patience, while the system went on and did what it was asked.
    pub(crate) fn acted(status: u16) -> Self {
        Self::new(Kind::ActAndAnswer(super::http::refuse(status, "a scripted fault")))
    }

    pub(crate) fn delay(duration: Duration) -> Self {
        Self::new(Kind::Delay(duration))
    }

    pub(crate) fn late(duration: Duration) -> Self {
        Self::new(Kind::Late(duration))
    }

    pub(crate) fn reset() -> Self {
        Self::new(Kind::Reset)
    }

    pub(crate) fn lost_answer() -> Self {
        Self::new(Kind::LoseAnswer)
    }

    pub(crate) fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    pub(crate) fn acted_and_hung() -> Self {
        Self::new(Kind::ActAndHang)
    }

    pub(crate) fn down(duration: Duration) -> Self {
        Self::new(Kind::Down(duration))
    }

    /// Held before the system sees it.
    pub(crate) fn held(gate: &Gate) -> Self {
        Self::new(Kind::Hold(gate.clone()))
    }

    /// Held when the system has done it.
    pub(crate) fn answer_held(gate: &Gate) -> Self {
        Self::new(Kind::ActAndHold(gate.clone()))
    }

    /// Only requests with this method and a path (with its query, as sent) that begins so, `/api` included.
    pub(crate) fn on(mut self, method: &str, path_prefix: &str) -> Self {
        self.method = Some(method.into());
        self.path_prefix = path_prefix.into();
        self
    }

    /// Only GETs of this path, with any query and none.
    pub(crate) fn on_list(mut self, path: &str) -> Self {
        self.is_whole = true;
        self.on("GET", path)
    }

    /// Lets the first matching requests through.
    pub(crate) fn skip(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    pub(crate) fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    pub(crate) fn forever(self) -> Self {
        self.times(usize::MAX)
    }

    /// Adds a header to a scripted answer.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Answer(answer) | Kind::ActAndAnswer(answer) = &mut self.kind {
            answer.headers.push((name.into(), value.into()));
        }
        self
    }

    /// Replaces the body of a scripted answer.
    pub(crate) fn body(mut self, body: &str) -> Self {
        if let Kind::Answer(answer) | Kind::ActAndAnswer(answer) = &mut self.kind {
            answer.body = body.into();
        }
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let is_path = |rest: &str| !self.is_whole || rest.is_empty() || rest.starts_with('?');
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && path.strip_prefix(&self.path_prefix).is_some_and(is_path)
    }
}

/// The faults that are waiting, in the order in which they were set; the first that is due hits.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn take(&mut self, method: &str, path: &str) -> Option<Kind> {
        let mut hit = None;
        for fault in self.0.iter_mut().filter(|fault| fault.matches(method, path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
            } else {
                fault.times = fault.times.saturating_sub(1);
                hit = Some(fault.kind.clone());
                break;
            }
        }
        self.0.retain(|fault| fault.times > 0);
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_skips_hits_and_ends() {
        let mut faults = Faults::default();
        faults.add(Fault::hang().on("GET", "/api/connections").skip(1).times(2));
        let mut hits = |method, path| faults.take(method, path).is_some();
        assert!(!hits("POST", "/api/connections"));
        assert!(!hits("GET", "/api/agents"));
        assert!(!hits("GET", "/api/connections/a"));
        assert!(hits("GET", "/api/connections/a"));
        assert!(hits("GET", "/api/connections?page=1"));
        assert!(!hits("GET", "/api/connections/a"));
    }
}

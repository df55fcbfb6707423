//! The barest HTTP client, for tests of the emulator and replays: sends what it is told, follows nothing, repairs
//! nothing. The provider's client is what is under test elsewhere, so it must not be used here.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Far above what any answer takes; a hang shall fail the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Status line and headers as sent.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// One request on a connection of its own. `target` is path and query, sent as it is.
pub(crate) fn exchange(
    api_url: &str,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: Option<&[u8]>,
) -> io::Result<Reply> {
    let host = api_url.trim_start_matches("http://").trim_end_matches("/api");
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body.unwrap_or_default())?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw)?;
    parse(&raw).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The server closes after the answer, so the body is all that follows the head.
fn parse(raw: &[u8]) -> Option<Reply> {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Reply { status, head, body: raw[end + 4..].to_vec() })
}

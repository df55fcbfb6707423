//! A system that answers whatever a test wants, byte for byte, and remembers what it was asked. HTTP by hand: a server
//! that is well behaved could not send all of it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came, its path with the query.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(status: u16, body: &serde_json::Value) -> Answer {
        Answer { status, body: body.to_string().into_bytes() }
    }
}

type Script = Box<dyn FnMut(&Asked) -> Answer + Send>;

/// A server in the caller's runtime.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    script: Script,
    asked: Vec<Asked>,
}

impl Server {
    pub(super) async fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Shared { script: Box::new(|_| Answer { status: 404, body: Vec::new() }), asked: Vec::new() };
        let server = Server { address, shared: Arc::new(Mutex::new(shared)) };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                // A client that goes away in the middle of something is as it should be.
                tokio::spawn(async move { drop(server.serve(stream).await) });
            }
        });
        server
    }

    /// Answers so from now on, and forgets what was asked.
    pub(super) fn answer(&self, script: impl FnMut(&Asked) -> Answer + Send + 'static) {
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) =
            Shared { script: Box::new(script), asked: Vec::new() };
    }

    /// What was asked since the last look.
    pub(super) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner).asked)
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut read = Vec::new();
        loop {
            let mut searched = 0;
            let end = loop {
                match read[searched..].windows(4).position(|four| four == b"\r\n\r\n") {
                    Some(end) => break searched + end + 4,
                    None => searched = read.len().saturating_sub(3),
                }
                if stream.read_buf(&mut read).await? == 0 {
                    return Ok(());
                }
            };
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            let whole = end + length.unwrap_or(0);
            while read.len() < whole {
                if stream.read_buf(&mut read).await? == 0 {
                    return Ok(());
                }
            }
            read.drain(..whole);
            let mut words = head.split_whitespace().map(str::to_owned);
            let asked = Asked { method: words.next().unwrap_or_default(), path: words.next().unwrap_or_default() };
            let answer = {
                let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.asked.push(asked.clone());
                (shared.script)(&asked)
            };
            let head = format!(
                "HTTP/1.1 {} Words\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            );
            // In one piece: of two the second would wait until the first is acknowledged.
            stream.write_all(&[head.as_bytes(), &answer.body].concat()).await?;
        }
    }
}

//! The token of an agent: a URL with the address of the gateway, the agent's name and its secret. Nothing here shows a
//! token in a message.

use super::go_url::Url;

/// The parts of a token. A part that the token does not contain is `None`.
pub(super) struct AgentToken {
    pub(super) name: Option<String>,
    pub(super) secret: String,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) mode: Option<String>,
    pub(super) tls: bool,
}

/// The length of the path of a token in the first form: a slash and the secret.
const PATH_WITH_SECRET: usize = 65;

impl AgentToken {
    /// `None` for a text that the gateway does not accept as a token.
    pub(super) fn parse(token: &str) -> Option<AgentToken> {
        let url = Url::parse(token)?;
        let port = if url.port.is_empty() { None } else { Some(url.port.parse().ok()?) };
        let tls = matches!(url.scheme.as_str(), "grpcs" | "https" | "wss");
        if url.path.len() == PATH_WITH_SECRET {
            // The form of early gateways, whose agents were all embedded and had no name.
            let secret = url.path.strip_prefix('/')?.to_owned();
            return Some(AgentToken { name: None, secret, host: url.host, port, mode: Some("embedded".into()), tls });
        }
        let text = |text: String| (!text.is_empty()).then_some(text);
        let mode = text(url.parameter("mode"));
        Some(AgentToken { name: text(url.user), secret: text(url.password)?, host: url.host, port, mode, tls })
    }
}

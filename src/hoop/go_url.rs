//! URLs as the gateway reads them: by the rules of Go's `net/url`, which keeps spellings that the URL standard rewrites
//! (case, dots, non-ASCII hosts). Only URLs with a scheme and a host are accepted; nothing else is useful to the gateway.

use std::net::Ipv6Addr;

pub(super) struct Url {
    /// In lower case.
    pub(super) scheme: String,
    pub(super) user: String,
    pub(super) password: String,
    /// Without brackets.
    pub(super) host: String,
    /// Empty if there is none.
    pub(super) port: String,
    /// Decoded, with its leading slash.
    pub(super) path: String,
    query: String,
}

impl Url {
    /// `None` for a text that Go refuses, that has no scheme or host, or that contains a zone or percent-encoding in the
    /// host.
    pub(super) fn parse(text: &str) -> Option<Url> {
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        decoded(fragment)?;
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme))?;
        let scheme = scheme.to_ascii_lowercase();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (userinfo, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        if !userinfo.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)) {
            return None;
        }
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        let (host, port) = host_and_port(&scheme, address).filter(|(host, _)| !host.is_empty())?;
        Some(Url {
            user: decoded(user)?,
            password: decoded(password)?,
            host: host.to_owned(),
            port: port.to_owned(),
            path: decoded(path)?,
            query: query.to_owned(),
            scheme,
        })
    }

    /// The first value of a parameter of the query; empty if there is none.
    pub(super) fn parameter(&self, name: &str) -> String {
        let pairs = self.query.split('&').filter(|pair| !pair.contains(';'));
        let mut values = pairs.filter_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(&value.replace('+', " "))?;
            (decoded(&key.replace('+', " "))? == name).then_some(value)
        });
        values.next().unwrap_or_default()
    }
}

fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(rest)
}

fn host_and_port<'a>(scheme: &str, address: &'a str) -> Option<(&'a str, &'a str)> {
    let (host, port) = match address.rfind('[') {
        Some(0) => {
            let (host, port) = address[1..].rsplit_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, port)
        }
        Some(_) => return None,
        None => {
            // Go is strict about colons in a host for these two schemes only.
            let colon = if matches!(scheme, "http" | "https") { address.find(':') } else { address.rfind(':') };
            address.split_at(colon.unwrap_or(address.len()))
        }
    };
    let in_host =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"-_.~!$&'()*+,;=:]<>\"".contains(&byte);
    let digits = port.strip_prefix(':').or_else(|| port.is_empty().then_some(""))?;
    (host.bytes().all(in_host) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some((host, digits))
}

/// `None` for an incomplete escape, and for bytes that are no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

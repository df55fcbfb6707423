//! URLs: from a base address and path segments to that of a request, and what makes an address unusable. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

/// Everything but the characters that mean themselves anywhere in a URL.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Checks that an address can be a base address, without sending anything.
///
/// # Errors
/// A clause that follows the setting's name. It never repeats the address, which may contain a password.
pub fn check_url(address: &str) -> Result<(), String> {
    parse_base(address).map(|_| ())
}

/// The base address without a trailing slash.
pub(super) fn parse_base(address: &str) -> Result<Url, String> {
    if address.is_empty() {
        return Err("must not be empty".into());
    }
    // A URL parser drops these silently, and another program that reads the same setting may not.
    if address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("must not contain whitespace".into());
    }
    let lower = address.to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err("must begin with http:// or https://".into());
    }
    let mut url = Url::parse(address).map_err(|reason| format!("is not a valid address: {reason}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not contain a query or a fragment (? or #)".into());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The URL of a call. The error is a clause that follows "was not sent".
pub(super) fn join(base: &Url, segments: &[String], query: &[(String, String)]) -> Result<Url, String> {
    let mut path = base.path().trim_end_matches('/').to_owned();
    for segment in segments {
        path.push('/');
        check_segment(segment).map_err(|reason| format!("the path segment \"{}\" {reason}", segment.escape_debug()))?;
        path.extend(utf8_percent_encode(segment, RESERVED));
    }
    let mut url = base.clone();
    url.set_path(&path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// Checks that a text can be one segment of a path. Servers treat an encoded slash as a separator and resolve dots, so such a
/// segment would address another object.
///
/// # Errors
/// A clause that follows the name of what the text is.
pub fn check_segment(segment: &str) -> Result<(), String> {
    match segment {
        "" => Err("must not be empty".into()),
        "." | ".." => Err("must not be `.` or `..`, which refer to another path".into()),
        _ if segment.contains('/') => Err("must not contain a slash".into()),
        _ => Ok(()),
    }
}

pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host_str() == other.host_str()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// Scheme, host and port: all that is shown of a URL that a server gave.
pub(super) fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

/// Proxies of the environment are never used for this machine, as with most command-line tools.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, segments: &[&str]) -> Result<String, String> {
        let segments: Vec<String> = segments.iter().map(|s| (*s).to_owned()).collect();
        join(&parse_base(base).unwrap(), &segments, &[]).map(|url| url.to_string())
    }

    #[test]
    fn a_base_address_is_http_with_a_host_and_nothing_after_the_path() {
        for good in ["http://h", "https://h:8443/", "HTTPS://H/api", "http://127.0.0.1:1/api/", "http://[::1]:9/x"] {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("", "empty"),
            ("h.example", "must begin with http"),
            ("localhost:8009", "must begin with http"),
            ("ftp://h", "must begin with http"),
            ("https://", "not a valid address"),
            ("http://h:99999", "not a valid address"),
            ("http://h/a?b=c", "query or a fragment"),
            ("http://h/a#b", "query or a fragment"),
            ("http://h /", "whitespace"),
            ("http://h\n", "whitespace"),
        ] {
            let reason = check_url(bad).unwrap_err();
            assert!(reason.contains(part), "{bad}: {reason}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for bad in
            ["https://user:canary@h/", "https://canary@h/", "https://user:canary@h:99999/", "canary://u:canary@h"]
        {
            assert!(!check_url(bad).unwrap_err().contains("canary"));
        }
    }

    #[test]
    fn segments_are_encoded_each_on_its_own() {
        assert_eq!(joined("http://h/api/", &["a", "b c+d"]).unwrap(), "http://h/api/a/b%20c%2Bd");
        assert_eq!(joined("http://h", &["a?b#c", "ü%2F", "a\\b"]).unwrap(), "http://h/a%3Fb%23c/%C3%BC%252F/a%5Cb");
        assert_eq!(joined("http://h", &["%2e%2e", "a@b.c"]).unwrap(), "http://h/%252e%252e/a%40b.c");
        assert_eq!(joined("http://h/api", &[]).unwrap(), "http://h/api");
    }

    #[test]
    fn segments_that_would_lead_elsewhere_are_refused() {
        for bad in ["", ".", "..", "a/b", "/"] {
            assert!(joined("http://h", &["x", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn queries_are_encoded() {
        let url = join(&parse_base("http://h").unwrap(), &["x".into()], &[("a b".into(), "c&d=e".into())]).unwrap();
        assert_eq!(url.as_str(), "http://h/x?a+b=c%26d%3De");
    }

    #[test]
    fn origins_and_loopback() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(same_origin(&url("http://h/a"), &url("http://h:80/b")));
        for other in ["https://h", "http://h:81", "http://i"] {
            assert!(!same_origin(&url("http://h"), &url(other)));
        }
        assert_eq!(origin(&url("https://u:p@h:8443/path?q=1")), "https://h:8443");
        assert!(is_loopback(&url("http://localhost")) && is_loopback(&url("http://127.1.2.3")));
        assert!(is_loopback(&url("http://[::1]:3")) && !is_loopback(&url("http://h")));
    }
}

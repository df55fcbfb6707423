//! The connection pool under the client: what it is built from, and one request over it. It follows no redirect,
//! repeats nothing and adds no header of its own accord, so that all of that is decided in one place above it.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderMap;
use reqwest::{Proxy, Url, redirect};
use tokio::sync::OnceCell;

use super::address::{is_loopback, origin};
use super::exchange::Failure;
use super::tls::Tls;
use super::{SendError, Setting, Settings, SettingsError};

const LONGEST_CONNECT: Duration = Duration::from_secs(10);
/// Servers and balancers drop idle connections after a minute or so, and a write must not be the one to find out.
const IDLE: Duration = Duration::from_secs(20);

pub(super) struct Transport {
    pool: OnceCell<reqwest::Client>,
    tls: Tls,
    proxy: Option<Proxy>,
    /// Environment settings for proxies do not apply.
    direct: bool,
    /// The proxy that is asked in place of the server, in words.
    through: Option<String>,
    secure: bool,
    connect_timeout: Duration,
    idle_connections: usize,
}

impl Transport {
    pub(super) fn new(settings: &Settings, base: &Url) -> Result<Transport, SettingsError> {
        if settings.request_timeout.is_zero() {
            return Err(SettingsError::new(Setting::RequestTimeout, "must be longer than 0"));
        }
        let proxy = settings.proxy.as_ref().map(|address| proxy(address.expose())).transpose();
        let proxy = proxy.map_err(|reason| SettingsError::new(Setting::Proxy, reason))?;
        let direct = proxy.is_none() && is_loopback(base);
        let secure_proxy = settings.proxy.as_ref().is_some_and(|address| address.expose().starts_with("https:"));
        Ok(Transport {
            pool: OnceCell::new(),
            tls: Tls::new(settings)?,
            direct,
            through: if direct { None } else { through(settings, base) },
            proxy,
            secure: base.scheme() == "https" || secure_proxy,
            // Shorter than the whole, so that running out of it is known to be about the connection.
            connect_timeout: LONGEST_CONNECT.min(settings.request_timeout.mul_f64(0.9)),
            idle_connections: settings.max_concurrent_requests,
        })
    }

    pub(super) async fn get(&self) -> Result<&reqwest::Client, reqwest::Error> {
        self.pool.get_or_try_init(async || self.build()).await
    }

    /// A failure to connect, with the proxy that did not do it.
    pub(super) fn located(&self, mut failure: Failure) -> Failure {
        if let (Some(proxy), SendError::Unreachable { reason }) = (&self.through, &mut failure.error) {
            reason.push_str(&format!(", through the proxy {proxy}"));
        }
        failure
    }

    fn build(&self) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .default_headers(HeaderMap::new())
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(self.idle_connections)
            .http1_only();
        if self.direct {
            builder = builder.no_proxy();
        }
        if let Some(proxy) = &self.proxy {
            builder = builder.no_proxy().proxy(proxy.clone());
        }
        self.tls.apply(builder, self.secure).build()
    }
}

/// Whether an address can be that of a proxy.
///
/// # Errors
/// A clause that follows the name of the setting.
pub fn check_proxy(address: &str) -> Result<(), String> {
    proxy(address).map(drop)
}

fn proxy(address: &str) -> Result<Proxy, String> {
    let url = Url::parse(address).map_err(|_| "is not a valid address: http://host:port is one".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with http:// or https://".to_owned());
    }
    Proxy::all(url).map_err(|_| "is not a valid address".to_owned())
}

/// The proxy that requests to this address go through: its origin, and what names it. None if there is none.
fn through(settings: &Settings, base: &Url) -> Option<String> {
    if let Some(address) = &settings.proxy {
        return Url::parse(address.expose()).ok().map(|url| origin(&url));
    }
    let said = |names: [&'static str; 2]| {
        let is_said =
            |name: &&'static str| settings.proxy_variables.iter().any(|(it, text)| it == name && !text.is_empty());
        names.into_iter().find(is_said)
    };
    let text = |name: Option<&'static str>| {
        let found = settings.proxy_variables.iter().find(|(it, _)| Some(*it) == name);
        found.map_or_else(String::new, |(_, text)| text.clone())
    };
    let all = said(["ALL_PROXY", "all_proxy"]);
    let own = if base.scheme() == "https" {
        said(["HTTPS_PROXY", "https_proxy"])
    } else {
        said(["HTTP_PROXY", "http_proxy"])
    };
    let name = own.or(all)?;
    // The library's own decoding of them, so that both come to the same.
    let matcher = Matcher::builder().all(text(Some(name))).no(text(said(["NO_PROXY", "no_proxy"]))).build();
    let proxy = matcher.intercept(&base.as_str().parse().ok()?)?;
    let url = Url::parse(&proxy.uri().to_string()).ok()?;
    Some(format!("{} ({name})", origin(&url)))
}

//! The connection pool under the client, and what it is built from. It follows no redirect, repeats nothing and adds no
//! header by itself, so that all of that is decided in one place above it.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderMap;
use reqwest::{Proxy, Url, redirect};
use tokio::sync::OnceCell;

use super::address::{is_loopback, origin};
use super::error::SendError;
use super::settings::{Setting, Settings, SettingsError};
use super::tls::Tls;

const LONGEST_CONNECT: Duration = Duration::from_secs(10);
/// Servers and load balancers close idle connections after a minute or so, and a write must not be the one to find out.
const IDLE: Duration = Duration::from_secs(20);

pub(super) struct Transport {
    pool: OnceCell<reqwest::Client>,
    tls: Tls,
    proxy: Option<Proxy>,
    /// Proxies of the environment do not apply.
    direct: bool,
    /// The proxy that requests go through, as an error names it.
    proxy_label: Option<String>,
    secure: bool,
    connect_timeout: Duration,
    idle_connections: usize,
}

impl Transport {
    /// # Errors
    /// Settings of the connection that cannot be used.
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
            proxy_label: if direct { None } else { proxy_label(settings, base) },
            proxy,
            secure: base.scheme() == "https" || secure_proxy,
            // Shorter than that of the whole request, so that a timeout of the connection is recognized as one.
            connect_timeout: LONGEST_CONNECT.min(settings.request_timeout.mul_f64(0.9)),
            idle_connections: settings.max_concurrent_requests,
        })
    }

    /// The pool, built at the first call.
    ///
    /// # Errors
    /// The system's certificates cannot be loaded, for example.
    pub(super) async fn pool(&self) -> Result<&reqwest::Client, reqwest::Error> {
        self.pool.get_or_try_init(async || self.build()).await
    }

    /// Names the proxy in a failure to connect.
    pub(super) fn with_proxy(&self, mut error: SendError) -> SendError {
        if let (Some(proxy), SendError::Unreachable { reason }) = (&self.proxy_label, &mut error) {
            reason.push_str(&format!(", through the proxy {proxy}"));
        }
        error
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

/// Checks that an address can be that of a proxy.
///
/// # Errors
/// A clause that follows the name of the setting.
pub fn check_proxy(address: &str) -> Result<(), String> {
    proxy(address).map(drop)
}

fn proxy(address: &str) -> Result<Proxy, String> {
    let url =
        Url::parse(address).map_err(|_| "is not a valid address; it must look like http://host:port".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with http:// or https://".to_owned());
    }
    Proxy::all(url).map_err(|_| "is not a valid address".to_owned())
}

/// The proxy that requests to this address go through: its origin, and the variable that sets it. None if there is none.
fn proxy_label(settings: &Settings, base: &Url) -> Option<String> {
    if let Some(address) = &settings.proxy {
        return Url::parse(address.expose()).ok().map(|url| origin(&url));
    }
    let set = |names: [&str; 2]| {
        let is_set = |name: &&str| settings.proxy_variables.iter().find(|(it, text)| it == name && !text.is_empty());
        names.iter().find_map(is_set)
    };
    let of_scheme = match base.scheme() {
        "https" => set(["HTTPS_PROXY", "https_proxy"]),
        _ => set(["HTTP_PROXY", "http_proxy"]),
    };
    let (name, proxy) = of_scheme.or_else(|| set(["ALL_PROXY", "all_proxy"]))?;
    let exceptions = set(["NO_PROXY", "no_proxy"]).map_or("", |(_, text)| text);
    // Parsed as the HTTP library does it, so that both agree.
    let matcher = Matcher::builder().all(proxy.as_str()).no(exceptions).build();
    let proxy = matcher.intercept(&base.as_str().parse().ok()?)?;
    let url = Url::parse(&proxy.uri().to_string()).ok()?;
    Some(format!("{} ({name})", origin(&url)))
}

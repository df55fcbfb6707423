//! The connection pool under the client: what it is built from, and one request over it. It follows no redirect,
//! repeats nothing and adds no header of its own accord, so that all of that is decided in one place above it.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Proxy, Url, redirect};
use tokio::sync::OnceCell;

use super::address::is_loopback;
use super::tls::Tls;
use super::{Settings, SettingsError};

const LONGEST_CONNECT: Duration = Duration::from_secs(10);
/// Servers and balancers drop idle connections after a minute or so, and a write must not be the one to find out.
const IDLE: Duration = Duration::from_secs(20);

pub(super) struct Transport {
    pool: OnceCell<reqwest::Client>,
    tls: Tls,
    proxy: Option<Proxy>,
    /// Environment settings for proxies do not apply.
    direct: bool,
    secure: bool,
    connect_timeout: Duration,
    idle_connections: usize,
}

impl Transport {
    pub(super) fn new(settings: &Settings, base: &Url) -> Result<Transport, SettingsError> {
        if settings.request_timeout.is_zero() {
            return Err(SettingsError::new("request_timeout", "must be longer than 0"));
        }
        let proxy = settings.proxy.as_ref().map(|address| proxy(address.expose())).transpose()?;
        let secure_proxy = settings.proxy.as_ref().is_some_and(|address| address.expose().starts_with("https:"));
        Ok(Transport {
            pool: OnceCell::new(),
            tls: Tls::new(settings)?,
            direct: proxy.is_none() && is_loopback(base),
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

fn proxy(address: &str) -> Result<Proxy, SettingsError> {
    let bad = |reason: &str| SettingsError::new("proxy", reason);
    let url = Url::parse(address).map_err(|_| bad("is not a valid address: http://host:port is one"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("must begin with http:// or https://"));
    }
    Proxy::all(url).map_err(|_| bad("is not a valid address"))
}

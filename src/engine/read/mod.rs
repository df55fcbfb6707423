//! Reads: refresh, import, data sources and lists. Nothing here changes anything in the system.

mod bulk;
pub(crate) mod children;
pub(crate) mod data;
pub(crate) mod fetch;
pub(crate) mod import;
pub(crate) mod lists;
pub(crate) mod lookup;
pub(crate) mod observe;
pub(crate) mod pages;
pub(crate) mod refresh;
pub(crate) mod request;
pub(crate) mod upgrade;

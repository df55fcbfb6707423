//! Everything that asks the system and changes nothing: refresh, import, data sources, lists.

pub(crate) mod children;
pub(crate) mod data;
pub(crate) mod fetch;
pub(crate) mod import;
pub(crate) mod lists;
pub(crate) mod lookup;
pub(crate) mod observe;
pub(crate) mod refresh;
pub(crate) mod upgrade;

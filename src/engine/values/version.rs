//! Versions of a system, compared to find out what it supports. This is not semantic versioning: only the numbers
//! count.

use std::fmt;

/// `1.148.0` and the like. Pre-release and build suffixes are ignored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32, u32);

impl Version {
    /// `None` for a text that does not start with numbers, such as `unknown`: treated as the latest version.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let core = text.trim_start_matches('v').split(['-', '+']).next()?;
        let mut numbers = core.split('.').map(str::parse::<u32>);
        let first = numbers.next()?.ok()?;
        let mut rest = || numbers.next().transpose().ok().map(Option::unwrap_or_default);
        Some(Version(first, rest()?, rest()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn numbers_are_compared_and_words_are_no_version() {
        assert!(Version::parse("1.49.10") < Version::parse("1.148.0"));
        assert_eq!(Version::parse("v1.53"), Version::parse("1.53.0-rc1"));
        assert_eq!(Version::parse("unknown"), None);
        assert_eq!(Version::parse(""), None);
    }
}

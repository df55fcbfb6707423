//! The gateway's rules for names, as tests on text. They mirror its validators; nothing here is stricter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Word characters with single separators between them.
fn is_words(text: &str, separators: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let separates = |index: usize| {
        separators.contains(&bytes[index])
            && index > 0
            && is_word(bytes[index - 1])
            && bytes.get(index + 1).copied().is_some_and(is_word)
    };
    !bytes.is_empty() && (0..bytes.len()).all(|index| is_word(bytes[index]) || separates(index))
}

/// Names of connections: of those that exist. The roles of a resource that the web application creates are connections too,
/// and their names are not checked.
pub(super) const NAME: &str = "3 to 254 characters long: letters, digits and underscores, with single hyphens or dots \
     between them";

pub(super) fn is_name(text: &str) -> bool {
    (3..=254).contains(&text.len()) && is_words(text, b"-.")
}

/// Names of agents, and of connections that are created.
pub(super) const NEW_NAME: &str = "3 to 254 characters long: at least 3 letters, digits or underscores, with single \
     hyphens or dots between them";

pub(super) fn is_new_name(text: &str) -> bool {
    is_name(text) && is_rule_name(text)
}

/// Names of rules. What is too long for a database is refused there.
pub(super) const RULE_NAME: &str =
    "at least 3 letters, digits or underscores, with single hyphens or dots between them";

pub(super) fn is_rule_name(text: &str) -> bool {
    is_words(text, b"-.") && text.bytes().filter(|byte| is_word(*byte)).count() >= 3
}

pub(super) const TAG_KEY: &str =
    "1 to 64 characters long: letters, digits and underscores, with single hyphens, dots or slashes between them";

pub(super) fn is_tag_key(text: &str) -> bool {
    text.len() <= 64 && is_words(text, b"-./")
}

pub(super) const TAG_VALUE: &str =
    "1 to 255 characters long: letters, digits, spaces and `-` `_` `+` `=` `@` `/` `:` (the gateway refuses dots)";

pub(super) fn is_tag_value(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+=@/: ".contains(&byte);
    (1..=255).contains(&text.len()) && text.bytes().all(fits)
}

/// Names of resources, which stand in the path of their address.
pub(super) const RESOURCE: &str = "at most 128 characters long, without slashes, and not `.` or `..`";

pub(super) fn is_resource(text: &str) -> bool {
    text.chars().count() <= 128 && !text.contains('/') && !matches!(text, "." | "..")
}

pub(super) const EMAIL: &str = "an e-mail address without spaces, slashes and angle brackets";

pub(super) fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let plain = !text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '<' | '>'));
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// Names of kinds of data.
pub(super) const ENTITY: &str = "a non-empty text without lowercase letters";

pub(super) fn is_entity(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_lowercase)
}

pub(super) const PEM_KEY: &str = "a private key in PEM format, which begins with `-----BEGIN `, or empty";

pub(super) fn is_pem_key(text: &str) -> bool {
    text.is_empty() || text.contains("-----BEGIN ")
}

pub(super) const CODED_KEY: &str = "the base64 encoding of a private key in PEM format";

pub(super) fn is_coded_key(text: &str) -> bool {
    let plain = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    plain.is_some_and(|text| text.contains("-----BEGIN "))
}

pub(super) const LISTEN_ADDRESS: &str = "of the form `host:port`, or empty";

pub(super) fn is_listen_address(text: &str) -> bool {
    let port = text.split_once(':').map(|(_host, port)| port);
    text.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_ok())
}

pub(super) const SECRET_KEY: &str = "`envvar:NAME` or `filesystem:NAME`";

pub(super) fn is_secret_key(text: &str) -> bool {
    let name = text.strip_prefix("envvar:").or_else(|| text.strip_prefix("filesystem:"));
    name.is_some_and(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_single_separators_between_words() {
        for good in ["abc", "a-b", "tf_pg.prod-1", "___", &"a".repeat(254)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "ab", "a--b", "-ab", "ab-", "a.-b", "a b", "a/b", "ünï", &"a".repeat(255)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn tags_follow_the_gateway() {
        assert!(is_tag_key("team/a.b-c") && !is_tag_key("a//b") && !is_tag_key(&"k".repeat(65)));
        assert!(is_tag_value("a b=c@d/e:f+g") && !is_tag_value("1.2") && !is_tag_value(""));
    }
}

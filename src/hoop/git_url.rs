//! What the gateway derives from the URL of a Git repository: the name by which runbook rules refer to the repository, and
//! the identifier of its configuration. Both are computed here, without a request.

use uuid::Uuid;

use super::go_url::Url;

pub(super) const GIT_URL: &str =
    "a URL of the scheme `http`, `https`, `git` or `ssh` with a host, or of the form `user@host:path`";

/// Host and path of the repository: scheme, user, port and the suffix `.git` do not matter. `None` for a URL that the
/// gateway refuses.
pub(super) fn repository(url: &str) -> Option<String> {
    let url = match short_form(url) {
        Some((authority, path)) => Url::parse(&format!("ssh://{authority}/{path}"))?,
        None => Url::parse(url).filter(|url| matches!(url.scheme.as_str(), "http" | "https" | "git" | "ssh"))?,
    };
    let path = url.path.strip_suffix(".git").unwrap_or(&url.path);
    Some(format!("{}/{}", url.host, path.trim_matches('/')))
}

/// The form of SSH, `git@host:path`.
fn short_form(url: &str) -> Option<(&str, &str)> {
    let consists_of = |text: &str, others: &[u8]| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || others.contains(&byte);
        !text.is_empty() && text.bytes().all(fits)
    };
    let (authority, path) = url.split_once(':').filter(|(_, path)| !path.starts_with("//"))?;
    let (user, host) = authority.split_once('@')?;
    let fits = consists_of(user, b"-.") && consists_of(host, b"-.") && consists_of(path, b"-./~");
    fits.then_some((authority, path))
}

/// The identifier of the configuration of a repository. It depends on every character of the URL.
pub(super) fn configuration_id(url: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, url.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{configuration_id, repository};

    #[test]
    fn spellings_of_one_repository_are_one() {
        for url in [
            "https://git.example.com/team/runbooks",
            "https://git.example.com/team/runbooks.git",
            "https://git.example.com/team/runbooks/",
            "https://git.example.com//team/runbooks?branch=main#readme",
            "http://user:p%40ss@git.example.com:8443/team/runbooks.git",
            "SSH://git@git.example.com/team/runbooks.git",
            "git://git.example.com/team/run%62ooks",
            "git@git.example.com:team/runbooks.git",
            "deploy@git.example.com:/team/runbooks",
        ] {
            assert_eq!(repository(url).as_deref(), Some("git.example.com/team/runbooks"), "{url}");
        }
    }

    /// Recorded from a gateway.
    #[test]
    fn odd_urls_are_read_as_the_gateway_reads_them() {
        for (url, repository) in REPOSITORIES {
            assert_eq!(self::repository(url).as_deref(), *repository, "{url}");
        }
    }

    const REPOSITORIES: &[(&str, Option<&str>)] = &[
        ("https://git.example.com/Team/Runbooks.git", Some("git.example.com/Team/Runbooks")),
        ("HTTPS://H.Example:8443/R", Some("H.Example/R")),
        ("git@host:22/team/r.git", Some("host/22/team/r")),
        ("git@host:~/r", Some("host/~/r")),
        ("git@h_1.example:r.git", Some("h_1.example/r")),
        ("ssh://git@[::1]:22/team/r.git", Some("::1/team/r")),
        ("https://user:p%40ss@h.example/a%20b/r.git", Some("h.example/a b/r")),
        ("https://h.example/r.git/", Some("h.example/r.git")),
        ("https://h.example//a//b.git", Some("h.example/a//b")),
        ("https://h.example/../r", Some("h.example/../r")),
        ("https://h.example/é", Some("h.example/é")),
        ("https://h.example", Some("h.example/")),
        ("https://h.example/.git", Some("h.example/")),
        ("https://h.example/%zz", None),
        ("https://a:b:c/x", None),
        ("https://h.example:port/x", None),
        ("https://h example/x", None),
        ("https:/h/r", None),
        ("https://", None),
        ("ftp://h/r", None),
        ("file:///srv/r.git", None),
        ("/srv/r.git", None),
        ("h.example/r", None),
        ("git@host:a b", None),
        ("host:team/r.git", None),
        ("", None),
    ];

    /// Recorded likewise: the path of a configuration at the gateway.
    #[test]
    fn each_spelling_has_a_configuration_of_its_own() {
        let plain = configuration_id("https://github.com/hoophq/demo-runbooks");
        assert_eq!(plain, "dcc32890-295d-5d37-9c3c-ac72709aa1bb");
        assert_ne!(plain, configuration_id("https://github.com/hoophq/demo-runbooks.git"));
    }
}

//! Unix sockets: which directory, which name, who may connect.

use std::fs::Permissions;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::Environment;
use super::listener::Address;

/// Set by hosts that run plugins in a container: a directory that both see, and the group that both belong to.
const DIRECTORY: &str = "PLUGIN_UNIX_SOCKET_DIR";
const GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";

/// What `chown` takes for "leave the group as it is", which would let in a group that nobody named.
const UNCHANGED: u32 = u32::MAX;

/// Nothing when no directory will do: then the caller has TCP. A host that names the directory cannot see another one,
/// so that is an error.
pub(super) fn bind(env: &Environment) -> io::Result<Option<(UnixListener, Address)>> {
    let (listener, address) = match env.os(DIRECTORY) {
        Some(directory) => bind_in(Path::new(&directory))
            .map_err(|error| io::Error::new(error.kind(), format!("no socket in {DIRECTORY}: {error}")))?,
        None => match directories(env).iter().find_map(|directory| bind_in(directory).ok()) {
            Some(bound) => bound,
            None => return Ok(None),
        },
    };
    restrict(Path::new(address.text()), env.text(GROUP).as_deref())?;
    Ok(Some((listener, address)))
}

/// The user's temporary directory may have too long a path for a socket (108 bytes on Linux, 104 on macOS).
fn directories(env: &Environment) -> Vec<PathBuf> {
    env.os("TMPDIR").into_iter().chain(["/tmp".into(), "/var/tmp".into()]).map(PathBuf::from).collect()
}

fn bind_in(directory: &Path) -> io::Result<(UnixListener, Address)> {
    // A name that nobody can guess and prepare, and that no process left behind.
    let path = directory.join(format!("plugin{:016x}", RandomState::new().hash_one(std::process::id())));
    // go-plugin splits the handshake line at bars; the address is text.
    let text = path.to_str().filter(|text| !text.contains(['|', '\n', '\r']) && path.is_absolute());
    let text = text.ok_or_else(|| io::Error::other("the directory's name does not fit the handshake"))?;
    let listener = UnixListener::bind(&path)?;
    Ok((listener, Address::unix(text)))
}

/// Connecting needs the right to write: the owner's, and the group's where the host names one.
fn restrict(socket: &Path, group: Option<&str>) -> io::Result<()> {
    let Some(group) = group else {
        return std::fs::set_permissions(socket, Permissions::from_mode(0o600));
    };
    let unknown = || io::Error::other(format!("{GROUP} names no group: {}", Environment::shown(group)));
    let id = group.parse().ok().or_else(|| group_id(group, &std::fs::read_to_string("/etc/group").ok()?));
    let id = id.filter(|id| *id != UNCHANGED).ok_or_else(unknown)?;
    chown(socket, None, Some(id))?;
    std::fs::set_permissions(socket, Permissions::from_mode(0o660))
}

/// From the lines of a group file: `name:password:id:members`.
fn group_id(name: &str, groups: &str) -> Option<u32> {
    let mut groups = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    groups.find(|fields| fields.first() == Some(&name))?.get(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn mode(path: &str) -> u32 {
        std::fs::metadata(path).expect("the socket").permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn the_socket_is_in_the_temporary_directory_and_goes_with_its_address() {
        let folder = folder();
        let env = Environment::of([("TMPDIR", folder.path().to_str().expect("text"))]);
        let (_listener, address) = bind(&env).expect("bound").expect("a directory");
        let path = address.text().to_owned();
        assert!(Path::new(&path).starts_with(folder.path()));
        assert_eq!((address.network(), mode(&path)), ("unix", 0o600));
        drop(address);
        assert!(!Path::new(&path).exists());
    }

    #[tokio::test]
    async fn directories_that_will_not_do_are_passed_over() {
        let folder = folder();
        let long = folder.path().join("x".repeat(100));
        let barred = folder.path().join("a|b");
        let missing = folder.path().join("missing");
        for directory in [&long, &barred, &missing] {
            if directory != &missing {
                std::fs::create_dir(directory).expect("a folder");
            }
            let directory = directory.to_str().expect("text");
            let (_, address) = bind(&Environment::of([("TMPDIR", directory)])).expect("bound").expect("a directory");
            assert!(!address.text().starts_with(directory) && address.text().len() < 104, "{}", address.text());
            // Where the host says, or not at all.
            assert!(bind(&Environment::of([(DIRECTORY, directory)])).is_err());
        }
    }

    #[tokio::test]
    async fn a_group_may_connect() {
        use std::os::unix::fs::MetadataExt;
        let folder = folder();
        let own = std::fs::metadata(folder.path()).expect("the folder").gid().to_string();
        let directory = folder.path().to_str().expect("text");
        let env = Environment::of([(DIRECTORY, directory), (GROUP, &own)]);
        let (_, address) = bind(&env).expect("bound").expect("a directory");
        assert_eq!(mode(address.text()), 0o660);
        drop(address);
        for group in ["no such group", "4294967295", "-1"] {
            assert!(bind(&Environment::of([(DIRECTORY, directory), (GROUP, group)])).is_err(), "{group}");
        }
    }

    #[test]
    fn groups_by_name() {
        let groups = "root:x:0:\nstaff:x:50:ann,bob\nbroken\nodd:x:many:\n";
        for (name, expected) in [("root", Some(0)), ("staff", Some(50)), ("broken", None), ("odd", None), ("ann", None)]
        {
            assert_eq!(group_id(name, groups), expected, "{name}");
        }
    }
}

//! Unix sockets: in which directory, under which name, and only for this user.

use std::fs::Permissions;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::address::Address;
use super::environment::Environment;

/// A socket in the first directory that will do; none if none will, and then the caller has TCP.
pub(super) fn bind(env: &Environment) -> Option<(UnixListener, Address)> {
    directories(env).iter().find_map(|directory| bind_in(directory).ok())
}

/// The path of the user's temporary directory may be too long for a socket (108 bytes on Linux, 104 on macOS).
fn directories(env: &Environment) -> Vec<PathBuf> {
    env.os("TMPDIR").into_iter().chain(["/tmp".into(), "/var/tmp".into()]).map(PathBuf::from).collect()
}

fn bind_in(directory: &Path) -> io::Result<(UnixListener, Address)> {
    // An unpredictable name, so that no other process can occupy it beforehand.
    let path = directory.join(format!("plugin{:016x}", RandomState::new().hash_one(std::process::id())));
    // go-plugin splits the handshake line at bars; the address is text.
    let text = path.to_str().filter(|text| !text.contains(['|', '\n', '\r']) && path.is_absolute());
    let text = text.ok_or_else(|| io::Error::other("the directory's name does not fit into the handshake line"))?;
    let listener = UnixListener::bind(&path)?;
    let address = Address::unix(text);
    // To connect requires the right to write.
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok((listener, address))
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
    async fn the_socket_is_in_the_temporary_directory_and_is_removed_with_its_address() {
        let folder = folder();
        let env = Environment::of([("TMPDIR", folder.path().to_str().expect("text"))]);
        let (_listener, address) = bind(&env).expect("a directory");
        let path = address.text().to_owned();
        assert!(Path::new(&path).starts_with(folder.path()));
        assert_eq!((address.network(), mode(&path)), ("unix", 0o600));
        drop(address);
        assert!(!Path::new(&path).exists());
    }

    #[tokio::test]
    async fn directories_that_will_not_do_are_skipped() {
        let folder = folder();
        let long = folder.path().join("x".repeat(100));
        let barred = folder.path().join("a|b");
        let missing = folder.path().join("missing");
        for directory in [&long, &barred, &missing] {
            if directory != &missing {
                std::fs::create_dir(directory).expect("a folder");
            }
            let directory = directory.to_str().expect("text");
            let (_, address) = bind(&Environment::of([("TMPDIR", directory)])).expect("a directory");
            assert!(!address.text().starts_with(directory) && address.text().len() < 104, "{}", address.text());
        }
    }
}

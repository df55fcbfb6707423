//! What a compiled program needs of the system that it runs on, and the list of crates in it. Reads its file; runs nothing.

use std::collections::BTreeSet;
use std::io::Read as _;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::ZlibDecoder;
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader as _};
use object::read::macho::MachOFile64;
use object::read::pe::PeFile64;
use object::{Architecture, Endianness, File, FileKind, Object as _, ObjectKind, ObjectSection as _, elf};
use serde_json::Value as Json;

use crate::target::Target;

/// Holds a program to what a release for this target may be: for its processor, with a list of its crates, and in need of
/// nothing that the system does not have by itself.
///
/// # Errors
/// It is not, with the reason.
pub fn check(target: &Target, program: &[u8]) -> Result<()> {
    let file = File::parse(program)?;
    let found = file.architecture();
    let wanted = if target.arch == "arm64" { Architecture::Aarch64 } else { Architecture::X86_64 };
    ensure!(found == wanted, "the program is for {found:?}, not for {wanted:?}");
    // Where everything in a program is must not be known in advance.
    ensure!(target.os != "linux" || file.kind() == ObjectKind::Dynamic, "the program is not position-independent");
    for needed in needs(program)? {
        ensure!(is_of_system(target.os, &needed), "the program needs {needed}, which {} may not have", target.os);
    }
    ensure!(crates(program)?.len() > 1, "the program does not list its crates");
    Ok(())
}

/// The libraries that the system has to load for a program, and on ELF systems what loads them.
///
/// # Errors
/// The file is no program of Linux, FreeBSD, macOS or Windows for a 64-bit processor.
pub fn needs(program: &[u8]) -> Result<BTreeSet<String>> {
    match FileKind::parse(program)? {
        FileKind::Elf64 => of_elf(program),
        FileKind::MachO64 => of_macho(program),
        FileKind::Pe64 => of_pe(program),
        kind => bail!("{kind:?} is no program of a target"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn of_elf(program: &[u8]) -> Result<BTreeSet<String>> {
    let file = ElfFile64::<Endianness>::parse(program)?;
    let endian = file.elf_header().endian()?;
    let mut needs = BTreeSet::new();
    for segment in file.elf_program_headers() {
        needs.extend(segment.interpreter(endian, program)?.map(text));
    }
    let table = file.elf_dynamic_table()?;
    for entry in table.iter().filter(|entry| entry.tag == elf::DT_NEEDED) {
        needs.insert(text(table.string(entry)?));
    }
    Ok(needs)
}

fn of_macho(program: &[u8]) -> Result<BTreeSet<String>> {
    let file = MachOFile64::<Endianness>::parse(program)?;
    let mut commands = file.macho_load_commands()?;
    let mut needs = BTreeSet::new();
    while let Some(command) = commands.next()? {
        if let Some(library) = command.dylib()? {
            needs.insert(text(command.string(file.endian(), library.dylib.name)?));
        }
    }
    Ok(needs)
}

fn of_pe(program: &[u8]) -> Result<BTreeSet<String>> {
    let file = PeFile64::parse(program)?;
    let Some(table) = file.import_table()? else { return Ok(BTreeSet::new()) };
    let mut descriptors = table.descriptors()?;
    let mut needs = BTreeSet::new();
    while let Some(descriptor) = descriptors.next()? {
        needs.insert(text(table.name(descriptor.name.get(object::LittleEndian))?).to_lowercase());
    }
    Ok(needs)
}

/// Whether every supported version of a system has this itself. On Linux nothing is, since distributions differ.
fn is_of_system(os: &str, needed: &str) -> bool {
    const WINDOWS: [&str; 9] = [
        "advapi32.dll",
        "bcrypt.dll",
        "bcryptprimitives.dll",
        "crypt32.dll",
        "kernel32.dll",
        "msvcrt.dll",
        "ntdll.dll",
        "userenv.dll",
        "ws2_32.dll",
    ];
    const FREEBSD: [&str; 6] =
        ["/libexec/ld-elf.so.1", "libc.so.7", "libexecinfo.so.1", "libgcc_s.so.1", "libm.so.5", "libthr.so.3"];
    match os {
        // The "API sets" are Windows' own names for parts of itself, the C runtime included.
        "windows" => WINDOWS.contains(&needed) || needed.starts_with("api-ms-win-"),
        "darwin" => needed.starts_with("/usr/lib/") || needed.starts_with("/System/Library/"),
        "freebsd" => FREEBSD.contains(&needed),
        _ => false,
    }
}

/// The crates in a program with their versions, from the list that `cargo auditable` puts there for scanners.
///
/// # Errors
/// There is no such list.
pub fn crates(program: &[u8]) -> Result<Vec<(String, String)>> {
    let file = File::parse(program)?;
    let section = file.section_by_name(".dep-v0").context("the program does not list its crates")?;
    let mut list = String::new();
    ZlibDecoder::new(section.data()?).read_to_string(&mut list)?;
    let list: Json = serde_json::from_str(&list)?;
    let packages = list["packages"].as_array().context("the list of crates has no packages")?;
    let text = |package: &Json, name: &str| package[name].as_str().unwrap_or_default().to_owned();
    Ok(packages.iter().map(|package| (text(package, "name"), text(package, "version"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn this_test() -> Vec<u8> {
        let path = std::env::current_exe().expect("this program has a path");
        std::fs::read(path).expect("this program can be read")
    }

    /// This program is linked with the libraries of its system, and its crates are not listed.
    #[test]
    fn a_program_that_needs_the_system_or_lists_no_crates_is_refused() {
        let program = this_test();
        assert!(!needs(&program).expect("a program").is_empty());
        let error =
            |target: &str| check(Target::named(target).expect("a target"), &program).expect_err("it is refused");
        let host = Target::host().expect("a target");
        let wanted = if host.os == "linux" { "needs " } else { "does not list its crates" };
        assert!(error(&host.name()).to_string().contains(wanted), "{}", error(&host.name()));
        let other = if host.arch == "arm64" { "linux_amd64" } else { "linux_arm64" };
        assert!(error(other).to_string().contains("the program is for "), "{}", error(other));
        assert!(crates(&program).is_err());
        assert!(needs(b"#!/bin/sh\n").is_err());
    }

    #[test]
    fn what_each_system_has() {
        for (os, needed) in
            [("windows", "ws2_32.dll"), ("darwin", "/usr/lib/libSystem.B.dylib"), ("freebsd", "libc.so.7")]
        {
            assert!(is_of_system(os, needed), "{needed}");
            assert!(!is_of_system("linux", needed), "{needed}");
        }
        assert!(!is_of_system("windows", "libgcc_s_seh-1.dll"));
        assert!(!is_of_system("darwin", "@rpath/libssl.dylib"));
    }
}

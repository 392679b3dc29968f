//! Programs of Debian's archive that tests run against. They are unpacked below `target`, and nothing is installed.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Error, Result, bail};

use crate::cargo;

/// A program of Debian's archive.
#[derive(Debug)]
pub(crate) struct Program {
    name: &'static str,
    /// What holds it, and what it needs that a small system may not have.
    packages: &'static [&'static str],
    why: &'static str,
    /// By what tests are told where it is, unless it is on `PATH`.
    variable: &'static str,
    /// What the names of the tests that need it have in common, and of no others.
    tests: &'static str,
}

const PROGRAMS: [Program; 2] = [
    Program {
        name: "docker-registry",
        packages: &["docker-registry"],
        why: "policies are pushed to and pulled from a real registry",
        variable: "INTERLOCK_REGISTRY",
        tests: "docker_registry",
    },
    Program {
        name: "minisign",
        packages: &["minisign", "libsodium23"],
        why: "signatures are those of minisign both ways",
        variable: "INTERLOCK_MINISIGN",
        tests: "minisign",
    },
];

/// What there is of [`PROGRAMS`], and what is not.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What tests are to be told: a variable and the place of a program.
    pub(crate) variables: Vec<(&'static str, PathBuf)>,
    /// What is not there, and why it cannot be fetched.
    missing: Vec<(&'static Program, Error)>,
}

impl Found {
    /// What the names of the tests have in common that cannot run. Says so of each.
    pub(crate) fn left_out(&self) -> Vec<&'static str> {
        for (Program { name, variable, .. }, error) in &self.missing {
            eprintln!(
                "\nskipping the tests that need {name}: {error:#}; where {name} is on PATH, or {variable} names it, they run"
            );
        }
        self.missing.iter().map(|(program, _)| program.tests).collect()
    }
}

/// Finds the programs, fetches those that are not on this system, and prints where they are; fails if one cannot be
/// fetched.
pub(crate) fn run() -> Result<()> {
    let Found { variables, mut missing } = find()?;
    for (variable, program) in variables {
        println!("{variable}={}", program.display());
    }
    match missing.pop() {
        Some((program, error)) => Err(error.context(format!("cannot fetch {}", program.name))),
        None => Ok(()),
    }
}

/// Finds the programs, and fetches those that are not on this system.
pub(crate) fn find() -> Result<Found> {
    let mut found = Found::default();
    let folder = cargo::target_directory()?.join("debian");
    for program in &PROGRAMS {
        if env::var_os(program.variable).is_some() || is_on_path(program.name) {
            continue;
        }
        match program.unpacked(&folder) {
            Ok(place) => found.variables.push((program.variable, place)),
            Err(error) => found.missing.push((program, error)),
        }
    }
    Ok(found)
}

impl Program {
    /// The program below a folder, fetched where it is not there yet.
    fn unpacked(&self, folder: &Path) -> Result<PathBuf> {
        let root = folder.join(self.name);
        if !root.join("usr/bin").join(self.name).is_file() {
            self.fetch(folder, &root)?;
        }
        let program = root.join("usr/bin").join(self.name);
        let libraries = libraries(&root.join("usr/lib"));
        if libraries.is_empty() {
            return Ok(program);
        }
        let script = root.join("run");
        let text = wrapper(&program, &libraries);
        fs::write(&script, text).with_context(|| format!("cannot write `{}`", script.display()))?;
        executable(&script)?;
        Ok(script)
    }

    /// Fetches the packages and unpacks them, aside first, so that what is there is whole.
    fn fetch(&self, folder: &Path, root: &Path) -> Result<()> {
        for needed in ["apt-get", "dpkg-deb"] {
            if !is_on_path(needed) {
                bail!("{needed}, which would fetch it, is not installed");
            }
        }
        let packages = self.packages.join(" and ");
        eprintln!(
            "\nfetching Debian's {packages} into {}, because {}; nothing is installed",
            root.strip_prefix(cargo::workspace()).unwrap_or(root).display(),
            self.why
        );
        let aside = folder.join(format!("{}.new", self.name));
        empty(&aside)?;
        self.download(folder, &aside)?;
        let archives = fs::read_dir(&aside).with_context(|| format!("cannot read `{}`", aside.display()))?;
        let archives: Vec<PathBuf> = archives.flatten().map(|entry| entry.path()).collect();
        let unpacked = aside.join("root");
        for archive in archives.iter().filter(|path| path.extension().is_some_and(|it| it == "deb")) {
            finish(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&unpacked))?;
        }
        if root.exists() {
            fs::remove_dir_all(root).with_context(|| format!("cannot remove `{}`", root.display()))?;
        }
        fs::rename(&unpacked, root).with_context(|| format!("cannot write `{}`", root.display()))?;
        fs::remove_dir_all(&aside).with_context(|| format!("cannot remove `{}`", aside.display()))
    }

    /// Downloads by the system's lists of packages; where there are none, or old ones, by lists of its own.
    fn download(&self, folder: &Path, aside: &Path) -> Result<()> {
        let download =
            |own: &[String]| finish(apt(own).arg("download").args(self.packages).current_dir(aside));
        if download(&[]).is_ok() {
            return Ok(());
        }
        let own = lists(folder)?;
        finish(apt(&own).arg("update"))?;
        download(&own)
    }
}

/// Options by which apt keeps lists of packages below a folder, as any user can.
fn lists(folder: &Path) -> Result<Vec<String>> {
    let mut options = vec!["-o".to_owned(), "Dir::State::status=/var/lib/dpkg/status".to_owned()];
    for (option, name) in [("Dir::State", "state"), ("Dir::Cache", "cache")] {
        let place = folder.join(name);
        for part in ["lists/partial", "archives/partial"] {
            let part = place.join(part);
            fs::create_dir_all(&part).with_context(|| format!("cannot make `{}`", part.display()))?;
        }
        options.extend(["-o".to_owned(), format!("{option}={}", place.display())]);
    }
    Ok(options)
}

fn apt(options: &[String]) -> Command {
    let mut command = Command::new("apt-get");
    // As root, apt would go on as a user who may not write below `target`.
    command.args(["-qq", "-o", "APT::Sandbox::User=root"]).args(options);
    command
}

/// Runs a command, having said so, and fails if it fails.
fn finish(command: &mut Command) -> Result<()> {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let typed = format!("{} {}", command.get_program().display(), arguments.join(" "));
    eprintln!("\n$ {typed}");
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot run `{typed}`"))?;
    if !status.success() {
        bail!("`{typed}` failed: {status}");
    }
    Ok(())
}

fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove `{}`", folder.display()));
        }
        _ => {}
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))
}

/// The folders below `usr/lib`, one for each architecture, that a package's libraries are in.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// A script that runs a program with libraries that the system may not have, as the same process.
fn wrapper(program: &Path, libraries: &[PathBuf]) -> String {
    let quoted = |text: String| format!("'{}'", text.replace('\'', r"'\''"));
    let libraries: Vec<String> = libraries.iter().map(|path| path.display().to_string()).collect();
    format!(
        "#!/bin/sh\nLD_LIBRARY_PATH={} exec {} \"$@\"\n",
        quoted(libraries.join(":")),
        quoted(program.display().to_string())
    )
}

fn executable(script: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(script, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot write `{}`", script.display()))?;
    }
    Ok(())
}

fn is_on_path(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_runs_the_program_with_its_libraries_whatever_they_are_called() {
        let libraries = [PathBuf::from("/a b/lib"), PathBuf::from("/it's/lib")];
        assert_eq!(
            wrapper(Path::new("/a b/program"), &libraries),
            "#!/bin/sh\nLD_LIBRARY_PATH='/a b/lib:/it'\\''s/lib' exec '/a b/program' \"$@\"\n"
        );
    }
}

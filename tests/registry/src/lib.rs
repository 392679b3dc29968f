//! A real OCI registry for tests: Debian's `docker-registry`, on a port of its own, with a storage of its own.
//!
//! The program is the one that the environment variable `INTERLOCK_REGISTRY` names, else the one on `PATH`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A registry that runs. It ends, and what it stores is deleted, when this is dropped.
pub struct DockerRegistry {
    directory: TempDir,
    setup: Setup,
    address: String,
    child: Option<Child>,
}

/// What a registry asks of its clients. By default nothing, over plain HTTP.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Lines `USER:HASH`, the hash made with bcrypt.
    pub htpasswd: Option<String>,
    /// Certificate and key, each in PEM form.
    pub tls: Option<(String, String)>,
    /// A service that gives out tokens.
    pub tokens: Option<TokenService>,
}

/// A service that gives out tokens.
#[derive(Clone, Debug)]
pub struct TokenService {
    /// Where it is asked.
    pub realm: String,
    /// Certificate, in PEM form, of the key that signs its tokens.
    pub certificate: String,
}

/// By what a registry with a [`TokenService`] is known to it, and the other way round.
pub const SERVICE: &str = "registry";

impl DockerRegistry {
    /// Starts a registry that asks nothing of its clients, and waits until it takes connections.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(Setup::default())
    }

    /// Starts a registry, and waits until it takes connections.
    #[must_use]
    pub fn start_with(setup: Setup) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut registry = Self { directory, setup, address: "127.0.0.1:0".to_owned(), child: None };
        registry.run();
        registry
    }

    /// Host and port, as in `127.0.0.1:40123`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends the program at once, as a failing machine would. What it stores stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again at the same address.
    pub fn restart(&mut self) {
        self.stop();
        self.run();
    }

    /// Starts it again, at the same address and with what it stores, asking other things of its clients.
    pub fn restart_with(&mut self, setup: Setup) {
        self.setup = setup;
        self.restart();
    }

    /// Has it answer nothing any more, with all connections open, until [`DockerRegistry::resume`].
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Has it go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// The file in which the bytes of a digest, `sha256:…`, are stored.
    #[must_use]
    pub fn blob(&self, digest: &str) -> PathBuf {
        let digits = digest.strip_prefix("sha256:").unwrap();
        let folder = self.directory.path().join("storage/docker/registry/v2/blobs/sha256");
        folder.join(&digits[..2]).join(digits).join("data")
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn run(&mut self) {
        let program = env::var_os("INTERLOCK_REGISTRY").unwrap_or_else(|| OsString::from("docker-registry"));
        let mut command = Command::new(&program);
        command.arg("serve").arg(self.configure()).stdin(Stdio::null()).stdout(Stdio::null());
        // Its configuration could be changed by variables too.
        command.env_clear().env("OTEL_TRACES_EXPORTER", "none").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!(
                "cannot run {program:?}: {error}; install Debian's package docker-registry, \
                 or name the program in INTERLOCK_REGISTRY"
            )
        });
        let log = BufReader::new(child.stderr.take().unwrap());
        self.child = Some(child);
        // The log is read to its end, so that the program never waits for a reader.
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut told = Vec::new();
        while let Ok(line) = receiver.recv_timeout(Duration::from_secs(30)) {
            if let Some((_, rest)) = line.split_once("listening on ") {
                let end = |character: char| !character.is_ascii_digit() && !".:".contains(character);
                rest.split(end).next().unwrap().clone_into(&mut self.address);
                return;
            }
            told.push(line);
        }
        panic!("{program:?} does not start:\n{}", told.join("\n"));
    }

    fn configure(&self) -> PathBuf {
        let write = |name: &str, content: &str| {
            let path = self.directory.path().join(name);
            fs::write(&path, content).unwrap();
            path.display().to_string()
        };
        let (storage, address) = (self.directory.path().join("storage"), &self.address);
        let mut text = format!(
            "version: 0.1\nlog:\n  level: info\nstorage:\n  filesystem:\n    rootdirectory: {}\n\
             http:\n  addr: {address}\n  secret: for-tests\n",
            storage.display()
        );
        let Setup { htpasswd, tls, tokens } = &self.setup;
        if let Some((certificate, key)) = tls {
            let (certificate, key) = (write("tls.crt", certificate), write("tls.key", key));
            text.push_str(&format!("  tls:\n    certificate: {certificate}\n    key: {key}\n"));
        }
        if let Some(htpasswd) = htpasswd {
            let path = write("htpasswd", htpasswd);
            text.push_str(&format!("auth:\n  htpasswd:\n    realm: tests\n    path: {path}\n"));
        }
        if let Some(TokenService { realm, certificate }) = tokens {
            let bundle = write("tokens.crt", certificate);
            text.push_str(&format!(
                "auth:\n  token:\n    realm: {realm}\n    service: {SERVICE}\n    issuer: {SERVICE}\n    \
                 rootcertbundle: {bundle}\n"
            ));
        }
        PathBuf::from(write("config.yml", &text))
    }
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        self.stop();
    }
}

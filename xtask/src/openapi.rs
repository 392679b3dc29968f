use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The fuzzer, from PyPI, in the version that this was written with.
const FUZZER: &str = "schemathesis==4.32.5";

/// Every name in a path, so that requests reach what is behind it.
const NAMES: &str = "[parameters]\n\"path.name\" = \"backup\"\n\"path.policy\" = \"backup\"\n";

/// What must hold of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,unsupported_method";

/// Asks the running service what its OpenAPI document says that it can be asked, and what it must refuse, and holds
/// the answers against the document. Where Python is missing, says so and does nothing.
pub(crate) fn run() -> Result<()> {
    if let Err(missing) = python() {
        eprintln!(
            "\nskipping the OpenAPI document: {missing}; Python 3.10 or newer, with venv, runs its fuzzer"
        );
        return Ok(());
    }
    let program = cargo::build(&["--package", "interlock-cli", "--bin", "interlock"])?
        .into_iter()
        .find_map(|message| message.executable)
        .context("cargo named no program of `interlock-cli`")?;
    let folder = cargo::target_directory()?.join("openapi");
    let fuzzer = install(&folder)?;
    fs::write(folder.join("schemathesis.toml"), NAMES).context("cannot write the fuzzer's configuration")?;
    let service = Service::start(&program, &folder)?;
    let mut command = Command::new(fuzzer);
    command.args(["--config-file", "schemathesis.toml", "run"]).arg(service.url("/openapi.json"));
    command.args(["--header", &format!("Authorization: Bearer {}", service.token)]);
    command.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--seed", "1"]);
    command.args(["--max-examples", "15", "--max-time", "60", "--generation-database", "none"]);
    finish(command.current_dir(&folder).stdin(Stdio::null()), "schemathesis run /openapi.json")
}

/// Whether Python is there, or what is missing.
fn python() -> Result<(), &'static str> {
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    let status =
        Command::new("python3").args(["-c", check]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("Python is older, or has no venv"),
        Err(_) => Err("Python is not installed"),
    }
}

/// The fuzzer, installed where it is not.
fn install(folder: &Path) -> Result<PathBuf> {
    let (fuzzer, mark) = (folder.join("venv/bin/schemathesis"), folder.join("installed"));
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == FUZZER) && fuzzer.exists() {
        return Ok(fuzzer);
    }
    eprintln!(
        "\ninstalling {FUZZER} from PyPI in {}: it asks what the OpenAPI document offers",
        folder.display()
    );
    let venv = folder.join("venv");
    finish(Command::new("python3").args(["-m", "venv"]).arg(&venv).stdin(Stdio::null()), "python3 -m venv")?;
    let mut pip = Command::new(venv.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", FUZZER]).stdin(Stdio::null());
    finish(&mut pip, "pip install schemathesis")?;
    fs::write(mark, FUZZER).context("cannot note what was installed")?;
    Ok(fuzzer)
}

/// The program serving; ends with this value.
struct Service {
    process: Child,
    address: String,
    token: String,
}

impl Service {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let made = Command::new(program)
            .args(["token", "fuzzer", "--rights", "decide,read,administer,system"])
            .output()
            .context("cannot make a token")?;
        let told = String::from_utf8(made.stderr).context("the token is not text")?;
        let token = told.trim_end().rsplit(' ').next().unwrap_or_default().to_owned();
        let tokens = folder.join("tokens");
        fs::write(&tokens, made.stdout).context("cannot write the file of tokens")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&tokens, fs::Permissions::from_mode(0o600))
                .context("cannot keep the file of tokens from others")?;
        }
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--tokens"])
            .arg(&tokens)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the service")?;
        let output = process.stdout.take().context("the service has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("the service says nothing")?;
        let address = line.trim().strip_prefix("listening on ").unwrap_or_default().to_owned();
        let service = Self { process, address, token };
        for _ in 0..600 {
            if service.is_ready().unwrap_or(false) {
                return Ok(service);
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the service is not ready after a minute");
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn is_ready(&self) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200 "))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a command, having said so, and fails if it fails.
fn finish(command: &mut Command, typed: &str) -> Result<()> {
    eprintln!("\n$ {typed}");
    let status = command.status().with_context(|| format!("cannot run `{typed}`"))?;
    if !status.success() {
        bail!("`{typed}` failed: {status}");
    }
    Ok(())
}

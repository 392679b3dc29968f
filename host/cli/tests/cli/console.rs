//! The console as a process, with pages of a test's own: what it serves is tested in `host/console`.

use std::io::Read;
use std::process::{Child, Command, Stdio};

use interlock_console::Pages;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::Folder;
use crate::serve::{address, send};

/// The program with a console that listens, until it goes out of scope.
struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
        command.args(["console", "--pages", "pages", "--listen", "127.0.0.1:0"]).args(arguments);
        command.current_dir(folder.path(""));
        command.env("INTERLOCK_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let url = address(process.stdout.as_mut().unwrap());
        let address = url.strip_prefix("http://").unwrap().strip_suffix('/').unwrap().to_owned();
        Self { process, address }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let (status, body) = send(&self.address, "GET", path, "").unwrap();
        assert_eq!(status, 200, "{path}");
        body
    }

    fn listing(&self) -> Value {
        serde_json::from_slice(&self.get("/console.json")).unwrap()
    }

    /// Tells it to end; its exit code, and what else it wrote.
    fn end(mut self, signal: Signal) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
        let mut written = String::new();
        self.process.stdout.as_mut().unwrap().read_to_string(&mut written).unwrap();
        self.process.stderr.as_mut().unwrap().read_to_string(&mut written).unwrap();
        (self.process.wait().unwrap().code(), written)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.make("pages");
    folder.write("pages/index.html", "<!doctype html>");
    folder.write("pages/console.json", "{\"policies\": [], \"worlds\": []}");
    folder
}

#[test]
fn the_policy_and_the_world_that_are_named_are_served() {
    let folder = folder();
    let serving = Serving::start(&folder, &["--policy", "turnstile.wasm", "--world", "station.json"]);
    assert_eq!(serving.get("/"), b"<!doctype html>");
    assert_eq!(
        serving.listing(),
        json!({
            "policies": [{"title": "turnstile.wasm", "url": "policies/served.wasm", "watch": true, "file": "turnstile.wasm"}],
            "worlds": [{"title": "A station", "url": "worlds/given.json", "policy": "turnstile", "file": "station.json"}],
        })
    );
    assert_eq!(serving.get("/policies/served.wasm"), interlock_policies::TURNSTILE);
    let world: Value = serde_json::from_slice(&serving.get("/worlds/given.json")).unwrap();
    assert_eq!(world, serde_json::from_str::<Value>(&folder.read("station.json")).unwrap());
}

#[test]
fn without_a_policy_the_one_built_in_is_served() {
    let serving = Serving::start(&folder(), &[]);
    let listing = serving.listing();
    assert_eq!(listing["policies"][0]["title"], "built in");
    assert_eq!(listing["policies"][0]["file"], Value::Null);
    assert_eq!(serving.get("/policies/served.wasm"), interlock_policies::BACKUP);
}

#[test]
fn it_ends_when_it_is_told_to() {
    for signal in [Signal::INT, Signal::TERM] {
        let serving = Serving::start(&folder(), &["--policy", "turnstile.wasm"]);
        assert_eq!(serving.end(signal), (Some(0), String::new()));
    }
}

#[test]
fn what_cannot_be_served_is_named() {
    let folder = folder();
    folder.write("wrong.json", "{\"mode\": \"normal\", \"resource\": []}");
    folder.write("text.wasm", "text");
    for (line, code, error) in [
        (
            "--pages pages --listen 0.0.0.0:0",
            64,
            "`0.0.0.0:0` is no loopback address: the console listens on those alone, such as `127.0.0.1:8182`",
        ),
        ("--pages pages --world none.json", 66, "cannot read `none.json`: No such file or directory"),
        ("--pages pages --policy none.wasm", 66, "cannot read `none.wasm`: No such file or directory"),
        ("--pages pages --policy text.wasm", 69, "cannot load `text.wasm`: "),
        (
            "--pages pages --world wrong.json",
            65,
            "cannot read `wrong.json` as a world: line 1, column 29: unknown field `resource`",
        ),
        ("--pages none", 66, "cannot read `none`: No such file or directory"),
    ] {
        let ended = folder.run(&format!("console {line}"));
        assert_eq!(ended.code, code, "{ended}");
        assert!(ended.error().starts_with(error), "{ended}");
    }
}

#[test]
fn without_pages_it_says_what_builds_them() {
    let folder = Folder::new();
    // A program that was built after the pages has them; then the address is what it refuses.
    let ended = folder.run("console --listen 192.0.2.1:0");
    match Pages::built_in() {
        None => {
            assert_eq!(ended.code, 69, "{ended}");
            assert_eq!(
                ended.error(),
                "cannot serve the console: its pages are not built in; `cargo xtask console` builds them and the program"
            );
        }
        Some(_) => {
            assert_eq!(ended.code, 64, "{ended}");
            assert!(ended.error().starts_with("`192.0.2.1:0` is no loopback address"), "{ended}");
        }
    }
}

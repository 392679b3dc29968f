//! Sets up, demonstrates, tests and measures the project: `cargo xtask COMMAND`.

mod bench;
mod browser;
mod build;
mod cargo;
mod chromium;
mod debian;
mod demo;
mod lint;
mod node;
mod openapi;
mod setup;
mod soak;
mod test;
mod xstate;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  demo              build the program in release and walk through the example site
  console [OPTION]  build the console and serve it: pages for a browser
  test              run all tests
  fetch             fetch the programs that tests run against, and say where they are
  lint              check format, lints and documentation
  bench [FILTER]    measure, and print one table of medians
  openapi           hold the running service against its OpenAPI document; part of test
  soak [MILLIONS]   ask millions of questions, and print what memory is resident
  soak serve [MILLIONS]  the same of a service, over HTTP
  build             write the policy components to target/policies, and what compares them in a
                    browser to target/compare
  screenshots       renew the pictures of the console in docs

Installs Rust targets that a command needs and that are missing, and says so first. Where Node is present,
test also installs the npm packages that tests/xstate and browser lock, in those folders, and, as root,
Debian's chromium; where Python is, a fuzzer of OpenAPI services from PyPI, in target/openapi. Where
docker-registry and minisign are missing, test and fetch unpack Debian's into target/debian; what cannot be
had is said, and test leaves out what needs it. Nothing else is installed.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["demo"] => demo::run(),
        ["test"] => test::run(),
        ["fetch"] => debian::run().and_then(|()| chromium::require()),
        ["lint"] => lint::run(),
        ["bench"] => bench::run(None),
        ["bench", filter] => bench::run(Some(filter)),
        ["openapi"] => openapi::run(),
        ["soak"] => soak::run(None),
        ["soak", "serve"] => soak::serve(None),
        ["soak", "serve", millions] => soak::serve(Some(millions)),
        ["soak", millions] => soak::run(Some(millions)),
        ["build"] => build::run(),
        ["console", ref options @ ..] => browser::console(options),
        ["screenshots"] => browser::screenshots(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! `componentize PACKAGE FILE`: compiles a library of this workspace that is no policy, and writes it as a component.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use interlock_componentize::Guest;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [package, file] = &arguments[..] else {
        eprintln!("componentize PACKAGE FILE");
        return ExitCode::from(2);
    };
    match componentize(package, Path::new(file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn componentize(package: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let component = Guest::new(env!("CARGO_MANIFEST_DIR"), package).build_with_imports()?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(file, component)?)
}

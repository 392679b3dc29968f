//! The `interlock` program; see the library for what it does.

fn main() -> std::process::ExitCode {
    interlock_cli::main()
}

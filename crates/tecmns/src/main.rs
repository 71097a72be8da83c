//! The `tecmns` command.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    tecmns::command::main()
}

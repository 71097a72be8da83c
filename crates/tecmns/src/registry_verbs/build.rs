//! `tecmns build`.

use anstream::println;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use te_netlist::bundle::Bundle;

use super::{PlaceArgs, refuse};

/// Arguments of `tecmns build`.
#[derive(Clone, Debug, clap::Args)]
pub struct BuildArgs {
    /// Run the code of the external components that are listed: compile it and build it in
    #[arg(long)]
    pub trust: bool,
    /// Where the command is put
    #[arg(long, value_name = "FILE", default_value = "tecmns-with-components")]
    pub out: PathBuf,
    /// Folder of the generated package [default: target/tecmns-build under the registry]
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
    /// Checkout of tecmns to build from [default: the folder of the registry]
    #[arg(long, value_name = "DIR")]
    pub engine: Option<PathBuf>,
    /// Compile without optimisation
    #[arg(long)]
    pub debug: bool,
    /// Use neither git's nor cargo's network
    #[arg(long)]
    pub offline: bool,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
}

/// Builds a command with the registry's verified external components compiled in. Says whose code
/// will run, and does nothing more without `--trust`.
///
/// # Errors
/// Whatever the network refuses, a component that cannot stand alone, and cargo's failure.
pub fn build(args: &BuildArgs) -> anyhow::Result<()> {
    let place = args.place.open(args.offline)?;
    let network = place.resolver().network(&place.netlist, &place.folder)?;
    let engine = args.engine.as_deref().unwrap_or(&place.folder);
    let registry = if args.engine.is_some() {
        let place = PlaceArgs { registry: args.engine.clone(), ..args.place.clone() };
        place.open(true)?.netlist
    } else {
        place.netlist.clone()
    };
    let bundle = Bundle::gather(&network, &place.options.cache, &registry, engine)?;
    if bundle.externals.is_empty() {
        return refuse(2, "the registry names no external component to build in");
    }
    eprintln!("Code of others that would run on this machine, with your rights:\n{}", bundle.statement());
    if !args.trust {
        return refuse(2, "nothing was built; read the code, then give --trust");
    }
    let package = args.package.clone().unwrap_or_else(|| place.folder.join("target/tecmns-build"));
    bundle.write(&place.options.cache, engine, &package)?;
    compile(args, &package)?;
    let profile = if args.debug { "debug" } else { "release" };
    let made = package.join("target").join(profile).join(format!("tecmns{}", std::env::consts::EXE_SUFFIX));
    std::fs::copy(&made, &args.out)
        .with_context(|| format!("{} to {}", made.display(), args.out.display()))?;
    println!("{}", args.out.display());
    Ok(())
}

fn compile(args: &BuildArgs, package: &Path) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(package).arg("build").arg("--target-dir").arg("target");
    if !args.debug {
        command.arg("--release");
    }
    if args.offline {
        command.arg("--offline");
    }
    let status = command.status().context("cargo could not be started")?;
    if status.success() { Ok(()) } else { refuse(2, "cargo could not build the command") }
}

//! `tecmns new`.

use anstream::println;
use std::path::{Path, PathBuf};

use super::PlaceArgs;
use anyhow::Context as _;
use te_netlist::netlist::FILE_NAME;
use te_netlist::scaffold::{CrateName, EquationScaffold, Form, KindName, Scaffold};

/// Arguments of `tecmns new`.
#[derive(Clone, Debug, clap::Args)]
pub struct NewArgs {
    /// Name of the package: te-foo. With `--kind` it may be one that is there, which then gets the mechanism
    pub name: String,
    /// Name of the kind: foo/dutch-auction [default: the crate's name twice, foo/foo]
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Write the component as a block model: policies, signals, updates
    #[arg(long)]
    pub blocks: bool,
    /// Write the component as equations in a file: NAME is its entry in the registry, new or a folder of equations
    #[arg(long, conflicts_with_all = ["blocks", "engine"])]
    pub equations: bool,
    /// Make a crate (or a registry of equations) of its own in this folder instead of adding to what is around
    #[arg(long, value_name = "DIR")]
    pub standalone: Option<PathBuf>,
    /// Author of a crate of its own, or of a new entry of equations
    #[arg(long, default_value = "The authors")]
    pub author: String,
    /// Checkout of tecmns that a crate of its own is compiled against, until te-core is published
    #[arg(long, value_name = "DIR", requires = "standalone")]
    pub engine: Option<PathBuf>,
}

/// Makes a component that compiles and passes its tests: in a crate of its own, in a new crate of the workspace, or in a
/// crate that is there.
///
/// # Errors
/// A name that is illegal, or a file, entry or kind that exists. Nothing is written then.
pub fn new(args: &NewArgs) -> anyhow::Result<()> {
    if args.equations {
        return new_equations(args);
    }
    let package = CrateName::new(&args.name)?;
    let kind = match &args.kind {
        Some(kind) => KindName::new(kind)?,
        None => KindName::of_crate(&package)?,
    };
    let form = if args.blocks { Form::Blocks } else { Form::Mechanism };
    let scaffold = Scaffold { package, kind, form };
    let here = std::env::current_dir()?;
    if let Some(folder) = &args.standalone {
        let engine = args.engine.clone().or_else(|| engine_above(&here));
        let engine = engine.map(|folder| folder.canonicalize()).transpose()?;
        let written = scaffold.standalone(folder, &args.author, engine.as_deref())?;
        println!("{} files in {}", written.made.len(), folder.display());
        println!(
            "next, in that folder: `git init`, `git add -A`, `tecmns lock` for the hash, `git add -A`, `git commit`;"
        );
        let name = &scaffold.package.component;
        println!("  others then register it with `tecmns add {name} URL --rev COMMIT`");
        return Ok(());
    }
    let hint = "no tecmns workspace here; --standalone DIR makes a crate of its own";
    let root = engine_above(&here).context(hint)?;
    let package = &scaffold.package.package;
    let there = args.kind.is_some() && root.join("crates").join(package).join("Cargo.toml").is_file();
    let written = if there { scaffold.in_crate(&root)? } else { scaffold.in_workspace(&root)? };
    let shown = |file: &Path| file.strip_prefix(&root).unwrap_or(file).display().to_string();
    written.made.iter().for_each(|file| println!("new     {}", shown(file)));
    written.changed.iter().for_each(|file| println!("changed {}", shown(file)));
    let KindName { mechanism, file, .. } = &scaffold.kind;
    println!(
        "next: the formula in crates/{package}/src/{file}.rs, what it reads and shows in src/component/{file}.rs,"
    );
    println!(
        "  rows by other means than this code in testdata/{package}/{mechanism}.csv, properties in tests/it/{file}.rs;"
    );
    println!("  `cargo test -p {package}`, `git add` the files, `tecmns lock`");
    Ok(())
}

/// A file of equations, in the registry around or in one of its own.
fn new_equations(args: &NewArgs) -> anyhow::Result<()> {
    let scaffold = EquationScaffold::new(&args.name, args.kind.as_deref(), &args.author)?;
    let (written, root) = if let Some(folder) = &args.standalone {
        (scaffold.standalone(folder)?, folder.clone())
    } else {
        let hint = "no netlist.toml here or above; --standalone DIR makes a registry of its own";
        let root = PlaceArgs::default().folder_of_registry()?.context(hint)?;
        (scaffold.in_registry(&root)?, root)
    };
    let shown = |file: &Path| file.strip_prefix(&root).unwrap_or(file).display().to_string();
    written.made.iter().for_each(|file| println!("new     {}", shown(file)));
    written.changed.iter().for_each(|file| println!("changed {}", shown(file)));
    let file = written.made.last().map(|file| shown(file)).unwrap_or_default();
    if args.standalone.is_some() {
        println!("next, in {}: the equations in {file}; `git init`,", root.display());
    } else {
        println!("next: the equations in {file};");
    }
    println!(
        "  `tecmns check {file}`, `git add` it, `tecmns lock` for the hash; a system file then says kind = \"{}\"",
        scaffold.kind
    );
    Ok(())
}

/// The workspace of the engine around a folder.
pub(super) fn engine_above(from: &Path) -> Option<PathBuf> {
    let is_engine = |folder: &&Path| {
        folder.join(FILE_NAME).is_file() && folder.join("crates/te-core/Cargo.toml").is_file()
    };
    from.ancestors().find(is_engine).map(Path::to_path_buf)
}

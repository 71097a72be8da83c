//! `tecmns new`.

use anstream::println;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use te_netlist::netlist::FILE_NAME;
use te_netlist::scaffold::{self, CrateName};

/// Arguments of `tecmns new`.
#[derive(Clone, Debug, clap::Args)]
pub struct NewArgs {
    /// Name of the package: te-foo
    pub name: String,
    /// Make a crate of its own in this folder instead of a member of the workspace around
    #[arg(long, value_name = "DIR")]
    pub standalone: Option<PathBuf>,
    /// Author of a crate of its own
    #[arg(long, default_value = "The authors")]
    pub author: String,
    /// Checkout of tecmns that a crate of its own is compiled against, until te-core is published
    #[arg(long, value_name = "DIR", requires = "standalone")]
    pub engine: Option<PathBuf>,
}

/// Makes a component crate that compiles and passes its tests.
///
/// # Errors
/// A name that is illegal, or a folder or entry that exists.
pub fn new(args: &NewArgs) -> anyhow::Result<()> {
    let name = CrateName::new(&args.name)?;
    let here = std::env::current_dir()?;
    if let Some(folder) = &args.standalone {
        let engine = args.engine.clone().or_else(|| engine_above(&here));
        let engine = engine.map(|folder| folder.canonicalize()).transpose()?;
        let written = scaffold::standalone(folder, &name, &args.author, engine.as_deref())?;
        println!("{} files in {}", written.len(), folder.display());
        println!(
            "next, in that folder: `git init`, `git add -A`, `tecmns lock` for the hash, `git add -A`, `git commit`;"
        );
        println!("  others then register it with `tecmns add {} URL --rev COMMIT`", name.component);
        return Ok(());
    }
    let hint = "no tecmns workspace here; --standalone DIR makes a crate of its own";
    let root = engine_above(&here).context(hint)?;
    let written = scaffold::in_workspace(&root, &name)?;
    println!("{} files under crates/{} and testdata/{}", written.len(), name.package, name.package);
    println!("next: replace the formula in src/growth.rs, its units, bounds and reference rows;");
    println!(
        "  add `{}.workspace = true` to crates/te-system/Cargo.toml and one line to its kinds.rs;",
        name.package
    );
    println!("  `git add` the files and run `tecmns lock`");
    Ok(())
}

/// The workspace of the engine around a folder.
pub(super) fn engine_above(from: &Path) -> Option<PathBuf> {
    let is_engine = |folder: &&Path| {
        folder.join(FILE_NAME).is_file() && folder.join("crates/te-core/Cargo.toml").is_file()
    };
    from.ancestors().find(is_engine).map(Path::to_path_buf)
}

//! `tecmns import`.

use super::CommandError;
use anstream::println;
use clap::Args;
use std::path::{Path, PathBuf};
use te_import::{Dialect, Import};
use tecmns::{FileError, SystemFile};

/// Arguments of `tecmns import`.
#[derive(Debug, Args)]
#[command(
    long_about = "Turn a model of system dynamics into a component of equations and a system file that runs it.\n\n\
Reads XMILE 1.0 (.xmile, .stmx, .xml) and Vensim's text format (.mdl). Stocks, flows, tables, delays, arrays, macros and modules \
become equations in TOML; units and comments are kept. What is left out or taken otherwise is printed. What cannot be imported is \
refused as a whole, each place with line and column (TE0510), and then nothing is written.",
    after_help = "Writes OUT, the system file, and beside it OUT-equations.toml, the component; a table of more than 40 points becomes a CSV of its own. Then:\n\n    \
tecmns import model.mdl --out model.toml\n    tecmns check model.toml\n    tecmns run model.toml --out results/model"
)]
pub(crate) struct ImportArgs {
    /// The model: .xmile, .stmx, .xml or .mdl
    model: PathBuf,
    /// The system file to write; the component is written beside it
    #[arg(long, value_name = "OUT.toml")]
    out: PathBuf,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// The dialect, where the file's name does not say it
    #[arg(long, value_parser = ["xmile", "vensim"])]
    dialect: Option<String>,
}

pub(crate) fn import(args: &ImportArgs) -> Result<(), CommandError> {
    let dialect = dialect(args)?;
    let out = &args.out;
    let stem = out.file_stem().and_then(|stem| stem.to_str());
    let (Some(stem), true) = (stem, out.extension().is_some_and(|ending| ending == "toml")) else {
        return Err(CommandError::bad_input(format!("{}: the name must end in .toml", out.display())));
    };
    let component_name = format!("{stem}-equations.toml");
    let component = out.with_file_name(&component_name);
    free(args, out)?;
    free(args, &component)?;
    let bytes = read(&args.model)?;
    let name = args.model.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let refused = |message: String| {
        let place = args.model.display();
        let lines: Vec<String> = message.lines().map(|line| format!("{place}:{line}")).collect();
        CommandError::bad_input(lines.join("\n"))
    };
    // Files that the model names stand beside it; a name that leads elsewhere is not followed.
    let beside = |file: &str| {
        let plain = Path::new(file).file_name()?;
        read(&args.model.with_file_name(plain)).ok()
    };
    let import = te_import::import_with(&bytes, dialect, &name, &component_name, &beside)
        .map_err(|errors| refused(errors.to_string()))?;
    let tables: Vec<(PathBuf, &String)> =
        import.tables.iter().map(|(name, text)| (out.with_file_name(name), text)).collect();
    for (table, _) in &tables {
        free(args, table)?;
    }
    let mut written = Written::default();
    let done = (|| {
        for (table, text) in &tables {
            written.write(table, text)?;
        }
        check(&import, args, &component_name)?;
        written.write(&component, &import.component)?;
        written.write(out, &import.system)
    })();
    if done.is_err() {
        written.undo();
    }
    done?;
    tell(&import, args, &component);
    Ok(())
}

/// Whether a file may be written.
fn free(args: &ImportArgs, file: &Path) -> Result<(), CommandError> {
    if file.exists() && !args.force {
        return Err(CommandError::bad_input(format!(
            "{} is there already: another name, or --force to write over it",
            file.display()
        )));
    }
    Ok(())
}

/// Files that are written together or not at all, and what stood in their places.
#[derive(Default)]
struct Written {
    files: Vec<(PathBuf, Option<Vec<u8>>)>,
}

impl Written {
    fn write(&mut self, file: &Path, text: &str) -> Result<(), CommandError> {
        self.files.push((file.to_owned(), std::fs::read(file).ok()));
        te_output::write_whole(file, text.as_bytes()).map_err(CommandError::from)
    }

    /// Puts back what was there. What cannot be put back is left: the first failure is the one that is told.
    fn undo(self) {
        for (file, before) in self.files {
            let _ = match before {
                Some(bytes) => te_output::write_whole(&file, &bytes).is_ok(),
                None => std::fs::remove_file(&file).is_ok(),
            };
        }
    }
}

fn dialect(args: &ImportArgs) -> Result<Dialect, CommandError> {
    let ending = args.model.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match (args.dialect.as_deref(), ending.as_deref()) {
        (Some("vensim"), _) | (None, Some("mdl")) => Ok(Dialect::Vensim),
        (Some(_), _) | (None, Some("xmile" | "stmx" | "xml" | "itmx")) => Ok(Dialect::Xmile),
        _ => Err(CommandError::bad_input(format!(
            "{}: models end in .xmile, .stmx, .xml or .mdl; --dialect says what another file is",
            args.model.display()
        ))),
    }
}

fn read(model: &Path) -> Result<Vec<u8>, CommandError> {
    let wrong = |error: std::io::Error| CommandError::bad_input(format!("{}: {error}", model.display()));
    let about = std::fs::metadata(model).map_err(wrong)?;
    if !about.is_file() || about.len() > te_import::LARGEST as u64 {
        let message =
            format!("{}: a file of at most {} bytes is wanted", model.display(), te_import::LARGEST);
        return Err(CommandError::bad_input(message));
    }
    std::fs::read(model).map_err(wrong)
}

/// The component must be one, and the system must run it. What is wrong with the component is told at the place in the model.
fn check(import: &Import, args: &ImportArgs, component: &str) -> Result<(), CommandError> {
    let kept = [(component.to_owned(), import.component.clone())];
    let read = SystemFile::parse_kept(&import.system, &args.out, &kept, &tecmns::built_in());
    let told = |error: &FileError| {
        let own = error.path.file_name().is_some_and(|name| name == component);
        match error.at.filter(|_| own).and_then(|(line, _)| import.in_line(line)) {
            Some(named) => {
                let (line, column) = named.at;
                let (model, written) = (args.model.display(), &named.written);
                format!("{model}:{line}:{column}: {}: in `{written}`: {}", error.code, error.message)
            }
            None => error.to_string(),
        }
    };
    match read {
        Ok(_) => Ok(()),
        Err(errors) => {
            let lines: Vec<String> = errors.errors.iter().map(told).collect();
            Err(CommandError::bad_input(lines.join("\n")))
        }
    }
}

fn tell(import: &Import, args: &ImportArgs, component: &Path) {
    for note in &import.notes {
        println!("{}:{note}", args.model.display());
    }
    let count = import.names.len();
    let tables = match import.tables.len() {
        0 => String::new(),
        1 => " and 1 table".to_owned(),
        many => format!(" and {many} tables"),
    };
    println!(
        "{count} quantities, {} steps of {}: {} and {}{tables}",
        import.timesteps,
        import.step,
        args.out.display(),
        component.display()
    );
}

//! `tecmns verify`.

use anstream::println;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use te_netlist::netlist::FILE_NAME;
use te_netlist::provenance::{Standing, standing};
use te_netlist::{Digest, packaged, verify as te_verify};

use super::{PlaceArgs, print_json, refuse};

/// Arguments of `tecmns verify`.
#[derive(Clone, Debug, clap::Args)]
pub struct VerifyArgs {
    /// A results folder, or the folder of a registry file
    #[arg(value_name = "RESULTS|DIR")]
    pub path: Option<PathBuf>,
    /// Where the registry and the cache lie
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Compare an unpacked crate (from a .crate file or a vendor folder) with the registered hash
    #[arg(long, value_name = "NAME=DIR", conflicts_with = "path")]
    pub packaged: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Says whether the registry is true of the files beside it and in the cache, or whether results
/// were made by the registered code.
///
/// # Errors
/// With exit code 3 or 4 where they are not; all differences are printed first.
pub fn verify(args: &VerifyArgs) -> anyhow::Result<()> {
    if let Some(packaged) = &args.packaged {
        return verify_packaged(args, packaged);
    }
    match &args.path {
        Some(path) if path.join("manifest.toml").is_file() => verify_results(args, path),
        Some(path) if path.join(FILE_NAME).is_file() => verify_registry(args, Some(path)),
        Some(path) => {
            let what = path.display();
            refuse(2, format!("{what} has neither manifest.toml nor {FILE_NAME}"))
        }
        None => verify_registry(args, None),
    }
}

fn verify_registry(args: &VerifyArgs, folder: Option<&Path>) -> anyhow::Result<()> {
    let registry = folder.map(Path::to_path_buf).or_else(|| args.place.registry.clone());
    let place = PlaceArgs { registry, ..args.place.clone() }.open(true)?;
    let report = te_verify::verify(&place.netlist, &place.folder, &place.options)?;
    let exit = report.exit_code();
    if args.json {
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| serde_json::json!({ "exit": finding.exit_code(), "text": finding.to_string() }))
            .collect();
        print_json(&serde_json::json!({
            "root": report.root, "intact": report.intact, "findings": findings, "exit": exit,
        }))?;
    } else {
        for finding in &report.findings {
            if finding.exit_code() == 0 { println!("note: {finding}") } else { eprintln!("{finding}") }
        }
        println!("{} entries as registered; root {}", report.intact.len(), report.root);
    }
    if exit == 0 {
        return Ok(());
    }
    let count = report.findings.iter().filter(|finding| finding.exit_code() != 0).count();
    refuse(exit, format!("{count} differences from {}", place.file().display()))
}

fn verify_results(args: &VerifyArgs, results: &Path) -> anyhow::Result<()> {
    let file = results.join("manifest.toml");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let manifest: toml::Table = text.parse().with_context(|| file.display().to_string())?;
    let faults = te_output::ResultsFolder::faults(results)?;
    if !args.json {
        for fault in &faults {
            eprintln!("{fault}");
        }
        if !manifest.contains_key("result") {
            eprintln!("{} is not finished; go on with the same command and --resume", results.display());
        }
    }
    let code = manifest.get("code").and_then(toml::Value::as_table);
    let Some(code) = code.filter(|code| !code.is_empty()) else {
        let text = "the manifest does not say which code made the results: the command was not built from a registry";
        return refuse(3, format!("{}{text}", files_sentence(faults.len())));
    };
    let place = args.place.open(true)?;
    let network = place.known_network()?;
    let (mut wrong, mut lines) = (0, Vec::new());
    // The engine is code of the results as the components are; manifests of older versions do not name it.
    let empty = toml::Table::new();
    let engine = manifest.get("engine").and_then(toml::Value::as_table).unwrap_or(&empty);
    if engine.is_empty() {
        lines.push((false, "the manifest does not say which engine made the results".to_owned()));
        wrong += 1;
    }
    let engine = engine.iter().filter(|(name, _)| *name != "libraries");
    for (kind, made) in code.iter().chain(engine) {
        let made = made.as_str().unwrap_or_default();
        let (id, hash) = made.split_once(' ').unwrap_or((made, ""));
        let found = hash.parse::<Digest>().ok().map(|hash| standing(&network, id, hash));
        let (good, text) = match found {
            Some(Standing::Registered) => (true, format!("{kind}: registered code of {id}, {hash}")),
            Some(Standing::Other { registered }) => {
                (false, format!("{kind}: made by code with hash {hash}; registered as {id} is {registered}"))
            }
            _ => (false, format!("{kind}: `{made}` is not in the registry")),
        };
        wrong += usize::from(!good);
        lines.push((good, text));
    }
    let root = manifest.get("netlist_root").and_then(toml::Value::as_str).unwrap_or("none");
    let same_root = root == place.netlist.root().to_string();
    if args.json {
        let kinds: Vec<_> = lines
            .iter()
            .map(|(good, text)| serde_json::json!({ "registered": good, "text": text }))
            .collect();
        print_json(
            &serde_json::json!({ "netlist_root": root, "same_root": same_root, "kinds": kinds, "files": faults.iter().map(ToString::to_string).collect::<Vec<_>>() }),
        )?;
    } else {
        for (good, text) in &lines {
            if *good { println!("{text}") } else { eprintln!("{text}") }
        }
        let which = if same_root { "the present root" } else { "another root than the present one" };
        println!("netlist root {root}: {which}");
    }
    match (wrong, faults.len()) {
        (0, 0) => Ok(()),
        (0, files) => refuse(3, files_sentence(files).trim_end_matches("; ").to_owned()),
        (wrong, files) => {
            refuse(3, format!("{}{wrong} parts were not the registered code", files_sentence(files)))
        }
    }
}

/// How many files are not as the manifest says, nothing where all are.
fn files_sentence(faults: usize) -> String {
    if faults == 0 { String::new() } else { format!("{faults} files are not those that the run wrote; ") }
}

fn verify_packaged(args: &VerifyArgs, packaged: &str) -> anyhow::Result<()> {
    let place = args.place.open(true)?;
    let (name, folder) = packaged.split_once('=').context("--packaged is NAME=DIR")?;
    let Some(component) = place.netlist.components.get(name) else {
        return super::look::unknown(name, place.netlist.components.keys().map(String::as_str));
    };
    let declared = component.hash.with_context(|| format!("{name} has no hash; run `tecmns lock`"))?;
    match packaged::check(Path::new(folder), declared)? {
        Ok(()) => {
            println!("{name}: {folder} is the registered code, {declared}");
            Ok(())
        }
        Err(found) => refuse(3, format!("{name}: {folder} has hash {found}, registered is {declared}")),
    }
}

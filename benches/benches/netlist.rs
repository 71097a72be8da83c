//! The registry at its limit: one file with a thousand components, five files each, in one repository.
//!
//! `verify` is to take less than two seconds of CPU time once the files have been read.
#![expect(clippy::panic, reason = "a bench that cannot be set up fails")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use criterion::{Criterion, criterion_group, criterion_main};
use te_netlist::git::Git;
use te_netlist::verify::verify;
use te_netlist::{Cache, Netlist, Options, Resolver, Transport, lock};

const COMPONENTS: usize = 1_000;

/// A repository of a thousand small crates, tracked by git.
fn repository(folder: &Path) -> std::io::Result<String> {
    let mut text = String::from("[registry]\nname = \"many\"\nformat = 1\n");
    for n in 0..COMPONENTS {
        let crate_folder = folder.join(format!("crates/c{n}"));
        std::fs::create_dir_all(crate_folder.join("src"))?;
        let lineage = if n == 0 { String::new() } else { format!("\"extends c{}\"", n - 1) };
        let manifest = format!(
            "[package]\nname = \"c{n}\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\n[package.metadata.tecmns]\n\
             component = \"c{n}\"\nrole = \"controllable\"\nkinds = [\"c{n}/one\"]\nlineage = [{lineage}]\n"
        );
        std::fs::write(crate_folder.join("Cargo.toml"), manifest)?;
        for file in ["lib", "error", "formula", "component"] {
            let line = format!("// {file} of component {n}\n");
            std::fs::write(crate_folder.join("src").join(format!("{file}.rs")), line.repeat(100))?;
        }
        let _ = write!(
            text,
            "\n[component.c{n}]\npath = \"crates/c{n}\"\nrole = \"controllable\"\nkinds = [\"c{n}/one\"]\n\
             version = \"0.1.0\"\nlicense = \"MIT\"\nauthors = [\"A\"]\n"
        );
        if n > 0 {
            let _ = writeln!(text, "parents = [{{ of = \"c{}\", relation = \"extends\" }}]", n - 1);
        }
    }
    std::fs::write(folder.join("netlist.toml"), &text)?;
    for args in [&["init", "--quiet"][..], &["add", "--all"]] {
        let status = Command::new("git").current_dir(folder).args(args).status()?;
        assert!(status.success(), "git {args:?}");
    }
    Ok(text)
}

fn netlist(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder for the benchmark: {error}"));
    let text = repository(folder.path()).unwrap_or_else(|error| panic!("no repository: {error}"));
    let options =
        Options { git: Git::default(), cache: Cache::at(folder.path().join("cache")), offline: true };
    let mut resolver = Resolver::new(options.clone());
    let locked = lock::lock(&mut resolver, &options, &text, folder.path(), &[])
        .unwrap_or_else(|error| panic!("the registry is refused: {error}"));
    let read = || {
        Netlist::parse(&locked.text, "netlist.toml", Transport::Https)
            .unwrap_or_else(|error| panic!("the registry is refused: {error}"))
    };
    let parsed = read();

    let mut group = criterion.benchmark_group("netlist/1000");
    group.sample_size(10);
    group.bench_function("parse", |bencher| bencher.iter(|| black_box(read())));
    group.bench_function("root", |bencher| bencher.iter(|| black_box(&parsed).root()));
    group.bench_function("verify", |bencher| {
        bencher.iter(|| {
            let report = verify(black_box(&parsed), folder.path(), &options)
                .unwrap_or_else(|error| panic!("the registry is refused: {error}"));
            assert_eq!(report.intact.len(), COMPONENTS);
            report.root
        });
    });
    group.bench_function("lock", |bencher| {
        bencher.iter(|| {
            let mut resolver = Resolver::new(options.clone());
            let locked = lock::lock(&mut resolver, &options, black_box(&locked.text), folder.path(), &[])
                .unwrap_or_else(|error| panic!("the registry is refused: {error}"));
            locked.changes.len()
        });
    });
    group.finish();
}

criterion_group!(benches, netlist);
criterion_main!(benches);

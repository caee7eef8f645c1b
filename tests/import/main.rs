//! Captures as traces: those of others beside tshark and beside what a person reads off them, our own beside the run that made them,
//! and damaged ones.
//!
//! More samples are read where they are: in `../shared/samples`, or where SAMPLES says. Without them these tests pass.

#[path = "../common/imports.rs"]
mod imports;
#[path = "../common/scenarios.rs"]
mod scenarios;
#[path = "../common/tiles.rs"]
mod tiles;
mod samples;
mod law7;
mod old;
mod damage;
mod variants;

use imports::assert_sound;
use starttls_lab::import::{Imported, capture};
use std::path::{Path, PathBuf};

/// A file of `tests/data/captures`; no octets, if there is none.
fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
}

/// A capture of `tests/data/captures` with its key log, if it has one.
fn imported(name: &str) -> Imported {
    capture(name, &data(&format!("{name}.pcapng")), &data(&format!("{name}.keylog")))
}

/// Where the samples are.
fn samples_root() -> PathBuf {
    let root = std::env::var_os("SAMPLES").map(PathBuf::from);
    root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"))
}

/// The captures of a folder of the samples.
fn samples(folder: &str) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    samples_in(&samples_root().join(folder))
}

/// The captures in a folder: name, capture, key log.
fn samples_in(folder: &Path) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("no samples in {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let captures = files.iter().filter(|path| {
        path.extension().is_some_and(|end| !["keylog", "txt", "tsv", "md"].iter().any(|other| end == *other))
    });
    let captures = captures.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let key_log = std::fs::read(path.with_extension("keylog")).unwrap_or_default();
        (name, std::fs::read(path).expect("a file"), key_log)
    });
    captures.collect()
}

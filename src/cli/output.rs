//! Everything that the command line writes. Nothing is taken for written that was not, and a closed pipe is an error and no panic, as it
//! is with `println!`.

use super::arguments::{Taken, any};
use super::fault::CliError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Where a command writes to.
pub const OUT: Taken = Taken {
    form: "--out FILE",
    required: false,
    meaning: "the file to write; standard output without it, or if it is -",
    expected: any,
};

pub fn write(octets: &[u8], file: Option<&str>) -> Result<(), CliError> {
    let file = file.filter(|file| *file != "-");
    let written = match file {
        Some(file) => save(Path::new(file), octets),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(octets).and_then(|()| out.flush())
        }
    };
    written.map_err(|error| CliError::NotWritten { file: file.map(str::to_owned), error })
}

/// The whole file or none. What stood there before is lost either way: every file can be made again from its link.
fn save(path: &Path, octets: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(octets).inspect_err(|_| {
        // Not a device, nor what a link leads to: those are emptied at most.
        let _ = file.set_len(0);
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(path);
        }
    })
}

/// To standard error. If that is closed, there is nowhere to report it.
pub fn remark(words: &str) {
    let _ = writeln!(io::stderr(), "{words}");
}

//! One program: in a browser it mounts the page, natively it is the command line.

// What cannot be written is an error and no panic: src/cli/output.rs writes, and nothing else.
#![warn(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable)]

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {
    starttls_lab::ui::mount();
}

/// The SHA-256 of a run's wire octets, in hex, for a link's fragment. The page does not use it: the tests in the browser compare it with
/// what the page shows and the command line prints, and `make bench` times it, both in the very module that is shipped.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn fingerprint(fragment: &str) -> String {
    let scenario = starttls_lab::share::read(fragment).scenario;
    starttls_lab::bytes::hex(&starttls_lab::lab::run(&scenario).wire_sha256())
}

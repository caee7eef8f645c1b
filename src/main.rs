//! Mounts the page.

use wasm_bindgen::prelude::wasm_bindgen;

/// The SHA-256 of a run's wire octets, in hex, for a link's fragment. The tests and the bench call it.
#[wasm_bindgen]
pub fn fingerprint(fragment: &str) -> String {
    let scenario = starttls_lab::share::read(fragment).scenario;
    starttls_lab::bytes::hex(&starttls_lab::lab::run(&scenario).wire_sha256())
}

fn main() {
    starttls_lab::ui::mount();
}

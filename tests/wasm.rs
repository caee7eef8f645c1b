//! The page's WebAssembly gives the same octets as the native build: each preset's fingerprint is the golden one.
//!
//! Runs in headless Chromium: `make test`. The file of fingerprints is written by `tests/golden.rs`.
#![cfg(target_arch = "wasm32")]

use starttls_lab::scenario::{PRESETS, preset};
use starttls_lab::{bytes, lab};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Lines of `name hex`.
const GOLDEN: &str = include_str!("golden/fingerprints.txt");

fn golden() -> impl Iterator<Item = (&'static str, &'static str)> {
    GOLDEN.lines().filter(|line| !line.is_empty()).map(|line| line.split_once(' ').unwrap())
}

#[wasm_bindgen_test]
fn every_preset_has_its_golden_fingerprint() {
    let mut seen = 0;
    for (name, expected) in golden() {
        let preset = preset(name).unwrap_or_else(|| panic!("no preset {name}"));
        let actual = bytes::hex(&lab::run(&preset.scenario).wire_sha256());
        assert_eq!(actual, expected, "{name}");
        seen += 1;
    }
    assert_eq!(seen, PRESETS.len(), "each preset has a golden fingerprint");
}

#[wasm_bindgen_test]
fn a_second_run_in_the_same_page_gives_the_same() {
    for preset in PRESETS {
        let [first, second] = [(); 2].map(|()| lab::run(&preset.scenario).wire_sha256());
        assert_eq!(first, second, "{}", preset.name);
    }
}

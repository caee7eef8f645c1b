//! Mounts the page.

#![forbid(unsafe_code)]

use wasm_bindgen::prelude::wasm_bindgen;

/// The SHA-256 of a run's wire octets, in hex, for a link's fragment. The tests and the bench call it.
#[wasm_bindgen]
pub fn fingerprint(fragment: &str) -> String {
    let scenario = starttls_lab::share::read(fragment).scenario;
    starttls_lab::bytes::hex(&starttls_lab::lab::run(&scenario).wire_sha256())
}

fn main() {
    if let Some(root) = web_sys::window().and_then(|window| window.document()?.get_element_by_id("app")) {
        root.set_inner_html("");
        yew::Renderer::<starttls_lab::ui::App>::with_root(root).render();
    }
}

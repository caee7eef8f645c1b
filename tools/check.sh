#!/usr/bin/env bash
# The quick part: formatting, lints for both targets, native tests. Stops at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { tools/step.sh "$@"; }

step "formatting"
cargo fmt --all --check
step "lints, native"
cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
step "lints, wasm"
cargo clippy --quiet --locked --workspace --target wasm32-unknown-unknown --lib --bins --test wasm -- -D warnings
step "native tests"
cargo test --quiet --locked --workspace
step "done"

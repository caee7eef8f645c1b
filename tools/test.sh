#!/usr/bin/env bash
# Everything: test.sh BUDGET. Stops at the first part that fails, and says which. Ends with the count of all tests that ran.
set -euo pipefail
cd "$(dirname "$0")/.."
logs=target/test-logs
mkdir -p "$logs"
rm -f "$logs"/*

# part NAME COMMAND...: runs a part, keeps its output for the count, and names it when it fails.
part() {
  local name=$1
  shift
  tools/step.sh "$name"
  if ! "$@" 2>&1 | tee "$logs/$name"; then
    tools/step.sh "FAILED: $name"
    count
    exit 1
  fi
}

# The sum over the closing lines of cargo test, wasm-bindgen-test and node's test runner.
count() {
  awk '
    /^test result: /  { sub(/^test result: [A-Za-z]+\. /, ""); passed += $1; failed += $3; skipped += $5 }
    /^# pass [0-9]/   { passed += $3 }
    /^# fail [0-9]/   { failed += $3 }
    /^# cancelled [0-9]/ { failed += $3 }
    /^# (skipped|todo) [0-9]/ { skipped += $3 }
    END { printf "%d passed, %d failed", passed, failed; if (skipped) printf ", %d skipped", skipped; print "" }
  ' "$logs"/*
}

# The native tests build what the browser tests compare with (target/debug/starttls-lab) and what other programs talk to (…/examples/tcp).
part "formatting" cargo fmt --all --check
part "lints, native" cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
part "lints, wasm" cargo clippy --quiet --locked --workspace --target wasm32-unknown-unknown --lib --bins --test wasm -- -D warnings
part "native tests" cargo test --quiet --locked --workspace

part "other programs" node tests/interop/interop.mjs --quick

# Optimised, as the page is: the test is of the same code, and the dependencies are compiled once for both.
wasm_tests() {
  node -e '
    const capabilities = JSON.parse(require("fs").readFileSync("webdriver.json"));
    capabilities["goog:chromeOptions"].binary = process.env.CHROMIUM;
    require("fs").writeFileSync("target/webdriver.json", JSON.stringify(capabilities));'
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner WASM_BINDGEN_TEST_WEBDRIVER_JSON=target/webdriver.json \
    WASM_BINDGEN_TEST_TIMEOUT=120 cargo test --locked --profile page --target wasm32-unknown-unknown --test wasm
}
part "wasm tests" wasm_tests
part "page" make --no-print-directory build
part "size budget" tools/small.sh node tools/size.mjs dist "$1"
# Once for a person and once for count(). The limit is for a whole file; what waits in a page gives up after 10 s. One file at a time: two browsers on two cores make each other's times meaningless.
part "browser tests" node --test --test-concurrency=1 --test-timeout=900000 \
  --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$logs/browser.tap" tests/e2e/*.test.mjs
part "licences and sources" cargo deny --locked --log-level error check bans licenses sources
tools/step.sh "all parts passed"
count

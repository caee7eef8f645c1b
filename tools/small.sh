#!/usr/bin/env bash
# small.sh COMMAND...: runs a command that builds the page, with the standard library built for size as well.
#
# The library that comes with the toolchain is built for speed, and for a panic that is told in words. The page tells none: boot.js says
# that it has stopped. Built along with the page, for size and with panics that only trap, it makes the page 5 % smaller. Cargo calls this
# unstable, so a stable toolchain has to be allowed to. Without the library's source the command runs as it is, and the page is larger.
set -euo pipefail

flags="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"
if [ -f "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ] &&
  RUSTC_BOOTSTRAP=1 rustc $flags --target wasm32-unknown-unknown --print cfg >/dev/null 2>&1; then
  export RUSTC_BOOTSTRAP=1
  export CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$flags"
else
  tools/step.sh "the source of the standard library is missing, so the page will be larger: rustup component add rust-src"
fi
exec "$@"

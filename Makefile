# `make help` lists what there is. Every target installs what it lacks first: see .ci/setup.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Two cargo builds at once would only wait for each other's lock.
.NOTPARALLEL:

CARGO := cargo
# What the release bundle is made from. Folders count too: a deleted file changes its folder.
SOURCES := $(shell find src assets migrations Cargo.toml Cargo.lock Dioxus.toml index.html \
	.ci/build .ci/tools.sh .ci/npm/package-lock.json 2>/dev/null)

##@ Run

.PHONY: run
run: build ## Serve http://127.0.0.1:8080, with a Stripe sandbox on http://127.0.0.1:12111
	@exec dist/portal serve

.PHONY: dev
dev: ## The same with hot reload: an edit of a page shows in the open browser
	@.ci/setup build
	@.ci/dev

.PHONY: build
build: dist/portal ## The release bundle: dist/portal and dist/public/

dist/portal: $(SOURCES)
	@.ci/setup build
	@.ci/build

##@ Test

.PHONY: test
test: setup check supply build test-rust test-sdk test-api test-browser ## Every check and every test

# Everything at the start, so that a missing package is met before an hour of compiling.
.PHONY: setup
setup:
	@.ci/setup build check supply test

.PHONY: check
check: ## Formatting and lints, for the server and for the browser
	@.ci/setup check
	$(CARGO) fmt --check
	$(CARGO) fmt --check --manifest-path tests/fuzz/Cargo.toml
	$(CARGO) clippy --locked --features server --all-targets -- -D warnings
	$(CARGO) clippy --locked --features web --target wasm32-unknown-unknown -- -D warnings

.PHONY: supply
supply: ## Licences, sources and known weaknesses of what the portal is built from
	@.ci/setup supply
	@.ci/supply

.PHONY: test-rust
test-rust: ## The Rust tests, on SQLite and on a real Postgres
	@.ci/setup test
	.ci/with-postgres $(CARGO) test --locked --features server

.PHONY: test-sdk
test-sdk: build ## The sandbox of the release bundle, driven by Stripe's Node SDK
	@.ci/setup test
	node --test --test-reporter=spec tests/sdk/*.test.mjs

.PHONY: test-api
test-api: build ## The API of the release bundle against its own OpenAPI document
	@.ci/setup test
	@.ci/test-api

.PHONY: test-browser
test-browser: build ## The stories, in a real Chromium against the release bundle
	@.ci/setup test
	node --test --test-concurrency=1 --test-reporter=spec tests/browser/*.test.mjs

.PHONY: simulate
simulate: SEEDS ?= 10000
simulate: ## Random lives of tenants by seed, on both databases: SEEDS=10000, FIRST_SEED=0; SEED=7 alone
	@.ci/setup test
	SEEDS=$(SEEDS) .ci/with-postgres $(CARGO) test --locked --profile simulation --features server \
		--test simulation -- --nocapture

.PHONY: crash
crash: CRASHES ?= 200
crash: ## Kill the real binary at random moments under load, on both databases: CRASHES=200
	@.ci/setup test
	CRASHES=$(CRASHES) .ci/with-postgres $(CARGO) test --locked --features server --test crash -- \
		--nocapture crashes

.PHONY: screenshots
screenshots: build ## Pictures of every state of the pages, in target/screenshots/
	@.ci/setup test
	node tests/browser/screenshots.mjs

.PHONY: fuzz
MINUTES ?= 10
fuzz: ## The fuzz targets, which go by coverage: MINUTES=10 each
	@.ci/setup fuzz
	@.ci/fuzz $$(( $(MINUTES) * 60 ))

.PHONY: reference
reference: ## Write .env.sample and docs/configuration.md anew from the code
	UPDATE_REFERENCE=1 $(CARGO) test --locked --features server --lib reference

##@ Measure

.PHONY: bench
bench: build ## The benchmarks, each figure beside its target
	@.ci/setup bench
	@POSTGRES_DURABLE=1 .ci/with-postgres node benches/main.mjs

##@ Other

.PHONY: clean
clean: ## Remove what was built; the database in data/ and the tool cache stay
	rm -rf target dist dist.partial {tests/browser,tests/sdk,benches}/node_modules

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

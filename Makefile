# `make help` lists the targets. Each first installs what is missing: see .ci/setup.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Two cargo builds at once would only wait for each other's lock.
.NOTPARALLEL:

CARGO := cargo
# What the release bundle is built from. Folders count too: deleting a file changes its folder.
SOURCES := $(shell find src assets migrations Cargo.toml Cargo.lock Dioxus.toml index.html \
	.ci/build .ci/tools.sh .ci/npm/package-lock.json 2>/dev/null)

##@ Run

.PHONY: run
run: build ## Build, and serve on http://127.0.0.1:8080, with a Stripe sandbox on http://127.0.0.1:12111
	@exec dist/portal serve

.PHONY: dev
dev: ## The same with hot reload: edits to a page show in the open browser
	@.ci/setup build
	@.ci/dev

.PHONY: build
build: dist/portal ## Build the release bundle: dist/portal and dist/public/

dist/portal: $(SOURCES)
	@.ci/setup build
	@.ci/build

##@ Test

.PHONY: test
test: setup check supply build test-rust test-sdk test-api test-browser ## Run every check and every test

# Installs everything at the start, so that a missing package shows up before an hour of compiling.
.PHONY: setup
setup:
	@.ci/setup build check supply test

.PHONY: check
check: ## Check formatting and lints, for the server and for the browser
	@.ci/setup check
	$(CARGO) fmt --check
	$(CARGO) fmt --check --manifest-path tests/fuzz/Cargo.toml
	$(CARGO) clippy --locked --features server --all-targets -- -D warnings
	$(CARGO) clippy --locked --features web --target wasm32-unknown-unknown -- -D warnings

.PHONY: supply
supply: ## Check the dependencies' licences, sources, duplicates and known vulnerabilities
	@.ci/setup supply
	@.ci/supply

.PHONY: test-rust
test-rust: ## Run the Rust tests: on SQLite, and on a real Postgres where the two can differ
	@.ci/setup test
	.ci/with-postgres $(CARGO) test --locked --features server

.PHONY: test-sdk
test-sdk: build ## Test the release bundle's sandbox with Stripe's Node SDK
	@.ci/setup test
	node --test --test-reporter=spec tests/sdk/*.test.mjs

.PHONY: test-api
test-api: build ## Test the release bundle's API against its own OpenAPI document
	@.ci/setup test
	@.ci/test-api

.PHONY: test-browser
test-browser: build ## Test the release bundle in a real Chromium
	@.ci/setup test
	node --test --test-concurrency=1 --test-reporter=spec tests/browser/*.test.mjs

.PHONY: simulate
simulate: SEEDS ?= 10000
simulate: ## Run random tenant histories on both databases: SEEDS=10000, FIRST_SEED=0; one alone: SEED=7
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
screenshots: build ## Take pictures of every state of the pages, in target/screenshots/
	@.ci/setup test
	node tests/browser/screenshots.mjs

.PHONY: fuzz
MINUTES ?= 10
fuzz: ## Run the coverage-guided fuzz targets: MINUTES=10 each
	@.ci/setup fuzz
	@.ci/fuzz $$(( $(MINUTES) * 60 ))

.PHONY: reference
reference: ## Regenerate .env.sample and docs/configuration.md from the code
	UPDATE_REFERENCE=1 $(CARGO) test --locked --features server --lib reference

##@ Measure

.PHONY: bench
bench: build ## Run the benchmarks, and print each figure next to its target
	@.ci/setup bench
	@POSTGRES_DURABLE=1 .ci/with-postgres node benches/main.mjs

##@ Other

.PHONY: clean
clean: ## Remove what was built; keep the database in data/ and the tool cache
	rm -rf target dist dist.partial {tests/browser,tests/sdk,benches}/node_modules

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

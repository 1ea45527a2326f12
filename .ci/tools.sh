# Sourced by the scripts beside it: the tools, their versions, and where they are kept. Installs
# nothing; .ci/setup does.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=${PORTAL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/portal-tools}

# dx must match the Dioxus version, and refuses any wasm-bindgen but exactly the locked one.
locked_version() {
  awk -v name="$1" '$0 == "name = \"" name "\"" { getline; gsub(/[^0-9.]/, ""); print; exit }' \
    "$ROOT/Cargo.lock"
}
DX_VERSION=$(locked_version dioxus)
WASM_BINDGEN_VERSION=$(locked_version wasm-bindgen)
CARGO_FUZZ_VERSION=0.13.2
CARGO_DENY_VERSION=0.20.2
CARGO_MACHETE_VERSION=0.9.2

# The lock file's checksum names the folder, so a new version is a new folder.
checksum() { cksum <"$1" | tr ' ' '-'; }
NPM_TOOLS=$TOOLS/npm-$(checksum "$ROOT/.ci/npm/package-lock.json")
DX_HOME_BIN=$TOOLS/dx-$DX_VERSION/bin
WASM_BINDGEN_BIN=$TOOLS/wasm-bindgen-$WASM_BINDGEN_VERSION/bin
CARGO_FUZZ_BIN=$TOOLS/cargo-fuzz-$CARGO_FUZZ_VERSION/bin
CARGO_DENY_BIN=$TOOLS/cargo-deny-$CARGO_DENY_VERSION/bin
CARGO_MACHETE_BIN=$TOOLS/cargo-machete-$CARGO_MACHETE_VERSION/bin
SCHEMATHESIS=$TOOLS/schemathesis-$(checksum "$ROOT/tests/api/requirements.txt")
SCHEMATHESIS_BIN=$SCHEMATHESIS/bin

PATH=$DX_HOME_BIN:$WASM_BINDGEN_BIN:$CARGO_FUZZ_BIN:$CARGO_DENY_BIN:$CARGO_MACHETE_BIN:$NPM_TOOLS/node_modules/.bin:$PATH
# dx takes its helpers from PATH instead of downloading its own builds.
NO_DOWNLOADS=1
export PATH NO_DOWNLOADS

has() { command -v "$1" >/dev/null 2>&1; }

# The system's browser; CHROMIUM names another one.
find_chromium() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then return; fi
  done
  return 1
}

# Debian keeps Postgres's server programs out of PATH; use the newest version installed.
find_postgres_bin() {
  local found
  if found=$(command -v initdb); then
    dirname "$found"
    return
  fi
  found=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] && dirname "$found"
}

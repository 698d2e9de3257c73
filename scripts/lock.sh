#!/usr/bin/env bash
# Chooses versions anew and writes them down with their hashes. No index and no download address goes into
# the files: where packages come from is the machine's affair.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
        --no-annotate "$@" >/dev/null
}

compile pyproject.toml --output-file requirements.lock
compile pyproject.toml --extra dev --constraints requirements.lock --output-file requirements-dev.lock
compile scripts/node.in --output-file requirements-node.lock
npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --no-update-notifier --loglevel=error

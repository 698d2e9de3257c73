#!/usr/bin/env bash
# The suite on SQLite, the suite on PostgreSQL, the browser tests. What is marked slow walks every page the
# same way on any database, and what reaches no database is the same everywhere: both are run once, on SQLite. Each
# suite must pass; all are run whatever the others say. What this machine cannot run is named with the reason, and is
# a failure where CI=true.
set -uo pipefail
cd "$(dirname "$0")/.."

trap 'exit 130' INT
trap 'exit 143' TERM
failed=0
unset DATABASE_URL DEMO DEBUG TODAY
# Reading every test anew costs each of the six processes as much as migrating does: let the first keep what it compiled.
unset PYTHONDONTWRITEBYTECODE

cannot() {
    printf '\nCANNOT RUN %s: %s\n' "$1" "$2"
    if [ "${CI:-}" = true ]; then failed=1; fi
}

suite() {
    printf '\n== %s\n' "$1"
    shift
    "$@" || failed=1
}

pytest=(.venv/bin/python -m pytest)

postgres=yes
if ! scripts/with_postgres.sh --find >/dev/null; then
    if reason=$(scripts/apt_install.sh postgresql); then :; else
        postgres=no
        cannot "the suite on PostgreSQL" "PostgreSQL is not here, and $reason"
    fi
fi

browser=yes
if ! command -v chromium >/dev/null; then
    if reason=$(scripts/apt_install.sh chromium fonts-liberation); then :; else
        browser=no
        cannot "the browser tests" "there is no program chromium, and $reason"
    fi
fi

suite "The suite on SQLite" "${pytest[@]}" -n 2 --dist worksteal -m "not browser and not postgresql"
if [ $postgres = yes ]; then
    suite "The suite on PostgreSQL" scripts/with_postgres.sh "${pytest[@]}" -n 2 --dist worksteal \
        -m "not browser and not slow and not no_database"
fi
if [ $browser = yes ]; then
    suite "The browser tests" "${pytest[@]}" -n 2 --dist worksteal -m browser
fi
exit $failed

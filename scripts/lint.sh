#!/usr/bin/env bash
# Every check that needs no test run; all are run whatever the others say.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
export DATABASE_URL=sqlite://:memory: DEMO=1

check() {
    printf '== %s\n' "$1"
    shift
    "$@" || failed=1
}

check "ruff, rules" .venv/bin/ruff check .
check "ruff, shape" .venv/bin/ruff format --check .
check "mypy" .venv/bin/mypy
check "templates" .venv/bin/djlint templates --lint --quiet
check "Django's checks" .venv/bin/python manage.py check --fail-level WARNING
check "migrations" .venv/bin/python manage.py makemigrations --check --dry-run
exit $failed

#!/usr/bin/env bash
# with_postgres.sh COMMAND…: runs COMMAND with DATABASE_URL set to a PostgreSQL cluster made for it alone, and
# takes the cluster away afterwards, however COMMAND ends. It lives in a folder of its own under /tmp, answers
# only on a socket in there, and runs as an unprivileged user where we are root, as PostgreSQL demands.
# with_postgres.sh --find prints the folder of PostgreSQL's programs, or ends with 1 where there are none.
set -euo pipefail

find_programs() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5,5nr) "$(dirname "$(command -v initdb || echo /nowhere/x)")"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

if [ "${1:-}" = --find ]; then
    find_programs
    exit
fi

programs=$(find_programs) || { echo "with_postgres.sh: PostgreSQL's initdb and pg_ctl were not found" >&2; exit 1; }
place=$(mktemp -d /tmp/futurefit-postgres.XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then
    user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    chown "$user" "$place"
    as=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups)
fi

run_there() { (cd "$place" && ${as[@]+"${as[@]}"} "$@"); }

take_away() {
    if [ -f "$place/data/postmaster.pid" ]; then
        run_there "$programs/pg_ctl" --pgdata "$place/data" --mode immediate --silent stop >/dev/null 2>&1 || true
    fi
    rm -rf "$place"
}
child=
end() {
    if [ -n "$child" ]; then
        kill -s "$1" -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    exit "$2"
}
trap take_away EXIT
trap 'end INT 130' INT
trap 'end TERM 143' TERM HUP

run_there "$programs/initdb" --pgdata "$place/data" --username futurefit --auth trust --encoding UTF8 \
    --locale C.UTF-8 --no-sync >"$place.log" 2>&1 || { cat "$place.log" >&2; rm -f "$place.log"; exit 1; }
rm -f "$place.log"
# Nothing here has to survive a power cut.
run_there "$programs/pg_ctl" --pgdata "$place/data" --wait --silent --log "$place/log" start --options \
    "-k '$place' -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60" \
    >/dev/null || { cat "$place/log" >&2; exit 1; }
run_there "$programs/createdb" --host "$place" --username futurefit futurefit

export DATABASE_URL="postgres://futurefit@/futurefit?host=$place"
# A group of its own, so that it can be interrupted as a whole; without one the shell would make it deaf to Ctrl-C.
set -m
"$@" &
child=$!
status=0
wait "$child" || status=$?
exit $status

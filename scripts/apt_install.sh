#!/usr/bin/env bash
# apt_install.sh PACKAGE…: installs Debian packages where this machine lets us, quietly and without questions.
# Ends with 1 and the reason in one line where it cannot.
set -euo pipefail

if ! command -v apt-get >/dev/null; then
    echo "there is no apt-get to install $* with"
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "installing $* needs root: sudo apt-get install $*"
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    echo "apt-get could not install $*"
    exit 1
fi

# SPDX-License-Identifier: GPL-2.0-or-later
# What scripts/demo and scripts/test share: saying what is done, and being quiet about how unless it fails.

step() { printf '\n== %s\n' "$*"; }

quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "This failed: $*" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

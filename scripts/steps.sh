# SPDX-License-Identifier: GPL-2.0-or-later
# What the scripts share: saying what is done and about how long that takes, and being quiet about how unless it fails.

# step TITLE [DURATION]: the duration is that on two processors that have nothing else to do.
step() { printf '\n== %s%s\n' "$1" "${2:+ (about $2)}"; }

# How far a build or ctest is, by what it has written so far.
how_far() {
  awk '
    /^\[[0-9]+\/[0-9]+\]/ { done = $1 }
    $1 == "Start" { running[$3] }
    /^ *[0-9]+\/[0-9]+ Test +#/ { done = $1 " tests"; sub(/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /, ""); delete running[$1] }
    END { for (name in running) names = names " " name; print done (names == "" ? "" : ", running:" names) }' "$1"
}

# Every half a minute a line, until stop_heartbeat, or until the script ends.
start_heartbeat() {
  {
    began=$SECONDS
    while sleep 30 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      printf '   %d:%02d %s\n' $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60)) "$(how_far "$1")"
    done
  } &
  heartbeat=$!
}

stop_heartbeat() {
  kill "$heartbeat"
  wait "$heartbeat" 2>/dev/null || true
}

quietly() {
  local log status=0
  log=$(mktemp)
  start_heartbeat "$log"
  "$@" >"$log" 2>&1 || status=$?
  stop_heartbeat
  if [[ $status != 0 ]]; then
    cat "$log" >&2
    echo "This failed: $*" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

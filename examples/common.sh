# What the examples share; read by each run.sh.
# They need a shell and Node.js 20 or newer; EVENKEEL names another way to start evenkeel.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ -f "$here/../../dist/main.js" ]; then
  : "${EVENKEEL:=node $here/../../bin/evenkeel.js}"
else
  : "${EVENKEEL:=npx evenkeel}"
fi
PATH=$PATH:/usr/sbin:/usr/games

work=$(mktemp -d "${TMPDIR:-/tmp}/evenkeel-example.XXXXXX")
pids=

# An example that starts what `kill` alone does not end replaces this.
before_cleanup() { :; }

cleanup() {
  status=$?
  trap - EXIT INT TERM HUP
  before_cleanup
  for pid in $pids; do { kill "$pid" && kill -CONT "$pid"; } 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# fail TEXT: ends the example, with what evenkeel logged.
fail() {
  echo "FAILED: $1" >&2
  for log in "$work"/*.log; do
    [ -f "$log" ] || continue
    echo "--- $(basename "$log")" >&2
    tail -n 20 "$log" >&2
  done
  exit 1
}

# need PROGRAM PACKAGE: without it there is nothing to show; exit code 77 says so.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "This example needs $1: install the Debian package $2, or what your system calls it." >&2
  exit 77
}

# free_ports COUNT: so many ports of 127.0.0.1 nobody listens to.
free_ports() { node "$here/../free-ports.js" "$1"; }

# start NAME COMMAND…: runs it until the example ends; its pid is in $pid, its output in NAME.log.
start() {
  log=$work/$1.log
  shift
  "$@" >>"$log" 2>&1 &
  pid=$!
  pids="$pids $pid"
}

# crash PID: as when the machine under it fails.
crash() {
  kill -9 "$1"
  wait "$1" 2>/dev/null || true
}

# start_evenkeel FLAGS…: shows them, and waits until it serves.
start_evenkeel() {
  printf 'evenkeel'
  for flag in "$@"; do
    case $flag in
    --*) printf ' \\\n  %s' "$flag" ;;
    *) printf ' %s' "$flag" | sed 's/\(hex:[0-9a-f]\{60\}\)[0-9a-f]*/\1…/' ;;
    esac
  done
  printf '\n\n'
  # EVENKEEL may be a command with arguments, and so may be the timing.
  # shellcheck disable=SC2086
  start evenkeel $EVENKEEL "$@" $timing --no-admin --drain-timeout 1s --log-format pretty
  balancers=$((balancers + 1))
  eventually all_ready
}
balancers=0
timing='--probe-interval 500ms --probe-timeout 500ms'
all_ready() { [ "$(grep -c 'INFO: ready' "$work/evenkeel.log")" -ge "$balancers" ]; }

# eventually COMMAND…: repeats it, for ten seconds at most, until it succeeds.
eventually() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "this did not happen: $*"
    sleep 0.1
  done
}

# wait_for NAME TEXT: waits until the output of NAME has this text.
wait_for() { eventually grep -q "$2" "$work/$1.log"; }

# step TEXT: says what happens next; what evenkeel logged until now is old news.
step() {
  echo "$1"
  seen=$(wc -l <"$work/evenkeel.log")
}

# watch_for TEXT: waits until evenkeel logs this after the last step, and shows the line.
seen=0
watch_for() {
  eventually news "$1"
  news "$1" | head -n 1 | sed 's/^/  /'
}
news() { tail -n "+$((seen + 1))" "$work/evenkeel.log" | grep "$1"; }

# expect GOT WANTED TEXT: fails the example when it did not show what it claims.
expect() {
  # The unquoted pattern is on purpose.
  # shellcheck disable=SC2254
  case $1 in
  $2) ;;
  *) fail "$3: got \"$1\"" ;;
  esac
}

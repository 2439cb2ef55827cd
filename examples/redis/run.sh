#!/bin/sh
# Two Redis servers behind one address; one of them hangs, is noticed, and comes back.
set -eu
. "$(dirname "$0")/../common.sh"
need redis-server redis-server
need redis-cli redis-tools

# shellcheck disable=SC2046
set -- $(free_ports 3)
front=$1 alpha=$2 beta=$3

start_redis() {
  start "$1" redis-server --port "$2" --bind 127.0.0.1 --dir "$work" --save '' --appendonly no
  eventually redis-cli -p "$2" set whoami "$1"
}
start_redis alpha "$alpha"
alpha_pid=$pid
start_redis beta "$beta"
beta_pid=$pid

start_evenkeel --listen "tcp://127.0.0.1:$front" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe 'tcp,send=PING\r\n,expect=+PONG'
watch_for 'alpha is up'
watch_for 'beta is up'

six_clients() {
  answers=
  for _ in 1 2 3 4 5 6; do
    answers="$answers $(redis-cli -p "$front" get whoami)" || fail "a client failed"
  done
  echo "six clients:$answers"
}

six_clients
expect "$answers" '*alpha beta alpha*' "both should answer"

step "alpha hangs: it still accepts connections, but does not answer"
kill -STOP "$alpha_pid"
watch_for 'alpha is down'
six_clients
expect "$answers" ' beta beta beta beta beta beta' "beta should answer all"

step "alpha goes on"
kill -CONT "$alpha_pid"
watch_for 'alpha is up'
six_clients
expect "$answers" '*alpha beta alpha*' "both should answer again"

step "beta is killed"
crash "$beta_pid"
six_clients
expect "$answers" ' alpha alpha alpha alpha alpha alpha' "alpha should answer all"
watch_for 'beta is down'
echo "No client failed."

#!/bin/sh
# Two name servers behind one address, over UDP and TCP; one of them is killed and comes back.
set -eu
. "$(dirname "$0")/../common.sh"
need dnsmasq dnsmasq-base

# shellcheck disable=SC2046
set -- $(free_ports 3)
front=$1 alpha=$2 beta=$3

start_dnsmasq() {
  start "$1" dnsmasq --conf-file=/dev/null --keep-in-foreground --log-facility=- --pid-file= --user= \
    --port="$2" --listen-address=127.0.0.1 --bind-interfaces --no-resolv --no-hosts \
    --txt-record="whoami.test,$1" --address=/test/192.0.2.1
  wait_for "$1" 'started, version'
}
start_dnsmasq alpha "$alpha"
alpha_pid=$pid
start_dnsmasq beta "$beta"

# A query for the address of probe.test; a working server's answer starts with the same two bytes.
query='beef010000010000000000000570726f626504746573740000010001'
start_evenkeel --listen "udp://127.0.0.1:$front" --listen "tcp://127.0.0.1:$front" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe "udp,send=hex:$query,expect=hex:beef"
watch_for 'alpha is up'
watch_for 'beta is up'

six_clients() {
  answers=$(node "$here/ask.js" "127.0.0.1:$front" 6) || fail "a client got no answer"
  echo "six clients: $answers"
}

six_clients
expect "$answers" '*alpha*beta*alpha*' "both should answer"

step "alpha is killed"
crash "$alpha_pid"
watch_for 'alpha is down'
six_clients
expect "$answers" 'beta beta beta beta beta beta' "beta should answer all"

step "alpha is started again"
start_dnsmasq alpha "$alpha"
watch_for 'alpha is up'
six_clients
expect "$answers" '*alpha*beta*alpha*' "both should answer again"
echo "No client was left without an answer."

#!/bin/sh
# Two Teeworlds servers behind one UDP address and eight clients; one of the servers is killed.
set -eu
. "$(dirname "$0")/../common.sh"
need teeworlds-server teeworlds-server

# shellcheck disable=SC2046
set -- $(free_ports 3)
front=$1 alpha=$2 beta=$3

start_game() {
  start "$1" env HOME="$work" teeworlds-server "sv_name $1" "sv_port $2" 'bindaddr 127.0.0.1' 'sv_register 0'
  wait_for "$1" 'server name is'
}
start_game alpha "$alpha"
alpha_pid=$pid
start_game beta "$beta"

# The first datagram of a client asks for the server's token; the answer starts with the bytes expected here.
probe=$(node "$here/players.js" --probe)
start_evenkeel --listen "udp://127.0.0.1:$front" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe "$probe"
watch_for 'alpha is up'
watch_for 'beta is up'

start players node "$here/players.js" "$front" 8
players_pid=$pid
wait_for players 'alpha: 4 players, beta: 4 players'
echo "eight clients ask their server 20 times a second who it is:"
echo "  alpha: 4 players, beta: 4 players"

step "alpha is killed"
crash "$alpha_pid"
wait_for players 'beta: 8 players'
watch_for 'alpha is down'
echo "  beta: 8 players, each with the socket it had"

kill -INT "$players_pid"
wait "$players_pid" || fail "a player lost too much"
sed -n 's/^summary: /  /p' "$work/players.log"

#!/bin/sh
# Three hosts in network namespaces: a client, a balancer, and two web servers. The kernel of the balancer balances; then
# evenkeel is killed, started again, and one of the servers is killed.
set -eu
. "$(dirname "$0")/../common.sh"
need ip iproute2
need nft nftables
need conntrack conntrack
[ "$(id -u)" = 0 ] || { echo "This example makes network namespaces: run it as root." >&2; exit 77; }

client=evenkeel-$$-client balancer=evenkeel-$$-balancer servers=evenkeel-$$-servers
before_cleanup() {
  for host in "$client" "$balancer" "$servers"; do ip netns delete "$host" 2>/dev/null || true; done
}
for host in "$client" "$balancer" "$servers"; do
  ip netns add "$host"
  ip -n "$host" link set lo up
done

# connect HOST DEVICE ADDRESS HOST DEVICE ADDRESS: a cable between two hosts
connect() {
  ip -n "$1" link add "$2" type veth peer name "$5" netns "$4"
  ip -n "$1" address add "$3/24" dev "$2"
  ip -n "$4" address add "$6/24" dev "$5"
  ip -n "$1" link set "$2" up
  ip -n "$4" link set "$5" up
}
connect "$client" eth0 198.18.1.2 "$balancer" front 198.18.1.1
connect "$balancer" back 198.18.2.1 "$servers" eth0 198.18.2.2
ip -n "$servers" address add 198.18.2.3/24 dev eth0
# The only setting that the balancer's host needs.
ip netns exec "$balancer" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

start_server() { start "$1" ip netns exec "$servers" node "$here/../http/server.js" 8080 "$1" "$2"; }
start_server alpha 198.18.2.2
alpha_pid=$pid
start_server beta 198.18.2.3
wait_for alpha listening
wait_for beta listening

EVENKEEL="ip netns exec $balancer $EVENKEEL"
balance() {
  start_evenkeel --datapath kernel --listen tcp://198.18.1.1:80 \
    --backend 198.18.2.2:8080,name=alpha --backend 198.18.2.3:8080,name=beta \
    --probe http,path=/health
}
balance
balancer_pid=$pid
watch_for 'alpha is up'
watch_for 'beta is up'

requests() {
  answers=$(ip netns exec "$client" node "$here/../http/get.js" http://198.18.1.1/ "$1") || fail "a request failed"
}
six_requests() {
  requests 6
  echo "six requests: $answers"
}

six_requests
expect "$answers" '*alpha*beta*alpha*' "both should answer"
echo "what the kernel was told of whose turn it is:"
ip netns exec "$balancer" nft list chain inet evenkeel_default choice4 | sed -n 's/^\t\t/  /p'

step "evenkeel itself is killed: who needs it?"
crash "$balancer_pid"
six_requests
expect "$answers" '*alpha*beta*alpha*' "both should answer"

step "evenkeel is started again, and goes on where it was"
balance
watch_for 'took over'

step "alpha is killed"
crash "$alpha_pid"
watch_for 'alpha is down'
six_requests
expect "$answers" 'beta beta beta beta beta beta' "beta should answer all"
echo "No packet of all that passed a process of the balancer."

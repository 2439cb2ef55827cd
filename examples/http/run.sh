#!/bin/sh
# Two web servers behind one address; one of them is killed and comes back.
set -eu
. "$(dirname "$0")/../common.sh"

# shellcheck disable=SC2046
set -- $(free_ports 3)
front=$1 alpha=$2 beta=$3

start alpha node "$here/server.js" "$alpha" alpha
alpha_pid=$pid
start beta node "$here/server.js" "$beta" beta
wait_for alpha listening
wait_for beta listening

start_evenkeel --listen "tcp://127.0.0.1:$front" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe http,path=/health
watch_for 'alpha is up'
watch_for 'beta is up'

six_requests() {
  answers=$(node "$here/get.js" "http://127.0.0.1:$front/" 6) || fail "a request failed"
  echo "six requests: $answers"
}

six_requests
expect "$answers" '*alpha*beta*alpha*' "both should answer"

step "alpha is killed"
crash "$alpha_pid"
six_requests
expect "$answers" 'beta beta beta beta beta beta' "beta should answer all"
watch_for 'alpha is down'

step "alpha is started again"
start alpha node "$here/server.js" "$alpha" alpha
watch_for 'alpha is up'
six_requests
expect "$answers" '*alpha*beta*alpha*' "both should answer again"
echo "No request failed."

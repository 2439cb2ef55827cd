#!/bin/sh
# Tests the alert rules, and has promtool read the metrics of a real evenkeel whose only server is gone.
set -eu
. "$(dirname "$0")/../common.sh"

need promtool prometheus

promtool check config "$here/scrape.yml"
promtool check rules "$here/alerts.yml"
# Its rule_files are named from where it is.
(cd "$here" && promtool test rules alerts.test.yml)

# shellcheck disable=SC2046
set -- $(free_ports 3)
front=$1 gone=$2 admin=$3
# EVENKEEL may be a command with arguments.
# shellcheck disable=SC2086
start evenkeel $EVENKEEL --listen "tcp://127.0.0.1:$front" --backend "127.0.0.1:$gone,name=db1" \
  --name db --admin "127.0.0.1:$admin" --log-format pretty $timing
all_down() {
  node "$here/scrape.js" "http://127.0.0.1:$admin/metrics" >"$work/metrics" && grep -q 'state="none"} 1' "$work/metrics"
}
eventually all_down

# promtool ends with 3 for what is a matter of taste.
promtool check metrics <"$work/metrics" >"$work/promtool.log" 2>&1 || [ "$?" = 3 ] || fail "promtool cannot read the metrics"
echo
echo "What EvenkeelNoBackend and EvenkeelBackendDown look at, with the only server gone:"
grep -e 'evenkeel_failover_state{.*} 1' -e 'evenkeel_backend_state{.*} 1' "$work/metrics" | sed 's/^/  /'
expect "$(cat "$work/metrics")" '*evenkeel_backend_state{*db1*state="down"*} 1*' "db1 is down"

#!/bin/sh
# Has systemd read the unit, and tells how exposed the service is.
set -eu
. "$(dirname "$0")/../common.sh"

need systemd-analyze systemd

# The unit names the program of an installed package; here it is the one of this copy.
program=$(CDPATH='' cd -- "$here/../.." && pwd)/bin/evenkeel.js
unit=$work/evenkeel.service
sed "s#/usr/bin/evenkeel#$program#" "$here/evenkeel.service" >"$unit"

problems=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1) || fail "verify: $problems"
# What other units of this machine have wrong with them is not ours.
expect "$(printf '%s\n' "$problems" | grep -F evenkeel || true)" '' "systemd has something to say"
echo "systemd takes the unit."

# Root, in a sandbox that takes nothing away, is 9.6; the threshold is 2.0.
if systemd-analyze --help | grep -q -- --offline; then
  systemd-analyze security --offline=true --no-pager --threshold=20 "$unit" >"$work/security.log" 2>&1 ||
    fail "it is more exposed than it was"
  tail -n 1 "$work/security.log" | sed "s#$unit#evenkeel.service#"
fi

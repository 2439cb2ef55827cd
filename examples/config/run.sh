#!/bin/sh
# Validates the config file and shows what evenkeel makes of it. Nothing is bound.
set -eu
. "$(dirname "$0")/../common.sh"

# EVENKEEL may be a command with arguments.
# shellcheck disable=SC2086
$EVENKEEL check --config "$here/evenkeel.yaml" >"$work/effective.log" || fail "the config file is not valid"
cat "$work/effective.log"
expect "$(cat "$work/effective.log")" '*failbackDelay: 30s*udpIdleTimeout: 2m*' "both services should be shown"

# A mistake is told by its path.
sed 's/weight: 2/weigth: 2/' "$here/evenkeel.yaml" >"$work/mistake.yaml"
# shellcheck disable=SC2086
! $EVENKEEL check --config "$work/mistake.yaml" 2>"$work/mistake.log" || fail "a mistake was not seen"
echo
sed "s#$work/##" "$work/mistake.log"
expect "$(cat "$work/mistake.log")" '*services.postgres.backends?1?*weigth*' "the path should be told"

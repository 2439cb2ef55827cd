#!/bin/sh
# The probe of the writes: passes when the server evenkeel names is a primary.
[ "$(psql -h "$EVENKEEL_HOST" -p "$EVENKEEL_PORT" -U postgres -d postgres -Atc 'select pg_is_in_recovery()')" = f ]

#!/bin/sh
# A PostgreSQL primary and its standby behind one address for writes and one for reads. The primary crashes, the standby
# is promoted, and the writes follow it; the old primary comes back as a standby.
set -eu
. "$(dirname "$0")/../common.sh"
for directory in /usr/lib/postgresql/*/bin; do PATH=$directory:$PATH; done
need initdb postgresql
need psql postgresql-client

# PostgreSQL does not run as root.
as_postgres=
if [ "$(id -u)" = 0 ]; then
  need setpriv util-linux
  as_postgres='setpriv --reuid=postgres --regid=postgres --clear-groups'
  chown postgres "$work"
fi
cd "$work"

# shellcheck disable=SC2046
set -- $(free_ports 4)
writes=$1 reads=$2 alpha=$3 beta=$4

start_postgres() {
  start "$1" $as_postgres postgres -D "$work/$1" -c "cluster_name=$1" -c "port=$2" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off
  eventually psql_at "$2" 'select 1'
}
new_standby() {
  # shellcheck disable=SC2086
  $as_postgres pg_basebackup -h 127.0.0.1 -p "$2" -U postgres -D "$work/$1" -R -c fast --no-sync
}
psql_at() { psql -h 127.0.0.1 -p "$1" -U postgres -d postgres -qAtc "$2"; }

# SIGTERM waits for the last client, SIGQUIT for nobody.
before_cleanup() {
  for server in "${alpha_pid:-}" "${beta_pid:-}"; do
    [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null || true
  done
}

# shellcheck disable=SC2086
$as_postgres initdb -D "$work/alpha" -U postgres -A trust --no-sync --no-locale -E UTF8 >initdb.log
start_postgres alpha "$alpha"
alpha_pid=$pid
new_standby beta "$alpha"
start_postgres beta "$beta"
beta_pid=$pid
psql_at "$alpha" 'create table notes (id serial, text text)'

timing='--probe-interval 1s --probe-timeout 1s'
start_evenkeel --name writes --listen "tcp://127.0.0.1:$writes" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe "exec,command=sh '$here/is-primary.sh'" --hold 30s
start_evenkeel --name reads --listen "tcp://127.0.0.1:$reads" \
  --backend "127.0.0.1:$alpha,name=alpha" --backend "127.0.0.1:$beta,name=beta" \
  --probe 'tcp,send=hex:0000000804d2162f,expect=re:^[NS]'
watch_for 'writes. alpha is up'
watch_for 'writes. beta is down'
watch_for 'reads. alpha is up'
watch_for 'reads. beta is up'

write() { psql_at "$writes" "insert into notes (text) values ('$1')" || fail "a write failed"; }
six_reads() {
  answers=
  for _ in 1 2 3 4 5 6; do
    answers="$answers $(psql_at "$reads" 'show cluster_name')" || fail "a read failed"
  done
  echo "six reads:$answers"
}

write 'before the crash'
echo "a write goes to $(psql_at "$writes" 'show cluster_name')"
six_reads
expect "$answers" '*alpha beta alpha*' "both should answer"
caught_up() { [ "$(psql_at "$beta" 'select count(*) from notes')" = 1 ]; }
eventually caught_up

step "alpha crashes"
kill -QUIT "$alpha_pid"
wait "$alpha_pid" || true
six_reads
expect "$answers" ' beta beta beta beta beta beta' "beta should answer all"
watch_for 'writes. alpha is down'
echo "a client wants to write now: it is held until there is a primary again"
write 'during the failover' &
writer=$!

step "beta is promoted"
psql_at "$beta" 'select pg_promote()' >/dev/null
watch_for 'writes. beta is up'
wait "$writer" || fail "the client that waited was not served"
write 'after the failover'
echo "the notes on $(psql_at "$writes" 'show cluster_name'):"
psql_at "$writes" 'select text from notes order by id' | sed 's/^/  /'
expect "$(psql_at "$writes" 'select count(*) from notes')" 3 "no note should be missing"

step "alpha comes back, as a standby of beta"
rm -rf "$work/alpha"
new_standby alpha "$beta"
start_postgres alpha "$alpha"
alpha_pid=$pid
watch_for 'reads. alpha is up'
six_reads
expect "$answers" '*alpha beta alpha*' "both should answer again"
expect "$(psql_at "$writes" 'show cluster_name')" beta "writes should stay on beta"
echo "a write goes to beta"

#!/bin/sh
# PostgreSQL for the AppHost: makes the cluster once, gives the superuser his password, then keeps the server running.
# usage: postgres.sh FOLDER BIN PORT APPHOST_PID   with the superuser's password in POSTGRES_PASSWORD
name=postgres
. "$(dirname "$0")/supervise.sh"
bin=$2 port=$3
unset PGDATA PGPORT PGHOST PGUSER PGPASSWORD PGOPTIONS
claim "$1" postgres "$4" "-D $1/data"

[ -n "$POSTGRES_PASSWORD" ] || fail "the superuser's password is missing (POSTGRES_PASSWORD)."
major=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
[ "$major" -ge 15 ] || fail "PostgreSQL 15 or later is needed, $bin is $major."

# Makes the cluster under another name first: a folder named data is always a whole one.
make_cluster() {
    if [ -e "$folder/data" ]; then
        aside="$folder/data.broken-$(date +%Y%m%dT%H%M%S)"
        say "$folder/data is no PostgreSQL cluster; keeping it as $aside and making a new one"
        mv "$folder/data" "$aside"
    fi
    rm -rf "$folder/data.new"
    locale=$(locale -a 2>/dev/null | grep -iE '^(C|en_US)\.utf-?8$' | sort | head -n 1)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$folder/initdb.password"
    chown "$uid" "$folder/initdb.password"
    say "making a new cluster in $folder/data"
    (as_server KILL "$bin/initdb" -D "$folder/data.new" --username=postgres --pwfile="$folder/initdb.password" \
        --auth-host=scram-sha-256 --auth-local=scram-sha-256 --encoding=UTF8 --locale="${locale:-C}" --data-checksums \
        --no-instructions) >"$folder/initdb.log" 2>&1
    made=$?
    rm -f "$folder/initdb.password"
    [ "$made" = 0 ] || { cat "$folder/initdb.log" >&2; fail "initdb failed with exit code $made."; }
    mv "$folder/data.new" "$folder/data"
    remember_password
}

# A salted hash of the password last set tells whether the parameter has changed since (rotated, or lost and generated anew).
fingerprint() { printf '%s %s' "$1" "$POSTGRES_PASSWORD" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1; }
remember_password() {
    salt=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "$salt $(fingerprint "$salt")" >"$folder/password.fingerprint"
}
password_changed() {
    read -r salt hash 2>/dev/null <"$folder/password.fingerprint" || return 0
    [ "$(fingerprint "$salt")" != "$hash" ]
}

# Single-user mode needs no password: whoever may write the data folder may set one.
set_password() {
    say "the superuser's password has changed; setting it"
    rm -f "$folder/password.fingerprint"
    printf "ALTER ROLE postgres PASSWORD '%s'\n" "$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")" |
        (as_server KILL "$bin/postgres" --single -D "$folder/data" -c exit_on_error=true \
            -c log_min_error_statement=panic postgres) >/dev/null || fail "could not set the superuser's password."
    remember_password
}

if [ ! -s "$folder/data/PG_VERSION" ] || [ ! -s "$folder/data/global/pg_control" ]; then
    rmdir "$folder/data" 2>/dev/null
    make_cluster
fi
made_by=$(cat "$folder/data/PG_VERSION")
[ "$made_by" = "$major" ] || fail "the data in $folder/data are of PostgreSQL $made_by, $bin is $major." \
    "Install PostgreSQL $made_by and name its folder in PG_BIN, or move the data away."
! password_changed || set_password

cat >"$folder/pg_hba.conf" <<END
# TYPE DATABASE    USER       ADDRESS      METHOD   (written at each start)
host   all         all        127.0.0.1/32 scram-sha-256
host   all         all        ::1/128      scram-sha-256
host   replication app_backup 127.0.0.1/32 scram-sha-256
host   replication app_backup ::1/128      scram-sha-256
END
chown "$uid" "$folder/pg_hba.conf"

# Loopback only and no Unix socket: one way in, with a password. An Api may hold 64 connections: 400 are enough for one, a
# Worker and the four classes of tests that run side by side (Tests/xunit.runner.json), each with an Api of its own. The 300
# more than PostgreSQL's default cost 14 MB of shared memory. Write-ahead log that no Worker fetches is given up at 8 GB.
keep_running INT "$bin/postgres" -D "$folder/data" -c listen_addresses=localhost -c port="$port" \
    -c unix_socket_directories= -c hba_file="$folder/pg_hba.conf" -c password_encryption=scram-sha-256 \
    -c wal_level=replica -c max_slot_wal_keep_size=8GB -c max_connections=400 -c shared_buffers=128MB -c log_checkpoints=off

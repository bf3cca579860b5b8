#!/bin/sh
# Redis for the AppHost: loopback only, with a password and append-only persistence; keeps the server running.
# usage: redis.sh FOLDER BIN PORT APPHOST_PID   with the password in REDIS_PASSWORD
name=redis
. "$(dirname "$0")/supervise.sh"
bin=$2 port=$3
claim "$1" redis "$4" "127.0.0.1:$3"

[ -n "$REDIS_PASSWORD" ] || fail "the password is missing (REDIS_PASSWORD)."
mkdir -p "$folder/data"

# The password goes by a file only the server can read: arguments are for everyone to see in ps.
cat >"$folder/redis.conf" <<END
bind 127.0.0.1 -::1
port $port
requirepass "$(printf %s "$REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')"
dir "$folder/data"
appendonly yes
daemonize no
END
[ "$(id -u)" != 0 ] || chown "$uid:$gid" "$folder/data" "$folder/redis.conf"

keep_running TERM "$bin/redis-server" "$folder/redis.conf"

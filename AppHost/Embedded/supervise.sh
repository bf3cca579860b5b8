# Keeps a server running for as long as the AppHost lives. Sourced by postgres.sh and redis.sh:
#   claim FOLDER ACCOUNT APPHOST_PID PATTERN   makes the folder ours: one supervisor, no server left from an earlier one
#   as_server SIGNAL COMMAND...                becomes a command that runs as the server's account; for subshells
#   keep_running SIGNAL COMMAND...             runs the server until a TERM or INT comes, or the AppHost is gone
# POSIX sh only: it runs on Debian's dash and on macOS, where setpriv is missing.

say() { echo "$name: $*"; }
fail() { echo "$name: $*" >&2; exit 1; }
alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }
nap() { sleep "$1" & wait $!; }

# The account: root hands over to the folder's owner, else to the account of the server's package, else to nobody.
choose_account() {
    uid=$(id -u)
    owner=$(ls -ldn "$folder" | awk '{ print $3 }')
    if [ "$uid" != 0 ]; then
        [ "$owner" = "$uid" ] || fail "$folder belongs to the user with id $owner, so it cannot be used by $(id -un)." \
            "Run as that user, remove the folder, or name another one with Servers:DataPath."
        return
    fi
    setpriv --version >/dev/null 2>&1 || fail "it must not run as root, and setpriv to leave root is missing: install util-linux."
    uid=$owner
    [ "$uid" != 0 ] || uid=$(id -u "$1" 2>/dev/null) || uid=$(id -u nobody)
    gid=$(id -g "$uid" 2>/dev/null) || gid=$(ls -ldn "$folder" | awk '{ print $4 }')
    chown -R "$uid:$gid" "$folder"
}

# With a signal that the kernel sends when this script dies, were it by kill -9: the server never outlives it.
as_server() {
    on_death=$1
    shift
    cd "$folder" || exit 1
    unset POSTGRES_PASSWORD REDIS_PASSWORD
    if [ "$(id -u)" = 0 ]; then
        set -- --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs "$@"
    elif ! setpriv --pdeathsig KILL true 2>/dev/null; then
        exec "$@"
    fi
    exec setpriv --pdeathsig "$on_death" "$@"
}

claim() {
    folder=$1 apphost=$3 pattern=$4
    umask 077
    mkdir -p "$folder" || fail "cannot make $folder."
    choose_account "$2"
    chmod 700 "$folder"
    waited=0
    until (set -C && echo $$ >"$folder/supervisor.pid") 2>/dev/null; do
        holder=$(cat "$folder/supervisor.pid" 2>/dev/null)
        if ! alive "$holder" || ! ps -o args= -p "$holder" | grep -qF "$folder"; then
            rm -f "$folder/supervisor.pid"
            continue
        fi
        [ "$waited" -gt 0 ] || say "waiting for process $holder, which uses $folder, to end"
        waited=$((waited + 1))
        [ "$waited" -le 20 ] || fail "$folder is in use by another running AppHost (its supervisor is process $holder)." \
            "Stop that one, or name another folder with Servers:DataPath."
        nap 1
    done
    trap 'rm -f "$folder/supervisor.pid" "$folder/server.pid"' EXIT
    stop_leftover
}

# A server whose supervisor was killed where the kernel tells it nothing (no setpriv). Only one that is surely ours.
stop_leftover() {
    left=$(cat "$folder/server.pid" 2>/dev/null)
    alive "$left" && ps -o args= -p "$left" | grep -qF -e "$pattern" || return 0
    say "stopping process $left, left over from an AppHost that was killed"
    kill -INT "$left"
    waited=0
    while alive "$left"; do
        waited=$((waited + 1))
        [ "$waited" -le 20 ] || fail "process $left does not stop; it holds $folder."
        nap 1
    done
}

# The second net under the AppHost's own tether: ends this script when the AppHost is gone, the server when both are.
watch() {
    trap 'kill "$napping" 2>/dev/null; exit 0' TERM
    while alive "$apphost" && alive $$; do
        sleep 1 & napping=$!
        wait "$napping"
    done
    kill -TERM $$ 2>/dev/null || kill -s "$1" "$server" 2>/dev/null
}

keep_running() {
    signal=$1
    shift
    stopping='' server='' crashes=0 since=0
    trap 'stopping=yes; alive "$server" && kill -s "$signal" "$server"' TERM INT HUP
    while [ -z "$stopping" ]; do
        as_server "$signal" "$@" 2>&1 &
        server=$!
        echo "$server" >"$folder/server.pid"
        watch "$signal" &
        watcher=$!
        [ -z "$stopping" ] || kill -s "$signal" "$server"
        while :; do # a signal to this script ends the wait, not the server
            wait "$server"
            code=$?
            alive "$server" || break
        done
        kill "$watcher" 2>/dev/null
        [ -z "$stopping" ] || break
        now=$(date +%s)
        [ $((now - since)) -le 60 ] || crashes=0 since=$now
        crashes=$((crashes + 1))
        say "ENDED UNEXPECTEDLY with exit code $code$([ "$code" -le 128 ] || echo " (signal $((code - 128)))")" >&2
        [ "$crashes" -lt 5 ] || fail "it ended $crashes times within a minute; giving up. Its last lines above say why."
        say "starting it again in 3 s" >&2
        nap 3
    done
    say "stopped"
    exit 0
}

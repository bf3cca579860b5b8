# What ProductionReady needs from a machine, as questions. Sourced by setup.sh and doctor; each prints what it found and
# fails when there is nothing. The same places as AppHost/Embedded/PostgresBinaries.cs and RedisBinaries.cs.

# The folder of PostgreSQL's programs, 15 or later.
postgres_bin() {
    on_path=$(command -v postgres || :)
    installed=$(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -rV)
    for folder in ${PG_BIN:-"${on_path%/*}" $installed}; do
        [ -n "$folder" ] && [ -x "$folder/postgres" ] || continue
        major=$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "$major" -ge 15 ] || continue
        echo "$folder"
        return 0
    done
    return 1
}

# Full path of redis-server.
redis_bin() {
    on_path=$(command -v redis-server || :)
    for server in ${REDIS_BIN:-"${on_path%/*}" /opt/homebrew/bin}; do
        server=$server/redis-server
        [ -x "$server" ] || continue
        echo "$server"
        return 0
    done
    return 1
}

# Full path of the library that sets the clock of a process.
faketime_library() { ls /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null; }

# Version of a .NET SDK that global.json accepts.
dotnet_sdk() { command -v dotnet >/dev/null && (cd "$(dirname "$0")/.." && dotnet --version 2>/dev/null); }

# Name of the container runtime that answers.
container_runtime() {
    bound='timeout 3' # which macOS lacks
    command -v timeout >/dev/null || bound=''
    for runtime in ${ASPIRE_CONTAINER_RUNTIME:-docker podman}; do
        command -v "$runtime" >/dev/null && $bound "$runtime" ps -q >/dev/null 2>&1 || continue
        echo "$runtime"
        return 0
    done
    return 1
}

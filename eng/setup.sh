#!/bin/sh
# Installs what this machine lacks to run and test ProductionReady without a container runtime: PostgreSQL 15 or later,
# Redis, age, zstd, ps and setpriv, and the .NET SDK; with the argument "tests" also faketime, by which tests set clocks. For Debian and Ubuntu, as root or with sudo; may be run again and again, and
# says nothing when nothing is missing. No server of the system's own is left running: the AppHost starts its own.
set -eu
. "$(dirname "$0")/requirements.sh"

packages=''
lacks() { ! "$@" >/dev/null 2>&1; }
if lacks postgres_bin; then packages="$packages postgresql"; fi
if lacks redis_bin; then packages="$packages redis-server"; fi
if lacks command -v age-keygen; then packages="$packages age"; fi
if lacks command -v zstd; then packages="$packages zstd"; fi
if lacks command -v ps; then packages="$packages procps"; fi
if [ "$(uname)" = Linux ] && lacks command -v setpriv; then packages="$packages util-linux"; fi
if [ "${1:-}" = tests ] && [ "$(uname)" = Linux ] && lacks faketime_library; then packages="$packages faketime"; fi
if lacks dotnet_sdk; then packages="$packages dotnet-sdk-10.0"; fi
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    # The SDK is needed in any case; the servers only where no containers take their place.
    if [ "${packages#*dotnet}" = "$packages" ] && container_runtime >/dev/null; then exit 0; fi
    echo "Missing:$packages. Install them and try again (macOS: brew install postgresql@17 redis age zstd dotnet)," >&2
    echo "or start a container runtime in place of PostgreSQL and Redis." >&2
    exit 1
fi

as_root=''
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "Missing:$packages. Install them as root (apt-get install$packages)." >&2; exit 1; }
    as_root=sudo
fi
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@"; }

echo "Installing:$packages"
apt update >/dev/null
if [ "${packages#*dotnet}" != "$packages" ] && ! apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
    echo "The .NET SDK 10 is missing and no package source here has it: install it as" \
        "https://learn.microsoft.com/dotnet/core/install/linux says, and try again." >&2
    exit 1
fi

# While packages are installed no service may start, and Debian shall not make a cluster of its own.
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d/productionready.conf
restore() { [ -z "${policy_is_ours:-}" ] || $as_root rm -f "$policy"; $as_root rm -f "$clusters"; }
trap restore EXIT
trap 'exit 1' INT TERM
if [ ! -e "$policy" ]; then
    policy_is_ours=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi
if [ "${packages#*postgresql}" != "$packages" ]; then
    $as_root mkdir -p "${clusters%/*}"
    echo 'create_main_cluster = false' | $as_root tee "$clusters" >/dev/null
fi
# shellcheck disable=SC2086 # a list of words
apt install --no-install-recommends $packages >/dev/null
if [ "${packages#*redis}" != "$packages" ] && [ -d /run/systemd/system ]; then
    $as_root systemctl --quiet disable redis-server
fi

postgres_bin >/dev/null || {
    echo "This distribution's PostgreSQL is older than 15: add PostgreSQL's own packages" \
        "(/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh) and try again." >&2
    exit 1
}

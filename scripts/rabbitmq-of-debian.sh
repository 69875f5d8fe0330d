#!/usr/bin/env bash
# Unpacks the RabbitMQ of another Debian into a folder, as root. Prints a server script that runs it:
#
#   export TOPO_RABBITMQ_SERVER="$(scripts/rabbitmq-of-debian.sh sid ~/.cache/topo-rabbitmq/sid)"
#   npx vitest run --project broker
set -euo pipefail

[ $# -eq 2 ] || { sed -n '2,5s/^# \?//p' "$0" >&2; exit 2; }
suite=$1 folder=$(realpath -m "$2")
server=$folder/topo-rabbitmq-server

mkdir -p "$(dirname "$folder")"
exec 9> "$folder.lock"
flock 9
# The script comes last: without it, an earlier set-up was cut off.
if [ ! -x "$server" ]; then
  rm -rf --one-file-system "$folder"
  command -v debootstrap > /dev/null || { apt-get update && apt-get install -y debootstrap; } >&2
  mirror=$(sed -n 's/^URIs: *//p;s/^deb \([^ ]*\) .*/\1/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2> /dev/null | head -1 || true)
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" "$mirror" >&2
  printf '#!/bin/sh\nexit 101\n' > "$folder/usr/sbin/policy-rc.d"
  chmod +x "$folder/usr/sbin/policy-rc.d"
  cp /etc/hosts /etc/resolv.conf "$folder/etc/"
  # The mounts end with this command, so that nobody deletes /dev along with the folder.
  unshare --mount sh -euc 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
    export DEBIAN_FRONTEND=noninteractive
    chroot "$1" apt-get -o Acquire::Check-Valid-Until=false update
    chroot "$1" apt-get install -y --no-install-recommends rabbitmq-server
    chroot "$1" apt-get clean' sh "$folder" >&2
  # Paths, users and /etc stay the machine's own; only the programs are the other Debian's.
  cat > "$server.new" <<'SERVER'
#!/bin/sh
usr=$(dirname "$(realpath "$0")")/usr
exec unshare --mount sh -c 'mount --bind "$0" /usr && exec /usr/lib/rabbitmq/bin/rabbitmq-server "$@"' "$usr" "$@"
SERVER
  chmod +x "$server.new"
  mv "$server.new" "$server"
fi
echo "$server"

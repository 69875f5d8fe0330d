#!/usr/bin/env bash
# Starts the RabbitMQ of another Debian, in a chroot of its own: trixie has 4.0, sid 4.3. As root. Prints what the tests need to use it:
#
#   eval "$(scripts/rabbitmq-of-debian.sh sid /var/tmp/topo-sid)" && npx vitest run --project broker
#   scripts/rabbitmq-of-debian.sh stop /var/tmp/topo-sid
set -euo pipefail

[ $# -eq 2 ] || { sed -n '2,5s/^# \?//p' "$0" >&2; exit 2; }
suite=$1 folder=$(realpath -m "$2")

# Whatever runs in the chroot, and nothing else.
end_processes() {
  for root in /proc/[0-9]*/root; do
    pid=${root#/proc/}
    [ "$(readlink "$root" 2>/dev/null)" = "$folder" ] && kill -KILL "${pid%/root}" 2>/dev/null || true
  done
}

if [ "$suite" = stop ]; then
  end_processes
  for mount in dev proc; do mountpoint -q "$folder/$mount" && umount -l "$folder/$mount"; done
  exit
fi

mirror=$(sed -n 's/^URIs: *//p;s/^deb \([^ ]*\) .*/\1/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2> /dev/null | head -1 || true)
if [ ! -x "$folder/usr/lib/rabbitmq/bin/rabbitmq-server" ]; then
  command -v debootstrap > /dev/null || apt-get install -y debootstrap >&2
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" "$mirror" >&2
  printf '#!/bin/sh\nexit 101\n' > "$folder/usr/sbin/policy-rc.d"
  chmod +x "$folder/usr/sbin/policy-rc.d"
fi
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
mountpoint -q "$folder/dev" || mount --bind /dev "$folder/dev"
# sid ships no hosts file, without which epmd finds no host.
cp /etc/hosts /etc/resolv.conf "$folder/etc/"
if [ ! -x "$folder/usr/lib/rabbitmq/bin/rabbitmq-server" ]; then
  chroot "$folder" apt-get -o Acquire::Check-Valid-Until=false update >&2
  DEBIAN_FRONTEND=noninteractive chroot "$folder" apt-get install -y --no-install-recommends rabbitmq-server >&2
fi

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
amqp=$(free_port) management=$(free_port) dist=$(free_port) epmd=$(free_port)
data=/var/lib/topo-node
chroot "$folder" sh -c "rm -rf $data && mkdir -p $data && chown rabbitmq $data"
types='consistent_hash_exchange random_exchange recent_history_exchange sharding'
plugins=$(printf ',rabbitmq_%s' management $types)
printf '[%s].\n' "${plugins#,}" > "$folder$data/enabled_plugins"
printf 'listeners.tcp.default = 127.0.0.1:%s\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$amqp" "$management" > "$folder$data/rabbitmq.conf"
chroot "$folder" chown -R rabbitmq "$data"
chroot "$folder" su rabbitmq -s /bin/sh -c "cd $data && HOME=$data ERL_EPMD_PORT=$epmd ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODENAME=topo-$suite@localhost \
  RABBITMQ_DIST_PORT=$dist RABBITMQ_CONFIG_FILE=$data/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$data/enabled_plugins \
  RABBITMQ_MNESIA_BASE=$data/mnesia RABBITMQ_LOG_BASE=$data/log RABBITMQ_CONF_ENV_FILE=/dev/null \
  setsid /usr/lib/rabbitmq/bin/rabbitmq-server > $data/node.log 2>&1 < /dev/null &"
for _ in $(seq 300); do
  curl -fs -u guest:guest "http://127.0.0.1:$management/api/overview" > /dev/null && break
  sleep 0.3
done
curl -fs -u guest:guest "http://127.0.0.1:$management/api/overview" | grep -o '"rabbitmq_version":"[^"]*"' >&2
echo "export TOPO_TEST_ENDPOINT=http://127.0.0.1:$management TOPO_TEST_AMQP_URL=amqp://guest:guest@127.0.0.1:$amqp"

#!/bin/sh
# Starts Redis as what the Sentinels say this pod is; before there are any, redis-0 is the primary.
set -eu
REDISCLI_AUTH=$(cat /access/sentinel-password)
export REDISCLI_AUTH
me=$(uname -n).redis
primary=$(timeout 2 redis-cli --no-auth-warning -h redis-sentinel -p 26379 --user sentinel \
  sentinel get-master-addr-by-name demo 2>/dev/null | grep '^redis-' || echo redis-0.redis)
unset REDISCLI_AUTH
set -- --replica-announce-ip "$me"
[ "$primary" = "$me" ] || set -- "$@" --replicaof "$primary" 6379
echo "primary: $primary"
exec redis-server /config/redis.conf "$@"

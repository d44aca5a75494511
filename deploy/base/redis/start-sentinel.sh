#!/bin/sh
# Starts a Sentinel on a configuration of its own, which it rewrites.
set -eu
password=$(cat /access/sentinel-password)
# All Sentinels may have been made anew while the servers ran: they are asked who is primary.
primary=redis-0.redis
for server in redis-0.redis redis-1.redis; do
  role=$(REDISCLI_AUTH=$password timeout 2 redis-cli --no-auth-warning -h "$server" --user sentinel role 2>/dev/null | head -n 1) || role=
  if [ "$role" = master ]; then
    primary=$server
    break
  fi
done
# The same pod is the same Sentinel for ever: one that came back under another identity would be counted twice, and
# the majority would grow until it is never reached.
me=$(uname -n)
identity=$(printf %s "$me" | sha1sum | cut -c 1-40)
umask 077
cat /config/sentinel.conf - >/data/sentinel.conf <<CONF
sentinel myid $identity
sentinel announce-ip $me.redis-sentinel
sentinel sentinel-user sentinel
sentinel sentinel-pass $password
sentinel monitor demo $primary 6379 2
sentinel down-after-milliseconds demo 3000
sentinel failover-timeout demo 10000
sentinel auth-user demo sentinel
sentinel auth-pass demo $password
CONF
echo "primary: $primary"
exec redis-sentinel /data/sentinel.conf

#!/usr/bin/env bash
# Makes the Secrets that the manifests mount, in the namespaces dev and test of the current kube context. Those that are
# there stay as they are; nothing of them is ever shown or kept in a file.
set -euo pipefail

while (($#)); do
  case $1 in
    --help)
      echo "usage: $0 [--any-context]   (kubectl apply -f manifests/namespaces.yaml comes first)"
      exit 0
      ;;
    --any-context) any_context=yes ;;
    *)
      echo "$0: no such option: $1 (see --help)" >&2
      exit 2
      ;;
  esac
  shift
done

# shellcheck source=scripts/kube_context.sh
. "$(dirname "$0")/kube_context.sh"
check_tools openssl
check_context

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
umask 077
password() { openssl rand -hex 24; }

mongo_access() {
  openssl rand -base64 756 | tr -d '\n' >keyfile
  password >admin-password
  password >app-password
}

# Redis knows three users: the service, its Sentinels, its replica; nobody comes in without a name.
redis_access() {
  local app sentinel replica
  app=$(password) sentinel=$(password) replica=$(password)
  local commands='+auth +ping +info +role +multi +exec +hsetnx +hget +hmget +hincrby +getrange +pttl +set +publish +subscribe'
  local watching='+multi +exec +ping +info +role +slaveof +publish +subscribe +config|rewrite +client|setname +client|kill +script|kill'
  cat >users.acl <<ACL
user default off
user demo-app on >$app ~demo-app:* &demo-app:* $commands
user sentinel on >$sentinel allchannels $watching
user replica on >$replica +psync +replconf +ping
ACL
  cat >sentinel.acl <<ACL
user default off
user demo-app on >$app &+switch-master +auth +ping +subscribe +sentinel|get-master-addr-by-name +sentinel|sentinels
user sentinel on >$sentinel allchannels +@all
ACL
  printf %s "$app" >app-password
  printf %s "$sentinel" >sentinel-password
  echo "masterauth $replica" >replica.conf
}

admin_token() { password >token; }

# make NAMESPACE NAME FUNCTION: the function writes the Secret's files into the current folder.
make() {
  local namespace=$1 name=$2
  [[ -z $(kubectl -n "$namespace" get secret "$name" --ignore-not-found -o name) ]] || return 0
  mkdir "$folder/$namespace-$name"
  (cd "$folder/$namespace-$name" && "$3")
  kubectl -n "$namespace" create secret generic "$name" --from-file="$folder/$namespace-$name"
}

for namespace in dev test; do
  make "$namespace" mongo-access mongo_access
  make "$namespace" redis-access redis_access
done
make dev admin-token admin_token

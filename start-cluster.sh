#!/usr/bin/env bash
# Brings both environments, dev and test, from whatever is there to answering, on the current kube context. Deletes nothing;
# run again, it changes what differs from manifests/ and says when all is there.
set -euo pipefail

usage() {
  cat <<TEXT
usage: $0 [--with OPTION]... [--timeout SECONDS] [--any-context]
  --with OPTION    a file of manifests/options: $(cd manifests/options && echo *.yaml | sed 's/\.yaml//g')
                   (gateway by itself where the cluster knows the Gateway API; --with none for no edge)
  --timeout        how long all may take (300)
  --any-context    also where the context looks like somebody's production
TEXT
}

started=$SECONDS timeout=300 options=()
cd "$(dirname "$0")"
while (($#)); do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    --with | --timeout)
      (($# > 1)) || { echo "$0: $1 wants a value (see --help)" >&2; exit 2; }
      if [[ $1 == --with ]]; then options+=("$2"); else timeout=$2; fi
      shift
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
. scripts/kube_context.sh
[[ $timeout =~ ^[1-9][0-9]*$ ]] || die "--timeout wants a number of seconds"
for option in "${options[@]}"; do
  [[ $option == none || -e manifests/options/$option.yaml ]] || die "--with $option: no such file in manifests/options"
done
check_context
check_abilities
if [[ ${#options[@]} -eq 0 ]] && kubectl get crd httproutes.gateway.networking.k8s.io >/dev/null 2>&1; then
  options=(gateway)
fi

say() { printf '%3d s  %s\n' $((SECONDS - started)) "$*"; }
files=()
for name in mongodb-config mongodb-shard mongodb-mongos redis-dev web-deployment mongodb-test redis-test test-deployment \
  "${options[@]/#/options/}"; do
  [[ $name == options/none ]] || files+=(--filename "manifests/$name.yaml")
done
say "applying manifests to $(kubectl config current-context)"
# The server compares: a tenth of the work, and an object that is as it should be is not touched.
apply=(kubectl apply --server-side --force-conflicts)
"${apply[@]}" --filename manifests/namespaces.yaml >/dev/null
scripts/make_secrets.sh
say "$("${apply[@]}" "${files[@]}" | wc -l) objects are as manifests say"

say "bringing MongoDB to its topology"
pids=()
for namespace in dev test; do
  ./setup-sharding.sh "$namespace" ${any_context:+--any-context} > >(sed -u "s/^/       $namespace: /") 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do
  wait "$pid" || die "MongoDB is not what its topology says (above); run $0 again when that is mended"
done

for namespace in dev test; do
  left=$((timeout - SECONDS + started))
  kubectl -n "$namespace" rollout status statefulset,deployment --timeout="$((left > 0 ? left : 1))s" |
    sed -un "s/^Waiting/       $namespace: waiting/p" || {
    kubectl -n "$namespace" get pods >&2
    die "$namespace is not there after $timeout s (kubectl -n $namespace describe pods)"
  }
  say "$namespace: every pod is there"
done

edge=$(kubectl -n dev get gateway demo-app -o jsonpath='{.status.addresses[0].value}' 2>/dev/null) ||
  edge=$(kubectl -n dev get ingress demo-app -o jsonpath='{.status.loadBalancer.ingress[0].ip}' 2>/dev/null) || edge=
say "both environments answer"
cat <<TEXT

  http://demo.local        production   \
token for what changes all data: kubectl -n dev get secret admin-token -o jsonpath='{.data.token}' | base64 -d
  http://test.demo.local   test         open

The two names need a line in /etc/hosts: ${edge:-127.0.0.1} demo.local test.demo.local
Without a gateway: kubectl -n dev port-forward service/demo-app 8080:80, and http://localhost:8080
TEXT

#!/usr/bin/env bash
# Brings both environments, dev and test, from whatever is there to answering, on the current kube context. Deletes nothing;
# run again, it changes what differs from manifests/. In the end it asks both.
set -euo pipefail

usage() {
  cat <<TEXT
usage: $0 [--with OPTION]... [--timeout SECONDS] [--any-context]
  --with OPTION    a file of manifests/options: $(cd manifests/options && echo *.yaml | sed 's/\.yaml//g')
                   (where none of gateway, tls, ingress is named: the one that is there, or gateway where the cluster
                   knows the Gateway API; --with none for no edge)
  --timeout        how long all may take (300)
  --any-context    also where the context looks like somebody's production
Both environments are asked at the address that their Gateway or Ingress has; EDGE=HOST[:PORT] asks another.
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
# shellcheck source=scripts/installed.sh
. scripts/installed.sh
# shellcheck source=scripts/waiting.sh
. scripts/waiting.sh
# shellcheck source=scripts/asking.sh
. scripts/asking.sh
[[ $timeout =~ ^[1-9][0-9]*$ ]] || die "--timeout wants a number of seconds"
for option in "${options[@]}"; do
  [[ $option == none || -e manifests/options/$option.yaml ]] || die "--with $option: no such file in manifests/options"
done
check_tools openssl base64 awk sed curl
check_context
check_abilities
check_namespaces
[[ " ${options[*]} " =~ \ (gateway|tls|ingress|none)\  ]] || options+=("$(installed_edge)")

say() { printf '%3d s  %s\n' $((SECONDS - started)) "$*"; }
left() { echo $((timeout > SECONDS - started ? timeout - SECONDS + started : 1)); }
files=()
for name in mongodb-config mongodb-shard mongodb-mongos redis-dev mongodb-test redis-test test-deployment "${options[@]/#/options/}"; do
  [[ $name == options/none ]] || files+=(--filename "manifests/$name.yaml")
done
say "applying manifests to $(kubectl config current-context)"
# The server compares: a tenth of the work, and an object that is as it should be is not touched.
apply=(kubectl apply --server-side --force-conflicts)
"${apply[@]}" --filename manifests/namespaces.yaml >/dev/null
scripts/make_secrets.sh ${any_context:+--any-context}
applied=$(web_deployment | "${apply[@]}" --filename - "${files[@]}")
say "$(wc -l <<<"$applied") objects are as manifests say"

say "bringing MongoDB to its topology"
trap stop_jobs EXIT
set -m
for namespace in dev test; do
  ./setup-sharding.sh "$namespace" --timeout "$(left)" ${any_context:+--any-context} > >(sed -u "s/^/       $namespace: /") 2>&1 &
done
watch_over_jobs || die "MongoDB is not what its topology says (above); run $0 again when that is mended"

for namespace in dev test; do
  kubectl -n "$namespace" rollout status statefulset,deployment --selector "$ours" --timeout="$(left)s" \
    > >(sed -un "s/^Waiting/       $namespace: waiting/p") &
done
if ! watch_over_jobs; then
  kubectl -n dev get pods >&2
  kubectl -n test get pods >&2
  die "not every pod is there after $((SECONDS - started)) s (kubectl -n dev describe pods)"
fi
say "every pod is there"

scheme=http
[[ " ${options[*]} " != *" tls "* ]] || scheme=https
[[ " ${options[*]} " != *" none "* ]] || scheme=none
most=$(left)
ask_both "$scheme" $((most < 60 ? most : 60)) || die "not both environments answer (above); docs/kubernetes.md says what may be wrong"
show_ways "$scheme"

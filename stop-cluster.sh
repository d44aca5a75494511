#!/usr/bin/env bash
# Stops both environments, touches nothing else, and keeps their data: volumes, Secrets and namespaces stay, start-cluster.sh brings all back.
set -euo pipefail

while (($#)); do
  case $1 in
    --help)
      echo "usage: $0 [--any-context]"
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

cd "$(dirname "$0")"
# shellcheck source=scripts/kube_context.sh
. scripts/kube_context.sh
check_context

# The service first, then whom it asks; the members of MongoDB last. Each is waited for. What the manifests name beside
# (Services, policies, budgets) does no harm and stays.
for namespace in dev test; do
  for workloads in "hpa $ours" "deployment $ours,app=demo-app" "deployment $ours" "statefulset $ours"; do
    kubectl -n "$namespace" delete "${workloads% *}" --selector "${workloads#* }" --ignore-not-found --cascade=foreground
  done
  # Among them is what an older version of the manifests made, which has no such label.
  others=$(kubectl -n "$namespace" get deployments,statefulsets --selector "${ours/=/!=}" -o name)
  [[ -z $others ]] || echo "left in $namespace, without the label $ours: ${others//$'\n'/, }"
done
echo "stopped; the data stay (kubectl get persistentvolumeclaims --all-namespaces), start-cluster.sh brings all back"

#!/usr/bin/env bash
# Brings MongoDB in the cluster to what its topology says: replica sets, users, shards, sharded collections, indexes.
# Runs `demo-app cluster apply` as a Job and shows its log. Safe to run again: it does what is missing, and nothing else.
set -euo pipefail

namespace=dev timeout=600
while (($#)); do
  case $1 in
    --help)
      echo "usage: $0 [dev|test] [--timeout SECONDS] [--any-context]   (dev, 600)"
      exit 0
      ;;
    --timeout)
      [[ $# -gt 1 && $2 =~ ^[1-9][0-9]*$ ]] || { echo "$0: --timeout wants a number of seconds" >&2; exit 2; }
      timeout=$2
      shift
      ;;
    dev | test) namespace=$1 ;;
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
# shellcheck source=scripts/waiting.sh
. scripts/waiting.sh
check_context

job=cluster-apply-$(date +%s)-$$
kubectl -n "$namespace" create job --from=cronjob/cluster-apply "$job" >/dev/null
kubectl -n "$namespace" patch job "$job" --patch "{\"spec\": {\"activeDeadlineSeconds\": $timeout}}" >/dev/null

waiting_in_vain+='|ErrImage|ImagePull'
# A pod of it may fail and be followed by another; each one's log is shown.
shown='' state=''
until [[ $state == *Complete* ]]; do
  [[ $state != *DeadlineExceeded* ]] || die "$job did not end within $timeout s; run $0 again to go on from there"
  [[ $state != *Failed* ]] || die "$job failed (above); kubectl -n $namespace describe job $job"
  show_waiting '' --namespace "$namespace" --selector "job-name=$job" ||
    die "$job does not start (above); kubectl -n $namespace describe pods --selector job-name=$job"
  while read -r pod phase; do
    [[ $phase != Pending && $shown != *" $pod "* ]] || continue
    shown+=" $pod "
    kubectl -n "$namespace" logs --follow "$pod" </dev/null || true
  done < <(kubectl -n "$namespace" get pods -l "job-name=$job" \
    -o jsonpath='{range .items[*]}{.metadata.name} {.status.phase}{"\n"}{end}')
  state=$(kubectl -n "$namespace" get job "$job" \
    -o jsonpath='{range .status.conditions[?(@.status=="True")]}{.type} {.reason} {end}')
  [[ $state == *Complete* ]] || sleep 0.3
done

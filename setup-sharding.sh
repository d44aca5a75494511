#!/usr/bin/env bash
# Brings MongoDB in the cluster to what its topology says: replica sets, users, shards, sharded collections, indexes.
# Runs `demo-app cluster apply` as a Job and shows its log. Safe to run again: it does what is missing, and nothing else.
set -euo pipefail

namespace=dev
while (($#)); do
  case $1 in
    --help)
      echo "usage: $0 [dev|test] [--any-context]"
      exit 0
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
check_context

job=cluster-apply-$(date +%s)-$$
kubectl -n "$namespace" create job --from=cronjob/cluster-apply "$job" >/dev/null

# A pod of it may fail and be followed by another; each one's log is shown.
shown='' state=''
until [[ $state == *Complete* ]]; do
  [[ $state != *Failed* ]] || die "$job failed (above); kubectl -n $namespace describe job $job"
  while read -r pod phase reason; do
    case $reason in
      *ErrImage* | *ImagePull*) die "$job does not start: there is no image ($reason); kubectl -n $namespace describe job $job" ;;
    esac
    [[ $phase != Pending && $shown != *" $pod "* ]] || continue
    shown+=" $pod "
    kubectl -n "$namespace" logs --follow "$pod" </dev/null || true
  done < <(kubectl -n "$namespace" get pods -l "job-name=$job" \
    -o jsonpath='{range .items[*]}{.metadata.name} {.status.phase} {.status.containerStatuses[*].state.waiting.reason}{"\n"}{end}')
  state=$(kubectl -n "$namespace" get job "$job" -o jsonpath='{.status.conditions[?(@.status=="True")].type}')
  [[ $state == *Complete* ]] || sleep 0.3
done

# shellcheck shell=bash
# shellcheck disable=SC2154 # ours is of kube_context.sh.
# What pods wait for, shown to whoever waits for them. Sourced, after kube_context.sh.

waiting_shown=$'\n'
waiting_in_vain=CreateContainerConfigError # Only another manifest or another Secret will do.

# show_waiting PREFIX GET_ARGUMENT...: each reason that pods of `kubectl get pods GET_ARGUMENT...` wait for, once. Fails where
# one of them is waiting_in_vain.
show_waiting() {
  local prefix=$1 line in_vain=
  shift
  while IFS= read -r line; do
    [[ ! $line =~ $waiting_in_vain ]] || in_vain=yes
    [[ $waiting_shown != *$'\n'"$line"$'\n'* ]] || continue
    waiting_shown+=$line$'\n'
    echo "$prefix$line"
  done < <(kubectl get pods "$@" -o jsonpath='{range .items[*]}{.metadata.namespace}: {.metadata.name}{"\t"}{.status.conditions[?(@.reason=="Unschedulable")].message} {.status.initContainerStatuses[*].state.waiting.reason} {.status.containerStatuses[*].state.waiting.reason} {.status.containerStatuses[?(@.state.waiting.reason=="CreateContainerConfigError")].state.waiting.message}{"\n"}{end}' |
    awk -F '\t' '{gsub(/ContainerCreating|PodInitializing/, "", $2); gsub(/^ +| +$/, "", $2)}
                 $2 != "" {print $1 " waits: " $2}')
  [[ -z $in_vain ]]
}

# Shows what pods of both environments wait for until every job of this shell has ended; fails when one of them failed, or at
# once when waiting is in vain. (setup-sharding.sh shows those of its Job itself.)
watch_over_jobs() {
  local job status=0 jobs namespace
  jobs=$(jobs -p)
  while [[ -n $(jobs -pr) ]]; do
    for namespace in dev test; do
      show_waiting '       ' --namespace "$namespace" --selector "$ours,!job-name" || return 1
    done
    sleep 1
  done
  for job in $jobs; do
    wait "$job" || status=1
  done
  return "$status"
}

# Ends the jobs of this shell with all that they started; each has to be a group of processes (set -m).
stop_jobs() {
  local job
  for job in $(jobs -p); do
    kill -- "-$job" 2>/dev/null || true
  done
}

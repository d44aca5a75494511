# shellcheck shell=bash
# What the scripts that change a cluster look at first. Sourced, after the option --any-context was read.

# The label of what is ours, in namespaces that may hold more (deploy/ownership). The scripts that source this use it.
# shellcheck disable=SC2034
ours=app.kubernetes.io/part-of=demo-app

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) ||
  die "this is bash ${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}; 4.4 or newer is needed (on macOS: brew install bash)"

check_tools() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || die "$tool is not installed"
  done
}

# The current context answers, and does not look like somebody's production.
check_context() {
  check_tools kubectl
  local context answer
  context=$(kubectl config current-context 2>/dev/null) || context=
  [[ -n $context ]] || die "kubectl knows no cluster: its current context is empty (kubectl config get-contexts)"
  if [[ ${any_context:-} != yes && ${context,,} =~ (^|[^a-z])(prod|prd|production|live)([^a-z]|$) ]]; then
    die "the context \"$context\" looks like a production of somebody's: --any-context if you mean it"
  fi
  answer=$(kubectl get --raw /readyz --request-timeout=5s 2>&1) ||
    die "no cluster answers behind the context \"$context\": ${answer##*$'\n'}"
}

# It is new enough (preStop sleep, 1.30), nothing of before is on its way out, it has somewhere to keep volumes, and room for both environments.
check_abilities() {
  local major minor leaving classes memory
  read -r major minor < <(kubectl get --raw /version | tr -d '",+' |
    awk '$1 == "major:" {major = $2} $1 == "minor:" {minor = $2} END {print major, minor}')
  ((major > 1 || minor >= 30)) || die "this is Kubernetes $major.$minor; 1.30 or newer is needed"
  leaving=$(kubectl get namespace dev test --ignore-not-found -o jsonpath='{.items[?(@.status.phase=="Terminating")].metadata.name}')
  [[ -z $leaving ]] || die "still being deleted: $leaving (kubectl get namespaces)"
  classes=$(kubectl get storageclass \
    -o jsonpath='{.items[*].metadata.annotations.storageclass\.kubernetes\.io/is-default-class}')
  [[ " $classes " == *" true "* ]] || die "no StorageClass is the default one: nothing would keep MongoDB's data"
  memory=$(kubectl get nodes -o jsonpath='{range .items[*]}{.status.allocatable.memory} {.spec.unschedulable}{"\n"}{end}' |
    awk '$2 != "true" {unit = substr($1, length($1) - 1)
          mib = unit == "Ki" ? $1 / 1024 : unit == "Mi" ? $1 + 0 : unit == "Gi" ? $1 * 1024 : $1 / 1048576
          sum += mib} END {printf "%d", sum}')
  ((memory >= 3584)) || die "the nodes give $memory MiB to pods in all; 3584 MiB are needed"
}

# shellcheck shell=bash
# Whether both environments answer, asked as their users ask, and how to get there. Sourced, after kube_context.sh.

host_of() { [[ $1 == dev ]] && echo demo.local || echo test.demo.local; }

# edge_of NAMESPACE: the address that leads to its host; EDGE is another one, where that is not reached from here.
edge_of() {
  local look found=${EDGE:-}
  for look in 'gateways.gateway.networking.k8s.io {.status.addresses[0].value}' \
    'ingress {.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}'; do
    [[ -n $found ]] || found=$(kubectl -n "$1" get "${look%% *}" demo-app -o jsonpath="${look#* }" 2>/dev/null) || true
  done
  [[ $found != *:*:* || $found == \[* ]] || found="[$found]"
  echo "${found:-127.0.0.1}"
}

# ask NAMESPACE SCHEME EDGE: one request; what is wrong goes to standard error. (Whether a certificate is trusted is for
# the browser to say.)
ask() {
  if [[ $2 == none ]]; then
    kubectl get --raw "/api/v1/namespaces/$1/services/demo-app:http/proxy/readyz" --request-timeout=5s >/dev/null
  else
    curl --fail --silent --show-error --insecure --noproxy '*' --max-time 5 --output /dev/null --connect-to "::$3" \
      "$2://$(host_of "$1")/readyz"
  fi
}

# ask_both SCHEME SECONDS: says of each environment whether it answers, which both may take so long to do; fails where one
# does not. The scheme is none where there is no edge.
ask_both() {
  local namespace edge name wrong status=0 last=$((SECONDS + $2))
  for namespace in dev test; do
    until edge=$(edge_of "$namespace") && wrong=$(ask "$namespace" "$1" "$edge" 2>&1); do
      ((SECONDS < last)) || break
      sleep 1
    done
    name="$1://$(host_of "$namespace") at $edge"
    [[ $1 != none ]] || name="service/demo-app in $namespace"
    if [[ -z $wrong ]]; then say "$name answers"; else say "$name does not answer: $wrong" && status=1; fi
  done
  return "$status"
}

# show_ways SCHEME: what a person types.
show_ways() {
  local dev="$1://demo.local" test="$1://test.demo.local" what_next
  what_next="The two names need these lines in /etc/hosts:
  $(edge_of dev) demo.local
  $(edge_of test) test.demo.local"
  if [[ $1 == none ]]; then
    dev='http://localhost:8080' test='http://localhost:8081'
    what_next="There is no edge; these lead there:
  kubectl -n dev port-forward service/demo-app 8080:80
  kubectl -n test port-forward service/demo-app 8081:80"
  fi
  cat <<TEXT

  $dev        production   \
token for what changes all data: kubectl -n dev get secret admin-token -o jsonpath='{.data.token}' | base64 -d
  $test   test         open

$what_next
TEXT
}

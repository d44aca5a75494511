# shellcheck shell=bash
# shellcheck disable=SC2154 # ours is of kube_context.sh.
# What is installed already and is to stay as it is. Sourced, after kube_context.sh.

# Nothing of somebody else runs in namespaces that are not ours yet: our network policies would cut it off. (A version that
# gave its namespaces no label made the Secret mongo-access.)
check_namespaces() {
  local marked namespace found
  marked=$(kubectl get namespaces --selector "$ours" -o name)
  for namespace in dev test; do
    [[ $marked != *namespace/$namespace* ]] || continue
    [[ -z $(kubectl -n "$namespace" get secret mongo-access --ignore-not-found -o name) ]] || continue
    found=$(kubectl -n "$namespace" get deployments,statefulsets,daemonsets -o name)
    [[ -z $found ]] || die "somebody else's ${found//$'\n'/, } in $namespace would be cut off: kubectl label namespace $namespace $ours if it may be"
  done
}

# The option of manifests/options that is the edge here. Where none is: gateway, if the cluster knows the Gateway API.
installed_edge() {
  local api=gateway.networking.k8s.io found objects=(ingress/demo-app) otherwise=none
  if kubectl get crd "httproutes.$api" >/dev/null 2>&1; then
    objects+=("gateway.$api/demo-app" "httproute.$api/demo-app-redirect")
    otherwise=gateway
  fi
  found=$(kubectl -n dev get "${objects[@]}" --ignore-not-found -o name)
  case $found in
    *demo-app-redirect*) echo tls ;;
    *gateway.$api/*) echo gateway ;;
    *ingress*) echo ingress ;;
    *) echo $otherwise ;;
  esac
}

# web-deployment.yaml; where an autoscaler says how many instances there are, with just as many. (With no number at all the
# Deployment would fall to one.)
web_deployment() {
  local count=3
  if [[ -n $(kubectl -n dev get hpa demo-app --ignore-not-found -o name) ]]; then
    count=$(kubectl -n dev get deployment demo-app --ignore-not-found -o jsonpath='{.spec.replicas}')
  fi
  sed "s/^  replicas: .*/  replicas: ${count:-3}/" manifests/web-deployment.yaml
}

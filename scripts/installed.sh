# shellcheck shell=bash
# What is installed already and is to stay as it is. Sourced, after kube_context.sh.

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

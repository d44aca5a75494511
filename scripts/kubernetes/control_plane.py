"""What makes a cluster of the nodes: the control plane, and DNS, volumes, metrics, edge and registry beside it.

All of it runs on the machine itself, not in pods: a node may die without taking any of it along.
"""

import json
import os
import shutil
from pathlib import Path

import images
import network
from certificates import PKI
from nodes import PAUSE_IMAGE, REGISTRY
from processes import ADMIN, STATE, call, start, wait_for

OBJECTS = Path(__file__).parent / "objects.yaml"
SHELL_IMAGE = "demo-kubernetes/shell:1"


def kubectl(binaries: Path, *arguments: str | Path) -> str:
    return call(binaries / "kubectl", f"--kubeconfig={ADMIN}", *arguments)


def start_api(binaries: Path) -> None:
    client, peer = "http://127.0.0.1:23790", "http://127.0.0.1:23800"
    start(
        "etcd",
        binaries / "etcd",
        f"--data-dir={STATE / 'etcd'}",
        "--unsafe-no-fsync",  # Nothing of it outlives the run.
        *(f"--listen-client-urls={client}", f"--advertise-client-urls={client}"),
        *(f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=default={peer}"),
    )
    server = start(
        "apiserver",
        binaries / "kube-apiserver",
        f"--etcd-servers={client}",
        *(f"--bind-address={network.HOST}", f"--advertise-address={network.HOST}", "--secure-port=6443"),
        f"--service-cluster-ip-range={network.SERVICE_NETWORK}",
        *("--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true"),
        f"--client-ca-file={PKI / 'ca.crt'}",
        *(f"--tls-cert-file={PKI / 'apiserver.crt'}", f"--tls-private-key-file={PKI / 'apiserver.key'}"),
        *(f"--kubelet-client-certificate={PKI / 'admin.crt'}", f"--kubelet-client-key={PKI / 'admin.key'}"),
        *(f"--kubelet-certificate-authority={PKI / 'ca.crt'}", "--kubelet-preferred-address-types=InternalIP"),
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={PKI / 'accounts.pub'}",
        f"--service-account-signing-key-file={PKI / 'accounts.key'}",
        *(
            f"--requestheader-client-ca-file={PKI / 'front-proxy-ca.crt'}",
            "--requestheader-group-headers=X-Remote-Group",
        ),
        *("--requestheader-username-headers=X-Remote-User", "--requestheader-extra-headers-prefix=X-Remote-Extra-"),
        "--requestheader-allowed-names=front-proxy-client",
        *(f"--proxy-client-cert-file={PKI / 'front-proxy.crt'}", f"--proxy-client-key-file={PKI / 'front-proxy.key'}"),
        "--enable-aggregator-routing=true",  # No kube-proxy runs here: straight to the address of metrics-server.
    )
    wait_for("the API server", lambda: kubectl(binaries, "get", "--raw", "/readyz"), server)
    start(
        "controller-manager",
        binaries / "kube-controller-manager",
        *(f"--kubeconfig={ADMIN}", "--leader-elect=false", "--use-service-account-credentials=true"),
        *(f"--root-ca-file={PKI / 'ca.crt'}", f"--service-account-private-key-file={PKI / 'accounts.key'}"),
    )
    start("scheduler", binaries / "kube-scheduler", f"--kubeconfig={ADMIN}", "--leader-elect=false")


def start_registry(cache: Path) -> None:
    """Keeps its images between runs. Every node asks it for every image, whatever registry an image's name begins with."""
    settings = {
        "version": "0.1",
        "log": {"level": "warn"},
        "http": {"addr": REGISTRY},
        "storage": {"filesystem": {"rootdirectory": str(cache / "registry")}, "delete": {"enabled": True}},
    }
    file = STATE / "registry.yaml"
    file.write_text(json.dumps(settings))
    process = start("registry", "docker-registry", "serve", file)
    wait_for("the registry", lambda: images.answers(REGISTRY), process)
    busybox = Path(shutil.which("busybox") or "busybox")
    pause = images.Image(files={"/bin/sleep": busybox}, config={"Entrypoint": ["/bin/sleep", "2147483647"]})
    images.push(pause, PAUSE_IMAGE, REGISTRY)
    images.push(images.with_shell(busybox), SHELL_IMAGE, REGISTRY)


def start_dns(binaries: Path) -> None:
    file = STATE / "Corefile"
    file.write_text(f"""cluster.local in-addr.arpa {{
  bind {network.HOST}
  errors
  kubernetes {{
    kubeconfig {ADMIN} demo-app
  }}
  cache 5
}}
. {{
  bind {network.HOST}
  errors
  template ANY ANY {{
    rcode NXDOMAIN
  }}
}}
""")
    start("dns", binaries / "coredns", "-conf", file)


def start_services(binaries: Path) -> None:
    """What a user expects of any cluster: volumes, metrics, and an edge that serves the Gateway API and Ingress."""
    kinds = binaries / "gateway-api.yaml"
    kubectl(binaries, "apply", "--server-side", "-f", kinds)
    kubectl(binaries, "wait", "--for=condition=Established", "-f", kinds)
    kubectl(binaries, "apply", "--server-side", "-f", OBJECTS)
    volumes = STATE / "volumes.json"
    paths = [{"node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [str(STATE / "volumes")]}]
    volumes.write_text(json.dumps({"nodePathMap": paths}))
    helper = STATE / "volume-pod.json"
    helper.write_text(json.dumps(_volume_pod()))
    start(
        "volumes",
        *(binaries / "local-path-provisioner", "start", "--kubeconfig", ADMIN, "--namespace", "kube-system"),
        *("--config", volumes, "--helper-pod-file", helper, "--helper-image", SHELL_IMAGE),
        *("--service-account-name", "default", "--configmap-name", "local-path"),
    )
    start(
        "metrics",
        binaries / "metrics-server",
        *(f"--{kind}={ADMIN}" for kind in ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")),
        *(f"--bind-address={network.HOST}", "--secure-port=4443", f"--cert-dir={STATE / 'metrics'}"),
        *("--kubelet-preferred-address-types=InternalIP", f"--kubelet-certificate-authority={PKI / 'ca.crt'}"),
        *("--metric-resolution=10s", "--kubelet-request-timeout=5s"),
    )
    start(
        "edge",
        binaries / "traefik",
        *(f"--entrypoints.web.address={network.EDGE}:80", f"--entrypoints.websecure.address={network.EDGE}:443"),
        *("--providers.kubernetesgateway", f"--providers.kubernetesgateway.statusaddress.ip={network.EDGE}"),
        *("--providers.kubernetesingress", f"--providers.kubernetesingress.ingressendpoint.ip={network.EDGE}"),
        # A node that is gone answers nothing at all: the default would hold a request for half a minute.
        "--serverstransport.forwardingtimeouts.dialtimeout=1s",
        *("--global.checknewversion=false", "--global.sendanonymoususage=false"),
    )
    wait_for("the edge", edge_answers)


def edge_answers() -> bool:
    """Each try for a moment only: Traefik keeps a connection that comes while it starts, and never answers on it."""
    call("curl", "-s", "-o", os.devnull, "--noproxy", "*", "--max-time", "1", f"http://{network.EDGE}/")
    return True


def _volume_pod() -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "helper-pod"},
        "spec": {
            "priorityClassName": "system-node-critical",
            "containers": [{"name": "helper-pod", "image": SHELL_IMAGE}],
        },
    }

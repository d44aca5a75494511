"""A node: a network namespace with its own containerd, kubelet and kube-proxy, and a cgroup that holds its containers."""

import contextlib
import json
from pathlib import Path

import certificates
import network
from processes import ADMIN, CGROUP, STATE, call, on_node, start, wait_for

PAUSE_IMAGE = "demo-kubernetes/pause:1"
REGISTRY = f"{network.HOST}:5000"
CONTROLLERS = Path("/sys/fs/cgroup")
DEVICE_SOCKET = Path("/var/lib/kubelet/device-plugins/kubelet.sock")


def start_all(binaries: Path) -> None:
    for node in network.NODES:
        _make_cgroup(CGROUP + node)
        folder = STATE / node
        (folder / "cni").mkdir(parents=True)
        (folder / "registries/_default").mkdir(parents=True)
        (folder / "containerd.toml").write_text(_containerd(folder))
        (folder / "cni/pods.conflist").write_text(json.dumps(_pod_network(node)))
        (folder / "registries/_default/hosts.toml").write_text(
            f'server = "http://{REGISTRY}"\n[host."http://{REGISTRY}"]\n  capabilities = ["pull", "resolve"]\n'
        )
        (folder / "kubelet.json").write_text(json.dumps(_kubelet(node)))
    for node in network.NODES:
        start_node(binaries, node)


def start_node(binaries: Path, node: str) -> None:
    """Also after processes.kill(node): that is a node that comes back from a power failure."""
    folder = STATE / node
    server = start(f"{node}-containerd", *on_node(node, "containerd", "--config", folder / "containerd.toml"))
    user = f"--kubeconfig={ADMIN}"
    # The limits of connection tracking are the machine's and stay as they are.
    limits = (
        "--conntrack-max-per-core=0",
        "--conntrack-tcp-timeout-established=0",
        "--conntrack-tcp-timeout-close-wait=0",
    )
    proxy = (f"--hostname-override={node}", "--proxy-mode=iptables", f"--cluster-cidr={network.POD_NETWORK}")
    start(f"{node}-proxy", *on_node(node, binaries / "kube-proxy", user, *proxy, *limits))
    socket = folder / "containerd.sock"
    wait_for(f"containerd of {node}", lambda: call("ctr", "--address", socket, "version"), server)
    files = (f"--config={folder / 'kubelet.json'}", f"--kubeconfig={STATE / f'{node}.kubeconfig'}")
    names = (f"--hostname-override={node}", f"--node-ip={network.address(node)}", f"--root-dir={folder / 'kubelet'}")
    before = _device_socket()
    kubelet = start(f"{node}-kubelet", *on_node(node, binaries / "kubelet", *files, *names))
    wait_for(f"kubelet of {node}", lambda: _device_socket() not in (before, None), kubelet)


def _device_socket() -> int | None:
    """Kubelets remove this one and make their own, whatever their --root-dir; two at once, and one of them gives up."""
    with contextlib.suppress(FileNotFoundError):
        return DEVICE_SOCKET.stat().st_ctime_ns
    return None


def _make_cgroup(name: str) -> None:
    if (CONTROLLERS / "cgroup.controllers").exists():  # cgroup v2: one tree.
        there = (CONTROLLERS / "cgroup.controllers").read_text().split()
        wanted = [each for each in ("cpu", "cpuset", "io", "memory", "pids") if each in there]
        (CONTROLLERS / "cgroup.subtree_control").write_text(" ".join(f"+{each}" for each in wanted))
        (CONTROLLERS / name).mkdir(exist_ok=True)
        return
    for tree in CONTROLLERS.iterdir():
        if (tree / "cgroup.procs").exists():
            (tree / name).mkdir(exist_ok=True)
            for file in ("cpuset.cpus", "cpuset.mems"):  # Empty at birth, and nothing runs where they are empty.
                if (tree / file).exists():
                    (tree / name / file).write_text((tree / file).read_text())


def remove_cgroups() -> bool:
    for pattern in (f"{CGROUP}node-*", f"*/{CGROUP}node-*"):
        for top in list(CONTROLLERS.glob(pattern)):
            for folder in sorted((path for path in top.glob("**/") if path.is_dir()), reverse=True):
                folder.rmdir()
    return True


def _containerd(folder: Path) -> str:
    return f"""version = 2
root = "{folder}/containerd"
state = "{folder}/run"
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  netns_mounts_under_state_dir = true
  # Where this machine may not lower an oom_score_adj, runc would die of the sandbox's -998.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{folder}/registries"
"""


def _pod_network(node: str) -> dict:
    # A link for each pod, no bridge: whatever leaves a pod is routed, so that a Service works on its own node, too.
    addresses = {
        "type": "host-local",
        "dataDir": str(STATE / node / "addresses"),
        "ranges": [[{"subnet": network.pods(node)}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    plugins = [{"type": "ptp", "ipMasq": False, "ipam": addresses}]
    plugins.append({"type": "portmap", "capabilities": {"portMappings": True}})
    return {"cniVersion": "1.0.0", "name": "demo-kubernetes", "plugins": plugins}


def _kubelet(node: str) -> dict:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(certificates.PKI / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(certificates.PKI / f"{node}.crt"),
        "tlsPrivateKeyFile": str(certificates.PKI / f"{node}.key"),
        "containerRuntimeEndpoint": f"unix://{STATE / node / 'containerd.sock'}",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}{node}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [network.HOST],
        "clusterDomain": "cluster.local",
        "resolvConf": str(STATE / "resolv.conf"),
        "podLogsDir": str(STATE / node / "pods"),  # Kubelets delete what they find in another's.
        "serializeImagePulls": False,
        # The disk is the machine's, and not the cluster's to tidy.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
    }

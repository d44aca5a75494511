"""The machine and the nodes share one bridge; each node is a network namespace with its pods behind it."""

import contextlib
import subprocess

from processes import ClusterError, call, on_node

NODES = ("node-1", "node-2", "node-3")
BRIDGE = "demo-nodes"
PREFIX = "10.250.0"
HOST = f"{PREFIX}.1"  # The control plane, DNS and the registry.
EDGE = f"{PREFIX}.100"  # Where Traefik listens.
POD_NETWORK = "10.244.0.0/16"
SERVICE_NETWORK = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"


def number(node: str) -> int:
    return int(node.removeprefix("node-"))


def address(node: str) -> str:
    return f"{PREFIX}.1{number(node)}"


def pods(node: str) -> str:
    return f"10.244.{number(node)}.0/24"


def link(node: str) -> str:
    """The machine's end of a node's cable: `ip link set … down` cuts the node off."""
    return f"demo-{node}"


# Where a container engine runs too, the kernel may pass even bridged frames through a FORWARD chain that drops them.
FORWARD = ("FORWARD", "-i", BRIDGE, "-j", "ACCEPT", "-m", "comment", "--comment", "demo-kubernetes")


def build() -> None:
    call("ip", "link", "add", BRIDGE, "type", "bridge")
    for own in (HOST, EDGE):
        call("ip", "address", "add", f"{own}/24", "dev", BRIDGE)
    call("ip", "link", "set", BRIDGE, "up")
    call("sysctl", "-qw", "net.ipv4.ip_forward=1")
    call("iptables", "-w", "-I", *FORWARD)
    for node in NODES:
        call("ip", "netns", "add", f"demo-{node}")
        call("ip", "link", "add", link(node), "type", "veth", "peer", "name", "eth0", "netns", f"demo-{node}")
        call("ip", "link", "set", link(node), "master", BRIDGE, "up")
        inside = f"""set -e
ip link set lo up
ip address add {address(node)}/24 dev eth0
ip link set eth0 up
ip route add default via {HOST}
ip route add unreachable {pods(node)}  # For pods that are gone; or packets to them would go in circles, and senders wait.
sysctl -qw net.ipv4.ip_forward=1"""
        for other in NODES:
            if other != node:
                inside += f"\nip route add {pods(other)} via {address(other)}"
        call(*on_node(node, "sh", "-c", inside))
        call("ip", "route", "add", pods(node), "via", address(node))


def remove() -> None:
    """Whatever is there of it."""
    for node in NODES:
        _try("ip", "netns", "delete", f"demo-{node}")
        _try("ip", "link", "delete", link(node))
    _try("ip", "link", "delete", BRIDGE)
    with contextlib.suppress(ClusterError):
        while True:
            call("iptables", "-w", "-D", *FORWARD)


def _try(*command: str) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

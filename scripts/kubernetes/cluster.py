"""make cluster-up and make cluster-down: a real Kubernetes of three nodes on this machine, made to be thrown away."""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certificates
import control_plane
import network
import nodes
from processes import ADMIN, LOGS, STATE, ClusterError, NotHere, call, kill, wait_for

HERE = Path(__file__).resolve().parent
NOT_HERE = 3  # Exit status.
LOCK = Path("/run/lock/demo-kubernetes")


def say(line: str) -> None:
    print(f"cluster: {line}", flush=True)


def foreign() -> str:
    """The KUBECONFIG of a cluster of the user's own, if that is what is to be used."""
    named = os.environ.get("KUBECONFIG", "")
    return "" if named == str(ADMIN) else named


def up() -> None:
    if foreign():
        call("kubectl", "get", "--raw", "/readyz")
        say(f"KUBECONFIG={foreign()} answers: that cluster is used, and none is started")
        return
    need_root()
    if subprocess.run([HERE.parent / "install_packages.sh", "kubernetes"], check=False).returncode != 0:
        raise NotHere("what it runs on is not installed (above)")
    binaries = build()
    started = time.monotonic()
    with locked():
        if runs(binaries):
            say("runs already")
        else:
            take_away()
            bring_up(binaries)
            say(f"up after {time.monotonic() - started:.0f} s")
    print(call(binaries / "kubectl", f"--kubeconfig={ADMIN}", "get", "nodes"), end="")
    say(f"logs in {LOGS}; what listens to a host name is at http://{network.EDGE}; images go to {nodes.REGISTRY}")
    print(f"export KUBECONFIG={ADMIN} PATH={binaries}:$PATH")


def build() -> Path:
    done = subprocess.run([HERE / "build.sh"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise NotHere("the binaries could not be built (above)")
    return Path(done.stdout.strip())


def runs(binaries: Path) -> bool:
    """Every node is Ready, and the edge answers."""
    if not ADMIN.exists():
        return False
    ready = "jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}"
    try:
        states = call(
            binaries / "kubectl", f"--kubeconfig={ADMIN}", "--request-timeout=3s", "get", "nodes", "-o", ready
        )
        control_plane.edge_answers()
    except (ClusterError, subprocess.TimeoutExpired):
        return False
    return states.split() == ["True"] * len(network.NODES)


def bring_up(binaries: Path) -> None:
    LOGS.mkdir(parents=True)
    (STATE / "resolv.conf").write_text("nameserver 127.0.0.1\n")  # For pods that do not want the cluster's DNS.
    network.build()
    certificates.make()
    control_plane.start_registry(binaries.parent)
    control_plane.start_api(binaries)
    nodes.start_all(binaries)
    control_plane.start_dns(binaries)
    control_plane.start_services(binaries)
    wait_for("every node", lambda: runs(binaries))
    if user := os.environ.get("SUDO_UID"):
        os.chown(ADMIN, int(user), -1)


def down() -> None:
    if foreign():
        say(f"KUBECONFIG={foreign()} is not a cluster of this project's: nothing to stop")
        return
    need_root()
    with locked():
        say("gone, with everything in it" if take_away() else "none is there")


def take_away() -> bool:
    """Whatever an earlier run left of itself, also one that was killed half-way."""
    there = STATE.exists()
    kill()
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((mount for mount in mounts if mount.startswith(f"{STATE}/")), reverse=True):
        subprocess.run(["umount", "--lazy", mount], stderr=subprocess.DEVNULL, check=False)
    network.remove()
    wait_for("the end of the containers", nodes.remove_cgroups)  # A moment after their last process.
    if there:
        shutil.rmtree(STATE)
    return there


def need_root() -> None:
    if os.geteuid() != 0:
        raise NotHere("needs root, for the network and the containers of the nodes: sudo make cluster-up")


@contextmanager
def locked() -> Iterator[None]:
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterError("somebody else starts or stops it right now") from None
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("up", "down"))
    try:
        {"up": up, "down": down}[parser.parse_args().action]()
    except NotHere as error:
        print(f"cluster: {error}", file=sys.stderr)
        return NOT_HERE
    except (ClusterError, OSError) as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The processes of the cluster: started with a mark in their environment, found again by it, also after a killed run."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Everything of the cluster lies here, whatever checkout starts it: its names on the network are the machine's as well.
STATE = Path("/var/lib/demo-kubernetes")
LOGS = STATE / "log"
ADMIN = STATE / "admin.kubeconfig"
MARK = "DEMO_KUBERNETES"  # In the environment of all that is started here, with its name.
CGROUP = "demo-"  # The containers of node-1 live below demo-node-1.
DEADLINE = 60


class ClusterError(Exception):
    """One line for the user."""


class NotHere(ClusterError):
    """This machine cannot have a cluster, for want of something that the line names."""


def start(name: str, *command: str | Path) -> subprocess.Popen[bytes]:
    """Starts a server that outlives this program; its log is LOGS/NAME.log."""
    with open(LOGS / f"{name}.log", "ab") as log:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=STATE,
            env={MARK: name, "KUBECONFIG": str(ADMIN), "PATH": os.environ["PATH"], "HOME": str(STATE)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def on_node(node: str, *command: str | Path) -> tuple[str | Path, ...]:
    """A command in a node's network; `ip netns exec` would hide /sys/fs/cgroup."""
    return ("nsenter", f"--net=/run/netns/demo-{node}", *command)


def call(*command: str | Path, text: str = "", deadline: float = DEADLINE) -> str:
    """Runs a command to its end; what it printed."""
    words = [str(word) for word in command]
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=deadline, check=False)
    if done.returncode != 0:
        raise ClusterError(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def wait_for(what: str, ready: Callable[[], object], process: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + DEADLINE
    while True:
        with contextlib.suppress(ClusterError, OSError):
            if ready():
                return
        if process is not None and process.poll() is not None:
            raise ClusterError(f"{what} ended with status {process.returncode}: read {LOGS}")
        if time.monotonic() > end:
            raise ClusterError(f"{what} is not there after {DEADLINE} s: read {LOGS}")
        time.sleep(0.1)


def running(name: str = "") -> list[int]:
    """The pids of what was started under a name that begins like this, and of what runs in the containers below it."""
    mark, below = f"{MARK}={name}".encode(), f"/{CGROUP}{name or 'node-'}"
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                variables = (folder / "environ").read_bytes().split(b"\0")
                if any(each.startswith(mark) for each in variables) or below in (folder / "cgroup").read_text():
                    found.append(int(folder.name))
    return [pid for pid in found if pid != os.getpid() and not _is_zombie(pid)]


def kill(name: str = "") -> None:
    """Ends them without a word, as a power failure would."""
    end = time.monotonic() + DEADLINE
    while pids := running(name):
        if time.monotonic() > end:
            raise ClusterError(f"processes {pids} do not end")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _is_zombie(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True

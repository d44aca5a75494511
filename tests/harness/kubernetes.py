"""A Kubernetes cluster as its users see it: kubectl, and sites behind a gateway that go by a host name."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.client import Answer, Client
from harness.deadline import wait_until

DEADLINE = 60
ANSWER_WITHIN = 20  # A request waits for a worker for 5 s at most, and then for the store for 10.


def kubectl(*arguments: str, text: str = "", deadline: float = DEADLINE) -> str:
    """What it prints; fails with what it complains of."""
    done = run_kubectl(*arguments, text=text, deadline=deadline)
    assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-2000:]}"
    return done.stdout


def run_kubectl(*arguments: str, text: str = "", deadline: float = DEADLINE) -> subprocess.CompletedProcess[str]:
    command = ["kubectl", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=deadline, check=False)


def read(*arguments: str) -> Any:
    """An object, or the items of a list: read("get", "pods", "-n", "dev")."""
    found = json.loads(kubectl(*arguments, "-o", "json"))
    return found["items"] if found["kind"].endswith("List") else found


def pods(namespace: str, app: str) -> list[dict]:
    """Those that are not on their way out."""
    found = read("get", "pods", "-n", namespace, "-l", f"app={app}")
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def names(pods: list[dict]) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods}


def is_ready(pod: dict) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def node_of(namespace: str, pod: str) -> str:
    return read("get", "pod", "-n", namespace, pod)["spec"]["nodeName"]


def wait_for_rollout(namespace: str, workload: str, deadline: float = 300) -> None:
    waiting = ("rollout", "status", workload, "-n", namespace, f"--timeout={deadline:.0f}s")
    done = run_kubectl(*waiting, deadline=deadline + 10)
    assert done.returncode == 0, f"{workload}: {done.stdout}{done.stderr}{unready(namespace)}"


def unready(namespace: str) -> str:
    """The pods that are not ready, and what they and the cluster say of it."""
    found = run_kubectl("get", "pods", "-n", namespace, "-o", "wide").stdout
    for pod in read("get", "pods", "-n", namespace):
        if pod["status"]["phase"] != "Succeeded" and not is_ready(pod):
            name = pod["metadata"]["name"]
            found += run_kubectl("describe", "pod", "-n", namespace, name).stdout
            for before in ("false", "true"):
                found += run_kubectl("logs", "-n", namespace, name, "--tail=20", f"--previous={before}").stdout
    return found


def wait_for(condition: Callable[[], object], what: str, deadline: float) -> None:
    """As wait_until, but a look that fails is one that has not come true."""

    def look() -> object:
        try:
            return condition()
        except (AssertionError, OSError):
            return False

    wait_until(look, what, deadline)


class HostClient(Client):
    """A client of one of the sites behind an address."""

    def __init__(self, address: str, port: int, host: str) -> None:
        super().__init__(port, address, ANSWER_WITHIN)
        self.host = host

    def request(self, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        return super().request(method, target, body, {"Host": self.host} | (headers or {}))


@dataclass
class Site:
    """What is served as `host`; stands in for harness.server.Server where only its HTTP side is wanted."""

    namespace: str
    host: str
    address: str
    port: int = 80
    token: str = ""
    _client: HostClient | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.address, _, port = self.address.partition(":")
        self.port = int(port or self.port)

    def connect(self) -> HostClient:
        return HostClient(self.address, self.port, self.host)

    @property
    def client(self) -> HostClient:
        self._client = self._client or self.connect()
        return self._client

    def get(self, target: str, **headers: str) -> Answer:
        return self.client.get(target, **headers)

    def administer(self, method: str, target: str) -> Answer:
        return self.client.request(method, target, headers={"Authorization": f"Bearer {self.token}"})

    def fill(self) -> None:
        """With the sample data: something to read, and users to order."""
        assert self.administer("POST", "/api/load-sample-data").status == 200

    def is_ready(self) -> bool:
        return self.get("/readyz").status == 200

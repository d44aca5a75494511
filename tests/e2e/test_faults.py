"""Pods, StatefulSets and routers that go away: nothing acknowledged is lost, and hardly anybody notices."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from harness.kubernetes import DEADLINE, Site, is_ready, kubectl, names, node_of, pods, read, wait_for, wait_for_rollout
from harness.server import ROOT
from harness.workload import Workload
from installed import Installation
from load import Load

pytestmark = pytest.mark.timeout(900)

MANIFESTS = ROOT / "manifests"
MEMBERS = ("statefulset/mongo-config", "statefulset/mongo-shard")
STORES = (*MEMBERS, "deployment/mongo-mongos")
PRIMARY_WITHIN = 60  # seconds
NOTICED_WITHIN = 2  # Of two routers one.
REFUSED_WITHIN = 5
KILLED_WITHIN = 10
AWAY_FOR = 45  # Liveness waits 30 s for a stuck process, and readiness a minute for the store.


@pytest.fixture(autouse=True)
def healed(installation: Installation) -> Iterator[None]:
    """Each test ends with everything as it was."""
    yield
    for node in read("get", "nodes"):
        if node["spec"].get("unschedulable"):
            kubectl("uncordon", node["metadata"]["name"])
    for workload in (*stores(installation), "deployment/demo-app", "statefulset/redis"):
        wait_for_rollout("dev", workload)
    wait_for(lambda: is_well(installation.dev), "the site to be well", 2 * DEADLINE)


def stores(installation: Installation) -> tuple[str, ...]:
    return STORES if installation.has_mongodb else ("statefulset/secantusdb",)


def without(pod: str) -> str:
    """A node that does not have it."""
    return next(name for node in read("get", "nodes") if (name := node["metadata"]["name"]) != node_of("dev", pod))


class Least:
    """How few pods of an app were ready at any time in `with Least(apps) as least`: each change is counted as it comes."""

    def __init__(self, *apps: str) -> None:
        self.ready = dict.fromkeys(apps, sys.maxsize)
        self._pods: dict[str, dict] = {}

    def __enter__(self) -> "Least":
        self._pods = {pod["metadata"]["name"]: pod for pod in read("get", "pods", "-n", "dev")}
        self._count()
        following = ("get", "pods", "-n", "dev", "--watch-only", "--output-watch-events", "--output=json")
        self._changes = subprocess.Popen(("kubectl", *following), stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._changes.terminate()
        self._thread.join()
        self._changes.wait()

    def _follow(self) -> None:
        for line in self._changes.stdout:
            change = json.loads(line)
            name = change["object"]["metadata"]["name"]
            self._pods[name] = change["object"]
            if change["type"] == "DELETED":
                del self._pods[name]
            self._count()

    def _count(self) -> None:
        for app, least in self.ready.items():
            own = [pod for pod in self._pods.values() if pod["metadata"]["labels"].get("app") == app]
            self.ready[app] = min(least, len([pod for pod in own if is_ready(pod)]))


def test_a_node_is_drained(installation: Installation, figure: Callable[[str], None]) -> None:
    dev = installation.dev
    dev.fill()
    # SecantusDB is a single one, and would be missed.
    node = node_of("dev", "mongo-shard-0") if installation.has_mongodb else without("secantusdb-0")
    apps = ("mongo-config", "mongo-shard") if installation.has_mongodb else ("demo-app",)
    with Load(dev, rate=150, writes=0.05) as load, Least(*apps) as least:
        draining = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=240s")
        kubectl(*draining, deadline=250)
        wait_for(lambda: all(is_ready(pod) for pod in pods("dev", "demo-app")), "the pods elsewhere", 2 * DEADLINE)
        seconds = load.seconds()
        kubectl("uncordon", node)
        for members in stores(installation):
            wait_for_rollout("dev", members)
        time.sleep(5)
    figure(f"a node drained in {seconds:.0f} s: {load}; fewest that were ready: {least.ready}")
    assert min(least.ready.values()) >= 2, least.ready
    load.check_none_failed()


@pytest.mark.usefixtures("mongodb")
def test_one_router_of_two_is_killed(dev: Site, figure: Callable[[str], None]) -> None:
    dev.fill()
    with Load(dev, rate=100, writes=0.05) as load:
        time.sleep(5)
        killed = load.seconds()
        router = min(names(pods("dev", "mongo-mongos")))
        kubectl("delete", "pod", router, "-n", "dev", "--grace-period=0", "--force")
        wait_for_rollout("dev", "deployment/mongo-mongos")
        time.sleep(10)
    figure(f"one router killed: {load}")
    load.check_none_failed_after(killed + NOTICED_WITHIN)


def test_the_store_is_gone(installation: Installation, figure: Callable[[str], None]) -> None:
    """All routers, for longer than liveness would wait for a stuck process."""
    dev = installation.dev
    app, store = (
        ("mongo-mongos", stores(installation)[-1])
        if installation.has_mongodb
        else ("secantusdb", stores(installation)[0])
    )
    count = len(pods("dev", app))
    before = restarts()
    kubectl("scale", store, "-n", "dev", "--replicas=0")
    try:
        kubectl("delete", "pods", "-l", f"app={app}", "-n", "dev", "--grace-period=0", "--force")
        deleted = gone = time.monotonic()
        slowest = 0.0
        while time.monotonic() < gone + AWAY_FOR:
            started = time.monotonic()
            status = write(dev)
            # What is deleted so is gone from the list at once, and from its node when the kubelet comes to it.
            if status == 201 and not slowest and started < deleted + KILLED_WITHIN:
                gone = time.monotonic()
                continue
            slowest = max(slowest, time.monotonic() - started)
            assert status == 503
            assert dev.get("/livez").status == 200
            time.sleep(1)
    finally:
        kubectl("scale", store, "-n", "dev", f"--replicas={count}")
    seconds = until_written(dev)
    figure(
        f"{store} gone for {AWAY_FOR} s: refused after {slowest:.1f} s at most; written {seconds:.0f} s after it was wanted back"
    )
    assert slowest <= REFUSED_WITHIN
    assert restarts() == before


def restarts() -> dict[str, int]:
    """How often the containers of each instance were started again."""
    found = pods("dev", "demo-app")
    return {
        pod["metadata"]["name"]: sum(each["restartCount"] for each in pod["status"]["containerStatuses"])
        for pod in found
    }


@pytest.mark.usefixtures("mongodb")
def test_both_routers_are_replaced(dev: Site, figure: Callable[[str], None]) -> None:
    """In less time than the driver takes to look their names up again."""
    dev.fill()
    with Load(dev, rate=100, writes=0.05) as load:
        kubectl("rollout", "restart", "deployment/mongo-mongos", "-n", "dev")
        wait_for_rollout("dev", "deployment/mongo-mongos")
        time.sleep(10)  # The last of the old ones takes its time to go.
        seconds = load.seconds()
    figure(f"both routers replaced in {seconds:.0f} s: {load}")
    load.check_none_failed()


@pytest.mark.usefixtures("mongodb")
def test_statefulsets_are_deleted_and_applied_again(
    dev: Site, history: Workload, figure: Callable[[str], None]
) -> None:
    identities = {claim["metadata"]["name"]: claim["spec"]["volumeName"] for claim in read("get", "pvc", "-n", "dev")}
    with history:
        time.sleep(5)
        kubectl("delete", *MEMBERS, "-n", "dev", deadline=180)
        kubectl("apply", "-f", f"{MANIFESTS}/mongodb-config.yaml", "-f", f"{MANIFESTS}/mongodb-shard.yaml")
        seconds = until_written(dev)
        time.sleep(5)
    now = {claim["metadata"]["name"]: claim["spec"]["volumeName"] for claim in read("get", "pvc", "-n", "dev")}
    assert now == identities
    wait_for(lambda: is_well(dev), "the site to be well", DEADLINE)
    figure(f"StatefulSets deleted and applied again: written after {seconds:.0f} s; {history.conclude()}")
    assert seconds <= PRIMARY_WITHIN


def test_every_pod_is_killed(installation: Installation, history: Workload, figure: Callable[[str], None]) -> None:
    with history:
        time.sleep(5)
        kubectl("delete", "pods", "--all", "-n", "dev", "--grace-period=0", "--force", deadline=120)
        seconds = until_written(installation.dev)
        time.sleep(5)
    for workload in stores(installation):
        wait_for_rollout("dev", workload)
    wait_for(lambda: is_well(installation.dev), "the site to be well", DEADLINE)
    figure(f"every pod killed at once: written after {seconds:.0f} s; {history.conclude()}")
    assert seconds <= PRIMARY_WITHIN


def is_well(site: Site) -> bool:
    """Ready, and the store answers what the history is held against."""
    client = site.connect()
    try:
        return site.is_ready() and client.get("/api/users?limit=1000").status == 200
    finally:
        client.close()


def until_written(site: Site) -> float:
    started = time.monotonic()
    wait_for(lambda: place(site), "a write", 4 * DEADLINE)
    return time.monotonic() - started


def place(site: Site) -> bool:
    return write(site) == 201


def write(site: Site) -> int:
    client = site.connect()
    try:
        user = {"name": f"probe {time.time()}", "email": "probe@example.org", "country": "Belgium"}
        return client.post("/api/users", user).status
    finally:
        client.close()

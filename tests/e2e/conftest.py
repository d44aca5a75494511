"""One cluster with both environments for all end-to-end tests, made as a new user would make it: `make e2e`."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from harness.kubernetes import Site, kubectl, read, wait_for, wait_for_rollout
from harness.server import ROOT
from harness.workload import Workload
from installed import Cluster, Installation, ScriptFailed, run_script

SCRIPTS = ROOT / "scripts/kubernetes"
# Run by `make e2e` alone: what these tests start is no part of `make test`.
collect_ignore_glob = [] if os.environ.get("DEMO_E2E") else ["test_*.py"]
HERE = Path(__file__).parent
BUILD_SECONDS = 3600  # Of the cluster's binaries, on a machine that has none yet.

# In this order: a cluster that has just been started, then what one does with it, then what may happen to it.
ORDER = ("installation", "guide", "commands", "rollouts", "faults", "nodes", "options")

figures: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: ORDER.index(item.path.stem.removeprefix("test_")) if item.path.parent == HERE else -1)


@pytest.fixture(scope="session")
def figure() -> Callable[[str], None]:
    """Takes a line for the end of the report."""
    return figures.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if figures:
        terminalreporter.section("measured")
        for line in figures:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster that KUBECONFIG names, or one of our own, with the images of the workloads in its registry."""
    sys.path.insert(0, str(SCRIPTS))
    import cluster as own

    if own.foreign():
        kubectl("get", "--raw", "/readyz")
        figures.append(f"ran on the cluster of {own.foreign()}, with the images it has")
        yield Cluster(own=False)
        return
    leave_half_a_cluster(own)
    started = time.monotonic()
    try:
        output = run_script(sys.executable, SCRIPTS / "cluster.py", "up", deadline=BUILD_SECONDS)
    except ScriptFailed as failure:
        if failure.status == own.NOT_HERE:
            pytest.exit(failure.last_line(), returncode=1)  # What looked at nothing has not passed.
        raise
    ours = "runs already" not in output
    figures.append(
        f"cluster of three nodes: up after {time.monotonic() - started:.0f} s" if ours else "cluster: ran already"
    )
    binaries = own.build()
    os.environ["KUBECONFIG"] = str(own.ADMIN)
    os.environ["PATH"] = f"{binaries}:{os.environ['PATH']}"
    figures.append(run_script(sys.executable, SCRIPTS / "workload_images.py", deadline=1800).strip())
    yield Cluster(own=True, binaries=binaries)
    if ours and not os.environ.get("KEEP_CLUSTER"):
        own.down()


def leave_half_a_cluster(own: ModuleType) -> None:
    """What a run leaves behind that was killed half-way: the next one has to find and clean it."""
    if own.ADMIN.exists() or os.geteuid() != 0:
        return
    half_way = own.LOGS / "apiserver.log"
    with subprocess.Popen([sys.executable, SCRIPTS / "cluster.py", "up"]) as process:
        wait_for(lambda: half_way.exists() or process.poll() is not None, "half a cluster", BUILD_SECONDS)
        process.kill()


@pytest.fixture(scope="session")
def installation(cluster: Cluster) -> Installation:
    """Both environments, by start-cluster.sh alone; without MongoDB production alone, on SecantusDB."""
    if cluster.own and not os.environ.get("MONGODB_BIN"):
        return install_on_secantusdb()
    started = time.monotonic()
    said = run_script("./start-cluster.sh", deadline=600)
    seconds = time.monotonic() - started
    figures.append("both environments on MongoDB: a sharded cluster in dev, a replica set in test, in pods")
    return Installation(dev_site(), answering(Site("test", "test.demo.local", edge())), seconds, said)


def install_on_secantusdb() -> Installation:
    started = time.monotonic()
    kubectl("apply", "-f", str(ROOT / "manifests/namespaces.yaml"))
    run_script("scripts/make_secrets.sh", deadline=60)
    kubectl("apply", "-k", str(HERE / "overlays/secantusdb"))
    for workload in ("statefulset/secantusdb", "statefulset/redis", "deployment/demo-app"):
        wait_for_rollout("dev", workload)
    figures.append("no MONGODB_BIN: only production, on one SecantusDB in place of the sharded MongoDB")
    return Installation(dev_site(), None, time.monotonic() - started, "")


def dev_site() -> Site:
    token = base64.b64decode(read("get", "secret", "-n", "dev", "admin-token")["data"]["token"]).decode().strip()
    return answering(Site("dev", "demo.local", edge(), token=token))


def answering(site: Site) -> Site:
    wait_for(site.is_ready, f"{site.host} to answer", deadline=60)
    return site


def edge() -> str:
    """The address of the Gateway that serves both sites; or what EDGE says, where it cannot be reached."""
    if named := os.environ.get("EDGE"):
        return named
    for gateway in read("get", "gateways.gateway.networking.k8s.io", "-A"):
        for address in gateway.get("status", {}).get("addresses", []):
            return address["value"]
    raise AssertionError("no Gateway has an address")


@pytest.fixture
def dev(installation: Installation) -> Site:
    return installation.dev


@pytest.fixture
def mongodb(installation: Installation) -> None:
    """Skips the test where MongoDB does not run in the pods."""
    if not installation.has_mongodb:
        pytest.skip("no MONGODB_BIN: no image of MongoDB")


@pytest.fixture
def history(dev: Site) -> Workload:
    """Eight clients at ease, on an empty database; each acknowledged write has to be there in the end."""
    assert dev.administer("DELETE", "/api/clear-data").status == 200
    return Workload(dev, allowance=1, think=0.1, busy=(502, 503, 504))

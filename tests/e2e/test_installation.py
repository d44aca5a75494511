"""start-cluster.sh: from nothing to both sites answering, and nothing to do the second time."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from harness.expect import ok
from harness.kubernetes import DEADLINE, kubectl, names, read, run_kubectl, wait_for
from harness.server import ROOT
from installed import Cluster, Installation, run_script

pytestmark = pytest.mark.timeout(900)

KINDS = (
    "configmaps,cronjobs,deployments,horizontalpodautoscalers,httproutes,gateways,ingresses,networkpolicies,"
    "poddisruptionbudgets,rolebindings,roles,secrets,serviceaccounts,services,statefulsets"
)
MANIFESTS = ROOT / "manifests"
STARTED_IN = 90  # seconds, on two cores; MongoDB's elections take 25 of them.
NOTHING_TO_DO_IN = 15


@pytest.mark.usefixtures("mongodb")
def test_starts_both_environments_from_nothing(installation: Installation, figure: Callable[[str], None]) -> None:
    figure(f"start-cluster.sh from empty to both sites answering: {installation.seconds:.0f} s")
    assert re.search(r"http://demo\.local at \S+ answers", installation.said)
    assert re.search(r"http://test\.demo\.local at \S+ answers", installation.said)
    assert installation.seconds <= STARTED_IN


@pytest.mark.usefixtures("mongodb")
def test_dev_is_a_sharded_cluster_and_test_a_replica_set(installation: Installation) -> None:
    dev = ok(installation.dev.get("/sharding-info"))
    assert (dev["mode"], dev["connected_to"], dev["environment"], dev["shards"]) == ("sharding", "mongos", "dev", 1)
    test = ok(installation.test.get("/sharding-info"))
    assert (test["mode"], test["connected_to"], test["environment"]) == ("replication", "mongod", "test")
    for site in (installation.dev, installation.test):
        assert ok(site.get("/cache/status"))["redis_available"] is True


def specifications() -> dict[str, object]:
    """What each object is to be, without what the cluster writes about it."""
    found = {}
    for namespace in ("dev", "test"):
        for each in read("get", KINDS, "-n", namespace):
            about = each["metadata"]
            name = f"{namespace}/{each['kind']}/{about['name']}"
            found[name] = (about["uid"], about.get("generation"), each.get("data"))
    return found


@pytest.mark.usefixtures("mongodb")
def test_a_second_run_changes_nothing(installation: Installation, figure: Callable[[str], None]) -> None:
    before = specifications()
    started = time.monotonic()
    run_script("./start-cluster.sh", deadline=300)
    seconds = time.monotonic() - started
    figure(f"start-cluster.sh again: {seconds:.0f} s")
    assert specifications() == before
    assert seconds <= NOTHING_TO_DO_IN


OPERATOR = Path(__file__).parent / "prometheus-operator"
MONITOR = "servicemonitors.monitoring.coreos.com"


@pytest.fixture(scope="module")
def unknown_kinds(installation: Installation, cluster: Cluster) -> Iterator[set[str]]:
    """What no look of the server can judge: ServiceMonitors, on another's cluster without the Prometheus operator."""
    if not cluster.own:
        yield set() if run_kubectl("get", "crd", MONITOR).returncode == 0 else {"ServiceMonitor"}
        return
    needs = re.search(r"^go (\S+)", (OPERATOR / "go.mod").read_text(), re.MULTILINE)[1]
    go = Path(run_script("scripts/go_toolchain.sh", needs, deadline=300).splitlines()[-1]) / "go"
    said = subprocess.run([go, "mod", "download", "-json"], cwd=OPERATOR, capture_output=True, check=True)
    folder = Path(json.loads(said.stdout)["Dir"]) / "example/prometheus-operator-crd"
    schema = str(folder / "monitoring.coreos.com_servicemonitors.yaml")
    kubectl("apply", "--server-side", "-f", schema)
    kubectl("wait", "--for=condition=Established", f"crd/{MONITOR}", f"--timeout={DEADLINE}s")
    yield set()
    kubectl("delete", "-f", schema)


@pytest.mark.parametrize("path", sorted(MANIFESTS.glob("**/*.yaml")), ids=lambda path: path.stem)
def test_the_server_takes_every_object_as_it_is_written(unknown_kinds: set[str], path: Path) -> None:
    """Strict: an unknown or repeated field is an error; nothing is written."""
    known = [part for part in path.read_text().split("\n---\n") if yaml.safe_load(part)["kind"] not in unknown_kinds]
    strictly = ("--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict")
    said = kubectl("apply", *strictly, "-f", "-", text="\n---\n".join(known))
    assert len(said.splitlines()) == len(known) > 0


def test_the_strict_look_can_fail(installation: Installation) -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "wrong", "namespace": "dev"}}
    wrong["spec"] = {"ports": [{"port": 80}], "selektor": {}}
    options = ("--server-side", "--dry-run=server", "--validate=strict")
    done = run_kubectl("apply", *options, "-f", "-", text=json.dumps(wrong))
    assert done.returncode != 0
    assert "selektor" in done.stderr


def test_pods_may_not_do_what_they_need_not(installation: Installation) -> None:
    """Pod Security `restricted` is enforced in both namespaces."""
    for namespace in ("dev", "test"):
        root = ("run", "root", "-n", namespace, "--image=any", "--dry-run=server")
        done = run_kubectl(*root)
        assert done.returncode != 0
        assert "PodSecurity" in done.stderr


STRANGER = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: stranger, namespace: dev, labels: {app: stranger}}
spec:
  replicas: 0
  selector: {matchLabels: {app: stranger}}
  template:
    metadata: {labels: {app: stranger}}
    spec: {containers: [{name: any, image: any}]}
"""


@pytest.fixture
def stranger(installation: Installation) -> Iterator[str]:
    """Somebody else's StatefulSet in a namespace of ours."""
    kubectl("apply", "-f", "-", text=STRANGER)
    yield "stranger"
    kubectl("delete", "statefulset", "stranger", "-n", "dev", "--ignore-not-found")


@pytest.mark.usefixtures("mongodb")
def test_stops_and_comes_back_with_its_data(
    installation: Installation, stranger: str, figure: Callable[[str], None]
) -> None:
    dev = installation.dev
    dev.fill()
    before, users = kept(), ok(dev.get("/api/users"))
    started = time.monotonic()
    run_script("./stop-cluster.sh", deadline=300)
    figure(f"stop-cluster.sh: {time.monotonic() - started:.0f} s")
    for namespace in ("dev", "test"):
        left = [pod for pod in read("get", "pods", "-n", namespace) if pod["status"]["phase"] != "Succeeded"]
        assert left == []
    assert names(read("get", "statefulsets,deployments", "-n", "dev")) == {stranger}
    assert kept() == before
    started = time.monotonic()
    run_script("./start-cluster.sh", deadline=600)
    figure(f"start-cluster.sh after it: {time.monotonic() - started:.0f} s")
    assert kept() == before
    wait_for(dev.is_ready, "the site to be well", DEADLINE)
    assert ok(dev.get("/api/users")) == users


def kept() -> dict[str, object]:
    """The volumes behind the claims, and what the Secrets hold."""
    found = {}
    for namespace in ("dev", "test"):
        for each in read("get", "persistentvolumeclaims,secrets", "-n", namespace):
            name = f"{namespace}/{each['kind']}/{each['metadata']['name']}"
            found[name] = each["data"] if each["kind"] == "Secret" else each["spec"]["volumeName"]
    return found


@pytest.mark.usefixtures("mongodb")
def test_an_option_is_applied_by_its_name(installation: Installation) -> None:
    said = run_script("./start-cluster.sh", "--with", "ingress", deadline=300)
    try:
        assert "http://demo.local" in said
        for namespace in ("dev", "test"):
            assert read("get", "ingress", "demo-app", "-n", namespace)
    finally:
        kubectl("delete", "-f", f"{MANIFESTS}/options/ingress.yaml")

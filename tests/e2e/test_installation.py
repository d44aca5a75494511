"""start-cluster.sh: from nothing to both sites answering, and nothing to do the second time."""

import json
import time
from collections.abc import Callable

import pytest
from harness.expect import ok
from harness.kubernetes import kubectl, read, run_kubectl
from harness.server import ROOT
from installed import Installation, run_script

pytestmark = pytest.mark.timeout(900)

KINDS = (
    "configmaps,cronjobs,deployments,horizontalpodautoscalers,httproutes,gateways,ingresses,networkpolicies,"
    "poddisruptionbudgets,rolebindings,roles,secrets,serviceaccounts,services,statefulsets"
)
STARTED_IN = 90  # seconds, on two cores; MongoDB's elections take 25 of them.
NOTHING_TO_DO_IN = 15


@pytest.mark.usefixtures("mongodb")
def test_starts_both_environments_from_nothing(installation: Installation, figure: Callable[[str], None]) -> None:
    figure(f"start-cluster.sh from empty to both sites answering: {installation.seconds:.0f} s")
    assert "http://demo.local" in installation.said
    assert "http://test.demo.local" in installation.said
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


@pytest.mark.parametrize("path", sorted((ROOT / "manifests").glob("*.yaml")), ids=lambda path: path.name)
def test_the_server_takes_every_object_as_it_is_written(installation: Installation, path) -> None:
    """Strict: an unknown or repeated field is an error; nothing is written."""
    kubectl("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", str(path))


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
        root = ("run", "root", "-n", namespace, "--image=redis:7.2", "--dry-run=server")
        done = run_kubectl(*root)
        assert done.returncode != 0
        assert "PodSecurity" in done.stderr
